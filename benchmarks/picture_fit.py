"""Fits the picture's numbers to who held which Syrian town, and writes
src/contactline/picture/fitted.toml.

Penalised maximum likelihood: of every town and month with one known holder, the logarithm of the
probability that the picture gives that holder; a month counts a twelfth, since months of one town
are no independent cases; a ridge pulls each number to its written default. Held out by town and by
year; the intervals are a delete-a-group jackknife over towns (Efron & Tibshirani 1993, ch. 11). The
likelihood is computed for many settings at once (numpy), from observations made by the picture's
own code; `tests/picture/test_fit.py` holds it to `Track.shares`.

usage: python -m benchmarks.picture_fit ../shared [--rounds N] [--dry]
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from benchmarks.picture import LABEL, Town, label, months, syria, towns, unit_of
from contactline.model import digest
from contactline.picture.history import History
from contactline.picture.observe import CLAIMED, HOLDING, Told, told_of
from contactline.picture.settings import Settings

OUT = Path(__file__).parent.parent / "src/contactline/picture/fitted.toml"
LABELS = tuple(LABEL.values())
TOWN_FOLDS, YEARS = 5, ((2012, 2013), (2014, 2015), (2016, 2017), (2018, 2019))
# to be in a place or to fight there is not to hold it, however often the two go together in a few
# towns
MOST = {"chain.presence": 2.0, "chain.fights": 2.0}
WIDEST = 12.0  # how far a number may go on the scale it is fitted on
RIDGE = 0.7  # standard deviation of a number about its default, on the scale it is fitted on
MONTH = 1 / 12

# name, scale: share in 0..1 (logit), above (ratio over 1: log of the excess), positive (log)
FITTED = (
    ("chain.change_per_day", "positive"),
    ("chain.prior_unknown", "share"),
    ("chain.only_there", "share"),
    ("chain.nobody", "share"),
    ("chain.holds", "above"),
    ("chain.presence", "above"),
    ("chain.fights", "above"),
    ("chain.strikes", "above"),
    ("chain.temper", "positive"),
    ("chain.unnamed", "positive"),
    ("doubt.stray", "share"),
    ("doubt.part", "share"),
    ("doubt.unheard_of", "share"),
    ("doubt.echo", "share"),
)


def to_line(value: float, scale: str) -> float:
    if scale == "share":
        value = min(0.999, max(0.001, value))
        return math.log(value / (1 - value))
    return math.log(max(1e-6, value - 1.0) if scale == "above" else value)


def from_line(u: Any, scale: str) -> Any:
    if scale == "share":
        return 1.0 / (1.0 + np.exp(-u))
    return np.exp(u) + (1.0 if scale == "above" else 0.0)


WRITTEN = Settings.written()
START = np.array(
    [to_line(getattr(getattr(WRITTEN, n.split(".")[0]), n.split(".")[1]), s) for n, s in FITTED]
)


def settings_of(u: Sequence[float]) -> Settings:
    sections: dict[str, dict[str, float]] = {}
    for (name, scale), v in zip(FITTED, u, strict=True):
        section, key = name.split(".")
        sections.setdefault(section, {})[key] = float(from_line(v, scale))
    return Settings.load(sections)


@dataclass(slots=True)
class Case:
    """A town: what is told of its place, and on which months who held it."""

    town: Town
    told: list[Told]
    sides: list[str]
    labels: list[int]  # of each side, its place in LABELS; -1 for another
    named: set[int]  # labels of the sides that are said to hold or take the place
    asked: list[tuple[int, int]] = field(default_factory=list)  # ordinal day, place in LABELS


def cases(history: History, all_towns: Sequence[Town]) -> list[Case]:
    out = []
    for t in all_towns:
        key = unit_of(history, t)
        asked = [(d.toordinal(), LABELS.index(x)) for d in months() if (x := t.held(d)) in LABELS]
        if key is None or not asked:
            continue
        said = history.trust.weighed(history.units[key].claims, history.sides)
        told = told_of(said, history.sides.of, history.settings, past=history.past)
        sides = sorted({x for one in told for shape in one.shapes() for x in shape.sides})
        if not sides:
            continue
        index = {x: LABELS.index(n) for x in sides if (n := label(x, history.sides)) in LABELS}
        said_to = {x for one in told for s in one.shapes() if s.what in CLAIMED for x in s.sides}
        labels = [index.get(x, -1) for x in sides]
        out.append(Case(t, told, sides, labels, {index[x] for x in said_to if x in index}, asked))
    return out


class Batch:
    """Numbers for many settings at once, each an array of shape (settings,)."""

    def __init__(self, u: Any) -> None:
        self.n = len(u)
        self.v = {n: from_line(u[:, k], s) for k, (n, s) in enumerate(FITTED)}

    def __getitem__(self, name: str) -> Any:
        return self.v[name]


def log_likelihood(case: Case, b: Batch) -> tuple[Any, Any]:
    """(log probability of the true holder, shape (settings, months); probabilities (settings,
    months, labels)).
    """
    k = len(case.sides)
    column = {x: i for i, x in enumerate(case.sides)}
    steps: dict[int, list[tuple[str, tuple[int, ...], Any]]] = {}
    held: set[int] = set()
    counts: dict[Any, int] = {}
    for one in case.told:
        counts[one.repeats] = counts.get(one.repeats, 0) + 1
    for one in case.told:
        power = one.power() * counts[one.repeats] ** -b["doubt.echo"]
        q = one.sure * np.ones(b.n)
        for name in one.doubts:
            q = q * (b[f"doubt.{name}"] if f"doubt.{name}" in b.v else one.doubt(name))
        stray = (1.0 - q) * b["doubt.stray"]
        for x in one.shapes():
            mine = tuple(column[i] for i in sorted(x.sides))
            if not mine:
                continue
            if x.what in HOLDING:
                held.update(mine)
            if not x.number:
                continue
            base = b[f"chain.{x.number}"] if f"chain.{x.number}" in b.v else one.number(x.number)
            day = x.day.toordinal()
            if x.sign == 0:
                strength = -np.log1p(-np.minimum(base * q, 1 - 1e-6)) * power
                kind = "lost" if x.what == "loses" else "gained"
                steps.setdefault(day, []).append((kind, mine, strength))
            else:
                ratio = (q + stray) / (q / base**x.sign + stray)
                steps.setdefault(day, []).append(("ratio", mine, power * np.log(ratio)))
    share = np.stack(
        [np.ones(b.n) if i in held else b["chain.only_there"] for i in range(k)], axis=1
    )
    prior = np.concatenate(
        [
            (1 - b["chain.prior_unknown"])[:, None] * share / share.sum(1, keepdims=True),
            b["chain.prior_unknown"][:, None],
        ],
        axis=1,
    )
    days = sorted(steps)
    pooled = [_Pooled(steps[d], k, b) for d in days]
    rate = b["chain.change_per_day"]
    forward, p = [], prior
    for n, (d, step) in enumerate(zip(days, pooled, strict=True)):
        if n:
            keep = np.exp(-rate * (d - days[n - 1]))[:, None]
            p = keep * p + (1 - keep) * prior
        p = step.forward(p, prior)
        forward.append(p)
    back: list[Any] = [None] * len(days)
    w = np.ones((b.n, k + 1))
    for n in range(len(days) - 1, -1, -1):
        if n + 1 < len(days):
            keep = np.exp(-rate * (days[n + 1] - days[n]))[:, None]
            w = keep * w + (1 - keep) * (prior * w).sum(1, keepdims=True)
        w = pooled[n].backward(w, prior)
        w = w / w.max(1, keepdims=True)
        back[n] = w
    given = np.array(case.labels)
    out = np.zeros((b.n, len(case.asked), len(LABELS)))
    at = np.array(days)
    for m, (day, _) in enumerate(case.asked):
        n = int(np.searchsorted(at, day, side="right")) - 1
        if n < 0:
            p = prior
        else:
            keep = np.exp(-rate * (day - days[n]))[:, None]
            p = keep * forward[n] + (1 - keep) * prior
        if n + 1 < len(days):
            keep = np.exp(-rate * (days[n + 1] - day))[:, None]
            w = back[n + 1]
            p = p * (keep * w + (1 - keep) * (prior * w).sum(1, keepdims=True))
        p = (p / p.sum(1, keepdims=True)) ** b["chain.temper"][:, None]
        p[:, -1] *= b["chain.unnamed"]
        p = p / p.sum(1, keepdims=True)
        for j in range(len(LABELS)):
            out[:, m, j] = p[:, :-1][:, given == j].sum(1)
        unnamed = [j for j in range(len(LABELS)) if j not in set(case.labels)]
        for j in unnamed:
            out[:, m, j] = p[:, -1] / len(unnamed)
    truth = np.array([x for _, x in case.asked])
    return np.log(np.maximum(out[:, np.arange(len(truth)), truth], 1e-4)), out


class _Pooled:
    """One day of a town's chain, for many settings at once; the same sums as `control._Day`."""

    def __init__(self, said: Sequence[tuple[str, tuple[int, ...], Any]], k: int, b: Batch) -> None:
        self.ratio = np.zeros((b.n, k + 1))
        gained, lost = np.zeros((b.n, k + 1)), np.zeros((b.n, k + 1))
        for kind, mine, v in said:
            for i in mine:
                if kind == "ratio":
                    self.ratio[:, i] += v
                else:
                    (gained if kind == "gained" else lost)[:, i] += v / len(mine)
            if kind == "ratio":
                self.ratio[:, -1] -= b["chain.nobody"] * np.maximum(v, 0.0)
        self.ratio = np.exp(self.ratio)
        total = gained.sum(1, keepdims=True)
        self.kept = np.exp(-total)
        self.to = gained / np.maximum(total, 1e-12)
        self.lost = [(i, 1 - np.exp(-lost[:, i])) for i in range(k) if lost[:, i].any()]

    def forward(self, p: Any, prior: Any) -> Any:
        q = p.copy()
        for i, away in self.lost:
            gone = away * q[:, i]
            add = gone[:, None] * prior / (1 - prior[:, i])[:, None]
            add[:, i] = -gone
            q = q + add
        q = self.kept * q + (1 - self.kept) * self.to
        q = q * self.ratio
        return q / q.sum(1, keepdims=True)

    def backward(self, w: Any, prior: Any) -> Any:
        q = w * self.ratio
        q = self.kept * q + (1 - self.kept) * (self.to * q).sum(1, keepdims=True)
        for i, away in reversed(self.lost):
            others = (prior * q).sum(1) - prior[:, i] * q[:, i]
            q = q.copy()
            q[:, i] = (1 - away) * q[:, i] + away * others / (1 - prior[:, i])
        return q


