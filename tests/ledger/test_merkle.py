"""The tree against RFC 9162's own definitions, for every size up to 40."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.ledger import merkle

LEAVES = [merkle.leaf_hash(bytes([n]) * (n % 5)) for n in range(40)]


def sha(b: bytes) -> bytes:
    return hashlib.sha256(b).digest()


def half(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """2.1.1, word for word, over leaf hashes."""
    if not d:
        return sha(b"")
    if len(d) == 1:
        return d[0]
    k = half(len(d))
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    """2.1.3.1."""
    if len(d) == 1:
        return []
    k = half(len(d))
    return path(m, d[:k]) + [mth(d[k:])] if m < k else path(m - k, d[k:]) + [mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    """2.1.4.1."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = half(len(d))
    if m <= k:
        return subproof(m, d[:k], b) + [mth(d[k:])]
    return subproof(m - k, d[k:], False) + [mth(d[:k])]


def test_the_hashes_of_the_rfc() -> None:
    assert merkle.EMPTY.hex().startswith("e3b0c44298fc1c14")
    assert merkle.leaf_hash(b"").hex().startswith("6e340b9cffb37a98")
    assert merkle.node_hash(b"a", b"b") == sha(b"\x01ab")


@pytest.mark.parametrize("n", range(41))
def test_roots_and_inclusion_of_every_size(n: int) -> None:
    d = LEAVES[:n]
    assert merkle.root(d) == mth(d)
    for m in range(n):
        proof = merkle.inclusion(d, m)
        assert proof == path(m, d)
        assert merkle.root_of_inclusion(d[m], m, n, proof) == mth(d)
        # another leaf, place, size or path leads elsewhere
        assert merkle.root_of_inclusion(sha(b"x"), m, n, proof) != mth(d)
        assert merkle.root_of_inclusion(d[m], m + 1, n, proof) != mth(d)
        assert merkle.root_of_inclusion(d[m], m, n, [*proof, sha(b"x")]) is None
        if proof:
            assert merkle.root_of_inclusion(d[m], m, n, proof[:-1]) is None


@pytest.mark.parametrize("n", range(1, 41))
def test_consistency_of_every_size(n: int) -> None:
    d = LEAVES[:n]
    for m in range(1, n + 1):
        proof = merkle.consistency(d, m)
        assert proof == subproof(m, d, True)
        assert merkle.consistent(m, n, mth(d[:m]), mth(d), proof)
        assert not merkle.consistent(m, n, sha(b"x"), mth(d), proof)
        assert not merkle.consistent(m, n, mth(d[:m]), sha(b"x"), proof)
        assert not merkle.consistent(m, n, mth(d[:m]), mth(d), [*proof, sha(b"x")])
        if proof:
            assert not merkle.consistent(m, n, mth(d[:m]), mth(d), proof[:-1])
            assert not merkle.consistent(m, n, mth(d[:m]), mth(d), [sha(b"x"), *proof[1:]])


@given(st.lists(st.binary(max_size=6), max_size=200))
def test_peaks_grow_as_the_tree(data: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(x) for x in data]
    peaks = merkle.Peaks()
    for n, x in enumerate(leaves):
        peaks = merkle.Peaks.unpack(n, peaks.pack())
        peaks.add(x)
    assert peaks.root == mth(leaves) and peaks.size == len(leaves)


@pytest.mark.parametrize(("size", "packed"), [(3, b"\0" * 32), (1, b"\0" * 31), (0, b"\0" * 32)])
def test_peaks_that_fit_no_tree(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="peak"):
        merkle.Peaks.unpack(size, packed)
