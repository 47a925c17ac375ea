"""Dates in running text: a table of expressions, stories, and what must hold whatever the words."""

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.language import Dates
from contactline.reading.when import KINDS, Timeline, When, pick
from contactline.reading.words import sentences

REPORT = date(2024, 6, 12)  # a Wednesday
ROWS = [
    row
    for row in csv.reader(
        Path(__file__).with_name("dates.tsv").read_text().splitlines(), "excel-tab"
    )
    if row and not row[0].startswith("#")
]


def told(text: str, published: date | None = REPORT, title: str = "") -> list[When]:
    line = Timeline(published, title, text)
    return [w for s in sentences(text) for w in line.sentence(text, s)]


def days(text: str, published: date | None = REPORT, title: str = "") -> list[str]:
    return [str(w.first) for w in told(text, published, title) if w.known]


def test_the_table_is_long() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r[0])
def test_an_expression(row: list[str]) -> None:
    found = [w for w in told(row[0]) if w.known]
    got = [str(found[0].first), str(found[0].last or "-"), found[0].precision] if found else ["-"]
    assert got == row[1:]


def test_every_form_has_a_computation() -> None:
    forms = [f for code in ("en", "uk") for f in Dates.of(code).forms]
    assert {f.kind for f in forms} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "published", "want"),
    [
        # a year named in passing does not move what follows
        (
            "Such flights ended in September 2025. Alpha fell on February 19. Beta fell on "
            "February 20.",
            date(2026, 2, 21),
            ["2025-09-01", "2026-02-19", "2026-02-20"],
        ),
        (
            "The group, which had held Alpha since 2014, left. Beta fell on 3 June.",
            REPORT,
            ["2014-01-01", "2024-06-03"],
        ),
        ("Alpha (taken in 2016) is quiet. Beta fell in May.", REPORT, ["2016-01-01", "2024-05-01"]),
        (
            "The army took Alpha on 18 December 2022. On June 10 it took Beta.",
            REPORT,
            ["2022-12-18", "2024-06-10"],
        ),
        # a story of another year keeps its year and its days
        (
            "On 25 February 2016 they took it. On 14 April they lost it. The following day it was "
            "quiet.",
            date(2023, 9, 10),
            ["2016-02-25", "2016-04-14", "2016-04-15"],
        ),
        (
            "In March 2016, Alpha fell. In May, Beta fell.",
            date(2017, 11, 20),
            ["2016-03-01", "2016-05-01"],
        ),
        (
            "On 28 November 2015 they attacked. On 3 January they won. Two days later they left.",
            date(2019, 9, 10),
            ["2015-11-28", "2016-01-03", "2016-01-05"],
        ),
        (
            "On 3 March 2016 they attacked. A week earlier they had left Beta.",
            date(2019, 9, 10),
            ["2016-03-03", "2016-02-25"],
        ),
        (
            "The battle began on 3 March 2016. It ended three weeks later.",
            date(2019, 9, 10),
            ["2016-03-03", "2016-03-24"],
        ),
        (
            "On 3 March 2016 they attacked. They won later that month.",
            date(2019, 9, 10),
            ["2016-03-03", "2016-03-03"],
        ),
        # a line that is only a day begins the days of what follows
        (
            "10 June 2024\n\nAlpha fell today.\n\n9 June 2024\n\nBeta fell today.",
            REPORT,
            ["2024-06-10", "2024-06-10", "2024-06-09", "2024-06-09"],
        ),
        (
            "Tuesday, 11 June 2024, 10:45\n\nAlpha was hit overnight.",
            REPORT,
            ["2024-06-11", "2024-06-10"],
        ),
        ("2024-06-10 14:30 UTC\n\nAlpha fell yesterday.", REPORT, ["2024-06-10", "2024-06-09"]),
        # a saying has its own day
        (
            "The ministry said on Tuesday that the army had taken Alpha on Monday.",
            REPORT,
            ["2024-06-11", "2024-06-10"],
        ),
        (
            "In a statement on Monday the army said it will strike on Friday.",
            REPORT,
            ["2024-06-10", "2024-06-14"],
        ),
        # nothing is counted from a report without a date
        ("Alpha fell on Monday, and Beta on 3 June.", None, []),
        ("Alpha fell on 3 March 2016, and Beta a day later.", None, ["2016-03-03", "2016-03-04"]),
        # doubt about the past does not look ahead
        ("The army may have taken Alpha on Friday.", REPORT, ["2024-06-07"]),
        ("Alpha was captured in eight days.", REPORT, []),
    ],
)
def test_stories(text: str, published: date | None, want: list[str]) -> None:
    assert days(text, published) == want


