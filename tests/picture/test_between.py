"""The ground between the places told of, and areas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Actor, Basis, Place, Role, Status
from contactline.picture.build import picture_on
from contactline.picture.geography import outline
from contactline.picture.history import History
from contactline.picture.settings import Settings
from tests.makers import stored

ON = date(2017, 11, 20)
ACTORS = {i: Actor(i, i.title(), "group") for i in ("army", "rebels")}
RULE = Settings.load({"trust": {"learn": False}})


def town(name: str, lat: float, lon: float, country: str = "SY") -> Place:
    return Place(f"place:{name.lower()}", name, lat, lon, country, "settlement", 1000)


def said(place: Place, who: str = "Army", **more):
    s = stored(who=who, where="Alpha", on=ON, source=place.name, **more)
    role = Role(
        place.name,
        place.name,
        place.id,
        place.lat,
        place.lon,
        None,
        place.country,
        place.feature,
        place.radius_km,
    )
    return replace(s, id=s.id + place.id, claim=replace(s.claim, place=role))


WEST, MIDDLE, EAST = town("West", 35, 36.95), town("Middle", 35, 37.0), town("East", 35, 37.05)


ANCHORS = [  # the war is in both countries
    said(town(f"Far {n}", lat, 40.5, country))
    for country, lat in (("SY", 35.5), ("TR", 37.9))
    for n in (f"{country} one", f"{country} two", f"{country} three")
]


def middle(*claims, places=(WEST, MIDDLE, EAST)):
    h = History([*claims, *ANCHORS], places, ACTORS, RULE)
    assert h.countries == {"SY", "TR"}
    return next(x for x in h.holdings_on(ON) if x.place.name == "Middle")


def test_a_place_between_two_of_one_side_is_theirs_and_weaker() -> None:
    h = middle(said(WEST), said(EAST))
    told = [
        x.probability
        for x in History((said(WEST), said(EAST)), (WEST, MIDDLE, EAST), ACTORS, RULE).holdings_on(
            ON
        )
        if x.told
    ]
    assert (h.holder, h.status, h.basis) == ("army", Status.HELD, Basis.NEIGHBOURS)
    assert h.probability < min(told) and len(h.claims) == 2


NORTH_WEST = town("Northwest", 35.01, 36.95)


@pytest.mark.parametrize(
    ("claims", "places"),
    [
        ([said(WEST)], (WEST, MIDDLE, EAST)),
        ([said(WEST), said(EAST, "Rebels")], (WEST, MIDDLE, EAST)),
        ([said(WEST), said(EAST), said(NORTH_WEST, "Rebels")], (WEST, MIDDLE, EAST)),
        ([said(WEST), said(NORTH_WEST)], (WEST, MIDDLE, NORTH_WEST)),
        ([said(WEST), said(town("Far", 35, 37.6))], (WEST, MIDDLE)),
        ([said(WEST), said(town("Abroad", 35, 37.05, "TR"))], (WEST, MIDDLE)),
        ([said(WEST, confidence=0.1), said(EAST, confidence=0.1)], (WEST, MIDDLE, EAST)),
    ],
    ids=["one", "two sides", "a hostile town", "same direction", "far", "a border", "doubt"],
)
def test_else_it_stays_blank(claims, places) -> None:
    h = middle(*claims, places=places)
    assert (h.holder, h.status, h.basis, h.probability) == (None, Status.UNKNOWN, Basis.NONE, 0.0)


PROVINCE = Place("place:sy-area-idlibgovernorate", "Idlib", 35.8, 36.7, "SY", "area", radius_km=50)
INSIDE = town("Inside", 35.8, 36.7)


def test_what_is_said_of_an_area_is_no_fact_of_its_towns() -> None:
    p = picture_on([said(PROVINCE, "Rebels")], [INSIDE], ACTORS, RULE, ON)
    (area,) = [h for h in p.holdings if h.place.feature == "area"]
    assert (area.holder, area.basis) == ("rebels", Basis.AREA)
    assert not any(h.holder for h in p.holdings if h.place.id == INSIDE.id)


def test_an_area_is_its_own_shape_and_a_described_part_of_it_is_clipped() -> None:
    from shapely import Point

    whole = outline(PROVINCE)
    north = outline(replace(PROVINCE, id=PROVINCE.id + "#northern"))
    assert whole is not None and north is not None
    assert whole.contains(Point(36.63, 35.93)) and not whole.contains(Point(37.16, 36.2))
    assert north.area < 0.7 * whole.area and north.within(whole.buffer(1e-6))
    assert north.centroid.y > whole.centroid.y


def test_an_area_without_an_outline_ends_at_the_border() -> None:
    odd = Place("place:x-area-odd", "Odd", 36.2, 36.6, "SY", "area", radius_km=40)
    shape = outline(odd)
    assert shape is not None and not shape.is_empty
    from shapely import Point

    assert not shape.contains(Point(36.35, 36.2)), "that is beyond the border"
    assert outline(replace(odd, feature="road")) is None
    assert outline(replace(odd, id="place:a@b")) is None
