"""Reports in other languages, told in the English words that naming knows.

Rules for names are many and speak English. A report in Arabic, Russian or Ukrainian is therefore
named through its gloss: words that the language's glossary knows (parties, states, kinds of forces
and places) are put in English, in English order inside a role; names of places are put back into
their base form; everything else stays as it stands. The gloss keeps for each of its stretches where
it stands in the report, so that what is named in it can be told of the report's own words.

Word forms are compared by what is left of them without endings (Cyrillic) or joined letters
(Arabic, `gloss_arabic.py`); a base form of a place counts only when the gazetteer has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product

from contactline.language import table
from contactline.naming.folding import light
from contactline.naming.gloss_arabic import ArabicGlossary
from contactline.naming.pieces import (
    ADJECTIVE,
    FORMATION,
    NAME,
    NOUN,
    OTHER,
    QUOTES,
    RELATION,
    SHORTEST,
    TRIED,
    Gloss,
    Piece,
    Token,
    adjectives,
    ordinal,
    quoted,
    spelt,
    stretches,
    tokens,
    wider,
)

GLOSSED = frozenset(("ar", "ru", "uk"))
LONGEST = 6  # words of a name in a glossary
AROUND = 80  # characters beside a role in which the rest of its name stands
_ORDINAL = re.compile(r"(\d+)-[^\W\d_]{1,3}")  # "47-ма"
_OF_A_PLACE = re.compile(r"[сцз]ь?к\w{1,3}$")  # an adjective made of a place's name
EXACT = "="  # before a word of a glossary that counts in this very form alone

_SECTIONS = {
    "parties": NOUN,
    "places": NOUN,
    "states": NOUN,
    "nouns": NOUN,
    "kinds": NOUN,
    "adjectives": ADJECTIVE,
    "relations": RELATION,
    "words": OTHER,
}


class Glossary:
    """The words of one language that naming knows in English."""

    def __init__(self, code: str) -> None:
        self.code = code
        words = table(code, "words")
        self.endings = sorted(words["endings"], key=lambda e: (-len(e), e))
        self.place_endings = [(a, tuple(b)) for a, b in words["places"]]
        self.phrases: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self.kinds = frozenset(table(code, "glossary").get("kinds", {}).values())
        self.places: dict[str, str] = {}  # by their base form
        nouns: dict[str, str] = {}  # what an adjective is where no noun follows: "wounded"
        for section, rows in table(code, "glossary").items():
            for native, english in rows.items():
                for variant in native.split("|"):
                    exact = variant.startswith(EXACT)
                    stems = tuple(
                        EXACT + t.text.lower() if exact else self.stem(t.text)
                        for t in tokens(variant.removeprefix(EXACT))
                        if t.text not in QUOTES
                    )
                    kind = _SECTIONS[section]
                    if section == "places" and len(stems) == 1 and not exact:
                        self.places[variant.lower().replace("ё", "е")] = english
                    if section == "nouns" and len(stems) == 1:
                        nouns[stems[0]] = english
                    self.phrases.setdefault(stems[0], []).append((stems, english, kind))
        for found in self.phrases.values():
            found.sort(key=lambda f: -len(f[0]))
        self.names = frozenset(self.places.values())
        self.alone = {
            stem: english
            for stem, english in nouns.items()
            if any(len(s) == 1 and k == ADJECTIVE for s, _, k in self.phrases[stem])
        }

    @staticmethod
    @cache
    def of(code: str) -> Glossary | ArabicGlossary:
        """Raises LookupError for a language without a glossary."""
        return ArabicGlossary() if code == "ar" else Glossary(code)

    # -- forms of words ----------------------------------------------------------------------------

    def stem(self, word: str) -> str:
        """A word without what its case and number add."""
        low = spelt(word)
        if word.isupper() and len(word) <= 5:
            return low  # abbreviations are not inflected
        for e in self.endings:
            if low.endswith(e) and len(low) - len(e) >= SHORTEST:
                return low[: -len(e)]
        return low

    def forms(self, word: str) -> list[str]:
        """What entries a word may stand for: its very form, its stem."""
        return [EXACT + word.lower(), self.stem(word)]

    def bases(self, word: str) -> list[str]:
        """What a place's inflected name may be in its base form; as it stands first."""
        out = [word]
        low = word.lower()
        for end, into in self.place_endings:
            if low.endswith(end) and len(word) - len(end) >= 2:
                out += [word[: len(word) - len(end)] + new for new in into]
        return list(dict.fromkeys(out))[:TRIED]

    # -- texts -------------------------------------------------------------------------------------

    def between(
        self, out: Gloss, text: str, start: int, end: int, known: Callable[[str], bool]
    ) -> None:
        """What stands outside roles: words of the glossary in English, the rest as it stands."""
        at = start
        for p in self.pieces(tokens(text, start, end), known, names=False):
            if p.start > at:
                out.add(text[at : p.start], at, p.start)
            out.add(p.english or text[p.start : p.end], p.start, p.end)
            at = p.end
        if end > at:
            out.add(text[at:end], at, end)

    def role(
        self, out: Gloss, text: str, start: int, end: int, known: Callable[[str], bool]
    ) -> None:
        """A role or a place in English, then where it lies."""
        name, where = self.apart(self.pieces(tokens(text, start, end), known, names=True))
        told = self.told(name) or text[start:end]
        out.names[start, end] = len(told)
        out.add(told + "".join(f" in {self.told(w)}" for w in where), start, end)

    def phrase(self, words: Sequence[Token], known: Callable[[str], bool]) -> str:
        return self.told(self.apart(self.pieces(words, known, names=True))[0])

    # -- phrases -----------------------------------------------------------------------------------

    def longest(self, words: Sequence[Token], at: int) -> tuple[int, str, str] | None:
        """(words taken, English, kind) of the longest phrase that begins at a word."""
        best: tuple[int, str, str] | None = None
        for stem in self.forms(words[at].text):
            for stems, english, kind in self.phrases.get(stem, ()):
                n = len(stems)
                if best is not None and n <= best[0]:
                    break
                if all(
                    at + k < len(words) and stems[k] in self.forms(words[at + k].text)
                    for k in range(1, n)
                ):
                    best = (n, english, kind)
                    break
        return best

    def pieces(
        self, words: Sequence[Token], known: Callable[[str], bool], names: bool
    ) -> list[Piece]:
        """The stretches of a phrase in the report's order. `names`: words that no glossary has are
        names of places when the gazetteer has a base form of theirs.
        """
        out: list[Piece] = []
        inside = quoted(words) if names else frozenset()
        words = [w for w in words if not names or w.text not in QUOTES]
        i = 0
        while i < len(words):
            phrase = self.longest(words, i)
            place = self._place(words, i, known) if names else None
            if out and words[i].start in inside and FORMATION.search(out[-1].english):
                n = self._unknown(words, i)  # «Холодний Яр» after a brigade's number is its name
                out.append(Piece("", NOUN, words[i].start, words[i + n - 1].end))
            elif place and (
                phrase is None
                or place[0] > phrase[0]
                or (i and phrase[2] == OTHER and words[i].text[0].isupper())
            ):
                n, base, kind = place
                if kind == NOUN and n == 1 and self._of_a_place(words, i):
                    kind = ADJECTIVE
                out.append(Piece(base, kind, words[i].start, words[i + n - 1].end))
            elif phrase:
                n, english, kind = phrase
                if kind == ADJECTIVE and n == 1 and self._stands_alone(words, i):
                    english, kind = self.alone[self.stem(words[i].text)], NOUN
                elif (
                    kind == NOUN and n == 1 and english in self.names and self._of_a_place(words, i)
                ):
                    kind = ADJECTIVE
                out.append(Piece(english, kind, words[i].start, words[i + n - 1].end))
            elif (m := _ORDINAL.fullmatch(words[i].text)) or (
                names and (m := self._numbered(words, i))
            ):
                n = 1
                out.append(Piece(ordinal(int(m[1])), ADJECTIVE, words[i].start, words[i].end))
            else:
                n = self._unknown(words, i) if names else 1
                kind = NOUN if words[i].text[0].isalpha() else OTHER
                if n == 1 and words[i].text[0].isupper() and self._of_a_place(words, i):
                    kind = ADJECTIVE
                name = " ".join(w.text for w in words[i : i + n]).replace(" - ", "-")
                end = words[i + n - 1].end
                out.append(Piece(name, kind, words[i].start, end, not words[i].text[0].isalpha()))
            i += n
        return stretches(out) if names else out

    def _numbered(self, words: Sequence[Token], at: int) -> re.Match[str] | None:
        """A formation's number without the ending of an ordinal: "47 окрема", "93 ОМБр"."""
        m = re.fullmatch(r"(\d{1,3})", words[at].text)
        after = self.longest(words, at + 1) if m and at + 1 < len(words) else None
        named = after is not None and (
            after[1] == "separate" or (" " in after[1] and FORMATION.search(after[1]))
        )
        return m if named else None

    def _unknown(self, words: Sequence[Token], at: int) -> int:
        """How many words from one on are one name that nobody knows: "Андрій Ковальов",
        "Умм-Барда".
        """
        n = 1
        if not words[at].text[0].isalpha():
            return n
        while at + n < len(words):
            before, word = words[at + n - 1], words[at + n]
            hyphen = word.text == "-" and word.start == before.end and at + n + 1 < len(words)
            person = (
                before.text[0].isupper()
                and word.text[0].isupper()
                and not self.longest(words, at + n)
            )
            if not hyphen and not person:
                break
            n += 2 if hyphen else 1
        return n

    def _of_a_place(self, words: Sequence[Token], at: int) -> bool:
        """An adjective made of a place's name, with its noun: "Покровський район"."""
        if not _OF_A_PLACE.search(words[at].text):
            return False
        after = self.longest(words, at + 1) if at + 1 < len(words) else None
        return after is not None and after[2] == NOUN and words[at + 1].text[0].islower()

    def _stands_alone(self, words: Sequence[Token], at: int) -> bool:
        """A participle or an adjective that stands for a noun: "поранені", "військові України"."""
        if self.stem(words[at].text) not in self.alone:
            return False
        if at + 1 == len(words):
            return True
        after = words[at + 1].text
        if not after[0].isalpha() or after[0].isupper():
            return True
        known = self.longest(words, at + 1)
        return known is not None and known[2] in (RELATION, OTHER)

    def _place(
        self, words: Sequence[Token], at: int, known: Callable[[str], bool]
    ) -> tuple[int, str, str] | None:
        first = words[at].text
        if not first[0].isalpha() or not _may_be_a_name(first):
            return None
        if _OF_A_PLACE.search(first):
            # "Мартакертский район": the glossary's towns come first
            named = (self.places.get(b.lower().replace("ё", "е")) for b in self.bases(first)[1:])
            if english := next((e for e in named if e), ""):
                return 1, english, _sort(first, "")
        for n in range(min(NAME, len(words) - at), 0, -1):
            group = words[at : at + n]
            if any(not w.text[0].isalnum() and w.text not in ("-", "–") for w in group):
                continue
            if not group[-1].text[0].isalnum():
                continue
            choices = [self.bases(w.text)[: TRIED if n == 1 else 5] for w in group]
            for chosen in product(*choices):
                name = " ".join(chosen).replace(" - ", "-").replace(" – ", "-")
                if known(name):
                    return n, name, _sort(first, chosen[0])
        return None

    def apart(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[list[Piece]]]:
        """The pieces of a name, and those after it that only tell where it lies."""
        start = max((k + 1 for k, p in enumerate(pieces) if p.kind in (RELATION, OTHER)), default=0)
        groups = self._groups(pieces[start:])
        n = wider(groups)
        kept = [p for g in groups[: len(groups) - n] for p in g]
        return [*pieces[:start], *kept], [list(g) for g in groups[len(groups) - n :]]

    def told(self, pieces: Sequence[Piece]) -> str:
        """Pieces in English order: what a noun belongs to stands before it."""
        out: list[str] = []
        part: list[Piece] = []
        for p in [*pieces, None]:
            if p is not None and p.kind not in (RELATION, OTHER):
                part.append(p)
                continue
            out += self._turned(part)
            part = []
            if p is not None and p.english:
                out.append(p.english)
        return re.sub(r" ([,.;:)])", r"\1", " ".join(out))

    def _turned(self, part: Sequence[Piece]) -> list[str]:
        if len(part) == 1 and part[0].english in self.kinds:
            return ["the", part[0].english]  # "на захід від міста": the one named before
        if not all(p.known for p in part):  # a name that nobody knows stays as it is
            return [p.english for p in part if p.english]
        out: list[str] = []
        head = True
        for g in self._groups(part):
            words = [p.english for p in g if p.english]
            if not head and len(words) == 1:
                words = [adjectives().get(words[0], words[0])]  # "військові України"
            out = words + out
            head = head and not words
        return out

    def _groups(self, part: Sequence[Piece]) -> list[list[Piece]]:
        """A noun with its adjectives each."""
        groups: list[list[Piece]] = []
        now: list[Piece] = []
        for p in part:
            now.append(p)
            if p.kind != ADJECTIVE:
                groups.append(now)
                now = []
        return [*groups, now] if now else groups


