"""The examples of docs/python.md, run on a small ledger; and how objects show themselves."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import geopandas
import pandas
import pytest

import contactline
from contactline.ledger.store import Ledger
from contactline.library import Rows
from contactline.model import ContactlineError, Role, told_apart
from contactline.naming.gazetteer import Gazetteer
from contactline.pipeline import store_claims
from tests.makers import actor, claim, report

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.S
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of two reports about a real town."""
    found = [m.place for m in Gazetteer.open().lookup("Raqqa")]
    p = next(x for x in found if x.feature == "settlement")
    town = Role(
        "Raqqa", p.name, p.id, p.lat, p.lon, p.geoname_id, p.country, p.feature, p.radius_km
    )
    batches = []
    for n, text in enumerate(["The SDF hold Raqqa.", "SDF took <Raqqa>."]):
        r = report(text, f"Wire {n}", date(2017, 10, 17 + n))
        c = claim(aspect=("holds", "gains")[n], who=None, where=None, in_report=r)
        made = contactline.Claim(
            **{f: getattr(c, f) for f in c.__dataclass_fields__}
            | {"actor": Role("SDF", "Syrian Democratic Forces", "actor:sdf"), "place": town}
        )
        batches.append((r, told_apart([made])))
    where = tmp_path_factory.mktemp("notebook")
    store_claims(
        Ledger.open(str(where / "contactline.ledger.db"), create=True), batches, "test", "1"
    )
    return where


def test_the_examples_of_the_docs_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    fake = SimpleNamespace(claims_of=lambda r: [claim(in_report=r)])
    monkeypatch.setattr("contactline.library.Tools", lambda: fake)  # the reader is tested elsewhere
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(block, names)
    assert "Syrian Democratic Forces" in names["answer"].title
    assert isinstance(names["towns"], geopandas.GeoDataFrame) and len(names["towns"])
    assert isinstance(names["events"], pandas.DataFrame) and len(names["events"])
    assert names["ground"].crs == "EPSG:4326"


def test_objects_show_themselves_and_escape_words(folder: Path) -> None:
    ledger = contactline.open_ledger(folder / "contactline.ledger.db")
    for shown in (ledger, ledger.picture(), ledger.claims(), ledger.holds("Raqqa")):
        html = shown._repr_html_()
        assert "<Raqqa>" not in html and repr(shown)
    assert "&lt;Raqqa&gt;" in ledger.claims()._repr_html_()
    ElementTree.fromstring(ledger.picture().svg())


def test_what_can_not_be_done_is_said(folder: Path) -> None:
    ledger = contactline.open_ledger(folder / "contactline.ledger.db")
    with pytest.raises(ContactlineError, match="2017-11-20"):
        ledger.picture("yesterday")
    with pytest.raises(ContactlineError, match="no layer towns"):
        ledger.picture().layer("towns")
    with pytest.raises(ContactlineError, match="frame"):
        Rows("Words", [{"a": 1}]).geoframe()
    assert actor("Army").id == "actor:army" and len(Rows("Words", [{"a": 1}])) == 1
