"""Who may do what: users with argon2 passwords, sessions and API tokens kept as hashes, and an
audit log.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from contactline.ledger import log, logged
from contactline.ledger import tables as t
from contactline.ledger.connection import Writing, now
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError

ROLES = ("reader", "reviewer", "admin")
SESSION_HOURS, TOKEN_DAYS, LEAST_PASSWORD = 12, 90, 10


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    role: str
    csrf: str = ""
    session: str = ""

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    def __init__(self, ledger: Ledger) -> None:
        self.engine = ledger.engine
        self.hasher = PasswordHasher()
        # verified against where the user does not exist, so that a wrong name takes as long as a
        # wrong password
        self._nobody = self.hasher.hash(secrets.token_hex(8))

    def _writing(self) -> Writing:
        return Writing(self.engine)

    def count(self) -> int:
        with self.engine.connect() as c:
            return (
                c.scalar(
                    sa.select(sa.func.count())
                    .select_from(t.users)
                    .where(t.users.c.closed_at.is_(None))
                )
                or 0
            )

    def add(self, name: str, password: str, role: str) -> None:
        """Raises ContactlineError for a name taken or malformed, a short password, a wrong role."""
        if not re.fullmatch(r"[\w.@+-]{1,64}", name):
            raise ContactlineError("a user's name is letters, digits and . @ + - _, at most 64")
        if role not in ROLES:
            raise ContactlineError(f"the role is one of {', '.join(ROLES)}")
        if len(password) < LEAST_PASSWORD:
            raise ContactlineError(f"the password needs at least {LEAST_PASSWORD} characters")
        with self._writing() as c:
            if c.scalar(sa.select(t.users.c.name).where(t.users.c.name == name)):
                raise ContactlineError(f"there is a user {name} already")
            at = now()
            row = {
                "name": name,
                "password": self.hasher.hash(password[:1024]),
                "role": role,
                "created_at": at,
            }
            c.execute(sa.insert(t.users).values(**row))
            log.append(c, f"user {name} added as {role}", [logged.item("user", row)], at)

    def close(self, name: str) -> None:
        """The user can't sign in any more; what was done under the name stays."""
        with self._writing() as c:
            done = c.execute(
                sa.update(t.users)
                .where(t.users.c.name == name, t.users.c.closed_at.is_(None))
                .values(closed_at=now())
            )
            if not done.rowcount:
                raise ContactlineError(f"no user {name}")
            mine = t.sessions.c.user_name == name
            c.execute(sa.update(t.sessions).where(mine).values(ended_at=now()))
            items = [
                *_items(c, "user", t.users, t.users.c.name == name),
                *_items(c, "session", t.sessions, mine),
            ]
            log.append(c, f"user {name} closed", items)

    def users(self) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [
                {
                    "name": r.name,
                    "role": r.role,
                    "created_at": r.created_at,
                    "closed_at": r.closed_at,
                }
                for r in c.execute(sa.select(t.users).order_by(t.users.c.name))
            ]

    def check(self, name: str, password: str) -> Who | None:
        with self.engine.connect() as c:
            row = c.execute(
                sa.select(t.users).where(t.users.c.name == name[:64], t.users.c.closed_at.is_(None))
            ).first()
        try:
            self.hasher.verify(row.password if row else self._nobody, password[:1024])
        except (VerificationError, InvalidHashError):
            return None
        return Who(row.name, row.role) if row else None

    def open(
        self, who: Who, kind: str = "browser", label: str = "", days: float | None = None
    ) -> tuple[str, Who]:
        """(secret, who) of a new session or token; only the secret's hash is kept."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        life = (
            timedelta(days=days)
            if days is not None
            else timedelta(days=TOKEN_DAYS)
            if kind == "token"
            else timedelta(hours=SESSION_HOURS)
        )
        with self._writing() as c:
            at = now()
            row = {
                "id": _hash(secret),
                "user_name": who.name,
                "kind": kind,
                "label": label[:200],
                "csrf": csrf,
                "created_at": at,
                "expires_at": at + life,
            }
            c.execute(sa.insert(t.sessions).values(**row))
            log.append(c, f"{kind} session of {who.name}", [logged.item("session", row)], at)
        return secret, Who(who.name, who.role, csrf, _hash(secret))

    def who(self, secret: str, kind: str = "browser") -> Who | None:
        """None for an unknown, ended or expired secret, or a closed user."""
        with self.engine.connect() as c:
            r = c.execute(
                sa.select(t.sessions, t.users.c.role)
                .join(t.users, t.users.c.name == t.sessions.c.user_name)
                .where(
                    t.sessions.c.id == _hash(secret),
                    t.sessions.c.kind == kind,
                    t.sessions.c.ended_at.is_(None),
                    t.sessions.c.expires_at > now(),
                    t.users.c.closed_at.is_(None),
                )
            ).first()
        return Who(r.user_name, r.role, r.csrf, r.id) if r else None

    def end(self, session: str) -> None:
        with self._writing() as c:
            mine = t.sessions.c.id == session
            if c.execute(sa.update(t.sessions).where(mine).values(ended_at=now())).rowcount:
                log.append(c, "session ended", _items(c, "session", t.sessions, mine))

    def note(self, who: str, what: str, subject: str = "", address: str = "") -> None:
        with self._writing() as c:
            at = now()
            row = {
                "at": at,
                "user_name": who[:200],
                "what": what[:100],
                "subject": subject[:400],
                "address": address[:100],
            }
            done = c.execute(sa.insert(t.audit).values(**row))
            seq = (done.inserted_primary_key or (0,))[0]
            told = logged.item("audit", {**row, "seq": seq})
            log.append(c, f"audit: {row['what']}", [told], at)

    def log(self, most: int = 500) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [
                dict(r._mapping) | {"at": r.at.isoformat(timespec="seconds")}
                for r in c.execute(sa.select(t.audit).order_by(t.audit.c.seq.desc()).limit(most))
            ]


def _items(c: sa.Connection, kind: str, table: sa.Table, where: Any) -> list[logged.Item]:
    return [
        logged.item(kind, dict(r._mapping)) for r in c.execute(sa.select(table).where(where)).all()
    ]
