"""True outlines of first-level areas and countries (Natural Earth 1:10m, simplified), and parts of
them.

All shapes are in degrees, (longitude, latitude), WGS84. An area whose borders were redrawn since,
or whose name cannot be tied to one outline, has none: None is an answer. The file is written by
`scripts/make_outlines.py`.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from contactline.model import Place
from contactline.naming.folding import light

QUANTUM = 0.001  # degrees: what the stored coordinates are whole numbers of (about 110 m)
# "the north" of a shape: this share of its extent, as in Names' points of parts of countries
OUTER = 0.4
MIDDLE = 0.5  # "the centre": the shape about its middle, shrunk to this share
AROUND_KM = 25.0  # the countryside of a town that is no province's seat
COVERING = re.compile(
    r"^(?:State|Province|Region|Governorate|Emirate|Republic|Canton|Department) of (?:the )?"
    r"|(?<!\s)\s+(?:Province|Region|Oblast|State|Governorate|Department|County|District|Republic|"
    r"Prefecture"
    r"|Canton|Division|Parish|City|Voivodeship|Krai|Kray|Emirate)$",
    re.I,
)
BEARINGS = {"north": (0.0, 1.0), "south": (0.0, -1.0), "east": (1.0, 0.0), "west": (-1.0, 0.0)}


def part(shape: BaseGeometry, bearing: str) -> BaseGeometry:
    """The part of a shape that a bearing names: "northern", "north-eastern", "south", "central".

    The outer two fifths of the shape's extent that way; for "central" what lies in the shape drawn
    half as large about its middle. A word without a bearing, and a shape hollow in its middle, give
    the shape back.
    """
    dx = sum(v[0] for k, v in BEARINGS.items() if k in bearing.lower())
    dy = sum(v[1] for k, v in BEARINGS.items() if k in bearing.lower())
    if shape.is_empty:
        return shape
    if bearing.lower().startswith(("centr", "middle")):
        shrunk = affinity.scale(shape, MIDDLE, MIDDLE, origin=shape.centroid)
        middle = shape.intersection(shrunk)
        return shape if middle.is_empty else middle
    if not dx and not dy:
        return shape
    squeeze = math.cos(math.radians(shape.centroid.y)) or 1.0
    norm = math.hypot(dx, dy)
    xy = shapely.get_coordinates(shape)
    along = (xy[:, 0] * squeeze * dx + xy[:, 1] * dy) / norm
    low, high = float(along.min()), float(along.max())
    cut = high - OUTER * (high - low)
    # a half plane beyond the cut, as a square larger than the shape, in squeezed degrees
    far = 4.0 * (high - low) + 4.0 * float(np.ptp(xy))
    mx, my = float((xy[:, 0] * squeeze).mean()), float(xy[:, 1].mean())
    ux, uy = dx / norm, dy / norm
    shift = cut - (mx * ux + my * uy)
    ox, oy = mx + shift * ux, my + shift * uy
    corners = [
        (ox - uy * far, oy + ux * far),
        (ox + uy * far, oy - ux * far),
        (ox + uy * far + ux * far, oy - ux * far + uy * far),
        (ox - uy * far + ux * far, oy + ux * far + uy * far),
    ]
    return shape.intersection(shapely.Polygon([(x / squeeze, y) for x, y in corners]))


def disc(lat: float, lon: float, km: float) -> BaseGeometry:
    """A circle of `km` on the ground, in degrees."""
    r = km / 111.2
    squeeze = max(0.05, math.cos(math.radians(lat)))
    return affinity.scale(shapely.Point(lon, lat).buffer(r), 1.0 / squeeze, 1.0)


def middle(shape: BaseGeometry) -> tuple[float, float, float]:
    """Latitude and longitude of a shape's centroid, and the radius (km) of a circle of the same
    area.
    """
    at = shape.centroid
    km2 = shape.area * 111.2**2 * max(0.05, math.cos(math.radians(at.y)))
    return round(at.y, 4), round(at.x, 4), round(math.sqrt(km2 / math.pi), 1)


class Outlines:
    """Outlines by the gazetteer's area, by GeoNames id, by name and country, of countries, and of
    parts.
    """

    def __init__(self, raw: bytes) -> None:
        with np.load(io.BytesIO(raw), allow_pickle=False) as a:
            self._dx, self._dy = a["dx"], a["dy"]
            self._points, self._rings, self._polygons = a["points"], a["rings"], a["polygons"]
            known: dict[str, Any] = json.loads(a["known"].tobytes())
        self._point_at = np.concatenate([[0], np.cumsum(self._points)])
        self._ring_at = np.concatenate([[0], np.cumsum(self._rings, dtype=np.int64)])
        self._polygon_at = np.concatenate([[0], np.cumsum(self._polygons, dtype=np.int64)])
        self._country: list[str] = known["country"]
        self._geoname: list[int] = known["geoname"]
        self._names: list[list[str]] = known["names"]
        self._first: dict[str, list[int]] = known["first"]
        self._areas: dict[str, list[int]] = known["areas"]
        self._countries: dict[str, str] = known["countries"]
        self._shapes: dict[int, BaseGeometry] = {}
        self._joined: dict[tuple[int, ...], BaseGeometry] = {}

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Outlines:
        """The shipped outlines; nothing changes them, so that they are read once a process."""
        file = resources.files("contactline.naming").joinpath("data", "outlines.npz")
        return Outlines(file.read_bytes())

    def __len__(self) -> int:
        return len(self._country)

    def area(self, country: str, admin1: str) -> BaseGeometry | None:
        """The outline of a first-level area by GeoNames' codes: ("UA", "05") is Donetsk oblast."""
        return self._join(self._first.get(f"{country}.{admin1}", []))

    def geoname(self, geoname_id: int) -> BaseGeometry | None:
        """The outline of an area or a country by its GeoNames id."""
        if code := self._countries.get(str(geoname_id)):
            return self.country(code)
        return self._join(self._by_geoname.get(geoname_id, []))

    def named(self, name: str, country: str) -> BaseGeometry | None:
        """The outline of the one area of a country (ISO 3166 alpha-2) with this name, in any
        spelling it keeps; "Donetsk" and "Donetsk oblast" are the same.
        """
        bare = COVERING.sub("", name)
        found = next((f for n in (name, bare) if (f := self._by_name.get((country, light(n))))), [])
        return self._join(found) if len(found) == 1 else None

    def country(self, code: str) -> BaseGeometry | None:
        """All areas of a country, joined: the land whose towns GeoNames lists under it."""
        return self._join(self._by_country.get(code, []))

    def of(self, place: Place) -> BaseGeometry | None:
        """The outline of a place of the gazetteer that has one: an area or a country."""
        if place.feature == "country":
            return self.country(place.country)
        if place.feature not in ("area", "region"):
            return None
        found = self._areas.get(place.id)
        if found is None and place.geoname_id:
            found = self._by_geoname.get(place.geoname_id)
        if found is None and place.feature == "area" and not place.source.endswith("second level"):
            found = self._first.get(f"{place.country}.{place.admin1}")
        return self._join(found) if found else self.named(place.name, place.country)

    def of_id(self, place_id: str) -> BaseGeometry | None:
        """The outline by the id of a claim's place ("place:sy-area-idlibgovernorate"), and of its
        part ("…#northern").
        """
        own, _, bearing = place_id.partition("#")
        if own in self._areas:
            shape = self._join(self._areas[own])
        elif own.removeprefix("place:gn").isdigit():
            shape = self.geoname(int(own.removeprefix("place:gn")))
        else:
            return None
        return part(shape, bearing) if shape is not None and bearing else shape

    def countryside(self, town: Place, bearing: str = "") -> BaseGeometry | None:
        """The countryside of a town: its namesake province without the town, else 25 km around it
        in its province.

        The province is cut to the part that a bearing names ("the northern Homs countryside").
        """
        around = self.area(town.country, town.admin1)
        built = disc(town.lat, town.lon, max(town.radius_km, 1.5))
        if around is None or light(town.name) not in self._first_names(town.country, town.admin1):
            near = disc(town.lat, town.lon, AROUND_KM + town.radius_km)
            around = near if around is None else around.intersection(near)
        return part(around, bearing).difference(built)

    def others(self) -> Iterator[tuple[str, int, list[str], BaseGeometry]]:
        """Country, GeoNames id, names and shape of each outline that is no (part of a) GeoNames
        first-level area: finer areas, and areas of before a redrawing.
        """
        used = {i for found in self._first.values() for i in found}
        for i, names in enumerate(self._names):
            if i not in used and names and self._geoname[i] and self._polygons[i]:
                yield self._country[i], self._geoname[i], names, self._shape(i)

    def at(self, lat: float, lon: float) -> list[str]:
        """GeoNames codes ("UA.05") of the first-level areas that a point lies in; empty at sea and
        where none is known.
        """
        tree, keys = self._tree
        return [keys[int(i)] for i in tree.query(shapely.Point(lon, lat), predicate="within")]

    def _first_names(self, country: str, admin1: str) -> set[str]:
        found = self._first.get(f"{country}.{admin1}", [])
        return {light(n.split(" (")[0]) for i in found for n in self._names[i]}

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, list[str]]:
        pairs = [(self._shape(i), k) for k, found in self._first.items() for i in found]
        return shapely.STRtree([s for s, _ in pairs]), [k for _, k in pairs]

    @cached_property
    def _by_geoname(self) -> dict[int, list[int]]:
        out: dict[int, list[int]] = {}
        for i, g in enumerate(self._geoname):
            if g:
                out.setdefault(g, []).append(i)
        return out

    @cached_property
    def _by_country(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        for i, c in enumerate(self._country):
            out.setdefault(c, []).append(i)
        return out

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[int]]:
        out: dict[tuple[str, str], list[int]] = {}
        for i, (c, names) in enumerate(zip(self._country, self._names, strict=True)):
            for n in {light(n) for n in names}:
                out.setdefault((c, n), []).append(i)
        return out

    def _shape(self, i: int) -> BaseGeometry:
        kept = self._shapes.get(i)
        if kept is None:
            polygons = []
            for p in range(self._polygon_at[i], self._polygon_at[i + 1]):
                rings = [
                    self._ring(r) for r in range(int(self._ring_at[p]), int(self._ring_at[p + 1]))
                ]
                polygons.append(shapely.Polygon(rings[0], rings[1:]))
            kept = shapely.make_valid(shapely.MultiPolygon(polygons))
            self._shapes[i] = kept
        return kept

    def _ring(self, r: int) -> np.ndarray[Any, Any]:
        inside = slice(int(self._point_at[r]), int(self._point_at[r + 1]))
        xy = np.column_stack([np.cumsum(self._dx[inside]), np.cumsum(self._dy[inside])])
        return xy * QUANTUM

    def _join(self, found: list[int]) -> BaseGeometry | None:
        key = tuple(found)
        if not key:
            return None
        if key not in self._joined:
            shapes = [self._shape(i) for i in key]
            self._joined[key] = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        return self._joined[key]
