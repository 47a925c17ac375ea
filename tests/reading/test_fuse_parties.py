"""Members of a party do nothing to it, whatever the scores say."""

import numpy as np
import pytest

from contactline.reading.fuse import fuse
from contactline.reading.model import Mention, Scored


def mention(start: int, end: int) -> Mention:
    return Mention(0, start, end, np.array([0.9, 0.02, 0.02], np.float32), np.zeros(4, np.float32))


def read(
    words: list[str], spans: list[tuple[int, int]], label: str, x: int, y: int
) -> list[Scored]:
    ms = [mention(*s) for s in spans]
    said = Scored(label, ms[x], ms[y], 0.8, np.array([1, 0, 0, 0, 0, 0], np.float32), 0)
    return fuse(0, words, ms, [said])


UNITS = [
    "two",
    "loyalist",
    "brigades",
    ",",
    "including",
    "the",
    "Falcon",
    "Battalion",
    "and",
    "Desert",
    "Battalion",
    ",",
    "attacked",
]
CLASH = ["clashes", "between", "the", "army", "and", "the", "rebels", "went", "on"]
TWO = ["the", "army", "and", "rebels", "clashed", "near", "Hama"]


@pytest.mark.parametrize(
    ("words", "spans", "x", "y", "kept"),
    [
        (UNITS, [(1, 3), (6, 8), (9, 11)], 0, 1, False),
        (UNITS, [(1, 3), (6, 8), (9, 11)], 2, 0, False),
        (CLASH, [(3, 4), (6, 7)], 0, 1, True),
        (TWO, [(1, 2), (3, 4)], 0, 1, True),
    ],
)
def test_a_party_does_not_fight_its_own_members(
    words: list[str], spans: list[tuple[int, int]], x: int, y: int, kept: bool
) -> None:
    assert bool([s for s in read(words, spans, "fight", x, y) if s.label == "fight"]) is kept


def test_two_named_inside_one_span_are_two() -> None:
    words = ["the", "Tiger", "Forces", "and", "the", "Desert", "Hawks", "took", "the", "hill"]
    out = read(words, [(1, 7), (1, 3), (5, 7)], "fight", 1, 2)
    assert all(s.x.end - s.x.start < 6 and (s.y is None or s.y.end - s.y.start < 6) for s in out)
