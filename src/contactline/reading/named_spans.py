"""Expressions that name their place in the calendar: days, months, seasons, years, and ranges of
them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from contactline.reading.spans import (
    UNCLEAR,
    Computation,
    Groups,
    Point,
    Reading,
    Readings,
    either,
    last_of,
    month_end,
    next_of,
    part_of,
    settled,
    shifted,
)


def _yearless(month: int, day: int, p: Point) -> tuple[date | None, date | None]:
    """A day without a year, as told and as looked ahead to."""
    story = p.story_year(month, day)
    if story is not None:
        d = date(story, month, day)
        return d, d
    if p.now is None:
        return None, None
    back, on = last_of(month, day, p.now), next_of(month, day, p.now)
    if on is not None and (on - p.now).days == 1:
        return None, on  # tomorrow by the report's date: today somewhere, and surely not a year ago
    return back, on


def _day_span(told: date | None, ahead: date | None, now: date | None) -> Readings:
    return either(
        (told, told, "day") if told else None, (ahead, ahead, "day") if ahead else None, now
    )


def _iso(g: Groups, p: Point) -> Readings | None:
    d = date(g.number("year"), g.number("month_number"), g.number("day"))
    return settled((d, d, "day"), p.now)


def _figures(g: Groups, p: Point) -> Readings | None:
    one, two, year = g.number("one"), g.number("two"), g.number("year")
    if g.g["sign"] == "." or one == two or one > 12 or g.words.day_first:
        d = date(year, two, one)  # with full stops the day stands first
    elif two > 12:
        d = date(year, one, two)
    else:
        return UNCLEAR  # 3/4/2016 is two days
    return settled((d, d, "day"), p.now)


def _day(g: Groups, p: Point) -> Readings | None:
    month, day = g.month(), g.day()
    if day < 1:
        return None
    if g.says_year:
        year = g.year(p)
        if year is None:
            return UNCLEAR
        d = date(year, month, day)
        return settled((d, d, "day"), p.now)
    date(2000, month, day)  # ValueError for a day that no year has
    key = "weekday" if "weekday" in g else "weekday_after"
    if key in g and p.now is not None:  # "Wednesday, 5 April": the year in which it was one
        for year in range(p.now.year, p.now.year - 12, -1):
            try:
                d = date(year, month, day)
            except ValueError:
                continue
            if d <= p.now and d.weekday() == g.weekday(key):
                on = next_of(month, day, p.now)
                fits = on is not None and on.weekday() == g.weekday(key)
                if fits and on is not None and (p.now - d).days > 300 and (on - p.now).days < 60:
                    return None, (on, on, "day")
                return _day_span(d, on if fits else d, p.now)
    return _day_span(*_yearless(month, day, p), p.now)


def _holiday(g: Groups, p: Point) -> Readings | None:
    month, day = g.words.holidays[g.text("holiday")]
    if g.says_year:
        year = g.year(p)
        return (
            settled((date(year, month, day), date(year, month, day), "day"), p.now)
            if year
            else UNCLEAR
        )
    return _day_span(*_yearless(month, day, p), p.now)


def _month_day(g: Groups, p: Point) -> Readings | None:
    """ "on the 19th": of the story's month, else the latest one."""
    day = g.day()
    if p.day is not None and (p.past or p.now is None):
        d = p.day.replace(day=day)
        return settled((d, d, "day"), p.now)
    if p.now is None:
        return UNCLEAR
    back = next(
        (
            d
            for k in range(13)
            if (d := shifted(p.now.replace(day=1), -k))
            and _has(d, day)
            and d.replace(day=day) <= p.now
        ),
        None,
    )
    on = next(
        (
            d
            for k in range(13)
            if (d := shifted(p.now.replace(day=1), k))
            and _has(d, day)
            and d.replace(day=day) >= p.now
        ),
        None,
    )
    return _day_span(
        back.replace(day=day) if back else None, on.replace(day=day) if on else None, p.now
    )


