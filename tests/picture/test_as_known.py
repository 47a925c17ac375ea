"""The picture as it was known on a day, and after review, through a real ledger on disk."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.ledger.store import Ledger
from contactline.model import Actor, Claim, Place, Report
from contactline.picture.build import picture_on
from contactline.picture.settings import Settings
from contactline.pipeline import store_claims
from tests.makers import PLACES, claim, report

D = date(2016, 1, 1)
ACTORS = {i: Actor(i, i.title(), "group", "SY", "SY") for i in ("army", "rebels", "others")}
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 5000)
    for n, (lat, lon) in PLACES.items()
]
rows = st.lists(
    st.tuples(
        st.sampled_from(["holds", "gains", "loses", "contests", "besieges"]),
        st.sampled_from(["Army", "Rebels", "Others"]),
        st.sampled_from(sorted(PLACES)),
        st.integers(0, 600),
    ),
    min_size=1,
    max_size=7,
)


@cache
def empty() -> Path:
    """A ledger with its tables made, copied for each example: making them takes longer than all
    else.
    """
    path = Path(mkdtemp()) / "empty.db"
    Ledger.open(str(path)).engine.dispose()
    return path


def fresh(folder: str, name: str) -> Ledger:
    return Ledger.open(str(shutil.copy(empty(), Path(folder) / f"{name}.db")))


def told(rows: list[tuple[str, str, str, int]]) -> list[tuple[Report, list[Claim]]]:
    out = []
    for n, (aspect, who, where, day) in enumerate(rows):
        r = report(
            text=f"Report {n} of day {day}: {who} {aspect} {where}, in words of its own {'x' * n}.",
            source=f"Source {n % 3}",
            on=D + timedelta(days=day),
        )
        out.append((r, [claim("control", aspect, who, where, in_report=r)]))
    return out


def picture(ledger: Ledger, on: date, as_known: date | None = None):
    return picture_on(ledger.claims(as_known=as_known), GROUND, ACTORS, Settings(), on, as_known)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(rows, st.integers(0, 600), st.integers(0, 600))
def test_as_known_is_the_picture_of_a_ledger_that_stopped_that_day(
    rows: list[tuple[str, str, str, int]], known: int, asked: int
) -> None:
    day, on = D + timedelta(days=known), D + timedelta(days=asked)
    with TemporaryDirectory() as tmp:
        whole, stopped = (fresh(tmp, n) for n in ("whole", "stopped"))
        every = told(rows)
        store_claims(whole, every, "test", "1")
        store_claims(
            stopped, [(r, c) for r, c in every if r.published and r.published <= day], "test", "1"
        )
        assert picture(whole, on, day) == picture(stopped, on, day)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(rows, st.data())
def test_a_rejected_claim_is_as_if_never_read_and_comes_back_when_taken_back(
    rows: list[tuple[str, str, str, int]], data: st.DataObject
) -> None:
    on = D + timedelta(days=600)
    with TemporaryDirectory() as tmp:
        reviewed, never = (fresh(tmp, n) for n in ("reviewed", "never"))
        every = told(rows)
        store_claims(reviewed, every, "test", "1")
        before = picture(reviewed, on)
        k = data.draw(st.integers(0, len(every) - 1))
        store_claims(
            never, [(r, c if i != k else []) for i, (r, c) in enumerate(every)], "test", "1"
        )
        decision = reviewed.decide("reject", every[k][1][0].id, {}, "a reviewer")
        assert picture(reviewed, on) == picture(never, on)
        assert replace(picture(reviewed, on, D + timedelta(days=700)), as_known=None) == before, (
            "a decision of today changes nothing of what was known then"
        )
        reviewed.decide("undo", every[k][1][0].id, {}, "a reviewer", undoes=decision)
        assert picture(reviewed, on) == before


@settings(max_examples=12, deadline=None, derandomize=True)
@given(rows, st.data())
def test_an_accepted_claim_never_makes_its_own_side_less_likely(
    rows: list[tuple[str, str, str, int]], data: st.DataObject
) -> None:
    rows = [("holds", who, where, day) for _, who, where, day in rows]
    with TemporaryDirectory() as tmp:
        ledger = fresh(tmp, "one")
        every = told(rows)
        store_claims(ledger, every, "test", "1")
        r, (c,) = data.draw(st.sampled_from(every))
        assert r.published and c.actor and c.place
        on, side, where = r.published, c.actor.text.lower(), c.place.id

        def share() -> float:
            return next(
                (
                    dict(h.shares).get(side, 0.0)
                    for h in picture_on(
                        ledger.claims(),
                        GROUND,
                        ACTORS,
                        Settings.load({"trust": {"learn": False}}),
                        on,
                    ).holdings
                    if h.place.id == where
                ),
                0.0,
            )

        before = share()
        ledger.decide("accept", c.id, {}, "a reviewer")
        assert share() >= before - 1e-4


@settings(max_examples=10, deadline=None, derandomize=True)
@given(rows, st.data())
def test_a_corrected_claim_is_as_if_read_so(
    rows: list[tuple[str, str, str, int]], data: st.DataObject
) -> None:
    on = D + timedelta(days=600)
    with TemporaryDirectory() as tmp:
        corrected, so = (fresh(tmp, n) for n in ("corrected", "so"))
        every = told(rows)
        k = data.draw(st.integers(0, len(every) - 1))
        aspect = data.draw(st.sampled_from(["holds", "loses", "contests"]))
        store_claims(corrected, every, "test", "1")
        other = [
            (r, [claim("control", aspect, *rows[i][1:3], in_report=r)] if i == k else c)
            for i, (r, c) in enumerate(every)
        ]
        store_claims(so, other, "test", "1")
        corrected.decide("correct", every[k][1][0].id, {"aspect": aspect}, "a reviewer")
        a, b = picture(corrected, on), picture(so, on)
        assert [(h.place.id, h.holder, h.status, h.probability) for h in a.holdings] == [
            (h.place.id, h.holder, h.status, h.probability) for h in b.holdings
        ]
