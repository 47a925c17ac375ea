"""Small inputs of kinds that went wrong for people in the field: what an attentive reader would
take from each.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contactline.intake.files import Failure, Given, read_paths
from contactline.model import Report

FOLDER = Path(__file__).with_name("cases")
CASES = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["file"])
def test_a_case(case: dict[str, Any]) -> None:
    got = list(read_paths([FOLDER / case["file"]], today=date(2026, 11, 25)))
    reports = [r for r in got if isinstance(r, Report)]
    assert reports and not [f for f in got if isinstance(f, Failure) and not f.minor]
    text = "\n\n".join(r.text[: r.article_end] for r in reports)
    if "published" in case:
        want = case["published"]
        days = [r.published.isoformat() if r.published else None for r in reports]
        assert days == want if isinstance(want, list) else set(days) == {want}
        assert all(bool(r.published) == bool(r.date_basis) for r in reports)
    assert len(reports) == case.get("reports", len(reports))
    assert sum(len(r.comments) for r in reports) == case.get("comments", 0)
    for key in ("source", "title", "url"):
        if key in case:
            assert any(re.search(case[key], getattr(r, key), re.I) for r in reports)
    for words in case.get("holds", []):
        assert words in text
    for words in case.get("never", []):
        assert words not in text
    if not case["file"].startswith("p7"):
        assert {(r.language, r.unread) for r in reports} == {("en", "")}


def test_a_date_given_overrules() -> None:
    (r,) = read_paths([FOLDER / "08-background-date-as-dateline.txt"], Given(date(2025, 1, 13)))
    assert isinstance(r, Report)
    assert (r.published, r.date_basis) == (date(2025, 1, 13), "given")


def test_a_zone_given_moves_the_day() -> None:
    (r,) = read_paths([FOLDER / "10-feed-time-zone.xml"], Given(zone="Europe/London"))
    assert isinstance(r, Report) and r.published == date(2023, 8, 24)
