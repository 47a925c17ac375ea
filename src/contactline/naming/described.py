"""Where a role's words mean: a town, a part of one, a stretch between two, a thing at one, "the
city", "there".
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from contactline.model import Place, Role
from contactline.naming.folding import light, plain_words
from contactline.naming.gazetteer import Gazetteer, distance_km
from contactline.naming.mentions import Mention
from contactline.naming.parts import Parts
from contactline.naming.reference import HOW_MUCH
from contactline.naming.rows import place_id
from contactline.naming.shapes import (
    BEARING,
    DEFINITE,
    DIRECTION,
    FACILITY,
    LAST_NAME,
    PART,
    STRETCH,
)
from contactline.naming.towns import Towns, bare, common

FACILITY_KM = 8.0  # how far a thing called after a town may lie from it
NOWHERE = 0.0
# what stands at a town and is not the town
THINGS = frozenset(
    ["airport", "airbase", "base", "camp", "crossing", "border", "dam", "hill", "island"]
)


class Places:
    """Answers where words mean, from the settled towns of a report."""

    def __init__(self, text: str, towns: Towns, parts: Parts, theatre: str) -> None:
        self.text, self.towns, self.parts, self.theatre = text, towns, parts, theatre
        self.gazetteer: Gazetteer = towns.gazetteer

    def role(self, text: str, start: int) -> Role:
        """Where the words mean.

        A part, a line or a road keeps what it is: a point with the radius it may lie in.
        """
        end = start + len(text)
        side = re.fullmatch(DIRECTION, text.strip(), re.I)
        m = LAST_NAME.match(self.text[end : end + 60]) if side else None
        if m and (found := self._settled(m.group(1), end + m.start(1))):
            # "northern and north-eastern Hama" names two parts
            return self._part(text + " " + m.group(1), *found, text.lower())
        if text.lower() in ("it", "them"):
            return self._it(text, start)
        if between := self._between(text):
            return between
        how_much = HOW_MUCH.sub("", text)
        if m := DEFINITE.match(how_much) or DEFINITE.match(text):
            return self._definite(text, start, m.group(1).lower(), how_much)
        if common(text):
            return Role(text, None, None, confidence=NOWHERE)
        found = self._settled(text, start) or self._inner(start, end) or self._country(text)
        if found is None:
            return self._unplaced(text)
        if facility := self._facility(text, *found):
            return facility
        place, sure = found
        direction = re.match(r"^(?:the |The )?(" + DIRECTION + r")\b", how_much, re.I)
        named = not direction or light(how_much) == light(place.name)
        return self._part(
            text, place, sure, "" if named or not direction else direction.group(1).lower()
        )

    def _settled(self, text: str, start: int) -> tuple[Place, float] | None:
        if text not in self.towns.resolved:
            self.towns.settle([(start, start + len(text))])
        place, sure = self.towns.resolved.get(text, (None, 0.0))
        return (place, sure) if place is not None else None

    def _inner(self, start: int, end: int) -> tuple[Place, float] | None:
        """A place named inside the words."""
        inner = [m for m in self.towns.mentions if start <= m.start and m.end <= end and m.place]
        return (inner[-1].place, inner[-1].confidence * 0.8) if inner and inner[-1].place else None

    def _country(self, text: str) -> tuple[Place, float] | None:
        name = PART.sub("", text)
        if not self.towns.parties.catalogue.states.get(plain_words(name)):
            return None
        found = [x for x in self.gazetteer.lookup(name) if x.place.feature == "country"]
        return (found[0].place, 0.9) if found else None

    @staticmethod
    def _unplaced(text: str) -> Role:
        """A name that nobody could place keeps itself: "the village of Robotyne" is Robotyne."""
        name = re.sub(r"^(?:the|a|an)\s+", "", PART.sub("", text), flags=re.I)
        if not re.search(r"[^\W\d_]", name) or not re.search(r"[A-Z]|[^\x00-\x7f]", name):
            name = re.sub(r"^(?:the|a|an)\s+", "", text, flags=re.I)
        named = bool(re.search(r"[A-Z]|[^\W\da-z_]", name)) and bool(light(name))
        return Role(
            text,
            name if named else None,
            f"place:?{light(name)}" if named else None,
            confidence=NOWHERE,
        )

    def _it(self, text: str, start: int) -> Role:
        """ "advanced into the town and captured it": the place named last, if just before."""
        last = next(
            (
                m
                for m in reversed(self.towns.mentions)
                if m.end <= start and m.place and m.place.feature != "country"
            ),
            None,
        )
        if last is None or last.place is None or start - last.end > 160 or text.lower() == "them":
            return Role(text, None, None, confidence=NOWHERE)
        return self._part(last.text, last.place, 0.5 * last.confidence, "")

    def _definite(self, text: str, start: int, noun: str, how_much: str) -> Role:
        """ "the city": the place named before that it fits; "nearly the whole district" is of the
        district.
        """
        pointed = (
            bool(
                re.search(
                    r"\b(?:the|this|that|these)\s+$", self.text[max(0, start - 7) : start], re.I
                )
            )
            or noun == "there"
            or bool(re.match(r"(?:the|this|that)\b", how_much, re.I))
        )
        if noun == "area" and text.lower().split()[-2:-1] not in ([], ["the"], ["this"], ["that"]):
            pointed = False  # "the border area, including …" says itself where it is
        if noun in THINGS:
            return self._thing(text, start, noun)
        seen = self._earlier(start, noun) if pointed else None
        if seen is None or seen.place is None:
            return Role(text, None, None, confidence=NOWHERE)
        if noun in ("area", "region", "territory", "there"):
            return replace(self.role(seen.text, seen.start), text=text)
        near = len(re.findall(r"[.!?]\s", self.text[seen.end : start])) <= 1
        return self._part(text, seen.place, (0.85 if near else 0.6) * seen.confidence, "")

    def _thing(self, text: str, start: int, noun: str) -> Role:
        """ "the airport": the one named before ("Homs airport"), never the town itself, never a
        namesake village.
        """
        for m in reversed([m for m in self.towns.mentions if m.end <= start]):
            whole = self.text[m.start : m.end + len(noun) + 1]
            if m.text.lower().endswith(noun) or (m.place and noun in m.place.feature):
                role = self.role(m.text, m.start)
            elif whole.lower().endswith(" " + noun):
                role = self.role(whole, m.start)
            else:
                continue
            return replace(role, text=text, confidence=round(0.85 * (role.confidence or 0.0), 3))
        return Role(text, None, None, confidence=NOWHERE)

    def _facility(self, text: str, place: Place, sure: float) -> Role | None:
        """ "Homs airport" lies at Homs and is not Homs; one that the gazetteer has is itself."""
        m = FACILITY.match(re.sub(r"^(?:the|The)\s+", "", text.strip()))
        if not m or place.feature not in ("settlement", "area"):
            return None
        if any(x.place.id == place.id and x.score >= 0.9 for x in self.gazetteer.lookup(text)):
            return None
        name, kind = m.group(0), m.group(2).lower()
        kind = kind.split(" ")[-1] if kind.endswith(("base", "port", "field")) else kind
        feature = {"airfield": "airbase", "refugee camp": "camp"}.get(kind, kind.replace(" ", ""))
        return Role(
            text,
            name,
            place_id(name, place.country, feature, 0),
            round(place.lat, 5),
            round(place.lon, 5),
            None,
            place.country,
            feature,
            FACILITY_KM if place.feature == "settlement" else round(place.radius_km, 1),
            round(0.8 * sure, 3),
        )

    def _part(self, text: str, place: Place, confidence: float, direction: str) -> Role:
        lat, lon, radius, name, ident = place.lat, place.lon, place.radius_km, place.name, place.id
        wide = place.feature in ("area", "country", "region")
        exact = not wide and light(text) == light(place.name)
        if direction and (wide or place.feature == "settlement") and not exact and radius:
            reach = max(radius, 25.0) if place.feature == "settlement" else radius
            dy = sum(v[0] for k, v in BEARING.items() if k in direction)
            dx = sum(v[1] for k, v in BEARING.items() if k in direction)
            norm = math.hypot(dx, dy) or 1.0
            if place.feature == "country":
                lat, lon, reach = self.parts.of(place.country, dy, dx)
            else:
                lat += 0.5 * reach * dy / norm / 111.0
                lon += 0.5 * reach * dx / norm / (111.0 * max(0.2, math.cos(math.radians(lat))))
            if dx or dy:
                base = re.sub(r"^(?:the\s+)?" + DIRECTION + r"\s+", "", text, flags=re.I)
                name = f"{direction} {base if base[:1].isupper() else place.name}"
                ident, radius = f"{ident}#{direction.replace('-', '')}", reach * 0.6
        else:
            name = self._spelled(text, place)
        return Role(
            text,
            name,
            ident,
            round(lat, 5),
            round(lon, 5),
            place.geoname_id,
            place.country,
            place.feature,
            round(radius, 1),
            round(confidence, 3),
        )

    def _spelled(self, text: str, place: Place) -> str:
        """The report's own spelling of the name where it is one the gazetteer knows; else the
        gazetteer's.
        """
        for t in (
            text,
            re.sub(r"^(?:the|The)\s+", "", text),
            PART.sub("", text),
            bare(PART.sub("", text)),
        ):
            if (
                t
                and t.isascii()
                and any(m.place.id == place.id and m.score >= 0.9 for m in self.gazetteer.lookup(t))
            ):
                return t
        return place.name

    def _between(self, text: str) -> Role | None:
        """ "the area between A and B", "the border between X and Y", "the A–B highway": the
        stretch, as one place.
        """
        road, span = STRETCH.search(text), re.search(r"\bbetween\b", text, re.I)
        if not (road or span):
            return None
        inner = text[span.end() :] if span else text[: road.start()] if road else text
        inner = re.sub(
            r"^(?:the|a part of the|part of the|along the)\s+", "", inner.strip(), flags=re.I
        )
        split = r"\s+and\s+|[–—/]|(?<![Aa]l)(?<![Aa][nrstdz])-(?=[A-Z])|\s+to\s+"
        names = [p.strip() for p in re.split(split, inner) if p.strip()]
        what = road.group(1).lower() if road else "area"
        border = what in ("border", "frontier")
        ends = [p for n in names if (p := self._end(n, border))] if len(names) > 1 else []
        if len(ends) < 2:
            return None
        a, b = ends[0], ends[-1]
        half = distance_km(a.lat, a.lon, b.lat, b.lon) / 2
        if border:
            name = f"{a.name}–{b.name} border"
            half = min(half, 250.0)
        else:
            name = "–".join(e.name for e in ends) + ("" if what == "area" else f" {what}")
        return Role(
            text,
            name,
            f"place:{'+'.join(e.id.removeprefix('place:') for e in ends)}@{what.replace(' ', '')}",
            round(sum(e.lat for e in ends) / len(ends), 5),
            round(sum(e.lon for e in ends) / len(ends), 5),
            None,
            self.theatre or a.country,
            what,
            round(half, 1),
            0.7,
        )

    def _end(self, name: str, border: bool) -> Place | None:
        """One end of a stretch: as the report settled it, else the likeliest in the countries it
        speaks of.
        """
        if (known := self.towns.resolved.get(name, (None, 0.0))[0]) and not border:
            return known
        code = self.towns.parties.catalogue.states.get(plain_words(name))
        found = [m for m in self.gazetteer.lookup(name) if m.score >= 0.7]
        if code and border:
            country = self.gazetteer.lookup(self.towns.country_name(code))
            found = [m for m in country if m.place.feature == "country"] or found
        spoken = self.towns.spoken
        found.sort(
            key=lambda m: (
                -(m.place.country in spoken),
                m.place.feature == "area",
                -m.score,
                -m.place.population,
            )
        )
        return found[0].place if found else None

    def _earlier(self, start: int, noun: str) -> Mention | None:
        """The nearest place named before that the noun fits."""
        earlier = [m for m in self.towns.mentions if m.start < start]
        if noun in ("area", "region", "territory") and earlier:
            # "this area" is what the sentence before is about: the place it names first
            inside = [m for m in earlier if m.start >= self._sentence(start)]
            begin = self._sentence(earlier[-1].start)
            return inside[0] if inside else next(m for m in earlier if m.start >= begin)
        fits = {
            **dict.fromkeys(
                ("province", "governorate", "region"), ("area", "region", "settlement", "district")
            ),
            **dict.fromkeys(
                ("city", "town", "village", "capital", "settlement", "suburb"),
                ("settlement", "district"),
            ),
            "camp": ("camp",),
            "country": ("country",),
        }.get(noun)
        for m in reversed(earlier):
            f = m.place.feature if m.place else ""
            if fits is not None and f not in fits:
                continue
            if noun not in ("country", "there", "border") and f == "country":
                continue
            return m
        return None

    def _sentence(self, at: int) -> int:
        return max(self.text.rfind(". ", 0, at), self.text.rfind("\n", 0, at)) + 1
