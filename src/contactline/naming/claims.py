"""Puts names on the claims of one report; a list of nationalities is as many parties."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from contactline.language import words
from contactline.model import Claim, Report, Role
from contactline.naming.folding import plain_words
from contactline.naming.mentions import said_to_be_places
from contactline.naming.reference import FORCES
from contactline.naming.report import Namer, Names
from contactline.naming.sufferers import counted, sufferers

__all__ = ["name_claims", "sufferers"]

_NOBODY = re.compile(
    r"^(?:however|but|and|also|meanwhile|now|then|later|so|therefore|according|monday|tuesday|"
    r"wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|"
    r"november|december)$",
    re.I,
)
_STATES = re.compile(r"^([A-Z][\w.]*)\s?[-–/]\s?([A-Z][\w.]*)$")
_LISTED = re.compile(
    r"^(?:the |both "
    r")?((?:[A-Z][\w.-]+,\s+)*[A-Z][\w.-]+),?\s+(?:and|or)\s+([A-Z][\w.-]+|separatist|rebel|"
    r"government|opposition|coalition)\s+([a-z][a-z ]+)$"
)
_WHO = "|".join(words("en", "parties", "bystanders"))
# those who do not suffer, one by one: "no women or children"
_BYSTANDERS = re.compile(
    rf"^(?:no\s+)?({_WHO})\s+(?:or|nor)\s+({_WHO})$",
    re.I,
)
_HAPPENINGS = frozenset(words("en", "names", "happenings"))
_SIDE = r"(?:north|south)(?:-?(?:east|west))?(?:ern)?|(?:east|west)(?:ern)?"
# "the country's west and south", "the south of the country", "north and western Mali"
_SIDES_OF = tuple(
    re.compile(rf"^(?:.*\b(?:of|in)\s+)?(?:the\s+)?{form}$")
    for form in (
        rf"country['’]s\s+(?P<a>{_SIDE})(?:\s+and\s+(?:the\s+)?(?P<b>{_SIDE}))?(?P<land>)",
        rf"(?P<a>{_SIDE})(?:\s+and\s+(?:the\s+)?(?P<b>{_SIDE}))?\s+of\s+the\s+country(?P<land>)",
        rf"(?P<a>{_SIDE})\s+and\s+(?:the\s+)?(?P<b>{_SIDE})\s+(?:of\s+)?(?P<land>[A-Z].*)",
    )
)
_INFIGHTING = re.compile(
    r"\b(?:infighting|in-fighting|internal|each other|one another|rivals?|among (?:themselves|the)"
    r"|between (?:rival|two|various|different|local)|mutin\w+|factions)\b",
    re.I,
)
_OF_SOMETHING = re.compile(
    r"\s+(?:branch|affiliate|wing|capital|border|city|town|village|province|side of "
    r"the|soil|territory|conflict|war"
    r"|crisis|people|civilians)\b"
)
_PLACE_KINDS = ("strike", "access")
_AGAINST = ("fight", "strike", "hostility")
_WHERE = ("control", "presence", "access", "situation")


def name_claims(
    report: Report, claims: list[Claim], places: list[tuple[int, int]], namer: Namer
) -> list[Claim]:
    """The same claims with roles resolved.

    A claim on itself (a party fighting itself) is dropped: a wrong name made it.
    """
    if not claims:
        return []
    text = report.text[: report.article_end]
    more = [(a, b) for a, b in said_to_be_places(text, places) if namer.likely(text[a:b])]
    names = namer.report(text, [*places, *more], report.published)
    return _once(counted(_Naming(report, names, namer).all(claims)))


def _once(claims: list[Claim]) -> list[Claim]:
    """What a sentence says twice of the same parties and place is one claim, as sure as the
    surer.
    """
    best: dict[tuple[object, ...], Claim] = {}
    for c in claims:
        roles = (c.actor, c.other, c.place)
        if any(r and not r.id and not r.name for r in roles):
            key: tuple[object, ...] = (id(c),)  # words that name nobody may be two things
        else:
            said = ((r.id or r.name or r.text) if r else None for r in roles)
            key = (c.start, c.kind, c.aspect, c.modality, c.number, c.valid_from, c.extent, *said)
        if key not in best or best[key].confidence < c.confidence:
            best[key] = c
    kept = {id(c) for c in best.values()}
    return [c for c in claims if id(c) in kept]


def _happens(r: Role) -> bool:
    """ "The new offensive" takes nothing: those who fight in it do."""
    last = r.text.split()[-1:] or [""]
    return r.text.islower() and last[0] in _HAPPENINGS


class _Naming:
    def __init__(self, report: Report, names: Names, namer: Namer) -> None:
        self.report, self.names, self.namer = report, names, namer
        self.known = {(m.start, m.end) for m in names.places}

    def all(self, claims: list[Claim]) -> list[Claim]:
        out = []
        todo = list(claims)
        while todo:
            c = todo.pop(0)
            if parts := self._apart(c):
                todo[:0] = parts
            elif named := self._one(c):
                out += self._by_side(named)
        return out

    def _by_side(self, c: Claim) -> list[Claim]:
        """A claim for each part of a country that its place names: "its west and south"."""
        r = c.place
        m = next((m for f in _SIDES_OF if r and (m := f.match(r.text))), None)
        if r is None or r.start is None or m is None:
            return [c]
        names = self.names
        code = names.ground.country(r.start)
        land = m["land"] or (names.towns.country_name(code) if code else "")
        out = []
        for side in (m["a"], m["b"]):
            if not side or not land:
                continue
            part = names.place(f"{side.removesuffix('ern')}ern {land}", r.start)
            if part.id and "#" in part.id:
                out.append(replace(c, place=replace(part, text=r.text, start=r.start, end=r.end)))
        return out or [c]

    def _apart(self, c: Claim) -> list[Claim]:
        """A claim for each party that a role lists: "Iraqi and Kurdish forces", "the Russia-US
        agreement".
        """
        for key in ("actor", "other"):
            r: Role | None = getattr(c, key)
            if r is None or r.start is None:
                continue
            if key == "other" and c.kind == "harm":
                if m := _BYSTANDERS.match(r.text):
                    at = r.start
                    return [
                        replace(
                            c,
                            other=Role(m[i], start=at + m.start(i), end=at + m.end(i)),
                        )
                        for i in (1, 2)
                    ]
                continue
            if parts := self._listed(r):
                if key == "actor":
                    return [replace(c, actor=p) for p in parts]
                return [replace(c, other=p) for p in parts]
        return []

    def _listed(self, r: Role) -> list[Role]:
        at = r.start or 0
        states = self.namer.catalogue.states
        if (pair := _STATES.match(r.text)) and all(plain_words(p) in states for p in pair.groups()):
            return [
                Role(pair.group(i), start=at + pair.start(i), end=at + pair.end(i)) for i in (1, 2)
            ]
        m = _LISTED.match(r.text)
        if not m or m.group(3).split(" ")[-1] not in FORCES:
            return []
        if self.namer.catalogue.named(r.text):
            return []
        adjectives = [*re.findall(r"[A-Z][\w.-]+", m.group(1)), m.group(2)]
        known = [a for a in adjectives if self._people(a, m.group(3))]
        if len(known) < len(adjectives):
            return []
        return [
            Role(f"{a} {m.group(3)}", start=at + r.text.index(a), end=at + r.text.index(a) + len(a))
            for a in adjectives
        ]

    def _people(self, adjective: str, noun: str) -> bool:
        """A nationality or a people whose forces have a name."""
        catalogue, theatres = self.namer.catalogue, self.namer.theatres
        words = plain_words(f"{adjective} {noun}")
        return (
            plain_words(adjective) in catalogue.states
            or words in theatres.said
            or bool(catalogue.named(words))
        )

    def _one(self, c: Claim) -> Claim | None:
        if any(r and _NOBODY.match(r.text) for r in (c.actor, c.other, c.place)):
            return None
        if c.actor and (self._adjective(c.actor) or _happens(c.actor)):
            return None
        if self._within_a_name(c.place):
            if c.kind in _WHERE:
                return None
            c = replace(c, place=None)
        actor, place = self._actor(c.actor, c), self._place(c.place)
        new = actor is not None and (actor.id or "").startswith("actor:new:")
        if c.kind == "agreement" and new and c.actor and place is None:
            there = self._place(c.actor)
            if there and there.lat is not None:
                # "the Idlib agreement" is named after where it holds
                actor, place = None, there
        if c.kind == "harm":
            other = self._sufferer(c)
        elif c.kind in _PLACE_KINDS and c.other and (c.other.start, c.other.end) in self.known:
            other = self._place(c.other)
        else:
            other = self._actor(c.other, c)
        same = actor and other and actor.id and actor.id == other.id
        apart = c.kind in ("identity", "harm")
        same = same or (c.kind in _AGAINST and self._its_own(actor, other, c.valid_from))
        if same and not apart and not (c.kind == "fight" and _INFIGHTING.search(c.quote[:1200])):
            return None
        return replace(c, actor=actor, other=other, place=place)

    def _its_own(self, a: Role | None, b: Role | None, on: date | None) -> bool:
        """A state and its army do nothing to each other: "ordered its forces" is no threat."""
        one, two = (r.actor_id.key if r and r.actor_id else None for r in (a, b))
        if one is None or two is None:
            return False
        up = self.namer.catalogue.ancestors
        return one in up(two, on) or two in up(one, on)

    def _actor(self, r: Role | None, c: Claim) -> Role | None:
        if r is None:
            return None
        names, itself, on = self.names, c.kind == "identity", c.valid_from
        if whole := self._within_a_name(r):
            start, end = whole
            text = self.report.text[start:end]
            if r.text[:1].isupper() and len(text.split()) > 3:
                return replace(
                    names.actor(text, start, on, itself), text=r.text, start=r.start, end=r.end
                )
        named = names.actor(r.text, r.start or 0, on, itself)
        if named.text == r.text or r.start is None:
            return replace(named, start=r.start, end=r.end)
        return named

    def _place(self, r: Role | None) -> Role | None:
        if r is None:
            return None
        return replace(self.names.place(r.text, r.start or 0), start=r.start, end=r.end)

    def _sufferer(self, c: Claim) -> Role | None:
        """Who suffers is told in the report's words; a party only when it is one."""
        if c.other is None:
            return None
        named = self.names.actor(c.other.text, c.other.start or 0, c.valid_from)
        if named.confidence and named.confidence > 0.9:
            return replace(named, text=c.other.text, start=c.other.start, end=c.other.end)
        who = sufferers(c.other.text)
        return replace(c.other, name=who) if who else c.other

    def _within_a_name(self, r: Role | None) -> tuple[int, int] | None:
        """ "Iraq" in "Islamic State of Iraq and the Levant" is no place,
        and no party of its own.
        """
        if r is None or r.start is None or r.end is None:
            return None
        return next(
            ((m.start, m.end) for m in self.names.actors if m.start < r.start and r.end <= m.end),
            None,
        )

    def _adjective(self, r: Role) -> bool:
        """ "Syrian" in "the Syrian branch of …" is nobody."""
        after = self.report.text[r.end or 0 : (r.end or 0) + 16]
        return bool(_OF_SOMETHING.match(after)) and len(r.text.split()) == 1
