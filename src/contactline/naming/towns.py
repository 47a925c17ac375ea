"""Which places a report's mentions are: the sentence's own words first, then the report's other
places, then people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contactline.model import Place
from contactline.naming.choose import Asked, Chosen, choose
from contactline.naming.folding import light, plain_words
from contactline.naming.gazetteer import Gazetteer, Match
from contactline.naming.mentions import Mention
from contactline.naming.parties import Parties
from contactline.naming.reference import HOW_MUCH
from contactline.naming.relations import JOINED, Area, Near, beside, lies_in, near, within
from contactline.naming.shapes import AREA_ASKED, COMMON, DEFINITE, FEATURE_AFTER, PART

NEARBY = 0.35  # how sure a place is that the gazetteer lacks and the report puts by another one
HALF = 0.5  # of its confidence keeps a town that does not lie where the words say
LARGE = 50_000  # people: a town that a misread "in X" does not take away
_ARTICLES = ("al-", "at-", "as-", "ar-", "ad-", "an-", "az-", "el-")


class Towns:
    """The places of one report, each spelling settled once and all together."""

    def __init__(
        self, text: str, gazetteer: Gazetteer, parties: Parties, spoken: Mapping[str, float]
    ) -> None:
        self.text, self.gazetteer, self.parties = text, gazetteer, parties
        self.spoken = dict(spoken)
        self.mentions: list[Mention] = []
        self.resolved: dict[str, tuple[Place | None, float]] = {}

    def settle(self, spans: Iterable[tuple[int, int]]) -> None:
        """Settles each spelling once, all of a report together."""
        kept = [
            (s, e, t)
            for s, e in sorted(set(spans))
            if not DEFINITE.match(HOW_MUCH.sub("", t := self.text[s:e])) and not common(t)
        ]
        asked = self._asked(kept)
        by = self._said_near(kept)
        free = [a for t, a in asked.items() if t not in by]
        self._choose(free)
        bound = [a for t, a in asked.items() if t in by]
        for a in bound:
            self._bind(a, by[a.text])
        for start, end, text in kept:
            place, sure = self.resolved[text]
            if place is not None:
                self.mentions.append(Mention(start, end, text, place=place, confidence=sure))
        self.mentions.sort(key=lambda m: m.start)

    def _asked(self, kept: list[tuple[int, int, str]]) -> dict[str, Asked]:
        out: dict[str, Asked] = {}
        kinds: dict[str, Counter[str]] = {}
        lookup = self.gazetteer.lookup
        inside: list[tuple[frozenset[Area], bool]] = []
        for _, end, _ in kept:
            found, sure = within(self.text, end, lookup)
            inside.append((found, sure) if found else (beside(self.text, end, lookup), False))
        for i in range(len(kept) - 2, -1, -1):  # "A and B in Homs province": A lies there too
            if not inside[i][0] and JOINED.fullmatch(self.text[kept[i][1] : kept[i + 1][0]]):
                found, sure = inside[i + 1]
                if sure and "," not in self.text[kept[i + 1][1] : kept[i + 1][1] + 2]:
                    inside[i] = (found, False)
        for (start, end, text), (area, sure) in zip(kept, inside, strict=True):
            feature = self._feature(text, start)
            before = out.get(text)
            if before is None:
                out[text] = Asked(text, start, end, self.candidates(text), feature, area, sure)
            elif area and not before.inside:
                before.inside, before.sure = area, sure
            kinds.setdefault(text, Counter())[feature] += 1
        for (
            text,
            n,
        ) in kinds.items():  # one "province of Hama" does not make every Hama the province
            out[text].feature = self._askable(n.most_common(1)[0][0], out[text].matches)
        return out

    @staticmethod
    def _askable(kind: str, matches: Sequence[Match]) -> str:
        """A kind of area that no candidate is asks for nothing: of "Abs district" only the town Abs
        is known.
        """
        areas = any(m.place.feature in ("area", "district") and m.score >= 0.9 for m in matches)
        return "" if kind in AREA_ASKED and not areas else kind

    def _said_near(self, kept: list[tuple[int, int, str]]) -> dict[str, tuple[Near, bool]]:
        """What the words say that spellings lie by, and whether they say so right after it."""
        out: dict[str, tuple[Near, bool]] = {}
        following: Near | None = None
        for i in range(len(kept) - 1, -1, -1):
            _, end, text = kept[i]
            said = near(self.text, end)
            if said is not None and light(self.text[said.start : said.end]) == light(text):
                said = None
            direct = said is not None
            listed = following is not None and i + 1 < len(kept)
            if said is None and listed and JOINED.fullmatch(self.text[end : kept[i + 1][0]]):
                said = following
            following = said
            if said is not None and text not in out:
                out[text] = (said, direct)
        return out

    def _choose(self, asked: list[Asked]) -> None:
        for a in asked:
            self._keep_inside(a)
        settled = [Chosen(p, sure) for p, sure in self.resolved.values() if p is not None]
        for a, c in zip(asked, choose(asked, self.spoken, settled), strict=True):
            place, sure = (c.place, c.confidence) if c else (None, 0.0)
            if place is not None and a.inside and a.sure and not lies_in(place, a.inside):
                # the report says where it lies, and the gazetteer lacks it there
                place = place if place.population >= LARGE or place.feature == "country" else None
                sure = sure * HALF if place else 0.0
            self.resolved[a.text] = (place, sure)

    @staticmethod
    def _keep_inside(a: Asked) -> None:
        if a.inside and a.sure:
            fits = [m for m in a.matches if lies_in(m.place, a.inside)]
            a.matches = fits or a.matches

    def _bind(self, a: Asked, said: tuple[Near, bool]) -> None:
        """A place that is said to lie by another one: one that does, or the spot by it, never one
        far away.
        """
        relation, direct = said
        anchor = self._anchor(relation)
        if anchor is None or anchor.feature in ("country", "continent", "sea"):
            self._choose([a])
            return
        if any(m.score >= 0.9 and wide(m.place) for m in a.matches):
            self._choose([a])  # "Mexico, south of Texas" is the country
            return
        fits = [m for m in a.matches if relation.fits(m.place, anchor)]
        if fits:
            a.matches = fits
            self._choose([a])
            return
        large = any(
            m.place.population >= LARGE or m.place.feature != "settlement" for m in a.matches
        )
        if large and (not direct or anchor.feature in ("area", "region")):
            self._choose([a])
            return
        if large and relation.km is None:
            self._choose([a])
            place, sure = self.resolved[a.text]
            self.resolved[a.text] = (place, sure * HALF)
            return
        lat, lon, radius = relation.spot(anchor)
        name = re.sub(r"^(?:the|a|an)\s+", "", PART.sub("", a.text), flags=re.I)
        name = name if name[:1].isupper() else a.text  # "the village of Robotyne" is Robotyne
        own = f"place:?{light(name)}~{anchor.id.removeprefix('place:')}"
        spot = Place(
            own,
            name,
            lat,
            lon,
            anchor.country,
            "settlement",
            0,
            anchor.admin1,
            radius,
            None,
            f"near {anchor.name}",
        )
        self.resolved[a.text] = (spot, NEARBY) if light(a.text) else (None, 0.0)

    def _anchor(self, relation: Near) -> Place | None:
        words = self.text[relation.start : relation.end].rstrip(".,’'")
        for known in (words, re.sub(r"['’]s$", "", words)):
            if known in self.resolved:
                return self.resolved[known][0]
        found = self.candidates(words)
        if not found:
            return None
        a = Asked(words, relation.start, relation.end, found)
        self._choose([a])
        return self.resolved.pop(words)[0]

    def _feature(self, text: str, start: int) -> str:
        """The kind of place that a mention's own words ask for."""
        found = FEATURE_AFTER.findall(text)
        if found:
            last = str(found[-1]).lower()
            return last if text.lower().rstrip().endswith(last) else str(found[0]).lower()
        around = self.text[max(0, start - 24) : start].lower()
        m = re.search(
            r"\b(province|governorate|city|town|village|district|region|oblast|capital|camp)s? of "
            r"(?:the )?$",
            around,
        )
        if m:
            return m.group(1)
        after = self.text[start + len(text) : start + len(text) + 14].lower()
        m = re.match(
            r"\s*(province|governorate|oblast|city|district|region|countryside|camp|airbase|"
            r"airport)\b",
            after,
        )
        return m.group(1) if m else ""

    def candidates(self, text: str) -> list[Match]:
        """Places that the words may name, whole or without the words around the name."""
        lookup = self.gazetteer.lookup
        head = re.sub(r"^(?:the|The|last|key)\s+", "", text).split(" ")[0]
        catalogue = self.parties.catalogue
        if head in self.parties.defined or (head.isupper() and head in catalogue.exact):
            return []  # "the IS town" names a party, not the town
        low = plain_words(text)
        code = catalogue.states.get(low) or catalogue.demonyms.get(low.removesuffix("s"))
        countries: list[Match] = []
        if code:
            # "the Cypriot port", "Russians": a nationality stands for its country
            found = [m for m in lookup(self.country_name(code)) if m.place.feature == "country"]
            countries = [replace(m, score=0.95) for m in found if m.place.country == code]
            known = [m for m in lookup(text) if m.score >= 0.9]
            if not known or low in catalogue.demonyms:
                return [*countries, *(m for m in known if m.place.feature == "settlement")]
        best: list[Match] = []
        for t in tries(text):
            if not (t[0].isupper() or not t.isascii() or "-" in t or t[:3] in _ARTICLES):
                continue
            found = [m for m in lookup(t) if m.score >= 0.7]
            if found and (
                not best or max(m.score for m in found) > max(m.score for m in best) + 0.1
            ):
                best = found
            if best and best[0].score >= 0.9:
                break
        return best

    def country_name(self, code: str) -> str:
        a = self.parties.catalogue.by_id.get(f"state:{code}")
        return a.name if a else "Syria" if code == "SY" else code


def wide(p: Place) -> bool:
    """A country, or a first-level area."""
    return p.feature == "country" or (p.feature == "area" and not p.source.endswith("second level"))


def tries(text: str) -> list[str]:
    """The words as they stand, without an article, without "the village of", without "district"
    after them.
    """
    stripped = PART.sub("", text)
    found = [
        text,
        re.sub(r"^(?:the|The)\s+", "", text),
        stripped,
        bare(text),
        bare(stripped),
    ]
    return [t for t in dict.fromkeys(f.strip() for f in found) if t and t[0].isalpha()]


def bare(text: str) -> str:
    """Without the word for its kind; a name that ends in s keeps it ("Abs district", "Homs
    airport").
    """
    out = FEATURE_AFTER.sub("", text).strip(" ,")
    return re.sub(r"['’]s?$", "", out)


def common(text: str) -> bool:
    """ "the airport", "Camp": a common noun is no place by itself,
    whatever villages are called so.
    """
    words = re.sub(r"^(?:the|a|an|this|that|its|their)\s+", "", text.strip(), flags=re.I)
    return (" " not in words or words.islower()) and bool(COMMON.fullmatch(words))
