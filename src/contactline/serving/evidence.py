"""Says who: a place with its history and its claims for and against, an actor, a claim, a report with its passages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from contactline.intake.tone import abusive
from contactline.model import Basis, plain
from contactline.naming.folding import plain_words
from contactline.picture.history import History
from contactline.picture.places import ReportedPlace
from contactline.publishing.colours import colour
from contactline.serving.desk import Desk, parse_day
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
    """One place on a day: holder, history as a strip, claims for and against with their weights, the parameters."""
    day, at = days(desk, on, known)
    stage = desk.stage(at)
    if id not in stage.units:
        index = next((i for i, p in enumerate(stage.nodes) if p.id == id), None)
        if index is None:
            raise HTTPException(404, "no such place in the picture")
        h = stage.holdings_on(day)[index]
        by_id = {s.id: s for s in stage.claims} if h.claims else {}
        return {
            "place": holding_json(h, stage.sides),
            "history": [],
            "for": [
                claim_json(by_id[c]) | {"weight": None, "says": "about the area it lies in"}
                for c in h.claims
                if c in by_id
            ],
            "against": [],
            "other": [],
            "note": "no claim is about this place itself; what is shown comes from "
            + (
                "a claim about its area"
                if h.basis == Basis.AREA
                else "the places around it"
                if h.holder
                else "nowhere: it is not known"
            ),
            "parameters": desk.settings.public(),
        }
    u = stage.units[id]
    h = stage.holding(id, day)
    base = next((p for p in stage.nodes if p.id == id), None)
    if base is not None:
        from dataclasses import replace

        h = replace(h, place=base)
    by = {s.id: s for s in u.claims}
    supports: list[dict[str, Any]] = []
    against: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    for o, w in sorted(
        stage.track(id).at(day).weights, key=lambda x: (-abs(x[1]), -x[0].day.toordinal())
    ):
        row = claim_json(by[o.claims[0]]) | {
            "weight": round(w, 2),
            "says": o.what,
            "sides": [stage.sides.name(x) for x in sorted(o.sides)],
            "day": None if o.undated else o.day.isoformat(),
            "also": list(o.claims[1:]),
            "later": not o.undated and o.day > day,
        }
        (supports if w > 0.02 else against if w < -0.02 else other).append(row)
    return {
        "place": holding_json(h, stage.sides),
        "history": history(stage, u, id, desk),
        "for": supports[:120],
        "against": against[:120],
        "other": other[:60],
        "note": "",
        "parameters": desk.settings.public(),
    }


def history(stage: History, u: ReportedPlace, key: str, desk: Desk) -> list[dict[str, Any]]:
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
    key = id if id.startswith("actor:") else f"actor:{id}"
    if not any(key == r.id for s in stage.claims for r in (s.claim.actor, s.claim.other) if r):
        wanted = plain_words(id)
        found = next(
            (
                r.id
                for s in stage.claims
                for r in (s.claim.actor, s.claim.other)
                if r
                and r.id
                and r.id.startswith("actor:")
                and plain_words(stage.sides.name(r.id[6:])) == wanted
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
    name = stage.sides.name(key[6:])
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
        "colour": colour(side or key[6:]),
        "words": spelled[:30],
        "ties": plain(ties[:40]),
        "claims": [claim_json(s) for s in mine[:80]],
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
    return {"claims": [claim_json(by[i]) for i in ids.split(",") if i in by]}


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
        claim_json(s)
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
