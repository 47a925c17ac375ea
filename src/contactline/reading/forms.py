"""Sentences as strings in which every named party or place is a token, so that a form can be
written as a pattern.

"The army plans an offensive on Alpha" with the army a party and Alpha a place reads "The <A0> plans
an offensive on <P1>".
"""

from __future__ import annotations

import re
import tomllib
from calendar import day_name, month_name
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

TOKEN = re.compile(r"<([APON])(\d+)>")
_MACRO = re.compile(r"\{([a-z][a-z_]*\d?)\}")
_JOIN = frozenset([",", "and", "or"])
_GROUP = re.compile(r"\(\?P<([a-z]+)>")
_NAME_INSIDE = frozenset(
    ["al", "ash", "as", "at", "ar", "ad", "an", "of", "bin", "ibn", "abu", "-", "’", "'"]
)
_NO_NAMES = frozenset(
    ["i", "mr", "mrs", "ms", "dr", "gen", "president", "minister", "ramadan", "christmas", "easter"]
    + [name.lower() for name in (*month_name[1:], *day_name)]
)
MOST_CHARACTERS = 2500  # a line longer than that is no sentence


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start:end` of a sentence.

    `sort`: A a party, P a place, O a thing, N a name of which no more is known.
    """

    sort: str
    start: int
    end: int
    proper: bool = True  # called by a name, not only "the villages"


@dataclass(frozen=True, slots=True)
class Marked:
    """`text` has a token for each span; `at[i]` is the first word a character of it stands for,
    `past[i]` the one after its last.
    """

    text: str
    at: tuple[int, ...]
    past: tuple[int, ...]
    spans: tuple[Span, ...]

    def words(self, start: int, end: int) -> tuple[int, int]:
        """The words that characters `start:end` stand for."""
        last = len(self.at) - 1
        return (
            (self.at[min(start, last)], self.past[min(max(end - 1, 0), last)])
            if self.at
            else (0, 0)
        )

    def named(self, hit: re.Match[str], group: str) -> list[Span]:
        """The spans within a form's group, under whatever number it was met."""
        out: list[Span] = []
        for name, found in hit.groupdict().items():
            if found and name.split("_")[0] == group:
                for t in TOKEN.finditer(found):
                    s = self.spans[int(t.group(2))]
                    before = found[: t.start()].rstrip().rsplit(" ", 1)[-1].lower()
                    if out and not out[-1].proper and s.proper and before not in _JOIN:
                        out.pop()  # "the villages of the valley" are there
                    out.append(s)
        return out


def marked(words: Sequence[str], spans: Sequence[Span]) -> Marked:
    """The sentence with its spans as tokens.

    Of spans that overlap the longer stays, but a party within a place's words.
    """
    taken: set[int] = set()
    kept: list[Span] = []
    for s in sorted(spans, key=lambda s: (s.sort == "O", -(s.end - s.start), s.start)):
        inside = [x for x in kept if x.start < s.end and s.start < x.end]
        if inside and s.sort == "A" and all(x.sort == "P" for x in inside):
            # "HTS positions" is where HTS is: the party is what is spoken of
            if len(inside) == 1 and inside[0].start == s.start and s.end < inside[0].end:
                kept.remove(inside[0])
                taken -= set(range(inside[0].start, inside[0].end))
            else:
                continue
        elif inside:
            continue
        kept.append(s)
        taken |= set(range(s.start, s.end))
    kept += _names(words, taken)
    kept = sorted(
        (replace(s, proper=any(w[:1].isupper() for w in words[s.start : s.end])) for s in kept),
        key=lambda s: s.start,
    )
    parts: list[str] = []
    at: list[int] = []
    past: list[int] = []
    i = n = 0
    while i < len(words):
        if n < len(kept) and kept[n].start == i:
            piece, width = f"<{kept[n].sort}{n}>", kept[n].end - i
            n += 1
        else:
            piece, width = words[i], 1
        parts.append(piece)
        at += [i] * (len(piece) + 1)
        past += [i + width] * (len(piece) + 1)
        i += width
    return Marked(" ".join(parts), tuple(at), tuple(past), tuple(kept))


def _names(words: Sequence[str], taken: set[int]) -> list[Span]:
    """Capitalised runs that nobody has taken for a mention; the sentence's first word only where it
    is an abbreviation.
    """
    out = []
    i = 0
    while i < len(words):
        w = words[i]
        starts = (
            i not in taken
            and w[:1].isupper()
            and w.lower() not in _NO_NAMES
            and (i > 0 or (len(w) > 1 and w.isupper()))
            and not (i > 0 and words[i - 1] in ("“", '"', "”") and not w.isupper())
        )
        if not starts:
            i += 1
            continue
        end = i + 1
        while end < len(words) and end not in taken and end - i < 6:
            if words[end][:1].isupper():
                end += 1
            elif (
                words[end].lower() in _NAME_INSIDE
                and end + 1 < len(words)
                and end + 1 not in taken
                and words[end + 1][:1].isupper()
            ):
                end += 2
            else:
                break
        out.append(Span("N", i, min(end, len(words))))
        i = end
    return out


@cache
def forms(name: str) -> dict[str, Any]:
    """A language's file of forms: its words expanded into each other, patterns compiled.

    Raises KeyError for a word it lacks.
    """
    folder = resources.files("contactline").joinpath("language", "en")
    shared = tomllib.loads(folder.joinpath("ahead.toml").read_text(encoding="utf-8"))["words"]
    raw = tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
    words: dict[str, str] = shared | raw.get("words", {})
    out: dict[str, Any] = dict(raw) | {"words": {k: expand(v, words) for k, v in words.items()}}
    for key in ("form", "clause"):
        out[key] = [
            f
            | {"pattern": re.compile(expand(f["pattern"], words), re.I)}
            | ({"needs": re.compile(expand(f["needs"], words), re.I)} if "needs" in f else {})
            for f in raw.get(key, [])
        ]
    out["verbs"] = {k: re.compile(expand(v, words), re.I) for k, v in raw.get("verbs", {}).items()}
    return out


def expand(pattern: str, words: dict[str, str]) -> str:
    """`{word}` by its list; `{from}` and `{to}` are the place's form under another name.

    A group met again is numbered.
    """

    def put(m: re.Match[str]) -> str:
        name = m.group(1)
        if name in ("from", "to"):
            return inner(words["place"].replace("?P<place>", f"?P<{name}>"))
        return inner(words[name])

    def inner(text: str) -> str:
        return _MACRO.sub(put, text)

    seen: Counter[str] = Counter()

    def number(m: re.Match[str]) -> str:
        seen[m.group(1)] += 1
        n = seen[m.group(1)]
        return m.group() if n == 1 else f"(?P<{m.group(1)}_{n}>"

    return _GROUP.sub(number, inner(pattern))
