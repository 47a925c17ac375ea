"""When a later claim is what was expected, and when it rules that out: kinds, sides, and how near a
place must be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from scipy.spatial import cKDTree

from contactline.model import Role, Stored
from contactline.naming.folding import light
from contactline.picture.distance import km, unit
from contactline.picture.sides import Sides
from contactline.prospects.settings import DEFAULT, Deciding
from contactline.reading.outlook import OFFENSIVE, nowhere

RULES = DEFAULT.deciding
EARTH_KM = 12742.0  # the earth's diameter, for chords of the unit sphere

# what shows that a thing has come about, beside the thing itself: who holds a place has taken it,
# who fights there has come
SHOWN_BY: dict[tuple[str, str | None], frozenset[tuple[str, str | None]]] = {
    ("control", "gains"): frozenset({("control", "gains"), ("control", "holds")}),
    ("control", "loses"): frozenset({("control", "loses"), ("presence", "leaves")}),
    ("control", "contests"): frozenset(
        {("control", "contests"), ("control", "gains"), ("fight", None), ("strike", None)}
    ),
    ("control", "holds"): frozenset({("control", "holds")}),
    ("presence", "arrives"): frozenset(
        {
            ("presence", "arrives"),
            ("presence", "located"),
            ("control", "gains"),
            ("control", "holds"),
        }
    ),
    ("presence", "leaves"): frozenset({("presence", "leaves"), ("control", "loses")}),
}

Friends = Callable[[str, str], bool]  # whether two sides stand together, or are enemies
Share = Callable[
    [str, str, date], float | None
]  # place id, side, day: how much of the place the picture gives the side


def side(s: Stored, role: str, sides: Sides, on: date) -> str | None:
    r = getattr(s.claim, role)
    return sides.of(r.id, on) if r else None


def both(s: Stored, sides: Sides, on: date) -> dict[str, str]:
    return {r: x for r in ("actor", "other") if (x := side(s, r, sides, on))}


def same_event(
    expected: Stored,
    later: Stored,
    sides: Sides,
    share: Share | None = None,
    friends: Friends | None = None,
    rules: Deciding = RULES,
) -> bool:
    """The later claim is what was expected: kind, the sides, and a place as near as the expectation
    names one.

    What names no place needs both its parties; a place that is not known can only be met under the
    same words. A place that an ally takes is taken.
    """
    a, b = expected.claim, later.claim
    if b.confidence < rules.sure:
        return False
    if a.kind in OFFENSIVE:
        if b.kind not in OFFENSIVE and not (b.kind == "situation" and b.aspect == "fighting"):
            return False
    elif a.kind == "situation":
        if not (b.kind == "situation" and b.aspect == a.aspect) and not (
            a.aspect == "fighting" and b.kind in OFFENSIVE
        ):
            return False
    elif (b.kind, b.aspect) not in SHOWN_BY.get(
        (a.kind, a.aspect), frozenset({(a.kind, a.aspect)})
    ):
        return False
    mine, theirs = both(expected, sides, later.on), both(later, sides, later.on)
    if a.kind in OFFENSIVE and b.kind in OFFENSIVE:
        if b.kind == "strike" and a.kind == "strike":
            if any(mine.get(r) and mine[r] != theirs.get(r) for r in ("actor", "other")):
                return False
        elif mine and not set(mine.values()) <= set(theirs.values()):
            return False
    elif (
        a.kind != "situation"
        and mine.get("actor")
        and (
            mine["actor"] not in theirs.values()
            if b.kind in OFFENSIVE
            else mine["actor"] != theirs.get("actor")
        )
    ):
        ally = (
            a.kind == "control"
            and a.aspect == "gains"
            and b.kind == "control"
            and "actor" in theirs
            and friends is not None
            and friends(mine["actor"], theirs["actor"])
        )
        if not ally:
            return False
    if (
        a.kind in ("support", "hostility", "identity", "agreement")
        and mine.get("other")
        and mine["other"] not in theirs.values()
    ):
        return False
    if a.place is None:
        return len(set(mine.values())) == 2 or (
            a.kind == "agreement" and bool(mine) and a.aspect in ("made", "broken")
        )
    if not same_place(a.place, b.place, rules):
        return False
    if (
        a.kind == "control"
        and b.kind == "control"
        and b.extent in ("part", "pocket")
        and a.extent not in ("part", "pocket")
    ):
        return False  # a quarter of the town is not the town
    least = {"gains": rules.gains, "holds": rules.holds}.get(b.aspect or "", 0.0)
    return believed(later, sides, share, least)


def believed(later: Stored, sides: Sides, share: Share | None, least: float) -> bool:
    """The picture bears the later claim out: a claim that all others contradict decides nothing."""
    c = later.claim
    who = side(later, "actor", sides, later.on)
    if (
        share is None
        or c.kind != "control"
        or c.aspect not in ("gains", "holds")
        or who is None
        or c.place is None
        or c.place.id is None
    ):
        return True
    p = share(c.place.id, who, later.on)
    return p is None or p >= least


def same_place(a: Role, b: Role | None, rules: Deciding = RULES) -> bool:
    """One place by id or by points near enough; places without a point only by the same, telling
    name.
    """
    if b is None:
        return False
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return (
            len(light(a.text)) >= rules.least_letters
            and light(a.text) == light(b.text)
            and not nowhere(a)
        )
    if a.id == b.id:
        return True
    reach = min(a.radius_km or rules.point_km, rules.reach_km)
    return (
        a.feature != "country"
        and (b.radius_km or rules.later_km) <= max(reach, rules.told_km)
        and km(a.lat, a.lon, b.lat, b.lon) <= max(rules.beside_km, reach)
    )


def opposite(
    expected: Stored,
    later: Stored,
    sides: Sides,
    share: Share | None = None,
    enemies: Friends | None = None,
    rules: Deciding = RULES,
) -> bool:
    """The later claim rules the expectation out: an enemy took the place, or the opposite agreement
    step.
    """
    a, b = expected.claim, later.claim
    if (
        a.kind == "control"
        and a.aspect == "gains"
        and b.kind == "control"
        and a.place
        and b.place
        and a.place.lat is not None
        and a.place.id == b.place.id
        and b.confidence >= rules.sure
        and b.extent not in ("part", "pocket")
    ):
        mine, theirs = (
            side(expected, "actor", sides, later.on),
            side(later, "actor", sides, later.on),
        )
        if mine and theirs and enemies is not None and not enemies(mine, theirs):
            return False
        return (
            b.aspect == "gains" and mine != theirs and believed(later, sides, share, rules.against)
        )
    return (
        a.kind == "agreement"
        and a.aspect in ("made", "holds")
        and b.kind == "agreement"
        and b.aspect == "broken"
        and bool(a.actor and b.actor and a.actor.id == b.actor.id)
    )


def stays(
    taken: Stored, sides: Sides, share: Share | None, end: date, rules: Deciding = RULES
) -> bool:
    """Who took the place instead still has it at the end: a town lost again within the horizon
    rules nothing out.
    """
    c = taken.claim
    who = side(taken, "actor", sides, taken.on)
    if share is None or c.kind != "control" or who is None or c.place is None or c.place.id is None:
        return True
    p = share(c.place.id, who, end)
    return p is None or p >= rules.against


class Later:
    """Actual claims by place and by party, so that those an expectation could be decided by are
    found without reading all.
    """

    def __init__(self, actual: Iterable[Stored], sides: Sides, rules: Deciding = RULES) -> None:
        self.rules = rules
        self.by_place: dict[str, list[Stored]] = defaultdict(list)
        self.by_side: dict[str, list[Stored]] = defaultdict(list)
        self.by_words: dict[str, list[Stored]] = defaultdict(list)
        points: dict[str, Role] = {}
        for s in actual:
            r = s.claim.place
            if r is not None:
                if r.id is not None and r.lat is not None and r.lon is not None:
                    self.by_place[r.id].append(s)
                    points.setdefault(r.id, r)
                else:
                    self.by_words[light(r.text)].append(s)
            for x in set(both(s, sides, s.on).values()):
                self.by_side[x].append(s)
        self.ids = sorted(points)
        self._tree = (
            cKDTree(
                unit(
                    [points[i].lat or 0.0 for i in self.ids],
                    [points[i].lon or 0.0 for i in self.ids],
                )
            )
            if points
            else None
        )

    def near(self, place: Role) -> list[Stored]:
        """Claims about a place or any within its reach, in order of day."""
        if place.lat is None or place.lon is None:
            return self.by_words.get(light(place.text), [])
        if self._tree is None:
            return []
        reach = max(
            self.rules.beside_km,
            min(place.radius_km or self.rules.point_km, self.rules.reach_km),
        )
        found = self._tree.query_ball_point(
            unit([place.lat], [place.lon])[0], 2 * math.sin(reach / EARTH_KM) + 1e-9
        )
        ids = {self.ids[i] for i in found} | (
            {place.id} & self.by_place.keys() if place.id else set()
        )
        return _in_order([s for i in ids for s in self.by_place[i]])

    def about(self, expected: Stored, sides: Sides) -> list[Stored]:
        """Claims about the expectation's place, or without one about its parties,
        in order of day.
        """
        c = expected.claim
        if c.place is not None:
            return self.near(c.place)
        found = [
            self.by_side.get(x, [])
            for x in sorted(set(both(expected, sides, expected.on).values()))
        ]
        return min(found, key=len) if found else []


def _in_order(claims: Sequence[Stored]) -> list[Stored]:
    return sorted(claims, key=lambda s: (s.on, s.id))


__all__ = [
    "OFFENSIVE",
    "Friends",
    "Later",
    "Share",
    "both",
    "opposite",
    "same_event",
    "same_place",
    "side",
    "stays",
]
