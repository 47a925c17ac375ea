"""What the API answers from: the ledger staged once, days drawn once, renewed when the ledger
grows.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from contactline.bounded import Bounds
from contactline.ledger.store import Ledger
from contactline.model import ACTUAL, ContactlineError, Holding, Picture, Report, Stored
from contactline.naming.gazetteer import Gazetteer
from contactline.picture.build import Snapshot
from contactline.picture.history import History
from contactline.pipeline import Tools
from contactline.questions.analysis import Analysis
from contactline.questions.rules import Rules

T = TypeVar("T")
# what one report that is tried or added may take of the server; longer texts are read beside it
BOUNDS = Bounds(seconds=60.0, megabytes=2048, long_text=20_000)


class Desk:
    """The analysis for many threads, by one lock: drawing is arithmetic in one process, waiting is
    shorter than doing it twice.
    """

    def __init__(self, ledger: Ledger, rules: Rules | None = None) -> None:
        self.ledger, self.tools = ledger, Tools(bounds=BOUNDS)
        self.analysis = Analysis(ledger, rules, lambda: self.tools.gazetteer)
        self.lock = threading.RLock()
        self.reading = threading.Lock()  # so that what is read holds nobody who only looks
        self.version = 0
        self._mark: tuple[int, ...] = ()

    @property
    def gazetteer(self) -> Gazetteer:
        return self.analysis.gazetteer

    def fresh(self) -> None:
        """Forgets what was drawn when the ledger has grown, here or by another process."""
        mark = self.ledger.mark()
        with self.lock:
            if mark != self._mark:
                if self._mark:
                    self.version += 1
                self._mark = mark
                self.analysis.forget()

    def stage(self, known: date | None = None) -> History:
        with self.lock:
            return self.analysis.history(known)

    def scene(self, on: date, known: date | None = None) -> Snapshot:
        with self.lock:
            return self.analysis.snapshot(on, known)

    def picture(self, on: date, known: date | None = None) -> Picture:
        with self.lock:
            return self.analysis.picture(on, known)

    def ask(self, question: Callable[[Analysis], T]) -> T:
        """An answer of the analysis, under the lock."""
        with self.lock:
            return question(self.analysis)

    def memo(self, key: Any, make: Callable[[], T]) -> T:
        with self.lock:
            return self.analysis.answer(key, make)

    def decided(self) -> None:
        """After a decision: the history is made anew."""
        with self.lock:
            self.analysis.forget()
            self._mark = self.ledger.mark()
            self.version += 1

    def span(self) -> tuple[date, date]:
        """First and last day there is something to see, from dated actual claims; the report dates
        where there are none.
        """

        def make() -> tuple[date, date]:
            days = sorted(
                s.on
                for s in self.stage().claims
                if s.claim.modality in ACTUAL and (s.claim.valid_from or s.published)
            )
            if not days:
                first, last = self.ledger.span()
                end = last or date.today()
                return first or end - timedelta(days=30), end
            low, high = days[len(days) // 50], days[-1 - len(days) // 200]
            _, published = self.ledger.span()
            end = max(high, published) if published and (published - high).days < 400 else high
            return min(low, end - timedelta(days=30)), end

        return self.memo("span", make)

    def events(self) -> list[tuple[str, int]]:
        """Dated events a day, for the density above the slider."""

        def make() -> list[tuple[str, int]]:
            first, last = self.span()
            n: Counter[date] = Counter(
                s.on
                for s in self.stage().claims
                if s.claim.modality in ACTUAL
                and s.claim.kind in ("control", "fight", "strike", "agreement", "access", "harm")
                and (s.claim.valid_from or s.published)
                and first <= s.on <= last
            )
            return [(d.isoformat(), n[d]) for d in sorted(n)]

        return self.memo("events", make)

    def language(self, report: str) -> str | None:
        """The language of a report (ISO 639-1); None for one that is not stored."""
        known: dict[str, str] = self.memo(
            "languages", lambda: {r["id"]: r["language"] for r in self.ledger.reports()}
        )
        return known.get(report)

    def by_id(self) -> dict[str, Stored]:
        return self.ask(lambda a: a.by_id())

    def queue(self, on: date, most: int = 40) -> list[tuple[Stored, float, Holding]]:
        """Undecided claims about places, by how much leaving each out would move the picture of
        that day.
        """

        def make() -> list[tuple[Stored, float, Holding]]:
            from contactline.picture.control import Track
            from contactline.picture.observe import observations

            stage = self.stage()
            rough = []
            for key, u in stage.units.items():
                if u.wide or not any(s.claim.kind == "control" for s in u.claims):
                    continue
                h = stage.holding(key, on)
                unsure = h.probability * (1 - h.probability) + 0.02
                for s in u.claims:
                    if (
                        s.claim.kind == "control"
                        and s.review is None
                        and abs((s.on - on).days) < 800
                    ):
                        rough.append(
                            (
                                unsure * (1.3 - s.claim.confidence) / len(u.claims) ** 0.5,
                                s.id,
                                key,
                                s,
                                h,
                            )
                        )
            rough.sort(key=lambda x: (-x[0], x[1]))
            out = []
            for _, _, key, s, h in rough[:160]:
                u = stage.units[key]
                rest = [c for c in u.claims if c.id != s.id]
                track = Track(
                    observations(
                        stage.trust.weighed(rest, stage.sides),
                        stage.sides.of,
                        stage.settings,
                        past=stage.past,
                    ),
                    stage.settings,
                )
                before = dict(h.shares)
                p, _ = track.shares(on) if track.sides else ([1.0], -1)
                after = dict(zip([*track.sides, "?"], p, strict=True))
                moved = 0.5 * sum(
                    abs(before.get(k, 0.0) - after.get(k, 0.0)) for k in {*before, *after}
                )
                people = next((x.population for x in stage.nodes if x.id == key), 0)
                out.append((s, round(moved * (1.0 + min(2.0, people / 200_000)), 4), h))
            out.sort(key=lambda x: (-x[1], x[0].id))
            return out[:most]

        return self.memo(("queue", on, most), make)

    def tried(self, report: Report) -> tuple[list[Stored], History]:
        """A report's claims, unstored, and the picture as it would be with them."""
        with self.reading:
            claims = self.tools.claims_of(report)
        with self.lock:
            day = report.published or date.today()
            new = [
                Stored(c.id, c, report.source or "this draft", report.published, day)
                for c in claims
            ]
            have = {s.id for s in new}
            return new, self.analysis.staged(
                [*(replace(s) for s in self.stage().claims if s.id not in have), *new]
            )


def parse_day(text: str | None, name: str) -> date | None:
    """An ISO date from 1000 to 2999. Raises ContactlineError."""
    if text is None or text == "":
        return None
    try:
        found = date.fromisoformat(text[:40])
    except ValueError:
        found = None
    if found is None or len(text) != 10 or not 1000 < found.year < 3000:
        raise ContactlineError(f"{name} must be a day like 2017-11-20")
    return found
