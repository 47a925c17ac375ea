"""What a merge or a split decision must hold, taken from the claims the ledger has."""

from __future__ import annotations

from typing import Any

from contactline.ledger.store import Ledger
from contactline.model import ActorId, ContactlineError, PlaceId, Role


def _known(ledger: Ledger, key: str) -> Role | None:
    """A role of that id as some claim has it."""
    for s in ledger.claims(place_ids=[key] if PlaceId.parse(key) else ()):
        for r in (s.claim.place, s.claim.actor, s.claim.other):
            if r and r.id == key:
                return r
    return None


def _kind(key: str) -> str:
    if ActorId.parse(key):
        return "actor"
    if PlaceId.parse(key):
        return "place"
    raise ContactlineError(f"{key} is no id of a party or a place; it begins with actor: or place:")


def _fields(r: Role | None, name: str) -> dict[str, Any]:
    if r is None:
        return {"name": name}
    return {
        k: v
        for k in ("name", "lat", "lon", "geoname_id", "country", "feature", "radius_km")
        if (v := getattr(r, k)) is not None
    }


def merged(ledger: Ledger, one: str, into: str, name: str = "") -> tuple[str, dict[str, Any]]:
    """(subject, value) of a merge.

    Raises ContactlineError where the ids are of two kinds, the same, or not in the ledger.
    """
    if _kind(one) != _kind(into):
        raise ContactlineError("a party can't be merged with a place")
    if one == into:
        raise ContactlineError(f"{one} is itself already")
    if _known(ledger, one) is None:
        raise ContactlineError(f"no claim speaks of {one}")
    target = _known(ledger, into)
    if target is None and not name:
        name = _catalogued(into)
    return one, {"into": into} | _fields(target, name)


def _catalogued(key: str) -> str:
    from contactline.naming.actors import Catalogue

    who = ActorId.parse(key)
    a = Catalogue.load().by_id.get(who.key) if who else None
    if a is None:
        raise ContactlineError(f"no claim and no entry of the catalogue goes by {key}")
    return a.name


def parted(
    ledger: Ledger, one: str, words: list[str], into: str = ""
) -> tuple[str, dict[str, Any]]:
    """(subject, value) of a split: those words, where they were read as `one`, mean `into`."""
    kind = _kind(one)
    if not words or _known(ledger, one) is None:
        raise ContactlineError(
            f"no claim speaks of {one}" if words else "say which words mean another"
        )
    named = "-".join(words[0].lower().split())
    into = into or (ActorId.of(ActorId.NEW + named) if kind == "actor" else PlaceId.of(f"?{named}"))
    if _kind(into) != kind:
        raise ContactlineError("a party can't be split into a place")
    return one, {"into": into, "texts": [w.lower() for w in words]} | _fields(
        _known(ledger, into), words[0]
    )
