"""The language of a report.

A few English words with names in them are English; other languages need evidence.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from contactline.language import KNOWN, words

SAMPLE = 4000  # characters looked at
SURE = 0.5  # how sure the detector must be of another language
MARGIN = 3.0  # and how many times surer than of English
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SCRIPTS = (
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")),
    ("cyrillic", re.compile(r"[\u0400-\u052f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
# of each script the languages that lingua tells apart; few, since its models are large
_LATIN = (
    "ENGLISH GERMAN FRENCH SPANISH PORTUGUESE ITALIAN DUTCH TURKISH POLISH INDONESIAN SOMALI "
    "SWAHILI"
)
_SETS = {
    "ar": "ARABIC PERSIAN URDU",
    "cyrillic": "RUSSIAN UKRAINIAN BELARUSIAN BULGARIAN SERBIAN MACEDONIAN",
    "latin": _LATIN,
}
# letters that one of the languages of a script has and its neighbours have not
_LETTERS = (
    ("be", re.compile("[ўЎ]")),
    ("sr", re.compile("[ђћјљњџЂЋЈЉЊЏ]")),
    ("mk", re.compile("[ѓќѕЃЌЅ]")),
    ("kk", re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")),
    ("uk", re.compile("[їєґЇЄҐ]|[іІ](?!.*[ыЫ])", re.S)),
    ("ru", re.compile("[ыэёЫЭЁ](?!.*[іІ])", re.S)),
)
_KURDISH = re.compile(r"[\u06ce\u06c6\u0695\u06b5]")


@cache
def _detector(script: str) -> Any:
    from lingua import Language, LanguageDetectorBuilder

    chosen = [getattr(Language, name) for name in _SETS[script].split()]
    return LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode().build()


@cache
def _english() -> frozenset[str]:
    return frozenset(words("en", "words", "english"))


def detect(text: str) -> str:
    """The ISO 639-1 code of a text's language; "und" where it holds no letters to tell by."""
    sample = text[:SAMPLE]
    letters = sum(c.isalpha() for c in sample)
    if letters < 3:
        return "und"
    script, share = max(((s, len(p.findall(sample))) for s, p in _SCRIPTS), key=lambda x: x[1])
    if share > letters / 3:
        if script == "ar" and len(_KURDISH.findall(sample)) > share / 60:
            return "ckb"
        if script == "cyrillic" and (code := _by_letters(sample)):
            return code
        return _best(script, sample)[0] if script in _SETS else script
    found = _WORD.findall(sample)
    known = sum(w.lower() in _english() for w in found)
    if known >= max(1, len(found) // 12):
        return "en"
    if sum(w[0].islower() for w in found) < 2:
        return "en"  # names alone are of no language
    code, sure, english = _best("latin", sample)
    return code if code == "en" or (sure >= SURE and sure >= MARGIN * english) else "en"


def _by_letters(sample: str) -> str:
    """The Cyrillic language that the letters give away; empty where they tell of none or of
    several, as in a quotation.
    """
    told = [code for code, p in _LETTERS if p.search(sample)]
    return told[0] if len(told) == 1 else ""


def _best(script: str, sample: str) -> tuple[str, float, float]:
    """The likeliest language, its probability, and that of English."""
    values = _detector(script).compute_language_confidence_values(sample)
    if not values or values[0].value == 0:
        return ("en", 0.0, 0.0) if script == "latin" else ("und", 0.0, 0.0)
    by_code = {str(v.language.iso_code_639_1.name).lower(): float(v.value) for v in values}
    if script == "cyrillic":  # without their own letters these two are not what it is
        by_code = {k: v for k, v in by_code.items() if k not in ("sr", "mk")} or by_code
    best = next(iter(by_code))
    return best, by_code[best], by_code.get("en", 0.0)


def language_of(text: str, given: str = "") -> tuple[str, str]:
    """The language, and why the report is kept without being read ("" where it is read)."""
    code = given or detect(text)
    if code == "und":
        return code, "no text to read"
    return code, "" if code in KNOWN else f"not English ({code}); kept, not read"
