"""The whole flow with a real reader: reading anew, naming anew, what a batch survives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, Report, Stored
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.index import compile_rows, save
from contactline.naming.rows import Row
from contactline.pipeline import Tools, ingest, reread, store_reports

TEXT = (
    "The army captured the village of Qasr Munaydir on Saturday. "
    "Islamic State still holds the town of Mayadin, officials in Syria said."
)


def a_report(text: str = TEXT, **more: Any) -> Report:
    return Report(text, len(text), source="Wire", published=date(2017, 11, 1), **more)


@pytest.fixture
def fuller(tools: Tools, tmp_path: Path) -> Tools:
    """The same reader with a gazetteer that knows the village."""
    row = Row("Qasr Munaydir", 35.02, 40.4, "SY", "settlement", 900, "", 3.0, 0, "added")
    save(compile_rows([row]), tmp_path / "more")
    out = Tools(reader=tools.reader)
    out.gazetteer = Gazetteer.open(extra=[tmp_path / "more"])
    return out


def village(claims: list[Stored]) -> Stored:
    (found,) = [
        s
        for s in claims
        if s.claim.kind == "control" and s.claim.place and "Munaydir" in s.claim.place.text
    ]
    return found


def test_added_places_reach_stored_reports(
    ledger: Ledger, tools: Tools, fuller: Tools, tmp_path: Path
) -> None:
    store_reports(ledger, [a_report()], tools)
    before = village(ledger.claims())
    assert before.claim.place and before.claim.place.lat is None
    assert reread(ledger, tools, names_only=True).skipped == 1

    done = reread(ledger, fuller, names_only=True)
    assert (done.read, done.failed) == (1, [])
    after = village(ledger.claims())
    assert after.id == before.id
    assert after.claim.place and after.claim.place.lat == pytest.approx(35.02, abs=1e-4)
    assert ledger.verify() == []

    # named anew is as if read with these names from the start
    fresh = Ledger.open(str(tmp_path / "fresh.db"))
    store_reports(fresh, [a_report()], fuller)
    assert fresh.claims() == ledger.claims()


def test_a_rejected_claim_stays_rejected_when_its_place_is_found(
    ledger: Ledger, tools: Tools, fuller: Tools
) -> None:
    store_reports(ledger, [a_report()], tools)
    ledger.decide("reject", village(ledger.claims()).id, {}, "an analyst")
    reread(ledger, fuller, names_only=True)
    assert not [s for s in ledger.claims() if s.claim.place and "Munaydir" in s.claim.place.text]
    assert reread(ledger, fuller).skipped == 1


def test_words_that_were_not_kept_are_read_by_the_same_reader_or_told_of(
    ledger: Ledger, tools: Tools
) -> None:
    r = a_report()
    for reader in (tools.reader.name, "llm"):
        report = replace(r, source=reader)
        run = Run(reader, "0")
        session = ledger.begin_ingest(run)
        ledger.store(report, [], run, session)
        ledger.end_ingest(session, 1)
    done = reread(ledger, tools, names_only=True)
    assert done.read == 1 and done.claims > 0
    assert ["--reader llm" in f.reason for f in done.failed] == [True]
    assert reread(ledger, tools).read == 1


class Stumbling:
    """A reader that fails on some reports as a bug would."""

    name = "standard"

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def settings(self) -> dict[str, Any]:
        return {}

    def read(self, report: Report) -> Any:
        if "stumble" in report.text:
            raise IndexError("list index out of range")
        return self.reader.read(report)


def test_one_bad_report_never_ends_a_batch(ledger: Ledger, tools: Tools, tmp_path: Path) -> None:
    for n, text in enumerate([TEXT, "Here the reader will stumble over it.", TEXT + " Once more."]):
        (tmp_path / f"{n}.txt").write_text(text)
    short = Tools(reader=Stumbling(tools.reader))
    short.gazetteer = tools.gazetteer
    done = ingest(ledger, sorted(tmp_path.glob("*.txt")), short)
    assert done.read == 2 and [Path(f.path).name for f in done.failed] == ["1.txt"]
    assert "IndexError" in done.failed[0].reason and ledger.counts()["reports"] == 2


def test_what_a_database_cannot_hold_is_one_reports_failure(ledger: Ledger, tools: Tools) -> None:
    class Odd(Tools):
        def named(self, report: Report, words: Any) -> list[Claim]:
            return [replace(c, start=2**70) for c in super().named(report, words)]

    odd = Odd(reader=tools.reader)
    odd.gazetteer = tools.gazetteer
    done = store_reports(ledger, [a_report()], odd)
    assert done.read == 0 and len(done.failed) == 1 and ledger.counts()["reports"] == 0
    assert store_reports(ledger, [a_report()], tools).read == 1
