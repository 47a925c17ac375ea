"""Reports are found by their words in both databases, those of an older ledger too."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Report
from tests.ledger.test_migration import KEPT, before
from tests.makers import report

TEXTS = {
    "river": "The SDF crossed the Euphrates near Deir ez-Zor on Monday.",
    "arab": "سيطر الجيش على مدينة تدمر يوم الاثنين.",
    "accents": "Türkiye's forces left Afrîn; shelling hit Idlib's countryside.",
    "odd": "Quotes \" and 'or' NOT (this) AND that* : & | !",
}
CASES = [
    ("Euphrates", {"river"}),
    ("euphr CROSS", {"river"}),
    ("deir ez-zor", {"river"}),
    ("Euphrates Idlib", set()),
    ("تدمر", {"arab"}),
    ("الجيش مدينة", {"arab"}),
    ("shelling", {"accents"}),
    ("türkiye", {"accents"}),
    ("NOT", {"odd"}),
    ("monday the", {"river"}),
    ("rossed", set()),
    ('"', set()),
    ("* & | !", set()),
    ("x' OR 1=1 --", set()),
]


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    run = Run("test", "1")
    session = ledger.begin_ingest(run)
    for n, (name, text) in enumerate(TEXTS.items()):
        ledger.store(report(text, name, date(2017, 11, 1 + n)), [], run, session)
    return ledger


def test_whole_words_and_beginnings_are_found(filled: Ledger) -> None:
    for words, want in CASES:
        rows, n = filled.search(words)
        assert {r["source"] for r in rows} == want and n == len(want), words
        ids = {r["id"] for r in rows}
        assert filled.holding(words) == ids, words
    rows, n = filled.search("the", first=date(2017, 11, 2))
    assert n == 0 and not rows
    assert filled.search("")[1] == len(TEXTS)
    assert filled.verify() == []


def test_a_very_long_report_is_stored_and_found(ledger: Ledger) -> None:
    run = Run("test", "1")
    text = "Kobani " + " ".join(f"ж{i:x}" for i in range(45_000))
    ledger.store(Report(text, len(text)), [], run, ledger.begin_ingest(run))
    assert ledger.search("kobani")[1] == 1 and ledger.search("kobani ж1f")[1] == 1


def test_an_older_ledger_gets_its_index(ledger_url: str) -> None:
    before(ledger_url, KEPT)
    ledger = Ledger.open(ledger_url)
    for r in KEPT["reports"]:
        word = max(r["text"].replace(".", " ").split(), key=len).strip(",“”\"'")
        assert r["id"] in {x["id"] for x in ledger.search(word)[0]}, word
    with ledger.engine.connect() as c:
        if c.dialect.name == "sqlite":
            n = c.scalar(sa.text("SELECT count(*) FROM search_rows"))
            assert n == len(KEPT["reports"])
