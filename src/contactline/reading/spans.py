"""Spans of days, the point they are counted from, and what the groups of a matched form say.

A computation (`named_spans.py`, `counted_spans.py`) takes the groups of a form
(`language/en/dates.toml`) and a point. It gives `(told, ahead)`: the span when told as done, and
when looked ahead to; (None, None) for what can't be known here ("Monday" in a report without a
date), and None for what is no date at all (30 February).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.language.dates import Dates

Reading = tuple[date, date | None, str]  # first day, last day (None: goes on), precision
Readings = tuple[Reading | None, Reading | None]
UNCLEAR: Readings = (None, None)
_DAYS = {"hour": 0, "day": 1, "week": 7, "fortnight": 14}
_RECENT = {
    "day": 7,
    "week": 42,
    "month": 180,
    "year": 1460,
}  # how far back "recent" reaches, in days


@dataclass(frozen=True, slots=True)
class Point:
    """Where an expression is counted from: the report's day, the story's year and day; `past`: a
    tale of other years.
    """

    now: date | None
    story_year: Callable[[int, int], int | None]
    day: date | None
    past: bool

    @property
    def today(self) -> date | None:
        return None if self.past else self.now


def last_of(month: int, day: int, now: date) -> date | None:
    """The latest such day not after `now`; None for a day that no year has."""
    for year in range(now.year, now.year - 9, -1):
        try:
            d = date(year, month, day)
        except ValueError:
            continue
        if d <= now:
            return d
    return None


def next_of(month: int, day: int, now: date) -> date | None:
    """The first such day not before `now`."""
    for year in range(now.year, now.year + 9):
        try:
            d = date(year, month, day)
        except ValueError:
            continue
        if d >= now:
            return d
    return None


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def shifted(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    k = day.year * 12 + day.month - 1 + months
    year, month = k // 12, k % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def settled(span: Reading, now: date | None) -> Readings:
    """A span that is what it is: told as done only as far as the report's day."""
    first, last, precision = span
    if now is None:
        return span, span
    if first > now:
        return None, span
    return (first, min(last, now) if last else None, precision), span


def either(told: Reading | None, ahead: Reading | None, now: date | None) -> Readings:
    """Two readings of one expression, each only on its own side of the report's day."""
    return (settled(told, now)[0] if told else None), ahead


def part_of(
    first: date, last: date, part: str | None, now: date | None = None
) -> tuple[date, date]:
    """The named third or half of a span."""
    days = (last - first).days + 1
    if part in ("early", "mid", "late"):
        third = days / 3
        if days > 300:  # a year in whole months, four each
            cut = [date(first.year, 1, 1), date(first.year, 5, 1), date(first.year, 9, 1)]
            ends = [date(first.year, 4, 30), date(first.year, 8, 31), last]
        else:
            cut = [first, first + timedelta(round(third)), first + timedelta(round(2 * third))]
            ends = [cut[1] - timedelta(1), cut[2] - timedelta(1), last]
        i = ("early", "mid", "late").index(part)
        return cut[i], ends[i]
    if part == "first half":
        return (
            (first, month_end(first.year, 6))
            if days > 300
            else (first, first + timedelta(days // 2 - 1))
        )
    if part == "second half":
        return (
            (date(first.year, 7, 1), last) if days > 300 else (first + timedelta(days // 2), last)
        )
    if now is not None and first <= now <= last:
        if part == "earlier":
            return first, now
        if part == "later":
            return now, last
    return first, last


# groups whose words computations compare with English ones
_MEANT = frozenset(("piece", "year_word", "year_word2", "week_step", "within", "this", "one_unit"))


class Groups:
    """The groups of a match with their meaning."""

    def __init__(self, m: re.Match[str], words: Dates) -> None:
        self.g = {k: v for k, v in m.groupdict().items() if v is not None}
        self.words = words

    def __contains__(self, key: str) -> bool:
        return key in self.g

    def text(self, key: str) -> str:
        word = " ".join(self.g.get(key, "").lower().split())
        if key == "unit":
            return self.words.units.get(word, word)
        return self.words.meanings.get(word, word) if key in _MEANT else word

    def number(self, key: str) -> int:
        return int(self.g[key])

    def month(self, key: str = "month") -> int:
        return self.words.months[self.text(key).rstrip(".")]

    def weekday(self, key: str = "weekday") -> int:
        return self.words.weekdays[self.text(key).rstrip(".")]

    def day(self, key: str = "day") -> int:
        if key in self.g:
            return int(self.g[key])
        return self.ordinal()

    def ordinal(self) -> int:
        word, known = self.text("ordinal"), self.words.ordinals
        return known[word] if word in known else known[word.replace(" ", "-")]

    def count(self) -> tuple[int, int]:
        """From how many to how many units; one where no number is said."""
        if "vague" in self.g:
            return self.words.vague[self.text("vague")]
        n = self.words.number(self.g["n"]) if "n" in self.g else 1
        return (n or 0, n or 0)

    def part(self) -> str | None:
        return self.words.parts[self.text("part")] if "part" in self.g else None

    def step(self, key: str = "step") -> str:
        return self.words.steps.get(self.text(key), "") if key in self.g else ""

    def year(self, p: Point, suffix: str = "") -> int | None:
        """The year said, as a number or as "last year"; None where none is."""
        for key in ("year" + suffix, "dashed" + suffix):
            if key in self.g:
                return int(self.g[key])
        word = self.text("year_word" + suffix)
        if not word:
            return None
        told = {"that": 0, "the same": 0, "the following": 1, "the previous": -1}
        if word in told:
            return p.day.year + told[word] if p.day else None
        return p.today.year + {"last": -1, "this": 0, "next": 1}.get(word, 0) if p.today else None

    @property
    def says_year(self) -> bool:
        return any(k.startswith(("year", "dashed")) for k in self.g)


Computation = Callable[[Groups, Point], Readings | None]
