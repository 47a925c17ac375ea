"""Contact lines: where the ground of two sides that are told of meets, how long, and what stands
between them there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from contactline.model import Agreement, ContactLine, Holder, Holding, Stored, Tie
from contactline.picture.distance import km, unit
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.geography import countries, country_at, length_km
from contactline.picture.pockets import Ground
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

EARTH_KM = 12742.0
TOUCH = 0.002  # degrees; cells of neighbours may miss each other by a rounding
HOSTILE, TRUCE, ALLIED, NOT_KNOWN = "hostile", "truce", "allied", "unclear"
KEEP_PEACE = frozenset({"ceasefire", "de-escalation", "peace", "agreement"})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where the cells of two places meet."""

    course: BaseGeometry
    a: Holding
    b: Holding

    @property
    def apart_km(self) -> float:
        return km(self.a.place.lat, self.a.place.lon, self.b.place.lat, self.b.place.lon)


def contact_lines(
    ground: Ground,
    sides: Sides,
    ties: Sequence[Tie],
    agreements: Sequence[Agreement],
    claims: Sequence[Stored],
    settings: Settings,
    on: date,
) -> list[ContactLine]:
    """Longest first, in km. Uncertainty is the length along cells that are held with less than
    `standing.held_at`.
    """
    met = _meetings(ground, settings)
    clashes = [
        e
        for e in evidence_of(s for s in claims if s.claim.kind == "fight")
        if e.actual and e.so_by(on)
    ]
    out = []
    for (a, b), found in met.items():
        near = sorted(found, key=lambda f: (f.apart_km, f.a.place.name, f.b.place.name))
        here = [e for e in clashes if _fought(e, a, b, sides, on) and _by(e, near, settings)]
        here.sort(key=lambda e: (e.day(on), e.id))
        agreed = [x for x in agreements if _covers(x, a, b, near, sides, settings, on)]
        between = _between(a, b, ties, sides, on)
        course = shapely.union_all([f.course for f in found])
        unsure = sum(
            length_km(f.course)
            for f in found
            if min(f.a.probability, f.b.probability) < settings.standing.held_at
        )
        proof = [e.id for e in here[-settings.lines.cited :]]
        proof += [c for x in agreed[:1] for c in x.claims[: settings.lines.cited]]
        proof += [c for t in between[: settings.lines.cited] for c in t.claims[:3]]
        proof += [h.claims[0] for f in near[:2] for h in (f.a, f.b) if h.claims]
        out.append(
            ContactLine(
                a.called(sides.names),
                b.called(sides.names),
                _relation(here, agreed, between, settings, on),
                round(length_km(course), 1),
                round(unsure, 1),
                tuple((f.a.place.name, f.b.place.name) for f in near[: settings.lines.places]),
                here[-1].day(on) if here else None,
                tuple(f"{x.name}: {x.status}" for x in agreed),
                tuple(dict.fromkeys(proof)),
                _path(course),
            )
        )
    return sorted(out, key=lambda x: (-x.length_km, x.a, x.b))


def _meetings(ground: Ground, settings: Settings) -> dict[tuple[Holder, Holder], list[_Stretch]]:
    """Stretches by the two holders, in the order of their ids;
    only where both are told of nearby.
    """
    told = _told_near(ground, settings.lines.told_km)
    shapes = list(ground.cells)
    tree = shapely.STRtree(shapes)
    pairs = sorted(
        {
            (min(i, int(j)), max(i, int(j)))
            for i, c in enumerate(shapes)
            if told[i] and not c.is_empty
            for j in tree.query(c, predicate="dwithin", distance=TOUCH)
            if int(j) != i and told[int(j)]
        }
    )
    out: dict[tuple[Holder, Holder], list[_Stretch]] = defaultdict(list)
    for i, j in pairs:
        p, q = ground.holdings[i], ground.holdings[j]
        if not p.holder or not q.holder or p.holder.meets(q.holder):
            continue
        if p.holder > q.holder:
            p, q = q, p
        course = shapes[i].buffer(TOUCH).intersection(shapes[j].boundary)
        if (land := _land(p, q)) is not None:
            course = course.intersection(land)
        if course.length > 2 * TOUCH and p.holder and q.holder:
            out[p.holder, q.holder].append(_Stretch(course, p, q))
    return out


