"""The picture on a day: every place's holder from the claims about it, unmentioned ground from its neighbours."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import spsolve

from contactline.model import ACTUAL, Actor, Agreement, Holding, Picture, Place, Stored, Tie
from contactline.picture.agreements import agreements_on
from contactline.picture.control import UNNAMED, Observation, State, observations, state_on
from contactline.picture.geography import cells, km, neighbours
from contactline.picture.lines import contact_lines
from contactline.picture.relations import hostile_sides, ties_on
from contactline.picture.sectors import Ground, sectors_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

WIDE = frozenset({"area", "country", "region", "border", "frontier", "highway", "road", "axis", "route", "corridor", "river", "sea", "continent", "front line", "frontline", "supply line", "motorway"})
ABOUT = frozenset({"control", "presence", "fight", "strike", "situation"})


@dataclass(slots=True)
class Unit:
    """A place the claims speak of, with those claims."""

    place: Place
    claims: list[Stored]
    wide: bool


def place_of(s: Stored) -> Place | None:
    r = s.claim.place or (s.claim.other if s.claim.kind == "strike" and s.claim.other and (s.claim.other.id or "").startswith("place:") else None)
    if r is None or r.id is None or r.lat is None or r.lon is None:
        return None
    return Place(r.id, r.label, r.lat, r.lon, r.country or "", r.feature or "settlement", 0, "", r.radius_km or 3.0, r.geoname_id)


def units_of(claims: Sequence[Stored]) -> dict[str, Unit]:
    out: dict[str, Unit] = {}
    for s in claims:
        if s.claim.kind in ABOUT and (p := place_of(s)):
            u = out.setdefault(p.id, Unit(p, [], p.feature in WIDE or "#" in p.id or "@" in p.id))
            u.claims.append(s)
    for u in out.values():
        # a place goes by the spelling most reports use
        spelled = Counter(r.label for s in u.claims for r in (s.claim.place, s.claim.other) if r and r.id == u.place.id)
        u.place = replace(u.place, name=max(sorted(spelled), key=lambda n: spelled[n]))
    return out


def theatre(units: Mapping[str, Unit]) -> list[str]:
    """Countries the war is in: those with at least a tenth of the control claims that have a place."""
    votes: Counter[str] = Counter()
    for u in units.values():
        n = sum(1 for s in u.claims if s.claim.kind == "control")
        if n and u.place.country:
            votes[u.place.country] += n
    total = sum(votes.values())
    return sorted(c for c, n in votes.items() if n >= max(2, 0.1 * total)) or [c for c, _ in votes.most_common(1)]


def _holders(state: State, seen: Sequence[Observation], hostile: set[frozenset[str]]) -> tuple[tuple[str, ...], float]:
    """The likeliest side, with those that hold the place together with it, and their joint probability."""
    ranked = sorted(((v, k) for k, v in state.shares.items() if k != UNNAMED), reverse=True)
    if not ranked:
        return (), 0.0
    top = ranked[0][1]
    joint = {x for o in seen if o.what in ("holds", "gains") and o.ratio > 1 and top in o.sides for x in o.sides}
    joint = {k for k in joint if frozenset({k, top}) not in hostile}
    group = tuple(k for v, k in ranked if k == top or (k in joint and v > 0.3 * ranked[0][0]))
    return group, sum(state.shares[k] for k in group)


def _status(state: State, p: float, group: tuple[str, ...], settings: Settings) -> str:
    if p < settings.held_at and not state.contested_by:
        return "unknown"
    if state.besieged_by and p >= settings.known_at:
        return "besieged"
    rivals = [x for x in state.contested_by if x not in group]
    rival_share = max((state.shares.get(x, 0.0) for x in rivals), default=0.0)
    if state.contested_by and (rival_share > 0.2 or (p < settings.held_at and p >= 0.3)):
        return "contested"
    return "held" if p >= settings.held_at else "unknown"


def hold(unit: Unit, sides: Sides, settings: Settings, on: date, hostile: set[frozenset[str]]) -> tuple[Holding, list[Observation], State]:
    """One place: its holding, the observations and the chain's state, which is all `holds --why` needs."""
    seen = observations(unit.claims, sides.of, settings, on)
    state = state_on(seen, on, settings)
    group, p = _holders(state, seen, hostile)
    status = _status(state, p, group, settings)
    named = tuple(dict.fromkeys(n for o in sorted(seen, key=lambda o: o.day, reverse=True) if o.day <= on and set(o.sides) & set(group) and o.ratio > 1 for n, x in o.named if x in group))
    shares = tuple(sorted(((k, round(v, 4)) for k, v in state.shares.items()), key=lambda x: (-x[1], x[0])))
    ids = tuple(dict.fromkeys(i for o, _ in sorted(state.weights, key=lambda w: (-abs(w[1]), w[0].day)) for i in o.claims))
    partial = [s for s in unit.claims if s.claim.kind == "control" and s.claim.aspect == "holds" and s.claim.extent in ("part", "pocket")]
    basis = "claims, of a part of it" if partial and len(partial) == sum(s.claim.kind == "control" and s.claim.aspect == "holds" for s in unit.claims) else "claims"
    holder = "+".join(group) if group and status != "unknown" else None
    return Holding(unit.place, holder, status, round(p, 4), state.since if holder else None, shares, ids, named if holder else (), basis), seen, state


