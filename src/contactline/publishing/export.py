"""A picture as a file: map files, tables, claims and exchange formats, by the file's ending."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from contactline.model import ContactlineError, Event, Picture, Stored, plain
from contactline.publishing import ftm
from contactline.publishing.gis import flatgeobuf, geopackage, geoparquet, kml
from contactline.publishing.graphs import gexf, graph, graphml
from contactline.publishing.layers import Layer, layers
from contactline.publishing.stix import bundle
from contactline.publishing.tiles import pmtiles

EVENT_DAYS = 30  # of events beside a picture of one day
COLUMNS = (
    "name",
    "id",
    "geoname_id",
    "lat",
    "lon",
    "holder",
    "status",
    "probability",
    "since",
    "basis",
    "on",
    "claims",
)
HXL = (
    "#loc+name,#loc+code,#loc+geoname,#geo+lat,#geo+lon,#group+holder,#status,#indicator+prob,"
    "#date+start,#meta+basis,#date,#meta+claims"
)


def place_rows(picture: Picture, names: Mapping[str, str]) -> list[dict[str, Any]]:
    out = []
    for h in picture.holdings:
        holder = h.holder.called(names) if h.holder else None
        out.append(
            {
                "name": h.place.name,
                "id": h.place.id,
                "geoname_id": h.place.geoname_id,
                "lat": h.place.lat,
                "lon": h.place.lon,
                "holder": holder,
                "status": h.status,
                "probability": h.probability,
                "since": h.since.isoformat() if h.since else None,
                "basis": h.basis,
                "on": picture.on.isoformat(),
                "claims": list(h.claims),
            }
        )
    return out


def features(
    picture: Picture, names: Mapping[str, str], shapes: Mapping[str, BaseGeometry]
) -> list[dict[str, Any]]:
    """GeoJSON features in three layers, told by `layer`: places, ground and lines."""
    from shapely.geometry import mapping

    out: list[dict[str, Any]] = []
    for row in place_rows(picture, names):
        out.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": {"layer": "place", **row},
            }
        )
    points = [
        h
        for h in picture.holdings
        if h.holder
        and "@" not in h.place.id
        and "#" not in h.place.id
        and h.place.feature not in ("area", "country", "region", "sea", "continent", "river")
    ]
    for h in points:
        cell = shapes.get(h.place.id)
        if cell is not None:
            out.append(
                {
                    "type": "Feature",
                    "geometry": mapping(cell),
                    "properties": {
                        "layer": "ground",
                        "name": h.place.name,
                        "id": h.place.id,
                        "holder": h.holder.called(names) if h.holder else "",
                        "status": h.status,
                        "probability": h.probability,
                        "on": picture.on.isoformat(),
                    },
                }
            )
    for x in picture.lines:
        out.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "MultiLineString",
                    "coordinates": [[list(p) for p in part] for part in x.path],
                },
                "properties": {
                    "layer": "line",
                    "a": x.a,
                    "b": x.b,
                    "relation": x.relation,
                    "length_km": x.length_km,
                    "on": picture.on.isoformat(),
                    "claims": list(x.claims),
                },
            }
        )
    return out


# layer of the map files: the word of its GeoJSON features; places, ground, lines have their own
MORE = {"areas": "area", "sectors": "sector", "roads": "road", "events": "event"}


def more_features(found: Mapping[str, Layer]) -> list[dict[str, Any]]:
    """GeoJSON features of areas, sectors, roads and events."""
    from shapely.geometry import mapping

    return [
        {
            "type": "Feature",
            "geometry": mapping(shape),
            "properties": {"layer": word, **plain(row)},
        }
        for name, word in MORE.items()
        for shape, row in zip(found[name].shapes, found[name].rows, strict=True)
    ]


ENDINGS = (
    ".geojson, .gpkg, .fgb, .parquet, .kml, .kmz, .pmtiles, .csv, .jsonl, .graphml, .gexf, "
    ".stix.json, .ftm.json or .ftm.csv"
)


def export(
    path: Path,
    picture: Picture,
    claims: Sequence[Stored],
    names: Mapping[str, str],
    shapes: Mapping[str, BaseGeometry],
    hxl: bool = False,
    events: Sequence[Event] = (),
    series: Sequence[Picture] = (),
    layer: str = "places",
    tell: Callable[[str], None] = lambda _: None,
    reports: Iterable[Mapping[str, Any]] = (),
) -> int:
    """Writes by the file's ending; gives the number of rows.

    `shapes` is the ground of places by id (`History.shapes`);
    `series` are the pictures of a map through time, `picture` the last of them; `layer` is the one
    that a file of one layer holds; `tell` hears how many rows no map can show; `reports` are the
    ledger's rows of reports, for files that name them. Raises ContactlineError for another ending,
    another layer or a full disk.
    """
    kind = path.suffix.lower()
    shown = list(series) or [picture]
    try:
        if kind in (".geojson", ".gpkg", ".fgb", ".parquet", ".kml", ".kmz", ".pmtiles"):
            found = layers(shown, events, claims, names, shapes)
            about = f"contactline {shown[0].on.isoformat()}"
            about += f" to {picture.on.isoformat()}" if len(shown) > 1 else ""
            if layer not in found:
                raise ContactlineError(f"there is no layer {layer}; there are {', '.join(found)}")
            lost = {n: x.unplaced for n, x in found.items() if x.unplaced}
            if kind in (".fgb", ".parquet"):
                lost = {n: v for n, v in lost.items() if n == layer}
            if lost:
                told = ", ".join(f"{v} of {n}" for n, v in lost.items())
                tell(f"left out, without coordinates or day: {told}")
            if kind == ".gpkg":
                return geopackage(path, found, about, picture.on)
            if kind == ".fgb":
                return flatgeobuf(path, found[layer])
            if kind == ".parquet":
                return geoparquet(path, found[layer])
            if kind in (".kml", ".kmz"):
                return kml(path, found, about)
            if kind == ".pmtiles":
                return pmtiles(path, found, about)
            every = [f for p in shown for f in features(p, names, shapes)]
            every += more_features(found)
            made = {"type": "FeatureCollection", "name": about, "features": every}
            path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
            return len(every)
        if path.name.lower().endswith((".ftm.json", ".ftm.csv")):
            things = ftm.entities(picture, events, claims, names, reports)
            if kind == ".json":
                path.write_text(ftm.as_json_lines(things), encoding="utf-8")
                return len(things)
            text, n = ftm.as_statements(things, picture.on)
            path.write_text(text, encoding="utf-8", newline="")
            return n
        if kind == ".csv":
            rows = [r for p in shown for r in place_rows(p, names)]
            with path.open("w", encoding="utf-8", newline="") as f:
                w = csv.DictWriter(f, COLUMNS)
                w.writeheader()
                if hxl:
                    f.write(HXL + "\r\n")
                w.writerows(r | {"claims": " ".join(r["claims"])} for r in rows)
            return len(rows)
        if kind == ".jsonl":
            with path.open("w", encoding="utf-8") as f:
                for s in claims:
                    f.write(
                        json.dumps(
                            {
                                "id": s.id,
                                "source": s.source,
                                "published": s.published.isoformat() if s.published else None,
                                **s.claim.as_json(),
                            },
                            ensure_ascii=False,
                        )
                        + "\n"
                    )
            return len(claims)
        if kind in (".graphml", ".gexf"):
            net = graph(picture, claims, names)
            path.write_text(graphml(net) if kind == ".graphml" else gexf(net), encoding="utf-8")
            return len(net.edges)
        if path.name.lower().endswith(".stix.json"):
            text, n = bundle(picture, claims, names)
            path.write_text(text, encoding="utf-8")
            return n
    except OSError as e:
        raise ContactlineError(f"{path} can't be written: {e.strerror}") from e
    raise ContactlineError(f"{path.name}: give a name that ends in {ENDINGS}")
