"""Reading on a real Dask scheduler and two real workers: one is killed, one report is poison, the
scheduler goes; the ledger is as one made serially, row for row.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from contactline import parallel, pipeline
from contactline.ledger import tables as t
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError, Report
from contactline.pipeline import Tools
from contactline.reading.reader import READERS

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parent.parent
POISON = "poison"
PRELOAD = f"""
import os
from contactline import parallel
read = getattr(parallel, "_uncrashing", parallel._read)  # a preload may be run twice
parallel._uncrashing = read
def crashing(tools, report):
    if {POISON!r} in report.text:
        os._exit(9)
    return read(tools, report)
parallel._read = crashing
"""


def port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does much else takes its time to start workers."""
    monkeypatch.setattr(parallel, "JOIN", 900)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and two workers, each a process with one that starts it again."""
    (tmp_path / "preload.py").write_text(PRELOAD)
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "300s",
        "OMP_NUM_THREADS": "1",
    }
    at = f"tcp://127.0.0.1:{port()}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    work = [sys.executable, "-m", "distributed.cli.dask_worker"]
    out = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env}
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    first = subprocess.Popen(
        [*dask, *here, "--port", at.rpartition(":")[2]],
        **out,  # type: ignore[call-overload]
    )
    more = ["--nthreads", "1", "--preload", str(tmp_path / "preload.py")]
    workers = [
        subprocess.Popen(
            [*work, at, *here, *more, "--local-directory", str(tmp_path / f"w{n}")],
            **out,  # type: ignore[call-overload]
        )
        for n in range(2)
    ]
    yield at, first
    for p in (*workers, first):
        p.terminate()
    for p in (*workers, first):
        try:
            p.wait(60)
        except subprocess.TimeoutExpired:
            p.kill()


@pytest.fixture(scope="module")
def quick(tools: Tools) -> Tools:
    out = Tools(reader=READERS["fast"]())
    out.gazetteer = tools.gazetteer
    return out


def reports(folder: Path, n: int) -> Path:
    folder.mkdir()
    towns = ["Aleppo", "Homs", "Raqqa", "Mayadin", "Idlib"]
    for i in range(n):
        (folder / f"{i:02}.txt").write_text(
            f"{1 + i % 28} May 2017 - Wire {i}\n\nThe Syrian army captured the town of "
            f"{towns[i % 5]} on Monday. Islamic State still holds the village number {i}."
        )
    return folder


def rows(ledger: Ledger) -> dict[str, list[Any]]:
    """All that a reading leaves, without when it was and in which order."""
    with ledger.engine.connect() as c:

        def all_of(table: sa.Table, *left: str) -> list[Any]:
            columns = [x for x in table.c if x.name not in left]
            return sorted(map(tuple, c.execute(sa.select(*columns))), key=repr)

        resolved = sa.select(
            t.readings.c.report_id, *(x for x in t.resolutions.c if x.name != "seq")
        ).join(t.readings, t.readings.c.seq == t.resolutions.c.seq)
        return {
            "reports": all_of(t.reports, "stored_at"),
            "claims": all_of(t.claims),
            "words": all_of(t.words),
            "readings": all_of(t.readings, "seq", "ingest_id"),
            "copies": all_of(t.copy_pairs),
            "resolutions": sorted(map(tuple, c.execute(resolved)), key=repr),
        }


@pytest.mark.slow
def test_a_killed_worker_and_a_poison_report(
    scheduler: tuple[str, Any], quick: Tools, tmp_path: Path
) -> None:
    at, _ = scheduler
    folder = reports(tmp_path / "in", 30)
    serial = Ledger.open(str(tmp_path / "serial.db"))
    pipeline.ingest(serial, [folder], quick)
    bad = folder / "07-bad.txt"
    bad.write_text(f"9 May 2017 - Wire\n\nThe army left Homs, and here is {POISON}.")
    spread = Ledger.open(str(tmp_path / "spread.db"))
    killed: list[int] = []

    def step() -> None:
        if not killed:
            with distributed.Client(at, set_as_default=False) as client:
                killed.extend(client.run(os.getpid).values())
            os.kill(killed[0], signal.SIGKILL)

    done = parallel.ingest(spread, [folder], quick, "fast", scheduler=at, step=step)
    assert killed and done.read == 30
    assert [(Path(f.path).name, "2 workers were lost" in f.reason) for f in done.failed] == [
        ("07-bad.txt", True)
    ]
    assert rows(spread) == rows(serial) and spread.verify() == []
    # again: nothing is read twice, and what is set aside is not sent out again
    again = parallel.ingest(spread, [folder], quick, "fast", scheduler=at)
    assert (again.read, again.skipped, len(again.failed)) == (0, 30, 1)
    assert "set aside" in pipeline.ingest(spread, [bad], quick).failed[0].reason


@pytest.mark.slow
def test_a_scheduler_that_goes_leaves_what_was_stored(
    scheduler: tuple[str, Any], quick: Tools, tmp_path: Path
) -> None:
    at, process = scheduler
    folder = reports(tmp_path / "in", 40)
    ledger = Ledger.open(str(tmp_path / "l.db"))
    steps: list[int] = []

    def step() -> None:
        steps.append(1)
        if len(steps) == 3:
            process.kill()

    with pytest.raises(ContactlineError, match="the scheduler is gone") as e:
        parallel.ingest(ledger, [folder], quick, "fast", scheduler=at, step=step)
    assert "\n" not in str(e.value) and 0 < ledger.counts()["reports"] < 40
    # and on by oneself, with two workers of one's own
    done = parallel.ingest(ledger, [folder], quick, "fast", workers=2)
    assert done.read + done.skipped == 40 and ledger.counts()["reports"] == 40
    serial = Ledger.open(str(tmp_path / "serial.db"))
    pipeline.ingest(serial, [folder], quick)
    assert rows(ledger) == rows(serial)


def test_no_scheduler_is_one_line(quick: Tools, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(parallel, "JOIN", 2)
    ledger = Ledger.open(str(tmp_path / "l.db"))
    with pytest.raises(ContactlineError, match="no Dask scheduler") as e:
        parallel.ingest(
            ledger,
            [reports(tmp_path / "in", 1)],
            quick,
            "fast",
            scheduler=f"tcp://127.0.0.1:{port()}",
        )
    assert "\n" not in str(e.value)


def test_two_workers_make_the_ledger_that_one_makes(quick: Tools, tmp_path: Path) -> None:
    folder = reports(tmp_path / "in", 12)
    serial, spread = (Ledger.open(str(tmp_path / f"{n}.db")) for n in ("serial", "spread"))
    pipeline.ingest(serial, [folder], quick)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        at = cluster.scheduler_address
        done = parallel.ingest(spread, [folder], quick, "fast", scheduler=at)
        again = parallel.ingest(spread, [folder], quick, "fast", scheduler=at)
    assert (done.read, done.failed, again.read, again.skipped) == (12, [], 0, 12)
    assert rows(spread) == rows(serial) and spread.verify() == []


def test_a_worker_that_cannot_read_says_so_in_one_line(
    quick: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    r = Report("The army holds Homs.", 20)
    plan = ("fast", None, quick.run().id)
    assert "another version" in parallel.read_batch(("fast", None, "another run"), [r])
    assert isinstance(parallel.read_batch(plan, [r])[0], tuple)

    def deep(*_: Any) -> Any:
        return deep()

    monkeypatch.setattr(parallel, "_tools", deep)
    said = parallel.read_batch(plan, [r])
    assert isinstance(said, str) and "recursion" in said
