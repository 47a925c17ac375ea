"""A report withdrawn by order leaves its hash and the withdrawal; its words are nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contactline.ledger.anchors import against, anchor, private_key
from contactline.ledger.connection import ReportRefused
from contactline.ledger.store import Ledger
from contactline.ledger.withdrawing import withdraw, withdrawn
from contactline.model import Comment, ContactlineError
from tests.ledger.test_store import put
from tests.makers import claim, report


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept of other ledgers stays where it is."""
    monkeypatch.setenv("CONTACTLINE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache/stages").mkdir(parents=True)
    (tmp_path / "cache/stages/kept").write_text(SECRET)
    return tmp_path / "cache"


SECRET = "The quartermaster holds Alpha with forty men."


def filled(url: str) -> tuple[Ledger, str, str]:
    """(ledger, the report to go, another)."""
    ledger = Ledger.open(url)
    said = (Comment("Zebedee Quill", "I saw the quartermaster.", 0), Comment("B", "So.", 1, 0))
    text = SECRET + " " + " ".join(f"word{i}" for i in range(60))
    bad = report(text, title="On the quartermaster", comments=said, url="https://q.example/1")
    near = report(text + " And more.", on=date(2017, 11, 2), source="Other")
    put(ledger, bad, [claim(in_report=bad), claim(in_report=bad, who="Quartermaster")])
    put(ledger, near, [claim(in_report=near)])
    ledger.decide("accept", ledger.claims()[0].id, {}, "rev")
    return ledger, bad.id, near.id


def test_its_words_go_and_the_log_still_holds(ledger_url: str, tmp_path: Path) -> None:
    ledger, gone, other = filled(ledger_url)
    assert ledger.counts()["copies"] == 1
    before = anchor(ledger, private_key(tmp_path / "key")[0])
    sha, mark = ledger.report(gone).sha256, ledger.mark()  # type: ignore[union-attr]
    with pytest.raises(ContactlineError, match="order"):
        withdraw(ledger, gone, "boss", "  ")
    assert withdraw(ledger, gone, "boss", "court order 12/2026") == 2
    found = ledger.check()
    assert found.wrong == [] and found.withdrawn == [gone]
    assert against(found, before) == []
    left = ledger.report(gone)
    assert left is not None and left.text == left.title == "" and left.comments == ()
    assert left.unread.startswith("withdrawn by order") and left.source == "Wire"
    row = withdrawn(ledger)[0]
    assert (row["sha256"], row["author"], row["why"]) == (sha, "boss", "court order 12/2026")
    assert {s.claim.report for s in ledger.claims()} == {other}
    assert not (tmp_path / "cache/stages/kept").exists()
    assert ledger.counts()["copies"] == 0 and ledger.mark() != mark
    again = report(SECRET + " " + " ".join(f"word{i}" for i in range(60)), source="A third")
    with pytest.raises(ReportRefused, match="withdrawn by order"):
        put(ledger, again, [], "2")
    for key_, why in ((gone, "already"), ("nothing", "no report")):
        with pytest.raises(ContactlineError, match=why):
            withdraw(ledger, key_, "boss", "order")


def test_nothing_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    ledger, gone, _ = filled(str(path))
    named = report("Alpha is held by Xylophonia alone.", title="The xylophonists", source="W")
    put(ledger, named, [])
    assert ledger.search("xylophonia")[1] == 1
    withdraw(ledger, gone, "boss", "order")
    withdraw(ledger, named.id, "boss", "order")
    assert ledger.search("xylophonia") == ([], 0) and ledger.search("alpha")[1] == 1
    ledger.engine.dispose()
    for p in tmp_path.glob("l.db*"):
        raw = p.read_bytes()
        assert b"ylophon" not in raw  # the index of words neither
        assert b"Zebedee" not in raw and b"q.example" not in raw and b"On the quarter" not in raw


def test_a_row_that_comes_back_and_a_withdrawal_that_is_forged_are_told(tmp_path: Path) -> None:
    ledger, gone, other = filled(str(tmp_path / "l.db"))
    withdraw(ledger, gone, "boss", "order")
    with ledger.engine.begin() as c:
        c.exec_driver_sql(
            "INSERT INTO comments (report_id, position, author, text) VALUES (?, 7, 'X', 'Y')",
            (gone,),
        )
    assert any("comment 7" in w for w in ledger.verify())
    with ledger.engine.begin() as c:
        c.exec_driver_sql("DELETE FROM comments WHERE position = 7")
        c.exec_driver_sql("UPDATE withdrawals SET why = 'another order'")
    assert any("withdrawal of report" in w for w in ledger.verify())
    with ledger.engine.begin() as c:
        c.exec_driver_sql("UPDATE withdrawals SET why = 'order'")
        c.exec_driver_sql(
            "INSERT INTO withdrawals SELECT ?, 'x', at, author, why FROM withdrawals", (other,)
        )
        c.exec_driver_sql("DELETE FROM resolutions")
        c.exec_driver_sql("DELETE FROM claims")
    wrong = ledger.verify()
    assert any("withdrawal" in w and "without the log" in w for w in wrong)
    assert any("was removed" in w for w in wrong)
