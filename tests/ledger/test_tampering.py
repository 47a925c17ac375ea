"""What somebody who has the file may do to it, and that it is told: with an anchor kept elsewhere,
and without one.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contactline.ledger import anchors, logged
from contactline.ledger.accounts import Accounts
from contactline.ledger.connection import now
from contactline.ledger.decisions import decision_id
from contactline.ledger.log import entry
from contactline.ledger.merkle import Peaks
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Comment, digest
from tests.makers import claim, report

ADDED = [{"kind": "gazetteer", "id": "a" * 16, "digest": "b" * 64, "name": "own.csv"}]
STORY = " ".join(f"word{n} of the story" for n in range(40))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def filled(ledger: Ledger) -> list[str]:
    """Two near-copies with comments and claims, decisions with an undo, users, audit; claim ids."""
    run = Run("test", "1", {"least": 0.5}, "w", "n", "g")
    session = ledger.begin_ingest(run, ADDED)
    ids = []
    for n in (1, 2):
        r = replace(
            report(
                f"The army holds Alpha. {STORY} {n}.",
                on=date(2017, 11, n),
                title=f"Alpha falls {n}",
                author="A. Writer",
                url=f"https://example.org/{n}",
                path=f"alpha{n}.txt",
                date_basis="byline",
            ),
            comments=(
                Comment("Reader A", "No, Beta.", 0, None, 10, 19),
                Comment("Reader B", "Yes.", 1, parent=0, corrects=0),
            ),
        )
        found = [
            claim(in_report=r, valid_from=date(2017, 10, 1), number=3, said_by="a spokesman"),
            claim("fight", "attacks", "Rebels", "Beta", "Army", in_report=r),
        ]
        ledger.store(r, found, run, session, json.dumps({"claims": [], "places": []}))
        ids += [c.id for c in found]
    ledger.end_ingest(session, 2)
    first = ledger.decide("reject", ids[0], {}, "An analyst")
    ledger.decide("undo", ids[0], {}, "An analyst", undoes=first)
    ledger.decide("correct", ids[1], {"aspect": "clashes"}, "Another analyst")
    accounts = Accounts(ledger)
    accounts.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    for name, role in (("ann", "reader"), ("boss", "admin")):
        accounts.add(name, "correct horse 1", role)
        accounts.note("boss", "user added", name, "127.0.0.1")
    who = accounts.check("ann", "correct horse 1")
    assert who is not None
    _, who = accounts.open(who)
    accounts.open(who, "token", "script")
    accounts.end(who.session)
    accounts.close("ann")
    return ids


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, anchors.Anchor]:
    """The file, an older copy of it, and an anchor of the newer."""
    where = tmp_path_factory.mktemp("kept")
    ledger = Ledger.open(str(where / "l.db"))
    filled(ledger)
    _settle(ledger)
    shutil.copy(where / "l.db", where / "old.db")
    ledger = Ledger.open(str(where / "l.db"))
    ledger.decide("accept", ledger.claims()[0].id, {}, "An analyst")
    ledger.decide("reject", ledger.claims()[-1].id, {}, "An analyst")
    signed = anchors.anchor(ledger, KEY)
    _settle(ledger)
    return where / "l.db", where / "old.db", signed


def _settle(ledger: Ledger) -> None:
    with ledger.engine.connect() as c:
        c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.engine.dispose()


# -- the alterations ------------------------------------------------------------------------------

COLUMNS = {
    "reports": "sha256 text article_end title source author published date_basis url language "
    "media_type path unread stored_at",
    "comments": "author text parent begins ends corrects",
    "copy_buckets": "bucket signature",
    "copy_pairs": "similarity",
    "runs": "reader version settings weights naming gazetteer reader_key first_at",
    "ingests": "pid host started_at",
    "ingest_ends": "ended_at stored how",
    "readings": "run_id report_id claims digest",
    "words": "body digest",
    "claims": "kind aspect modality begins ends quote words",
    "resolutions": "confidence valid_from valid_to actor_id other_id place_id body",
    "decisions": "action subject value author decided_at undoes",
    "users": "password role created_at closed_at totp",
    "sessions": "user_name kind label csrf created_at expires_at ended_at",
    "audit": "at user_name what subject address",
    "additions": "digest name first_at",
    "log": "at what items root peaks",
}
NEW = {
    "number": "7",
    "when": "'2001-02-03 04:05:06.000000'",
    "day": "'2001-02-03'",
    "blob": "zeroblob(32)",
    "text": "'other'",
}
NUMBERS = "article_end parent begins ends corrects pid stored claims similarity confidence"
TIMES = "stored_at first_at started_at ended_at decided_at created_at closed_at expires_at at"
KINDS = dict.fromkeys(NUMBERS.split(), "number") | dict.fromkeys(TIMES.split(), "when")
KINDS |= {"published": "day", "valid_from": "day", "valid_to": "day"}
KINDS |= {"signature": "blob", "peaks": "blob"}
ALTERED = [
    (
        f"{table}.{column}",
        f"UPDATE {table} SET {column} = {NEW[KINDS.get(column, 'text')]} WHERE rowid = "
        f"(SELECT max(rowid) FROM {table})",
    )
    for table, columns in COLUMNS.items()
    for column in columns.split()
]
DELETED = [
    (
        f"a row of {table} deleted",
        f"DELETE FROM {table} WHERE rowid = (SELECT {end}(rowid) FROM {table})",
    )
    for table in COLUMNS
    for end in ("min", "max")
]


def _one(c: sqlite3.Connection, sql: str) -> dict[str, object]:
    c.row_factory = sqlite3.Row
    return dict(c.execute(sql).fetchone())


def _put(c: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    c.execute(
        f"INSERT OR REPLACE INTO {table} ({','.join(row)}) VALUES ({','.join('?' * len(row))})",
        list(row.values()),
    )


def whole_report_deleted(c: sqlite3.Connection) -> None:
    key = _one(c, "SELECT max(id) AS id FROM reports")["id"]
    c.execute(
        "DELETE FROM resolutions WHERE claim_id IN (SELECT id FROM claims WHERE report_id = ?)",
        [key],
    )
    for table in ("claims", "readings", "words", "comments", "copy_buckets"):
        c.execute(f"DELETE FROM {table} WHERE report_id = ?", [key])
    c.execute("DELETE FROM copy_pairs WHERE one = ? OR two = ?", [key, key])
    c.execute("DELETE FROM reports WHERE id = ?", [key])


def text_with_its_hash(c: sqlite3.Connection) -> None:
    c.execute(
        "UPDATE reports SET text = 'Other.', sha256 = ? WHERE rowid = 1",
        [__import__("hashlib").sha256(b"Other.").hexdigest()],
    )


def claim_with_its_id(c: sqlite3.Connection) -> None:
    r = _one(c, "SELECT * FROM claims WHERE rowid = 1")
    words = json.loads(str(r["words"]))
    new = digest(
        ["claim", r["report_id"], r["kind"], "loses", r["modality"], r["begins"], r["ends"]]
        + [r["quote"], *(words.get(k) for k in ("actor", "other", "place")), 0]
    )
    c.execute("UPDATE claims SET aspect = 'loses', id = ? WHERE rowid = 1", [new])
    c.execute("UPDATE resolutions SET claim_id = ? WHERE claim_id = ?", [new, r["id"]])


def forged_claim(c: sqlite3.Connection) -> None:
    r = _one(c, "SELECT * FROM claims WHERE rowid = 1") | {"id": "f" * 16}
    _put(c, "claims", r)
    _put(c, "resolutions", _one(c, "SELECT * FROM resolutions") | {"claim_id": "f" * 16})


def _decision(c: sqlite3.Connection, **new: object) -> dict[str, object]:
    r = _one(c, "SELECT * FROM decisions ORDER BY position DESC") | new
    at = datetime.fromisoformat(str(r["decided_at"]))
    return r | {"id": decision_id(r | {"decided_at": at})}


def forged_decision(c: sqlite3.Connection) -> None:
    _put(c, "decisions", _decision(c, position=99))


def decision_dated_back(c: sqlite3.Connection) -> None:
    r = _decision(c, decided_at="2026-01-01 10:00:00.000000")
    c.execute("DELETE FROM decisions WHERE position = ?", [r["position"]])
    _put(c, "decisions", r)


def decision_by_another(c: sqlite3.Connection) -> None:
    r = _decision(c, author="Somebody else")
    c.execute("DELETE FROM decisions WHERE position = ?", [r["position"]])
    _put(c, "decisions", r)


def decisions_reordered(c: sqlite3.Connection) -> None:
    for old, new in ((1, 90), (2, 1), (90, 2)):
        c.execute("UPDATE decisions SET position = ? WHERE position = ?", [new, old])
    for n in (1, 2):
        r = _one(c, f"SELECT * FROM decisions WHERE position = {n}")
        at = datetime.fromisoformat(str(r["decided_at"]))
        c.execute(
            "UPDATE decisions SET id = ? WHERE position = ?",
            [decision_id(r | {"decided_at": at}), n],
        )


def undo_deleted_and_renumbered(c: sqlite3.Connection) -> None:
    c.execute("DELETE FROM decisions WHERE action = 'undo'")
    c.execute("UPDATE decisions SET position = position - 1 WHERE position > 2")


def role_raised(c: sqlite3.Connection) -> None:
    c.execute("UPDATE users SET role = 'admin', closed_at = NULL WHERE name = 'ann'")


def user_added(c: sqlite3.Connection) -> None:
    _put(c, "users", _one(c, "SELECT * FROM users") | {"name": "eve", "role": "admin"})


def token_added(c: sqlite3.Connection) -> None:
    _put(c, "sessions", _one(c, "SELECT * FROM sessions") | {"id": "e" * 64, "ended_at": None})


def audit_line_added(c: sqlite3.Connection) -> None:
    _put(c, "audit", _one(c, "SELECT * FROM audit") | {"seq": 99})


def comment_added(c: sqlite3.Connection) -> None:
    _put(c, "comments", _one(c, "SELECT * FROM comments") | {"position": 9})


def pair_added(c: sqlite3.Connection) -> None:
    r = _one(c, "SELECT * FROM copy_pairs")
    _put(c, "copy_pairs", {"one": r["two"], "two": r["one"], "similarity": 1.0})


def former_id_added(c: sqlite3.Connection) -> None:
    _put(c, "former_ids", {"id": "0" * 16, "claim_id": _one(c, "SELECT id FROM claims")["id"]})


def type_changed(c: sqlite3.Connection) -> None:
    c.execute("UPDATE reports SET title = CAST(title AS BLOB)")


def trigger_added(c: sqlite3.Connection) -> None:
    c.execute("CREATE TRIGGER quiet AFTER INSERT ON decisions BEGIN SELECT 1; END")


def view_in_place_of_a_table(c: sqlite3.Connection) -> None:
    c.execute("ALTER TABLE copy_pairs RENAME TO pairs_before")
    c.execute("CREATE VIEW copy_pairs AS SELECT * FROM pairs_before")


def entry_taken_out_and_renumbered(c: sqlite3.Connection) -> None:
    c.execute("DELETE FROM log WHERE position = 5")
    c.execute("UPDATE log SET position = position - 1 WHERE position > 5")


def entry_with_its_row_forged(c: sqlite3.Connection) -> None:
    """The row and the hash of it in the log, but not the tree."""
    row = _one(c, "SELECT * FROM decisions ORDER BY position DESC")
    before = logged.item("decision", row).line()
    row["author"] = "Somebody else"
    at = datetime.fromisoformat(str(row["decided_at"]))
    new = row | {"id": decision_id(row | {"decided_at": at})}
    c.execute("DELETE FROM decisions WHERE position = ?", [row["position"]])
    _put(c, "decisions", new)
    for r in c.execute("SELECT position, items FROM log").fetchall():
        if before in r["items"]:
            c.execute(
                "UPDATE log SET items = ? WHERE position = ?",
                [logged.item("decision", new).line(), r["position"]],
            )


def appended_dated_back(c: sqlite3.Connection) -> None:
    """A decision of another day, with an entry of today that is well hashed."""
    row = _decision(c, position=99, decided_at="2026-01-01 10:00:00.000000")
    _put(c, "decisions", row)
    _append(c, "decision", [logged.item("decision", row)], now())


def appended_with_an_old_entry(c: sqlite3.Connection) -> None:
    at = now() - timedelta(days=30)
    row = _decision(c, position=99, decided_at=logged.form(at))
    _put(c, "decisions", row)
    _append(c, "decision", [logged.item("decision", row)], at)


def appended_again(c: sqlite3.Connection) -> None:
    """A report's row altered, and the altered one logged as if the program had."""
    c.execute("UPDATE reports SET title = 'Other' WHERE rowid = 1")
    row = _one(c, "SELECT * FROM reports WHERE rowid = 1")
    _append(c, "report", [logged.item("report", row)], now())


