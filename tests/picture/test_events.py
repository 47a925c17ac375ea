"""Events: which sentences tell of one, what it gathers, and that its id stays."""

from dataclasses import replace
from datetime import date

import pytest

from contactline.picture.events import events_between
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from tests.makers import stored

FIRST, LAST = date(2017, 11, 1), date(2017, 11, 30)


def said(
    kind="fight", aspect=None, day=10, a="Army", b="Rebels", where="Alpha", n=0, exact=True, **more
):
    at = date(2017, 11, day)
    when = {"valid_from": at, "valid_to": at, "precision": "day"} if exact else {}
    return stored(kind, aspect, a, where, other=b, on=at, n=n, **when, **more)


def told(*claims, first=FIRST, last=LAST):
    return events_between(claims, Sides({}, claims), Settings(), first, last)


@pytest.mark.parametrize(
    ("one", "two", "events"),
    [
        ({}, {}, 1),
        ({}, {"day": 11}, 1),
        ({}, {"day": 13}, 2),
        ({}, {"day": 12, "exact": False}, 1),
        ({}, {"where": "Beta"}, 2),
        ({}, {"b": None}, 1),
        ({}, {"b": "Kurds"}, 2),
        ({}, {"kind": "strike"}, 2),
        ({}, {"kind": "control", "aspect": "gains", "b": None}, 2),
        ({"where": None}, {"where": None}, 1),
        ({"where": None}, {"where": None, "b": "Kurds"}, 2),
    ],
)
def test_two_sentences(one: dict, two: dict, events: int) -> None:
    claims = [said(n=1, **one), said(n=2, source="Post", **two)]
    found = told(*claims)
    assert len(found) == events
    assert {c for e in found for c in e.claims} == {s.id for s in claims}
    assert told(*claims[::-1]) == found


@pytest.mark.parametrize(
    ("town", "where", "events"),
    [("Army town", "Alpha", 1), ("Army-held village", "Alpha", 1), ("Newtown village", "Alpha", 2)],
)
def test_a_place_told_of_by_its_holder_alone_is_the_place_where_it_happened(
    town: str, where: str, events: int
) -> None:
    took = said("control", "gains", b=None, where=where, n=1)
    headline = said("control", "gains", b=None, day=11, source="Post", n=2)
    nowhere = replace(
        headline.claim.place, text=town, name=town, id=f"place:?{town}", lat=None, lon=None
    )
    headline = replace(headline, claim=replace(headline.claim, place=nowhere))
    found = told(took, headline)
    assert len(found) == events and found[0].place == where
    # with two such places nobody knows which one it is
    other = said("control", "gains", b=None, where="Beta", n=3)
    assert len(told(took, other, headline)) == 3


def test_an_event_gathers_sources_parties_and_the_gravest_number() -> None:
    fight, other = said(n=1), said(n=2, source="Post", b=None)
    hurt = [
        replace(
            h,
            claim=replace(h.claim, report=f.claim.report, start=f.claim.start, number=number),
        )
        for f, number in ((fight, 3), (other, 5))
        for h in (stored("harm", "killed", None, "Alpha", other="Civilians", n=number),)
    ]
    (event,) = told(fight, other, *hurt)
    assert event.kind == "clash" and event.sources == ("Post", "Wire") and event.date.day == 10
    assert event.parties == ("Army", "Rebels") and event.place == "Alpha" and event.lat == 35.0
    assert [(h.what, h.who, h.number) for h in event.harm] == [("killed", "Civilians", 5)]
    assert len(event.claims) == 4


def test_an_id_stays_when_more_is_told_and_differs_between_events() -> None:
    one = said(n=1)
    (alone,) = told(one)
    (both,) = told(one, said(n=2, source="Post", day=11))
    assert alone.id == both.id and alone.date == both.date
    apart = told(one, said(n=3, b="Kurds"))
    assert len({e.id for e in apart}) == 2


def test_who_takes_and_who_loses_is_one_capture() -> None:
    took = said("control", "gains", b=None, n=1)
    lost = said("control", "loses", a="Rebels", b=None, n=1)
    lost = replace(lost, claim=replace(lost.claim, report=took.claim.report))
    (event,) = told(took, lost)
    assert event.kind == "capture" and event.parties == ("Army", "Rebels")


@pytest.mark.parametrize(
    "claim",
    [
        said(modality="denied"),
        said(modality="intended"),
        said(where=None, b=None),
        said("control", "holds", b=None),
        said("agreement", "made"),
        stored("fight", None, "Army", "Alpha", other="Rebels", on=None),
    ],
)
def test_what_is_no_event(claim) -> None:
    assert told(claim) == []


def test_the_span_and_the_precision() -> None:
    assert (
        told(said(day=10), first=date(2017, 11, 11))
        == []
        == told(said(day=10), last=date(2017, 11, 9))
    )
    assert told(said(exact=False))[0].precision == "report" and told(said())[0].precision == "day"
    month = stored(
        "fight",
        None,
        "Army",
        "Alpha",
        other="Rebels",
        on=date(2017, 11, 20),
        valid_from=date(2017, 11, 1),
        valid_to=date(2017, 11, 30),
        precision="month",
    )
    assert [e.precision for e in told(month, said(day=1))] == ["day", "month"]
