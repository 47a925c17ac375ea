"""Readers' comments apart from the article: pasted below it as plain text,
or marked up in a page.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from contactline.language import words
from contactline.model import Comment

_END = re.compile(r"[.!?:;,…)\]\"”]$")
_QUOTED = re.compile(r"[\"“«][^\"“”«»]{0,2000}[\"”»]")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
MOST_GAP, MEAN_GAP = 14, 7  # paragraphs between two authors
MOST_MARKERS = 20
VOICED = 0.4  # share of the texts below names in which somebody speaks for himself


def _any(key: str, whole: bool = True) -> re.Pattern[str]:
    body = "|".join(words("en", "pages", "comments", key))
    return re.compile(rf"^\s*(?:{body})\s*:?\s*$" if whole else rf"(?:{body})", re.I)


_MARKER, _WEAK, _FORM = _any("markers"), _any("weak_markers"), _any("forms", whole=False)
_VOICE = frozenset(words("en", "pages", "comments", "voice"))
_OPENINGS = tuple(w + " " for w in words("en", "pages", "comments", "openings"))
_REPORTING = frozenset(words("en", "pages", "comments", "reporting"))
_NOT_NAMES = frozenset(words("en", "pages", "lines", "not_names"))
_MISTAKE = re.compile(
    rf"\b(?:{'|'.join(re.escape(w) for w in words('en', 'pages', 'comments', 'mistakes'))})\b", re.I
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int
    text: str
    gap: int  # blank lines before it


def paragraphs(text: str) -> list[Paragraph]:
    """Lines that follow each other without a blank one between them, in order."""
    out: list[Paragraph] = []
    start, end, gap, blank = -1, 0, 0, 0
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            if start < 0:
                start, gap = at, blank
            end, blank = at + len(line), 0
        else:
            if start >= 0:
                out.append(Paragraph(start, end, text[start:end].strip(), max(0, gap)))
                start = -1
            blank += 1
        at += len(line) + 1
    if start >= 0:
        out.append(Paragraph(start, end, text[start:end].strip(), max(0, gap)))
    return out


def _name_like(p: Paragraph) -> bool:
    """A line that may be nothing but somebody's name: no sentence, no time, no heading that pages
    put everywhere.
    """
    t = p.text
    if "\n" in t or len(t) > 40 or _END.search(t) or not t[0].isalnum() or "http" in t:
        return False
    tokens = t.split()
    if len(tokens) > 5 or t.lower().strip(" »>|:") in _NOT_NAMES or not any(c.isalpha() for c in t):
        return False
    if any(c.isdigit() for c in t) and (len(tokens) > 1 or t[0].isdigit()):
        return False
    return any(w[0].isupper() for w in tokens) or len(tokens) == 1


def _voiced(text: str) -> bool:
    """Somebody speaks for himself or to somebody, outside of quotations."""
    bare = _QUOTED.sub(" ", text[:3000])
    found = [w.lower() for w in _WORD.findall(bare)]
    if any(w in _REPORTING for w in found) and not any(
        w in ("i", "you", "my", "your") for w in found
    ):
        return False
    return (
        any(w in _VOICE for w in found)
        or bare.lstrip()[:1].islower()
        or bare.lstrip().lower().startswith(_OPENINGS)
        or "!!" in bare
        or "??" in bare
    )


def _first_author(parts: list[Paragraph], names: list[int]) -> int | None:
    """The first of the names under which people talk with each other; None where nobody does.

    What is asked of the names from one on to the last is kept as sums from the end, so that time
    grows with their number only.
    """
    ends = [*names[1:], len(parts)]
    told: Counter[str] = Counter()
    repeated = texts = voiced = widest = gaps = 0
    found = None
    for k in range(len(names) - 1, -1, -1):
        block = parts[names[k] + 1 : ends[k]]
        texts += bool(block)
        voiced += bool(block) and any(_voiced(p.text) for p in block[:6])
        if k + 1 < len(names):
            widest = max(widest, names[k + 1] - names[k])
            gaps += names[k + 1] - names[k]
        told[parts[names[k]].text] += 1
        repeated += told[parts[names[k]].text] == 2
        n = len(names) - k
        if (
            n >= 3
            and repeated
            and len(told) >= 2
            and widest <= MOST_GAP
            and gaps / (n - 1) <= MEAN_GAP
            and voiced >= 2
            and voiced >= VOICED * texts
        ):
            found = names[k]
    return found


def _announced(parts: list[Paragraph], i: int, sure: bool) -> bool:
    """Whether comments follow a line that announces them."""
    tail = parts[i + 1 :]
    names = [p for p in tail[:4] if _name_like(p)]
    bodies = [p for p in tail if not _name_like(p) and not _FORM.search(p.text)]
    voiced = sum(_voiced(p.text) for p in bodies)
    if not names and not any(_FORM.search(p.text) for p in tail[:3]) and not voiced:
        return False
    if voiced >= max(1, len(bodies) / 4):
        return True
    article, below = (sum(len(p.text) for p in x) for x in (parts[:i], bodies))
    return sure and below < article / 3


def split_pasted(text: str) -> tuple[int, list[Comment]]:
    """Where the article ends, and the comments below it.

    Without comments the article is the whole text.

    Nothing is cut on form alone: lines that hold only a name, over and over, begin comments where
    people speak for themselves below them (first and second person, outside of quotations); a
    heading that announces comments, where such a line or a form to fill in follows it. Bylines,
    places, times and advertisements that repeat are none.
    """
    parts = paragraphs(text)
    names = [i for i, p in enumerate(parts) if i >= 2 and _name_like(p)]
    marked = [
        (i, bool(_MARKER.match(p.text)))
        for i, p in enumerate(parts)
        if i >= 1 and len(p.text) < 80 and (_MARKER.match(p.text) or _WEAK.match(p.text))
    ]
    marker = next((i for i, sure in marked[:MOST_MARKERS] if _announced(parts, i, sure)), None)
    begin = marker
    if begin is None:
        begin = _first_author(parts, names)
    if begin is None:
        return len(text), []
    before = parts[begin - 1] if begin else None
    article_end = before.end if before else 0
    while article_end and text[article_end - 1].isspace():
        article_end -= 1
    repeated = {parts[i].text for i in names if i >= begin}
    out: list[Comment] = []
    author: str | None = None
    body: list[Paragraph] = []
    first = parts[begin].start

    def close() -> None:
        nonlocal body
        kept = [p for p in body if not _FORM.search(p.text)]
        if author is not None or kept:
            start = kept[0].start if kept else first
            end = kept[-1].end if kept else first
            out.append(
                Comment(author or "", text[start:end] if kept else "", len(out), None, start, end)
            )
        body = []

    for i in range(begin, len(parts)):
        p = parts[i]
        if i == marker:
            continue
        if _name_like(p) and p.text in repeated and not _FORM.search(p.text):
            if author is not None or body:
                close()
            author, first = p.text, p.start
        else:
            if p.gap >= 2 and body:  # the name above it was lost in pasting
                close()
                author, first = None, p.start
            body.append(p)
    close()
    return article_end, link_corrections(out)


def link_corrections(comments: list[Comment]) -> list[Comment]:
    """A comment that owns a mistake points at the earlier one it corrects, by the same author."""
    out: list[Comment] = []
    by_author: dict[str, list[Comment]] = {}
    for c in comments:
        target = None
        mine = by_author.setdefault(c.author, [])
        if mine and c.author and _MISTAKE.search(c.text[:2000]):
            wrong = re.search(r"\bnot (?:an? |the )?([A-Z][\w’'-]{0,60})", c.text[:2000])
            recent = mine[-MOST_MARKERS:]
            holding = [e for e in recent if wrong and wrong.group(1).lower() in e.text.lower()]
            target = (holding or recent)[-1].order
        out.append(replace(c, corrects=target) if target is not None else c)
        mine.append(c)
    return out
