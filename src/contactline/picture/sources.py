"""How far a source is to be believed, for each side it tells of: learnt from agreement over the
ledger.

Expectation–maximisation in the manner of Dawid and Skene (1979): the tracks give who held a place
on the day of a claim, leaving the source itself out as far as others speak; agreement counts for
(source, side) with a prior; the claims weigh anew; twice. Near-copies never count.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from contactline.model import ACTUAL, Stored, digest
from contactline.picture.control import Track
from contactline.picture.observe import observations
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

if TYPE_CHECKING:
    from contactline.picture.places import ReportedPlace


ROUNDED = 3  # digits shown
OUTSIDE = 0.1  # of the interval shown


@dataclass(frozen=True, slots=True)
class Score:
    """Claims of a source about a side that others' claims can be held against, and how many of them
    they bear out.
    """

    right: float
    n: float

    def believed(self, settings: Settings) -> float:
        """Posterior mean of Beta(prior)."""
        a, b = settings.trust.right, settings.trust.wrong
        return (a + self.right) / (a + b + self.n)

    def interval(self, settings: Settings) -> tuple[float, float]:
        """The middle nine tenths of Beta(prior)."""
        from scipy.special import betaincinv

        a, b = settings.trust.right + self.right, settings.trust.wrong + self.n - self.right
        low, high = betaincinv(a, b, [OUTSIDE / 2, 1 - OUTSIDE / 2])
        return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Reliability:
    """`scores` by (source, side); `own` the side a source tells well of beyond what others bear
    out.
    """

    scores: Mapping[tuple[str, str], Score]
    own: Mapping[str, str]
    settings: Settings
    evidence: Mapping[tuple[str, str], tuple[tuple[str, float], ...]] = field(
        default_factory=dict
    )  # claim id and how far others bear it out, most and least so

    def weight(self, source: str, side: str | None, against: bool = False) -> float:
        """Multiplies the logarithm of a claim's likelihood ratio; 1 for a source nothing is known
        of.
        """
        s = self.settings
        score = self.scores.get((source, side or ""))
        usual = math.log(s.trust.right / s.trust.wrong)
        w = 1.0
        if score is not None:
            r = min(s.trust.surest, max(s.trust.doubtfulest, score.believed(s)))
            w = min(s.trust.most, max(s.trust.least, math.log(r / (1 - r)) / usual))
        if against and side is not None and self.own.get(source) == side:
            w = max(w, 1.0) * s.trust.against_own
        return w

    def weighed(self, claims: Sequence[Stored], sides: Sides) -> list[Stored]:
        """The claims with their weights."""
        if not self.scores:
            return list(claims)
        out = []
        for s in claims:
            side = sides.of(s.claim.actor.id, s.on) if s.claim.actor else None
            w = self.weight(s.source, side, s.claim.kind == "control" and s.claim.aspect == "loses")
            out.append(s if w == s.weight else replace(s, weight=w))
        return out


def reliabilities(
    units: Iterable[ReportedPlace], sides: Sides, settings: Settings, past: frozenset[str]
) -> Reliability:
    """Needs two sources about the same places; with one there is nothing to hold it against, and
    all weigh 1.
    """
    shared = [
        u
        for u in units
        if not u.wide
        and len({s.source for s in u.claims if s.claim.kind == "control" and not s.copy_of}) > 1
    ]
    # enough places to know a source by; the same ones in whatever order the claims came
    shared = sorted(shared, key=lambda u: digest(u.place.id))[: settings.trust.places]
    trust = Reliability({}, {}, settings)
    if not shared:
        return trust
    for _ in range(settings.trust.rounds):
        right: dict[tuple[str, str], float] = defaultdict(float)
        n: dict[tuple[str, str], float] = defaultdict(float)
        held: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
        for u in shared:
            said = trust.weighed(u.claims, sides)
            by_source: dict[str, list[Stored]] = defaultdict(list)
            for s in said:
                c = s.claim
                if (
                    c.kind == "control"
                    and c.aspect in ("holds", "gains")
                    and c.modality in ACTUAL
                    and not s.copy_of
                    and c.actor
                    and c.report not in past
                    and (s.published or c.valid_from)
                ):
                    by_source[s.source].append(s)
            # a place told of by a crowd needs no leaving out of one: its own voice is a small part
            # of the whole
            whole = (
                Track(observations(said, sides.of, settings, past=past), settings)
                if len(by_source) > settings.trust.crowd
                else None
            )
            for source, mine in by_source.items():
                rest = whole or Track(
                    observations(
                        [s for s in said if s.source != source],
                        sides.of,
                        settings,
                        past=past,
                    ),
                    settings,
                )
                if rest.undated or not rest.sides:
                    continue
                for s in mine:
                    side = sides.of(s.claim.actor.id if s.claim.actor else None, s.on)
                    if side is None:
                        continue
                    # who is first to tell of a change is not wrong because the others have not told
                    # of it yet
                    near = bisect_left(rest.days, s.on.toordinal() - settings.trust.early_days)
                    if (
                        near == len(rest.days)
                        or rest.days[near] > s.on.toordinal() + settings.trust.days
                    ):
                        continue
                    p, _ = rest.shares(date.fromordinal(max(s.on.toordinal(), rest.days[near])))
                    known = 1.0 - p[-1]
                    if known < settings.trust.known_at:
                        continue
                    share = p[rest.sides.index(side)] if side in rest.sides else 0.0
                    right[source, side] += share
                    n[source, side] += known
                    held[source, side].append((round(share / known, ROUNDED), s.id))
        ends = {
            k: tuple(
                (i, x)
                for x, i in dict.fromkeys(
                    (
                        *sorted(v, reverse=True)[: settings.trust.shown],
                        *sorted(v)[: settings.trust.shown],
                    )
                )
            )
            for k, v in held.items()
        }
        trust = Reliability(
            {k: Score(right[k], n[k]) for k in n}, _own(right, n, settings), settings, ends
        )
    return trust


def _own(
    right: Mapping[tuple[str, str], float], n: Mapping[tuple[str, str], float], settings: Settings
) -> dict[str, str]:
    """The side a source overstates: its claims of that side's gains are borne out clearly less
    often than its others.
    """
    out = {}
    for source in sorted({s for s, _ in n}):
        mine = {
            side: Score(right[source, side], n[source, side]) for src, side in n if src == source
        }
        if len(mine) < 2:
            continue
        worst = min(sorted(mine), key=lambda k: mine[k].believed(settings))
        others = Score(
            sum(v.right for k, v in mine.items() if k != worst),
            sum(v.n for k, v in mine.items() if k != worst),
        )
        if (
            mine[worst].n >= settings.trust.own_side_claims
            and others.believed(settings) - mine[worst].believed(settings)
            >= settings.trust.own_side_gap
        ):
            out[source] = worst
    return out


def told(trust: Reliability, claims: Sequence[Stored], sides: Sides) -> list[dict[str, Any]]:
    """A row for each source: its claims, copies, and what it is believed for each side, with the
    numbers behind.
    """
    reports: dict[str, set[str]] = defaultdict(set)
    copies: dict[str, set[str]] = defaultdict(set)
    spoken: Counter[str] = Counter()
    for s in claims:
        reports[s.source].add(s.claim.report)
        spoken[s.source] += 1
        if s.copy_of:
            copies[s.source].add(s.claim.report)
    out = []
    for source in sorted(reports, key=lambda k: (-spoken[k], k)):
        about = []
        for (src, side), score in sorted(trust.scores.items()):
            if src == source:
                about.append(
                    {
                        "side": sides.name(side),
                        "believed": round(score.believed(trust.settings), ROUNDED),
                        "between": [round(x, ROUNDED) for x in score.interval(trust.settings)],
                        "held_against": round(score.n, 1),
                        "borne_out": round(score.right, 1),
                        "weight": round(trust.weight(source, side), 2),
                        "evidence": [
                            {"claim": i, "borne_out": x}
                            for i, x in trust.evidence.get((src, side), ())
                        ],
                    }
                )
        own = trust.own.get(source)
        out.append(
            {
                "source": source,
                "reports": len(reports[source]),
                "copies": len(copies[source]),
                "claims": spoken[source],
                "about": sorted(about, key=lambda a: -float(str(a["held_against"]))),
                "overstates": sides.name(own) if own else None,
            }
        )
    return out
