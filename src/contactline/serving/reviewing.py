"""What changes something: review decisions with their undo, the queue, trying a report before
storing it, storing it.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from contactline.intake.files import Failure, Given, read_paths
from contactline.intake.web import ENDINGS, fetch
from contactline.ledger.decisions import corrected
from contactline.ledger.naming import merged, parted
from contactline.model import KINDS, MODALITIES, ActorId, ContactlineError, Report, Role
from contactline.picture.history import History
from contactline.pipeline import store_reports
from contactline.publishing.colours import colour
from contactline.serving.desk import Desk, parse_day
from contactline.serving.security import Reader, Reviewer
from contactline.serving.shapes import claim_json, side_names
from contactline.serving.views import Asked, Day, days

router = APIRouter(tags=["review"])


class Correction(BaseModel):
    """What is right; what is left out stays as it was read."""

    kind: str | None = Field(None, max_length=20)
    aspect: str | None = Field(None, max_length=20)
    modality: str | None = Field(None, max_length=20)
    valid_from: str | None = Field(None, max_length=10)
    actor: str | None = Field(None, max_length=300, description="An id of a party, or a new name")
    other: str | None = Field(None, max_length=300)
    place: str | None = Field(None, max_length=300, description="An id of a place")


class Decision(BaseModel):
    action: Literal["accept", "reject", "correct", "merge", "split"]
    subject: str = Field(min_length=1, max_length=300)
    correction: Correction | None = None
    into: str = Field("", max_length=300)
    words: list[str] = Field(default_factory=list, max_length=50)


class Foreseen(BaseModel):
    """A decision about a claim, to be looked at before it is made; `on` is the day looked at."""

    action: Literal["accept", "reject", "correct"]
    subject: str = Field(min_length=1, max_length=300)
    correction: Correction | None = None
    on: str | None = Field(None, max_length=10)


class Draft(BaseModel):
    """A report as text, as an uploaded file (base64), or as an address; one of the three."""

    text: str = Field("", max_length=5_000_000)
    file: str = Field("", max_length=24_000_000)
    name: str = Field("pasted.txt", max_length=200)
    url: str = Field("", max_length=2000)
    source: str = Field("", max_length=200)
    date: str | None = Field(None, max_length=10)


def _role(desk: Desk, key: str, kind: str, had: Role | None) -> dict[str, Any]:
    """The corrected role, from ledger, catalogue or gazetteer; a new party by its name."""
    stage = desk.stage()
    words = had.text if had else key
    spot = {"start": had.start, "end": had.end} if had else {}
    if kind == "place":
        for s in stage.units[key].claims if key in stage.units else ():
            if s.claim.place and s.claim.place.id == key:
                r = s.claim.place
                return {
                    "text": words,
                    "name": r.name,
                    "id": r.id,
                    "lat": r.lat,
                    "lon": r.lon,
                    "geoname_id": r.geoname_id,
                    "country": r.country,
                    "feature": r.feature,
                    "radius_km": r.radius_km,
                    "confidence": 1.0,
                } | spot
        p = next((p for p in stage.nodes if p.id == key), None) or next(
            (m.place for m in desk.gazetteer.lookup(key.split(":")[-1])), None
        )
        if p is None:
            raise ContactlineError(f"no place goes by {key}")
        return {
            "text": words,
            "name": p.name,
            "id": p.id,
            "lat": p.lat,
            "lon": p.lon,
            "geoname_id": p.geoname_id,
            "country": p.country,
            "feature": p.feature,
            "radius_km": p.radius_km,
            "confidence": 1.0,
        } | spot
    if who := ActorId.parse(key):
        return {
            "text": words,
            "name": stage.sides.name(who.key),
            "id": key,
            "confidence": 1.0,
        } | spot
    known = desk.tools.catalogue.named(key)
    return {
        "text": words,
        "name": known[0].name if known else key,
        "id": ActorId.of(
            known[0].id if known else ActorId.NEW + "-".join(key.lower().split())[:60]
        ),
        "confidence": 1.0,
    } | spot


def _corrected(desk: Desk, subject: str, c: Correction) -> dict[str, Any]:
    found = desk.by_id().get(subject)
    if found is None:
        raise HTTPException(404, "no such claim")
    value: dict[str, Any] = {}
    kind = c.kind or found.claim.kind
    if kind not in KINDS:
        raise ContactlineError(f"the kind is one of {', '.join(KINDS)}")
    aspect = c.aspect or (found.claim.aspect if kind == found.claim.kind else None)
    if c.aspect is not None or kind != found.claim.kind:
        if aspect not in (KINDS[kind] or (None,)):
            raise ContactlineError(
                f"a claim of kind {kind} has the aspects {', '.join(KINDS[kind]) or '(none)'}"
            )
        value |= {"kind": kind, "aspect": aspect}
    if c.modality is not None:
        if c.modality not in MODALITIES:
            raise ContactlineError(f"the modality is one of {', '.join(MODALITIES)}")
        value["modality"] = c.modality
    if c.valid_from:
        day = parse_day(c.valid_from, "valid_from")
        value["valid_from"] = day.isoformat() if day else None
    for role in ("actor", "other", "place"):
        key = getattr(c, role)
        if key:
            value[role] = _role(
                desk, key, "place" if role == "place" else "actor", getattr(found.claim, role)
            )
    if not value:
        raise ContactlineError("say what is right")
    return value


@router.post("/decisions")
def decide(d: Decision, desk: Asked, who: Reviewer, request: Request) -> dict[str, Any]:
    """Adds a decision; the picture follows at once."""
    with desk.lock:
        if d.action in ("merge", "split"):
            subject, value = (
                merged(desk.ledger, d.subject, d.into)
                if d.action == "merge"
                else parted(desk.ledger, d.subject, d.words, d.into)
            )
        else:
            if not desk.ledger.claims(ids=[d.subject]):
                raise HTTPException(404, "no such claim, or it is rejected already")
            subject, value = (
                d.subject,
                _corrected(desk, d.subject, d.correction)
                if d.action == "correct" and d.correction
                else {},
            )
            if d.action == "correct" and not value:
                raise ContactlineError("say what is right")
        key = desk.ledger.decide(d.action, subject, value, who.name)
        if d.action in ("merge", "split"):
            desk.fresh()
        else:
            desk.decided()
    _note(request, who.name, f"review {d.action}", subject)
    return {"id": key, "version": desk.version}


@router.post("/decisions/try")
def foresee(d: Foreseen, desk: Asked, _: Reviewer) -> dict[str, Any]:
    """What a decision would change, before it is made: the places the claim speaks of, as they
    stand and as they would.
    """
    day, _known = days(desk, d.on, None)
    with desk.lock:
        found = desk.by_id().get(d.subject)
        if found is None:
            raise HTTPException(404, "no such claim")
        after = replace(found, review=d.action)
        if d.action == "correct":
            if d.correction is None:
                raise ContactlineError("say what is right")
            value = _corrected(desk, d.subject, d.correction)
            after = replace(after, claim=corrected(found.claim, value))
        rest = [replace(s) for s in desk.stage().claims if s.id != found.id]
        stage = desk.analysis.staged(rest if d.action == "reject" else [*rest, after])
        keys = {r.id for s in (found, after) if (r := s.claim.place) and r.id}
        return {
            "on": day.isoformat(),
            "places": [_stands(desk, stage, k, day) for k in sorted(keys)],
        }


def _stands(desk: Desk, stage: History, key: str, day: date) -> dict[str, Any]:
    """A place as it stands in the ledger's picture and in another."""
    now = desk.stage()
    before = now.holding(key, day) if key in now.units else None
    h = stage.holding(key, day) if key in stage.units else None
    one = h or before
    return {
        "id": key,
        "name": one.place.name if one else key,
        "holder": side_names(h.holder, stage.sides) if h else None,
        "status": h.status if h else "unknown",
        "probability": h.probability if h else 0.0,
        "before": side_names(before.holder, now.sides) if before else None,
        "before_probability": before.probability if before else None,
    }


