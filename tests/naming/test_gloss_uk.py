"""Ukrainian parties and places: told in English, named, and given back in the report's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from contactline.model import Claim, Modality, Report, Role
from contactline.naming.abroad import name_report
from contactline.naming.gloss import Glossary, found_in, gloss, phrase
from contactline.pipeline import Tools

UKRAINE = "Armed Forces of Ukraine fought Russian troops in Kharkiv. "
SYRIA = "The Syrian army fought rebels in Aleppo. "
GAZA = "The Israeli army struck Hamas in Gaza. "
SUDAN = "The Sudanese army fought the RSF in Khartoum. "
CONGO = "The Congolese army fought M23 in Goma. "


@pytest.fixture(scope="module")
def known(tools: Tools) -> Callable[[str], bool]:
    return found_in(lambda name: any(m.score >= 0.9 for m in tools.gazetteer.lookup(name)))


def english(words: str, known: Callable[[str], bool]) -> str:
    return phrase(words, 0, len(words), "uk", known)


def span(text: str, words: str) -> tuple[int, int]:
    at = text.index(words)
    return at, at + len(words)


@pytest.mark.parametrize(
    ("before", "words", "actor"),
    [
        (UKRAINE, "ЗСУ", "armed-forces-ua"),
        (UKRAINE, "Збройними силами України", "armed-forces-ua"),
        (UKRAINE, "українські військові", "armed-forces-ua"),
        (UKRAINE, "українських захисників", "armed-forces-ua"),
        (UKRAINE, "наші воїни", "armed-forces-ua"),
        (UKRAINE, "бійці 47-ї окремої механізованої бригади", "armed-forces-ua"),
        (UKRAINE, "93 ОМБр «Холодний Яр»", "armed-forces-ua"),
        (UKRAINE, "сили ППО", "armed-forces-ua"),
        (UKRAINE, "військові України", "armed-forces-ua"),
        (UKRAINE, "Нацгвардії", "ngu"),
        (UKRAINE, "окупанти", "armed-forces-ru"),
        (UKRAINE, "ворога", "armed-forces-ru"),
        (UKRAINE, "противником", "armed-forces-ru"),
        (UKRAINE, "позиції противника", "armed-forces-ru"),
        (UKRAINE, "російських військ", "armed-forces-ru"),
        (UKRAINE, "армією РФ", "armed-forces-ru"),
        (UKRAINE, "Чорноморського флоту РФ", "armed-forces-ru"),
        (UKRAINE, "155-та бригада морської піхоти РФ", "state:RU"),
        (UKRAINE, "російська авіація", "russian-aerospace"),
        (UKRAINE, "бойовики «ДНР»", "dpr"),
        (UKRAINE, "ПВК «Вагнер»", "wagner"),
        (UKRAINE, "кадирівців", "kadyrovites"),
        (UKRAINE, "проросійських сепаратистів", "separatists-ua"),
        (UKRAINE, "північнокорейських солдатів", "state:KP"),
        (UKRAINE, "Міноборони РФ", "state:RU"),
        (UKRAINE, "Путіна", "state:RU"),
        (UKRAINE, "президент України Володимир Зеленський", "state:UA"),
        (SYRIA, "сирійські повстанці", "syrian-opposition"),
        (SYRIA, "повстанцями", "syrian-opposition"),
        (SYRIA, "урядові війська", "saa"),
        (SYRIA, "військ Асада", "saa"),
        (SYRIA, "армія", "saa"),
        (SYRIA, "курдські сили", "kurdish-forces-sy"),
        (SYRIA, "підтримувані Туреччиною повстанці", "pro-turkish-militants"),
        (SYRIA, "угруповання «Хаят Тахрір аш-Шам»", "hts"),
        (SYRIA, "«Ісламської держави»", "isis"),
        (SYRIA, "коаліції на чолі зі США", "coalition"),
        (GAZA, "ЦАХАЛ", "idf"),
        (GAZA, "бойовики ХАМАСу", "hamas"),
        (GAZA, "бойовики «Хезболли»", "hezbollah"),
        (GAZA, "єменських хуситів", "houthis"),
        (SUDAN, "суданської армії", "saf"),
        (SUDAN, "Силами швидкої підтримки", "rsf"),
        (CONGO, "повстанці M23", "m23"),
        (CONGO, "конголезька армія", "fardc"),
        ("The Taliban fought in Kabul. ", "талібів", "taliban"),
        ("The army fought in Rakhine in Myanmar. ", "військової хунти М'янми", "tatmadaw"),
    ],
)
def test_a_party(
    before: str, words: str, actor: str, tools: Tools, known: Callable[[str], bool]
) -> None:
    told = english(words, known)
    text = f"{before}{told} attacked."
    place = before.rstrip(" .").split(" ")[-1]
    names = tools.namer.report(text, [span(text, place)], date(2024, 6, 12))
    assert names.actor(told, len(before)).id == f"actor:{actor}"


@pytest.mark.parametrize(
    ("before", "words", "name"),
    [
        (UKRAINE, "Харківська область", "Kharkiv Oblast"),
        (UKRAINE, "Харківщині", "Kharkiv Oblast"),
        (UKRAINE, "Сумщиною", "Sumy Oblast"),
        (UKRAINE, "на Донеччині", "Donetsk Oblast"),
        (UKRAINE, "Бєлгородській області", "Belgorod Oblast"),
        (UKRAINE, "Покровського району", "Pokrovsk"),
        (UKRAINE, "Покровському напрямку", "Pokrovsk"),
        (UKRAINE, "Донецькому напрямку", "Donetsk"),
        (UKRAINE, "Харківському аеропорту", "Харків airport"),
        (UKRAINE, "місто Куп'янськ", "Kupyansk"),
        (UKRAINE, "селищі Гостомель", "Hostomel"),
        (UKRAINE, "Вовчанську Харківської області", "Vovchansk"),
        (UKRAINE, "на північ від Бахмута", "north Bakhmut"),
        (UKRAINE, "північно-східних околицях Бахмута", "northeastern Bakhmut"),
        (UKRAINE, "сході Донецької області", "eastern Donetsk Oblast"),
        (UKRAINE, "центрі Харкова", "Kharkiv"),
        (UKRAINE, "поблизу населеного пункту Роботине", "Robotyne"),
        (UKRAINE, "в районі Часового Яру", "Chasiv Yar"),
        (UKRAINE, "трасі Покровськ — Костянтинівка", "Pokrovsk–Kostyantynivka highway"),
        (UKRAINE, "Кримський міст", "Kerch Bridge"),
        (UKRAINE, "Каховської ГЕС", "Kakhovka Dam"),
        (UKRAINE, "Мелітополі", "Melitopol"),
        (UKRAINE, "Миколаєва", "Mykolayiv"),
        (UKRAINE, "Запоріжжям", "Zaporizhzhya"),
        (UKRAINE, "Кремінною", "Kreminna"),
        (UKRAINE, "Горлівці", "Horlivka"),
        (UKRAINE, "Криму", "Crimea"),
        (SYRIA, "провінції Ідліб", "Idlib Governorate"),
        (SYRIA, "Дейр-ез-Зорі", "Deir Ezzor"),
        (GAZA, "секторі Гази", "Gaza Strip"),
        (GAZA, "Хан-Юнісі", "Khan Yunis"),
        (GAZA, "півдні Лівану", "southern Lebanon"),
        (SUDAN, "Ель-Фашера", "El Fasher"),
        (SUDAN, "Хартумом", "Khartoum"),
        (CONGO, "міста Гома", "Goma"),
    ],
)
def test_a_place(
    before: str, words: str, name: str, tools: Tools, known: Callable[[str], bool]
) -> None:
    told = english(words, known)
    text = f"{before}{told}."
    place = before.rstrip(" .").split(" ")[-1]
    names = tools.namer.report(text, [span(text, place), (len(before), len(text) - 1)])
    found = names.place(told, len(before)).name
    # GeoNames has these under another spelling of the same name
    same = {"Kreminna": ("Kreminna", "Kreminna"), "Robotyne": ("Robotyne",)}
    assert found in (name, *same.get(name, ()))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("поранені", "wounded"),
        ("поранених солдатів", "wounded soldiers"),
        ("двоє мирних жителів", "two civilians"),
        ("14 військових", "14 soldiers"),
        ("військових об'єктів", "military facility"),
        ("місто", "the city"),
        ("їхні позиції", "their positions"),
        ("сирійсько-турецькому кордоні", "Syrian-Turkish border"),
        ("міст", "the bridge"),
        ("Андрій Ковальчук", "Андрій Ковальчук"),
    ],
)
def test_what_is_no_name_is_told_in_english(words: str, told: str) -> None:
    assert phrase(words, 0, len(words), "uk", lambda name: False) == told


def test_case_endings_do_not_part_forms_of_a_word() -> None:
    book = Glossary.of("uk")
    for forms in (
        ("армія", "армії", "армією", "арміями"),
        ("область", "області", "областю", "областей"),
        ("урядові", "урядових", "урядового"),
        ("Росія", "Росією", "Росії"),
    ):
        assert len({book.stem(f) for f in forms}) == 1, forms


def test_offsets_lead_back_to_the_report() -> None:
    text = "Наші воїни відбили атаку ворога біля Степового."
    told = gloss(text, "uk", [span(text, "Наші воїни"), span(text, "ворога")], lambda n: False)
    for words in ("Наші воїни", "ворога"):
        a, b = told.span(*span(text, words))
        assert told.real(a, b) == span(text, words)
        assert told.text[a:b] != words


Row = tuple[str, str | None, str | None, str | None]


def named(text: str, rows: list[Row], tools: Tools, on: date) -> list[tuple[str | None, ...]]:
    """Keys of actor and other, and the place's name, for claims on these words."""
    report = Report(text, len(text), published=on, language="uk")
    claims = []
    for kind, *words in rows:
        roles = [
            Role(w, start=span(text, w)[0], end=span(text, w)[1]) if w else None for w in words
        ]
        at = min(r.start or 0 for r in roles if r)
        start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
        end = text.index(".", at) + 1
        claims.append(
            Claim(
                report.id, kind, None, *roles, Modality("stated"), text[start:end], start, end, 0.9
            )
        )
    spots = [span(text, r[3]) for r in rows if r[3]]
    out = []
    for c, row in zip(name_report(report, claims, spots, tools.namer), rows, strict=True):
        for role, words in zip((c.actor, c.other, c.place), row[1:], strict=True):
            # the report's own words, less a figure before who suffers
            assert role is None or text[role.start : role.end] == words.lstrip("0123456789 ")
        party = [
            (r.actor_id.key if r.actor_id else r.name) if r else None for r in (c.actor, c.other)
        ]
        out.append((*party, c.place.name if c.place else None))
    return out


