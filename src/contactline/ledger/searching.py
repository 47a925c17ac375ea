"""Finding reports by words: SQLite's FTS5, PostgreSQL's text search; both by whole words, or by how
they begin.

The index is no evidence: it holds no text, and is made anew from the reports where it lacks some.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from contactline.ledger import tables as t

MOST_WORDS = 12
# PostgreSQL takes no more than a megabyte of words of one text; what follows is not found there
INDEXED = 200_000
TITLE = 1000
_VECTOR = (
    f"to_tsvector('simple', left(reports.title, {TITLE}) || ' ' || left(reports.text, {INDEXED}))"
)


def make(c: sa.Connection) -> None:
    """The index of a ledger that has none; of the reports that are there too."""
    if c.dialect.name == "postgresql":
        c.exec_driver_sql(f"CREATE INDEX reports_words ON reports USING gin (({_VECTOR}))")
        return
    c.exec_driver_sql(
        "CREATE VIRTUAL TABLE search_words USING fts5(title, body, content='', "
        "tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3')"
    )
    fill(c)


def fill(c: sa.Connection) -> None:
    """Adds the reports that the index lacks."""
    if c.dialect.name == "postgresql":
        return
    missing = (
        sa.select(t.reports.c.id, t.reports.c.title, t.reports.c.text)
        .outerjoin(t.search_rows, t.search_rows.c.report_id == t.reports.c.id)
        .where(t.search_rows.c.id.is_(None))
        .order_by(t.reports.c.id)
    )
    while rows := c.execute(missing.limit(200)).all():
        for r in rows:
            add(c, {"id": r.id, "title": r.title, "text": r.text})


def add(c: sa.Connection, row: Mapping[str, Any]) -> None:
    """Indexes a report that was just stored, in the same transaction."""
    if c.dialect.name == "postgresql":
        return  # its index is kept by the database
    done = c.execute(sa.insert(t.search_rows).values(report_id=row["id"]))
    c.execute(
        sa.text("INSERT INTO search_words (rowid, title, body) VALUES (:n, :title, :body)"),
        {"n": (done.inserted_primary_key or (0,))[0], "title": row["title"], "body": row["text"]},
    )


def remove(c: sa.Connection, row: Mapping[str, Any]) -> None:
    """Takes a report out by the words it was indexed with, so that none of them is left."""
    if c.dialect.name == "postgresql":
        return
    n = c.scalar(sa.select(t.search_rows.c.id).where(t.search_rows.c.report_id == row["id"]))
    if n is None:
        return
    c.execute(
        sa.text(
            "INSERT INTO search_words (search_words, rowid, title, body) "
            "VALUES ('delete', :n, :title, :body)"
        ),
        {"n": n, "title": row["title"], "body": row["text"]},
    )
    # what was deleted stays in the index's older parts until they are merged
    c.exec_driver_sql("INSERT INTO search_words (search_words) VALUES ('optimize')")
    c.execute(sa.delete(t.search_rows).where(t.search_rows.c.id == n))


def words_of(text: str) -> list[str]:
    """The words that a question asks for, in lower case, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text[:400].lower())))[:MOST_WORDS]


def holds(c: sa.Connection, words: Iterable[str]) -> Any:
    """The condition that a report holds each of the words, or one that begins so."""
    asked = list(words)
    if c.dialect.name == "postgresql":
        return sa.text(f"{_VECTOR} @@ to_tsquery('simple', :asked)").bindparams(
            asked=" & ".join(f"{w}:*" for w in asked)
        )
    found = (
        sa.text(
            "SELECT search_rows.report_id FROM search_words "
            "JOIN search_rows ON search_rows.id = search_words.rowid "
            "WHERE search_words MATCH :asked"
        )
        .bindparams(asked=" AND ".join(f'"{w}"*' for w in asked))
        .columns(sa.column("report_id", sa.String))
    )
    return t.reports.c.id.in_(found)


def found(c: sa.Connection, text: str) -> set[str]:
    """Ids of the reports that hold all of the words; none where there is no word in it."""
    words = words_of(text)
    if not words:
        return set()
    return set(c.scalars(sa.select(t.reports.c.id).where(holds(c, words))))
