"""Models of the chance of an event soon, and their skill by rolling origin.

Logistic regression with a ridge (Cox 1972's discrete hazard; Brier 1950 for the score), trained on
the ledger's own past; each test month is predicted from the months whose outcome was known by then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.optimize import minimize

from contactline.picture.history import History
from contactline.prospects.past import LATELY, Array, Past
from contactline.prospects.settings import DEFAULT, Hazard

RULES = DEFAULT.hazard


@dataclass(frozen=True, slots=True)
class Skill:
    """Rolling-origin result for one horizon. `against` are Brier skills: 1 − ours/theirs."""

    days: int
    cases: int
    events: int
    brier: float
    base: float
    persistence: float
    rules: Hazard = RULES

    @property
    def over_base(self) -> float:
        return 1 - self.brier / self.base if self.base > 0 else 0.0

    @property
    def over_persistence(self) -> float:
        return 1 - self.brier / self.persistence if self.persistence > 0 else 0.0

    @property
    def shown(self) -> bool:
        return (
            self.cases >= self.rules.least_cases
            and self.events >= self.rules.least_events
            and self.over_base > self.rules.level
            and self.over_persistence > self.rules.level
        )


Fit = tuple[Array, Array, Array]  # weights with the intercept last, means, scales
Model = tuple[Fit, ...]


def fit(
    x: Array, y: Array, weight: Array, start: Array | None = None, rules: Hazard = RULES
) -> Fit:
    """By weighted maximum likelihood with a ridge; from last month's weights it is quicker."""
    mean, scale = x.mean(0), x.std(0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])

    def loss(w: Array) -> tuple[float, Array]:
        s = z @ w
        p = 1 / (1 + np.exp(-s))
        value = float((weight * (np.logaddexp(0, s) - y * s)).sum()) + 0.5 * rules.ridge * float(
            w[:-1] @ w[:-1]
        )
        grad = z.T @ (weight * (p - y))
        grad[:-1] += rules.ridge * w[:-1]
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
    # a claim dated in another age makes no hundred thousand months of them
    first = max(span[0] + past.rules.warm_days, last - past.rules.longest_days)
    return list(range(first, last + 1, past.rules.step_days))


@dataclass(frozen=True, slots=True)
class Month:
    """One origin: its day, the places' features, whether each had an event within the horizon."""

    day: int
    x: Array
    y: Array


def months_of(past: Past, days: int, on: date) -> list[Month]:
    """The origins whose outcome is known by a day, in order; of each the places told of by then."""
    out: list[Month] = []
    for t in origins(past, days, on):
        seen = past.told(t)
        if seen.any():
            out.append(Month(t, past.features(t)[seen], past.labels(t, days)[seen]))
    return out


def fitted(
    known: Sequence[Month], day: int, before: Model | None = None, rules: Hazard = RULES
) -> Model:
    """Fitted on what was known, late months counting more than early ones: wars change.

    One fit for each memory.
    """
    out = []
    for i, half in enumerate(rules.memory_days):
        near = [m for m in known if day - m.day < rules.reach * half]
        if sum(float(m.y.sum()) for m in near) < rules.least_events:
            near = list(known)
        weight = np.concatenate([np.full(len(m.y), 0.5 ** ((day - m.day) / half)) for m in near])
        out.append(
            fit(
                np.concatenate([m.x for m in near]),
                np.concatenate([m.y for m in near]),
                weight / weight.max(),
                before[i][0] if before else None,
                rules,
            )
        )
    return tuple(out)


Predict = Callable[[Sequence[Month], Month], Array]  # known months, the month to predict: chances


def rolling(months: Sequence[Month], days: int, predict: Predict, rules: Hazard = RULES) -> Skill:
    """Brier score of a model's chances by rolling origin,
    beside the base rate's and persistence's.
    """
    ours = base = persist = 0.0
    n = events = 0
    recent = math.log1p(rules.lately)
    for i, m in enumerate(months):
        known = [k for k in months[:i] if k.day + days <= m.day]
        if (
            not known
            or sum(len(k.y) for k in known) < rules.least_cases
            or sum(float(k.y.sum()) for k in known) < rules.least_events
        ):
            continue
        ours += float(((predict(known, m) - m.y) ** 2).sum())
        xs = np.concatenate([k.x[:, LATELY] for k in known])
        ys = np.concatenate([k.y for k in known])
        # persistence: the past rate of places that had an event just before, and of those that had
        # none
        lately, then = m.x[:, LATELY] > recent, xs > recent
        rates = [
            float(ys[then == flag].mean()) if (then == flag).any() else float(ys.mean())
            for flag in (False, True)
        ]
        base += float(((ys.mean() - m.y) ** 2).sum())
        persist += float(((np.where(lately, rates[1], rates[0]) - m.y) ** 2).sum())
        events += int(m.y.sum())
        n += len(m.y)
    return Skill(
        days,
        n,
        events,
        ours / n if n else 0.0,
        base / n if n else 0.0,
        persist / n if n else 0.0,
        rules,
    )


def logistic(rules: Hazard = RULES) -> Predict:
    """The logistic model, each month fitted from the weights of the one before."""
    last: list[Model | None] = [None]

    def predict(known: Sequence[Month], m: Month) -> Array:
        model = fitted(known, m.day, last[0], rules)
        last[0] = model
        return chances(model, m.x)

    return predict


def judged(
    stage: History, days: int, on: date, past: Past | None = None
) -> tuple[Skill, Model | None]:
    """Skill by rolling origin up to a day, and the model of all months; None where nothing, or all,
    happened.
    """
    past = past or Past(stage)
    months = months_of(past, days, on)
    skill = rolling(months, days, logistic(past.rules), past.rules)
    total, cases = sum(float(m.y.sum()) for m in months), sum(len(m.y) for m in months)
    return skill, fitted(months, months[-1].day, None, past.rules) if 0 < total < cases else None
