"""Puts names on the claims of one report, and turns definitions in the text into identity claims of their own."""

from __future__ import annotations

import re
from dataclasses import replace

from contactline.model import Claim, Report, Role
from contactline.naming.folding import plain_words
from contactline.naming.report import Namer, Names

_NOBODY = re.compile(
    r"^(?:however|but|and|also|meanwhile|now|then|later|so|therefore|according|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)$",
    re.I,
)
_STATES = re.compile(r"^([A-Z][\w.]*)\s?[-–/]\s?([A-Z][\w.]*)$")
_INFIGHTING = re.compile(
    r"\b(?:infighting|in-fighting|internal|each other|one another|rivals?|among (?:themselves|the)|between (?:rival|two|various|different|local)|mutin\w+|factions)\b",
    re.I,
)
_NUMBER = r"(?:\d[\d,.]*|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|dozens|scores|hundreds|thousands|tens|half)"
_HOW_MANY = re.compile(
    r"^(?:(?:the|some|about|around|nearly|almost|over|roughly|approximately|an estimated|estimated|at least|at most|more than|less than|fewer than|no less than|no fewer than|up to|as many as|another|a further|further|additional|several|many|numerous|multiple|countless|other|others|more|few|both|all|of|a number of|a large number of|large numbers of|"
    + _NUMBER
    + r"(?:[- ]"
    + _NUMBER
    + r")*)\b\s*)+",
    re.I,
)
_PLACE_KINDS = ("strike", "access")


def name_claims(
    report: Report, claims: list[Claim], places: list[tuple[int, int]], namer: Namer
) -> list[Claim]:
    """The same claims with roles resolved. A claim on itself (a party fighting itself) is dropped: a wrong name made it."""
    if not claims:
        return []
    names = namer.report(report.text[: report.article_end], places)
    known = {(s.start, s.end) for s in names.places}

    def actor(r: Role | None) -> Role | None:
        if within_a_name(r) and r and r.start is not None and r.end is not None:
            whole = next(
                s for s in names.actors if s.start < (r.start or 0) and (r.end or 0) <= s.end
            )
            if r.text[:1].isupper() and len(whole.text.split()) > 3:
                return replace(
                    names.actor(whole.text, whole.start), text=r.text, start=r.start, end=r.end
                )
        return replace(names.actor(r.text, r.start or 0), start=r.start, end=r.end) if r else None

    def within_a_name(r: Role | None) -> bool:
        """ "Iraq" in "Islamic State of Iraq and the Levant" is no place, and no party of its own."""
        return (
            r is not None
            and r.start is not None
            and r.end is not None
            and any(s.start < r.start and r.end <= s.end for s in names.actors)
        )

    def place(r: Role | None) -> Role | None:
        return replace(names.place(r.text, r.start or 0), start=r.start, end=r.end) if r else None

    out = []
    todo = list(claims)
    while todo:
        c = todo.pop(0)
        if any(r and _NOBODY.match(r.text) for r in (c.actor, c.other, c.place)) or (
            c.actor and _adjective(names, c.actor, report.text)
        ):
            continue
        if within_a_name(c.place):
            if c.kind in ("control", "presence", "access", "situation"):
                continue
            c = replace(c, place=None)
        pair = _STATES.match(c.actor.text) if c.actor and c.actor.start is not None else None
        if (
            pair
            and c.actor
            and all(plain_words(p) in namer.catalogue.states for p in pair.groups())
        ):
            # "the Russia-US agreement": each of the two is a party
            at = c.actor.start or 0
            parts = [
                Role(pair.group(i), start=at + pair.start(i), end=at + pair.end(i)) for i in (1, 2)
            ]
            todo[:0] = [replace(c, actor=p) for p in parts]
            continue
        who, where = actor(c.actor), place(c.place)
        if (
            c.kind == "agreement"
            and who
            and who.id
            and who.id.startswith("actor:new:")
            and c.actor
            and where is None
        ):
            there = place(c.actor)
            if (
                there and there.lat is not None
            ):  # "the Idlib agreement" is named after where it holds
                who, where = None, there
        if c.kind == "harm":
            other = (
                c.other
            )  # who suffers is told in the report's words; a party only when it is one
            if other is not None:
                named = names.actor(other.text, other.start or 0)
                if named.confidence and named.confidence > 0.9:
                    other = replace(named, start=other.start, end=other.end)
                elif who_suffers := sufferers(other.text):
                    other = replace(other, name=who_suffers)
        elif (
            c.kind in _PLACE_KINDS and c.other is not None and (c.other.start, c.other.end) in known
        ):
            other = place(c.other)
        else:
            other = actor(c.other)
        if (
            who
            and other
            and who.id == other.id
            and c.kind not in ("identity", "harm")
            and not (c.kind == "fight" and _INFIGHTING.search(c.quote[:1200]))
        ):
            continue
        out.append(replace(c, actor=who, other=other, place=where))
    return _counted(out)


def sufferers(text: str) -> str | None:
    """Who, without how many: "at least 11 civilians" are civilians; a bare number or "others" is nobody by itself."""
    bare = _HOW_MANY.sub("", text.strip())
    return bare if re.search(r"[^\W\d]", bare) else None


def _counted(claims: list[Claim]) -> list[Claim]:
    """ "killing two soldiers and wounding 40": the forty are of those named just before in the sentence."""
    out: list[Claim] = []
    for c in claims:
        if (
            c.kind == "harm"
            and c.other
            and c.other.name is None
            and c.other.start is not None
            and not sufferers(c.other.text)
        ):
            before = [
                o.other
                for o in claims
                if o.kind == "harm"
                and o.start == c.start
                and o.other
                and o.other.name
                and (o.other.end or 0) <= c.other.start
            ]
            if before:
                nearest = max(before, key=lambda r: r.start or 0)
                c = replace(c, other=replace(c.other, name=nearest.name, id=nearest.id))
        out.append(c)
    return out


def _adjective(names: Names, r: Role, text: str) -> bool:
    """ "Syrian" in "the Syrian branch of …" is nobody."""
    after = text[r.end or 0 : (r.end or 0) + 16]
    return (
        bool(
            re.match(
                r"\s+(?:branch|affiliate|wing|capital|border|city|town|village|province|side of the|soil|territory|conflict|war|crisis|people|civilians)\b",
                after,
            )
        )
        and len(r.text.split()) == 1
    )
