"""Which report of several near-copies is the original follows from the reports, not from the order
of storing.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.ledger.copies import originals
from contactline.ledger.store import Ledger
from contactline.model import Actor, Report
from contactline.picture.build import picture_on
from contactline.picture.settings import Settings
from tests.ledger.test_store import put
from tests.makers import claim, report

AGENCY = "The army holds Alpha. " + " ".join(f"word{i} of the agency's text" for i in range(40))
OTHER = "The rebels hold Alpha. " + " ".join(f"quite another {i} story" for i in range(40))


def test_the_earliest_published_is_the_original(ledger: Ledger) -> None:
    late = report(AGENCY, "Agency", date(2017, 11, 3))
    early = report(AGENCY + " Ends.", "Outlet", date(2017, 11, 2))
    undated = report(AGENCY + " It was said.", "Blog", None)
    other = report(OTHER, "Third")
    for r in (undated, late, other, early):
        put(ledger, r, [claim(in_report=r)])
    assert {s.source: s.copy_of for s in ledger.claims()} == {
        "Agency": early.id,
        "Blog": early.id,
        "Outlet": None,
        "Third": None,
    }
    assert ledger.counts()["copies"] == 2
    # what was copied from a report not yet known was no copy then
    assert ledger.copies(as_known=date(2017, 11, 2)) == {}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], {}),
        ([("b", "a")], {"b": "a"}),
        ([("c", "b"), ("b", "a")], {"b": "a", "c": "a"}),
        ([("c", "d"), ("a", "b"), ("d", "b")], {"b": "a", "c": "a", "d": "a"}),
        ([("a", "z")], {}),
    ],
)
def test_a_cluster_has_one_original(pairs: list[tuple[str, str]], expected: dict[str, str]) -> None:
    assert originals(pairs, dict.fromkeys("abcd")) == expected


texts = st.sampled_from([AGENCY, AGENCY + " Ends.", AGENCY + " More follows here.", OTHER])
days = st.none() | st.dates(date(2017, 10, 1), date(2017, 10, 9))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new ledger to copy: making the schema takes longer than what is tested."""
    path = tmp_path_factory.mktemp("empty") / "l.db"
    Ledger.open(str(path)).engine.dispose()
    return path


def drawn(where: Path, empty: Path, batch: list[tuple[Report, str]]) -> Any:
    shutil.copy(empty, where)
    ledger = Ledger.open(str(where))
    for r, who in batch:
        put(ledger, r, [claim(in_report=r, who=who)])
    claims = ledger.claims()
    catalogue = {k: Actor(k, k.title(), "state force") for k in ("army", "rebels")}
    picture = picture_on(claims, [], catalogue, Settings(), date(2017, 11, 1))
    return claims, picture.holdings


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(texts, st.sampled_from(["A", "B", "C"]), days),
        min_size=2,
        max_size=6,
        unique=True,
    ).flatmap(lambda x: st.tuples(st.just(x), st.permutations(x)))
)
def test_the_order_of_ingest_changes_nothing(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, both: tuple[list[Any], list[Any]]
) -> None:
    folder = tmp_path_factory.mktemp("l")
    one, other = (
        [(report(t, s, d), "Army" if t is not OTHER else "Rebels") for t, s, d in x] for x in both
    )
    assert drawn(folder / "a.db", empty, one) == drawn(folder / "b.db", empty, other)
