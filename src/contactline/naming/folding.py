"""One key for the many spellings of a romanised name.

`light` drops what carries no distinction between spellings (case, diacritics, apostrophes, hyphens,
the Arabic article and its assimilated forms). `skeleton` goes further and keeps the consonants as
they sound: tall/tell/tel, dayr/deir, Kyiv/Kiev and doubled letters fall together. A skeleton match
is evidence to be scored, never a match by itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ARTICLES = frozenset(
    [
        "al",
        "el",
        "ad",
        "an",
        "ar",
        "as",
        "ash",
        "at",
        "ath",
        "az",
        "adh",
        "ed",
        "es",
        "er",
        "ez",
        "the",
        "ul",
        "ud",
        "ur",
        "us",
    ]
)
_OTHER_LATIN = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ŋ": "n",
    }
)
_APOSTROPHES = re.compile("[’‘'`´ʿʾʼʻ′\"“”ʹ]")
_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ـ": "",
        "ک": "ك",
        "ی": "ي",
    }
)
_SOUNDS = (
    ("kh", "x"),
    ("gh", "g"),
    ("sh", "s"),
    ("sch", "s"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "f"),
    ("ck", "k"),
    ("q", "k"),
    ("c", "k"),
    ("zh", "z"),
    ("ts", "z"),
    ("dj", "j"),
    ("tch", "x"),
)
MOST = 120


@lru_cache(maxsize=200_000)
def light(name: str) -> str:
    """'Ālbū Kamāl' and "al-Bū Kamal'" to letters and digits of one kind.

    Empty for what holds neither.
    """
    name = name[:MOST].lower().translate(_OTHER_LATIN)
    name = _APOSTROPHES.sub("", name)
    name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    name = name.translate(_ARABIC)
    words = re.findall(r"[^\W_]+", name)
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    words = [w for i, w in enumerate(words) if i == 0 or i == len(words) - 1 or w not in ARTICLES]
    key = "".join(words)
    return key[2:] if key.startswith("ال") and len(key) > 4 else key


@lru_cache(maxsize=200_000)
def skeleton(name: str) -> str:
    """Consonants of `light(name)` as they sound, doubled letters once: 'Tall Rif‘at' and 'Tel
    Rifaat' give 'tlrft'.
    """
    key = light(name)
    if not key.isascii():
        return key
    for a, b in _SOUNDS:
        key = key.replace(a, b)
    first, rest = key[:1], key[1:]
    rest = re.sub(r"[aeiouywh]", "", rest)
    first = "" if first in "aeiou" else first
    return re.sub(r"(.)\1+", r"\1", first + rest)


@lru_cache(maxsize=100_000)
def plain_words(name: str) -> str:
    """Lower case, no diacritics, spaces kept: for comparing multi-word actor names."""
    name = _APOSTROPHES.sub("'", name[:300].lower().translate(_OTHER_LATIN))
    name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = re.findall(
        r"[^\W_]+(?:'[^\W_]+)?",
        re.sub(r"[-–—/.]", " ", name.replace("u.s.", "us").replace("u.n.", "un")),
    )
    return " ".join(
        w.replace("'s", "").replace("'", "")
        for w in words
        if w not in {"the", "a", "an", "al", "el", "ash", "as", "ad", "ar", "s"}
    )
