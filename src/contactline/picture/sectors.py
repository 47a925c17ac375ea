"""Sectors: connected ground of one side; pockets: ground of one side inside another's; what is
left is a remnant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import (
    Agreement,
    Basis,
    Holder,
    Holding,
    Place,
    Pocket,
    Role,
    Sector,
    Stored,
)
from contactline.naming.outlines import Outlines
from contactline.picture.distance import km
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.parties import unnamed
from contactline.picture.places import ReportedPlace
from contactline.picture.pockets import (
    Ground,
    around_of,
    besieger,
    called_pockets,
    enclosed,
    held_inside,
    pocket_of,
    side_around,
)
from contactline.picture.sector_names import chief, own, region, wholes
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

AREAS = ("area", "region")
SPEAKS = frozenset({"presence", "identity", "support"})  # of who is in a sector and behind it
INSIDE = 0.8  # of a sector's places lie in a part of a country that is named, for it to be meant
PRESENT_KM = 12.0  # from a sector's places, within which who is present is in it


def _find(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _components(ground: Ground) -> list[list[int]]:
    """Places of one holder that touch; parts that only unknown ground separates are one."""
    n = len(ground.holdings)
    parent = list(range(n))
    for i, j, _ in ground.edges:
        a, b = ground.holdings[i].holder, ground.holdings[j].holder
        if a and a == b:
            parent[_find(parent, i)] = _find(parent, j)
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(n):
        if ground.holdings[i].holder:
            groups[_find(parent, i)].append(i)
    comps = sorted(groups.values(), key=len, reverse=True)
    by_holder: dict[Holder, list[list[int]]] = defaultdict(list)
    for c in comps:
        by_holder[ground.holdings[c[0]].holder or Holder("")].append(c)
    told = [h for h in ground.holdings if h.holder and h.told and h.probability >= 0.5]
    foreign = {
        (h, r): shapely.union_all(
            [
                shapely.Point(o.place.lon, o.place.lat).buffer(r)
                for o in told
                if not h.meets(o.holder)
            ]
        )
        for h in by_holder
        for r in (NEAR[1], FAR[1])
    }
    out: list[list[int]] = []
    for holder, parts in by_holder.items():
        merged: list[list[int]] = []
        for part in parts:
            for m in merged:
                if any(
                    line.length == 0
                    or line.intersection(foreign[holder, reach]).length < share * line.length
                    for line, (share, reach) in _ways(ground, part, m)
                ):
                    m += part
                    break
            else:
                merged.append(list(part))
        out += merged
    return sorted(out, key=lambda c: (-len(c), c[0]))


# (most share of a way that others' places may cover, how far in degrees they reach): short ways
# and long ones
NEAR, FAR, NEAR_KM = (0.35, 0.12), (0.12, 0.27), 160.0


def _ways(
    ground: Ground, a: list[int], b: list[int]
) -> list[tuple[BaseGeometry, tuple[float, float]]]:
    """Straight ways between places told of by name in two parts, each with the rule for its
    length.
    """

    def told(part: list[int]) -> list[Place]:
        hs = [ground.holdings[i] for i in part]
        return [h.place for h in hs if h.told][:12] or [h.place for h in hs][:6]

    pairs = [(p, q) for p in told(a) for q in told(b)]
    ranked = sorted(
        ((km(p.lat, p.lon, q.lat, q.lon), p, q) for p, q in pairs),
        key=lambda x: (x[0], x[1].id, x[2].id),
    )[:60]
    return [
        (shapely.LineString([(p.lon, p.lat), (q.lon, q.lat)]), NEAR if far <= NEAR_KM else FAR)
        for far, p, q in ranked
    ]


def sectors_of(
    ground: Ground,
    areas: Sequence[tuple[Place, Holding, list[Stored]]],
    claims: Sequence[Stored],
    sides: Sides,
    agreements: Sequence[Agreement],
    activity: Mapping[str, tuple[str, date, tuple[str, ...]]],
    settings: Settings,
    on: date,
) -> tuple[list[Sector], list[Holding]]:
    """Sectors by size, and remnants: holdings too scattered to be one."""
    total = sum(1 for h in ground.holdings if h.place.feature == "settlement") or 1
    marked = called_pockets(claims, on)
    comps = _components(ground)
    pockets: list[tuple[Pocket, Place]] = []
    main: list[list[int]] = []
    used: set[str] = set()
    for comp in comps:
        names = {ground.holdings[i].place.id for i in comp}
        encloser = enclosed(ground, comp, max(3, len(ground.holdings) // 12))
        told = {ground.holdings[i].place.id for i in comp if ground.holdings[i].told}
        said = bool(told) and told <= set(marked)
        if (encloser or said) and len(comp) <= max(6, len(ground.holdings) // 12):
            inside = encloser or around_of(ground, comp, ground.holdings[comp[0]].holder)
            if inside and inside != ground.holdings[comp[0]].holder:
                pockets.append(
                    (
                        pocket_of(ground, comp, inside, marked, activity),
                        ground.holdings[comp[0]].place,
                    )
                )
                used |= names
                continue
        main.append(comp)
    by_id = {h.place.id: h for h in ground.holdings}
    for pid, (place, ids) in sorted(marked.items()):
        if pid in used:
            continue
        h = by_id.get(pid)
        inside = besieger(ground, h) or side_around(
            ground, place, h.holder if h and h.told else None
        )
        holder = h.holder if h and h.told and h.holder != inside else None
        holder = holder or (held_inside(ground, place, inside) if inside else None)
        status = h.status if h and holder else "unknown"
        if inside:
            pockets.append(
                (
                    Pocket(
                        place.name,
                        holder,
                        inside,
                        (place.name,),
                        activity.get(pid, ("not said", on, ()))[0],
                        status,
                        tuple(
                            dict.fromkeys(
                                [
                                    *ids,
                                    *(h.claims if h else ()),
                                    *activity.get(pid, ("", on, ()))[2],
                                ]
                            )
                        ),
                    ),
                    place,
                )
            )
            used.add(pid)
    drawn: list[tuple[Sector, list[Holding]]] = []
    remnants: list[Holding] = []
    heard = [
        e
        for e in evidence_of(s for s in claims if s.claim.kind in SPEAKS and s.claim.actor)
        if e.actual and e.so_by(on)
    ]
    sentences: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for s in claims:
        if s.claim.place and s.claim.place.id:
            sentences[s.claim.place.id].add((s.claim.report, s.claim.start))

    def sector(
        hs: list[Holding],
        strong: list[Holding],
        wide: Sequence[tuple[Place, Holding, list[Stored]]],
    ) -> Sector:
        return _sector(
            hs,
            strong,
            wide,
            pockets,
            ground,
            heard,
            sentences,
            sides,
            agreements,
            activity,
            total,
            settings,
            on,
        )

    for comp in main:
        hs = [ground.holdings[i] for i in comp if ground.holdings[i].place.id not in used]
        strong = [h for h in hs if h.told]
        if not hs:
            continue
        wide = [
            a
            for a in areas
            if a[1].holder == hs[0].holder
            and any(km(a[0].lat, a[0].lon, h.place.lat, h.place.lon) <= a[0].radius_km for h in hs)
        ]
        if not strong and not wide:
            continue
        if (
            strong
            and not wide
            and max(h.probability for h in strong) < settings.standing.held_at
            and len(strong) < 2
        ):
            remnants += strong
            continue
        drawn.append((sector(hs, strong, wide), hs))
    covered = [(s.side, h.place) for s, hs in drawn for h in hs]
    for area in sorted(areas, key=lambda a: (-a[0].radius_km, a[0].id)):
        place, h, told_of = area
        if not h.holder or any(
            side == h.holder and km(place.lat, place.lon, q.lat, q.lon) <= place.radius_km
            for side, q in covered
        ):
            continue
        if ReportedPlace(place, told_of).partly or not _of_its_own(place, h, settings):
            remnants.append(h)
            continue
        if any(
            side == h.holder and km(place.lat, place.lon, q.lat, q.lon) <= q.radius_km
            for side, q in covered
            if q.feature in AREAS or "#" in q.id
        ):
            continue
        drawn.append((sector([h], [h], [area]), [h]))
        covered.append((h.holder, place))
    sectors = [s for s, _ in drawn]
    return sorted(sectors, key=lambda s: (-len(s.places), s.name)), remnants


def _sector(
    hs: list[Holding],
    strong: list[Holding],
    wide: Sequence[tuple[Place, Holding, list[Stored]]],
    pockets: Sequence[tuple[Pocket, Place]],
    ground: Ground,
    heard: Sequence[Evidence],
    sentences: Mapping[str, set[tuple[str, int]]],
    sides: Sides,
    agreements: Sequence[Agreement],
    activity: Mapping[str, tuple[str, date, tuple[str, ...]]],
    total: int,
    settings: Settings,
    on: date,
) -> Sector:
    side = hs[0].holder or Holder("")
    here = {h.place.id for h in hs}
    near = [h.place for h in hs]
    named = list(
        dict.fromkeys(n for h in sorted(strong, key=lambda h: -h.place.population) for n in h.named)
    ) or list(dict.fromkeys(n for _, h, _ in wide for n in h.named))
    ids = set(side.sides)
    roots = {sides.name(x) for x in ids} | set(named)
    ours = {x for n in named if (x := own(n, sides, on))}
    elsewhere_too = {
        x
        for h in ground.holdings
        if h.place.id not in here
        for n in h.named
        if (x := own(n, sides, on))
    }
    spoken_of_here: set[tuple[str, int]] = set().union(*(sentences.get(i, ()) for i in here))

    def covered(pid: str, lat: float | None, lon: float | None) -> bool:
        return pid in here or (
            lat is not None
            and lon is not None
            and any(km(lat, lon, p.lat, p.lon) <= _reach(p) for p in near)
        )

    backers: dict[str, float] = {}
    core: list[str] = []
    present: dict[str, float] = {}
    proof: list[str] = []
    guests: set[str] = set()
    behind: dict[str, list[str]] = {}  # guests' own backers
    elsewhere = {
        x for h in ground.holdings if h.holder for x in h.holder.sides
    }  # who holds ground is backed there
    for e in heard:
        s, c = e.stored, e.claim
        if not (c.actor and c.actor.id):
            continue
        if (
            c.kind == "presence"
            and c.aspect != "leaves"
            and c.place
            and c.place.id
            and c.place.feature not in ("sea", "continent")
            and (
                (covered(c.place.id, c.place.lat, c.place.lon) and (c.place.radius_km or 0) < 90)
                or _within(c.place, near)
            )
        ):
            name = sides.name(c.actor.id[6:])
            lately = (on - e.day(on)).days <= settings.activity.recent_days
            if (
                lately
                and not ids & {sides.of(c.actor.id, on)}
                and sides.own(c.actor.id, on) not in ours
            ):
                present[name] = max(present.get(name, 0), c.confidence)
                guests.add(name)
                proof.append(s.id)
        if (
            c.kind == "identity"
            and c.aspect == "part_of"
            and c.other
            and c.other.id
            and sides.of(c.other.id, on) in ids
            and sides.name(c.actor.id[6:]) not in (*core, *(sides.name(x) for x in ids))
        ):
            core.append(sides.name(c.actor.id[6:]))
            proof.append(s.id)
    for e in heard:
        s, c = e.stored, e.claim
        if c.kind != "support" or not (c.actor and c.other and c.actor.id and c.other.id):
            continue
        a, b = sides.name(c.actor.id[6:]), sides.name(c.other.id[6:])
        one, two = sides.own(c.actor.id, on), sides.own(c.other.id, on)
        # a party that holds ground elsewhere too may be backed there, and not here
        said_here = (c.report, c.start) in spoken_of_here
        forward = two in ours and (said_here or two not in elsewhere_too)
        local = b in guests and sides.of(c.other.id, on) not in elsewhere
        allied = c.aspect == "allied"
        back = allied and one in ours and (said_here or one not in elsewhere_too)
        if allied and c.confidence < settings.ties.ally_at:
            continue
        if allied and (one if forward else two) in elsewhere_too:
            continue  # who holds ground of its own is an ally, and backs nobody by that
        if local:
            behind.setdefault(b, []).append(a)
            proof.append(s.id)
        giver = a if forward else b if back else None
        itself = (one if forward else two) in ours
        if giver and unnamed(c.actor.actor_id if forward else c.other.actor_id):
            continue  # "militias that support the army" name nobody
        if giver and not itself and giver not in roots and giver not in named:
            backers[giver] = max(backers.get(giver, 0), c.confidence)
            proof.append(s.id)
    mine = [
        p
        for p, at in pockets
        if p.inside == side and min(km(at.lat, at.lon, q.lat, q.lon) for q in near) <= 70.0
    ]
    words = Counter(activity[i][0] for i in here if i in activity)
    for place, _, _ in wide:
        if place.id in activity:
            words[activity[place.id][0]] += 1
    state = words.most_common(1)[0][0] if words else "not said"
    for word in ("fighting", "tense"):
        if words.get(word, 0) >= max(1, 0.3 * sum(words.values())):
            state = word
            break
    agreed = [
        f"{a.name}: {a.status}"
        for a in agreements
        if a.status != "not heard of"
        and (any(p in roots for p in a.parties) or _lies_in(a, hs, wide))
        and (a.place is None or _lies_in(a, hs, wide))
    ]
    main_places = [
        h.place.name
        for h in sorted(strong or hs, key=lambda h: (-h.place.population, h.place.name))
    ][:10]
    regions = [
        p.name
        for p, _, _ in sorted(wide, key=lambda w: (w[0].feature == "country", -w[0].radius_km))
        # an area names the sector that lies in it
        if 2 * sum(km(p.lat, p.lon, q.lat, q.lon) <= p.radius_km for q in near) > len(near)
    ]
    label = next((r for r in regions if r), "") or region(hs) or main_places[0]
    partial = tuple(h.place.name for h in strong if h.basis == Basis.PART)
    who = " and ".join(chief(named, strong, sides, on)) or sides.name(side.sides[0])
    evidence = tuple(
        dict.fromkeys(
            [i for h in sorted(strong, key=lambda h: -h.place.population) for i in h.claims[:2]]
            + [i for _, h, _ in wide for i in h.claims[:2]]
            + proof
        )
    )
    return Sector(
        f"{who}: {label}",
        side,
        tuple(named),
        tuple(core[:6]),
        tuple(
            k + (f" (backed by {', '.join(dict.fromkeys(behind[k]))})" if k in behind else "")
            for k in wholes(sorted(present, key=lambda k: (-present[k], k)), sides, on)[:6]
        ),
        tuple(sorted(backers, key=lambda k: (-backers[k], k))[:8]),
        tuple(sorted(h.place.name for h in hs)),
        tuple(main_places),
        round(sum(1 for h in hs if h.place.feature == "settlement") / total, 4),
        sum(h.place.population for h in hs),
        state,
        tuple(sorted(mine, key=lambda p: p.name)),
        tuple(agreed[:6]),
        evidence,
        partial,
    )


def _reach(p: Place) -> float:
    """How far from a place (km) who is present is present in its sector."""
    return max(PRESENT_KM, p.radius_km) if p.feature in AREAS or "#" in p.id else PRESENT_KM


def _of_its_own(place: Place, h: Holding, settings: Settings) -> bool:
    """An area surely said to be held is a sector, whether or not a town of it is told of."""
    return (
        h.basis in (Basis.AREA, Basis.TOLD)
        and h.probability >= settings.standing.held_at
        and (place.feature in AREAS or "#" in place.id)
    )


def _within(where: Role, near: Sequence[Place]) -> bool:
    """The part of a country that is named holds most of the sector's places."""
    if where.lat is None or where.lon is None or "#" not in (where.id or ""):
        return False
    shape = Outlines.load().of_id(where.id or "")
    inside = sum(
        shape.intersects(shapely.Point(p.lon, p.lat))
        if shape is not None
        else km(where.lat, where.lon, p.lat, p.lon) <= (where.radius_km or 0)
        for p in near
    )
    return inside >= INSIDE * len(near)


def _lies_in(
    a: Agreement, hs: Sequence[Holding], wide: Sequence[tuple[Place, Holding, list[Stored]]]
) -> bool:
    return a.place is not None and (
        any(h.place.name == a.place for h in hs) or any(p.name == a.place for p, _, _ in wide)
    )
