"""Does to contactline what a hostile or unlucky world does, and prints what held, as a table.

usage: python -m benchmarks.campaign [--short]      (under 30 minutes; short: some five)

Kills, full disks and flipped bytes are done here, each to a process or file of its own; the rest
are the tests, run by their groups. Ends with 1 where something fell that must hold.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import fuzz
from contactline.intake.files import Given
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.pipeline import Tools, ingest
from contactline.reading.reader import FastReader

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "demo/reports"
GROUPS = {
    "alterations by somebody with the file": ["tests/ledger/test_tampering.py"],
    "many processes and reviewers, SQLite and PostgreSQL": ["tests/ledger/test_many_at_once.py"],
    "ledger vanished, replaced, zeroed, read-only under the server": [
        "tests/serving/test_damaged.py",
        "tests/ledger/test_backup.py",
    ],
    "sign-in, sessions, roles, limits (ASVS)": ["tests/serving/test_security.py"],
    "API: access, traversal, odd questions": ["tests/serving/test_api.py"],
    "API by schemathesis": ["tests/serving/test_contract.py"],
    "fetching: private, redirected, rebound addresses": ["tests/intake/test_web.py"],
    "hostile files and texts": [
        "tests/test_bounds.py",
        "tests/test_bounded.py",
        "tests/intake/test_kinds.py",
    ],
    "regular expressions that grow": ["tests/test_growth.py"],
    "withdrawn and pseudonymised reports": [
        "tests/ledger/test_withdrawing.py",
        "tests/intake/test_privacy.py",
    ],
}
SHORT = (
    "alterations by somebody with the file",
    "sign-in, sessions, roles, limits (ASVS)",
    "regular expressions that grow",
    "withdrawn and pseudonymised reports",
)


@dataclass(frozen=True, slots=True)
class Row:
    test: str
    count: str
    result: str
    held: bool


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "contactline", *args]


def stands(path: Path) -> tuple[int, ...]:
    """What a whole ledger holds. Raises AssertionError where it is not whole."""
    ledger = Ledger.open(str(path))
    wrong = ledger.verify()
    assert wrong == [], wrong[:3]
    n = ledger.counts()
    ledger.engine.dispose()
    return n["reports"], n["claims"], n["comments"]


ASK = ("ingest", str(REPORTS), "--reader", "fast", "--quiet", "--ledger")
Whole = tuple[float, tuple[int, ...]]  # seconds it took, what is in it


def uninterrupted(folder: Path) -> Whole:
    begun = time.monotonic()
    subprocess.run(command(*ASK, str(folder / "whole.db")), check=False, capture_output=True)
    return time.monotonic() - begun, stands(folder / "whole.db")


def killed(folder: Path, rounds: int, r: random.Random, uncut: Whole) -> Row:
    """`kill -9` at any time of an ingest; then the same again to its end."""
    took, whole = uncut
    fell, early = [], 0
    for n in range(rounds):
        path = folder / f"k{n}.db"
        p = subprocess.Popen(
            command(*ASK, str(path)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(r.uniform(0.3, 1.0) * took)
        early += p.poll() is None
        p.send_signal(signal.SIGKILL)
        p.wait()
        try:
            if path.exists():
                stands(path)
            subprocess.run(command(*ASK, str(path)), check=False, capture_output=True)
            assert stands(path) == whole
        except (AssertionError, ContactlineError) as e:
            fell.append(str(e)[:100])
    told = f"{rounds - len(fell)} whole, the end equals an uninterrupted ingest"
    return Row("kill -9 in ingest, at random", f"{rounds} ({early} while it ran)", told, not fell)


def full(folder: Path, rounds: int) -> Row:
    """The file may grow to a size and no further, as on a full disk."""
    fell, told = [], 0
    whole = (folder / "whole.db").stat().st_size
    for n in range(rounds):
        path, most = folder / f"f{n}.db", whole * (n + 1) // (rounds + 1)

        def bound(most: int = most) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        done = subprocess.run(
            command(*ASK, str(path)),
            capture_output=True,
            text=True,
            preexec_fn=bound,
        )
        lines = [x for x in done.stderr.splitlines() if x.strip()]
        told += done.returncode == 1 and len(lines) == 1
        try:
            if path.exists() and path.stat().st_size:
                stands(path)
            assert "Traceback" not in done.stderr
        except (AssertionError, ContactlineError) as e:
            fell.append(str(e)[:100])
    return Row(
        "no room to write, at several sizes",
        str(rounds),
        f"{told} told in one line, {len(fell)} not whole afterwards",
        not fell,
    )


def rows_of(path: Path) -> list[str]:
    """Everything that is in a ledger, as text."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as c:
        return list(c.iterdump())


