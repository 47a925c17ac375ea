"""Map files for other programs: GeoPackage with its styles, FlatGeobuf, GeoParquet, KML."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from contactline.model import ContactlineError
from contactline.model.extras import extra
from contactline.publishing.layers import ABOUT, DAYS, GREY, Layer
from contactline.publishing.qgis import order, qml

WGS84 = "EPSG:4326"
STYLES = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""


def geopackage(path: Path, layers: Mapping[str, Layer], about: str, stamp: date) -> int:
    """Every layer that has rows, with DATE columns, its style, and what it is; gives the rows.

    Two files of one picture are the same: the day of the picture is the file's stamp.
    """
    with extra("gpkg", "a GeoPackage"):
        import pyogrio

    path.unlink(missing_ok=True)
    written = [n for n in order(layers) if layers[n].rows] or ["places"]
    for name in written:
        layer = layers[name]
        fields, columns, empty = columns_of(layer)
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(s) for s in layer.shapes], dtype=object),
            columns,
            fields,
            field_mask=empty,
            layer=name,
            driver="GPKG",
            geometry_type=layer.kind,
            crs=WGS84,
            append=path.exists(),
            geometry_name="geom",
            layer_options={"DESCRIPTION": ABOUT[name], "IDENTIFIER": name},
            dataset_metadata={"TITLE": about} if name == written[0] else None,
            layer_metadata={"DESCRIPTION": ABOUT[name], "UNPLACED": str(layer.unplaced)},
        )
    when = f"{stamp.isoformat()}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(STYLES)
        db.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
            [(n, f"contactline {n}", qml(layers[n]), ABOUT[n], when) for n in written],
        )
        db.execute(
            "INSERT INTO gpkg_contents "
            "(table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', ?)",
            (when,),
        )
        db.execute("UPDATE gpkg_contents SET last_change = ?", (when,))
    return sum(len(layers[n].rows) for n in written)


def flatgeobuf(path: Path, layer: Layer) -> int:
    """One layer as FlatGeobuf, with its spatial index."""
    with extra("gpkg", "FlatGeobuf"):
        import pyogrio

    _some(path, layer)
    path.unlink(missing_ok=True)
    fields, columns, empty = columns_of(layer)
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(s) for s in layer.shapes], dtype=object),
        columns,
        fields,
        field_mask=empty,
        driver="FlatGeobuf",
        geometry_type=layer.kind,
        crs=WGS84,
        layer=layer.name,
    )
    return len(layer.rows)


def geoparquet(path: Path, layer: Layer) -> int:
    """One layer as GeoParquet 1.1, in WGS84 (OGC:CRS84, the format's default)."""
    with extra("parquet", "GeoParquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

    _some(path, layer)
    columns: dict[str, Any] = {}
    for k in layer.rows[0]:
        values = [r[k] for r in layer.rows]
        kind = pa.date32() if k in DAYS else None
        columns[k] = pa.array([_day(v) if k in DAYS else v for v in values], type=kind)
    columns["geometry"] = pa.array([shapely.to_wkb(s) for s in layer.shapes], type=pa.binary())
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": sorted({s.geom_type for s in layer.shapes}),
                "bbox": [float(x) for x in shapely.total_bounds(layer.shapes)],
            }
        },
    }
    about = {"geo": json.dumps(geo), "description": ABOUT[layer.name]}
    pq.write_table(pa.table(columns).replace_schema_metadata(about), path)
    return len(layer.rows)


def kml(path: Path, layers: Mapping[str, Layer], about: str) -> int:
    """Places, areas, lines, events and roads as KML 2.2, or zipped where the name ends in .kmz.

    Each row has its time span, so that Google Earth shows its slider.
    """
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>{escape(about)}</name>"
    ]
    n = 0
    shown = [x for x in order(layers) if x in KML and layers[x].rows]
    tones = sorted({c for x in shown for c in layers[x].colours.values()} | {GREY})
    out += [_style(c) for c in tones]
    for name in shown:
        layer = layers[name]
        out.append(
            f"<Folder><name>{name}</name><description>{escape(ABOUT[name])}</description>"
            f"<visibility>{int(name not in ('ground', 'areas'))}</visibility>"
        )
        column, title, first, last = KML[name]
        for shape, row in zip(layer.shapes, layer.rows, strict=True):
            tone = layer.colours.get(row[column] or "", GREY)
            end = (_day(row[last]) or _day(row[first]) or date.min) + timedelta(days=1)
            told = "".join(
                f'<Data name="{escape(k)}"><value>{escape(_text(v))}</value></Data>'
                for k, v in row.items()
                if v not in (None, "") and k != "colour"
            )
            out.append(
                f"<Placemark><name>{escape(title(row))}</name>"
                f"<visibility>{int(name not in ('ground', 'areas'))}</visibility>"
                f"<TimeSpan><begin>{_text(row[first])}</begin><end>{end.isoformat()}</end></TimeSpan>"
                f"<styleUrl>#c{tone[1:]}</styleUrl><ExtendedData>{told}</ExtendedData>"
                f"{_kml_shape(shape)}</Placemark>"
            )
            n += 1
        out.append("</Folder>")
    text = "".join([*out, "</Document></kml>"])
    if path.suffix.lower() == ".kmz":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr(zipfile.ZipInfo("doc.kml", (1980, 1, 1, 0, 0, 0)), text)
        path.write_bytes(held.getvalue())
    else:
        path.write_text(text, encoding="utf-8")
    return n


