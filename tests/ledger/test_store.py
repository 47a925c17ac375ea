from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, Comment, ContactlineError, Report, Role, told_apart
from tests.makers import claim, report


def put(ledger: Ledger, r: Report, claims: list[Claim], version: str = "1") -> bool:
    run = Run("test", version)
    session = ledger.begin_ingest(run)
    done = ledger.store(r, claims, run, session)
    ledger.end_ingest(session, int(done))
    return done


def test_what_goes_in_comes_out(ledger: Ledger) -> None:
    r = replace(
        report(),
        comments=(
            Comment("Reader A", "No.", 0),
            Comment("Reader B", "Yes.", 1, parent=0, corrects=0),
        ),
        title="T",
        author="A",
    )
    c = claim(
        in_report=r,
        condition="if it rains",
        extent="part",
        number=3,
        valid_from=date(2017, 1, 2),
        precision="day",
        said_by="somebody",
    )
    assert put(ledger, r, [c])
    (got,) = ledger.claims()
    assert (
        got.claim == c and got.id == c.id and got.published == r.published and got.source == "Wire"
    )
    assert ledger.report(r.id) == r


def test_the_same_report_twice_adds_nothing(ledger: Ledger) -> None:
    r = report()
    assert put(ledger, r, [claim(in_report=r)]) and not put(ledger, r, [claim(in_report=r)])
    assert ledger.counts()["claims"] == 1 and ledger.counts()["reports"] == 1


def test_a_newer_reader_stands_beside_the_old_and_is_used(ledger: Ledger) -> None:
    r = report()
    put(ledger, r, [claim(in_report=r, who="Army")], "1")
    put(ledger, r, [claim(in_report=r, who="Rebels")], "2")
    assert [s.claim.actor.name for s in ledger.claims() if s.claim.actor] == ["Rebels"]
    run = Run("test", "1")
    assert [s.claim.actor.name for s in ledger.claims(run=run) if s.claim.actor] == ["Army"]


def test_as_known_leaves_out_what_was_not_yet_published(ledger: Ledger) -> None:
    for day in (1, 20):
        r = report(text=f"The army holds Alpha, it was said on day {day}.", on=date(2017, 11, day))
        put(ledger, r, [claim(in_report=r)])
    assert len(ledger.claims()) == 2 and len(ledger.claims(as_known=date(2017, 11, 10))) == 1


def test_decisions_are_rows_and_can_be_undone(ledger: Ledger) -> None:
    r = report()
    c = claim(in_report=r)
    put(ledger, r, [c])
    rejected = ledger.decide("reject", c.id, {}, "An analyst")
    assert ledger.claims() == []
    ledger.decide("undo", c.id, {}, "An analyst", undoes=rejected)
    assert len(ledger.claims()) == 1
    ledger.decide("correct", c.id, {"aspect": "loses", "valid_from": "2017-01-05"}, "An analyst")
    (got,) = ledger.claims()
    assert (
        got.claim.aspect == "loses" and got.claim.valid_from == date(2017, 1, 5) and got.id == c.id
    )
    assert len(ledger.decisions()) == 3 and ledger.verify() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE claims SET aspect = 'loses'", "content was altered"),
        ("UPDATE reports SET text = 'The rebels hold Alpha.'", "text was altered"),
        ("UPDATE resolutions SET confidence = 0.1", "re-scored"),
        ("DELETE FROM resolutions", "removed"),
        ("UPDATE decisions SET author = 'Somebody else'", "decision"),
        ("UPDATE reports SET source = 'Other'", "source or date was altered"),
        ("UPDATE resolutions SET place_id = 'place:beta'", "renamed"),
        ("UPDATE resolutions SET valid_from = '2011-01-01'", "renamed"),
    ],
)
def test_verify_says_what_was_altered(ledger: Ledger, change: str, says: str) -> None:
    r = report()
    c = claim(in_report=r)
    put(ledger, r, [c])
    ledger.decide("accept", c.id, {}, "An analyst")
    assert ledger.verify() == []
    with ledger.engine.begin() as connection:
        connection.execute(sa.text(change))
    assert any(says in line for line in ledger.verify())


def test_odd_characters_are_stored_as_they_are_hashed(ledger: Ledger) -> None:
    r = report(
        "The army\0 holds \ud800Alpha \u202e and دير الزور.\r\n",
        title="T\0",
        author="\udfff",
        language="x-" + "long" * 40,
        comments=(Comment("\0", "\ud83d", 7, parent=10**14, corrects=3),),
    )
    assert put(ledger, r, [claim(in_report=r, said_by="some\0body \ud801")])
    assert ledger.verify() == []
    got = ledger.report(r.id)
    assert got is not None and got.text == r.text and got.language == r.language
    assert got.text.index("Alpha") == r.text.index("Alpha") == 17
    assert [(c.order, c.parent, c.corrects) for c in got.comments] == [(7, None, None)]


WRITER = """
import sys, time
from tests.makers import claim, report
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
ledger = Ledger.open(sys.argv[1])
for line in ledger.said: print(line)
run = Run("test", "1")
session = ledger.begin_ingest(run)
for n in range(int(sys.argv[3])):
    r = report(text=f"The army holds Alpha, said writer {sys.argv[2]} in its report {n}.")
    ledger.store(r, [claim(in_report=r, number=k) for k in range(20)], run, session)
    print(n, flush=True)
ledger.end_ingest(session, 0)
"""


