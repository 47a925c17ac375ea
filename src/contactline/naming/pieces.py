"""Stretches of a gloss: what they are, which belong together, and what English calls them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from contactline.naming.rows import data_lines

# what a piece of a gloss is; names and nouns are turned round, adjectives stay before their noun
NOUN, ADJECTIVE, RELATION, OTHER = "noun", "adjective", "relation", "other"
AREA = re.compile(r"\b(?:Oblast|Governorate|Krai|oblast|province|district|governorate|region)$")
PARTY = re.compile(
    r"\b(?:Forces|Army|[Tt]roops|[Ff]orces|Group|Brigade|Regiment|Division|Battalion)\b|^Armed"
)
CAPITALS = frozenset(("Kiev", "Kyiv", "Tel Aviv"))  # among the names of their states
FORMATION = re.compile(r"\b(?:Brigade|Regiment|Division|Battalion)$")
DASHES = frozenset("-–—")
QUOTES = frozenset('"«»“”„')
SHORTEST = 3  # letters that an ending must leave
NAME = 3  # words of a place's name that are looked up together
TRIED = 12  # forms of one word
_WORD = re.compile(r"\d+-[^\W\d_]{1,3}(?!\w)|\w[\w\u064b-\u065f\u0670]*(?:[’'ʼ]\w+)?|[^\w\s]")
_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch in English: what it says, what it is, and where it stands in the report."""

    english: str
    kind: str
    start: int
    end: int
    known: bool = True  # by a glossary or the gazetteer


@dataclass(slots=True)
class Gloss:
    """The told text, and for each stretch of it where it stands in the report."""

    text: str = ""
    spans: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # told from, to; real from, to

    # of a role, how long its name is; what follows tells only where it lies
    names: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, told: str, start: int, end: int) -> None:
        at = len(self.text)
        self.text += told
        self.spans.append((at, at + len(told), start, end))

    def real(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the gloss stands in the report."""
        i = max(0, bisect_right(self.spans, start, key=lambda s: s[0]) - 1)
        j = max(i, bisect_right(self.spans, max(start, end - 1), key=lambda s: s[0]) - 1)
        return self.spans[i][2], self.spans[j][3]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From and to in the gloss of the stretches that meet a stretch of the report."""
        i = max(0, bisect_right(self.spans, start, key=lambda s: s[2]) - 1)
        j = max(i, bisect_right(self.spans, max(start, end - 1), key=lambda s: s[2]) - 1)
        if i == j and (start, end) in self.names:
            return self.spans[i][0], self.spans[i][0] + self.names[start, end]
        return self.spans[i][0], self.spans[j][1]


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    end = len(text) if end is None else end
    return [Token(m.group(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]


def spelt(word: str) -> str:
    """A word in one spelling: small letters, no vowel marks, one apostrophe."""
    return _MARKS.sub("", word.lower().replace("ё", "е").replace("’", "'").replace("ʼ", "'"))


@cache
def adjectives() -> dict[str, str]:
    """The adjective of a state by its name: "Ukrainian" of "Ukraine"."""
    out: dict[str, str] = {}
    for r in data_lines("states.csv"):
        first, *names = r["adjectives"].split("|")
        out |= {n: first for n in names if n not in CAPITALS}
    return out


def wider(groups: Sequence[Sequence[Piece]]) -> int:
    """How many groups at the end tell where a place named before them lies: "село Ясне Донецької
    області", "Агдамский район Азербайджана".
    """
    n = 0
    if len(groups) > 1 and groups[-1][-1].english in adjectives():
        n = int(bool(AREA.search(groups[-2][-1].english)) and len(groups[-2]) > 1)
    while n + 1 < len(groups) and AREA.search(groups[-1 - n][-1].english):
        n += 1
        before = groups[-1 - n]
        if not AREA.search(before[-1].english):
            named = before[-1].english[:1].isupper() and before[-1].kind == NOUN
            return n if named and not PARTY.search(before[-1].english) else 0
    return n if n and (len(groups[-1 - n]) > 1 or groups[-1 - n][0].english[:1].isupper()) else 0


def stretches(pieces: Sequence[Piece]) -> list[Piece]:
    """What a dash joins is one: "траса Покровськ — Костянтинівка", "сирійсько-турецький"."""
    out: list[Piece] = []
    for p in pieces:
        joined = len(out) > 1 and out[-1].english in DASHES and out[-2].kind == p.kind
        if joined and p.kind in (NOUN, ADJECTIVE):
            first, sign = out[-2], "–" if p.kind == NOUN else "-"
            del out[-2:]
            p = Piece(
                f"{first.english}{sign}{p.english}",
                p.kind,
                first.start,
                p.end,
                first.known and p.known,
            )
        out.append(p)
    return out


def quoted(words: Sequence[Token]) -> frozenset[int]:
    """Where words begin that stand in quotation marks."""
    out, inside = set[int](), False
    for w in words:
        if w.text in QUOTES:
            inside = w.text in "«„“" or (w.text == '"' and not inside)
        elif inside:
            out.add(w.start)
    return frozenset(out)


def ordinal(n: int) -> str:
    end = "th" if n // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"
