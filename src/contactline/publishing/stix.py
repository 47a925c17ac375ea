"""A picture as a STIX 2.1 bundle: parties, places, who holds what and who stands how to whom, each
with its sentences.

Objects keep their ids from one export to the next (UUID 5 of what they stand for), as the standard
asks of deterministic ids. Relationship types beyond the standard's common ones are named `holds`,
`contests`, `supports`, `hostile-to` and `agreed-with`; `start_time` is the day it holds from,
`stop_time` the day after the picture's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contactline.model import Holding, Picture, Stored, Tie
from contactline.model.extras import extra
from contactline.naming.actors import wikidata

SPACE = uuid.UUID("5d6d40f4-6f7e-5a6c-9a1b-0d6b7c1d5a11")
CITED = 3  # sentences kept with each relationship


def _id(kind: str, *what: object) -> str:
    return f"{kind}--{uuid.uuid5(SPACE, '|'.join(str(w) for w in (kind, *what)))}"


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def bundle(picture: Picture, claims: Sequence[Stored], names: Mapping[str, str]) -> tuple[str, int]:
    """(the bundle as JSON, how many objects are in it).

    Only what is told of by name: ground filled from neighbours is no fact to pass on.
    """
    with extra("stix", "a STIX bundle"):
        from stix2 import v21

    stamp = _at(picture.on)
    common: dict[str, Any] = {"created": stamp, "modified": stamp, "allow_custom": False}
    by_id = {s.id: s for s in claims}
    ids = {name: k for k, name in sorted(names.items(), reverse=True)}
    out: dict[str, Any] = {}
    maker = _id("identity", "contactline")
    out[maker] = v21.Identity(id=maker, name="contactline", identity_class="system", **common)

    def party(name: str) -> str:
        key = _id("identity", "party", name)
        if key not in out:
            item = wikidata().get(ids.get(name, name))
            more = [v21.ExternalReference(source_name="Wikidata", external_id=item)] if item else []
            out[key] = v21.Identity(
                id=key,
                name=name,
                identity_class="group",
                created_by_ref=maker,
                **({"external_references": more} if more else {}),
                **common,
            )
        return key

    def location(h: Holding) -> str:
        p = h.place
        key = _id("location", p.id)
        if key not in out:
            where = {"country": p.country} if p.country else {}
            more = (
                [v21.ExternalReference(source_name="GeoNames", external_id=str(p.geoname_id))]
                if p.geoname_id
                else []
            )
            out[key] = v21.Location(
                id=key,
                name=p.name,
                latitude=p.lat,
                longitude=p.lon,
                precision=round(p.radius_km * 1000.0, 1),
                created_by_ref=maker,
                **({"external_references": more} if more else {}),
                **where,
                **common,
            )
        return key

    def cited(ids: Sequence[str]) -> list[Any]:
        found = [by_id[i] for i in ids if i in by_id][:CITED]
        return [
            v21.ExternalReference(
                source_name=s.source or "report", description=s.claim.quote[:2000], external_id=s.id
            )
            for s in found
        ]

    def related(
        kind: str,
        a: str,
        b: str,
        confidence: float,
        since: date | None,
        ids: Sequence[str],
        told: str,
    ) -> None:
        key = _id("relationship", kind, a, b, since)
        stop = picture.on + timedelta(days=1)
        times = {"start_time": _at(since)} if since and since < stop else {}
        proof = cited(ids)
        out[key] = v21.Relationship(
            id=key,
            relationship_type=kind,
            source_ref=a,
            target_ref=b,
            description=told,
            confidence=max(0, min(100, round(100 * confidence))),
            stop_time=_at(stop),
            created_by_ref=maker,
            **({"external_references": proof} if proof else {}),
            **times,
            **common,
        )

    for h in picture.holdings:
        if h.holder and h.status != "unknown" and h.told:
            for side in h.holder.sides:
                who = names.get(side, side)
                related(
                    "contests" if h.status == "contested" else "holds",
                    party(who),
                    location(h),
                    h.probability,
                    h.since,
                    h.claims,
                    f"{who} holds {h.place.name} ({h.status})",
                )
    for t in picture.relations:
        related(
            {1: "supports", -1: "hostile-to"}.get(t.sign, "related-to"),
            party(t.a),
            party(t.b),
            _sure(t),
            t.first,
            t.claims,
            f"{t.a} and {t.b}: {', '.join(t.kinds)}",
        )
    for x in picture.agreements:
        for i, a in enumerate(x.parties):
            for b in x.parties[i + 1 :]:
                related(
                    "agreed-with",
                    party(a),
                    party(b),
                    0.5,
                    x.since,
                    x.claims,
                    f"{x.name} ({x.status})",
                )
    return v21.Bundle(
        id=_id("bundle", picture.on, picture.as_known),
        objects=list(out.values()),
        allow_custom=False,
    ).serialize(), len(out)


def _sure(t: Tie) -> float:
    return t.weight / (1.0 + t.weight)