def test_a_page_of_history_counts_nothing_from_its_own_day() -> None:
    text = (
        "The battle began on 3 March 2014. Beta fell in April 2014. On 5 May the army left. "
        "On Monday it was quiet. Gamma fell in 2015, and the front was still in 2016. "
        "Delta fell in 2012, in 2013 and in 2014."
    )
    assert days(text, date(2023, 9, 10))[:5] == [
        "2014-03-03",
        "2014-04-01",
        "2014-05-05",
        "2015-01-01",
        "2016-01-01",
    ]


def test_news_with_old_years_is_counted_from_its_own_day() -> None:
    text = (
        "Alpha fell in 2004, again in 2008 and in 2012. Last week the army came back. "
        "On Monday it took the town, and on Tuesday the airport."
    )
    assert days(text)[3:] == ["2024-06-03", "2024-06-10", "2024-06-11"]


@pytest.mark.parametrize(
    ("text", "prospective", "want"),
    [
        ("Alpha will be attacked on Friday", True, "2024-06-14"),
        ("Alpha fell on Friday", False, "2024-06-07"),
        ("an attack on Alpha on Friday", True, "2024-06-14"),
        ("an attack on Alpha on Friday", False, "2024-06-07"),
        ("an attack on Alpha by July", True, "2024-07-01"),
        ("an attack on Alpha on 14 June", True, "2024-06-14"),
        ("Alpha fell before a vote on 14 June 2030", False, "None"),
        ("Alpha fell on Monday, and a vote is due on 14 June 2024", False, "2024-06-10"),
        ("he said on Monday that Alpha would be attacked", True, "None"),
    ],
)
def test_how_a_claim_is_meant_decides_which_side_of_the_report_its_day_lies(
    text: str, prospective: bool, want: str
) -> None:
    found = told(text)
    w = pick(found, text.index("Alpha"), (0, len(text)), prospective)
    assert str(w.first if w else None) == want


def test_an_expression_that_cannot_be_known_is_not_replaced_by_another() -> None:
    text = (
        "The army took Alpha on Saturday, a year after the militia had seized it on 18 December "
        "2023."
    )
    found = told(text, None)
    assert pick(found, text.index("took"), (0, len(text)), False) is None
    seized = pick(found, text.index("seized"), (0, len(text)), False)
    assert seized and seized.first == date(2023, 12, 18)


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
REPORTS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
EXPRESSIONS = st.one_of(
    st.builds("on {} {}".format, st.integers(1, 28), st.sampled_from(MONTHS)),
    st.builds("on {} {}".format, st.sampled_from(MONTHS), st.integers(1, 28)),
    st.builds(
        "{} {}".format,
        st.sampled_from(["in", "since", "in early", "in late", "last", "this"]),
        st.sampled_from(MONTHS),
    ),
    st.builds(
        "{} {}".format,
        st.sampled_from(["on", "last", "since", "late on", "until"]),
        st.sampled_from(WEEKDAYS),
    ),
    st.builds(
        "{} {} ago{}".format,
        st.integers(1, 99),
        st.sampled_from(["days", "weeks", "months", "years"]),
        st.sampled_from(["", " today", " this week"]),
    ),
    st.builds("in {}".format, st.integers(1950, 2049)),
    st.builds(
        "on {} {} {}".format, st.integers(1, 31), st.sampled_from(MONTHS), st.integers(1950, 2049)
    ),
    st.builds(
        "in the {} {}".format,
        st.sampled_from(["last", "past"]),
        st.sampled_from(["week", "month", "year", "three days"]),
    ),
    st.builds(
        "{} {}".format,
        st.sampled_from(["last", "this", "earlier this", "late last"]),
        st.sampled_from(["week", "weekend", "month", "year"]),
    ),
    st.builds(
        "{} {}".format,
        st.sampled_from(["in the", "last", "this"]),
        st.sampled_from(["spring", "summer", "autumn", "winter"]),
    ),
    st.builds(
        "from {} to {} {}".format, st.integers(1, 14), st.integers(15, 28), st.sampled_from(MONTHS)
    ),
    st.sampled_from(["yesterday", "overnight", "today", "over the weekend", "in recent days"]),
)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(REPORTS, EXPRESSIONS)
def test_nothing_told_as_done_lies_after_its_report(report: date, expression: str) -> None:
    text = f"The army took Alpha {expression}."
    w = pick(told(text, report), 9, (0, len(text)), False)
    if w is not None:
        assert w.first <= report and (w.last is None or w.first <= w.last <= report)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(REPORTS, st.sampled_from(MONTHS), st.integers(1, 28))
