from datetime import date

import pytest

from contactline.intake.dates import dateline, full_dates, named_outlet


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("KABUL, Afghanistan (Jan. 25, 2013)", date(2013, 1, 25)),
        ("Wed 05 Apr 2017 Attack", date(2017, 4, 5)),
        ("2017-11-20: news", date(2017, 11, 20)),
        ("Thursday, January 24, 2019", date(2019, 1, 24)),
        ("LIMA, 26 OCT 89 (EFE)", date(1989, 10, 26)),
        ("31 February 2017", None),
        ("in 2017", None),
    ],
)
def test_datelines(text: str, day: date | None) -> None:
    assert dateline(text)[0] == day


def test_a_files_name_is_a_last_resort() -> None:
    assert dateline("No date here.", "report_2017_09_01") == (date(2017, 9, 1), "file name")


def test_absurd_dates_are_passed_over() -> None:
    assert full_dates("9999-99-99 and 0000-01-01 and 3017-01-01") == []


def test_the_outlet_beside_the_date() -> None:
    assert named_outlet("Title\n\n6 September 2017 - Some Wire\n\nText.") == "Some Wire"
    assert named_outlet("The war went on - it was said.") == ""
