"""The log read and checked: each entry against the tree, and what it says of each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, OperationalError

from contactline.ledger import logged
from contactline.ledger.connection import reason
from contactline.ledger.log import BEGUN, TAKEN_OVER
from contactline.ledger.logged import GONE, KINDS, WITHDRAWN, Item, Row, called
from contactline.ledger.merkle import Peaks, leaf_hash, root

BACKWARDS = timedelta(minutes=5)  # what a clock that is set right may go back
MOST = 20  # lines told of altered entries
FAULTS = (DatabaseError, OperationalError, ValueError, TypeError, OverflowError)
LOG = ("position", "at", "what", "items", "root", "peaks")


@contextmanager
def raw(c: sa.Connection) -> Iterator[None]:
    """Text of SQLite as its bytes are, also where they are no UTF-8 any more."""
    if c.dialect.name != "sqlite":
        yield
        return
    driver: Any = c.connection.driver_connection
    before, driver.text_factory = driver.text_factory, _text
    try:
        yield
    finally:
        driver.text_factory = before


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def select(c: sa.Connection, table: str, columns: Iterable[str]) -> Iterator[Row]:
    """Rows as the driver gives them, so that a value of a wrong type is seen and not refused."""
    names = list(columns)
    sql = f"SELECT {', '.join(_quoted(n) for n in names)} FROM {table}"
    for r in c.exec_driver_sql(sql, execution_options={"yield_per": 2000}):
        yield dict(zip(names, r, strict=True))


def _quoted(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))


@dataclass(slots=True)
class Entry:
    """An entry of the log as it was read, with its leaf's hash as its content gives it."""

    position: int
    at: str
    what: str
    root: str
    leaf: bytes


class Chain:
    """`expected`: by kind and key the hash that the row must have, with the entry (8 bytes) that
    first told of it.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.expected: dict[str, dict[str, bytes]] = defaultdict(dict)
        self.wrong: list[str] = []
        self.id = ""
        self.withdrawn: set[str] = set()  # reports whose words went by order
        self._peaks: Peaks | None = Peaks()  # None where they are not known
        self._before, self._began, self._altered = "", False, 0

    def read(self, c: sa.Connection) -> None:
        try:
            for r in select(c, 'log ORDER BY "position"', LOG):
                if not self._gap(r["position"]):
                    break
                self._entry(r)
        except FAULTS as e:
            self.wrong.append(f"the log can't be read from entry {len(self.entries)}: {reason(e)}")
        if self._altered > MOST:
            self.wrong.append(f"and {self._altered - MOST} more entries of the log were altered")
        if not self.entries:
            self.wrong.append("the log is empty: nothing can be checked")
        elif not self.entries[0].what.startswith(BEGUN):
            self.wrong.append("the log's first entry is not its beginning")
        else:
            self.id = self.entries[0].what.removeprefix(BEGUN).strip()

    def _gap(self, position: Any) -> bool:
        """Tells of entries that are missing, and goes on after them where that can be."""
        n = len(self.entries)
        if position == n:
            return True
        if type(position) is not int or not n < position < n + 10_000:
            self.wrong.append(f"the log goes on after entry {n - 1} with {position!r:.40}")
            return False
        self.wrong.append(
            f"entry {n} of the log was removed or renumbered"
            if position == n + 1
            else f"entries {n} to {position - 1} of the log were removed or renumbered"
        )
        self.entries += [
            Entry(k, self._before, "removed", "", bytes(32)) for k in range(n, position)
        ]
        self._peaks = None
        return True

    def _entry(self, r: Row) -> None:
        position, at, what = len(self.entries), str(logged.form(r["at"])), str(r["what"])
        items: list[Item] | None = None
        with suppress(ValueError, TypeError, AttributeError):
            items = logged.parse(r["items"])
        top = root([i.hash for i in items or ()])
        leaf = leaf_hash(logged.leaf_data(position, at, what, top))
        if not self._fits(position, leaf, r) or items is None:
            self._altered += 1
            if self._altered <= MOST:
                self.wrong.append(
                    f"entry {position} of the log ({what:.60}, {at:.16}) was altered: its hash is "
                    "not what the tree holds"
                )
        if at < self._before:
            self._backwards(position, at)
        self._before = max(at, self._before)
        if what == TAKEN_OVER and self._began:
            self.wrong.append(
                f"entry {position} of the log takes rows over after the log had begun"
            )
        self._began = self._began or (position > 0 and what != TAKEN_OVER)
        withdrawing = what.startswith(WITHDRAWN)
        for i in items or ():
            if withdrawing and i.kind == "withdrawal":
                self.withdrawn.add(i.key)
            if withdrawing and i.hash == GONE:
                self.expected[i.kind].pop(i.key, None)
            else:
                self._expect(i, position, withdrawing)
        self.entries.append(Entry(position, at, what, str(r["root"]), leaf))

    def _fits(self, position: int, leaf: bytes, r: Row) -> bool:
        """Whether the tree grows by this leaf to what the entry says of it.

        Goes on from what the entry says, so that only what was altered is told.
        """
        try:
            stood = Peaks.unpack(position + 1, bytes(r["peaks"]))
            same = bool(r["root"] == stood.root.hex())
        except (ValueError, TypeError):
            self._peaks = None
            return False
        if self._peaks is not None:
            self._peaks.add(leaf)
            same = same and self._peaks.hashes == stood.hashes
        self._peaks = stood
        return same

    def _expect(self, i: Item, position: int, anew: bool) -> None:
        mine = self.expected[i.kind]
        had = mine.get(i.key)
        if had is None:
            mine[i.key] = i.hash + position.to_bytes(8)
        elif had[:32] != i.hash:
            if not KINDS[i.kind].changes and not anew:
                self.wrong.append(
                    f"entry {position} of the log has {called(i.kind, i.key)} again with another "
                    "content"
                )
            mine[i.key] = i.hash + had[32:]

    def _backwards(self, position: int, at: str) -> None:
        try:
            if datetime.fromisoformat(self._before) - datetime.fromisoformat(at) <= BACKWARDS:
                return
        except ValueError:
            pass
        self.wrong.append(
            f"entry {position} of the log is dated {at:.16}, before the entry that it follows "
            f"({self._before:.16})"
        )
