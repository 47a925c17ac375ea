"""Copies of a ledger that stand on their own, and how a ledger's file stands now."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from contactline.ledger.address import address
from contactline.ledger.connection import LedgerUnavailable, reason
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError

MAGIC = b"SQLite format 3\0"
PAGES = 4096  # copied at a time; others write in between


def file_of(url: str) -> Path | None:
    """The SQLite file of an address; None for PostgreSQL."""
    url = address(url)
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def back_up(ledger: Ledger, out: Path) -> int:
    """Writes a whole copy while others go on reading and writing; gives its size in bytes.

    Raises ContactlineError where it can't, and for PostgreSQL with the command that does it there.
    """
    if ledger.engine.dialect.name != "sqlite":
        raise ContactlineError(
            "a ledger on PostgreSQL is backed up with its own tool: pg_dump --format=custom "
            f"--file {out} NAME; and brought back with: pg_restore --create --dbname postgres {out}"
        )
    if out.exists():
        raise ContactlineError(f"{out} is there already; a backup is never overwritten")
    with ledger.engine.connect() as c:
        source = c.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        _copy(source, out)
    return out.stat().st_size


def restore(backup: Path, to: Path) -> None:
    """Makes a ledger of a backup, where there is none.

    Raises ContactlineError where there is one, or the backup is none.
    """
    if not _is_database(backup):
        raise ContactlineError(f"{backup} is no backup of a ledger")
    beside = [to.with_name(to.name + end) for end in ("", "-wal", "-shm")]
    there = [p for p in beside if p.exists()]
    if there:
        raise ContactlineError(
            f"{there[0]} is there; move {' and '.join(p.name for p in there)} away first, with the "
            "server stopped"
        )
    source = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)
    try:
        _copy(source, to)
    finally:
        source.close()


def _copy(source: sqlite3.Connection, out: Path) -> None:
    part = out.with_name(f"{out.name}.part{os.getpid()}")
    try:
        target = sqlite3.connect(part)
        try:
            source.backup(target, pages=PAGES)
            (found,) = target.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise ContactlineError(f"the copy is damaged as the ledger is: {found}")
            target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        finally:
            target.close()
        if out.exists():
            raise ContactlineError(f"{out} is there already; a backup is never overwritten")
        part.rename(out)
    except (sqlite3.Error, OSError) as e:
        raise ContactlineError(f"{out} can't be written: {reason(e)}") from e
    finally:
        part.unlink(missing_ok=True)


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as f:
            return f.read(16) == MAGIC
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Standing:
    """Which file a ledger was opened as, so that it is seen when it is another, or none."""

    path: Path | None
    was: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, ledger: Ledger) -> Standing:
        url = ledger.engine.url
        if url.get_backend_name() != "sqlite" or not url.database:
            return cls(None)
        path = Path(url.database).resolve()
        at = path.stat()
        return cls(path, (at.st_dev, at.st_ino))

    def check(self) -> None:
        """A few microseconds. Raises LedgerUnavailable with what to do."""
        if self.path is None:
            return
        try:
            at = self.path.stat()
            if (at.st_dev, at.st_ino) != self.was:
                raise LedgerUnavailable(
                    "the ledger's file was replaced while it was served; start the server again"
                )
            with self.path.open("rb") as f:
                whole = f.read(16) == MAGIC
        except OSError as e:
            raise LedgerUnavailable(
                f"the ledger's file can't be read ({e.strerror}); put it back, or bring a backup "
                "back with: contactline restore FILE, and start the server again"
            ) from e
        if not whole:
            raise LedgerUnavailable(
                "the ledger's file holds no ledger any more; bring a backup back with: contactline "
                "restore FILE, and start the server again"
            )
