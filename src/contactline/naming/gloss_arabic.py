"""The gloss of Arabic: letters joined to words, and phrases that are turned round whole.

Word forms are compared by what is left of them without joined letters, article and endings. An
entry of the glossary that begins with "=" stands for that very form only; of entries with one stem
the one with the word's own form wins.

Arabic puts a noun before what it belongs to and before its adjectives, so that a phrase is turned
round whole, up to a preposition, a conjunction or a letter joined for one; words that lead in both
languages ("northern", "dozens of", a number) stay in front.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contactline.language import table
from contactline.naming.pieces import (
    ADJECTIVE,
    DASHES,
    NAME,
    NOUN,
    OTHER,
    RELATION,
    SHORTEST,
    TRIED,
    Gloss,
    Piece,
    Token,
    ordinal,
    spelt,
    tokens,
)

_SPELLING = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي"})
_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
_SIGNS = {"،": ",", "؛": ";", "؟": "?", "«": "“", "»": "”"}
_QUOTED = frozenset("\"'“”«»„‟")

# kinds of place, names of them, numbered units; nationalities; what leads; a joined letter
KIND, PLACE, UNIT, NATION, LEADING, JOINED = (
    "kind",
    "place",
    "unit",
    "nation",
    "leading",
    "joined",
)
_BREAKS = frozenset((RELATION, OTHER, JOINED))
_SECTIONS = {
    "parties": NOUN,
    "places": PLACE,
    "states": NOUN,
    "nouns": NOUN,
    "kinds": KIND,
    "units": UNIT,
    "nationalities": NATION,
    "leading": LEADING,
    "adjectives": ADJECTIVE,
    "relations": RELATION,
    "words": OTHER,
}


@dataclass(frozen=True, slots=True)
class Form:
    """One way to read a word: its stem, the form without joined letters, those letters, and the
    English of a pronoun at its end.
    """

    stem: str
    bare: str
    front: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of a glossary; `only`: in that very form."""

    stems: tuple[str, ...]
    bare: str
    english: str
    kind: str
    only: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The longest phrase at a word: how many words, what it says, the letters joined before it."""

    words: int
    english: str
    kind: str
    front: str = ""


class ArabicGlossary:
    """The Arabic words that naming knows in English."""

    def __init__(self) -> None:
        words = table("ar", "words")
        self.endings = sorted(words["endings"], key=lambda e: (-len(e), e))
        self.joined: dict[str, str] = dict(words["joined"])
        self.owned: dict[str, str] = dict(words["owned"])
        self.phrases: dict[str, list[Entry]] = {}
        for section, rows in table("ar", "glossary").items():
            for native, english in rows.items():
                for variant in native.split("|"):
                    found = tokens(variant.removeprefix("="))
                    entry = Entry(
                        tuple(self.stem(t.text) for t in found),
                        _plain(found[0].text),
                        english,
                        _SECTIONS[section],
                        variant.startswith("="),
                    )
                    self.phrases.setdefault(entry.stems[0], []).append(entry)
        for entries in self.phrases.values():
            entries.sort(key=lambda e: -len(e.stems))

    # -- forms of words ----------------------------------------------------------------------------

    def stem(self, word: str) -> str:
        """A word without what its case, number or article add."""
        low = _plain(word)
        if low.startswith("ال") and len(low) > 4:
            low = low[2:]
        for e in self.endings:
            if low.endswith(e) and len(low) - len(e) >= SHORTEST:
                return low[: -len(e)]
        return low

    def forms(self, word: str) -> list[Form]:
        """Each way to read a word, as it stands first."""
        out: list[Form] = []
        for bare, front in self.parted(word):
            out.append(Form(self.stem(bare), _plain(bare), front))
            for end, own in self.owned.items():
                if bare.endswith(end) and len(bare) - len(end) >= SHORTEST:
                    left = bare[: -len(end)]
                    out.append(Form(self.stem(left), _plain(left), front, own))
                    if left.endswith("ت"):
                        left = left[:-1] + "ة"
                        out.append(Form(self.stem(left), _plain(left), front, own))
        for f in list(out):  # the accusative's letter: "مدنيا" is "مدني"
            if f.bare.endswith("ا") and len(f.bare) > SHORTEST and not f.own:
                out.append(Form(self.stem(f.bare[:-1]), f.bare[:-1], f.front))
        return list(dict.fromkeys(out))

    def parted(self, word: str) -> list[tuple[str, str]]:
        """A word as it stands and without joined letters, each with those letters."""
        word = _MARKS.sub("", re.sub("اً|ًا", "", word) if len(word) > 4 else word)
        out = [(word, "")]
        if len(word) > 3 and word[0] in ("و", "ف"):
            out.append((word[1:], word[0]))
        for w, front in list(out):
            if w.startswith("لل") and len(w) > 4:
                out += [("ال" + w[2:], front + "ل"), (w[1:], front + "ل")]
            elif len(w) > 3 and w[0] in self.joined and w[0] not in ("و", "ف"):
                out.append((w[1:], front + w[0]))
        return out

    def bases(self, word: str) -> list[str]:
        """What a place's name may be without joined letters; as it stands first."""
        return list(dict.fromkeys(w for w, _ in self.parted(word)))[:TRIED]

    # -- texts -------------------------------------------------------------------------------------

    def between(
        self, out: Gloss, text: str, start: int, end: int, known: Callable[[str], bool]
    ) -> None:
        """What stands outside roles: words of the glossary in English, the rest as it stands."""
        at = start
        for run in _runs(text, self.pieces(tokens(text, start, end), known, names=False)):
            first, last = run[0].start, run[-1].end
            if first > at:
                out.add(text[at:first], at, first)
            told = self.told(run) if len(run) > 1 else run[0].english
            out.add(told or text[first:last], first, last)
            if run[0].kind == JOINED:
                out.add(" ", last, last)
            at = last
        if end > at:
            out.add(text[at:end], at, end)

    def role(
        self, out: Gloss, text: str, start: int, end: int, known: Callable[[str], bool]
    ) -> None:
        """A role or a place in English; letters joined to its front stand before it."""
        pieces = self.pieces(tokens(text, start, end), known, names=True)
        for p in pieces:
            if p.kind != JOINED:
                break
            out.add(p.english + " ", start, start)
        told = self.told(pieces)
        out.add((f"the {told}" if _definite(text, pieces) else told) or text[start:end], start, end)

    def phrase(self, words: Sequence[Token], known: Callable[[str], bool]) -> str:
        return self.told(self.pieces(words, known, names=True))

    # -- phrases -----------------------------------------------------------------------------------

    def longest(self, words: Sequence[Token], at: int) -> Found | None:
        """The longest phrase that begins at a word."""
        best: Found | None = None
        most = (0, False)
        for f in self.forms(words[at].text):
            for e in self.phrases.get(f.stem, ()):
                n = len(e.stems)
                same = e.bare.removeprefix("ال") == f.bare.removeprefix("ال")
                if (n, same) <= most or (e.only and e.bare != f.bare):
                    continue
                if f.own and (n > 1 or e.kind not in (NOUN, KIND, UNIT)):
                    continue
                if n > len(words) - at or not all(
                    self.stem(words[at + k].text) == e.stems[k] for k in range(1, n)
                ):
                    continue
                english = f"{f.own} {e.english}" if f.own else e.english
                best, most = Found(n, english, e.kind, f.front), (n, same)
        return best

    def pieces(
        self, words: Sequence[Token], known: Callable[[str], bool], names: bool
    ) -> list[Piece]:
        """The stretches of a phrase in the report's order. `names`: words that no glossary has are
        names of places when the gazetteer has them without joined letters; without it only those
        that follow a kind of place.
        """
        out: list[Piece] = []
        if names:
            words = [w for w in words if w.text not in _QUOTED]
        i = 0
        unknown = False
        while i < len(words):
            phrase = self.longest(words, i)
            after_kind = bool(out) and out[-1].kind == KIND
            place = self._place(words, i, known) if names or after_kind else None
            start = words[i].start
            if place and (phrase is None or place.words > phrase.words):
                found = place
            elif phrase:
                found = phrase
            elif out and out[-1].kind == UNIT and words[i].text.isdigit():
                found = Found(1, ordinal(int(words[i].text)), LEADING)
            else:
                sort = NOUN if words[i].text[0].isalpha() else OTHER
                found = Found(1, _SIGNS.get(words[i].text, words[i].text), sort)
                if unknown and sort == NOUN and out[-1].end == start - 1:
                    # words that nobody knows keep their order: the name of a group
                    last = out.pop()
                    told = f"{last.english} {found.english}"
                    out.append(Piece(told, NOUN, last.start, words[i].end))
                    i += 1
                    continue
            unknown = found is not place and found is not phrase and found.kind == NOUN
            for letter in found.front:
                out.append(Piece(self.joined[letter], JOINED, start, start + 1))
                start += 1
            i += found.words
            out.append(Piece(found.english, found.kind, start, words[i - 1].end))
        return out

    def _place(self, words: Sequence[Token], at: int, known: Callable[[str], bool]) -> Found | None:
        first = words[at].text
        if not first[0].isalpha():
            return None
        for n in range(min(NAME, len(words) - at), 0, -1):
            group = words[at : at + n]
            if any(not w.text[0].isalpha() for w in group):
                continue
            rest = "".join(f" {w.text}" for w in group[1:])
            for base, front in self.parted(first):
                if front.strip("وبل") == "" and known(base + rest):
                    return Found(n, base + rest, PLACE, front)
        return None

    def told(self, pieces: Sequence[Piece]) -> str:
        """Pieces in English order: what a noun belongs to stands before it."""
        while pieces and pieces[0].kind == JOINED:
            pieces = pieces[1:]
        out: list[str] = []
        part: list[Piece] = []
        for p in [*pieces, None]:
            # a dash is part of a phrase: a road's name
            if p is not None and (p.kind not in _BREAKS or p.english in DASHES):
                part.append(p)
                continue
            out += _turned(part)
            part = []
            if p is not None and p.english:
                out.append(p.english)
        told = re.sub(r" ([,.;:)])", r"\1", " ".join(out)).replace("( ", "(")
        return re.sub(r" [-–—] ", "–", told)