def test_a_date_without_a_year_is_the_latest_before_the_report_or_the_next(
    report: date, month: str, day: int
) -> None:
    done = pick(told(f"The army took Alpha on {day} {month}.", report), 9, (0, 40), False)
    planned = pick(
        told(f"The army plans to take Alpha on {day} {month}.", report), 9, (0, 50), True
    )
    assert planned is not None and 0 <= (planned.first - report).days <= 366
    if done is None:
        assert planned.first - report == timedelta(1)  # today, somewhere
    else:
        assert 0 <= (report - done.first).days <= 366
        assert (done.first.month, done.first.day) == (MONTHS.index(month) + 1, day)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(REPORTS, EXPRESSIONS, st.integers(1, 60))
def test_a_year_named_in_passing_moves_nothing(report: date, expression: str, ago: int) -> None:
    alone = f"The army took Alpha {expression}."
    passing = f"Such flights ended in September {report.year - ago}. {alone}"
    a, b = told(alone, report), told(passing, report)[1:]
    if report.month >= 10 or ago > 1:
        assert [(w.told, w.ahead) for w in a] == [(w.told, w.ahead) for w in b]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(EXPRESSIONS, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_digits_of_any_script(expression: str, digits: str) -> None:
    other = expression.translate(str.maketrans("0123456789", digits))
    a, b = (told(f"Alpha fell {e}.") for e in (expression, other))
    assert [(w.start, w.end, w.first, w.last, w.precision) for w in a] == [
        (w.start, w.end, w.first, w.last, w.precision) for w in b
    ]


PIECES = [
    *MONTHS,
    *WEEKDAYS,
    "on",
    "the",
    "last",
    "next",
    "in",
    "3",
    "31",
    "2016",
    "2016-02-31",
    "99",
    "-",
    "and",
    "to",
    "of",
    "ago",
    "years",
    "week",
    "days",
    "two",
    "since",
    "until",
    "before",
    "will",
    "said",
    "early",
    "(",
    ")",
    ",",
    "1/2/2016",
    "'s",
    "th",
    "year",
    "second",
    "half",
    "half of",
    "weekend",
    "\n",
    ". ",
]


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.none() | REPORTS)
def test_any_words_give_ordered_expressions_inside_their_sentence(
    pieces: list[str], report: date | None
) -> None:
    text = " ".join(pieces)
    line = Timeline(report, text[:40], text)
    for s in sentences(text):
        found = line.sentence(text, s)
        assert all(s.start <= w.start < w.end <= s.end for w in found)
        assert all(a.end <= b.start for a, b in itertools.pairwise(found))
        for w in found:
            assert w.last is None or w.first <= w.last or not w.known
            if w.told and report:
                assert w.told[0] <= max(report, line.now or report)


def test_time_grows_with_the_text() -> None:
    import time

    def seconds(n: int) -> float:
        text = "On 3 March 2016 they left Alpha, and in May they came back last week. " * n
        begin = time.perf_counter()
        told(text)
        return time.perf_counter() - begin

    seconds(5)
    one, four = seconds(100), seconds(400)
    assert four < one * 4**1.25 + 0.2


def page(year: str, *months: str, news: str = "") -> str:
    lines = [f"The Alpha offensive began on 3 {months[0]} {year}."]
    lines += [f"On {5 + 3 * i} {m}, the army took village {i}." for i, m in enumerate(months)]
    return " ".join([*lines, news])


@pytest.mark.parametrize(
    ("text", "published", "title", "want"),
    [
        # days all over the year before the page's own: they are of the year that it names
        (page("2022", "March", "April", "May", "June"), date(2024, 3, 1), "", 2022),
        # so also of last year's battle
        (page("2022", "March", "April", "May", "June"), date(2023, 2, 20), "", 2022),
        # a report of these weeks that names an earlier year in its first sentence
        (page("2022", "March", "May", "May", "May"), date(2024, 6, 1), "", 2024),
        # a report that counts from its own day
        (
            page("2022", "January", "March", "March", "April", news="It was quiet on Monday."),
            date(2024, 6, 1),
            "",
            2024,
        ),
        # the title names the year of a long page
        (
            page(
                "2019", "April", "May", "June", "July", news="It rained on Monday. " + "x " * 7000
            ),
            date(2023, 8, 20),
            "Northern offensive (April–August 2019)",
            2019,
        ),
    ],
)
def test_whose_year_a_day_without_a_year_is_of(
    text: str, published: date, title: str, want: int
) -> None:
    found = [w for w in told(text, published, title) if w.precision == "day"]
    assert found[4].first.year == want
