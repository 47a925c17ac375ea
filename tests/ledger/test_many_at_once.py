"""Many processes and reviewers write one ledger: nothing is lost, nothing refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from contactline.ledger.store import Ledger
from tests.ledger.test_store import put
from tests.makers import claim, report

ROOT = Path(__file__).parent.parent.parent
HERE = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))}

STORING = """
import random, sys
from datetime import date
from tests.makers import claim, report
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
ledger = Ledger.open(sys.argv[1])
run = Run("test", "1")
session = ledger.begin_ingest(run)
order = list(range(30))
random.Random(sys.argv[2]).shuffle(order)
for n in order:
    words = " ".join(f"word{i} of story {n % 6}" for i in range(40))
    r = report(text=f"The army holds Alpha. {words} {n}.", on=date(2017, 11, 1 + n // 6))
    ledger.store(r, [claim(in_report=r, number=k) for k in range(5)], run, session)
ledger.end_ingest(session, 0)
"""

DECIDING = """
import sys
from contactline.ledger.store import Ledger
ledger = Ledger.open(sys.argv[1])
ids = sys.argv[3].split(",")
for n in range(25):
    ledger.decide("accept" if n % 2 else "reject", ids[n % len(ids)], {}, f"reviewer {sys.argv[2]}")
"""


def run_all(code: str, url: str, n: int, *more: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, str(k), *more],
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=HERE,
        )
        for k in range(n)
    ]
    for p in started:
        _, errors = p.communicate(timeout=300)
        assert p.returncode == 0, errors


def test_eight_processes_storing_the_same_near_copies(ledger_url: str) -> None:
    run_all(STORING, ledger_url, 8)
    ledger = Ledger.open(ledger_url)
    n = ledger.counts()
    assert (n["reports"], n["claims"]) == (30, 150) and ledger.verify() == []
    # five days of each of six stories: four copies of the first day's
    assert n["copies"] == 24
    first = {s.claim.report for s in ledger.claims() if s.published and s.published.day == 1}
    assert set(ledger.copies().values()) == first


def test_eight_reviewers_deciding_at_once(ledger_url: str) -> None:
    ledger = Ledger.open(ledger_url)
    r = report()
    put(ledger, r, [claim(in_report=r, who=w) for w in ("Army", "Rebels", "Militia")])
    ids = [s.id for s in ledger.claims()]
    run_all(DECIDING, ledger_url, 8, ",".join(ids))
    rows = ledger.decisions()
    assert len(rows) == 200 and [d["position"] for d in rows] == list(range(1, 201))
    assert ledger.verify() == []
