"""How a ledger's database is reached: SQLite or PostgreSQL, one writer at a time, errors as one
line of advice.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, OperationalError

from contactline.ledger.address import address
from contactline.model import ContactlineError
from contactline.model.extras import extra

HEAD = "0009"
WAIT = 30  # seconds a writer waits for another
_WRITER = 20171121  # PostgreSQL's advisory lock of whoever writes; migrations take 20171120


class ReportRefused(ContactlineError):
    """One report's own values can't be stored; the others can."""


class LedgerUnavailable(ContactlineError):
    """The database can't be read or written at all: gone, damaged, full, read-only, locked."""


def now() -> datetime:
    """UTC, without zone, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


def connect(url: str, create: bool = True) -> tuple[sa.Engine, bool]:
    """(engine, whether the schema had to be made or brought up).

    Raises ContactlineError with what to do.
    """
    url = address(url)
    lite = url.startswith("sqlite:///")
    if lite:
        path = Path(url.removeprefix("sqlite:///"))
        if not create and not path.exists():
            raise ContactlineError(
                f"no ledger at {path}; store reports with: contactline ingest PATH…"
            )
        if not path.parent.is_dir():
            raise ContactlineError(
                f"the folder {path.parent} does not exist; make it, or give another --ledger"
            )
    elif not url.startswith("postgresql+psycopg://"):
        raise ContactlineError(
            f"not a ledger address: {url.split('@')[-1]}; give a file's path or postgresql://…"
        )
    try:
        with extra("postgres", "a ledger on PostgreSQL"):
            engine = sa.create_engine(url, connect_args={"timeout": WAIT} if lite else {})
        if lite:
            sa.event.listen(engine, "connect", pragmas)
        with engine.connect() as c:
            found = (
                c.scalar(sa.text("SELECT version_num FROM alembic_version"))
                if sa.inspect(c).has_table("alembic_version")
                else None
            )
        if found != HEAD:
            _migrate(engine)
    except (OperationalError, DatabaseError) as e:
        raise LedgerUnavailable(f"the ledger can't be opened: {reason(e)}") from e
    except sa.exc.ArgumentError as e:
        raise ContactlineError(
            "not a ledger address; give a file's path or postgresql://user@host/name"
        ) from e
    return engine, found is not None and found != HEAD


def _migrate(engine: sa.Engine) -> None:
    """Alembic brings an empty or older database to the newest schema; two processes starting at
    once do it once.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
    except CommandError as e:
        raise ContactlineError(
            "the ledger was made by another version of this program; use that one, or a newer one"
        ) from e


class Writing:
    """One transaction of the one writer; a database's own words become one line that says what to
    do.

    Both databases have one writer at a time: SQLite by its file lock, PostgreSQL by an advisory
    lock taken first. So what a writer looks up before it adds is still so when it adds, and rows
    are numbered in the order they are seen.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def __enter__(self) -> sa.Connection:
        try:
            self.connection = self.engine.connect()
            if self.engine.dialect.name == "sqlite":
                # taking the write lock first keeps two writers from both reading, then one failing
                # to upgrade
                self.connection.exec_driver_sql("BEGIN IMMEDIATE")
            self.transaction = self.connection.get_transaction() or self.connection.begin()
            if self.engine.dialect.name == "postgresql":
                self.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
        except (OperationalError, DatabaseError) as e:
            if hasattr(self, "connection"):
                self.connection.close()
            raise LedgerUnavailable(f"the ledger can't be written: {reason(e)}") from e
        return self.connection

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        try:
            if kind is None:
                self.transaction.commit() if self.transaction.is_active else None
            else:
                self.transaction.rollback()
        except (OperationalError, DatabaseError) as e:
            raise LedgerUnavailable(
                f"the ledger can't be written: {reason(e)}; what was stored before stays"
            ) from e
        finally:
            self.connection.close()
        if isinstance(value, (DataError, IntegrityError, OverflowError, UnicodeError)):
            raise ReportRefused(f"the database refuses a value: {reason(value)}") from value
        if isinstance(value, (OperationalError, DatabaseError)):
            raise LedgerUnavailable(
                f"the ledger can't be written: {reason(value)}; what was stored before stays"
            ) from value


def inserting(c: sa.Connection, table: sa.Table) -> Any:
    """An INSERT of the connection's own dialect, which knows ON CONFLICT."""
    if c.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def pragmas(connection: Any, _: Any) -> None:
    """What every SQLite connection begins with."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={WAIT * 1000}")
    # WAL lets readers go on while one process writes; FULL keeps a committed report through a power
    # cut
    until = time.monotonic() + WAIT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as e:
            # two that switch a new file at once: SQLite says "locked" without waiting, whatever the
            # busy timeout
            if "locked" not in str(e) or time.monotonic() > until:
                raise
            time.sleep(0.02)
    for line in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "mmap_size=1073741824",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()
    connection.isolation_level = None


def reason(e: BaseException) -> str:
    """The database's first line, or what to do where that is known."""
    words = str(getattr(e, "orig", e)).strip().split("\n")[0]
    if "disk is full" in words or "No space left" in words:
        return "the disk is full; free some space and run the same command again"
    return words[:200]