def _may_be_a_name(word: str) -> bool:
    return word[0].isupper() or word.lower().endswith(
        ("ого", "ому", "ой", "ий", "ом", "ої", "ій", "их", "им")
    )


def _sort(word: str, base: str) -> str:
    """An adjective made of a place's name stays before its noun."""
    return ADJECTIVE if word[0].islower() and word != base else NOUN


def gloss(
    text: str,
    code: str,
    spans: Iterable[tuple[int, int]],
    known: Callable[[str], bool],
) -> Gloss:
    """A report's text in the words of naming. `spans`: stretches of the report that are roles or
    names of places; of those that overlap the longer counts. `known`: whether the gazetteer has a
    place of that very name.
    """
    book = Glossary.of(code)
    chosen: list[tuple[int, int]] = []
    for a, b in sorted(set(spans), key=lambda s: (s[0] - s[1], s)):
        if b > a and not any(a < d and c < b for c, d in chosen):
            chosen.append((a, b))
    out = Gloss()
    at = 0
    for a, b in [*sorted(chosen), (len(text), len(text))]:
        book.between(out, text, at, a, known)
        if b > a:
            book.role(out, text, a, b, known)
        at = b
    return out


def phrase(text: str, start: int, end: int, code: str, known: Callable[[str], bool]) -> str:
    """A stretch of a report in English, in English order."""
    return Glossary.of(code).phrase(tokens(text, start, end), known)


