"""The chance of fighting, a strike or a change of holder soon: a small discrete-time hazard model with its measured skill.

Logistic regression with a ridge (Cox 1972's discrete hazard; Brier 1950 for the score), features from the picture
alone, trained on the ledger's own past and judged by rolling origin. It is not shown where it has no skill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from contactline.model import ACTUAL
from contactline.picture.geography import unit
from contactline.picture.history import History

Array = npt.NDArray[np.float64]
HERE = (
    ("week", 5.0),
    ("month", 15.0),
    ("half year", 90.0),
    ("years", 400.0),
)  # half-lives in days of what happened at the place
NEAR = (
    ("40 km", 40.0, 15.0),
    ("100 km", 100.0, 30.0),
)  # reach in km, half-life in days of what happened around it
FEATURES = (
    *(f"events here, last {name}" for name, _ in HERE),
    *(f"events within {name}" for name, *_ in NEAR),
    "days since the last event here",
    "events a month since first heard of",
    "people",
)
LATELY = (
    1  # the feature by which persistence tells places with an event just before: half-life 15 days
)
EVENTS = {
    "fight": None,
    "strike": None,
    "control": ("gains", "loses", "contests"),
    "situation": ("fighting",),
}
RIDGE, LEAST_CASES, LEAST_EVENTS, STEP = 60.0, 300, 25, 30
MEMORY = (
    120.0,
    270.0,
    730.0,
)  # half-lives in days of past months in training; the chance is the mean of the three models'
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
        return (
            self.cases >= LEAST_CASES
            and self.events >= LEAST_EVENTS
            and self.over_base > LEVEL
            and self.over_persistence > LEVEL
        )


@dataclass(frozen=True, slots=True)
class Risk:
    place: str
    id: str
    chance: float
    reasons: tuple[
        tuple[str, float], ...
    ]  # feature, its part of the log-odds over the average place


class Past:
    """Events and features of every place told of by name.

    `gone`: sides whose own part in events is left out, as if they had not taken part; with two of them given as a
    pair in `between`, only what those two did to each other.
    """

    def __init__(
        self, stage: History, gone: str | None = None, between: frozenset[str] = frozenset()
    ) -> None:
        self.stage = stage
        self.keys = [k for k, u in sorted(stage.units.items()) if not u.wide]
        people = {p.id: p.population for p in stage.nodes}
        self._people = np.array([math.log10(people.get(k, 0) + 100) - 3 for k in self.keys])
        self.days: list[list[int]] = []
        for k in self.keys:
            here: set[int] = set()
            for s in stage.units[k].claims:
                c = s.claim
                if (
                    s.copy_of
                    or (s.published is None and c.valid_from is None)
                    or (c.valid_from is None and c.report in stage.past)
                ):
                    continue
                if gone or between:
                    sides = {stage.sides.of(r.id, s.on) for r in (c.actor, c.other) if r}
                    if gone in sides or (between and between <= sides):
                        continue
                want = EVENTS.get(c.kind, ())
                if c.modality in ACTUAL and want != () and (want is None or c.aspect in want):
                    here.add(s.on.toordinal())
            self.days.append(sorted(here))
        # all events in one list: the place's position and the day
        self._at = np.array([i for i, ds in enumerate(self.days) for _ in ds], dtype=np.int64)
        self._day = np.array([d for ds in self.days for d in ds], dtype=np.float64)
        units = [stage.units[k].place for k in self.keys]
        points = unit([p.lat for p in units], [p.lon for p in units]) if units else np.zeros((0, 3))
        self.around = [_around(points, km) for _, km, _ in NEAR]

    def span(self) -> tuple[int, int] | None:
        every = sorted(d for ds in self.days for d in ds)
        return (
            (every[len(every) // 100], every[-1 - len(every) // 100])
            if len(every) >= LEAST_EVENTS
            else None
        )

    def _decayed(self, on: int, half: float) -> Array:
        """For each place the events up to a day, each halved in weight every `half` days."""
        ago = on - self._day
        out: Array = np.bincount(
            self._at,
            np.where((ago >= 0) & (ago < 12 * half), 0.5 ** (np.maximum(ago, 0) / half), 0.0),
            len(self.keys),
        ).astype(np.float64)
        return out

    def features(self, on: int) -> Array:
        n = len(self.keys)
        x = np.zeros((n, len(FEATURES)))
        if not n:
            return x
        for j, (_, half) in enumerate(HERE):
            x[:, j] = np.log1p(self._decayed(on, half))
        for j, (_, _, half) in enumerate(NEAR, len(HERE)):
            x[:, j] = np.log1p(self.around[j - len(HERE)] @ self._decayed(on, half))
        k = len(HERE) + len(NEAR)
        past = self._day <= on
        last, first, count = (
            np.full(n, -np.inf),
            np.full(n, np.inf),
            np.bincount(self._at[past], minlength=n),
        )
        np.maximum.at(last, self._at[past], self._day[past])
        np.minimum.at(first, self._at[past], self._day[past])
        x[:, k] = np.where(count > 0, np.log1p(on - np.where(count > 0, last, on)) / 6, 1.5)
        heard = np.where(count > 0, on - np.where(count > 0, first, on), 0.0)
        x[:, k + 1] = np.where(count > 0, np.log((count + 0.2) / (heard / 30.0 + 6.0) + 0.01), -3.0)
        x[:, k + 2] = self._people
        return x

    def labels(self, on: int, days: int) -> Array:
        return np.array([float(any(on < d <= on + days for d in ds)) for ds in self.days])

    def told(self, on: int) -> npt.NDArray[np.bool_]:
        """Places the reports have spoken of by then: nobody can be held to a place that was not yet heard of."""
        return np.array([bool(ds) and ds[0] <= on for ds in self.days], dtype=bool)


def _around(points: npt.NDArray[np.float64], km: float) -> Any:
    """Sparse (places, places): 1 where another place lies within so many kilometres."""
    n = len(points)
    if not n:
        return sp.csr_matrix((0, 0))
    pairs = cKDTree(points).query_pairs(2 * math.sin(km / 12742.0), output_type="ndarray")
    ones = np.ones(len(pairs))
    half = (
        sp.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        if len(pairs)
        else sp.csr_matrix((n, n))
    )
    return half + half.T


Fit = tuple[Array, Array, Array]  # weights with the intercept last, means, scales
Model = tuple[Fit, ...]


def fit(x: Array, y: Array, weight: Array, start: Array | None = None) -> Fit:
    """By weighted maximum likelihood with a ridge; from last month's weights it is quicker."""
    mean, scale = x.mean(0), x.std(0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])

    def loss(w: Array) -> tuple[float, Array]:
        s = z @ w
        p = 1 / (1 + np.exp(-s))
        value = float((weight * (np.logaddexp(0, s) - y * s)).sum()) + 0.5 * RIDGE * float(
            w[:-1] @ w[:-1]
        )
        grad = z.T @ (weight * (p - y))
        grad[:-1] += RIDGE * w[:-1]
        return value, grad

    if start is None:
        start = np.zeros(z.shape[1])
        rate = float((weight * y).sum() / weight.sum())
        start[-1] = math.log((rate + 1e-4) / (1 - rate + 1e-4))
    return minimize(loss, start, jac=True, method="L-BFGS-B").x, mean, scale


