"""Alembic's entry: the ledger hands over its own engine."""

from alembic import context

from contactline.ledger import tables

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # the lock comes before the look at the version: two processes that start at once must not both
    # create the tables
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20171120)")
    context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
