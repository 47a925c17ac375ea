"""Signing in and out, API tokens, users, the audit log."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from contactline.ledger.accounts import Accounts
from contactline.serving.security import COOKIE, Admin, Door, Reader

router = APIRouter(tags=["people"])


class SignIn(BaseModel):
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1024)


class NewToken(BaseModel):
    label: str = Field("", max_length=100)
    days: int = Field(90, ge=1, le=365)


class NewUser(BaseModel):
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1024)
    role: str = Field("reader", max_length=12)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.post("/session")
def sign_in(given: SignIn, request: Request, response: Response) -> dict[str, Any]:
    """Opens a session and sets its cookie. Five wrong passwords for a name close it for a quarter
    of an hour.
    """
    door: Door = request.app.state.door
    accounts: Accounts = request.app.state.accounts
    keys = (f"name:{given.name}", f"from:{_address(request)}")
    if door.tries.blocked(*keys):
        raise HTTPException(429, "too many tries; wait a quarter of an hour")
    who = accounts.check(given.name, given.password)
    if who is None:
        door.tries.fail(*keys)
        accounts.note(given.name, "sign-in refused", "", _address(request))
        raise HTTPException(401, "the name or the password is wrong")
    door.tries.clear(keys[0])
    secret, who = accounts.open(who)
    door.keep(response, secret)
    accounts.note(who.name, "sign-in", "", _address(request))
    return {"name": who.name, "role": who.role, "csrf": who.csrf}


@router.delete("/session")
def sign_out(who: Reader, request: Request, response: Response) -> dict[str, Any]:
    if who.session:
        request.app.state.accounts.end(who.session)
        request.app.state.accounts.note(who.name, "sign-out", "", _address(request))
    response.delete_cookie(COOKIE, path="/")
    return {"signed_out": True}


@router.post("/tokens")
def token(given: NewToken, who: Reader, request: Request) -> dict[str, Any]:
    """An API token for scripts, with the user's own role; shown once, kept as a hash."""
    if request.app.state.door.single:
        raise HTTPException(400, "the local user needs no token")
    accounts: Accounts = request.app.state.accounts
    secret, _ = accounts.open(who, "token", given.label, given.days)
    accounts.note(who.name, "token", given.label, _address(request))
    return {"token": secret, "days": given.days}


@router.get("/users")
def users(_: Admin, request: Request) -> dict[str, Any]:
    return {
        "users": [
            u
            | {
                "created_at": u["created_at"].isoformat(timespec="seconds"),
                "closed_at": u["closed_at"].isoformat(timespec="seconds")
                if u["closed_at"]
                else None,
            }
            for u in request.app.state.accounts.users()
        ]
    }


@router.post("/users")
def add_user(given: NewUser, who: Admin, request: Request) -> dict[str, Any]:
    request.app.state.accounts.add(given.name, given.password, given.role)
    request.app.state.accounts.note(
        who.name, "user added", f"{given.name} as {given.role}", _address(request)
    )
    return {"name": given.name, "role": given.role}


@router.get("/audit")
def audit(_: Admin, request: Request) -> dict[str, Any]:
    """What was done, newest first."""
    return {"audit": request.app.state.accounts.log()}
