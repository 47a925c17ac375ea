"""How a claim is meant in Russian: each question of `Cues`, asked of short sentences."""

from __future__ import annotations

import pytest

from contactline.reading.cues_abroad import Cues
from contactline.reading.words import sentences

CUES = Cues.of("ru")


def meant(text: str, word: str) -> str | None:
    """How the word is meant in the first sentence of a text."""
    (s, *_) = sentences(text)
    words = [w.text for w in s.words]
    return CUES.modality(words, words.index(word))


@pytest.mark.parametrize(
    ("text", "word", "want"),
    [
        ("Армия взяла город.", "взяла", None),
        ("Армия не взяла город.", "взяла", "denied"),
        ("Армия не смогла взять город.", "взять", "denied"),
        ("В штабе опровергли, что армия потеряла город.", "потеряла", "denied"),
        ("Войска отказались покидать город.", "покидать", "denied"),
        ("Сообщения о взятии города — фейк, никто не входил в него.", "входил", "denied"),
        ("Армия взяла не только город, но и село.", "село", None),
        ("Армия не менее трёх раз обстреляла город.", "обстреляла", None),
        ("Войска пытаются окружить город.", "окружить", "intended"),
        ("Армия намерена взять город.", "взять", "intended"),
        ("Повстанцы пообещали открыть дорогу.", "открыть", "intended"),
        ("Противник наступает, чтобы перерезать трассу.", "перерезать", "intended"),
        ("Анкара угрожает начать операцию.", "начать", "intended"),
        ("Армия может войти в город.", "войти", "expected"),
        ("Завтра стороны будут обсуждать перемирие.", "обсуждать", "expected"),
        ("Ожидается, что войска отступят.", "отступят", "expected"),
        ("Не исключено, что город возьмут.", "возьмут", "expected"),
        ("Если войска возьмут город, дорога будет закрыта.", "возьмут", "conditional"),
        ("В случае нападения армия закроет границу.", "закроет", "conditional"),
        ("Войска пытались взять город; село они взяли.", "они", None),
    ],
)
def test_modality(text: str, word: str, want: str | None) -> None:
    assert meant(text, word) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("По данным Минобороны, село освобождено.", "Минобороны"),
        ("По предварительным данным МЧС, погибли двое.", "МЧС"),
        ("По словам губернатора области, ранены трое.", "губернатора области"),
        ("Город взят, сообщили в Минобороны РФ.", "Минобороны РФ"),
        ("«Мы вошли в город», — заявил спикер хуситов.", "спикер хуситов"),
        ("Об этом сообщает агентство САНА.", "агентство САНА"),
        ("Об этом сообщил в Telegram глава региона.", "глава региона"),
        ("Как заявил командир, удар нанесён ночью.", "командир"),
        ("Согласно сводке Генштаба, атаки отбиты.", "Генштаба"),
        ("Погибли двое, передаёт корреспондент.", "корреспондент"),
        ("Армия взяла город.", None),
        ("Власти объявили перемирие.", None),
        ("Россия передаёт союзникам оружие.", None),
        ("Командир заявил, что город взят.", None),
    ],
)
def test_whose_word_it_is(text: str, want: str | None) -> None:
    assert CUES.said_by(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Якобы погибли пять человек.", True),
        ("По неподтверждённым данным, город взят.", True),
        ("Командир заявил, что город взят.", True),
        ("Генштаб подтвердил потерю села.", True),
        ("Армия взяла город.", False),
        ("В городе идут бои.", False),
    ],
)
def test_hearsay(text: str, want: bool) -> None:
    assert CUES.heard(text) is want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("двое мирных жителей", 2),
        ("12 солдат", 12),
        ("1 500 человек", 1500),
        ("двести тридцать боевиков", 230),
        ("пять тысяч беженцев", 5000),
        ("1,5 млн жителей", 1_500_000),
        ("10 тыс. человек", 10_000),
        ("47-я бригада", None),
        ("14-летняя девочка", None),
        ("тысячи жителей", None),
        ("мирные жители", None),
    ],
)
def test_numbers(text: str, want: int | None) -> None:
    assert CUES.number(text) == want


@pytest.mark.parametrize(
    ("words", "before", "want"),
    [
        ("город", "взяла ", None),
        ("большую часть города", "взяла ", "most"),
        ("город", "контролирует почти весь ", "most"),
        ("часть города", "взяла ", "part"),
        ("город", "закрепились на окраине ", "part"),
        ("северные кварталы города", "", "part"),
        ("весь город", "взяла ", "whole"),
        ("город", "полностью освободила ", "whole"),
        ("котёл", "в ", "pocket"),
    ],
)
def test_extent(words: str, before: str, want: str | None) -> None:
    assert CUES.extent(words, before) == want


def test_agreements_ways_and_sieges() -> None:
    assert CUES.agreement_aspect("ВСУ нарушили режим тишины.", None) == "broken"
    assert CUES.agreement_aspect("Переговоры сорвались.", "made") == "broken"
    assert CUES.agreement_aspect("Перемирие соблюдается.", None) == "holds"
    assert CUES.agreement_aspect("Стороны подписали договор.", "made") == "made"
    assert CUES.open_or_closed("Боевики перекрыли трассу.", "opened") == "blocked"
    assert CUES.open_or_closed("Армия разблокировала дорогу.", "opened") == "opened"
    assert CUES.siege_ends("Армия прорвала блокаду города.")
    assert not CUES.siege_ends("Армия осадила город.")
    assert CUES.goes_on("Бои в городе продолжаются.")
    assert not CUES.goes_on("Армия взяла город.")


def test_conditions() -> None:
    said = "Войска выйдут, если стороны подпишут соглашение, сказал посол."
    assert CUES.condition(said, "expected") == "если стороны подпишут соглашение"
    assert CUES.condition(said, "stated") is None
    assert CUES.condition("Войска выйдут завтра.", "expected") is None


def test_questions() -> None:
    assert CUES.asks(["Возьмёт", "ли", "армия", "город", "?"])
    assert not CUES.asks(["Армия", "взяла", "город", "."])