def taken_over_late(c: sqlite3.Connection) -> None:
    row = _decision(c, position=99, decided_at="2026-01-01 10:00:00.000000")
    _put(c, "decisions", row)
    _append(c, "taken over", [logged.item("decision", row)], now())


def _append(c: sqlite3.Connection, what: str, items: list[logged.Item], at: datetime) -> None:
    last = _one(c, "SELECT * FROM log ORDER BY position DESC")
    size = int(str(last["position"])) + 1
    row = entry(Peaks.unpack(size, last["peaks"]), what, items, at)  # type: ignore[arg-type]
    _put(c, "log", row | {"at": logged.form(at)})


DONE = [
    whole_report_deleted,
    text_with_its_hash,
    claim_with_its_id,
    forged_claim,
    forged_decision,
    decision_dated_back,
    decision_by_another,
    decisions_reordered,
    undo_deleted_and_renumbered,
    role_raised,
    user_added,
    token_added,
    audit_line_added,
    comment_added,
    pair_added,
    former_id_added,
    type_changed,
    trigger_added,
    view_in_place_of_a_table,
    entry_taken_out_and_renumbered,
    entry_with_its_row_forged,
    appended_dated_back,
    appended_with_an_old_entry,
    appended_again,
    taken_over_late,
]


def log_written_anew(c: sqlite3.Connection) -> None:
    """Everything altered and the whole log made to fit: only an anchor tells."""
    c.execute("UPDATE reports SET title = 'Other' WHERE rowid = 1")
    c.row_factory = sqlite3.Row
    new = logged.item("report", _one(c, "SELECT * FROM reports WHERE rowid = 1"))
    _write_anew(c, lambda i: new if (i.kind, i.key) == (new.kind, new.key) else i)


