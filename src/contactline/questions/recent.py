"""What was answered before, as far as it fits: so many entries and so many bytes, the last asked
for kept longest.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar

from contactline.model import Claim, Place, Report, Stored
from contactline.picture.history import History

T = TypeVar("T")
SHARED = (Stored, Claim, Place, Report, History, type)  # held by the history, whoever else does
SAMPLE = 60  # members of a long list that are weighed; the others count as much
DEEPEST = 12


class Recent(Generic[T]):
    def __init__(self, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, or is made now. One that is larger than all may be is not
        kept.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        value = make()
        size = weight(value)
        if size > self.most_bytes:
            return value
        self._kept[key] = (value, size)
        self.bytes += size
        while len(self._kept) > self.most or self.bytes > self.most_bytes:
            self.bytes -= self._kept.popitem(last=False)[1][1]
        return value


def weight(value: Any) -> int:
    """About how many bytes it holds that nothing else does; of long lists a sample is weighed."""
    return _weight(value, set(), 0)


def _weight(value: Any, seen: set[int], depth: int) -> int:
    if id(value) in seen or isinstance(value, SHARED) or depth > DEEPEST:
        return 8
    seen.add(id(value))
    if isinstance(value, (str, bytes, int, float, bool)) or value is None:
        return sys.getsizeof(value)
    if hasattr(value, "nbytes"):  # an array
        return int(value.nbytes) + 100
    size = sys.getsizeof(value, 64)
    if isinstance(value, Mapping):
        return size + _all(value.values(), len(value), seen, depth) + 80 * len(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return size + _all(value, len(value), seen, depth)
    names = getattr(type(value), "__slots__", None) or getattr(value, "__dict__", {})
    inner = [getattr(value, n, None) for n in ((names,) if isinstance(names, str) else names)]
    return size + sum(_weight(v, seen, depth + 1) for v in inner)


def _all(values: Iterable[Any], n: int, seen: set[int], depth: int) -> int:
    step = max(1, n // SAMPLE)
    some = [_weight(v, seen, depth + 1) for v in islice(values, 0, None, step)]
    return sum(some) * n // max(1, len(some))
