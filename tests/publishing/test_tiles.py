"""Tiles are read by the format's own library and by GDAL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader

from contactline.model import ContactlineError
from contactline.picture.build import draw, snapshot_on
from contactline.picture.settings import Settings
from contactline.publishing.colours import colour
from contactline.publishing.export import export
from tests.publishing.test_publishing import scene

ON = date(2017, 11, 20)


def test_every_layer_is_in_one_file(tmp_path: Path) -> None:
    s = scene()
    p = draw(s)
    for name in ("a.pmtiles", "b.pmtiles"):
        export(tmp_path / name, p, s.claims, s.sides.names, s.stage.shapes)
    path = tmp_path / "a.pmtiles"
    assert path.read_bytes() == (tmp_path / "b.pmtiles").read_bytes()
    with path.open("rb") as f:
        reader = Reader(MmapSource(f))
        head, told = reader.header(), reader.metadata()
        assert head["max_zoom"] == 9 and reader.get(0, 0, 0)
    assert {x["id"] for x in told["vector_layers"]} >= {"places", "ground"}
    assert "CC BY 4.0" in told["attribution"]
    layers = {name for name, _ in pyogrio.list_layers(path)}
    assert layers == {x["id"] for x in told["vector_layers"]}
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="places")
    rows = dict(zip(meta["fields"], columns, strict=True))
    told_of = {h.place.name: h for h in p.holdings if h.told}
    got = {n: c for n, c in zip(rows["name"], rows["colour"], strict=True) if n in told_of}
    assert len(shapes) and set(got) == set(told_of)
    assert all(got[n] == colour(h.holder) for n, h in told_of.items() if h.holder)


def test_nothing_to_draw_is_said(tmp_path: Path) -> None:
    empty = draw(snapshot_on([], [], {}, Settings(), ON))
    with pytest.raises(ContactlineError, match="nothing to draw"):
        export(tmp_path / "x.pmtiles", empty, [], {}, {})
    assert not (tmp_path / "x.pmtiles").exists()
