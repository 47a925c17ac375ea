from datetime import date

import pytest

from contactline.intake.dates import dateline, day_of, full_dates, named_outlet, zone


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


@pytest.mark.parametrize(
    ("text", "day", "basis"),
    [
        ("DAMASCUS, Aug. 24, 2023 (Wire) - The army took it.", date(2023, 8, 24), "dateline"),
        ("Title\n\n24.08.2023 14:30\nDesk\n\nText.", date(2023, 8, 24), "dateline"),
        ("Title\nPublished: 24 August 2023 10:30 GMT\nText", date(2023, 8, 24), "dateline"),
        (
            "Title\nBy Jane Example | Aug 24, 2023, 10:30 a.m. ET\nText",
            date(2023, 8, 24),
            "dateline",
        ),
        ("Assessment of 21 February 2026\n\nText.", date(2026, 2, 21), "title"),
        ("۲۴ August ۲۰۲۳\n\nText.", date(2023, 8, 24), "dateline"),
        ("03/04/2023\n\nThe army took it.", None, "unsure: 03/04/2023 could be two days"),
        ("The army took it on 24 August 2023, a spokesman said.", None, ""),
        ("On 24 August 2023 the army took it.", None, ""),
        ("24 August 2023 saw the fall of the town to rebels.", None, ""),
        ("Battle of Alpha, 3 March 2016\nIt was long.", None, ""),
        ("The siege that began on 3 March 2016: a timeline", None, ""),
        ("Jane Example (1966 - 20 September 2018) was a general.", None, ""),
        ("Soldiers south of the town. Northern plain. 23 November 2016", None, ""),
        ("date = 6 May 2011 - present", None, ""),
    ],
)
def test_a_reports_own_day_stands_only_where_such_a_date_stands(
    text: str, day: date | None, basis: str
) -> None:
    assert dateline(text) == (day, basis)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2017-09-06-wire", date(2017, 9, 6)),
        ("20170906 report", date(2017, 9, 6)),
        ("sitrep_6_September_2017", date(2017, 9, 6)),
        ("report-2017", None),
        ("12345678901234", None),
    ],
)
def test_a_files_name(name: str, day: date | None) -> None:
    assert dateline("No date here.", name)[0] == day


def test_a_times_own_zone_and_another() -> None:
    assert day_of("Fri, 25 Aug 2023 01:30:00 +0300") == date(2023, 8, 25)
    assert day_of("2023-08-24T23:30:00Z", zone("Europe/Kyiv")) == date(2023, 8, 25)
    assert day_of("2023-08-24T23:30:00", zone("Europe/Kyiv")) == date(2023, 8, 24)
    with pytest.raises(ValueError, match="no time zone"):
        zone("Mars/Base")
