"""Which countries and first-level areas lie within a frame, with their true outlines and the names
people use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from contactline.naming.outlines import QUANTUM, Outlines
from contactline.naming.rows import data_lines, world_areas

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
AREA_WORDS = (" Governorate", " Province", " Oblast", " Region", " State", " Department")


@lru_cache(maxsize=1)
def _boxes() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """West, south, east, north of each outline, a row each; nan for one without a shape."""
    o = Outlines.load()
    starts = o._point_at[:-1].astype(np.int64)
    low, high = [], []
    for steps in (o._dx, o._dy):
        run = np.cumsum(steps, dtype=np.int64)
        before = np.where(starts > 0, run[starts - 1], 0)
        at = (run - np.repeat(before, np.diff(o._point_at))) * QUANTUM
        low.append(np.minimum.reduceat(at, starts))
        high.append(np.maximum.reduceat(at, starts))
    first = o._ring_at[o._polygon_at]  # the first ring of each outline
    out = np.full((len(o), 4), np.nan)
    for i in range(len(o)):
        a, b = int(first[i]), int(first[i + 1])
        if a < b:
            out[i] = (low[0][a:b].min(), low[1][a:b].min(), high[0][a:b].max(), high[1][a:b].max())
    return out


def countries_within(frame: Box) -> dict[str, BaseGeometry]:
    """The countries that reach into a frame, by ISO 3166 alpha-2 code, cut to it."""
    o, (west, south, east, north) = Outlines.load(), frame
    if west >= east or south >= north:
        return {}
    w, s, e, n = _boxes().T
    near = np.flatnonzero((w <= east) & (e >= west) & (s <= north) & (n >= south))
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for i in near:
        cut = shapely.clip_by_rect(o._shape(int(i)), *frame)
        if not cut.is_empty:
            parts[o._country[int(i)]].append(cut)
    return {c: shapely.union_all(found) for c, found in sorted(parts.items())}


@lru_cache(maxsize=1)
def area_names() -> dict[tuple[str, str], str]:
    """First-level areas by country and GeoNames code, without the word for what they are: "Raqqa",
    not "Raqqa Governorate".
    """
    found = {(r["country"], r["admin1"]): r["name"] for r in world_areas() if r["level"] == "1"}
    found |= {(r["country"], r["admin1"]): r["name"] for r in data_lines("areas.csv")}
    for key, name in found.items():
        for word in AREA_WORDS:
            found[key] = name = name.removesuffix(word)
    return found


def first_level(countries: Iterable[str]) -> list[tuple[str, BaseGeometry]]:
    """The first-level areas of countries with their names, by country and code."""
    wanted, o, names = set(countries), Outlines.load(), area_names()
    out = []
    for key in sorted(o._first):
        code, _, admin1 = key.partition(".")
        shape = o.area(code, admin1) if code in wanted else None
        if shape is not None:
            out.append((names.get((code, admin1), ""), shape))
    return out
