"""What happened: the feed of events, one event, and what stands on a day beside holdings: sieges,
roads, agreements.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from contactline.model import ContactlineError, Holding, plain
from contactline.questions.feed import KINDS, Happening, all_happenings, happenings, siege_of
from contactline.serving.desk import Desk, parse_day
from contactline.serving.security import Reader
from contactline.serving.shapes import claim_json
from contactline.serving.views import Asked, Day, days

router = APIRouter(tags=["events"])
MOST = 2000
SPAN_DAYS = 30


def happening_json(h: Happening) -> dict[str, Any]:
    row: dict[str, Any] = plain(h.event)
    return row | {"what": h.what, "confidence": round(h.confidence, 3), "quote": h.quote}


@router.get("/events")
def events(
    desk: Asked, _: Reader, first: Day = None, last: Day = None, known: Day = None
) -> dict[str, Any]:
    """What happened from one day to another, the newest first: clashes, strikes, captures, moves,
    sieges, agreements and roads, each once with its claims and the sentence that tells it best.
    """
    end, at = days(desk, last, known)
    start = parse_day(first, "first") or end - timedelta(days=SPAN_DAYS)
    if start > end:
        raise ContactlineError(f"{start} is after {end}")
    found = desk.ask(lambda a: happenings(a, start, end, at))
    return {
        "first": start.isoformat(),
        "last": end.isoformat(),
        "kinds": list(KINDS),
        "count": len(found),
        "events": [happening_json(h) for h in found[:MOST]],
    }


@router.get("/event")
def event(
    desk: Asked, _: Reader, id: Annotated[str, Query(max_length=100)], known: Day = None
) -> dict[str, Any]:
    """One event with its claims."""
    at = parse_day(known, "known")
    h = next((h for h in desk.ask(lambda a: all_happenings(a, at)) if h.event.id == id), None)
    if h is None:
        raise HTTPException(404, "no such event")
    said = desk.ask(lambda a: a.who_says_so(h.event.claims, 60, at))
    return {
        "event": happening_json(h),
        "claims": [claim_json(s, desk.language(s.claim.report)) for s in said],
    }


@router.get("/marks")
def marks(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """What stands on a day beside holdings: sieges, roads and crossings, agreements in force."""
    day, at = days(desk, on, known)

    def make() -> dict[str, Any]:
        p = desk.picture(day, at)
        besieged = [h for h in p.holdings if h.besieged_by]
        return {
            "on": day.isoformat(),
            "sieges": [siege_json(desk, h, day, at) for h in besieged],
            "roads": plain(p.access),
            "agreements": [plain(a) for a in p.agreements if a.status.in_force],
        }

    return desk.memo(("marks", day, at), make)


def siege_json(desk: Desk, h: Holding, day: Any, known: Any) -> dict[str, Any] | None:
    """Who besieges a place since when, as far as told; None for one that nobody besieges."""
    if not h.besieged_by:
        return None
    told = desk.ask(lambda a: siege_of(a, h.place.id, day, known))
    sides = desk.stage(known).sides
    return {
        "place": h.place.name,
        "place_id": h.place.id,
        "lat": h.place.lat,
        "lon": h.place.lon,
        "by": [sides.name(x) for x in h.besieged_by],
        "since": plain(told.event.date) if told else None,
        "claims": list(told.event.claims if told else h.claims),
    }
