"""Whose army: common nouns are those of the country where the sentence takes place, in any war."""

from __future__ import annotations

from datetime import date

import pytest

from contactline.model import Role
from contactline.naming.mentions import said_to_be_places, sentences
from contactline.naming.report import Names
from contactline.pipeline import Tools


def names(tools: Tools, text: str, places: tuple[str, ...] = (), on: date | None = None) -> Names:
    spans = [(text.index(p), text.index(p) + len(p)) for p in places]
    return tools.namer.report(text, spans, on)


def who(
    tools: Tools, text: str, words: str, places: tuple[str, ...] = (), on: date | None = None
) -> Role:
    return names(tools, text, places, on).actor(words, text.index(words))


@pytest.mark.parametrize(
    ("text", "places", "words", "want"),
    [
        ("The army holds all of Damascus.", ("Damascus",), "The army", "actor:saa"),
        ("Rebels seized Kidal in Mali.", ("Kidal", "Mali"), "Rebels", "actor:generic:ML:rebels"),
        ("The army shelled Omdurman.", ("Omdurman",), "The army", "actor:saf"),
        ("Government troops retook Uvira.", ("Uvira",), "Government troops", "actor:fardc"),
        ("The army pulled out of Avdiivka.", ("Avdiivka",), "The army", "actor:armed-forces-ua"),
        (
            ("Soldiers died as the military bombed Loikaw."),
            ("Loikaw",),
            "the military",
            "actor:tatmadaw",
        ),
        ("The rebels hold Saada.", ("Saada",), "The rebels", "actor:houthis"),
        ("The army entered Maiduguri.", ("Maiduguri",), "The army", "actor:state:NG"),
        ("The government lost Djibo.", ("Djibo",), "The government", "actor:state:BF"),
        (
            ("Militants attacked a post near Djibo."),
            ("Djibo",),
            "Militants",
            "actor:generic:BF:militants",
        ),
        ("The army took the camp near the airport of Daraa.", ("Daraa",), "The army", "actor:saa"),
    ],
)
def test_common_nouns_are_of_the_country_of_the_sentence(
    tools: Tools, text: str, places: tuple[str, ...], words: str, want: str
) -> None:
    assert who(tools, text, words, places).id == want


def test_each_war_of_a_round_up_keeps_its_own_army(tools: Tools) -> None:
    text = (
        "The army took Saraqib on Monday.\nIn Sudan, the army lost El Fasher.\n"
        "The army of nobody moved in Mali: "
        "the army left Kidal."
    )
    got = names(tools, text, ("Saraqib", "Sudan", "El Fasher", "Mali", "Kidal"))
    assert got.actor("The army", 0).id == "actor:saa"
    assert got.actor("the army", text.index("the army lost")).id == "actor:saf"
    assert got.actor("the army", text.index("the army left")).id == "actor:state:ML"


def test_common_nouns_have_no_vote_in_where_it_is(tools: Tools) -> None:
    text = "The army took the camp, the base and the airport. It holds the border and the camp."
    spots = [(text.index(w), text.index(w) + len(w)) for w in ("camp", "base", "airport", "border")]
    got = tools.namer.report(text, spots)
    assert got.places == [] and got.ground.report == ""
    assert got.actor("The army", 0).id == "actor:new:army"
    for start, end in spots:
        assert got.place(text[start:end], start).lat is None


def test_a_meeting_abroad_does_not_make_the_army_foreign(tools: Tools) -> None:
    text = (
        "The army shelled Idlib, Saraqib and Jisr al-Shughur. Talks in Geneva failed. "
        "The army then advanced."
    )
    got = names(tools, text, ("Idlib", "Saraqib", "Jisr al-Shughur", "Geneva"))
    assert got.actor("The army", text.index("The army then")).id == "actor:saa"


@pytest.mark.parametrize(
    ("on", "want"),
    [(date(2016, 1, 1), "actor:saa"), (date(2025, 3, 1), "actor:syrian-army-2024")],
)
def test_a_fallen_army_is_followed_by_the_new_one(tools: Tools, on: date, want: str) -> None:
    assert who(tools, "The army entered Homs.", "The army", ("Homs",), on).id == want
    assert who(tools, "Syrian forces entered Homs.", "Syrian forces", ("Homs",), on).id == want


def test_the_old_regime_keeps_its_name(tools: Tools) -> None:
    text = "Remnants of the Assad regime hid near Latakia."
    got = who(tools, text, "the Assad regime", ("Latakia",), date(2025, 3, 1))
    assert got.id == "actor:syrian-government"


@pytest.mark.parametrize(
    ("text", "places", "words", "want"),
    [
        (
            ("The 47th Mechanized Brigade took Stepove near Avdiivka."),
            ("Avdiivka",),
            "47th Mechanized Brigade",
            "actor:armed-forces-ua",
        ),
        (
            ("Kraken fighters and the 3rd Assault Brigade left Avdiivka."),
            ("Avdiivka",),
            "3rd Assault Brigade",
            "actor:armed-forces-ua",
        ),
        ("Kraken entered Kupiansk.", ("Kupiansk",), "Kraken", "actor:armed-forces-ua"),
        (
            ("The 810th Naval Infantry Brigade took Krynky in Kherson."),
            ("Kherson",),
            "810th Naval Infantry Brigade",
            "actor:armed-forces-ru",
        ),
        ("The Tiger Forces took Morek in Hama.", ("Hama",), "Tiger Forces", "actor:saa"),
        (
            ("The Golani Brigade entered Khan Younis."),
            ("Khan Younis",),
            "Golani Brigade",
            "actor:idf",
        ),
        (
            ("The Bara ibn Malik Brigade entered Khartoum."),
            ("Khartoum",),
            "Bara ibn Malik Brigade",
            "actor:saf",
        ),
        (
            ("The 47th Mechanized Brigade trained near Lyon."),
            ("Lyon",),
            "47th Mechanized Brigade",
            "actor:new:47th-mechanized-brigade",
        ),
    ],
)
def test_units_are_of_their_army(
    tools: Tools, text: str, places: tuple[str, ...], words: str, want: str
) -> None:
    assert who(tools, text, words, places, date(2024, 1, 10)).id == want


