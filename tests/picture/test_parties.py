"""Who is a party: a table of names that act, how reports speak of them,
and whether they are taken.
"""

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Actor, Role
from contactline.picture.history import History
from contactline.picture.parties import Parties, introduced
from contactline.picture.settings import PartyRule, Settings
from tests.makers import stored

CATALOGUE = {
    a.id: a
    for a in (
        Actor("army", "Army", "army"),
        Actor("guard", "Guard", "group"),
        Actor("state:MP", "Northern Mariana Islands", "state", "MP"),
        Actor("state:PL", "Poland", "state", "PL"),
    )
}


def role(name: str, key: str) -> Role:
    return Role(name, name, f"actor:{key}")


def said(name: str, key: str, quote: str = "", n: int = 0, **more: object):
    s = stored(n=n, on=date(2017, 11, 1 + n), **more)
    return replace(
        s, claim=replace(s.claim, actor=role(name, key), quote=quote or f"{name} took Alpha.")
    )


def taken(claims, key: str) -> bool:
    return Parties(claims, CATALOGUE, PartyRule()).accepts(key)


@pytest.mark.parametrize(
    ("name", "key", "quotes", "is_party"),
    [
        ("Army", "army", ["The army took Alpha."], True),
        ("Poland", "state:PL", ["Poland holds Alpha."], True),
        ("Northern Mariana Islands", "state:MP", ["MP holds Alpha."], False),
        ("allies of Army", "allied:army", ["Its allies took Alpha."], True),
        ("rebels", "generic:ML:rebels", ["Rebels took Alpha."], True),
        ("rebels", "generic:xx:rebels", ["Rebels took Alpha."], False),
        ("gunmen", "generic:ML:gunmen", ["Gunmen took Alpha."], False),
        ("River Brigade", "new:river-brigade", ["The River Brigade took Alpha."], False),
        ("River Brigade", "new:river-brigade", ["The River Brigade took Alpha."] * 2, True),
        ("Sahwa", "new:sahwa", ["The armed group Sahwa took Alpha."], True),
        ("Sahwa", "new:sahwa", ["Sahwa, a rebel group, took Alpha."], True),
        ("Sahwa", "new:sahwa", ["Sahwa fighters took Alpha."], True),
        ("Sahwa", "new:sahwa", ["Sahwa took Alpha."] * 3, False),
        ("Ivan Petrov", "new:ivan-petrov", ["Ivan Petrov took Alpha."] * 3, False),
        ("Zaid Brigade", "new:zaid-brigade", ["General Zaid Brigade took Alpha."] * 2, False),
        ("Alpha", "new:alpha", ["Alpha fighters took Alpha."], False),
        ("T-72", "new:t-72", ["T-72 fighters took Alpha."] * 2, False),
        (
            "Interior Ministry",
            "new:interior-ministry",
            ["The Interior Ministry took Alpha."] * 2,
            False,
        ),
        (
            "Institute of War",
            "new:institute-of-war",
            ["The Institute of War holds Alpha."] * 2,
            False,
        ),
        ("businessmen", "new:businessmen", ["businessmen hold Alpha."] * 3, False),
        ("garrison", "new:garrison", ["The garrison holds Alpha."] * 3, False),
    ],
)
def test_names_that_act(name: str, key: str, quotes: list[str], is_party: bool) -> None:
    claims = [said(name, key, q, n) for n, q in enumerate(quotes)]
    assert taken(claims, key) is is_party


def test_near_copies_are_one_report() -> None:
    one, two = (said("River Brigade", "new:rb", n=n) for n in (0, 1))
    assert taken([one, two], "new:rb")
    assert not taken([one, replace(two, copy_of=one.claim.report)], "new:rb")


def test_what_is_only_planned_or_denied_makes_no_party() -> None:
    claims = [
        said("River Brigade", "new:rb", n=n, modality=m)
        for n, m in ((0, "intended"), (1, "denied"))
    ]
    assert not taken(claims, "new:rb")


def test_an_analyst_can_accept_a_name() -> None:
    one = said("Sahwa", "new:sahwa")
    assert not taken([one], "new:sahwa") and taken([replace(one, review="accept")], "new:sahwa")


def test_a_person_stands_for_the_party_he_is_said_to_be_of() -> None:
    s = stored(kind="identity", aspect="part_of", where=None)
    of = replace(
        s, claim=replace(s.claim, actor=role("Omar", "new:omar"), other=role("Guard", "guard"))
    )
    took = said("Omar", "new:omar")
    found = Parties([took, of], CATALOGUE)
    heard = next(x for x in found.heard([took, of]) if x.id == took.id)
    assert heard.claim.actor and heard.claim.actor.id == "actor:guard"
    assert heard.claim.actor.name == "Guard" and not found.not_taken


def test_people_of_a_country_are_not_the_country() -> None:
    s = said("Poland", "state:PL")
    fled = replace(
        s, claim=replace(s.claim, actor=Role("Polish refugees", "Poland", "actor:state:PL"))
    )
    (heard,) = Parties([fled], CATALOGUE).heard([fled])
    assert heard.claim.actor and heard.claim.actor.id is None


def test_what_is_left_out_is_listed_with_its_claims_and_holds_nothing() -> None:
    claims = [said("Sahwa", "new:sahwa"), said("Army", "army", n=2)]
    h = History(claims, [], CATALOGUE, Settings())
    assert [(x.name, x.claims) for x in h.parties.not_taken] == [("Sahwa", (claims[0].id,))]
    assert h.holding("place:alpha", date(2017, 11, 20)).named == ("Army",)
    assert {s.id for s in h.claims} == {s.id for s in claims}


def test_order_changes_nothing() -> None:
    claims = [said("River Brigade", "new:rb", n=n) for n in (0, 1)] + [
        said("Sahwa", "new:sahwa", n=3)
    ]
    assert Parties(claims, CATALOGUE).not_taken == Parties(claims[::-1], CATALOGUE).not_taken


@pytest.mark.parametrize(
    ("quote", "is_one"),
    [
        ("the militia Sahwa", True),
        ("a rebel group called Sahwa", True),
        ("Sahwa, the largest insurgent group there", True),
        ("Sahwa (S) rebels", True),
        ("Sahwa said rebels fled", False),
        ("rebels took the town; Sahwa fled", False),
    ],
)
def test_introductions(quote: str, is_one: bool) -> None:
    assert introduced("Sahwa", quote) is is_one


def test_militants_whom_somebody_backs_are_a_party() -> None:
    said_of = said("militants", "generic:SY:militants", kind="presence", aspect="located")
    assert not taken([said_of], "generic:SY:militants")
    backed = stored(kind="support", aspect="backs", who="Army", other="militants", where=None)
    backed = replace(
        backed, claim=replace(backed.claim, other=role("militants", "generic:SY:militants"))
    )
    assert taken([said_of, backed], "generic:SY:militants")