def _told_near(ground: Ground, reach_km: float) -> list[bool]:
    """For each place, whether its holder is told to hold it or a place within reach."""
    out = [False] * len(ground.holdings)
    by: dict[Holder, list[int]] = defaultdict(list)
    for i, h in enumerate(ground.holdings):
        if h.holder:
            by[h.holder].append(i)
    for places in by.values():
        sure = [i for i in places if ground.holdings[i].told]
        if not sure:
            continue
        at = [ground.holdings[i].place for i in places]
        heard = [ground.holdings[i].place for i in sure]
        far, _ = cKDTree(unit([p.lat for p in heard], [p.lon for p in heard])).query(
            unit([p.lat for p in at], [p.lon for p in at])
        )
        apart = EARTH_KM * np.arcsin(np.clip(np.asarray(far) / 2, 0, 1))
        for i, d in zip(places, apart, strict=True):
            out[i] = bool(d <= reach_km)
    return out


def _land(p: Holding, q: Holding) -> BaseGeometry | None:
    """The countries of two places, that a line between them does not leave."""
    names = {n for h in (p, q) if (n := country_at(h.place.lat, h.place.lon))}
    return shapely.union_all([countries()[n] for n in sorted(names)]) if names else None


def _fought(e: Evidence, a: Holder, b: Holder, sides: Sides, on: date) -> bool:
    c = e.claim
    if not (c.actor and c.other):
        return False
    x, y = sides.of(c.actor.id, e.day(on)), sides.of(c.other.id, e.day(on))
    return (x in a.sides and y in b.sides) or (x in b.sides and y in a.sides)


def _by(e: Evidence, near: Sequence[_Stretch], settings: Settings) -> bool:
    """A clash along the line; one that nobody places may be anywhere along it."""
    p = e.place
    return p is None or any(
        km(p.lat, p.lon, h.place.lat, h.place.lon) <= settings.lines.along_km + p.radius_km
        for f in near
        for h in (f.a, f.b)
    )


def _covers(
    x: Agreement,
    a: Holder,
    b: Holder,
    near: Sequence[_Stretch],
    sides: Sides,
    settings: Settings,
    on: date,
) -> bool:
    """An agreement of both sides to keep the peace, where the line runs or everywhere."""
    of = {sides.of(f"actor:{p}", on) for p in x.party_ids}
    if x.kind not in KEEP_PEACE or of.isdisjoint(a.sides) or of.isdisjoint(b.sides):
        return False
    if x.lat is None or x.lon is None:
        return x.place is None
    reach = settings.lines.along_km + x.radius_km
    return any(
        km(x.lat, x.lon, h.place.lat, h.place.lon) <= reach for f in near for h in (f.a, f.b)
    )


def _between(a: Holder, b: Holder, ties: Sequence[Tie], sides: Sides, on: date) -> list[Tie]:
    """Ties between a party of one and a party of the other."""
    names = {n for t in ties for n in (t.a, t.b)}
    side = {n: sides.of(f"actor:{sides.spoken[n]}", on) for n in names if n in sides.spoken}
    return [
        t
        for t in ties
        if (side.get(t.a) in a.sides and side.get(t.b) in b.sides)
        or (side.get(t.b) in a.sides and side.get(t.a) in b.sides)
    ]


def _relation(
    clashes: Sequence[Evidence],
    agreed: Sequence[Agreement],
    between: Sequence[Tie],
    settings: Settings,
    on: date,
) -> str:
    """Clashes of late make a line hostile whatever was signed; then an agreement in force; then how
    the sides stand.
    """
    if any((on - e.day(on)).days <= settings.standing.contest_days for e in clashes):
        return HOSTILE
    if any(x.status.in_force for x in agreed):
        return TRUCE
    total = sum(t.sign * t.weight for t in between)
    if total <= -settings.lines.clear:
        return HOSTILE
    return ALLIED if total >= settings.lines.clear else NOT_KNOWN


def _path(course: BaseGeometry) -> tuple[tuple[tuple[float, float], ...], ...]:
    return tuple(
        tuple((round(x, 4), round(y, 4)) for x, y in part.coords)
        for part in getattr(course, "geoms", [course])
        if part.geom_type == "LineString"
    )
