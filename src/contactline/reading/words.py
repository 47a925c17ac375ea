"""Sentences and words of a report, each with its character offsets.

Sentences are split by rule: a parser splits war reporting badly ("Gen. Hassan", "U.S.", lists,
headlines), and an offset must never move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from contactline.language import words as listed

# before a full stop that ends no sentence
CYRILLIC = tuple(w for code in ("ru", "uk") for w in listed(code, "words", "shortened"))
# short vowels and other marks of Arabic stand inside words; Ukrainian writes an apostrophe in them
_WORD = re.compile(r"\w[\w\u064b-\u065f\u0670]*(?:[’'ʼ]\w+)?|[^\w\s]")
_END = re.compile(
    r"[.!?…؟۔]+[\"'”’»)\]]*(?=\s|$)|[\"”](?=\s+[A-Z])"
    # the space after a full stop is lost in many a page: "in Donbas.He added"
    r"|(?:(?<=[a-z]{2})|(?<=[a-z][\"”]))[.!?][\"”]?(?=[\"“]?[A-Z][a-z]+\s)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Adm|Cmdr|Gov|Sen|Rep|Pres|St|Mt|No|Nos|Jr|Sr|vs|etc|"
    r"e\.g|i\.e|cf|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Inc|Ltd|Co|Corp|al|Abu|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z])$"
)
_SHORTENED = re.compile(
    r"(?:^|[\s(«\"“])(?:(?i:" + "|".join(map(re.escape, CYRILLIC)) + r")|[А-ЯІЇЄҐ])$"
)
_ITEM = re.compile(r"\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+")
MOST_WORDS = 110
RUN_ON = 0.25  # of the lines of a block, beginning with a small letter: it was wrapped


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Offsets are characters of the report's text; `text[start:end]` is the sentence, verbatim."""

    start: int
    end: int
    words: tuple[Word, ...]
    paragraph: int = 0


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Blank lines part paragraphs; so does a newline, unless the lines are hard-wrapped."""
    spans = []
    for block in re.finditer(r"[^\n\r](?:.|\r?\n(?!\s*\r?\n))*", text):
        lines = list(re.finditer(r"[^\r\n]+", block.group()))
        widths = sorted(len(m.group()) for m in lines[:-1])
        wrapped = (
            len(widths) >= 2
            and 45 <= widths[len(widths) // 2] <= 95
            and widths[-1] <= 105
            and _runs_on([m.group().strip() for m in lines])
        )
        if wrapped or len(lines) == 1:
            spans.append(block.span())
        else:
            spans += [(block.start() + m.start(), block.start() + m.end()) for m in lines]
    return spans


def _runs_on(lines: list[str]) -> bool:
    """Prose that was wrapped goes on in small letters; headlines one a line do not."""
    after = [x for x in lines[1:] if x]
    return sum(x[0].islower() for x in after) >= RUN_ON * len(after)


def _breaks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    out, at = [], start
    for m in _END.finditer(text, start, end):
        if m.end() <= at:
            continue
        after = text[m.end() : min(end, m.end() + 40)].lstrip()
        if after and (
            after[0].islower() or not (after[0].isalnum() or after[0] in "\"'“‘«([—–-•*#")
        ):
            continue
        if m.group()[0] == "." and after:
            before = text[max(at, m.start() - 25) : m.start()]
            if _ABBREVIATION.search(before) or _SHORTENED.search(before):
                continue
            if (
                before[-1:].isdigit()
                and before[-3:].strip().isdigit()
                and _ITEM.fullmatch(text[at : m.end()] + " ")
            ):
                continue
        out.append((at, m.end()))
        at = m.end()
    out.append((at, end))
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _short(words: list[Word]) -> list[list[Word]]:
    """A sentence of thousands of words (a table, lost full stops) is cut at punctuation so that
    time stays bounded.
    """
    out = []
    while len(words) > MOST_WORDS:
        cut = next(
            (i for i in range(MOST_WORDS, MOST_WORDS // 2, -1) if words[i - 1].text in ";,:–—"),
            MOST_WORDS,
        )
        out.append(words[:cut])
        words = words[cut:]
    return [*out, words]


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Sentence]:
    """The sentences of `text[start:end]`, in order."""
    end = len(text) if end is None else end
    out = []
    for number, (a, b) in enumerate(_paragraphs(text[start:end])):
        for s, e in _breaks(text, start + a, start + b):
            if item := _ITEM.match(text, s, e):
                s = item.end()
            s, e = _trim(text, s, e)
            words = [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text, s, e)]
            for part in _short(words):
                if any(w.text[0].isalpha() for w in part):
                    whole = len(part) == len(words)
                    out.append(
                        Sentence(
                            s if whole else part[0].start,
                            e if whole else part[-1].end,
                            tuple(part),
                            number,
                        )
                    )
    return out
