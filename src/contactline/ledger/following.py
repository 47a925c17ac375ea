"""How far the followed sources have been read: what each said last, what was found and what became
of it.

Found entries and what is remembered of their source (its ETag, its last mail) are one transaction:
after a crash an entry is either waiting, or its source is asked for it again.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from contactline.ledger import copies
from contactline.ledger import tables as t
from contactline.ledger.connection import Writing, inserting, now
from contactline.ledger.rows import comment_row, packed, report_of, report_row
from contactline.ledger.store import Ledger, alive
from contactline.model import Report, storable

WAITING, TAKEN, READ, REPEAT, FAILED, ASIDE = (
    "waiting",
    "taken",
    "read",
    "repeat",
    "failed",
    "set aside",
)
ENDED = (READ, REPEAT, FAILED, ASIDE)
MOST_CRASHES = 2  # an entry that took the process down so often is set aside
ABANDONED = timedelta(hours=6)  # an entry taken on another machine so long ago is taken anew
REPEAT_DAYS = 3  # the same words so many days later are news: it is still so
LEAST_WORDS = 3  # of a sentence that can tell something new
MOST_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """A source's memory; times are UTC without zone. `failures`: looks in a row that failed."""

    name: str
    etag: str = ""
    modified: str = ""
    cursor: str = ""
    checked_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something found, to be read: `report` where it is at hand, else to be had at `address`."""

    key: str
    source: str
    address: str
    title: str = ""
    day: date | None = None
    report: Report | None = None
    tries: int = 0


class Following:
    """The followed sources of one ledger. Several processes may share it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.engine = ledger, ledger.engine

    # -- sources -------------------------------------------------------------------------------

    def sources(self) -> dict[str, Followed]:
        with self.engine.connect() as c:
            return {r.name: Followed(**r._mapping) for r in c.execute(sa.select(t.followed))}

    def looked(self, source: Followed, found: Iterable[Entry]) -> int:
        """Keeps what was found with what is remembered of its source; how many are new."""
        rows = [_entry_row(e) for e in found]
        with Writing(self.engine) as c:
            new = 0
            for part in _parts(rows):
                keys = [r["key"] for r in part]
                had = set(c.scalars(sa.select(t.entries.c.key).where(t.entries.c.key.in_(keys))))
                fresh = list({r["key"]: r for r in part if r["key"] not in had}.values())
                if fresh:
                    c.execute(sa.insert(t.entries), fresh)
                new += len(fresh)
            self._put(c, t.followed, "name", _source_row(source))
        return new

    def failed(self, source: Followed) -> None:
        """Keeps that a look failed, and when the next one is due."""
        with Writing(self.engine) as c:
            self._put(c, t.followed, "name", _source_row(source))

    # -- hosts ---------------------------------------------------------------------------------

    def hosts(self) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [dict(r._mapping) for r in c.execute(sa.select(t.hosts))]

    def keep_host(self, row: dict[str, Any]) -> None:
        with Writing(self.engine) as c:
            robots = storable(row["robots"]) if row["robots"] is not None else None
            self._put(c, t.hosts, "name", row | {"robots": robots})

    # -- entries -------------------------------------------------------------------------------

    def waiting(self, sources: Sequence[str], most: int = 200) -> list[Entry]:
        """Entries of these sources that are due, the first found first."""
        q = (
            sa.select(t.entries)
            .where(
                t.entries.c.state == WAITING,
                t.entries.c.next_at <= now(),
                t.entries.c.source.in_(sources),
            )
            .order_by(t.entries.c.found_at, t.entries.c.key)
            .limit(most)
        )
        with self.engine.connect() as c:
            return [
                Entry(r.key, r.source, r.address, r.title, r.day, unpacked_report(r.body), r.tries)
                for r in c.execute(q)
            ]

    def next_entry(self, sources: Sequence[str]) -> datetime | None:
        """When the next entry of these sources is due."""
        q = sa.select(sa.func.min(t.entries.c.next_at)).where(
            t.entries.c.state == WAITING, t.entries.c.source.in_(sources)
        )
        with self.engine.connect() as c:
            found: datetime | None = c.scalar(q)
            return found

    def take(self, key: str) -> bool:
        """Whether it is this process that reads the entry now."""
        with Writing(self.engine) as c:
            done = c.execute(
                sa.update(t.entries)
                .where(t.entries.c.key == key, t.entries.c.state == WAITING)
                .values(
                    state=TAKEN,
                    pid=os.getpid(),
                    host=socket.gethostname(),
                    next_at=now() + ABANDONED,
                )
            )
            return done.rowcount == 1

    def settle(self, key: str, state: str, note: str = "", report_id: str | None = None) -> None:
        """Says what became of an entry; its text is kept only in its report."""
        with Writing(self.engine) as c:
            c.execute(
                sa.update(t.entries)
                .where(t.entries.c.key == key)
                .values(
                    state=state,
                    note=storable(note)[:300],
                    report_id=report_id,
                    ended_at=now(),
                    body="",
                    pid=None,
                    host=None,
                )
            )

    def later(self, key: str, at: datetime, note: str, tries: int) -> None:
        """Puts an entry back, to be had from `at` on, after so many tries that failed."""
        with Writing(self.engine) as c:
            c.execute(
                sa.update(t.entries)
                .where(t.entries.c.key == key)
                .values(
                    state=WAITING,
                    next_at=at,
                    note=storable(note)[:300],
                    tries=tries,
                    pid=None,
                    host=None,
                )
            )

    def recover(self) -> list[Entry]:
        """Puts back what processes that are gone had taken; gives what is set aside for having
        taken the process down too often. To be called while this process has taken nothing.
        """
        aside = []
        with Writing(self.engine) as c:
            here = socket.gethostname()
            for r in c.execute(sa.select(t.entries).where(t.entries.c.state == TAKEN)).all():
                # a process begun anew may have the number of the one that is gone
                ours = r.host == here and (r.pid == os.getpid() or not alive(r.pid or 0))
                if not ours and r.next_at > now():
                    continue
                crashes = r.crashes + 1
                values = {"state": WAITING, "crashes": crashes, "next_at": now(), "pid": None}
                if crashes >= MOST_CRASHES:
                    note = f"the program ended {crashes} times while this was read"
                    values |= {"state": ASIDE, "note": note, "ended_at": now()}
                    aside.append(Entry(r.key, r.source, r.address, r.title))
                c.execute(sa.update(t.entries).where(t.entries.c.key == r.key).values(values))
        return aside

    def counts(self) -> dict[str, dict[str, int]]:
        """Entries by source and what became of them."""
        out: dict[str, dict[str, int]] = {}
        q = sa.select(t.entries.c.source, t.entries.c.state, sa.func.count()).group_by(
            t.entries.c.source, t.entries.c.state
        )
        with self.engine.connect() as c:
            for source, state, n in c.execute(q):
                out.setdefault(source, {})[state] = n
        return out

    def ended(self, states: Sequence[str], most: int = 100) -> list[dict[str, Any]]:
        """Entries that ended so, the newest first, without their text."""
        q = (
            sa.select(*(x for x in t.entries.c if x.name != "body"))
            .where(t.entries.c.state.in_(states))
            .order_by(t.entries.c.ended_at.desc(), t.entries.c.key)
            .limit(most)
        )
        with self.engine.connect() as c:
            return [dict(r._mapping) for r in c.execute(q)]

    # -- repeats -------------------------------------------------------------------------------

    def repeats(self, report: Report) -> str | None:
        """The stored report that tells all that this one does, to be known before it is read.

        The same words of the same outlet; or a near-copy (`ledger.copies`) without a sentence that
        the stored ones lack, so that a corrected number or one more paragraph is news. Within
        REPEAT_DAYS only: that something is still so is news too.
        """
        with self.engine.connect() as c:
            same = c.execute(
                sa.select(t.reports.c.id, t.reports.c.published)
                .where(t.reports.c.sha256 == report.sha256, t.reports.c.source == report.source)
                .order_by(t.reports.c.id)
            ).all()
            for r in same:
                if _near(r.published, report.published):
                    return str(r.id)
            return self._retold(c, report)

    def _retold(self, c: sa.Connection, report: Report) -> str | None:
        article = report.text[: report.article_end]
        buckets = copies.bucket_rows(report.id, article)
        alike = sorted(
            copies.pairs_of(c, report.id, buckets), key=lambda r: (-r["similarity"], r["one"])
        )
        ids = [x for r in alike for x in (r["one"], r["two"]) if x != report.id][:MOST_ALIKE]
        if not ids:
            return None
        rows = {
            r.id: r
            for r in c.execute(
                sa.select(
                    t.reports.c.id, t.reports.c.text, t.reports.c.article_end, t.reports.c.published
                ).where(t.reports.c.id.in_(ids))
            )
        }
        told: set[str] = set()
        for i in ids:
            if _near(rows[i].published, report.published):
                told |= sentences(rows[i].text[: rows[i].article_end])
        return ids[0] if told and sentences(article) <= told else None

    def _put(self, c: sa.Connection, table: sa.Table, key: str, row: dict[str, Any]) -> None:
        rest = {k: v for k, v in row.items() if k != key}
        put = inserting(c, table).values(row)
        c.execute(put.on_conflict_do_update(index_elements=[key], set_=rest))


