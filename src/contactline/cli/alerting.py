"""Telling what changed after a run: the feed, the file, and messages through Apprise."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contactline.ledger.connection import now
from contactline.ledger.telling import Telling
from contactline.model import ContactlineError, plain
from contactline.model.extras import extra
from contactline.publishing import alerts as published
from contactline.questions.alerts import (
    Alert,
    AlertPlan,
    Quote,
    Rule,
    Wanted,
    alerts_since,
    told_on,
)
from contactline.questions.analysis import Analysis


class Teller:
    """Alerts of one ledger by one plan; `folder` is what the plan's files are named from."""

    def __init__(
        self, analysis: Analysis, plan: AlertPlan, folder: Path, say: Callable[[str], None]
    ) -> None:
        self.analysis, self.plan, self.folder, self.say = analysis, plan, folder, say
        self.telling = Telling(analysis.ledger)
        self._wanted: Wanted | None = None
        for rule in plan.rules:
            _addresses(rule)

    def after_a_run(self) -> int:
        """Tells what changed since it was last told, and sends what is due; how much is new."""
        new = self._tell()
        self._write()
        self._send()
        return new

    def _tell(self) -> int:
        ledger = self.analysis.ledger
        mark = "{}:{}:{}".format(*ledger.mark(), ledger.newest() or "")
        last = self.telling.last()
        if ledger.span()[1] is None or (last and last[0] == mark):
            return 0
        self.analysis.forget()
        day, days = self.analysis.last_day(), self.plan.days
        told = last[1] if last else told_on(self.analysis, day - timedelta(days=days))
        if self._wanted is None:
            self._wanted = Wanted(self.plan.rules, self.analysis)
        found = [
            a for a in alerts_since(self.analysis, told, day, days) if a.kind in self.plan.kinds
        ]
        by_id, wanted = {a.id: a for a in found}, self._wanted
        new = self.telling.tell(
            [plain(a) for a in found],
            lambda row: wanted.of(by_id[row["id"]]),
            mark,
            told_on(self.analysis, day),
            last[0] if last else None,
        )
        for row in new:
            self.say(f"{row['text']} ({row['on'] or 'no day told'})")
        return len(new)

    def _write(self) -> None:
        if not (self.plan.atom or self.plan.json):
            return
        told = [(at, _alert(row)) for at, row in self.telling.recent()]
        if self.plan.atom:
            file = self.folder / self.plan.atom
            published.write(file, published.atom(told, self.plan.title, str(file.resolve())))
        if self.plan.json:
            published.write(self.folder / self.plan.json, published.as_json(told))

    # -- messages ------------------------------------------------------------------------------

    def _send(self) -> None:
        if unsure := self.telling.recover():
            self.say(
                f"{unsure} messages were being sent when the program ended; they may have arrived "
                "and are not sent again (they stand in the feed)"
            )
        for rule in self.plan.rules:
            pending = self.telling.pending(rule.name)
            if pending is None:
                continue
            if rule.digest:
                if pending.first_at + timedelta(seconds=rule.digest) <= now():
                    self._message(rule, pending.alerts)
            else:
                for row in pending.alerts:
                    self._message(rule, [row])

    def _message(self, rule: Rule, rows: Sequence[dict[str, Any]]) -> None:
        mine = self.telling.take(rule.name, [r["id"] for r in rows])
        todo = [_alert(r) for r in rows if r["id"] in mine]
        if not todo:
            return
        try:
            why = send(_addresses(rule), *published.message(todo))
        except ContactlineError as e:
            why = str(e)
        if why:
            self.telling.not_sent(rule.name, mine, why)
            self.say(f"alerts, rule {rule.name}: {why}; tried again later")
        else:
            self.telling.sent(rule.name, mine)


def send(addresses: Sequence[str], title: str, body: str) -> str:
    """Sends by Apprise to each address; why that failed, or "".

    Raises ContactlineError where an address is none.
    """
    with extra("alerts", "sending alerts"):
        import apprise

    box = apprise.Apprise()
    for address in addresses:
        if not box.add(address):
            raise ContactlineError(
                f"not an address that Apprise knows: {address.split(':')[0]}://…; "
                "see its documentation"
            )
    done = box.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    return "" if done else "the message was not taken"


def _addresses(rule: Rule) -> list[str]:
    out = list(rule.send)
    for name in rule.send_env:
        if not os.environ.get(name):
            raise ContactlineError(f"alerts, rule {rule.name}: set {name} to its address")
        out.append(os.environ[name])
    if not out:
        raise ContactlineError(f"alerts, rule {rule.name}: give addresses as send or send_env")
    return out


def _alert(row: dict[str, Any]) -> Alert:
    quotes = tuple(Quote(**q | {"published": _date(q["published"])}) for q in row["quotes"])
    made = {f.name: row[f.name] for f in fields(Alert)}
    lists = {k: tuple(row[k]) for k in ("parties", "party_ids", "claims")}
    return Alert(**made | lists | {"quotes": quotes, "on": _date(row["on"])})


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
