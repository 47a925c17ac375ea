"""Every number the picture depends on, by section, with its unit and its reason.

`--why` prints these.

A file of sections changes any of them (`Settings.load`), so that a rule of one's own can be stated,
kept and cited.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from importlib import resources
from typing import Any

from contactline.model import ContactlineError


def _read() -> dict[str, dict[str, dict[str, float]]]:
    file = resources.files("contactline.picture").joinpath("fitted.toml")
    return tomllib.loads(file.read_text("utf-8"))


FITTED = _read()  # section, name: value, low and high as `make fit-picture` found them


def number(value: Any, unit: str, why: str) -> Any:
    """A setting with its default, its unit, and the reason for it."""
    return field(default=value, metadata={"unit": unit, "why": why})


def fitted(section: type) -> type:
    """A section whose numbers are, where they were fitted, those of fitted.toml; what is written
    stands beside them.
    """
    found = FITTED.get(section.__name__.lower(), {})
    for name in section.__annotations__:
        own = getattr(section, name)
        written = own.default
        more = {"written": written} | found.get(name, {})
        default = type(written)(found[name]["value"]) if name in found else written
        setattr(section, name, field(default=default, metadata=dict(own.metadata) | more))
    return section


RATIO, SHARE, DAYS, KM = "likelihood ratio", "probability", "days", "km"


@dataclass(frozen=True, slots=True)
@fitted
class Chain:
    """One place through time.

    A likelihood ratio compares "this side holds it" with "another does".
    """

    change_per_day: float = number(
        1 / 1500, "1/day", "how fast an unheard-of place may have changed hands (mean four years)"
    )
    prior_unknown: float = number(
        0.6, SHARE, 'of "somebody not named here" before any claim, whoever is named later'
    )
    only_there: float = number(
        0.35, "share", "prior of a side only said to be there or to fight, beside one said to hold"
    )
    nobody: float = number(
        0.5, "power", "how far what speaks for a side speaks against somebody not named"
    )
    holds: float = number(14.0, RATIO, "a sure claim that a side holds a place")
    gains: float = number(0.9, SHARE, "that a place passes on the day it is surely said to")
    loses: float = number(0.85, SHARE, "that it is lost on the day it is surely said to be")
    eve: float = number(1.7, RATIO, "that who takes a place did not hold it the day before")
    contests: float = number(1.6, RATIO, "a side that contests a place is often inside")
    besieges: float = number(5.0, RATIO, "against the besieger being inside")
    presence: float = number(1.7, RATIO, "who is in a place often holds it")
    fights: float = number(1.4, RATIO, "who fights in a place often holds some of it")
    strikes: float = number(2.0, RATIO, "against the striker holding what it strikes")
    intends: float = number(2.0, RATIO, "against: who plans to take a place does not hold it yet")
    temper: float = number(1.0, "power", "of all probabilities, so that they are calibrated")
    unnamed: float = number(1.0, "weight", "of somebody not named, so that they are calibrated")


@dataclass(frozen=True, slots=True)
@fitted
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
    echo: float = number(
        0.5, "power", "a report saying the same of a day n times speaks n to the power of 1 - echo"
    )
    undated: float = number(
        0.9, "power", "of a report that carries no date; it speaks only where no dated one does"
    )
    beside: int = number(45, "characters", "between the names of two that hold a place together")
    past_days: int = number(
        365, DAYS, "a report whose dated claims lie so long before it tells of the past"
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """When a place is called held, contested or besieged."""

    held_at: float = number(0.6, SHARE, "from which a place is held")
    names: int = number(6, "names", "told of a holder, the latest first")
    joint: float = number(0.3, "share", "of the likeliest side's, to hold a place with it")
    contest_days: int = number(45, DAYS, "fighting inside within so many days makes it contested")
    rival_at: float = number(0.2, SHARE, "of a side fighting inside, to make a place contested")
    said_at: float = number(
        0.6, SHARE, "that a rival contests it, or has taken a part, to make it so"
    )
    contest_at: float = number(0.3, SHARE, "of the likeliest, for a contest where nobody is sure")
    siege_at: float = number(0.3, SHARE, "that a siege told and not lifted is still so")


@dataclass(frozen=True, slots=True)
class Spread:
    """What is said of the ground between the places told of."""

    between_km: float = number(12.0, KM, "reach of a told place over those nobody tells of")
    between_angle: float = number(90.0, "degrees", "between two told places seen from that between")
    decay_km: float = number(60.0, KM, "over which a neighbour's word loses its weight")
    between_at: float = number(0.6, SHARE, "from which the neighbours' word is said")
    proofs: int = number(3, "claims", "shown of each neighbour")
    reach_km: float = number(30.0, KM, "a settlement's cell on the map ends so far from it")
    neighbour_km: float = number(66.0, KM, "between neighbours in a sector, at most")
    country: float = number(0.1, "share", "of the control claims that a country of the war has")
    country_claims: int = number(2, "claims", "that it has at least")
    neighbours: int = number(6, "places", "that a place is compared with")


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source is believed, learnt from agreement over the ledger."""

    learn: bool = number(True, "", "whether sources are weighed at all")
    right: float = number(8.0, "claims", "prior of a source: as if so many had been borne out …")
    wrong: float = number(2.0, "claims", "… and so many not")
    least: float = number(0.15, "weight", "a source never weighs less")
    most: float = number(1.3, "weight", "… nor more")
    surest: float = number(0.97, SHARE, "a source is never believed more …")
    doubtfulest: float = number(0.51, SHARE, "… nor less, when its weight is told")
    crowd: int = number(6, "sources", "beyond which a place's own source need not be left out")
    early_days: int = number(5, DAYS, "before a claim, in which another's word bears on it too")
    known_at: float = number(0.3, SHARE, "that a side named holds, for others to judge a source by")
    shown: int = number(3, "claims", "of a source kept as evidence, most and least borne out")
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
    clear: float = number(
        1.5, "times", "as much must speak for a tie's sign as against it for the tie to be clear"
    )
    ally_at: float = number(
        0.65,
        "confidence",
        "from which who is told to be allied is shown behind a sector; a claim read out of 'linked "
        "to' or 'no problems with' is less sure",
    )


