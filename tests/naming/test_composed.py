"""Names put together of others, and parts of "the country"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactline.model import Claim, Modality, Report, Role
from contactline.naming.claims import name_claims
from contactline.pipeline import Tools

ON = date(2018, 5, 1)

WHO = [
    # where it happens, the words, who that is
    ("In Aleppo in Syria", "al-Nusra jihadists", ["nusra"]),
    ("In Aleppo in Syria", "Syria’s armed opposition", ["syrian-opposition"]),
    ("In Afrin in Syria", "Syrian Kurdish militias", ["kurdish-forces-sy"]),
    ("In Afrin in Syria", "American-backed Kurdish militias", ["kurdish-forces-sy"]),
    ("In Afrin in Syria", "Turkish-backed proxy fighters", ["pro-turkish-militants"]),
    ("In Raqqa in Syria", "US-backed Syrian fighters", ["sdf"]),
    ("In Raqqa in Syria", "Syrian Democratic Council", ["new:syrian-democratic-council"]),
    (
        "Near Donetsk in Ukraine",
        "Russian and separatist forces",
        ["armed-forces-ru", "separatists-ua"],
    ),
    ("Near Donetsk in Ukraine", "Moscow-backed rebels", ["separatists-ua"]),
    ("In Tripoli in Libya", "UN-backed government's forces", ["gna"]),
    ("In Tripoli in Libya", "Haftar's forces", ["lna"]),
    ("In Gaza City in Gaza", "Palestinian militants", ["new:palestinian-militants"]),
    ("In Mosul in Iraq", "Iranian-backed Shia militias", ["pmf"]),
    ("In Goma in DR Congo", "Rwanda-backed M23 rebels", ["m23"]),
    ("In Kharkiv in Ukraine", "Ukrainian defenders", ["armed-forces-ua"]),
    ("In Maiduguri in Nigeria", "Boko Haram insurgents", ["boko-haram"]),
    # the page lost its apostrophes
    ("In Aleppo in Syria", "Assads forces", ["saa"]),
    ("In Aleppo in Syria", "Russias air force", ["state:RU"]),
    ("In Afrin in Syria", "PKKs", ["pkk"]),
    ("In Galle in Sri Lanka", "Tigers forces", ["new:tigers-forces"]),
    # those who ruled Syria until 2024, as pages call them since; in Iraq they are others
    ("In Aleppo in Syria", "Ba'athist government forces", ["saa"]),
    ("In Aleppo in Syria", "Ba'athist regime", ["syrian-government"]),
    ("In Basra in Iraq", "Ba'athist forces", ["new:baathist-forces"]),
    ("In Hama in Syria", "rebel units", ["syrian-opposition"]),
]

SPOKEN = [
    # the sentence, who acts, who that is
    (
        "In Nagorno-Karabakh the Azeri defense ministry said the army had taken heights.",
        "the army",
        "state:AZ",
    ),
    (
        "In Nagorno-Karabakh Armenian anti-aircraft forces fired.",
        "Armenian anti-aircraft forces",
        "state:AM",
    ),
    ("He met Azeri President Ilham Aliyev in Baku.", "Ilham Aliyev", "state:AZ"),
    ("In Kyiv British Foreign Secretary Ann Example spoke.", "Ann Example", "state:GB"),
    ("In Kharkiv the army said it held the city.", "the army", "armed-forces-ua"),
]


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools()


def named(tools: Tools, text: str, kind: str, aspect: str, **roles: str) -> list[Claim]:
    r = Report(text, len(text), published=ON)
    given = {k: Role(v, start=text.index(v), end=text.index(v) + len(v)) for k, v in roles.items()}
    c = Claim(
        r.id,
        kind,
        aspect,
        given.get("actor"),
        given.get("other"),
        given.get("place"),
        Modality.STATED,
        text,
        0,
        len(text),
        0.9,
    )
    return name_claims(r, [c], [], tools.namer)


@pytest.mark.parametrize(
    ("where", "words", "who"), WHO, ids=lambda x: x if isinstance(x, str) else ""
)
def test_whom_a_name_of_several_parts_means(
    tools: Tools, where: str, words: str, who: list[str]
) -> None:
    found = named(tools, f"{where} {words} advanced.", "presence", "located", actor=words)
    assert [c.actor.id for c in found if c.actor] == [f"actor:{x}" for x in who]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("the country’s west and south", ["western", "southern"]),
        ("a good share of the country's east", ["eastern"]),
        ("the east of the country", ["eastern"]),
        ("the country's northeast", ["northeastern"]),
        ("much of northern Syria", ["northern"]),
        ("the south and east of Syria", ["southern", "eastern"]),
        ("south and eastern Syria", ["southern", "eastern"]),
    ],
)
def test_parts_of_the_country_are_parts_of_the_one_spoken_of(
    tools: Tools, words: str, where: list[str]
) -> None:
    text = f"Syria's war goes on near Aleppo. Rebels hold {words}."
    found = named(tools, text, "control", "holds", actor="Rebels", place=words)
    assert [(c.place.id or "").split("#")[-1] for c in found if c.place] == where
    assert all(c.place and c.place.text == words for c in found)


def test_who_did_not_suffer_is_told_one_by_one(tools: Tools) -> None:
    text = "In Kabul no children or women were hurt."
    found = named(tools, text, "harm", "wounded", other="children or women")
    assert [c.other.text for c in found if c.other] == ["children", "women"]
    together = "In Kabul women and children were injured."
    found = named(tools, together, "harm", "wounded", other="women and children")
    assert [c.other.text for c in found if c.other] == ["women and children"]


def test_a_number_of_villages_is_no_part_of_their_name(tools: Tools) -> None:
    text = "The army of Iraq took four villages of Qarmida near Fallujah."
    (found,) = named(
        tools,
        text,
        "control",
        "gains",
        actor="The army of Iraq",
        place="four villages of Qarmida",
    )
    assert found.place and found.place.name == "Qarmida"


@pytest.mark.parametrize(("text", "words", "who"), SPOKEN)
def test_whose_army_and_whose_president(tools: Tools, text: str, words: str, who: str) -> None:
    (found,) = named(tools, text, "presence", "located", actor=words)
    assert found.actor and found.actor.id == f"actor:{who}"


def test_a_number_is_of_no_person_named_before(tools: Tools) -> None:
    text = "President Ivan Example reported 18 dead and 35 hurt."
    r = Report(text, len(text), published=ON)
    claims = [
        Claim(
            r.id,
            "harm",
            aspect,
            None,
            Role(who, start=text.index(who), end=text.index(who) + len(who)),
            None,
            Modality.REPORTED,
            text,
            0,
            len(text),
            0.9,
        )
        for aspect, who in (("wounded", "Ivan Example"), ("killed", "18"))
    ]
    found = name_claims(r, claims, [], tools.namer)
    assert [c.other.name for c in found if c.other and c.other.text == "18"] == [None]


def test_what_a_sentence_says_twice_is_one_claim(tools: Tools) -> None:
    text = "In Kharkiv Russia attacked Ukraine, and Russia attacked it again."
    r = Report(text, len(text), published=ON)
    other = Role("Ukraine", start=text.index("Ukraine"), end=text.index("Ukraine") + 7)
    claims = [
        replace(
            Claim(
                r.id, "fight", None, None, other, None, Modality.STATED, text, 0, len(text), sure
            ),
            actor=Role("Russia", start=at, end=at + 6),
        )
        for at, sure in ((text.index("Russia"), 0.6), (text.rindex("Russia"), 0.8))
    ]
    (found,) = name_claims(r, claims, [], tools.namer)
    assert found.confidence == 0.8