Cut = Any  # (case, ordinal day) -> whether it is fitted on


def objective(all_cases: Sequence[Case], u: Any, cut: Cut) -> Any:
    """Penalised negative log likelihood of each row of `u`."""
    b = Batch(u)
    total = 0.5 * (((u - START) / RIDGE) ** 2).sum(1)
    for c in all_cases:
        use = np.array([cut(c, d) for d, _ in c.asked])
        if use.any():
            total -= MONTH * log_likelihood(c, b)[0][:, use].sum(1)
    return total


def fit(all_cases: Sequence[Case], cut: Cut, rounds: int) -> Any:
    """The best numbers, on the scale they are fitted on
    (L-BFGS, gradients by central differences).
    """
    from scipy.optimize import minimize

    step = 1e-3

    def both(u: Any) -> tuple[float, Any]:
        around = np.concatenate(
            [u[None], u[None] + step * np.eye(len(u)), u[None] - step * np.eye(len(u))]
        )
        f = objective(all_cases, around, cut)
        n = len(u)
        return float(f[0]), (f[1 : n + 1] - f[n + 1 :]) / (2 * step)

    return minimize(
        both,
        START,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-WIDEST, to_line(MOST[n], s) if n in MOST else WIDEST) for n, s in FITTED],
        options={"maxiter": rounds},
    ).x


