"""A backup is whole whatever goes on, and what is brought back answers as before."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from contactline.ledger import anchors
from contactline.ledger.backup import Standing, back_up, restore
from contactline.ledger.connection import LedgerUnavailable
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from tests.ledger.test_tampering import KEY, filled
from tests.makers import claim, report


def test_what_is_brought_back_answers_as_before(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path / "l.db"))
    filled(ledger)
    signed = anchors.anchor(ledger, KEY)
    assert back_up(ledger, tmp_path / "kept.db") > 10_000
    before = (ledger.claims(), ledger.decisions(), list(ledger.reports()))
    ledger.engine.dispose()
    for p in tmp_path.glob("l.db*"):
        p.unlink()
    restore(tmp_path / "kept.db", tmp_path / "l.db")
    again = Ledger.open(str(tmp_path / "l.db"))
    assert (again.claims(), again.decisions(), list(again.reports())) == before
    assert again.verify() == [] and anchors.against(again.check(), signed) == []
    # and it goes on
    again.decide("accept", again.claims()[0].id, {}, "An analyst")
    assert again.verify() == [] and anchors.against(again.check(), signed) == []


def test_a_backup_while_others_write_is_a_whole_ledger(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path / "l.db"))
    run = Run("test", "1")
    session = ledger.begin_ingest(run)
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            r = report(f"The army holds Alpha, report {n} said. " + "More of it. " * 200)
            ledger.store(r, [claim(in_report=r)], run, session)
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while ledger.counts()["reports"] < 20:
            pass
        for n in range(3):
            back_up(ledger, tmp_path / f"{n}.db")
    finally:
        stop.set()
        writer.join()
    for n in range(3):
        found = Ledger.open(str(tmp_path / f"{n}.db"))
        assert found.verify() == [] and found.counts()["reports"] >= 20


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path / "l.db"))
    (tmp_path / "there.db").write_text("mine")
    with pytest.raises(ContactlineError, match="never overwritten"):
        back_up(ledger, tmp_path / "there.db")
    back_up(ledger, tmp_path / "kept.db")
    with pytest.raises(ContactlineError, match="away first"):
        restore(tmp_path / "kept.db", tmp_path / "l.db")
    # the rest of a lost ledger would be written into the one brought back
    (tmp_path / "m.db-wal").write_bytes(b"old")
    with pytest.raises(ContactlineError, match=r"m\.db-wal"):
        restore(tmp_path / "kept.db", tmp_path / "m.db")
    with pytest.raises(ContactlineError, match="no backup"):
        restore(tmp_path / "there.db", tmp_path / "n.db")
    with pytest.raises(ContactlineError, match="can't be written"):
        back_up(ledger, tmp_path / "no folder" / "x.db")
    assert not list(tmp_path.glob("*.part*"))


def test_postgresql_is_backed_up_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="pg_dump"):
        back_up(Ledger.open(postgres_url), tmp_path / "x.db")


def _removed(p: Path) -> None:
    p.unlink()


def _replaced(p: Path) -> None:
    p.rename(p.with_name("before.db"))
    Ledger.open(str(p)).engine.dispose()


def _zeroed(p: Path) -> None:
    size = p.stat().st_size
    with p.open("r+b") as f:
        f.write(bytes(size))


def _emptied(p: Path) -> None:
    with p.open("r+b") as f:
        f.truncate(0)


@pytest.mark.parametrize("harm", [_removed, _replaced, _zeroed, _emptied])
def test_a_file_that_is_another_is_seen(tmp_path: Path, harm: object) -> None:
    ledger = Ledger.open(str(tmp_path / "l.db"))
    standing = Standing.of(ledger)
    standing.check()
    ledger.engine.dispose()
    harm(tmp_path / "l.db")  # type: ignore[operator]
    with pytest.raises(LedgerUnavailable, match="file"):
        standing.check()
