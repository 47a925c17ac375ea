"""Which later claims decide an expectation: a table of cases, and the rules that keep one from
being kept or decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.model import Actor
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from contactline.prospects.expectations import (
    expectations,
    expected_on,
    outcome,
    was_decided,
)
from contactline.prospects.matching import Later, same_event
from contactline.reading.outlook import forward
from tests.makers import PLACES, stored

FIRST = date(2017, 11, 1)
THEN = date(2017, 12, 1)
NOBODY = Sides({})


def aim(aspect: str | None = "gains", kind: str = "control", **more):
    more.setdefault("who", "Army")
    more.setdefault("where", "Beta")
    return stored(kind=kind, aspect=aspect, modality="intended", on=FIRST, **more)


@pytest.mark.parametrize(
    ("expected", "later", "met"),
    [
        ({"aspect": "gains"}, {"aspect": "gains", "who": "Army", "where": "Beta"}, True),
        (
            {"aspect": "gains"},
            {"aspect": "holds", "who": "Army", "where": "Beta"},
            True,
        ),  # who holds it has taken it
        ({"aspect": "gains"}, {"aspect": "gains", "who": "Rebels", "where": "Beta"}, False),
        ({"aspect": "gains"}, {"aspect": "gains", "who": "Army", "where": "Delta"}, False),
        (
            {"aspect": "gains"},
            {"aspect": "gains", "who": "Army", "where": "Beta", "extent": "part"},
            False,
        ),  # a quarter of it is not the town
        (
            {"aspect": "gains"},
            {"aspect": "gains", "who": "Army", "where": "Beta", "confidence": 0.5},
            False,
        ),
        ({"aspect": "gains"}, {"aspect": "contests", "who": "Army", "where": "Beta"}, False),
        (
            {"kind": "presence", "aspect": "arrives"},
            {"kind": "presence", "aspect": "located", "who": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "presence", "aspect": "arrives"},
            {"aspect": "gains", "who": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "presence", "aspect": "leaves"},
            {"aspect": "loses", "who": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "presence", "aspect": "leaves"},
            {"kind": "presence", "aspect": "located", "who": "Army", "where": "Beta"},
            False,
        ),
        (
            {"aspect": "contests"},
            {"kind": "fight", "aspect": None, "who": "Rebels", "other": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "strike", "aspect": None, "other": "Rebels"},
            {"kind": "strike", "aspect": None, "who": "Army", "other": "Rebels", "where": "Beta"},
            True,
        ),
        (
            {"kind": "strike", "aspect": None, "other": "Rebels"},
            {"kind": "strike", "aspect": None, "who": "Rebels", "other": "Army", "where": "Beta"},
            False,
        ),  # the other way round
        (
            {"kind": "strike", "aspect": None, "other": "Rebels"},
            {"kind": "fight", "aspect": None, "who": "Rebels", "other": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "situation", "aspect": "fighting", "who": None},
            {"kind": "fight", "aspect": None, "who": "Rebels", "other": "Army", "where": "Beta"},
            True,
        ),
        (
            {"kind": "situation", "aspect": "calm", "who": None},
            {"kind": "fight", "aspect": None, "who": "Rebels", "other": "Army", "where": "Beta"},
            False,
        ),
    ],
)
def test_what_later_claim_is_what_was_expected(expected, later, met) -> None:
    assert (
        same_event(aim(**expected), stored(on=THEN, **{"kind": "control", **later}), NOBODY) is met
    )


def test_a_claim_that_the_picture_does_not_bear_out_decides_nothing() -> None:
    later = stored(aspect="gains", who="Army", where="Beta", on=THEN)
    assert same_event(aim(), later, NOBODY, lambda *_: 0.1) is False
    assert same_event(aim(), later, NOBODY, lambda *_: 0.9) and same_event(
        aim(), later, NOBODY, lambda *_: None
    )


def kept(*claims, on=date(2017, 11, 20), share=None):
    """Those that can be decided."""
    return [e for e in expectations(claims, NOBODY, on, share=share) if e.decidable]


def test_what_is_no_expectation_cannot_be_decided() -> None:
    assert len(kept(aim())) == 1
    unknown = aim()
    nobody = replace(
        unknown,
        claim=replace(
            unknown.claim, actor=replace(unknown.claim.actor, text="They", id=None, name=None)
        ),
    )
    assert kept(nobody) == []  # nobody knows who "they" are
    crew = replace(
        unknown,
        claim=replace(
            unknown.claim,
            actor=replace(
                unknown.claim.actor,
                text="medical staff",
                id="actor:new:medical-staff",
                confidence=0.4,
            ),
        ),
    )
    assert (
        kept(crew) == []
        and len(
            kept(
                replace(
                    crew,
                    claim=replace(
                        crew.claim, actor=replace(crew.claim.actor, text="Zintan Brigade")
                    ),
                )
            )
        )
        == 1
    )
    unsure = replace(
        unknown, claim=replace(unknown.claim, place=replace(unknown.claim.place, confidence=0.2))
    )
    assert kept(unsure) == []
    assert kept(aim(), share=lambda *_: 0.9) == []  # it is theirs already
    assert kept(aim(aspect="loses"), share=lambda *_: 0.1) == []  # they have nothing to lose there
    before = stored(
        kind="strike",
        aspect=None,
        who="Army",
        other="Rebels",
        where="Beta",
        on=FIRST - timedelta(days=10),
    )
    assert (
        kept(before, aim(kind="strike", aspect=None, other="Kurds")) == []
    )  # who struck there last week goes on


def test_an_offensive_to_take_a_place_is_one_expectation() -> None:
    from tests.makers import report

    r = report("The army attacks to take Beta from the rebels.")
    same = {"in_report": r, "modality": "intended", "on": FIRST}
    found = kept(
        stored(aspect="gains", who="Army", where="Beta", **same),
        stored(aspect="loses", who="Rebels", where="Beta", **same),
        stored(kind="strike", aspect=None, who="Army", other="Rebels", where="Beta", **same),
    )
    assert [(e.kind, e.aspect) for e in found] == [("control", "gains")]


def test_what_lapsed_unspoken_of_counts_for_nobody() -> None:
    on = date(2019, 1, 1)
    (silent,) = kept(aim(), on=on)
    (spoken,) = kept(aim(), stored(aspect="holds", who="Rebels", where="Beta", on=THEN), on=on)
    assert (
        silent.state == spoken.state == "lapsed" and not was_decided(silent) and was_decided(spoken)
    )
    assert "nothing more was read" in outcome(silent) and "the one later claim" in outcome(spoken)


def test_a_town_lost_again_rules_nothing_out() -> None:
    theirs, ours = (
        stored(aspect="gains", who="Rebels", where="Beta", on=THEN),
        stored(aspect="gains", who="Army", where="Beta", on=THEN + timedelta(days=30)),
    )
    end = date(2018, 2, 1)
    war = stored(
        kind="fight",
        aspect=None,
        who="Army",
        other="Rebels",
        where="Delta",
        on=FIRST - timedelta(days=20),
    )
    assert kept(aim(), war, theirs, on=end)[0].state == "did not come true"
    assert kept(aim(), war, theirs, ours, on=end)[0].state == "came true"
    lost_again = kept(
        aim(),
        war,
        theirs,
        on=end,
        share=lambda _place, side, day: (
            (0.9 if day < date(2018, 1, 1) else 0.1) if side == "rebels" else 0.0
        ),
    )
    assert lost_again[0].state == "open"


@pytest.mark.parametrize(
    ("sentence", "kind", "aspect", "ahead"),
    [
        ("The army launched an offensive to take Beta.", "control", "gains", True),
        ("The army tried to take Beta on Monday.", "control", "gains", False),
        ("After a failed attempt the army plans to take Beta.", "control", "gains", True),
        ("Fighters tried to infiltrate Beta.", "presence", "arrives", False),
        ("Troops will be sent to Beta.", "presence", "arrives", True),
        ("They could use the road towards Beta.", "presence", "arrives", False),
    ],
)
def test_an_attempt_that_is_over_expects_nothing(
    sentence: str, kind: str, aspect: str, ahead: bool
) -> None:
    from tests.makers import report

    assert forward(aim(kind=kind, aspect=aspect, in_report=report(sentence)).claim) is ahead


def test_parties_that_do_it_together_are_one_expectation_and_an_ally_may_do_it() -> None:
    from tests.makers import report

    same = {
        "in_report": report("The army and the militia will take Beta."),
        "modality": "intended",
        "on": FIRST,
        "aspect": "gains",
        "where": "Beta",
    }
    both = [stored(who="Army", **same), stored(who="Militia", **same)]
    (e,) = kept(
        *both, stored(aspect="gains", who="Militia", where="Beta", on=THEN), on=date(2018, 1, 1)
    )
    assert set((e.actor or "").split(" and ")) == {"Army", "Militia"} and e.state == "came true"
    allies = [
        stored(
            kind="support",
            aspect="backs",
            who="Army",
            other="Kurds",
            where=None,
            on=FIRST - timedelta(days=900),
            n=i,
        )
        for i in range(2)
    ]
    by_ally = stored(aspect="gains", who="Kurds", where="Beta", on=THEN)
    enemy = stored(
        kind="fight",
        aspect=None,
        who="Army",
        other="Kurds",
        where="Delta",
        on=FIRST - timedelta(days=900),
        n=9,
    )
    assert kept(aim(), enemy, by_ally, on=date(2018, 1, 1))[0].state == "did not come true"
    assert kept(aim(), by_ally, on=date(2018, 1, 1))[0].state == "open"
    assert kept(aim(), *allies, by_ally, on=date(2018, 1, 1))[0].state == "came true"


def test_who_is_at_war_or_allied_already_is_not_expected_to_be() -> None:
    from tests.makers import report

    war = stored(
        kind="fight",
        aspect=None,
        who="Army",
        other="Rebels",
        where="Delta",
        on=FIRST - timedelta(days=200),
    )
    ally = stored(
        kind="support",
        aspect="backs",
        who="Army",
        other="Kurds",
        where=None,
        on=FIRST - timedelta(days=200),
        n=1,
    )
    fights = {"kind": "fight", "aspect": None, "where": None}
    ahead = {"in_report": report("The army will attack the rebels.")}
    assert (
        len(kept(aim(**fights, other="Rebels", **ahead))) == 1
        and kept(war, aim(**fights, other="Rebels", **ahead)) == []
    )
    backs = {"kind": "support", "aspect": "backs", "where": None, "other": "Kurds"}
    assert len(kept(aim(**backs))) == 1 and kept(ally, aim(**backs)) == []


def test_the_picture_of_a_stage_decides_with_it() -> None:
    claims = [
        aim(),
        *(
            stored(aspect="holds", who="Rebels", where="Beta", on=THEN + timedelta(days=d), n=d)
            for d in range(-20, 60, 4)
        ),
        stored(
            aspect="gains",
            who="Army",
            where="Beta",
            on=THEN + timedelta(days=1),
            confidence=0.62,
            source="Loud",
        ),
    ]
    s = History(
        claims,
        [],
        {i: Actor(i, i.title(), "group", "SY", "SY") for i in ("army", "rebels")},
        Settings(),
    )
    (e,) = expected_on(s, date(2019, 1, 1))
    assert e.state == "lapsed" and e.later > 10


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PLACES)),
            st.sampled_from(["Army", "Rebels"]),
            st.integers(0, 300),
        ),
        max_size=12,
    )
)
def test_the_index_finds_all_that_reading_every_claim_would(told) -> None:
    actual = [
        stored(aspect="gains", who=w, where=p, on=FIRST + timedelta(days=d), n=i)
        for i, (p, w, d) in enumerate(told)
    ]
    for expected in (
        aim(),
        aim(where="Alpha"),
        aim(kind="fight", aspect=None, where=None, other="Rebels"),
    ):
        found = {s.id for s in Later(actual, NOBODY).about(expected, NOBODY)}
        assert {s.id for s in actual if same_event(expected, s, NOBODY)} <= found


def test_what_stands_in_the_condition_is_not_expected() -> None:
    from tests.makers import report

    r = report("If the army attacks Beta, the rebels will leave Beta.")
    same = {
        "in_report": r,
        "modality": "conditional",
        "on": FIRST,
        "condition": "If the army attacks Beta",
    }

    def at(s, who: int, where: int):
        c = s.claim
        return replace(
            s,
            claim=replace(
                c,
                actor=replace(c.actor, start=who, end=who + 4),
                place=replace(c.place, start=where, end=where + 4),
            ),
        )

    attack = at(
        stored(kind="strike", aspect=None, who="Army", other=None, where="Beta", **same), 7, 20
    )
    leave = at(
        stored(kind="presence", aspect="leaves", who="Rebels", where="Beta", n=1, **same), 30, 48
    )
    assert [(e.kind, e.actor) for e in kept(attack, leave)] == [("presence", "Rebels")]