def chances(model: Model, x: Array) -> Array:
    """The mean of the models' chances."""
    out: Array = np.mean(
        [1 / (1 + np.exp(-(((x - mean) / scale) @ w[:-1] + w[-1]))) for w, mean, scale in model],
        axis=0,
    )
    return out


def origins(past: Past, days: int, on: date) -> list[int]:
    span = past.span()
    if span is None:
        return []
    last = min(span[1], on.toordinal()) - days
    return list(range(span[0] + 90, last + 1, STEP))


@dataclass(frozen=True, slots=True)
class Month:
    """One origin: its day, the places' features, whether each had an event within the horizon."""

    day: int
    x: Array
    y: Array


def _model(known: Sequence[Month], day: int, before: Model | None = None) -> Model:
    """Fitted on what was known, late months counting more than early ones: wars change. One fit for each memory."""
    out = []
    for i, half in enumerate(MEMORY):
        near = [m for m in known if day - m.day < 6 * half]
        if sum(float(m.y.sum()) for m in near) < LEAST_EVENTS:
            near = list(known)
        weight = np.concatenate([np.full(len(m.y), 0.5 ** ((day - m.day) / half)) for m in near])
        out.append(
            fit(
                np.concatenate([m.x for m in near]),
                np.concatenate([m.y for m in near]),
                weight / weight.max(),
                before[i][0] if before else None,
            )
        )
    return tuple(out)