def _has(month: date, day: int) -> bool:
    return day <= monthrange(month.year, month.month)[1]


def _days(g: Groups, p: Point) -> Readings | None:
    """From one day to another; a year at the end is the year of both, unless the first month is the
    later one.
    """
    month2 = g.month("month2") if "month2" in g else g.month()
    month = g.month() if "month" in g else month2
    day, day2 = g.day("day"), g.day("day2")

    def span(end_year: int) -> Reading:
        first_year = (
            g.number("year")
            if "year" in g and "year2" in g
            else end_year - ((month, day) > (month2, day2))
        )
        return date(first_year, month, day), date(end_year, month2, day2), "day"

    if day2 <= day and month == month2:
        return None
    end = g.year(p, "2") if any(k in g for k in ("year2", "year_word2")) else None
    if end is None and "year" in g:
        end = g.number("year") + ((month, day) > (month2, day2))
    if end is None and "year_word" in g:
        end = g.year(p)
    if end is not None:
        return settled(span(end), p.now)
    told, ahead = _yearless(month, day, p)
    if p.now is not None and told is None and ahead is not None:
        return None, span(ahead.year + ((month, day) > (month2, day2)))
    wrap = (month, day) > (month2, day2)
    return either(
        span(told.year + wrap) if told else None, span(ahead.year + wrap) if ahead else None, p.now
    )


def _week_of(g: Groups, p: Point) -> Readings | None:
    got = _day(g, p)
    if got is None:
        return None

    def whole(r: Reading | None) -> Reading | None:
        return (r[0], r[0] + timedelta(6), "month") if r else None

    return either(whole(got[0]), whole(got[1]), p.now)


def _month_span(year: int, month: int, part: str | None, now: date | None) -> Reading:
    return *part_of(date(year, month, 1), month_end(year, month), part, now), "month"


def _of_month(g: Groups, p: Point, span: Callable[[int, int], Reading]) -> Readings | None:
    """A span in a month, by the year said, by the story or by the report's day."""
    month = g.month()
    if "year" in g or "year_word" in g:
        year = g.year(p)
        return settled(span(year, month), p.now) if year else UNCLEAR
    step = g.step()
    if step and p.today is not None and not step.startswith("story"):
        now = p.today
        if step == "this":
            return settled(span(now.year, month), now)
        if step == "last":
            year = now.year if month < now.month else now.year - 1
            return settled(span(year, month), now)
        year = now.year if month > now.month else now.year + 1
        return settled(span(year, month), now)
    story = p.story_year(month, 1)
    if story is not None:
        return settled(span(story, month), p.now)
    if p.now is None:
        return UNCLEAR
    now = p.now
    told = next((s for y in (now.year, now.year - 1) if (s := span(y, month))[0] <= now), None)
    ahead = next(
        (s for y in (now.year, now.year + 1) if (s := span(y, month))[1] and s[1] >= now), None
    )
    return either(told, ahead, now)


def _month(g: Groups, p: Point) -> Readings | None:
    return _of_month(g, p, lambda year, month: _month_span(year, month, g.part(), p.now))


def _month_week(g: Groups, p: Point) -> Readings | None:
    n, piece = g.ordinal(), g.text("piece")

    def span(year: int, month: int) -> Reading:
        first, last = date(year, month, 1), month_end(year, month)
        if piece == "days":
            return (
                (last - timedelta(9), last, "month")
                if n < 0
                else (first, first + timedelta(9), "month")
            )
        if piece == "weekend":
            saturdays = [
                first + timedelta(k)
                for k in range((last - first).days + 1)
                if (first + timedelta(k)).weekday() == 5
            ]
            s = saturdays[-1] if n < 0 else saturdays[n - 1]
            return s, s + timedelta(1), "day"
        if n < 0:
            return last - timedelta(6), last, "month"
        return first + timedelta(7 * (n - 1)), min(first + timedelta(7 * n - 1), last), "month"

    return _of_month(g, p, span) if n <= 5 else None


