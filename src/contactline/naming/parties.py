"""Who a role's words mean in one report: names, units, persons, common nouns, pronouns, "our
troops".

What belongs to nobody who can be told ("the garrison", "counterparts") is nobody: a role without a
name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from contactline.model import Actor, Role
from contactline.naming.actors import Catalogue
from contactline.naming.composed import NO_STATES_OWN, composed, state_of_person, state_that_speaks
from contactline.naming.folding import plain_words
from contactline.naming.mentions import Lexicon, Mention, definitions, scan
from contactline.naming.reference import (
    ALLIES,
    ANAPHORIC,
    ARMED,
    ARMY,
    BELONGING,
    FORCES,
    GROUP,
    LEFT,
    LOYAL,
    OFFICES,
    OURS,
    PARTS,
    PRONOUNS,
    REBELLIOUS,
    REBELS,
    RULERS,
    SAID,
    SAYING,
    TITLES,
    WE,
    WHICH,
)
from contactline.naming.whose import Ground

NOBODY = ""
_ARTICLE = re.compile(
    r"^(?:the|The|a|A|an|An|some|several|many|all|other|various|local|both|remaining|so-called)\s+"
)
_OWN_WORDS = re.compile(r"^(?:the|a|an|some|several|many|other|local|its|their)\s+", re.I)
_MODIFIES = ("-backed", "-led", "-held", "-alli", "-linked", "-contr", "-suppo")
_OF = re.compile(r"\s+(?:from |of )+(?:the |its |their )?")
_NOUN = re.compile(r"(?:[A-Z0-9][\w’'.-]*)(?:\s+(?:[A-Z0-9][\w’'.-]*|of|the|al|and(?=\s+[A-Z])))*")
_QUOTES = re.compile('["“”]')
_PERSON = re.compile(r"[A-Z][\w’'-]+(?:\s+(?:al-|ag\s|bin\s)?[A-Z][\w’'-]+){0,3}")
_STOP = re.compile(r'(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.\s|[\n"“]')


class Parties:
    """The parties of one report. `ground` must be given before common nouns can be told."""

    def __init__(self, text: str, lexicon: Lexicon, on: date | None) -> None:
        self.text, self.lexicon, self.on = text, lexicon, on
        self.catalogue: Catalogue = lexicon.catalogue
        self.theatres = lexicon.theatres
        self._definitions = definitions(text)
        self.defined: dict[str, str] = {}
        for long, short in self._definitions:
            self.defined[short] = self._defined(long, short)
        self.named, self.common = scan(text, self.defined, lexicon)
        self.ground: Ground | None = None

    def _defined(self, long: str, short: str) -> str:
        words = long.split()
        for i in range(len(words)):
            if found := self.catalogue.named(" ".join(words[i:])):
                return found[0].id
        if found := self.catalogue.named(short):
            return found[0].id
        bare = re.sub(
            r"^(?:[A-Z][\w.]*-(?:backed|led|allied|supported)|[Tt]he|[a-z]+)\s+", "", long
        )
        return _new(bare)

    def credible(self, spoken: set[str]) -> None:
        """Drops names of the UCDP list that are ordinary words here: no capital, or another
        country's war.
        """
        self.named = [m for m in self.named if self._credible(m.actor, m.text, m.start, spoken)]

    def _credible(self, actor: str, text: str, start: int, spoken: set[str]) -> bool:
        a = self.catalogue.by_id.get(actor)
        if a is None or a.ucdp is None or a.source == "contactline":
            return True
        words = re.findall(r"[^\W_]+", text)
        if not any(w[0].isupper() or not w.isascii() for w in words):
            return False
        if len(words) > 2 or (len(words) == 1 and text.isupper() and len(text) > 2):
            return True
        return bool(spoken.intersection(a.theatre.split()))

    def settle(self, ground: Ground) -> None:
        self.ground = ground

    # -- roles
    # ----------------------------------------------------------------------------------------------

    def role(self, text: str, start: int, on: date | None = None, itself: bool = False) -> Role:
        """Who the words mean on a day (the report's, where none is given).

        Unknown parties keep their own words as a name and an id of their own; what is nobody has
        neither. `itself`: a unit as itself and not as its army.
        """
        on = on or self.on
        if itself and self._unit(_ARTICLE.sub("", text.strip()), start, on):
            bare = _ARTICLE.sub("", text.strip())
            known = self.catalogue.named(bare)
            name, ident = (known[0].name, known[0].id) if known else (bare, _new(bare))
            return Role(text, name, "actor:" + ident, feature="army", confidence=0.9)
        if whole := self._part_of(text, start):
            text, start, inner, at = whole
            resolved, sure = self._resolve(inner, at, on)
        else:
            resolved, sure = self._resolve(text, start, on)
        if resolved and plain_words(text) in WE:
            # "We" says nothing outside its quotation: the speaker's own words stand for it
            _, words, at = self._speaker(start)
            text, start = (words, at) if words else (text, start)
        if resolved == NOBODY:
            return Role(text, None, None, confidence=0.0)
        if resolved is None:
            bare = _OWN_WORDS.sub("", text.strip())
            return Role(text, bare or text, "actor:" + _new(bare or text), confidence=0.4)
        if resolved.startswith("allied:"):
            whose = self.catalogue.by_id.get(resolved.removeprefix("allied:"))
            return Role(
                text,
                f"allies of {whose.name}" if whose else text,
                "actor:" + resolved,
                country=whose.country if whose else None,
                feature="generic",
                confidence=sure,
            )
        a = self.catalogue.by_id.get(resolved)
        return Role(
            text,
            a.name if a else self._called(text, resolved),
            "actor:" + resolved,
            country=a.country if a else None,
            feature=a.type if a else None,
            confidence=sure,
            start=start,
            end=start + len(text),
        )

    def _called(self, text: str, resolved: str) -> str:
        if resolved.startswith("generic:"):
            country = self.catalogue.by_id.get(f"state:{resolved.split(':')[1]}")
            bare = _ARTICLE.sub("", text.strip())
            return f"{bare} ({country.name})" if country else bare
        return next((long for long, s in self._definitions if self.defined[s] == resolved), text)

    def _part_of(self, text: str, start: int) -> tuple[str, int, str, int] | None:
        """ "Elements" where the text goes on "of the 20th Division": the whole, and whom it is part
        of.
        """
        if _ARTICLE.sub("", text.strip()).lower() not in PARTS:
            return None
        of = _OF.match(self.text, start + len(text))
        name = _NOUN.match(self.text, of.end()) if of else None
        if not of or not name:
            return None
        after = re.match(r"\s+([a-z]+)", self.text[name.end() : name.end() + 24])
        end = name.end() + (after.end() if after and after.group(1) in FORCES else 0)
        return self.text[start:end], start, self.text[of.end() : end], of.end()

    def _resolve(self, text: str, start: int, on: date | None) -> tuple[str | None, float]:
        bare = _ARTICLE.sub("", text.strip())
        low = plain_words(bare)
        shout = bare.isupper() and len(bare) > 1
        if low in OURS and not shout:
            return self._speaker(start)[0], 0.7
        if not low or (low in PRONOUNS and not shout):
            return self._before(start, lambda a: True), 0.6
        if ALLIES.match(bare):
            return self._allies(bare, start, on), 0.6
        if REBELLIOUS.fullmatch(bare) and LEFT.search(self.text[max(0, start - 20) : start]):
            of_them = self._before(start, lambda a: a.type in ("group", "party", "umbrella"))
            if of_them:
                return of_them, 0.6
        if low in ANAPHORIC:
            return self._before(start, lambda a: True), 0.55
        if longer := self._longer(text, bare, start):
            return longer, 0.95
        if bare in self.defined:
            return self.defined[bare], 0.97
        if common := self.of_here(low, start, on):
            return common, 0.75
        if known := self._named(bare, low, start, on):
            return known
        if low in BELONGING or (bare.islower() and low.split(" ")[-1] in BELONGING):
            inner = self._inside(start, start + len(text))
            return (inner, 0.6) if inner else (NOBODY, 0.0)
        here = self.ground.country(start) if self.ground else ""
        made = composed(
            bare, self.catalogue, self.theatres, here, on, lambda t: self._plainly(t, start, on)
        )
        if made is not None:
            return (self._today(made, bare, on), 0.85) if made else (NOBODY, 0.0)
        if owner := self._owner(bare, start, on):
            return owner
        if inner := self._inside(start, start + len(text)):
            return self._today(inner, bare, on), 0.8
        words = bare.split()
        some = len(words) > 1 and bare.islower() and words[0] in WHICH
        if some and (common := self.of_here(" ".join(words[1:]), start, on)):
            # "foreign insurgents", "suspected militants": some of them, not the party named before
            return common, 0.65
        if GROUP.match(bare):
            armed = bool(REBELLIOUS.search(bare))
            kinds = ("group", "party", "militia", "umbrella", *(() if armed else ("coalition",)))
            return self._before(start, lambda a: a.type in kinds), 0.6
        office = state_of_person(self.text, start, self.catalogue.states)
        if office and words[0][:1].isupper() and words[-1][:1].isupper():
            return self._today(self.catalogue.state(office), bare, on), 0.85
        if words[0].rstrip(".") in TITLES and len(words) > 1 and words[-1][:1].isupper():
            return NOBODY, 0.0  # a person of no known party
        return None, 0.0

    def _owner(self, bare: str, start: int, on: date | None) -> tuple[str | None, float] | None:
        """ "Xs forces" whose apostrophe a page lost, "the Xs" for a party X: as with it."""
        m = _OWNED.match(bare)
        if not m or not self._plainly(m["who"], start, on):
            return None
        if not m["what"]:
            return self._resolve(m["who"], start, on) if m["who"].isupper() else None
        lost = m["sign"] == ""
        return self._resolve(f"{m['who']}'s{m['what']}", start, on) if lost else None

    def _plainly(self, text: str, start: int, on: date | None) -> str | None:
        """The party that a phrase stands for by itself, wherever it stood in a longer one."""
        bare = _ARTICLE.sub("", text.strip())
        low = plain_words(bare)
        if common := self.of_here(low, start, on):
            return common
        known = self._named(bare, low, start, on)
        return known[0] if known else None

    def _named(
        self, bare: str, low: str, start: int, on: date | None
    ) -> tuple[str | None, float] | None:
        """Units, persons, the catalogue, states and their forces."""
        if army := self._unit(bare, start, on):
            return army, 0.9
        if side := self.theatres.person(bare, on) or self._titled(bare, on):
            return side, 0.9
        found = self._catalogue(bare, start)
        ordinary = bare.lower() in BELONGING
        if found and found.ucdp is not None and low in self.catalogue.states:
            found = None  # "Armenian" is Armenia before it is a list's communal group
        if found and not ordinary and self._of_this_war(found, bare, start):
            return self._today(found.id, bare, on), 0.97
        states = self.catalogue.states
        if low in states:
            return self._today(self.catalogue.state(states[low]), bare, on), 0.95
        if code := self.catalogue.capitals.get(low):
            return self._today(self.catalogue.state(code), bare, on), 0.8
        words = low.split(" ")
        for cut in range(min(3, len(words) - 1), 0, -1):
            code = states.get(" ".join(words[:cut]))
            rest = " ".join(words[cut:])
            if not code or (rest not in FORCES and rest not in OFFICES):
                continue
            kind = "rulers" if words[-1] in OFFICES else "army"
            own = self.theatres.generic(code, kind, "", on) if code == "SY" else ""
            return self._today(own or self.catalogue.state(code), bare, on), 0.93
        return None

    def _unit(self, bare: str, start: int, on: date | None) -> str:
        """The army of a unit of the wars this report is about."""
        if not re.search(r"[A-Z0-9]", bare) or self.ground is None:
            return ""
        unit = self.theatres.unit(bare, self.ground.near(start)[:3], on)
        return unit.army if unit else ""

    def _titled(self, bare: str, on: date | None) -> str:
        """ "Gen. Abdel Fattah al-Burhan", "spokesman Zaw Min Tun": the person without the title."""
        words = bare.split()
        for i in range(1, min(4, len(words))):
            if side := self.theatres.person(" ".join(words[i:]), on):
                return side
        return ""

    def of_here(self, low: str, start: int, on: date | None = None) -> str | None:
        """The party that a common noun stands for where its sentence takes place."""
        kind = next(
            (k for k, w in _KINDS if low in w), "" if low not in self.theatres.said else "said"
        )
        if not kind:
            return None
        here = self.ground.country(start) if self.ground else ""
        if kind in ("army", "rulers"):
            # "the Azeri ministry said the army …": the speaker's army, wherever it fights
            here = state_that_speaks(self.text, start, self.catalogue.states) or here
        known = self.theatres.generic(here, kind, low, on or self.on)
        if known:
            return self._today(known, low, on or self.on)
        if kind == "army":
            return self.catalogue.state(here) if here else None
        if kind == "rulers":
            return self.catalogue.state(here) if here else None
        if kind == "said":
            return None
        return f"generic:{here or 'xx'}:{low.replace(' ', '-')}"

    def _today(self, actor: str, words: str, on: date | None) -> str:
        """Who came after a party that is gone by then, but where the words are of the old one."""
        if re.search(r"\b(?:Assad|regime|former|ousted|fallen|Baath)", words):
            return actor
        return self.theatres.successor(actor, on)

    def _catalogue(self, text: str, start: int) -> Actor | None:
        found = self.catalogue.named(text)
        if len(found) > 1 and self.ground:
            near = self.ground.near(start)[:3]
            here = [a for c in near for a in found if c in a.theatre.split()]
            found = here or found
        return found[0] if found else None

    def _of_this_war(self, a: Actor, text: str, start: int) -> bool:
        if a.ucdp is not None and not self._credible(
            a.id, text, start, set(self.ground.share) if self.ground else set()
        ):
            return False
        if a.source != "contactline" or not a.theatre or any(c.isupper() for c in text):
            return True
        here = self.ground.country(start) if self.ground else ""
        return not here or here in a.theatre.split()

    # -- words that point elsewhere ----------------------------------------------------------------

    def _allies(self, bare: str, start: int, on: date | None) -> str | None:
        whose = self._before(start, lambda a: a.type != "organisation")
        if LOYAL.match(bare):
            said = self.theatres.generic(
                self.ground.country(start) if self.ground else "", "", plain_words(bare), on
            )
            if said:
                return said
            whose = self.of_here("government", start, on) or whose
        return f"allied:{whose}" if whose else None

    def _longer(self, text: str, bare: str, start: int) -> str | None:
        """ "Islamic State of Iraq" where the text goes on "and the Levant": the whole name."""
        head = start + len(text) - len(text.lstrip()) + (len(text.strip()) - len(bare))
        i = bisect_right(self.named, start - 1, key=lambda m: m.start)
        for m in self.named[i : i + 3]:
            before = text[: max(0, m.start - start)].strip().lower()
            if m.start <= head and m.end > start + len(text) and before in ("", "the", "a"):
                return m.actor
        return None

    def _inside(self, start: int, end: int) -> str | None:
        """A party named inside the words: the last, which is the head; not one that only modifies
        ("US-backed fighters").
        """
        best: Mention | None = None
        only_state = False
        i = bisect_right(self.named, start - 1, key=lambda m: m.start)
        for m in self.named[i:]:
            if m.start >= end:
                break
            if m.end > end:
                continue
            after = self.text[m.end : m.end + 8].lower()
            before = self.text[max(0, m.start - 4) : m.start].lower()
            if after.startswith(_MODIFIES) or before in ("pro-", "nti-"):
                continue
            said = plain_words(self.text[m.start : m.end])
            state = m.actor.startswith("state:") or said in self.catalogue.states
            capital_after = self.text[m.end + 1 : m.end + 2].isupper()
            if state and m.end < end and (not after[:1].isspace() or capital_after):
                continue  # "Somalia Battalion" is no state
            if state and self.text[m.end : end].split(" ")[-1].lower() in NO_STATES_OWN:
                continue  # "Palestinian militants" are not their state
            if best is None or not state or only_state:
                best, only_state = m, state
        if best is None:
            return None
        state_word = self.catalogue.states.get(plain_words(self.text[best.start : best.end]))
        if state_word and best.actor.startswith("ucdp:"):
            return self.catalogue.state(state_word)
        return best.actor

    def _before(self, start: int, fits: Callable[[Actor], bool]) -> str | None:
        """The nearest party named before, the sentence's own subject first."""
        sentence = max(self.text.rfind(". ", 0, start), self.text.rfind("\n", 0, start)) + 1
        i = bisect_right(self.named, start - 1, key=lambda m: m.start)
        inside = [m for m in self.named[:i] if m.start >= sentence and m.end <= start]
        if said := [m for m in inside if SAYING.match(self.text[m.end : start])]:
            return said[-1].actor  # "the coalition said it had struck": who speaks
        if spoke := self._common_voice(sentence, start):
            return spoke
        earlier = [m for m in self.named[:i] if m.start < sentence]
        for m in inside[:1] + earlier[::-1]:
            a = self.catalogue.by_id.get(m.actor)
            if a is not None and fits(a):
                return m.actor
        return None

    def _common_voice(self, sentence: int, start: int) -> str | None:
        """ "The army said its troops hold …": whose troops they are is told by a common noun."""
        i = bisect_right(self.common, start - 1, key=lambda m: m.start)
        for m in reversed(self.common[max(0, i - 4) : i]):
            if m.start >= sentence and SAYING.match(self.text[m.end : start]):
                return self.of_here(plain_words(m.text), m.start)
        # "the army denied it and said its troops hold …": the sentence's subject, when nobody else
        # is named in it
        head = re.match(r"\s*(?:The|the)?\s*", self.text[sentence:start])
        first = sentence + (head.end() if head else 0)
        subject = next((m for m in self.common[max(0, i - 8) : i] if m.start == first), None)
        others = any(sentence <= m.start < start for m in self.named)
        if subject and not others:
            return self.of_here(plain_words(subject.text), subject.start)
        return None

    def _speaker(self, at: int) -> tuple[str | None, str, int]:
        """Whose "we" it is, with the words that say so and where they stand: the party that the
        words after the quotation, or before it, give as its voice.
        """
        marks = [m.start() for m in _QUOTES.finditer(self.text, max(0, at - 1500), at)]
        close = _QUOTES.search(self.text, at, at + 1500)
        if not marks or not close:
            return self._before(at, lambda a: True), "", at
        stop = _STOP.search(self.text, close.end(), close.end() + 160)
        after = (close.end(), stop.start() if stop else min(len(self.text), close.end() + 160))
        line = self.text.rfind("\n", 0, marks[-1]) + 1
        before = (max(line, marks[-1] - 220, marks[-2] if len(marks) > 1 else 0), marks[-1])
        for a, b in (after, before):
            said = list(SAID.finditer(self.text, a, b))
            if said and (found := self._voice(a, b, said[-1].start()))[0]:
                return found
        return NOBODY, "", at

    def _voice(self, a: int, b: int, verb: int) -> tuple[str | None, str, int]:
        """The party nearest to a verb of saying between two offsets: named, a known person's, a
        common noun's.
        """
        found = [m for m in self.named if a <= m.start and m.end <= b]
        if found:
            m = min(found, key=lambda m: abs(m.start - verb))
            return m.actor, m.text, m.start
        for n in _PERSON.finditer(self.text, a, b):
            if side := self.theatres.person(n.group(), self.on) or self._titled(n.group(), self.on):
                return side, n.group(), n.start()
        for m in self.common:
            if (
                a <= m.start
                and m.end <= b
                and (actor := self.of_here(plain_words(m.text), m.start))
            ):
                return actor, m.text, m.start
        pronoun = re.search(r"\b(?:he|she|they|it)\b", self.text[a:b], re.I)
        return (self._before(a, lambda x: True) if pronoun else NOBODY), "", a


_OWNED = re.compile(r"(?P<who>[A-Z][\w-]{2,})(?P<sign>['’]?)s\b(?P<what>(?: .+)?)$")
_KINDS = (("army", ARMY), ("rulers", RULERS), ("rebels", REBELS), ("armed", ARMED))


def _new(name: str) -> str:
    return "new:" + re.sub(r"[\W_]+", "-", plain_words(name))[:60].strip("-")
