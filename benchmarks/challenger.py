"""The risk model's challenger: gradient-boosted trees on the same features, by the same rolling
origin, so that the better of the two by Brier skill can be chosen.

usage: python -m benchmarks.challenger LEDGER [DAY]   (needs scikit-learn)
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Sequence
from datetime import date

import numpy as np

from contactline.ledger.store import Ledger
from contactline.prospects.hazard import Month, Predict, Skill, logistic, months_of, rolling
from contactline.prospects.past import Array, Past
from contactline.prospects.settings import DEFAULT, Hazard
from contactline.questions.analysis import Analysis

REFIT = 3  # months a fit serves: trees fitted anew each month took four times as long


def boosted(rules: Hazard = DEFAULT.hazard) -> Predict:
    """HistGradientBoostingClassifier (Pedregosa et al. 2011; LightGBM's algorithm, Ke et al. 2017),
    small trees and strong shrinkage for few events; months weigh as in the logistic model's
    middle memory.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    half = rules.memory_days[len(rules.memory_days) // 2]
    last: list[tuple[int, object]] = []

    def predict(known: Sequence[Month], m: Month) -> Array:
        if not last or len(known) - last[0][0] >= REFIT:
            model = HistGradientBoostingClassifier(
                learning_rate=0.05,
                max_iter=120,
                max_leaf_nodes=8,
                min_samples_leaf=60,
                l2_regularization=5.0,
                random_state=7,
            )
            weight = np.concatenate(
                [np.full(len(k.y), 0.5 ** ((m.day - k.day) / half)) for k in known]
            )
            x, y = np.concatenate([k.x for k in known]), np.concatenate([k.y for k in known])
            last[:] = [(len(known), model.fit(x, y, sample_weight=weight))]
        out: Array = last[0][1].predict_proba(m.x)[:, 1]  # type: ignore[attr-defined]
        return out

    return predict


def compared(past: Past, days: int, on: date) -> list[tuple[str, Skill]]:
    """Both models and their mean, on the same months; each with its skill by rolling origin."""
    months = months_of(past, days, on)
    kept: dict[str, dict[int, Array]] = {}

    def noted(name: str, model: Predict) -> Predict:
        def predict(known: Sequence[Month], m: Month) -> Array:
            p = model(known, m)
            kept.setdefault(name, {})[m.day] = p
            return p

        return predict

    def mean(known: Sequence[Month], m: Month) -> Array:
        out: Array = np.mean([p[m.day] for p in kept.values()], axis=0)
        return out

    models = (("logistic", logistic(past.rules)), ("boosted trees", boosted(past.rules)))
    found = [(n, rolling(months, days, noted(n, f), past.rules)) for n, f in models]
    return [*found, ("mean of both", rolling(months, days, mean, past.rules))]


def table(past: Past, on: date) -> None:
    """Prints a row a model and horizon; nothing where scikit-learn is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        print("the challenger needs scikit-learn (pip install scikit-learn); not compared")
        return
    print("| days | model | cases | events | Brier | over base rate | over persistence |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for days in (30, 90):
        for name, s in compared(past, days, on):
            print(
                f"| {days} | {name} | {s.cases:,} | {s.events:,} | {s.brier:.4f} | "
                f"{s.over_base:+.3f} | {s.over_persistence:+.3f} |",
                flush=True,
            )


def main() -> None:
    started = time.process_time()
    analysis = Analysis(Ledger.open(sys.argv[1], create=False))
    on = date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else analysis.last_day()
    table(Past(analysis.history()), on)
    print(f"({time.process_time() - started:.0f} s of processor time)")


if __name__ == "__main__":
    main()
