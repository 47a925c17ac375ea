"""Names in Russian: what parties and places of a report are, told of its own words."""

from __future__ import annotations

from datetime import date

import pytest

from contactline.model import Claim, Modality, Report, Role
from contactline.naming.abroad import name_report
from contactline.pipeline import Tools

WHEN = date(2023, 6, 1)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools()


def said(text: str, where: list[str]) -> list[tuple[int, int]]:
    return [(text.index(w), text.index(w) + len(w)) for w in where]


def claim(
    text: str,
    kind: tuple[str, str],
    actor: str = "",
    place: str = "",
    other: str = "",
    sentence: str = "",
) -> Claim:
    def role(words: str) -> Role | None:
        if not words:
            return None
        at = text.index(words)
        return Role(words, start=at, end=at + len(words))

    quote = sentence or text
    at = text.index(quote)
    return Claim(
        "r",
        kind[0],
        kind[1],
        role(actor),
        role(other),
        role(place),
        Modality.STATED,
        quote,
        at,
        at + len(quote),
        0.8,
    )


def named(tools: Tools, text: str, claims: list[Claim], places: list[str], on: date) -> list[Claim]:
    report = Report(text, len(text), published=on, language="ru")
    return name_report(report, claims, said(text, places), tools.namer)


PARTIES = [
    # Ukraine, Russia and what it backs
    ("ВСУ обстреляли Горловку.", "ВСУ", "Горловку", "armed-forces-ua", WHEN),
    (
        "Украинские военные удерживают Курахово.",
        "Украинские военные",
        "Курахово",
        "armed-forces-ua",
        WHEN,
    ),
    (
        "Подразделения 47-й отдельной механизированной бригады ВСУ отошли из Авдеевки.",
        "Подразделения 47-й отдельной механизированной бригады ВСУ",
        "Авдеевки",
        "armed-forces-ua",
        WHEN,
    ),
    (
        "Российские войска заняли Попасную.",
        "Российские войска",
        "Попасную",
        "armed-forces-ru",
        WHEN,
    ),
    (
        "Российскими военными взята Марьинка.",
        "Российскими военными",
        "Марьинка",
        "armed-forces-ru",
        WHEN,
    ),
    (
        "Группировка войск «Центр» взяла Очеретино.",
        "Группировка войск «Центр»",
        "Очеретино",
        "armed-forces-ru",
        WHEN,
    ),
    (
        "8-я общевойсковая армия ВС РФ наступает на Марьинку.",
        "8-я общевойсковая армия ВС РФ",
        "Марьинку",
        "armed-forces-ru",
        WHEN,
    ),
    ("Оккупанты обстреляли Никополь.", "Оккупанты", "Никополь", "armed-forces-ru", WHEN),
    ("Бойцы ЧВК «Вагнер» вошли в Бахмут.", "Бойцы ЧВК «Вагнер»", "Бахмут", "wagner", WHEN),
    ("Кадыровцы вошли в Лисичанск.", "Кадыровцы", "Лисичанск", "kadyrovites", WHEN),
    (
        "Ополченцы ДНР удерживают Дебальцево.",
        "Ополченцы ДНР",
        "Дебальцево",
        "dpr",
        date(2015, 2, 1),
    ),
    (
        "В Луганске ополченцы отбили атаку.",
        "ополченцы",
        "Луганске",
        "separatists-ua",
        date(2014, 7, 1),
    ),
    ("Президент Украины побывал в Харькове.", "Президент Украины", "Харькове", "state:UA", WHEN),
    ("Минобороны РФ сообщило о взятии Соледара.", "Минобороны РФ", "Соледара", "state:RU", WHEN),
    # Syria and Iraq
    (
        "Правительственные войска взяли Алеппо.",
        "Правительственные войска",
        "Алеппо",
        "saa",
        date(2016, 12, 1),
    ),
    ("Сирийская армия вошла в Саракиб.", "Сирийская армия", "Саракиб", "saa", date(2020, 2, 1)),
    ("Повстанцы обстреляли Дамаск.", "Повстанцы", "Дамаск", "syrian-opposition", date(2018, 2, 1)),
    ("ВКС РФ нанесли удары по Идлибу.", "ВКС РФ", "Идлибу", "russian-aerospace", date(2018, 9, 1)),
    (
        "Боевики «Джебхат ан-Нусры» ушли из Алеппо.",
        "Боевики «Джебхат ан-Нусры»",
        "Алеппо",
        "nusra",
        date(2015, 1, 1),
    ),
    ("Террористы ИГИЛ взяли Пальмиру.", "Террористы ИГИЛ", "Пальмиру", "isis", date(2015, 5, 21)),
    (
        "Поддерживаемые Турцией боевики взяли Эль-Баб.",
        "Поддерживаемые Турцией боевики",
        "Эль-Баб",
        "pro-turkish-militants",
        date(2017, 2, 1),
    ),
    ("Курды отступили из Африна.", "Курды", "Африна", "kurdish-forces-sy", date(2018, 3, 1)),
    ("Бойцы СДС заняли Ракку.", "Бойцы СДС", "Ракку", "sdf", date(2017, 10, 1)),
    (
        "Коалиция во главе с США бомбила Ракку.",
        "Коалиция во главе с США",
        "Ракку",
        "coalition",
        date(2017, 7, 1),
    ),
    ("Турецкая армия вошла в Африн.", "Турецкая армия", "Африн", "turkish-army", date(2018, 3, 1)),
    ("Иракские военные взяли Мосул.", "Иракские военные", "Мосул", "isf", date(2017, 7, 1)),
    (
        "Отряды пешмерга удерживают Киркук.",
        "Отряды пешмерга",
        "Киркук",
        "peshmerga",
        date(2015, 7, 1),
    ),
    # Israel, Palestine, Lebanon, Yemen
    ("ЦАХАЛ нанёс удары по Джабалии.", "ЦАХАЛ", "Джабалии", "idf", date(2024, 5, 1)),
    (
        "Израильские самолёты бомбили Бейрут.",
        "Израильские самолёты",
        "Бейрут",
        "idf",
        date(2024, 9, 28),
    ),
    ("Боевики ХАМАС вошли в Рафах.", "Боевики ХАМАС", "Рафах", "hamas", date(2024, 1, 1)),
    ("«Хезболла» отвела бойцов из Тира.", "Хезболла", "Тира", "hezbollah", date(2024, 9, 28)),
    ("Хуситы атаковали Мариб.", "Хуситы", "Мариб", "houthis", date(2021, 3, 1)),
    # Africa
    ("В Хартуме армия отбила дворец.", "армия", "Хартуме", "saf", date(2025, 3, 21)),
    (
        "Силы быстрой поддержки захватили Эль-Фашир.",
        "Силы быстрой поддержки",
        "Эль-Фашир",
        "rsf",
        date(2025, 10, 28),
    ),
    ("Армия Хафтара наступает на Триполи.", "Армия Хафтара", "Триполи", "lna", date(2019, 5, 1)),
    ("Силы ПНС удерживают Сирт.", "Силы ПНС", "Сирт", "gna", date(2019, 5, 1)),
    ("Повстанцы М23 вошли в Гому.", "Повстанцы М23", "Гому", "m23", date(2025, 1, 28)),
    (
        "Боевики «Аш-Шабаб» напали на Могадишо.",
        "Боевики «Аш-Шабаб»",
        "Могадишо",
        "al-shabaab",
        date(2022, 8, 20),
    ),
    ("Эфиопская армия вошла в Мэкэле.", "Эфиопская армия", "Мэкэле", "endf", date(2020, 11, 28)),
    # Asia and the Caucasus
    ("Талибы вошли в Кундуз.", "Талибы", "Кундуз", "taliban", date(2021, 8, 8)),
    ("Хунта Мьянмы потеряла Мьявади.", "Хунта Мьянмы", "Мьявади", "tatmadaw", date(2024, 4, 11)),
    (
        "Армия обороны НКР оставила Физули.",
        "Армия обороны НКР",
        "Физули",
        "artsakh",
        date(2020, 10, 17),
    ),
    ("Войска Китая вошли на Тайвань.", "Войска Китая", "Тайвань", "state:CN", WHEN),
]


