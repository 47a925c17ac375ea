import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import shape

from contactline.model import Actor, ContactlineError, Place
from contactline.picture.build import draw, snapshot_on
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.publishing.brief import brief
from contactline.publishing.export import export
from contactline.publishing.svg import map_svg
from tests.makers import PLACES, report, stored

EVIL = report("<script>alert('x')</script> The army holds Alpha & Beta.", source="<b>Wire</b>")
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
CLAIMS = [
    stored(who="Army", where="Alpha", in_report=EVIL, source="<b>Wire</b>"),
    stored(who="Rebels", where="Gamma"),
    stored(kind="fight", aspect=None, who="Army", other="Rebels", where="Gamma"),
]


PARTIES = {i: Actor(i, i.title(), "group") for i in ("army", "rebels")}


def scene():
    return snapshot_on(CLAIMS, GROUND, PARTIES, Settings(), date(2017, 11, 20))


def history_of(claims):
    return History(claims, GROUND, PARTIES, Settings())


def test_the_brief_needs_nothing_else_and_escapes_everything() -> None:
    text = brief(scene(), [], "2017-09-15", [], None, "A <title>")
    assert "<script" not in text and "&lt;script&gt;" in text and "A &lt;title&gt;" in text
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text) and "<svg" in text


def test_every_sector_of_the_brief_shows_a_quote_with_its_source() -> None:
    text = brief(scene(), [], "2017-09-15", [], None, "T")
    for card in re.findall(r"<section class=card.*?</section>", text, re.S):
        assert "<blockquote>" in card and "<cite>" in card


def test_an_empty_picture_is_said_not_drawn() -> None:
    s = snapshot_on([], [], {}, Settings(), date(2017, 11, 20))
    assert "nothing to draw" in map_svg(draw(s), {}, {}) and "nothing to draw" in brief(
        s, [], "2017-01-01", [], None, "T"
    )


def test_every_map_draws_the_same_ground(tmp_path: Path) -> None:
    s = scene()
    export(tmp_path / "p.geojson", draw(s), s.claims, s.sides.names, s.stage.shapes)
    drawn = [
        f
        for f in json.loads((tmp_path / "p.geojson").read_text())["features"]
        if f["properties"]["layer"] == "ground" and "status" in f["properties"]
    ]
    assert drawn
    for f in drawn:
        assert shape(f["geometry"]).equals(s.stage.shapes[f["properties"]["id"]])
    told = map_svg(draw(s), s.sides.names, s.stage.shapes)
    assert 'opacity="0.62"' in told and 'class="area"' in told
    assert 'opacity="0.62"' not in map_svg(draw(s), s.sides.names, {})


def test_geojson_csv_and_json_lines(tmp_path: Path) -> None:
    s = scene()
    names = s.sides.names
    export(tmp_path / "p.geojson", draw(s), s.claims, names, s.stage.shapes)
    layers = {
        f["properties"]["layer"]
        for f in json.loads((tmp_path / "p.geojson").read_text())["features"]
    }
    assert {"place", "ground"} <= layers
    export(tmp_path / "p.csv", draw(s), s.claims, names, s.stage.shapes, hxl=True)
    rows = list(csv.DictReader((tmp_path / "p.csv").open()))
    assert rows[0]["name"].startswith("#loc") and {"Alpha", "Gamma"} <= {r["name"] for r in rows}
    export(tmp_path / "p.jsonl", draw(s), s.claims, names, s.stage.shapes)
    assert len((tmp_path / "p.jsonl").read_text().splitlines()) == len(CLAIMS)


def test_the_geopackage_has_real_dates(tmp_path: Path) -> None:
    import pyogrio

    s = scene()
    export(tmp_path / "p.gpkg", draw(s), s.claims, s.sides.names, s.stage.shapes)
    assert {n for n, _ in pyogrio.list_layers(tmp_path / "p.gpkg")} >= {
        "places",
        "ground",
        "claims",
    }
    info = pyogrio.read_info(tmp_path / "p.gpkg", layer="claims")
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert str(kinds["event_date"]).startswith("datetime64") and info["crs"] == "EPSG:4326"


@pytest.mark.parametrize("name", ["x.docx", "nowhere/at/all.csv"])
def test_files_that_can_not_be_written(tmp_path: Path, name: str) -> None:
    s = scene()
    with pytest.raises(ContactlineError):
        export(tmp_path / name, draw(s), s.claims, {}, s.stage.shapes)
