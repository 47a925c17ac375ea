"""Which side an actor stands on, on a day.

Parts stand with their whole (the catalogue, and `part_of` claims for what it does not know). Wholes
that are told to back each other, to be allied or part of one another more than to fight make one
side, by correlation clustering over the signed ties around the day. A foreign state, or a coalition
of states, stands with those it backs only where that is one side: a shared patron makes no side of
two that have nothing else to do with each other. Two states that hold their own country are two
sides, however friendly.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contactline.model import ACTUAL, Actor, ActorId, Modality, Stored
from contactline.picture.clustering import clusters
from contactline.picture.evidence import evidence
from contactline.picture.settings import SideRule

SIGN = {"support": 1.0, "identity": 1.0, "fight": -1.0, "strike": -0.9, "hostility": -0.6}
ALLIED = 0.45  # of backing: who stands together against another is no one side for one word of it
ORGANISATIONS = frozenset({"organisation", "peacekeepers"})
ABROAD = frozenset({"coalition", *ORGANISATIONS})


@dataclass(frozen=True, slots=True)
class Parent:
    parent: str
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Word:
    """One report's word on two actors: `weight` > 0 where they stand together, < 0 where they are
    against each other.
    """

    a: str
    b: str
    weight: float
    day: date | None
    report: str
    claim: str


@dataclass(frozen=True, slots=True)
class Member:
    """A party of a side on a day, and the claims that put it there
    (none where the catalogue does).
    """

    id: str
    name: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    id: str
    name: str
    members: tuple[Member, ...]


def signed(s: Stored) -> float:
    """How a claim speaks of its two parties: > 0 together, < 0 against, 0 for what is no word on
    it.

    An agreement is no friendship: enemies make them too. What a group was called before is no tie.
    """
    c = s.claim
    if c.modality not in ACTUAL or (c.kind == "identity" and (c.aspect != "part_of" or c.said_by)):
        return 0.0
    share = ALLIED if (c.kind, c.aspect) == ("support", "allied") else 1.0
    return SIGN.get(c.kind, 0.0) * share * c.confidence * s.weight


def taken_from(claims: Iterable[Stored]) -> list[tuple[Stored, Stored]]:
    """(who took a place, who lost it) where one sentence says both: they are enemies, though it
    names no fight.
    """
    by: dict[tuple[str, int, str], dict[str, list[Stored]]] = defaultdict(lambda: defaultdict(list))
    for s in claims:
        c = s.claim
        changes = c.kind == "control" and c.modality in ACTUAL and c.aspect in ("gains", "loses")
        if changes and c.aspect and c.actor and c.actor.actor_id and c.place:
            at = c.place.id or c.place.text
            by[c.report, c.start, at][c.aspect].append(s)
    return [(g, x) for said in by.values() for g in said["gains"] for x in said["loses"]]


@dataclass(frozen=True, slots=True)
class State:
    """All that sides have learnt from the claims; the memos only save time."""

    names: dict[str, str]
    types: dict[str, str]
    country: dict[str, str]
    parents: dict[str, list[Parent]]
    spoken: dict[str, str]
    words: list[Word]
    weight: dict[str, int]
    lands: dict[str, dict[str, int]]
    at_home: dict[str, bool]
    spans: dict[date, dict[str, str]]


class Sides:
    """`of(actor, day)` gives the side. An actor that is its own part, or a circle of parts, ends
    where it closes.
    """

    def __init__(
        self,
        catalogue: Mapping[str, Actor],
        claims: Iterable[Stored] = (),
        chosen: Mapping[str, str] | None = None,
        rule: SideRule = SideRule(),  # noqa: B008
        reported: float = 1.0,
    ) -> None:
        claims = list(claims)
        self.rule = rule
        self.names: dict[str, str] = {i: a.name for i, a in catalogue.items()}
        self.types: dict[str, str] = {i: a.type for i, a in catalogue.items()}
        self.country: dict[str, str] = {i: a.country for i, a in catalogue.items()}
        self.parents: dict[str, list[Parent]] = {
            i: [Parent(*p) for p in a.parents] for i, a in catalogue.items() if a.parents
        }
        self.chosen = dict(chosen or {})
        self.spoken: dict[str, str] = {}  # name to key of the parties that claims speak of
        self._words: list[Word] = []
        self._weight: Counter[str] = Counter()  # how much each party is said to hold
        self._lands: dict[str, Counter[str]] = defaultdict(Counter)  # and in which countries
        for s in claims:
            c = s.claim
            a = c.actor.actor_id if c.actor else None
            b = c.other.actor_id if c.other else None
            for r in (c.actor, c.other):
                if r and (known := r.actor_id):
                    self.names.setdefault(known.key, r.label)
                    self.spoken.setdefault(self.names[known.key], known.key)
            if a and b and a != b and (weight := signed(s)):
                if c.modality == Modality.REPORTED:
                    weight *= reported
                e = evidence(s)
                self._words.append(Word(a.key, b.key, weight, e.when, s.copy_of or c.report, s.id))
            if (
                c.kind == "control"
                and c.modality in ACTUAL
                and a
                and c.aspect in ("holds", "gains")
            ):
                self._weight[a.key] += 1
                if c.place and c.place.country:
                    self._lands[a.key][c.place.country] += 1
            if (
                c.kind == "identity"
                and c.aspect == "part_of"
                and c.modality in ACTUAL
                and not c.said_by
                and a
                and b
                and a != b
                and a.key not in self.parents
                and a.key not in catalogue
                and b.key not in self._above(a.key, s.on)
                and a.key not in self._above(b.key, s.on)
            ):
                self.parents.setdefault(a.key, []).append(Parent(b.key, None, None))
        for took, lost in taken_from(claims):
            taker, loser = took.claim.actor, lost.claim.actor
            if taker and loser and (x := taker.actor_id) and (y := loser.actor_id) and x != y:
                c = lost.claim
                weight = SIGN["fight"] * c.confidence * lost.weight
                self._words.append(
                    Word(
                        x.key, y.key, weight, evidence(lost).when, lost.copy_of or c.report, lost.id
                    )
                )
        self._at_home: dict[str, bool] = {}
        self._spans: dict[date, dict[str, str]] = {}

    def state(self) -> State:
        return State(
            self.names,
            self.types,
            self.country,
            self.parents,
            self.spoken,
            self._words,
            dict(self._weight),
            {k: dict(v) for k, v in self._lands.items()},
            self._at_home,
            self._spans,
        )

    @classmethod
    def kept(cls, state: State, chosen: Mapping[str, str], rule: SideRule) -> Sides:
        """Sides that heard the claims before."""
        self = cls({}, chosen=chosen, rule=rule)
        self.names, self.types, self.country = state.names, state.types, state.country
        self.parents, self.spoken, self._words = state.parents, state.spoken, state.words
        self._weight.update(state.weight)
        self._lands.update({k: Counter(v) for k, v in state.lands.items()})
        self._at_home, self._spans = state.at_home, state.spans
        return self

    def _above(self, actor: str, on: date) -> list[str]:
        out: list[str] = []
        todo = [actor]
        day = on.isoformat()
        while todo:
            for p in self.parents.get(todo.pop(), ()):
                if (p.since and day < p.since) or (p.until and day > p.until):
                    continue
                if p.parent not in out and p.parent != actor:
                    out.append(p.parent)
                    todo.append(p.parent)
        return out

    def whole(self, actor: str, on: date) -> str:
        """The key of the whole an actor is part of on a day; international bodies are nobody's
        whole.
        """
        if patron := ActorId.of(actor).patron:
            return self.whole(patron.key, on)
        if actor not in self.parents:
            return actor
        above = self._above(actor, on)
        return next((a for a in reversed(above) if self.types.get(a) not in ORGANISATIONS), actor)

    def of(self, role_id: str | None, on: date) -> str | None:
        """Side id of an `actor:…` role id, None for what is no actor."""
        actor = ActorId.parse(role_id)
        if actor is None:
            return None
        if actor.key in self.chosen:
            return self.chosen[actor.key]
        top = self.whole(actor.key, on)
        return self.chosen.get(top) or self._leaders(on).get(top, top)

    def own(self, role_id: str | None, on: date) -> str | None:
        """The whole an actor is part of on a day, whoever's side that stands on; None for what is
        no actor.
        """
        actor = ActorId.parse(role_id)
        return None if actor is None else self.whole(actor.key, on)

    def name(self, side: str) -> str:
        return self.names.get(side, side.split(":")[-1].replace("-", " "))

    # -- sides from ties ---------------------------------------------------------------------------

    def _span(self, on: date) -> date:
        """The half-year a day lies in: sides change slowly,
        and are the same for all days of one.
        """
        return date(on.year, 1 if on.month <= 6 else 7, 1)

    def stands(self, on: date) -> dict[tuple[str, str], float]:
        """For two wholes (in the order of their keys): what speaks for their standing together,
        less what against.

        One report counts once for each; what it says weighs half as much `half_life_days` from its
        day, beside the nearest word on the same two.
        """
        best: dict[tuple[str, str], dict[tuple[str, bool], tuple[float, float]]] = defaultdict(dict)
        for w in self._words:
            day = w.day or on
            a, b = sorted((self.whole(w.a, day), self.whole(w.b, day)))
            if a == b:
                continue
            near = 0.5 ** (abs((on - day).days) / self.rule.half_life_days)
            key = (w.report, w.weight > 0)
            had = best[a, b].get(key)
            if had is None or abs(w.weight) * near > abs(had[0]) * had[1]:
                best[a, b][key] = (w.weight, near)
        out = {}
        for pair, said in best.items():
            nearest = max(near for _, near in said.values())
            out[pair] = sum(
                w * near / nearest * (1.0 if w > 0 else self.rule.enmity)
                for w, near in said.values()
            )
        return out

    def _abroad(self, whole: str) -> bool:
        """A state that holds more in other countries than in its own, or a body of several."""
        kind, country = self.types.get(whole, ""), self.country.get(whole, "")
        return (kind == "state" and not self._home(whole)) or (kind in ABROAD and not country)

    def _home(self, state: str) -> bool:
        if state not in self._at_home:
            held: Counter[str] = Counter()
            for key, lands in self._lands.items():
                if self.whole(key, date.max) == state:
                    held.update(lands)
            mine = held[self.country.get(state, "")]
            self._at_home[state] = mine > 0 and mine >= self.rule.home_share * held.total()
        return self._at_home[state]

    def _leaders(self, on: date) -> dict[str, str]:
        """Whole to the side it stands on, where that is not itself."""
        span = self._span(on)
        if span not in self._spans:
            self._spans[span] = self._made(span)
        return self._spans[span]

    def _made(self, on: date) -> dict[str, str]:
        pairs, at = self.stands(on), self.rule.join_at
        nodes = sorted({x for p in pairs for x in p})
        local = [n for n in nodes if not self._abroad(n)]
        states = [n for n in local if self.types.get(n) == "state"]
        apart = {(a, b): -math.inf for a in states for b in states if a < b}
        groups = clusters(local, pairs | apart, at)
        joined: dict[frozenset[str], set[str]] = {g: set(g) for g in groups}
        patrons = []
        for n in (x for x in nodes if self._abroad(x) and self.types.get(x) not in ORGANISATIONS):
            backed = {g: self._between(pairs, n, g) for g in groups}
            best = max(backed.values(), default=0.0)
            mine = [g for g, v in backed.items() if v > at and v >= self.rule.shared * best]
            if len(mine) == 1:
                patrons.append((-best, n, mine[0]))
        for _, n, g in sorted(patrons, key=lambda p: p[:2]):
            if all(pairs.get((min(n, x), max(n, x)), 0.0) > -at for x in joined[g]):
                joined[g].add(n)
        held: Counter[str] = Counter()
        for key, weight in self._weight.items():
            held[self.whole(key, on)] += weight
        out: dict[str, str] = {}
        for members in joined.values():
            lead = min(members, key=lambda x: (x not in self.types, -held[x], x))
            out.update((x, lead) for x in members if x != lead)
        return out

    @staticmethod
    def _between(pairs: Mapping[tuple[str, str], float], n: str, group: Iterable[str]) -> float:
        return sum(pairs.get((min(n, x), max(n, x)), 0.0) for x in group)

    def words(self, a: str, b: str, on: date) -> list[Word]:
        """What was said by a day on two wholes, together or against."""
        return [
            w
            for w in self._words
            if (w.day is None or w.day <= on)
            and {self.whole(w.a, w.day or on), self.whole(w.b, w.day or on)} == {a, b}
        ]

    def explained(self, on: date, among: Sequence[str] = ()) -> list[Side]:
        """Sides of more than one party on a day, each with what puts its members there."""
        leaders = self._leaders(on)
        by: dict[str, set[str]] = defaultdict(set)
        for x, lead in leaders.items():
            by[lead] |= {x, lead}
        out = []
        for lead, group in by.items():
            if among and lead not in among:
                continue
            members = []
            for x in sorted(group, key=lambda x: (x != lead, self.name(x))):
                claims = {
                    w.claim: -w.weight
                    for y in group
                    if y != x
                    for w in self.words(x, y, on)
                    if w.weight > 0
                }
                ranked = tuple(sorted(claims, key=lambda c: (claims[c], c)))
                members.append(Member(x, self.name(x), ranked))
            out.append(Side(lead, self.name(lead), tuple(members)))
        return sorted(out, key=lambda s: (-len(s.members), s.name))
