"""Which prospective claims are kept, which of them can be decided,
and which are one expectation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from contactline.model import Claim, Role, Stored
from contactline.picture.sides import Sides
from contactline.prospects.matching import OFFENSIVE, Share, both, side
from contactline.prospects.settings import DEFAULT, Keeping
from contactline.reading import conditions, outlook

RULES = DEFAULT.keeping
FORETOLD = frozenset(
    {
        "gains",
        "loses",
        "besieges",
        "arrives",
        "leaves",
        "made",
        "broken",
        "blocked",
        "opened",
        "backs",
        "calm",
        "fighting",
        "tense",
    }
)


def kept(s: Stored, rules: Keeping = RULES) -> bool:
    """Whether a prospective claim is kept: read with some confidence,
    and about a party or a place.
    """
    c = s.claim
    who = [r for r in (c.actor, c.other) if r is not None and not outlook.nobody(r)]
    where = c.place is not None and not outlook.nowhere(c.place)
    return c.confidence >= rules.kept_at and (bool(who) or where)


def decidable(s: Stored, rules: Keeping = RULES) -> bool:
    """Whether the claim foretells something that can be decided: a change, by a known party, at a
    place that is one.

    That a party stays where it is, belongs to another or is somebody's enemy foretells no event;
    "we" and "they" are nobody, "areas" and "the last stronghold" no place that a later report could
    name.
    """
    c = s.claim
    if (
        c.confidence < rules.read_at
        or (c.kind not in OFFENSIVE and c.aspect not in FORETOLD)
        or not outlook.forward(c)
    ):
        return False
    if c.actor is not None and not outlook.somebody(c.actor, rules.known_at):
        return False
    roles = sum(r is not None and outlook.somebody(r, rules.known_at) for r in (c.actor, c.other))
    where = _placed(c, rules)
    if c.kind in ("presence", "control", "access"):
        return where and (roles > 0 or c.kind == "access")
    if c.kind == "situation":
        return where
    return roles == 2 or (where and roles == 1 and c.kind in OFFENSIVE)


def _placed(c: Claim, rules: Keeping) -> bool:
    return (
        c.place is not None
        and c.place.lat is not None
        and c.place.feature not in ("country", "continent", "sea")
        and (c.place.confidence is None or c.place.confidence >= rules.placed_at)
    )


class Known:
    """What was known of the world when something was expected: who held what, who fought whom."""

    def __init__(
        self, actual: Sequence[Stored], sides: Sides, share: Share | None, rules: Keeping = RULES
    ) -> None:
        self.sides, self.share, self.rules = sides, share, rules
        self.between: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
        self.struck: dict[tuple[str, str], list[int]] = defaultdict(list)
        # how often together, how often against
        self.standing: dict[frozenset[str], list[int]] = defaultdict(lambda: [0, 0])
        for s in actual:
            c = s.claim
            if c.kind in OFFENSIVE or c.kind == "support":
                who = both(s, sides, s.on)
                self.between[
                    "war" if c.kind in OFFENSIVE else "support", frozenset(who.values())
                ].append(s.on.toordinal())
                self.standing[frozenset(who.values())][c.kind in OFFENSIVE] += 1
                if c.kind in OFFENSIVE and c.place and c.place.id:
                    for x in set(who.values()):
                        self.struck[x, c.place.id].append(s.on.toordinal())

    def friends(self, a: str, b: str) -> bool:
        """Said to back each other more than once, and more often than to fight."""
        together, against = self.standing.get(frozenset((a, b)), (0, 0))
        return a != b and together >= self.rules.together and together > against

    def enemies(self, a: str, b: str) -> bool:
        """Said to fight each other, and more often than to stand together."""
        together, against = self.standing.get(frozenset((a, b)), (0, 0))
        return a != b and against > together

    def going_on(self, s: Stored) -> bool:
        """The two are at war or allied already, or the one has struck that place within the last
        months.
        """
        c = s.claim
        if c.kind not in OFFENSIVE and c.kind != "support":
            return False
        day = (s.published or s.on).toordinal()
        who = both(s, self.sides, s.on)
        runs: list[tuple[list[int], int]] = []
        if len(set(who.values())) == 2:
            kind = "war" if c.kind in OFFENSIVE else "support"
            runs = [(self.between.get((kind, frozenset(who.values())), []), self.rules.at_war_days)]
        if c.kind in OFFENSIVE and c.place and c.place.id and "actor" in who:
            runs = [(self.struck.get((who["actor"], c.place.id), []), self.rules.going_on_days)]
        return any(
            (at := bisect_right(days, day)) > 0 and day - days[at - 1] <= window
            for days, window in runs
        )

    def already(self, s: Stored) -> bool:
        """The picture gives the place to who is to take it or to come there, or not at all to who
        is to lose it.
        """
        c = s.claim
        who = side(s, "actor", self.sides, s.on)
        if (
            self.share is None
            or (c.kind != "control" and c.aspect != "arrives")
            or c.place is None
            or c.place.id is None
            or who is None
        ):
            return False
        p = self.share(c.place.id, who, (s.published or s.on) - timedelta(days=1))
        return p is not None and (
            (c.aspect in ("gains", "arrives") and p >= self.rules.already)
            or (c.aspect == "loses" and p <= 1 - self.rules.already)
        )


def said_better(said: Sequence[Stored]) -> set[str]:
    """Claims of a sentence that another of it says better: "an offensive to take Alpha from the
    rebels" is one expectation.

    The attack on a place that is to be taken, and the loss of whom it is to be taken from, are
    parts of its taking.
    """
    gains = {
        (s.claim.report, s.claim.start, s.claim.place.id)
        for s in said
        if s.claim.kind == "control" and s.claim.aspect == "gains" and s.claim.place
    }
    part = {
        ("control", "loses"),
        ("control", "contests"),
        ("fight", None),
        ("strike", None),
        ("presence", "arrives"),
        ("situation", "fighting"),
    }
    acting = {
        (s.claim.report, s.claim.start, s.claim.actor.start)
        for s in said
        if s.claim.actor and s.claim.aspect != "located"
    }
    return {
        s.id
        for s in said
        if (
            (s.claim.kind, s.claim.aspect) in part
            and s.claim.place
            and (s.claim.report, s.claim.start, s.claim.place.id) in gains
        )
        or (
            # who will act there is not said to stay there
            s.claim.aspect == "located"
            and s.claim.actor
            and s.claim.actor.start is not None
            and (s.claim.report, s.claim.start, s.claim.actor.start) in acting
        )
    } | _of_others(said)


_GOING = frozenset({("control", "loses"), ("presence", "leaves")})


def _of_others(said: Sequence[Stored]) -> set[str]:
    """Claims that give one party's part in a sentence to another.

    The ground a condition says somebody is driven from is lost by nobody else; who acts in the
    condition does not do what follows from it, where the sentence names who does; and a party that
    the sentence does not name does not fight where one that it names does.
    """
    by_sentence: dict[tuple[str, int], list[Stored]] = defaultdict(list)
    for s in said:
        by_sentence[s.claim.report, s.claim.start].append(s)
    out: set[str] = set()
    for mine in by_sentence.values():
        for s in mine:
            c = s.claim
            others = [o.claim for o in mine if o.id != s.id]
            going = (c.kind, c.aspect) in _GOING and conditions.place_inside(c)
            if (
                (
                    going
                    and any(
                        (o.kind, o.aspect) in _GOING and conditions.inside(o, c) for o in others
                    )
                )
                or (
                    conditions.actor_inside(c)
                    and any(
                        (o.kind, o.aspect, o.condition) == (c.kind, c.aspect, c.condition)
                        and not conditions.actor_inside(o)
                        for o in others
                    )
                )
                or (
                    _fighting(c)
                    and not _in_sentence(c.actor, c)
                    and any(
                        _fighting(o)
                        and o.place is not None
                        and c.place is not None
                        and o.place.id == c.place.id
                        and o.condition == c.condition
                        and _in_sentence(o.actor, o)
                        for o in others
                    )
                )
            ):
                out.add(s.id)
    return out


def _fighting(c: Claim) -> bool:
    return c.kind in OFFENSIVE or (c.kind == "situation" and c.aspect == "fighting")


def _in_sentence(r: Role | None, c: Claim) -> bool:
    return r is not None and (r.start is None or c.start <= r.start < c.end)


def together(claims: Sequence[Stored], rules: Keeping = RULES) -> list[tuple[Stored, list[Stored]]]:
    """Parties named side by side that are to take, leave or strike the same place do it together:
    the first, and the others.

    Of parties named apart in the sentence only one can be meant: among those read about as surely
    as any, the last ("militants answered an offensive of the government that began with the aim of
    taking Alpha").
    """
    same: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    for s in claims:
        c = s.claim
        same[
            (c.report, c.start, c.kind, c.aspect, c.place.id)
            if c.place is not None and c.place.id and c.kind in ("control", "presence", "strike")
            else (s.id,)
        ].append(s)
    out = []
    for group in same.values():
        group.sort(key=lambda s: ((s.claim.actor.start or 0) if s.claim.actor else 0, s.id))
        runs: list[list[Stored]] = []
        for s in group:
            last, now = (runs[-1][-1].claim.actor if runs else None), s.claim.actor
            if last is not None and now is not None and outlook.named_together(s.claim, last, now):
                runs[-1].append(s)
            else:
                runs.append([s])
        sure = [max(s.claim.confidence for s in run) for run in runs]
        best = [run for run, p in zip(runs, sure, strict=True) if p >= rules.nearly * max(sure)][-1]
        out.append((best[0], best[1:]))
    return out