# of each layer: (column of the colour, title, first and last day)
KML: dict[str, tuple[str, Any, str, str]] = {
    "ground": ("holder", lambda r: r["name"], "valid_from", "valid_to"),
    "areas": ("holder", lambda r: r["name"], "valid_from", "valid_to"),
    "lines": ("relation", lambda r: f"{r['a']} – {r['b']}", "valid_from", "valid_to"),
    "roads": ("state", lambda r: r["name"], "valid_from", "valid_to"),
    "places": ("holder", lambda r: r["name"], "valid_from", "valid_to"),
    "events": ("kind", lambda r: f"{r['kind']}: {r['location']}", "event_date", "end_date"),
}


def _style(tone: str) -> str:
    bgr = tone[5:7] + tone[3:5] + tone[1:3]  # KML counts colours as alpha, blue, green, red
    return (
        f'<Style id="c{tone[1:]}"><IconStyle><color>ff{bgr}</color><scale>0.7</scale></IconStyle>'
        "<LabelStyle><scale>0.7</scale></LabelStyle>"
        f"<LineStyle><color>ff{bgr}</color><width>2.5</width></LineStyle>"
        f"<PolyStyle><color>73{bgr}</color><outline>0</outline></PolyStyle></Style>"
    )


def _kml_shape(g: Any) -> str:
    def points(c: Any) -> str:
        return " ".join(f"{x:.5f},{y:.5f}" for x, y in c.coords)

    if g.geom_type == "Point":
        return f"<Point><coordinates>{points(g)}</coordinates></Point>"
    if g.geom_type == "LineString":
        where = f"<coordinates>{points(g)}</coordinates>"
        return f"<LineString><tessellate>1</tessellate>{where}</LineString>"
    if g.geom_type == "Polygon":
        holes = "".join(
            f"<innerBoundaryIs><LinearRing><coordinates>{points(r)}</coordinates></LinearRing>"
            "</innerBoundaryIs>"
            for r in g.interiors
        )
        return (
            "<Polygon><tessellate>1</tessellate><outerBoundaryIs><LinearRing><coordinates>"
            f"{points(g.exterior)}</coordinates></LinearRing></outerBoundaryIs>{holes}</Polygon>"
        )
    return f"<MultiGeometry>{''.join(_kml_shape(p) for p in g.geoms)}</MultiGeometry>"


def columns_of(layer: Layer) -> tuple[list[str], list[Any], list[Any]]:
    """Column names, arrays for GDAL with days as DATE, and which values are empty."""
    fields = list(layer.rows[0] if layer.rows else {})
    arrays, empty = [], []
    for k in fields:
        values = [r[k] for r in layer.rows]
        arrays.append(_array(k, values))
        none = np.array([v is None for v in values])
        empty.append(none if arrays[-1].dtype == np.int64 and none.any() else None)
    return fields, arrays, empty


def _array(name: str, values: Sequence[Any]) -> Any:
    if name in DAYS:
        return np.array([_day(v) or np.datetime64("NaT") for v in values], dtype="datetime64[D]")
    some = [v for v in values if v is not None]
    if some and all(isinstance(v, int) for v in some):
        return np.array([v or 0 for v in values], dtype=np.int64)
    if some and all(isinstance(v, (int, float)) for v in some):
        return np.array([np.nan if v is None else float(v) for v in values])
    return np.array([None if v is None else str(v) for v in values], dtype=object)


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(value) if value else None


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _some(path: Path, layer: Layer) -> None:
    if not layer.rows:
        raise ContactlineError(f"{path.name}: there is nothing in the layer {layer.name}")
