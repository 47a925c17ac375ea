"""An index of the reports' words: FTS5 in SQLite, GIN in PostgreSQL."""

import sqlalchemy as sa
from alembic import op

from contactline.ledger import searching

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "search_rows",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("report_id", sa.String(16), sa.ForeignKey("reports.id"), nullable=False),
    )
    op.create_index("ix_search_rows_report_id", "search_rows", ["report_id"], unique=True)
    searching.make(op.get_bind())
