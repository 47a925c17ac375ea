"""Readers' comments without the names of who wrote them."""

from __future__ import annotations

import re
from dataclasses import replace

from contactline.model import Report

LEAST_NAME = 3  # letters of a name that is looked for in what others wrote


def pseudonymised(r: Report) -> Report:
    """The report with its commenters called "Reader 1", "Reader 2" … in the order they appear,
    also where one comment names the author of another.

    Comments that stood in the report's own text go from it, for their names stand there: the text
    then ends where the article ends.
    """
    if not r.comments:
        return r
    names: dict[str, str] = {}
    for c in r.comments:
        if c.author.strip():
            names.setdefault(c.author.strip().casefold(), f"Reader {len(names) + 1}")
    spoken = sorted((n for n in names if len(n) >= LEAST_NAME), key=len, reverse=True)
    # each name, and its first word ("Ann" of "Ann Lee") where that is nobody else's
    firsts: dict[str, set[str]] = {}
    for n in spoken:
        if " " in n and len(first := n.split()[0]) >= LEAST_NAME:
            firsts.setdefault(first, set()).add(n)
    called = {n: names[n] for n in spoken} | {
        f: names[next(iter(who))] for f, who in firsts.items() if len(who) == 1 and f not in names
    }
    words = sorted(called, key=len, reverse=True)
    known = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in words), re.I)

    def hidden(text: str) -> str:
        return known.sub(lambda m: called[m[0].casefold()], text) if words else text

    return replace(
        r,
        text=r.text[: r.article_end],
        comments=tuple(
            replace(
                c,
                author=names.get(c.author.strip().casefold(), ""),
                text=hidden(c.text),
                start=None,
                end=None,
            )
            for c in r.comments
        ),
    )
