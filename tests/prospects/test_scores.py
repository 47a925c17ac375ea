from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.prospects.grid import cell, middle
from contactline.prospects.scores import crps, ignorance, interval_score

NUMBERS = st.floats(0, 2000)


@pytest.mark.parametrize(
    ("lat", "lon", "gid"),
    [(34.802, 36.708, 179714), (35.688, 36.450, 181153), (-90, -180, 1), (90, 180, 259200)],
)
def test_cells_have_the_published_ids(lat: float, lon: float, gid: int) -> None:
    assert cell(lat, lon) == gid


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_lies_in_its_cell(lat: float, lon: float) -> None:
    a, b = middle(cell(lat, lon))
    assert abs(a - lat) <= 0.25 + 1e-9 and abs(b - lon) <= 0.25 + 1e-9
    assert cell(a, b) == cell(lat, lon)


@pytest.mark.parametrize("wrong", [(91.0, 0.0), (0.0, 181.0)])
def test_off_the_globe_is_no_cell(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="globe"):
        cell(*wrong)
    with pytest.raises(ValueError, match="no cell"):
        middle(0)


@given(st.lists(NUMBERS, min_size=1, max_size=40), NUMBERS)
def test_scores_are_never_better_than_knowing(xs: list[float], v: float) -> None:
    sample, sure = np.array(xs), np.full(40, v)
    for score in (crps, interval_score):
        assert score(sample, v) >= score(sure, v) - 1e-6
    assert crps(sure, v) == pytest.approx(0, abs=1e-6)
    # eleven bins, each with one draw more: a forecast that puts all forty in the right one
    assert ignorance(sure, v) == pytest.approx(-math.log2(41 / 51))


def test_the_interval_score_by_hand() -> None:
    sample = np.linspace(0, 100, 101)
    assert interval_score(sample, 50) == pytest.approx(90)
    assert interval_score(sample, 105) == pytest.approx(90 + 20 * 10)


def test_a_value_in_a_bin_nobody_drew_costs_bits_but_not_all() -> None:
    assert ignorance(np.zeros(9), 0) == pytest.approx(-math.log2(10 / 20))
    assert ignorance(np.zeros(9), 2000) == pytest.approx(-math.log2(1 / 20))
