"""War maps of Wikipedia: what is written is run by Lua itself, what is read is a module such as
editors keep; what is brought up to date keeps every other letter.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from lupa import LuaRuntime
from typer.testing import CliRunner

from contactline.cli import app
from contactline.intake.wikimap import colours, legend, marks, tokens
from contactline.ledger.store import Ledger
from contactline.mapping import mapped
from contactline.model import ContactlineError
from contactline.naming.gazetteer import Gazetteer
from contactline.publishing.wikimap import module, updated
from contactline.questions.analysis import Analysis

ON = date(2017, 11, 20)
BASE = (Path(__file__).parent / "data" / "map.lua").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def analysis(demo_db: Path) -> Analysis:
    return Analysis(Ledger.open(str(demo_db)))


def test_rows_are_read_as_lua_reads_them() -> None:
    found = marks(BASE)
    table = LuaRuntime().execute("icons = {opp = 'Dot green 0d0.svg'}\n" + BASE)
    run = [dict(row) for row in table["marks"].values()]
    assert [(str(m.fields["lat"]), m.fields["mark"]) for m in found] == [
        (str(r["lat"]), r["mark"]) for r in run if r["lat"] != "north"
    ]
    assert [m.label for m in found][:4] == ["Ar-Raqqah", "Deir Ezzor", "Aleppo", "Kuweires"]
    assert [m.says for m in found] == ["held", "contested", "held", "held", "held", "besieged", ""]
    assert all(BASE[m.start] == "{" and BASE[m.end - 1] == "}" for m in found)


def test_the_legend_says_whose_a_colour_is() -> None:
    told = legend(BASE)
    assert told["red"] == ("Army and allies", "Army", "Syrian Arab Army")
    assert {k: v[0] for k, v in told.items()} == {
        "red": "Army and allies",
        "lime": "Syrian opposition",
        "yellow": "Syrian Democratic Forces (SDF)",
        "black": "Islamic State",
    }


@pytest.mark.parametrize(
    ("picture", "want"),
    [
        ("80x80-red-lime-anim.gif", ("red", "lime")),
        ("Map-ctl2-red+yellow.svg", ("red", "yellow")),
        ("Dot green 0d0.svg", ("lime",)),
        ("Map-dot-grey-68a.svg", ("grey",)),
        ("Abm-black-icon.png", ("black",)),
        ("Gota07.svg", ()),
    ],
)
def test_colours_stand_in_the_picture_s_name(picture: str, want: tuple[str, ...]) -> None:
    assert colours(picture) == want


@seed(7)
@settings(max_examples=150, deadline=None, database=None)
@given(st.text(alphabet="{}[]=-\"'\\,ab1. \n", max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    found = list(tokens(text))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= t.start < t.end <= len(text) for t in found)
    marks(text)


def test_a_new_map_runs_and_holds_what_is_told(analysis: Analysis) -> None:
    h, p = analysis.history(), analysis.picture(ON)
    text, n = module(p, h.claims, h.sides.names)
    table = LuaRuntime().execute(text)
    rows = [dict(r) for r in table["marks"].values()]
    assert len(rows) == n > 20 and table["containerArgs"][1] == "Syria"
    by = {r["label"]: r for r in rows if "label" in r}
    assert by["Raqqa"]["mark"] == "Dot yellow ff4.svg"
    assert by["Aleppo"]["mark"] == "Location dot red.svg"
    assert "[[File:Location dot black.svg|11px]] Islamic State" in table["containerArgs"]["caption"]
    raqqa = next(x for x in text.splitlines() if '"Raqqa"' in x)
    assert "“" in raqqa and "Example" in raqqa
    again = {m.label: m.says for m in marks(text) if m.label}
    assert set(again) == set(by) and set(again.values()) <= {"held", "contested"}


def test_only_what_changed_is_changed(analysis: Analysis) -> None:
    h, p = analysis.history(), analysis.picture(ON)
    text, edits = updated(BASE, p, h.claims, h.sides.names)
    assert {(e.place, e.before, e.after) for e in edits} == {
        ("Ar-Raqqah", "Location dot black.svg", "Dot yellow ff4.svg"),
        ("Deir Ezzor", "80x80-red-black-anim.gif", "Location dot red.svg"),
    }
    assert all(e.quote and "Example" in e.source for e in edits)
    old, new = BASE.splitlines(), text.splitlines()
    assert [
        (a.replace(e.before, e.after), b)
        for e in edits
        for a, b in zip(old, new, strict=True)
        if a != b and e.place in a
    ] == [(b, b) for a, b in zip(old, new, strict=True) if a != b]
    assert updated(text, p, h.claims, h.sides.names) == (text, [])


def test_a_map_is_a_report_whose_rows_are_quoted() -> None:
    found = mapped(BASE, ON, "A map", Gazetteer.open())
    told = {(c.place.text, c.aspect, c.actor.name) for c in found.claims if c.place and c.actor}
    assert ("Ar-Raqqah", "holds", "Islamic State") in told
    assert ("Deir Ezzor", "contests", "Syrian Arab Army") in told
    assert ("Aleppo", "holds", "Syrian Arab Army") in told
    assert ("Douma", "besieges", "Syrian Arab Army") in told
    for c in found.claims:
        assert BASE[c.start : c.end] == c.quote and c.quote.startswith("{ lat")
        assert c.valid_from == ON and c.place and c.place.lat
    assert found.left_out["icons that tell of no holder"] == 1


def test_the_commands_take_a_map_in_and_give_it_out(tmp_path: Path, demo_db: Path) -> None:
    run, url = CliRunner(), str(tmp_path / "m.db")
    file = tmp_path / "map.lua"
    file.write_text(BASE.replace("[[Syrian opposition]]", "the greens"))
    done = run.invoke(app, ["ingest-map", str(file), "--date", "2017-06-01", "--ledger", url])
    assert done.exit_code == 0 and "the legend does not explain" in done.stderr
    again = ["ingest-map", str(file), "--date", "2017-06-01", "--ledger", url]
    assert "stored already" in run.invoke(app, again).stderr
    more = run.invoke(app, [*again, "--side", "lime=Syrian opposition"])
    assert more.exit_code == 0 and "explain" not in more.stderr
    out = tmp_path / "new.lua"
    args = ["export", str(out), "--on", str(ON), "--ledger", str(demo_db), "--base", str(file)]
    done = run.invoke(app, [*args, "--as", "wikipedia"])
    assert done.exit_code == 0 and "2 rows changed" in done.stderr and "“" in done.stderr
    assert out.read_text() != file.read_text()


def test_what_is_no_map_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="no row with lat and long"):
        mapped("return { marks = {} }", ON, "", Gazetteer.open())
    with pytest.raises(ContactlineError, match="no party goes by Martians"):
        mapped(BASE, ON, "", Gazetteer.open(), {"lime": "Martians"})
