"""Sides from signed ties: tables of who stands with whom, properties of the clustering, what the
catalogue decides.
"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.model import Actor
from contactline.picture.clustering import clusters
from contactline.picture.relations import blocs, ties_on
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from tests.makers import stored

ON = date(2017, 11, 20)
CATALOGUE = {
    a.id: a
    for a in (
        Actor("army", "Army", "army", "SY", parents=(("government", None, None),)),
        Actor("government", "Government", "government", "SY"),
        Actor("rebels", "Rebels", "opposition", "SY"),
        Actor("kurds", "Kurds", "group", "SY"),
        Actor("patron", "Patron", "state", "PA"),
        Actor("home", "Home", "state", "SY"),
        Actor("un", "UN", "organisation", ""),
    )
}


def word(kind: str, a: str, b: str, n: int = 0, **more):
    aspect = {"support": "backs", "identity": "part_of", "agreement": "made"}.get(kind)
    return stored(kind, aspect, a, None, other=b, n=n, **more)


def sides(*claims) -> Sides:
    return Sides(CATALOGUE, claims)


def together(found: Sides, a: str, b: str, on: date = ON) -> bool:
    return found.of(f"actor:{a}", on) == found.of(f"actor:{b}", on)


@pytest.mark.parametrize(
    ("claims", "stand_together"),
    [
        ([("support", "Rebels", "Kurds")], True),
        ([("fight", "Rebels", "Kurds")], False),
        ([("agreement", "Rebels", "Kurds")], False),
        ([("support", "Rebels", "Kurds"), ("fight", "Rebels", "Kurds")], False),
        ([("support", "Rebels", "Kurds")] * 3 + [("hostility", "Rebels", "Kurds")], True),
        ([("support", "Rebels", "Kurds")] + [("strike", "Kurds", "Rebels")] * 2, False),
        ([("identity", "Kurds", "Rebels")], True),
    ],
)
def test_two_parties(claims: list[tuple[str, str, str]], stand_together: bool) -> None:
    found = sides(*(word(*c, n=n) for n, c in enumerate(claims)))
    assert together(found, "rebels", "kurds") is stand_together


def test_one_report_counts_once_however_often_it_says_it() -> None:
    one = word("support", "Rebels", "Kurds")
    again = [
        replace(s, claim=replace(s.claim, report=one.claim.report))
        for s in (word("support", "Rebels", "Kurds", n=n) for n in (1, 2, 3))
    ]
    foes = [word("fight", "Rebels", "Kurds", n=n) for n in (5, 6)]
    assert not together(sides(one, *again, *foes), "rebels", "kurds")


def test_a_patron_of_one_side_stands_on_it_and_of_two_on_none() -> None:
    one = word("support", "Patron", "Rebels")
    two = word("support", "Patron", "Kurds", n=1)
    assert together(sides(one), "patron", "rebels")
    found = sides(one, two)
    assert not together(found, "patron", "rebels") and not together(found, "rebels", "kurds")


def test_a_patron_of_one_side_does_not_stand_with_the_enemy_of_another_there() -> None:
    claims = [
        word("support", "Patron", "Rebels"),
        word("support", "Kurds", "Rebels", n=1),
        word("fight", "Patron", "Kurds", n=2),
        word("fight", "Patron", "Kurds", n=3),
    ]
    found = sides(*claims)
    assert together(found, "kurds", "rebels") and not together(found, "patron", "kurds")


def test_international_bodies_are_of_no_side() -> None:
    found = sides(*(word("support", "UN", "Rebels", n=n) for n in range(3)))
    assert not together(found, "un", "rebels")


def test_two_states_at_home_are_two_sides() -> None:
    others = CATALOGUE | {"near": Actor("near", "Near", "state", "SY")}
    claims = [stored(who="Home"), stored(who="Near", where="Beta"), word("support", "Home", "Near")]
    assert not together(Sides(others, claims), "home", "near")


def test_the_side_goes_by_who_holds_most() -> None:
    claims = [word("support", "Rebels", "Kurds"), *(stored(who="Kurds", n=n) for n in range(3))]
    assert sides(*claims).of("actor:rebels", ON) == "kurds"
    (side,) = sides(*claims).explained(ON)
    assert {m.name for m in side.members} == {"Rebels", "Kurds"}
    assert all(m.claims == (claims[0].id,) for m in side.members)


def test_parts_stand_with_their_whole_and_unnamed_allies_with_whom_they_are_of() -> None:
    found = sides()
    assert found.of("actor:army", ON) == found.of("actor:allied:army", ON) == "government"
    assert found.of("place:x", ON) is None and found.of(None, ON) is None


def test_who_takes_a_place_from_another_is_its_enemy() -> None:
    took = stored(aspect="gains", who="Rebels")
    report = took.claim.report
    lost = stored(aspect="loses", who="Kurds")
    lost = replace(lost, claim=replace(lost.claim, report=report))
    friends = word("support", "Rebels", "Kurds", n=4)
    assert not together(sides(took, lost, friends), "rebels", "kurds")
    (tie,) = ties_on([took, lost], sides(took, lost), Settings(), ON)
    assert tie.sign == -1 and {tie.a, tie.b} == {"Rebels", "Kurds"}


def test_sides_hold_for_half_a_year_and_change_with_what_is_told() -> None:
    friends = [word("support", "Rebels", "Kurds", n=n, on=date(2012, 3, 1)) for n in range(3)]
    foes = [word("fight", "Rebels", "Kurds", n=n, on=date(2016, 3, 1)) for n in range(3)]
    found = sides(*friends, *foes)
    assert together(found, "rebels", "kurds", date(2012, 5, 1))
    assert not together(found, "rebels", "kurds", date(2016, 5, 1))


@pytest.mark.parametrize(
    ("claims", "sign", "contrary"),
    [
        ([("fight", "Rebels", "Kurds")], -1, 0),
        ([("support", "Rebels", "Kurds")], 1, 0),
        ([("agreement", "Rebels", "Kurds")], 0, 0),
        ([("fight", "Rebels", "Kurds")] * 3 + [("support", "Rebels", "Kurds")], -1, 1),
        ([("support", "Rebels", "Kurds")] * 3 + [("fight", "Rebels", "Kurds")], 1, 1),
        ([("support", "Rebels", "Kurds"), ("fight", "Rebels", "Kurds")], 0, 0),
    ],
)
def test_ties(claims, sign: int, contrary: int) -> None:
    told = [word(*c, n=n) for n, c in enumerate(claims)]
    (tie,) = ties_on(told, sides(*told), Settings(), ON)
    assert tie.sign == sign and len(tie.contrary) == contrary and len(tie.claims) == len(claims)


def test_a_planned_or_denied_friendship_is_none() -> None:
    told = [
        word("support", "Rebels", "Kurds", n=n, modality=m)
        for n, m in enumerate(("denied", "intended"))
    ]
    assert ties_on(told, sides(*told), Settings(), ON) == [] and not together(
        sides(*told), "rebels", "kurds"
    )


PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda p: p[0] < p[1]),
    st.floats(-3, 3).map(lambda v: round(v, 2)),
)


@given(PAIRS)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_clusters_part_all_nodes_and_never_join_enemies(pairs) -> None:
    groups = clusters("abcdef", pairs, 0.5)
    assert sorted(x for g in groups for x in g) == list("abcdef")
    assert not any(v <= -0.5 and any(set(p) <= g for g in groups) for p, v in pairs.items())
    assert groups == clusters("fedcba", dict(reversed(pairs.items())), 0.5)
    for i, g in enumerate(
        groups
    ):  # none is left apart from a group it has most in favour of, and no enemy in
        for h in groups[i + 1 :]:
            total = sum(
                v for (a, b), v in pairs.items() if (a in g and b in h) or (a in h and b in g)
            )
            foes = any(
                v <= -0.5 and ((a in g and b in h) or (a in h and b in g))
                for (a, b), v in pairs.items()
            )
            assert foes or total <= 0.5 + 1e-9


def test_blocs_are_camps_of_names() -> None:
    told = [
        word("support", "Patron", "Army"),
        word("fight", "Army", "Rebels", n=1),
        word("fight", "Army", "Rebels", n=2),
    ]
    assert blocs(ties_on(told, sides(*told), Settings(), ON)) == [{"Army", "Patron"}]
