"""What the words of a claim say about its future: whether it looks ahead, with what chance, and
whether it names somebody.

The rooms to the right know no text; what they need from a claim's sentence they ask here.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from contactline.model import Claim, Role

OFFENSIVE = frozenset({"fight", "strike"})
_PERCENT = re.compile(
    r"\b(\d{1,2}|100)\s?(?:%|per ?cent)\s+(?:chance|probability|likelihood)", re.I
)


@cache
def _file(name: str) -> dict[str, Any]:
    at = resources.files("contactline").joinpath("language", "en", name)
    return tomllib.loads(at.read_text(encoding="utf-8"))


@cache
def _words(key: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_file('outlook.toml')[key]})\b", re.I)


@cache
def _listed() -> re.Pattern[str]:
    return re.compile(_file("outlook.toml")["listed"], re.I)


@cache
def _chances() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Longer wordings first, so that "very unlikely" is not taken for "unlikely"."""
    rows = [
        (w, (r["low"] + r["high"]) / 2) for r in _file("chances.toml")["row"] for w in r["words"]
    ]
    rows.sort(key=lambda v: -len(v[0]))
    return tuple((re.compile(rf"\b{re.escape(w)}\b", re.I), round(middle, 3)) for w, middle in rows)


def chance(c: Claim) -> float | None:
    """The chance, 0 to 1, that a claim's sentence gives in words or per cent; None where it gives
    none.
    """
    return chance_in(c.quote)


def chance_in(sentence: str) -> float | None:
    """As `chance`, of a sentence.

    Words are taken by the published table in `language/en/chances.toml`.
    """
    if m := _PERCENT.search(sentence):
        return int(m.group(1)) / 100
    return next((p for w, p in _chances() if w.search(sentence)), None)


def forward(c: Claim) -> bool:
    """Whether the sentence looks ahead from its own day: an attempt that is told as over expects
    nothing.

    A move of fighters ("tried to infiltrate", "could use the road"), an attack and a closed road
    need somebody who says that they will be; who keeps on fighting, nowhere in particular, begins
    nothing.
    """
    nowhere = c.kind in OFFENSIVE and (
        c.place is None or c.place.feature in ("country", "continent")
    )
    will = bool(_words("will").search(c.quote))
    if (
        c.kind in OFFENSIVE
        or c.kind == "access"
        or (c.kind == "presence" and c.aspect == "arrives")
    ):
        return (
            will
            and not (nowhere and _words("goes_on").search(c.quote))
            and not _words("any").search(c.quote)
        )
    return will or not _words("tried").search(c.quote)


def demanded(c: Claim) -> bool:
    """Somebody else asks the party to do it ("they demand that X leave"): no plan of its own."""
    at = c.actor.start if c.actor is not None else None
    if at is None or not c.start < at < c.end:
        return False
    before = c.quote[max(0, at - c.start - 60) : at - c.start].rstrip()
    return bool(re.search(rf"\b{_file('outlook.toml')['demanded']}$", before, re.I))


def named_together(c: Claim, first: Role, second: Role) -> bool:
    """Two roles of one sentence stand side by side in a list: nothing but "and", commas and the
    like between them.
    """
    a = (first.end or c.start) - c.start
    b = (second.start or c.start) - c.start
    return bool(_listed().fullmatch(c.quote, a, b)) if 0 <= a <= b else False


def somebody(r: Role, known_at: float) -> bool:
    """Somebody that a later report could name again: known to the catalogue, or new and called by a
    proper name.

    `known_at`: parties that the naming is less sure of were never heard of before.
    """
    if r.id is None or not r.id.startswith("actor:") or nobody(r):
        return False
    return r.confidence is None or r.confidence >= known_at or r.text.split()[-1][:1].isupper()


def nobody(r: Role) -> bool:
    """A pronoun, or "the sides": no party by itself."""
    return r.text.lower() in _file("outlook.toml")["nobody"] and r.text.lower() == r.label.lower()


def nowhere(r: Role) -> bool:
    """ "The area", "the city": no place by itself."""
    return r.text.lower() in _file("outlook.toml")["nowhere"]
