"""One probability a place: what holds, contests, besieges it, and what review does to that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.model import Actor, Basis, Place, Status, Stored
from contactline.picture.control import Track, shares_on
from contactline.picture.history import History
from contactline.picture.observe import observations
from contactline.picture.settings import Settings
from tests.makers import PLACES, stored

D = date(2016, 1, 1)
ALIKE = Settings.load({"trust": {"learn": False}})
ACTORS = {i: Actor(i, i.title(), "group") for i in ("army", "rebels", "others")}
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
FOR = [("control", "holds"), ("control", "gains"), ("presence", "located"), ("control", "contests")]
AGAINST = [("control", "loses"), ("control", "besieges"), ("strike", None), ("presence", "leaves")]
WHO = ("Army", "Rebels", "Others")


def day(n: int) -> date:
    return D + timedelta(days=n)


def claim_of(what, who, on, confidence, extent, n) -> Stored:
    kind, aspect = what
    extent = extent if kind == "control" else None
    return stored(kind, aspect, who, "Alpha", on=day(on), confidence=confidence, extent=extent, n=n)


claims_about_alpha = st.lists(
    st.builds(
        claim_of,
        st.sampled_from(FOR + AGAINST),
        st.sampled_from(WHO),
        st.integers(0, 60),
        st.floats(0.05, 1.0),
        st.sampled_from([None, "part", "most"]),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda s: s.id,
)


def side(role_id: str | None, on: date) -> str | None:
    return role_id.removeprefix("actor:") if role_id else None


def share(claims, who: str, on: date) -> float:
    track = Track(observations(claims, side, ALIKE), ALIKE)
    return shares_on(track, on).get(who.lower(), 0.0)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(claims_about_alpha, st.integers(0, 9), st.integers(0, 90))
def test_accepting_a_claim_never_lowers_its_side_nor_raises_whom_it_speaks_against(
    claims, which: int, later: int
) -> None:
    one = claims[which % len(claims)]
    accepted = [replace(s, review="accept") if s is one else s for s in claims]
    who, on = one.claim.actor.text, one.on + timedelta(days=later)
    before, after = share(claims, who, on), share(accepted, who, on)
    if (one.claim.kind, one.claim.aspect) in FOR:
        assert after >= before - 1e-9
    else:
        assert after <= before + 1e-9


def history(*claims: Stored, rule: Settings = ALIKE) -> History:
    return History(claims, GROUND, ACTORS, rule)


def of(h: History, name: str, on: date):
    return next(x for x in h.holdings_on(on) if x.place.name == name)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(claims_about_alpha, st.integers(0, 120))
def test_only_a_held_or_besieged_place_names_a_holder(claims, on: int) -> None:
    for h in history(*claims).holdings_on(day(on)):
        if h.holder:
            assert h.status in (Status.HELD, Status.BESIEGED)
            assert h.probability >= ALIKE.standing.held_at
        if h.status == Status.HELD:
            assert h.holder
        assert bool(h.contested_by) == (h.status == Status.CONTESTED)
        assert bool(h.besieged_by) == (h.status == Status.BESIEGED)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(claims_about_alpha, st.integers(0, 90), st.sampled_from(WHO))
def test_what_is_told_of_neighbours_changes_nothing_of_what_is_told_of_a_place(
    claims, on: int, who: str
) -> None:
    around = [stored(who=who, where=w, on=day(on), n=77) for w in ("Beta", "Gamma", "Delta")]
    ground = stored(who="Others", where="Delta", on=D, n=76)  # the war is in this country
    alone, among = history(ground, *claims), history(ground, *claims, *around)
    assert of(alone, "Alpha", day(on)) == of(among, "Alpha", day(on))


def test_a_place_of_no_sure_holder_is_unknown_and_nobodys() -> None:
    h = of(history(stored(confidence=0.1, on=D)), "Alpha", D)
    assert (h.status, h.holder, h.basis) == (Status.UNKNOWN, None, Basis.TOLD)
    assert dict(h.shares)["army"] > 0


HELD = stored(who="Rebels", on=D)
SIEGE = stored(aspect="besieges", who="Army", on=day(10))


def test_a_siege_told_is_a_siege_until_lifted_and_says_by_whom() -> None:
    h = history(HELD, SIEGE)
    assert of(h, "Alpha", day(5)).status == Status.HELD
    for later in (10, 200, 700):
        x = of(h, "Alpha", day(later))
        assert (x.status, x.besieged_by) == (Status.BESIEGED, ("army",)), later
    assert of(h, "Alpha", day(12)).holder == "rebels"


@pytest.mark.parametrize(
    "lifting",
    [
        stored(aspect="gains", who="Army", on=day(50)),
        stored(kind="situation", aspect="calm", who=None, on=day(50)),
        stored(kind="access", aspect="opened", who="Army", on=day(50)),
        stored(aspect="besieges", who="Army", modality="denied", on=day(50)),
    ],
    ids=["taken", "calm", "opened", "denied"],
)
def test_a_siege_is_lifted(lifting: Stored) -> None:
    h = history(HELD, SIEGE, lifting)
    assert of(h, "Alpha", day(49)).status == Status.BESIEGED
    assert of(h, "Alpha", day(51)).besieged_by == ()


def test_who_fights_inside_contests_until_the_place_is_taken() -> None:
    fights = [
        stored(aspect="contests", who=w, on=day(20 + k), n=k)
        for k in range(6)
        for w in ("Army", "Rebels")
    ]
    taken = stored(aspect="gains", who="Army", on=day(30))
    before = of(history(HELD, *fights), "Alpha", day(31))
    assert (before.status, before.holder) == (Status.CONTESTED, None)
    assert before.contested_by == ("army", "rebels")
    after = of(history(HELD, *fights, taken), "Alpha", day(31))
    assert (after.status, after.holder) == (Status.HELD, "army")


def test_who_takes_a_part_contests_the_place() -> None:
    part = [
        stored(aspect="gains", who="Army", extent="part", on=day(20), n=k, source=f"Wire {k}")
        for k in range(2)
    ]
    h = of(history(HELD, *part), "Alpha", day(21))
    assert (h.status, h.contested_by) == (Status.CONTESTED, ("army",))


def test_a_day_of_two_gains_has_no_order() -> None:
    a, b = (stored(aspect="gains", who=w, on=day(9)) for w in ("Army", "Rebels"))
    one, other = (share([a, b], w, day(9)) for w in ("Army", "Rebels"))
    assert one == pytest.approx(other)


def test_a_report_that_repeats_itself_does_not_bear_itself_out() -> None:
    from tests.makers import report

    page = report("The army holds Alpha. The army holds Alpha.", on=D)
    twice = [stored(in_report=page, on=D, start=k, confidence=0.5) for k in (0, 22)]
    two = [stored(on=D, confidence=0.5, source=s) for s in ("One", "Two")]
    once = share(twice[:1], "Army", D)
    assert once < share(twice, "Army", D) < share(two, "Army", D)
