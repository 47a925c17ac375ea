"""What expectations wait for: open, met or impossible by the picture; and what leads to what.

On several wars' likenesses.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Actor, Place, Stored
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.prospects.expectations import expected_on, was_decided
from contactline.prospects.waiting import chain
from tests.makers import PLACES, report, stored

SAID = date(2017, 11, 1)
LATER = date(2017, 11, 20)
ACTORS = {i: Actor(i, i.title(), "group") for i in ("army", "rebels", "kurds", "militia")}
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]


def waits(
    condition: str, about: list[tuple], what: tuple = ("control", "gains", "Army", "Delta", None)
):
    """An expectation and what its condition is about, in one sentence of one report."""
    text = f"It is so that they will do it {condition}."
    r = report(text)
    a = text.index(condition)
    kind, aspect, who, where, other = what
    main = stored(
        kind,
        aspect,
        who,
        where,
        other,
        modality="expected",
        condition=condition,
        in_report=r,
        on=SAID,
    )
    out = [main]
    for k, asp, w, p, o in about:
        s = stored(k, asp, w, p, o, modality="conditional", in_report=r, on=SAID)
        roles = {
            n: replace(v, start=a + 1, end=a + 2)
            for n in ("actor", "other", "place")
            if (v := getattr(s.claim, n)) is not None
        }
        c = replace(s.claim, **roles)
        out.append(Stored(c.id, c, s.source, s.published, s.known))
    return out


def found(claims, on=LATER):
    return expected_on(History(claims, GROUND, ACTORS, Settings()), on)


DRIVEN = waits(
    "once the rebels are driven out of Beta", [("control", "loses", "Rebels", "Beta", None)]
)
HELD = stored("control", "holds", "Rebels", "Beta", on=SAID, n=1)
TAKEN = stored("control", "gains", "Army", "Beta", on=date(2017, 11, 10), n=2)
FLED = stored("control", "loses", "Rebels", "Beta", on=date(2017, 11, 10), n=3)
NO_DEAL = waits(
    "if no deal is reached",
    [("agreement", "made", "Rebels", None, None)],
    ("situation", "fighting", None, "Delta", None),
)
DEAL = stored("agreement", "made", "Rebels", None, "Army", on=date(2017, 11, 10), n=4)
ATTACKED = waits("if the army attacks Beta", [("strike", None, "Army", "Beta", None)])
MINE = stored("control", "holds", "Army", "Beta", on=SAID, n=5)
ATTACK = stored("strike", None, "Army", "Beta", "Rebels", on=date(2017, 11, 12), n=6)
ELSEWHERE = stored("control", "holds", "Army", "Alpha", on=SAID, n=7)


@pytest.mark.parametrize(
    ("claims", "on", "state", "because"),
    [
        ([*DRIVEN, HELD], LATER, "open", "still hold Beta"),
        ([*DRIVEN, HELD, TAKEN, FLED], LATER, "met", ""),
        ([*DRIVEN, ELSEWHERE], LATER, "open", "nothing is known of"),
        ([*ATTACKED, HELD], LATER, "open", "not told of yet"),
        ([*ATTACKED, HELD, ATTACK], LATER, "met", ""),
        ([*ATTACKED, MINE], LATER, "impossible", "holds Beta"),
        ([*NO_DEAL, HELD], LATER, "open", ""),
        ([*NO_DEAL, HELD, DEAL], LATER, "impossible", ""),
        ([*NO_DEAL, HELD], date(2018, 11, 20), "met", ""),
        (waits("after Beta was taken", []), LATER, "met", "told as having happened"),
        (waits("once things are better", []), LATER, "open", "not understood"),
    ],
)
def test_a_condition_on_a_day(claims, on, state, because) -> None:
    (c,) = next(e for e in found(claims, on) if e.conditions).conditions
    assert c.state == state and because in c.because


def test_a_met_condition_shows_in_the_state_and_a_sentence_says_what_is_waited_for() -> None:
    e = next(e for e in found([*DRIVEN, HELD, TAKEN, FLED]) if e.conditions)
    assert e.state == "condition met" and e.condition_met and e.conditions[0].met_by
    assert (
        e.sentence
        == "The Army is expected to take Delta once the Rebels are driven out of Beta — Wire"
    )


def test_one_expectation_leads_to_another_through_its_condition() -> None:
    attack = stored("strike", None, "Army", "Beta", "Rebels", modality="expected", on=SAID, n=8)
    hook = waits(
        "if the army attacks Beta",
        [("strike", None, "Army", "Beta", None)],
        ("situation", "fighting", "Militia", "Gamma", None),
    )
    es = found([attack, *hook, HELD])
    first = next(e for e in es if e.kind == "strike")
    then = next(e for e in es if e.kind == "situation")
    assert [(x.to, x.because) for x in first.leads_to] == [(then.id, "both are about Beta")]
    assert [e.id for e, _ in chain(first, es, 6)] == [then.id]
    assert chain(then, es, 6) == []


def test_who_holds_the_place_is_who_is_attacked_there() -> None:
    war = stored("fight", None, "Army", None, "Rebels", modality="expected", on=SAID, n=9)
    hook = waits(
        "if the army attacks the fighters of Beta",
        [("strike", None, "Army", "Beta", "Beta fighters")],
        ("situation", "fighting", "Militia", "Gamma", None),
    )
    es = found([war, *hook, HELD])
    first = next(e for e in es if e.kind == "fight")
    assert [x.because for x in first.leads_to] == ["the Rebels hold Beta"]
    # the other way round nothing follows: who is attacked is not who attacks
    turned = stored("fight", None, "Rebels", None, "Army", modality="expected", on=SAID, n=10)
    assert all(not e.leads_to for e in found([turned, *hook, HELD]))


def test_all_is_kept_and_only_what_can_be_decided_counts() -> None:
    vague = stored("hostility", None, "Army", None, "Rebels", modality="expected", on=SAID)
    clear = stored("control", "gains", "Army", "Delta", modality="expected", on=SAID, n=1)
    nobody = stored("fight", None, None, None, None, modality="expected", on=SAID, n=2)
    es = found([vague, clear, nobody, HELD], date(2019, 1, 1))
    assert [(e.kind, e.decidable, e.undecided_for) for e in es] == [
        ("control", True, ""),
        ("hostility", False, "vague"),
    ]
    assert not any(was_decided(e) for e in es if not e.decidable)


def test_a_move_near_the_ground_in_question_is_a_sign() -> None:
    war = stored("fight", None, "Army", None, "Rebels", modality="expected", on=SAID)
    near = stored("presence", "arrives", "Army", "Gamma", on=date(2017, 11, 15), n=1)
    far = stored("presence", "arrives", "Army", "Delta", on=date(2017, 11, 15), n=2)
    others = stored("presence", "arrives", "Kurds", "Gamma", on=date(2017, 11, 15), n=3)
    e = next(e for e in found([war, near, far, others, HELD]) if e.kind == "fight")
    assert e.signs == (near.id,)


def at_words(s: Stored, **roles: str) -> Stored:
    """The claim with its roles where these words of its sentence stand."""
    c = replace(
        s.claim,
        **{n: replace(getattr(s.claim, n), start=s.claim.quote.index(w)) for n, w in roles.items()},
    )
    return Stored(c.id, c, s.source, s.published, s.known)


def test_what_a_condition_says_of_one_party_is_given_to_no_other() -> None:
    text = "The army will attack the kurds once the rebels are driven out of Beta."
    r, waits_for = report(text), text[text.index("once") : -1]
    said = {"in_report": r, "on": SAID, "condition": waits_for, "modality": "expected"}
    attack = at_words(stored("fight", None, "Army", None, "Kurds", **said), actor="The army")
    wrong = at_words(
        stored("control", "loses", "Kurds", "Beta", **said), actor="the kurds", place="Beta"
    )
    inner = {"in_report": r, "on": SAID, "modality": "conditional"}
    lost = at_words(
        stored("control", "loses", "Rebels", "Beta", **inner), actor="the rebels", place="Beta"
    )
    left = at_words(
        stored("presence", "leaves", "Rebels", "Beta", **inner), actor="the rebels", place="Beta"
    )
    (e,) = found([attack, wrong, lost, left, HELD])
    assert (
        e.sentence == "The Army is expected to fight the Kurds once the Rebels are driven out of "
        "Beta — Wire"
    )
    assert e.conditions[0].claims == (lost.id,)


def test_who_acts_in_the_condition_does_not_do_what_follows_from_it() -> None:
    text = "If the army attacks Beta, the militia will open the road in Gamma."
    r, waits_for = report(text), text[: text.index(",")]
    said = {"in_report": r, "on": SAID, "condition": waits_for, "modality": "conditional"}
    right = stored("access", "opened", "Militia", "Gamma", **said)
    wrong = stored("access", "opened", "Army", "Gamma", **said)
    es = found([at_words(right, actor="the militia"), at_words(wrong, actor="the army"), HELD])
    assert [e.actor for e in es] == ["Militia"]


def test_a_party_the_sentence_does_not_name_does_not_fight_where_one_that_it_names_does() -> None:
    text = "Earlier words of them. If Beta is attacked, the militia in Gamma will fight."
    at = text.index("If")
    r = report(text)
    said = {"in_report": r, "on": SAID, "start": at, "modality": "conditional"}
    said["condition"] = text[at : text.index(",")]
    right = stored("situation", "fighting", "Militia", "Gamma", **said)
    wrong = stored("fight", None, "Kurds", "Gamma", "Militia", **said)

    def role(s: Stored, start: int) -> Stored:
        c = replace(s.claim, actor=replace(s.claim.actor, start=start))
        return Stored(c.id, c, s.source, s.published, s.known)

    es = found([role(right, text.index("the militia")), role(wrong, 3), HELD])
    assert [e.actor for e in es] == ["Militia"]


def test_an_attack_by_nobody_named_leads_to_what_waits_for_one() -> None:
    attack = stored("strike", None, None, "Beta", "Rebels", modality="expected", on=SAID, n=11)
    hook = waits(
        "if Beta is attacked",
        [("strike", None, None, "Beta", None)],
        ("situation", "fighting", "Militia", "Gamma", None),
    )
    es = found([attack, *hook, HELD])
    assert next(e for e in es if e.kind == "strike").leads_to


def test_what_lasts_until_something_is_over_once_it_has_come() -> None:
    stay = waits(
        "until the rebels are driven out of Beta",
        [("control", "loses", "Rebels", "Beta", None)],
        ("presence", "located", "Army", "Gamma", None),
    )
    assert next(e for e in found([*stay, HELD]) if e.conditions).state == "open"
    over = next(e for e in found([*stay, HELD, TAKEN, FLED]) if e.conditions)
    assert over.state == "lapsed" and over.conditions[0].state == "met"


def test_what_others_demand_of_a_party_is_no_plan_of_its_own() -> None:
    text = "The rebels demand that the army leave Gamma."
    s = stored("presence", "leaves", "Army", "Gamma", in_report=report(text), modality="intended")
    (e,) = found([at_words(s, actor="army"), HELD])
    assert e.undecided_for == "demanded" and not e.decidable
    assert e.sentence == "The Army is asked to leave Gamma — Wire"


def test_two_claims_of_one_sentence_are_one_sign() -> None:
    war = stored("fight", None, "Army", None, "Rebels", modality="expected", on=SAID)
    r = report("The army and its guards moved to Gamma.")
    moves = [
        stored("presence", "arrives", "Army", "Gamma", in_report=r, on=SAID, confidence=p)
        for p in (0.9, 0.8)
    ]
    moves[1] = at_words(moves[1], actor="its guards")
    e = next(e for e in found([war, *moves, HELD]) if e.kind == "fight")
    assert len(e.signs) == 1
