"""A party assumed to be gone: the picture as it is and without it, with what is asked of both more
than once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from contactline.model import Expectation, Stored
from contactline.picture.build import Snapshot
from contactline.picture.evidence import evidence_of
from contactline.prospects import phrase
from contactline.prospects.differences import Difference
from contactline.prospects.matching import side
from contactline.prospects.passing import Neighbours, Passing
from contactline.prospects.settings import DEFAULT, ProspectSettings
from contactline.prospects.stance import Stances
from contactline.prospects.waiting import World

SECTIONS = (
    "ground",
    "lines",
    "agreements",
    "troops",
    "next",
    "aims",
    "blocked",
    "talks",
    "risk",
)
ALIVE = ("open", "condition met")


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence of the answer, the section it belongs to, and the claims behind it."""

    section: str
    sentence: str
    claims: tuple[str, ...] = ()


Touched = list[tuple[Expectation, str]]


@dataclass
class Assumed:
    """The picture as it is and without the party, with what is asked of both more than once."""

    scene: Snapshot
    changed: Snapshot
    gone: str
    lost: Sequence[Passing]
    drawn: Difference
    settings: ProspectSettings = field(default_factory=lambda: DEFAULT)

    @cached_property
    def name(self) -> str:
        return self.scene.sides.name(self.gone)

    @cached_property
    def by_id(self) -> dict[str, Stored]:
        return {s.id: s for s in self.scene.claims}

    @cached_property
    def stances(self) -> Stances:
        at = self.settings.keeping.known_at
        return Stances(self.scene.claims, self.scene.sides, self.scene.on, at)

    @cached_property
    def world(self) -> World:
        s = self.changed
        held = [*s.ground.holdings, *(h for _, h, _ in s.areas)]
        return World(held, s.sides, s.on, self.settings, self.gone)

    @cached_property
    def now(self) -> World:
        """The picture as it is."""
        s = self.scene
        return World(
            [*s.ground.holdings, *(h for _, h, _ in s.areas)], s.sides, s.on, self.settings
        )

    @cached_property
    def neighbours(self) -> Neighbours:
        return Neighbours(self.scene, self.gone, self.settings.assuming)

    @cached_property
    def recent(self) -> list[Stored]:
        """Actual claims of the last months, newest first."""
        days, on = self.settings.assuming.tied_days, self.scene.on
        found = (e for e in evidence_of(self.scene.claims) if e.actual and e.within(on, days))
        return [
            e.stored
            for e in sorted(found, key=lambda e: (-e.day(on).toordinal(), e.claim.start, e.id))
        ]

    def side(self, s: Stored, role: str) -> str | None:
        return side(s, role, self.scene.sides, self.scene.on)

    def the(self, side: str) -> str:
        return phrase.the(self.scene.sides.name(side))

    def listed(self, names: Sequence[str]) -> str:
        return phrase.listed(names, self.settings.assuming.most)
