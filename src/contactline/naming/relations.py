"""Where a report's own words say that a place lies: "in the Donetsk region", "Paris, Texas", "12 km
north of Homs".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shapely

from contactline.model import Place
from contactline.naming.gazetteer import Match, distance_km
from contactline.naming.outlines import Outlines
from contactline.naming.rows import us_states

Area = tuple[
    str, str
]  # country and first-level area by GeoNames' codes; no area: the whole country
Lookup = Callable[[str], Sequence[Match]]

NEAR_KM = 30.0  # how far "near", "outside" may reach
TOWN = 10_000  # people
BESIDE_KM = 80.0  # how far "south of" may reach
_SHORT = {v.replace(".", "").lower(): k for k, v in us_states().items()} | {
    k.lower(): k for k in us_states()
}
_NAME = (
    r"((?:(?:al|el|at|as|ar|ad|an|az|ash|Al|El)[- ])?[A-Z][\w’'.-]*(?:[ "
    r"-](?:(?:al|el|ez|az|as|ar|ash|ad|at)[- ])?[A-Z][\w’'-]*){0,3})"
)
_SIDE = (
    r"(north|south|east|west|north-?\s?east|north-?\s?west|south-?\s?east|south-?\s?west)(?:ern)?"
)
_KIND = (
    r"(?:province|governorate|state|region|oblast|county|district|prefecture|department|canton|"
    r"raion|republic|territory)"
)
_BESIDE = re.compile(rf"\s*(?:,|\()\s*{_NAME}")
_WITHIN = re.compile(
    r"\s*(?:,\s*)?(?:(?:which (?:is|lies)|located|situated|lying|a (?:town|village|city))\s+)*"
    rf"(?:in|within|inside|of)\s+(?:the\s+)?(?:(?:far |deep )?{_SIDE}\s+|central\s+|eastern\s+)?"
    rf"(?:(?P<before>{_KIND})\s+of\s+)?(?:the\s+)?{_NAME}(?:['’]s)?(?:\s+(?P<after>{_KIND}))?"
)
_LIES = (
    r"\s*(?:,\s*)?(?:(?:which "
    r"(?:is|lies)|located|situated|lying|just|right|immediately|some|about|around|roughly|"
    r"a (?:town|village|city|settlement)|only)\s+)*"
)
_OF_TOWN = (
    r"(?:the\s+)?(?:(?:nearby |embattled |besieged |key |strategic "
    r")*(?:town|city|village|settlement|capital)\s+of\s+)?"
)
_NEAR = re.compile(
    rf"{_LIES}(?:near|outside(?: of)?|close to|next to|adjacent to|on the outskirts of|in the "
    rf"vicinity of|not far from|beside)\s+{_OF_TOWN}{_NAME}"
)
_AWAY = re.compile(
    rf"{_LIES}(?P<far>\d+(?:\.\d+)?)[\s-]*(?P<unit>km|kilomet\w+|miles?|"
    rf"mi)\b\s*(?:\([^)]{{1,20}}\)\s*)?(?:to the\s+)?(?:{_SIDE}\s+)?"
    rf"(?:of|from|outside(?: of)?|away from)\s+{_OF_TOWN}{_NAME}"
)
_SIDE_OF = re.compile(rf"{_LIES}(?:to the\s+)?{_SIDE}\s+of\s+{_OF_TOWN}{_NAME}")
JOINED = re.compile(
    r"\s*(?:(?:,\s*)?(?:and|as well as|or)|,|&|/)\s*"
    r"(?:the\s+)?(?:(?:towns?|villages?|settlements?|city|cities)\s+of\s+)?"
)
_BEARING = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}


@dataclass(frozen=True, slots=True)
class Near:
    """Said to lie by another place: its words' offsets, how far (km, None: unsaid), which way (""
    unsaid).
    """

    start: int
    end: int
    km: float | None = None
    side: str = ""

    def fits(self, p: Place, anchor: Place) -> bool:
        far = distance_km(p.lat, p.lon, anchor.lat, anchor.lon)
        if far < 0.5 and p.id == anchor.id:
            return False
        if self.km is not None:
            slack = max(8.0, 0.4 * self.km) + min(anchor.radius_km, 15.0)
            if abs(far - self.km) > slack:
                return False
        elif far > (BESIDE_KM if self.side else NEAR_KM) + min(anchor.radius_km, 10.0):
            return False
        return not self.side or far < 3.0 or self._that_way(p, anchor)

    def _that_way(self, p: Place, anchor: Place) -> bool:
        dy, dx = _way(self.side)
        y = p.lat - anchor.lat
        x = (p.lon - anchor.lon) * math.cos(math.radians(anchor.lat))
        return (y * dy + x * dx) / (math.hypot(x, y) * math.hypot(dy, dx) or 1.0) > 0.3

    def spot(self, anchor: Place) -> tuple[float, float, float]:
        """Latitude, longitude and how far off it may be (km), from the anchor alone."""
        reach = self.km if self.km is not None else (15.0 if self.side else 0.0)
        radius = max(8.0, 0.4 * reach) if self.km is not None else 20.0
        if not self.side or not reach:
            return anchor.lat, anchor.lon, max(radius, reach)
        dy, dx = _way(self.side)
        norm = math.hypot(dy, dx) or 1.0
        lat = anchor.lat + reach * dy / norm / 111.2
        lon = anchor.lon + reach * dx / norm / (
            111.2 * max(0.1, math.cos(math.radians(anchor.lat)))
        )
        return lat, lon, radius


def _way(side: str) -> tuple[int, int]:
    found = [v for k, v in _BEARING.items() if k in side.lower()]
    return sum(v[0] for v in found), sum(v[1] for v in found)


def near(text: str, end: int) -> Near | None:
    """What the words after a place say it lies by."""
    window = end + 110
    if m := _AWAY.match(text, end, window):
        unit = 1.609 if m.group("unit").startswith("mi") else 1.0
        side = next((g for g in m.groups() if g and g.lower().startswith(tuple(_BEARING))), "")
        return Near(*_span(m, m.lastindex or 0), float(m.group("far")) * unit, side)
    if m := _SIDE_OF.match(text, end, window):
        return Near(*_span(m, 2), None, m.group(1))
    if m := _NEAR.match(text, end, window):
        return Near(*_span(m, 1))
    return None


def _span(m: re.Match[str], group: int) -> tuple[int, int]:
    start = m.start(group)
    return start, start + len(m.group(group).rstrip(".,’'"))


def areas_named(words: str, lookup: Lookup, kind: str = "") -> frozenset[Area]:
    """The countries and first-level areas that words name; with "region" or the like beside them,
    also by a town's name ("Donetsk region").
    """
    for name in [f"{words} {kind}", words] if kind else [words]:
        found = [
            x.place
            for x in lookup(name)
            if x.score >= 0.9
            and (x.place.feature == "country" or (x.place.feature == "area" and x.place.admin1))
        ]
        if found:
            return frozenset((p.country, p.admin1 if p.feature == "area" else "") for p in found)
    return frozenset()


def beside(text: str, end: int, lookup: Lookup) -> frozenset[Area]:
    """The country or area named right after a place and a comma or bracket: "Paris, Texas"."""
    m = _BESIDE.match(text, end, end + 60)
    if not m:
        return frozenset()
    words = m.group(1).rstrip(".,").split()
    short = _SHORT.get(words[0].replace(".", "").lower())
    after = text[m.start(1) + len(words[0]) : m.start(1) + len(words[0]) + 1]
    if short and "," in m.group()[:3] and (words[0].isupper() or after == "." or "." in words[0]):
        return frozenset({("US", short)})
    for n in range(len(words), 0, -1):
        if found := areas_named(" ".join(words[:n]), lookup):
            return found
    return frozenset()


def within(text: str, end: int, lookup: Lookup) -> tuple[frozenset[Area], bool]:
    """The area that a place is said to lie in ("in the Donetsk region of Ukraine"), and whether the
    words are sure of it: they say what kind of area it is, or name a country or an area that no
    town shares its name with.
    """
    found: frozenset[Area] = frozenset()
    sure = False
    for _ in range(2):  # "in the Donetsk region of Ukraine"
        m = _WITHIN.match(text, end, end + 90)
        if not m:
            break
        kind = m.group("before") or m.group("after") or ""
        words = m.group(3).rstrip(".,").split()
        for n in range(len(words), 0, -1):
            if areas := areas_named(" ".join(words[:n]), lookup, kind if n == len(words) else ""):
                break
        else:
            break
        countries = {c for c, a in areas if not a}
        narrowed = (
            frozenset(a for a in found if a[0] in countries) if found and countries else areas
        )
        found = narrowed or found
        sure = sure or bool(kind) or bool(countries) or not _town(" ".join(words[:n]), lookup)
        if not kind and n < len(words):
            break
        end = m.end()
    return found, sure


def _town(name: str, lookup: Lookup) -> bool:
    """Whether a town of some size bears the name too: "Damascus in Moscow" puts no Damascus into a
    region.
    """
    return any(
        x.place.feature == "settlement" and x.score >= 0.9 and x.place.population >= TOWN
        for x in lookup(name)
    )


def lies_in(p: Place, areas: frozenset[Area]) -> bool:
    """By GeoNames' code; a place without one, by the area's outline."""
    if (p.country, "") in areas:
        return True
    if p.feature == "country":
        return False
    if p.admin1:
        return (p.country, p.admin1) in areas
    for country, admin1 in areas:
        if p.country and country == p.country and admin1:
            shape = Outlines.load().area(country, admin1)
            if shape is not None and shape.covers(_point(p)):
                return True
    return False


def _point(p: Place) -> shapely.Point:
    return shapely.Point(p.lon, p.lat)
