"""Puts names on the claims of one report, and turns definitions in the text into identity claims of their own."""

from __future__ import annotations

import re
from dataclasses import replace

from contactline.model import Claim, Report, Role
from contactline.naming.folding import plain_words
from contactline.naming.report import Namer, Names

_NOBODY = re.compile(r"^(?:however|but|and|also|meanwhile|now|then|later|so|therefore|according|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)$", re.I)
_STATES = re.compile(r"^([A-Z][\w.]*)\s?[-–/]\s?([A-Z][\w.]*)$")
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
    todo = list(claims)
    while todo:
        c = todo.pop(0)
        if any(r and _NOBODY.match(r.text) for r in (c.actor, c.other, c.place)) or (c.actor and _adjective(names, c.actor, report.text)):
            continue
        pair = _STATES.match(c.actor.text) if c.actor and c.actor.start is not None else None
        if pair and c.actor and all(plain_words(p) in namer.catalogue.states for p in pair.groups()):
            # "the Russia-US agreement": each of the two is a party
            at = c.actor.start or 0
            parts = [Role(pair.group(i), start=at + pair.start(i), end=at + pair.end(i)) for i in (1, 2)]
            todo[:0] = [replace(c, actor=p) for p in parts]
            continue
        who, where = actor(c.actor), place(c.place)
        if c.kind == "agreement" and who and who.id and who.id.startswith("actor:new:") and c.actor and where is None:
            there = place(c.actor)
            if there and there.lat is not None:  # "the Idlib agreement" is named after where it holds
                who, where = None, there
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


def _adjective(names: Names, r: Role, text: str) -> bool:
    """"Syrian" in "the Syrian branch of …" is nobody."""
    after = text[r.end or 0 : (r.end or 0) + 16]
    return bool(re.match(r"\s+(?:branch|affiliate|wing|capital|border|city|town|village|province|side of the|soil|territory|conflict|war|crisis|people|civilians)\b", after)) and len(r.text.split()) == 1
