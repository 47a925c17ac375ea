"""Reading under a bound of time and memory, in a worker process that is killed when it goes over.

One worker opens files, another reads and names reports, so that what one loses the other keeps.
They are asked in lines of JSON, never in pickles: what a hostile file may make of a worker can
tell lies about that file, and do nothing here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from contactline.intake.files import read_file
from contactline.intake.sources import Failure, Given, Item
from contactline.ledger.connection import ReportRefused
from contactline.ledger.rows import words_body, words_of
from contactline.model import Claim, Comment, Report

PACKED = (b"PK\3\4", b"\x1f\x8b", b"PAR1", b"%PDF")  # what unpacks, or is a program of its own
LARGE_FILE, LONG_TEXT = 2_000_000, 100_000  # bytes, characters: beyond them a worker reads
CHARACTERS_A_SECOND = (
    500  # what the slowest reader is granted beyond the bound, unless one is given
)
TO_START = 120.0  # seconds, to load weights and gazetteer on a slow machine
MEGABYTE = 1_000_000


class Exceeded(ReportRefused):
    """A report that took more time or memory than it may; it alone is set aside."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`seconds` for one report, `megabytes` beyond what the reader takes at rest.

    `always`: every report is read by a worker, and none is granted more; else only what is large
    or unpacks, and a long text has longer.
    """

    seconds: float = 120.0
    megabytes: int = 4096
    always: bool = False
    long_text: int = LONG_TEXT

    def odd_file(self, path: Path) -> bool:
        """Whether a worker opens the file. Raises OSError."""
        if self.always or path.stat().st_size > LARGE_FILE:
            return True
        with path.open("rb") as f:
            return f.read(4).startswith(PACKED)

    def odd_text(self, report: Report) -> bool:
        return self.always or len(report.text) > self.long_text

    def granted(self, length: int) -> float:
        return self.seconds if self.always else self.seconds + length / CHARACTERS_A_SECOND


class Worker:
    """One process, started when first asked and anew after it was killed."""

    def __init__(self, bounds: Bounds, reader: str = "", threads: int = 0) -> None:
        self.bounds, self.reader, self.threads = bounds, reader, threads
        self.process: subprocess.Popen[str] | None = None
        self.lock = threading.RLock()

    def file(self, path: Path, given: Given, today: date | None) -> Iterator[Item]:
        """What a file holds, as `intake.files.read_file` gives it; where the worker was killed, one
        line that says at what.
        """
        with self.lock:
            n, length = 0, path.stat().st_size
            ask: dict[str, Any] = {
                "path": str(path),
                "given": asdict(given) | {"published": _iso(given.published)},
                "today": _iso(today),
            }
            try:
                answer = self._ask(ask, length)
                while "end" not in answer:
                    n += 1
                    if "failure" in answer:
                        yield Failure(*answer["failure"])
                    else:
                        yield _report(answer["report"])
                    answer = self._ask(None, length)
            except Exceeded as e:
                rest = f" after {n} reports; the rest of the file is not read" if n else ""
                yield Failure(str(path), str(e) + rest)
            finally:
                if n and self.process is not None and "end" not in answer:
                    self.close()  # nobody waits for the rest

    def read(self, report: Report, words: str | None = None) -> tuple[str, list[Claim]]:
        """(words as the ledger keeps them, claims) of a report; `words`: what was read before.

        Raises Exceeded.
        """
        with self.lock:
            answer = self._ask(
                {"report": asdict(report) | {"published": _iso(report.published)}, "words": words},
                len(report.text),
            )
        return answer["words"], words_of(answer["claims"])[0]

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            self.process = None

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()

    def _ask(self, question: dict[str, Any] | None, length: int) -> dict[str, Any]:
        """The next answer; raises Exceeded when it does not come in time, or not at all."""
        if self.process is None:
            self.process = self._start()
        seconds = self.bounds.granted(length)
        answer = self._line(question, seconds)
        if answer is None:
            raise Exceeded(f"took longer than {seconds:.0f} s; set aside (see --timeout)")
        if "full" in answer:
            self.close()
            raise Exceeded(
                f"needs more than {self.bounds.megabytes} MB of memory; set aside "
                "(see --max-memory)"
            )
        if "error" in answer:
            raise Exceeded(str(answer["error"])[:300])
        return answer

    def _line(self, question: dict[str, Any] | None, seconds: float) -> dict[str, Any] | None:
        """One line there and back. None: killed for its time; an error where it died."""
        p = self.process
        assert p is not None and p.stdin is not None and p.stdout is not None
        late = threading.Event()

        def kill() -> None:
            late.set()
            p.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            if question is not None:
                p.stdin.write(json.dumps(question | {"seconds": seconds}) + "\n")
                p.stdin.flush()
            line = p.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if line.endswith("\n"):
            found: dict[str, Any] = json.loads(line)
            return found
        p.wait()
        ended = p.returncode
        self.close()
        if late.is_set():
            return None
        return {"error": f"the reader broke down on it (exit status {ended}); set aside"}

    def _start(self) -> subprocess.Popen[str]:
        # its own session: Ctrl-C is for the program that asked, which ends it
        process = subprocess.Popen(
            [sys.executable, "-m", "contactline.bounded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        self.process = process
        ready = self._line(
            {
                "reader": self.reader,
                "threads": self.threads,
                "megabytes": self.bounds.megabytes,
            },
            TO_START,
        )
        if ready is None or "ready" not in ready:
            raise Exceeded("the process that reads under a bound could not be started")
        return process


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _report(found: dict[str, Any]) -> Report:
    return Report(
        **found
        | {
            "published": _day(found["published"]),
            "comments": tuple(Comment(**c) for c in found["comments"]),
            "left_out": tuple((str(k), int(n)) for k, n in found["left_out"]),
        }
    )


# -- the worker's side -----------------------------------------------------------------------------


class _Inside:
    """Answers what it is asked, one at a time, until nobody asks any more."""

    def __init__(self, ask: dict[str, Any], out: IO[str]) -> None:
        self.out, self.megabytes = out, int(ask["megabytes"])
        self.tools: Any = None
        if ask["reader"]:
            from contactline.pipeline import Tools
            from contactline.reading.reader import READERS

            self.tools = Tools(
                threads=ask["threads"], reader=READERS[ask["reader"]](ask["threads"])
            )
            _ = self.tools.namer
        self._limit_memory()
        self.say({"ready": True})

    def say(self, answer: dict[str, Any]) -> None:
        self.out.write(json.dumps(answer) + "\n")
        self.out.flush()

    def answer(self, ask: dict[str, Any]) -> None:
        _limit_time(ask["seconds"])
        try:
            self._file(ask) if "path" in ask else self._read(ask)
        except MemoryError:
            self.say({"full": True})
        except Exception as e:
            if "alloc" in str(e).lower():  # a library's own word for it
                self.say({"full": True})
            else:
                self.say({"error": f"it could not be read ({type(e).__name__}: {str(e)[:120]})"})

    def _file(self, ask: dict[str, Any]) -> None:
        g = ask["given"]
        given = Given(**g | {"published": _day(g["published"])})
        for item in read_file(Path(ask["path"]), given, _day(ask["today"])):
            _limit_time(ask["seconds"])
            if isinstance(item, Failure):
                self.say({"failure": [item.path, item.reason, item.minor]})
            else:
                self.say({"report": asdict(item) | {"published": _iso(item.published)}})
        self.say({"end": True})

    def _read(self, ask: dict[str, Any]) -> None:
        report, body = _report(ask["report"]), ask["words"]
        words = words_of(body) if body is not None else self.tools.words_of(report)
        claims = self.tools.named(report, words)
        self.say({"words": body or words_body(*words), "claims": words_body(claims, ())})

    def _limit_memory(self) -> None:
        """Where the system can (Linux): beyond what is held now, so much and no more."""
        try:
            import resource

            with Path("/proc/self/status").open() as f:
                held = next(int(x.split()[1]) * 1024 for x in f if x.startswith("VmData"))
        except (ImportError, OSError, StopIteration, ValueError):
            return
        most = held + self.megabytes * MEGABYTE
        resource.setrlimit(
            resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1])
        )


def _limit_time(seconds: float) -> None:
    """A worker whose asker is gone ends by itself: so much of the processor and no more."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    threads = os.cpu_count() or 1
    most = int(used.ru_utime + used.ru_stime + seconds * threads) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> None:
    # what libraries print is no answer
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    first = sys.stdin.readline()
    if not first:
        return
    inside = _Inside(json.loads(first), out)
    for line in sys.stdin:
        inside.answer(json.loads(line))


if __name__ == "__main__":
    main()
