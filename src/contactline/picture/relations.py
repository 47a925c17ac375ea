"""The signed, dated network of actors; who is allied with whom on a day."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from contactline.model import ACTUAL, Stored, Tie
from contactline.picture.evidence import evidence_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

SIGN = {
    "support": 1.0,
    "fight": -1.0,
    "strike": -0.9,
    "hostility": -0.6,
    "agreement": 0.25,
    "identity": 0.8,
}


def ties_on(claims: Sequence[Stored], sides: Sides, settings: Settings, on: date) -> list[Tie]:
    """Ties as said up to the day; older words weigh less (half-life `tie_days`)."""
    pairs: dict[tuple[str, str], list[tuple[Stored, float, date]]] = defaultdict(list)
    for e in evidence_of(s for s in claims if s.claim.kind in SIGN):
        s, c = e.stored, e.claim
        if not (e.actual and c.actor and c.other and c.actor.id and c.other.id):
            continue
        if (
            not (c.actor.id.startswith("actor:") and c.other.id.startswith("actor:"))
            or c.actor.id == c.other.id
        ):
            continue
        if c.kind == "agreement" and c.aspect == "broken":
            continue
        if not e.so_by(on):
            continue
        day = e.day(on)
        a, b = sorted((c.actor.id[6:], c.other.id[6:]))
        weight = (
            0.5 ** ((on - day).days / settings.ties.half_life_days)
            * c.confidence
            * (settings.doubt.copy if s.copy_of else 1.0)
        )
        pairs[a, b].append((s, weight, day))
    out = []
    for (a, b), said in sorted(pairs.items()):
        good = sum(w * SIGN[s.claim.kind] for s, w, _ in said if SIGN[s.claim.kind] > 0)
        bad = -sum(w * SIGN[s.claim.kind] for s, w, _ in said if SIGN[s.claim.kind] < 0)
        sign = 1 if good > 1.5 * bad else -1 if bad > 1.5 * good else 0
        kinds = tuple(
            sorted(
                {
                    s.claim.kind if s.claim.kind != "support" else f"support ({s.claim.aspect})"
                    for s, _, _ in said
                }
            )
        )
        days = [d for *_, d in said]
        said.sort(key=lambda x: (-x[1], x[0].id))
        out.append(
            Tie(
                sides.name(a),
                sides.name(b),
                sign,
                kinds,
                min(days),
                max(days),
                round(good + bad, 3),
                tuple(s.id for s, *_ in said),
            )
        )
    return sorted(out, key=lambda t: (-t.weight, t.a, t.b))


class Enmity:
    """Pairs of sides that are said to fight or strike each other more often than to stand together."""

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
                self.said[c.actor.id, c.other.id] += SIGN[c.kind] * c.confidence
        self._days: dict[date, set[frozenset[str]]] = {}

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


def blocs(ties: Sequence[Tie]) -> list[set[str]]:
    """Camps by structural balance: actors joined by supportive ties, split where a hostile tie is stronger (Cartwright & Harary 1956)."""
    camp: dict[str, set[str]] = {}
    hostile = {frozenset({t.a, t.b}) for t in ties if t.sign < 0}
    for t in sorted((t for t in ties if t.sign > 0), key=lambda t: (-t.weight, t.a, t.b)):
        a, b = camp.get(t.a, {t.a}), camp.get(t.b, {t.b})
        if a is b or any(frozenset({x, y}) in hostile for x in a for y in b):
            continue
        joined = a | b
        for x in joined:
            camp[x] = joined
    seen: list[set[str]] = []
    for group in camp.values():
        if group not in seen:
            seen.append(group)
    return sorted(seen, key=lambda g: (-len(g), sorted(g)))


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


def relation(
    a: str, b: str, ties: Sequence[Tie], sides: Sides, holders: dict[str, set[str]]
) -> tuple[str, list[Tie]]:
    """What stands between two sides: hostile, allied, unclear; with the ties that say so."""
    mine = {sides.name(x) for x in a.split("+")} | holders.get(a, set())
    theirs = {sides.name(x) for x in b.split("+")} | holders.get(b, set())
    between = [
        t for t in ties if (t.a in mine and t.b in theirs) or (t.b in mine and t.a in theirs)
    ]
    total = sum(t.sign * t.weight for t in between)
    if not between or math.isclose(total, 0.0, abs_tol=0.05):
        return "unclear", between
    return ("hostile" if total < 0 else "allied"), between
