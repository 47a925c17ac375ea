"""What happened, as a feed: events, and the beginnings of sieges, of blocked and opened roads, and
of what became of agreements; each with the sentence that tells it best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from contactline.model import Event, Role, Stored, digest
from contactline.picture.events import BY_REPORT
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.sides import Sides
from contactline.questions.analysis import Analysis

KINDS = ("clash", "strike", "capture", "move", "siege", "agreement", "road")
BEGINS = {
    ("control", "besieges"): "siege",
    ("access", "blocked"): "road",
    ("access", "opened"): "road",
    ("agreement", "made"): "agreement",
    ("agreement", "holds"): "agreement",
    ("agreement", "broken"): "agreement",
    ("agreement", "sought"): "agreement",
}
SILENT_DAYS = 60  # told of again after a longer silence, it begins anew


@dataclass(frozen=True, slots=True)
class Happening:
    """An event or a beginning. `what` is its aspect (blocked, broken, gains …), where it has one.

    `confidence` is that of its surest claim, `quote` that claim's sentence.
    """

    event: Event
    what: str | None
    confidence: float
    quote: str


@dataclass(slots=True)
class _Begun:
    kind: str
    what: str
    place: Role | None
    parties: dict[str, str]
    first: date
    last: date
    said: list[Evidence] = field(default_factory=list)


def happenings(
    analysis: Analysis, first: date, last: date, known: date | None = None
) -> list[Happening]:
    """Those of the days from `first` to `last`, both included, the newest first."""
    return [h for h in all_happenings(analysis, known) if first <= h.event.date <= last]


def all_happenings(analysis: Analysis, known: date | None = None) -> Sequence[Happening]:
    """The whole span's, the newest first; the same for every question about it."""

    def make() -> Sequence[Happening]:
        history, by = analysis.history(known), analysis.by_id(known)
        found = [
            *analysis.events(date.min, date.max, known),
            *_beginnings(history.heard, history.sides),
        ]
        told = [_happening(e, by) for e in found]
        return sorted(told, key=lambda h: (-h.event.date.toordinal(), h.event.kind, h.event.id))

    return analysis.answer(("feed", known), make)


def siege_of(
    analysis: Analysis, place: str, on: date, known: date | None = None
) -> Happening | None:
    """The siege of a place told of last by a day; whether it goes on is the picture's to say."""
    return next(
        (
            h
            for h in all_happenings(analysis, known)
            if h.event.kind == "siege" and h.event.place_id == place and h.event.date <= on
        ),
        None,
    )


def _happening(e: Event, by: dict[str, Stored]) -> Happening:
    said = [s for i in e.claims if (s := by.get(i)) is not None]
    told = [s for s in said if s.claim.kind != "harm"] or said
    best = max(told, key=lambda s: (s.claim.confidence, s.id), default=None)
    if best is None:
        return Happening(e, None, 0.0, "")
    return Happening(e, best.claim.aspect, best.claim.confidence, best.claim.quote)


def _beginnings(claims: Iterable[Stored], sides: Sides) -> list[Event]:
    groups: dict[tuple[object, ...], list[_Begun]] = defaultdict(list)
    for t in sorted(_told(claims, sides), key=lambda t: (t.first, t.said[0].id)):
        where = t.place.id if t.place else None
        if where is None and len(t.parties) < 2:
            continue
        group = groups[t.kind, t.what, where or tuple(sorted(t.parties))]
        if group and (t.first - group[-1].last).days <= SILENT_DAYS:
            group[-1].parties |= t.parties
            group[-1].said += t.said
            group[-1].last = t.last
        else:
            group.append(t)
    return [_event(t) for g in groups.values() for t in g]


def _told(claims: Iterable[Stored], sides: Sides) -> list[_Begun]:
    """What each sentence tells of, once however many claims it makes."""
    out: dict[tuple[object, ...], _Begun] = {}
    for e in evidence_of(claims):
        c = e.claim
        kind = BEGINS.get((c.kind, c.aspect or ""))
        if kind is None or not e.actual or e.when is None:
            continue
        parties = {
            a.key: sides.name(a.key)
            for r in (c.actor, c.other)
            if r and (a := r.actor_id) and sides.of(a, e.when)
        }
        place = c.place if c.place and c.place.place_id else None
        # an agreement is told of in several claims, by pairs of parties, with its place or without
        at = place.id if place and kind != "agreement" else None
        key = (c.report, c.start, kind, c.aspect, at)
        t = out.setdefault(key, _Begun(kind, c.aspect or "", place, {}, e.when, e.when))
        t.place = t.place or place
        t.parties |= parties
        t.said.append(e)
    return list(out.values())


def _event(t: _Begun) -> Event:
    said = sorted(t.said, key=lambda e: (e.when or t.first, e.id))
    c = said[0].claim
    where = t.place.id if t.place else None
    return Event(
        digest(["begun", t.kind, t.what, where, t.first, None if where else sorted(t.parties)]),
        t.first,
        BY_REPORT if c.valid_from is None else c.precision or "day",
        t.kind,
        t.place.label if t.place else None,
        where,
        t.place.lat if t.place else None,
        t.place.lon if t.place else None,
        tuple(sorted(t.parties.values())),
        (),
        tuple(sorted({e.stored.source for e in said})),
        tuple(dict.fromkeys(e.id for e in said)),
    )
