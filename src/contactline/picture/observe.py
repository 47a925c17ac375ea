"""Claims about one place as observations of who holds it: what each says, for whom, on which day,
how strongly.

Language is behind us here; an observation is either a likelihood ratio for some sides against the
others, or an event by which the place passes to or from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.model import ACTUAL, Stored
from contactline.picture.evidence import Evidence, evidence
from contactline.picture.settings import Settings

NO_DAY = date(1000, 1, 1)
# what says that a side holds, held, takes or loses the place; the rest says that it is there,
# fights or strikes
HOLDING = frozenset({"holds", "holds since", "gains", "loses", "contests", "held before"})
# … and of these what says that a side has it, of which a holder is made
CLAIMED = frozenset({"holds", "holds since", "gains", "held before", "said not to have lost it"})
SideOf = Callable[[str | None, date], str | None]


@dataclass(frozen=True, slots=True)
class Observation:
    """What claims of one sentence say of a place on a day.

    `ratio` > 1 speaks for the sides, < 1 against them; `passes` is the probability that the place
    passed on that day, to the sides ("gains") or from them ("loses"), and then the ratio is 1.
    `weight` is the logarithm of odds the observation is worth, for showing.
    """

    day: date
    sides: frozenset[str]
    ratio: float
    claims: tuple[str, ...]
    what: str
    source: str
    named: tuple[tuple[str, str], ...] = ()  # (name used, its side)
    undated: bool = False
    contest: bool = False
    siege: bool = False
    lifted: bool = False
    passes: float = 0.0
    q: float = 0.0  # probability that the claim says what it seems to say


@dataclass(frozen=True, slots=True)
class Shape:
    """What a claim says of a place, before it is weighed.

    `number` is the setting of `chain` that weighs it, "" for what says nothing of the holder; with
    `sign` 1 it is a likelihood ratio for the sides, with -1 against them, with 0 the probability
    that the place passes.
    """

    what: str
    sides: frozenset[str]
    day: date
    number: str = ""
    sign: int = 1
    named: tuple[tuple[str, str], ...] = ()
    contest: bool = False
    siege: bool = False
    lifted: bool = False


def strength(q: float, base: float, settings: Settings) -> float:
    """The likelihood ratio of a claim after doubt.

    With probability q the claim says what it seems to say, and then it speaks at `base`; else it is
    about something else and speaks for a side as often as any stray claim does. So ratio = (q + (1
    - q) stray) / (q / base + (1 - q) stray), which no single doubtful claim can drive to certainty.
    """
    stray = (1.0 - q) * settings.doubt.stray
    return (q + stray) / (q / base + stray)


def observations(
    claims: Sequence[Stored],
    side_of: SideOf,
    settings: Settings,
    asked: date = NO_DAY,
    past: frozenset[str] = frozenset(),
) -> list[Observation]:
    """Claims about one place as observations, by day.

    Parties named together in one sentence hold it together.

    `asked` is the day given to what has none; `past` are reports that tell of long ago, of which
    what has no date of its own is left out: nobody can say of which year it is. Where any claim has
    a day, those without one are left out.
    """
    told = told_of(claims, side_of, settings, asked, past)
    again = Counter(t.repeats for t in told)
    out = [o for t in told for o in t.observed(again[t.repeats])]
    out.sort(key=lambda o: (o.day, o.what, sorted(o.sides), o.claims))
    return out


def told_of(
    claims: Sequence[Stored],
    side_of: SideOf,
    settings: Settings,
    asked: date = NO_DAY,
    past: frozenset[str] = frozenset(),
) -> list[Told]:
    """Claims about one place by sentence, of those that have a day where any has; see
    `observations`.
    """
    groups: dict[tuple[object, ...], list[Evidence]] = {}
    for s in claims:
        e, c = evidence(s, past), s.claim
        if not e.retold:
            groups.setdefault((c.report, c.start, c.kind, c.aspect, c.modality), []).append(e)
    told = [
        Told(part, side_of, settings, asked)
        for g in groups.values()
        for part in _together(g, settings)
    ]
    _before_it_was_taken(told)
    return [t for t in told if not t.undated] if any(not t.undated for t in told) else told


def _before_it_was_taken(told: Sequence[Told]) -> None:
    """ "The army took the rebel-held town": the rebels had it on the day before."""
    takers: dict[tuple[str, int], set[str]] = {}
    for t in told:
        c = t.claim
        if (c.kind, c.aspect) == ("control", "gains") and c.modality in ACTUAL and not t.partly:
            takers.setdefault((c.report, c.start), set()).update(t.who)
    for t in told:
        c = t.claim
        taken = takers.get((c.report, c.start), set())
        if (c.kind, c.aspect) == ("control", "holds") and taken and not t.who & taken:
            t.day -= timedelta(days=1)


class Told:
    """Claims of one kind about the place in one sentence, of parties named side by side.

    `sure` is the probability that the sentence says so, as read; `doubts` name the settings of
    `doubt` that lower it. `repeats` is the same for sentences of one report that say the same of
    the same day: they do not bear each other out.
    """

    def __init__(
        self, group: Sequence[Evidence], side_of: SideOf, settings: Settings, asked: date
    ) -> None:
        self.settings = settings
        best = max(group, key=lambda g: (g.claim.confidence, g.id))
        self.evidence, self.claim, self.stored = best, best.claim, best.stored
        self.undated = best.undated
        self.day = best.seen or asked
        actors = [
            (g.claim.actor, side_of(g.claim.actor.id, self.day)) for g in group if g.claim.actor
        ]
        self.who = frozenset(x for _, x in actors if x)
        self.named = tuple(dict.fromkeys((r.label, x) for r, x in actors if x))
        self.other = frozenset(
            x for g in group if g.claim.other and (x := side_of(g.claim.other.id, self.day))
        )
        self.ids = tuple(sorted(g.id for g in group))
        c, s = self.claim, self.stored
        self.partly = c.kind == "control" and c.extent in ("part", "pocket")
        self.sure, self.doubts = c.confidence, []
        if s.review == "accept":
            self.sure = max(self.sure, settings.doubt.accepted)
        elif c.place and c.place.confidence is not None:
            self.sure *= c.place.confidence
        if c.actor and (c.actor.id or "").startswith("actor:new:"):
            self.doubts.append("unheard_of")
        if c.modality == "reported":
            self.doubts.append("reported")
        if self.partly:
            self.doubts.append("part")
        elif c.kind == "control" and c.extent == "most":
            self.doubts.append("most")
        self.repeats = (c.report, c.kind, c.aspect, c.modality, self.who, self.day)

    def credence(self) -> float:
        """Probability that the sentence says of this place and this party what it seems to say,
        0..1.
        """
        q = self.sure
        for name in self.doubts:
            q *= self.doubt(name)
        return q

    def doubt(self, name: str) -> float:
        return float(getattr(self.settings.doubt, name))

    def number(self, name: str) -> float:
        return float(getattr(self.settings.chain, name))

    def power(self) -> float:
        """Of the likelihood ratio: how far the source is believed, and less for a copy or a report
        without a date.
        """
        s, doubt = self.stored, self.settings.doubt
        return (
            s.weight * (doubt.copy if s.copy_of else 1.0) * (doubt.undated if self.undated else 1.0)
        )

    def observed(self, repeats: int) -> list[Observation]:
        """Its observations, when the report says the same `repeats` times."""
        q, power = self.credence(), self.power() * repeats**-self.settings.doubt.echo
        out = []
        for x in self.shapes():
            ratio, passes = 1.0, 0.0
            if x.number and x.sign:
                ratio = strength(q, self.number(x.number) ** x.sign, self.settings) ** power
            elif x.number:
                passes = 1.0 - (1.0 - self.number(x.number) * q) ** power
            # who takes a part of a place is surely inside it, whatever that says of the whole
            said = q / self.settings.doubt.part if self.partly and x.contest else q
            out.append(
                Observation(
                    x.day,
                    x.sides,
                    ratio,
                    self.ids,
                    x.what,
                    self.stored.source,
                    x.named,
                    self.undated,
                    x.contest,
                    x.siege,
                    x.lifted,
                    passes,
                    said,
                )
            )
        return out

    def shapes(self) -> list[Shape]:
        """What it says, before it is weighed."""
        c, who, day = self.claim, self.who, self.day
        found: list[Shape] = []
        if c.kind == "control":
            found = self._control()
        elif c.modality not in ACTUAL:
            found = []
        elif c.kind == "presence":
            away = c.aspect == "leaves"
            what, sign = ("leaves", -1) if away else ("is there", 1)
            found = [Shape(what, who, day, "presence", sign)]
        elif c.kind == "fight":
            found = [Shape("fights there", who | self.other, day, "fights", contest=True)]
        elif c.kind == "strike":
            found = [Shape("strikes it", who, day, "strikes", -1)]
        elif c.kind == "situation" and c.aspect == "fighting":
            found = [Shape("fighting", NOBODY, day, contest=True)]
        elif c.kind == "situation" and c.aspect == "calm":
            found = [Shape("calm", NOBODY, day, lifted=True)]
        elif c.kind == "access" and c.aspect == "opened":
            found = [Shape("opened", NOBODY, day, lifted=True)]
        return [x for x in found if x.sides or x.contest or x.lifted]

    def _control(self) -> list[Shape]:
        c, who, day, named = self.claim, self.who, self.day, self.named
        eve = (c.valid_from or day) - timedelta(days=1)
        if c.modality == "denied":
            return {
                "holds": [Shape("said not to have holds", who, day, "presence", -1)],
                "gains": [Shape("said not to have gains", who, day, "presence", -1)],
                "loses": [Shape("said not to have lost it", who, day, "presence", 1)],
                "besieges": [Shape("said not to besiege it", who, day, lifted=True)],
            }.get(c.aspect or "", [])
        if c.modality not in ACTUAL:
            means = [Shape("means to take it", who, day, "intends", -1)]
            return means if c.aspect == "gains" else []
        if c.aspect == "holds":
            out = [Shape("holds", who, day, "holds", named=named)]
            if c.valid_from and c.valid_from < day and not self.evidence.vague:
                out.append(Shape("holds since", who, c.valid_from, "holds", named=named))
            return out
        return {
            "gains": [
                Shape("not yet taken", who, eve, "eve", -1),
                Shape("gains", who, day, "gains", 0, named, contest=self.partly),
            ],
            "loses": [
                Shape("held before", who, eve, "eve", 1),
                Shape("loses", who, day, "loses", 0, named, contest=self.partly),
            ],
            "contests": [Shape("contests", who, day, "contests", 1, named, contest=True)],
            "besieges": [Shape("besieges", who, day, "besieges", -1, named, siege=True)],
        }.get(c.aspect or "", [])


NOBODY: frozenset[str] = frozenset()


def _together(group: Sequence[Evidence], settings: Settings) -> list[list[Evidence]]:
    """Parties named side by side hold a place together; ones named far apart in the sentence do
    not.
    """
    if len(group) < 2:
        return [list(group)]
    ordered = sorted(group, key=lambda e: (e.claim.actor.start or 0 if e.claim.actor else 0, e.id))
    out = [[ordered[0]]]
    for e in ordered[1:]:
        last, mine = out[-1][-1].claim.actor, e.claim.actor
        far = mine is None or (
            last is not None
            and (mine.start or 0) - (last.end or last.start or 0) > settings.doubt.beside
        )
        if far and last is not None:
            out.append([e])
        else:
            out[-1].append(e)
    return out
