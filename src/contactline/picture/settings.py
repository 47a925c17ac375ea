"""Every number the picture depends on, in one place, with its reason. `--why` prints these."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """The rule of the picture. Likelihood ratios compare "this side holds it" with "another does"."""

    change_per_day: float = (
        1 / 1500
    )  # how fast an unheard-of place may have changed hands (mean four years)
    prior_unknown: float = 0.6  # share of "somebody not named here" before any claim
    only_there: float = 0.35  # prior of a side nobody says holds, takes, contests or loses the place, beside one of whom it is said
    holds: float = 14.0  # a sure claim that a side holds a place
    gains: float = 22.0  # that it took it: a dated event is told more exactly than a state
    loses: float = 14.0  # against the side that lost it
    contests: float = 1.6
    besieges: float = 5.0  # against the besieger being inside
    presence: float = 1.7
    fights: float = 1.4
    strikes: float = 2.0  # against the striker holding what it strikes
    intends: float = 2.0  # who plans to take a place does not hold it yet
    stray: float = 0.2  # how often a claim that is about something else speaks for a side by chance
    accepted: float = (
        0.97  # probability that a claim an analyst has accepted says what it seems to say
    )
    part: float = 0.5  # probability that what is said of a part holds of the whole
    most: float = 0.85
    unheard_of: float = 0.5  # probability that a party in no catalogue was read right
    reported: float = 0.9  # the same of a claim somebody else is said to make
    copy: float = 0.15  # power of a near-copy of a report already counted
    undated: float = (
        0.9  # power of a report that carries no date; it speaks only where no dated one does
    )
    area: float = 0.5  # power of a claim over an area, on the settlements in it
    country: float = 0.03  # the same for a whole country
    area_days: int = 60  # a claim over an area fills the ground within so many days of its own
    held_at: float = 0.6  # probability from which a place is held
    contest_days: int = 45  # fighting inside within so many days makes it contested
    siege_days: int = 240
    recent_days: int = 60  # window of activity
    reach_km: float = 30.0  # a settlement speaks for the ground so far around it, no further
    neighbour_km: float = 22.0  # distance over which a holder is likely the neighbour's
    neighbours: int = 6
    leak: float = 0.15  # pull of the unknown on a place nobody mentions
    known_at: float = 0.45  # probability from which an unmentioned place is drawn
    tie_days: int = 400  # half-life of what stands between two actors
    agreement_days: int = 540  # an agreement not heard of for so long is not shown as in force
    direct_km: float = (
        25.0  # so near a place told of by name, a claim over an area says nothing more
    )
    past_days: int = 365  # a report whose dated claims lie so long before it tells of the past; what it gives no date is not of its day
    learn_sources: bool = True
    source_right: float = 8.0  # prior of a source: as if eight of its claims had been borne out …
    source_wrong: float = 2.0  # … and two not
    source_least: float = 0.15  # a source never weighs less
    source_most: float = 1.3  # … nor more
    source_rounds: int = 2
    source_places: int = 1500  # places told of by several sources that they are judged on, at most
    source_days: int = 180  # others must speak of the place within so many days for a claim to be held against them
    against_own: float = 1.3  # power of a source that tells of its own side's loss
    own_side_claims: float = 8.0  # claims needed before a source is said to overstate a side
    own_side_gap: float = 0.15  # … and how much less often those are borne out than its others
    sides: dict[str, str] = field(default_factory=dict)  # actor id to side id, over the catalogue

    def public(self) -> dict[str, Any]:
        return asdict(self)