@dataclass(frozen=True, slots=True)
class Scene:
    """All a picture is made of, so that a what-if can change the ground and draw it again."""

    on: date
    as_known: date | None
    claims: tuple[Stored, ...]
    sides: Sides
    ties: tuple[Tie, ...]
    agreements: tuple[Agreement, ...]
    activity: dict[str, tuple[str, date, tuple[str, ...]]]
    areas: tuple[tuple[Place, Holding, list[Stored]], ...]
    ground: Ground
    settings: Settings


def scene_on(claims: Sequence[Stored], settlements: Sequence[Place], catalogue: Mapping[str, Actor], settings: Settings, on: date, as_known: date | None = None) -> Scene:
    claims = sorted(claims, key=lambda s: s.id)
    sides = Sides(catalogue, claims, settings.sides)
    ties = ties_on(claims, sides, settings, on)
    hostile = hostile_sides(claims, sides, on)
    agreements = agreements_on(claims, sides, settings, on)
    units = units_of(claims)
    holdings: dict[str, Holding] = {}
    areas: list[tuple[Unit, Holding]] = []
    for key, u in sorted(units.items()):
        h, _, _ = hold(u, sides, settings, on, hostile)
        holdings[key] = h
        if u.wide:
            areas.append((u, h))
    ground = _ground(list(settlements), units, holdings, areas, settings)
    activity = _activity(claims, settings, on)
    return Scene(on, as_known, tuple(claims), sides, tuple(ties), tuple(agreements), activity, tuple((u.place, h, u.claims) for u, h in areas), ground, settings)


def draw(scene: Scene) -> Picture:
    """Sectors, lines and the rest from the ground."""
    s = scene
    sectors, remnants = sectors_of(s.ground, s.areas, s.claims, s.sides, s.ties, s.agreements, s.activity, s.settings, s.on)
    lines = contact_lines(s.ground, s.sides, s.ties, s.agreements, s.claims, s.settings, s.on)
    drawn = [h for h in s.ground.holdings if h.basis != "neighbours" or h.holder]
    holdings = sorted([*drawn, *(h for _, h, _ in s.areas)], key=lambda h: (-h.place.population, h.place.name, h.place.id))
    return Picture(s.on, s.as_known, tuple(holdings), tuple(sectors), tuple(lines), s.ties, s.agreements, s.settings.public(), tuple(remnants))


def picture_on(claims: Sequence[Stored], settlements: Sequence[Place], catalogue: Mapping[str, Actor], settings: Settings, on: date, as_known: date | None = None) -> Picture:
    """Pure: the same claims give the same picture, in whatever order they come."""
    return draw(scene_on(claims, settlements, catalogue, settings, on, as_known))


