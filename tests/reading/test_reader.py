"""The shipped reader on sentences of our own: what any release must read, and what must not disturb
it.
"""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactline.model import Report
from contactline.pipeline import Tools


def claims(tools: Tools, text: str, on: date | None = date(2017, 11, 20)):
    return tools.claims_of(Report(text, len(text), published=on, source="Wire"))


def has(
    found,
    kind: str,
    aspect: str | None,
    actor: str | None = None,
    place: str | None = None,
    other: str | None = None,
) -> bool:
    return any(
        c.kind == kind
        and c.aspect == aspect
        and (actor is None or (c.actor and actor in (c.actor.name, c.actor.text)))
        and (place is None or (c.place and place in (c.place.name, c.place.text)))
        and (other is None or (c.other and other in (c.other.name, c.other.text)))
        for c in found
    )


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "The Syrian army captured Mayadin from Islamic State on Saturday.",
            ("control", "gains", "Syrian Arab Army", "Mayadin", None),
        ),
        (
            "Hayat Tahrir al-Sham controls the city of Idlib.",
            ("control", "holds", "Hayat Tahrir al-Sham", "Idlib", None),
        ),
        (
            "Clashes between the army and Islamic State erupted near Palmyra on Sunday.",
            ("fight", None, None, None, "Islamic State"),
        ),
        (
            "The US-backed Syrian Democratic Forces captured Raqqa.",
            ("support", "backs", "United States", None, "Syrian Democratic Forces"),
        ),
        (
            "Russian warplanes bombed Idlib on Monday, killing at least 12 civilians.",
            ("harm", "killed", None, None, "civilians"),
        ),
    ],
)
def test_plain_sentences(tools: Tools, text: str, want: tuple) -> None:
    kind, aspect, actor, place, other = want
    assert has(claims(tools, text), kind, aspect, actor, place, other), [
        c.as_json() for c in claims(tools, text)
    ]


def test_quotes_are_verbatim_and_roles_stand_in_the_text(tools: Tools) -> None:
    text = (
        "The army holds Aleppo, Hama and Homs. Turkish troops were deployed in Idlib, according "
        "to activists.\n\nRebels aim to take Hama."
    )
    found = claims(tools, text)
    assert found
    for c in found:
        assert text[c.start : c.end] == c.quote
        for r in (c.actor, c.other, c.place):
            assert r is None or text[r.start : r.end] == r.text
        assert 0.0 <= c.confidence <= 1.0


def test_nothing_is_read_from_comments(tools: Tools) -> None:
    article = "The army holds Aleppo.\n\n"
    text = article + "The rebels hold Idlib."
    found = tools.claims_of(Report(text, len(article.strip()), published=date(2017, 1, 1)))
    assert all(c.end <= len(article) for c in found)


def test_the_same_text_gives_the_same_claims(tools: Tools) -> None:
    text = "The army captured Palmyra on Thursday. Islamic State still holds Mayadin and Abu Kamal."
    assert [c.id for c in claims(tools, text)] == [c.id for c in claims(tools, text)]


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "word " * 30_000,
        "1 2 3 4\t5 6\n" * 500,
        "THE ARMY HOLDS ALEPPO. THE REBELS HOLD IDLIB. " * 20,
        "\u200b\u200cThe army\u200b holds Aleppo\u200b.",
        "the army holds aleppo and and and and the the the",
        "Die Armee. L'armée. الجيش يسيطر على حلب.",
        "\ud83d\ude00 " * 100,
        "?" * 5000,
    ],
    ids=[
        "one long word",
        "no full stops",
        "numbers",
        "capitals",
        "zero width",
        "odd",
        "mixed",
        "emoji",
        "marks",
    ],
)
def test_odd_text_raises_nothing(tools: Tools, text: str) -> None:
    for c in claims(tools, text):
        assert text[c.start : c.end] == c.quote


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=300))
def test_any_text_is_read_without_raising(tools: Tools, text: str) -> None:
    for c in claims(tools, text):
        assert text[c.start : c.end] == c.quote
