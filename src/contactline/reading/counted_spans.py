"""Expressions counted from another day: the report's ("on Monday", "two weeks ago") or the story's
("a day later").
"""

from __future__ import annotations

from datetime import date, timedelta

from contactline.reading.named_spans import NAMED
from contactline.reading.spans import (
    UNCLEAR,
    Computation,
    Groups,
    Point,
    Reading,
    Readings,
    either,
    month_end,
    part_of,
    settled,
    shifted,
)

_DAYS = {"hour": 0, "day": 1, "week": 7, "fortnight": 14}
_RECENT = {
    "day": 7,
    "week": 42,
    "month": 180,
    "year": 1460,
}  # how far back "recent" reaches, in days


def _back(weekday: int, now: date) -> date:
    return now - timedelta((now.weekday() - weekday) % 7)


def _on(weekday: int, now: date) -> date:
    return now + timedelta((weekday - now.weekday()) % 7)


def _weekdays(g: Groups, p: Point) -> Readings | None:
    if p.today is None:
        return UNCLEAR
    one, two = g.weekday("weekday"), g.weekday("weekday2")
    length = timedelta((two - one) % 7)
    end = _back(two, p.today)
    start = _on(one, p.today)
    return either((end - length, end, "day"), (start, start + length, "day"), p.now)


def _weekday(g: Groups, p: Point) -> Readings | None:
    now = p.today
    if now is None:
        return UNCLEAR
    day, step = g.weekday(), g.step()
    week = g.text("week_step") or ((step or "") if "unit" in g else "")
    monday = now - timedelta(now.weekday())
    if week:
        d = monday + timedelta(7 * {"last": -1, "this": 0, "next": 1}[week] + day)
        return settled((d, d, "day"), now)
    if "beyond" in g:  # "Wednesday week": the one after the coming one
        d = _on(day, now) + timedelta(7)
        return settled((d, d, "day"), now)
    if step.startswith("story") and p.day is not None:
        d = p.day if step == "story" else p.day + timedelta(1 if step == "story next" else -1)
        d = _on(day, d) if step == "story next" else _back(day, d)
        return settled((d, d, "day"), now)
    back, on = _back(day, now), _on(day, now)
    if step == "last" and back == now:
        back -= timedelta(7)
    if step == "last":
        return (back, back, "day"), None
    if step == "next":
        on = on + timedelta(7) if on == now else on
        return None, (on, on, "day")
    return (back, back, "day"), (on, on, "day")


def _night_to(g: Groups, p: Point) -> Readings | None:
    """ "у ніч на 12 червня": the night that ends on that day."""
    got = NAMED["day"](g, p) if "month" in g else _weekday(g, p)

    def night(r: Reading | None) -> Reading | None:
        return (r[0] - timedelta(1), r[0], "day") if r else None

    return got and either(night(got[0]), night(got[1]), p.now)


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def _relative(g: Groups, p: Point) -> Readings | None:
    now = p.today
    if now is None:
        return UNCLEAR
    if "overnight" in g:
        return (now - timedelta(1), now, "day"), (now, now + timedelta(1), "day")
    back = next(
        (
            k
            for name, k in (("before2", 2), ("yesterday", 1), ("tomorrow", -1), ("after2", -2))
            if name in g
        ),
        0,
    )
    d = now - timedelta(back)
    return settled((d, d, "day"), now)


def _behind(now: date, unit: str, n: int) -> date:
    """So many units before a day."""
    if unit in _DAYS:
        return now - timedelta(n * _DAYS[unit])
    return shifted(now, -n * {"month": 1, "year": 12, "decade": 120}[unit])