def sentences(text: str) -> set[str]:
    """Sentences by their words alone; those of fewer than LEAST_WORDS words are left."""
    found = (re.findall(r"\w+", s.lower()) for s in re.split(r"(?<=[.!?])\s+|\n+", text))
    return {" ".join(words) for words in found if len(words) >= LEAST_WORDS}


def _near(one: date | None, two: date | None) -> bool:
    return one is None or two is None or abs((one - two).days) <= REPEAT_DAYS


def packed_report(r: Report | None) -> str:
    """A report as text, "" for none."""
    if r is None:
        return ""
    row: dict[str, Any] = {k: v for k, v in report_row(r).items() if k not in ("id", "sha256")}
    row["published"] = r.published.isoformat() if r.published else None
    return packed({"report": row, "comments": [comment_row("", x) for x in r.comments]})


def unpacked_report(body: str) -> Report | None:
    if not body:
        return None
    said = json.loads(body)
    row = said["report"]
    row["published"] = date.fromisoformat(row["published"]) if row["published"] else None
    return report_of(_Row(row), [_Row(x) for x in said["comments"]])


class _Row:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def _entry_row(e: Entry) -> dict[str, Any]:
    return {
        "key": e.key,
        "source": e.source,
        "address": storable(e.address)[:2000],
        "title": storable(e.title)[:300],
        "day": e.day,
        "body": packed_report(e.report),
        "state": WAITING,
        "tries": 0,
        "crashes": 0,
        "found_at": now(),
        "next_at": now(),
        "note": "",
    }


def _source_row(s: Followed) -> dict[str, Any]:
    return {
        "name": s.name,
        "etag": storable(s.etag)[:1000],
        "modified": storable(s.modified)[:200],
        "cursor": s.cursor,
        "checked_at": s.checked_at or now(),
        "next_at": s.next_at or now(),
        "failures": s.failures,
        "note": storable(s.note)[:300],
    }


def _parts(rows: list[dict[str, Any]], size: int = 400) -> Iterable[list[dict[str, Any]]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))
