"""Agreements and talks: which sentences speak of one, and what status the claims leave it in."""

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import AgreementStatus
from contactline.picture.agreements import agreements_on, kind_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from tests.makers import stored

ON = date(2017, 11, 20)


def said(
    aspect: str, day: int, quote: str = "the ceasefire", a="Army", b="Rebels", where="Alpha", **more
):
    s = stored("agreement", aspect, a, where, other=b, on=date(2017, 11, day), n=day, **more)
    return replace(s, claim=replace(s.claim, quote=quote))


def told(*claims, on: date = ON):
    return agreements_on(claims, Sides({}, claims), Settings(), on)


@pytest.mark.parametrize(
    ("story", "status"),
    [
        ([("sought", "stated", "the truce")], "sought"),
        ([("made", "stated", "the truce")], "made"),
        ([("made", "stated", "the truce"), ("holds", "stated", "the truce")], "holding"),
        (
            [("made", "stated", "the truce"), ("broken", "stated", "the truce was violated")],
            "violated",
        ),
        ([("made", "stated", "the truce"), ("broken", "stated", "the truce collapsed")], "broken"),
        (
            [("made", "stated", "the truce"), ("broken", "stated", "the truce is not working")],
            "broken",
        ),
        (
            [("made", "stated", "the truce"), ("holds", "denied", "the truce is not being kept")],
            "violated",
        ),
        (
            [
                ("made", "stated", "the truce"),
                ("holds", "denied", "the truce is no longer holding"),
            ],
            "broken",
        ),
        ([("broken", "stated", "the truce collapsed"), ("made", "stated", "a new truce")], "made"),
        ([("made", "stated", "the truce"), ("sought", "stated", "the truce")], "made"),
        ([("broken", "stated", "the truce collapsed"), ("sought", "stated", "a truce")], "sought"),
        ([("made", "intended", "a truce")], None),
    ],
)
def test_the_status_follows_the_claims(
    story: list[tuple[str, str, str]], status: str | None
) -> None:
    claims = [said(a, n + 1, q, modality=m) for n, (a, m, q) in enumerate(story)]
    found = told(*claims)
    assert [a.status for a in found] == ([status] if status else [])
    assert told(*claims[::-1]) == found


def test_what_is_not_heard_of_has_lapsed_and_what_is_broken_stays_so() -> None:
    late = date(2020, 1, 1)
    assert told(said("made", 1), on=late)[0].status == AgreementStatus.LAPSED
    assert (
        told(said("broken", 1, "the truce collapsed"), on=late)[0].status == AgreementStatus.BROKEN
    )


def test_a_truce_for_some_days_is_over_after_them() -> None:
    s = said("made", 1)
    s = replace(
        s,
        claim=replace(
            s.claim, valid_from=date(2017, 11, 1), valid_to=date(2017, 11, 10), precision="day"
        ),
    )
    assert told(s, on=date(2017, 11, 5))[0].status == AgreementStatus.MADE
    assert told(s)[0].status == AgreementStatus.LAPSED


def test_talks_among_five_are_one_with_five_parties() -> None:
    first = said("sought", 1, "talks", where=None)
    claims = [
        replace(
            said("sought", 1, "talks", a=a, b=b, where=None),
            claim=replace(
                said("sought", 1, "talks", a=a, b=b, where=None).claim, report=first.claim.report
            ),
        )
        for a, b in (("One", "Two"), ("Two", "Three"), ("Three", "Four"), ("Four", "Five"))
    ]
    (found,) = told(*claims)
    assert found.parties == ("Five", "Four", "One", "Three", "Two") and found.kind == "talks"
    assert found.party_ids and found.terms == ("talks",)


def test_a_place_word_finds_its_agreement_and_another_kind_does_not() -> None:
    made = said("made", 1, "the de-escalation zone")
    bare = said("broken", 5, "the Alpha de-escalation agreement is not working", a=None, b=None)
    other = said("made", 3, "an evacuation", b="Guests")
    found = {a.kind: a for a in told(made, bare, other)}
    assert found["de-escalation"].status == "broken" and found["de-escalation"].last.day == 5
    assert (
        found["de-escalation"].name == "Alpha de-escalation (army, rebels)"
        or "Army" in found["de-escalation"].name
    )
    assert found["evacuation"].status == "made" and len(found) == 2


def test_another_place_is_another_agreement_and_one_party_alone_is_none() -> None:
    assert len(told(said("made", 1), said("made", 2, where="Beta"))) == 2
    assert told(said("made", 1, a="Army", b=None, where=None)) == []


def test_an_id_stays_while_more_is_told() -> None:
    one, more = said("made", 1), said("holds", 9)
    assert told(one)[0].id == told(one, more)[0].id


@pytest.mark.parametrize(
    ("quote", "kind"),
    [
        ("a cease-fire began", "ceasefire"),
        ("the de-escalation zone", "de-escalation"),
        ("an exchange of prisoners", "exchange"),
        ("rebels were evacuated", "evacuation"),
        ("diplomatic talks", "talks"),
        ("they agreed", None),
    ],
)
def test_kinds(quote: str, kind: str | None) -> None:
    assert kind_of(quote) == kind
