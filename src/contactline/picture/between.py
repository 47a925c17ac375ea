"""Ground between the places told of: said only where two told places of one side lie close on
opposite sides.

A place nobody tells of is its neighbours' where they stand on more than one side of it, within a
short reach, in its own country, and no place told of within that reach is another's or fought over.
How often that is right is measured on towns whose holder is known (docs/picture.md); beyond it the
ground stays blank. A neighbour's word is always weaker than that of the places it rests on.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from contactline.model import Basis, Holding, Place, Status
from contactline.picture.distance import EARTH_KM, unit
from contactline.picture.settings import Settings

FULL, HALF = 360.0, 180.0  # degrees of a circle
ROUNDED = 4  # digits of a probability


def blank(place: Place) -> Holding:
    """Nobody says anything of the place that holds for it."""
    return Holding(place, None, Status.UNKNOWN, 0.0, None, (), (), (), Basis.NONE)


def between(
    nodes: Sequence[Place], points: Any, told: Mapping[int, Holding], settings: Settings
) -> dict[int, Holding]:
    """Holdings of untold places, by their index in `nodes`.

    `points` are the nodes on the unit sphere, shape (n, 3); `told` the holdings of places told of,
    by index, of which those that name a holder or a contest count.
    """
    rule = settings.spread
    speaking = [
        i
        for i, h in sorted(told.items())
        if h.holder or h.status in (Status.CONTESTED, Status.BESIEGED)
    ]
    if len(speaking) < 2:
        return {}
    from scipy.spatial import cKDTree

    tree = cKDTree(points[speaking])
    chord = 2.0 * math.sin(rule.between_km / EARTH_KM)
    free = [i for i in range(len(nodes)) if i not in told]
    if not free:
        return {}
    out: dict[int, Holding] = {}
    for i, near in zip(free, tree.query_ball_point(points[free], chord), strict=True):
        around = [told[speaking[k]] for k in sorted(near)]
        if len(around) > 1 and (h := _filled(nodes[i], around, settings)):
            out[i] = h
    return out


def _filled(place: Place, around: Sequence[Holding], settings: Settings) -> Holding | None:
    rule = settings.spread
    side = around[0].holder
    if side is None or any(h.holder != side or h.status != Status.HELD for h in around):
        return None
    near = [
        (h, *_polar(place, h.place)) for h in around if h.place.country == place.country and h.told
    ]
    best: tuple[float, tuple[str, ...]] | None = None
    for (a, far_a, to_a), (b, far_b, to_b) in itertools.combinations(near, 2):
        apart = abs(to_a - to_b)
        if min(apart, FULL - apart) < rule.between_angle:
            continue
        p = min(a.probability, b.probability) * math.exp(-max(far_a, far_b) / rule.decay_km)
        claims = (*a.claims[: rule.proofs], *b.claims[: rule.proofs])
        best = max(best or (0.0, ()), (p, claims))
    if best is None or best[0] < rule.between_at:
        return None
    p = round(best[0], ROUNDED)
    return Holding(place, side, Status.HELD, p, None, ((side, p),), best[1], (), Basis.NEIGHBOURS)


def _polar(a: Place, b: Place) -> tuple[float, float]:
    """Distance in km and bearing in degrees, 0..360, of b seen from a; flat, as the distances are
    short.
    """
    x = math.radians((b.lon - a.lon + HALF) % FULL - HALF) * math.cos(math.radians(a.lat))
    y = math.radians(b.lat - a.lat)
    return EARTH_KM / 2 * math.hypot(x, y), math.degrees(math.atan2(x, y)) % FULL


def sphere(places: Sequence[Place]) -> Any:
    """The places' points on the unit sphere, shape (n, 3)."""
    return unit([p.lat for p in places], [p.lon for p in places])
