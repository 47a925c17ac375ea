"""Event tables: the columns and codes of others, and files opened by pandas and openpyxl."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pandas
import pytest

from contactline.model import ContactlineError, Role
from contactline.picture.events import events_between
from contactline.publishing import events as tables
from contactline.publishing.codebooks import BOOKS, HXL
from tests.makers import report, stored
from tests.publishing.test_publishing import history_of

ROOT = Path(__file__).parent.parent.parent
STRIKE = report("=Airstrikes hit Beta, killing 12 civilians and 3 others, officials said.")
TAKEN = report("The rebels took Gamma from the army on Monday, monitors said.", source="Post")


def harm(who: str, number: int, start: int):
    s = stored(
        kind="harm", aspect="killed", who=None, where="Beta", in_report=STRIKE, number=number
    )
    return replace(s, id=f"h{start}", claim=replace(s.claim, other=Role(who, who)))


CLAIMS = [
    stored(kind="strike", aspect=None, who="Army", where="Beta", in_report=STRIKE),
    harm("civilians", 12, 1),
    harm("others", 3, 2),
    stored(
        kind="control",
        aspect="gains",
        who="Rebels",
        other="Army",
        where="Gamma",
        in_report=TAKEN,
        source="Post",
        valid_from=date(2017, 10, 30),
        precision="day",
    ),
    stored(kind="presence", aspect="leaves", who="Army", where="Delta"),
    stored(kind="fight", aspect=None, who="Army", other="Rebels", where="Alpha"),
]


@cache
def found():
    h = history_of(CLAIMS)
    days = (date(2017, 10, 1), date(2017, 11, 30))
    return tuple(events_between(h.heard, h.sides, h.settings, *days))


def rows(scheme: str):
    return tables.rows(scheme, found(), CLAIMS)


def of(scheme: str, **want):
    return next(r for r in rows(scheme) if all(r[k] == v for k, v in want.items()))


@pytest.mark.parametrize("scheme", sorted(BOOKS))
def test_every_row_has_the_schemes_columns(scheme: str) -> None:
    made = rows(scheme)
    assert made and all(list(r) == list(BOOKS[scheme]) for r in made)
    assert set(HXL) <= {c for book in BOOKS.values() for c in book}


def test_acled() -> None:
    strike = of("acled", event_type="Explosions/Remote violence")
    assert strike["sub_event_type"] == "Air/drone strike" and strike["fatalities"] == 15
    assert strike["time_precision"] == 2 and strike["geo_precision"] == 1
    assert (strike["iso"], strike["country"]) == (760, "Syria")
    taken = of("acled", location="Gamma")
    assert (taken["event_type"], taken["time_precision"]) == ("Battles", 1)
    assert (taken["actor1"], taken["actor2"]) == ("Rebels", "Army") and taken["fatalities"] is None
    assert of("acled", location="Alpha")["sub_event_type"] == "Armed clash"
    assert of("acled", location="Delta")["disorder_type"] == "Strategic developments"


def test_who_loses_a_place_is_never_its_taker() -> None:
    lost = stored(aspect="loses", who="Rebels", where="Gamma", n=3)
    took = stored(aspect="gains", who="Army", other="Rebels", where="Gamma", n=4)
    for said, first in (([lost, took], "Army"), ([lost], "")):
        h = history_of(said)
        days = (date(2017, 10, 1), date(2017, 11, 30))
        (row,) = tables.rows("acled", events_between(h.heard, h.sides, h.settings, *days), said)
        assert (row["actor1"], row["actor2"]) == (first, "Rebels")


def test_acled_columns_are_those_of_its_api() -> None:
    assert (
        list(BOOKS["acled"])[:9]
        == [
            "event_id_cnty",
            "event_date",
            "year",
            "time_precision",
            "disorder_type",
            "event_type",
            "sub_event_type",
            "actor1",
            "assoc_actor_1",
        ]
        and len(BOOKS["acled"]) == 31
    )


def test_ucdp_takes_only_what_killed() -> None:
    (row,) = rows("ucdp")
    assert (row["deaths_civilians"], row["deaths_unknown"], row["best"]) == (12, 3, 15)
    assert (row["date_start"], row["date_end"]) == (date(2017, 10, 26), date(2017, 11, 1))
    assert row["date_prec"] == 3 and row["where_prec"] == 1 and row["geom_wkt"].startswith("POINT")
    assert row["id"] < 2**53 and len(BOOKS["ucdp"]) == 49


@pytest.mark.skipif(
    not (ROOT.parent / "shared/data/events").exists(), reason="the shared data are not here"
)
def test_ucdp_columns_are_those_of_the_data_set() -> None:
    with (ROOT.parent / "shared/data/events/ucdp_ged_syria_2016_2019.csv").open() as f:
        assert set(next(csv.reader(f))) <= set(BOOKS["ucdp"])


def test_plover_and_cameo() -> None:
    assert of("plover", Placename="Gamma")["Event Type"] == "COERCE"
    assert of("plover", Placename="Beta")["Event Mode"] == "heavy-weapons"
    assert of("plover", Placename="Delta")["Event Type"] == "RETREAT"
    codes = {r["City"]: r["CAMEO Code"] for r in rows("cameo")}
    assert codes == {"Beta": "195", "Gamma": "192", "Delta": "0874", "Alpha": "190"}


def test_ids_stay_when_more_is_told() -> None:
    more = [*CLAIMS, stored(kind="fight", aspect=None, who="Army", where="Alpha", source="B", n=7)]
    h = history_of(more)
    again = events_between(h.heard, h.sides, h.settings, date(2017, 10, 1), date(2017, 11, 30))
    assert {e.id for e in found()} <= {e.id for e in again}


@pytest.mark.parametrize("scheme", sorted(BOOKS))
def test_files_are_read_by_pandas(scheme: str, tmp_path: Path) -> None:
    made = rows(scheme)
    for name in ("e.csv", "e.parquet", "e.xlsx", "e.jsonl"):
        assert tables.write(tmp_path / name, scheme, made) == len(made)
    flat = pandas.read_csv(tmp_path / "e.csv", dtype=str)
    square = pandas.read_parquet(tmp_path / "e.parquet")
    sheet = pandas.read_excel(tmp_path / "e.xlsx", dtype=str)
    lines = pandas.read_json(tmp_path / "e.jsonl", lines=True)
    for table in (flat, square, sheet, lines):
        assert list(table.columns) == list(BOOKS[scheme]) and len(table) == len(made)


def test_excel_explains_its_columns_and_runs_no_sentence(tmp_path: Path) -> None:
    tables.write(tmp_path / "e.xlsx", "contactline", rows("contactline"), hxl=True)
    book = openpyxl.load_workbook(tmp_path / "e.xlsx")
    told = {r[0].value: r[1].value for r in book["columns"].iter_rows(min_row=2)}
    assert set(BOOKS["contactline"]) <= set(told) and "columns" in told["scheme"]
    head = [c.value for c in book["events"][1]]
    quote = [r[head.index("quote")] for r in book["events"].iter_rows(min_row=3)]
    assert any(str(c.value).startswith("=Airstrikes") and c.data_type == "s" for c in quote)
    days = [r[head.index("date")] for r in book["events"].iter_rows(min_row=3)]
    assert all(c.is_date for c in days)


def test_hxl_has_a_tag_row() -> None:
    lines = list(csv.reader(io.StringIO(tables.as_csv("acled", rows("acled"), hxl=True))))
    assert lines[1][0] == "#event+id" and len(lines[1]) == len(lines[0])
    assert all(not t or t.startswith("#") for t in lines[1])


def test_another_scheme_or_ending_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="--as gdelt"):
        rows("gdelt")
    with pytest.raises(ContactlineError, match="xlsx"):
        tables.write(tmp_path / "e.dta", "acled", rows("acled"))


def test_the_docs_tell_every_column() -> None:
    text = (ROOT / "docs/events.md").read_text(encoding="utf-8")
    assert text.endswith(tables.codebook()), "run: python scripts/check_docs.py --write"
