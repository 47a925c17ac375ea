"""Alerts: what was last told of the picture, each change that was told, and to whom it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

S, T, N, DT = sa.String, sa.Text, sa.Integer, sa.DateTime


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("name", S(80), primary_key=True),
        sa.Column("at", DT, nullable=False),
        sa.Column("mark", T, nullable=False),
        sa.Column("body", T, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", S(32), primary_key=True),
        sa.Column("position", N, nullable=False, unique=True),
        sa.Column("change", S(32), nullable=False),
        sa.Column("at", DT, nullable=False),
        sa.Column("body", T, nullable=False),
    )
    op.create_index("ix_alerts_change", "alerts", ["change"])
    op.create_table(
        "sends",
        sa.Column("alert_id", S(32), sa.ForeignKey("alerts.id"), primary_key=True),
        sa.Column("rule", S(80), primary_key=True),
        sa.Column("state", S(12), nullable=False),
        sa.Column("tries", N, nullable=False),
        sa.Column("at", DT, nullable=False),
        sa.Column("next_at", DT, nullable=False),
        sa.Column("note", T, nullable=False),
        sa.Column("pid", N),
        sa.Column("host", T),
    )
