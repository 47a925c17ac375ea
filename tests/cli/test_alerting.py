"""What changes after a run is told once, with its quotes, to those who want to hear of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
import sqlalchemy as sa

from contactline.cli.alerting import Teller
from contactline.intake.follow.plan import seconds
from contactline.ledger import tables as t
from contactline.ledger.connection import now
from contactline.ledger.store import Ledger
from contactline.ledger.telling import Telling
from contactline.model import Claim, ContactlineError, Report, Role
from contactline.publishing.alerts import atom, message
from contactline.questions.alerts import DEFAULT, Alert, Quote, alert_plan
from contactline.questions.analysis import Analysis
from tests.ledger.test_store import put
from tests.makers import place
from tests.servers import Web

ARMY = Role("Syrian Arab Army", "Syrian Arab Army", "actor:saa")
ISIS = Role("Islamic State", "Islamic State", "actor:isis")


def say(ledger: Ledger, who: Role, aspect: str, where: str, on: date, outlet: str = "Wire") -> None:
    text = f"{who.text} {aspect} {where}, {outlet} said on {on}."
    r = Report(text, len(text), source=outlet, published=on, url=f"https://e.org/{on}")
    c = Claim(r.id, "control", aspect, who, None, place(where), "stated", text, 0, len(text), 0.95)
    put(ledger, r, [c])


def begin(ledger: Ledger) -> None:
    for outlet in ("Wire", "Post"):
        for where in ("Alpha", "Beta"):
            say(ledger, ISIS, "holds", where, date(2017, 10, 1), outlet)
        say(ledger, ARMY, "holds", "Gamma", date(2017, 10, 1), outlet)


def taken(ledger: Ledger, where: str = "Alpha", on: date = date(2017, 11, 1)) -> None:
    for outlet in ("Wire", "Post"):
        say(ledger, ARMY, "gains", where, on, outlet)


@pytest.fixture
def server() -> Iterator[Web]:
    w = Web()
    yield w
    w.close()


@pytest.fixture
def lite(tmp_path: Path) -> Ledger:
    return Ledger.open(str(tmp_path / "l.db"))


def teller(ledger: Ledger, folder: Path, *rules: dict[str, Any], **more: Any) -> Teller:
    plan = alert_plan({"rules": list(rules)} | more, seconds)
    return Teller(Analysis(ledger), plan, folder, lambda text: None)


def hook(server: Web, **more: Any) -> dict[str, Any]:
    return {"name": "hook", "send": [server.base.replace("http", "json", 1) + "/hook"]} | more


def test_a_change_is_told_once_with_its_quotes(ledger: Ledger, tmp_path: Path, server: Web) -> None:
    begin(ledger)
    made = teller(ledger, tmp_path, hook(server), atom="a.atom", json="a.json")
    made.after_a_run()
    assert server.posted == []  # what stood so before is no change
    taken(ledger)
    assert made.after_a_run() == 1
    (posted,) = server.posted
    assert "Alpha" in posted and "Syrian Arab Army gains Alpha, Wire said" in posted
    (row,) = json.loads((tmp_path / "a.json").read_text())["alerts"]
    assert row["kind"] == "taken" and row["on"] == "2017-11-01" and row["place"] == "Alpha"
    assert {q["source"] for q in row["quotes"]} >= {"Wire", "Post"}
    assert row["quotes"][0]["url"] == "https://e.org/2017-11-01"
    feed = feedparser.parse((tmp_path / "a.atom").read_bytes())
    (entry,) = feed.entries
    assert not feed.bozo and entry.id == f"urn:contactline:alert:{row['id']}"
    assert "gains Alpha" in entry.content[0].value
    # nothing new; then more of the same; then another process
    made.after_a_run()
    say(ledger, ARMY, "gains", "Alpha", date(2017, 11, 1), "Herald")
    say(ledger, ARMY, "holds", "Alpha", date(2017, 11, 3), "Herald")
    assert teller(ledger, tmp_path, hook(server)).after_a_run() == 0
    assert len(server.posted) == 1 and Telling(ledger).states() == {"hook": {"sent": 1}}
    # and the next town is another change
    taken(ledger, "Beta", date(2017, 11, 4))
    assert made.after_a_run() == 1 and len(server.posted) == 2


def test_what_a_late_report_changes_is_told(lite: Ledger, tmp_path: Path) -> None:
    begin(lite)
    say(lite, ARMY, "holds", "Gamma", date(2017, 11, 10))
    made = teller(lite, tmp_path, json="a.json")
    made.after_a_run()
    taken(lite, "Alpha", date(2017, 11, 2))  # read after the report of the tenth
    assert made.after_a_run() == 1


@pytest.mark.parametrize(
    ("rule", "heard"),
    [
        ({}, True),
        ({"kinds": ["cut off"]}, False),
        ({"places": ["alpha"]}, True),
        ({"places": ["Beta"]}, False),
        ({"box": [36.5, 34.5, 37.5, 35.5]}, True),
        ({"box": [10, 40, 20, 50]}, False),
        ({"area": "Syria"}, True),
        ({"area": "Ukraine"}, False),
        ({"parties": ["ISIS"]}, True),
        ({"parties": ["Ukraine"]}, False),
        ({"probability": 0.05}, True),
        ({"probability": 0.999}, False),
    ],
)
def test_a_rule_hears_of_what_it_asks_for(
    tmp_path_factory: pytest.TempPathFactory, rule: dict[str, Any], heard: bool
) -> None:
    analysis, alert = _one(tmp_path_factory)
    from contactline.questions.alerts import Wanted

    plan = alert_plan({"rules": [{"name": "r", "send": ["json://x"]} | rule]}, seconds)
    assert bool(Wanted(plan.rules, analysis).of(alert)) == heard


_KEPT: list[tuple[Analysis, Alert]] = []


def _one(folders: pytest.TempPathFactory) -> tuple[Analysis, Alert]:
    from contactline.questions.alerts import alerts_since, told_on

    if not _KEPT:
        ledger = Ledger.open(str(folders.mktemp("one") / "l.db"))
        begin(ledger)
        taken(ledger)
        analysis = Analysis(ledger)
        told = told_on(analysis, date(2017, 10, 15))
        found = alerts_since(analysis, told, date(2017, 11, 1))
        (alert,) = [a for a in found if a.kind in DEFAULT]
        _KEPT.append((analysis, alert))
    return _KEPT[0]


def test_a_digest_waits_and_is_one_message(lite: Ledger, tmp_path: Path, server: Web) -> None:
    begin(lite)
    made = teller(lite, tmp_path, hook(server, digest="1d"))
    made.after_a_run()
    taken(lite)
    taken(lite, "Beta", date(2017, 11, 2))
    assert made.after_a_run() == 2 and server.posted == []
    _earlier(lite, timedelta(days=1))
    made.after_a_run()
    made.after_a_run()
    (posted,) = server.posted
    assert "2 changes" in posted and "Alpha" in posted and "Beta" in posted


def _earlier(ledger: Ledger, by: timedelta) -> None:
    """As if the sends had waited so long."""
    with ledger.engine.begin() as c:
        for r in c.execute(sa.select(t.sends)).all():
            c.execute(
                sa.update(t.sends)
                .where(t.sends.c.alert_id == r.alert_id, t.sends.c.rule == r.rule)
                .values(at=r.at - by, next_at=r.next_at - by)
            )


def test_what_is_not_taken_is_sent_later_and_what_may_have_arrived_is_not(
    lite: Ledger, tmp_path: Path, server: Web
) -> None:
    begin(lite)
    made = teller(lite, tmp_path, hook(server))
    made.after_a_run()
    taken(lite)
    server.takes = 500
    made.after_a_run()
    made.after_a_run()
    assert len(server.posted) == 1 and Telling(lite).states() == {"hook": {"waiting": 1}}
    server.takes = 200
    _earlier(lite, timedelta(hours=1))
    made.after_a_run()
    assert Telling(lite).states() == {"hook": {"sent": 1}}
    # a process that ended while it sent
    taken(lite, "Beta", date(2017, 11, 2))
    quiet = teller(lite, tmp_path, hook(server, digest="9d"))
    quiet.after_a_run()
    telling = Telling(lite)
    pending = telling.pending("hook")
    assert pending and telling.take("hook", [pending.alerts[0]["id"]])
    assert telling.take("hook", [pending.alerts[0]["id"]]) == []
    n = len(server.posted)
    made.after_a_run()
    assert len(server.posted) == n and telling.states() == {"hook": {"sent": 1, "unsure": 1}}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rules": [{"name": "r", "kinds": ["won"]}]}, "no kind is won"),
        ({"rules": [{"send": []}]}, "give it a name"),
        ({"rules": [{"name": "r", "probability": "high"}]}, "is a number"),
        ({"rules": [{"name": "r", "box": [1, 2]}]}, "west, south, east, north"),
        ({"rules": [{"name": "r", "digest": "weekly"}]}, "give a time"),
        ({"rules": [{"name": "r", "sends": []}]}, "no such setting as sends"),
        ({"rules": [{"name": "r"}, {"name": "r"}]}, "two rules"),
        ({"atom": 5}, "is a text"),
    ],
)
def test_a_wrong_rule_is_one_line(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ContactlineError, match=words) as e:
        alert_plan(said, seconds)
    assert "\n" not in str(e.value)


def test_a_rule_without_an_address_is_told_at_once(lite: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="give addresses"):
        teller(lite, tmp_path, {"name": "r"})
    with pytest.raises(ContactlineError, match="NOT_SET_HERE"):
        teller(lite, tmp_path, {"name": "r", "send_env": ["NOT_SET_HERE"]})


def test_markup_in_a_quote_stays_text() -> None:
    q = Quote("<b>&amp; \x08it</b>", "A & B", date(2017, 1, 1), "r", "c", "https://e.org/?a=1&b=2")
    a = Alert(
        "i",
        "c",
        "taken",
        "A took <B>",
        None,
        None,
        None,
        None,
        None,
        (),
        (),
        None,
        None,
        0.5,
        (q,),
        ("c",),
    )
    feed = feedparser.parse(atom([(now(), a)], "T & t", "x"), sanitize_html=False)
    assert not feed.bozo and feed.feed.title == "T & t"
    assert "&lt;b&gt;&amp;amp; it" in feed.entries[0].content[0].value
    title, text = message([a, replace(a, text="C fell")])
    assert title.startswith("2 changes") and "C fell" in text and "A & B, 2017-01-01" in text


def test_a_line_that_moved_is_told_where_it_is_asked_for(
    lite: Ledger, tmp_path: Path, server: Web
) -> None:
    def town(row: int, column: int) -> Role:
        name = f"Town {row}{column}"
        at = (34.2 + row * 0.12, 38.6 + column * 0.16)  # desert, with few other places
        return Role(name, name, f"place:t{row}{column}", *at, None, "SY", "settlement", 3.0)

    def said(who: Role, aspect: str, row: int, column: int, on: date) -> None:
        spot = town(row, column)
        text = f"{who.text} {aspect} {spot.text}, Wire said on {on}."
        r = Report(text, len(text), source="Wire", published=on)
        words = (who, None, spot, "stated", text, 0, len(text), 0.95)
        put(lite, r, [Claim(r.id, "control", aspect, *words)])

    for row in range(4):
        for column in range(3):
            said(ARMY if column else ISIS, "holds", row, column, date(2017, 10, 1))
    kinds = ["line moved"]
    made = teller(lite, tmp_path, hook(server, kinds=kinds), json="a.json", kinds=kinds)
    made.after_a_run()
    for row in range(4):
        said(ISIS, "gains", row, 1, date(2017, 11, 4))
    made.after_a_run()
    rows = json.loads((tmp_path / "a.json").read_text())["alerts"]
    (told,) = rows
    assert "moved by Town 01, Town 11, Town 21, Town 31" in told["text"]
    assert told["kind"] == "line moved" and "gains Town" in told["quotes"][0]["quote"]
    (posted,) = server.posted
    assert "km of it lie elsewhere" in posted
