"""What can have been so by a day: one noun for every part of the picture."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contactline.model import Actor, Place
from contactline.picture.build import picture_on
from contactline.picture.evidence import evidence, evidence_of, telling_of_the_past
from contactline.picture.settings import Settings
from tests.makers import PLACES, report, stored

ON, LATER = date(2017, 11, 20), date(2020, 3, 5)
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 1000)
    for n, (lat, lon) in PLACES.items()
]
CATALOGUE = {i: Actor(i, n, "group") for i, n in (("army", "Army"), ("rebels", "Rebels"))}
HELD = [stored(who="Army", where="Alpha"), stored(who="Rebels", where="Gamma")]


def picture(*more, on=ON):
    return picture_on([*HELD, *more], GROUND, CATALOGUE, Settings.written(), on)


def from_no_day(valid_from: date | None, *args: object, **kwargs: object):
    """A claim of a report without a date, whose own words may give one."""
    return stored(*args, on=None, valid_from=valid_from, **kwargs)


@pytest.mark.parametrize(
    ("published", "valid_from", "on", "so"),
    [
        (date(2017, 11, 1), None, ON, True),
        (date(2017, 12, 1), None, ON, False),
        (date(2017, 12, 1), date(2017, 6, 1), ON, True),
        (None, None, ON, True),
        (None, LATER, ON, False),
        (None, date(2016, 1, 1), ON, True),
    ],
)
def test_what_can_have_been_so(published, valid_from, on, so) -> None:
    e = evidence(stored(on=published, valid_from=valid_from))
    assert e.so_by(on) is so
    assert e.undated is (published is None and valid_from is None)
    assert e.day(on) == (valid_from or published or on)


def test_what_a_history_gives_no_date_is_of_no_day() -> None:
    page = report(text="A long history.", on=date(2023, 6, 1))
    dated = [
        stored(in_report=page, on=page.published, valid_from=ON + timedelta(days=k), start=k)
        for k in range(3)
    ]
    loose = stored(in_report=page, on=page.published, start=5)
    past = telling_of_the_past([*dated, loose], 365)
    assert past == {page.id}
    *told, left = evidence_of([*dated, loose], past)
    assert all(e.so_by(date(2023, 6, 1)) and not e.retold for e in told)
    assert left.retold and not left.undated and not left.so_by(date(2030, 1, 1))


def test_a_vague_day_is_the_middle_of_its_span() -> None:
    year = evidence(
        stored(
            on=LATER,
            valid_from=date(2014, 1, 1),
            valid_to=date(2014, 12, 31),
            precision="year",
        )
    )
    assert year.vague and year.seen == date(2014, 7, 2)


def test_an_undated_report_makes_no_agreement_before_its_day() -> None:
    args = ("agreement", "made", "Army", "Gamma", "Rebels")
    assert picture(from_no_day(LATER, *args)).agreements == ()
    assert [a.status for a in picture(from_no_day(LATER, *args), on=LATER).agreements] == ["made"]
    assert picture(from_no_day(None, *args)).agreements != ()


def test_an_undated_report_makes_no_backer_or_guest_before_its_day() -> None:
    backs = from_no_day(LATER, "support", "backs", "Russia", None, "Army")
    guest = from_no_day(LATER, "presence", "located", "Guests", "Alpha")
    for on, backers, present in ((ON, (), ()), (LATER, ("Russia",), ("Guests",))):
        army = next(s for s in picture(backs, guest, on=on).sectors if s.side == "army")
        assert army.backers == backers and army.present == present
    assert not any({t.a, t.b} == {"Russia", "Army"} for t in picture(backs).relations)


def test_an_undated_report_makes_no_pocket_and_no_clash_before_its_day() -> None:
    pocket = from_no_day(LATER, "control", "holds", "Rebels", "Beta", extent="pocket")
    assert not any(s.pockets for s in picture(pocket).sectors)
    clash = from_no_day(LATER, "fight", None, "Army", None, "Rebels")
    assert all(x.last_clash is None for x in picture(clash).lines)
