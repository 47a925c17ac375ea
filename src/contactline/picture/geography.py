"""Ground: countries from Natural Earth (shipped small), cells around settlements, distances,
neighbours.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from contactline.model import Place
from contactline.naming.outlines import Outlines, disc
from contactline.picture.distance import DEGREE_KM, EARTH_KM, km, unit

SEAM = 0.03  # degrees by which land is widened, for towns on the shore
CIRCLE = 6  # corners of a quarter of a drawn circle
ROUNDED = 6  # digits of a coordinate by which two points are one
CORNERS = 3  # of a shape that has an inside
FULL_NAMES = {  # of countries that Natural Earth shortens
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Central African Rep.": "Central African Republic",
    "Dem. Rep. Congo": "DR Congo",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "S. Sudan": "South Sudan",
    "Solomon Is.": "Solomon Islands",
    "W. Sahara": "Western Sahara",
}
WORD = np.dtype("<i8").itemsize  # bytes of a length beside kept shapes
CACHED = 256  # points whose country is kept


@lru_cache(maxsize=1)
def _atlas() -> dict[str, Any]:
    raw = (
        resources.files("contactline.picture")
        .joinpath("data", "countries-50m.json.gz")
        .read_bytes()
    )
    return json.loads(gzip.decompress(raw))  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def countries() -> dict[str, BaseGeometry]:
    """Country name of Natural Earth to its polygon, WGS84, decoded from TopoJSON."""
    topo = _atlas()
    scale, move = np.array(topo["transform"]["scale"]), np.array(topo["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topo["arcs"]]

    def ring(indexes: list[int]) -> Any:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
        return np.concatenate([parts[0], *(p[1:] for p in parts[1:])])

    out: dict[str, BaseGeometry] = {}
    for g in topo["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [g.get("arcs", [])], "MultiPolygon": g.get("arcs", [])}.get(
            g["type"], []
        )
        shapes = [shapely.Polygon(ring(p[0]), [ring(h) for h in p[1:]]) for p in polygons if p]
        out[g["properties"]["name"]] = shapely.make_valid(
            shapely.MultiPolygon([s for s in shapes if len(s.exterior.coords) > CORNERS])
        )
    return out


@lru_cache(maxsize=CACHED)
def country_at(lat: float, lon: float) -> str | None:
    point = shapely.Point(lon, lat)
    return next((n for n, g in countries().items() if g.contains(point)), None)


def neighbours(places: list[Place], k: int, most_km: float) -> list[tuple[int, int, float]]:
    """Pairs (i < j, km) of each place with its k nearest within `most_km`."""
    if len(places) < 2:
        return []
    xyz = unit([p.lat for p in places], [p.lon for p in places])
    found = cKDTree(xyz).query(xyz, k=min(k + 1, len(places)))
    near, index = np.asarray(found[0]), np.asarray(found[1])
    out: dict[tuple[int, int], float] = {}
    for i in range(len(places)):
        for d, j in zip(near[i], index[i], strict=True):
            if j != i and j < len(places):
                far = EARTH_KM * math.asin(min(1.0, float(d) / 2))
                if far <= most_km:
                    out[(min(i, int(j)), max(i, int(j)))] = far
    return [(i, j, d) for (i, j), d in sorted(out.items())]


def cells(places: list[Place], reach_km: float) -> list[BaseGeometry]:
    """Each place's Voronoi cell, cut at `reach_km` and at the coast; places on one point share the
    first one's cell.
    """
    if not places:
        return []
    lat0 = sum(p.lat for p in places) / len(places)
    squeeze = math.cos(math.radians(lat0)) or 1.0
    points = [shapely.Point(p.lon * squeeze, p.lat) for p in places]
    distinct = {
        (round(p.x, ROUNDED), round(p.y, ROUNDED)): i for i, p in reversed(list(enumerate(points)))
    }
    reach = reach_km / DEGREE_KM
    hull = shapely.union_all([p.buffer(reach) for p in points])
    own: dict[int, BaseGeometry] = {}
    if len(distinct) == 1:
        own[next(iter(distinct.values()))] = points[0].buffer(reach)
    else:
        shapes = list(
            shapely.voronoi_polygons(
                shapely.MultiPoint([points[i] for i in distinct.values()]), extend_to=hull
            ).geoms
        )
        tree = shapely.STRtree(shapes)
        for i in distinct.values():
            for k in tree.query(points[i], predicate="intersects"):
                own[i] = shapes[int(k)].intersection(points[i].buffer(reach, quad_segs=CIRCLE))
                break
    land = _land({p.country for p in places}, places)
    stretch = np.array([1.0 / squeeze, 1.0])
    out: list[BaseGeometry] = []
    for i in range(len(places)):
        g = own.get(i)
        if g is None:
            out.append(shapely.Polygon())
            continue
        g = shapely.transform(g, lambda xy: xy * stretch)
        out.append(g.intersection(land) if land is not None else g)
    return out


def packed(shapes: Sequence[BaseGeometry]) -> bytes:
    """Shapes as bytes: their number, their lengths, and each as WKB."""
    each = shapely.to_wkb(np.asarray(shapes, dtype=object))
    lengths = np.array([len(shapes), *map(len, each)], dtype="<i8")
    return lengths.tobytes() + b"".join(each)


def unpacked(data: Any) -> tuple[BaseGeometry, ...]:
    n = int(np.frombuffer(data, "<i8", 1)[0])
    first = WORD * (n + 1)
    ends = first + np.cumsum(np.frombuffer(data, "<i8", n, WORD))
    starts = [first, *ends[:-1]]
    return tuple(shapely.from_wkb([bytes(data[a:b]) for a, b in zip(starts, ends, strict=True)]))


def _land(codes: set[str], places: list[Place]) -> BaseGeometry | None:
    names = {n for p in places if (n := country_at(round(p.lat, 1), round(p.lon, 1)))}
    found = [countries()[n] for n in names]
    return shapely.union_all(found).buffer(SEAM) if found else None


def outline(place: Place) -> BaseGeometry | None:
    """The shape of an area, in degrees: its true outline, the clipped part of it that a report
    names ("northern …"), else for an area that has no outline a disc of its radius within the
    country its middle lies in. None for roads, rivers, seas and the like, which have no inside.
    """
    if "@" in place.id or place.feature not in ("area", "region", "country", "settlement"):
        return None
    known = Outlines.load().of_id(place.id)
    if known is not None or place.feature == "country":
        return known
    around = disc(place.lat, place.lon, place.radius_km)
    home = Outlines.load().country(place.country)
    return around.intersection(home) if home is not None else around


def length_km(line: BaseGeometry) -> float:
    """Length of a line in degrees as kilometres on the ground."""
    total = 0.0
    for part in getattr(line, "geoms", [line]):
        xy = list(getattr(part, "coords", []))
        total += sum(km(a[1], a[0], b[1], b[0]) for a, b in itertools.pairwise(xy))
    return total
