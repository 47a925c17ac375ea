"""A ledger made by version 0.1 (schema 0002) is brought up whole: claims, decisions, copies, and
what was altered.
"""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import contactline.ledger
from contactline.ledger.connection import address, pragmas
from contactline.ledger.store import Ledger

KEPT = json.loads((Path(__file__).parent / "data" / "ledger_0002.json").read_text())


def _value(v: Any) -> Any:
    if isinstance(v, dict):
        (kind, x), *_ = v.items()
        return {
            "bytes": base64.b64decode,
            "at": datetime.fromisoformat,
            "day": date.fromisoformat,
        }[kind](x)
    return v


def before(url: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """The ledger as the older version left it."""
    engine = sa.create_engine(address(url))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", pragmas)
    config = Config()
    folder = Path(contactline.ledger.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.attributes["engine"] = engine
    command.upgrade(config, "0002")
    meta = sa.MetaData()
    meta.reflect(engine)
    with engine.begin() as c:
        for t in meta.sorted_tables:
            if rows.get(t.name):
                c.execute(
                    sa.insert(t), [{k: _value(v) for k, v in r.items()} for r in rows[t.name]]
                )
    engine.dispose()


def test_an_older_ledger_is_brought_up_whole(ledger_url: str) -> None:
    before(ledger_url, KEPT)
    ledger = Ledger.open(ledger_url)
    assert any("brought to the form" in x for x in ledger.said)
    assert ledger.verify() == []
    assert Ledger.open(ledger_url).said == []
    now = ledger.counts()
    assert (
        now["reports"] == 3 and now["comments"] == 2 and now["decisions"] == len(KEPT["decisions"])
    )
    # claims that two readings had under two spellings of one place are one claim
    assert len({r["id"] for r in KEPT["claims"]}) > now["claims"]


def test_what_was_decided_still_stands(ledger_url: str) -> None:
    before(ledger_url, KEPT)
    ledger = Ledger.open(ledger_url)
    decided = {r["action"]: r["subject"] for r in KEPT["decisions"] if not r["undoes"]}
    rejected = next(r for r in KEPT["claims"] if r["id"] == KEPT["decisions"][0]["subject"])
    found = ledger.claims()
    # the newest reading has its place under another name; rejected it stays
    assert not [
        s
        for s in found
        if (s.claim.report, s.claim.start, s.claim.kind, s.claim.aspect)
        == (rejected["report_id"], rejected["begins"], rejected["kind"], rejected["aspect"])
        and s.claim.actor
        and s.claim.actor.text == json.loads(rejected["body"])["actor"]["text"]
    ]
    (right,) = ledger.claims(ids=[decided["correct"]])
    assert right.claim.aspect == "gains" and right.claim.valid_from == date(2017, 10, 17)
    (sure,) = ledger.claims(ids=[decided["accept"]])
    assert sure.review == "accept"


def test_the_earlier_published_is_the_original_though_stored_later(ledger_url: str) -> None:
    before(ledger_url, KEPT)
    by_source = {r["source"]: r["id"] for r in KEPT["reports"]}
    assert [(r["report_id"], r["original_id"]) for r in KEPT["copies"]] == [
        (by_source["Outlet"], by_source["Agency"])
    ]
    assert Ledger.open(ledger_url).copies() == {by_source["Agency"]: by_source["Outlet"]}


@pytest.mark.parametrize(
    "change", [{"aspect": "loses"}, {"quote": "Nobody holds it."}, {"modality": "denied"}]
)
def test_what_was_altered_before_is_still_told(ledger_url: str, change: dict[str, str]) -> None:
    rows = json.loads(json.dumps(KEPT))
    rows["claims"][0] |= change
    before(ledger_url, rows)
    assert any("altered before" in line for line in Ledger.open(ledger_url).verify())
