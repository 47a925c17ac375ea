"""Contact lines that moved: their course lies elsewhere, and places along it changed hands.

A course is drawn between places that are told of, so that a place newly told of bends it though
nothing moved. Only a stretch beside a place that is told to have changed hands counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contactline.model import ContactLine, Place
from contactline.picture.changes import Change
from contactline.picture.distance import DEGREE_KM
from contactline.picture.settings import Lines

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

HANDS = frozenset({"taken", "now held by another", "lost"})
Path = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Moved:
    """`km` of the line's course lie further than `lines.moved_km` from where it ran; `changes` are
    those of places along them.
    """

    line: ContactLine
    km: float
    changes: tuple[Change, ...]


def moved(
    before: Iterable[tuple[str, str, Path]],
    lines: Iterable[ContactLine],
    changes: Iterable[Change],
    places: Iterable[Place],
    rule: Lines,
) -> list[Moved]:
    """`before`: who the two are and the course, as (longitude, latitude), of lines on the earlier
    day. A line that is new, or gone, has not moved.
    """
    had = {frozenset((a, b)): path for a, b, path in before}
    spots = {p.id: p for p in places}
    turned = [c for c in changes if c.what in HANDS and c.place_id in spots]
    out = []
    for line in lines:
        path = had.get(frozenset((line.a, line.b)))
        if not path or not turned:
            continue
        near = _apart(path, line.path, [(c, spots[c.place_id or ""]) for c in turned], rule)
        if near is not None:
            out.append(Moved(line, *near))
    return out


def _apart(
    old: Path, new: Path, turned: Sequence[tuple[Change, Place]], rule: Lines
) -> tuple[float, tuple[Change, ...]] | None:
    """Flat, in degrees of latitude: a line is short beside the earth."""
    import shapely

    lats = [y for part in new for _, y in part]
    if not lats:
        return None
    squeeze = math.cos(math.radians(sum(lats) / len(lats)))

    def flat(path: Path) -> BaseGeometry:
        return shapely.MultiLineString([[(x * squeeze, y) for x, y in part] for part in path])

    there = flat(new).difference(flat(old).buffer(rule.moved_km / DEGREE_KM))
    km = there.length * DEGREE_KM
    if km < rule.moved_least_km:
        return None
    reach = rule.along_km / DEGREE_KM
    here = tuple(
        c for c, p in turned if there.distance(shapely.Point(p.lon * squeeze, p.lat)) <= reach
    )
    return (round(km, 1), here) if here else None
