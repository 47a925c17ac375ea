"""Claims, holdings and sectors as JSON values of the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from contactline.model import Holder, Holding, Role, Stored, plain
from contactline.picture.sides import Sides
from contactline.publishing.colours import colour


def role_json(r: Role | None) -> dict[str, Any] | None:
    return (
        None
        if r is None
        else {
            "name": r.name or r.text,
            "text": r.text,
            "id": r.id,
            "lat": r.lat,
            "lon": r.lon,
            "radius_km": r.radius_km,
            "confidence": r.confidence,
        }
    )


def claim_json(s: Stored, language: str | None = None) -> dict[str, Any]:
    """`language` is that of its quote, as far as known."""
    c = s.claim
    return {
        "id": s.id,
        "kind": c.kind,
        "aspect": c.aspect,
        "modality": c.modality,
        "actor": role_json(c.actor),
        "other": role_json(c.other),
        "place": role_json(c.place),
        "said_by": c.said_by,
        "condition": c.condition,
        "extent": c.extent,
        "number": c.number,
        "from": plain(c.valid_from),
        "to": plain(c.valid_to),
        "precision": c.precision,
        "quote": c.quote,
        "language": language,
        "start": c.start,
        "end": c.end,
        "confidence": round(c.confidence, 3),
        "report": c.report,
        "source": s.source,
        "published": plain(s.published),
        "on": s.on.isoformat(),
        "copy_of": s.copy_of,
        "review": s.review,
    }


def said_json(s: Stored) -> dict[str, Any]:
    """A claim in few words, with its sentence, for an assistant."""
    c = s.claim
    return {
        "claim": s.id,
        "says": f"{c.kind}{f' {c.aspect}' if c.aspect else ''}",
        "actor": c.actor.label if c.actor else None,
        "other": c.other.label if c.other else None,
        "place": c.place.label if c.place else None,
        "modality": c.modality,
        "said_by": c.said_by,
        "condition": c.condition,
        "number": c.number,
        "on": s.on.isoformat(),
        "confidence": round(c.confidence, 2),
        "source": s.source,
        "published": plain(s.published),
        "quote": c.quote,
    }


def side_names(side: str | None, sides: Sides) -> str | None:
    """A side, or several together, by name."""
    return Holder(side).called(sides.names) if side else None


def holding_json(h: Holding, sides: Sides) -> dict[str, Any]:
    p = h.place
    return {
        "name": p.name,
        "id": p.id,
        "geoname_id": p.geoname_id,
        "lat": p.lat,
        "lon": p.lon,
        "country": p.country,
        "feature": p.feature,
        "population": p.population,
        "holder": side_names(h.holder, sides),
        "side": h.holder,
        "colour": colour(h.holder) if h.holder else None,
        "status": h.status,
        "probability": h.probability,
        "since": plain(h.since),
        "basis": h.basis,
        "contested_by": [sides.name(x) for x in h.contested_by],
        "besieged_by": [sides.name(x) for x in h.besieged_by],
        "named": list(h.named),
        "claims": list(h.claims),
        "shares": [
            {
                "side": k,
                "name": "somebody not named" if k == "?" else sides.name(k),
                "share": v,
                "colour": colour(k) if k != "?" else "#b8b8b8",
            }
            for k, v in h.shares
        ],
    }


def day_json(d: date | None) -> str | None:
    return d.isoformat() if d else None
