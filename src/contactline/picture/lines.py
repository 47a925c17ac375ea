"""Contact lines: where the cells of two sides meet, how long, and what stands between the sides there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import Agreement, ContactLine, Stored, Tie
from contactline.picture.evidence import evidence_of
from contactline.picture.geography import km, length_km
from contactline.picture.relations import relation
from contactline.picture.sectors import Ground
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides


def contact_lines(
    ground: Ground,
    sides: Sides,
    ties: Sequence[Tie],
    agreements: Sequence[Agreement],
    claims: Sequence[Stored],
    settings: Settings,
    on: date,
) -> list[ContactLine]:
    """Longest first. Uncertainty is the length that cells of less than held probability add."""
    parts: dict[tuple[str, str], list[tuple[BaseGeometry, int, int]]] = defaultdict(list)
    shapes = list(ground.cells)
    tree = shapely.STRtree(shapes)
    pairs = {
        (min(i, int(j)), max(i, int(j)))
        for i, c in enumerate(shapes)
        if not c.is_empty and ground.holdings[i].holder
        for j in tree.query(c, predicate="dwithin", distance=0.002)
        if int(j) != i
    }  # neighbours may miss each other by a rounding
    for i, j in sorted(pairs):
        a, b = ground.holdings[i].holder, ground.holdings[j].holder
        if not a or not b or a == b or a.meets(b):
            continue
        shared = shapes[i].buffer(0.002).intersection(shapes[j].boundary)
        if shared.length > 0.004:
            parts[min(a, b), max(a, b)].append((shared, i, j))
    holders: dict[str, set[str]] = defaultdict(set)
    for h in ground.holdings:
        if h.holder:
            holders[h.holder] |= set(h.named)
    fights = [
        e
        for e in evidence_of(s for s in claims if s.claim.kind == "fight")
        if e.actual and e.so_by(on)
    ]
    out = []
    for (a, b), found in parts.items():
        word, between = relation(a, b, ties, sides, holders)
        merged = shapely.union_all([g for g, _, _ in found])
        length = length_km(merged)
        unsure = sum(
            length_km(g)
            for g, i, j in found
            if min(ground.holdings[i].probability, ground.holdings[j].probability)
            < settings.standing.held_at
        )
        close = sorted(
            found,
            key=lambda f: km(
                ground.holdings[f[1]].place.lat,
                ground.holdings[f[1]].place.lon,
                ground.holdings[f[2]].place.lat,
                ground.holdings[f[2]].place.lon,
            ),
        )
        facing = tuple(
            (ground.holdings[i].place.name, ground.holdings[j].place.name)
            if ground.holdings[i].holder == a
            else (ground.holdings[j].place.name, ground.holdings[i].place.name)
            for _, i, j in close[:6]
        )
        clashes = sorted(
            (e.day(on), e.id)
            for e in fights
            if e.claim.actor
            and e.claim.other
            and {sides.of(e.claim.actor.id, on), sides.of(e.claim.other.id, on)} & set(a.split("+"))
            and {sides.of(e.claim.actor.id, on), sides.of(e.claim.other.id, on)} & set(b.split("+"))
        )
        names_a, names_b = (
            {sides.name(x) for x in a.split("+")} | holders[a],
            {sides.name(x) for x in b.split("+")} | holders[b],
        )
        agreed = [x for x in agreements if set(x.parties) & names_a and set(x.parties) & names_b]
        if (
            word != "allied"
            and any(x.status == "in force" for x in agreed)
            and not any((on - d).days <= settings.standing.contest_days for d, _ in clashes)
        ):
            word = "truce"
        proof = tuple(
            dict.fromkeys(
                [i for _, i in clashes[-4:]] + [c for t in between[:4] for c in t.claims[:3]]
            )
        )
        lines = [
            tuple((round(x, 4), round(y, 4)) for x, y in part.coords)
            for part in getattr(merged, "geoms", [merged])
            if part.geom_type == "LineString"
        ]
        out.append(
            ContactLine(
                sides.name(a.split("+")[0])
                if "+" not in a
                else " and ".join(sides.name(x) for x in a.split("+")),
                sides.name(b)
                if "+" not in b
                else " and ".join(sides.name(x) for x in b.split("+")),
                word,
                round(length, 1),
                round(unsure, 1),
                facing,
                clashes[-1][0] if clashes else None,
                tuple(f"{x.name}: {x.status}" for x in agreed),
                proof,
                tuple(lines),
            )
        )
    return sorted(out, key=lambda x: (-x.length_km, x.a, x.b))
