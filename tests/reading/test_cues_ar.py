"""How Arabic says that a claim is denied, planned, expected, heard, and how many suffer."""

import pytest

from contactline.reading.cues_abroad import Cues
from contactline.reading.words import sentences

CUES = Cues.of("ar")


def words(text: str) -> list[str]:
    return [w.text for s in sentences(text) for w in s.words]


@pytest.mark.parametrize(
    ("sentence", "word", "want"),
    [
        ("سيطر الجيش على البلدة", "سيطر", None),
        ("لم يسيطر الجيش على البلدة", "يسيطر", "denied"),
        ("نفى الجيش سيطرة المسلحين على البلدة", "سيطرة", "denied"),
        ("نفت الوزارة أن تكون القوات انسحبت", "انسحبت", "denied"),
        ("فشلت القوات في اقتحام البلدة", "اقتحام", "denied"),
        ("لا صحة لسقوط البلدة", "لسقوط", "denied"),
        ("لا تزال القوات تسيطر على البلدة", "تسيطر", None),
        ("يسعى الجيش إلى السيطرة على البلدة", "السيطرة", "intended"),
        ("تحاول القوات اقتحام البلدة", "اقتحام", "intended"),
        ("حشدت القوات بهدف اقتحام البلدة", "اقتحام", "intended"),
        ("هددت أنقرة بشن هجوم على البلدة", "هجوم", "intended"),
        ("تعتزم الفصائل الانسحاب من البلدة", "الانسحاب", "intended"),
        ("من المتوقع أن تنسحب القوات من البلدة", "تنسحب", "expected"),
        ("سوف تدخل القوات البلدة", "تدخل", "expected"),
        ("ستنسحب القوات من البلدة", "ستنسحب", "expected"),
        ("وسيدخل الجيش البلدة", "وسيدخل", "expected"),
        ("سيطرت القوات على البلدة", "سيطرت", None),
        ("قد تهاجم القوات البلدة", "تهاجم", "expected"),
        ("وقد سيطرت القوات على البلدة", "سيطرت", None),
        ("إذا سقطت البلدة انسحبت القوات", "انسحبت", "conditional"),
        ("في حال انسحبت القوات دخل الجيش البلدة", "دخل", "conditional"),
        ("قتل ستة مدنيين وأصيب آخرون", "أصيب", None),
    ],
)
def test_modality_from_the_words_before(sentence: str, word: str, want: str | None) -> None:
    found = words(sentence)
    at = next(i for i, w in enumerate(found) if w.endswith(word))
    assert CUES.modality(found, at) == want


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("بحسب المرصد السوري لحقوق الإنسان، قتل ثلاثة.", "المرصد السوري لحقوق الإنسان"),
        ("وفقا للجيش الأوكراني، سقطت البلدة.", "الجيش الأوكراني"),
        ("وفقاً لوزارة الدفاع، سقطت البلدة.", "وزارة الدفاع"),
        ("قال المتحدث باسم الجيش إن قواته سيطرت على البلدة.", "المتحدث باسم الجيش"),
        ("وأعلنت وزارة الدفاع الروسية، الاثنين، أن قواتها تقدمت.", "وزارة الدفاع الروسية"),
        ("أفادت وكالة سانا بأن القوات انسحبت.", "وكالة سانا"),
        ("نقلا عن مصادر محلية: سقطت البلدة.", "مصادر محلية"),
        ("سيطر الجيش على البلدة.", None),
    ],
)
def test_whose_word_it_is(sentence: str, who: str | None) -> None:
    assert CUES.said_by(sentence) == who


@pytest.mark.parametrize(
    ("sentence", "want"),
    [
        ("قال الجيش إنه سيطر على البلدة.", True),
        ("أعلن الجيش أنه سيطر على البلدة.", True),
        ("ذكرت مصادر محلية سقوط البلدة.", True),
        ("سيطر الجيش على البلدة.", False),
        ("انسحبت القوات من القرية فجرا.", False),
    ],
)
def test_what_is_heard(sentence: str, want: bool) -> None:
    assert CUES.heard(sentence) is want


@pytest.mark.parametrize(
    ("sentence", "modality", "want"),
    [
        (
            "ستنسحب القوات إذا أفرج عن الأسرى، وفق المصدر.",
            "expected",
            "إذا أفرج عن الأسرى",
        ),
        ("سيقصف الجيش المدينة ما لم ينسحب المسلحون.", "expected", "ما لم ينسحب المسلحون"),
        ("انسحبت القوات إذا أفرج عن الأسرى.", "stated", None),
    ],
)
def test_a_condition(sentence: str, modality: str, want: str | None) -> None:
    assert CUES.condition(sentence, modality) == want


@pytest.mark.parametrize(
    ("said", "want"),
    [
        ("7 مدنيين", 7),
        ("سبعة مدنيين", 7),
        ("خمسة وعشرين مدنيا", 25),
        ("أحد عشر جنديا", 11),
        ("مئة وخمسين مقاتلا", 150),
        ("ثلاثة آلاف نازح", 3000),
        ("3 آلاف نازح", 3000),
        ("1,200 شخص", 1200),
        ("طفلان", 2),
        ("جنديين", 2),
        ("عشرات المدنيين", None),
        ("مدنيين", None),
    ],
)
def test_how_many(said: str, want: int | None) -> None:
    assert CUES.number(said) == want


@pytest.mark.parametrize(
    ("said", "before", "want"),
    [
        ("معظم أحياء المدينة", "", "most"),
        ("أجزاء من المدينة", "", "part"),
        ("المدينة", "سيطر الجيش على كامل ", "whole"),
        ("المدينة", "سيطر الجيش على ", None),
    ],
)
def test_how_much(said: str, before: str, want: str | None) -> None:
    assert CUES.extent(said, before) == want


def test_what_became_of_it() -> None:
    assert CUES.agreement_aspect("خرقت القوات اتفاق وقف إطلاق النار.", "made") == "broken"
    assert CUES.agreement_aspect("لا تزال الهدنة صامدة.", "made") == "holds"
    assert CUES.agreement_aspect("توصل الطرفان إلى اتفاق.", "made") == "made"
    assert CUES.open_or_closed("أغلقت القوات المعبر.", "opened") == "blocked"
    assert CUES.open_or_closed("أعيد فتح الطريق الدولي.", "blocked") == "opened"
    assert CUES.siege_ends("تمكن الجيش من فك الحصار عن المدينة.")
    assert CUES.goes_on("لا تزال الاشتباكات مستمرة.") and not CUES.goes_on("انتهت الاشتباكات.")
    assert CUES.pockets("بقيت جيوب للمسلحين.") and not CUES.pockets("هدأت المدينة.")
    assert CUES.asks(words("هل سقطت المدينة؟")) and not CUES.asks(words("سقطت المدينة."))
