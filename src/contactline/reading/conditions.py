"""Conditions: the clause a sentence makes another thing depend on, what must come about for it, and
whose words it is.

A claim's `condition` is such a clause, verbatim. What it is about is read as claims of their own
(modality `conditional`) with all their roles inside the clause, so that other rooms need no text:
`inside` tells by offsets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from contactline.model import Claim
from contactline.reading.forms import MOST_CHARACTERS, Marked, Span, forms


@dataclass(frozen=True, slots=True)
class Event:
    """What a clause says must come about; spans are words of the sentence.

    `negated`: it is met by not happening.
    """

    kind: str
    aspect: str | None
    agent: tuple[Span, ...] = ()
    target: tuple[Span, ...] = ()
    place: tuple[Span, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `start:end`.

    `link`: if, unless, once or until. `given`: told as having happened ("after it was taken").
    """

    start: int
    end: int
    link: str
    given: bool
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the words of a condition say of it without its claims: how it begins, and whether it
    waits for a No.
    """

    link: str
    negated: bool
    given: bool


@cache
def _links() -> re.Pattern[str]:
    found = forms("conditions.toml")
    return re.compile("|".join(rf"(?P<{k}>\b(?:{v})\b)" for k, v in found["links"].items()), re.I)


def clauses(m: Marked) -> list[Clause]:
    """The conditions of a sentence, in order; a clause within another is part of it."""
    if len(m.text) > MOST_CHARACTERS:
        return []
    words = forms("conditions.toml")["words"]
    end_of = re.compile(words["clause_end"], re.I)
    first = re.compile(words["first_clause_end"], re.I)
    out: list[Clause] = []
    at = 0
    while found := _links().search(m.text, at):
        link = next(k for k, v in found.groupdict().items() if v)
        leads = not m.text[: found.start()].strip(' “"(,')
        stop = (first if leads else end_of).search(m.text, found.end() + 1)
        end = stop.start() if stop else len(m.text)
        clause = m.text[found.end() : end]
        at = max(end, found.end())
        if len(clause.split()) < 2:
            continue
        given = _given(clause, link, words)
        out.append(
            Clause(
                *m.words(found.start(), len(m.text[:end].rstrip())),
                link,
                given,
                () if given else tuple(events(m, clause)),
            )
        )
        if len(out) > 8:
            break
    return [c for c in out if c.end > c.start]


def _given(clause: str, link: str, words: dict[str, str]) -> bool:
    """ "After Alpha was taken" tells what has happened; "after Alpha is taken" waits for it."""
    if link not in ("once", "until"):
        return False
    now = re.search(words["now"], clause, re.I)
    past = re.search(words["past"], clause, re.I)
    return bool(past) and not (now and past and now.start() < past.start())


def events(m: Marked, clause: str) -> list[Event]:
    """What a clause is about.

    The first form that fits its words speaks for them; a form inside another's words is passed
    over.
    """
    out: list[Event] = []
    used: list[tuple[int, int]] = []
    for form in forms("conditions.toml")["clause"]:
        for hit in form["pattern"].finditer(clause):
            if any(hit.start() < b and a < hit.end() for a, b in used):
                continue
            agent, target, place = (m.named(hit, k) for k in ("agent", "target", "place"))
            place += [s for s in target if s.sort == "P"]
            target = [s for s in target if s.sort != "P"]
            if not agent and not target and not place and form["gives"] != "agreement.made":
                continue
            kind, _, aspect = form["gives"].partition(".")
            used.append(hit.span())
            out.append(
                Event(
                    kind,
                    aspect or None,
                    tuple(agent),
                    tuple(target),
                    tuple(place),
                    bool(form.get("negated")),
                )
            )
    return out


def shape(condition: str) -> Shape:
    """The shape of a condition from its own words; "unless" waits for a No, a failure to agree for
    no agreement.
    """
    found = _links().match(condition.strip())
    link = next((k for k, v in found.groupdict().items() if v), "if") if found else "if"
    rest = condition.strip()[found.end() :] if found else condition
    words = forms("conditions.toml")["words"]
    if len(rest) > MOST_CHARACTERS:
        return Shape(link, link == "unless", False)
    no = any(
        f["pattern"].search(rest) for f in forms("conditions.toml")["clause"] if f.get("negated")
    )
    return Shape(link, (link == "unless") != no, _given(rest, link, words))


def span(claim: Claim) -> tuple[int, int] | None:
    """Where in the report a claim's condition stands; None where it has none, or it stands in
    another sentence.
    """
    at = claim.quote.find(claim.condition) if claim.condition else -1
    if at < 0 or not claim.condition:
        return None
    return claim.start + at, claim.start + at + len(claim.condition)


def inside(inner: Claim, outer: Claim) -> bool:
    """All roles of a claim stand in the words of another's condition: it is what the other depends
    on.
    """
    where = span(outer)
    named = [r for r in (inner.actor, inner.other, inner.place) if r is not None]
    return (
        where is not None
        and inner.report == outer.report
        and inner.start == outer.start
        and all(r.start is None or where[0] <= r.start < where[1] for r in named)
    )


def place_inside(claim: Claim) -> bool:
    """The claim's place stands in the words of its own condition, its party does not."""
    where, place = span(claim), claim.place
    return (
        where is not None
        and place is not None
        and place.start is not None
        and where[0] <= place.start < where[1]
        and not actor_inside(claim)
    )


def actor_inside(claim: Claim) -> bool:
    """The claim's party stands in the words of its own condition."""
    where, actor = span(claim), claim.actor
    return (
        where is not None
        and actor is not None
        and actor.start is not None
        and where[0] <= actor.start < where[1]
    )


def of_itself(claim: Claim) -> bool:
    """The claim stands within its own condition: "if Turkey attacks Alpha" expects no attack."""
    return claim.actor is not None and claim.actor.start is not None and inside(claim, claim)


def without_clauses(m: Marked, found: Sequence[Clause]) -> str:
    """The sentence with the words of its conditions blanked, so that no form takes them for the
    main clause.
    """
    text = list(m.text)
    for i, w in enumerate(m.at):
        if i < len(text) and any(c.start <= w < c.end for c in found):
            text[i] = "\x00"
    return "".join(text)
