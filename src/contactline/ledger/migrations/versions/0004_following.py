"""Sources that are followed: how far each was read, what their hosts ask for, what was found."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

S, T, N, D, DT = sa.String, sa.Text, sa.Integer, sa.Date, sa.DateTime


def upgrade() -> None:
    op.create_index("ix_reports_sha256", "reports", ["sha256"])
    op.create_table(
        "followed",
        sa.Column("name", S(80), primary_key=True),
        sa.Column("etag", T, nullable=False),
        sa.Column("modified", T, nullable=False),
        sa.Column("cursor", T, nullable=False),
        sa.Column("checked_at", DT, nullable=False),
        sa.Column("next_at", DT, nullable=False),
        sa.Column("failures", N, nullable=False),
        sa.Column("note", T, nullable=False),
    )
    op.create_table(
        "hosts",
        sa.Column("name", T, primary_key=True),
        sa.Column("quiet_until", DT),
        sa.Column("robots", T),
        sa.Column("robots_at", DT),
    )
    op.create_table(
        "entries",
        sa.Column("key", S(32), primary_key=True),
        sa.Column("source", S(80), nullable=False),
        sa.Column("address", T, nullable=False),
        sa.Column("title", T, nullable=False),
        sa.Column("day", D),
        sa.Column("body", T, nullable=False),
        sa.Column("state", S(12), nullable=False),
        sa.Column("tries", N, nullable=False),
        sa.Column("crashes", N, nullable=False),
        sa.Column("found_at", DT, nullable=False),
        sa.Column("next_at", DT, nullable=False),
        sa.Column("ended_at", DT),
        sa.Column("report_id", S(16)),
        sa.Column("note", T, nullable=False),
        sa.Column("pid", N),
        sa.Column("host", T),
    )
    op.create_index("entries_due", "entries", ["state", "next_at"])
