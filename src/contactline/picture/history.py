"""All that does not depend on the day: sides, a track for every place, the settlement graph. Any day is then quick.

A history is made once for a ledger; `holdings_on(day)` reads each place's track and solves one sparse system for the
ground between. A changed ledger has a new history: nothing is patched.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from contactline.model import ACTUAL, Actor, Holder, Holding, Place, Stored
from contactline.picture.control import NO_DAY, UNNAMED, Observation, Track, observations
from contactline.picture.evidence import place_of, telling_of_the_past
from contactline.picture.geography import cells, km, neighbours, unit
from contactline.picture.parties import Parties
from contactline.picture.relations import Enmity
from contactline.picture.sectors import Ground
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from contactline.picture.sources import Reliability, reliabilities

WIDE = frozenset(
    {
        "area",
        "country",
        "region",
        "border",
        "frontier",
        "highway",
        "road",
        "axis",
        "route",
        "corridor",
        "river",
        "sea",
        "continent",
        "front line",
        "frontline",
        "supply line",
        "motorway",
    }
)
ABOUT = frozenset({"control", "presence", "fight", "strike", "situation"})


class ReportedPlace:
    """A place the claims speak of, with those claims and its track."""

    __slots__ = ("_partly", "_strongest", "_track", "claims", "place", "wide")

    def __init__(self, place: Place, claims: list[Stored]) -> None:
        self.place, self.claims = place, claims
        self.wide = place.feature in WIDE or "#" in place.id or "@" in place.id
        self._track: Track | None = None
        self._strongest: tuple[str, ...] | None = None
        self._partly: bool | None = None

    @property
    def partly(self) -> bool:
        """All that is said of who holds it is said of a part of it."""
        if self._partly is None:
            told = [
                s.claim.extent
                for s in self.claims
                if s.claim.kind == "control" and s.claim.aspect == "holds"
            ]
            self._partly = bool(told) and all(x in ("part", "pocket") for x in told)
        return self._partly

    def strongest(self, track: Track) -> tuple[str, ...]:
        """Claim ids, those that weigh most first."""
        if self._strongest is None:
            ranked = sorted(track.seen, key=lambda o: (-abs(math.log(o.ratio)), o.day))
            self._strongest = tuple(dict.fromkeys(c for o in ranked for c in o.claims))
        return self._strongest

    def track(
        self,
        sides: Sides,
        settings: Settings,
        past: frozenset[str],
        trust: Reliability | None = None,
    ) -> Track:
        if self._track is None:
            said = trust.weighed(self.claims, sides) if trust else self.claims
            self._track = Track(observations(said, sides.of, settings, NO_DAY, past=past), settings)
        return self._track


def reported_places(claims: Sequence[Stored]) -> dict[str, ReportedPlace]:
    out: dict[str, ReportedPlace] = {}
    for s in claims:
        if s.claim.kind in ABOUT:
            r = s.claim.place or s.claim.other
            u = out.get(r.id) if r and r.id else None
            if u is not None and s.claim.place is not None:
                u.claims.append(s)
            elif p := place_of(s):
                out.setdefault(p.id, ReportedPlace(p, [])).claims.append(s)
    for u in out.values():
        _spell(u)
    return out


def _spell(u: ReportedPlace) -> None:
    """A place goes by the spelling most reports use."""
    spelled = Counter(
        r.label
        for s in u.claims
        for r in (s.claim.place, s.claim.other)
        if r and r.id == u.place.id
    )
    u.place = replace(u.place, name=max(sorted(spelled), key=lambda n: spelled[n]))


def theatre(units: Mapping[str, ReportedPlace]) -> list[str]:
    """Countries the war is in: those with at least a tenth of the control claims that have a place."""
    votes: Counter[str] = Counter()
    for u in units.values():
        n = sum(1 for s in u.claims if s.claim.kind == "control")
        if n and u.place.country:
            votes[u.place.country] += n
    total = sum(votes.values())
    return sorted(c for c, n in votes.items() if n >= max(2, 0.1 * total)) or [
        c for c, _ in votes.most_common(1)
    ]


def holders(
    track: Track, shares: Sequence[float], enmity: Enmity, on: date
) -> tuple[tuple[str, ...], float]:
    """The likeliest side, with those that hold the place together with it, and their joint probability."""
    ranked = sorted(((v, k) for v, k in zip(shares, track.sides, strict=False)), reverse=True)
    if not ranked:
        return (), 0.0
    most, top = ranked[0]
    group = [top]
    if len(ranked) > 1 and ranked[1][0] > 0.3 * most:
        joint = track.joint(top)
        group += [
            k
            for v, k in ranked[1:]
            if k in joint and v > 0.3 * most and not enmity.between(k, top, on)
        ]
    return tuple(group), sum(v for v, k in ranked if k in group)


def status(
    track: Track,
    shares: Mapping[str, float],
    p: float,
    group: Sequence[str],
    settings: Settings,
    on: date,
) -> str:
    contested = track.contest(on)
    if p < settings.standing.held_at and not contested:
        return "unknown"
    if p >= settings.spread.known_at and group and track.siege(on, group[0]):
        return "besieged"
    rival = max((shares.get(x, 0.0) for x in contested if x not in group), default=0.0)
    if contested and (rival > 0.2 or (p < settings.standing.held_at and p >= 0.3)):
        return "contested"
    return "held" if p >= settings.standing.held_at else "unknown"


def _likeliest(x: tuple[str, float]) -> tuple[float, str]:
    return -x[1], x[0]


def holding(
    u: ReportedPlace,
    track: Track,
    enmity: Enmity,
    settings: Settings,
    on: date,
    place: Place | None = None,
) -> Holding:
    """One place on one day; `place` as the ground knows it, with its population."""
    p, i = track.shares(on) if track.sides else ([1.0], -1)
    group, share = holders(track, p, enmity, on)
    named_shares = dict(zip([*track.sides, UNNAMED], p, strict=True))
    word = status(track, named_shares, share, group, settings, on)
    holder = Holder.of(group) if word != "unknown" else None
    since = None
    if holder and i >= 0 and track.sides and track.holders[i][0] == track.sides.index(group[0]):
        since = date.fromordinal(track.holders[i][1])
        since = None if track.undated else since
    day = track.days[-1] if track.undated else 0
    named = (
        track.named(group, bisect_right(track.days, day) if track.undated else i + 1)
        if holder
        else ()
    )
    shown = tuple(sorted([(k, round(v, 4)) for k, v in named_shares.items()], key=_likeliest))
    return Holding(
        place or u.place,
        holder,
        word,
        round(share, 4),
        since,
        shown,
        u.strongest(track),
        named,
        "claims, of a part of it" if u.partly else "claims",
    )


class History:
    def __init__(
        self,
        claims: Sequence[Stored],
        settlements: Sequence[Place],
        catalogue: Mapping[str, Actor],
        settings: Settings,
        trust: Reliability | None = None,
    ) -> None:
        self.claims = sorted(claims, key=lambda s: s.id)
        self.settings, self.catalogue = settings, catalogue
        self.settlements = list(settlements)
        self.parties = Parties(self.claims, catalogue, settings.parties)
        self.heard = self.parties.heard(self.claims)
        self.sides = Sides(catalogue, self.heard, settings.sides)
        self.units = reported_places(self.heard)
        self.past = telling_of_the_past(self.heard, settings.doubt.past_days)
        self.enmity = Enmity(self.heard, self.sides)
        self.countries = set(theatre(self.units))
        if trust is None and settings.trust.learn:
            trust = reliabilities(self.units.values(), self.sides, settings, self.past)
        self.trust = trust or Reliability({}, {}, settings)
        self._days: dict[date, tuple[Holding, ...]] = {}

    def track(self, key: str) -> Track:
        return self.units[key].track(self.sides, self.settings, self.past, self.trust)

    def share(self, key: str, side: str, on: date) -> float | None:
        """How much of a place the picture gives a side on a day; None for a place nobody tells of."""
        if key not in self.units:
            return None
        t = self.track(key)
        return t.shares(on)[0][t.sides.index(side)] if side in t.sides else 0.0

    def holding(self, key: str, on: date) -> Holding:
        return holding(self.units[key], self.track(key), self.enmity, self.settings, on)

    # -- ground ------------------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Place]:
        """Settlements of the theatre and the point-like places of claims there."""
        known = {p.id: p for p in self.settlements if p.country in self.countries}
        out = dict(known)
        for key, u in self.units.items():
            if not u.wide and u.place.country in self.countries:
                base = known.get(key)
                out[key] = replace(
                    u.place,
                    population=base.population if base else 0,
                    admin1=base.admin1 if base else "",
                )
        return [out[k] for k in sorted(out)]

    @cached_property
    def _node(self) -> dict[str, Place]:
        return {p.id: p for p in self.nodes}

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(p.id for p in self.nodes)

    @cached_property
    def edges(self) -> list[tuple[int, int, float]]:
        return neighbours(
            self.nodes, self.settings.spread.neighbours, 3 * self.settings.spread.neighbour_km
        )

    @cached_property
    def cells(self) -> tuple[Any, ...]:
        return tuple(cells(self.nodes, self.settings.spread.reach_km))

    @cached_property
    def _index(self) -> tuple[Any, Any, Any]:
        """Graph weights, their sums, and the places' points on the sphere."""
        n = len(self.nodes)
        rows = [i for i, _, _ in self.edges] + [j for _, j, _ in self.edges]
        cols = [j for _, j, _ in self.edges] + [i for i, _, _ in self.edges]
        w = [math.exp(-d / self.settings.spread.neighbour_km) for *_, d in self.edges] * 2
        graph = sp.csr_matrix((w, (rows, cols)), shape=(n, n))
        return (
            graph,
            np.asarray(graph.sum(1)).ravel(),
            unit([p.lat for p in self.nodes], [p.lon for p in self.nodes]),
        )

    def areas_on(self, on: date) -> list[tuple[ReportedPlace, Holding]]:
        return [(u, self.holding(k, on)) for k, u in sorted(self.units.items()) if u.wide]

    def holdings_on(
        self, on: date, areas: Sequence[tuple[ReportedPlace, Holding]] | None = None
    ) -> tuple[Holding, ...]:
        """A holding for every place of the ground, told of or not, in the order of `nodes`."""
        if on in self._days:
            return self._days[on]
        s = self.settings
        areas = self.areas_on(on) if areas is None else areas
        nodes = self.nodes
        ground = self._node
        told = {
            k: holding(u, self.track(k), self.enmity, s, on, ground.get(k))
            for k, u in self.units.items()
            if not u.wide and u.place.country in self.countries
        }
        names = sorted(
            {h.holder for h in told.values() if h.holder} | {h.holder for _, h in areas if h.holder}
        )
        if not nodes:
            return ()
        if not names:
            out = tuple(
                told.get(p.id) or Holding(p, None, "unknown", 0.0, None, (), (), (), "neighbours")
                for p in nodes
            )
            return tuple(replace(h, place=p) for h, p in zip(out, nodes, strict=True))
        column = {n: i for i, n in enumerate(names)}
        fixed, sure = np.zeros((len(nodes), len(names))), np.zeros(len(nodes))
        for i, p in enumerate(nodes):
            h = told.get(p.id)
            if h is not None and h.holder:
                fixed[i, column[h.holder]] = h.probability
                sure[i] = 4.0 + 60.0 * max(0.0, h.probability - 0.3)
        graph, total, points = self._index
        claims_of = self._over(
            [(u, h) for u, h in areas if self._lately(u, h, on)], fixed, sure, column, points
        )
        # harmonic function with a leak to the unknown (Zhu, Ghahramani & Lafferty 2003)
        leak = np.where(sure > 3.9, 0.0, s.spread.leak)
        field = splu((sp.diags(total + leak + sure) - graph).tocsc()).solve(sure[:, None] * fixed)
        best, share = field.argmax(1), field.max(1)
        out_list: list[Holding] = []
        for i, p in enumerate(nodes):
            h = told.get(p.id)
            if h is not None and (h.holder or h.status != "unknown"):
                out_list.append(h)
                continue
            name, v = names[int(best[i])], float(share[i])
            called_pocket = (
                h is not None
                and v >= s.spread.known_at
                and any(c.claim.extent == "pocket" for c in self.units[p.id].claims)
            )
            if v >= s.spread.known_at and not called_pocket:
                found = tuple(claims_of.get(i, ()))
                out_list.append(
                    Holding(
                        p,
                        name,
                        "held" if v >= s.standing.held_at else "unknown",
                        round(v, 4),
                        None,
                        ((name, round(v, 4)),),
                        found,
                        (),
                        "area" if found else "neighbours",
                    )
                )
            else:
                out_list.append(
                    h
                    if h is not None
                    else Holding(p, None, "unknown", round(v, 4), None, (), (), (), "neighbours")
                )
        result = tuple(out_list)
        if len(self._days) > 40:
            self._days.pop(next(iter(self._days)))
        self._days[on] = result
        return result

    def _lately(self, u: ReportedPlace, h: Holding, on: date) -> bool:
        """What is said of a whole area is said of a moment: it fills the ground only near its own day."""
        t = self.track(u.place.id)
        mine = set(h.holder.sides if h.holder else ())
        return t.undated or any(
            abs(on.toordinal() - d) <= self.settings.spread.area_days
            and o.ratio > 1.5
            and mine & o.sides
            for o, d in zip(t.seen, t.days, strict=True)
        )

    def _over(
        self,
        areas: Sequence[tuple[ReportedPlace, Holding]],
        fixed: Any,
        sure: Any,
        column: Mapping[str, int],
        points: Any,
    ) -> dict[int, tuple[str, ...]]:
        """Claims over an area bear on its settlements that nobody tells of by name; the smallest area speaks."""
        s = self.settings
        usable = [
            (u, h)
            for u, h in areas
            if h.holder
            and u.place.feature not in ("sea", "continent")
            and u.place.country in self.countries
        ]
        told = np.flatnonzero(sure > 0)
        out: dict[int, tuple[str, ...]] = {}
        if not usable:
            return out
        free = np.ones(len(sure), dtype=bool)
        if len(told):
            far, _ = cKDTree(points[told]).query(points)
            free = (
                12742.0 * np.arcsin(np.clip(far / 2, 0, 1)) >= s.spread.direct_km
            )  # a place told of nearby knows better than an area's name
        for u, h in sorted(
            usable, key=lambda x: (-x[0].place.radius_km, x[0].place.id), reverse=False
        ):
            inside = u.place.feature == "country" and "#" not in u.place.id
            centre = unit([u.place.lat], [u.place.lon])[0]
            away = 12742.0 * np.arcsin(np.clip(np.linalg.norm(points - centre, axis=1) / 2, 0, 1))
            covered = np.flatnonzero(free & (away <= u.place.radius_km * (9 if inside else 1)))
            if not len(covered):
                continue
            far = np.zeros(len(covered)) if inside else away[covered] / max(u.place.radius_km, 1.0)
            fixed[covered] = 0.0
            fixed[covered, column[h.holder or ""]] = h.probability
            sure[covered] = (
                (s.spread.country if inside else s.spread.area)
                * 3.0
                * np.exp(-1.5 * far * far)
                * (0.4 if h.basis.endswith("part of it") else 1.0)
            )
            for i in covered:
                out[int(i)] = h.claims[:3]
        return out

    def ground(
        self, on: date, areas: Sequence[tuple[ReportedPlace, Holding]] | None = None
    ) -> Ground:
        return Ground(
            self.holdings_on(on, areas), self.edges, self.cells, tuple(sorted(self.countries))
        )


def evidence_of(track: Track, on: date) -> tuple[tuple[Observation, float], ...]:
    """Observations for and against the holder of that day, with the logarithm of their weight."""
    return track.at(on).weights


__all__ = [
    "ACTUAL",
    "WIDE",
    "History",
    "ReportedPlace",
    "evidence_of",
    "holding",
    "km",
    "place_of",
    "reported_places",
    "telling_of_the_past",
    "theatre",
]
