"""How a claim is meant in Ukrainian."""

from __future__ import annotations

import re

import pytest

from contactline.reading.cues_abroad import Cues

CUES = Cues.of("uk")


def tokens(sentence: str) -> list[str]:
    return re.findall(r"[\w'’]+|[^\w\s]", sentence)


@pytest.mark.parametrize(
    ("sentence", "word", "want"),
    [
        ("Армія захопила Альфу", "захопила", None),
        ("Армія не захопила Альфу", "захопила", "denied"),
        ("Армія не змогла захопити Альфу", "захопити", "denied"),
        ("Вони не лише захопили Альфу", "захопили", None),
        ("У штабі спростували, що ворог захопив Альфу", "захопив", "denied"),
        ("Речник заперечив інформацію про захоплення Альфи", "захоплення", "denied"),
        ("Ворог намагається захопити Альфу", "захопити", "intended"),
        ("Війська планують наступ на Альфу", "наступ", "intended"),
        ("Вони стягують сили, щоб оточити Альфу", "оточити", "intended"),
        ("Росія погрожує вдарити по Альфі", "вдарити", "intended"),
        ("Армія буде утримувати Альфу", "утримувати", "expected"),
        ("Ворог може атакувати Альфу", "атакувати", "expected"),
        ("Очікується штурм Альфи", "штурм", "expected"),
        ("Якщо Альфа впаде, армія атакує Бету", "атакує", "conditional"),
        ("У разі нападу війська вдарять по Альфі", "вдарять", "conditional"),
        ("Без бою вони взяли Альфу", "взяли", None),
    ],
)
def test_modality_from_the_words_before(sentence: str, word: str, want: str | None) -> None:
    words = tokens(sentence)
    assert CUES.modality(words, words.index(word)) == want


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("За даними Генштабу, ворог втратив Альфу.", "Генштабу"),
        ("За словами речника армії, ворог відійшов.", "речника армії"),
        ("Ворог відійшов, повідомляє Генштаб ЗСУ.", "Генштаб ЗСУ"),
        ("Ворог відійшов, заявив Петро Іваненко.", "Петро Іваненко"),
        ("Ворог відійшов, заявив військовий.", "військовий"),
        ("Речник повідомив про двох загиблих.", None),
        ("Речник повідомив, що ворог відійшов.", None),
        ("Ворог відійшов.", None),
    ],
)
def test_whose_word_it_is(sentence: str, who: str | None) -> None:
    assert CUES.said_by(sentence) == who


@pytest.mark.parametrize(
    ("sentence", "want"),
    [
        ("Речник повідомив, що ворог відійшов.", True),
        ("Ворог нібито відійшов.", True),
        ("За попередніми даними, ворог відійшов.", True),
        ("Ворог відійшов.", False),
    ],
)
def test_what_is_only_heard(sentence: str, want: bool) -> None:
    assert CUES.heard(sentence) is want


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("двоє цивільних", 2),
        ("34 цивільні", 34),
        ("щонайменше 1 200 осіб", 1200),
        ("двадцять три солдати", 23),
        ("двісті п'ятдесят бійців", 250),
        ("п’ять тисяч осіб", 5000),
        ("1,5 тисячі осіб", 1500),
        ("3 тис. осіб", 3000),
        ("тисячі людей", None),
        ("десятки людей", None),
        ("14-річний хлопець", None),
        ("бійці 47-ї бригади", None),
        ("цивільні", None),
    ],
)
def test_how_many(words: str, want: int | None) -> None:
    assert CUES.number(words) == want


@pytest.mark.parametrize(
    ("words", "before", "want"),
    [
        ("частину Альфи", "", "part"),
        ("більшу частину Альфи", "", "most"),
        ("Альфу", "вони взяли майже всю ", "most"),
        ("Альфу", "вони повністю контролюють ", "whole"),
        ("північні околиці Альфи", "", "part"),
        ("анклав в Альфі", "", "pocket"),
        ("Альфу", "вони взяли ", None),
    ],
)
def test_how_much_of_a_place(words: str, before: str, want: str | None) -> None:
    assert CUES.extent(words, before) == want


@pytest.mark.parametrize(
    ("sentence", "modality", "want"),
    [
        ("Якщо Альфа впаде, армія атакує Бету.", "conditional", "Якщо Альфа впаде"),
        (
            "Війська вийдуть за умови, що противник відійде першим.",
            "intended",
            "за умови, що противник відійде першим",
        ),
        ("Якщо Альфа впаде, армія атакує Бету.", "stated", None),
    ],
)
def test_what_it_depends_on(sentence: str, modality: str, want: str | None) -> None:
    assert CUES.condition(sentence, modality) == want


def test_agreements_ways_and_sieges() -> None:
    assert CUES.agreement_aspect("Ворог порушив перемир'я.", "made") == "broken"
    assert CUES.agreement_aspect("Перемир'я досі діє.", "made") == "holds"
    assert CUES.agreement_aspect("Сторони уклали угоду.", "made") == "made"
    assert CUES.open_or_closed("Дорогу перекрили.", "opened") == "blocked"
    assert CUES.open_or_closed("Рух дорогою відновлено, її розблокували.", "blocked") == "opened"
    assert CUES.siege_ends("Війська прорвали облогу Альфи.")
    assert not CUES.siege_ends("Облога Альфи триває.")
    assert CUES.goes_on("Армія досі утримує Альфу.")
    assert not CUES.goes_on("Армія взяла Альфу.")


@pytest.mark.parametrize(
    ("sentence", "want"),
    [
        ("Чи взяла армія Альфу?", True),
        ("Хіба армія взяла Альфу?", True),
        ("Чому армія відійшла з Альфи?", False),
        ("Армія взяла Альфу.", False),
    ],
)
def test_what_only_asks(sentence: str, want: bool) -> None:
    assert CUES.asks(tokens(sentence)) is want
