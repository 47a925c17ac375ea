from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.ledger.merging import Merges, merges_of
from contactline.ledger.naming import merged, parted
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from tests.ledger.test_store import put
from tests.makers import claim, report


def stored(ledger: Ledger) -> tuple[str, str]:
    r = report()
    a, b = claim(in_report=r, who="Army"), claim(in_report=r, who="The Troops")
    put(ledger, r, [a, b])
    assert a.actor and b.actor and a.actor.id and b.actor.id
    return a.actor.id, b.actor.id


def who(ledger: Ledger) -> list[str | None]:
    return sorted(s.claim.actor.id for s in ledger.claims() if s.claim.actor and s.claim.actor.id)


def test_a_merge_joins_and_its_undoing_parts_again(ledger: Ledger) -> None:
    a, b = stored(ledger)
    key = ledger.decide("merge", *merged(ledger, b, a), "me")
    assert who(ledger) == [a, a]
    undo = ledger.decide("undo", b, {}, "me", undoes=key)
    assert who(ledger) == sorted([a, b])
    ledger.decide("undo", b, {}, "me", undoes=undo)
    assert who(ledger) == [a, a] and ledger.verify() == []


def test_a_split_gives_some_words_to_another(ledger: Ledger) -> None:
    a, b = stored(ledger)
    words = next(
        s.claim.actor.text for s in ledger.claims() if s.claim.actor and s.claim.actor.id == b
    )
    ledger.decide("split", *parted(ledger, b, [words], a), "me")
    assert who(ledger) == [a, a]


@pytest.mark.parametrize(
    ("one", "into"),
    [("actor:x", "actor:x"), ("actor:nobody", "actor:saa"), ("x", "y"), ("actor:x", "place:x")],
)
def test_what_cannot_be_merged_is_said(ledger: Ledger, one: str, into: str) -> None:
    stored(ledger)
    with pytest.raises(ContactlineError):
        merged(ledger, one, into)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
def test_chains_and_circles_of_merges_end(pairs: list[tuple[str, str]]) -> None:
    m: Merges = merges_of(("merge", a, {"into": b}) for a, b in pairs)
    for k in "abcde":
        end, _ = m.end(k)
        assert end in "abcde"
