"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: roots, inclusion and consistency proofs.

All functions take leaf hashes (`leaf_hash`), not leaf data. Hashes are 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(n: int) -> int:
    """The largest power of two smaller than n."""
    return 1 << ((n - 1).bit_length() - 1)


class Peaks:
    """The roots of the full subtrees of a growing tree, largest first: all that is needed to add a
    leaf and to tell the root.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"{len(hashes)} peaks for a tree of {size}")
        self.size, self.hashes = size, list(hashes)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> Peaks:
        if len(packed) % 32:
            raise ValueError("a peak has 32 bytes")
        return cls(size, [packed[i : i + 32] for i in range(0, len(packed), 32)])

    def pack(self) -> bytes:
        return b"".join(self.hashes)

    def add(self, leaf: bytes) -> None:
        self.hashes.append(leaf)
        # as many full subtrees of one size meet as the old size ends in ones
        n = self.size
        while n & 1:
            right, left = self.hashes.pop(), self.hashes.pop()
            self.hashes.append(node_hash(left, right))
            n >>= 1
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY
        found = self.hashes[-1]
        for h in reversed(self.hashes[:-1]):
            found = node_hash(h, found)
        return found


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash of the leaves in their order."""
    peaks = Peaks()
    for x in leaves:
        peaks.add(x)
    return peaks.root


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, leaves): what the root is made of beside that leaf, from the leaf upwards."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    low, high = 0, len(leaves)
    out: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            out.append(root(leaves[middle:high]))
            high = middle
        else:
            out.append(root(leaves[low:middle]))
            low = middle
    return out[::-1]


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """PROOF(first, leaves): that the tree of the first leaves is the beginning of the whole."""
    if not 0 < first <= len(leaves):
        raise IndexError(first)
    low, high, whole = 0, len(leaves), True
    out: list[bytes] = []
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            out.append(root(leaves[middle:high]))
            high = middle
        else:
            out.append(root(leaves[low:middle]))
            low, whole = middle, False
    if not whole:
        out.append(root(leaves[low:high]))
    return out[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to (RFC 9162, 2.1.3.2); None for a path that fits no such tree."""
    if not 0 <= index < size:
        return None
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that one tree begins another (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root
