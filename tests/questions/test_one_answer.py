"""The same question has one answer, whoever asks it: commands, API, assistants, brief."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from contactline.cli import app
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError, plain
from contactline.prospects.settings import ProspectSettings
from contactline.publishing.brief import brief_of
from contactline.questions.analysis import Analysis
from contactline.questions.holders import holding_of, who_holds
from contactline.questions.rules import Rules
from contactline.serving.app import create_app
from contactline.serving.assistants import Answers

ON = date(2017, 11, 20)


@pytest.fixture(scope="module")
def url(demo_db: Path) -> str:
    return str(demo_db)


@pytest.fixture(scope="module")
def analysis(url: str) -> Analysis:
    return Analysis(Ledger.open(url))


def asked(*args: str) -> Any:
    done = CliRunner().invoke(app, [*args, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def drawn(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked("picture", "--on", ON.isoformat(), "--ledger", url)[
        "places"
    ]
    return found


KEYS = ("id", "holder", "status", "probability", "since")


def test_holds_and_picture_never_disagree(analysis: Analysis, drawn: list[dict[str, Any]]) -> None:
    sides = analysis.history().sides
    reported = 0
    for row in drawn:
        a = who_holds(analysis, row["id"], ON)
        h = a.holding
        shown = {
            "id": h.place.id,
            "holder": h.holder.called(sides.names) if h.holder else None,
            "status": h.status,
            "probability": h.probability,
            "since": h.since.isoformat() if h.since else None,
        }
        assert shown == {k: row[k] for k in KEYS}
        reported += a.reported
    assert reported > 20


@pytest.mark.parametrize("place", ["Raqqa", "Deir Ezzor", "Idlib", "Aleppo"])
def test_everybody_gets_the_same_holder(url: str, drawn: list[dict[str, Any]], place: str) -> None:
    on = ON.isoformat()
    command = asked("holds", place, "--on", on, "--why", "--ledger", url)
    assistant = Answers(Ledger.open(url)).who_holds(place, on)
    row = next(r for r in drawn if r["id"] == command["id"])
    client = TestClient(create_app(Ledger.open(url)))
    page = client.get("/api/v1/place", params={"id": command["id"], "on": on}).json()
    for k in KEYS:
        assert command[k] == row[k] == assistant[k] == page["place"][k], k
    weights = [r["weight"] for r in command["why"] if r["weight"] > 0.02]
    assert len(page["for"]) == len(weights)
    assert [r["weight"] for r in assistant["for"][:5]] == pytest.approx(weights[:5], abs=0.006)
    assert command["parameters"] == page["parameters"] == plain(Rules().public())


def test_a_place_nobody_tells_of_is_as_on_the_map(analysis: Analysis) -> None:
    history = analysis.history()
    quiet = next(p for p in history.nodes if p.id not in history.units and p.population > 20_000)
    a = who_holds(analysis, quiet.id, ON)
    assert a.holding == holding_of(history, quiet.id, ON) and not a.reported and a.note
    with pytest.raises(ContactlineError, match="no place goes by"):
        who_holds(analysis, "Xyzzyburgh of Nowhere", ON)


def test_a_brief_stages_the_ledger_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = []
    make = Analysis.staged
    monkeypatch.setattr(Analysis, "staged", lambda self, c: staged.append(len(c)) or make(self, c))
    a = Analysis(Ledger.open(url))
    page = brief_of(a, ON, date(2017, 9, 15), "Islamic State", "A title")
    assert len(staged) == 1 and "A title" in page
    for c in a.what_changed(date(2017, 9, 15), ON)[:5]:
        assert c.text.split(",")[0] in page.replace("&#x27;", "'")


def test_changes_and_expectations_are_the_same_to_all(url: str, analysis: Analysis) -> None:
    on = ON.isoformat()
    client = TestClient(create_app(Ledger.open(url)))
    told = [c.text for c in analysis.what_changed(date(2017, 9, 15), ON)]
    rows = asked("changes", "2017-09-15", on, "--ledger", url)
    page = client.get("/api/v1/changes", params={"first": "2017-09-15", "last": on}).json()
    assert told == [r["text"] for r in rows] == [r["text"] for r in page["changes"]]
    expected = [e.id for e in analysis.expected(ON)]
    assert expected == [e["id"] for e in asked("prospects", "--on", on, "--ledger", url)]
    rows = client.get("/api/v1/prospects", params={"on": on}).json()["expectations"]
    assert expected[:400] == [e["id"] for e in rows]


def test_a_settings_file_changes_the_answer_and_is_printed(url: str, tmp_path: Path) -> None:
    file = tmp_path / "rule.toml"
    file.write_text("[standing]\nheld_at = 0.999\n\n[prospects.keeping]\nkept_at = 1.0\n")
    more = ("--on", ON.isoformat(), "--ledger", url, "--settings", str(file))
    p = asked("picture", "--why", *more)
    assert p["parameters"]["standing.held_at"] == 0.999
    assert p["parameters"]["prospects.keeping.kept_at"] == 1.0
    assert not any(x["status"] == "held" and x["probability"] < 0.99 for x in p["places"])
    assert any(x["status"] == "held" for x in asked("picture", *more[:4])["places"])
    assert asked("prospects", *more) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[standing]\nhold_at = 1", "has no hold_at"),
        ("[standin]\nheld_at = 1", "no section of settings is called standin"),
        ("[prospects.keep]\nkept_at = 1", "no section of settings is called prospects.keep"),
        ("[prospects.keeping]\nkeptat = 1", "has no keptat"),
        ("[standing]\nheld_at = 'high'", "must be float"),
        ("held_at 1", "no TOML"),
        ("held_at = 1", "no section"),
        ("prospects = 3", "no section"),
    ],
)
def test_a_wrong_settings_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rule.toml"
    file.write_text(text)
    with pytest.raises(ContactlineError, match=says) as e:
        Rules.read(file)
    assert str(file) in str(e.value) and "\n" not in str(e.value)
    with pytest.raises(ContactlineError, match="can't be read"):
        Rules.read(tmp_path / "none.toml")


def test_every_number_can_be_set_by_the_name_it_is_printed_under() -> None:
    for name, value in Rules().public().items():
        *path, last = name.split(".")
        sections: dict[str, Any] = {last: plain(value)}
        for part in reversed(path):
            sections = {part: sections}
        assert Rules.of(sections) == Rules(), name
    assert {f.name for f in fields(ProspectSettings)} == {
        n.split(".")[1] for n in Rules().public() if n.startswith("prospects.")
    }
