"""Reports that took down what read them, set aside for the run that failed: another version of the
reader tries them again.
"""

from __future__ import annotations

import sqlalchemy as sa

from contactline.ledger import tables as t
from contactline.ledger.connection import Writing, inserting, now
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Report, storable


class SetAside:
    """Of one run; read when made."""

    def __init__(self, ledger: Ledger, run: Run) -> None:
        self.engine, self.run = ledger.engine, run
        q = sa.select(t.set_aside.c.report_id, t.set_aside.c.why).where(
            t.set_aside.c.run_id == run.id
        )
        with self.engine.connect() as c:
            self._why: dict[str, str] = {r.report_id: r.why for r in c.execute(q)}

    def why(self, report_id: str) -> str:
        """Why it is set aside; "" where it is not."""
        return self._why.get(report_id, "")

    def add(self, report: Report, why: str) -> None:
        row = {
            "report_id": report.id,
            "run_id": self.run.id,
            "path": storable(report.path),
            "why": storable(why)[:300],
            "at": now(),
        }
        with Writing(self.engine) as c:
            c.execute(inserting(c, t.set_aside).values(row).on_conflict_do_nothing())
        self._why[report.id] = why
