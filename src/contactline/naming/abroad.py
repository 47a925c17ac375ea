"""Names of a report in another language: found in its gloss, told of its own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contactline.model import Claim, Report, Role
from contactline.naming.claims import name_claims
from contactline.naming.gloss import GLOSSED, found_in, gloss, phrase, whole
from contactline.naming.pieces import Gloss
from contactline.naming.report import Namer

__all__ = ["name_report"]
EXACT = 0.9  # a name of a place as the gazetteer has it
Real = dict[tuple[int, str], tuple[int, int]]  # where a role told in English stands in the report


def name_report(
    report: Report, claims: list[Claim], places: list[tuple[int, int]], namer: Namer
) -> list[Claim]:
    """The claims of a report in any language that is read, with roles resolved."""
    if report.language not in GLOSSED or not claims:
        return name_claims(report, claims, places, namer)
    known = found_in(lambda name: any(m.score >= EXACT for m in namer.gazetteer.lookup(name)))
    named_so = namer.catalogue.named
    claims = [_whole(c, report, lambda w: bool(named_so(w)), places, known) for c in claims]
    roles = [
        (r.start, r.end)
        for c in claims
        for r in (c.actor, c.other, c.place)
        if r and r.start is not None and r.end is not None
    ]
    article = report.text[: report.article_end]
    told = gloss(article, report.language, [*roles, *places], known)
    real: Real = {}
    asked = [_told(c, told, real, article, report.language, known) for c in claims]
    there = {a.start: (c.start, c.end, c.quote) for a, c in zip(asked, claims, strict=True)}
    spots = sorted({told.span(a, b) for a, b in places})
    english = replace(report, text=told.text, article_end=len(told.text), language="en")
    named = name_claims(english, asked, spots, namer)
    out = [_real(c, told, real, article, there) for c in named]
    return [_uncounted(c) for c in out] if report.language in FIGURE_APART else out


def _whole(
    c: Claim,
    report: Report,
    named: Callable[[str], bool],
    places: list[tuple[int, int]],
    known: Callable[[str], bool],
) -> Claim:
    """Parties by their whole names."""
    roles = [r for r in (c.actor, c.other, c.place) if r and r.start is not None]
    taken = [*places, *((r.start or 0, r.end or 0) for r in roles)]

    def party(r: Role | None) -> Role | None:
        if r is None or r.start is None or r.end is None:
            return r
        if named(phrase(report.text, r.start, r.end, report.language, known)):
            return r
        a, b = whole(report.text, report.language, r.start, r.end, named)
        more = ((a, r.start), (r.end, b))
        if any(x < end and start < y for x, y in more for start, end in taken):
            return r  # what would join it is somebody or some place else
        return replace(r, text=report.text[a:b], start=a, end=b)

    return replace(c, actor=party(c.actor), other=party(c.other))


# in Arabic the form of who is counted hangs on the figure
FIGURE_APART = frozenset(("ru", "uk"))
_FIGURE = re.compile(r"\d[\d.,]*\s+(?=\w{3})")


def _uncounted(c: Claim) -> Claim:
    """Who suffers without the figure, which the claim has apart."""
    r = c.other
    if c.kind != "harm" or r is None or not (m := _FIGURE.match(r.text)):
        return c
    other = replace(r, text=r.text[m.end() :], start=(r.start or 0) + m.end())
    return replace(c, other=other)


def _told(
    c: Claim, told: Gloss, real: Real, text: str, code: str, known: Callable[[str], bool]
) -> Claim:
    def role(r: Role | None) -> Role | None:
        if r is None or r.start is None or r.end is None:
            return r
        a, b = told.span(r.start, r.end)
        words = told.text[a:b]
        if told.real(a, b) != (r.start, r.end):  # it stands inside a longer role
            words = phrase(text, r.start, r.end, code, known) or words
        real[a, words] = (r.start, r.end)
        return replace(r, text=words, start=a, end=a + len(words))

    a, b = told.span(c.start, c.end)
    return replace(
        c,
        actor=role(c.actor),
        other=role(c.other),
        place=role(c.place),
        start=a,
        end=b,
        quote=told.text[a:b],
    )


def _real(
    c: Claim, told: Gloss, real: Real, text: str, there: dict[int, tuple[int, int, str]]
) -> Claim:
    def role(r: Role | None) -> Role | None:
        if r is None or r.start is None or r.end is None:
            return r
        a, b = real.get((r.start, r.text)) or told.real(r.start, r.end)
        return replace(r, text=text[a:b], start=a, end=b)

    start, end, quote = there[c.start]
    return replace(
        c,
        actor=role(c.actor),
        other=role(c.other),
        place=role(c.place),
        start=start,
        end=end,
        quote=quote,
    )
