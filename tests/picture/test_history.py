from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.model import Actor, Place, Stored
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.picture.sources import told
from tests.makers import PLACES, stored

ACTORS = {i: Actor(i, i.title(), "group", "SY", "SY") for i in ("army", "rebels", "others")}
D = date(2016, 1, 1)
GROUND = [
    Place(f"place:{n.lower()}", n, lat, lon, "SY", "settlement", 5000)
    for n, (lat, lon) in PLACES.items()
]

claim = st.builds(
    lambda aspect, who, where, day, source, conf, n: stored(
        "control",
        aspect,
        who,
        where,
        on=D + timedelta(days=day),
        source=source,
        confidence=conf,
        n=n,
    ),
    st.sampled_from(["holds", "gains", "loses", "contests", "besieges"]),
    st.sampled_from(["Army", "Rebels", "Others"]),
    st.sampled_from(sorted(PLACES)),
    st.integers(0, 900),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([0.5, 0.7, 0.9]),
    st.integers(0, 10**6),
)
many = st.lists(claim, max_size=25, unique_by=lambda s: s.id)


def stage(claims: list[Stored]) -> History:
    return History(claims, GROUND, ACTORS, Settings())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(many, st.integers(0, 1000), st.integers(0, 99))
def test_the_order_of_claims_changes_nothing(claims: list[Stored], day: int, seed: int) -> None:
    other = list(claims)
    random.Random(seed).shuffle(other)
    on = D + timedelta(days=day)
    assert stage(claims).holdings_on(on) == stage(other).holdings_on(on)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(many, st.integers(0, 1000))
def test_shares_are_probabilities(claims: list[Stored], day: int) -> None:
    for h in stage(claims).holdings_on(D + timedelta(days=day)):
        assert 0 <= h.probability <= 1.0001 and (
            not h.shares
            or abs(sum(v for _, v in h.shares) - 1) < 0.01
            or h.basis in ("area", "neighbours")
        )


def test_a_source_nobody_bears_out_is_believed_less() -> None:
    claims = []
    for k in range(30):
        where, day = sorted(PLACES)[k % 4], D + timedelta(days=20 * k)
        for n, source in enumerate(("One", "Two", "Three")):
            claims.append(
                stored(
                    "control",
                    "holds",
                    "Army",
                    where,
                    on=day + timedelta(days=n),
                    source=source,
                    n=10 * k + n,
                )
            )
        claims.append(
            stored("control", "holds", "Rebels", where, on=day, source="Liar", n=10 * k + 9)
        )
    s = stage(claims)
    believed = {
        (r["source"], a["side"]): a["believed"]
        for r in told(s.trust, s.claims, s.sides)
        for a in r["about"]
    }
    assert believed["Liar", "Rebels"] < 0.5 < believed["One", "Army"]
    assert all(h.holder == "army" for h in s.holdings_on(D + timedelta(days=300)) if h.told)


def test_a_page_that_tells_of_the_past_does_not_speak_for_its_own_day() -> None:
    from tests.makers import report

    page = report(text="A long history.", source="Encyclopaedia", on=date(2023, 6, 1))
    told_then = [
        stored(
            "control",
            "gains",
            "Army",
            "Alpha",
            in_report=page,
            on=date(2023, 6, 1),
            source="Encyclopaedia",
            valid_from=D + timedelta(days=k),
            start=k,
        )
        for k in range(3)
    ]
    undated = stored(
        "control",
        "holds",
        "Rebels",
        "Beta",
        in_report=page,
        on=date(2023, 6, 1),
        source="Encyclopaedia",
        start=5,
    )
    s = stage([*told_then, undated])
    assert (
        s.holding("place:beta", date(2023, 6, 2)).holder is None
        and s.holding("place:alpha", D + timedelta(days=9)).holder == "army"
    )


def test_a_hundred_thousand_claims_about_one_place() -> None:
    base = [
        stored(
            "control",
            "holds",
            ("Army", "Rebels")[k % 2],
            "Alpha",
            on=D + timedelta(days=k % 900),
            n=k,
        )
        for k in range(300)
    ]
    from dataclasses import replace

    claims = [replace(c, id=f"{c.id}-{k}") for k in range(334) for c in base]
    h = History(claims, GROUND, ACTORS, Settings.load({"trust": {"learn": False}})).holding(
        "place:alpha", D + timedelta(days=500)
    )
    assert h.holder in ("army", "rebels", None)
