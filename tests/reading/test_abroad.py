"""Reports in other languages, from text to named claims, by the weights that ship."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from contactline.intake.language import language_of
from contactline.model import Claim, Report
from contactline.pipeline import Tools
from contactline.reading.multilingual import shipped

DAY = date(2022, 9, 10)
pytestmark = pytest.mark.skipif(not shipped(), reason="the weights are not here")


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    yield Tools(threads=1)


def read(tools: Tools, text: str) -> list[Claim]:
    code, unread = language_of(text)
    assert not unread
    return tools.claims_of(Report(text, len(text), published=DAY, language=code))


CASES = [
    (
        "Сирийская армия взяла под контроль город Саракиб. Российская авиация нанесла удары по "
        "городу Идлиб, погибли четверо мирных жителей.",
        [("control.gains", "saa", "gn164816"), ("harm.killed", "russian-aerospace", "")],
    ),
    (
        "Збройні сили України звільнили Балаклію. Російські окупанти обстріляли Харків, поранено "
        "двох цивільних.",
        [
            ("control.gains", "armed-forces-ua", "gn712926"),
            ("strike", "armed-forces-ru", "gn706483"),
        ],
    ),
    (
        "سيطر الجيش السوداني على مدينة الفاشر يوم السبت، وانسحبت قوات الدعم السريع من المدينة.",
        [("control.gains", "saf", "")],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=["ru", "uk", "ar"])
def test_a_report_is_read_and_named(
    tools: Tools, text: str, wanted: list[tuple[str, str, str]]
) -> None:
    claims = read(tools, text)
    for c in claims:  # quotes and roles are the report's own words
        assert text[c.start : c.end] == c.quote
        for r in (c.actor, c.other, c.place):
            assert r is None or text[r.start : r.end] == r.text
    told = {
        (
            f"{c.kind}.{c.aspect}" if c.aspect else c.kind,
            (c.actor.id or "").removeprefix("actor:") if c.actor else "",
            (c.place.id or "").removeprefix("place:") if c.place else "",
        )
        for c in claims
    }
    for label, who, where in wanted:
        assert any(t[0] == label and t[1] == who and where in ("", t[2]) for t in told), told


def test_what_says_nothing_of_a_war_says_nothing(tools: Tools) -> None:
    for text in (
        "Сборная выиграла матч со счётом два — один, сообщил тренер команды.",
        "Завтра в Одесі очікується дощ, температура повітря вдень до двадцяти градусів.",
        "فاز المنتخب في المباراة النهائية وتوج بالكأس أمام جمهور كبير.",
    ):
        assert read(tools, text) == []


def test_one_picture_of_all_languages(tools: Tools) -> None:
    """The same is told in two languages of the same party and the same place."""
    english = Report("The Ukrainian army liberated Balakliia.", 39, published=DAY, language="en")
    a = next(c for c in tools.claims_of(english) if c.aspect == "gains")
    b = next(c for c in read(tools, CASES[1][0]) if c.aspect == "gains")
    assert a.actor and b.actor and a.place and b.place
    assert (a.actor.id, a.place.id) == (b.actor.id, b.place.id)


@pytest.mark.parametrize("text", ["Армія зайшла ў горад", "نیروهای ارتش شهر را گرفتند"])
def test_other_languages_are_kept_and_not_read(text: str) -> None:
    assert "not read" in language_of(text)[1]
