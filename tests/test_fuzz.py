"""What fuzzing found, and small beginnings of it, is tried each time (`make fuzz` goes on)."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.fuzz import FOUND, changed, try_dates, try_intake, try_naming, try_reading

CASES = sorted(FOUND.iterdir())


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_a_case_that_was_kept_gives_nothing_that_cannot_be(path: Path) -> None:
    raw = path.read_bytes()
    try_intake((path.suffix.lstrip("."), raw))
    text = raw.decode("utf-8", "surrogatepass")[:4000]
    for tried in (try_dates, try_reading, try_naming):
        tried(text)


def test_a_case_is_changed_the_same_way_each_time() -> None:
    import random

    raw = CASES[0].read_bytes()
    assert changed(raw, random.Random(3)) == changed(raw, random.Random(3))
    assert len({changed(raw, random.Random(n)) for n in range(20)}) > 10
