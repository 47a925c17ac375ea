"""Who may do what: users with argon2 passwords and second factors (TOTP), sessions and API tokens
kept as hashes, and an audit log.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from contactline.ledger import log, logged
from contactline.ledger import tables as t
from contactline.ledger.connection import Writing, now
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError

ROLES = ("reader", "reviewer", "admin")
SESSION_HOURS, TOKEN_DAYS = 12, 90
LEAST_PASSWORD, MOST_PASSWORD, LEAST_LETTERS = 12, 1024, 5  # characters; different ones
HASHER = PasswordHasher()  # argon2id, as RFC 9106 has it for little memory: 64 MB, three passes
STEP, DIGITS, KEY = 30, 6, 20  # seconds and digits of a code (RFC 6238), bytes of its key
SECOND = "second factor"  # the audit's word for a code taken; its subject is the code's step


@dataclass(frozen=True, slots=True)
class Who:
    """`kind`: of the session, `browser` or `token`; `second`: whether a second factor is set up."""

    name: str
    role: str
    csrf: str = ""
    session: str = ""
    kind: str = "browser"
    second: bool = False

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    def __init__(self, ledger: Ledger) -> None:
        self.engine = ledger.engine
        self.hasher = HASHER
        self._codes = threading.Lock()  # no code is taken twice
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
        # letters that look like others' (аdmin, ａｄｍｉｎ) would pass for another's name
        if not re.fullmatch(r"[A-Za-z0-9_.@+-]{1,64}", name):
            raise ContactlineError(
                "a user's name is letters a to z, digits and . @ + - _, at most 64"
            )
        _check_role(role)
        _check_password(password, name)
        with self._writing() as c:
            if had := _named(c, name):
                raise ContactlineError(f"there is a user {had.name} already")
            at = now()
            row = {
                "name": name,
                "password": self.hasher.hash(password),
                "role": role,
                "created_at": at,
            }
            c.execute(sa.insert(t.users).values(**row))
            log.append(c, f"user {name} added as {role}", [logged.item("user", row)], at)

    def close(self, name: str) -> None:
        """The user can't sign in any more; what was done under the name stays. Raises
        ContactlineError for the last admin.
        """
        self._change(name, "closed", {"closed_at": now()}, end="all")

    def reopen(self, name: str) -> None:
        self._change(name, "opened again", {"closed_at": None})

    def set_role(self, name: str, role: str) -> None:
        """Holds from the next request on. Raises ContactlineError for the last admin."""
        _check_role(role)
        self._change(name, f"made {role}", {"role": role})

    def set_password(self, name: str, password: str, keep: str = "") -> None:
        """Ends all the user's sessions and tokens but the session `keep`."""
        _check_password(password, name)
        self._change(name, "has a new password", {"password": self.hasher.hash(password)}, keep)

    def set_second(self, name: str, key: str | None, keep: str = "") -> None:
        """The key of the user's second factor (base32), or none any more; ends what was opened
        without it.
        """
        if key is not None:
            _totp(key)
        what = "has a second factor" if key else "has no second factor any more"
        self._change(name, what, {"totp": key}, keep)

    def _change(
        self, name: str, what: str, values: Mapping[str, Any], keep: str = "", end: str = ""
    ) -> None:
        """Writes a user anew; `end` or a new secret ends the sessions."""
        with self._writing() as c:
            row = _named(c, name)
            if row is None:
                raise ContactlineError(f"no user {name}")
            closing = values.get("closed_at") is not None
            if closing and row.closed_at is not None:
                raise ContactlineError(f"no user {name}")
            if row.role == "admin" and not row.closed_at:
                others = sa.select(sa.func.count()).where(
                    t.users.c.role == "admin",
                    t.users.c.closed_at.is_(None),
                    t.users.c.name != row.name,
                )
                loses = closing or values.get("role", "admin") != "admin"
                if loses and not c.scalar(others):
                    raise ContactlineError(f"{row.name} is the last admin; make another first")
            mine = t.users.c.name == row.name
            c.execute(sa.update(t.users).where(mine).values(**values))
            items = _items(c, "user", t.users, mine)
            if end or "password" in values or "totp" in values:
                open_ = sa.and_(
                    t.sessions.c.user_name == row.name,
                    t.sessions.c.ended_at.is_(None),
                    t.sessions.c.id != keep,
                )
                ended = [r.id for r in c.execute(sa.select(t.sessions.c.id).where(open_))]
                c.execute(sa.update(t.sessions).where(open_).values(ended_at=now()))
                for at in range(0, len(ended), 500):
                    some = t.sessions.c.id.in_(ended[at : at + 500])
                    items += _items(c, "session", t.sessions, some)
            log.append(c, f"user {row.name} {what}", items)

    def users(self) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [
                {
                    "name": r.name,
                    "role": r.role,
                    "created_at": r.created_at,
                    "closed_at": r.closed_at,
                    "second": r.totp is not None,
                }
                for r in c.execute(sa.select(t.users).order_by(t.users.c.name))
            ]

    def check(self, name: str, password: str) -> Who | None:
        """Whose name and password these are; None where they are nobody's."""
        with self.engine.connect() as c:
            row = _named(c, name[:64])
            row = row if row is not None and row.closed_at is None else None
        try:
            self.hasher.verify(row.password if row else self._nobody, password[:MOST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return Who(row.name, row.role, second=row.totp is not None) if row else None

    def was_at(self, name: str, address: str) -> bool:
        """Whether the user signed in from the address before."""
        with self.engine.connect() as c:
            row = _named(c, name[:64])
            return row is not None and (
                c.scalar(
                    sa.select(t.audit.c.seq)
                    .where(
                        t.audit.c.user_name == row.name,
                        t.audit.c.what == "sign-in",
                        t.audit.c.address == address[:100],
                    )
                    .limit(1)
                )
                is not None
            )

    def check_code(self, name: str, code: str, key: str | None = None) -> bool:
        """Whether the code is that of the user's second factor (or of `key`, to be set up) now,
        half a minute ago or in half a minute, and was not taken before.
        """
        with self._codes:
            return self._code(name, code, key)

    def _code(self, name: str, code: str, key: str | None) -> bool:
        with self.engine.connect() as c:
            row = _named(c, name)
            key = key or (row.totp if row else None)
            last = c.scalar(
                sa.select(t.audit.c.subject)
                .where(t.audit.c.user_name == name, t.audit.c.what == SECOND)
                .order_by(t.audit.c.seq.desc())
                .limit(1)
            )
        if not key or not re.fullmatch(rf"\d{{{DIGITS}}}", code):
            return False
        made, step = _totp(key), int(time.time()) // STEP
        for s in (step - 1, step, step + 1):
            if secrets.compare_digest(made.generate(s * STEP), code.encode()):
                if last is not None and last.isdigit() and s <= int(last):
                    return False
                self.note(name, SECOND, str(s))
                return True
        return False

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
        return secret, Who(who.name, who.role, csrf, _hash(secret), kind, who.second)

    def who(self, secret: str, kind: str = "browser") -> Who | None:
        """None for an unknown, ended or expired secret, or a closed user."""
        with self.engine.connect() as c:
            r = c.execute(
                sa.select(t.sessions, t.users.c.role, t.users.c.totp)
                .join(t.users, t.users.c.name == t.sessions.c.user_name)
                .where(
                    t.sessions.c.id == _hash(secret),
                    t.sessions.c.kind == kind,
                    t.sessions.c.ended_at.is_(None),
                    t.sessions.c.expires_at > now(),
                    t.users.c.closed_at.is_(None),
                )
            ).first()
        return Who(r.user_name, r.role, r.csrf, r.id, kind, r.totp is not None) if r else None

    def sessions(self, name: str | None = None) -> list[dict[str, Any]]:
        """Open sessions and tokens of a user, or of all, newest first. `id`: the first half of what
        it is kept under.
        """
        open_ = [t.sessions.c.ended_at.is_(None), t.sessions.c.expires_at > now()]
        if name is not None:
            open_.append(t.sessions.c.user_name == name)
        with self.engine.connect() as c:
            rows = c.execute(
                sa.select(t.sessions).where(*open_).order_by(t.sessions.c.created_at.desc())
            ).all()
        return [
            {
                "id": r.id[:32],
                "user": r.user_name,
                "kind": r.kind,
                "label": r.label,
                "created_at": r.created_at,
                "expires_at": r.expires_at,
            }
            for r in rows
        ]

    def end_one(self, key: str, name: str | None = None) -> bool:
        """Ends the session or token that `sessions` lists as `key`, if it is the user's."""
        mine = [t.sessions.c.id.startswith(key, autoescape=True), t.sessions.c.ended_at.is_(None)]
        if name is not None:
            mine.append(t.sessions.c.user_name == name)
        with self.engine.connect() as c:
            found = c.scalar(sa.select(t.sessions.c.id).where(*mine)) if len(key) == 32 else None
        if found is not None:
            self.end(found)
        return found is not None

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


def _named(c: sa.Connection, name: str) -> Any:
    """The row of a user, whatever the case of the name; the exact one first."""
    low = unicodedata.normalize("NFKC", name).casefold()
    rows = c.execute(
        sa.select(t.users).where(
            sa.or_(t.users.c.name == name, sa.func.lower(t.users.c.name) == low)
        )
    ).all()
    return next((r for r in rows if r.name == name), rows[0] if rows else None)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise ContactlineError(f"the role is one of {', '.join(ROLES)}")


def _check_password(password: str, name: str) -> None:
    if len(password) < LEAST_PASSWORD:
        raise ContactlineError(f"the password needs at least {LEAST_PASSWORD} characters")
    if len(password) > MOST_PASSWORD:
        raise ContactlineError(f"the password may have at most {MOST_PASSWORD} characters")
    if len(set(password)) < LEAST_LETTERS or (len(name) > 3 and name.lower() in password.lower()):
        raise ContactlineError(
            f"the password needs {LEAST_LETTERS} different characters and not the user's name"
        )


def new_key() -> str:
    """The key of a second factor, base32."""
    return base64.b32encode(secrets.token_bytes(KEY)).decode()


def key_address(name: str, key: str) -> str:
    """What an authenticator's app reads a key from (otpauth://)."""
    return _totp(key).get_provisioning_uri(name, "contactline")


def _totp(key: str) -> TOTP:
    try:
        raw = base64.b32decode(key)
    except (binascii.Error, ValueError) as e:
        raise ContactlineError("no key of a second factor") from e
    if len(raw) != KEY:
        raise ContactlineError("no key of a second factor")
    return TOTP(raw, DIGITS, SHA1(), STEP)
