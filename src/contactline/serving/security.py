"""Who asks, and may they: accounts or the one local user, CSRF, rate of sign-ins, headers of every
answer.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from contactline.ledger.accounts import Accounts, Who
from contactline.model import ContactlineError
from contactline.serving.tries import Tries

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
HSTS = "max-age=31536000; includeSubDomains"
MOST_BODY, MOST_SIGN_IN = 25_000_000, 4_000  # bytes
MOST_ADDRESS, MOST_HEADERS = 8_192, 16_384  # bytes
SIGN_IN = "/api/v1/session"
IDLE_SECONDS, MOST_SEEN = 1800.0, 10_000


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


class Door:
    """`accounts` None: one local user who may do everything, reachable from this machine alone."""

    def __init__(
        self,
        accounts: Accounts,
        single: bool,
        secure: bool,
        embed: Sequence[str] = (),
        second: bool = False,
        idle: float = IDLE_SECONDS,
    ) -> None:
        """`second`: reviewers and admins without a second factor are readers; `idle`: seconds after
        which a session that asks nothing ends.
        """
        self.accounts, self.single, self.secure = accounts, single, secure
        self.second, self.idle = second, idle
        # a cookie of that name is taken from this very host over https alone
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE
        self.seen: OrderedDict[str, float] = OrderedDict()
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
                self.accounts.who(request.cookies.get(self.cookie, ""))
                if request.cookies.get(self.cookie)
                else None
            )
            if found and self._idle(found.session):
                self.accounts.end(found.session)
                found = None
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

    def _idle(self, session: str) -> bool:
        """Whether a session asked nothing for too long; else it was seen now. After a restart of
        the server all are seen now.
        """
        now = time.monotonic()
        last = self.seen.pop(session, now)
        if now - last > self.idle:
            return True
        self.seen[session] = now
        while len(self.seen) > MOST_SEEN:
            self.seen.popitem(last=False)
        return False

    def refused(self, request: Request) -> Response | None:
        """What a stranger is told before anybody reads what was sent."""
        try:
            if self.who(request) is None:
                return JSONResponse({"detail": "sign in first"}, 401)
        except HTTPException as e:
            return JSONResponse({"detail": e.detail}, e.status_code)
        return None

    def keep(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.cookie,
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
        scope = request.scope
        address = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        if address > MOST_ADDRESS:
            answer = JSONResponse({"detail": "the address is too long"}, 414)
        elif sum(len(k) + len(v) for k, v in scope["headers"]) > MOST_HEADERS:
            answer = JSONResponse({"detail": "the headers are too long"}, 431)
        elif self.single and host.lower() not in LOCAL_HOSTS:
            answer = JSONResponse({"detail": "this address is not served here"}, 421)
        elif request.method not in SAFE and not _own(request):
            answer = JSONResponse({"detail": "another site may not do this"}, 403)
        elif size > MOST_BODY or (request.url.path == SIGN_IN and size > MOST_SIGN_IN):
            answer = JSONResponse(
                {"detail": f"more than {MOST_BODY // 1_000_000} MB is not taken"}, 413
            )
        elif (
            request.method not in SAFE
            and "content-length" not in request.headers
            and request.headers.get("transfer-encoding")
        ):
            answer = JSONResponse({"detail": "say how long the content is"}, 411)
        elif (
            request.url.path.startswith("/api/")
            and request.method not in SAFE
            and not (request.url.path == SIGN_IN and request.method == "POST")
            and (refused := await run_in_threadpool(self.refused, request)) is not None
        ):
            answer = refused
        else:
            answer = await go(request)
        if request.url.path == EMBED:
            answer.headers["Content-Security-Policy"] = self.frames
        for k, v in HEADERS.items():
            if k != "X-Frame-Options" or request.url.path != EMBED:
                answer.headers.setdefault(k, v)
        if request.url.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        if self.secure:
            answer.headers["Strict-Transport-Security"] = HSTS
        return answer


def _own(request: Request) -> bool:
    """Whether it comes from the app's own pages, as far as the browser says where from."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    said = request.headers.get("origin")  # what browsers say over http, and old ones
    if said is None:
        return True
    return urlsplit(said).netloc.lower() == request.headers.get("host", "").lower()


def user(role: str) -> Callable[[Request], Who]:
    def check(request: Request) -> Who:
        door: Door = request.app.state.door
        who = door.who(request)
        if who is None:
            raise HTTPException(401, "sign in first")
        if not who.may(role):
            raise HTTPException(403, f"this needs the role {role}")
        if door.second and role != "reader" and not who.second and not door.single:
            raise HTTPException(403, "set up a second factor first")
        return who

    return check


def in_person(request: Request) -> Who:
    """Somebody who signed in, not a script: a token may not make tokens or change an account."""
    who = user("reader")(request)
    if request.app.state.door.single:
        raise HTTPException(400, "the local user has no account")
    if who.kind != "browser":
        raise HTTPException(403, "a token may not do this; sign in")
    return who


def admin_in_person(request: Request) -> Who:
    in_person(request)
    return user("admin")(request)


Reader = Annotated[Who, Depends(user("reader"))]
Reviewer = Annotated[Who, Depends(user("reviewer"))]
Admin = Annotated[Who, Depends(user("admin"))]
InPerson = Annotated[Who, Depends(in_person)]
AdminInPerson = Annotated[Who, Depends(admin_in_person)]
