"""What the picture derives from claims; every part names the claims behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contactline.model.ids import Holder
from contactline.model.parties import Place
from contactline.model.terms import AccessState, AgreementStatus, Basis, Status


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a place on a day. `shares` is the probability of each side; `status` follows the
    published rule.

    `holder` is None where the place is unknown or contested; `contested_by` are the sides that
    fight for a contested place, `besieged_by` those that besiege a besieged one.
    """

    place: Place
    holder: Holder | None
    status: Status
    probability: float
    since: date | None
    shares: tuple[tuple[str, float], ...]
    claims: tuple[str, ...]
    named: tuple[str, ...] = ()
    basis: Basis = Basis.TOLD
    contested_by: tuple[str, ...] = ()
    besieged_by: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether claims speak of the place itself, or of a part of it."""
        return self.basis in (Basis.TOLD, Basis.PART)


@dataclass(frozen=True, slots=True)
class Pocket:
    name: str
    holder: Holder | None
    inside: Holder
    places: tuple[str, ...]
    activity: str
    status: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    name: str
    side: Holder
    holders: tuple[str, ...]
    core: tuple[str, ...]
    present: tuple[str, ...]
    backers: tuple[str, ...]
    places: tuple[str, ...]
    main_places: tuple[str, ...]
    share_of_places: float
    population: int
    activity: str
    pockets: tuple[Pocket, ...]
    agreements: tuple[str, ...]
    claims: tuple[str, ...]
    partial: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactLine:
    a: str
    b: str
    relation: str
    length_km: float
    uncertainty_km: float
    between: tuple[tuple[str, str], ...]
    last_clash: date | None
    agreements: tuple[str, ...]
    claims: tuple[str, ...]
    path: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """What stands between two actors on a day; `sign` is +1 supportive, -1 hostile, 0 both or
    unclear.
    """

    a: str
    b: str
    sign: int
    kinds: tuple[str, ...]
    first: date
    last: date
    weight: float
    claims: tuple[str, ...]
    contrary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A ceasefire, a deal, talks: `since` and `last` are the first and last day it is told of.

    `status_since` is the day its status is told from, `terms` the sentences that speak of it, the
    first first.
    """

    name: str
    parties: tuple[str, ...]
    place: str | None
    status: AgreementStatus
    since: date
    last: date
    claims: tuple[str, ...]
    id: str = ""
    kind: str = "agreement"
    status_since: date | None = None
    terms: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    radius_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Access:
    """A road, crossing or area: blocked or open, by whom, against whom,
    since when as far as told.
    """

    place: str
    place_id: str
    lat: float | None
    lon: float | None
    state: AccessState
    by: tuple[str, ...]
    against: tuple[str, ...]
    since: date
    last: date
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Harm:
    """Who suffered what in an event, with the number where one is given (the largest told)."""

    what: str
    who: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """A clash, strike, capture or move as all reports of it tell it.

    `precision`: day, month, year or report.

    `report` means that no report names the day: it is that of the first report.
    """

    id: str
    date: date
    precision: str
    kind: str
    place: str | None
    place_id: str | None
    lat: float | None
    lon: float | None
    parties: tuple[str, ...]
    harm: tuple[Harm, ...]
    sources: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameNotTaken:
    """A name that acts in claims and was not taken for a party, and why; review can accept it."""

    name: str
    id: str
    why: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    on: date
    as_known: date | None
    holdings: tuple[Holding, ...]
    sectors: tuple[Sector, ...]
    lines: tuple[ContactLine, ...]
    relations: tuple[Tie, ...]
    agreements: tuple[Agreement, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    remnants: tuple[Holding, ...] = ()
    names_not_taken: tuple[NameNotTaken, ...] = ()
    access: tuple[Access, ...] = ()
