"""Puts names on the claims of one report, and turns definitions in the text into identity claims of their own."""

from __future__ import annotations

from dataclasses import replace

from contactline.model import Claim, Report, Role
from contactline.naming.report import Namer

_PLACE_KINDS = ("strike", "access")


def name_claims(report: Report, claims: list[Claim], places: list[tuple[int, int]], namer: Namer) -> list[Claim]:
    """The same claims with roles resolved. A claim on itself (a party fighting itself) is dropped: a wrong name made it."""
    if not claims:
        return []
    names = namer.report(report.text[: report.article_end], places)
    known = {(s.start, s.end) for s in names.places}

    def actor(r: Role | None) -> Role | None:
        return replace(names.actor(r.text, r.start or 0), start=r.start, end=r.end) if r else None

    def place(r: Role | None) -> Role | None:
        return replace(names.place(r.text, r.start or 0), start=r.start, end=r.end) if r else None

    out = []
    for c in claims:
        who, where = actor(c.actor), place(c.place)
        if c.kind == "harm":
            other = c.other  # who suffers is told in the report's words; a party only when it is one
            if other is not None:
                named = names.actor(other.text, other.start or 0)
                if named.confidence and named.confidence > 0.9:
                    other = replace(named, start=other.start, end=other.end)
        elif c.kind in _PLACE_KINDS and c.other is not None and (c.other.start, c.other.end) in known:
            other = place(c.other)
        else:
            other = actor(c.other)
        if who and other and who.id == other.id and c.kind not in ("identity", "harm", "fight"):
            continue
        out.append(replace(c, actor=who, other=other, place=where))
    return out
