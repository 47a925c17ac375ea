"""Who holds one place through time: a continuous-time Markov chain observed through claims.

States are the sides named for the place and "somebody not named". Between observations the chain forgets at a constant
rate towards its prior (the equal-input model of Felsenstein 1981), so that filtering and smoothing are exact in closed
form; a claim multiplies in a likelihood ratio set by its aspect, modality, extent, source and the reader's confidence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.model import ACTUAL, Stored
from contactline.picture.settings import Settings

UNNAMED = "?"


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
    """The ratio after doubt: certainty in the claim shrinks its logarithm."""
    c = s.claim
    power = max(0.0, 2.0 * c.confidence - 0.25) if s.review != "accept" else 1.6
    power = min(power, 1.6) / 1.6
    if c.modality == "reported":
        power *= settings.reported
    if s.copy_of:
        power *= settings.copy
    if c.kind == "control":
        power *= {"part": settings.part, "pocket": settings.part, "most": settings.most}.get(c.extent or "whole", 1.0)
    return math.exp(math.log(base) * power * s.weight)


def observations(claims: Sequence[Stored], side_of: Callable[[str | None, date], str | None], settings: Settings, asked: date, power: float = 1.0) -> list[Observation]:
    """Claims about one place as observations. Parties named together in one sentence hold it together."""
    groups: dict[tuple[object, ...], list[Stored]] = {}
    for s in claims:
        c = s.claim
        groups.setdefault((c.report, c.start, c.kind, c.aspect, c.modality), []).append(s)
    out: list[Observation] = []
    for group in (part for whole in groups.values() for part in _together(whole)):
        s = max(group, key=lambda g: g.claim.confidence)
        c = s.claim
        undated = s.published is None and c.valid_from is None
        day = asked if undated else (c.valid_from if c.valid_from and c.aspect != "holds" else None) or (min(c.valid_to, s.known) if c.valid_to and c.aspect == "holds" else None) or s.published or s.on
        who = frozenset(x for g in group if (x := side_of(g.claim.actor.id if g.claim.actor else None, day)))
        named = tuple(dict.fromkeys((g.claim.actor.label, x) for g in group if g.claim.actor and (x := side_of(g.claim.actor.id, day))))
        other = frozenset(x for g in group if (x := side_of(g.claim.other.id if g.claim.other else None, day)))
        ids = tuple(g.id for g in group)

        def see(sides: frozenset[str], ratio: float, what: str, on: date = day, s: Stored = s, ids: tuple[str, ...] = ids, named: tuple[tuple[str, str], ...] = named, undated: bool = undated, contest: bool = False, siege: bool = False) -> None:
            if sides or contest:
                r = strength(s, abs(ratio), settings) ** power if ratio > 0 else 1.0
                if undated:
                    r **= settings.undated
                out.append(Observation(on, sides, r, ids, what, s.source, named, undated, contest, siege))

        if c.kind == "control":
            if c.modality == "denied":
                if c.aspect in ("holds", "gains"):
                    see(who, 1 / settings.presence, f"said not to have {c.aspect}")
                elif c.aspect == "loses":
                    see(who, settings.presence, "said not to have lost it")
            elif c.modality in ACTUAL:
                if c.aspect == "holds":
                    see(who, settings.holds, "holds")
                    if c.valid_from and c.valid_from < day:
                        see(who, settings.holds, "holds since", c.valid_from)
                elif c.aspect == "gains":
                    see(who, 1 / settings.presence, "not yet taken", day - timedelta(days=1), named=())
                    see(who, settings.gains, "gains")
                elif c.aspect == "loses":
                    see(who, settings.presence, "held before", day - timedelta(days=1), named=())
                    see(who, 1 / settings.loses, "loses")
                elif c.aspect == "contests":
                    see(who, settings.contests, "contests", contest=True)
                elif c.aspect == "besieges":
                    see(who, 1 / settings.besieges, "besieges", siege=True)
            elif c.aspect == "gains":
                see(who, 1 / settings.intends, "means to take it", named=())
        elif c.modality not in ACTUAL:
            continue
        elif c.kind == "presence":
            if c.aspect == "leaves":
                see(who, 1 / settings.presence, "leaves", named=())
            else:
                see(who, settings.presence, "is there", named=())
        elif c.kind == "fight":
            see(who | other, settings.fights, "fights there", named=(), contest=True)
        elif c.kind == "strike":
            see(who, 1 / settings.strikes, "strikes it", named=())
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
        near = last is not None and s.claim.actor is not None and (s.claim.actor.start or 0) - (last.end or last.start or 0) <= 45
        if near or last is None:
            out[-1].append(s)
        else:
            out.append([s])
    return out


def state_on(seen: Sequence[Observation], on: date, settings: Settings) -> State:
    """Smoothed probability of each side on a day: forward from the past, backward from what is said later."""
    if not seen:
        return State({UNNAMED: 1.0}, None, (), (), ())
    sides = sorted({x for o in seen for x in o.sides})
    prior = {x: (1.0 - settings.prior_unknown) / max(1, len(sides)) for x in sides} | {UNNAMED: settings.prior_unknown}
    if not sides:
        return State({UNNAMED: 1.0}, None, _contest(seen, on, settings), (), tuple((o, 0.0) for o in seen))

    def forget(p: dict[str, float], days: int) -> dict[str, float]:
        keep = math.exp(-settings.change_per_day * max(0, days))
        return {k: keep * v + (1 - keep) * prior[k] for k, v in p.items()}

    def tell(p: dict[str, float], o: Observation) -> dict[str, float]:
        q = {k: v * (o.ratio if k in o.sides else 1.0) for k, v in p.items()}
        if o.ratio > 1 and o.sides:  # what is surely one side's is surely not nobody's
            q[UNNAMED] = p[UNNAMED] / math.sqrt(o.ratio)
        total = sum(q.values())
        return {k: v / total for k, v in q.items()}

    def shift(p: dict[str, float], o: Observation) -> dict[str, float]:
        """A place that just changed hands: the chain may jump on that day, whatever it was the day before."""
        if o.what in ("gains", "loses"):
            loose = _jump(o, settings)
            return {k: (1 - loose) * v + loose * prior[k] for k, v in p.items()}
        return p

    past = [o for o in seen if o.day <= on]
    later = [o for o in seen if o.day > on]
    p, at, since, holder = dict(prior), None, None, None
    for o in past:
        if at is not None:
            p = forget(p, (o.day - at).days)
        p, at = tell(shift(p, o), o), o.day
        best = max(p, key=lambda k: (p[k], k))
        if best != holder:
            holder, since = best, o.day
    if at is not None:
        p = forget(p, (on - at).days)
    if later:
        # backward message: what the later claims say of today's state, through the same forgetting
        b = dict.fromkeys(prior, 1.0)
        at = None
        for o in reversed(later):
            if at is not None:
                b = _back(b, prior, (at - o.day).days, settings)
            b = {k: v * (o.ratio if k in o.sides else 1 / math.sqrt(o.ratio) if k == UNNAMED and o.ratio > 1 and o.sides else 1.0) for k, v in b.items()}
            if o.what in ("gains", "loses"):
                mean, loose = sum(prior[k] * b[k] for k in b), _jump(o, settings)
                b = {k: (1 - loose) * v + loose * mean for k, v in b.items()}
            top = max(b.values())
            b = {k: v / top for k, v in b.items()}
            at = o.day
        if at is not None:
            b = _back(b, prior, (at - on).days, settings)
        q = {k: p[k] * b[k] for k in p}
        total = sum(q.values())
        p = {k: v / total for k, v in q.items()}
    best = max(p, key=lambda k: (p[k], k))
    siege = tuple(sorted({x for o in seen if o.siege and 0 <= (on - o.day).days <= settings.siege_days for x in o.sides if x != best}))
    weights = tuple((o, math.log(o.ratio) if best in o.sides else -math.log(o.ratio) if o.ratio > 1 and o.sides else 0.0) for o in seen)
    return State(p, since if holder == best else None, _contest(seen, on, settings), siege, weights)


def _jump(o: Observation, settings: Settings) -> float:
    """How surely the place changed hands that day: a sure event cuts the day before off from the day after."""
    return 0.9 * min(1.0, abs(math.log(o.ratio)) / math.log(settings.gains))


def _back(b: dict[str, float], prior: dict[str, float], days: int, settings: Settings) -> dict[str, float]:
    keep = math.exp(-settings.change_per_day * max(0, days))
    mean = sum(prior[k] * b[k] for k in b)
    return {k: keep * v + (1 - keep) * mean for k, v in b.items()}


def _contest(seen: Sequence[Observation], on: date, settings: Settings) -> tuple[str, ...]:
    recent = [o for o in seen if o.contest and 0 <= (on - o.day).days <= settings.contest_days]
    return tuple(sorted({x for o in recent for x in o.sides})) if any(len(o.sides) != 1 or o.what == "contests" for o in recent) else ()
