"""The nouns every room speaks: reports, comments, claims, actors, places, and what the picture derives from them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

KINDS: dict[str, tuple[str, ...]] = {
    "control": ("holds", "gains", "loses", "contests", "besieges"),
    "presence": ("located", "arrives", "leaves"),
    "fight": (),
    "strike": (),
    "support": ("backs", "allied"),
    "hostility": (),
    "identity": ("part_of", "formerly", "same_as"),
    "agreement": ("made", "holds", "broken", "sought"),
    "access": ("blocked", "opened"),
    "harm": ("killed", "wounded", "displaced", "detained"),
    "situation": ("calm", "tense", "fighting"),
}
MODALITIES = ("stated", "reported", "denied", "expected", "intended", "conditional")
ACTUAL = frozenset({"stated", "reported"})
PROSPECTIVE = frozenset({"expected", "intended", "conditional"})


class ContactlineError(Exception):
    """Could not be done; the message is one line that says what to do."""


def digest(value: Any, length: int = 16) -> str:
    """Hex SHA-256 of the canonical JSON of a value, cut to `length` characters."""
    raw = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment. `start`/`end` are offsets in the file's text where it was pasted there, else None."""

    author: str
    text: str
    order: int
    parent: int | None = None
    start: int | None = None
    end: int | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`text` is what offsets count in; claims are read from `text[:article_end]` alone."""

    text: str
    article_end: int
    title: str = ""
    source: str = ""
    author: str = ""
    published: date | None = None
    date_basis: str = ""
    url: str = ""
    language: str = "en"
    media_type: str = "text/plain"
    path: str = ""
    comments: tuple[Comment, ...] = ()
    unread: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def id(self) -> str:
        return digest(["report", self.sha256, self.source, self.published])


@dataclass(frozen=True, slots=True)
class Role:
    """Who or where a claim's role is. `text` are the words of the report; `name` and `id` what they resolve to.

    `id` is `actor:…` for a party, `place:…` for a place; `radius_km` is how far the point may be off, and for an area
    how far it reaches.
    """

    text: str
    name: str | None = None
    id: str | None = None
    lat: float | None = None
    lon: float | None = None
    geoname_id: int | None = None
    country: str | None = None
    feature: str | None = None
    radius_km: float | None = None
    confidence: float | None = None
    start: int | None = None
    end: int | None = None

    @property
    def label(self) -> str:
        return self.name or self.text


_ID_ROLE = ("text", "name", "id", "lat", "lon", "start", "end")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a report says, tied to its exact sentence. See docs/glossary.md for kinds, aspects and modalities."""

    report: str
    kind: str
    aspect: str | None
    actor: Role | None
    other: Role | None
    place: Role | None
    modality: str
    quote: str
    start: int
    end: int
    confidence: float
    said_by: str | None = None
    condition: str | None = None
    extent: str | None = None
    number: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    precision: str | None = None

    @property
    def id(self) -> str:
        """Hash of the content. Confidence is the reader's opinion of it, not part of it."""
        content = [
            self.report,
            self.kind,
            self.aspect,
            self.modality,
            self.start,
            self.end,
            self.quote,
            self.said_by,
            self.condition,
            self.extent,
            self.number,
            self.valid_from,
            self.valid_to,
            self.precision,
            *(
                [getattr(r, k) for k in _ID_ROLE] if r else None
                for r in (self.actor, self.other, self.place)
            ),
        ]
        return digest(content)

    def as_json(self) -> dict[str, Any]:
        """The keys of the command contract."""

        def role(r: Role | None, place: bool = False) -> dict[str, Any] | None:
            if r is None:
                return None
            out: dict[str, Any] = {"name": r.name, "text": r.text, "id": r.id}
            if place:
                out |= {"lat": r.lat, "lon": r.lon, "geoname_id": r.geoname_id}
            return out

        other_is_place = self.other is not None and (self.other.id or "").startswith("place:")
        return {
            "report": self.report,
            "kind": self.kind,
            "aspect": self.aspect,
            "actor": role(self.actor),
            "other": role(self.other, other_is_place),
            "place": role(self.place, True),
            "modality": self.modality,
            "said_by": self.said_by,
            "condition": self.condition,
            "extent": self.extent,
            "number": self.number,
            "from": self.valid_from.isoformat() if self.valid_from else None,
            "to": self.valid_to.isoformat() if self.valid_to else None,
            "precision": self.precision,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Stored:
    """A claim as the ledger gives it back: with its report's source and date, and what review said of it."""

    id: str
    claim: Claim
    source: str
    published: date | None
    known: date
    weight: float = 1.0
    copy_of: str | None = None
    review: str | None = None

    @property
    def on(self) -> date:
        """The day it is about: its own start, else the report's day."""
        return self.claim.valid_from or self.published or self.known


@dataclass(frozen=True, slots=True)
class Actor:
    id: str
    name: str
    type: str
    country: str = ""
    theatre: str = ""
    aliases: tuple[str, ...] = ()
    parents: tuple[tuple[str, str | None, str | None], ...] = ()
    formerly: tuple[tuple[str, str | None], ...] = ()
    side: str = ""
    ucdp: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    lat: float
    lon: float
    country: str
    feature: str
    population: int = 0
    admin1: str = ""
    radius_km: float = 3.0
    geoname_id: int | None = None
    source: str = "geonames"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a place on a day. `shares` is the probability of each side; `status` follows the published rule."""

    place: Place
    holder: str | None
    status: str
    probability: float
    since: date | None
    shares: tuple[tuple[str, float], ...]
    claims: tuple[str, ...]
    named: tuple[str, ...] = ()
    basis: str = "claims"


@dataclass(frozen=True, slots=True)
class Pocket:
    name: str
    holder: str | None
    inside: str
    places: tuple[str, ...]
    activity: str
    status: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    name: str
    side: str
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
    """What stands between two actors on a day; `sign` is +1 supportive, -1 hostile, 0 both or unclear."""

    a: str
    b: str
    sign: int
    kinds: tuple[str, ...]
    first: date
    last: date
    weight: float
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    name: str
    parties: tuple[str, ...]
    place: str | None
    status: str
    since: date
    last: date
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """`later`: how many later claims were read about its place or parties within the horizon, whatever they say."""

    id: str
    kind: str
    aspect: str | None
    actor: str | None
    other: str | None
    place: str | None
    modality: str
    condition: str | None
    voices: tuple[str, ...]
    first_said: date
    until: date
    state: str
    decided_by: tuple[str, ...]
    quote: str
    claims: tuple[str, ...]
    condition_met: bool = False
    later: int = 0


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


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON values."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    return value


def claim_dict(claim: Claim) -> dict[str, Any]:
    """Every field, for storage."""
    return asdict(claim)
