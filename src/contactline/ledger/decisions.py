"""Review decisions: rows with author and time, laid over the claims; undone by another row, never
rewritten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from contactline.ledger import log, logged
from contactline.ledger import tables as t
from contactline.ledger.connection import now
from contactline.ledger.merging import Merges, merges_of
from contactline.ledger.rows import ROLES
from contactline.model import Claim, Modality, Role, digest

VERDICTS = ("accept", "reject", "correct")
NAMINGS = ("merge", "split")


def decide(
    c: sa.Connection,
    action: str,
    subject: str,
    value: dict[str, Any],
    author: str,
    undoes: str | None,
) -> str:
    """Adds the row within a transaction of the one writer; gives its id, the hash of all of it."""
    at = now()
    row = {
        "position": (c.scalar(sa.select(sa.func.max(t.decisions.c.position))) or 0) + 1,
        "action": action,
        "subject": subject,
        "value": json.dumps(value, sort_keys=True, ensure_ascii=False),
        "author": author,
        "decided_at": at,
        "undoes": undoes,
    }
    key = decision_id(row)
    c.execute(sa.insert(t.decisions).values(id=key, **row))
    told = logged.item("decision", {**row, "id": key})
    log.append(c, f"decision {key}: {action}", [told], at)
    return key


def decision_id(r: Mapping[str, Any]) -> str:
    return digest(
        [
            "decision",
            r["position"],
            r["action"],
            r["subject"],
            r["value"],
            r["author"],
            r["decided_at"].isoformat(),
            r["undoes"],
        ]
    )


def standing(c: sa.Connection, as_known: date | None = None) -> list[Any]:
    """Decisions in order, without those taken back; the taking back of a taking back counts too.

    `subject` is the claim's id of today, also where the decision names one from before ledgers of
    version 0003.
    """
    q = (
        sa.select(t.decisions, t.former_ids.c.claim_id)
        .outerjoin(t.former_ids, t.former_ids.c.id == t.decisions.c.subject)
        .order_by(t.decisions.c.position)
    )
    if as_known:
        q = q.where(
            t.decisions.c.decided_at
            < datetime(as_known.year, as_known.month, as_known.day) + timedelta(days=1)
        )
    rows = list(c.execute(q).all())
    undone = taken_back((r.id, r.undoes) for r in rows)
    return [r for r in rows if r.id not in undone]


def taken_back(rows: Iterable[tuple[str, str | None]]) -> set[str]:
    """Ids of the decisions that do not stand, from (id, undoes) in the order of decision."""
    undone: set[str] = set()
    for key, undoes in reversed(list(rows)):
        if undoes and key not in undone:
            undone.add(undoes)
    return undone


def verdicts(rows: Iterable[Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Claim id to (accept, reject or correct; its value): the last that stands."""
    return {
        r.claim_id or r.subject: (r.action, json.loads(r.value))
        for r in rows
        if r.action in VERDICTS
    }


def renamings(rows: Iterable[Any]) -> Merges:
    return merges_of(
        (r.action, r.subject, json.loads(r.value)) for r in rows if r.action in NAMINGS
    )


def corrected(claim: Claim, value: dict[str, Any]) -> Claim:
    """The claim as a reviewer put it right; the stored one stays as it was read."""
    known: dict[str, Any] = {
        k: v for k, v in value.items() if k in ("kind", "aspect", "modality", "extent", "said_by")
    }
    if "modality" in known:
        known["modality"] = Modality(known["modality"])
    for k in ("valid_from", "valid_to"):
        if value.get(k):
            known[k] = date.fromisoformat(value[k])
    for k in ROLES:
        if isinstance(value.get(k), dict):
            known[k] = Role(**{f: v for f, v in value[k].items() if f in Role.__dataclass_fields__})
    return replace(claim, **known)
