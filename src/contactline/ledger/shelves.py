"""Looking reports up: one, all, by words; how many of what there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from contactline.ledger import searching
from contactline.ledger import tables as t
from contactline.ledger.rows import report_of
from contactline.ledger.runs import Run
from contactline.model import Report

_COUNTED = (
    ("reports", t.reports),
    ("claims", t.claims),
    ("comments", t.comments),
    ("runs", t.runs),
    ("decisions", t.decisions),
)


def report(c: sa.Connection, key: str) -> Report | None:
    """A report with its comments; None where there is none of that id."""
    r = c.execute(sa.select(t.reports).where(t.reports.c.id == key)).first()
    if r is None:
        return None
    said = c.execute(
        sa.select(t.comments).where(t.comments.c.report_id == key).order_by(t.comments.c.position)
    ).all()
    return report_of(r, said)


def _bare() -> sa.Select[Any]:
    return sa.select(
        *(c for c in t.reports.c if c.name != "text"),
        sa.func.length(t.reports.c.text).label("length"),
    )


def listed(c: sa.Connection) -> Iterator[dict[str, Any]]:
    for r in c.execute(_bare().order_by(t.reports.c.published, t.reports.c.id)):
        yield dict(r._mapping)


def search(
    c: sa.Connection,
    words: str,
    source: str,
    first: date | None,
    last: date | None,
    skip: int,
    most: int,
) -> tuple[list[dict[str, Any]], int]:
    q = _bare()
    if words:
        asked = searching.words_of(words)
        if not asked:
            return [], 0
        q = q.where(searching.holds(c, asked))
    if source:
        q = q.where(t.reports.c.source == source)
    if first:
        q = q.where(t.reports.c.published >= first)
    if last:
        q = q.where(t.reports.c.published <= last)
    n = c.scalar(sa.select(sa.func.count()).select_from(q.subquery())) or 0
    page = q.order_by(t.reports.c.published.desc(), t.reports.c.id).offset(skip).limit(most)
    return [dict(r._mapping) for r in c.execute(page)], n


def counts(c: sa.Connection) -> dict[str, int]:
    return {
        n: c.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for n, table in _COUNTED
    }


def span(c: sa.Connection) -> tuple[date | None, date | None]:
    r = c.execute(
        sa.select(sa.func.min(t.reports.c.published), sa.func.max(t.reports.c.published))
    ).one()
    return r[0], r[1]


def run_of(r: Any) -> Run:
    return Run(
        r.reader, r.version, json.loads(r.settings or "{}"), r.weights, r.naming, r.gazetteer
    )
