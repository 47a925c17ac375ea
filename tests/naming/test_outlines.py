import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.naming.gazetteer import distance_km
from contactline.naming.outlines import Outlines, disc, part
from contactline.pipeline import Tools

BEARINGS = ["north", "northern", "south-western", "east", "southeast", "central", "north-eastern"]


@pytest.mark.parametrize(
    ("lat", "lon", "codes"),
    [
        (48.28, 37.18, ["UA.05"]),  # Pokrovsk
        (45.35, 36.47, ["UA.11"]),  # Kerch, whoever holds it
        (35.93, 36.63, ["SY.12"]),  # Idlib
        (36.34, 43.13, ["IQ.15"]),  # Mosul
        (31.42, 34.35, ["PS.GZ"]),  # Deir al-Balah
        (0.0, -30.0, []),  # the Atlantic
    ],
)
def test_a_point_lies_in_its_province(lat: float, lon: float, codes: list[str]) -> None:
    assert Outlines.load().at(lat, lon) == codes


def test_the_gazetteers_areas_have_their_outlines(tools: Tools) -> None:
    outlines = Outlines.load()
    for name, inside, outside in [
        ("Idlib Governorate", (35.93, 36.63), (36.2, 37.16)),
        ("Donetsk region", (48.28, 37.18), (48.0, 46.8)),
        ("Hajjah Governorate", (15.7, 43.6), (14.8, 42.95)),
        ("North Darfur", (13.63, 25.35), (12.05, 24.88)),
        ("Helmand Province", (31.59, 64.36), (31.61, 65.71)),
    ]:
        area = next(m.place for m in tools.gazetteer.lookup(name) if m.place.feature == "area")
        shape = outlines.of(area)
        assert shape is not None and shape.equals(outlines.of_id(area.id)), name
        assert shape.contains(shapely.Point(inside[1], inside[0])), name
        assert not shape.contains(shapely.Point(outside[1], outside[0])), name


def test_areas_without_an_outline_have_none(tools: Tools) -> None:
    outlines = Outlines.load()
    town = next(
        m.place
        for m in tools.gazetteer.lookup("Idlib")
        if m.place.geoname_id == 169389 or m.place.feature == "settlement"
    )
    assert outlines.of(town) is None
    assert outlines.area("CD", "24") is None  # made in 2015 out of Orientale
    assert outlines.named("Atlantis", "SY") is None
    assert outlines.of_id("place:?nowhere") is None


def test_by_name_in_any_spelling() -> None:
    outlines = Outlines.load()
    donetsk = outlines.area("UA", "05")
    for name in ("Donetsk", "Donetsk Oblast", "Donetsk region", "Донецкая область"):
        assert outlines.named(name, "UA") == donetsk, name


def test_provinces_meet_without_gaps_or_overlap() -> None:
    outlines = Outlines.load()
    shapes = [s for k in range(1, 28) if (s := outlines.area("UA", f"{k:02}")) is not None]
    joined = shapely.union_all(shapes)
    assert len(shapes) > 22
    assert sum(s.area for s in shapes) == pytest.approx(joined.area, rel=1e-3)


def test_a_country_is_its_areas() -> None:
    syria = Outlines.load().country("SY")
    assert syria is not None and syria.is_valid
    assert syria.contains(shapely.Point(36.3, 33.5))  # Damascus
    assert not syria.contains(shapely.Point(37.38, 37.06))  # Gaziantep
    assert syria.equals(Outlines.load().geoname(163843))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.sampled_from(["SY", "UA", "ML", "SD", "YE", "MM", "CL", "FJ"]),
    st.sampled_from(BEARINGS),
)
def test_a_part_lies_in_the_whole_and_that_way(code: str, bearing: str) -> None:
    whole = Outlines.load().country(code)
    assert whole is not None
    cut = part(whole, bearing)
    assert 0 < cut.area < whole.area or bearing == "central"
    assert cut.difference(whole.buffer(1e-6)).area == pytest.approx(0, abs=1e-6)
    dx = ("east" in bearing) - ("west" in bearing)
    dy = ("north" in bearing) - ("south" in bearing)
    squeeze = math.cos(math.radians(whole.centroid.y))
    along = dx * (cut.centroid.x - whole.centroid.x) * squeeze + dy * (
        cut.centroid.y - whole.centroid.y
    )
    assert along > 0 or bearing == "central"


def test_a_word_without_a_bearing_is_the_whole() -> None:
    whole = Outlines.load().country("SY")
    assert whole is not None and part(whole, "rural") is whole
    assert part(shapely.Polygon(), "northern").is_empty


def test_the_id_of_a_part_gives_the_part() -> None:
    outlines = Outlines.load()
    whole, north = (outlines.of_id(f"place:sy-area-idlibgovernorate{x}") for x in ("", "#northern"))
    assert whole is not None and north is not None
    assert north.equals(part(whole, "northern"))


def test_the_countryside_is_the_province_without_its_town(tools: Tools) -> None:
    outlines = Outlines.load()
    homs = next(
        m.place
        for m in tools.gazetteer.lookup("Homs")
        if m.place.country == "SY" and m.place.feature == "settlement"
    )
    rural = outlines.countryside(homs)
    assert rural is not None
    assert not rural.contains(shapely.Point(homs.lon, homs.lat))
    assert rural.contains(shapely.Point(38.28, 34.55))  # Palmyra
    rastan = next(m.place for m in tools.gazetteer.lookup("Ar Rastan") if m.place.country == "SY")
    near = outlines.countryside(rastan)
    assert near is not None
    assert all(
        distance_km(rastan.lat, rastan.lon, y, x) < 45 for x, y in shapely.get_coordinates(near)
    )


def test_a_disc_reaches_as_far_as_it_says() -> None:
    shape = disc(60.0, 30.0, 50.0)
    for x, y in shapely.get_coordinates(shape):
        assert distance_km(60.0, 30.0, y, x) == pytest.approx(50.0, rel=0.03)
