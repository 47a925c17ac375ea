"""The date a report carries in its own words: a dateline, a heading, a file's name. Never the collecting time."""

from __future__ import annotations

import re
from datetime import date

MONTHS = {
    m: i
    for i, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for m in names.split()
}
_M = r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_FULL = (
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), "ymd"),
    (re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+" + _M + r",?\s+(\d{4})\b", re.I), "dmy"),
    (re.compile(r"\b" + _M + r"\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b", re.I), "mdy"),
    (re.compile(r"\b(\d{1,2})\s+" + _M + r"\s+(\d{2})\b", re.I), "dmy2"),
)


def month(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def full_dates(text: str) -> list[tuple[int, date]]:
    """Every complete date in the text with its offset; impossible ones (31 February) are passed over."""
    out = []
    for pattern, order in _FULL:
        for m in pattern.finditer(text):
            a, b, c = m.groups()
            try:
                if order == "ymd":
                    day = date(int(a), int(b), int(c))
                elif order == "dmy":
                    day = date(int(c), month(b), int(a))
                elif order == "dmy2":
                    day = date(1900 + int(c) if int(c) > 50 else 2000 + int(c), month(b), int(a))
                else:
                    day = date(int(c), month(a), int(b))
            except ValueError:
                continue
            if 1900 <= day.year <= 2100:
                out.append((m.start(), day))
    return sorted(out)


_LINE = re.compile(
    r"^[\s*_>]*(?P<one>[^\n]{4,60}?)\s*(?:[-–—|,]|\s/)\s*(?P<two>[^\n]{2,60}?)[\s*_]*$", re.M
)


def named_outlet(text: str) -> str:
    """The outlet on a line of its own beside the date ("6 September 2017 - Some Wire"), in the first 300 characters."""
    for m in _LINE.finditer(text[:300]):
        for dated, other in ((m["one"], m["two"]), (m["two"], m["one"])):
            found = full_dates(dated)
            if (
                found
                and not full_dates(other)
                and len(dated.split()) <= 4
                and other[0].isupper()
                and not other.endswith((".", ":"))
            ):
                return other.strip()
    return ""


def dateline(text: str, name: str = "") -> tuple[date | None, str]:
    """The report's date and where it was read: the first 300 characters of the text, or the file's name."""
    head = full_dates(text[:300])
    if head:
        return head[0][1], "dateline"
    from_name = full_dates(re.sub(r"[_ ]", "-", name))
    return (from_name[0][1], "file name") if from_name else (None, "")
