"""Names of one report: who "the group" is, where "the city" lies, which of the places of one name is meant.

Everything here is a function of the report's text, the catalogue and the gazetteer.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from contactline.model import Actor, Place, Role
from contactline.naming import actors as who
from contactline.naming.actors import Catalogue
from contactline.naming.choose import Asked, Chosen, choose, container
from contactline.naming.folding import light, plain_words
from contactline.naming.gazetteer import Gazetteer, Match, distance_km
from contactline.naming.reference import (
    ALLIES,
    ANAPHORIC,
    GROUP,
    HOW_MUCH,
    PRONOUNS,
    REBELLIOUS,
    SAYING,
    WHICH,
)

_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_SHORT = re.compile(r"\(\s*(?:also known as |known as |or |the )?([A-Z][A-Za-z-]{1,9})\s*[),;]")
_LONG = re.compile(
    r"((?:[A-Z][\w’'-]{0,30})(?:[ -](?:[A-Z][\w’'-]{0,30}|of|for|the|and|al|li|wal|ash)){0,7})\s*$"
)
_DIRECTION = r"(?:far |deep )?(?:(?:north|south)-?(?:eastern|western|east|west)|northern|southern|eastern|western|central|upper|lower|north|south|east|west)"
_PART = re.compile(
    r"^(?:(?:a |the |its |some |several |many |all |other |nearby |remaining |entire |whole |almost the entire |large |small |vast |last |key |strategic |most |parts? |much |"
    r"half |rest |majority |chunk |bulk |areas? |villages? |towns? |pockets? |territor(?:y|ies) |positions? |districts? |neighbou?rhoods? |suburbs? |outskirts |countryside |vicinity |"
    r"edge |edges |centre |center |city |town |village |settlement |province |governorate |region |hub |capital |stronghold |bastion |besieged |contested |important |cities |parts? |"
    r"surroundings |sections? |swaths? |hills? |mountains? |farms? |of |in |near |around |outside |inside |within |between |from |at |on |into |towards? |and |also |"
    r"(?:militant|rebel|government|regime|opposition|[A-Za-z]{2,12})-(?:held|controlled|occupied) |"
    + _DIRECTION
    + r" )+)",
    re.I,
)
_FEATURE_AFTER = re.compile(
    r"\b(province|governorate|oblast|region|district|area|city|town|village|camp|refugee camp|air ?base|airport|airfield|base|dam|crossing|border crossing|river|valley|"
    r"mountains?|highway|road|neighbou?rhood|suburb|countryside|front|pocket|canton|garrison|oil ?fields?|gas ?fields?|prison|bridge|plain|desert|front ?line|strip|heights|hill|county|parish|state)\b",
    re.I,
)
_AREA_ASKED = frozenset(
    ["province", "governorate", "oblast", "region", "countryside", "canton", "state", "district"]
)
_DEFINITE = re.compile(
    r"^(?:the |this |that )?(?:nearby |strategic |besieged |northern |southern |eastern |western |provincial |border |same |whole |entire |coastal |ancient |key )*"
    r"(city|town|village|area|province|governorate|region|capital|camp|district|neighbou?rhood|airport|airbase|base|country|settlement|enclave|pocket|there|suburb|border|crossing|dam|island|hill)$",
    re.I,
)
_BEARING = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}


@dataclass(frozen=True, slots=True)
class Seen:
    start: int
    end: int
    text: str
    actor: str = ""
    place: Place | None = None
    confidence: float = 0.0


class Namer:
    """Catalogue and gazetteer together; `report(...)` gives the names of one report."""

    def __init__(self, gazetteer: Gazetteer, catalogue: Catalogue) -> None:
        self.gazetteer, self.catalogue = gazetteer, catalogue
        self._parts: dict[tuple[str, int, int], tuple[float, float, float]] = {}
        self._first: dict[str, int] = {}
        for key in (*catalogue.alias, *catalogue.states):
            words = key.split(" ")
            self._first[words[0]] = max(self._first.get(words[0], 0), len(words))

    def part(self, country: str, dy: int, dx: int) -> tuple[float, float, float]:
        """Middle and reach (km, over 0.6) of the settlements in a part of a country: the outer two fifths each way."""
        key = (country, dy, dx)
        if key not in self._parts:
            found = self.gazetteer.settlements([country])
            lats, lons = sorted(p.lat for p in found), sorted(p.lon for p in found)
            cut = len(found) // 100
            ends = (lats[cut], lats[-1 - cut], lons[cut], lons[-1 - cut])

            def outer(x: float, low: float, high: float, way: int) -> bool:
                share = (x - low) / (high - low or 1.0)
                return share >= 0.6 if way > 0 else share <= 0.4 if way < 0 else True

            inside = [
                p
                for p in found
                if outer(p.lat, ends[0], ends[1], dy) and outer(p.lon, ends[2], ends[3], dx)
            ] or found
            lat, lon = (
                sum(p.lat for p in inside) / len(inside),
                sum(p.lon for p in inside) / len(inside),
            )
            far = sorted(distance_km(lat, lon, p.lat, p.lon) for p in inside)
            self._parts[key] = (lat, lon, far[int(0.8 * (len(far) - 1))] / 0.6)
        return self._parts[key]

    def report(self, text: str, places: list[tuple[int, int]]) -> Names:
        """`places`: offsets of the place mentions the reader found."""
        return Names(self, text, places)


def _definitions(text: str) -> list[tuple[str, str]]:
    """(long, short) for each "Long Name (LN)"; only the words just before a bracket are looked at, so time is linear."""
    out = []
    for m in _SHORT.finditer(text):
        before = _LONG.search(text, max(0, m.start() - 90), m.start())
        # "(Aleppo)" after a name says where, "(SDF)" and "(known as Fatah)" say how it is called
        if before and (sum(c.isupper() for c in m.group(1)) > 1 or "as " in m.group()):
            out.append((before.group(1).strip(), m.group(1)))
    return out


class Names:
    def __init__(self, namer: Namer, text: str, places: list[tuple[int, int]]) -> None:
        self.namer, self.text = namer, text
        self.defined: dict[str, str] = {}
        self.learnt: list[tuple[str, str]] = []
        for long, short in _definitions(text):
            words = long.split()
            known = next(
                (k for i in range(len(words)) if (k := self._catalogue(" ".join(words[i:])))), None
            ) or self._catalogue(short)
            self.defined[short] = (
                known.id
                if known
                else self._new(
                    re.sub(
                        r"^(?:[A-Z][\w.]*-(?:backed|led|allied|supported)|[Tt]he|[a-z]+)\s+",
                        "",
                        long,
                    )
                )
            )
        self.actors = self._scan()
        self.countries = self._countries(places)
        self.theatre = next((c for c, _ in self.countries.most_common(1)), "")
        self.actors = [t for s in self.actors if (t := self._of_here(s))]
        self.places: list[Seen] = []
        self._resolved: dict[str, tuple[Place | None, float]] = {}
        self._settle(places)

    # -- who -----------------------------------------------------------------------------------------------------

    def _new(self, name: str) -> str:
        return "new:" + re.sub(r"[^a-z0-9]+", "-", plain_words(name))[:60].strip("-")

    def _catalogue(self, text: str) -> Actor | None:
        found = self.namer.catalogue.named(text)
        if len(found) > 1:
            here = [
                a
                for a in found
                if getattr(self, "theatre", "") and self.theatre in a.theatre.split()
            ]
            found = here or found
        return found[0] if found else None

    def _scan(self) -> list[Seen]:
        """Every party named in the text, in order."""
        words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(self.text)]
        folded = [plain_words(w) for w, _, _ in words]
        out: list[Seen] = []
        catalogue = self.namer.catalogue
        i = 0
        while i < len(words):
            w, start, _end = words[i]
            hit = None
            if w in self.defined:
                hit = (1, self.defined[w])
            elif w.replace(".", "") in catalogue.exact:
                hit = (1, catalogue.exact[w.replace(".", "")][0])
            elif folded[i].split(" ")[0] in self.namer._first and (w[0].isupper() or w.islower()):
                for n in range(
                    min(self.namer._first[folded[i].split(" ")[0]] + 1, len(words) - i), 0, -1
                ):
                    key = " ".join(f for f in folded[i : i + n] if f)
                    if key in catalogue.alias and (n > 1 or w[0].isupper()):
                        hit = (n, catalogue.alias[key][0])
                        break
                    if key in catalogue.states and w[0].isupper():
                        hit = (n, self._state(catalogue.states[key]))
                        break
            if hit:
                n, actor = hit
                out.append(
                    Seen(start, words[i + n - 1][2], self.text[start : words[i + n - 1][2]], actor)
                )
                i += n
            else:
                i += 1
        return out

    def _of_here(self, s: Seen) -> Seen | None:
        """A common noun ("coalition forces") is the party it is in this war, and nobody's name in another."""
        a = self.namer.catalogue.by_id.get(s.actor)
        if (
            a is None
            or not self.theatre
            or not a.theatre
            or a.source != "contactline"
            or any(c.isupper() for c in s.text)
            or self.theatre in a.theatre.split()
        ):
            return s
        here = [x for x in self.namer.catalogue.named(s.text) if self.theatre in x.theatre.split()]
        return replace(s, actor=here[0].id) if here else None

    def _state(self, code: str) -> str:
        return "syrian-government" if code == "SY" else f"state:{code}"

    def _countries(self, places: list[tuple[int, int]]) -> Counter[str]:
        """The countries the report is about: named ones, and those of its unmistakable places and parties."""
        votes: Counter[str] = Counter()
        by_id = self.namer.catalogue.by_id
        for s in self.actors:
            a = by_id.get(s.actor)
            if a is None:
                continue
            if a.id.startswith("state:"):
                votes[a.country] += 1
            else:
                first = a.theatre.split()[:1] if a.source == "contactline" else []
                for c in first:
                    votes[c] += 2 if a.country == c else 1
        for start, end in places:
            found = self.namer.gazetteer.lookup(self.text[start:end])
            if found and found[0].score >= 0.9:
                spread = {m.place.country for m in found if m.score >= 0.9}
                if len(spread) == 1:
                    votes[found[0].place.country] += 3
                elif len(spread) <= 4:
                    for c in spread:
                        votes[c] += 1
        votes.pop("", None)
        return votes

    def actor(self, text: str, start: int) -> Role:
        """Who the words mean. Unknown parties keep their own words as a name and an id of their own."""
        resolved, how = self._actor(text, start)
        if resolved is None:
            bare = re.sub(
                r"^(?:the|a|an|some|several|many|other|local|its|their)\s+",
                "",
                text.strip(),
                flags=re.I,
            )
            return Role(text, bare or text, "actor:" + self._new(bare or text), confidence=0.4)
        a = self.namer.catalogue.by_id.get(resolved)
        if resolved.startswith("allied:"):
            whose = self.namer.catalogue.by_id.get(resolved[7:])
            return Role(
                text,
                f"allies of {whose.name}" if whose else text,
                "actor:" + resolved,
                country=whose.country if whose else None,
                feature="generic",
                confidence=how,
            )
        name = (
            a.name
            if a
            else next(
                (
                    long
                    for short, i in self.defined.items()
                    if i == resolved
                    for long in [self._long(short)]
                ),
                text,
            )
        )
        return Role(
            text,
            name,
            "actor:" + resolved,
            country=a.country if a else None,
            feature=a.type if a else None,
            confidence=how,
        )

    def _long(self, short: str) -> str:
        return next((long for long, s in _definitions(self.text) if s == short), short)

    def _actor(self, text: str, start: int) -> tuple[str | None, float]:
        bare = re.sub(
            r"^(?:the|The|a|A|an|An|some|several|many|all|other|various|local|both|remaining|so-called)\s+",
            "",
            text.strip(),
        )
        low = plain_words(bare)
        if not low or (low in PRONOUNS and not (text.isupper() and len(bare) > 1)):
            return self._before(start, lambda a: True), 0.6
        if ALLIES.match(bare):
            whose = self._before(start, lambda a: a.type != "organisation")
            if re.match(
                r"pro-(?:government|regime|assad)|loyalist|government-allied|regime-allied",
                bare.lower(),
            ):
                whose = self._state(self.theatre) if self.theatre else whose
            return (f"allied:{whose}" if whose else None), 0.6
        if low in ANAPHORIC:
            return self._before(start, lambda a: True), 0.55
        longer = next(
            (
                s
                for s in self.actors
                if s.start
                <= start + len(text) - len(text.lstrip()) + (len(text.strip()) - len(bare))
                and s.start >= start
                and s.end > start + len(text)
                and text[: max(0, s.start - start)].strip().lower() in ("", "the", "a")
            ),
            None,
        )
        if longer:  # "Islamic State of Iraq" where the text goes on "and the Levant"
            return longer.actor, 0.95
        if bare in self.defined:
            return self.defined[bare], 0.97
        generic = self._generic(low)
        if generic:
            return generic, 0.75
        if (a := self._catalogue(bare)) and self._of_here(
            Seen(start, start + len(text), bare, a.id)
        ):
            return a.id, 0.97
        if low in self.namer.catalogue.states:
            return self._state(self.namer.catalogue.states[low]), 0.95
        words = low.split(" ")
        for cut in range(min(3, len(words) - 1), 0, -1):
            code = self.namer.catalogue.states.get(" ".join(words[:cut]))
            if code and " ".join(words[cut:]) in who.FORCES:
                return (
                    who.NATIONAL_ARMY["SY"]
                    if code == "SY"
                    and words[-1] not in ("government", "regime", "authorities", "officials")
                    else self._state(code)
                ), 0.93
        inner = self._inside(start, start + len(text))
        if inner:
            return inner, 0.8
        words = bare.split()
        if (
            len(words) > 1
            and bare.islower()
            and words[0] in WHICH
            and (generic := self._generic(" ".join(words[1:])))
        ):
            return (
                generic,
                0.65,
            )  # "foreign insurgents", "suspected militants": some of them, not the party named before
        if GROUP.match(bare):
            armed = bool(REBELLIOUS.search(bare))
            return self._before(
                start,
                lambda a: (
                    a.type in ("group", "party", "militia", "umbrella")
                    or (a.type == "coalition" and not armed)
                ),
            ), 0.6
        return None, 0.0

    def _generic(self, low: str) -> str | None:
        if low in who.GOVERNMENT_WORDS:
            return who.NATIONAL_ARMY.get(self.theatre) or (
                f"state:{self.theatre}" if self.theatre else None
            )
        if low in who.RULERS:
            return self._state(self.theatre) if self.theatre else None
        if low in who.REBEL_WORDS:
            known = (
                who.REBELS.get(self.theatre)
                if re.match(r"(?:armed )?(?:rebels?|opposition|insurgents?|separatists?)\b", low)
                else None
            )
            return known or f"generic:{self.theatre or 'xx'}:{low.replace(' ', '-')}"
        return None

    def _inside(self, start: int, end: int) -> str | None:
        """A party named inside the words: the last, which is the head; not one that only modifies ("US-backed fighters")."""
        best: Seen | None = None
        for s in self.actors:
            if start <= s.start and s.end <= end:
                after = self.text[s.end : s.end + 8].lower()
                if after.startswith(
                    ("-backed", "-led", "-held", "-alli", "-linked", "-contr", "-suppo")
                ) or self.text[max(0, s.start - 4) : s.start].lower() in ("pro-", "nti-"):
                    continue
                if (
                    s.actor.startswith("state:")
                    and s.end < end
                    and (not after[:1].isspace() or self.text[s.end + 1 : s.end + 2].isupper())
                ):
                    continue  # "Somalia Battalion" is no state
                if (
                    best is None
                    or not s.actor.startswith("state:")
                    or best.actor.startswith("state:")
                ):
                    best = s
        return best.actor if best else None

    def _before(self, start: int, fits) -> str | None:  # type: ignore[no-untyped-def]
        """The nearest party named before, the sentence's own subject first."""
        by_id = self.namer.catalogue.by_id
        sentence = max(self.text.rfind(". ", 0, start), self.text.rfind("\n", 0, start)) + 1
        inside = [s for s in self.actors if sentence <= s.start < start and s.end <= start]
        said = [s for s in inside if SAYING.match(self.text[s.end : start])]
        if said:  # "the coalition said it had struck": who speaks
            return said[-1].actor
        earlier = [s for s in self.actors if s.start < sentence]
        for s in inside[:1] + earlier[::-1]:
            a = by_id.get(s.actor)
            if a is not None and fits(a):
                return s.actor
        return None

    # -- where ---------------------------------------------------------------------------------------------------

    def _asked(self, text: str, start: int) -> str:
        found = _FEATURE_AFTER.findall(text)
        if found:
            return (
                str(found[-1]).lower()
                if text.lower().rstrip().endswith(str(found[-1]).lower())
                else str(found[0]).lower()
            )
        around = self.text[max(0, start - 24) : start].lower()
        m = re.search(
            r"\b(province|governorate|city|town|village|district|region|oblast|capital|town|camp)s? of (?:the )?$",
            around,
        )
        if m:
            return m.group(1)
        after = self.text[start + len(text) : start + len(text) + 14].lower()
        m = re.match(
            r"\s*(province|governorate|oblast|city|district|region|countryside|camp|airbase|airport)\b",
            after,
        )
        return m.group(1) if m else ""

    def _candidates(self, text: str) -> list[Match]:
        lookup = self.namer.gazetteer.lookup
        head = re.sub(r"^(?:the|The|last|key)\s+", "", text).split(" ")[0]
        if head in self.defined or (head.isupper() and head in self.namer.catalogue.exact):
            return []  # "the IS town" names a party, not the town
        tries = [text, re.sub(r"^(?:the|The)\s+", "", text)]
        stripped = _PART.sub("", text)
        without = _FEATURE_AFTER.sub("", text).strip(" ,'’s")
        tries += [stripped, without, _FEATURE_AFTER.sub("", stripped).strip(" ,")]
        best: list[Match] = []
        code = self.namer.catalogue.states.get(plain_words(text))
        if code and not any(
            m.score >= 0.9 for m in lookup(text)
        ):  # "the Cypriot port": a nationality stands for its country
            return [
                replace(m, score=0.95)
                for m in lookup(self._country_name(code))
                if m.place.feature == "country" and m.place.country == code
            ]
        for t in dict.fromkeys(t.strip() for t in tries):
            if (
                t
                and t[0].isalpha()
                and (
                    t[0].isupper()
                    or not t.isascii()
                    or "-" in t
                    or t[:3] in ("al-", "at-", "as-", "ar-", "ad-", "an-", "az-")
                )
            ):
                found = [m for m in lookup(t) if m.score >= 0.7]
                if found and (
                    not best or max(m.score for m in found) > max(m.score for m in best) + 0.1
                ):
                    best = found
                if best and best[0].score >= 0.9:
                    break
        return best

    def _settle(self, places: list[tuple[int, int]]) -> None:
        """Settles each spelling once, all of a report together."""
        pending: dict[str, Asked] = {}
        kinds: dict[str, Counter[str]] = {}
        spans = []
        for start, end in sorted(set(places)):
            text = self.text[start:end]
            if _DEFINITE.match(HOW_MUCH.sub("", text)):
                continue
            spans.append((start, end, text))
            inside = container(self.text, end, self.namer.gazetteer.lookup)
            feature = self._asked(text, start)
            before = pending.get(text)
            if before is None:
                pending[text] = Asked(text, start, end, self._candidates(text), feature, inside)
            else:
                before.inside = before.inside or inside
            kinds.setdefault(text, Counter())[feature] += 1
        for (
            text,
            n,
        ) in kinds.items():  # one "province of Hama" does not make every Hama the province
            pending[text].feature = n.most_common(1)[0][0]
        asked = list(pending.values())
        chosen = dict(
            zip(
                pending,
                choose(
                    asked,
                    self.countries,
                    [Chosen(p, sure) for p, sure in self._resolved.values() if p is not None],
                ),
                strict=True,
            )
        )
        for text, c in chosen.items():
            self._resolved[text] = (c.place, c.confidence) if c else (None, 0.0)
        for start, end, text in spans:
            if c := chosen[text]:
                self.places.append(Seen(start, end, text, place=c.place, confidence=c.confidence))
        self.places.sort(key=lambda s: s.start)

    def place(self, text: str, start: int) -> Role:
        """Where the words mean. A part, a line or a road keeps what it is: a point with the radius it may lie in."""
        end = start + len(text)
        if re.fullmatch(
            _DIRECTION, text.strip(), re.I
        ):  # "northern and north-eastern Hama" names two parts
            m = re.match(
                r"\s*(?:,|and|or)\s+(?:"
                + _DIRECTION
                + r")\s+((?:[A-Z][\w’'-]+|al-[A-Z][\w’'-]+)(?:\s[A-Z][\w’'-]+)?)",
                self.text[end : end + 60],
                re.I,
            )
            if m:
                place, sure = self._resolved.get(m.group(1), (None, 0.0))
                if place is None:
                    self._settle([(end + m.start(1), end + m.end(1))])
                    place, sure = self._resolved.get(m.group(1), (None, 0.0))
                if place is not None:
                    return self._role(text + " " + m.group(1), place, sure, text.lower())
        if text.lower() in (
            "it",
            "them",
        ):  # "advanced into the town and captured it": the place named last, if just before
            last = next(
                (
                    s
                    for s in reversed(self.places)
                    if s.end <= start and s.place and s.place.feature != "country"
                ),
                None,
            )
            if (
                last is None
                or start - last.end > 160
                or last.place is None
                or text.lower() == "them"
            ):
                return Role(text, None, None, confidence=0.0)
            return self._role(last.text, last.place, 0.5 * last.confidence, "")
        between = self._between(text, start, end)
        if between:
            return between
        m = _DEFINITE.match(HOW_MUCH.sub("", text)) or _DEFINITE.match(
            text
        )  # "nearly the whole district" is of the district
        if m:
            noun = m.group(1).lower()
            pointed = (
                re.search(
                    r"\b(?:the|this|that|these)\s+$", self.text[max(0, start - 7) : start], re.I
                )
                or noun == "there"
                or re.match(r"(?:the|this|that)\b", HOW_MUCH.sub("", text), re.I)
            )
            if noun == "area" and text.lower().split()[-2:-1] not in (
                [],
                ["the"],
                ["this"],
                ["that"],
            ):
                pointed = None  # "the border area, including …" says itself where it is
            seen = self._earlier(start, noun) if pointed else None
            if seen is None or seen.place is None:
                return Role(text, None, None, confidence=0.0)
            if noun in ("area", "region", "territory", "there"):
                return replace(self.place(seen.text, seen.start), text=text)
            near = (
                len(re.findall(r"[.!?]\s", self.text[seen.end : start])) <= 1
            )  # named in this sentence or the one before
            return self._role(text, seen.place, (0.85 if near else 0.6) * seen.confidence, "")
        place, confidence = self._resolved.get(text, (None, 0.0))
        if place is None and text not in self._resolved:
            self._settle([(start, end)])
            place, confidence = self._resolved.get(text, (None, 0.0))
        if place is None:
            inner = [s for s in self.places if start <= s.start and s.end <= end and s.place]
            if inner:
                place, confidence = inner[-1].place, inner[-1].confidence * 0.8
        if place is None:
            state = self.namer.catalogue.states.get(plain_words(_PART.sub("", text)))
            if state:
                found = [
                    x
                    for x in self.namer.gazetteer.lookup(_PART.sub("", text))
                    if x.place.feature == "country"
                ]
                if found:
                    place, confidence = found[0].place, 0.9
        if place is None:
            bare = re.sub(r"^(?:the|a|an)\s+", "", text, flags=re.I)
            named = bool(re.search(r"[A-Z]", bare))
            return Role(
                text,
                bare if named else None,
                f"place:?{light(bare)}" if named and light(bare) else None,
                confidence=0.0,
            )
        direction = re.match(r"^(?:the |The )?(" + _DIRECTION + r")\b", text, re.I)
        return self._role(
            text,
            place,
            confidence,
            direction.group(1).lower() if direction and light(text) != light(place.name) else "",
        )

    def _role(self, text: str, place: Place, confidence: float, direction: str) -> Role:
        lat, lon, radius, name, ident = place.lat, place.lon, place.radius_km, place.name, place.id
        exact = place.feature not in ("area", "country", "region") and any(
            light(text) == light(n) for n in (place.name,)
        )
        if (
            direction
            and place.feature in ("area", "country", "region", "settlement")
            and not exact
            and place.radius_km
        ):
            reach = max(radius, 25.0) if place.feature == "settlement" else radius
            dy = sum(v[0] for k, v in _BEARING.items() if k in direction)
            dx = sum(v[1] for k, v in _BEARING.items() if k in direction)
            norm = math.hypot(dx, dy) or 1.0
            if place.feature == "country":
                lat, lon, reach = self.namer.part(place.country, dy, dx)
            else:
                lat += 0.5 * reach * dy / norm / 111.0
                lon += 0.5 * reach * dx / norm / (111.0 * max(0.2, math.cos(math.radians(lat))))
            if dx or dy:
                base = re.sub(r"^(?:the\s+)?" + _DIRECTION + r"\s+", "", text, flags=re.I)
                name, ident, radius = (
                    f"{direction} {base if base[:1].isupper() else place.name}",
                    f"{ident}#{direction.replace('-', '')}",
                    reach * 0.6,
                )
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
        """The report's own spelling of the name where it is one the gazetteer knows; else the gazetteer's."""
        for t in (
            text,
            re.sub(r"^(?:the|The)\s+", "", text),
            _PART.sub("", text),
            _FEATURE_AFTER.sub("", _PART.sub("", text)).strip(" ,"),
        ):
            if (
                t
                and t.isascii()
                and any(
                    m.place.id == place.id and m.score >= 0.9
                    for m in self.namer.gazetteer.lookup(t)
                )
            ):
                return t
        return place.name

    def _between(self, text: str, start: int, end: int) -> Role | None:
        """ "the area between A and B", "the border between X and Y", "the A–B highway": the stretch, as one place."""
        road = re.search(
            r"\b(highway|road|motorway|supply line|route|front ?line|axis|border|frontier|corridor)\b",
            text,
            re.I,
        )
        span = re.search(r"\bbetween\b", text, re.I)
        if not (road or span):
            return None
        inner = text[span.end() :] if span else text[: road.start()] if road else text
        parts = [
            p.strip()
            for p in re.split(
                r"\s+and\s+|[–—/]|(?<![Aa]l)(?<![Aa][nrstdz])-(?=[A-Z])|\s+to\s+",
                re.sub(
                    r"^(?:the|a part of the|part of the|along the)\s+",
                    "",
                    inner.strip(),
                    flags=re.I,
                ),
            )
            if p.strip()
        ]
        ends = []
        for p in parts:
            if len(parts) < 2:
                break
            code = self.namer.catalogue.states.get(plain_words(p))
            found = [m for m in self.namer.gazetteer.lookup(p) if m.score >= 0.7]
            found.sort(
                key=lambda m: (
                    -(m.place.country in self.countries),
                    m.place.feature == "area",
                    -m.score,
                    -m.place.population,
                )
            )
            if code and road and road.group(1).lower() in ("border", "frontier"):
                found = [
                    m
                    for m in self.namer.gazetteer.lookup(self._country_name(code))
                    if m.place.feature == "country"
                ] or found
            if found:
                ends.append(found[0].place)
        if len(ends) < 2:
            return None
        a, b = ends[0], ends[-1]
        half = distance_km(a.lat, a.lon, b.lat, b.lon) / 2
        what = road.group(1).lower() if road else "area"
        if what in ("border", "frontier"):
            name = f"{a.name}–{b.name} border"
            half = min(half, 250.0)
        else:
            name = "–".join(e.name for e in ends) + ("" if what == "area" else f" {what}")
        lat, lon = sum(e.lat for e in ends) / len(ends), sum(e.lon for e in ends) / len(ends)
        return Role(
            text,
            name,
            f"place:{'+'.join(e.id.removeprefix('place:') for e in ends)}@{what.replace(' ', '')}",
            round(lat, 5),
            round(lon, 5),
            None,
            self.theatre or a.country,
            what,
            round(half, 1),
            0.7,
        )

    def _country_name(self, code: str) -> str:
        a = self.namer.catalogue.by_id.get(f"state:{code}")
        return a.name if a else "Syria" if code == "SY" else code

    def _earlier(self, start: int, noun: str) -> Seen | None:
        """The nearest place named before that the noun fits."""
        earlier = [s for s in self.places if s.start < start]
        if noun in ("area", "region", "territory") and earlier:
            # "this area" is what the sentence before is about: the place it names first
            sentence = max(self.text.rfind(". ", 0, start), self.text.rfind("\n", 0, start)) + 1
            inside = [s for s in earlier if s.start >= sentence]
            if inside:
                return inside[0]
            begin = (
                max(
                    self.text.rfind(". ", 0, earlier[-1].start),
                    self.text.rfind("\n", 0, earlier[-1].start),
                )
                + 1
            )
            return next(s for s in earlier if s.start >= begin)
        for s in reversed(earlier):
            f = s.place.feature if s.place else ""
            if noun in ("province", "governorate", "region") and f not in (
                "area",
                "region",
                "settlement",
                "district",
            ):
                continue
            if noun in ("city", "town", "village", "capital", "settlement", "suburb") and f not in (
                "settlement",
                "district",
            ):
                continue
            if noun == "camp" and f != "camp":
                continue
            if noun == "country" and f != "country":
                continue
            if noun not in ("country", "there", "border") and f == "country":
                continue
            return s
        return None
