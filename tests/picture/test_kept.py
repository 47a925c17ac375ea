"""A history that was packed and unpacked answers as the one it was made of."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.model import Actor, Place, Stored
from contactline.picture.build import draw, snapshot_of
from contactline.picture.events import events_between
from contactline.picture.history import History
from contactline.picture.kept import Damaged, KeptHistory, packed, packed_picture, picture_of
from contactline.picture.settings import Settings
from contactline.picture.sources import told
from tests.makers import PLACES, stored

ACTORS = {i: Actor(i, i.title(), "group", "SY", "SY") for i in ("army", "rebels", "others")}
D = date(2016, 1, 1)
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 5000)
    for n, (lat, lon) in PLACES.items()
]
KINDS = [
    *(("control", x) for x in ("holds", "gains", "loses", "contests", "besieges")),
    ("presence", "located"),
    ("fight", None),
    ("strike", None),
    ("support", "backs"),
    ("identity", "part_of"),
    ("agreement", "made"),
    ("access", "blocked"),
    ("situation", "calm"),
]
claims = st.lists(
    st.builds(
        lambda kind, who, other, where, day, source, confidence, extent, n: stored(
            *kind,
            who,
            where,
            other,
            on=None if day is None else D + timedelta(days=day),
            source=source,
            confidence=confidence,
            extent=extent,
            n=n,
        ),
        st.sampled_from(KINDS),
        st.sampled_from(["Army", "Rebels", "Others", "new:Alpha Brigade", "nobody"]),
        st.sampled_from(["Army", "Rebels", "Others", None]),
        st.sampled_from(sorted(PLACES)),
        st.one_of(st.none(), st.integers(0, 900)),
        st.sampled_from(["One", "Two", "Three"]),
        st.sampled_from([0.5, 0.7, 1 / 3]),
        st.sampled_from([None, "part", "pocket"]),
        st.integers(0, 10**6),
    ),
    max_size=25,
    unique_by=lambda s: s.id,
)


def both(told_of: list[Stored]) -> tuple[History, KeptHistory]:
    fresh = History(told_of, GROUND, ACTORS, Settings())
    return fresh, KeptHistory(packed(fresh), lambda: ACTORS, Settings())


@settings(max_examples=25, deadline=None, derandomize=True)
@given(claims, st.integers(0, 1000))
def test_a_kept_history_answers_as_a_fresh_one(told_of: list[Stored], day: int) -> None:
    fresh, kept = both(told_of)
    on = D + timedelta(days=day)
    for key in kept.units:  # one place alone, before anything else is decoded
        assert kept.holding(key, on) == fresh.holding(key, on)
        assert kept.track(key).at(on) == fresh.track(key).at(on)
    mine, theirs = draw(snapshot_of(kept, on)), draw(snapshot_of(fresh, on))
    for f in fields(mine):
        assert getattr(mine, f.name) == getattr(theirs, f.name), f.name
    assert picture_of(packed_picture(theirs)) == theirs
    assert (kept.claims, kept.heard) == (fresh.claims, fresh.heard)
    assert told(kept.trust, kept.claims, kept.sides) == told(fresh.trust, fresh.claims, fresh.sides)
    assert kept.sides.explained(on) == fresh.sides.explained(on)
    window = (D, D + timedelta(days=1000))
    assert events_between(kept.heard, kept.sides, kept.settings, *window) == events_between(
        fresh.heard, fresh.sides, fresh.settings, *window
    )


def test_bytes_that_are_no_whole_history_are_refused() -> None:
    data = packed(both([stored(n=n) for n in range(5)])[0])
    for wrong in (b"", data[:-1], data + b"x", b"\0" * len(data), data[:40]):
        with pytest.raises(Damaged):
            KeptHistory(wrong, lambda: ACTORS, Settings())
    with pytest.raises(Damaged):
        picture_of(b"\x81\xa2on")
