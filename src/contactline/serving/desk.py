"""What the API answers from: the ledger staged once, days drawn once, renewed when the ledger grows."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from contactline.ledger.store import Ledger
from contactline.model import ACTUAL, ContactlineError, Holding, Picture, Report, Stored
from contactline.naming.actors import Catalogue
from contactline.naming.gazetteer import Gazetteer
from contactline.picture.build import Snapshot, draw, snapshot_of
from contactline.picture.evidence import place_of
from contactline.picture.history import History
from contactline.picture.places import reported_places, theatre
from contactline.picture.settings import Settings
from contactline.pipeline import Tools

MOST_STAGES, MOST_DAYS = 4, 24


class Desk:
    """Thread-safe by one lock: drawing is arithmetic in one process, waiting is shorter than doing it twice."""

    def __init__(self, ledger: Ledger, settings: Settings | None = None) -> None:
        self.ledger, self.settings = ledger, settings or Settings()
        self.tools = Tools()
        self.lock = threading.RLock()
        self.version = 0
        self._mark: tuple[int, ...] = ()
        self._stages: OrderedDict[date | None, History] = OrderedDict()
        self._scenes: OrderedDict[tuple[date | None, date], Snapshot] = OrderedDict()
        self._pictures: OrderedDict[tuple[date | None, date], Picture] = OrderedDict()
        self._memo: dict[Any, Any] = {}

    @property
    def gazetteer(self) -> Gazetteer:
        return self.tools.gazetteer

    def fresh(self) -> None:
        """Forgets what was drawn when the ledger has grown, here or by another process."""
        mark = self.ledger.mark()
        with self.lock:
            if mark != self._mark:
                if self._mark:
                    self.version += 1
                self._mark = mark
                self._stages.clear()
                self._forget()

    def _forget(self) -> None:
        self._scenes.clear()
        self._pictures.clear()
        self._memo.clear()

    def stage(self, known: date | None = None) -> History:
        with self.lock:
            if known not in self._stages:
                self._stages[known] = self.staged(self.ledger.claims(as_known=known))
                while len(self._stages) > MOST_STAGES:
                    self._stages.popitem(last=False)
            self._stages.move_to_end(known)
            return self._stages[known]

    def staged(self, claims: Sequence[Stored]) -> History:
        ground = self.gazetteer.settlements(theatre(reported_places(claims))) if claims else []
        return History(claims, ground, Catalogue.load().by_id, self.settings)

    def scene(self, on: date, known: date | None = None) -> Snapshot:
        with self.lock:
            key = (known, on)
            if key not in self._scenes:
                self._scenes[key] = snapshot_of(self.stage(known), on, known)
                while len(self._scenes) > MOST_DAYS:
                    self._scenes.popitem(last=False)
            return self._scenes[key]

    def picture(self, on: date, known: date | None = None) -> Picture:
        with self.lock:
            key = (known, on)
            if key not in self._pictures:
                self._pictures[key] = draw(self.scene(on, known))
                while len(self._pictures) > MOST_DAYS:
                    self._pictures.popitem(last=False)
            return self._pictures[key]

    def memo(self, key: Any, make: Any) -> Any:
        with self.lock:
            if key not in self._memo:
                self._memo[key] = make()
            return self._memo[key]

    def decided(self, claim_id: str) -> None:
        """After a decision on one claim: the history is made anew."""
        with self.lock:
            self._stages.clear()
            self._mark = self.ledger.mark()
            self.version += 1
            self._forget()

    def span(self) -> tuple[date, date]:
        """First and last day there is something to see, from dated actual claims; the report dates where there are none."""

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

        return self.memo("span", make)  # type: ignore[no-any-return]

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

        return self.memo("events", make)  # type: ignore[no-any-return]

    def by_id(self) -> dict[str, Stored]:
        return self.memo("by id", lambda: {s.id: s for s in self.stage().claims})  # type: ignore[no-any-return]

    def queue(self, on: date, most: int = 40) -> list[tuple[Stored, float, Holding]]:
        """Undecided claims about places, by how much leaving each out would move the picture of that day."""

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

        return self.memo(("queue", on, most), make)  # type: ignore[no-any-return]

    def tried(self, report: Report) -> tuple[list[Stored], History]:
        """A report's claims, unstored, and the picture as it would be with them."""
        with self.lock:
            claims = self.tools.claims_of(report)
            day = report.published or date.today()
            new = [
                Stored(c.id, c, report.source or "this draft", report.published, day)
                for c in claims
            ]
            have = {s.id for s in new}
            return new, self.staged(
                [*(replace(s) for s in self.stage().claims if s.id not in have), *new]
            )

    def where(self, s: Stored) -> Any:
        return place_of(s)


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
