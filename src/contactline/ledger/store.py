"""The ledger: one SQLite file, or PostgreSQL for a team, through the same code."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from contactline.ledger import asked, copies, decisions, log, logged, searching, shelves
from contactline.ledger import tables as t
from contactline.ledger.address import DEFAULT
from contactline.ledger.connection import ReportRefused, Writing, connect, inserting, now
from contactline.ledger.merging import Merges
from contactline.ledger.rows import (
    claim_row,
    comment_row,
    reading_digest,
    report_row,
    resolution_row,
    words_of,
)
from contactline.ledger.runs import Run
from contactline.ledger.verify import Verified, check
from contactline.model import Claim, Report, Stored, digest, told_apart


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Ledger:
    """Open with `Ledger.open(url)`.

    Every report is stored with its claims in one transaction, or not at all.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.said: list[str] = []

    @classmethod
    def open(cls, url: str = DEFAULT, create: bool = True) -> Ledger:
        """Raises ContactlineError when it can't be opened, or is not a ledger of this program."""
        engine, brought_up = connect(url, create)
        ledger = cls(engine)
        if brought_up:
            ledger.said.append("the ledger was brought to the form of this version")
        ledger._look_back()
        return ledger

    def _look_back(self) -> None:
        """Says what an ingest that never ended left behind: whole reports stay, the half-read one
        is not there.
        """
        with self.engine.connect() as c:
            open_ones = c.execute(
                sa.select(t.ingests.c.id, t.ingests.c.pid, t.ingests.c.host, t.ingests.c.started_at)
                .outerjoin(t.ingest_ends, t.ingest_ends.c.ingest_id == t.ingests.c.id)
                .where(t.ingest_ends.c.ingest_id.is_(None))
            ).all()
        for row in open_ones:
            if row.host == socket.gethostname() and not alive(row.pid):
                with self.engine.connect() as c:
                    kept = (
                        c.scalar(sa.select(sa.func.count()).where(t.readings.c.ingest_id == row.id))
                        or 0
                    )
                self.end_ingest(row.id, kept, "interrupted")
                self.said.append(
                    f"an ingest begun {row.started_at:%Y-%m-%d %H:%M} was interrupted: "
                    f"{kept} whole reports of it are kept, nothing is half-written"
                )

    # -- writing -------------------------------------------------------------------------------

    def begin_ingest(self, run: Run, additions: Iterable[Mapping[str, str]] = ()) -> int:
        """Says that a batch begins; gives the number to end it by.

        `additions` are what users added to gazetteer or catalogue (kind, id, digest, name).
        """
        with self._writing() as c:
            items = [
                *self._new(c, "run", t.runs, [_run_row(run)]),
                *self._new(
                    c, "addition", t.additions, [{**a, "first_at": now()} for a in additions]
                ),
            ]
            row = {
                "run_id": run.id,
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "started_at": now(),
            }
            done = c.execute(sa.insert(t.ingests).values(**row))
            ingest = int((done.inserted_primary_key or (0,))[0])
            items.append(logged.item("ingest", {**row, "id": ingest}))
            log.append(c, f"ingest {ingest} begun", items)
            return ingest

    def end_ingest(self, ingest: int, stored: int, how: str = "done") -> None:
        with self._writing() as c:
            row = {"ingest_id": ingest, "ended_at": now(), "stored": stored, "how": how}
            items = self._new(c, "ingest_end", t.ingest_ends, [row])
            if items:
                log.append(c, f"ingest {ingest} {how}", items)

    def _new(
        self,
        c: sa.Connection,
        kind: str,
        table: sa.Table,
        rows: Iterable[dict[str, Any]],
        looked: bool = False,
    ) -> list[logged.Item]:
        """Adds those rows that are not there yet, each once; gives them as items of the log.

        `looked`: none of them can be there.
        """
        key = [table.c[x] for x in logged.KINDS[kind].key]
        fresh: dict[tuple[Any, ...], dict[str, Any]] = {}
        for r in rows:
            mine = tuple(r[k.name] for k in key)
            there = sa.select(key[0]).where(*(k == v for k, v in zip(key, mine, strict=True)))
            if mine not in fresh and (looked or c.execute(there).first() is None):
                fresh[mine] = r
        if fresh:
            c.execute(sa.insert(table), list(fresh.values()))
        return [logged.item(kind, r) for r in fresh.values()]

    def has_reading(self, report_id: str, run: Run) -> bool:
        with self.engine.connect() as c:
            return _read(c, report_id, run)

    def has_report(self, report_id: str) -> bool:
        """Whether it is stored, whoever read it."""
        with self.engine.connect() as c:
            q = sa.select(t.reports.c.id).where(t.reports.c.id == report_id)
            return c.scalar(q) is not None

    def store(
        self, report: Report, claims: Sequence[Claim], run: Run, ingest: int, words: str = ""
    ) -> bool:
        """False when this run has stored this report already; `words` as `rows.words_body` packs
        them.

        Raises ReportRefused where the database takes a value of this report for none it can hold
        (the batch can go on), any other ContactlineError on a full disk or a lost server (it
        can't).
        """
        rid = report.id
        unique = told_apart(claims)
        resolved = [resolution_row(c) for c in unique]
        told = [claim_row(c) for c in unique]
        with self._writing() as c:
            if _read(c, rid, run):
                return False
            items, at = [], now()
            new = c.scalar(sa.select(t.reports.c.id).where(t.reports.c.id == rid)) is None
            if gone := c.scalar(
                sa.select(t.withdrawals.c.at).where(t.withdrawals.c.sha256 == report.sha256)
            ):
                raise ReportRefused(f"withdrawn by order on {gone:%Y-%m-%d}; it is not stored")
            if new:
                items += self._add_report(c, report, at)
            if words:
                row: dict[str, Any] = {
                    "report_id": rid,
                    "reader_key": run.reader_key,
                    "body": words,
                    "digest": digest(["words", rid, run.reader_key, words], 32),
                }
                items += self._new(c, "words", t.words, [row], looked=new)
            if told:
                self._insert_once(c, t.claims, told)
            row = {
                "run_id": run.id,
                "report_id": rid,
                "ingest_id": ingest,
                "claims": len(unique),
                "digest": reading_digest(resolved),
            }
            done = c.execute(sa.insert(t.readings).values(**row))
            seq = (done.inserted_primary_key or (0,))[0]
            items.append(logged.item("reading", {**row, "seq": seq}))
            if resolved:
                resolved = [r | {"seq": seq} for r in resolved]
                c.execute(sa.insert(t.resolutions), resolved)
                items += [logged.claim_item(x, r) for x, r in zip(told, resolved, strict=True)]
            log.append(c, f"report {rid} read", items, at)
        return True

    def _add_report(self, c: sa.Connection, report: Report, at: datetime) -> list[logged.Item]:
        row = report_row(report) | {"stored_at": at}
        c.execute(sa.insert(t.reports), [row])
        searching.add(c, row)
        items = [logged.item("report", row)]
        comments = {x.order: comment_row(report.id, x) for x in reversed(report.comments)}
        if comments:
            for r in comments.values():
                # a comment can only answer, or correct, one that is there
                for k in ("parent", "corrects"):
                    r[k] = r[k] if r[k] in comments else None
            rows = [comments[k] for k in sorted(comments)]
            c.execute(sa.insert(t.comments), rows)
            items += [logged.item("comment", r) for r in rows]
        buckets = copies.bucket_rows(report.id, report.text[: report.article_end])
        pairs = copies.pairs_of(c, report.id, buckets)
        if buckets:
            c.execute(sa.insert(t.copy_buckets), buckets)
            items.append(logged.near_item(report.id, buckets))
        if pairs:
            c.execute(sa.insert(t.copy_pairs), pairs)
            items += [logged.item("pair", r) for r in pairs]
        return items

    def decide(
        self,
        action: str,
        subject: str,
        value: dict[str, Any],
        author: str,
        undoes: str | None = None,
    ) -> str:
        """Adds a review decision; gives its id.

        Actions: accept, reject, correct, merge, split, undo.
        """
        with self._writing() as c:
            return decisions.decide(c, action, subject, value, author, undoes)

    def _insert_once(self, c: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        c.execute(inserting(c, table).on_conflict_do_nothing(), rows)

    def _writing(self) -> Writing:
        return Writing(self.engine)

    # -- reading -------------------------------------------------------------------------------

    def claims(
        self,
        *,
        kinds: Sequence[str] = (),
        place_ids: Sequence[str] = (),
        as_known: date | None = None,
        run: Run | None = None,
        ids: Sequence[str] = (),
    ) -> list[Stored]:
        """Claims with their report's source and date, review decisions applied, as each report's
        newest reading has them.

        Known is the report's date, else the day it was stored. `ids` may be of today or from before
        version 0003.
        """
        with self.engine.connect() as c:
            return asked.claims(c, kinds, place_ids, as_known, run, ids)

    def words(self, report_id: str, run: Run) -> tuple[list[Claim], list[tuple[int, int]]] | None:
        """What the run's reader found in a report, unnamed; None where that was not kept."""
        with self.engine.connect() as c:
            body = c.scalar(
                sa.select(t.words.c.body).where(
                    t.words.c.report_id == report_id, t.words.c.reader_key == run.reader_key
                )
            )
        return words_of(body) if body is not None else None

    def has_words(self, report_id: str, run: Run) -> bool:
        with self.engine.connect() as c:
            return (
                c.scalar(
                    sa.select(t.words.c.report_id).where(
                        t.words.c.report_id == report_id, t.words.c.reader_key == run.reader_key
                    )
                )
                is not None
            )

    def newest_runs(self) -> dict[str, Run]:
        """Report id to the run whose reading of it counts."""
        newest = asked.newest(None)
        with self.engine.connect() as c:
            runs = {r.id: shelves.run_of(r) for r in c.execute(sa.select(t.runs))}
            return {
                r.report_id: runs[r.run_id]
                for r in c.execute(
                    sa.select(t.readings.c.report_id, t.readings.c.run_id).join(
                        newest, newest.c.seq == t.readings.c.seq
                    )
                )
            }

    def copies(self, as_known: date | None = None) -> dict[str, str]:
        """Report id of each near-copy to that of its original."""
        with self.engine.connect() as c:
            return asked.copies(c, as_known)

    def reviewed(self, as_known: date | None = None) -> dict[str, tuple[str, dict[str, Any]]]:
        """Claim id to the decision that stands, undone ones left out."""
        with self.engine.connect() as c:
            return decisions.verdicts(decisions.standing(c, as_known))

    def merges(self, as_known: date | None = None) -> Merges:
        """Actors and places that reviewers took for one another, or split, undone decisions left
        out.
        """
        with self.engine.connect() as c:
            return decisions.renamings(decisions.standing(c, as_known))

    def decisions(self) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [
                dict(r._mapping)
                for r in c.execute(sa.select(t.decisions).order_by(t.decisions.c.position))
            ]

    def reports(self) -> Iterator[dict[str, Any]]:
        """Every report without its text (its `length` instead), by date and id."""
        with self.engine.connect() as c:
            yield from shelves.listed(c)

    def report(self, key: str) -> Report | None:
        with self.engine.connect() as c:
            return shelves.report(c, key)

    def search(
        self,
        words: str = "",
        source: str = "",
        first: date | None = None,
        last: date | None = None,
        skip: int = 0,
        most: int = 50,
    ) -> tuple[list[dict[str, Any]], int]:
        """Reports that hold all of the words, or words that begin so, newest first, and how many in
        all.
        """
        with self.engine.connect() as c:
            return shelves.search(c, words, source, first, last, skip, most)

    def holding(self, words: str) -> set[str]:
        """Ids of the reports that `search` finds by these words; none where there is no word."""
        with self.engine.connect() as c:
            return searching.found(c, words)

    def counts(self) -> dict[str, int]:
        with self.engine.connect() as c:
            return shelves.counts(c) | {"copies": len(asked.copies(c, None))}

    def span(self) -> tuple[date | None, date | None]:
        """First and last date a report carries."""
        with self.engine.connect() as c:
            return shelves.span(c)

    def mark(self) -> tuple[int, int]:
        """Changes whenever a reading, decision or withdrawal is added, by whatever process; rows
        are numbered as they are seen.
        """
        with self.engine.connect() as c:
            last = c.scalar(sa.select(sa.func.max(t.readings.c.seq))) or 0
            decided = c.scalar(sa.select(sa.func.max(t.decisions.c.position))) or 0
            gone = c.scalar(sa.select(sa.func.count()).select_from(t.withdrawals)) or 0
            return last, decided + gone

    def state(self) -> list[Any]:
        """What names all that the claims follow from, in this ledger and in a copy of it."""
        with self.engine.connect() as c:
            return [log.state(c), *self.mark()]

    def newest(self) -> str | None:
        """The report last read; with `mark` it tells a ledger from
        another made anew in its place.
        """
        with self.engine.connect() as c:
            q = sa.select(t.readings.c.report_id).order_by(t.readings.c.seq.desc()).limit(1)
            found: str | None = c.scalar(q)
            return found

    def verify(self, tell: Callable[[int], None] | None = None) -> list[str]:
        """One line for each row that is not what it was when stored; empty when all stands."""
        return self.check(tell).wrong

    def check(
        self,
        tell: Callable[[int], None] | None = None,
        additions: Iterable[Mapping[str, str]] | None = None,
    ) -> Verified:
        """As `verify`, with the log's head and what could not be checked; `additions` are those in
        use now.
        """
        with self.engine.connect() as c:
            return check(c, tell, additions)

    def head(self) -> log.Head | None:
        """How far the log goes, and its root."""
        with self.engine.connect() as c:
            return log.head(c)


def _run_row(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "reader": run.reader,
        "version": run.version,
        "settings": run.packed,
        "weights": run.weights,
        "naming": run.naming,
        "gazetteer": run.gazetteer,
        "reader_key": run.reader_key,
        "first_at": now(),
    }


def _read(c: sa.Connection, report_id: str, run: Run) -> bool:
    return (
        c.scalar(
            sa.select(t.readings.c.seq).where(
                t.readings.c.report_id == report_id, t.readings.c.run_id == run.id
            )
        )
        is not None
    )
