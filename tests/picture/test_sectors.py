"""Sectors: their names, who backs whom where, areas that are held, by small made-up grounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Actor, Picture, Place, Role, Sector, Stored
from contactline.picture.build import picture_on
from contactline.picture.settings import Settings
from tests.makers import PLACES, place, stored

ON = date(2017, 11, 20)
FAR = {"Northtown": (36.8, 40.5), "Eastville": (36.7, 41.4), "Riverside": (36.5, 39.8)}
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in (PLACES | FAR).items()
]
CATALOGUE = {
    i: Actor(i, n, "group", parents=p)
    for i, n, p in (
        ("army", "Army", ()),
        ("guard", "Guard", (("army", None, None),)),
        ("rebels", "Rebels", ()),
        ("league", "League", ()),
    )
}


def pic(*claims: Stored) -> Picture:
    return picture_on(list(claims), GROUND, CATALOGUE, Settings.written(), ON)


def of(p: Picture, side: str) -> Sector:
    return next(s for s in p.sectors if s.side == side)


def there(s: Stored, where: Role) -> Stored:
    return replace(s, claim=replace(s.claim, place=where))


def at(name: str) -> Role:
    lat, lon = FAR[name]
    return replace(
        place("Alpha"), text=name, name=name, id=f"place:{name.lower()}", lat=lat, lon=lon
    )


IDLIB = Role(
    "Idlib province",
    "Idlib",
    "place:sy-area-idlibgovernorate",
    35.78,
    36.68,
    country="SY",
    feature="area",
    radius_km=40.0,
    confidence=0.95,
)


def test_a_sector_is_named_by_the_whole_of_those_who_hold_it() -> None:
    p = pic(stored(who="Army", where="Alpha"), stored(who="Guard", where="Beta", n=1))
    assert of(p, "army").name.startswith("Army:")


def test_a_far_flung_sector_is_named_by_the_part_of_the_country() -> None:
    p = pic(*(there(stored(who="League", n=i), at(n)) for i, n in enumerate(FAR)))
    assert of(p, "league").name == "League: north-eastern Syria"


def test_a_sector_of_one_place_has_its_name() -> None:
    assert of(pic(stored(who="Army", where="Delta")), "army").name == "Army: Delta"


def test_an_area_said_to_be_held_is_a_sector_without_a_town() -> None:
    p = pic(
        stored(who="Army", where="Alpha"),
        there(stored(who="League", extent="most"), IDLIB),
        there(stored("presence", "located", who="Rebels"), IDLIB),
    )
    s = of(p, "league")
    assert s.name == "League: Idlib" and s.main_places == ("Idlib",)
    assert s.share_of_places == 0 and s.present == ("Rebels",)


def test_a_part_of_an_area_is_no_sector() -> None:
    p = pic(stored(who="Army", where="Alpha"), there(stored(who="League", extent="part"), IDLIB))
    assert not [s for s in p.sectors if s.side == "league"]


@pytest.mark.parametrize(("aspect", "backers"), [("allied", ()), ("backs", ("League",))])
def test_who_holds_ground_of_its_own_is_an_ally_and_no_backer(
    aspect: str, backers: tuple[str, ...]
) -> None:
    p = pic(
        stored(who="Army", where="Alpha"),
        there(stored(who="League"), at("Northtown")),
        stored("support", aspect, who="League", other="Army", where=None),
    )
    # who is backed and who backs may be one side; then neither is the other's backer
    s = of(p, "army") if any(x.side == "army" for x in p.sectors) else None
    assert s is None or s.backers in (backers, ())


def test_present_long_ago_is_not_present() -> None:
    p = pic(
        stored(who="Army", where="Alpha"),
        stored("presence", "located", who="Rebels", where="Alpha", on=date(2016, 1, 1)),
    )
    assert of(p, "army").present == ()
    q = pic(
        stored(who="Army", where="Alpha"),
        stored("presence", "located", who="Rebels", where="Alpha"),
    )
    assert of(q, "army").present == ("Rebels",)


def test_a_pocket_lies_inside_who_besieges_it_and_is_held_by_who_holds_its_towns() -> None:
    district = replace(
        place("Beta"), text="Beta district", name="Beta district", id="place:x", radius_km=8.0
    )
    lat, lon = PLACES["Beta"]
    town = replace(place("Beta"), lat=lat + 0.02, lon=lon)
    p = pic(
        stored(who="Army", where="Alpha"),
        there(stored(who="Rebels"), town),
        there(stored("situation", "tense", who=None, extent="pocket"), district),
        there(stored(aspect="besieges", who="Army", extent="pocket"), district),
    )
    (pocket,) = [x for x in of(p, "army").pockets if x.name == "Beta district"]
    assert pocket.holder == "rebels" and pocket.inside == "army"


@pytest.mark.parametrize(
    ("key", "backers"),
    [("generic:SY:militias", ()), ("generic:xx:fighters", ()), ("guests", ("Guests",))],
)
def test_a_bare_noun_backs_nobody(key: str, backers: tuple[str, ...]) -> None:
    giver = stored("support", "backs", who="Guests", other="Army", where=None)
    giver = replace(
        giver, claim=replace(giver.claim, actor=Role("Guests", "Guests", f"actor:{key}"))
    )
    # a side is said to back it, so that its name is one that is taken
    told = stored("support", "backs", who="League", other="Guests", where=None)
    told = replace(told, claim=replace(told.claim, other=Role("Guests", "Guests", f"actor:{key}")))
    p = pic(stored(who="Army", where="Alpha"), giver, told)
    assert of(p, "army").backers == backers


@pytest.mark.parametrize(("sure", "backers"), [(0.9, ("Guests",)), (0.5, ())])
def test_who_is_hardly_told_to_be_allied_is_behind_nobody(
    sure: float, backers: tuple[str, ...]
) -> None:
    p = pic(
        stored(who="Army", where="Alpha"),
        stored("support", "allied", who="Army", other="Guests", where=None, confidence=sure),
    )
    assert of(p, "army").backers == backers