@pytest.mark.parametrize(("text", "who", "where", "actor", "on"), PARTIES, ids=lambda v: str(v))
def test_a_party(tools: Tools, text: str, who: str, where: str, actor: str, on: date) -> None:
    (c,) = named(tools, text, [claim(text, ("presence", "located"), who, where)], [where], on)
    assert c.actor and (c.actor.id, c.actor.text) == (f"actor:{actor}", who)


@pytest.mark.parametrize(
    ("text", "where", "name", "at"),
    [
        ("Бои идут в городе Бахмут.", "городе Бахмут", "Bakhmut", (48.6, 38.0)),
        ("Бои идут под Авдеевкой.", "Авдеевкой", "Avdiivka", (48.1, 37.7)),
        (
            "Бои идут в посёлке Очеретино к западу от Донецка.",
            "посёлке Очеретино",
            "Ocheretyne",
            (48.2, 37.6),
        ),
        ("Бои идут в Никополе, на Украине.", "Никополе", "Nikopol", (47.6, 34.4)),
        (
            "Бои идут в Суджанском районе Курской области.",
            "Суджанском районе",
            "Sudzha",
            (51.2, 35.3),
        ),
        ("Бои идут в Харьковской области.", "Харьковской области", "Kharkiv Oblast", (49.6, 36.5)),
        (
            "Бои идут на Краснолиманском направлении в Донбассе.",
            "Краснолиманском направлении",
            "Lyman",
            (49.0, 37.8),
        ),
        (
            "Бои идут на севере сектора Газа, у Джабалии.",
            "севере сектора Газа",
            "North Gaza",
            (31.5, 34.5),
        ),
        ("Бои идут на юге Ливана.", "юге Ливана", "southern Lebanon", (33.3, 35.5)),
        ("Бои идут в провинции Идлиб.", "провинции Идлиб", "Idlib Governorate", (35.8, 36.7)),
        (
            "Бои идут в Восточной Гуте под Дамаском.",
            "Восточной Гуте",
            "Eastern Ghouta",
            (33.5, 36.4),
        ),
        ("Бои идут в провинции Кундуз.", "провинции Кундуз", "Kunduz Province", (36.8, 68.7)),
        (
            "Бои идут в провинции Северное Киву.",
            "провинции Северное Киву",
            "Nord-Kivu province",
            (-0.6, 28.7),
        ),
        (
            "Перекрыта трасса Дамаск — Хомс.",
            "трасса Дамаск — Хомс",
            "Damascus–Homs highway",
            (34.1, 36.5),
        ),
    ],
)
def test_a_place(tools: Tools, text: str, where: str, name: str, at: tuple[float, float]) -> None:
    found = claim(text, ("situation", "fighting"), place=where)
    around = [w for w in ("Донецка", "Курской области", "Джабалии") if w in text]
    (c,) = named(tools, text, [found], [where, *around], WHEN)
    assert c.place and (c.place.name, c.place.text) == (name, where)
    assert (c.place.lat, c.place.lon) == pytest.approx(at, abs=0.15)