@dataclass(frozen=True, slots=True)
class Said:
    """One town-month held out: the likeliest holder, its probability, whether that is so."""

    p: float
    right: bool


def held_out(all_cases: Sequence[Case], u: Any, cut: Cut) -> list[Said]:
    out = []
    for c in all_cases:
        use = [m for m, (d, _) in enumerate(c.asked) if not cut(c, d)]
        if use:
            p = log_likelihood(c, Batch(u[None]))[1][0]
            for m in use:
                best = max(sorted(c.named), key=lambda j: p[m, j], default=None)
                if best is not None:
                    out.append(Said(float(p[m, best]), best == c.asked[m][1]))
    return out


def told(said: Sequence[Said], at: float) -> str:
    """Accuracy, answers and calibration error (ten bins) of those said with at least `at`."""
    spoken = [s for s in said if s.p >= at]
    if not spoken:
        return f"from {at:.2f}: nothing said"
    bins: dict[int, list[Said]] = {}
    for s in spoken:
        bins.setdefault(min(9, int(s.p * 10)), []).append(s)
    error = sum(abs(sum(s.p - s.right for s in b)) for b in bins.values()) / len(spoken)
    right = sum(s.right for s in spoken) / len(spoken)
    return f"from {at:.2f}: {right:.3f} of {len(spoken)} right, calibration error {error:.3f}"


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1][0] != "-" else "../shared")
    rounds = int(sys.argv[sys.argv.index("--rounds") + 1]) if "--rounds" in sys.argv else 8
    started = time.perf_counter()

    def tell(text: str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {text}", flush=True)

    history = syria(shared, Settings.written())
    found = cases(history, towns(shared / "data/truth"))
    n = sum(len(c.asked) for c in found)
    tell(
        f"{len(found)} towns told of, {n:,} town-months, {sum(len(c.told) for c in found):,} "
        "sentences"
    )
    everything = fit(found, lambda c, d: True, rounds)
    tell("fitted on all")
    by_town: list[Said] = []
    left: list[Any] = []
    fold = {c.town.name: int(digest(c.town.name, 8), 16) % TOWN_FOLDS for c in found}
    for k in range(TOWN_FOLDS):
        cut = lambda c, d, k=k: fold[c.town.name] != k  # noqa: E731
        left.append(fit(found, cut, rounds))
        by_town += held_out(found, left[-1], cut)
        tell(f"without town fold {k + 1} of {TOWN_FOLDS}")
    by_year: list[Said] = []
    for first, last in YEARS:
        cut = lambda c, d, a=first, b=last: not a <= date.fromordinal(d).year <= b  # noqa: E731
        by_year += held_out(found, fit(found, cut, rounds), cut)
        tell(f"without {first}-{last}")
    written = held_out(found, START, lambda c, d: False)
    fitted = held_out(found, everything, lambda c, d: False)
    for name, said in (
        ("as written by hand", written),
        ("fitted, on its own towns", fitted),
        ("held out by town", by_town),
        ("held out by year", by_year),
    ):
        print(f"{name}: " + "; ".join(told(said, at) for at in (0.5, 0.6, 0.7, 0.8)))
    spread = np.sqrt(
        (TOWN_FOLDS - 1) / TOWN_FOLDS * ((np.array(left) - np.mean(left, 0)) ** 2).sum(0)
    )
    text = _toml(everything, spread, history, found, by_town, by_year)
    if "--dry" in sys.argv:
        print(text)
    else:
        OUT.write_text(text)
        tell(f"written to {OUT.name}")


def _toml(
    u: Any,
    spread: Any,
    history: History,
    found: Sequence[Case],
    by_town: Sequence[Said],
    by_year: Sequence[Said],
) -> str:
    lines = [
        (
            "# Written by `make fit-picture` (benchmarks/picture_fit.py); "
            "see docs/adr/0017-fitting.md."
        ),
        f"# {len(history.claims):,} claims, {len(found)} towns told of,"
        f" {sum(len(c.asked) for c in found):,} town-months with one known holder.",
        f"# held out by town: {told(by_town, Settings().standing.held_at)}",
        f"# held out by year: {told(by_year, Settings().standing.held_at)}",
        "# low and high: 95%, jackknife over five groups of towns",
    ]
    section = ""
    for (name, scale), v, s in zip(FITTED, u, spread, strict=True):
        where, key = name.split(".")
        if where != section:
            section = where
            lines += ["", f"[{section}]"]
        value, low, high = (float(from_line(x, scale)) for x in (v, v - 1.96 * s, v + 1.96 * s))
        lines.append(f"{key} = {{ value = {value:.6g}, low = {low:.4g}, high = {high:.4g} }}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
