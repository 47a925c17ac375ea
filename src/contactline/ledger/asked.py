"""The claims of a ledger as they are asked for: newest readings, decisions applied,
copies known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from contactline.ledger import decisions
from contactline.ledger import tables as t
from contactline.ledger.copies import originals
from contactline.ledger.rows import claim_of
from contactline.ledger.runs import Run
from contactline.model import Stored


def claims(
    c: sa.Connection,
    kinds: Sequence[str],
    place_ids: Sequence[str],
    as_known: date | None,
    run: Run | None,
    ids: Sequence[str],
) -> list[Stored]:
    """As `Ledger.claims` says."""
    standing = decisions.standing(c, as_known)
    merges = decisions.renamings(standing)
    place_ids = [*place_ids, *merges.behind(place_ids)]
    many = (c.scalar(sa.select(sa.func.count()).select_from(t.runs)) or 0) > 1
    q = (
        sa.select(
            t.claims,
            *(x for x in t.resolutions.c if x.name not in ("claim_id", "seq")),
            t.reports.c.source,
            t.reports.c.published,
            t.reports.c.stored_at,
        )
        .join(t.resolutions, t.resolutions.c.claim_id == t.claims.c.id)
        .join(t.reports, t.reports.c.id == t.claims.c.report_id)
    )
    if many or run:
        counted = newest(run)
        q = q.join(counted, counted.c.seq == t.resolutions.c.seq)
    if kinds:
        q = q.where(t.claims.c.kind.in_(kinds))
    if place_ids:
        q = q.where(t.resolutions.c.place_id.in_(place_ids))
    if ids:
        former = sa.select(t.former_ids.c.claim_id).where(t.former_ids.c.id.in_(ids))
        q = q.where(sa.or_(t.claims.c.id.in_(ids), t.claims.c.id.in_(former)))
    if as_known:
        q = q.where(
            sa.func.coalesce(
                t.reports.c.published,
                sa.cast(t.reports.c.stored_at, sa.Date)
                if c.dialect.name == "postgresql"
                else sa.func.date(t.reports.c.stored_at),
            )
            <= as_known
        )
    rows = c.execute(q).all()
    copied = copies(c, as_known)
    review = decisions.verdicts(standing)
    out = []
    for r in rows:
        verdict = review.get(r.id)
        if verdict and verdict[0] == "reject":
            continue
        claim = claim_of(r)
        if verdict and verdict[0] == "correct":
            claim = decisions.corrected(claim, verdict[1])
        if merges:
            claim = merges.apply(claim)
        out.append(
            Stored(
                r.id,
                claim,
                r.source or "unnamed source",
                r.published,
                r.published or r.stored_at.date(),
                1.0,
                copied.get(r.report_id),
                verdict[0] if verdict else None,
            )
        )
    out.sort(key=lambda s: (s.on, s.known, s.id))
    return out


def newest(run: Run | None) -> sa.Subquery:
    """The reading of each report that counts: the newest, or the asked run's."""
    q = sa.select(sa.func.max(t.readings.c.seq).label("seq")).group_by(t.readings.c.report_id)
    if run:
        q = q.where(t.readings.c.run_id == run.id)
    return q.subquery()


def copies(c: sa.Connection, as_known: date | None) -> dict[str, str]:
    pairs = [(r.one, r.two) for r in c.execute(sa.select(t.copy_pairs.c.one, t.copy_pairs.c.two))]
    if not pairs:
        return {}
    paired = sa.union(sa.select(t.copy_pairs.c.one), sa.select(t.copy_pairs.c.two)).subquery()
    rows = c.execute(
        sa.select(t.reports.c.id, t.reports.c.published, t.reports.c.stored_at).join(
            paired, paired.c.one == t.reports.c.id
        )
    ).all()
    until = as_known or date.max - timedelta(days=1)
    return originals(
        pairs, {r.id: r.published for r in rows if (r.published or r.stored_at.date()) <= until}
    )