def test_a_report_of_syria(tools: Tools) -> None:
    one = "Сирийская армия при поддержке российской авиации взяла город Хан-Шейхун на юге Идлиба."
    two = "Боевики «Хайят Тахрир аш-Шам» отошли на север, сообщил источник."
    three = "При обстреле погибли 12 мирных жителей."
    text = f"{one} {two} {three}"
    claims = [
        claim(text, ("control", "gains"), "Сирийская армия", "город Хан-Шейхун", sentence=one),
        claim(
            text, ("support", "backs"), "российской авиации", other="Сирийская армия", sentence=one
        ),
        claim(
            text, ("presence", "leaves"), "Боевики «Хайят Тахрир аш-Шам»", "Идлиба", sentence=two
        ),
        claim(text, ("harm", "killed"), other="12 мирных жителей", sentence=three),
    ]
    got = named(tools, text, claims, ["город Хан-Шейхун", "Идлиба"], date(2019, 8, 21))
    gains, backs, leaves, killed = got
    assert gains.actor and gains.actor.id == "actor:saa"
    assert gains.place and gains.place.country == "SY" and gains.place.text == "город Хан-Шейхун"
    assert backs.actor and backs.actor.id == "actor:russian-aerospace"
    assert backs.other and backs.other.id == "actor:saa"
    assert leaves.actor and leaves.actor.id == "actor:hts"
    assert killed.other and (killed.other.name, killed.other.text) == (
        "civilians",
        "мирных жителей",
    )
    assert [c.quote for c in got] == [one, one, two, three]


def test_a_report_of_ukraine(tools: Tools) -> None:
    one = "За сутки российские военные вошли в Волчанск Харьковской области."
    two = "ВСУ удерживают северные кварталы города, заявили в Генштабе."
    three = "Противник обстрелял Купянск."
    text = f"{one} {two} {three}"
    claims = [
        claim(text, ("presence", "arrives"), "российские военные", "Волчанск", sentence=one),
        claim(text, ("control", "holds"), "ВСУ", "Волчанск", sentence=two),
        claim(text, ("strike", ""), "Противник", "Купянск", sentence=three),
    ]
    got = named(
        tools, text, claims, ["Волчанск", "Харьковской области", "Купянск"], date(2024, 6, 1)
    )
    arrives, holds, strike = got
    assert arrives.actor and arrives.actor.id == "actor:armed-forces-ru"
    assert arrives.place and arrives.place.country == "UA"
    assert holds.actor and holds.actor.id == "actor:armed-forces-ua"
    # whose enemy it is the words do not say
    assert strike.actor and strike.actor.id not in (
        "actor:armed-forces-ru",
        "actor:armed-forces-ua",
    )
    assert strike.place and strike.place.country == "UA"


def test_a_report_of_sudan(tools: Tools) -> None:
    one = "У Сил быстрой поддержки Омдурман отбила армия Судана."
    two = "Её подразделения вошли в Эль-Обейд."
    three = "Каир и Эр-Рияд призвали стороны к перемирию."
    text = f"{one} {two} {three}"
    claims = [
        claim(text, ("fight", ""), "армия Судана", "Омдурман", "Сил быстрой поддержки", one),
        claim(text, ("presence", "arrives"), "Её подразделения", "Эль-Обейд", sentence=two),
        claim(text, ("agreement", "sought"), "Каир", sentence=three),
        claim(text, ("agreement", "sought"), "Эр-Рияд", sentence=three),
    ]
    got = named(tools, text, claims, ["Омдурман", "Эль-Обейд"], date(2025, 3, 21))
    assert [c.actor.id if c.actor else "" for c in got] == [
        "actor:saf",
        "actor:saf",
        "actor:state:EG",
        "actor:state:SA",
    ]
    assert got[0].other and got[0].other.id == "actor:rsf"
    assert got[1].place and got[1].place.country == "SD"
