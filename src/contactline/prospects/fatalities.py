"""Deaths a month by district, one to six months ahead, as a sample of likely values.

An analogue forecast (Lorenz 1969): a ridge regression of log deaths on the recent past here, next
door and in all places gives each past case a score; the forecast is what followed the past cases
whose scores were nearest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from contactline.prospects.settings import DEFAULT, Deaths

Array = npt.NDArray[np.float64]


def features(y: Array, t: int, near: list[list[int]]) -> Array:
    """(districts, features) known at the end of month `t` (exclusive);
    `y` is months by districts.
    """
    z = np.log1p(y[:t])
    own = [
        z[-1],
        z[-2],
        z[-3],
        z[-6:].mean(0),
        z[-12:].mean(0),
        np.log1p(y[max(0, t - 12) : t].max(0)),
        z[-3:].mean(0) - z[-12:].mean(0),
    ]
    beside = np.array([z[-3:, n].mean() if n else 0.0 for n in near])
    everywhere = np.full(y.shape[1], z[-3:].mean())
    trend = np.full(y.shape[1], z[-3:].mean() - z[-12:].mean())
    return np.column_stack([*own, beside, everywhere, trend, np.ones(y.shape[1])])


def forecast(
    y: Array, t: int, ahead: int, near: list[list[int]], rules: Deaths = DEFAULT.deaths
) -> Array:
    """(districts, analogues) sorted samples for month t + ahead − 1,
    from months before `t` alone.
    """
    xs, ys = [], []
    for s in range(12, t - ahead + 1):
        xs.append(features(y, s, near))
        ys.append(y[s + ahead - 1])
    x, target = np.concatenate(xs), np.concatenate(ys)
    # the newest months count most: wars change their ways
    age = np.repeat(np.arange(len(xs))[::-1], y.shape[1])
    w = 0.5 ** (age / rules.half_life_months)
    a = (x * w[:, None]).T @ x + rules.ridge * np.eye(x.shape[1])
    beta = np.linalg.solve(a, (x * w[:, None]).T @ np.log1p(target))
    score, now = x @ beta, features(y, t, near) @ beta
    out = np.zeros((y.shape[1], rules.analogues))
    for i, v in enumerate(now):
        far = np.abs(score - v) + rules.stale * age
        out[i] = (
            np.sort(target[np.argsort(far, kind="stable")[: rules.analogues]])
            if len(target) >= rules.analogues
            else np.sort(np.resize(target[np.argsort(far, kind="stable")], rules.analogues))
        )
    return out
