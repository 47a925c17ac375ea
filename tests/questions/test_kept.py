"""What is kept beside a ledger changes no answer, and deleting it loses nothing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from contactline.ledger.kept import Kept
from contactline.ledger.store import Ledger
from contactline.pipeline import store_claims
from contactline.questions.analysis import Analysis
from contactline.questions.holders import who_holds
from contactline.questions.rules import Rules
from tests.makers import claim, report

ON, BEFORE = date(2017, 11, 20), date(2017, 9, 1)


def asked(path: Path, folder: Path, least: int = 1, rules: Rules | None = None) -> Analysis:
    return Analysis(Ledger.open(str(path)), rules, kept=Kept(folder), least_kept=least)


def answers(path: Path, folder: Path, least: int = 1, rules: Rules | None = None) -> list[Any]:
    a = asked(path, folder, least, rules)
    return [a.picture(ON), [who_holds(a, x, ON) for x in ("Raqqa", "Idlib", "Homs")]]


def more(a: Analysis) -> list[Any]:
    return [
        a.picture(ON, BEFORE),
        a.what_changed(BEFORE, ON),
        a.events(BEFORE, ON),
        a.expected(ON),
    ]


def test_what_is_kept_changes_no_answer(demo_db: Path, tmp_path: Path) -> None:
    folder, nowhere = tmp_path / "kept", tmp_path / "nowhere"
    fresh = answers(demo_db, nowhere, 10**9)
    assert not nowhere.exists()
    assert answers(demo_db, folder) == fresh
    files = {f.name: f.stat().st_mtime_ns for f in folder.iterdir()}
    assert files
    assert answers(demo_db, folder) == fresh
    assert {f.name for f in folder.iterdir()} == set(files)  # all of it was found again
    assert more(asked(demo_db, folder)) == more(asked(demo_db, nowhere, 10**9))
    for f in folder.iterdir():
        f.write_bytes(f.read_bytes()[:-7])
    assert answers(demo_db, folder) == fresh
    shutil.rmtree(folder)
    assert answers(demo_db, folder) == fresh


def test_a_new_report_a_decision_and_other_settings_are_seen(demo_db: Path, tmp_path: Path) -> None:
    path, folder = tmp_path / "l.db", tmp_path / "kept"
    shutil.copy(demo_db, path)
    ledger = Ledger.open(str(path))

    def alike() -> Any:
        mine, fresh = answers(path, folder), answers(path, tmp_path / "no", 10**9)
        assert mine == fresh
        return mine

    first = alike()
    r = report("The rebels hold Alpha now, as everybody says.", on=ON)
    store_claims(ledger, [(r, [claim(who="Rebels", in_report=r)])], "test", "1")
    second = alike()
    assert second[0] != first[0]
    ledger.decide("reject", claim(who="Rebels", in_report=r).id, {}, "an analyst")
    third = alike()
    assert third[0] != second[0]
    other = Rules.of({"standing": {"held_at": 0.95}})
    assert answers(path, folder, rules=other)[0] != third[0]
    assert answers(path, folder)[0] == third[0]
    store_claims(ledger, [], "test", "1")  # an ingest that stores nothing
    before = set(folder.iterdir())
    assert answers(path, folder)[0] == third[0]
    assert set(folder.iterdir()) == before


def test_what_is_added_while_one_answers_is_not_missed(demo_db: Path, tmp_path: Path) -> None:
    path, folder = tmp_path / "l.db", tmp_path / "kept"
    shutil.copy(demo_db, path)
    ledger = Ledger.open(str(path))
    a = Analysis(ledger, kept=Kept(folder), least_kept=1)
    a.history()
    r = report("The rebels hold Alpha now, as everybody says.", on=ON)
    store_claims(ledger, [(r, [claim(who="Rebels", in_report=r)])], "test", "1")
    old = a.picture(ON)  # of the ledger as it was when it was staged
    fresh = Analysis(ledger, kept=Kept(tmp_path / "no"), least_kept=10**9).picture(ON)
    assert Analysis(ledger, kept=Kept(folder), least_kept=1).picture(ON) == fresh != old


def test_a_folder_that_cannot_be_written_costs_no_answer(demo_db: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = Kept(tmp_path / "file" / "stages")
    a = Analysis(Ledger.open(str(demo_db)), kept=kept, least_kept=1)
    assert a.picture(ON).holdings


def test_the_least_used_files_go_first(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("contactline.ledger.kept.MOST_BYTES", 250)
    kept = Kept(tmp_path)
    for n in range(3):
        kept.put(f"f{n}", bytes(100))
    (tmp_path / "f1").write_bytes(b"")
    assert kept.get("f0") is None and bytes(kept.get("f2")) == bytes(100)
    assert kept.get("f1") is None
