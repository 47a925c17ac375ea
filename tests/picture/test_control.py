from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.picture.control import UNNAMED, state_on
from contactline.picture.observe import observations
from contactline.picture.settings import Settings
from tests.makers import stored

S = Settings.written()
DAY = date(2017, 11, 1)


def side(role_id: str | None, on: date) -> str | None:
    return role_id[6:] if role_id else None


def shares(claims, on=date(2017, 11, 20)):
    return state_on(observations(claims, side, S, on), on, S)


def test_one_sure_claim_holds() -> None:
    s = shares([stored()])
    assert s.shares["army"] > 0.8 and s.since == DAY


def test_a_dated_gain_passes_the_place_on() -> None:
    claims = [
        stored(who="Rebels", on=date(2017, 9, 1)),
        stored(aspect="gains", who="Army", on=date(2017, 10, 10)),
    ]
    assert shares(claims, date(2017, 9, 20)).shares["rebels"] > 0.8
    after = shares(claims)
    assert after.shares["army"] > 0.75 and after.since == date(2017, 10, 10)


def test_whose_it_was_when_it_was_taken_was_so_before() -> None:
    """ "The army took the rebel-held town": one sentence, two holders, one after the other."""
    took = stored(aspect="gains", who="Army", on=date(2017, 10, 10))
    had = stored(who="Rebels", on=date(2017, 10, 10))
    had = replace(had, claim=replace(had.claim, report=took.claim.report, start=took.claim.start))
    assert shares([took, had]).shares["army"] > 0.75
    assert shares([took, had], date(2017, 10, 9)).shares["rebels"] > 0.75
    # said elsewhere, it is said of that day
    apart = replace(had, claim=replace(had.claim, start=took.claim.start + 500))
    assert shares([took, apart]).shares["army"] < 0.75


def test_no_claim_is_no_holder() -> None:
    assert shares([]).shares == {UNNAMED: 1.0}


def test_old_word_fades() -> None:
    now, later = shares([stored()]), shares([stored()], date(2025, 11, 1))
    assert later.shares["army"] < now.shares["army"]


def test_a_copy_weighs_less_than_another_source() -> None:
    other = [stored(who="Rebels"), stored(who="Army", source="Other", n=1)]
    copied = [stored(who="Rebels"), replace(stored(who="Army", source="Other", n=1), copy_of="x")]
    assert shares(copied).shares["army"] < shares(other).shares["army"]


def test_what_is_planned_is_not_held() -> None:
    s = shares([stored(aspect="gains", who="Army", modality="intended"), stored(who="Rebels", n=2)])
    assert s.shares["rebels"] > 0.7 > s.shares.get("army", 0.0)


def test_undated_claims_speak_only_alone() -> None:
    alone = shares([stored(who="Army", on=None)])
    assert alone.shares["army"] > 0.6
    assert "army" not in shares([stored(who="Army", on=None), stored(who="Rebels")]).shares


def test_fighting_inside_contests_a_siege_besieges() -> None:
    s = shares(
        [
            stored(who="Rebels"),
            stored(kind="fight", aspect=None, who="Army", other="Rebels", on=date(2017, 11, 10)),
        ]
    )
    assert set(s.contested_by) == {"army", "rebels"}
    b = shares([stored(who="Rebels"), stored(aspect="besieges", who="Army")])
    assert b.besieged_by == ("army",) and b.shares["rebels"] > 0.7


ASPECTS = st.sampled_from(["holds", "gains", "loses", "contests", "besieges"])
CLAIMS = st.lists(
    st.tuples(
        ASPECTS,
        st.sampled_from(["Army", "Rebels", "Kurds"]),
        st.integers(0, 900),
        st.floats(0.05, 1.0),
        st.sampled_from(["stated", "reported", "denied", "intended"]),
    ),
    max_size=12,
)


def build(rows):
    return [
        stored(
            aspect=a, who=w, on=date(2016, 1, 1) + timedelta(days=d), confidence=c, modality=m, n=i
        )
        for i, (a, w, d, c, m) in enumerate(rows)
    ]


@settings(max_examples=120, deadline=None, derandomize=True)
@given(CLAIMS, st.integers(0, 1500))
def test_probabilities_sum_to_one_on_any_day(rows, after: int) -> None:
    s = shares(build(rows), date(2016, 1, 1) + timedelta(days=after))
    assert sum(s.shares.values()) == pytest.approx(1.0) and all(
        0 <= v <= 1 for v in s.shares.values()
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(CLAIMS, st.randoms())
def test_the_order_of_claims_does_not_matter(rows, random) -> None:
    claims = build(rows)
    mixed = list(claims)
    random.shuffle(mixed)
    a, b = shares(claims).shares, shares(mixed).shares
    assert a.keys() == b.keys() and all(a[k] == pytest.approx(b[k]) for k in a)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(CLAIMS)
def test_the_same_minute_contradicting_itself_is_answered(rows) -> None:
    claims = [
        stored(aspect=a, who=w, confidence=c, modality=m, n=i)
        for i, (a, w, _, c, m) in enumerate(rows)
    ]
    assert sum(shares(claims).shares.values()) == pytest.approx(1.0)
