"""The whole flow on one screen: intake → reading → naming → ledger → picture → prospects →
publishing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from contactline.bounded import Bounds, Exceeded, Worker
from contactline.intake.files import Failure, Given, read_file, read_paths, today_utc
from contactline.intake.sources import Item
from contactline.ledger.aside import SetAside
from contactline.ledger.connection import ReportRefused
from contactline.ledger.rows import words_body
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, ContactlineError, Report, told_apart
from contactline.naming.abroad import name_report
from contactline.naming.actors import Catalogue
from contactline.naming.additions import added
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.report import Namer
from contactline.reading.reader import READERS, VERSION, Reader, best_reader
from contactline.stamps import gazetteer_hash, naming_version, weights_hash

Words = tuple[list[Claim], list[tuple[int, int]]]  # claims unnamed, offsets of place mentions


@dataclass(slots=True)
class Tally:
    """What became of a batch: read, skipped (already stored) and failed with reasons."""

    read: int = 0
    claims: int = 0
    skipped: int = 0
    unread: list[tuple[str, str]] = field(default_factory=list)
    undated: list[tuple[str, str]] = field(default_factory=list)  # path, why it is unsure
    failed: list[Failure] = field(default_factory=list)
    passed_over: list[Failure] = field(default_factory=list)  # what one would not expect to read
    left_out: list[tuple[str, int, tuple[tuple[str, int], ...]]] = field(default_factory=list)


class Tools:
    """The reader and the names, made when first used. `bounds`: what a report may take of time and
    memory; none: whatever it takes.
    """

    def __init__(
        self,
        tell: Callable[[str], None] | None = None,
        threads: int = 0,
        reader: Any = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.tell, self.threads, self.bounds = tell, threads, bounds
        if reader is not None:
            self.reader = reader

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer.open(self.tell)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load()

    @cached_property
    def namer(self) -> Namer:
        return Namer(self.gazetteer, self.catalogue)

    @cached_property
    def reader(self) -> Reader:
        return best_reader(self.threads)

    def words_of(self, report: Report) -> Words:
        """One report: what the reader finds in it, unnamed."""
        reading = self.reader.read(report)
        return reading.claims, reading.places

    def named(self, report: Report, words: Words) -> list[Claim]:
        """The claims with whom and where they mean."""
        return told_apart(name_report(report, *words, self.namer))

    def claims_of(self, report: Report) -> list[Claim]:
        """One report: its claims, read and named. Raises bounded.Exceeded."""
        return self.read(report)[1]

    def read(self, report: Report, words: Words | None = None) -> tuple[str, list[Claim]]:
        """(what the reader found, as the ledger keeps it, claims); `words`: what it found before.

        Raises bounded.Exceeded for a report that takes too much.
        """
        bounds = self.bounds
        if bounds and bounds.odd_text(report) and type(self.reader) in READERS.values():
            return self._reading.read(report, words_body(*words) if words else None)
        words = words or self.words_of(report)
        return words_body(*words), self.named(report, words)

    def file(self, path: Path, given: Given, today: date | None) -> Iterator[Item]:
        """What a file holds."""
        try:
            odd = self.bounds is not None and path.is_file() and self.bounds.odd_file(path)
        except OSError:
            odd = False  # told by who opens it
        return (self._opening.file if odd else read_file)(path, given, today)

    @cached_property
    def _opening(self) -> Worker:
        return Worker(self.bounds or Bounds())

    @cached_property
    def _reading(self) -> Worker:
        return Worker(self.bounds or Bounds(), self.reader.name, self.threads)

    def run(self) -> Run:
        """What its claims are read and named by."""
        reader = self.reader
        return Run(
            reader.name,
            VERSION,
            reader.settings(),
            weights_hash(reader),
            naming_version(),
            gazetteer_hash(self.gazetteer),
        )


def read(
    paths: list[Path],
    tools: Tools,
    given: Given = Given(),  # noqa: B008
) -> Iterator[tuple[Report, list[Claim]] | Failure]:
    """Reports with their claims, nothing stored."""
    for item in read_paths(paths, given, today_utc(), tools.file):
        if isinstance(item, Failure):
            yield item
            continue
        try:
            yield item, tools.claims_of(item)
        except ReportRefused as e:
            yield Failure(item.path, str(e))


def ingest(
    ledger: Ledger,
    paths: list[Path],
    tools: Tools,
    given: Given = Given(),  # noqa: B008
    step: Callable[[], Any] | None = None,
) -> Tally:
    """Reads what is new to the ledger and stores each report with its claims, or not at all."""
    tally, run = Tally(), tools.run()
    aside = SetAside(ledger, run)
    with batch(ledger, run, tally) as session:
        for item in read_paths(paths, given, today_utc(), tools.file):
            if isinstance(item, Failure):
                (tally.passed_over if item.minor else tally.failed).append(item)
            elif ledger.has_reading(item.id, run):
                tally.skipped += 1
            elif (why := aside.why(item.id)) and not (tools.bounds and tools.bounds.always):
                # a bound that is given is another try
                tally.failed.append(Failure(item.path, f"set aside: {why}"))
            elif store_one(ledger, item, tools, run, session, tally, aside):
                noted(item, tally)
            if step:
                step()
    return tally


def noted(report: Report, tally: Tally) -> None:
    """What is said of a report that was stored: unread, undated, what was left out of it."""
    if report.unread:
        tally.unread.append((report.path, report.unread))
    elif report.published is None:
        tally.undated.append((report.path, report.date_basis))
    if report.left_out:
        kept = len(report.text[: report.article_end].split())
        tally.left_out.append((report.path, kept, report.left_out))


def reread(
    ledger: Ledger,
    tools: Tools,
    names_only: bool = False,
    step: Callable[[], Any] | None = None,
) -> Tally:
    """Reads every stored report anew, or with `names_only` only names anew what was read in it.

    What reviewers decided stays: a claim is its words. A report whose words an older version did
    not keep is read whole, by the reader that read it last; by another reader than `tools` has, it
    is left and told of.
    """
    tally, now = Tally(), tools.run()
    todo: dict[str, tuple[Run, list[str]]] = {}
    for report_id, last in sorted(ledger.newest_runs().items()):
        run = replace(last, naming=now.naming, gazetteer=now.gazetteer) if names_only else now
        if names_only and not ledger.has_words(report_id, run):
            if last.reader != now.reader:
                tally.failed.append(
                    Failure(report_id, f"its words were not kept; give --reader {last.reader}")
                )
                continue
            run = now
        todo.setdefault(run.id, (run, []))[1].append(report_id)
    for run, reports in todo.values():
        with batch(ledger, run, tally) as session:
            for report_id in reports:
                report = ledger.report(report_id)
                if report is None or not report.text or ledger.has_reading(report_id, run):
                    tally.skipped += 1
                else:
                    store_one(ledger, report, tools, run, session, tally)
                if step:
                    step()
    return tally


def store_reports(ledger: Ledger, reports: Iterable[Report], tools: Tools) -> Tally:
    """Reads and stores reports that are at hand."""
    tally, run = Tally(), tools.run()
    with batch(ledger, run, tally) as session:
        for report in reports:
            if ledger.has_reading(report.id, run):
                tally.skipped += 1
            else:
                store_one(ledger, report, tools, run, session, tally)
    return tally


def store_one(
    ledger: Ledger,
    report: Report,
    tools: Tools,
    run: Run,
    session: int,
    tally: Tally,
    aside: SetAside | None = None,
) -> bool:
    """Reads, names and stores one report; one that takes too much is kept `aside`.

    What fails for this report alone is told, and the batch goes on.
    """
    try:
        words, claims = tools.read(report, ledger.words(report.id, run))
    except ReportRefused as e:
        if aside is not None and isinstance(e, Exceeded):
            aside.add(report, str(e))
        tally.failed.append(Failure(report.path, str(e)))
        return False
    except (ContactlineError, ImportError, MemoryError):
        raise
    except Exception as e:
        tally.failed.append(
            Failure(report.path, f"it could not be read ({type(e).__name__}: {str(e)[:120]})")
        )
        return False
    return keep(ledger, report, claims, words, run, session, tally)


def keep(
    ledger: Ledger,
    report: Report,
    claims: list[Claim],
    words: str,
    run: Run,
    session: int,
    tally: Tally,
) -> bool:
    """Stores one report with what was read in it; what the database refuses of it is told."""
    try:
        new = ledger.store(report, claims, run, session, words)
    except ReportRefused as e:
        tally.failed.append(Failure(report.path, str(e)))
        return False
    except (ContactlineError, ImportError, MemoryError):
        raise
    except Exception as e:
        tally.failed.append(
            Failure(report.path, f"it could not be stored ({type(e).__name__}: {str(e)[:120]})")
        )
        return False
    if new:
        tally.read += 1
        tally.claims += len(claims)
    else:
        tally.skipped += 1
    return new


@contextmanager
def batch(ledger: Ledger, run: Run, tally: Tally) -> Iterator[int]:
    """The number of a batch that begins here, told as done, failed or interrupted when it ends."""
    session, before, how = ledger.begin_ingest(run, added()), tally.read, "failed"
    try:
        yield session
        how = "done"
    finally:
        ledger.end_ingest(session, tally.read - before, how)


def store_claims(
    ledger: Ledger, batches: Iterable[tuple[Report, list[Claim]]], reader: str, version: str
) -> int:
    """Claims prepared elsewhere, report by report."""
    run, tally = Run(reader, version), Tally()
    with batch(ledger, run, tally) as session:
        for report, claims in batches:
            tally.read += ledger.store(report, claims, run, session)
    return tally.read
