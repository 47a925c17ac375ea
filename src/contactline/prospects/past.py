"""The past of every place told of by name: its events, and what of them is known on a day.

Features are of the picture's own claims alone; they are what the models of `hazard.py` look at.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.spatial import cKDTree

from contactline.model import ACTUAL
from contactline.picture.distance import unit
from contactline.picture.history import History
from contactline.prospects.settings import DEFAULT, Hazard

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
EARTH_KM = 12742.0  # the earth's diameter, for chords of the unit sphere


class Past:
    """Events and features of every place told of by name.

    `gone`: sides whose own part in events is left out, as if they had not taken part; with two of
    them given as a pair in `between`, only what those two did to each other.
    """

    def __init__(
        self,
        stage: History,
        gone: str | None = None,
        between: frozenset[str] = frozenset(),
        rules: Hazard = DEFAULT.hazard,
    ) -> None:
        self.stage, self.rules = stage, rules
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
            if len(every) >= self.rules.least_events
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
        """Places the reports have spoken of by then: nobody can be held to a place that was not yet
        heard of.
        """
        return np.array([bool(ds) and ds[0] <= on for ds in self.days], dtype=bool)


def _around(points: npt.NDArray[np.float64], km: float) -> Any:
    """Sparse (places, places): 1 where another place lies within so many kilometres."""
    n = len(points)
    if not n:
        return sp.csr_matrix((0, 0))
    pairs = cKDTree(points).query_pairs(2 * math.sin(km / EARTH_KM), output_type="ndarray")
    ones = np.ones(len(pairs))
    half = (
        sp.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        if len(pairs)
        else sp.csr_matrix((n, n))
    )
    return half + half.T
