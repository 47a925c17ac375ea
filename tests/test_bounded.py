"""A report that takes too long or too much is set aside in one line; the others are read."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from contactline.bounded import Bounds, Exceeded, Worker
from contactline.intake.files import Failure, Given
from contactline.ledger.rows import words_body
from contactline.ledger.store import Ledger
from contactline.model import Comment, Report
from contactline.pipeline import Tools, ingest
from contactline.reading.reader import FastReader

SAID = "The army took Aleppo on Monday, officials said. Rebels still hold Idlib. "


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(reader=FastReader(), bounds=Bounds(long_text=2000))


def test_what_a_worker_reads_is_what_is_read_here(tools: Tools) -> None:
    comments = (Comment("Ann", "I doubt it.", 0), Comment("Bo", "So do I.", 1, 0, 5, 9))
    report = Report(SAID * 40, len(SAID) * 40, "A title", "An outlet", comments=comments)
    assert tools.bounds is not None and tools.bounds.odd_text(report)
    here = Tools(reader=tools.reader).read(report)
    words, claims = tools.read(report)
    assert words == here[0] and len(claims) > 0
    assert words_body(claims, ()) == words_body(here[1], ())
    again = tools._reading.read(report, words)
    assert again == (words, claims)


def test_a_report_that_takes_too_long_is_set_aside_and_the_rest_is_read(
    tools: Tools, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(SAID * 40)
    (tmp_path / "b.txt").write_text(SAID * 20)  # too short for a worker
    worker = tools._reading
    if worker.process is None:
        worker.process = worker._start()
    worker.bounds = Bounds(0.5, long_text=2000)
    os.kill(worker.process.pid, signal.SIGSTOP)  # it answers never
    ledger = Ledger.open(str(tmp_path / "l.db"))
    tally = ingest(ledger, [tmp_path], tools, Given(source="x"))
    failed = [f for f in tally.failed if f.path.endswith(".txt")]
    assert [Path(f.path).name for f in failed] == ["a.txt"] and tally.read == 1
    assert "longer than 6 s" in failed[0].reason and "\n" not in failed[0].reason
    assert worker.process is None
    tally = ingest(ledger, [tmp_path / "a.txt"], tools, Given(source="x"))
    assert tally.read == 0 and tally.failed[0].reason.startswith("set aside: took longer")
    assert worker.process is None, "it is not tried again"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_a_report_that_takes_too_much_memory_is_set_aside(tmp_path: Path) -> None:
    rows = [{"text": SAID * 3000 + "\U0001f4a3", "date": "2017-11-02"}] * 80
    (tmp_path / "a.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    worker = Worker(Bounds(60, 50, True))
    found = list(worker.file(tmp_path / "a.json", Given(), None))
    assert len(found) == 1 and isinstance(found[0], Failure)
    assert "memory" in found[0].reason
    (tmp_path / "b.txt").write_text(SAID)
    assert [type(x) for x in worker.file(tmp_path / "b.txt", Given(), None)] == [Report]


def test_a_worker_that_dies_costs_its_report_alone(tools: Tools) -> None:
    worker = Worker(Bounds(60, always=True))
    worker.process = worker._start()
    os.kill(worker.process.pid, signal.SIGSTOP)
    os.kill(worker.process.pid, signal.SIGKILL)
    with pytest.raises(Exceeded, match="broke down"):
        worker.read(Report(SAID, len(SAID)))
    assert worker.process is None


def test_links_devices_and_odd_files_are_told(tmp_path: Path) -> None:
    tools = Tools(reader=FastReader(), bounds=Bounds(always=True))
    inside = tmp_path / "folder"
    inside.mkdir()
    (inside / "out.txt").symlink_to("/etc/passwd")
    (inside / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.txt")
    (inside / "fine.txt").write_text(SAID)
    (inside / "gone.txt").symlink_to(inside / "nowhere")
    tally = ingest(Ledger.open(str(tmp_path / "l.db")), [inside, Path("/dev/zero")], tools)
    told = {Path(f.path).name: f.reason for f in tally.failed}
    assert tally.read == 1 and set(told) == {"out.txt", "zero.txt", "pipe.txt", "gone.txt", "zero"}
    assert "leads out" in told["out.txt"] and "devices" in told["zero"]
    assert "devices and pipes" in told["pipe.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_a_table_of_parquet_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    one = "The army holds Aleppo. " * 1_000_000  # 23 MB
    pq.write_table(pa.table({"text": [one] * 4}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    worker = Worker(Bounds(60, 400, True))
    found = list(worker.file(tmp_path / "a.parquet", Given(), None))
    assert found and all(isinstance(f, Failure) for f in found)
    assert worker.process is not None or "memory" in found[-1].reason  # type: ignore[union-attr]
