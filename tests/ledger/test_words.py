"""A claim is its words: what they are taken to mean may change,
and what was decided of it stays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.ledger.rows import _Row as Row
from contactline.ledger.rows import claim_of, claim_row, resolution_row, words_body, words_of
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, Role, told_apart
from tests.ledger.test_store import put
from tests.makers import claim, report


def elsewhere(c: Claim) -> Claim:
    """The same words, spelled and placed otherwise, dated and scored otherwise."""
    assert c.place and c.actor
    return replace(
        c,
        place=replace(c.place, name="al-Alpha", id="place:gn1", lat=1.0, lon=2.0),
        actor=replace(c.actor, name="Government", id="actor:government"),
        valid_from=date(2016, 5, 1),
        precision="month",
        confidence=0.4,
    )


def test_what_the_words_mean_is_no_part_of_a_claims_id() -> None:
    c = claim()
    assert elsewhere(c).id == c.id


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "presence"},
        {"aspect": "loses"},
        {"modality": "denied"},
        {"start": 1},
        {"end": 9},
        {"quote": "Another."},
        {"report": "other"},
        {"actor": Role("Rebels")},
        {"place": Role("Alpha", start=3, end=8)},
        {"other": Role("Rebels")},
    ],
)
def test_other_words_are_another_claim(change: dict[str, object]) -> None:
    assert replace(claim(), **change).id != claim().id  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["reject", "accept", "correct"])
def test_a_decision_outlives_better_names(ledger: Ledger, action: str) -> None:
    r = report()
    c = claim(in_report=r)
    put(ledger, r, [c], "1")
    ledger.decide(action, c.id, {"aspect": "loses"} if action == "correct" else {}, "me")
    put(ledger, r, [elsewhere(c)], "2")
    found = ledger.claims()
    if action == "reject":
        assert found == []
    else:
        (got,) = found
        assert got.review == action and got.claim.place and got.claim.place.name == "al-Alpha"
        assert got.claim.aspect == ("loses" if action == "correct" else "holds")
    assert ledger.verify() == []


def test_each_reading_keeps_what_it_took_the_words_for(ledger: Ledger) -> None:
    r = report()
    c = claim(in_report=r)
    put(ledger, r, [c], "1")
    put(ledger, r, [elsewhere(c)], "2")
    assert ledger.counts()["claims"] == 1
    assert [s.claim for s in ledger.claims(run=Run("test", "1"))] == [c]
    assert [s.claim for s in ledger.claims()] == [elsewhere(c)]


names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8)
roles = st.none() | st.builds(
    Role,
    names,
    st.none() | names,
    st.sampled_from([None, "actor:sdf", "place:gn1"]),
    st.none() | st.floats(-90, 90),
    st.none() | st.floats(-180, 180),
    confidence=st.none() | st.floats(0, 1),
    start=st.none() | st.integers(0, 99),
    end=st.none() | st.integers(0, 99),
)
claims = st.builds(
    Claim,
    st.just("r"),
    st.sampled_from(["control", "fight"]),
    st.sampled_from([None, "holds"]),
    roles,
    roles,
    roles,
    st.sampled_from(["stated", "expected"]),
    names,
    st.integers(0, 9),
    st.integers(10, 19),
    st.floats(0, 1).map(lambda x: round(x, 6)),
    said_by=st.none() | names,
    number=st.none() | st.integers(0, 10**12),
    valid_from=st.none() | st.dates(),
)


@settings(derandomize=True, deadline=None)
@given(st.lists(claims, max_size=6), st.lists(st.tuples(st.integers(0, 9), st.integers(9, 20))))
def test_a_claim_survives_its_rows_and_its_words(
    found: list[Claim], spans: list[tuple[int, int]]
) -> None:
    for c in found:
        assert claim_of(Row(claim_row(c) | resolution_row(c))) == c
    bare = [
        replace(
            c,
            **{
                k: Role(r.text, start=r.start, end=r.end) if (r := getattr(c, k)) else None
                for k in ("actor", "other", "place")
            },
        )
        for c in found
    ]
    assert words_of(words_body(bare, spans)) == (bare, spans)


@settings(derandomize=True, deadline=None)
@given(st.lists(claims, max_size=8).flatmap(lambda x: st.tuples(st.just(x), st.permutations(x))))
def test_claims_of_the_same_words_are_told_apart_in_any_order(
    both: tuple[list[Claim], list[Claim]],
) -> None:
    one, other = (told_apart([*x, *(replace(c, number=7) for c in x)]) for x in both)
    assert {c.id: replace(c, confidence=0.0) for c in one} == {
        c.id: replace(c, confidence=0.0) for c in other
    }
    assert len({c.id for c in one}) == len(one)
    assert told_apart(one) == told_apart(told_apart(one))
