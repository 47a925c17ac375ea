"""Arabic names through their gloss: phrases, and whole reports with claims made by hand."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contactline.model import Claim, Modality, Report, Role
from contactline.naming.abroad import name_report
from contactline.naming.gloss import found_in, phrase
from contactline.pipeline import Tools
from contactline.reading.words import sentences

DAY = date(2019, 6, 3)
_MARK = re.compile(r"\{(\w+):([^{}]*)\}")


def marked(text: str) -> tuple[str, dict[str, Role]]:
    """A text without its marks "{key:words}", and the roles that they marked."""
    out, roles, at = "", {}, 0
    for m in _MARK.finditer(text):
        out += text[at : m.start()]
        roles[m[1]] = Role(m[2], start=len(out), end=len(out) + len(m[2]))
        out, at = out + m[2], m.end()
    return out + text[at:], roles


def named(tools: Tools, text: str, claims: str, day: date = DAY) -> list[Claim]:
    """The claims named; each is "kind.aspect actor other place", a dash where there is none."""
    plain, roles = marked(text)
    r = Report(plain, len(plain), published=day, language="ar")
    spans = [(s.start, s.end) for s in sentences(plain)]
    made = []
    for c in claims.split(";"):
        label, *keys = c.split()
        kind, _, aspect = label.partition(".")
        actor, other, place = (roles.get(k) for k in keys)
        first = min(x.start or 0 for x in (actor, other, place) if x)
        a, b = next(s for s in spans if s[0] <= first < s[1])
        made.append(
            Claim(
                r.id,
                kind,
                aspect or None,
                actor,
                other,
                place,
                Modality.STATED,
                plain[a:b],
                a,
                b,
                0.9,
            )
        )
    places = [(x.start or 0, x.end or 0) for k, x in roles.items() if k[0] == "p"]
    return name_report(r, made, places, tools.namer)


@pytest.mark.parametrize(
    ("said", "want"),
    [
        ("ريف حلب الغربي", "western Aleppo countryside"),
        ("بلدة خان العسل بريف حلب", "خان العسل town in Aleppo countryside"),
        ("مدينة خيرسون الأوكرانية", "Kherson city"),
        ("طريق حلب - دمشق الدولي", "Damascus–Aleppo road"),
        ("الطريق بين حلب ودمشق", "road between Aleppo and Damascus"),
        ("مناطق شمال غرب سوريا", "northwestern Syria area"),
        ("اللواء 47 الميكانيكي", "47th Mechanized Brigade"),
        ("لواء صقور الشام", "صقور الشام Brigade"),
        ("11 مدنيا بينهم أطفال", "11 civilians including children"),
        ("سبعة مدنيين", "seven civilians"),
        ("قواتها", "its forces"),
        ("عناصره", "its members"),
        ("وحزب الله", "Hezbollah"),
        ("بحلب", "Aleppo"),
        ('تنظيم "الدولة الإسلامية"', "Islamic State"),
        (
            "قوات سوريا الديمقراطية المدعومة من الولايات المتحدة",
            "US-backed Syrian Democratic Forces",
        ),
        ("مدن وقرى", "cities and villages"),
        ("مدنيون", "civilians"),
    ],
)
def test_a_phrase_in_english(tools: Tools, said: str, want: str) -> None:
    known = found_in(lambda name: any(m.score >= 0.9 for m in tools.gazetteer.lookup(name)))
    assert phrase(said, 0, len(said), "ar", known) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("سيطر {a:الجيش السوري} على {p:مدينة تدمر}.", "Syrian Arab Army"),
        ("سيطرت {a:قوات النظام} على {p:بلدة سراقب} في ريف إدلب بسوريا.", "Syrian Arab Army"),
        ("دخلت {a:القوات الحكومية} {p:مدينة درعا} في سوريا.", "Syrian Arab Army"),
        ("دخلت {a:فصائل المعارضة} {p:حلب} في سوريا.", "Syrian opposition"),
        ("دخلت {a:الفصائل المدعومة من تركيا} {p:عفرين}.", "pro-Turkish militants"),
        ("دخل {a:الجيش الوطني السوري المدعوم من تركيا} {p:عفرين}.", "Syrian National Army"),
        ("دخلت {a:هيئة تحرير الشام} {p:إدلب}.", "Hayat Tahrir al-Sham"),
        ("دخل {a:عناصر تنظيم الدولة} {p:الرقة}.", "Islamic State"),
        ("دخل {a:مسلحو تنظيم داعش الإرهابي} {p:الموصل}.", "Islamic State"),
        ("دخلت {a:قسد} {p:منبج}.", "Syrian Democratic Forces"),
        ("دخل {a:مقاتلو وحدات حماية الشعب الكردية} {p:تل أبيض}.", "People's Protection Units"),
        ("دخلت {a:الفرقة الرابعة} {p:درعا} في سوريا.", "Syrian Arab Army"),
        ("قصف {a:طيران النظام} {p:إدلب} في سوريا.", "Syrian Air Force"),
        ("قصفت {a:الطائرات الحربية الروسية} {p:إدلب} في سوريا.", "Russian Aerospace Forces"),
        ("وصلت {a:القوات التركية} إلى {p:رأس العين}.", "Turkish Armed Forces"),
        ("دخلت {a:قوات الاحتلال} {p:مخيم جنين}.", "Israel Defense Forces"),
        ("قصف {a:العدو الصهيوني} {p:بنت جبيل} في لبنان.", "Israel"),
        ("دخلت {a:كتائب القسام} {p:خان يونس}.", "Izz ad-Din al-Qassam Brigades"),
        ("تمركزت {a:المقاومة الإسلامية} في {p:بنت جبيل} في لبنان.", "Hezbollah"),
        ("دخل {a:الجيش اللبناني} {p:صور}.", "Lebanese Armed Forces"),
        ("دخلت {a:القوات العراقية} {p:الموصل}.", "Iraqi Security Forces"),
        ("دخل {a:الحشد الشعبي} {p:تلعفر}.", "Popular Mobilization Forces"),
        ("دخلت {a:قوات البيشمركة} {p:سنجار}.", "Peshmerga"),
        ("دخلت {a:ميليشيا الحوثي} {p:صنعاء}.", "Houthis"),
        ("دخل {a:مسلحو جماعة الحوثي} {p:الحديدة}.", "Houthis"),
        ("قصفت {a:طائرات التحالف العربي} {p:صعدة}.", "Saudi-led coalition"),
        ("دخلت {a:قوات الحكومة اليمنية} {p:مأرب}.", "Yemeni government"),
        ("دخلت {a:قوات المجلس الانتقالي الجنوبي} {p:عدن}.", "Southern Transitional Council"),
        ("دخلت {a:قوات حفتر} {p:ترهونة} في ليبيا.", "Libyan National Army"),
        ("دخلت {a:قوات الوفاق} {p:غريان} في ليبيا.", "Government of National Accord"),
        ("دخل {a:الجيش السوداني} {p:أم درمان}.", "Sudanese Armed Forces"),
        ("دخلت {a:مليشيا الدعم السريع} {p:نيالا} في السودان.", "Rapid Support Forces"),
        ("دخلت {a:القوات الأوكرانية} {p:خيرسون}.", "Armed Forces of Ukraine"),
        ("دخلت {a:القوات الروسية} {p:ماريوبول} في أوكرانيا.", "Russian Armed Forces"),
        ("دخل {a:مرتزقة فاغنر} {p:باخموت} في أوكرانيا.", "Wagner Group"),
        ("دخل {a:الانفصاليون الموالون لروسيا} {p:دونيتسك}.", "Russian-backed separatists"),
        ("دخلت {a:حركة طالبان} {p:قندوز} في أفغانستان.", "Taliban"),
        ("دخلت {a:حركة الشباب} {p:مقديشو}.", "al-Shabaab"),
        ("دخلت {a:جبهة تحرير شعب تيغراي} {p:مقلي}.", "Tigray People's Liberation Front"),
        ("دخل متمردو {a:حركة 23 مارس} {p:غوما}.", "March 23 Movement"),
        ("دخلت {a:أنقرة} {p:عفرين}.", "Turkey"),
        ("دخل {a:حزب الله} {p:القصير} في سوريا.", "Hezbollah"),
    ],
)
def test_a_party(tools: Tools, text: str, want: str) -> None:
    (c,) = named(tools, text, "presence.arrives a - p")
    assert c.actor and c.actor.name == want
    plain, roles = marked(text)
    assert c.actor.text == roles["a"].text and c.actor.start == plain.index(c.actor.text)


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("دخل الجيش السوري {p:مدينة تدمر}.", "Palmyra", "SY"),
        ("دخل الجيش السوري {p:بحلب}.", "Aleppo", "SY"),
        ("دخل الجيش السوري {p:محافظة إدلب}.", "Idlib province", "SY"),
        ("قصف الجيش السوري {p:ريف حلب الغربي}.", "western Aleppo countryside", "SY"),
        ("قصف الجيش السوري {p:الغوطة الشرقية}.", "Eastern Ghouta", "SY"),
        ("سيطرت قسد على {p:سد تشرين}.", "Tishrin Dam", "SY"),
        ("دخل الجيش العراقي {p:قضاء تلعفر}.", "Tal Afar", "IQ"),
        ("دخل الجيش الإسرائيلي {p:قطاع غزة}.", "Gaza Strip", "PS"),
        ("دخل الجيش الإسرائيلي {p:خان يونس} في قطاع غزة.", "Khan Yunis", "PS"),
        ("دخل الجيش السوداني {p:مدينة الفاشر}.", "El Fasher", "SD"),
        ("دخلت القوات الروسية {p:مدينة باخموت الأوكرانية}.", "Bakhmut", "UA"),
        ("دخل الحوثيون {p:محافظة مأرب} في اليمن.", "Marib province", "YE"),
        ("دخلت قوات حفتر {p:مدينة سرت الليبية}.", "Sirte", "LY"),
        ("سيطر الجيش السوداني على {p:مطار الخرطوم}.", "Khartoum airport", "SD"),
    ],
)
def test_a_place(tools: Tools, text: str, name: str, country: str) -> None:
    (c,) = named(tools, text, "situation.fighting - - p")
    assert c.place and (c.place.name, c.place.country) == (name, country)


def test_a_report_of_syria(tools: Tools) -> None:
    text = (
        "سيطرت {a:قوات النظام} على {p:بلدة خان شيخون} في ريف إدلب الجنوبي. وانسحب {a2:مقاتلو هيئة "
        "تحرير الشام} من {p2:البلدة}. وقتل {o:سبعة مدنيين} في {p3:معرة النعمان} بقصف روسي."
    )
    took, left, killed = named(
        tools,
        text,
        "control.gains a - p; presence.leaves a2 - p2; harm.killed - o p3",
        date(2019, 8, 21),
    )
    assert took.actor and took.actor.name == "Syrian Arab Army"
    assert took.place and took.place.name == "Khan Shaykhun" and took.place.country == "SY"
    assert left.actor and left.actor.name == "Hayat Tahrir al-Sham"
    assert left.place and left.place.id == took.place.id
    assert killed.other and killed.other.name == "civilians"
    assert killed.quote.startswith("وقتل") and killed.other.text == "سبعة مدنيين"


def test_a_report_of_sudan(tools: Tools) -> None:
    text = (
        "قال {a:الجيش} السوداني إن {a1:قواته} دخلت {p:مدينة ود مدني} عاصمة ولاية الجزيرة. وقصفت "
        "{a2:قوات الدعم السريع} {p2:مخيم زمزم} قرب مدينة الفاشر."
    )
    came, struck = named(tools, text, "presence.arrives a1 - p; strike a2 p2 p2", date(2025, 1, 11))
    assert came.actor and came.actor.name == "Sudanese Armed Forces"
    assert came.place and came.place.country == "SD"
    assert struck.actor and struck.actor.name == "Rapid Support Forces"


def test_a_report_of_lebanon(tools: Tools) -> None:
    text = (
        "أعلن {a:حزب الله} أن {a1:مقاتليه} اشتبكوا مع {a2:قوات العدو} في {p:بلدة بنت جبيل}. وقتل "
        "{o:جنديان إسرائيليان} في {p2:جنوب لبنان}."
    )
    fought, killed = named(tools, text, "fight a1 a2 p; harm.killed - o p2", date(2024, 10, 9))
    assert fought.actor and fought.actor.name == "Hezbollah"
    assert fought.other and fought.other.name == "Israel Defense Forces"
    assert killed.place and killed.place.country == "LB"