@router.post("/decisions/{key}/undo")
def undo(key: str, desk: Asked, who: Reviewer, request: Request) -> dict[str, Any]:
    """Takes a decision back; that can be taken back too."""
    found = next((d for d in desk.ledger.decisions() if d["id"] == key), None)
    if found is None:
        raise HTTPException(404, "no such decision")
    done = desk.ledger.decide("undo", found["subject"], {}, who.name, undoes=key)
    desk.fresh()
    _note(request, who.name, "review undo", key)
    return {"id": done, "version": desk.version}


@router.get("/decisions")
def decisions(desk: Asked, _: Reader) -> dict[str, Any]:
    """Every decision, newest first, with whether it stands."""
    rows = desk.ledger.decisions()
    undone: set[str] = set()
    for r in reversed(rows):
        if r["undoes"] and r["id"] not in undone:
            undone.add(r["undoes"])
    by = desk.by_id()
    return {
        "decisions": [
            {
                "id": r["id"],
                "action": r["action"],
                "subject": r["subject"],
                "author": r["author"],
                "at": r["decided_at"].isoformat(timespec="seconds"),
                "undoes": r["undoes"],
                "stands": r["id"] not in undone,
                "quote": by[r["subject"]].claim.quote if r["subject"] in by else None,
            }
            for r in reversed(rows)
        ][:300]
    }


