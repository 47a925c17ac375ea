"""The app put together: door, API, and the built web pages."""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError
from starlette.middleware.gzip import GZipMiddleware

import contactline
from contactline.ledger.accounts import Accounts
from contactline.ledger.backup import Standing
from contactline.ledger.connection import LedgerUnavailable, reason
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.questions.rules import Rules
from contactline.serving import (
    evidence,
    happening,
    leaving,
    outlook,
    people,
    reviewing,
    under,
    views,
)
from contactline.serving.desk import Desk
from contactline.serving.security import IDLE_SECONDS, Door

WEB = Path(str(resources.files("contactline.serving").joinpath("web")))
LONGEST_NAME = 120  # a file's; systems raise for much longer ones
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def unavailable(request: Request, why: str) -> Response:
    """503, as a page to people and as JSON to programs."""
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": why}, 503, headers)
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>contactline</title>'
        f"<h1>The ledger can't be reached</h1><p>{html.escape(why)}</p>",
        503,
        headers,
    )


def create_app(
    ledger: Ledger,
    single: bool = True,
    secure: bool = False,
    private_urls: bool = False,
    rules: Rules | None = None,
    embed: Sequence[str] = (),
    second: bool = False,
    idle: float = IDLE_SECONDS,
) -> FastAPI:
    """`single`: one local user, no password; else everybody signs in. `secure`: cookies over https
    only. `embed`: sites that may show the map within their pages. `second`: reviewers and admins
    need a second factor. `idle`: seconds after which a session that asks nothing ends.
    """
    app = FastAPI(
        title="contactline",
        version=contactline.__version__,
        description="Who holds what, since when, and which sentence says so.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    accounts = Accounts(ledger)
    app.state.desk, app.state.door, app.state.ledger, app.state.accounts = (
        Desk(ledger, rules),
        Door(accounts, single, secure, embed, second, idle),
        ledger,
        accounts,
    )
    app.state.private_urls = private_urls
    standing = Standing.of(ledger)

    @app.middleware("http")
    async def there(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
        """Nothing is answered from a ledger that is not there any more."""
        if not request.url.path.startswith("/assets/"):
            try:
                standing.check()
            except LedgerUnavailable as e:
                return unavailable(request, str(e))
        return await go(request)

    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=4)
    app.middleware("http")(app.state.door.guard)
    for part in (views, happening, outlook, evidence, reviewing, people, leaving, under):
        app.include_router(part.router, prefix="/api/v1")

    @app.exception_handler(ContactlineError)
    async def said(_: Request, e: ContactlineError) -> JSONResponse:
        return JSONResponse({"detail": str(e)}, 400)

    @app.exception_handler(LedgerUnavailable)
    async def gone(request: Request, e: LedgerUnavailable) -> Response:
        return unavailable(request, str(e))

    @app.exception_handler(DatabaseError)
    async def damaged(request: Request, e: DatabaseError) -> Response:
        if isinstance(e, (DataError, IntegrityError)):
            return JSONResponse({"detail": f"the ledger refuses a value: {reason(e)}"}, 400)
        return unavailable(
            request, f"the ledger can't be read: {reason(e)}; see: contactline doctor"
        )

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, e: RequestValidationError) -> JSONResponse:
        first = e.errors()[0] if e.errors() else {"loc": (), "msg": "malformed"}
        return JSONResponse(
            {
                "detail": (
                    f"{'.'.join(str(x) for x in first['loc'][1:]) or 'request'}: {first['msg']}"
                )
                .encode("utf-8", "replace")
                .decode()
            },
            422,
        )

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> Any:
        if path.startswith("api/"):
            raise HTTPException(404, "no such address")
        if not (WEB / "index.html").exists():
            return HTMLResponse("<p>The web app is not built. Run: make build</p>", 503)
        named = path and "\0" not in path and max(map(len, path.split("/"))) < LONGEST_NAME
        wanted = (WEB / path).resolve() if named and len(path) < 1000 else WEB / "index.html"
        # a path that climbs out of the folder is a page like any other: the app itself
        if not wanted.is_file() or not wanted.is_relative_to(WEB.resolve()):
            if "." in path.rsplit("/", 1)[-1] and path.startswith("assets/"):
                raise HTTPException(404, "no such file")
            return FileResponse(
                WEB / "index.html", media_type="text/html", headers={"Cache-Control": "no-cache"}
            )
        return FileResponse(
            wanted,
            media_type=TYPES.get(
                wanted.suffix,
                "text/html" if wanted.suffix == ".html" else "application/octet-stream",
            ),
            headers={
                "Cache-Control": "public, max-age=31536000, immutable"
                if path.startswith("assets/")
                else "no-cache"
            },
        )

    return app
