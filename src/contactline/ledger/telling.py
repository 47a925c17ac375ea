"""What was told of the picture, and to whom: each change once.

A change is the same as one told before where it is told of the same day, or no claim speaks for it
that did not speak for the other. What is about to be sent is marked first: a process that ends
while it sends leaves it marked, and it is not sent again, because it may have arrived.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from contactline.ledger import tables as t
from contactline.ledger.connection import Writing, now
from contactline.ledger.rows import packed
from contactline.ledger.store import Ledger, alive
from contactline.model import storable

WAITING, SENDING, SENT, UNSURE, FAILED = "waiting", "sending", "sent", "unsure", "failed"
MOST_TRIES = 6
WAIT = timedelta(minutes=5)  # after the first failure; then twice as long each time
NAME = "alerts"


@dataclass(frozen=True, slots=True)
class Pending:
    """Alerts that a rule waits to hear of: `first_at` is when the oldest was told."""

    alerts: tuple[dict[str, Any], ...]
    first_at: datetime


class Telling:
    """What one ledger has told. Several processes may share it."""

    def __init__(self, ledger: Ledger) -> None:
        self.engine = ledger.engine

    def last(self) -> tuple[str, dict[str, Any]] | None:
        """(the ledger's mark, what of the picture was told), None where nothing was."""
        with self.engine.connect() as c:
            r = c.execute(sa.select(t.told).where(t.told.c.name == NAME)).first()
        return (r.mark, json.loads(r.body)) if r else None

    def tell(
        self,
        alerts: Sequence[dict[str, Any]],
        wanted: Callable[[dict[str, Any]], Sequence[str]],
        mark: str,
        body: dict[str, Any],
        before: str | None,
    ) -> list[dict[str, Any]]:
        """Keeps alerts that were not told before, for the rules that want each, with the picture
        they lead to; gives those that are new.

        Nothing is kept where another process has told since `before`, the mark this one began from.
        """
        new = []
        with Writing(self.engine) as c:
            r = c.execute(sa.select(t.told.c.mark).where(t.told.c.name == NAME)).first()
            if (r.mark if r else None) != before:
                return []
            position = c.scalar(sa.select(sa.func.max(t.alerts.c.position))) or 0
            for a in alerts:
                if self._told(c, a):
                    continue
                position += 1
                c.execute(
                    sa.insert(t.alerts).values(
                        id=a["id"],
                        position=position,
                        change=a["change"],
                        at=now(),
                        body=packed(a),
                    )
                )
                for rule in wanted(a):
                    c.execute(sa.insert(t.sends).values(_send(a["id"], rule)))
                new.append(a)
            values = {"at": now(), "mark": mark, "body": packed(body)}
            if r is None:
                c.execute(sa.insert(t.told).values(name=NAME, **values))
            else:
                c.execute(sa.update(t.told).where(t.told.c.name == NAME).values(**values))
        return new

    @staticmethod
    def _told(c: sa.Connection, a: dict[str, Any]) -> bool:
        earlier = [
            json.loads(body)
            for body in c.scalars(
                sa.select(t.alerts.c.body).where(t.alerts.c.change == a["change"])
            )
        ]
        spoken = {claim for e in earlier for claim in e["claims"]}
        same_day = a["on"] is not None and any(e["on"] == a["on"] for e in earlier)
        return bool(earlier) and (same_day or spoken.issuperset(a["claims"]))

    def recent(self, most: int = 500) -> list[tuple[datetime, dict[str, Any]]]:
        """The alerts last told, the newest first, each with when."""
        q = sa.select(t.alerts).order_by(t.alerts.c.position.desc()).limit(most)
        with self.engine.connect() as c:
            return [(r.at, json.loads(r.body)) for r in c.execute(q)]

    # -- sending -------------------------------------------------------------------------------

    def pending(self, rule: str) -> Pending | None:
        """What the rule waits for and may be sent now."""
        q = (
            sa.select(t.alerts.c.body, t.sends.c.at)
            .join(t.sends, t.sends.c.alert_id == t.alerts.c.id)
            .where(t.sends.c.rule == rule, t.sends.c.state == WAITING, t.sends.c.next_at <= now())
            .order_by(t.alerts.c.position)
        )
        with self.engine.connect() as c:
            rows = c.execute(q).all()
        if not rows:
            return None
        return Pending(tuple(json.loads(r.body) for r in rows), min(r.at for r in rows))

    def take(self, rule: str, ids: Sequence[str]) -> list[str]:
        """Those of the alerts that this process sends now."""
        mine = []
        with Writing(self.engine) as c:
            for i in ids:
                done = c.execute(
                    sa.update(t.sends)
                    .where(*_of(rule, i), t.sends.c.state == WAITING)
                    .values(state=SENDING, pid=os.getpid(), host=socket.gethostname())
                )
                mine += [i] * done.rowcount
        return mine

    def sent(self, rule: str, ids: Sequence[str]) -> None:
        with Writing(self.engine) as c:
            for i in ids:
                c.execute(
                    sa.update(t.sends).where(*_of(rule, i)).values(state=SENT, at=now(), pid=None)
                )

    def not_sent(self, rule: str, ids: Sequence[str], why: str) -> None:
        """Refused or not reached: tried again later, and given up after MOST_TRIES."""
        with Writing(self.engine) as c:
            for i in ids:
                tries = (c.scalar(sa.select(t.sends.c.tries).where(*_of(rule, i))) or 0) + 1
                c.execute(
                    sa.update(t.sends)
                    .where(*_of(rule, i))
                    .values(
                        state=FAILED if tries >= MOST_TRIES else WAITING,
                        tries=tries,
                        next_at=now() + WAIT * 2 ** (tries - 1),
                        note=storable(why)[:300],
                        pid=None,
                    )
                )

    def recover(self) -> int:
        """How many were being sent by processes that are gone: they may have arrived, and are not
        sent again. To be called while this process sends nothing.
        """
        here, n = socket.gethostname(), 0
        with Writing(self.engine) as c:
            for r in c.execute(sa.select(t.sends).where(t.sends.c.state == SENDING)).all():
                if r.host == here and (r.pid == os.getpid() or not alive(r.pid or 0)):
                    c.execute(
                        sa.update(t.sends).where(*_of(r.rule, r.alert_id)).values(state=UNSURE)
                    )
                    n += 1
        return n

    def states(self) -> dict[str, dict[str, int]]:
        """Sends by rule and what became of them."""
        out: dict[str, dict[str, int]] = {}
        q = sa.select(t.sends.c.rule, t.sends.c.state, sa.func.count()).group_by(
            t.sends.c.rule, t.sends.c.state
        )
        with self.engine.connect() as c:
            for rule, state, n in c.execute(q):
                out.setdefault(rule, {})[state] = n
        return out


def _of(rule: str, alert: str) -> tuple[Any, Any]:
    return t.sends.c.rule == rule, t.sends.c.alert_id == alert


def _send(alert: str, rule: str) -> dict[str, Any]:
    return {
        "alert_id": alert,
        "rule": rule,
        "state": WAITING,
        "tries": 0,
        "at": now(),
        "next_at": now(),
        "note": "",
    }
