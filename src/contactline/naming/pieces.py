"""Stretches of a gloss: what they are, which belong together, and what English calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
