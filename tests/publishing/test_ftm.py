"""Entities and statements hold to the model of FollowTheMoney: always to a copy of it, and where
its library is installed (it needs ICU) they are read by that.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contactline.ledger.store import Ledger
from contactline.publishing.export import export
from contactline.publishing.ftm import TYPE_OF
from contactline.questions.analysis import Analysis

ON = date(2017, 11, 20)
MODEL = json.loads((Path(__file__).parent / "data" / "ftm_model.json").read_text())["schemata"]


@pytest.fixture(scope="module")
def folder(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    a = Analysis(Ledger.open(str(demo_db)))
    h = a.history()
    where = tmp_path_factory.mktemp("ftm")
    for name in ("p.ftm.json", "p.ftm.csv", "again.ftm.json"):
        export(
            where / name,
            a.picture(ON),
            h.claims,
            h.sides.names,
            {},
            events=a.events(date(2017, 9, 1), ON),
            reports=a.ledger.reports(),
        )
    return where


@pytest.fixture(scope="module")
def things(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(x) for x in (folder / "p.ftm.json").read_text().splitlines()]
    by = {x["id"]: x for x in found}
    assert len(by) == len(found)
    return by


def test_every_value_fits_the_model(things: dict[str, dict[str, Any]]) -> None:
    assert {x["schema"] for x in things.values()} == set(MODEL)
    for x in things.values():
        schema, own = MODEL[x["schema"]], x["properties"]
        assert set(own) >= set(schema["required"]), x
        for prop, values in own.items():
            kind, *points_to = schema["properties"][prop]
            assert TYPE_OF.get(prop, "string") == kind and values
            for v in values:
                if kind == "entity":
                    assert points_to[0] in MODEL[things[v]["schema"]]["is"], (prop, x)
                elif kind == "date":
                    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", v)
                elif kind == "url":
                    assert v.startswith("http")
                elif kind == "country":
                    assert re.fullmatch("[a-z]{2}", v)


def test_facts_have_their_sentences_and_reports(things: dict[str, dict[str, Any]]) -> None:
    names = {k: x["properties"].get("name", [""])[0] for k, x in things.items()}
    held = [
        x["properties"]
        for x in things.values()
        if x["schema"] == "UnknownLink" and x["properties"]["role"] == ["holds"]
    ]
    raqqa = next(x for x in held if names[x["object"][0]] == "Raqqa")
    assert names[raqqa["subject"][0]] == "Syrian Democratic Forces"
    assert raqqa["startDate"][0] <= raqqa["date"][0] == str(ON)
    for x in held:
        assert x["publisher"] and "“" in x["description"][0]
        articles = [things[i]["properties"] for i in x["proof"]]
        assert all(a["fileName"] and a["publishedAt"] for a in articles)
    states = {n: things[k]["properties"] for k, n in names.items()}
    assert states["United States"]["wikidataId"] == ["Q30"]
    assert states["Islamic State"]["wikidataId"] == ["Q2429253"]
    assert "wikidataId" not in states["Hayat Tahrir al-Sham"]


def test_statements_say_the_same_and_who_says_it(
    folder: Path, things: dict[str, dict[str, Any]]
) -> None:
    again: dict[str, dict[str, list[str]]] = {}
    with (folder / "p.ftm.csv").open(newline="") as f:
        for r in csv.DictReader(f, dialect=csv.unix_dialect):
            assert r["first_seen"] <= r["last_seen"] and r["dataset"] == "contactline"
            assert (
                r["origin"]
                or r["schema"] in ("Organization", "PublicBody", "Address")
                or (r["schema"] == "Membership")
            )
            if r["prop"] != "id":
                again.setdefault(r["entity_id"], {}).setdefault(r["prop"], []).append(r["value"])
    assert again == {k: x["properties"] for k, x in things.items()}
    assert (folder / "p.ftm.json").read_bytes() == (folder / "again.ftm.json").read_bytes()


def test_the_library_reads_it_unchanged(folder: Path, things: dict[str, dict[str, Any]]) -> None:
    pytest.importorskip("followthemoney", reason="needs ICU: pip install followthemoney")
    from followthemoney import model
    from followthemoney.statement.serialize import read_csv_statements

    for name, schema in MODEL.items():  # the copy is the model's
        mine = {p.name: p.type.name for p in model.get(name).sorted_properties if not p.stub}
        assert {k: v[0] for k, v in schema["properties"].items()}.items() <= mine.items()
    for x in things.values():
        read = model.get_proxy(x, cleaned=False).to_dict()["properties"]
        assert {k: sorted(v) for k, v in read.items()} == {
            k: sorted(v) for k, v in x["properties"].items()
        }
        assert not model.get(x["schema"]).validate(x)
    with (folder / "p.ftm.csv").open("rb") as f:
        for s in read_csv_statements(f):
            assert s.id == s.generate_key() and s.schema == things[s.entity_id]["schema"]
