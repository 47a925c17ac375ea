"""Pockets: ground of one side inside another's, and whose ground that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from contactline.model import Holder, Holding, Place, Pocket, Stored
from contactline.picture.distance import km
from contactline.picture.evidence import evidence_of

POINT_KM = 4.0  # a place of a wider radius has an inside: what lies there does not surround it


@dataclass(frozen=True, slots=True)
class Ground:
    """Point-like places with their holdings, neighbour pairs and cells, in one order."""

    holdings: tuple[Holding, ...]
    edges: Sequence[tuple[int, int, float]]
    cells: tuple[BaseGeometry, ...]
    countries: tuple[str, ...]


def enclosed(ground: Ground, comp: list[int], limit: int) -> Holder | None:
    """The holder that surrounds a small component: nearly all its held neighbours, in three
    quarters of the compass.
    """
    if len(comp) > limit:
        return None
    inside = set(comp)
    around: Counter[Holder] = Counter()
    border = 0
    sides_met: dict[Holder, set[tuple[bool, bool]]] = defaultdict(set)
    lat, lon = (
        sum(getattr(ground.holdings[i].place, k) for i in comp) / len(comp) for k in ("lat", "lon")
    )
    for i, j, _ in ground.edges:
        for a, b in ((i, j), (j, i)):
            border += a in inside and b not in inside
            if (
                a in inside
                and b not in inside
                and ground.holdings[b].holder
                and ground.holdings[b].probability >= 0.55
            ):
                around[ground.holdings[b].holder or Holder("")] += 1
                where = ground.holdings[b].place
                sides_met[ground.holdings[b].holder or Holder("")].add(
                    (where.lat > lat, where.lon > lon)
                )
    if not around:
        return None
    holder, n = around.most_common(1)[0]
    return (
        holder
        if len(sides_met[holder]) >= 3 and n >= 0.85 * sum(around.values()) and n >= 0.5 * border
        else None
    )


def called_pockets(claims: Sequence[Stored], on: date) -> dict[str, tuple[Place, list[str]]]:
    """Places that a report calls a pocket or an enclave."""
    out: dict[str, tuple[Place, list[str]]] = {}
    for e in evidence_of(s for s in claims if s.claim.extent == "pocket"):
        s, c = e.stored, e.claim
        r = c.place
        if (
            e.actual
            and r
            and r.id
            and r.lat is not None
            and r.lon is not None
            and e.so_by(on)
            and r.feature not in ("country", "area")
        ):
            _place, ids = out.setdefault(
                r.id,
                (
                    Place(
                        r.id,
                        r.label,
                        r.lat,
                        r.lon,
                        r.country or "",
                        r.feature or "",
                        0,
                        "",
                        r.radius_km or 3.0,
                    ),
                    [],
                ),
            )
            ids.append(s.id)
    return out


def around_of(ground: Ground, comp: list[int], own: str | None) -> Holder | None:
    return side_around(ground, ground.holdings[comp[0]].place, own)


def side_around(ground: Ground, place: Place, own: str | None) -> Holder | None:
    """The holder of most of the ground near a place, other than its own."""
    near: Counter[Holder] = Counter()
    for h in ground.holdings:
        if h.holder and h.holder != own and h.place.id != place.id:
            far = km(h.place.lat, h.place.lon, place.lat, place.lon)
            if (place.radius_km if place.radius_km > POINT_KM else 0.0) < far < 90.0:
                near[h.holder] += (
                    (6.0 if h.told else 1.0) * (100.0 / (8.0 + far)) ** 2 * h.probability
                )  # type: ignore[assignment]
    return near.most_common(1)[0][0] if near else None


def besieger(ground: Ground, h: Holding | None) -> Holder | None:
    """Who besieges a place, where that side holds ground: the pocket is inside it."""
    by = set(h.besieged_by) if h else set()
    return next((x.holder for x in ground.holdings if x.holder and by & set(x.holder.sides)), None)


def held_inside(ground: Ground, place: Place, around: Holder) -> Holder | None:
    """The one side that holds what is told of inside a pocket that is named as a whole ("Eastern
    Ghouta", with Douma and Irbin in it); None where several do or nothing is told.
    """
    found = {
        h.holder
        for h in ground.holdings
        if h.told
        and h.holder
        and not h.holder.meets(around)
        and h.place.id != place.id
        and km(h.place.lat, h.place.lon, place.lat, place.lon) <= place.radius_km
    }
    return found.pop() if len(found) == 1 else None


def pocket_of(
    ground: Ground,
    comp: list[int],
    inside: Holder,
    marked: Mapping[str, tuple[Place, list[str]]],
    activity: Mapping[str, tuple[str, date, tuple[str, ...]]],
) -> Pocket:
    hs = [ground.holdings[i] for i in comp]
    big = max(hs, key=lambda h: (h.place.id in marked, h.told, h.place.population))
    words = [activity[h.place.id] for h in hs if h.place.id in activity]
    claims = (
        [i for h in hs for i in h.claims[:4]]
        + [i for h in hs if h.place.id in marked for i in marked[h.place.id][1]]
        + [i for w in words for i in w[2]]
    )
    status = "besieged" if any(h.status == "besieged" for h in hs) else big.status
    return Pocket(
        big.place.name,
        big.holder,
        inside,
        tuple(sorted(h.place.name for h in hs)),
        words[0][0] if words else "not said",
        status,
        tuple(dict.fromkeys(claims)),
    )
