"""Signing in and out, passwords, second factors, sessions and API tokens, users, the audit log."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from contactline.ledger.accounts import Accounts, Who, key_address, new_key
from contactline.serving.security import (
    Admin,
    AdminInPerson,
    Door,
    InPerson,
    Reader,
)

router = APIRouter(tags=["people"])


class SignIn(BaseModel):
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1024)
    code: str = Field("", max_length=12, description="Of the second factor, where there is one")


class Password(BaseModel):
    password: str = Field(min_length=1, max_length=1024, description="The one of now")
    new: str = Field(min_length=1, max_length=1024)


class SecondFactor(BaseModel):
    """Without a code a new key is given out; with it the key is kept if the code is its own."""

    password: str = Field(min_length=1, max_length=1024)
    key: str = Field("", max_length=64)
    code: str = Field("", max_length=12)


class NewToken(BaseModel):
    label: str = Field("", max_length=100)
    days: int = Field(90, ge=1, le=365)


class NewUser(BaseModel):
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1024)
    role: str = Field("reader", max_length=12)


class UserChange(BaseModel):
    """What is left out stays."""

    role: str | None = Field(None, max_length=12)
    closed: bool | None = None
    password: str | None = Field(None, min_length=1, max_length=1024)
    second_factor: bool | None = Field(None, description="False: a lost one is taken off")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _note(request: Request, who: str, what: str, subject: str = "") -> None:
    request.app.state.accounts.note(who, what, subject, _address(request))


def _checked(request: Request, name: str, password: str, code: str | None) -> Who:
    """Who it is, by password and where there is one by second factor; guesses are counted.

    `code` None: the password is enough.
    """
    door: Door = request.app.state.door
    accounts: Accounts = request.app.state.accounts
    at = _address(request)
    if door.tries.blocked(name, at, lambda: accounts.was_at(name, at)):
        wait = {"Retry-After": str(int(door.tries.seconds))}
        raise HTTPException(429, "too many tries; wait a quarter of an hour", wait)
    if not door.tries.checking.acquire(timeout=5):
        raise HTTPException(429, "too many sign in at once; try again", {"Retry-After": "5"})
    try:
        who = accounts.check(name, password)
    finally:
        door.tries.checking.release()
    if who is None:
        door.tries.fail(name, at)
        accounts.note(name, "sign-in refused", "", at)
        raise HTTPException(401, "the name or the password is wrong")
    if who.second and code is not None:
        if not code:
            raise HTTPException(401, "give the code of your second factor")
        if not accounts.check_code(who.name, code.replace(" ", "")):
            door.tries.fail(name, at)
            accounts.note(name, "sign-in refused", "second factor", at)
            raise HTTPException(401, "the code of the second factor is wrong or was used")
    door.tries.clear(name, at)
    return who


@router.post("/session")
def sign_in(given: SignIn, request: Request, response: Response) -> dict[str, Any]:
    """Opens a session and sets its cookie. Five wrong passwords for a name from one address close
    the name to that address for a quarter of an hour.
    """
    door: Door = request.app.state.door
    who = _checked(request, given.name, given.password, given.code)
    secret, who = request.app.state.accounts.open(who)
    door.keep(response, secret)
    _note(request, who.name, "sign-in")
    return {"name": who.name, "role": who.role, "csrf": who.csrf, "second": who.second}


@router.delete("/session")
def sign_out(who: Reader, request: Request, response: Response) -> dict[str, Any]:
    door: Door = request.app.state.door
    if who.session:
        request.app.state.accounts.end(who.session)
        _note(request, who.name, "sign-out")
    response.delete_cookie(door.cookie, path="/", secure=door.secure)
    return {"signed_out": True}


@router.put("/password")
def new_password(given: Password, who: InPerson, request: Request) -> dict[str, Any]:
    """Ends the user's other sessions and tokens."""
    _checked(request, who.name, given.password, None)
    request.app.state.accounts.set_password(who.name, given.new, who.session)
    _note(request, who.name, "password changed")
    return {"changed": True}


