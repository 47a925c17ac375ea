"""Conditions as structure: what an expectation waits for, whether the picture meets it on a day,
and what leads to what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from contactline.model import Basis, Claim, Condition, Expectation, Holding, Lead, Role, Stored
from contactline.picture.distance import km
from contactline.picture.sides import Sides
from contactline.prospects import phrase
from contactline.prospects.holders import sides_of
from contactline.prospects.matching import SHOWN_BY, side
from contactline.prospects.settings import DEFAULT, ProspectSettings
from contactline.reading import conditions as words
from contactline.reading.outlook import OFFENSIVE

MET, OPEN, IMPOSSIBLE = "met", "open", "impossible"
_ATTACKING = frozenset({"gains", "contests", "besieges"})


class World:
    """Who holds what on a day, asked by side and place.

    `gone`: a side that is assumed to hold nothing and to do nothing.
    """

    def __init__(
        self,
        holdings: Sequence[Holding],
        sides: Sides,
        on: date,
        settings: ProspectSettings = DEFAULT,
        gone: str | None = None,
    ) -> None:
        self.sides, self.on, self.rules, self.gone = sides, on, settings, gone
        least = settings.waiting.told_at
        self.holdings = [h for h in holdings if h.holder and h.probability >= least]
        self._lat = np.array([h.place.lat for h in self.holdings])
        self._lon = np.array([h.place.lon for h in self.holdings])
        self._of: dict[str, list[int]] = defaultdict(list)
        for i, h in enumerate(self.holdings):
            for s in sides_of(h):
                self._of[s].append(i)

    def within(self, place: Role | None, side: str | None = None) -> list[Holding]:
        """Holdings at a place or in the area it names, of one side or of all; without a place, or
        without its point, everywhere.
        """
        mine = self._of.get(side, []) if side is not None else list(range(len(self.holdings)))
        if place is None or place.lat is None or place.lon is None:
            return [self.holdings[i] for i in mine]
        if place.feature == "country":
            return [h for i in mine if (h := self.holdings[i]).place.country == place.country]
        reach = max(place.radius_km or 0.0, self.rules.deciding.point_km)
        return [
            h
            for i in mine
            if (h := self.holdings[i]).place.id == place.id
            or km(place.lat, place.lon, h.place.lat, h.place.lon) <= reach
        ]

    def nearest(self, place: Role, side: str) -> float:
        """Kilometres from a place to the nearest ground of a side; infinite where none is known."""
        if place.lat is None or place.lon is None:
            return float("inf")
        return min(
            (
                km(place.lat, place.lon, self.holdings[i].place.lat, self.holdings[i].place.lon)
                for i in self._of.get(side, [])
            ),
            default=float("inf"),
        )

    def share(self, place: Role | None, side: str) -> float:
        """The most of a place that the picture gives a side."""
        if place is None:
            return 0.0
        return max(
            (h.probability for h in self.within(place, side) if h.place.id == place.id), default=0.0
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    state: str
    because: str
    met_by: tuple[str, ...] = ()


def claims_inside(said: Sequence[Stored]) -> dict[str, list[Stored]]:
    """Claim id to the claims that its condition is about."""
    by_sentence: dict[tuple[str, int], list[Stored]] = defaultdict(list)
    for s in said:
        by_sentence[s.claim.report, s.claim.start].append(s)
    out: dict[str, list[Stored]] = {}
    for s in said:
        c = s.claim
        if c.condition:
            out[s.id] = [
                o
                for o in by_sentence[c.report, c.start]
                if o.id != s.id and words.inside(o.claim, c)
            ]
    return out


def each_once(found: Iterable[Stored]) -> list[Stored]:
    """What a condition is about, said once: who is driven out of a place has left it, who takes it
    has come there.
    """
    mine = list(found)
    told = {(o.claim.kind, o.claim.aspect, *_who_where(o.claim)) for o in mine}
    out: list[Stored] = []
    seen: set[tuple[object, ...]] = set()
    for o in mine:
        c = o.claim
        surer = _SURER.get((c.kind, c.aspect))
        what = (c.kind, c.aspect, *_who_where(c))
        if what in seen or (surer and (*surer, *_who_where(c)) in told):
            continue
        seen.add(what)
        out.append(o)
    return out


_SURER: dict[tuple[str, str | None], tuple[str, str]] = {
    ("presence", "leaves"): ("control", "loses"),
    ("presence", "arrives"): ("control", "gains"),
}


def _who_where(c: Claim) -> tuple[object, ...]:
    return tuple((r.id or r.text) if r else None for r in (c.actor, c.other, c.place))


def happened(
    event: Stored, world: World | None, later: Sequence[Stored], known_there: bool
) -> Outcome:
    """Whether what a condition's claim says has come about: by what was told later, else by the
    picture.

    `later` are claims that tell of it; `known_there`: the side was told to hold something there at
    some time.
    """
    c = event.claim
    if later:
        return Outcome(MET, "", tuple(x.id for x in later[:3]))
    if world is None:
        return Outcome(OPEN, "")
    who = side(event, "actor", world.sides, world.on)
    name = world.sides.name(who) if who else ""
    if who is not None and who == world.gone:
        if (c.kind, c.aspect) in (("control", "loses"), ("presence", "leaves")):
            return Outcome(MET, "by the assumption")
        return Outcome(IMPOSSIBLE, f"{phrase.the(name)} {phrase.be(name)} assumed to be gone")
    if c.kind == "control" and c.aspect == "loses" and who:
        held = world.within(c.place, who)
        if held:
            most = world.rules.waiting.most_named
            ranked = sorted(held, key=lambda h: (-h.place.population, -h.probability, h.place.id))
            told = [h for h in ranked if (h.told or h.basis == Basis.AREA)] or ranked
            still = phrase.listed([phrase.the(h.place.name) for h in told], most)
            return Outcome(
                OPEN,
                f"{phrase.does(name, 'still hold')} {still}",
                _first([x for h in told for x in h.claims]),
            )
        if known_there:
            return Outcome(MET, f"{phrase.does(name, 'hold')} nothing there any more")
        return Outcome(OPEN, f"nothing is known of {phrase.the(name)} there")
    if c.kind == "control" and c.aspect in ("gains", "holds") and who and c.place:
        if world.share(c.place, who) >= world.rules.waiting.held_at:
            return Outcome(MET, f"{phrase.does(name, 'hold')} {c.place.label}")
        return Outcome(OPEN, f"{c.place.label} is not held by {phrase.the(name)}")
    if (
        c.kind in OFFENSIVE
        and who
        and c.place
        and world.share(c.place, who) >= world.rules.waiting.held_at
    ):
        return Outcome(IMPOSSIBLE, f"{phrase.does(name, 'hold')} {c.place.label}")
    victim = side(event, "other", world.sides, world.on)
    if victim is not None and victim == world.gone:
        return Outcome(
            IMPOSSIBLE,
            f"{phrase.the(world.sides.name(victim))} {phrase.be(world.sides.name(victim))} assumed "
            "to be gone",
        )
    return Outcome(OPEN, "not told of yet")


def _first(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:3]


def judged(
    text: str,
    events: Sequence[Stored],
    outcome_of: Callable[[Stored], Outcome],
    over: bool,
) -> Condition:
    """A condition and its state.

    `over`: the horizon has passed, so that what it waited not to see has not come.
    """
    shape = words.shape(text)
    told = phrase.condition(shape.link, shape.negated, [s.claim for s in events], text)
    ids = tuple(s.id for s in events)
    if shape.given:
        return Condition(
            text, shape.link, shape.negated, ids, MET, "told as having happened", (), told
        )
    found = [outcome_of(s) for s in events]
    if shape.negated:
        state = (
            IMPOSSIBLE
            if any(o.state == MET for o in found)
            else MET
            if over or any(o.state == IMPOSSIBLE for o in found)
            else OPEN
        )
    else:
        state = (
            IMPOSSIBLE
            if any(o.state == IMPOSSIBLE for o in found)
            else MET
            if found and all(o.state == MET for o in found)
            else OPEN
        )
    because = phrase.listed([o.because for o in found if o.because]) if found else "not understood"
    met_by = tuple(dict.fromkeys(i for o in found for i in o.met_by))
    return Condition(text, shape.link, shape.negated, ids, state, because, met_by, told)


# -- what leads to what
# --------------------------------------------------------------------------------------------


def brings(e: Stored, c: Stored, world: World) -> str | None:
    """Why what `e` expects would bring about what the condition's claim `c` waits for; None where
    it would not.
    """
    a, b = e.claim, c.claim
    attacks = a.kind in OFFENSIVE or (a.kind == "control" and a.aspect in _ATTACKING)
    if b.kind in OFFENSIVE:
        if not attacks and not (a.kind == "situation" and a.aspect == "fighting"):
            return None
    elif (a.kind, a.aspect) not in SHOWN_BY.get(
        (b.kind, b.aspect), frozenset({(b.kind, b.aspect)})
    ):
        return None
    sides, on = world.sides, world.on
    mine, theirs = side(e, "actor", sides, on), side(c, "actor", sides, on)
    if mine and theirs and mine != theirs:
        return None
    if mine is None and theirs and a.kind != "situation":
        return None  # "if Alpha is attacked" asks nobody's name
    object_a, object_b = side(e, "other", sides, on), side(c, "other", sides, on)
    if object_a and object_a == object_b:
        return f"both are about {phrase.the(sides.name(object_a))}"
    if b.place is not None and b.place.lat is not None:
        if a.place is not None and a.place.lat is not None:
            reach = max(b.place.radius_km or 0.0, world.rules.deciding.point_km)
            if (
                a.place.id == b.place.id
                or km(a.place.lat or 0.0, a.place.lon or 0.0, b.place.lat, b.place.lon or 0.0)
                <= reach
            ):
                return (
                    f"both are about {b.place.label}"
                    if a.place.id == b.place.id
                    else f"{a.place.label} is in {b.place.label}"
                )
        if object_a and world.within(b.place, object_a):
            return f"{phrase.does(sides.name(object_a), 'hold')} {b.place.label}"
    return None


def leads(
    found: Sequence[Expectation], by_id: dict[str, Stored], world: World
) -> list[Expectation]:
    """The expectations with what each of them brings nearer."""
    waits = [
        (e, s)
        for e in found
        for c in e.conditions
        if c.state == OPEN and not c.negated and c.link != "until"
        for i in c.claims
        if (s := by_id.get(i)) is not None
    ]
    out = []
    for e in found:
        mine = [by_id[i] for i in e.claims if i in by_id]
        to: dict[str, str] = {}
        if e.state in ("open", "condition met"):
            for f, event in waits:
                why = next(
                    (w for s in mine if f.id != e.id and (w := brings(s, event, world))), None
                )
                if why and f.id not in to:
                    to[f.id] = why
        out.append(replace(e, leads_to=tuple(Lead(k, v) for k, v in to.items())))
    return out


def chain(
    first: Expectation, found: Sequence[Expectation], most: int
) -> list[tuple[Expectation, str]]:
    """What follows from an expectation, step by step, each with why;
    a circle ends where it closes.
    """
    by = {e.id: e for e in found}
    out: list[tuple[Expectation, str]] = []
    seen, todo = {first.id}, [first]
    while todo and len(out) < most:
        for lead in todo.pop(0).leads_to:
            if lead.to in by and lead.to not in seen:
                seen.add(lead.to)
                out.append((by[lead.to], lead.because))
                todo.append(by[lead.to])
    return out[:most]
