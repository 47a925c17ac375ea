"""What names do to the claims of one report: who suffers, pronouns, parties that do not fight
themselves.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from contactline.model import Claim, Report, Role
from contactline.naming.claims import name_claims, sufferers
from contactline.pipeline import Tools


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("at least 11 civilians", "civilians"),
        ("scores of terrorists", "terrorists"),
        ("two soldiers", "soldiers"),
        ("14 Iranian and Iraqi militiamen", "Iranian and Iraqi militiamen"),
        ("a man and his wife", "man and his wife"),
        ("40", None),
        ("dozens of others", None),
        ("many more", None),
        ("Abu Layla", "Abu Layla"),
        ("more than 1,000 people", "people"),
    ],
)
def test_who_suffers_is_told_without_how_many(said: str, who: str | None) -> None:
    assert sufferers(said) == who


def role(report: Report, words: str, nth: int = 0) -> Role:
    at = -1
    for _ in range(nth + 1):
        at = report.text.index(words, at + 1)
    return Role(words, start=at, end=at + len(words))


def named(
    text: str,
    tools: Tools,
    kind: str,
    aspect: str | None,
    places: tuple[str, ...] = (),
    **roles: tuple[str, int],
) -> list[Claim]:
    r = Report(text, len(text))
    given = {k: role(r, *v) for k, v in roles.items()}
    c = Claim(
        r.id,
        kind,
        aspect,
        given.get("actor"),
        given.get("other"),
        given.get("place"),
        "stated",
        text,
        0,
        len(text),
        0.9,
    )
    spots = [(at := text.index(p), at + len(p)) for p in places]
    return name_claims(r, [c], spots, tools.namer)


def test_a_party_does_not_fight_itself_but_for_infighting(tools: Tools) -> None:
    text = "Syrian rebels clashed as rebels advanced in Idlib."
    assert (
        named(text, tools, "fight", None, ("Idlib",), actor=("rebels", 0), other=("rebels", 1))
        == []
    )
    text = "Infighting between rebels and other rebels went on in Idlib, Syria."
    assert (
        len(named(text, tools, "fight", None, ("Idlib",), actor=("rebels", 0), other=("rebels", 1)))
        == 1
    )


def test_a_country_inside_a_partys_name_is_no_place(tools: Tools) -> None:
    text = "The Islamic State of Iraq and the Levant attacked Palmyra."
    assert (
        named(
            text,
            tools,
            "presence",
            "located",
            ("Palmyra",),
            actor=("Islamic State", 0),
            place=("Iraq", 0),
        )
        == []
    )


def test_it_is_the_place_named_just_before(tools: Tools) -> None:
    text = "Syrian rebels advanced into Saraqib and captured it."
    (c,) = named(
        text, tools, "control", "gains", ("Saraqib",), actor=("rebels", 0), place=("it", 0)
    )
    assert c.place and c.place.name == "Saraqib" and c.place.confidence and c.place.confidence < 0.6


def test_those_only_counted_are_of_the_ones_named_before(tools: Tools) -> None:
    text = "The attack killed two Iraqi soldiers and wounded 40."
    r = Report(text, len(text))
    base = Claim(
        r.id,
        "harm",
        "killed",
        None,
        role(r, "two Iraqi soldiers"),
        None,
        "stated",
        text,
        0,
        len(text),
        0.9,
    )
    out = name_claims(
        r, [base, replace(base, aspect="wounded", other=role(r, "40"))], [], tools.namer
    )
    assert [c.other.name for c in out if c.other] == ["Iraqi soldiers", "Iraqi soldiers"] or out[
        1
    ].other == replace(out[1].other, name=out[0].other.name)  # type: ignore[union-attr,type-var]


def test_coalition_forces_are_who_they_are_in_this_war(tools: Tools) -> None:
    text = (
        "In Iraq, coalition forces near Ramadi and Fallujah fought foreign insurgents, Iraqi "
        "officials said."
    )
    (c,) = named(
        text,
        tools,
        "fight",
        None,
        ("Ramadi", "Fallujah"),
        actor=("coalition forces", 0),
        other=("foreign insurgents", 0),
    )
    assert (
        c.actor
        and c.actor.id != "actor:isaf"
        and c.other
        and c.other.id
        and "insurgents" in c.other.id
    )


@pytest.mark.parametrize(
    ("words", "nobody"),
    [
        ("new operation", True),
        ("the offensive", True),
        ("Operation Example Shield", False),
        ("army", False),
        ("attackers", False),
    ],
)
def test_what_happens_is_nobody_who_acts(words: str, nobody: bool) -> None:
    from contactline.naming.claims import _happens

    assert _happens(Role(words)) is nobody
