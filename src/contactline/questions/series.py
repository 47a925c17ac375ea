"""Numbers through time, as plots and spreadsheets show them: who holds how much, what happens in a
week, how long the contact lines are, whose expectations came true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.model import Holder
from contactline.prospects.record import Record, records
from contactline.questions.analysis import Analysis

DAILY_DAYS = 120  # a span no longer than this is looked at day by day
WEEKLY_DAYS = 3 * 365
KINDS = ("clash", "strike", "capture", "move")


@dataclass(frozen=True, slots=True)
class Control:
    """Of the places that any report in the ledger tells of, how many each holder has on a day.

    `places` is how many there are; what is neither held nor contested is not known.
    """

    on: date
    held: dict[Holder, int]
    contested: int
    places: int

    @property
    def unknown(self) -> int:
        return self.places - self.contested - sum(self.held.values())


@dataclass(frozen=True, slots=True)
class Week:
    """Events of the seven days from `monday`, by kind; `reported` of them are counted on the day of
    their first report, as nobody names theirs.
    """

    monday: date
    kinds: dict[str, int]
    reported: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Length of the contact lines of a day in km, by relation."""

    on: date
    length: dict[str, float]


def sampled(first: date, last: date) -> str:
    """The step that a span is looked at by: day, week or month."""
    days = (last - first).days
    return "day" if days <= DAILY_DAYS else "week" if days <= WEEKLY_DAYS else "month"


def control(analysis: Analysis, days: Sequence[date], known: date | None = None) -> list[Control]:
    """One row a day. Parts of places and areas as a whole are not counted: they have no town."""
    history = analysis.history(known)
    told = [i for i, p in enumerate(history.nodes) if p.id in history.units and "@" not in p.id]
    out = []
    for day in days:
        found = history.holdings_on(day)
        held: Counter[Holder] = Counter()
        contested = 0
        for i in told:
            h = found[i]
            if h.holder and h.status != "unknown":
                held[h.holder] += 1
            elif h.status == "contested":
                contested += 1
        out.append(Control(day, dict(held), contested, len(told)))
    return out


def activity(
    analysis: Analysis, first: date, last: date, known: date | None = None
) -> tuple[list[Week], int]:
    """(each week from that of `first` to that of `last`, how many events nobody dates to a week).

    Weeks begin on Monday, as ISO 8601 has them.
    """
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(days=7 * i) for i in range((last - monday).days // 7 + 1)]
    kinds = {w: dict.fromkeys(KINDS, 0) for w in weeks}
    reported: Counter[date] = Counter()
    vague = 0
    for e in analysis.events(first, last, known):
        if e.precision not in ("day", "report"):
            vague += 1
            continue
        w = e.date - timedelta(days=e.date.weekday())
        kinds[w][e.kind] = kinds[w].get(e.kind, 0) + 1
        reported[w] += e.precision == "report"
    return [Week(w, kinds[w], reported[w]) for w in weeks], vague


def lines(analysis: Analysis, days: Sequence[date], known: date | None = None) -> list[Lines]:
    """One row a day."""
    out = []
    for day in days:
        length: dict[str, float] = {}
        for x in analysis.picture(day, known).lines:
            length[x.relation] = length.get(x.relation, 0.0) + x.length_km
        out.append(Lines(day, length))
    return out


def reliability(analysis: Analysis, on: date, known: date | None = None) -> list[Record]:
    """Sources and voices of whose expectations at least one was decided by the day, those with most
    decided first.
    """
    found = records(analysis.expected(on, known), analysis.history(known).claims, on)
    return [r for r in found if r.decided]
