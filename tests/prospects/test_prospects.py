from datetime import date

from contactline.model import Actor, Place
from contactline.picture.build import snapshot_on
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from contactline.prospects.expectations import expectations, tell
from contactline.prospects.whatif import without
from tests.makers import PLACES, report, stored

PLAN = stored(
    aspect="gains", who="Army", where="Beta", modality="intended", condition="once the road is open"
)
LATER = stored(aspect="gains", who="Army", where="Beta", on=date(2017, 12, 5))
WAR = stored(
    kind="fight", aspect=None, who="Army", other="Rebels", where="Delta", on=date(2017, 10, 1)
)
OTHER = stored(aspect="gains", who="Rebels", where="Beta", on=date(2017, 12, 5))


def states(claims, on):
    return [e.state for e in expectations(claims, Sides({}), on)]


def test_states_of_an_expectation() -> None:
    assert states([PLAN], date(2017, 11, 20)) == ["open"]
    assert states([PLAN, LATER], date(2017, 12, 4)) == ["open"]
    assert states([PLAN, LATER], date(2017, 12, 6)) == ["came true"]
    assert states([PLAN, OTHER, WAR], date(2017, 12, 6)) == ["did not come true"]
    assert states([PLAN], date(2019, 12, 6)) == ["lapsed"]
    assert states([PLAN], date(2017, 1, 1)) == []


def test_what_decided_it_is_named_and_it_is_told() -> None:
    (e,) = expectations([PLAN, LATER], Sides({}), date(2017, 12, 6))
    assert (
        e.decided_by == (LATER.id,)
        and e.claims == (PLAN.id,)
        and tell(e) == "The Army means to take Beta"
        and e.condition == "once the road is open"
    )


def test_the_same_expectation_of_two_reports_is_one_with_two_voices() -> None:
    again = stored(aspect="gains", who="Army", where="Beta", modality="expected", source="Other")
    (e,) = expectations([PLAN, again], Sides({}), date(2017, 11, 20))
    assert set(e.voices) == {"Wire", "Other"}


def test_the_same_report_does_not_fulfil_its_own_forecast() -> None:
    r = report("They will take Beta. They took Beta.")
    both = [
        stored(aspect="gains", who="Army", where="Beta", modality="expected", in_report=r),
        stored(aspect="gains", who="Army", where="Beta", in_report=r),
    ]
    assert states(both, date(2017, 12, 6)) == ["open"]


GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
CATALOGUE = {i: Actor(i, i.title(), "group") for i in ("army", "rebels", "kurds")}
CLAIMS = [
    stored(who="Army", where="Alpha"),
    stored(who="Rebels", where="Beta"),
    stored(who="Kurds", where="Gamma"),
    stored(aspect="loses", who="Rebels", where="Alpha", on=date(2017, 10, 1)),
    stored(aspect="gains", who="Army", where="Alpha", on=date(2017, 10, 1)),
    stored(kind="fight", aspect=None, who="Army", other="Rebels", where=None),
    PLAN,
    stored(
        kind="fight",
        aspect=None,
        who="Kurds",
        other="Rebels",
        where=None,
        modality="expected",
        in_report=report("The Kurds will turn on the rebels."),
    ),
]


def scene():
    return snapshot_on(CLAIMS, GROUND, CATALOGUE, Settings(), date(2017, 11, 20))


def test_without_a_party_its_line_vanishes_and_its_neighbours_meet() -> None:
    s = scene()
    w = without(s, "rebels", expectations(s.claims, s.sides, s.on))
    assert any("Rebels" in (x.a, x.b) for x in w.before.lines) and not any(
        "Rebels" in (x.a, x.b) for x in w.after.lines
    )
    assert all("Rebels" in (x.a, x.b) for x in w.vanished) and w.vanished
    assert {("Beta", "Army")} == {(p.place, p.to) for p in w.passed}
    assert any("Troops of the Army" in x and "free" in x for x in w.sentences)
    assert any("no object" in why for _, why in w.expectations)


def test_without_a_party_that_holds_nothing() -> None:
    s = scene()
    w = without(s, "martians", [])
    assert not w.passed and any("stays as it is" in x for x in w.sentences)
