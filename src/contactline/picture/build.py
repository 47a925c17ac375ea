"""The picture on a day: every place's holder from the claims about it, sectors, lines, ties,
agreements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from contactline.model import Access, Actor, Agreement, Basis, Holding, Picture, Place, Stored, Tie
from contactline.picture.access import access_on
from contactline.picture.agreements import agreements_on
from contactline.picture.evidence import evidence_of, place_of, where
from contactline.picture.history import History
from contactline.picture.places import WIDE, ReportedPlace, reported_places, theatre
from contactline.picture.relations import ties_on
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

if TYPE_CHECKING:
    from contactline.picture.pockets import Ground


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a picture is made of, so that a what-if can change the ground and draw it again."""

    on: date
    as_known: date | None
    sides: Sides
    ties: tuple[Tie, ...]
    agreements: tuple[Agreement, ...]
    access: tuple[Access, ...]
    activity: dict[str, tuple[str, date, tuple[str, ...]]]
    areas: tuple[tuple[Place, Holding, list[Stored]], ...]
    ground: Ground
    settings: Settings
    stage: History

    @property
    def claims(self) -> Sequence[Stored]:
        return self.stage.claims


def snapshot_on(
    claims: Sequence[Stored],
    settlements: Sequence[Place],
    catalogue: Mapping[str, Actor],
    settings: Settings,
    on: date,
    as_known: date | None = None,
) -> Snapshot:
    return snapshot_of(History(claims, settlements, catalogue, settings), on, as_known)


def snapshot_of(stage: History, on: date, as_known: date | None = None) -> Snapshot:
    """One day of a stage."""
    claims, sides, settings = stage.heard, stage.sides, stage.settings
    areas = stage.areas_on(on)
    return Snapshot(
        on,
        as_known,
        sides,
        tuple(ties_on(claims, sides, settings, on)),
        tuple(agreements_on(claims, sides, settings, on)),
        tuple(access_on(claims, sides, settings, on)),
        _activity(claims, settings, on),
        tuple((u.place, h, u.claims) for u, h in areas),
        stage.ground(on),
        settings,
        stage,
    )


def draw(scene: Snapshot) -> Picture:
    """Sectors, lines and the rest from the ground."""
    from contactline.picture.lines import contact_lines  # these bring the libraries of shapes
    from contactline.picture.sectors import sectors_of

    s = scene
    sectors, remnants = sectors_of(
        s.ground,
        s.areas,
        s.stage.heard,
        s.sides,
        s.agreements,
        s.activity,
        s.settings,
        s.on,
    )
    lines = contact_lines(s.ground, s.sides, s.ties, s.agreements, s.stage.heard, s.settings, s.on)
    drawn = [h for h in s.ground.holdings if h.basis != Basis.NONE]
    holdings = sorted(
        [*drawn, *(h for _, h, _ in s.areas)],
        key=lambda h: (-h.place.population, h.place.name, h.place.id),
    )
    return Picture(
        s.on,
        s.as_known,
        tuple(holdings),
        tuple(sectors),
        tuple(lines),
        s.ties,
        s.agreements,
        s.settings.public(),
        tuple(remnants),
        s.stage.not_taken,
        s.access,
    )


def picture_on(
    claims: Sequence[Stored],
    settlements: Sequence[Place],
    catalogue: Mapping[str, Actor],
    settings: Settings,
    on: date,
    as_known: date | None = None,
) -> Picture:
    """Pure: the same claims give the same picture, in whatever order they come."""
    return draw(snapshot_on(claims, settlements, catalogue, settings, on, as_known))


def _activity(
    claims: Sequence[Stored], settings: Settings, on: date
) -> dict[str, tuple[str, date, tuple[str, ...]]]:
    """Place id to (calm, tense or fighting; when last said; claims), from what was said most
    recently.
    """
    out: dict[str, tuple[str, date, tuple[str, ...]]] = {}
    said = sorted(
        evidence_of(claims), key=lambda e: (e.stored.on, e.claim.kind == "situation", e.id)
    )
    for e in said:
        s, c, r = e.stored, e.claim, where(e.stored)
        if (
            not e.actual
            or not e.within(on, settings.activity.recent_days)
            or r is None
            or r.id is None
        ):
            continue
        day = e.day(on)
        word = (
            c.aspect
            if c.kind == "situation"
            else "fighting"
            if c.kind in ("fight", "strike")
            or (c.kind == "control" and c.aspect in ("gains", "contests"))
            else None
        )
        if word:
            before = out.get(r.id)
            if before and before[0] == word:
                out[r.id] = (word, day, (*before[2], s.id))
            elif not (before and before[1] == day and c.kind != "situation"):
                out[r.id] = (word, day, (s.id,))
    return out


__all__ = [
    "WIDE",
    "History",
    "ReportedPlace",
    "Snapshot",
    "draw",
    "picture_on",
    "place_of",
    "reported_places",
    "snapshot_of",
    "snapshot_on",
    "theatre",
]
