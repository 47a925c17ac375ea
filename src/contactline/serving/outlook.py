"""What is to come, what changed and what if: the analysis' answers as JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from contactline.model import ContactlineError, plain
from contactline.prospects.expectations import outcome, tell
from contactline.prospects.risk import as_json, line_risk
from contactline.publishing.svg import standalone
from contactline.serving import drawn
from contactline.serving.desk import parse_day
from contactline.serving.security import Reader
from contactline.serving.views import Asked, Day, Said, days

router = APIRouter(tags=["views"])
MOST_EXPECTED, MOST_CHANGES = 400, 1000


@router.get("/prospects")
def prospects(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """What is expected, intended or conditional, who says so, and what came of it by the day."""
    day, at = days(desk, on, known)

    found = desk.ask(lambda a: a.expected(day, at))
    return {
        "on": day.isoformat(),
        "expectations": [
            plain(e) | {"told": tell(e), "outcome": outcome(e)} for e in found[:MOST_EXPECTED]
        ],
    }


@router.get("/changes")
def changed(
    desk: Asked,
    _: Reader,
    first: Annotated[str, Query(max_length=40)],
    last: Annotated[str, Query(max_length=40)],
    known: Day = None,
) -> dict[str, Any]:
    """What changed between two days, told; for each place its mark, from whom to whom."""
    a, b, at = parse_day(first, "first"), parse_day(last, "last"), parse_day(known, "known")
    if a is None or b is None or a >= b:
        raise ContactlineError("first must be a day before last")

    def make() -> dict[str, Any]:
        stage = desk.stage(at)
        found = desk.ask(lambda x: x.what_changed(a, b, at))
        before, after = desk.picture(a, at), desk.picture(b, at)
        marks, moved = drawn.moves(stage, before, after, found[:MOST_CHANGES])
        return {
            "first": a.isoformat(),
            "last": b.isoformat(),
            "changes": plain(found[:MOST_CHANGES]),
            "marks": marks,
            "moves": moved,
        }

    return desk.memo(("changes told", a, b, at), make)


@router.get("/turning-points")
def turning(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """The days up to the asked one around which the picture changed most, named from the claims
    that changed it.
    """
    day, at = days(desk, on, known)
    first, points = desk.ask(lambda a: a.turning_points(None, day, at))
    return {"first": first.isoformat(), "last": day.isoformat(), "points": plain(points)}


@router.get("/risk")
def risk(
    desk: Asked,
    _: Reader,
    on: Day = None,
    known: Day = None,
    ahead: Annotated[int, Query(ge=1, le=365)] = 30,
) -> dict[str, Any]:
    """Chances of fighting, a strike or a change of holder, with the model's skill; no figure where
    it has none.
    """
    day, at = days(desk, on, known)

    def make() -> dict[str, Any]:
        skill, found = desk.ask(lambda a: a.risk(day, ahead, at))
        lines = [
            {"a": x.a, "b": x.b, "chance": c}
            for x in desk.picture(day, at).lines
            if (c := line_risk(found, x.between)) is not None
        ]
        told = as_json(skill, found[:60])
        return told | {"on": day.isoformat(), "lines": lines}

    return desk.memo(("risk told", day, at, ahead), make)


@router.get("/whatif")
def whatif(
    desk: Asked,
    _: Reader,
    without: Said = "",
    holds: Said = "",
    ends: Said = "",
    allied: Said = "",
    hostile: Said = "",
    on: Day = None,
) -> dict[str, Any]:
    """The picture of a day with one thing otherwise, in sentences, by section with the claims
    behind each, and where both maps are.
    """
    kind, what = _one(
        {"without": without, "holds": holds, "ends": ends, "allied": allied, "hostile": hostile}
    )
    day, _known = days(desk, on, None)
    result = desk.ask(lambda a: a.what_if(kind, what, day))
    where = "whatif/map.svg?" + urlencode({kind: what, "on": day.isoformat()})
    return {
        "on": day.isoformat(),
        "assumed": result.assumed,
        "sentences": list(result.sentences),
        "answer": plain(result.answer),
        "maps": {w: f"{where}&which={w}" for w in ("before", "after")},
    }


@router.get("/whatif/map.svg")
def whatif_map(
    desk: Asked,
    _: Reader,
    which: Literal["before", "after"],
    without: Said = "",
    holds: Said = "",
    ends: Said = "",
    allied: Said = "",
    hostile: Said = "",
    on: Day = None,
) -> Response:
    """The map as it is, or as it would be, as a picture that stands alone."""
    kind, what = _one(
        {"without": without, "holds": holds, "ends": ends, "allied": allied, "hostile": hostile}
    )
    day, _known = days(desk, on, None)
    result = desk.ask(lambda a: a.what_if(kind, what, day))
    stage = desk.stage()
    title = f"As it is on {day.isoformat()}" if which == "before" else result.assumed
    return Response(
        standalone(getattr(result, which), stage.sides.names, stage.shapes, title),
        media_type="image/svg+xml",
    )


def _one(given: dict[str, str]) -> tuple[str, str]:
    said = [(k, v) for k, v in given.items() if v.strip()]
    if len(said) != 1:
        raise ContactlineError(
            "say one thing that is otherwise: without, holds, ends, allied or hostile"
        )
    return said[0]