def judged(
    stage: History, days: int, on: date, past: Past | None = None
) -> tuple[Skill, Model | None]:
    """Skill by rolling origin up to a day (each test month predicted from the months whose outcome was known), and the model of all of them."""
    past = past or Past(stage)
    months: list[Month] = []
    for t in origins(past, days, on):
        seen = past.told(t)
        if seen.any():
            months.append(Month(t, past.features(t)[seen], past.labels(t, days)[seen]))
    ours = base = persist = 0.0
    n = events = 0
    model: Model | None = None
    for i, m in enumerate(months):
        known = [k for k in months[:i] if k.day + days <= m.day]
        if (
            not known
            or sum(len(k.y) for k in known) < LEAST_CASES
            or sum(float(k.y.sum()) for k in known) < LEAST_EVENTS
        ):
            continue
        model = _model(known, m.day, model)
        ours += float(((chances(model, m.x) - m.y) ** 2).sum())
        xs, ys = (
            np.concatenate([k.x[:, LATELY] for k in known]),
            np.concatenate([k.y for k in known]),
        )
        # persistence: the past rate of places that did, and of places that did not, have an event just before
        lately, then = m.x[:, LATELY] > math.log1p(0.25), xs > math.log1p(0.25)
        rates = [
            float(ys[then == flag].mean()) if (then == flag).any() else float(ys.mean())
            for flag in (False, True)
        ]
        base += float(((ys.mean() - m.y) ** 2).sum())
        persist += float(((np.where(lately, rates[1], rates[0]) - m.y) ** 2).sum())
        events += int(m.y.sum())
        n += len(m.y)
    skill = Skill(
        days, n, events, ours / n if n else 0.0, base / n if n else 0.0, persist / n if n else 0.0
    )
    total = sum(float(m.y.sum()) for m in months)
    return skill, _model(months, months[-1].day) if 0 < total < sum(
        len(m.y) for m in months
    ) else None


def _told(past: Past, model: Model, on: int) -> list[Risk]:
    x = past.features(on)
    p = chances(model, x)
    # each feature's part of the log-odds, as the models have it on average
    share: Array = np.mean([w[:-1] * (x - mean) / scale for w, mean, scale in model], axis=0)
    out = []
    for i in np.argsort(-p):
        parts = sorted(
            ((f, round(float(share[i, j]), 2)) for j, f in enumerate(FEATURES)),
            key=lambda v: -abs(v[1]),
        )
        out.append(
            Risk(
                past.stage.units[past.keys[i]].place.name,
                past.keys[i],
                round(float(p[i]), 3),
                tuple(v for v in parts[:3] if abs(v[1]) > 0.05),
            )
        )
    return out


def risks(stage: History, on: date, days: int) -> tuple[Skill, list[Risk]]:
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


def shifted(
    stage: History,
    on: date,
    days: int,
    gone: str | None = None,
    between: frozenset[str] = frozenset(),
) -> tuple[Skill, list[Shift]]:
    """Places whose chance moves by at least one in a hundred, most first; none where the model has shown no skill."""
    past = Past(stage)
    skill, model = judged(stage, days, on, past)
    if model is None or not skill.shown:
        return skill, []
    seen = {past.keys[i] for i in np.flatnonzero(past.told(on.toordinal()))}
    now = {r.id: r for r in _told(past, model, on.toordinal()) if r.id in seen}
    then = {r.id: r for r in _told(Past(stage, gone, between), model, on.toordinal())}
    out = [
        Shift(r.place, k, r.chance, then[k].chance)
        for k, r in now.items()
        if k in then and abs(r.chance - then[k].chance) >= 0.01
    ]
    return skill, sorted(out, key=lambda x: (-abs(x.before - x.after), x.place))


def line_risk(found: Sequence[Risk], between: Sequence[tuple[str, str]]) -> float | None:
    """The chance of an event at any of a contact line's nearest places, taken as independent; None where none of them is told of."""
    by = {r.place: r.chance for r in found}
    mine = [by[n] for n in {x for pair in between for x in pair} if n in by]
    return round(1 - math.prod(1 - c for c in mine), 3) if mine else None


def as_json(skill: Skill, found: Sequence[Risk]) -> dict[str, Any]:
    return {
        "days": skill.days,
        "shown": skill.shown,
        "skill": {
            "cases": skill.cases,
            "events": skill.events,
            "brier": round(skill.brier, 4),
            "over_base_rate": round(skill.over_base, 3),
            "over_persistence": round(skill.over_persistence, 3),
        },
        "places": [
            {
                "place": r.place,
                "id": r.id,
                "chance": r.chance,
                "reasons": [{"feature": f, "log_odds": v} for f, v in r.reasons],
            }
            for r in found
        ],
    }


__all__ = [
    "FEATURES",
    "Past",
    "Risk",
    "Shift",
    "Skill",
    "as_json",
    "chances",
    "fit",
    "judged",
    "line_risk",
    "risks",
    "shifted",
]
