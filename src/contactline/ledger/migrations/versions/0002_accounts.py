"""Accounts of a team: users, their sessions and tokens, and what each did."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

S, T, N, DT = sa.String, sa.Text, sa.Integer, sa.DateTime


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", S(64), primary_key=True),
        sa.Column("password", T, nullable=False),
        sa.Column("role", S(12), nullable=False),
        sa.Column("created_at", DT, nullable=False),
        sa.Column("closed_at", DT),
    )
    op.create_table(
        "sessions",
        sa.Column("id", S(64), primary_key=True),
        sa.Column("user_name", S(64), sa.ForeignKey("users.name"), nullable=False),
        sa.Column("kind", S(8), nullable=False),
        sa.Column("label", T, nullable=False),
        sa.Column("csrf", S(64), nullable=False),
        sa.Column("created_at", DT, nullable=False),
        sa.Column("expires_at", DT, nullable=False),
        sa.Column("ended_at", DT),
    )
    op.create_table(
        "audit",
        sa.Column("seq", N, primary_key=True, autoincrement=True),
        sa.Column("at", DT, nullable=False),
        sa.Column("user_name", T, nullable=False),
        sa.Column("what", T, nullable=False),
        sa.Column("subject", T, nullable=False),
        sa.Column("address", T, nullable=False),
    )