def last_decision_taken_out_of_the_log(c: sqlite3.Connection) -> None:
    row = _one(c, "SELECT * FROM decisions ORDER BY position DESC")
    c.execute("DELETE FROM decisions WHERE position = ?", [row["position"]])
    for r in c.execute("SELECT position, items FROM log").fetchall():
        if f"decision {row['id']}" in r["items"]:
            c.execute("DELETE FROM log WHERE position >= ?", [r["position"]])


def _write_anew(c: sqlite3.Connection, change: object) -> None:
    peaks = Peaks()
    for r in c.execute("SELECT * FROM log ORDER BY position").fetchall():
        items = [change(i) for i in logged.parse(r["items"])]  # type: ignore[operator]
        at = datetime.fromisoformat(r["at"])
        _put(c, "log", entry(peaks, r["what"], items, at) | {"at": r["at"]})


ANEW = [log_written_anew, last_decision_taken_out_of_the_log]
CASES = [
    *((name, lambda c, sql=sql: c.execute(sql), True) for name, sql in [*ALTERED, *DELETED]),
    *((f.__name__, f, True) for f in DONE),
    *((f.__name__, f, False) for f in ANEW),
]


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 54 and len({name for name, *_ in CASES}) >= 54


def found_in(path: Path, signed: anchors.Anchor) -> tuple[list[str], list[str]]:
    """What is wrong without the anchor, and by it alone."""
    ledger = Ledger.open(str(path))
    found = ledger.check(additions=ADDED)
    told = anchors.against(found, signed)
    ledger.engine.dispose()
    return found.wrong, told


