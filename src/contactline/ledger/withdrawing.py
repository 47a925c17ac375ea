"""Withdrawing a report by order: its words go; its hash, the withdrawal and the log stay.

The entry of a withdrawal tells of each row that went with a hash of zeros, and of the report's row
as it is left; `verify` then misses none of them, and would tell of any that came back.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from contactline.ledger import log, logged, searching
from contactline.ledger import tables as t
from contactline.ledger.connection import LedgerUnavailable, Writing, now, reason
from contactline.ledger.logged import GONE, WITHDRAWN, Item
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.naming.index import cache_folder

MOST_AT_ONCE = 500


def withdraw(ledger: Ledger, report_id: str, author: str, why: str) -> int:
    """How many claims went with the report. Raises ContactlineError where there is no such report,
    it is withdrawn already, or no reason is given.
    """
    if not why.strip():
        raise ContactlineError("say by what order: --order 'court order 12/2026'")
    lite = ledger.engine.dialect.name == "sqlite"
    with Writing(ledger.engine) as c:
        if lite:
            c.exec_driver_sql("PRAGMA secure_delete=ON")  # what is deleted is written over
        row = c.execute(sa.select(t.reports).where(t.reports.c.id == report_id)).first()
        if row is None:
            raise ContactlineError(f"no report {report_id}")
        mine = t.withdrawals.c.report_id == report_id
        if c.execute(sa.select(t.withdrawals.c.at).where(mine)).first():
            raise ContactlineError(f"report {report_id} is withdrawn already")
        at = now()
        claims = list(c.scalars(sa.select(t.claims.c.id).where(t.claims.c.report_id == report_id)))
        gone = _removed(c, report_id, claims)
        had = {"report_id": report_id, "sha256": row.sha256, "at": at}
        had |= {"author": author[:200], "why": why.strip()[:1000]}
        c.execute(sa.insert(t.withdrawals).values(**had))
        blank = dict.fromkeys(("text", "title", "author", "url", "path", "date_basis"), "")
        left = blank | {"article_end": 0, "unread": f"withdrawn by order on {at:%Y-%m-%d}"}
        c.execute(sa.update(t.reports).where(t.reports.c.id == report_id).values(**left))
        items = [
            logged.item("withdrawal", had),
            logged.item("report", {**row._mapping, **left}),
            *gone,
        ]
        searching.remove(c, {"id": row.id, "title": row.title, "text": row.text})
        _beside(c, report_id, claims)
        log.append(c, f"{WITHDRAWN} {report_id}", items, at)
    if lite:
        _emptied(ledger.engine)
    for folder in ("stages", "answers"):  # what was worked out from its words and kept
        shutil.rmtree(cache_folder() / folder, ignore_errors=True)
    return len(claims)


def _removed(c: sa.Connection, report_id: str, claims: list[str]) -> list[Item]:
    """Deletes what was read in the report and what people said under it."""
    keys: list[tuple[str, str]] = []

    def take(kind: str, table: sa.Table, where: Any, *names: str) -> None:
        columns = [table.c[n] for n in names]
        found = c.execute(sa.select(*columns).where(where)).all()
        keys.extend((kind, "/".join(str(v) for v in r)) for r in found)
        c.execute(sa.delete(table).where(where))

    claim_keys: list[tuple[str, str]] = []
    for at in range(0, len(claims), MOST_AT_ONCE):
        some = claims[at : at + MOST_AT_ONCE]
        r = t.resolutions.c
        rows = c.execute(
            sa.select(t.claims.c.id, r.seq)
            .outerjoin(t.resolutions, r.claim_id == t.claims.c.id)
            .where(t.claims.c.id.in_(some))
        ).all()
        claim_keys += [("claim", f"{x.id}/{'' if x.seq is None else x.seq}") for x in rows]
        take("former", t.former_ids, t.former_ids.c.claim_id.in_(some), "id")
        c.execute(sa.delete(t.resolutions).where(r.claim_id.in_(some)))
        c.execute(sa.delete(t.claims).where(t.claims.c.id.in_(some)))
    take("comment", t.comments, t.comments.c.report_id == report_id, "report_id", "position")
    take("words", t.words, t.words.c.report_id == report_id, "report_id", "reader_key")
    buckets = t.copy_buckets.c.report_id == report_id
    if c.execute(sa.select(t.copy_buckets.c.bucket).where(buckets).limit(1)).first():
        keys.append(("near", report_id))
        c.execute(sa.delete(t.copy_buckets).where(buckets))
    p = t.copy_pairs.c
    take("pair", t.copy_pairs, sa.or_(p.one == report_id, p.two == report_id), "one", "two")
    return [Item(kind, key, GONE) for kind, key in [*keys, *claim_keys]]


def _beside(c: sa.Connection, report_id: str, claims: list[str]) -> None:
    """What stands outside the log and quotes the report: found entries, alerts."""
    c.execute(
        sa.update(t.entries).where(t.entries.c.report_id == report_id).values(body="", title="")
    )
    ids = {report_id, *claims}
    for r in c.execute(sa.select(t.alerts.c.id, t.alerts.c.body)).all():
        if not any(i in r.body for i in ids):
            continue
        body = json.loads(r.body)
        kept = [q for q in body.get("quotes", ()) if q.get("report") != report_id]
        body |= {"quotes": kept}
        if not kept:
            body |= {k: "(withdrawn by order)" for k in ("text", "title") if k in body}
        c.execute(
            sa.update(t.alerts)
            .where(t.alerts.c.id == r.id)
            .values(body=json.dumps(body, ensure_ascii=False))
        )


def _emptied(engine: sa.Engine) -> None:
    """Nothing of it is left on free pages of the file, or in what is still to be copied into it."""
    try:
        with engine.connect() as c:
            c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            c.exec_driver_sql("VACUUM")
            c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError as e:
        raise LedgerUnavailable(
            f"the report is withdrawn, but the file could not be written anew ({reason(e)}): end "
            "what else uses the ledger, and run VACUUM on it"
        ) from e


def withdrawn(ledger: Ledger) -> list[dict[str, Any]]:
    """What was withdrawn, in order: report_id, sha256, at, author, why."""
    with ledger.engine.connect() as c:
        rows = c.execute(sa.select(t.withdrawals).order_by(t.withdrawals.c.at)).all()
        return [dict(r._mapping) for r in rows]
