"""Reports and claims as rows and back.

A claim's words and what they were taken to mean are rows of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from contactline.model import Claim, Comment, Modality, Report, Role, digest, storable

ROLES = ("actor", "other", "place")
_QUALIFIERS = ("said_by", "condition", "extent", "number", "precision")
_REPORT = (
    "article_end",
    "title",
    "source",
    "author",
    "published",
    "date_basis",
    "url",
    "language",
    "media_type",
    "path",
    "unread",
)


def packed(value: Any) -> str:
    """Canonical JSON, so that the same value is the same text."""
    return storable(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def report_row(r: Report) -> dict[str, Any]:
    return {k: getattr(r, k) for k in _REPORT} | {"id": r.id, "sha256": r.sha256, "text": r.text}


def comment_row(report_id: str, x: Comment) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "position": x.order,
        "author": x.author,
        "text": x.text,
        "parent": x.parent,
        "begins": x.start,
        "ends": x.end,
        "corrects": x.corrects,
    }


def report_of(r: Any, comments: Iterable[Any] = ()) -> Report:
    return Report(
        r.text,
        **{k: getattr(r, k) for k in _REPORT},
        comments=tuple(
            Comment(x.author, x.text, x.position, x.parent, x.begins, x.ends, x.corrects)
            for x in comments
        ),
    )


def claim_row(c: Claim) -> dict[str, Any]:
    """What its id is the hash of, and nothing else."""
    words = {k: [r.text, r.start, r.end] for k in ROLES if (r := getattr(c, k)) is not None}
    return {
        "id": c.id,
        "report_id": c.report,
        "kind": c.kind,
        "aspect": c.aspect,
        "modality": c.modality,
        "begins": c.start,
        "ends": c.end,
        "quote": c.quote,
        "words": packed(words | ({"repeat": c.repeat} if c.repeat else {})),
    }


def resolution_row(c: Claim) -> dict[str, Any]:
    """Who, where, when, how many and how sure, as one reading took the claim's words."""
    body: dict[str, Any] = {k: v for k in _QUALIFIERS if (v := getattr(c, k)) is not None}
    for k in ROLES:
        role = getattr(c, k)
        if role is not None:
            body[k] = {
                f.name: v
                for f in fields(Role)
                if f.name not in ("text", "start", "end")
                and (v := getattr(role, f.name)) is not None
            }
    return {
        "claim_id": c.id,
        "confidence": round(float(c.confidence), 6),
        "valid_from": c.valid_from,
        "valid_to": c.valid_to,
        "actor_id": c.actor.id if c.actor else None,
        "other_id": c.other.id if c.other else None,
        "place_id": c.place.id if c.place else None,
        "body": packed(body),
    }


def claim_of(row: Any) -> Claim:
    """The claim of a row of `claims` joined with one of `resolutions`."""
    words, body = json.loads(row.words), json.loads(row.body)
    roles = {
        k: Role(words[k][0], start=words[k][1], end=words[k][2], **body.get(k, {}))
        if k in words
        else None
        for k in ROLES
    }
    return Claim(
        row.report_id,
        row.kind,
        row.aspect,
        roles["actor"],
        roles["other"],
        roles["place"],
        Modality(row.modality),
        row.quote,
        row.begins,
        row.ends,
        row.confidence,
        body.get("said_by"),
        body.get("condition"),
        body.get("extent"),
        body.get("number"),
        row.valid_from,
        row.valid_to,
        body.get("precision"),
        words.get("repeat", 0),
    )


def resolution_hash(row: Any) -> str:
    """Of a row (mapping) of `resolutions`: `verify` sees what was renamed, moved, re-dated or re-
    scored.
    """
    return digest(
        [
            "resolution",
            row["claim_id"],
            round(float(row["confidence"]), 6),
            row["valid_from"],
            row["valid_to"],
            row["actor_id"],
            row["other_id"],
            row["place_id"],
            row["body"],
        ],
        32,
    )


def reading_digest(rows: Iterable[Any]) -> str:
    """Of all resolutions of a reading, in whatever order."""
    return digest(sorted(resolution_hash(r) for r in rows), 32)


def words_body(claims: Iterable[Claim], places: Iterable[tuple[int, int]]) -> str:
    """What a reader found in a report before anything was named, to be named anew later."""
    found = [
        claim_row(c)
        | {
            k: v
            for k, v in resolution_row(c).items()
            if k not in ("actor_id", "other_id", "place_id", "claim_id")
        }
        | {"valid_from": _iso(c.valid_from), "valid_to": _iso(c.valid_to)}
        for c in claims
    ]
    return packed({"claims": found, "places": [list(p) for p in places]})


def words_of(body: str) -> tuple[list[Claim], list[tuple[int, int]]]:
    """(claims with the words of their roles alone, offsets of the place mentions) as they were
    read.
    """
    found = json.loads(body)
    claims = []
    for c in found["claims"]:
        for k in ("valid_from", "valid_to"):
            c[k] = date.fromisoformat(c[k]) if c[k] else None
        claims.append(claim_of(_Row(c)))
    return claims, [(a, b) for a, b in found["places"]]


def _iso(d: date | None) -> str | None:
    return d.isoformat() if d else None


class _Row:
    """A mapping read like a database's row."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)
