"""The first ledger.

Written out by hand rather than from the tables' module, so that it makes the same schema when the
module has moved on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

S, T, N, D, DT, F = sa.String, sa.Text, sa.Integer, sa.Date, sa.DateTime, sa.Float


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("sha256", S(64), nullable=False),
        sa.Column("text", T, nullable=False),
        sa.Column("article_end", N, nullable=False),
        sa.Column("title", T, nullable=False),
        sa.Column("source", T, nullable=False),
        sa.Column("author", T, nullable=False),
        sa.Column("published", D),
        sa.Column("date_basis", T, nullable=False),
        sa.Column("url", T, nullable=False),
        sa.Column("language", S(8), nullable=False),
        sa.Column("media_type", T, nullable=False),
        sa.Column("path", T, nullable=False),
        sa.Column("unread", T, nullable=False),
        sa.Column("stored_at", DT, nullable=False),
    )
    op.create_index("ix_reports_source", "reports", ["source"])
    op.create_table(
        "comments",
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("position", N, primary_key=True, autoincrement=False),
        sa.Column("author", T, nullable=False),
        sa.Column("text", T, nullable=False),
        sa.Column("parent", N),
        sa.Column("begins", N),
        sa.Column("ends", N),
        sa.Column("corrects", N),
    )
    op.create_table(
        "copies",
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("original_id", S(16), sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("similarity", F, nullable=False),
    )
    op.create_table(
        "copy_buckets",
        sa.Column("bucket", S(24), primary_key=True),
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("reader", T, nullable=False),
        sa.Column("version", T, nullable=False),
        sa.Column("settings", T, nullable=False),
        sa.Column("first_at", DT, nullable=False),
    )
    op.create_table(
        "ingests",
        sa.Column("id", N, primary_key=True, autoincrement=True),
        sa.Column("run_id", S(16), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("pid", N, nullable=False),
        sa.Column("host", T, nullable=False),
        sa.Column("started_at", DT, nullable=False),
    )
    op.create_table(
        "ingest_ends",
        sa.Column(
            "ingest_id", N, sa.ForeignKey("ingests.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("ended_at", DT, nullable=False),
        sa.Column("stored", N, nullable=False),
        sa.Column("how", T, nullable=False),
    )
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "readings",
        sa.Column("seq", big, primary_key=True, autoincrement=True),
        sa.Column("run_id", S(16), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("ingest_id", N, sa.ForeignKey("ingests.id"), nullable=False),
        sa.Column("claims", N, nullable=False),
        sa.Column("digest", S(32), nullable=False),
    )
    op.create_index("readings_once", "readings", ["report_id", "run_id"], unique=True)
    op.create_table(
        "claims",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("kind", S(12), nullable=False),
        sa.Column("aspect", S(12)),
        sa.Column("actor_id", T),
        sa.Column("other_id", T),
        sa.Column("place_id", T),
        sa.Column("modality", S(12), nullable=False),
        sa.Column("valid_from", D),
        sa.Column("valid_to", D),
        sa.Column("begins", N, nullable=False),
        sa.Column("ends", N, nullable=False),
        sa.Column("quote", T, nullable=False),
        sa.Column("body", T, nullable=False),
    )
    op.create_index("ix_claims_report_id", "claims", ["report_id"])
    op.create_index("claims_place", "claims", ["place_id", "kind"])
    op.create_index("claims_kind", "claims", ["kind"])
    op.create_table(
        "read_claims",
        sa.Column("claim_id", S(16), sa.ForeignKey("claims.id"), primary_key=True),
        sa.Column("seq", big, sa.ForeignKey("readings.seq"), primary_key=True, autoincrement=False),
        sa.Column("confidence", F, nullable=False),
    )
    op.create_index("read_claims_seq", "read_claims", ["seq"])
    op.create_table(
        "decisions",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("position", N, nullable=False, unique=True),
        sa.Column("action", S(16), nullable=False),
        sa.Column("subject", T, nullable=False),
        sa.Column("value", T, nullable=False),
        sa.Column("author", T, nullable=False),
        sa.Column("decided_at", DT, nullable=False),
        sa.Column("undoes", S(16)),
    )
    op.create_index("ix_decisions_subject", "decisions", ["subject"])
