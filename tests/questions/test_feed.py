"""The feed: a siege, a road, an agreement begin once, however often they are told of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from contactline.ledger.store import Ledger
from contactline.questions.analysis import Analysis
from contactline.questions.feed import KINDS, all_happenings, happenings, siege_of


def test_each_happening_has_its_kind_its_claims_and_a_sentence(demo_db: Path) -> None:
    a = Analysis(Ledger.open(str(demo_db)))
    found = all_happenings(a)
    by = a.by_id()
    assert found and {h.event.kind for h in found} <= set(KINDS)
    for h in found:
        said = [by[i].claim for i in h.event.claims]
        assert said and h.quote in {c.quote for c in said}
        assert 0 < h.confidence <= 1
    days = [h.event.date for h in found]
    assert days == sorted(days, reverse=True)
    first, last = date(2017, 9, 1), date(2017, 11, 20)
    assert [h for h in found if first <= h.event.date <= last] == happenings(a, first, last)
    ids = [h.event.id for h in found]
    assert len(ids) == len(set(ids))
    for h in (h for h in found if h.event.kind == "siege" and h.event.place_id):
        told = siege_of(a, h.event.place_id or "", h.event.date)
        assert told is not None and told.event.date <= h.event.date
