"""The fit computes the same probabilities as the picture, for many settings at once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from benchmarks import picture_fit as fit
from benchmarks.picture import Town

from contactline.picture.control import UNNAMED, Track, shares_on
from contactline.picture.observe import observations, told_of
from contactline.picture.settings import Settings
from tests.makers import stored

D = date(2014, 1, 1)
CLAIMS = [
    stored(who="Army", on=D),
    stored(who="Rebels", on=D + timedelta(days=90), modality="reported", confidence=0.6),
    stored(aspect="gains", who="Rebels", on=D + timedelta(days=200), extent="part"),
    stored(aspect="loses", who="Army", on=D + timedelta(days=200), confidence=0.7),
    stored(aspect="gains", who="Army", on=D + timedelta(days=500)),
    stored(kind="strike", aspect=None, who="Others", on=D + timedelta(days=300)),
    stored(kind="presence", aspect="located", who="Others", on=D + timedelta(days=301)),
    stored(kind="fight", aspect=None, who="Army", other="Rebels", on=D + timedelta(days=40)),
    stored(aspect="besieges", who="Army", on=D + timedelta(days=250)),
    stored(aspect="holds", who="Rebels", modality="denied", on=D + timedelta(days=700)),
]


def side(role_id: str | None, on: date) -> str | None:
    return role_id.removeprefix("actor:") if role_id else None


def test_it_agrees_with_the_track_on_any_day_under_any_settings() -> None:
    told = told_of(CLAIMS, side, fit.WRITTEN)
    sides = sorted({x for t in told for s in t.shapes() for x in s.sides})
    asked = [((D + timedelta(days=d)).toordinal(), 0) for d in (-9, 0, 95, 200, 450, 500, 800)]
    case = fit.Case(Town("Alpha", 35.0, 37.0, (), ()), told, sides, [0, 1, 2], {0, 1}, asked)
    u = fit.START + np.random.default_rng(7).normal(0.0, 0.6, (4, len(fit.START)))
    _, given = fit.log_likelihood(case, fit.Batch(u))
    for k in range(len(u)):
        rule = fit.settings_of(u[k])
        track = Track(observations(CLAIMS, side, rule), rule)
        for m, (day, _) in enumerate(asked):
            want = shares_on(track, date.fromordinal(day))
            assert [given[k, m, i] for i in range(3)] == pytest.approx(
                [want[x] for x in sides], abs=1e-9
            )
            assert given[k, m, 3:].sum() == pytest.approx(want[UNNAMED], abs=1e-9)


def test_the_gradient_of_the_objective_leads_down() -> None:
    told = told_of(CLAIMS, side, fit.WRITTEN)
    sides = sorted({x for t in told for s in t.shapes() for x in s.sides})
    asked = [((D + timedelta(days=d)).toordinal(), 1) for d in range(0, 800, 30)]
    case = fit.Case(Town("Alpha", 35.0, 37.0, (), ()), told, sides, [0, 1, 2], {0, 1}, asked)
    best = fit.fit([case], lambda c, d: True, 3)
    both = fit.objective([case], np.stack([fit.START, best]), lambda c, d: True)
    assert both[1] < both[0]


def test_fitted_numbers_are_the_settings_of_the_picture_and_lie_in_their_intervals() -> None:
    from contactline.picture.settings import FITTED

    for section, numbers in FITTED.items():
        for name, n in numbers.items():
            assert getattr(getattr(Settings(), section), name) == n["value"]
            assert n["low"] <= n["value"] <= n["high"]
    assert {f"{s}.{n}" for s, found in FITTED.items() for n in found} <= {n for n, _ in fit.FITTED}
