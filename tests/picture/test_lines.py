"""Contact lines: where one runs, and what stands between the sides there."""

from dataclasses import replace
from datetime import date

import pytest
import shapely

from contactline.model import Actor, Place
from contactline.picture.build import picture_on
from contactline.picture.geography import countries
from contactline.picture.settings import Settings
from tests.makers import PLACES, stored

ON = date(2017, 11, 20)
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
CATALOGUE = {i: Actor(i, i.title(), "group", "SY") for i in ("army", "rebels", "kurds")}
HELD = [
    stored(who="Army", where="Alpha"),
    stored(who="Army", where="Beta"),
    stored(who="Rebels", where="Gamma"),
]


def lines(*claims, held=HELD, on=ON):
    return picture_on([*held, *claims], GROUND, CATALOGUE, Settings(), on).lines


def fight(day: date = date(2017, 11, 10), where: str | None = "Gamma", n: int = 0, **more):
    return stored("fight", None, "Army", where, other="Rebels", on=day, n=n, **more)


def signed(aspect="made", quote="a ceasefire", where: str | None = "Gamma", day=date(2017, 11, 1)):
    s = stored("agreement", aspect, "Army", where, other="Rebels", on=day)
    return replace(s, claim=replace(s.claim, quote=quote))


LONG_AGO = date(2017, 6, 1)


@pytest.mark.parametrize(
    ("claims", "relation"),
    [
        ([], "unclear"),
        ([fight()], "hostile"),
        ([fight(LONG_AGO)], "hostile"),
        ([fight(LONG_AGO), signed()], "truce"),
        ([signed()], "truce"),
        ([signed(), fight()], "hostile"),
        ([fight(LONG_AGO), signed(quote="an evacuation")], "hostile"),
        ([signed(quote="an evacuation")], "unclear"),
        (
            [fight(LONG_AGO), signed(), signed("broken", "the ceasefire collapsed", day=ON)],
            "hostile",
        ),
        ([signed(), signed("broken", "the ceasefire was violated", day=ON)], "truce"),
        ([fight(LONG_AGO), signed(where="Delta")], "hostile"),
        ([fight(LONG_AGO), signed(where=None)], "truce"),
        ([signed("sought", "a ceasefire")], "unclear"),
        ([stored("hostility", None, "Army", None, other="Rebels")], "hostile"),
    ],
)
def test_what_stands_between_two_sides(claims, relation: str) -> None:
    (line,) = lines(*claims)
    assert {line.a, line.b} == {"Army", "Rebels"} and line.relation == relation


def test_an_agreement_is_told_with_its_line_and_a_clash_with_its_day() -> None:
    (line,) = lines(fight(LONG_AGO), signed())
    assert line.last_clash == LONG_AGO and "ceasefire" in line.agreements[0]
    assert line.between[0] == ("Beta", "Gamma") and line.length_km > 1 and line.claims


def test_a_clash_elsewhere_is_not_of_this_line() -> None:
    (line,) = lines(fight(where="Delta"))
    assert line.last_clash is None and line.relation == "hostile"


def test_no_line_where_a_side_is_not_told_nearby() -> None:
    assert (
        lines(held=[stored(who="Army", where="Alpha"), stored(who="Rebels", where="Delta")]) == ()
    )


def test_a_line_stays_on_land_within_its_country() -> None:
    (line,) = lines(fight())
    syria = countries()["Syria"].buffer(0.01)

    assert line.path and all(syria.contains(shapely.Point(p)) for part in line.path for p in part)


def test_sides_that_back_each_other_have_no_line_between_them() -> None:
    friends = [stored("support", "backs", "Army", None, other="Rebels", n=n) for n in range(3)]
    assert lines(*friends) == ()  # they are one side
