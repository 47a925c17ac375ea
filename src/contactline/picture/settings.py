"""Every number the picture depends on, by section, with its unit and its reason. `--why` prints these.

A file of sections changes any of them (`Settings.load`), so that a rule of one's own can be stated, kept and cited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from contactline.model import ContactlineError


def number(value: Any, unit: str, why: str) -> Any:
    """A setting with its default, its unit, and the reason for it."""
    return field(default=value, metadata={"unit": unit, "why": why})


RATIO, SHARE, DAYS, KM = "likelihood ratio", "probability", "days", "km"


@dataclass(frozen=True, slots=True)
class Chain:
    """One place through time. A likelihood ratio compares "this side holds it" with "another does"."""

    change_per_day: float = number(
        1 / 1500, "1/day", "how fast an unheard-of place may have changed hands (mean four years)"
    )
    prior_unknown: float = number(
        0.6, SHARE, 'of "somebody not named here" before any claim, whoever is named later'
    )
    only_there: float = number(
        0.35,
        "share",
        "prior of a side nobody says holds, takes, contests or loses the place, beside one of whom it is said",
    )
    holds: float = number(14.0, RATIO, "a sure claim that a side holds a place")
    gains: float = number(22.0, RATIO, "that it took it: a dated event is told more exactly")
    loses: float = number(14.0, RATIO, "against the side that lost it")
    contests: float = number(1.6, RATIO, "a side that contests a place is often inside")
    besieges: float = number(5.0, RATIO, "against the besieger being inside")
    presence: float = number(1.7, RATIO, "who is in a place often holds it")
    fights: float = number(1.4, RATIO, "who fights in a place often holds some of it")
    strikes: float = number(2.0, RATIO, "against the striker holding what it strikes")
    intends: float = number(2.0, RATIO, "against: who plans to take a place does not hold it yet")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Whether a claim says what it seems to say."""

    stray: float = number(
        0.2, SHARE, "how often a claim about something else speaks for a side by chance"
    )
    accepted: float = number(0.97, SHARE, "that a claim an analyst has accepted is as it seems")
    part: float = number(0.5, SHARE, "that what is said of a part holds of the whole")
    most: float = number(0.85, SHARE, "that what is said of most of a place holds of it")
    unheard_of: float = number(0.5, SHARE, "that a party in no catalogue was read right")
    reported: float = number(0.9, SHARE, "that what somebody else is said to claim is so")
    copy: float = number(0.15, "power", "of a near-copy of a report already counted")
    undated: float = number(
        0.9, "power", "of a report that carries no date; it speaks only where no dated one does"
    )
    past_days: int = number(
        365,
        DAYS,
        "a report whose dated claims lie so long before it tells of the past; what it gives no date is of no day",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """When a place is called held, contested or besieged."""

    held_at: float = number(0.6, SHARE, "from which a place is held")
    contest_days: int = number(45, DAYS, "fighting inside within so many days makes it contested")
    siege_days: int = number(240, DAYS, "how long a siege not heard of again is taken to last")


@dataclass(frozen=True, slots=True)
class Spread:
    """What is said of the ground between the places told of."""

    area: float = number(0.5, "power", "of a claim over an area, on the settlements in it")
    country: float = number(0.03, "power", "the same for a whole country")
    area_days: int = number(60, DAYS, "a claim over an area speaks so many days around its own")
    direct_km: float = number(25.0, KM, "so near a place told of, an area's name says no more")
    reach_km: float = number(30.0, KM, "a settlement speaks for the ground so far around it")
    neighbour_km: float = number(22.0, KM, "over which a holder is likely the neighbour's")
    neighbours: int = number(6, "places", "that a place is compared with")
    leak: float = number(0.15, "weight", "pull of the unknown on a place nobody mentions")
    known_at: float = number(0.45, SHARE, "from which an unmentioned place is drawn")


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source is believed, learnt from agreement over the ledger."""

    learn: bool = number(True, "", "whether sources are weighed at all")
    right: float = number(8.0, "claims", "prior of a source: as if so many had been borne out …")
    wrong: float = number(2.0, "claims", "… and so many not")
    least: float = number(0.15, "weight", "a source never weighs less")
    most: float = number(1.3, "weight", "… nor more")
    rounds: int = number(2, "rounds", "of expectation and maximisation")
    places: int = number(1500, "places", "told of by several sources, to judge them on, at most")
    days: int = number(
        180, DAYS, "others must speak within so many for a claim to be held against them"
    )
    against_own: float = number(1.3, "power", "of a source that tells of its own side's loss")
    own_side_claims: float = number(
        8.0, "claims", "needed before a source is said to overstate a side"
    )
    own_side_gap: float = number(
        0.15, SHARE, "… and how much less often those are borne out than its others"
    )


@dataclass(frozen=True, slots=True)
class Activity:
    """What happens in a place."""

    recent_days: int = number(60, DAYS, "window in which a word on fighting or calm still stands")


@dataclass(frozen=True, slots=True)
class Ties:
    """What stands between two actors."""

    half_life_days: int = number(400, DAYS, "in which the word on a tie loses half its weight")


@dataclass(frozen=True, slots=True)
class PartyRule:
    """When a name in no catalogue is a party."""

    reports: int = number(
        2,
        "reports",
        "independent ones must make a name of a group's form act, where none introduces it",
    )


@dataclass(frozen=True, slots=True)
class Agreements:
    """Ceasefires, deals, talks."""

    heard_of_days: int = number(
        540, DAYS, "an agreement not heard of for so long is not shown as in force"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The rule of the picture, by section; `sides` maps actor ids to side ids, over the catalogue."""

    chain: Chain = Chain()
    doubt: Doubt = Doubt()
    standing: Standing = Standing()
    spread: Spread = Spread()
    trust: Trust = Trust()
    activity: Activity = Activity()
    ties: Ties = Ties()
    agreements: Agreements = Agreements()
    parties: PartyRule = PartyRule()
    sides: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, sections: Mapping[str, Any]) -> Settings:
        """The defaults with some numbers changed, from a mapping of sections as a TOML file gives it.

        Raises ContactlineError for a section or a number there is none of, or a value of another kind.
        """
        made: dict[str, Any] = {}
        known = {f.name: f for f in fields(cls)}
        for name, given in sections.items():
            if name not in known or not isinstance(given, Mapping):
                raise ContactlineError(
                    f"no section of settings is called {name}; there are {', '.join(known)}"
                )
            if name == "sides":
                made[name] = {str(k): str(v) for k, v in given.items()}
                continue
            default: Any = known[name].default
            section: Any = type(default)
            made[name] = section(**{k: _checked(section, name, k, v) for k, v in given.items()})
        return cls(**made)

    def public(self) -> dict[str, Any]:
        """Every number as `section.name`."""
        return {
            f"{s.name}.{f.name}": getattr(getattr(self, s.name), f.name)
            for s in fields(self)
            if s.name != "sides"
            for f in fields(getattr(self, s.name))
        } | {f"sides.{k}": v for k, v in sorted(self.sides.items())}


def _checked(section: type, where: str, name: str, value: Any) -> Any:
    known = {f.name: f for f in fields(section)}
    if name not in known:
        raise ContactlineError(
            f"[{where}] has no {name}; it has {', '.join(known)} (contactline picture --why lists all)"
        )
    kind: type = type(known[name].default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ContactlineError(f"{where}.{name} must be {kind.__name__}, not {value!r}")
    return value
