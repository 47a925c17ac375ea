"""Map files opened by the libraries of those who read them: GDAL, geopandas, SQLite."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import pyogrio
import pytest

from contactline.model import ContactlineError, Role
from contactline.picture.build import draw, snapshot_of
from contactline.picture.events import events_between
from contactline.publishing.export import export
from contactline.publishing.layers import ABOUT, steps
from tests.makers import stored
from tests.publishing.test_publishing import CLAIMS, history_of

ON = date(2017, 11, 20)
PROVINCE = Role(
    "Idlib",
    "Idlib",
    "place:SY-area-idlib",
    35.9,
    36.7,
    country="SY",
    feature="area",
    radius_km=50.0,
)


def about_area():
    s = stored(who="Rebels", n=1)
    return replace(s, claim=replace(s.claim, place=PROVINCE))


NOWHERE = Role("the old mill", None, "place:?theoldmill")
SAID = [
    *CLAIMS,
    about_area(),
    stored(who="Rebels", where="Beta"),
    stored(kind="access", aspect="blocked", who="Army", where="Beta"),
    replace(CLAIMS[1], id="lost", claim=replace(CLAIMS[1].claim, place=NOWHERE)),
]


@cache
def made(days: tuple[date, ...]):
    history = history_of(SAID)
    pictures = [draw(snapshot_of(history, d)) for d in days]
    first = date(2017, 1, 1)
    return (
        history,
        pictures,
        events_between(history.heard, history.sides, history.settings, first, days[-1]),
    )


def written(path: Path, days=(ON,), **more) -> tuple[int, list[str]]:
    history, pictures, events = made(tuple(days))
    told: list[str] = []
    n = export(
        path,
        pictures[-1],
        history.claims,
        history.sides.names,
        history.shapes,
        events=events,
        series=pictures,
        tell=told.append,
        **more,
    )
    return n, told


def test_a_geopackage_has_every_layer_with_days_and_styles(tmp_path: Path) -> None:
    n, told = written(tmp_path / "p.gpkg")
    found = {name: pyogrio.read_dataframe(tmp_path / "p.gpkg", layer=name) for name in ABOUT}
    assert n == sum(map(len, found.values()))
    assert set(found["areas"].name) == {"Idlib"} and set(found["roads"].state) == {"blocked"}
    for name, layer in found.items():
        info = pyogrio.read_info(tmp_path / "p.gpkg", layer=name)
        kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
        first = "event_date" if name in ("events", "claims") else "valid_from"
        assert str(kinds[first]) == "datetime64[D]" and info["crs"] == "EPSG:4326"
        assert layer.geometry.is_valid.all() and not layer.geometry.is_empty.any()
    assert told and "of claims" in told[0]
    with sqlite3.connect(tmp_path / "p.gpkg") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
        styles = db.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles")
        for name, style, default in styles.fetchall():
            root = ElementTree.fromstring(style)
            temporal = root.find("temporal")
            assert temporal is not None and default
            assert {temporal.get("startField"), temporal.get("endField")} <= set(
                found[name].columns
            )
            renderer = root.find("renderer-v2")
            assert renderer is not None
            shown = {c.get("value") for c in renderer.iter("category")}
            if attr := renderer.get("attr"):
                assert set(found[name][attr].dropna()) <= shown
        assert (
            "contactline 2017-11-20"
            in db.execute("SELECT group_concat(metadata) FROM gpkg_metadata").fetchone()[0]
        )


def test_a_map_through_time_has_a_row_for_each_step(tmp_path: Path) -> None:
    days = steps(date(2017, 11, 6), ON, "week")
    written(tmp_path / "p.gpkg", days)
    places = pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="places")
    alpha = places[places.name == "Alpha"].sort_values("valid_from")
    spans = [(a.date(), b.date()) for a, b in zip(alpha.valid_from, alpha.valid_to, strict=True)]
    assert spans == [
        (date(2017, 11, 6), date(2017, 11, 12)),
        (date(2017, 11, 13), date(2017, 11, 19)),
        (ON, ON),
    ]


def test_two_files_of_one_picture_are_the_same_rows(tmp_path: Path) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        written(tmp_path / name)
    a, b = (
        list(sqlite3.connect(tmp_path / n).execute("SELECT * FROM gpkg_contents"))
        for n in ("a.gpkg", "b.gpkg")
    )
    assert a == b


@pytest.mark.parametrize("layer", sorted(ABOUT))
def test_one_layer_as_flatgeobuf_and_geoparquet(layer: str, tmp_path: Path) -> None:
    n, _ = written(tmp_path / "p.fgb", layer=layer)
    written(tmp_path / "p.parquet", layer=layer)
    flat = pyogrio.read_dataframe(tmp_path / "p.fgb")
    square = geopandas.read_parquet(tmp_path / "p.parquet")
    assert len(flat) == len(square) == n > 0 and square.crs == "OGC:CRS84"
    assert [c for c in flat.columns if c != "geometry"] == [
        c for c in square.columns if c != "geometry"
    ]
    assert flat.geometry.union_all().symmetric_difference(square.geometry.union_all()).area < 1e-9


def test_kml_is_read_by_gdal_and_has_time(tmp_path: Path) -> None:
    n, _ = written(tmp_path / "p.kml")
    written(tmp_path / "p.kmz")
    names = [name for name, _ in pyogrio.list_layers(tmp_path / "p.kml")]
    assert {"places", "areas", "ground", "roads", "events"} <= set(names)
    assert n == sum(pyogrio.read_info(tmp_path / "p.kml", layer=x)["features"] for x in names)
    text = (tmp_path / "p.kml").read_bytes()
    spans = ElementTree.fromstring(text).iter("{http://www.opengis.net/kml/2.2}TimeSpan")
    assert len(list(spans)) == n
    assert zipfile.ZipFile(tmp_path / "p.kmz").read("doc.kml") == text


def test_geojson_has_the_further_layers(tmp_path: Path) -> None:
    written(tmp_path / "p.geojson")
    found = json.loads((tmp_path / "p.geojson").read_text())["features"]
    assert {"place", "ground", "area", "sector", "road", "event"} <= {
        f["properties"]["layer"] for f in found
    }


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="no layer towns"):
        written(tmp_path / "p.fgb", layer="towns")
    with pytest.raises(ContactlineError, match="nothing in the layer sectors"):
        s = snapshot_of(history_of([]), ON)
        export(tmp_path / "p.fgb", draw(s), [], {}, {}, layer="sectors")
    s = snapshot_of(history_of([]), ON)
    assert export(tmp_path / "empty.gpkg", draw(s), [], {}, {}) == 0


@pytest.mark.parametrize(
    ("step", "days"),
    [("day", 31), ("week", 6), ("month", 3), ("10", 4)],
)
def test_steps_end_on_the_last_day(step: str, days: int) -> None:
    found = steps(date(2024, 1, 31), date(2024, 3, 1), step)
    assert found[0] == date(2024, 1, 31) and found[-1] == date(2024, 3, 1)
    assert len(found) == days
    with pytest.raises(ValueError, match="--step"):
        steps(date(2024, 1, 1), date(2024, 2, 1), "fortnight")


QGIS = """
import os, sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    layer.loadDefaultStyle()
    time = layer.temporalProperties()
    kind = layer.renderer().type()
    print(name, layer.isValid(), kind, time.isActive(), time.startField(), sep=",")
sys.stdout.flush()
os._exit(0)
"""


def has_qgis() -> bool:
    try:
        done = subprocess.run(["/usr/bin/python3", "-c", "import qgis"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.skipif(not has_qgis(), reason="QGIS is not installed (Debian package python3-qgis)")
def test_qgis_takes_styles_and_days_by_itself(tmp_path: Path) -> None:
    written(tmp_path / "p.gpkg")
    done = subprocess.run(
        ["/usr/bin/python3", "-c", QGIS, str(tmp_path / "p.gpkg"), *ABOUT],
        capture_output=True,
        text=True,
        timeout=500,
        env={"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
    )
    told = {x.split(",")[0]: x.split(",")[1:] for x in done.stdout.splitlines() if "," in x}
    assert set(told) == set(ABOUT), done.stderr
    for name, (valid, renderer, active, first) in told.items():
        assert valid == "True" and active == "True"
        assert renderer == ("singleSymbol" if name == "claims" else "categorizedSymbol")
        assert first == ("event_date" if name in ("events", "claims") else "valid_from")