def test_a_report_of_the_general_staff(tools: Tools) -> None:
    text = (
        "Генштаб ЗСУ повідомив, що минулої доби відбулося 90 боїв. На Покровському напрямку ворог "
        "наступав поблизу Новогродівки. Наші воїни відбили атаки біля Торецька. Окупанти вдарили "
        "по Вовчанську Харківської області. Там загинули двоє мирних жителів. Українська авіація "
        "вдарила по Донецьку."
    )
    rows: list[Row] = [
        ("fight", "ворог", None, "Новогродівки"),
        ("fight", "Наші воїни", None, "Торецька"),
        ("strike", "Окупанти", None, "Вовчанську Харківської області"),
        ("harm", None, "двоє мирних жителів", None),
        ("strike", "Українська авіація", None, "Донецьку"),
    ]
    assert named(text, rows, tools, date(2024, 6, 12)) == [
        ("armed-forces-ru", None, "Novohrodivka"),
        ("armed-forces-ua", None, "Toretsk"),
        ("armed-forces-ru", None, "Vovchansk"),
        (None, "civilians", None),
        ("armed-forces-ua", None, "Donetsk"),
    ]


def test_a_report_from_syria(tools: Tools) -> None:
    text = (
        "Повстанці захопили місто Хама на заході Сирії. Армія відступила до Хомса. За словами "
        "речника угруповання «Хаят Тахрір аш-Шам», його бійці взяли Ракку. Російська авіація "
        "завдала ударів по Ідлібу. Туреччина підтримує Сирійську національну армію."
    )
    rows: list[Row] = [
        ("control", "Повстанці", None, "місто Хама"),
        ("presence", "Армія", None, "Хомса"),
        ("control", "його бійці", None, "Ракку"),
        ("strike", "Російська авіація", None, "Ідлібу"),
        ("support", "Туреччина", "Сирійську національну армію", None),
    ]
    assert named(text, rows, tools, date(2024, 12, 6)) == [
        ("syrian-opposition", None, "Hama"),
        ("saa", None, "Homs"),
        ("hts", None, "Raqqa"),
        ("russian-aerospace", None, "Idlib"),
        ("state:TR", "sna", None),
    ]


def test_a_report_from_gaza_and_sudan(tools: Tools) -> None:
    text = (
        "ЦАХАЛ завдав ударів по Хан-Юнісу. Бойовики ХАМАСу обстріляли Рафах. Загинули щонайменше "
        "35 палестинців. Хусити атакували судно в Червоному морі. Суданська армія відбила атаку "
        "Сил швидкої підтримки на Ель-Фашер."
    )
    rows: list[Row] = [
        ("strike", "ЦАХАЛ", None, "Хан-Юнісу"),
        ("strike", "Бойовики ХАМАСу", None, "Рафах"),
        ("harm", None, "35 палестинців", None),
        ("strike", "Хусити", "судно", "Червоному морі"),
        ("fight", "Суданська армія", "Сил швидкої підтримки", "Ель-Фашер"),
    ]
    assert named(text, rows, tools, date(2024, 5, 10)) == [
        ("idf", None, "Khan Yunis"),
        ("hamas", None, "Rafah"),
        (None, "Palestinians", None),
        ("houthis", "new:ship", "Red Sea"),
        ("saf", "rsf", "El Fasher"),
    ]
