"""Alembic's entry: the ledger hands over its own engine."""

from alembic import context

from contactline.ledger import duplicates, tables

assert duplicates.buckets is not None
engine = context.config.attributes["engine"]
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