def _ground(settlements: list[Place], units: Mapping[str, Unit], holdings: Mapping[str, Holding], areas: Sequence[tuple[Unit, Holding]], settings: Settings) -> Ground:
    """Settlements of the theatre and the point-like places of claims; those without claims take their neighbours'."""
    countries = set(theatre(units))
    known = {p.id: p for p in settlements if p.country in countries}
    places = dict(known)
    for key, u in units.items():
        if not u.wide and u.place.country in countries:
            base = known.get(key)
            places[key] = replace(u.place, population=base.population if base else 0, admin1=base.admin1 if base else "")
    order = sorted(places)
    nodes = [places[k] for k in order]
    edges = neighbours(nodes, settings.neighbours, 3 * settings.neighbour_km)
    names = sorted({h.holder for h in holdings.values() if h.holder})
    column = {n: i for i, n in enumerate(names)}
    fixed = np.zeros((len(nodes), len(names)))
    sure = np.zeros(len(nodes))
    claims_of: dict[int, list[str]] = defaultdict(list)
    for i, k in enumerate(order):
        h = holdings.get(k)
        if h is not None and h.holder:
            fixed[i, column[h.holder]] = h.probability
            sure[i] = 4.0 + 60.0 * max(0.0, h.probability - 0.3)
    usable = [(u, h) for u, h in areas if h.holder and h.holder in column and u.place.feature not in ("sea", "continent") and u.place.country in countries]
    told = [i for i in range(len(nodes)) if sure[i] > 0]
    for i, p in enumerate(nodes):
        if sure[i] > 0 or not usable:
            continue
        direct = min((km(p.lat, p.lon, nodes[j].lat, nodes[j].lon) for j in told), default=999.0)
        if direct < settings.direct_km:
            continue  # a place told of by name nearby knows better than an area's name
        # the smallest area that covers a place speaks for it
        covering = sorted(((u.place.radius_km, u, h) for u, h in usable if km(p.lat, p.lon, u.place.lat, u.place.lon) <= u.place.radius_km * (1.0 if u.place.feature != "country" or "#" in u.place.id else 9)), key=lambda x: (x[0], x[1].place.id))
        if covering:
            radius, u, h = covering[0]
            inside = u.place.feature == "country" and "#" not in u.place.id
            far = 0.0 if inside else km(p.lat, p.lon, u.place.lat, u.place.lon) / max(radius, 1.0)
            fixed[i, column[h.holder or ""]] = h.probability
            sure[i] = (settings.country if inside else settings.area) * 3.0 * math.exp(-1.5 * far * far) * (1.0 if not h.basis.endswith("part of it") else 0.4)
            claims_of[i] += list(h.claims[:3])
    if len(nodes) and names:
        rows = [i for i, _, _ in edges] + [j for _, j, _ in edges]
        cols = [j for _, j, _ in edges] + [i for i, _, _ in edges]
        w = [math.exp(-d / settings.neighbour_km) for *_, d in edges] * 2
        graph = sp.csr_matrix((w, (rows, cols)), shape=(len(nodes), len(nodes)))
        total = np.asarray(graph.sum(1)).ravel()
        # harmonic function with a leak to the unknown (Zhu, Ghahramani & Lafferty 2003)
        leak = np.where(sure > 3.9, 0.0, settings.leak)
        system = sp.diags(total + leak + sure) - graph
        field = spsolve(system.tocsc(), sure[:, None] * fixed).reshape(len(nodes), len(names))
    else:
        field = np.zeros((len(nodes), max(1, len(names))))
    out: list[Holding] = []
    for i, (k, p) in enumerate(zip(order, nodes, strict=True)):
        h = holdings.get(k)
        if h is not None and (h.holder or h.status != "unknown"):
            out.append(replace(h, place=p))
            continue
        j = int(field[i].argmax()) if names else 0
        share = float(field[i, j]) if names else 0.0
        called_pocket = k in units and any(s.claim.extent == "pocket" for s in units[k].claims)
        if names and share >= settings.known_at and not called_pocket:
            out.append(Holding(p, names[j], "held" if share >= settings.held_at else "unknown", round(share, 4), None, ((names[j], round(share, 4)),), tuple(claims_of[i]), (), "area" if claims_of[i] else "neighbours"))
        elif h is not None:
            out.append(replace(h, place=p))
        else:
            out.append(Holding(p, None, "unknown", round(share, 4), None, (), (), (), "neighbours"))
    return Ground(tuple(out), edges, tuple(cells([h.place for h in out], settings.reach_km)), tuple(sorted(countries)))


def _activity(claims: Sequence[Stored], settings: Settings, on: date) -> dict[str, tuple[str, date, tuple[str, ...]]]:
    """Place id to (calm, tense or fighting; when last said; claims), from what was said most recently."""
    out: dict[str, tuple[str, date, tuple[str, ...]]] = {}
    for s in sorted(claims, key=lambda s: (s.on, s.claim.kind == "situation", s.id)):
        c = s.claim
        day = on if s.published is None and c.valid_from is None else s.on
        if c.modality not in ACTUAL or day > on or (on - day).days > settings.recent_days:
            continue
        r = c.place or (c.other if c.kind == "strike" and c.other and (c.other.id or "").startswith("place:") else None)
        if r is None or r.id is None:
            continue
        word = c.aspect if c.kind == "situation" else "fighting" if c.kind in ("fight", "strike") or (c.kind == "control" and c.aspect in ("gains", "contests")) else None
        if word:
            before = out.get(r.id)
            if before and before[0] == word:
                out[r.id] = (word, day, (*before[2], s.id))
            elif not (before and before[1] == day and c.kind != "situation"):
                out[r.id] = (word, day, (s.id,))
    return out
