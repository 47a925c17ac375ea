"""Which town: the sentence's own words first, then the report's other places, then people; never
the attacker's home.
"""

from __future__ import annotations

from datetime import date

import pytest

from contactline.model import Role
from contactline.naming.gazetteer import distance_km
from contactline.naming.relations import Near, beside, near, within
from contactline.naming.towns import bare, common
from contactline.pipeline import Tools


def where(
    tools: Tools,
    text: str,
    words: str,
    places: tuple[str, ...] = (),
    on: date | None = date(2025, 10, 24),
) -> Role:
    spans = [(text.index(p), text.index(p) + len(p)) for p in (words, *places)]
    return tools.namer.report(text, spans, on).place(words, text.index(words))


def off(r: Role, lat: float, lon: float) -> float:
    return distance_km(r.lat or 0.0, r.lon or 0.0, lat, lon)


@pytest.mark.parametrize(
    ("text", "words", "places", "lat", "lon"),
    [
        (
            ("Russian forces captured Pokrovsk, the Russian defence ministry said."),
            "Pokrovsk",
            (),
            48.28,
            37.18,
        ),
        (
            ("Russian forces captured Pokrovsk in the Donetsk region of Ukraine."),
            "Pokrovsk",
            (),
            48.28,
            37.18,
        ),
        (
            ("A fair was held in Pokrovsk in the Saratov region of Russia."),
            "Pokrovsk",
            (),
            51.48,
            46.11,
        ),
        ("The army took Andriivka near Bakhmut.", "Andriivka", ("Bakhmut",), 48.59, 38.0),
        ("Residents fled Hudson, New York.", "Hudson", (), 42.25, -73.79),
        ("Storms hit Troy, N.C., on Monday.", "Troy", (), 35.36, -79.89),
        ("He moved from Lebanon in Tennessee to Cairo.", "Lebanon", (), 36.21, -86.29),
        ("Rwandan troops entered Goma with the M23.", "Goma", (), -1.67, 29.23),
        ("Turkish jets bombed Afrin.", "Afrin", (), 36.51, 36.87),
    ],
)
def test_the_words_decide(
    tools: Tools, text: str, words: str, places: tuple[str, ...], lat: float, lon: float
) -> None:
    assert off(where(tools, text, words, places), lat, lon) < 45


def test_a_village_by_a_town_is_by_it_or_unknown(tools: Tools) -> None:
    text = "Troops captured Novoselivka and Stepove near Avdiivka in Ukraine."
    for village in ("Novoselivka", "Stepove"):
        r = where(tools, text, village, ("Novoselivka", "Stepove", "Avdiivka"))
        assert r.lat is None or off(r, 48.14, 37.75) < 45
        assert (r.confidence or 0) <= 0.5 or r.geoname_id


def test_the_spot_by_a_town_is_unsure_and_wide(tools: Tools) -> None:
    text = "Troops captured Zelenivka 12 km north of Homs."
    r = where(tools, text, "Zelenivka", ("Homs",))
    assert r.id and r.id.startswith("place:?zelenivka~")
    assert r.lat and r.lat > 34.78 and off(r, 34.72, 36.72) == pytest.approx(12, abs=2)
    assert (r.confidence or 1) < 0.5 and (r.radius_km or 0) >= 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("X near Avdiivka", ("Avdiivka", None, "")),
        ("X, just outside the town of Avdiivka.", ("Avdiivka", None, "")),
        ("X, south of Homs", ("Homs", None, "south")),
        ("X 10 km north-east of Deir ez-Zor", ("Deir ez-Zor", 10.0, "north-east")),
        ("X, about 20 miles from Goma", ("Goma", 32.18, "")),
        ("X and Avdiivka", None),
        ("X in Homs", None),
    ],
)
def test_what_words_say_a_place_lies_by(
    text: str, said: tuple[str, float | None, str] | None
) -> None:
    got = near(text, 1)
    if said is None:
        assert got is None
        return
    assert got is not None and text[got.start : got.end] == said[0] and got.side == said[2]
    assert got.km == (said[1] and pytest.approx(said[1], rel=0.01))


