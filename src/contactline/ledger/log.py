"""The log: one entry for each transaction, with a hash of every row that it wrote, under the Merkle
tree of RFC 9162.

Whoever appends holds the writer's lock, so that entries are in the order of commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from contactline.ledger import logged
from contactline.ledger import tables as t
from contactline.ledger.connection import now
from contactline.ledger.logged import Item
from contactline.ledger.merkle import Peaks, leaf_hash, root

BEGUN, TAKEN_OVER = "begun", "taken over"


@dataclass(frozen=True, slots=True)
class Head:
    """The log up to an entry: how many entries, and the root of their tree (hex)."""

    id: str
    size: int
    root: str
    at: datetime


def append(c: sa.Connection, what: str, items: Sequence[Item], at: datetime | None = None) -> None:
    """Adds the entry of a transaction, within it."""
    last = c.execute(
        sa.select(t.log.c.position, t.log.c.peaks).order_by(t.log.c.position.desc()).limit(1)
    ).first()
    position = last.position + 1 if last else 0
    peaks = Peaks.unpack(position, bytes(last.peaks)) if last else Peaks()
    row = entry(peaks, what, items, at or now())
    c.execute(sa.insert(t.log).values(**row))


def entry(peaks: Peaks, what: str, items: Sequence[Item], at: datetime) -> dict[str, object]:
    """The next row of the log; `peaks` grows by it."""
    position = peaks.size
    leaf = leaf_hash(logged.leaf_data(position, at, what, root([i.hash for i in items])))
    peaks.add(leaf)
    return {
        "position": position,
        "at": at,
        "what": what,
        "items": logged.packed(items),
        "root": peaks.root.hex(),
        "peaks": peaks.pack(),
    }


def begin() -> str:
    """What the first entry says: a name that no other log has."""
    return f"{BEGUN} {uuid.uuid4().hex}"


def state(c: sa.Connection) -> str:
    """The root at the newest entry that is about more than an ingest's begin or end: two ledgers
    with the same one have the same claims and decisions. Empty for a log without entries.
    """
    found: str | None = c.scalar(
        sa.select(t.log.c.root)
        .where(t.log.c.what.not_like("ingest %"))
        .order_by(t.log.c.position.desc())
        .limit(1)
    )
    return found or ""


def head(c: sa.Connection) -> Head | None:
    """The newest head; None for a log without entries."""
    first = c.scalar(sa.select(t.log.c.what).where(t.log.c.position == 0))
    last = c.execute(sa.select(t.log).order_by(t.log.c.position.desc()).limit(1)).first()
    if first is None or last is None:
        return None
    return Head(first.removeprefix(BEGUN).strip(), last.position + 1, last.root, last.at)
