"""What changed between two days: one row of the table for each kind, and what is never said."""

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Agreement, AgreementStatus, Holder, Holding, Picture, Place, Stored
from contactline.picture.changes import changes
from contactline.picture.sides import Sides
from tests.makers import stored

A, B = date(2017, 9, 15), date(2017, 11, 20)
PLACE = Place("place:alpha", "Alpha", 35.0, 37.0, "SY", "settlement", 1000)
NAMES = {"army": "Army", "rebels": "Rebels"}


def held(who: str | None, status: str = "held", basis: str = "told", claims=(), since=None):
    return Holding(
        PLACE, Holder(who) if who else None, status, 0.9, since, (), tuple(claims), (), basis
    )


def picture(on: date, *holdings: Holding, agreements=()) -> Picture:
    return Picture(on, None, holdings, (), (), (), tuple(agreements))


def differ(before: Holding, after: Holding, *claims):
    return changes(picture(A, before), picture(B, after), NAMES, claims, Sides({}, claims))


TOOK = stored(aspect="gains", who="Army", on=date(2017, 10, 1))
FORMER = stored(aspect="gains", who="Army", on=date(2017, 8, 1), n=1)
LOST = stored(aspect="loses", who="Rebels", on=date(2017, 10, 2), n=2)


@pytest.mark.parametrize(
    ("before", "after", "what", "says"),
    [
        (held("rebels"), held("army", claims=[TOOK.id]), "taken", "Army took Alpha from Rebels"),
        (held("rebels"), held("army", claims=[LOST.id]), "taken", "Army took Alpha from Rebels"),
        (held("rebels"), held("army"), "now held by another", "now told to be held by Army"),
        (held("rebels"), held("army", claims=[FORMER.id]), "now held by another", "Rebels before"),
        (held(None, "unknown"), held("army", claims=[TOOK.id]), "taken", "Army took Alpha"),
        (held(None, "unknown"), held("army", since=date(2017, 10, 1)), "newly held", "now known"),
        (held("army"), held(None, "unknown"), "no longer known", "no longer known"),
        (held("army"), held("army", "besieged"), "cut off", "Alpha is besieged"),
        (held("army", "besieged"), held("army"), "relieved", "no longer reported"),
        (held("army"), held("army", "contested"), "contested", "Alpha is contested"),
        (held("army", "contested"), held("army"), "calmed", "no longer contested"),
    ],
)
def test_each_kind(before: Holding, after: Holding, what: str, says: str) -> None:
    (found,) = differ(before, after, TOOK, FORMER, LOST)
    assert found.what == what and says in found.text and found.place == "Alpha"


PARTLY = replace(TOOK, claim=replace(TOOK.claim, extent="part"))


@pytest.mark.parametrize(
    ("shares", "claim", "says"),
    [
        # most of a town was the army's already, and then it is told to have taken it
        (
            (("army", 0.7), ("rebels", 0.2), ("?", 0.1)),
            TOOK,
            ["Army took the rest of Alpha from Rebels"],
        ),
        ((("army", 0.7), ("rebels", 0.1), ("?", 0.2)), TOOK, []),
        ((("army", 0.7), ("rebels", 0.2), ("?", 0.1)), PARTLY, []),
    ],
)
def test_the_rest_of_a_town_that_is_taken(
    shares: tuple[tuple[str, float], ...], claim: Stored, says: list[str]
) -> None:
    before = replace(held("army"), shares=shares)
    found = differ(before, held("army", claims=[claim.id]), claim)
    assert [c.text for c in found] == says


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (held("army"), held("army")),
        (held("rebels", basis="neighbours"), held("army", basis="neighbours")),
        (held("rebels", basis="area"), held("army", basis="area")),
        (held("rebels"), held("army", basis="neighbours")),
        (held("rebels", basis="neighbours"), held("army")),
        (held("army+rebels"), held("army")),
        (held(None, "unknown"), held("army", since=date(2016, 1, 1))),
    ],
)
def test_what_is_no_change(before: Holding, after: Holding) -> None:
    assert differ(before, after, TOOK, FORMER, LOST) == []


def test_the_day_is_that_of_the_claim() -> None:
    (found,) = differ(held("rebels"), held("army", claims=[TOOK.id], since=A), TOOK)
    assert found.on == date(2017, 10, 1) and found.claims == (TOOK.id,)


S = AgreementStatus


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        (None, S.MADE, "agreed"),
        (S.SOUGHT, S.HOLDING, "agreed"),
        (S.MADE, S.HOLDING, None),
        (S.MADE, S.BROKEN, "broken"),
        (S.MADE, S.VIOLATED, "violated"),
        (S.MADE, S.MADE, None),
        (None, S.SOUGHT, None),
    ],
)
def test_agreements(was: AgreementStatus | None, now: AgreementStatus, what: str | None) -> None:
    def truce(status: AgreementStatus, last: date, name: str) -> Agreement:
        return Agreement(name, ("Army", "Rebels"), "Alpha", status, A, last, ("c",), id="x")

    before = [truce(was, A, "truce")] if was else []
    after = truce(now, B, "truce (Army, Rebels)")  # its name may grow with its parties
    found = changes(picture(A, agreements=before), picture(B, agreements=[after]), NAMES)
    assert [c.what for c in found] == ([what] if what else [])
    assert (
        changes(
            picture(A, agreements=before), picture(B, agreements=[replace(after, last=A)]), NAMES
        )
        == []
    )


def test_a_change_of_a_place_says_which_place() -> None:
    (c,) = differ(held("rebels"), held("army", claims=[TOOK.id]), TOOK)
    assert c.place_id == PLACE.id
