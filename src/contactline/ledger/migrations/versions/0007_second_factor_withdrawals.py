"""Users may have a second factor: the key of its codes (TOTP). Reports withdrawn by order."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("users", sa.Column("totp", sa.Text))
    op.create_table(
        "withdrawals",
        sa.Column("report_id", sa.String(16), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_withdrawals_sha256", "withdrawals", ["sha256"])
