from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Actor, Place, Role
from contactline.picture.build import picture_on
from contactline.picture.changes import changes
from contactline.picture.distance import km
from contactline.picture.geography import cells, countries
from contactline.picture.relations import blocs, contradictions
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from tests.makers import PLACES, stored

ON = date(2017, 11, 20)
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
CATALOGUE = {
    i: Actor(i, n, "group", parents=p)
    for i, n, p in (
        ("army", "Army", ()),
        ("guard", "Guard", (("army", None, None),)),
        ("rebels", "Rebels", ()),
    )
}
CLAIMS = [
    stored(who="Army", where="Alpha"),
    stored(who="Guard", where="Beta"),
    stored(who="Rebels", where="Gamma"),
    stored(
        kind="fight", aspect=None, who="Army", other="Rebels", where="Gamma", on=date(2017, 9, 1)
    ),
    stored(kind="support", aspect="backs", who="Russia", other="Army", where=None),
    stored(
        kind="agreement",
        aspect="made",
        who="Army",
        other="Rebels",
        where="Gamma",
        on=date(2017, 11, 5),
    ),
]


def pic(claims=CLAIMS, on=ON):
    return picture_on(claims, GROUND, CATALOGUE, Settings.written(), on)


def test_parts_of_a_side_are_one_sector_with_its_backers() -> None:
    p = pic()
    army = next(s for s in p.sectors if s.side == "army")
    assert (
        set(army.holders) == {"Army", "Guard"}
        and army.backers == ("Russia",)
        and {"Alpha", "Beta"} <= set(army.places)
    )
    assert {s.side for s in p.sectors} == {"army", "rebels"}


def test_where_two_sides_meet_there_is_a_line_and_a_truce() -> None:
    (line,) = pic().lines
    assert (
        {line.a, line.b} == {"Army", "Rebels"}
        and line.length_km > 1
        and line.relation == "truce"
        and line.claims
    )


def test_far_from_any_claim_nobody_holds() -> None:
    delta = [h for h in pic().holdings if h.place.name == "Delta"]
    assert all(h.holder is None for h in delta)


def test_every_sector_and_line_answers_why() -> None:
    ids = {s.id for s in CLAIMS}
    p = pic()
    assert all(s.claims and set(s.claims) <= ids for s in p.sectors) and all(
        set(x.claims) <= ids for x in p.lines
    )


def test_the_order_does_not_matter() -> None:
    assert pic() == pic(list(reversed(CLAIMS)))


def test_changes_tell_what_was_taken() -> None:
    later = [*CLAIMS, stored(aspect="gains", who="Army", where="Gamma", on=date(2017, 12, 1))]
    found = changes(
        pic(later), pic(later, date(2017, 12, 20)), {"army": "Army", "rebels": "Rebels"}, later
    )
    assert (
        found[0].what == "taken"
        and "Army took Gamma from Rebels" in found[0].text
        and found[0].on == date(2017, 12, 1)
    )


def test_nothing_gives_an_empty_picture() -> None:
    p = picture_on([], [], {}, Settings(), ON)
    assert p.sectors == () and p.lines == () and p.holdings == ()


def test_a_place_without_coordinates_costs_nothing() -> None:
    odd = stored(who="Army", where="Alpha", n=5)
    odd = replace(odd, claim=replace(odd.claim, place=Role("Nowhere", "Nowhere", "place:?nowhere")))
    assert [s.side for s in pic([*CLAIMS, odd]).sectors] == [s.side for s in pic().sectors]


def test_an_actor_that_is_its_own_part_ends() -> None:
    circle = {
        "a": Actor("a", "A", "group", parents=(("b", None, None),)),
        "b": Actor("b", "B", "group", parents=(("a", None, None),)),
        "c": Actor("c", "C", "group", parents=(("c", None, None),)),
    }
    sides = Sides(circle)
    assert (
        sides.of("actor:a", ON) in ("a", "b")
        and sides.of("actor:c", ON) == "c"
        and sides.of("place:x", ON) is None
    )


def test_sides_change_with_the_date() -> None:
    sides = Sides(
        {
            "n": Actor("n", "N", "group", parents=(("q", None, "2016-07-28"),)),
            "q": Actor("q", "Q", "group"),
        }
    )
    assert sides.of("actor:n", date(2015, 1, 1)) == "q" and sides.of("actor:n", ON) == "n"


def test_one_place_with_many_claims_is_answered() -> None:
    many = [
        stored(who="Army" if i % 3 else "Rebels", where="Alpha", on=date(2017, 1, 1 + i % 28), n=i)
        for i in range(3000)
    ]
    assert next(h for h in pic(many).holdings if h.place.name == "Alpha").status in (
        "held",
        "contested",
        "unknown",
    )


def test_the_date_line_is_no_gap() -> None:
    assert km(0, 179.9, 0, -179.9) == pytest.approx(22.2, abs=0.5)


def test_cells_are_cut_at_their_reach() -> None:
    (cell,) = cells([GROUND[0]], 10.0)
    assert 0 < cell.area < 0.05 and cell.contains(cell.centroid)
    assert len(countries()) > 200


def test_camps_and_contradictions() -> None:
    p = pic(
        [
            *CLAIMS,
            stored(kind="support", aspect="backs", who="Russia", other="Kurds", where=None, n=1),
            stored(kind="fight", aspect=None, who="Army", other="Kurds", where=None, n=2),
        ]
    )
    assert {"Army", "Russia"} <= blocs(p.relations)[0] or {"Kurds", "Russia"} <= blocs(p.relations)[
        0
    ]
    assert any(
        set(x[:2]) == {"Army", "Russia"} and x[2] == "Kurds" for x in contradictions(p.relations)
    )
