"""The signed, dated network of actors; who is allied with whom on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from contactline.model import ACTUAL, Stored, Tie
from contactline.picture.clustering import clusters
from contactline.picture.evidence import evidence, evidence_of
from contactline.picture.settings import Settings
from contactline.picture.sides import SIGN, Sides, signed, taken_from

TOLD = frozenset({*SIGN, "agreement"})


def ties_on(claims: Sequence[Stored], sides: Sides, settings: Settings, on: date) -> list[Tie]:
    """Ties as said up to the day, the firmest first; older words weigh less
    (`ties.half_life_days`).

    Each report counts once for and once against. An agreement is told but speaks for neither.
    """
    pairs: dict[tuple[str, str], list[tuple[Stored, float, date]]] = defaultdict(list)
    for e in evidence_of(s for s in claims if s.claim.kind in TOLD):
        s, c = e.stored, e.claim
        a = c.actor.actor_id if c.actor else None
        b = c.other.actor_id if c.other else None
        if not (e.actual and a and b) or a == b or not e.so_by(on):
            continue
        word = signed(s)
        if not word and c.kind != "agreement":
            continue
        day = e.day(on)
        near = 0.5 ** ((on - day).days / settings.ties.half_life_days)
        copy = settings.doubt.copy if s.copy_of else 1.0
        x, y = sorted((a.key, b.key))
        pairs[x, y].append((s, word * near * copy, day))
    for took, lost in taken_from(claims):
        e = evidence(lost)
        a = took.claim.actor.actor_id if took.claim.actor else None
        b = lost.claim.actor.actor_id if lost.claim.actor else None
        if a and b and a != b and e.so_by(on):
            near = 0.5 ** ((on - e.day(on)).days / settings.ties.half_life_days)
            word = SIGN["fight"] * lost.claim.confidence * lost.weight
            x, y = sorted((a.key, b.key))
            pairs[x, y].append((lost, word * near, e.day(on)))
    out = []
    for (x, y), said in sorted(pairs.items()):
        good, bad = (_told(said, way) for way in (1, -1))
        sure = settings.ties.clear
        sign = 1 if good > sure * bad else -1 if bad > sure * good else 0
        said.sort(key=lambda w: (-abs(w[1]), w[0].id))
        days = [d for *_, d in said]
        out.append(
            Tie(
                sides.name(x),
                sides.name(y),
                sign,
                tuple(sorted({_said_as(s) for s, _, _ in said})),
                min(days),
                max(days),
                round(good + bad, 3),
                tuple(s.id for s, *_ in said),
                tuple(s.id for s, w, _ in said if sign * w < 0),
            )
        )
    return sorted(out, key=lambda t: (-t.weight, t.a, t.b))


def _told(said: Sequence[tuple[Stored, float, date]], way: int) -> float:
    """What independent reports say one way, each by its firmest word."""
    by: dict[str, float] = defaultdict(float)
    for s, w, _ in said:
        report = s.copy_of or s.claim.report
        by[report] = max(by[report], way * w)
    return sum(by.values())


def _said_as(s: Stored) -> str:
    c = s.claim
    return f"{c.kind} ({c.aspect})" if c.kind == "support" else c.kind


class Enmity:
    """Pairs of sides that are said to fight or strike each other more
    often than to stand together.
    """

    def __init__(self, claims: Sequence[Stored], sides: Sides) -> None:
        self.sides = sides
        self.said: dict[tuple[str, str], float] = defaultdict(float)
        for s in claims:
            c = s.claim
            if (
                c.kind in ("fight", "strike", "support")
                and c.modality in ACTUAL
                and c.actor
                and c.other
                and c.actor.id
                and c.other.id
            ):
                self.said[c.actor.id, c.other.id] += signed(s)
        self._days: dict[date, set[frozenset[str]]] = {}

    @classmethod
    def kept(cls, said: dict[tuple[str, str], float], sides: Sides) -> Enmity:
        """One whose claims were counted before."""
        self = cls((), sides)
        self.said.update(said)
        return self

    def on(self, day: date) -> set[frozenset[str]]:
        if day not in self._days:
            score: dict[frozenset[str], float] = defaultdict(float)
            for (x, y), v in self.said.items():
                a, b = self.sides.of(x, day), self.sides.of(y, day)
                if a and b and a != b:
                    score[frozenset({a, b})] += v
            self._days[day] = {k for k, v in score.items() if v < -0.2}
        return self._days[day]

    def between(self, a: str, b: str, day: date) -> bool:
        return frozenset({a, b}) in self.on(day)


def blocs(ties: Sequence[Tie], join_at: float = 0.0) -> list[set[str]]:
    """Camps by name, the largest first: correlation clustering of the ties
    (picture/clustering.py).
    """
    pairs: dict[tuple[str, str], float] = defaultdict(float)
    for t in ties:
        pairs[t.a, t.b] += t.sign * t.weight
    names = {x for t in ties if t.sign for x in (t.a, t.b)}
    return [set(g) for g in clusters(sorted(names), pairs, join_at) if len(g) > 1]


def contradictions(ties: Sequence[Tie]) -> list[tuple[str, str, str]]:
    """(a, b, c): a and b stand together, yet one backs c and the other is hostile to it."""
    sign = {frozenset({t.a, t.b}): t.sign for t in ties}
    names = sorted({x for t in ties for x in (t.a, t.b)})
    out = []
    for t in ties:
        if t.sign <= 0:
            continue
        for c in names:
            x, y = sign.get(frozenset({t.a, c}), 0), sign.get(frozenset({t.b, c}), 0)
            if c not in (t.a, t.b) and x * y < 0:
                out.append((t.a, t.b, c))
    return out
