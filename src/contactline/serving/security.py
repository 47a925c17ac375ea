"""Who asks, and may they: accounts or the one local user, CSRF, rate of sign-ins, headers of every
answer.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from contactline.ledger.accounts import Accounts, Who
from contactline.model import ContactlineError

COOKIE = "contactline_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self' blob:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
EMBED = "/embed"  # the one page that others may show within theirs
HEADERS = {
    "Content-Security-Policy": CSP + "'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
MOST_BODY = 25_000_000


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def origin(text: str) -> str:
    """Scheme, host and port of a site. Raises ContactlineError for what is none."""
    found = re.fullmatch(r"(https?://[A-Za-z0-9.-]+(?::\d{1,5})?)/?", text.strip())
    if found is None:
        raise ContactlineError(f"{text} is no site; give it like https://example.org")
    return found[1].lower()


class Tries:
    """At most `most` failures in `seconds` for one name and for one address; then none is checked
    until they have passed.
    """

    def __init__(self, most: int = 5, seconds: float = 900.0) -> None:
        self.most, self.seconds = most, seconds
        self.failed: dict[str, list[float]] = defaultdict(list)
        self.lock = threading.Lock()

    def blocked(self, *keys: str) -> bool:
        now = time.monotonic()
        with self.lock:
            if len(self.failed) > 10_000:
                self.failed.clear()
            for k in keys:
                self.failed[k] = [x for x in self.failed[k] if now - x < self.seconds]
            return any(
                len(self.failed[k]) >= self.most * (1 if k.startswith("name:") else 4) for k in keys
            )

    def fail(self, *keys: str) -> None:
        with self.lock:
            for k in keys:
                self.failed[k].append(time.monotonic())

    def clear(self, key: str) -> None:
        with self.lock:
            self.failed.pop(key, None)


class Door:
    """`accounts` None: one local user who may do everything, reachable from this machine alone."""

    def __init__(
        self, accounts: Accounts, single: bool, secure: bool, embed: Sequence[str] = ()
    ) -> None:
        self.accounts, self.single, self.secure = accounts, single, secure
        self.frames = CSP + " ".join(["'self'", *(origin(x) for x in embed)])
        self.local = Who("local user", "admin", secrets.token_urlsafe(24))
        self.tries = Tries()

    def who(self, request: Request) -> Who | None:
        """The user of a request; checks the CSRF token of what changes something, which a bearer
        token needs not.
        """
        bearer = request.headers.get("authorization", "")
        if bearer.lower().startswith("bearer "):
            return self.accounts.who(bearer[7:].strip(), "token")
        if self.single:
            found: Who | None = self.local
        else:
            found = (
                self.accounts.who(request.cookies.get(COOKIE, ""))
                if request.cookies.get(COOKIE)
                else None
            )
        if (
            found
            and request.method not in SAFE
            and not secrets.compare_digest(
                request.headers.get("x-csrf-token", "").encode("utf-8", "replace"),
                found.csrf.encode(),
            )
        ):
            raise HTTPException(
                403, "this request does not come from the app (no valid CSRF token)"
            )
        return found

    def keep(self, response: Response, secret: str) -> None:
        response.set_cookie(
            COOKIE,
            secret,
            httponly=True,
            samesite="strict",
            secure=self.secure,
            max_age=12 * 3600,
            path="/",
        )

    async def guard(
        self, request: Request, go: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Refuses other hosts' names (DNS rebinding), other sites' posts and bodies too large; sets
        the headers.
        """
        host = (
            request.headers.get("host", "").rsplit(":", 1)[0]
            if not request.headers.get("host", "").endswith("]")
            else request.headers.get("host", "")
        )
        answer: Response
        try:
            size = int(request.headers.get("content-length") or 0)
        except ValueError:
            size = MOST_BODY + 1
        if self.single and host.lower() not in LOCAL_HOSTS:
            answer = JSONResponse({"detail": "this address is not served here"}, 421)
        elif request.method not in SAFE and request.headers.get(
            "sec-fetch-site", "same-origin"
        ) not in ("same-origin", "none"):
            answer = JSONResponse({"detail": "another site may not do this"}, 403)
        elif size > MOST_BODY:
            answer = JSONResponse(
                {"detail": f"more than {MOST_BODY // 1_000_000} MB is not taken"}, 413
            )
        elif (
            request.method not in SAFE
            and "content-length" not in request.headers
            and request.headers.get("transfer-encoding")
        ):
            answer = JSONResponse({"detail": "say how long the content is"}, 411)
        else:
            answer = await go(request)
        if request.url.path == EMBED:
            answer.headers["Content-Security-Policy"] = self.frames
        for k, v in HEADERS.items():
            if k != "X-Frame-Options" or request.url.path != EMBED:
                answer.headers.setdefault(k, v)
        if request.url.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def user(role: str) -> Callable[[Request], Who]:
    def check(request: Request) -> Who:
        door: Door = request.app.state.door
        who = door.who(request)
        if who is None:
            raise HTTPException(401, "sign in first")
        if not who.may(role):
            raise HTTPException(403, f"this needs the role {role}")
        return who

    return check


Reader = Annotated[Who, Depends(user("reader"))]
Reviewer = Annotated[Who, Depends(user("reviewer"))]
Admin = Annotated[Who, Depends(user("admin"))]