def flipped(folder: Path, rounds: int, r: random.Random) -> Row:
    """One byte anywhere in the file, changed."""
    base = folder / "flip.db"
    ledger = Ledger.open(str(base))
    ingest(ledger, [REPORTS], Tools(reader=FastReader()), Given())
    ledger.engine.dispose()
    with closing(sqlite3.connect(base)) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        c.execute("PRAGMA journal_mode=DELETE")
    raw, same = base.read_bytes(), rows_of(base)
    told = errors = crashes = harmless = silent = 0
    for _ in range(rounds):
        path = folder / "flipped.db"
        for p in folder.glob("flipped.db*"):
            p.unlink()
        at = r.randrange(len(raw))
        path.write_bytes(raw[:at] + bytes((raw[at] ^ (1 << r.randrange(8)),)) + raw[at + 1 :])
        try:
            ledger = Ledger.open(str(path), create=False)
            wrong = ledger.verify()
            ledger.engine.dispose()
            if wrong:
                told += 1
                continue
        except ContactlineError:
            errors += 1
            continue
        except Exception as e:
            print(f"crash at byte {at}: {type(e).__name__}: {str(e)[:200]}", flush=True)
            crashes += 1
            continue
        try:
            alike = rows_of(path) == same
        except sqlite3.Error:
            alike = False
        harmless += alike
        silent += not alike
    return Row(
        "flipped bits anywhere in the file",
        str(rounds),
        f"{told} told by verify, {errors} told when opened, {crashes} crashes, {harmless} changed "
        f"nothing that is stored, {silent} silent",
        not crashes and not silent,
    )


def tests(name: str, files: list[str], folder: Path) -> Row:
    out = folder / "told.xml"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={out}"]
        + files,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    suite = ET.parse(out).getroot().find("testsuite") if out.exists() else None
    if suite is None:
        return Row(name, "–", done.stdout[-200:].replace("\n", " "), False)
    n, bad, passed_over = (int(suite.get(k, 0)) for k in ("tests", "failures", "skipped"))
    bad += int(suite.get("errors", 0))
    for case in suite.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            print(f"fell: {case.get('classname')}.{case.get('name')}", flush=True)
    told = f"{n - bad - passed_over} held, {bad} fell" + (
        f", {passed_over} not run" if passed_over else ""
    )
    return Row(name, str(n), told, not bad)


def fuzzed(seconds: float, number: int) -> Iterator[Row]:
    for target in fuzz.TARGETS:
        t = fuzz.fuzz(target, seconds / len(fuzz.TARGETS), number * 1000)
        told = (
            f"{t.raised} raised, {t.late} over {fuzz.CASE_SECONDS:.0f} s, slowest {t.slowest:.2f} s"
        )
        yield Row(f"fuzzing: {target}", f"{t.cases:,}", told, not t.raised and not t.late)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", default="kill,full,flip,tests,fuzz", help="parts, by commas")
    parser.add_argument("--seed", type=int, default=20261125)
    asked = parser.parse_args()
    short, r, parts = asked.short, random.Random(asked.seed), asked.only.split(",")
    os.environ.setdefault("CONTACTLINE_CACHE", str(ROOT / ".venv/cache"))
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))
    rows: list[Row] = []

    def tell(row: Row) -> None:
        rows.append(row)
        print(f"| {row.test} | {row.count} | {row.result} |", flush=True)

    print(f"{datetime.now(UTC):%Y-%m-%d}, seed {asked.seed}{', short' if short else ''}\n")
    print("| test | count | result |\n| --- | --- | --- |", flush=True)
    try:
        if "kill" in parts or "full" in parts:
            whole = uninterrupted(folder)
        if "kill" in parts:
            tell(killed(folder, 3 if short else 40, r, whole))
        if "full" in parts:
            tell(full(folder, 3 if short else 12))
        if "flip" in parts:
            tell(flipped(folder, 60 if short else 200, r))
        for name, files in GROUPS.items() if "tests" in parts else ():
            if not short or name in SHORT:
                tell(tests(name, files, folder))
        for row in fuzzed(40 if short else 400, asked.seed) if "fuzz" in parts else ():
            tell(row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(x.held for x in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