def _months(g: Groups, p: Point) -> Readings | None:
    month, month2 = g.month(), g.month("month2")
    wrap = month > month2
    if "year2" in g:
        first = g.number("year") if "year" in g else g.number("year2") - wrap
        return settled(
            (date(first, month, 1), month_end(g.number("year2"), month2), "month"), p.now
        )
    story = p.story_year(month, 1)
    if story is not None:
        return settled((date(story, month, 1), month_end(story + wrap, month2), "month"), p.now)
    if p.now is None:
        return UNCLEAR
    now = p.now
    year = now.year if (now.month, now.day) >= (month, 1) else now.year - 1
    told: Reading = (date(year, month, 1), month_end(year + wrap, month2), "month")
    ahead: Reading = (date(year + 1, month, 1), month_end(year + 1 + wrap, month2), "month")
    return either(told, ahead if told[1] and told[1] < now else told, now)


def _quarter(g: Groups, p: Point) -> Readings | None:
    n, piece = g.ordinal(), g.text("piece")
    if g.text("year_word") == "the":
        year = p.today.year if p.today else None
    else:
        year = g.year(p)
    if year is None:
        return UNCLEAR
    size = 3 if piece == "quarter" else 6
    n = 12 // size if n < 0 else n
    if n > 12 // size:
        return None
    return settled((date(year, size * (n - 1) + 1, 1), month_end(year, size * n), "month"), p.now)


def _season(g: Groups, p: Point) -> Readings | None:
    name = g.text("season")
    begins, step = g.words.seasons[name], g.step()

    def span(year: int) -> Reading:
        end = month_end(year, begins + 2) if begins < 12 else month_end(year + 1, 2)
        return date(year, begins, 1), end, "month"

    if "year" in g or "year_word" in g:
        year = g.year(p)
        return settled(span(year), p.now) if year else UNCLEAR
    if name in g.words.doubtful_seasons and step not in ("last", "this", "next"):
        return None
    if p.past or p.now is None or step.startswith("story"):
        story = p.story_year(begins, 1)
        return settled(span(story), p.now) if story else UNCLEAR
    now = p.now
    latest = now.year if now >= date(now.year, begins, 1) else now.year - 1
    begun, coming = span(latest), span(latest + 1)
    going = begun[1] is not None and begun[1] >= now
    if step == "last":
        return settled(span(latest - 1) if going else begun, now)
    if step == "next":
        return settled(coming, now)
    if step == "this":
        return settled(begun if going or begun[0].year == now.year else coming, now)
    return either(begun, begun if going else coming, now)


def _year(g: Groups, p: Point) -> Readings | None:
    y = g.number("year")
    return settled((*part_of(date(y, 1, 1), date(y, 12, 31), g.part()), "year"), p.now)


def _years(g: Groups, p: Point) -> Readings | None:
    first = g.number("year")
    last = g.number("year2") if "year2" in g else first // 100 * 100 + g.number("short_year")
    if not first < last <= first + 60:
        return None
    return settled((date(first, 1, 1), date(last, 12, 31), "year"), p.now)


def _decade(g: Groups, p: Point) -> Readings | None:
    y = g.number("year")
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(g.part() or "", (0, 9))
    return settled((date(y + first, 1, 1), date(y + last, 12, 31), "year"), p.now)


NAMED: dict[str, Computation] = {
    "iso": _iso,
    "figures": _figures,
    "days": _days,
    "day": _day,
    "holiday": _holiday,
    "month_day": _month_day,
    "week_of": _week_of,
    "month_week": _month_week,
    "months": _months,
    "month": _month,
    "quarter": _quarter,
    "season": _season,
    "years": _years,
    "decade": _decade,
    "year": _year,
}
