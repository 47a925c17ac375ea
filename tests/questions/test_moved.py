from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import ContactLine, Place
from contactline.picture.changes import Change
from contactline.picture.settings import Lines
from contactline.questions.moved import moved

# along the 35th parallel from 37 to 38 degrees east (91 km), and where it lies afterwards
OLD = [[[37.0, 35.0], [38.0, 35.0]]]
SOUTH = (((37.0, 34.8), (38.0, 34.8)),)
BENT = (((37.0, 35.0), (37.5, 35.0), (37.5, 34.7), (38.0, 34.7)),)
SPOT = Place("place:alpha", "Alpha", 34.9, 37.6, "SY", "settlement")
TAKEN = Change("taken", "Alpha", "Red", "Green", date(2017, 1, 1), "…", ("c1",), "place:alpha")


def line(path: object, a: str = "Red", b: str = "Green") -> ContactLine:
    return ContactLine(a, b, "hostile", 91.0, 0.0, (), None, (), (), path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "change", "where", "km"),
    [
        (line(SOUTH), TAKEN, SPOT, (85, 95)),
        (line(SOUTH, "Green", "Red"), TAKEN, SPOT, (85, 95)),  # the same two
        (line(BENT), TAKEN, SPOT, (60, 75)),
        (line(tuple(map(tuple, OLD))), TAKEN, SPOT, None),  # where it was
        (line((((37.0, 34.95), (38.0, 34.95)),)), TAKEN, SPOT, None),  # within a place's breadth
        (line(SOUTH, "Red", "Grey"), TAKEN, SPOT, None),  # a line of others is new
        (line(SOUTH), replace(TAKEN, what="contested"), SPOT, None),  # nothing changed hands
        (line(SOUTH), TAKEN, replace(SPOT, lat=36.5), None),  # … or elsewhere
        (line(()), TAKEN, SPOT, None),
    ],
)
def test_a_line_has_moved_where_a_place_beside_it_changed_hands(
    now: ContactLine, change: Change, where: Place, km: tuple[int, int] | None
) -> None:
    found = moved([("Red", "Green", OLD)], [now], [change], [where], Lines())
    assert bool(found) == (km is not None)
    for m in found:
        assert km and km[0] <= m.km <= km[1] and m.changes == (change,)
