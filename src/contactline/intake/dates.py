"""The date a report carries in its own words: a dateline, a heading, a file's name.

Never the collecting time.

A date counts only where a report's own date stands: in a line of its own near the head (with an
outlet, a byline, a time), in a dateline before the first sentence ("DAMASCUS, Aug. 24, 2023 (Wire)
-"), at the end of a title that names a report ("Assessment, February 21, 2026"), in the file's
name. A date in a sentence tells of an event.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contactline.language import Dates, words
from contactline.language.dates import DIGITS

HEAD = 700  # characters in which a report's own date stands
LINES = 10
FIRST_YEAR, LAST_YEAR = 1900, 2100

_D = Dates.of("en")
_M, _W = _D.month_pattern, _D.weekday_pattern
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_FULL = (
    (re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)"), "ymd"),
    (
        re.compile(
            rf"(?<![\d/.-])\b({_DAY})(?:st|nd|rd|th)?(?:\s{{1,3}}|-)(?:of\s)?({_M}),?(?:\s{{1,3}}|"
            rf"-)(\d{{4}})\b",
            re.I,
        ),
        "dmy",
    ),
    (re.compile(rf"\b({_M})\s{{1,3}}({_DAY})(?:st|nd|rd|th)?,?\s{{1,3}}(\d{{4}})\b", re.I), "mdy"),
    (re.compile(rf"\b({_DAY})\s{{1,3}}({_M})\s{{1,3}}(\d{{2}})\b(?![:.]\d)", re.I), "dmy2"),
    (re.compile(r"(?<![\d/.-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d/-])"), "figures"),
)
_REPORT_WORD = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, words('en', 'pages', 'titles', 'report_words')))})\b", re.I
)
_DATED_BY = frozenset(words("en", "pages", "titles", "dated_by"))
_PROSE = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, words('en', 'pages', 'titles', 'prose_before')))})\s*$", re.I
)
_CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d{2}(?::\d{2})?\b|[+-]\d{2}:?\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b", re.I
)
_LEAD_IN = re.compile(r"(?:[^\w\n]|\b(?-i:[A-Z][\w'’.-]*|[A-ZÀ-Ý]{2,})\b){0,60}", re.I)


class Dated(NamedTuple):
    """A date as written: where it begins and ends, the day, or None where figures could be two
    days.
    """

    start: int
    end: int
    day: date | None


def month(word: str) -> int:
    """The number of a month's name. Raises KeyError."""
    return _D.months[word.lower().rstrip(".")]


def dates_in(text: str) -> list[Dated]:
    """Every complete date in the text, in order; impossible ones (31 February) are passed over."""
    text = text.translate(DIGITS)
    out: list[Dated] = []
    for pattern, order in _FULL:
        for m in pattern.finditer(text):
            if any(m.start() < d.end and d.start < m.end() for d in out):
                continue
            try:
                day = _day(m, order)
            except (ValueError, KeyError):
                continue
            if day is None or FIRST_YEAR <= day.year <= LAST_YEAR:
                out.append(Dated(m.start(), m.end(), day))
    return sorted(out, key=lambda d: d.start)


def _day(m: re.Match[str], order: str) -> date | None:
    if order == "ymd":
        return date(int(m[1]), int(m[3]), int(m[4]))
    if order == "figures":
        one, two, year = int(m[1]), int(m[3]), int(m[4])
        if m[2] == "." or one == two or one > 12:
            return date(year, two, one)  # with full stops the day stands first
        return date(year, one, two) if two > 12 else None
    a, b, c = m.groups()
    if order == "mdy":
        return date(int(c), month(a), int(b))
    year = int(c) if order == "dmy" else 1900 + int(c) if int(c) > 50 else 2000 + int(c)
    return date(year, month(b), int(a))


def full_dates(text: str) -> list[tuple[int, date]]:
    """Every complete and sure date in the text with its offset."""
    return [(d.start, d.day) for d in dates_in(text) if d.day]


_LINE = re.compile(
    r"^[\s*_>]*(?P<one>[^\n]{4,60}?)\s*(?:[-–—|,]|\s/)\s*(?P<two>[^\n]{2,60}?)[\s*_]*$", re.M
)


def named_outlet(text: str) -> str:
    """The outlet on a line of its own beside the date ("6 September 2017 - Some Wire"), in the
    first 300 characters.
    """
    for m in _LINE.finditer(text[:300]):
        for dated, other in ((m["one"], m["two"]), (m["two"], m["one"])):
            found = dates_in(dated)
            if (
                found
                and not dates_in(other)
                and len(dated.split()) <= 4
                and other[0].isupper()
                and not other.endswith((".", ":"))
            ):
                return other.strip()
    return ""


def _is_label(rest: str, first: bool) -> bool:
    """Whether what is left of a line beside its date is names, times and words like "published",
    and no sentence.
    """
    bare = _CLOCK.sub(" ", re.sub(_W, " ", rest))
    found = re.findall(r"[^\W\d_][\w'’.]*", bare)
    plain = [
        w
        for w in found
        if w[0].islower() and (w.lower().rstrip(".") not in _DATED_BY or (first and w == "of"))
    ]
    return len(plain) <= len(found) // 5 and len(found) <= 12


