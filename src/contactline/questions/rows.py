"""Answers as rows with names in place of ids: what the commands print and the API begins from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contactline.model import Holder, Holding, Sector, plain

UNNAMED = "?"


def called(holder: str | None, names: Mapping[str, str]) -> str:
    """A side, or several together, by name."""
    if not holder:
        return ""
    if holder == UNNAMED:
        return "somebody not named"
    return Holder(holder).called(names)


def holding_row(h: Holding, names: Mapping[str, str]) -> dict[str, Any]:
    """A place of the picture with the keys of the command contract."""
    p = h.place
    return {
        "name": p.name,
        "id": p.id,
        "geoname_id": p.geoname_id,
        "lat": p.lat,
        "lon": p.lon,
        "holder": called(h.holder, names) or None,
        "status": h.status,
        "probability": h.probability,
        "since": h.since,
        "claims": h.claims,
        "basis": h.basis,
        "contested_by": [called(x, names) for x in h.contested_by],
        "besieged_by": [called(x, names) for x in h.besieged_by],
        "named": h.named,
    }


def sector_row(s: Sector, names: Mapping[str, str]) -> dict[str, Any]:
    """A sector with its pockets, sides by name."""
    out: dict[str, Any] = plain(s)
    out["side"] = called(s.side, names)
    for row, pocket in zip(out["pockets"], s.pockets, strict=True):
        row["holder"] = called(pocket.holder, names) or None
        row["inside"] = called(pocket.inside, names)
    return out
