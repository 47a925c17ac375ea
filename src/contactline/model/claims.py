"""What a report says: roles, claims, and a claim with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from contactline.model.ids import ActorId, PlaceId
from contactline.model.values import digest


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

    @property
    def actor_id(self) -> ActorId | None:
        """Who it is; None where it is a place, or nobody knows."""
        return ActorId.parse(self.id)

    @property
    def place_id(self) -> PlaceId | None:
        """Where it is; None where it is a party, or nobody knows."""
        return PlaceId.parse(self.id)


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

        other_is_place = self.other is not None and self.other.place_id is not None
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
