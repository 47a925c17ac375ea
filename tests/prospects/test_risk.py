from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.model import Actor, ContactlineError
from contactline.picture.build import snapshot_of
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.prospects import assume
from contactline.prospects.expectations import expectations
from contactline.prospects.fatalities import forecast
from contactline.prospects.record import records, wilson
from contactline.prospects.risk import risks, shifted
from contactline.prospects.scores import crps
from contactline.prospects.settings import Hazard, ProspectSettings
from contactline.prospects.turning import turning_points
from contactline.reading.outlook import chance_in
from tests.makers import stored

ACTORS = {i: Actor(i, i.title(), "group", "SY", "SY") for i in ("army", "rebels")}
D = date(2016, 1, 1)


def stage() -> History:
    claims = [
        stored("control", "holds", "Army", "Alpha", on=D),
        stored("control", "holds", "Rebels", "Beta", on=D, n=1),
        stored("control", "holds", "Rebels", "Gamma", on=D, n=2),
        stored("control", "gains", "Rebels", "Alpha", on=D + timedelta(days=200), n=3),
        stored("fight", None, "Army", "Alpha", "Rebels", on=D, n=4),
    ]
    return History(claims, [], ACTORS, Settings())


def test_a_short_past_gives_no_figure() -> None:
    skill, found = risks(stage(), D + timedelta(days=300), 30)
    assert not skill.shown and found == []
    skill, found = risks(History([], [], {}, Settings()), D, 30)
    assert not skill.shown and skill.cases == 0 and found == []


def bursts() -> History:
    """Two places with bursts of fighting between two parties, two quiet ones."""
    rng = np.random.default_rng(3)
    claims = []
    for name, quiet in (("Alpha", False), ("Beta", False), ("Gamma", True), ("Delta", True)):
        for week in range(200):
            burst = (week // 20) % 2 == 0
            if rng.random() < (0.02 if quiet else 0.6 if burst else 0.01):
                claims.append(
                    stored(
                        "fight",
                        None,
                        "Army",
                        name,
                        "Rebels",
                        on=D + timedelta(days=7 * week + int(rng.integers(7))),
                        n=len(claims),
                    )
                )
        claims.append(stored("control", "holds", "Army", name, on=D, n=1000 + len(claims)))
        claims.append(
            stored(
                "fight",
                None,
                "Army",
                name,
                "Rebels",
                on=D + timedelta(days=1),
                n=2000 + len(claims),
            )
        )
    return History(claims, [], ACTORS, Settings())


# less of a past is enough for a figure here
FEW = Hazard(least_cases=40, least_events=10)


def test_a_pattern_in_the_past_is_found_and_shown_with_its_skill() -> None:
    skill, found = risks(bursts(), D + timedelta(days=1390), 30, FEW)
    assert skill.over_base > 0.1 and all(0 <= r.chance <= 1 for r in found)


def test_without_one_of_two_parties_the_risk_of_their_fighting_falls() -> None:
    s, on = bursts(), D + timedelta(days=1200)
    skill, moved = shifted(s, on, 30, gone="rebels", rules=FEW)
    assert (
        skill.shown
        and moved
        and all(m.after < m.before for m in moved if m.place in ("Alpha", "Beta"))
    )
    _, between = shifted(s, on, 30, between=frozenset({"army", "rebels"}), rules=FEW)
    assert {m.place for m in between} == {m.place for m in moved}
    told = assume.asked(snapshot_of(s, on), "without", "Rebels", [], ProspectSettings(hazard=FEW))
    assert told.shifts == tuple(moved) and "would fall most" in told.sentences[-1]


def test_no_risk_is_told_where_the_past_shows_no_skill() -> None:
    told = assume.asked(snapshot_of(stage(), D + timedelta(days=10)), "without", "Rebels", [])
    assert (
        told.shifts == ()
        and told.skill is not None
        and not told.skill.shown
        and not any("chance" in x for x in told.sentences)
    )
    with pytest.raises(ContactlineError):
        assume.asked(snapshot_of(stage(), D), "otherwise", "Rebels", [])


def test_turning_points_name_what_changed() -> None:
    found = turning_points(stage(), D, D + timedelta(days=400))
    assert (
        len(found) == 1
        and "Rebels took Alpha" in found[0].text
        and abs((found[0].on - (D + timedelta(days=200))).days) <= 7
    )
    assert turning_points(History([], [], {}, Settings()), D, D + timedelta(days=9)) == []


@pytest.mark.parametrize(
    ("quote", "p"),
    [
        ("There is a 60 percent chance that it falls", 0.6),
        ("The town will likely fall", 0.675),
        ("It is highly unlikely to fall", 0.125),
        ("The town fell", None),
    ],
)
def test_chances_in_words(quote: str, p: float | None) -> None:
    assert chance_in(quote) == p


@given(st.integers(0, 60), st.integers(0, 60))
def test_intervals_hold_the_share(a: int, b: int) -> None:
    n = a + b
    low, high = wilson(a, n)
    assert 0 <= low <= high <= 1 and (n == 0 or (low <= a / n + 1e-9 and a / n <= high + 1e-9))


def test_records_count_by_source() -> None:
    claims = [
        stored("control", "gains", "Army", "Beta", modality="expected", on=D, source="One"),
        stored("control", "gains", "Army", "Beta", on=D + timedelta(days=20), source="Two", n=1),
    ]
    s = History(claims, [], ACTORS, Settings())
    found = expectations(s.claims, s.sides, D + timedelta(days=30))
    (r,) = records(found, s.claims, D + timedelta(days=30))
    assert (r.who, r.decided, r.came_true) == ("One", 1, 1) and r.low < 1 and r.base is None


def test_what_ifs_about_places_and_alliances() -> None:
    scene = snapshot_of(stage(), D + timedelta(days=10))
    held = assume.holds(scene, "Beta=Army", [])
    assert any("If Army held Beta" in x for x in held.sentences) and {
        h.holder for h in held.after.holdings if h.place.name == "Beta"
    } == {"army"}
    assert (
        assume.stand(scene, "Army=Rebels", 1, [])
        .sentences[0]
        .startswith("If Army and Rebels stood together")
    )
    for wrong in ("Beta", "Nowhere=Army", "Beta=Nobody"):
        with pytest.raises(ContactlineError):
            assume.holds(scene, wrong, [])
    with pytest.raises(ContactlineError):
        assume.ends(scene, "anything", [])


@given(st.lists(st.floats(0, 500), min_size=1, max_size=30), st.floats(0, 500))
def test_crps_is_the_distance_for_a_sure_sample_and_never_negative(
    xs: list[float], v: float
) -> None:
    assert crps(np.array(xs), v) >= -1e-9
    assert crps(np.full(5, xs[0]), v) == pytest.approx(abs(xs[0] - v), abs=1e-6)


def test_forecasts_know_nothing_of_their_month() -> None:
    rng = np.random.default_rng(1)
    y = rng.poisson(5, (40, 6)).astype(float)
    a = forecast(y, 30, 2, [[] for _ in range(6)])
    y[30:] = 1e6
    assert (forecast(y, 30, 2, [[] for _ in range(6)]) == a).all()