def test_what_words_say_a_place_lies_in(tools: Tools) -> None:
    lookup = tools.gazetteer.lookup
    assert within("X in the Donetsk region of Ukraine", 1, lookup) == (
        frozenset({("UA", "05")}),
        True,
    )
    assert within("X in northern Syria", 1, lookup) == (frozenset({("SY", "")}), True)
    assert within("X in the town", 1, lookup) == (frozenset(), False)
    assert ("US", "TX") in beside("X, Texas", 1, lookup)
    assert beside("X, Ark. said", 1, lookup) == frozenset({("US", "AR")})
    assert beside("X, he said", 1, lookup) == frozenset()


def test_distance_and_bearing_must_fit(tools: Tools) -> None:
    homs, rastan, palmyra = (
        next(
            m.place
            for m in tools.gazetteer.lookup(n)
            if m.place.country == "SY" and m.place.feature == "settlement"
        )
        for n in ("Homs", "Ar Rastan", "Tadmur")
    )
    assert Near(0, 0).fits(rastan, homs) and not Near(0, 0).fits(palmyra, homs)
    assert Near(0, 0, None, "north").fits(rastan, homs)
    assert not Near(0, 0, None, "south").fits(rastan, homs)
    assert Near(0, 0, 20.0, "").fits(rastan, homs) and not Near(0, 0, 60.0, "").fits(rastan, homs)
    assert not Near(0, 0).fits(homs, homs)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Abs district", "Abs"),
        ("Homs airport", "Homs"),
        ("Hama's airport", "Hama"),
        ("Kunduz province", "Kunduz"),
        ("Homs’ countryside", "Homs"),
        ("Paris", "Paris"),
    ],
)
def test_a_name_keeps_its_s(text: str, want: str) -> None:
    assert bare(text) == want


def test_abs_district_is_about_abs(tools: Tools) -> None:
    text = "The Houthis captured Abs district from government forces, an official said in Hajjah."
    assert off(where(tools, text, "Abs district"), 16.0, 43.2) < 30


def test_a_thing_at_a_town_is_not_the_town(tools: Tools) -> None:
    text = "Syrian rebels took Homs airport. They left the airport on Monday, and Homs itself."
    airport = where(tools, text, "Homs airport")
    assert airport.id == "place:sy-airport-homsairport" and airport.geoname_id is None
    assert off(airport, 34.73, 36.71) < 10
    got = tools.namer.report(text, [(text.index("Homs airport"), text.index("Homs airport") + 12)])
    assert got.place("the airport", text.index("the airport")).id == airport.id


def test_the_airport_is_never_the_town(tools: Tools) -> None:
    text = "The army holds Damascus. It also holds the airport."
    assert where(tools, text, "the airport", ("Damascus",)).lat is None


def test_the_village_of_x_is_x_even_when_unknown(tools: Tools) -> None:
    text = "Ukrainian forces captured the village of Qwrtzyne from Russian troops."
    r = where(tools, text, "village of Qwrtzyne")
    assert (r.name, r.id, r.lat) == ("Qwrtzyne", "place:?qwrtzyne", None)


@pytest.mark.parametrize(
    "words", ["airport", "the camp", "Camp", "the border", "northern front", "the main base"]
)
def test_common_nouns_are_no_places(words: str) -> None:
    assert common(words)


@pytest.mark.parametrize(
    "words", ["Homs", "Border Town", "Northern Region", "Camp Bondsteel", "al-Tanf"]
)
def test_names_are_no_common_nouns(words: str) -> None:
    assert not common(words)


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Americans were told to leave Sudan.", "Americans", "US"),
        ("The Russians left.", "Russians", "RU"),
        ("Delegates of Côte d'Ivoire came.", "Côte d'Ivoire", "CI"),
    ],
)
def test_a_people_stands_for_its_country(tools: Tools, text: str, words: str, country: str) -> None:
    r = where(tools, text, words)
    assert r.feature == "country" and r.country == country


def test_an_area_stands_in_the_middle_of_its_outline(tools: Tools) -> None:
    r = where(tools, "Fires burned in Ontario in Canada and in Queensland.", "Ontario")
    assert off(r, 50.1, -85.8) < 60


def test_a_country_is_put_by_no_town(tools: Tools) -> None:
    text = "Storms crossed Mexico, south of Texas."
    r = where(tools, text, "Mexico", ("Texas",))
    assert r.feature == "country" and r.country == "MX"