def test_a_unit_is_itself_where_its_identity_is_told(tools: Tools) -> None:
    text = "Kraken is part of Ukraine's military intelligence in Kharkiv."
    got = names(tools, text, ("Kharkiv",), date(2024, 1, 10))
    assert got.actor("Kraken", 0, itself=True).id == "actor:new:kraken"


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("Elements of the Russian 20th Motorized Rifle Division", "actor:armed-forces-ru"),
        ("Elements", "actor:armed-forces-ru"),
    ],
)
def test_elements_are_of_whom_the_words_name(tools: Tools, words: str, want: str) -> None:
    text = "Elements of the 20th Motorized Rifle Division took Avdiivka. Russian troops moved."
    got = names(tools, text, ("Avdiivka",), date(2024, 3, 1)).actor("Elements", 0)
    assert got.id == want and got.text == "Elements of the 20th Motorized Rifle Division"


@pytest.mark.parametrize(
    "words", ["Elements", "the garrison", "counterparts", "the front", "the family", "the camp"]
)
def test_what_belongs_to_nobody_who_is_named_is_nobody(tools: Tools, words: str) -> None:
    text = f"On Monday {words} moved."
    got = who(tools, text, words)
    assert got.id is None and got.name is None


@pytest.mark.parametrize(
    ("text", "words", "want"),
    [
        ('"We control all of Khartoum," the RSF commander said.', "We", "actor:rsf"),
        ('"Our troops hold Goma," said M23 spokesman Willy Ngoma.', "Our troops", "actor:m23"),
        (
            ('Zabihullah Mujahid said: "Our forces took Kunduz in Afghanistan."'),
            "Our forces",
            "actor:taliban",
        ),
        ('"We left Kidal in Mali," the army said in Bamako.', "We", "actor:state:ML"),
        ('"We hold it," a man said.', "We", None),
    ],
)
def test_we_is_the_side_of_who_speaks(
    tools: Tools, text: str, words: str, want: str | None
) -> None:
    places = tuple(p for p in ("Khartoum", "Goma", "Kunduz", "Kidal", "Mali") if p in text)
    assert who(tools, text, words, places, date(2020, 5, 1)).id == want


def test_its_troops_are_of_whom_the_sentence_is_about(tools: Tools) -> None:
    text = "The RSF holds Khartoum. The army denied it and said its troops still hold Omdurman."
    got = names(tools, text, ("Khartoum", "Omdurman"))
    assert got.actor("its troops", text.index("its troops")).id == "actor:saf"


@pytest.mark.parametrize(
    ("text", "words", "want"),
    [
        ("Saudi forces struck Sanaa.", "Saudi", "Saudi Arabia"),
        ("Saudi Arabia struck Sanaa.", "Saudi Arabia", "Saudi Arabia"),
        ("Damascus rejected the offer.", "Damascus", "Syrian government"),
        ("Khartoum rejected the offer.", "Khartoum", "Sudan"),
        ("Emirati troops left Aden.", "Emirati troops", "United Arab Emirates"),
        (
            ("Gen. Abdel Fattah al-Burhan entered Khartoum."),
            "Gen. Abdel Fattah al-Burhan",
            "Sudanese Armed Forces",
        ),
        ("Hemedti spoke in Nyala.", "Hemedti", "Rapid Support Forces"),
    ],
)
def test_states_capitals_and_persons(tools: Tools, text: str, words: str, want: str) -> None:
    assert who(tools, text, words, on=date(2024, 2, 1)).name == want


def test_a_person_of_no_known_party_is_nobody(tools: Tools) -> None:
    assert who(tools, "Spokesman John Zuzu spoke.", "Spokesman John Zuzu").id is None


def test_an_ordinary_word_of_the_ucdp_list_needs_its_war(tools: Tools) -> None:
    text = "Elements and Outlaws are words, and Cobras are snakes in Ukraine."
    assert not [m for m in names(tools, text, ("Ukraine",)).actors if m.actor.startswith("ucdp")]
    text = "In Brazzaville in the Republic of the Congo the Cobras fought the Ninjas."
    got = names(tools, text, ("Brazzaville",)).actors
    assert {"Cobras", "Ninjas"} <= {m.text for m in got}


def test_sentences_and_names_said_to_be_places() -> None:
    text = 'He left. "It fell," he said.\nThe town of Daraa fell in May, near Homs.'
    assert [text[i : i + 2] for i in sentences(text)] == ["He", '"I', "Th"]
    found = [text[a:b] for a, b in said_to_be_places(text, [])]
    assert found == ["Daraa", "Homs"]
    assert said_to_be_places(text, [(text.index("Homs"), len(text) - 1)])[0][0] == text.index(
        "Daraa"
    )
