"""A ledger under its rules: staged once, days drawn once; every answer is given from here.

What does not depend on the day is kept as files (ledger/kept.py), so that the next command or the
next start of the app has it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from contactline.ledger.kept import Kept, code_stamp
from contactline.ledger.store import Ledger
from contactline.model import (
    ContactlineError,
    Event,
    Expectation,
    Picture,
    Stored,
    digest,
)
from contactline.naming.actors import Catalogue
from contactline.naming.gazetteer import Gazetteer
from contactline.picture.history import History
from contactline.picture.kept import (
    Damaged,
    KeptHistory,
    packed,
    packed_picture,
    picture_of,
)
from contactline.picture.places import reported_places, theatre
from contactline.questions.recent import Recent
from contactline.questions.rules import Rules

if TYPE_CHECKING:
    from contactline.picture.build import Snapshot
    from contactline.picture.changes import Change
    from contactline.prospects.risk import Risk, Skill
    from contactline.prospects.turning import TurningPoint
    from contactline.prospects.whatif import WhatIf

T = TypeVar("T")
MOST_HISTORIES, MOST_DAYS, MOST_ANSWERS = 4, 24, 200
LEAST_KEPT = 500  # claims; a stage of fewer is made as quickly as it is loaded
MOST_BYTES = 256_000_000  # of snapshots and of answers, each, beyond the history they share


class Analysis:
    """Not safe for several threads; `serving.desk` puts a lock around it."""

    def __init__(
        self,
        ledger: Ledger,
        rules: Rules | None = None,
        gazetteer: Callable[[], Gazetteer] = Gazetteer.open,
        kept: Kept | None = None,
        least_kept: int = LEAST_KEPT,
    ) -> None:
        self.ledger, self.rules, self._open = ledger, rules or Rules(), gazetteer
        self.kept, self.least_kept = kept or Kept(), least_kept
        self._keeps = True
        self._state: list[Any] | None = None
        self._histories: Recent[History] = Recent(MOST_HISTORIES, MOST_BYTES)
        self._snapshots: Recent[Snapshot] = Recent(MOST_DAYS, MOST_BYTES)
        self._answers: Recent[Any] = Recent(MOST_ANSWERS, MOST_BYTES)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return self._open()

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load()

    def forget(self) -> None:
        """After the ledger has changed; what lives on in memory is not written each time."""
        self._keeps, self._state = False, None
        for kept in (self._histories, self._snapshots, self._answers):
            kept.clear()

    # -- days ----------------------------------------------------------------------------------

    def last_day(self) -> date:
        """The newest report's. Raises ContactlineError where no report carries a date."""
        last = self.ledger.span()[1]
        if last is None:
            raise ContactlineError(
                "no report in the ledger carries a date; give the day with --on 2017-11-20"
            )
        return last

    def history(self, known: date | None = None) -> History:
        """All that does not depend on the day, from what was known by `known`."""
        return self._histories.get(known, lambda: self._stage(known))

    def _stage(self, known: date | None) -> History:
        """The kept history of the ledger as it stands, else a new one, kept for the next."""
        name = self._name("stage", known)
        data = self.kept.get(name)
        if data is not None:
            try:
                found = KeptHistory(data, lambda: self.catalogue.by_id, self.rules.picture)
                found.memo = self._memo
                return found
            except Damaged:
                pass  # it is made anew, and written over
        made = self.staged(self.ledger.claims(as_known=known))
        # a ledger that grew while it was read is not what the name says
        self._keeps = self._keeps and self.ledger.state() == self._state
        if self._keeps and len(made.claims) >= self.least_kept:
            self.kept.put(name, packed(made))
        return made

    def _name(self, *what: Any) -> str:
        """Of what follows from the ledger, the rules, the places and the program."""
        if self._state is None:  # until `forget`, whatever another process adds
            self._state = self.ledger.state()
        follows = [self._state, self.rules.picture.public(), self.gazetteer.stamp]
        return digest([*follows, code_stamp(), *what], 32)

    def _memo(self, name: str, make: Callable[[], bytes]) -> Any:
        name = digest([name, code_stamp()], 32)
        data = self.kept.get(name)
        if data is None:
            data = make()
            self.kept.put(name, data)
        return data

    def staged(self, claims: Sequence[Stored]) -> History:
        """A history of these claims, whether they are stored or not."""
        places = reported_places(claims)
        ground = self.gazetteer.settlements(theatre(places)) if claims else []
        made = History(claims, ground, self.catalogue.by_id, self.rules.picture)
        if len(claims) >= self.least_kept:
            made.memo = self._memo
        return made

    def snapshot(self, on: date, known: date | None = None) -> Snapshot:
        from contactline.picture.build import snapshot_of

        return self._snapshots.get((known, on), lambda: snapshot_of(self.history(known), on, known))

    def answer(self, key: Any, make: Callable[[], T]) -> T:
        """An answer given before, or made now."""
        found: T = self._answers.get(key, make)
        return found

    # -- answers -------------------------------------------------------------------------------

    def picture(self, on: date, known: date | None = None) -> Picture:
        """Who holds what: holdings, sectors, lines, ties, agreements of a day."""
        return self.answer(("picture", on, known), lambda: self._drawn(on, known))

    def _drawn(self, on: date, known: date | None) -> Picture:
        from contactline.picture.build import draw

        name = self._name("picture", on, known)
        data = self.kept.get(name)
        if data is not None:
            try:
                return picture_of(data)
            except Damaged:
                pass
        made = draw(self.snapshot(on, known))
        if self._keeps and len(self.history(known).units) >= self.least_kept // 50:
            self.kept.put(name, packed_picture(made))
        return made

    def what_changed(self, first: date, last: date, known: date | None = None) -> Sequence[Change]:
        """Between two days. Raises ContactlineError unless the first is before the last."""
        if first >= last:
            raise ContactlineError(f"{first} is not before {last}")

        return self.answer(
            ("changes", first, last, known),
            lambda: self.changed_since(self.picture(first, known), last, known),
        )

    def changed_since(
        self, before: Picture, last: date, known: date | None = None
    ) -> Sequence[Change]:
        """From a picture that was told to that of a day, whatever was learnt in between."""
        from contactline.picture.changes import changes

        history, after = self.history(known), self.picture(last, known)
        return changes(before, after, history.sides.names, history.claims, history.sides)

    def events(self, first: date, last: date, known: date | None = None) -> Sequence[Event]:
        """Clashes, strikes, captures and moves of the days from `first` to `last`, both included.

        Raises ContactlineError when the first is after the last.
        """
        if first > last:
            raise ContactlineError(f"{first} is after {last}")
        from contactline.picture.events import events_between

        h = self.history(known)
        return self.answer(
            ("events", first, last, known),
            lambda: events_between(h.heard, h.sides, h.settings, first, last, h.catalogue),
        )

    def expected(self, on: date, known: date | None = None) -> Sequence[Expectation]:
        """What is expected, intended or conditional, and what came of it by the day."""
        from contactline.prospects.expectations import expected_on

        return self.answer(
            ("expected", on, known),
            lambda: expected_on(self.history(known), on, self.rules.prospects),
        )

    def what_if(self, kind: str, what: str, on: date, known: date | None = None) -> WhatIf:
        """The picture with one thing otherwise: without, holds, ends, allied or hostile."""
        from contactline.prospects.assume import asked

        return self.answer(
            ("what if", kind, what, on, known),
            lambda: asked(self.snapshot(on, known), kind, what, self.expected(on, known)),
        )

    def risk(self, on: date, days: int, known: date | None = None) -> tuple[Skill, list[Risk]]:
        """(the model's measured skill, chances by place; none where it has shown no skill)."""
        from contactline.prospects.risk import risks

        return self.answer(("risk", on, days, known), lambda: risks(self.history(known), on, days))

    def turning_points(
        self, first: date | None, last: date, known: date | None = None
    ) -> tuple[date, Sequence[TurningPoint]]:
        """(first day looked at, the days around which the picture changed most)."""
        from contactline.prospects.turning import beginning, turning_points

        def make() -> tuple[date, Sequence[TurningPoint]]:
            history = self.history(known)
            start = first or beginning(history, last)
            return start, turning_points(history, start, last)

        return self.answer(("turning points", first, last, known), make)

    def by_id(self, known: date | None = None) -> dict[str, Stored]:
        """Every claim that speaks, by its id."""
        return self.answer(("by id", known), lambda: {s.id: s for s in self.history(known).claims})

    def who_says_so(
        self, ids: Iterable[str], most: int = 1000, known: date | None = None
    ) -> list[Stored]:
        """The claims of these ids, one a sentence, in their order."""
        by, seen, out = self.by_id(known), set(), []
        for i in ids:
            s = by.get(i)
            if s is not None and (s.claim.report, s.claim.start) not in seen:
                seen.add((s.claim.report, s.claim.start))
                out.append(s)
                if len(out) >= most:
                    break
        return out