def test_an_untouched_ledger_is_whole(
    kept: tuple[Path, Path, anchors.Anchor], tmp_path: Path
) -> None:
    shutil.copy(kept[0], tmp_path / "l.db")
    assert found_in(tmp_path / "l.db", kept[2]) == ([], [])


@pytest.mark.parametrize(("name", "alter", "alone"), CASES, ids=[c[0] for c in CASES])
def test_each_alteration_is_told(
    kept: tuple[Path, Path, anchors.Anchor], tmp_path: Path, name: str, alter: object, alone: bool
) -> None:
    shutil.copy(kept[0], tmp_path / "l.db")
    c = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    c.execute("PRAGMA foreign_keys=OFF")
    c.row_factory = sqlite3.Row
    alter(c)  # type: ignore[operator]
    c.close()
    wrong, by_anchor = found_in(tmp_path / "l.db", kept[2])
    assert bool(wrong) is alone, wrong
    assert wrong or by_anchor
    # what was altered is named, not the whole ledger
    assert len(wrong) <= 25, wrong


def test_an_older_copy_is_told_by_the_anchor(
    kept: tuple[Path, Path, anchors.Anchor], tmp_path: Path
) -> None:
    shutil.copy(kept[1], tmp_path / "l.db")
    wrong, by_anchor = found_in(tmp_path / "l.db", kept[2])
    assert wrong == [] and len(by_anchor) == 1 and "rolled back" in by_anchor[0]


