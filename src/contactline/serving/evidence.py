"""Says who: a place with its history and its claims for and against, an actor, a claim, a report
with its passages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from contactline.intake.tone import abusive
from contactline.model import ActorId, plain
from contactline.naming.folding import plain_words
from contactline.picture.history import History
from contactline.publishing.colours import colour
from contactline.questions.holders import SPEAKS, position, who_holds
from contactline.serving.desk import Desk, parse_day
from contactline.serving.happening import siege_json
from contactline.serving.security import Reader
from contactline.serving.shapes import claim_json, holding_json
from contactline.serving.views import Asked, Day, days

router = APIRouter(tags=["evidence"])


@router.get("/place")
def place(
    desk: Asked,
    _: Reader,
    id: Annotated[str, Query(max_length=300)],
    on: Day = None,
    known: Day = None,
) -> dict[str, Any]:
    """One place on a day: holder, history as a strip, claims for and against with their weights,
    the parameters.
    """
    day, at = days(desk, on, known)
    stage = desk.stage(at)
    if id not in stage.units and position(stage, id) is None:
        raise HTTPException(404, "no such place in the picture")
    a = desk.ask(lambda x: who_holds(x, id, day, at))
    h = a.holding
    supports: list[dict[str, Any]] = []
    against: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    for r in a.reasons:
        row = claim_json(r.claim, desk.language(r.claim.claim.report)) | {
            "weight": round(r.weight, 2),
            "says": r.says,
            "sides": [stage.sides.name(x) for x in r.sides],
            "day": r.day.isoformat() if r.day else None,
            "also": list(r.claims[1:]),
            "later": r.day is not None and r.day > day,
        }
        where = supports if r.weight > SPEAKS else against if r.weight < -SPEAKS else other
        where.append(row)
    if not a.reported:
        said = desk.ask(lambda x: x.who_says_so(h.claims, known=at))
        supports = [
            claim_json(s, desk.language(s.claim.report))
            | {"weight": None, "says": "about the area it lies in"}
            for s in said
        ]
    return {
        "place": holding_json(h, stage.sides),
        "siege": siege_json(desk, h, day, at),
        "history": history(stage, id, desk) if a.reported else [],
        "for": supports[:120],
        "against": against[:120],
        "other": other[:60],
        "note": a.note,
        "parameters": desk.analysis.rules.public(),
    }


def history(stage: History, key: str, desk: Desk) -> list[dict[str, Any]]:
    """Holder and probability over the ledger's span, in stretches."""
    first, last = desk.span()
    step = max(1, (last - first).days // 160)
    out: list[dict[str, Any]] = []
    d = first
    while d <= last:
        h = stage.holding(key, d)
        row = {
            "from": d.isoformat(),
            "to": d.isoformat(),
            "side": h.holder,
            "name": h.holder.called(stage.sides.names) if h.holder else None,
            "colour": colour(h.holder) if h.holder else None,
            "status": h.status,
            "probability": h.probability,
        }
        if out and (out[-1]["side"], out[-1]["status"]) == (row["side"], row["status"]):
            out[-1]["to"] = d.isoformat()
            out[-1]["probability"] = max(out[-1]["probability"], h.probability)
        else:
            if out:
                out[-1]["to"] = d.isoformat()
            out.append(row)
        d += timedelta(days=step)
    if out:
        out[-1]["to"] = last.isoformat()
    return out


@router.get("/actor")
def actor(
    desk: Asked, _: Reader, id: Annotated[str, Query(max_length=300)], on: Day = None
) -> dict[str, Any]:
    """One party: its side, its ties and what is claimed of it, newest first."""
    day, _known = days(desk, on, None)
    stage = desk.stage()
    key = ActorId.parse(id) or ActorId.of(id)
    if not any(key == r.id for s in stage.claims for r in (s.claim.actor, s.claim.other) if r):
        wanted = plain_words(id.removeprefix("actor:"))
        found = next(
            (
                r.actor_id
                for s in stage.claims
                for r in (s.claim.actor, s.claim.other)
                if r and r.actor_id and plain_words(stage.sides.name(r.actor_id.key)) == wanted
            ),
            None,
        )
        if found is None:
            raise HTTPException(404, "no claim speaks of this party")
        key = found
    mine = [
        s
        for s in stage.claims
        if (s.claim.actor and s.claim.actor.id == key)
        or (s.claim.other and s.claim.other.id == key)
    ]
    side = stage.sides.of(key, day)
    name = stage.sides.name(key.key)
    ties = [t for t in desk.scene(day).ties if name in (t.a, t.b)]
    spelled = sorted(
        {r.text for s in mine for r in (s.claim.actor, s.claim.other) if r and r.id == key}
    )
    mine.sort(key=lambda s: (s.on > day, abs((s.on - day).days), s.id))
    return {
        "id": key,
        "name": name,
        "side": side,
        "side_name": stage.sides.name(side) if side else None,
        "colour": colour(side or key.key),
        "words": spelled[:30],
        "ties": plain(ties[:40]),
        "claims": [claim_json(s, desk.language(s.claim.report)) for s in mine[:80]],
        "count": len(mine),
    }


@router.get("/claims")
def claims(
    desk: Asked,
    _: Reader,
    ids: Annotated[str, Query(max_length=8000, description="Claim ids parted by commas")],
) -> dict[str, Any]:
    """Claims by their ids, in that order."""
    by = desk.by_id()
    return {
        "claims": [
            claim_json(by[i], desk.language(by[i].claim.report)) for i in ids.split(",") if i in by
        ]
    }


@router.get("/reports")
def reports(
    desk: Asked,
    _: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    source: Annotated[str, Query(max_length=200)] = "",
    first: Day = None,
    last: Day = None,
    page: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """Reports by words, outlet and date, newest first, fifty a page."""
    rows, n = desk.ledger.search(
        q.replace("\0", ""),
        source.replace("\0", ""),
        parse_day(first, "first"),
        parse_day(last, "last"),
        page * 50,
        50,
    )
    outlets = desk.memo(
        "outlets", lambda: sorted({r["source"] for r in desk.ledger.reports() if r["source"]})
    )
    return {
        "count": n,
        "reports": [
            {
                k: plain(r[k]) if not hasattr(r[k], "hour") else r[k].isoformat()
                for k in (
                    "id",
                    "title",
                    "source",
                    "author",
                    "published",
                    "url",
                    "language",
                    "media_type",
                    "unread",
                    "length",
                    "stored_at",
                )
            }
            for r in rows
        ],
        "sources": outlets,
    }


@router.get("/report")
def report(desk: Asked, _: Reader, id: Annotated[str, Query(max_length=64)]) -> dict[str, Any]:
    """A report's text with its claims' offsets, and its comments apart, abusive ones marked."""
    r = desk.ledger.report(id)
    if r is None:
        raise HTTPException(404, "no such report")
    mine = [
        claim_json(s, desk.language(s.claim.report))
        for s in desk.memo(
            ("of", id), lambda: [s for s in desk.stage().claims if s.claim.report == id]
        )
    ]
    return {
        "id": id,
        "title": r.title,
        "source": r.source,
        "author": r.author,
        "published": plain(r.published),
        "date_basis": r.date_basis,
        "url": r.url if r.url.startswith(("http://", "https://")) else "",
        "language": r.language,
        "unread": r.unread,
        "text": r.text[: r.article_end],
        "claims": mine,
        "comments": [
            {
                "author": c.author,
                "text": c.text,
                "order": c.order,
                "parent": c.parent,
                "corrects": c.corrects,
                "abusive": abusive(c.text),
            }
            for c in r.comments
        ],
    }
