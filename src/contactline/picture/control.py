"""Who holds one place through time: a continuous-time Markov chain observed through claims.

States are the sides named for the place and "somebody not named". Between observations the chain
forgets at a constant rate towards its prior (the equal-input model of Felsenstein 1981), so that
filtering and smoothing are exact in closed form. A claim that a side holds, is there, strikes …
multiplies in a likelihood ratio; a claim that it takes or loses the place is a transition on its
day. The parameters stand in `Settings.chain`; `make fit-picture` fits them (docs/adr/0017), and the
last two temper the probabilities.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from contactline.picture.observe import CLAIMED, HOLDING, Observation
from contactline.picture.settings import Settings

UNNAMED = "?"


@dataclass(frozen=True, slots=True)
class State:
    """One place on one day: the probability of each side and of `UNNAMED`, since when the likeliest
    holds it, who fights for it, who besieges it, and each observation with its weight (log odds)
    for or against the likeliest.
    """

    shares: dict[str, float]
    since: date | None
    contested_by: tuple[str, ...]
    besieged_by: tuple[str, ...]
    weights: tuple[tuple[Observation, float], ...]


@dataclass(slots=True)
class _Day:
    """All observations of one day: the sides' likelihoods, and how strongly the place passes to and
    from them.

    What is told of one day has no order, so that gains are pooled: with strengths w = -ln(1 -
    passes), the place passes with probability 1 - exp(-sum w), to each side by its part of the sum.
    """

    ratio: dict[int, float] = field(default_factory=dict)
    nobody: float = 1.0
    gained: dict[int, float] = field(default_factory=dict)
    lost: dict[int, float] = field(default_factory=dict)


def log_odds(o: Observation) -> float:
    """What an observation is worth: of a ratio its logarithm, of an event the log odds that the
    place passed.
    """
    if o.passes:
        worth = math.log1p(o.passes / (1.0 - min(o.passes, ALMOST)))
        return -worth if o.what == "loses" else worth
    return math.log(o.ratio)


ALMOST = 1.0 - 1e-6  # no event is quite sure, so that its weight can be told


class Track:
    """One place through all time: the chain's forward and backward messages at each day told of,
    kept.

    `shares(day)` is then exact in constant time, whatever the number of claims (forward-backward,
    Rabiner 1989).
    """

    __slots__ = (
        "_joint",
        "_named",
        "back",
        "claimed",
        "days",
        "forward",
        "holders",
        "prior",
        "seen",
        "settings",
        "sides",
        "stamps",
        "undated",
    )

    def __init__(self, seen: Sequence[Observation], settings: Settings) -> None:
        self._told(seen, settings)
        steps = self._pooled()
        self.forward: list[list[float]] = []
        self.holders: list[tuple[int, int]] = []
        p, at, holder, since = self.prior, None, -1, 0
        for step, day in zip(steps, self.days, strict=True):
            if at is not None:
                p = self._forget(p, day - at)
            p = self._tell(step, p)
            at = day
            best = max(range(len(p)), key=p.__getitem__)
            if best != holder:
                holder, since = best, day
            self.forward.append(p)
            self.holders.append((holder, since))
        # back[i]: what is told from the i-th day on says of the state before that day
        self.back: list[list[float]] = [[]] * len(self.days)
        b = [1.0] * (len(self.sides) + 1)
        for i in range(len(self.days) - 1, -1, -1):
            if i + 1 < len(self.days):
                b = self._remember(b, self.days[i + 1] - self.days[i])
            b = self._recall(steps[i], b)
            top = max(b)
            b = [v / top for v in b]
            self.back[i] = b

    @classmethod
    def kept(
        cls,
        seen: list[Observation],
        settings: Settings,
        forward: list[list[float]],
        back: list[list[float]],
        holders: list[tuple[int, int]],
    ) -> Track:
        """A track whose messages were computed before."""
        self = cls.__new__(cls)
        self._told(seen, settings)
        self.forward, self.back, self.holders = forward, back, holders
        return self

    def _told(self, seen: Sequence[Observation], settings: Settings) -> None:
        self.seen, self.settings = list(seen), settings
        self._joint: dict[str, frozenset[str]] = {}
        self._named: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
        self.sides = sorted({x for o in self.seen for x in o.sides})
        self.stamps = [o.day.toordinal() for o in self.seen]
        self.days = sorted(set(self.stamps))
        self.claimed = frozenset(x for o in self.seen if o.what in CLAIMED for x in o.sides)
        self.undated = bool(self.seen) and all(o.undated for o in self.seen)
        self.prior = self._prior()

    def _prior(self) -> list[float]:
        """A side that is only said to be there, to fight or to strike may hold the place, but
        nobody says so.
        """
        chain = self.settings.chain
        said = {x for o in self.seen if o.what in HOLDING for x in o.sides}
        share = [1.0 if x in said else chain.only_there for x in self.sides]
        rest = 1.0 - chain.prior_unknown
        return [rest * v / sum(share) for v in share] + [chain.prior_unknown]

    def _pooled(self) -> list[_Day]:
        chain = self.settings.chain
        column = {x: i for i, x in enumerate(self.sides)}
        steps = {d: _Day() for d in self.days}
        for o, day in zip(self.seen, self.stamps, strict=True):
            step = steps[day]
            if o.passes and o.sides:
                each = -math.log(1.0 - min(o.passes, ALMOST)) / len(o.sides)
                moved = step.lost if o.what == "loses" else step.gained
                for x in o.sides:
                    moved[column[x]] = moved.get(column[x], 0.0) + each
            elif o.sides:
                for x in o.sides:
                    step.ratio[column[x]] = step.ratio.get(column[x], 1.0) * o.ratio
                if o.ratio > 1.0:  # what is surely one side's is surely not nobody's
                    step.nobody *= o.ratio**-chain.nobody
        return [steps[d] for d in self.days]

    def _tell(self, step: _Day, p: Sequence[float]) -> list[float]:
        q = list(p)
        for i, w in sorted(step.lost.items()):
            gone = (1.0 - math.exp(-w)) * q[i]
            rest = 1.0 - self.prior[i]
            q = [v + gone * u / rest for v, u in zip(q, self.prior, strict=True)]
            q[i] = q[i] - gone * self.prior[i] / rest - gone
        if step.gained:
            total = sum(step.gained.values())
            kept = math.exp(-total)
            q = [kept * v for v in q]
            for i, w in step.gained.items():
                q[i] += (1.0 - kept) * w / total
        for i, r in step.ratio.items():
            q[i] *= r
        q[-1] *= step.nobody
        whole = sum(q)
        return [v / whole for v in q]

    def _recall(self, step: _Day, b: Sequence[float]) -> list[float]:
        """The transpose of `_tell`: the likelihood of what follows,
        given the state before the day.
        """
        q = list(b)
        for i, r in step.ratio.items():
            q[i] *= r
        q[-1] *= step.nobody
        if step.gained:
            total = sum(step.gained.values())
            kept = math.exp(-total)
            to = sum(w / total * q[i] for i, w in step.gained.items())
            q = [kept * v + (1.0 - kept) * to for v in q]
        for i, w in sorted(step.lost.items(), reverse=True):
            away = 1.0 - math.exp(-w)
            others = sum(
                u * v for k, (u, v) in enumerate(zip(self.prior, q, strict=True)) if k != i
            )
            q[i] = (1.0 - away) * q[i] + away * others / (1.0 - self.prior[i])
        return q

    def _forget(self, p: Sequence[float], days: int) -> list[float]:
        keep = math.exp(-self.settings.chain.change_per_day * days)
        return [keep * v + (1 - keep) * u for v, u in zip(p, self.prior, strict=True)]

    def _remember(self, b: Sequence[float], days: int) -> list[float]:
        keep = math.exp(-self.settings.chain.change_per_day * days)
        mean = sum(u * v for u, v in zip(self.prior, b, strict=True))
        return [keep * v + (1 - keep) * mean for v in b]

    def shares(self, on: date) -> tuple[list[float], int]:
        """Probability of each side and of "somebody not named" (last), and the index of the last
        day told of by then.
        """
        day = self.days[-1] if self.undated else on.toordinal()
        i = bisect_right(self.days, day) - 1
        p = list(self.prior) if i < 0 else self._forget(self.forward[i], day - self.days[i])
        if i + 1 < len(self.days):
            b = self._remember(self.back[i + 1], self.days[i + 1] - day)
            p = [v * w for v, w in zip(p, b, strict=True)]
        return self._tempered(p), i

    def _tempered(self, p: Sequence[float]) -> list[float]:
        """Temperature and a bias of the unnamed (vector scaling, Guo et al. 2017), fitted so that
        of what is given 0.8 eight in ten are right; it keeps the order of the sides.
        """
        chain = self.settings.chain
        whole = sum(p)
        q = [(v / whole) ** chain.temper for v in p]
        q[-1] *= chain.unnamed
        whole = sum(q)
        return [v / whole for v in q]

    def joint(self, side: str) -> frozenset[str]:
        """Sides said to hold the place together with one."""
        if side not in self._joint:
            self._joint[side] = frozenset(
                x
                for o in self.seen
                if len(o.sides) > 1 and o.what in ("holds", "gains") and side in o.sides
                for x in o.sides
            )
        return self._joint[side]

    def named(self, group: tuple[str, ...], until: int) -> tuple[str, ...]:
        """Up to six names that the observations up to a day (ordinal) call these sides by, the
        latest first.
        """
        if (group, until) not in self._named:
            names: dict[str, None] = {}
            for o in reversed(self.seen[: bisect_right(self.stamps, until)]):
                speaks_for = o.ratio > 1.0 or (o.passes > 0.0 and o.what == "gains")
                if speaks_for and not o.sides.isdisjoint(group):
                    names.update((n, None) for n, x in o.named if x in group)
                    if len(names) >= self.settings.standing.names:
                        break
            if len(self._named) > LISTS:
                self._named.clear()
            self._named[group, until] = tuple(names)
        return self._named[group, until]

    def at(self, on: date) -> State:
        """The place on a day."""
        if not self.sides:
            none = tuple((o, 0.0) for o in self.seen)
            return State({UNNAMED: 1.0}, None, tuple(self.contest(on)), (), none)
        p, _ = self.shares(on)
        names = [*self.sides, UNNAMED]
        best = max(range(len(p)), key=p.__getitem__)
        top = names[best]
        since = self.since(on, top)
        weights = tuple((o, _for(o, top)) for o in self.seen)
        shares = dict(zip(names, p, strict=True))
        return State(shares, since, tuple(self.contest(on)), self.siege(on, (top,)), weights)

    def since(self, on: date, side: str) -> date | None:
        """Since when a side has been the likeliest, by what was told by the day; None where it is
        not.
        """
        i = bisect_right(self.days, on.toordinal()) - 1
        if i < 0 or self.undated:
            return None
        best, day = self.holders[i]
        return date.fromordinal(day) if [*self.sides, UNNAMED][best] == side else None

    def _upto(self, on: date, days: int | None = None) -> Sequence[Observation]:
        if not self.seen:
            return ()
        end = self.stamps[-1] if self.undated else on.toordinal()
        first = 0 if days is None else bisect_left(self.stamps, end - days)
        return self.seen[first : bisect_right(self.stamps, end)]

    def contest(self, on: date) -> dict[str, float]:
        """Sides that fight over the place, within the window and since it last passed (a finished
        fight is no contest), with the probability that one of the claims that they contest it or
        took a part of it is right.
        """
        recent = list(self._upto(on, self.settings.standing.contest_days))
        passed = max((o.day for o in recent if o.passes and not o.contest), default=None)
        open_ = [o for o in recent if o.contest and (passed is None or o.day > passed)]
        if not any(len(o.sides) != 1 or o.what == "contests" or o.passes for o in open_):
            return {}
        doubt: dict[str, float] = {}
        for o in open_:
            said = o.q if o.what == "contests" or o.passes else 0.0
            for x in o.sides:
                doubt[x] = doubt.get(x, 1.0) * (1.0 - said)
        return {x: 1.0 - d for x, d in sorted(doubt.items())}

    def siege(self, on: date, holders: Sequence[str]) -> tuple[str, ...]:
        """Sides that besiege the place: from when it is told until it passes, is calm or opened, or
        the word on it has faded as the chain forgets.
        """
        standing, chain = self.settings.standing, self.settings.chain
        end = self.stamps[-1] if self.undated and self.seen else on.toordinal()
        doubt: dict[str, float] = defaultdict(lambda: 1.0)
        for o in self._upto(on):
            if o.lifted:
                doubt.clear() if not o.sides else [doubt.pop(x, None) for x in o.sides]
            elif o.passes and not o.contest and o.what == "gains":
                doubt.clear()
            elif o.siege:
                keep = math.exp(-chain.change_per_day * (end - o.day.toordinal()))
                for x in o.sides:
                    doubt[x] *= 1.0 - o.q * keep
        return tuple(
            sorted(x for x, d in doubt.items() if x not in holders and 1.0 - d >= standing.siege_at)
        )


LISTS = 8  # lists of names kept per track


def _for(o: Observation, side: str) -> float:
    """The log odds an observation gives for or against a side."""
    worth = log_odds(o)
    if side in o.sides:
        return worth
    return -worth if worth > 0 and o.sides else 0.0


def state_on(seen: Sequence[Observation], on: date, settings: Settings) -> State:
    """Smoothed probability of each side on a day: forward from the past, backward from what is said
    later.
    """
    return Track(seen, settings).at(on)


def shares_on(track: Track, on: date) -> Mapping[str, float]:
    """The shares of a track on a day by side."""
    p = track.shares(on)[0] if track.sides else [1.0]
    return dict(zip([*track.sides, UNNAMED], p, strict=True))
