"""A log with a Merkle tree over every row; what is there already is taken over into it.

The columns are written out, so that an older ledger is taken over alike when the tables have moved
on.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from contactline.ledger import log, logged
from contactline.ledger.connection import now
from contactline.ledger.merkle import Peaks

revision = "0006"
down_revision = "0005"

S, T, DT = sa.String, sa.Text, sa.DateTime
BATCH = 1000  # rows an entry takes over
REPORT = (
    "id, sha256, text, article_end, title, source, author, published, date_basis, url, language, "
    "media_type, path, unread, stored_at"
)
CLAIM = (
    "c.id, c.report_id, c.kind, c.aspect, c.modality, c.begins, c.ends, c.quote, c.words, r.seq, "
    "r.confidence, r.valid_from, r.valid_to, r.actor_id, r.other_id, r.place_id, r.body"
)
SELECTS = (
    (
        "run",
        "id, reader, version, settings, weights, naming, gazetteer, reader_key, first_at",
        "runs ORDER BY id",
    ),
    ("ingest", "id, run_id, pid, host, started_at", "ingests ORDER BY id"),
    ("ingest_end", "ingest_id, ended_at, stored, how", "ingest_ends ORDER BY ingest_id"),
    ("report", REPORT, "reports ORDER BY id"),
    (
        "comment",
        'report_id, "position", author, text, parent, begins, ends, corrects',
        'comments ORDER BY report_id, "position"',
    ),
    ("near", "report_id, bucket, signature", "copy_buckets ORDER BY report_id, bucket"),
    ("pair", "one, two, similarity", "copy_pairs ORDER BY one, two"),
    (
        "words",
        "report_id, reader_key, body, digest",
        "words ORDER BY report_id, reader_key",
    ),
    ("reading", "seq, run_id, report_id, ingest_id, claims, digest", "readings ORDER BY seq"),
    (
        "claim",
        CLAIM,
        "claims c LEFT JOIN resolutions r ON r.claim_id = c.id ORDER BY c.id, r.seq",
    ),
    ("former", "id, claim_id", "former_ids ORDER BY id"),
    (
        "decision",
        'id, "position", action, subject, value, author, decided_at, undoes',
        'decisions ORDER BY "position"',
    ),
    ("user", "name, password, role, created_at, closed_at", "users ORDER BY name"),
    (
        "session",
        "id, user_name, kind, label, csrf, created_at, expires_at, ended_at",
        "sessions ORDER BY id",
    ),
    ("audit", "seq, at, user_name, what, subject, address", "audit ORDER BY seq"),
)


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    table = op.create_table(
        "log",
        sa.Column("position", big, primary_key=True, autoincrement=False),
        sa.Column("at", DT, nullable=False),
        sa.Column("what", T, nullable=False),
        sa.Column("items", T, nullable=False),
        sa.Column("root", S(64), nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "additions",
        sa.Column("kind", S(12), primary_key=True),
        sa.Column("id", S(64), primary_key=True),
        sa.Column("digest", S(64), nullable=False),
        sa.Column("name", T, nullable=False),
        sa.Column("first_at", DT, nullable=False),
    )
    c, peaks, at = op.get_bind(), Peaks(), now()
    c.execute(sa.insert(table).values(**log.entry(peaks, log.begin(), [], at)))
    some: list[logged.Item] = []
    for item in _items(c):
        some.append(item)
        if len(some) == BATCH:
            c.execute(sa.insert(table).values(**log.entry(peaks, log.TAKEN_OVER, some, at)))
            some = []
    if some:
        c.execute(sa.insert(table).values(**log.entry(peaks, log.TAKEN_OVER, some, at)))


def _items(c: sa.Connection) -> Iterator[logged.Item]:
    for kind, columns, rest in SELECTS:
        rows = (
            dict(r._mapping)
            for r in c.exec_driver_sql(
                f"SELECT {columns} FROM {rest}", execution_options={"yield_per": BATCH}
            )
        )
        if kind == "near":
            for report, mine in groupby(rows, key=_report):
                yield logged.near_item(report, mine)
        else:
            yield from (logged.item(kind, r) for r in rows)


def _report(r: dict[str, Any]) -> str:
    return str(r["report_id"])
