"""When it was so: dates and spans in a sentence, relative to the report's date and to the story so far.

Expressions after TimeML's TIMEX3 kinds (Pustejovsky et al. 2003), as far as war reports use them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.reading.words import Sentence

_MONTHS = {
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
_M = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
_DAYS = {
    d: i
    for i, d in enumerate(
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    )
}
_NUMBERS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "several": 3, "a few": 3, "few": 3, "couple": 2}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    (re.compile(p, re.I), kind)
    for p, kind in (
        (r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b", "iso"),
        (
            r"\b(?:between|from)\s+"
            + _DAY
            + r"(?:\s+(?P<month0>[A-Z][a-z]{2,8}))?\s+(?:and|to|until|[–-])\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+"
            + _M
            + r"(?:,?\s+(?P<year>\d{4}))?",
            "range",
        ),
        (
            r"\b" + _DAY + r"\s*[–-]\s*(?P<day2>\d{1,2})\s+" + _M + r"(?:,?\s+(?P<year>\d{4}))?",
            "range",
        ),
        (
            r"\b" + _DAY + r"\s+(?:of\s+)?" + _M + r"(?:,?\s+(?P<year>(?:19|20)\d{2}))?(?!\s*\d)",
            "day",
        ),
        (r"\b" + _M + r"\s+" + _DAY + r"(?!\d)(?:,?\s+(?P<year>(?:19|20)\d{2}))?", "day"),
        (
            r"\b(?P<part>early|mid|late|the beginning of|the end of|start of)?[\s-]*"
            + _M
            + r"(?:\s+of)?,?\s+(?P<year>(?:19|20)\d{2})\b",
            "month",
        ),
        (
            r"\b(?:in|since|during|by|until|from|early|mid|late|last|this|between|of|through)[\s-]+"
            + _M
            + r"\b(?!\s+\d)",
            "month",
        ),
        (
            r"\b(?P<part>early|mid|late|the beginning of|the end of)[\s-]+(?P<year>(?:19|20)\d{2})\b",
            "year",
        ),
        (
            r"\b(?:(?:the|that|this|last|in|since|by|early|late|mid)[\s-]+)+(?P<season>spring|summer|autumn|fall|winter)(?:\s+(?:of\s+)?(?P<year>(?:19|20)\d{2})\b|(?!\s+of\b)(?=\W))",
            "season",
        ),
        (
            r"\b(?:in|since|during|of|until|by|from)\s+(?P<year>(?:19|20)\d{2})\b(?!\s*(?:people|troops|fighters|civilians|soldiers|metres|meters|km|miles))",
            "year",
        ),
        (
            r"\b(?:on\s+|last\s+|this\s+|late\s+on\s+|early\s+on\s+|since\s+)?(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b",
            "weekday",
        ),
        (
            r"\b(?P<rel>the day before yesterday|yesterday|today|tonight|overnight|this morning|this afternoon|earlier today)\b",
            "relative",
        ),
        (
            r"\b(?P<n>\d{1,3}|a few|[a-z]+)\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier)\b",
            "ago",
        ),
        (
            r"\b(?:in|over|during|for) the (?:last|past|previous)\s+(?:(?P<n>\d{1,3}|[a-z]+)\s+)?(?P<unit>day|week|month|year)s?\b",
            "past",
        ),
        (
            r"\b(?P<which>last|this|next|the previous|the same|the following)\s+(?P<unit>day|week|month|year|night|morning)\b",
            "which",
        ),
        (
            r"\b(?P<later>the (?:following|next) (?:day|morning)|the day after|a day later|the same day|the previous day|that day|later (?:in|that) (?:the )?day|(?P<n>\d+|one|two|three|four|five|six|seven) days? later|the following week|a week later)\b",
            "story",
        ),
    )
)


_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")


@dataclass(frozen=True, slots=True)
class When:
    """`start`: offset in the report; `since`: the words open a span that goes on ("since October")."""

    start: int
    end: int
    first: date
    last: date | None
    precision: str
    since: bool = False


def _month(word: str) -> int:
    return _MONTHS[word.lower().rstrip(".")]


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


class Timeline:
    """Walks a report's sentences in order; keeps the year and day the story has reached."""

    def __init__(self, published: date | None, title: str = "", text: str = "") -> None:
        self.published = published
        years = [int(y) for y in _YEAR.findall(title)]
        self.year: int | None = years[0] if years else None
        told = sorted(
            y for y in map(int, _YEAR.findall(text)) if published is None or y <= published.year
        )
        # a page that tells of other years: "on 28 July", "Monday", "last month" are not counted from its own day
        self.past = (
            published is not None and len(told) >= 3 and told[len(told) // 2] < published.year - 1
        )
        if self.past and self.year is None:
            self.year = int(_YEAR.findall(text)[0])
        self.day: date | None = None
        self.dated = 0

    def _guess_year(self, month: int, day: int = 1) -> int | None:
        if self.day is not None and self.year is not None:
            # a story told in order: November after which comes January is the next year's
            return (
                self.year + 1
                if self.day.year == self.year and self.day.month >= 10 and month <= 3
                else self.year
            )
        if self.year is not None:
            return self.year
        if self.published is None:
            return None
        try:
            return (
                self.published.year
                if date(self.published.year, month, day) <= self.published + timedelta(days=3)
                else self.published.year - 1
            )
        except ValueError:
            return self.published.year

    def sentence(self, text: str, s: Sentence) -> list[When]:
        """The expressions of the next sentence, in order, none inside another."""
        found: list[When] = []
        for pattern, kind in _PATTERNS:
            for m in pattern.finditer(text, s.start, s.end):
                if any(m.start() < w.end and w.start < m.end() for w in found):
                    continue
                value = self._value(m, kind)
                if value is not None:
                    since = bool(
                        re.search(
                            r"\bsince\b", text[max(s.start, m.start() - 8) : m.start() + 6], re.I
                        )
                    )
                    found.append(
                        When(
                            m.start(),
                            m.end(),
                            value[0],
                            None if since else value[1],
                            value[2],
                            since,
                        )
                    )
        found.sort(key=lambda w: w.start)
        for w in found:
            if w.precision == "day" and not w.since:
                self.day = w.first
                self.dated += 1
            if self.published is None or w.first <= self.published + timedelta(days=400):
                self.year = w.first.year
        return found

    def _value(self, m: re.Match[str], kind: str) -> tuple[date, date | None, str] | None:
        g = m.groupdict()
        now = self.published
        try:
            if kind == "iso":
                d = date(int(g["y"]), int(g["m"]), int(g["d"]))
                return d, d, "day"
            if kind in ("day", "range"):
                month, day = _month(g["month"]), int(g["day"])
                year = int(g["year"]) if g.get("year") else self._guess_year(month, day)
                if year is None:
                    return None
                if kind == "day":
                    d = date(year, month, day)
                    return d, d, "day"
                first = (
                    _month(g["month0"])
                    if g.get("month0") and g["month0"].lower() in _MONTHS
                    else month
                )
                return date(year, first, day), date(year, month, int(g["day2"])), "day"
            if kind == "month":
                month = _month(g["month"])
                year = int(g["year"]) if g.get("year") else self._guess_year(month)
                return (date(year, month, 1), _last_day(year, month), "month") if year else None
            if kind == "season":
                season = g["season"].lower()
                year = (
                    int(g["year"])
                    if g.get("year")
                    else self._guess_year(_SEASONS[season])
                    if season != "fall"
                    else None
                )
                if year is None:  # "the fall" without a year is of a city
                    return None
                first = _SEASONS[season]
                return (
                    date(year, first, 1),
                    _last_day(year, first + 2) if first < 12 else _last_day(year + 1, 2),
                    "month",
                )
            if kind == "year":
                y = int(g["year"])
                part = (g.get("part") or "").lower()
                if "early" in part or "beginning" in part:
                    return date(y, 1, 1), date(y, 4, 30), "year"
                if "mid" in part:
                    return date(y, 5, 1), date(y, 8, 31), "year"
                if "late" in part or "end" in part:
                    return date(y, 9, 1), date(y, 12, 31), "year"
                return date(y, 1, 1), date(y, 12, 31), "year"
            if kind == "story":
                base = self.day
                if base is None:
                    return None
                words = g["later"].lower()
                n = (
                    0
                    if "same" in words
                    or "that day" in words
                    or ("later" in words and "day later" not in words and "days later" not in words)
                    else -1
                    if "previous" in words
                    else 7
                    if "week" in words
                    else 1
                )
                if g.get("n"):
                    n = int(g["n"]) if g["n"].isdigit() else _NUMBERS[g["n"].lower()]
                d = base + timedelta(days=n)
                return d, d, "day"
            if now is None or self.past:
                return None
            if kind == "weekday":
                back = (now.weekday() - _DAYS[g["weekday"].lower()]) % 7
                d = now - timedelta(days=back)
                return d, d, "day"
            if kind == "relative":
                rel = g["rel"].lower()
                d = now - timedelta(
                    days=2 if "before" in rel else 1 if rel in ("yesterday", "overnight") else 0
                )
                return d, d, "day"
            if kind in ("ago", "past"):
                word = (g.get("n") or "one").lower()
                n = int(word) if word.isdigit() else _NUMBERS.get(word, -1)
                if n < 0:
                    return None
                unit = g["unit"].lower()
                d = now - timedelta(days=n * _UNITS[unit])
                return (
                    (d, d, "day" if unit == "day" else "month" if unit != "year" else "year")
                    if kind == "ago"
                    else (d, now, "day")
                )
            if kind == "which":
                which, unit = g["which"].lower(), g["unit"].lower()
                if unit in ("night", "morning", "day"):
                    d = now - timedelta(days=1 if which == "last" else 0)
                    return (d, d, "day") if which in ("last", "this") else None
                step = {"last": -1, "the previous": -1, "this": 0, "next": 1}.get(which)
                if step is None:
                    return None
                if unit == "week":
                    d = now - timedelta(days=now.weekday()) + timedelta(days=7 * step)
                    return d, d + timedelta(days=6), "month"
                if unit == "month":
                    k = now.year * 12 + now.month - 1 + step
                    return date(k // 12, k % 12 + 1, 1), _last_day(k // 12, k % 12 + 1), "month"
                return date(now.year + step, 1, 1), date(now.year + step, 12, 31), "year"
        except (ValueError, KeyError, OverflowError):
            return None
        return None


def pick(found: Sequence[When], at: int, span: tuple[int, int]) -> When | None:
    """The expression that the trigger at offset `at` goes with: the nearest, one in its own clause preferred."""
    if not found:
        return None
    return min(found, key=lambda w: abs(w.start - at) if w.start <= at else abs(w.start - at) * 0.9)
