"""Theatres are data: what they name exists, and a broken file says what is wrong with it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contactline.language import words
from contactline.naming.actors import Catalogue
from contactline.publishing.colours import TONES
from contactline.theatres import Theatres
from contactline.theatres.facts import parsed

LISTS = ("army", "rulers", "rebels", "armed")


def test_every_party_that_a_theatre_names_is_in_the_catalogue() -> None:
    known = Catalogue.load().by_id
    for t in Theatres.load().all:
        named = [
            *(g.actor for g in t.generics),
            *(u.army for u in t.units),
            *(p.side for p in t.persons),
            *(x for s in t.successions for x in (s.actor, s.then)),
            *(f.actor for f in t.fights),
            *(a for a, _ in t.colours),
        ]
        missing = [n for n in named if n not in known and n != "state:SY"]
        assert not missing, (t.name, missing)


def test_theatres_are_well_formed() -> None:
    for t in Theatres.load().all:
        assert re.fullmatch("[A-Z]{2}", t.country) and t.sources
        for g in t.generics:
            assert (g.words in LISTS) != bool(g.said), (t.name, g)
            assert g.said == {s.lower() for s in g.said}
        assert all(c in TONES or re.fullmatch("#[0-9a-f]{6}", c) for _, c in t.colours)
        assert all(u.source.startswith("https://") for u in t.units)


def test_common_words_stand_in_one_list_only() -> None:
    lists = [set(words("en", "names", k)) for k in LISTS]
    for i, a in enumerate(lists):
        for b in lists[i + 1 :]:
            assert not a & b


def test_facts_hold_on_their_days() -> None:
    t = Theatres.load()
    assert t.generic("IQ", "", "coalition forces", date(2006, 1, 1)) == "mnf-iraq"
    assert t.generic("IQ", "", "coalition forces", date(2016, 1, 1)) == "coalition"
    assert t.generic("FR", "army", "army") == ""
    assert t.person("Abu Mohammad al-Julani", date(2016, 1, 1)) == "nusra"
    assert t.person("Abu Mohammad al-Julani", date(2020, 1, 1)) == "hts"
    assert t.person("Nobody Known") == ""
    assert t.successor("saa", date(2024, 12, 8)) == "saa"
    assert t.successor("saa", date(2024, 12, 9)) == "syrian-army-2024"
    assert t.successor("saa", None) == "saa"
    assert "UA" in t.abroad("armed-forces-ru", date(2023, 1, 1))
    assert "UA" not in t.abroad("armed-forces-ru", date(2013, 1, 1))


def test_another_war_is_a_file() -> None:
    text = """
name = "Zuzuland"
country = "ZZ"
sources = ["https://example.org"]
[[generic]]
words = "army"
actor = "zuzu-army"
since = 2020-01-01
"""
    t = Theatres([parsed("zuzuland.toml", text)])
    assert t.generic("ZZ", "army", "army", date(2021, 1, 1)) == "zuzu-army"
    assert t.generic("ZZ", "army", "army", date(2019, 1, 1)) == ""


@pytest.mark.parametrize(
    "text",
    ["", "name = 'X'", "name='X'\ncountry='XX'\n[[unit]]\narmy='a'\npattern='('\nsource='s'", "]"],
)
def test_a_broken_file_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="theatres/broken"):
        parsed("broken.toml", text)
