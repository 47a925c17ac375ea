"""The chance of fighting, a strike or a change of holder soon: a small discrete-time hazard model with its measured skill.

Logistic regression with a ridge (Cox 1972's discrete hazard; Brier 1950 for the score), features from the picture
alone, trained on the ledger's own past and judged by rolling origin. It is not shown where it has no skill.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from contactline.model import ACTUAL
from contactline.picture.geography import unit
from contactline.picture.stage import Stage

Array = npt.NDArray[np.float64]
FEATURES = ("events here, last month", "events here, last half year", "events next door", "contested", "besieged", "unsure who holds it", "people", "days since the last event", "holder changed within a year", "expected to be attacked", "events everywhere, last month", "events a month since first heard of")
EVENTS = {"fight": None, "strike": None, "control": ("gains", "loses", "contests"), "situation": ("fighting",)}
RIDGE, NEAR_KM, LEAST_CASES, LEAST_EVENTS, STEP = 2.0, 40.0, 300, 25, 30
LEVEL = 0.0  # Brier skill that must be passed against both references before a figure is shown


@dataclass(frozen=True, slots=True)
class Skill:
    """Rolling-origin result for one horizon. `against` are Brier skills: 1 − ours/theirs."""

    days: int
    cases: int
    events: int
    brier: float
    base: float
    persistence: float

    @property
    def over_base(self) -> float:
        return 1 - self.brier / self.base if self.base > 0 else 0.0

    @property
    def over_persistence(self) -> float:
        return 1 - self.brier / self.persistence if self.persistence > 0 else 0.0

    @property
    def shown(self) -> bool:
        return self.cases >= LEAST_CASES and self.events >= LEAST_EVENTS and self.over_base > LEVEL and self.over_persistence > LEVEL


@dataclass(frozen=True, slots=True)
class Risk:
    place: str
    id: str
    chance: float
    reasons: tuple[tuple[str, float], ...]  # feature, its part of the log-odds over the average place


class Past:
    """Events and features of every place told of by name.

    `gone`: sides whose own part in events is left out, as if they had not taken part; with two of them given as a
    pair in `between`, only what those two did to each other.
    """

    def __init__(self, stage: Stage, gone: str | None = None, between: frozenset[str] = frozenset()) -> None:
        self.stage = stage
        self.keys = [k for k, u in sorted(stage.units.items()) if not u.wide]
        self.people = {p.id: p.population for p in stage.nodes}
        self.days: list[list[int]] = []
        self.expected: list[list[int]] = []
        for k in self.keys:
            here: set[int] = set()
            aims: set[int] = set()
            for s in stage.units[k].claims:
                c = s.claim
                if s.copy_of or (s.published is None and c.valid_from is None) or (c.valid_from is None and c.report in stage.past):
                    continue
                if gone or between:
                    sides = {stage.sides.of(r.id, s.on) for r in (c.actor, c.other) if r}
                    if gone in sides or (between and between <= sides):
                        continue
                want = EVENTS.get(c.kind, ())
                if want != () and (want is None or c.aspect in want):
                    (here if c.modality in ACTUAL else aims).add((s.on if c.modality in ACTUAL else s.known).toordinal())
            self.days.append(sorted(here))
            self.expected.append(sorted(aims))
        units = [stage.units[k].place for k in self.keys]
        points = unit([p.lat for p in units], [p.lon for p in units]) if units else np.zeros((0, 3))
        reach = 2 * math.sin(NEAR_KM / 12742.0)
        self.near = [[j for j in js if j != i] for i, js in enumerate(cKDTree(points).query_ball_point(points, reach))] if units else []

    def span(self) -> tuple[int, int] | None:
        every = sorted(d for ds in self.days for d in ds)
        return (every[len(every) // 100], every[-1 - len(every) // 100]) if len(every) >= LEAST_EVENTS else None

    def features(self, on: int) -> Array:
        day = date.fromordinal(on)
        x = np.zeros((len(self.keys), len(FEATURES)))
        everywhere = math.log1p(sum(bisect_right(ds, on) - bisect_left(ds, on - 30) for ds in self.days))
        recent = np.array([sum(0.5 ** ((on - d) / 30.0) for d in ds if on - 365 <= d <= on) for ds in self.days])
        for i, k in enumerate(self.keys):
            before = [d for d in self.days[i] if d <= on]
            t = self.stage.track(k)
            p, at = t.shares(day) if t.sides else ([1.0], -1)
            x[i, 0] = math.log1p(sum(0.5 ** ((on - d) / 15.0) for d in before[-60:]))
            x[i, 1] = math.log1p(sum(0.5 ** ((on - d) / 120.0) for d in before[-200:]))
            x[i, 2] = math.log1p(float(recent[self.near[i]].sum()))
            x[i, 3] = bool(t.contest(day))
            x[i, 4] = bool(t.sides and t.siege(day, t.sides[int(np.argmax(p[:-1]))] if len(p) > 1 else ""))
            x[i, 5] = 1.0 - max(p)
            x[i, 6] = math.log10(self.people.get(k, 0) + 100) - 3
            x[i, 7] = math.log1p(on - before[-1]) / 6 if before else 1.3
            x[i, 8] = at >= 0 and on - t.holders[at][1] < 365
            x[i, 9] = any(0 <= on - d <= 90 for d in self.expected[i])
            x[i, 10] = everywhere
            x[i, 11] = math.log((len(before) + 0.2) / ((on - before[0]) / 30.0 + 6.0) + 0.01) if before else -3.0
        return x

    def labels(self, on: int, days: int) -> Array:
        return np.array([float(any(on < d <= on + days for d in ds)) for ds in self.days])

    def told(self, on: int) -> npt.NDArray[np.bool_]:
        """Places the reports have spoken of by then: nobody can be held to a place that was not yet heard of."""
        return np.array([bool(ds) and ds[0] <= on for ds in self.days], dtype=bool)


def fit(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """(weights with the intercept last, means, scales) by maximum likelihood with a ridge."""
    mean, scale = x.mean(0), x.std(0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])

    def loss(w: Array) -> tuple[float, Array]:
        s = z @ w
        p = 1 / (1 + np.exp(-s))
        value = float(np.logaddexp(0, s).sum() - y @ s) + 0.5 * RIDGE * float(w[:-1] @ w[:-1])
        grad = z.T @ (p - y)
        grad[:-1] += RIDGE * w[:-1]
        return value, grad

    start = np.zeros(z.shape[1])
    start[-1] = math.log((y.mean() + 1e-4) / (1 - y.mean() + 1e-4))
    return minimize(loss, start, jac=True, method="L-BFGS-B").x, mean, scale


def chances(model: tuple[Array, Array, Array], x: Array) -> Array:
    w, mean, scale = model
    out: Array = 1 / (1 + np.exp(-(((x - mean) / scale) @ w[:-1] + w[-1])))
    return out


def origins(past: Past, days: int, on: date) -> list[int]:
    span = past.span()
    if span is None:
        return []
    last = min(span[1], on.toordinal()) - days
    return list(range(span[0] + 90, last + 1, STEP))


def judged(stage: Stage, days: int, on: date, past: Past | None = None) -> tuple[Skill, tuple[Array, Array, Array] | None]:
    """Skill by rolling origin up to a day (each test month predicted from the months whose outcome was known), and the model of all of them."""
    past = past or Past(stage)
    every = origins(past, days, on)
    rows = []
    for t in every:
        seen = past.told(t)
        if seen.any():
            rows.append((t, past.features(t)[seen], past.labels(t, days)[seen]))
    ours: list[float] = []
    base: list[float] = []
    persist: list[float] = []
    events = 0
    for t, x, y in rows:
        known = [(a, b) for s, a, b in rows if s + days <= t]
        if not known or sum(len(b) for _, b in known) < LEAST_CASES or sum(float(b.sum()) for _, b in known) < LEAST_EVENTS:
            continue
        xs, ys = np.concatenate([a for a, _ in known]), np.concatenate([b for _, b in known])
        p = chances(fit(xs, ys), x)
        # persistence: the past rate of places that did, and of places that did not, have an event just before
        lately, then = x[:, 0] > math.log1p(0.25), xs[:, 0] > math.log1p(0.25)
        rates = [float(ys[then == flag].mean()) if (then == flag).any() else float(ys.mean()) for flag in (False, True)]
        ours += list((p - y) ** 2)
        base += list((ys.mean() - y) ** 2)
        persist += list((np.where(lately, rates[1], rates[0]) - y) ** 2)
        events += int(y.sum())
    n = len(ours)
    skill = Skill(days, n, events, sum(ours) / n if n else 0.0, sum(base) / n if n else 0.0, sum(persist) / n if n else 0.0)
    if not rows:
        return skill, None
    xs, ys = np.concatenate([a for _, a, _ in rows]), np.concatenate([b for _, _, b in rows])
    return skill, fit(xs, ys) if 0 < ys.sum() < len(ys) else None


def _told(past: Past, model: tuple[Array, Array, Array], on: int) -> list[Risk]:
    x = past.features(on)
    p = chances(model, x)
    w, mean, scale = model
    out = []
    for i in np.argsort(-p):
        parts = sorted(((f, round(float(w[j] * (x[i, j] - mean[j]) / scale[j]), 2)) for j, f in enumerate(FEATURES)), key=lambda v: -abs(v[1]))
        out.append(Risk(past.stage.units[past.keys[i]].place.name, past.keys[i], round(float(p[i]), 3), tuple(v for v in parts[:3] if abs(v[1]) > 0.05)))
    return out


def risks(stage: Stage, on: date, days: int) -> tuple[Skill, list[Risk]]:
    """Chances for the places the reports have told of, highest first; none where the model has shown no skill."""
    past = Past(stage)
    skill, model = judged(stage, days, on, past)
    if model is None or not skill.shown:
        return skill, []
    seen = {past.keys[i] for i in np.flatnonzero(past.told(on.toordinal()))}
    return skill, [r for r in _told(past, model, on.toordinal()) if r.id in seen]


@dataclass(frozen=True, slots=True)
class Shift:
    """A place's chance as things are, and with a party's own events (or those between two) left out of its past."""

    place: str
    id: str
    before: float
    after: float


def shifted(stage: Stage, on: date, days: int, gone: str | None = None, between: frozenset[str] = frozenset()) -> tuple[Skill, list[Shift]]:
    """Places whose chance moves by at least one in a hundred, most first; none where the model has shown no skill."""
    past = Past(stage)
    skill, model = judged(stage, days, on, past)
    if model is None or not skill.shown:
        return skill, []
    seen = {past.keys[i] for i in np.flatnonzero(past.told(on.toordinal()))}
    now = {r.id: r for r in _told(past, model, on.toordinal()) if r.id in seen}
    then = {r.id: r for r in _told(Past(stage, gone, between), model, on.toordinal())}
    out = [Shift(r.place, k, r.chance, then[k].chance) for k, r in now.items() if k in then and abs(r.chance - then[k].chance) >= 0.01]
    return skill, sorted(out, key=lambda x: (-abs(x.before - x.after), x.place))


def line_risk(found: Sequence[Risk], between: Sequence[tuple[str, str]]) -> float | None:
    """The chance of an event at any of a contact line's nearest places, taken as independent; None where none of them is told of."""
    by = {r.place: r.chance for r in found}
    mine = [by[n] for n in {x for pair in between for x in pair} if n in by]
    return round(1 - math.prod(1 - c for c in mine), 3) if mine else None


def as_json(skill: Skill, found: Sequence[Risk]) -> dict[str, Any]:
    return {"days": skill.days, "shown": skill.shown, "skill": {"cases": skill.cases, "events": skill.events, "brier": round(skill.brier, 4), "over_base_rate": round(skill.over_base, 3), "over_persistence": round(skill.over_persistence, 3)},
            "places": [{"place": r.place, "id": r.id, "chance": r.chance, "reasons": [{"feature": f, "log_odds": v} for f, v in r.reasons]} for r in found]}  # fmt: skip


__all__ = ["FEATURES", "Past", "Risk", "Shift", "Skill", "as_json", "chances", "fit", "judged", "line_risk", "risks", "shifted", "timedelta"]