@dataclass(frozen=True, slots=True)
class SideRule:
    """When parties make one side (correlation clustering over the signed ties)."""

    join_at: float = number(
        0.5, "reports", "sure ones must speak for standing together, beyond those against it"
    )
    enmity: float = number(1.5, "weight", "of a word on enmity beside one on friendship")
    shared: float = number(
        0.35,
        "share",
        "of a patron's firmest backing, from which another it backs is not its side either",
    )
    half_life_days: int = number(
        400, DAYS, "in which a word on a tie loses half beside a nearer one"
    )
    home_share: float = number(
        0.5,
        "share",
        "of what a state is told to hold must lie in its own country for it to be at home",
    )


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
class Lines:
    """Contact lines."""

    told_km: float = number(
        25.0, KM, "a line runs only where both sides are told to hold a place within so far of it"
    )
    along_km: float = number(
        25.0, KM, "what happens or is agreed within so far of a line's places is of the line"
    )
    clear: float = number(
        0.3, "reports", "sure ones, beyond those for the opposite, make the sides hostile or allied"
    )
    moved_km: float = number(
        10.0, KM, "a stretch further than this from where the line ran has moved"
    )
    moved_least_km: float = number(
        15.0, KM, "of a line must have moved for it to be told, beside a place that changed hands"
    )
    places: int = number(6, "pairs", "of places that face each other are named, the nearest first")
    cited: int = number(4, "claims", "of each kind are kept with a line")


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Roads, crossings, supply."""

    heard_of_days: int = number(
        365, DAYS, "what is told of a road or crossing is not shown after so long a silence"
    )


@dataclass(frozen=True, slots=True)
class EventRule:
    """When two reports tell of one event."""

    days: int = number(1, DAYS, "reports of one event may differ by so many")
    loose_days: int = number(
        3, DAYS, "by so many where a report names no day and that of the report is taken"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The rule of the picture, by section; `sides` maps actor ids to side ids,
    over the catalogue.
    """

    chain: Chain = Chain()
    doubt: Doubt = Doubt()
    standing: Standing = Standing()
    spread: Spread = Spread()
    trust: Trust = Trust()
    activity: Activity = Activity()
    ties: Ties = Ties()
    agreements: Agreements = Agreements()
    parties: PartyRule = PartyRule()
    siding: SideRule = SideRule()
    lines: Lines = Lines()
    access: AccessRule = AccessRule()
    events: EventRule = EventRule()
    sides: dict[str, str] = field(default_factory=dict)

    @classmethod
    def written(cls) -> Settings:
        """As written by hand, before fitting: where the fit begins."""
        made: dict[str, Any] = {}
        for f in _sections():
            section: Any = type(f.default)
            made[f.name] = section(**_defaults(section))
        return cls(**made)

    @classmethod
    def load(cls, sections: Mapping[str, Any]) -> Settings:
        """The defaults with some numbers changed, from a mapping of sections as a TOML file gives
        it.

        Raises ContactlineError for a section or a number there is none of, or a value of another
        kind.
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
            made[name] = section(**{k: checked(section, name, k, v) for k, v in given.items()})
        return cls(**made)

    def public(self) -> dict[str, Any]:
        """Every number as `section.name`."""
        return {
            f"{s.name}.{f.name}": getattr(getattr(self, s.name), f.name)
            for s in fields(self)
            if s.name != "sides"
            for f in fields(getattr(self, s.name))
        } | {f"sides.{k}": v for k, v in sorted(self.sides.items())}


def _sections() -> list[Field[Any]]:
    return [f for f in fields(Settings) if f.name != "sides"]


def _defaults(section: Any) -> dict[str, Any]:
    return {f.name: f.metadata.get("written", f.default) for f in fields(section)}


def checked(section: type, where: str, name: str, value: Any) -> Any:
    """The value for a number of a section; raises ContactlineError for a wrong name or kind."""
    known = {f.name: f for f in fields(section)}
    if name not in known:
        raise ContactlineError(
            f"[{where}] has no {name}; it has {', '.join(known)} (contactline picture --why lists "
            "all)"
        )
    kind: type = type(known[name].default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ContactlineError(f"{where}.{name} must be {kind.__name__}, not {value!r}")
    return value