def _own_line(line: str, first: bool = False) -> Dated | None:
    """The date of a line that is a date with its outlet, byline or time: "24.08.2023 14:30", "6 May
    2017 - Wire".
    """
    if len(line) > 110 or "=" in line:
        return None
    found = dates_in(line)
    if not found or (
        _PROSE.search(re.sub(rf"{_W},?\s*$", "", line[: found[0].start]))
        and not _leads(line, found[0])
    ):
        return None
    d = found[0]
    rest = line[: d.start] + " " + line[d.end :]
    if re.search(r"\w{3}\. [A-Z]\w{3}", rest) or (
        line.rstrip().endswith((".", "?", "!")) and len(rest.split()) > 4
    ):
        return None
    last = found[-1]
    if len(found) == 2 and re.fullmatch(r"\s*(?:[-–—]|to|until)\s*", line[d.end : last.start]):
        d, rest = (
            last,
            line[: found[0].start] + " " + line[last.end :],
        )  # a period's report is of its end
    return d if _is_label(rest, first) else None


def _leads(line: str, d: Dated) -> bool:
    """ "Published on 24 August 2023" is a label and no prose."""
    before = re.sub(rf"{_W},?\s*$", "", line[: d.start]).split()
    return all(w.lower().strip(":|–-,") in _DATED_BY for w in before)


def _before_sentence(line: str) -> Dated | None:
    """A dateline: place and date before a dash, a colon or the agency's brackets, or a date and a
    colon.
    """
    found = dates_in(line[:140])
    if not found or "=" in line[:140]:
        return None
    d = found[0]
    before, after = line[: d.start], line[d.end : d.end + 60]
    if len(before) > 70 or _PROSE.search(re.sub(rf"{_W},?\s*$", "", before)):
        return None
    sign = re.match(
        r"[^\w\n]{0,4}(?:\([^()\n"
        r"]{1,50}\)|[A-Z][\w /.]{0,30}(?=\s*[-–—:]))?\)?\s*(?:[-–—:|]{1,2}\s|\)(?=\s|$|[-–—:,])|/)",
        after,
    )
    names = re.findall(r"[^\W\d_][\w'’]*", re.sub(_W, " ", before))
    if sign and sign.group().strip() == ")" and not before.rstrip().endswith("("):
        return None  # a life or a reign in brackets
    if sign and all(w[0].isupper() or w.lower() in _DATED_BY for w in names):
        return d
    # a short heading that begins with its date: "Wed 05 Apr 2017 Attack"
    heads = not names and len(line) <= 80 and not line.rstrip().endswith((".", "!", "?"))
    return d if heads else None


def _of_title(line: str) -> Dated | None:
    """A title that names a report and ends with its day."""
    found = dates_in(line) if len(line) <= 160 and not line.rstrip().endswith(".") else []
    if not found or not _REPORT_WORD.search(line[: found[-1].start]):
        return None
    return found[-1] if not re.search(r"\w{3}", line[found[-1].end :]) else None


def dateline(text: str, name: str = "") -> tuple[date | None, str]:
    """The report's date and where it was read ("" where it has none).

    A date in figures that could be two days gives no date, and a basis that says it is unsure.
    """
    lines = [x.strip(" \t*_>#|") for x in text[:HEAD].split("\n") if x.strip()][:LINES]
    unsure = ""
    for n, line in enumerate(lines):
        d = _own_line(line, n == 0) or _before_sentence(line)
        basis = "dateline"
        if d is None and n <= 1:
            d, basis = _of_title(line), "title"
        if d is not None and d.day is not None:
            return d.day, basis
        if d is not None and not unsure:
            unsure = f"unsure: {line[d.start : d.end]} could be two days"
        if n >= 4 and len(line) > 200:
            break
    day = date_of_name(name)
    if day:
        return day, "file name"
    return None, unsure


def date_of_name(name: str) -> date | None:
    """The date in a file's name: report_2017_09_01, 20170901-report."""
    for m in re.finditer(
        r"(?<!\d)((?:19|20)\d{2})([-_. ]?)(\d{2}|(?<=\D)\d)\2(\d{2}|(?<=\D)\d)(?!\d)", name
    ):
        try:
            return date(int(m[1]), int(m[3]), int(m[4]))
        except ValueError:
            continue
    found = full_dates(re.sub(r"[_-]", " ", name))
    return found[0][1] if found else None


def zone(name: str) -> ZoneInfo | None:
    """A time zone by its IANA name; None for none. Raises ValueError for a name there is not."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise ValueError(f"{name} is no time zone; give one like Europe/Kyiv") from e


def moment(text: str, into: ZoneInfo | None = None) -> datetime | None:
    """A time as machines write it (ISO 8601, RFC 2822), in its own zone, or in the one given; None
    where it is none.
    """
    from email.utils import parsedate_to_datetime

    text = text.strip()[:64]
    try:
        when = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        return None
    try:
        return when.astimezone(into) if into and when.tzinfo else when
    except (ValueError, OverflowError):
        return None


def day_of(text: str, into: ZoneInfo | None = None) -> date | None:
    """The day of a machine's time, else of a date in words that is the whole text."""
    when = moment(text, into)
    if when:
        return when.date()
    found = full_dates(text[:64])
    return found[0][1] if found and found[0][0] < 12 else None
