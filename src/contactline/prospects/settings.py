"""Every number prospects depend on, by section, each with its unit and reason."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from contactline.picture.settings import DAYS, KM, SHARE, number


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of what is said to come, and which of it can be decided."""

    kept_at: float = number(
        0.3, "confidence", "confidence from which a prospective claim is kept at all"
    )
    read_at: float = number(0.45, "confidence", "confidence from which it can be decided")
    already: float = number(
        0.7, SHARE, "what the picture gives a side on the day before is not expected of it"
    )
    nearly: float = number(
        0.8,
        "confidence",
        "parties named apart are read about as surely as the best from this part of its confidence",
    )
    known_at: float = number(
        0.5, SHARE, "a party that the naming is less sure of was never heard of before"
    )
    placed_at: float = number(
        0.4, "confidence", "a place known with less confidence is no place to decide by"
    )
    going_on_days: int = number(
        90, DAYS, "who struck a place so lately strikes on, and that is no forecast"
    )
    at_war_days: int = number(
        365, DAYS, "two that fought, or of whom one backed the other, go on doing so"
    )
    together: int = number(2, "count", "times two must be said to stand together to be friends")
    expected_days: int = number(180, DAYS, "horizon of a forecast that gives no date")
    intended_days: int = number(365, DAYS, "of an aim")
    conditional_days: int = number(365, DAYS, "of what waits for a condition")
    signs_days: int = (
        60  # a move so many days before or after speaks for what is expected of the mover
    )
    signs_km: float = (
        90.0  # … where it goes so near to the place, or to ground of the party, it is about
    )

    def horizon(self, modality: str) -> int:
        """Days after the report's own for which a claim of this modality can still come true."""
        return {
            "expected": self.expected_days,
            "intended": self.intended_days,
            "conditional": self.conditional_days,
        }[modality]


@dataclass(frozen=True, slots=True)
class Deciding:
    """When a later claim is what was expected, or rules it out."""

    sure: float = number(0.6, SHARE, "a later claim read with less decides nothing")
    gains: float = (
        0.3  # a taking decides only where the picture gives its side as much of the place
    )
    holds: float = number(0.6, SHARE, "the same of a claim that a side holds a place")
    against: float = number(
        0.5, SHARE, "what rules an expectation out must have as much on that day"
    )
    reach_km: float = number(60.0, KM, "an area reaches no further")
    point_km: float = number(6.0, KM, "how far off a place may be that does not say so")
    beside_km: float = number(5.0, KM, "two points so near are one place")
    told_km: float = number(8.0, KM, "a later place may be at least so vague")
    later_km: float = number(3.0, KM, "how far off a later place may be that does not say so")
    least_letters: int = (
        5  # a place without a point is only known again by a name of so many letters
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Conditions: when the picture meets them."""

    held_at: float = number(0.6, SHARE, "a place taken is held with as much")
    gone_at: float = number(0.3, SHARE, "a place lost is held with no more")
    told_at: float = number(0.45, SHARE, "ground that counts as held by who is to lose it")
    most_named: int = number(4, "count", "places named in a reason")
    most_links: int = number(6, "count", "steps of a chain")


@dataclass(frozen=True, slots=True)
class Assuming:
    """What-if pictures."""

    far_km: float = number(70.0, KM, "sides further from a place do not take it")
    fade_km: float = number(25.0, KM, "how fast a neighbour's pull falls with distance")
    took_most: float = number(
        3.0, "number", "who took places from the party counts more, by at most so much"
    )
    told: float = number(
        3.0, "number", "a holder told of by claims pulls so many times as one inferred"
    )
    likelier: float = number(0.5, SHARE, "a place passes to a side from this share of the pull on")
    somebody: float = number(0.15, "pull", "of somebody who is not known to be near the place")
    carried: float = number(0.65, SHARE, "probability of a place that passed, at most")
    area: float = number(0.5, SHARE, "the same of an area")
    assumed: float = number(0.9, SHARE, "probability of a place assumed to be held")
    tie: float = number(20.0, "number", "weight of a tie assumed to be")
    line_km: float = number(3.0, KM, "a line that grows by less is not told of")
    face_km: float = number(
        60.0, KM, "two sides as near to the same lost ground face each other over it"
    )
    tied_km: float = number(60.0, KM, "troops so near to the party's ground are tied by it")
    tied_days: int = number(120, DAYS, "… if told of so lately")
    risk_days: int = number(30, DAYS, "horizon of the risk before and after")
    most: int = number(8, "count", "names in a sentence")


@dataclass(frozen=True, slots=True)
class Talking:
    """Talks and agreements as processes."""

    read_at: float = number(0.45, "confidence", "from which a step of a process is taken up")
    shared: float = number(0.5, SHARE, "of a step's sides that go on with a process")
    silent_days: int = number(540, DAYS, "after which a process that is not heard of is another")
    ground: float = number(0.05, SHARE, "of the places held from which a side is missed at talks")


@dataclass(frozen=True, slots=True)
class Hazard:
    """The risk of an event within some days."""

    ridge: float = number(60.0, "number", "ridge")
    least_cases: int = number(300, "count", "past cases needed before a figure is shown")
    least_events: int = number(25, "count", "least events")
    step_days: int = number(30, DAYS, "between two origins")
    warm_days: int = number(90, DAYS, "of past before the first")
    longest_days: int = number(
        10_950, DAYS, "before the day asked for: what is told of earlier is no case to learn from"
    )
    memory_days: tuple[float, ...] = number(
        (120.0, 270.0, 730.0), DAYS, "half-lives of past months in training"
    )
    level: float = number(
        0.0, SHARE, "Brier skill to be passed against both references before a figure is shown"
    )
    reach: float = number(6.0, "half-lives", "a month further back is not trained on")
    lately: float = number(
        0.25, "events", "recent events, decayed, from which persistence expects more"
    )
    shift: float = number(0.01, SHARE, "a chance that moves by less has not moved")


@dataclass(frozen=True, slots=True)
class Turning:
    """Turning points."""

    most: int = number(8, "count", "most")
    window_days: int = number(14, DAYS, "window days")
    change: float = number(0.15, SHARE, "a shift of a place by less is noise")
    people: float = number(5000.0, "number", "a town of so many counts double a hamlet")
    spared: int = number(
        50, "count", "the first one in so many dated claims does not begin the war"
    )


@dataclass(frozen=True, slots=True)
class Deaths:
    """Deaths a month by district."""

    analogues: int = number(150, "count", "past cases a forecast is made of")
    ridge: float = number(5.0, "number", "ridge")
    half_life_months: float = number(12.0, "months", "wars change their ways")
    stale: float = number(0.004, SHARE, "what a month of age adds to a case's distance")


@dataclass(frozen=True, slots=True)
class ProspectSettings:
    """All sections. `public` gives them as plain values, as printed by `--why`."""

    keeping: Keeping = field(default_factory=Keeping)
    deciding: Deciding = field(default_factory=Deciding)
    waiting: Waiting = field(default_factory=Waiting)
    assuming: Assuming = field(default_factory=Assuming)
    talking: Talking = field(default_factory=Talking)
    hazard: Hazard = field(default_factory=Hazard)
    turning: Turning = field(default_factory=Turning)
    deaths: Deaths = field(default_factory=Deaths)

    def public(self) -> dict[str, Any]:
        """Every number as `section.name`."""
        return {
            f"{s.name}.{f.name}": getattr(getattr(self, s.name), f.name)
            for s in fields(self)
            for f in fields(getattr(self, s.name))
        }


DEFAULT = ProspectSettings()