def _ago(g: Groups, p: Point) -> Readings | None:
    now, unit = p.today, g.text("unit")
    if now is None:
        return UNCLEAR
    low, high = g.count()
    if low != high:
        precision = (
            "day"
            if unit == "day"
            else "month"
            if unit in ("week", "fortnight", "month")
            else "year"
        )
        return (_behind(now, unit, high), _behind(now, unit, low), precision), None
    if "half" in g or g.text("one_unit") == "half a":
        if unit not in ("year", "decade"):
            return UNCLEAR
        months = {"year": 12, "decade": 120}[unit]
        d = shifted(now, -(low * months if "half" in g else 0) - months // 2)
        return (d - timedelta(45), d + timedelta(45), "year"), None
    d = _behind(now, unit, low)
    if unit == "day":
        return (d, d, "day"), None
    if unit in ("week", "fortnight"):
        return (d - timedelta(3), min(d + timedelta(3), now), "month"), None
    if unit == "month":
        return (d.replace(day=1), month_end(d.year, d.month), "month"), None
    if unit == "decade":
        return (date(d.year - 1, 1, 1), date(d.year + 1, 12, 31), "year"), None
    return (date(d.year, 1, 1), date(d.year, 12, 31), "year"), None


def _anniversary(g: Groups, p: Point) -> Readings | None:
    """ "ten years ago this week", "a year ago today", "on this day in 2014"."""
    now = p.today
    if now is None:
        return UNCLEAR
    if "year" in g:
        then = shifted(now, -12 * (now.year - g.number("year")))
    elif "year_word" in g:
        then = shifted(now, -12)
    else:
        then = _behind(now, g.text("unit"), g.count()[0])
    if then > now:
        return None
    if "weekday" in g:  # "three years ago on Friday": the day that is Friday's date this year
        near = min(
            _back(g.weekday(), now), _on(g.weekday(), now), key=lambda d: abs((d - now).days)
        )
        then = _behind(near, g.text("unit"), g.count()[0])
        return (then, then, "day"), None
    this = g.text("this")
    if "week" in this:
        return (*_week(then), "month"), None
    if "month" in this:
        return (then.replace(day=1), month_end(then.year, then.month), "month"), None
    if "time" in this:
        return (then - timedelta(15), then + timedelta(15), "month"), None
    if g.text("unit") == "week" and "exactly" not in g:
        return (then, then, "day"), None
    return (then, then, "day"), None


def _story_move(g: Groups, p: Point, sign: int) -> Readings | None:
    base, unit = p.day or (p.today if sign < 0 else None), g.text("unit")
    if base is None:
        return None
    low, high = g.count()
    ends = sorted(_behind(base, unit, -sign * n) for n in (low, high))
    precision = "day"
    if unit in ("week", "fortnight"):
        precision = "day" if low == high else "month"
    elif unit == "month":
        ends, precision = [ends[0].replace(day=1), month_end(ends[1].year, ends[1].month)], "month"
    elif unit == "year":
        ends, precision = [date(ends[0].year, 1, 1), date(ends[1].year, 12, 31)], "year"
    return settled((ends[0], ends[1], precision), p.now)


def _past(g: Groups, p: Point) -> Readings | None:
    now, unit = p.today, g.text("unit")
    if now is None:
        return UNCLEAR
    n = g.count()[1]
    if unit == "hour":
        return (now - timedelta(max(1, -(-n // 24))), now, "day"), None
    return (_behind(now, unit, n), now, "day"), None


def _recent(g: Groups, p: Point) -> Readings | None:
    if p.today is None:
        return UNCLEAR
    unit = g.text("unit")
    precision = {"day": "day", "week": "month", "month": "month", "year": "year"}[unit]
    return (p.today - timedelta(_RECENT[unit]), p.today, precision), None


def _coming(g: Groups, p: Point) -> Readings | None:
    now, unit = p.today, g.text("unit")
    if "within" in g and not {"time", "times"} & g.g.keys():
        # "captured in two days" is no date; "will withdraw in two days" is
        if now is None:
            return None
        if g.text("within") == "in" and unit in ("hour", "day") and "n" not in g:
            return None
    if now is None:
        return UNCLEAR
    low, high = g.count()
    high = 7 if unit == "day" and "n" not in g and "vague" not in g else high
    if unit == "hour":
        return None, (now, now + timedelta(max(1, -(-high // 24))), "day")
    first = now if g.text("within") != "in" else _behind(now, unit, -low)
    last = _behind(now, unit, -high)
    return None, (
        first,
        last,
        "day" if unit in ("day", "week") else "month" if unit != "year" else "year",
    )


def _which(g: Groups, p: Point) -> Readings | None:
    unit = g.text("unit")
    step = "the" if "the" in g else g.step()
    story = step.startswith("story")
    base = (p.day or (p.today if step != "story" else None)) if story else p.today
    if base is None:
        return None if story else UNCLEAR
    move = {"last": -1, "story last": -1, "next": 1, "story next": 1}.get(step, 0)
    part = g.part()
    now = base
    if unit in ("night", "morning", "afternoon", "evening"):
        if story or step == "next":
            return None
        d = base - timedelta(1 if step == "last" else 0)
        return settled((d, d, "day"), p.now)
    if unit == "weekend":
        saturday = base - timedelta((base.weekday() - 5) % 7)
        if step == "the":
            coming = base + timedelta((5 - base.weekday()) % 7)
            return either(
                (saturday, saturday + timedelta(1), "day"),
                (coming, coming + timedelta(1), "day"),
                p.now,
            )
        if step == "last" and base.weekday() < 5:
            move = 0
        elif step in ("this", "next") and base.weekday() < 5:
            coming = saturday + timedelta(7)
            saturday = saturday if step == "this" else coming
            if step == "this":
                return either(
                    (saturday, saturday + timedelta(1), "day"),
                    (coming, coming + timedelta(1), "day"),
                    p.now,
                )
            move = 0
        saturday += timedelta(7 * move)
        return settled((saturday, saturday + timedelta(1), "day"), p.now)
    if unit == "week":
        first, last = _week(base + timedelta(7 * move))
        return settled((*part_of(first, last, part, now), "month"), p.now)
    if unit == "month":
        d = shifted(base.replace(day=1), move)
        return settled((*part_of(d, month_end(d.year, d.month), part, now), "month"), p.now)
    if unit == "decade":
        y = (base.year // 10 + move) * 10
        return settled((date(y, 1, 1), date(y + 9, 12, 31), "year"), p.now)
    y = base.year + move
    return settled((*part_of(date(y, 1, 1), date(y, 12, 31), part, now), "year"), p.now)


def _end_of(g: Groups, p: Point) -> Readings | None:
    """ "since the start of the year", "by the end of the month"."""
    now, unit, part = p.today, g.text("unit"), g.part()
    if now is None:
        return UNCLEAR
    if unit == "week":
        first, last = _week(now)
    elif unit == "month":
        first, last = now.replace(day=1), month_end(now.year, now.month)
    else:
        first, last = date(now.year, 1, 1), date(now.year, 12, 31)
    if part == "early":
        edge = timedelta(1 if unit == "week" else 9 if unit == "month" else 30)
        return settled((first, first + edge, "month"), now)
    edge = timedelta(1 if unit == "week" else 9 if unit == "month" else 30)
    span = (
        (last - edge, last, "month")
        if part == "late"
        else (*part_of(first, last, part, now), "month")
    )
    return settled(span, now)


def _story(g: Groups, p: Point) -> Readings | None:
    if p.day is None:
        return None
    d = p.day + timedelta(1 if "next" in g else -1 if "previous" in g else 0)
    return settled((d, d, "day"), p.now)


def _story_ago(g: Groups, p: Point) -> Readings | None:
    return _story_move(g, p, -1)


def _later(g: Groups, p: Point) -> Readings | None:
    return _story_move(g, p, 1)


COUNTED: dict[str, Computation] = {
    "weekdays": _weekdays,
    "weekday": _weekday,
    "night_to": _night_to,
    "relative": _relative,
    "ago": _ago,
    "anniversary": _anniversary,
    "story_ago": _story_ago,
    "later": _later,
    "past": _past,
    "recent": _recent,
    "coming": _coming,
    "which": _which,
    "end_of": _end_of,
    "story": _story,
}