@router.get("/queue")
def queue(desk: Asked, _: Reader, on: Day = None) -> dict[str, Any]:
    """Undecided claims, those first whose leaving out would move the picture most."""
    day, _known = days(desk, on, None)
    stage = desk.stage()
    return {
        "on": day.isoformat(),
        "queue": [
            claim_json(s, desk.language(s.claim.report))
            | {
                "moves": m,
                "holder": side_names(h.holder, stage.sides),
                "colour": colour(h.holder) if h.holder else None,
            }
            for s, m, h in desk.queue(day)
        ],
    }


def _reports(draft: Draft, private: bool, desk: Desk) -> list[Report]:
    given = [bool(draft.text.strip()), bool(draft.file), bool(draft.url)]
    if sum(given) != 1:
        raise ContactlineError("give a text, a file or an address, one of the three")
    content, name = draft.text.encode("utf-8", "replace"), "pasted.txt"
    if draft.file:
        try:
            content, name = (
                base64.b64decode(draft.file, validate=True),
                Path(draft.name.replace("\0", "")).name or "upload",
            )
        except (binascii.Error, ValueError) as e:
            raise ContactlineError("the file did not arrive whole") from e
    url = ""
    if draft.url:
        content, kind, url = fetch(draft.url, private)
        name = "page" + ENDINGS.get(kind, ".html")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name[-80:].lstrip(".") or "upload.txt")
        path.write_bytes(content)
        told = Given(parse_day(draft.date, "date"), draft.source)
        found = list(read_paths([path], told, None, desk.tools.file))
    failed = [f for f in found if isinstance(f, Failure)]
    out = [replace(r, path=name, url=url or r.url) for r in found if not isinstance(r, Failure)]
    if not out:
        raise ContactlineError(failed[0].reason if failed else "nothing to read in it")
    return out


@router.post("/try")
def try_(draft: Draft, desk: Asked, who: Reviewer, request: Request) -> dict[str, Any]:
    """Reads a report without storing it: its claims, and which places of the picture it would
    change.
    """
    reports = _reports(draft, request.app.state.private_urls, desk)
    r = reports[0]
    claims, stage = desk.tried(r)
    day = r.published or desk.span()[1]
    now = {h.place.id: h for h in desk.stage().holdings_on(day)}
    touched = []
    for key in sorted(
        {p.id for s in claims if (p := s.claim.place) and p.id and p.id in stage.units}
    ):
        h, before = stage.holding(key, day), now.get(key)
        touched.append(
            {
                "id": key,
                "name": h.place.name,
                "lat": h.place.lat,
                "lon": h.place.lon,
                "holder": side_names(h.holder, stage.sides),
                "colour": colour(h.holder) if h.holder else None,
                "status": h.status,
                "probability": h.probability,
                "before": side_names(before.holder, stage.sides) if before else None,
                "before_probability": before.probability if before else None,
            }
        )
    return {
        "title": r.title,
        "source": r.source,
        "published": r.published.isoformat() if r.published else None,
        "text": r.text[: r.article_end],
        "unread": r.unread,
        "claims": [claim_json(s, r.language) for s in claims],
        "on": day.isoformat(),
        "places": touched,
        "more": len(reports) - 1,
        "comments": len(r.comments),
    }


@router.post("/reports")
def store(draft: Draft, desk: Asked, who: Reviewer, request: Request) -> dict[str, Any]:
    """Reads and stores a report; the same one twice is stored once."""
    reports = _reports(draft, request.app.state.private_urls, desk)
    stored, claims = 0, 0
    for r in reports:
        with desk.reading:
            tally = store_reports(desk.ledger, [r], desk.tools)
        if tally.failed:
            raise ContactlineError(tally.failed[0].reason)
        stored, claims = stored + tally.read, claims + tally.claims
    desk.fresh()
    _note(request, who.name, "store", ", ".join(r.id for r in reports)[:300])
    return {
        "stored": stored,
        "known": len(reports) - stored,
        "claims": claims,
        "ids": [r.id for r in reports],
        "version": desk.version,
    }


def _note(request: Request, who: str, what: str, subject: str) -> None:
    request.app.state.accounts.note(
        who, what, subject, request.client.host if request.client else ""
    )
