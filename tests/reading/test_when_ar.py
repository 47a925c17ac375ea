"""Dates in Arabic: a table of expressions, stories, digits of both kinds."""

import csv
from datetime import date
from pathlib import Path

import pytest

from contactline.language import Dates
from contactline.reading.when import KINDS, Timeline, When
from contactline.reading.words import sentences

REPORT = date(2024, 6, 12)  # a Wednesday
ROWS = [
    row
    for row in csv.reader(
        Path(__file__).with_name("dates_ar.tsv").read_text(encoding="utf-8").splitlines(),
        "excel-tab",
    )
    if row and not row[0].startswith("#")
]


def told(text: str, published: date | None = REPORT, title: str = "") -> list[When]:
    line = Timeline(published, title, text, "ar")
    return [w for s in sentences(text) for w in line.sentence(text, s)]


def test_the_table_is_long() -> None:
    assert len(ROWS) >= 70


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r[0])
def test_an_expression(row: list[str]) -> None:
    found = [w for w in told(row[0]) if w.known]
    got = [str(found[0].first), str(found[0].last or "-"), found[0].precision] if found else ["-"]
    assert got == row[1:]


def test_every_form_has_a_computation() -> None:
    assert {f.kind for f in Dates.of("ar").forms} <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        # a story goes on from its last day
        ("سقطت البلدة في 3 يونيو. وفي اليوم التالي انسحبوا.", ["2024-06-03", "2024-06-04"]),
        ("سقطت البلدة في 3 يونيو. وبعد يومين انسحبوا.", ["2024-06-03", "2024-06-05"]),
        ("سقطت البلدة في 3 يونيو. وقبل ذلك بأسبوع حوصرت.", ["2024-06-03", "2024-05-27"]),
        # a tale of another year
        (
            "سقطت المدينة في يوليو 2013. وفي 5 أغسطس 2013 حوصرت القاعدة. وفي 20 أغسطس 2013 قصفت "
            "القرية. ثم انسحبوا في 3 سبتمبر.",
            ["2013-07-01", "2013-08-05", "2013-08-20", "2013-09-03"],
        ),
    ],
)
def test_a_story(text: str, want: list[str]) -> None:
    assert [str(w.first) for w in told(text)] == want


def test_the_day_of_saying_is_no_day_of_what_is_planned() -> None:
    said, planned = told("قالت وزارة الدفاع الاثنين إن القوات ستنسحب الجمعة.")
    assert said.read(True) is None
    later = planned.read(True)
    assert later and later.first == date(2024, 6, 14)


def test_a_span_goes_on_since_its_day() -> None:
    (w,) = told("تسيطر القوات على البلدة منذ 7 أكتوبر 2023.")
    assert w.since and w.first == date(2023, 10, 7) and w.last is None


def test_without_a_date_of_its_own_a_report_knows_no_weekday() -> None:
    (w,) = told("دخلت القوات المدينة يوم الاثنين.", None)
    assert not w.known


def test_a_heading_begins_a_day() -> None:
    text = "الاثنين 10 يونيو 2024\nقتل ثلاثة.\nالثلاثاء 11 يونيو 2024\nقصفت البلدة اليوم."
    assert [str(w.first) for w in told(text)][-1] == "2024-06-11"
