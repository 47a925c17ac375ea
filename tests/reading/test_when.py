from datetime import date

import pytest

from contactline.reading.when import Timeline
from contactline.reading.words import sentences

REPORT = date(2017, 11, 20)  # a Monday


def first(text: str, published: date | None = REPORT, title: str = ""):
    line = Timeline(published, title)
    found = [w for s in sentences(text) for w in line.sentence(text, s)]
    return (found[0].first, found[0].last, found[0].precision) if found else None


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("It fell on 17 October 2017.", (date(2017, 10, 17), date(2017, 10, 17), "day")),
        ("It fell on October 17, 2017.", (date(2017, 10, 17), date(2017, 10, 17), "day")),
        ("It fell on Sunday.", (date(2017, 11, 19), date(2017, 11, 19), "day")),
        ("It fell on Monday.", (REPORT, REPORT, "day")),
        ("It fell yesterday.", (date(2017, 11, 19), date(2017, 11, 19), "day")),
        ("It fell five days ago.", (date(2017, 11, 15), date(2017, 11, 15), "day")),
        ("They have fought since October.", (date(2017, 10, 1), None, "month")),
        ("It was taken in December.", (date(2016, 12, 1), date(2016, 12, 31), "month")),
        ("It was seized in 2014.", (date(2014, 1, 1), date(2014, 12, 31), "year")),
        ("It was seized in early 2014.", (date(2014, 1, 1), date(2014, 4, 30), "year")),
        ("Between 3 and 9 March 2016 they advanced.", (date(2016, 3, 3), date(2016, 3, 9), "day")),
        ("It fell last month.", (date(2017, 10, 1), date(2017, 10, 31), "month")),
        ("It fell on 30 February.", None),
        ("It has 2014 people.", None),
        ("Nothing is dated here.", None),
    ],
)
def test_expressions(text: str, want: object) -> None:
    assert first(text) == want


def test_a_story_carries_its_year_and_day() -> None:
    text = "On 25 February 2016 they took it. On 14 April they lost it. The following day it was quiet."
    line = Timeline(date(2023, 9, 10))
    days = [w.first for s in sentences(text) for w in line.sentence(text, s)]
    assert days == [date(2016, 2, 25), date(2016, 4, 14), date(2016, 4, 15)]


def test_a_report_without_a_date_guesses_no_weekday() -> None:
    assert first("It fell on Sunday.", None) is None


@pytest.mark.parametrize(
    ("sentence", "first", "last"),
    [
        ("It was captured in the summer of 2019.", date(2019, 6, 1), date(2019, 8, 31)),
        ("They took it in winter 2016.", date(2016, 12, 1), date(2017, 2, 28)),
        ("Since the spring of 2014 it is theirs.", date(2014, 3, 1), None),
    ],
)
def test_seasons(sentence: str, first: date, last: date | None) -> None:
    (s,) = sentences(sentence)
    (w,) = Timeline(date(2020, 2, 2)).sentence(sentence, s)
    assert (w.first, w.last) == (first, last)


def test_the_fall_of_a_city_is_no_season() -> None:
    text = "After the fall of Mosul they left."
    (s,) = sentences(text)
    assert Timeline(date(2020, 2, 2)).sentence(text, s) == []