def whole(
    text: str, code: str, start: int, end: int, named: Callable[[str], bool]
) -> tuple[int, int]:
    """A role that is a part of a party's name of several words, as all of it. `named`: whether some
    party goes by what a glossary says in English.
    """
    book = Glossary.of(code)
    line = text.rfind("\n", 0, start) + 1
    words = tokens(text, max(line, start - AROUND), min(len(text), end + AROUND))
    first = next((i for i, w in enumerate(words) if w.end > start), 0)
    for i in range(max(0, first - LONGEST + 1), first + 1):
        found = book.longest(words, i)
        if found is None:
            continue
        taken, english = found[:2] if isinstance(found, tuple) else (found.words, found.english)
        if taken < 2 or not named(english):
            continue
        a, b = words[i].start, words[i + taken - 1].end
        if a <= start and end <= b and "\n" not in text[a:b]:
            return a, b
    return start, end


def found_in(gazetteer_has: Callable[[str], bool]) -> Callable[[str], bool]:
    """`known` for `gloss`, each name asked once and only names of some length."""
    seen: dict[str, bool] = {}

    def known(name: str) -> bool:
        key = light(name)
        if key not in seen:
            seen[key] = len(key) >= SHORTEST and gazetteer_has(name)
        return seen[key]

    return known
