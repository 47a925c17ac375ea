"""What lies under the picture: land, borders, first-level areas, rivers and lakes; and the
ground of places, which ends where their country does.

Natural Earth, public domain. Maps of every kind take their geometry from here, so that they agree.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import Place
from contactline.naming.borders import Box, countries_within, first_level
from contactline.naming.outlines import Outlines

WIDER = 6.0  # degrees around the places that are shown in detail


@dataclass(frozen=True, slots=True)
class Basemap:
    """`land` by country code, `areas` as (name, shape), all cut to the frame."""

    frame: Box
    land: dict[str, BaseGeometry]
    areas: tuple[tuple[str, BaseGeometry], ...]
    rivers: BaseGeometry
    lakes: BaseGeometry


def polygons(g: BaseGeometry) -> BaseGeometry:
    """The parts of a shape that have an inside, as one MultiPolygon."""
    parts = getattr(g, "geoms", [g])
    return shapely.MultiPolygon(
        [
            q
            for p in parts
            for q in getattr(p, "geoms", [p])
            if q.geom_type == "Polygon" and not q.is_empty
        ]
    )


def within_borders(places: Sequence[Place], cells: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The cells, each cut to the land of its place's country; one whose country has no outline
    stays as it is.
    """
    outlines = Outlines.load()
    own = {c: outlines.country(c) for c in sorted({p.country for p in places})}
    for shape in own.values():
        if shape is not None:
            shapely.prepare(shape)
    out = []
    for p, cell in zip(places, cells, strict=True):
        land = own[p.country]
        if land is None or land.covers(cell):
            out.append(polygons(cell))
        else:
            out.append(polygons(shapely.intersection(cell, land)))
    return out


@lru_cache(maxsize=1)
def _water() -> tuple[BaseGeometry, BaseGeometry]:
    """Rivers and lakes of the world (Natural Earth 1:50m)."""
    file = resources.files("contactline.picture").joinpath("data", "water-50m.json.gz")
    raw: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    rivers = shapely.MultiLineString(raw["rivers"])
    lakes = shapely.make_valid(shapely.MultiPolygon([(x[0], x[1:]) for x in raw["lakes"]]))
    return rivers, lakes


def basemap(frame: Box, countries: Iterable[str]) -> Basemap:
    """What lies within a frame; first-level areas of the given countries alone."""
    box = shapely.box(*frame)
    rivers, lakes = _water()
    areas = [(n, polygons(shapely.intersection(g, box))) for n, g in first_level(countries)]
    return Basemap(
        frame,
        {c: polygons(g) for c, g in countries_within(frame).items()},
        tuple((n, g) for n, g in areas if not g.is_empty),
        shapely.intersection(rivers, box),
        polygons(shapely.intersection(lakes, box)),
    )


def frame_of(places: Iterable[Place]) -> Box:
    """The box around places, widened; without places a piece of the Levant."""
    points = list(places)
    lats, lons = [p.lat for p in points] or [30.0, 40.0], [p.lon for p in points] or [30.0, 45.0]
    return (
        max(-180.0, min(lons) - WIDER),
        max(-85.0, min(lats) - WIDER),
        min(180.0, max(lons) + WIDER),
        min(85.0, max(lats) + WIDER),
    )
