"""The whole flow on one screen: intake → reading → naming → ledger → picture → prospects → publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from contactline.intake.files import Failure, Given, read_paths, today_utc
from contactline.ledger.store import Ledger
from contactline.model import Claim, Report
from contactline.naming.actors import Catalogue
from contactline.naming.claims import name_claims
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.report import Namer
from contactline.reading.reader import VERSION, Reader


@dataclass(slots=True)
class Tally:
    """What became of a batch: read, skipped (already stored) and failed with reasons."""

    read: int = 0
    claims: int = 0
    skipped: int = 0
    unread: list[tuple[str, str]] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    copies: int = 0


class Tools:
    """The reader and the names, made when first used."""

    def __init__(
        self, tell: Callable[[str], None] | None = None, threads: int = 0, reader: Any = None
    ) -> None:
        self.tell, self.threads = tell, threads
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
        return Reader(self.threads)

    def claims_of(self, report: Report) -> list[Claim]:
        """One report: its claims, read and named."""
        reading = self.reader.read(report)
        return name_claims(report, reading.claims, reading.places, self.namer)


def read(
    paths: list[Path],
    tools: Tools,
    given: Given = Given(),  # noqa: B008
) -> Iterator[tuple[Report, list[Claim]] | Failure]:
    """Reports with their claims, nothing stored."""
    for item in read_paths(paths, given, today_utc()):
        yield item if isinstance(item, Failure) else (item, tools.claims_of(item))


def ingest(
    ledger: Ledger,
    paths: list[Path],
    tools: Tools,
    given: Given = Given(),  # noqa: B008
    step: Callable[[], Any] | None = None,
) -> Tally:
    """Reads what is new to the ledger and stores each report with its claims, or not at all."""
    tally = Tally()
    run, session = ledger.begin_ingest(tools.reader.name, VERSION, tools.reader.settings())
    how = "failed"
    try:
        for item in read_paths(paths, given, today_utc()):
            if isinstance(item, Failure):
                tally.failed.append(item)
            elif ledger.has_reading(item.id, run):
                tally.skipped += 1
            else:
                claims = tools.claims_of(item)
                if ledger.store(item, claims, run, session):
                    tally.read += 1
                    tally.claims += len(claims)
                else:
                    tally.skipped += 1
                if item.unread:
                    tally.unread.append((item.path, item.unread))
                elif item.published is None:
                    tally.undated.append(item.path)
            if step:
                step()
        how = "done"
    finally:
        ledger.end_ingest(session, tally.read, how)
    return tally


def store_claims(
    ledger: Ledger, batches: Iterable[tuple[Report, list[Claim]]], reader: str, version: str
) -> int:
    """Claims prepared elsewhere, report by report."""
    run, session = ledger.begin_ingest(reader, version)
    n = sum(ledger.store(report, claims, run, session) for report, claims in batches)
    ledger.end_ingest(session, n)
    return n
