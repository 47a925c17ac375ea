"""Evidence: a claim as the picture takes it, with its place and the day it speaks for.

Every part of the picture asks here whether a claim can have been so by a day, so that none of them
can let a report without a date speak before what it tells of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contactline.model import ACTUAL, Claim, Place, Role, Stored


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored claim in time and space.

    `when`: the day from which it is so: the claim's own, else its report's; None where nobody can
    say. `undated`: neither the claim nor its report has a day, so that it speaks alike on every
    day. `retold`: the claim has no day and its report tells of long ago; it is of no day that could
    be named. `place`: where it is, with coordinates; None where that is not known.
    """

    stored: Stored
    when: date | None
    undated: bool
    retold: bool
    place: Place | None

    @property
    def id(self) -> str:
        return self.stored.id

    @property
    def claim(self) -> Claim:
        return self.stored.claim

    @property
    def actual(self) -> bool:
        """Said to be so, by the report or by somebody in it; not denied, planned or conditional."""
        return self.stored.claim.modality in ACTUAL

    def so_by(self, on: date) -> bool:
        """Whether it can have been so by the end of `on`."""
        return self.undated or (self.when is not None and self.when <= on)

    def day(self, on: date) -> date:
        """The day it is told of, seen from `on`: its own, or `on` itself for what has none."""
        return self.when or on

    def within(self, on: date, days: int) -> bool:
        """So by `on`, and told of a day no more than `days` before it."""
        return self.so_by(on) and (on - self.day(on)).days <= days

    @property
    def vague(self) -> bool:
        """ "In 2014", "in the summer": a day within the span, nobody says which;
        not "since 2014".
        """
        c = self.stored.claim
        return (
            c.precision in ("month", "year")
            and c.valid_from is not None
            and c.valid_to is not None
            and (c.valid_to - c.valid_from).days > VAGUE_DAYS
        )

    @property
    def seen(self) -> date | None:
        """The day it bears witness to: the middle of a vague span, the end of a state's span, else
        when it began.
        """
        c, s = self.stored.claim, self.stored
        if self.when is None:
            return None
        if c.valid_from and c.valid_to and self.vague:
            last = min(c.valid_to, max(s.known, c.valid_from))
            return c.valid_from + (last - c.valid_from) // 2
        if c.aspect == "holds":
            return (min(c.valid_to, s.known) if c.valid_to else None) or s.published or self.when
        return self.when


POINT_KM = 3.0  # how far the point of a place may be off where nobody says
DATED = 3  # dated claims from which it can be told whether a report tells of the past
VAGUE_DAYS = 14  # a span of more days than this, given as a month or a year, names no day


def evidence(s: Stored, past: frozenset[str] = frozenset()) -> Evidence:
    """One stored claim as evidence; `past` are ids of reports that tell of long ago."""
    c = s.claim
    retold = c.valid_from is None and c.report in past
    undated = c.valid_from is None and s.published is None and not retold
    return Evidence(s, None if retold or undated else s.on, undated, retold, place_of(s))


def evidence_of(
    claims: Iterable[Stored], past: frozenset[str] = frozenset()
) -> tuple[Evidence, ...]:
    """All claims as evidence, in their order."""
    return tuple(evidence(s, past) for s in claims)


def where(s: Stored) -> Role | None:
    """The role that says where a claim is: its place, or the place that is struck."""
    c = s.claim
    if c.place is not None:
        return c.place
    struck = c.kind == "strike" and c.other is not None and (c.other.id or "").startswith("place:")
    return c.other if struck else None


def place_of(s: Stored) -> Place | None:
    r = where(s)
    if r is None or r.id is None or r.lat is None or r.lon is None:
        return None
    return Place(
        r.id,
        r.label,
        r.lat,
        r.lon,
        r.country or "",
        r.feature or "settlement",
        0,
        "",
        r.radius_km or POINT_KM,
        r.geoname_id,
    )


def telling_of_the_past(claims: Sequence[Stored], past_days: int) -> frozenset[str]:
    """Ids of reports most of whose dated claims lie more than `past_days` before the report:
    chronicles, histories.
    """
    gaps: dict[str, list[int]] = {}
    for s in claims:
        if s.claim.valid_from and s.published:
            gaps.setdefault(s.claim.report, []).append((s.published - s.claim.valid_from).days)
    return frozenset(
        r for r, g in gaps.items() if len(g) >= DATED and sorted(g)[len(g) // 2] > past_days
    )