@router.post("/second-factor")
def second_factor(given: SecondFactor, who: InPerson, request: Request) -> dict[str, Any]:
    """A key for an authenticator's app; sent back with a code of it, it is kept, and the user's
    other sessions and tokens end.
    """
    accounts: Accounts = request.app.state.accounts
    _checked(request, who.name, given.password, None)
    if who.second:
        raise HTTPException(400, "there is a second factor already; take it off first")
    if not given.code:
        key = new_key()
        return {"key": key, "address": key_address(who.name, key), "kept": False}
    if not accounts.check_code(who.name, given.code.replace(" ", ""), given.key):
        request.app.state.door.tries.fail(who.name, _address(request))
        raise HTTPException(400, "the code is not the key's; is the clock right?")
    accounts.set_second(who.name, given.key, who.session)
    _note(request, who.name, "second factor set up")
    return {"kept": True}


@router.delete("/second-factor")
def no_second_factor(given: SignIn, who: InPerson, request: Request) -> dict[str, Any]:
    """With password and code of who is signed in."""
    checked = _checked(request, who.name, given.password, given.code)
    if not checked.second:
        raise HTTPException(404, "there is no second factor")
    request.app.state.accounts.set_second(who.name, None, who.session)
    _note(request, who.name, "second factor taken off")
    return {"kept": False}


@router.get("/sessions")
def sessions(who: InPerson, request: Request) -> dict[str, Any]:
    """The user's open sessions and tokens; an admin's: everybody's."""
    name = None if who.role == "admin" else who.name
    return {
        "sessions": [
            s
            | {k: s[k].isoformat(timespec="seconds") for k in ("created_at", "expires_at")}
            | {"this": who.session.startswith(s["id"])}
            for s in request.app.state.accounts.sessions(name)
        ]
    }


@router.delete("/sessions/{key}")
def end_session(key: str, who: InPerson, request: Request) -> dict[str, Any]:
    """Ends a session or revokes a token: one's own, an admin any."""
    name = None if who.role == "admin" else who.name
    if not request.app.state.accounts.end_one(key[:64], name):
        raise HTTPException(404, "no such session or token")
    _note(request, who.name, "session ended", key[:32])
    return {"ended": True}


@router.post("/tokens")
def token(given: NewToken, who: InPerson, request: Request) -> dict[str, Any]:
    """An API token for scripts, with the user's own role; shown once, kept as a hash."""
    secret, _ = request.app.state.accounts.open(who, "token", given.label, given.days)
    _note(request, who.name, "token", given.label)
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
def add_user(given: NewUser, who: AdminInPerson, request: Request) -> dict[str, Any]:
    request.app.state.accounts.add(given.name, given.password, given.role)
    _note(request, who.name, "user added", f"{given.name} as {given.role}")
    return {"name": given.name, "role": given.role}


@router.patch("/users/{name}")
def change_user(
    name: str, given: UserChange, who: AdminInPerson, request: Request
) -> dict[str, Any]:
    """Role, closing and opening again, a new password, a lost second factor. The last admin stays
    one.
    """
    accounts: Accounts = request.app.state.accounts
    done = []
    if given.role is not None:
        accounts.set_role(name, given.role)
        done.append(f"made {given.role}")
    if given.password is not None:
        accounts.set_password(name, given.password)
        done.append("given a new password")
    if given.second_factor is False:
        accounts.set_second(name, None)
        done.append("second factor taken off")
    if given.closed is not None:
        accounts.close(name) if given.closed else accounts.reopen(name)
        done.append("closed" if given.closed else "opened again")
    if not done:
        raise HTTPException(400, "say what is to change")
    _note(request, who.name, "user changed", f"{name[:64]}: {', '.join(done)}")
    return {"name": name, "done": done}


@router.get("/audit")
def audit(_: Admin, request: Request) -> dict[str, Any]:
    """What was done, newest first."""
    return {"audit": request.app.state.accounts.log()}
