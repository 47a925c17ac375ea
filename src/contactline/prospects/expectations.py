"""Expectations: all that is said to come, with who says so and what it waits for; some decided by
what was said later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contactline.model import (
    ACTUAL,
    PROSPECTIVE,
    Condition,
    Expectation,
    ExpectationState,
    Stored,
    digest,
)
from contactline.picture.distance import km
from contactline.picture.evidence import evidence
from contactline.picture.history import History
from contactline.picture.sides import Sides
from contactline.prospects import phrase, waiting
from contactline.prospects.keeping import Known, decidable, kept, said_better, together
from contactline.prospects.matching import (
    OFFENSIVE,
    Later,
    Share,
    both,
    opposite,
    same_event,
    same_place,
    side,
    stays,
)
from contactline.prospects.settings import DEFAULT, ProspectSettings
from contactline.prospects.waiting import MET, World
from contactline.reading import conditions as words
from contactline.reading import outlook

STATES = ("condition met", "open", "came true", "did not come true", "lapsed")


@dataclass(frozen=True, slots=True)
class Past:
    """Actual claims by a day, indexed for what decides expectations of it."""

    on: date
    sides: Sides
    share: Share | None
    known: Known
    later: Later
    settings: ProspectSettings

    def told(self, event: Stored, first: date, until: date, reports: set[str]) -> list[Stored]:
        """Claims of other reports, after the first day and by the last, about the event's place or
        parties.
        """
        return [
            x
            for x in self.later.about(event, self.sides)
            if first < x.on <= until and x.claim.report not in reports
        ]

    def came(self, event: Stored, first: date, until: date, reports: set[str]) -> list[Stored]:
        """Those that say that it came about."""
        return [
            x
            for x in self.told(event, first, until, reports)
            if same_event(event, x, self.sides, self.share, None, self.settings.deciding)
        ]

    def held_before(self, event: Stored) -> bool:
        """The side that is to lose ground was told to hold some of it."""
        who = side(event, "actor", self.sides, self.on)
        place = event.claim.place
        return who is not None and any(
            x.claim.kind == "control"
            and side(x, "actor", self.sides, x.on) == who
            and (
                place is None
                or place.lat is None
                or (x.claim.place is not None and same_place(place, x.claim.place))
            )
            for x in self.later.by_side.get(who, ())
        )


def expectations(
    claims: Sequence[Stored],
    sides: Sides,
    on: date,
    past: frozenset[str] = frozenset(),
    share: Share | None = None,
    world: Callable[[], World] | None = None,
    settings: ProspectSettings = DEFAULT,
) -> list[Expectation]:
    """Expectations said by `on`, the same one from several reports once, with its state on that
    day.

    `past`: reports that tell of long ago; what somebody there once aimed at is history and expects
    nothing now. `share`: how much of a place the picture gives a side on a day, so that a claim all
    others contradict decides nothing. `world`: the picture of the day, made only if a condition
    asks for it.
    """
    rules = settings.keeping
    said = [
        s
        for s in claims
        if s.claim.modality in PROSPECTIVE
        and (s.known <= on or s.published is None)
        and s.claim.report not in past
        and s.claim.confidence >= rules.kept_at
    ]
    inside = waiting.claims_inside(said)
    left = (
        {o.id for found in inside.values() for o in found}
        | said_better(said)
        | {s.id for s in said if words.of_itself(s.claim)}
    )
    actual = sorted(
        (
            s
            for s in claims
            if s.claim.modality in ACTUAL and s.on <= on and s.published is not None
        ),
        key=lambda s: (s.on, s.id),
    )
    known = Known(actual, sides, share, rules)
    then = Past(on, sides, share, known, Later(actual, sides, settings.deciding), settings)
    here = _Once(world)
    groups: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    for s, others in together([s for s in said if s.id not in left and kept(s, rules)], rules):
        groups[_key(s, others)] += [s, *others]
    found = [
        _expectation(key, group, inside, then, here)
        for key, group in sorted(groups.items(), key=lambda kv: str(kv[0]))
    ]
    return sorted(found, key=rank)


class _Once:
    """The world of the day, made when first asked for."""

    def __init__(self, make: Callable[[], World] | None) -> None:
        self._make = make
        self._made: World | None = None

    def __call__(self) -> World | None:
        if self._made is None and self._make is not None:
            self._made = self._make()
        return self._made


def rank(e: Expectation) -> tuple[object, ...]:
    """What is clear first; then what may come next, who says so most, and what was said last."""
    return (
        e.undecided_for == "vague",
        STATES.index(e.state),
        -e.first_said.toordinal(),
        -len(e.voices),
        -round(e.sure, 2),
        e.place or "",
        e.actor or "",
        e.id,
    )


def _key(s: Stored, others: Sequence[Stored]) -> tuple[object, ...]:
    c = s.claim
    who = tuple(
        sorted(
            {
                x
                for o in (s, *others)
                for r in (o.claim.actor, o.claim.other)
                if r and (x := r.id or r.text)
            }
        )
    )
    return (
        c.kind if c.kind not in OFFENSIVE else "attack",
        c.aspect,
        who,
        c.place.id or c.place.text if c.place else None,
    )


def _expectation(
    key: tuple[object, ...],
    group: list[Stored],
    inside: dict[str, list[Stored]],
    then: Past,
    world: Callable[[], World | None],
) -> Expectation:
    group.sort(key=lambda s: (s.known, s.id))
    s, on, sides = group[0], then.on, then.sides
    c = s.claim
    first = s.published or on
    horizon = max(then.settings.keeping.horizon(g.claim.modality) for g in group)
    until = c.valid_to if c.valid_to and c.valid_to > first else first + timedelta(days=horizon)
    reports = {g.claim.report for g in group}
    one_of = list({g.claim.actor.id if g.claim.actor else None: g for g in group}.values())
    why_not = min((_why_not(g, then) for g in group), key=WHY_NOT.index)
    can = not why_not
    later = then.told(s, first, until, reports) if can else []
    true, false = _decided(one_of, later, then)
    conditions = _conditions(group, inside, then, world, first, until, reports)
    met = any(x.state == MET for x in conditions)
    if true:
        state, decided = ExpectationState.CAME_TRUE, [x.id for x in true[:3]]
    elif false and stays(false[-1], sides, then.share, min(on, until), then.settings.deciding):
        state, decided = ExpectationState.DID_NOT, [x.id for x in false[:3]]
    elif on > until:
        state, decided = ExpectationState.LAPSED, []
    elif any(x.link == "until" and not x.negated and x.state == MET for x in conditions):
        state, decided = ExpectationState.LAPSED, []  # it was to last no longer than that
    elif conditions and all(x.state == MET for x in conditions):
        state, decided = (
            ExpectationState.CONDITION_MET,
            [i for x in conditions for i in x.met_by][:3],
        )
    else:
        state, decided = ExpectationState.OPEN, []

    def name(role: str) -> str | None:
        found = dict.fromkeys(r.label for g in one_of if (r := getattr(g.claim, role)))
        return phrase.listed(list(found)[:3]) or None

    def ids(role: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for g in one_of if (x := side(g, role, sides, on))))

    e = Expectation(
        id=digest(["expectation", [str(k) for k in key]]),
        kind=c.kind,
        aspect=c.aspect,
        actor=name("actor"),
        other=name("other"),
        place=name("place"),
        modality=c.modality,
        condition=next((g.claim.condition for g in group if g.claim.condition), None),
        voices=_voices(group),
        first_said=first,
        until=until,
        state=state,
        decided_by=tuple(decided),
        quote=c.quote,
        claims=tuple(g.id for g in group),
        condition_met=met,
        later=len(later),
        decidable=can,
        undecided_for=why_not,
        sure=round(max(g.claim.confidence for g in group), 4),
        conditions=conditions,
        actor_ids=ids("actor"),
        other_ids=ids("other"),
        place_id=c.place.id if c.place else None,
    )
    return replace(e, sentence=phrase.sentence(e))


WHY_NOT = ("", "going on already", "so already", "demanded", "vague")


def _why_not(s: Stored, then: Past) -> str:
    """Why nothing that is told later could decide it; empty where it can be decided."""
    if outlook.demanded(s.claim):
        return "demanded"
    if not decidable(s, then.settings.keeping):
        return "vague"
    return (
        "so already"
        if then.known.already(s)
        else "going on already"
        if then.known.going_on(s)
        else ""
    )


def _voices(group: Sequence[Stored]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            f"{g.claim.said_by} (in {g.source})" if g.claim.said_by else g.source for g in group
        )
    )


def _decided(
    one_of: Sequence[Stored], later: Sequence[Stored], then: Past
) -> tuple[list[Stored], list[Stored]]:
    """Later claims that say it came about, and those that rule it out."""
    share, sides, rules = then.share, then.sides, then.settings.deciding
    true = [
        x
        for x in later
        if any(same_event(g, x, sides, share, then.known.friends, rules) for g in one_of)
    ]
    false = [
        x
        for x in later
        if all(opposite(g, x, sides, share, then.known.enemies, rules) for g in one_of)
    ]
    return true, false


def _conditions(
    group: Sequence[Stored],
    inside: dict[str, list[Stored]],
    then: Past,
    world: Callable[[], World | None],
    first: date,
    until: date,
    reports: set[str],
) -> tuple[Condition, ...]:
    """What the expectation waits for, each wording once."""
    out: dict[str, Condition] = {}
    for g in group:
        text = g.claim.condition
        if not text or text in out:
            continue

        def outcome(o: Stored) -> waiting.Outcome:
            came = then.came(o, first, until, reports)
            needs = not came and then.on <= until
            return waiting.happened(
                o, world() if needs else None, came, needs and then.held_before(o)
            )

        out[text] = waiting.judged(
            text, waiting.each_once(inside.get(g.id, [])), outcome, then.on > until
        )
    return tuple(out.values())


def expected_on(
    stage: History, on: date, settings: ProspectSettings = DEFAULT
) -> list[Expectation]:
    """All expectations of a staged ledger, decided with what its picture believes, with what leads
    to what.
    """

    def world() -> World:
        areas = stage.areas_on(on)
        return World([*stage.holdings_on(on), *(h for _, h in areas)], stage.sides, on, settings)

    found = expectations(stage.claims, stage.sides, on, stage.past, stage.share, world, settings)
    if not any(e.conditions or e.state == "open" for e in found):
        return found
    return in_context(found, stage.claims, world(), settings)


def in_context(
    found: Sequence[Expectation],
    claims: Sequence[Stored],
    world: World,
    settings: ProspectSettings = DEFAULT,
) -> list[Expectation]:
    """The expectations with what each leads to, and the moves under way that speak for it."""
    by_id = {s.id: s for s in claims}
    moves: dict[str, list[Stored]] = defaultdict(list)
    for s in claims:
        c = s.claim
        if (
            c.kind == "presence"
            and c.aspect == "arrives"
            and c.modality in ACTUAL
            and c.place is not None
            and c.place.lat is not None
            and abs((world.on - evidence(s).day(world.on)).days) <= settings.keeping.signs_days
        ):
            for x in set(both(s, world.sides, s.on).values()):
                moves[x].append(s)
    out = []
    for e in waiting.leads(found, by_id, world):
        signs = _signs(e, by_id, moves, world) if e.state in STATES[:2] else ()
        out.append(replace(e, signs=signs) if signs else e)
    return out


def _signs(
    e: Expectation, by_id: dict[str, Stored], moves: dict[str, list[Stored]], world: World
) -> tuple[str, ...]:
    """Moves of who is to attack or to take, to near where that is, or to near ground of whom it is
    about.
    """
    if e.kind not in OFFENSIVE and e.kind != "control":
        return ()
    near = world.rules.keeping.signs_km
    places = [p for i in e.claims if i in by_id and (p := by_id[i].claim.place) is not None]
    out: dict[tuple[str, int], str] = {}
    for who in e.actor_ids:
        for s in moves.get(who, ()):
            there = s.claim.place
            if s.id in e.claims or there is None:
                continue
            beside = any(
                p.lat is not None
                and p.lon is not None
                and there.lat is not None
                and there.lon is not None
                and km(p.lat, p.lon, there.lat, there.lon) <= near
                for p in places
            )
            if beside or any(world.nearest(there, o) <= near for o in e.other_ids):
                out.setdefault((s.claim.report, s.claim.start), s.id)  # a sentence is one sign
    return tuple(out.values())


tell = phrase.event


def was_decided(e: Expectation) -> bool:
    """Later reports could have told of it.

    What lapsed unspoken of is decided neither way: silence is no outcome.
    """
    return e.decidable and (
        e.state in ("came true", "did not come true") or (e.state == "lapsed" and e.later > 0)
    )


def outcome(e: Expectation) -> str:
    """The state in words; of what lapsed, how much was read since about its place or parties."""
    if e.state != "lapsed" or not e.decidable:
        return e.state
    return (
        f"lapsed: none of {e.later} later claims says so"
        if e.later > 1
        else "lapsed: the one later claim does not say so"
        if e.later
        else "lapsed: nothing more was read about it"
    )
