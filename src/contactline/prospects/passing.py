"""Who takes a place whose holder is gone, with the chance of each side near it; and who then faces
whom over it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from contactline.model import Basis, Holder, Holding, Place, PlaceId, Role, Status
from contactline.picture.build import Snapshot
from contactline.prospects import phrase
from contactline.prospects.holders import called, sides_of
from contactline.prospects.settings import DEFAULT, Assuming

RULES = DEFAULT.assuming
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Passing:
    """A place of a party that is gone.

    `to` are the sides it likeliest passes to, none where nobody is clearly likelier.

    `chances`: sides near it (holders together as one) with their share of the pull on it, highest
    first.
    """

    place: Place
    to: tuple[str, ...]
    chance: float
    chances: tuple[tuple[tuple[str, ...], float], ...]
    why: str
    claims: tuple[str, ...]


def kilometres(lat: float, lon: float, lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    """Great-circle distances in km from one point to many (haversine)."""
    a, b = np.radians(lats - lat), np.radians(lons - lon)
    h = np.sin(a / 2) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(lats)) * np.sin(b / 2) ** 2
    found: np.ndarray = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    return found


class Neighbours:
    """The ground of all sides but one, asked by place."""

    def __init__(self, scene: Snapshot, gone: str, rules: Assuming = RULES) -> None:
        self.scene, self.gone, self.rules = scene, gone, rules
        points = [h for h in scene.ground.holdings if h.holder and gone not in sides_of(h)]
        areas = [
            h
            for place, h, _ in scene.areas
            if h.holder and gone not in sides_of(h) and not _whole_country(place)
        ]
        self.held = [*points, *areas]
        # an area is as near as its edge
        self.reach = np.array([*([0.0] * len(points)), *(h.place.radius_km for h in areas)])
        self.lats = np.array([h.place.lat for h in self.held])
        self.lons = np.array([h.place.lon for h in self.held])
        gained = _taken_from(scene, gone)
        self.weight = np.array(
            [
                (1.0 + min(rules.took_most, max((gained[s] for s in sides_of(h)), default=0)))
                * h.probability
                * (rules.told if h.told else 1.0)
                for h in points
            ]
            + [rules.area * h.probability for h in areas]
        )

    def far(self, place: Place) -> np.ndarray:
        """Kilometres from a place to all ground; areas begin at their edge."""
        away = kilometres(place.lat, place.lon, self.lats, self.lons)
        own = 0.0 if place.feature == "settlement" else place.radius_km
        found: np.ndarray = np.maximum(0.0, away - self.reach - own)
        return found

    def likeliest(self, h: Holding) -> Passing:
        """Who would hold the place: sides near it,
        those that took places from the gone side first.
        """
        score: Counter[tuple[str, ...]] = Counter()
        if len(self.held):
            far = self.far(h.place)
            pull = self.weight * np.exp(-far / self.rules.fade_km)
            for i in np.flatnonzero(far <= self.rules.far_km):
                score[sides_of(self.held[i])] += float(pull[i])  # type: ignore[assignment]
        total = sum(score.values()) + self.rules.somebody
        if not score:
            return Passing(h.place, (), 0.0, (), "nobody else is known near it", h.claims)
        ranked = sorted(score.items(), key=lambda v: (-v[1], v[0]))
        chances = tuple((who, round(w / total, 4)) for who, w in ranked)
        best, share = chances[0]
        if share < self.rules.likelier:
            return Passing(
                h.place, (), share, chances, "no side near it is clearly the likelier", h.claims
            )
        why = f"the likeliest captor nearby ({share:.0%})"
        return Passing(h.place, best, share, chances, why, h.claims)

    def beside(self, place: Place) -> dict[str, float]:
        """Sides with ground near a place, each with the distance in km."""
        out: dict[str, float] = {}
        if not len(self.held):
            return out
        far = self.far(place)
        for i in np.flatnonzero(far <= self.rules.face_km):
            for s in sides_of(self.held[i]):
                out[s] = min(out.get(s, np.inf), float(far[i]))
        return out


def _whole_country(place: Place) -> bool:
    found = PlaceId.parse(place.id)
    return place.feature == "country" and not (found is not None and found.is_described)


def _taken_from(scene: Snapshot, gone: str) -> Counter[str]:
    """How many places each side took that the gone side lost."""

    def side(r: Role | None) -> str | None:
        return scene.sides.of(r.id, scene.on) if r else None

    control = [s for s in scene.claims if s.claim.kind == "control" and s.claim.place]
    lost = {
        s.claim.place.id
        for s in control
        if s.claim.aspect == "loses" and s.claim.place and side(s.claim.actor) == gone
    }
    gained: Counter[str] = Counter()
    for s in control:
        if s.claim.aspect == "gains" and s.claim.place and s.claim.place.id in lost:
            who = side(s.claim.actor)
            if who:
                gained[who] += 1
    return gained


def passed(
    scene: Snapshot, gone: str, rules: Assuming = RULES
) -> tuple[list[Holding], list[tuple[Place, Holding, list]], list[Passing]]:  # type: ignore[type-arg]
    """Holdings and areas with the side gone, and what became of each of its places that the reports
    tell of.
    """
    near = Neighbours(scene, gone, rules)
    found: list[Passing] = []

    def after(h: Holding, most: float) -> Holding:
        rest = tuple(x for x in sides_of(h) if x != gone)
        if rest:
            p = Passing(
                h.place, rest, 1.0, ((rest, 1.0),), "it held the place together with it", h.claims
            )
        else:
            p = near.likeliest(h)
        if h.told or h.basis == Basis.AREA:
            found.append(p)
        return replace(
            h,
            holder=Holder.of(p.to),
            status=Status.HELD if p.to else Status.UNKNOWN,
            probability=round(min(h.probability, most), 4),
            named=(),
            since=None,
        )

    holdings = [
        after(h, rules.carried) if gone in sides_of(h) else h for h in scene.ground.holdings
    ]
    areas = [
        (place, after(h, rules.area) if gone in sides_of(h) else h, said)
        for place, h, said in scene.areas
    ]
    return holdings, areas, found


@dataclass(frozen=True, slots=True)
class Facing:
    """Two sides that had the gone side between them. `over`: its places, nearest to both first."""

    a: str
    b: str
    over: tuple[str, ...]
    stretch: str | None  # what the reports call the ground they lie in
    claims: tuple[str, ...]


def facing(
    scene: Snapshot, gone: str, lost: Sequence[Passing], rules: Assuming = RULES
) -> list[Facing]:
    """Pairs of sides with ground as near to the same lost places, those with most places first."""
    near = Neighbours(scene, gone, rules)
    over: dict[tuple[str, str], list[tuple[float, Passing]]] = defaultdict(list)
    for p in lost:
        beside = near.beside(p.place)
        who = sorted(beside)
        for i, a in enumerate(who):
            for b in who[i + 1 :]:
                over[a, b].append((beside[a] + beside[b], p))
    out = []
    for (a, b), places in over.items():
        places.sort(key=lambda v: (v[0], v[1].place.id))
        out.append(
            Facing(
                a,
                b,
                tuple(dict.fromkeys(p.place.name for _, p in places)),
                _stretch(scene, [p.place for _, p in places]),
                tuple(dict.fromkeys(c for _, p in places for c in p.claims))[:6],
            )
        )
    return sorted(out, key=lambda f: (-len(f.over), f.a, f.b))


def _stretch(scene: Snapshot, places: Sequence[Place]) -> str | None:
    """The smallest area that claims name and most of the places lie in."""
    areas: dict[str, Role] = {}
    for s in scene.claims:
        r = s.claim.place
        if (
            r is not None
            and r.id
            and r.lat is not None
            and r.lon is not None
            and (r.radius_km or 0.0) > RULES.line_km
            and r.feature not in ("country", "continent", "settlement")
            and not ((i := PlaceId.parse(r.id)) is not None and i.is_described)
        ):
            areas.setdefault(r.id, r)
    lats, lons = np.array([p.lat for p in places]), np.array([p.lon for p in places])
    best: tuple[float, str] | None = None
    for r in areas.values():
        inside = kilometres(r.lat or 0.0, r.lon or 0.0, lats, lons) <= (r.radius_km or 0.0)
        if 2 * int(inside.sum()) > len(places) and (best is None or (r.radius_km or 0.0) < best[0]):
            best = (r.radius_km or 0.0, r.label)
    return best[1] if best else None


def told(scene: Snapshot, p: Passing) -> str:
    """Where a place goes, in words: "the army (63%), the rebels (30%)"."""
    return phrase.listed(
        [f"{phrase.the(called(scene.sides, who))} ({share:.0%})" for who, share in p.chances[:2]]
    )
