"""A report's gloss: nothing of the report is lost, and what is named in it is told of its own
words.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.model import Claim, Modality, Report, Role
from contactline.naming.abroad import name_report
from contactline.naming.gloss import GLOSSED, Glossary, gloss, tokens, whole
from contactline.pipeline import Tools

LETTERS = "абвгдежзиклмнопрстуїієґАБВ ابتثجحخدذرزسشصضطظعغفقكلمنهويةى،.!? \n-«»12ab"
TEXT = st.text(LETTERS, max_size=120)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools()


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    TEXT,
    st.sampled_from(sorted(GLOSSED)),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=6),
)
def test_a_gloss_stands_for_the_whole_report(
    text: str, code: str, spans: list[tuple[int, int]]
) -> None:
    asked = [(a, b) for a, b in spans if a < b <= len(text)]
    told = gloss(text, code, asked, lambda name: len(name) % 3 == 0)
    # stretches follow one another in both texts, without a hole in either
    assert [s[0] for s in told.spans] == [0, *(s[1] for s in told.spans)][: len(told.spans)]
    assert [s[2] for s in told.spans] == [0, *(s[3] for s in told.spans)][: len(told.spans)]
    assert not told.spans or (told.spans[-1][1], told.spans[-1][3]) == (len(told.text), len(text))
    for a, b in asked:
        first, last = told.real(*told.span(a, b))
        assert first <= a and b <= last


@pytest.mark.parametrize(
    ("code", "word", "other"),
    [
        ("ru", "Донецке", "Донецк"),
        ("ru", "российскими", "российский"),
        ("uk", "бойовиками", "бойовики"),
        ("uk", "російського", "російський"),
        ("ar", "الجيش", "جيش"),
        ("ar", "المسلحين", "مسلحون"),
    ],
)
def test_forms_of_one_word_share_their_stem(code: str, word: str, other: str) -> None:
    book = Glossary.of(code)
    assert book.stem(word) == book.stem(other)


@pytest.mark.parametrize(
    ("code", "word", "base"),
    [
        ("ru", "Авдеевке", "Авдеевка"),
        ("ru", "Бахмутом", "Бахмут"),
        ("ru", "Сирии", "Сирия"),
        ("ru", "луганского", "луганск"),
        ("uk", "Авдіївці", "Авдіївка"),
        ("uk", "Харкова", "Харків"),
        ("uk", "Маріуполя", "Маріуполь"),
        ("uk", "Донецькому", "Донецьк"),
        ("ar", "بحلب", "حلب"),
        ("ar", "والخرطوم", "الخرطوم"),
        ("ar", "للموصل", "الموصل"),
    ],
)
def test_the_base_form_of_a_place_is_among_those_tried(code: str, word: str, base: str) -> None:
    assert base in Glossary.of(code).bases(word)


def test_a_claim_keeps_the_words_of_its_report(tools: Tools) -> None:
    text = "Утром взрывы гремели в Авдеевке. Вечером солдаты вошли в Бахмут, сообщил штаб."
    where = text.index("Бахмут")
    who = text.index("солдаты")
    sentence = text.index("Вечером")
    claim = Claim(
        "r",
        "presence",
        "arrives",
        Role("солдаты", start=who, end=who + 7),
        None,
        Role("Бахмут", start=where, end=where + 6),
        Modality.REPORTED,
        text[sentence:],
        sentence,
        len(text),
        0.8,
    )
    report = Report(text, len(text), published=date(2023, 5, 1), language="ru")
    there = text.index("Авдеевке")
    (c,) = name_report(report, [claim], [(there, there + 8), (where, where + 6)], tools.namer)
    assert (c.quote, c.start, c.end) == (text[sentence:], sentence, len(text))
    assert c.place and c.place.text == text[c.place.start : c.place.end] == "Бахмут"
    assert c.place.lat == pytest.approx(48.59, abs=0.1)
    assert c.actor and c.actor.text == "солдаты"


def test_words_with_marks_and_apostrophes_are_whole() -> None:
    assert [t.text for t in tokens("حلّت، Мар'їнка")] == ["حلّت", "،", "Мар'їнка"]


def harmed(text: str, code: str, who: str, tools: Tools) -> Role:
    at = text.index(who)
    claim = Claim(
        "r",
        "harm",
        "killed",
        None,
        Role(who, start=at, end=at + len(who)),
        None,
        Modality.STATED,
        text,
        0,
        len(text),
        0.8,
        number=3,
    )
    (c,) = name_report(Report(text, len(text), language=code), [claim], [], tools.namer)
    assert c.other and text[c.other.start : c.other.end] == c.other.text and c.number == 3
    return c.other


def test_who_suffers_is_told_without_the_figure(tools: Tools) -> None:
    assert harmed("Погибли 3 мирных жителя.", "ru", "3 мирных жителя", tools).text == (
        "мирных жителя"
    )
    # in Arabic the form of who is counted hangs on the figure
    assert harmed("قتل 3 مدنيين.", "ar", "3 مدنيين", tools).text == "3 مدنيين"


@pytest.mark.parametrize(
    ("code", "text", "part", "wanted"),
    [
        ("ar", "انسحبت قوات الدعم السريع من المدينة.", "السريع", "قوات الدعم السريع"),
        ("ru", "Силы Исламского государства отошли.", "государства", "Исламского государства"),
        ("ru", "Армия отошла.", "Армия", "Армия"),
    ],
)
def test_a_part_of_a_partys_name_is_all_of_it(
    code: str, text: str, part: str, wanted: str, tools: Tools
) -> None:
    at = text.index(part)
    named = tools.catalogue.named
    a, b = whole(text, code, at, at + len(part), lambda w: bool(named(w)))
    assert text[a:b] == wanted