def _plain(word: str) -> str:
    """A word in one spelling, its endings kept."""
    return spelt(word).translate(_SPELLING)


def _turned(part: Sequence[Piece]) -> list[str]:
    """A noun phrase in English order. A nationality after a place only says where that is ("مدينة
    حلب السورية") and is left out.
    """
    out: list[str] = []
    before = ""
    for i in range(len(part) - 1, -1, -1):
        p = part[i]
        if p.kind == NATION and any(q.kind == PLACE for q in part[:i]):
            continue
        if not p.english:
            continue
        if p.kind == LEADING:
            at = 1 if p.english[0].isdigit() and before == NATION else 0
            out.insert(at, p.english)  # "Ukrainian 47th Mechanized Brigade"
        else:
            out.append(p.english)
        before = p.kind if len(out) == 1 else before
    return out


def _definite(text: str, pieces: Sequence[Piece]) -> bool:
    """ "المدينة": one noun with the article, which stands for what was named before."""
    said = [p for p in pieces if p.kind != JOINED]
    if len(said) != 1 or said[0].kind != KIND:
        return False
    own = text[said[0].start : said[0].end]
    return own.startswith(("ال", "لل")) or text[said[0].start - 1 : said[0].end].startswith("لل")


def _runs(text: str, pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that are put in English order together: a noun with what belongs to it."""
    out: list[list[Piece]] = []
    for p in pieces:
        before = out[-1][-1] if out else None
        if (
            before is not None
            and p.kind not in _BREAKS
            and before.kind not in _BREAKS
            and _translated(text, p)
            and _translated(text, before)
            and text[before.end : p.start] in (" ", "")
        ):
            out[-1].append(p)
        else:
            out.append([p])
    return out


def _translated(text: str, p: Piece) -> bool:
    return p.kind == PLACE or p.english != text[p.start : p.end]
