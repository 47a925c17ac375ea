"""Who holds one place through time: a continuous-time Markov chain observed through claims.

States are the sides named for the place and "somebody not named". Between observations the chain forgets at a constant
rate towards its prior (the equal-input model of Felsenstein 1981), so that filtering and smoothing are exact in closed
form; a claim multiplies in a likelihood ratio set by its aspect, modality, extent, source and the reader's confidence.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.model import ACTUAL, Stored
from contactline.picture.evidence import evidence
from contactline.picture.settings import Settings

UNNAMED = "?"
HOLDING = frozenset({"holds", "holds since", "gains", "loses", "contests", "held before"})
NO_DAY = date(
    1000, 1, 1
)  # the day of what has none; a track of such claims is the same on every day


@dataclass(frozen=True, slots=True)
class Observation:
    """What claims of one sentence say of a place on a day. `ratio` > 1 speaks for the sides, < 1 against them."""

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


@dataclass(frozen=True, slots=True)
class State:
    shares: dict[str, float]
    since: date | None
    contested_by: tuple[str, ...]
    besieged_by: tuple[str, ...]
    weights: tuple[tuple[Observation, float], ...]


def strength(s: Stored, base: float, settings: Settings) -> float:
    """The likelihood ratio after doubt.

    With probability q the claim says of this place what it seems to say, and then it speaks at `base`; else it is
    about something else and speaks for a side as often as any stray claim does (`stray`). So
    ratio = (q + (1 - q) stray) / (q / base + (1 - q) stray), which no single doubtful claim can drive to certainty.
    """
    c = s.claim
    q = c.confidence if s.review != "accept" else max(c.confidence, settings.doubt.accepted)
    if c.place and c.place.confidence is not None and s.review != "accept":
        q *= c.place.confidence
    if c.actor and (c.actor.id or "").startswith(
        "actor:new:"
    ):  # a party nobody has heard of may be a misreading
        q *= settings.doubt.unheard_of
    if c.modality == "reported":
        q *= settings.doubt.reported
    if c.kind == "control":
        q *= {
            "part": settings.doubt.part,
            "pocket": settings.doubt.part,
            "most": settings.doubt.most,
        }.get(c.extent or "whole", 1.0)
    stray = (1.0 - q) * settings.doubt.stray
    ratio = (q + stray) / (q / base + stray)
    power = s.weight * (settings.doubt.copy if s.copy_of else 1.0)
    return float(ratio**power)


def observations(
    claims: Sequence[Stored],
    side_of: Callable[[str | None, date], str | None],
    settings: Settings,
    asked: date,
    power: float = 1.0,
    past: frozenset[str] = frozenset(),
) -> list[Observation]:
    """Claims about one place as observations. Parties named together in one sentence hold it together.

    `past` are reports that tell of long ago: what they give no date for is of no day that could be named, and left out.
    """
    groups: dict[tuple[object, ...], list[Stored]] = {}
    for s in claims:
        c = s.claim
        if c.valid_from is None and c.report in past:
            continue  # nobody can say of which year it is
        groups.setdefault((c.report, c.start, c.kind, c.aspect, c.modality), []).append(s)
    out: list[Observation] = []
    for group in (part for whole in groups.values() for part in _together(whole)):
        s = max(group, key=lambda g: g.claim.confidence)
        c = s.claim
        e = evidence(s)
        undated, day = e.undated, e.seen or asked
        who = frozenset(
            x for g in group if (x := side_of(g.claim.actor.id if g.claim.actor else None, day))
        )
        named = tuple(
            dict.fromkeys(
                (g.claim.actor.label, x)
                for g in group
                if g.claim.actor and (x := side_of(g.claim.actor.id, day))
            )
        )
        other = frozenset(
            x for g in group if (x := side_of(g.claim.other.id if g.claim.other else None, day))
        )
        ids = tuple(g.id for g in group)

        def see(
            sides: frozenset[str],
            ratio: float,
            what: str,
            on: date = day,
            s: Stored = s,
            ids: tuple[str, ...] = ids,
            named: tuple[tuple[str, str], ...] = named,
            undated: bool = undated,
            contest: bool = False,
            siege: bool = False,
        ) -> None:
            if sides or contest:
                r = strength(s, abs(ratio), settings) ** power if ratio > 0 else 1.0
                if undated:
                    r **= settings.doubt.undated
                out.append(
                    Observation(on, sides, r, ids, what, s.source, named, undated, contest, siege)
                )

        if c.kind == "control":
            if c.modality == "denied":
                if c.aspect in ("holds", "gains"):
                    see(who, 1 / settings.chain.presence, f"said not to have {c.aspect}")
                elif c.aspect == "loses":
                    see(who, settings.chain.presence, "said not to have lost it")
            elif c.modality in ACTUAL:
                if c.aspect == "holds":
                    see(who, settings.chain.holds, "holds")
                    if c.valid_from and c.valid_from < day and not e.vague:
                        see(who, settings.chain.holds, "holds since", c.valid_from)
                elif c.aspect == "gains":
                    see(
                        who,
                        1 / settings.chain.presence,
                        "not yet taken",
                        (c.valid_from or day) - timedelta(days=1),
                        named=(),
                    )
                    see(who, settings.chain.gains, "gains")
                elif c.aspect == "loses":
                    see(
                        who,
                        settings.chain.presence,
                        "held before",
                        (c.valid_from or day) - timedelta(days=1),
                        named=(),
                    )
                    see(who, 1 / settings.chain.loses, "loses")
                elif c.aspect == "contests":
                    see(who, settings.chain.contests, "contests", contest=True)
                elif c.aspect == "besieges":
                    see(who, 1 / settings.chain.besieges, "besieges", siege=True)
            elif c.aspect == "gains":
                see(who, 1 / settings.chain.intends, "means to take it", named=())
        elif c.modality not in ACTUAL:
            continue
        elif c.kind == "presence":
            if c.aspect == "leaves":
                see(who, 1 / settings.chain.presence, "leaves", named=())
            else:
                see(who, settings.chain.presence, "is there", named=())
        elif c.kind == "fight":
            see(who | other, settings.chain.fights, "fights there", named=(), contest=True)
        elif c.kind == "strike":
            see(who, 1 / settings.chain.strikes, "strikes it", named=())
        elif c.kind == "situation" and c.aspect == "fighting":
            see(frozenset(), 1.0, "fighting", named=(), contest=True)
    if any(not o.undated for o in out):
        out = [o for o in out if not o.undated]
    out.sort(key=lambda o: (o.day, o.ratio, o.claims))
    return out


def _together(group: list[Stored]) -> list[list[Stored]]:
    """Parties named side by side hold a place together; ones named far apart in the sentence do not."""
    if len(group) < 2:
        return [group]
    group = sorted(group, key=lambda s: (s.claim.actor.start or 0 if s.claim.actor else 0, s.id))
    out = [[group[0]]]
    for s in group[1:]:
        last = out[-1][-1].claim.actor
        near = (
            last is not None
            and s.claim.actor is not None
            and (s.claim.actor.start or 0) - (last.end or last.start or 0) <= 45
        )
        if near or last is None:
            out[-1].append(s)
        else:
            out.append([s])
    return out


class Track:
    """One place through all time: the chain's forward and backward messages at each observation, kept.

    `at(day)` is then exact in constant time, whatever the number of claims (forward-backward, Rabiner 1989).
    """

    __slots__ = (
        "_joint",
        "_named",
        "back",
        "days",
        "forward",
        "holders",
        "prior",
        "seen",
        "settings",
        "sides",
        "undated",
    )

    def __init__(self, seen: Sequence[Observation], settings: Settings) -> None:
        self.seen, self.settings = list(seen), settings
        self._joint: dict[str, frozenset[str]] = {}
        self._named: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
        self.sides = sorted({x for o in self.seen for x in o.sides})
        self.days = [o.day.toordinal() for o in self.seen]
        self.undated = bool(self.seen) and all(o.undated for o in self.seen)
        k = len(self.sides)
        # who is only said to be there, to fight or to strike may hold the place, but nobody says so
        said = {x for o in self.seen if o.what in HOLDING for x in o.sides}
        share = [1.0 if x in said else settings.chain.only_there for x in self.sides]
        self.prior = [(1.0 - settings.chain.prior_unknown) * v / sum(share) for v in share] + [
            settings.chain.prior_unknown
        ]
        column = {x: i for i, x in enumerate(self.sides)}
        rows = [
            (
                tuple(column[x] for x in o.sides),
                o.ratio,
                _jump(o, settings) if o.what in ("gains", "loses") else 0.0,
            )
            for o in self.seen
        ]
        self.forward: list[list[float]] = []
        self.holders: list[tuple[int, int]] = []
        p, at, holder, since = self.prior, None, -1, 0
        for (mine, ratio, loose), day in zip(rows, self.days, strict=True):
            if at is not None and day > at:
                p = self._forget(p, day - at)
            if loose:  # a place that just changed hands: the chain may jump on that day, whatever it was the day before
                p = [(1 - loose) * v + loose * u for v, u in zip(p, self.prior, strict=True)]
            p = self._tell(p, mine, ratio)
            at = day
            best = max(range(k + 1), key=p.__getitem__)
            if best != holder:
                holder, since = best, day
            self.forward.append(p)
            self.holders.append((holder, since))
        # back[i]: what observations from the i-th on say of the state on the i-th's day, before the i-th is told
        self.back: list[list[float]] = [[]] * len(rows)
        b = [1.0] * (k + 1)
        for i in range(len(rows) - 1, -1, -1):
            if i + 1 < len(rows) and self.days[i + 1] > self.days[i]:
                b = self._remember(b, self.days[i + 1] - self.days[i])
            mine, ratio, loose = rows[i]
            b = self._tell(b, mine, ratio)
            if loose:
                mean = sum(u * v for u, v in zip(self.prior, b, strict=True))
                b = [(1 - loose) * v + loose * mean for v in b]
            top = max(b)
            b = [v / top for v in b]
            self.back[i] = b

    def _tell(self, p: Sequence[float], mine: Sequence[int], ratio: float) -> list[float]:
        q = list(p)
        for i in mine:
            q[i] *= ratio
        if ratio > 1 and mine:  # what is surely one side's is surely not nobody's
            q[-1] /= math.sqrt(ratio)
        total = sum(q)
        return [v / total for v in q]

    def _forget(self, p: Sequence[float], days: int) -> list[float]:
        keep = math.exp(-self.settings.chain.change_per_day * days)
        return [keep * v + (1 - keep) * u for v, u in zip(p, self.prior, strict=True)]

    def _remember(self, b: Sequence[float], days: int) -> list[float]:
        keep = math.exp(-self.settings.chain.change_per_day * days)
        mean = sum(u * v for u, v in zip(self.prior, b, strict=True))
        return [keep * v + (1 - keep) * mean for v in b]

    def shares(self, on: date) -> tuple[list[float], int]:
        """Probability of each side and of "somebody not named" (last), and the index of the last observation by then."""
        day = self.days[-1] if self.undated else on.toordinal()
        i = bisect_right(self.days, day) - 1
        p = (
            list(self.prior)
            if i < 0
            else self.forward[i]
            if self.undated or day == self.days[i]
            else self._forget(self.forward[i], day - self.days[i])
        )
        if i + 1 < len(self.days):
            b = self._remember(self.back[i + 1], self.days[i + 1] - day)
            q = [v * w for v, w in zip(p, b, strict=True)]
            total = sum(q)
            p = [v / total for v in q]
        return p, i

    def joint(self, side: str) -> frozenset[str]:
        """Sides said to hold the place together with one."""
        if side not in self._joint:
            self._joint[side] = frozenset(
                x
                for o in self.seen
                if len(o.sides) > 1
                and o.what in ("holds", "gains")
                and o.ratio > 1
                and side in o.sides
                for x in o.sides
            )
        return self._joint[side]

    def named(self, group: tuple[str, ...], seen: int) -> tuple[str, ...]:
        """Up to six names that the first `seen` observations call these sides by, the latest first."""
        if (group, seen) not in self._named:
            names: dict[str, None] = {}
            for o in reversed(self.seen[:seen]):
                if o.ratio > 1 and not o.sides.isdisjoint(group):
                    names.update((n, None) for n, x in o.named if x in group)
                    if len(names) >= 6:
                        break
            if len(self._named) > 8:
                self._named.clear()
            self._named[group, seen] = tuple(names)
        return self._named[group, seen]

    def at(self, on: date) -> State:
        if not self.sides:
            return State(
                {UNNAMED: 1.0}, None, self.contest(on), (), tuple((o, 0.0) for o in self.seen)
            )
        p, i = self.shares(on)
        names = [*self.sides, UNNAMED]
        best = max(range(len(p)), key=p.__getitem__)
        since = (
            date.fromordinal(self.holders[i][1]) if i >= 0 and self.holders[i][0] == best else None
        )
        top = names[best]
        weights = tuple(
            (
                o,
                math.log(o.ratio)
                if top in o.sides
                else -math.log(o.ratio)
                if o.ratio > 1 and o.sides
                else 0.0,
            )
            for o in self.seen
        )
        return State(
            dict(zip(names, p, strict=True)), since, self.contest(on), self.siege(on, top), weights
        )

    def _within(self, on: date, days: int) -> list[Observation]:
        end = self.days[-1] if self.undated else on.toordinal()
        return (
            self.seen[bisect_left(self.days, end - days) : bisect_right(self.days, end)]
            if self.seen
            else []
        )

    def contest(self, on: date) -> tuple[str, ...]:
        """Sides that fight over the place, within the window."""
        recent = [o for o in self._within(on, self.settings.standing.contest_days) if o.contest]
        return (
            tuple(sorted({x for o in recent for x in o.sides}))
            if any(len(o.sides) != 1 or o.what == "contests" for o in recent)
            else ()
        )

    def siege(self, on: date, holder: str) -> tuple[str, ...]:
        return tuple(
            sorted(
                {
                    x
                    for o in self._within(on, self.settings.standing.siege_days)
                    if o.siege
                    for x in o.sides
                    if x != holder
                }
            )
        )


def state_on(seen: Sequence[Observation], on: date, settings: Settings) -> State:
    """Smoothed probability of each side on a day: forward from the past, backward from what is said later."""
    return Track(seen, settings).at(on)


def _jump(o: Observation, settings: Settings) -> float:
    """How surely the place changed hands that day: a sure event cuts the day before off from the day after."""
    return 0.9 * min(1.0, abs(math.log(o.ratio)) / math.log(settings.chain.gains))
