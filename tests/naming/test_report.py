import pytest

from contactline.naming.actors import Catalogue
from contactline.pipeline import Tools


def names(tools: Tools, text: str, places: tuple[str, ...] = ()):
    return tools.namer.report(text, [(text.index(p), text.index(p) + len(p)) for p in places])


@pytest.mark.parametrize(
    ("text", "words", "want"),
    [
        ("Turkish forces entered Syria.", "Turkish forces", "Turkey"),
        ("Ankara rejected the plan for Syria.", "Ankara", "Turkey"),
        ("Daesh lost Raqqa in Syria.", "Daesh", "Islamic State"),
        ("The Syrian Arab Army (SAA) holds Homs. The SAA moved on.", "SAA", "Syrian Arab Army"),
        ("In Syria, regime forces shelled Douma.", "regime forces", "Syrian Arab Army"),
        ("Iraqi troops entered Mosul in Iraq.", "Iraqi troops", "Iraqi Security Forces"),
        ("The YPG left Manbij in Syria.", "YPG", "People's Protection Units"),
        ("Kyiv said that Russia attacked Ukraine.", "Kyiv", "Ukraine"),
        ("Putin ordered Russian troops out of Syria.", "Putin", "Russia"),
    ],
)
def test_actors(tools: Tools, text: str, words: str, want: str) -> None:
    assert names(tools, text).actor(words, text.index(words)).name == want


def test_the_group_is_the_one_named_before(tools: Tools) -> None:
    text = "Hayat Tahrir al-Sham took Idlib in Syria. The group then moved south."
    assert (
        names(tools, text).actor("The group", text.index("The group")).name
        == "Hayat Tahrir al-Sham"
    )


def test_an_unknown_party_keeps_its_own_name(tools: Tools) -> None:
    r = names(tools, "The Zuzu Brigade took Alpha.").actor("Zuzu Brigade", 4)
    assert r.name == "Zuzu Brigade" and r.id == "actor:new:zuzu-brigade"


def test_its_allies_are_the_allies_of_whom_was_named(tools: Tools) -> None:
    text = "The Syrian army and its allies took Mayadin in Syria."
    r = names(tools, text).actor("its allies", text.index("its allies"))
    assert r.name == "allies of Syrian Arab Army"


def test_places_are_chosen_by_their_company(tools: Tools) -> None:
    syria = "Fighting in Syria: the army holds Hama, Homs and Tripoli road."
    r = names(tools, syria, ("Hama", "Homs")).place("Homs", syria.index("Homs"))
    assert r.country == "SY" and abs((r.lat or 0) - 34.7) < 0.2
    libya = "Haftar's forces advance on Tripoli in Libya, past Gharyan."
    assert (
        names(tools, libya, ("Tripoli", "Gharyan")).place("Tripoli", libya.index("Tripoli")).country
        == "LY"
    )


def test_parts_and_stretches_are_kept_as_what_they_are(tools: Tools) -> None:
    text = (
        "In Syria the army fights in northern Hama and in the area between Palmyra and Homs, "
        "near the border between Syria and Iraq."
    )
    got = names(tools, text, ("northern Hama",))
    north = got.place("northern Hama", text.index("northern Hama"))
    assert (
        north.id
        and "#northern" in north.id
        and (north.lat or 0) > 35.15
        and (north.radius_km or 0) > 5
    )
    area = "the area between Palmyra and Homs"
    assert "@area" in (got.place(area, text.index(area)).id or "")
    border = "border between Syria and Iraq"
    assert "@border" in (got.place(border, text.index(border)).id or "")


def test_an_unknown_name_costs_the_others_nothing(tools: Tools) -> None:
    text = "In Syria the army took Qwrtzville and Homs."
    got = names(tools, text, ("Qwrtzville", "Homs"))
    assert got.place("Qwrtzville", text.index("Qwrtzville")).lat is None
    assert got.place("Homs", text.index("Homs")).lat is not None


def test_a_name_inside_a_longer_name_is_no_state(tools: Tools) -> None:
    text = "The Jordan Battalion fought in Ukraine."
    assert names(tools, text).actor("Jordan Battalion", 4).name == "Jordan Battalion"


def test_the_catalogue_is_large_and_its_parts_end() -> None:
    c = Catalogue.load()
    assert len(c.by_id) >= 600
    for a in c.by_id:
        assert a not in c.ancestors(a)
    assert all(p in c.by_id for a in c.by_id.values() for p, _, _ in a.parents)
