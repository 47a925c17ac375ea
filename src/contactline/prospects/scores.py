"""Scores of forecasts of a number given as a sample: those of the field's prediction challenges.

Smaller is better.

CRPS and interval score: Gneiting and Raftery 2007, Strictly proper scoring rules. Ignorance score:
as in the ViEWS prediction challenge 2023 (Hegre et al.), minus log2 of the share of the sample in
the observed value's bin.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# upper ends of the bins of deaths a month that the challenge counts in
BINS = (0.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


def crps(sample: Array, value: float) -> float:
    """Continuous ranked probability score: mean |x − v| − half the mean |x − x'|, in the value's
    unit.
    """
    x = np.sort(sample)
    n = len(x)
    spread = 2.0 * float(((2 * np.arange(1, n + 1) - n - 1) * x).sum()) / (n * n)
    return float(np.abs(x - value).mean()) - 0.5 * spread


def ignorance(sample: Array, value: float) -> float:
    """In bits, over the challenge's bins; every bin holds one more draw than it does, so that none
    is impossible.
    """
    counts = np.bincount(np.searchsorted(BINS, sample), minlength=len(BINS) + 1) + 1.0
    share = counts[int(np.searchsorted(BINS, value))] / counts.sum()
    return -math.log2(float(share))


def interval_score(sample: Array, value: float, alpha: float = 0.1) -> float:
    """Of the central (1 − alpha) interval: its width, and 2/alpha for each unit the value lies
    outside.
    """
    low, high = np.quantile(sample, [alpha / 2, 1 - alpha / 2])
    outside = max(0.0, float(low) - value) + max(0.0, value - float(high))
    return float(high - low) + 2.0 / alpha * outside