def writer(url: str, name: str, n: int) -> subprocess.Popen[str]:
    root = Path(__file__).parent.parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), url, name, str(n)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(root / "src")))},
    )


def test_many_openings_at_once_make_one_schema(ledger_url: str) -> None:
    code = (
        "from contactline.ledger.store import Ledger\n"
        f"print(Ledger.open({ledger_url!r}).counts()['reports'])"
    )
    opened = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for p in opened:
        out, errors = p.communicate(timeout=120)
        assert p.returncode == 0 and out.strip() == "0", errors


def test_two_processes_writing_at_once_lose_nothing(ledger_url: str) -> None:
    both = [writer(ledger_url, name, 25) for name in ("a", "b")]
    for p in both:
        _, errors = p.communicate(timeout=120)
        assert p.returncode == 0, errors
    ledger = Ledger.open(ledger_url)
    assert (
        ledger.counts()["reports"] == 50
        and ledger.counts()["claims"] == 1000
        and ledger.verify() == []
    )


def test_a_killed_process_leaves_whole_reports_and_the_next_start_says_so(ledger_url: str) -> None:
    p = writer(ledger_url, "a", 5000)
    assert p.stdout is not None
    while int(p.stdout.readline() or 0) < 5:
        pass
    p.send_signal(signal.SIGKILL)
    p.wait()
    time.sleep(0.2)
    ledger = Ledger.open(ledger_url)
    n = ledger.counts()
    assert n["reports"] >= 5 and n["claims"] == 20 * n["reports"] and ledger.verify() == []
    assert (
        len(ledger.said) == 1
        and "interrupted" in ledger.said[0]
        and str(n["reports"]) in ledger.said[0]
    )
    assert Ledger.open(ledger_url).said == []


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path / "l.db"))
    first = report()
    put(ledger, first, [claim(in_report=first)])
    run = Run("test", "1")
    session = ledger.begin_ingest(run)
    with ledger.engine.connect() as c:
        pages = c.exec_driver_sql("PRAGMA page_count").scalar() or 0
    sa.event.listen(
        ledger.engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages + 2}"),
    )
    ledger.engine.dispose()
    big = report("The army holds Alpha. " * 20_000)
    with pytest.raises(ContactlineError, match="disk is full"):
        ledger.store(big, [claim(in_report=big)], run, session)
    again = Ledger.open(str(tmp_path / "l.db"))
    assert again.counts()["reports"] == 1 and again.verify() == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/nowhere/at/all.db", "does not exist"),
        ("gopher://x", "not a ledger address"),
        ("mysql://me:secret@host/x", "not a ledger address: host/x"),
    ],
)
def test_addresses_that_are_none(url: str, says: str) -> None:
    with pytest.raises(ContactlineError, match=says):
        Ledger.open(url)


def test_the_database_of_another_program_with_migrations_of_its_own(tmp_path: Path) -> None:
    import sqlite3

    c = sqlite3.connect(tmp_path / "x.db")
    c.execute("CREATE TABLE alembic_version (version_num TEXT)")
    c.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    c.commit()
    c.close()
    with pytest.raises(ContactlineError, match="another version"):
        Ledger.open(str(tmp_path / "x.db"))


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(
        b"not a database at all, but long enough to be taken for one" * 40
    )
    with pytest.raises(ContactlineError):
        Ledger.open(str(tmp_path / "x.db"))


names = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(names, st.floats(0, 1), st.dates(date(2000, 1, 1), date(2030, 1, 1))), max_size=8
    )
)
def test_any_claims_round_trip_and_verify(
    tmp_path_factory: pytest.TempPathFactory, rows: list
) -> None:
    ledger = Ledger.open(str(tmp_path_factory.mktemp("l") / "l.db"))
    r = report()
    claims = [
        Claim(
            r.id,
            "control",
            "holds",
            Role(n, n, "actor:x"),
            None,
            Role(n, n, "place:y", 1.0, 2.0),
            "stated",
            r.text,
            0,
            len(r.text),
            c,
            valid_from=d,
        )
        for n, c, d in rows
    ]
    put(ledger, r, claims)
    assert {s.id for s in ledger.claims()} == {c.id for c in told_apart(claims)}
    assert ledger.verify() == []


def test_the_migration_makes_the_schema_of_the_tables(ledger: Ledger) -> None:
    from contactline.ledger import tables

    found = sa.inspect(ledger.engine)
    for table in tables.metadata.tables.values():
        assert {c["name"] for c in found.get_columns(table.name)} == {
            c.name for c in table.columns
        }, table.name


def test_connections_that_open_a_new_file_at_once_all_get_it(tmp_path: Path) -> None:
    """SQLite says "locked" at once, without waiting, to one of two that switch a file to WAL
    together.
    """
    import sqlite3
    import threading

    from contactline.ledger.connection import pragmas

    errors: list[BaseException] = []

    def opened(path: Path, together: threading.Barrier) -> None:
        try:
            c = sqlite3.connect(path, timeout=30)
            together.wait()
            pragmas(c, None)
            c.execute("BEGIN IMMEDIATE")
            c.execute("CREATE TABLE IF NOT EXISTS a (x)")
            c.execute("COMMIT")
            c.close()
        except BaseException as e:
            errors.append(e)

    for n in range(40):
        together = threading.Barrier(3)
        threads = [
            threading.Thread(target=opened, args=(tmp_path / f"{n}.db", together)) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
