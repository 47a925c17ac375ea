"""Recomputes every hash of a ledger and says what is not as it was stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import sqlalchemy as sa

from contactline.ledger import tables as t
from contactline.ledger.decisions import decision_id
from contactline.ledger.rows import claim_of, reading_digest, report_of
from contactline.model import digest

ALTERED_BEFORE = "altered before version 0003"


def verify(c: sa.Connection, tell: Callable[[int], None] | None = None) -> list[str]:
    """One line for each row that was altered, removed or added; `tell` hears of every 5000th
    resolution.
    """
    wrong: list[str] = []
    for r in c.execution_options(yield_per=500).execute(sa.select(t.reports)):
        found = report_of(r)
        if found.sha256 != r.sha256:
            wrong.append(f"report {r.id} ({r.title or r.path}): its text was altered")
        elif found.id != r.id:
            wrong.append(f"report {r.id} ({r.title or r.path}): its source or date was altered")
    for r in c.execution_options(yield_per=500).execute(sa.select(t.words)):
        if digest(["words", r.report_id, r.reader_key, r.body], 32) != r.digest:
            wrong.append(f"report {r.report_id}: the words read in it were altered")
    kept = defaultdict(list)
    rows = c.execution_options(yield_per=5000).execute(
        sa.select(t.claims, t.resolutions).outerjoin(
            t.resolutions, t.resolutions.c.claim_id == t.claims.c.id
        )
    )
    for n, r in enumerate(rows):
        resolved = r.seq is not None
        try:
            same = not resolved or claim_of(r).id == r.id
        except (ValueError, TypeError, KeyError, AttributeError):
            same = False
        if not same:
            wrong.append(f"claim {r.id} of report {r.report_id}: its content was altered")
        if resolved:
            kept[r.seq].append(dict(r._mapping))
        if tell and n % 5000 == 0:
            tell(n)
    for r in c.execute(sa.select(t.readings)):
        if r.digest == ALTERED_BEFORE[:32]:
            wrong.append(f"reading {r.seq} of report {r.report_id}: it was {ALTERED_BEFORE}")
        elif reading_digest(kept.get(r.seq, [])) != r.digest:
            wrong.append(
                f"reading {r.seq} of report {r.report_id}: claims of it were added, removed, "
                f"renamed or re-scored ({r.claims} were stored)"
            )
    for r in c.execute(sa.select(t.decisions)):
        if decision_id(dict(r._mapping)) != r.id:
            wrong.append(f"decision {r.id} by {r.author}: it was altered")
    return wrong
