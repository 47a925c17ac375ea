"""What a report says: roles, claims, and a claim with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contactline.model.ids import ActorId, PlaceId
from contactline.model.terms import Modality
from contactline.model.values import digest


@dataclass(frozen=True, slots=True)
class Role:
    """Who or where a claim's role is. `text` are the words of the report; `name` and `id` what they
    resolve to.

    `id` is `actor:…` for a party, `place:…` for a place; `radius_km` is how far the point may be
    off, and for an area how far it reaches.
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


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a report says, tied to its exact sentence. See docs/glossary.md for kinds, aspects
    and modalities.

    `repeat` counts claims of one report that are made of the very same words ("took the town in
    2014 and in 2016").
    """

    report: str
    kind: str
    aspect: str | None
    actor: Role | None
    other: Role | None
    place: Role | None
    modality: Modality
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
    repeat: int = 0

    @property
    def id(self) -> str:
        """Hash of the report's words alone: the sentence, what it says, and the words of its roles.

        Whom and where the words mean, when, how many and how sure is what a reading makes of them,
        and may be made better; what a reviewer said of the claim then still stands.
        """
        return digest(
            [
                "claim",
                self.report,
                self.kind,
                self.aspect,
                self.modality,
                self.start,
                self.end,
                self.quote,
                *(
                    [r.text, r.start, r.end] if r else None
                    for r in (self.actor, self.other, self.place)
                ),
                self.repeat,
            ]
        )

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


def told_apart(claims: Iterable[Claim]) -> list[Claim]:
    """The claims of one report, each once; those made of the same words are numbered, in whatever
    order they came.
    """
    same: dict[str, list[Claim]] = {}
    for c in claims:
        c = c if c.repeat == 0 else replace(c, repeat=0)
        mine = same.setdefault(c.id, [])
        twin = next((i for i, x in enumerate(mine) if _meaning(x) == _meaning(c)), None)
        if twin is None:
            mine.append(c)
        elif mine[twin].confidence < c.confidence:
            mine[twin] = c
    return [
        c if n == 0 else replace(c, repeat=n)
        for mine in same.values()
        for n, c in enumerate(sorted(mine, key=_meaning))
    ]


def _meaning(c: Claim) -> str:
    """What two claims of the same words may still differ in, as a key to sort by."""
    return json.dumps(
        [
            c.valid_from.isoformat() if c.valid_from else "",
            c.valid_to.isoformat() if c.valid_to else "",
            c.precision,
            -1 if c.number is None else c.number,
            c.extent,
            c.said_by,
            c.condition,
            *(r.id if r else None for r in (c.actor, c.other, c.place)),
        ]
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """A claim as the ledger gives it back: with its report's source and date, and what review said
    of it.
    """

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
