"""What a sector is called: the chief of who hold it, and the part of the country it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import shapely

from contactline.model import Holding
from contactline.naming.outlines import BEARINGS, part
from contactline.picture.distance import km
from contactline.picture.geography import FULL_NAMES, countries, country_at
from contactline.picture.sides import Sides

FAR_FLUNG_KM = (
    60.0  # from a sector's middle to its farthest place: from there it is named by part of country
)
MOSTLY = 0.6  # of a sector's places lie in the part of the country it is named by


def own(name: str, sides: Sides, on: date) -> str | None:
    """The whole that a party called so is part of."""
    key = sides.spoken.get(name)
    return sides.own(f"actor:{key}", on) if key else None


def wholes(named: Sequence[str], sides: Sides, on: date) -> list[str]:
    """One name for each whole, its own where it is among them: the government, not its army
    beside it.
    """
    out: dict[str, str] = {}
    for n in named:
        whole = own(n, sides, on) or n
        if whole not in out or n == sides.name(whole):
            out[whole] = n
    return list(out.values())


def chief(named: Sequence[str], strong: Sequence[Holding], sides: Sides, on: date) -> list[str]:
    """One or two names for a sector: who holds most of its told places, and who holds them with it.

    The second is named with it in at least half of the places told of.
    """
    found = wholes(named, sides, on)
    of = {n: own(n, sides, on) or n for n in named}
    where = {w: sum(any(of.get(n, n) == of[w] for n in h.named) for h in strong) for w in found}
    first = sorted(found, key=lambda w: -where[w])
    return [w for k, w in enumerate(first[:2]) if not k or 2 * where[w] >= len(strong)]


def region(hs: Sequence[Holding]) -> str:
    """The part of the country that most of a far-flung sector's places lie in ("western Syria");
    the
    chief place's area of a small one.
    """
    lat = sum(h.place.lat for h in hs) / len(hs)
    lon = sum(h.place.lon for h in hs) / len(hs)
    big = max(
        hs,
        key=lambda h: (
            h.place.population,
            h.told,
            -km(lat, lon, h.place.lat, h.place.lon),
        ),
    )
    if len(hs) == 1:
        return big.place.name
    name = country_at(big.place.lat, big.place.lon) or ""
    mine = [h.place for h in hs if h.place.country == big.place.country]
    across = max(km(lat, lon, p.lat, p.lon) for p in mine)
    country = countries().get(name) if across >= FAR_FLUNG_KM else None
    if country is None:
        return f"{big.place.name} area"
    name = FULL_NAMES.get(name, name)
    shares = {}
    for bearing in (*BEARINGS, "central"):
        ground = part(country, bearing)
        shares[bearing] = sum(ground.intersects(shapely.Point(p.lon, p.lat)) for p in mine) / len(
            mine
        )
    said = sorted((b for b in shares if shares[b] >= MOSTLY), key=lambda b: -shares[b])
    upright = next((b for b in said if b in ("north", "south")), "")
    level = next((b for b in said if b in ("east", "west")), "")
    where = "-".join(b for b in (upright, level) if b)
    if where:
        return f"{where}ern {name}"
    return f"central {name}" if said else name