def test_what_was_altered_is_named(kept: tuple[Path, Path, anchors.Anchor], tmp_path: Path) -> None:
    shutil.copy(kept[0], tmp_path / "l.db")
    c = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    c.execute("UPDATE comments SET author = 'x' WHERE position = 1")
    c.execute("UPDATE audit SET address = 'x' WHERE seq = 1")
    c.execute("DELETE FROM decisions WHERE position = 2")
    c.close()
    wrong, _ = found_in(tmp_path / "l.db", kept[2])
    assert len(wrong) == 4
    assert sum("comment 1 of report" in w for w in wrong) == 2
    assert any("line of the audit 1: it was altered" in w for w in wrong)
    assert any(w.startswith("decision ") and w.endswith("was removed") for w in wrong)


def test_an_addition_that_was_altered_is_told(ledger: Ledger) -> None:
    filled(ledger)
    assert ledger.check(additions=ADDED).wrong == []
    changed = [ADDED[0] | {"digest": "c" * 64}]
    assert any("own.csv was altered" in w for w in ledger.check(additions=changed).wrong)
    gone = ledger.check(additions=[])
    assert gone.wrong == [] and any("not on this machine" in w for w in gone.unchecked)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reports SET title = 'x'",
        "UPDATE comments SET text = 'x'",
        "UPDATE resolutions SET valid_from = '2001-01-01'",
        "UPDATE decisions SET decided_at = '2001-01-01'",
        "UPDATE users SET role = 'admin' WHERE name = 'ann'",
        "DELETE FROM audit WHERE seq = 1",
        "UPDATE copy_pairs SET similarity = 0.7",
        "UPDATE log SET what = 'x' WHERE position = 3",
    ],
)
def test_both_databases_tell(ledger: Ledger, sql: str) -> None:
    filled(ledger)
    signed = anchors.anchor(ledger, KEY)
    assert anchors.against(ledger.check(), signed) == ledger.verify() == []
    with ledger.engine.begin() as c:
        c.exec_driver_sql(sql)
    assert ledger.verify()


def test_flipped_bytes_are_told_or_change_nothing(
    kept: tuple[Path, Path, anchors.Anchor], tmp_path: Path
) -> None:
    """Anywhere in the file: never a crash, and never another answer without a word."""
    import random

    from contactline.model import ContactlineError

    raw, rng = kept[0].read_bytes(), random.Random(3)
    path = tmp_path / "l.db"
    path.write_bytes(raw)
    ledger = Ledger.open(str(path))
    before = (ledger.claims(), ledger.decisions(), list(ledger.reports()))
    ledger.engine.dispose()
    for _ in range(40):
        changed = bytearray(raw)
        changed[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        for p in tmp_path.glob("l.db*"):
            p.unlink()
        path.write_bytes(bytes(changed))
        try:
            ledger = Ledger.open(str(path))
            wrong = ledger.check(additions=ADDED).wrong
            if not wrong:
                assert (ledger.claims(), ledger.decisions(), list(ledger.reports())) == before
            ledger.engine.dispose()
        except ContactlineError:
            pass  # told in a line
