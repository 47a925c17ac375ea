"""Readers' comments apart from the article: pasted below it as plain text, or marked up in a page."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from contactline.model import Comment

_MARKER = re.compile(
    r"^\s*(?:\d+\s+)?(?:reader )?comments?(?: \(\d+\))?\s*:?\s*$|^\s*(?:leave|post|add) a (?:comment|reply)\b.*$|^\s*join the (?:conversation|discussion)\b.*$",
    re.I,
)
_FORM = re.compile(
    r"(?:would love your thoughts|leave a (?:comment|reply)|please,? comment\b|your email address|save my name|subscribe|notify of|log ?in to reply)",
    re.I,
)
_MISTAKE = re.compile(
    r"\b(?:my mistake|i mistook|correction|i meant|i was wrong|typo|misread|mis-?spelled|mis-?typed|should (?:be|read|have been)|i stand corrected)\b",
    re.I,
)
_END = re.compile(r"[.!?:;,…)\]\"”]$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int
    text: str
    gap: int  # blank lines before it


def paragraphs(text: str) -> list[Paragraph]:
    out, last = [], 0
    for m in re.finditer(r"[^\n]*[^\s][^\n]*(?:\n[^\n]*[^\s][^\n]*)*", text):
        out.append(
            Paragraph(
                m.start(), m.end(), m.group().strip(), max(0, text.count("\n", last, m.start()) - 1)
            )
        )
        last = m.end()
    return out


def _name_like(p: Paragraph) -> bool:
    t = p.text
    if "\n" in t or len(t) > 40 or _END.search(t) or not t[0].isalnum() or "http" in t:
        return False
    words = t.split()
    return 1 <= len(words) <= 5 and (any(w[0].isupper() for w in words) or len(words) == 1)


def split_pasted(text: str) -> tuple[int, list[Comment]]:
    """Where the article ends, and the comments below it. Without comments the article is the whole text.

    Commentary is recognised by its form: lines that hold nothing but a name, over and over, one of them more than
    once (people answer each other), or a heading that announces it.
    """
    parts = paragraphs(text)
    marker = next((i for i, p in enumerate(parts) if i >= 1 and _MARKER.match(p.text)), None)
    names = [i for i, p in enumerate(parts) if _name_like(p) and i >= 2]
    begin = None
    if marker is not None:
        begin = marker
    else:
        counts = Counter(parts[i].text for i in names)
        for i in names:
            tail = [j for j in names if j >= i]
            gaps = [b - a for a, b in itertools.pairwise(tail)]
            if (
                len(tail) >= 3
                and any(counts[parts[j].text] > 1 for j in tail)
                and max(gaps, default=99) <= 14
                and sum(gaps) / max(1, len(gaps)) <= 7
            ):
                begin = i
                break
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
    out = []
    for i, c in enumerate(comments):
        target = None
        if _MISTAKE.search(c.text):
            wrong = re.search(r"\bnot (?:an? |the )?([A-Z][\w’'-]+)", c.text)
            mine = [e for e in comments[:i] if e.author == c.author and c.author]
            holding = [e for e in mine if wrong and wrong.group(1).lower() in e.text.lower()]
            if holding or mine:
                target = (holding or mine)[-1].order
        out.append(replace(c, corrects=target) if target is not None else c)
    return out
