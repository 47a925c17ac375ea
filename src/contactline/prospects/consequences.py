"""What follows where a party is gone: conditions met, aims that come nearer, what stays blocked,
who talks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from contactline.model import Condition, Expectation, Stored
from contactline.prospects import phrase, waiting
from contactline.prospects.assumed import Assumed, Point, Touched
from contactline.prospects.diplomacy import Process, processes
from contactline.prospects.waiting import IMPOSSIBLE, MET, OPEN
from contactline.reading.outlook import OFFENSIVE

_TAKING = frozenset({("control", "gains"), ("control", "contests"), ("control", "besieges")})


def done(a: Assumed, e: Expectation) -> bool:
    """The picture gives the place that is to be attacked or taken to who is to do it: nothing of it
    is still to come.
    """
    if e.kind not in OFFENSIVE and (e.kind, e.aspect) not in _TAKING:
        return False
    place = next((p for i in e.claims if i in a.by_id and (p := a.by_id[i].claim.place)), None)
    held = a.settings.waiting.held_at
    return any(a.now.share(place, who) >= held for who in e.actor_ids)


def emptied(a: Assumed, alive: Sequence[Expectation]) -> Touched:
    """Expectations of the party itself, and those that have no object any more.

    A party without ground can still fight: raids and bombs need none.
    """
    out: Touched = []
    for e in alive:
        if a.gone in e.actor_ids and len(e.actor_ids) == 1:
            done = e.kind == "control" and e.aspect == "loses"
            needs_no_ground = e.kind in OFFENSIVE or e.aspect == "fighting"
            out.append(
                (
                    e,
                    "it is fulfilled by the assumption"
                    if done
                    else "that needs no ground, and can still come"
                    if needs_no_ground
                    else "it has no ground to do it from",
                )
            )
        elif a.gone in e.other_ids and len(e.other_ids) == 1:
            out.append((e, "it has no object any more"))
    return out


def comes(a: Assumed, alive: Sequence[Expectation]) -> Touched:
    """Expectations all of whose conditions would be met, that were not before."""
    out: Touched = []
    for e in alive:
        states = [_then(a, c) for c in e.conditions]
        ends = any(
            c.link == "until" and not c.negated and s == MET and c.state != MET
            for c, s in zip(e.conditions, states, strict=True)
        )
        if ends:
            out.append((e, "it would be over, since what it was to last until has come about"))
        elif states and all(s == MET for s in states) and any(c.state != MET for c in e.conditions):
            out.append((e, "its condition would be met"))
        elif IMPOSSIBLE in states and not any(c.state == IMPOSSIBLE for c in e.conditions):
            out.append((e, "its condition can be met no more"))
    return out


def _then(a: Assumed, c: Condition) -> str:
    """A condition's state without the party."""
    if c.state != OPEN or not c.claims:
        return c.state
    found = [
        waiting.happened(a.by_id[i], a.world, (), False).state for i in c.claims if i in a.by_id
    ]
    if c.negated:
        return IMPOSSIBLE if MET in found else c.state
    return IMPOSSIBLE if IMPOSSIBLE in found else MET if all(s == MET for s in found) else OPEN


def next_(
    a: Assumed, empty: Touched, coming: Touched, expected: Sequence[Expectation]
) -> Iterator[Point]:
    for e, why in coming:
        yield Point("next", f"{e.sentence}: {why}.", (*e.claims[:2], *_of(e)))
        if why != "its condition would be met":
            continue
        for i in e.signs[:2]:
            s = a.by_id[i]
            place = s.claim.place.label if s.claim.place else "there"
            voice = f" ({s.claim.said_by})" if s.claim.said_by else ""
            yield Point("next", f"A sign of it: its troops move to {place}{voice}.", (i,))
        for then, because in waiting.chain(e, expected, a.settings.waiting.most_links):
            yield Point(
                "next", f"That leads on: {then.sentence}, since {because}.", then.claims[:2]
            )
    for e, why in empty:
        yield Point("next", f"{e.sentence}: {why}.", e.claims[:2])


def _of(e: Expectation) -> tuple[str, ...]:
    return tuple(i for c in e.conditions for i in c.claims[:1])


_AIMS = {
    ("control", "gains"),
    ("control", "besieges"),
    ("access", "opened"),
    ("presence", "arrives"),
}


def aims(a: Assumed, alive: Sequence[Expectation], coming: Touched) -> Iterator[Point]:
    """Aims of others that come nearer: by troops that are free, by an operation that comes next, by
    a move told of.
    """
    nexts = [e for e, why in coming if why == "its condition would be met"]
    free = {x for p in a.lost for x in a.neighbours.beside(p.place)}
    for e in alive:
        if (e.kind, e.aspect) not in _AIMS or e.conditions or a.gone in e.actor_ids:
            continue
        if _in_the_way(a, e) is not None:
            continue
        place = next((p for i in e.claims if i in a.by_id and (p := a.by_id[i].claim.place)), None)
        why = []
        for who in e.actor_ids:
            if who in free and a.stances.hostile(frozenset((who, a.gone))):
                why.append(f"{a.the(who)} {_loses(a, who)} an enemy")
            elif who in free:
                why.append(f"troops of {a.the(who)} beside that ground are free")
        for n in nexts:
            if not set(n.actor_ids) & set(e.actor_ids) or place is None:
                continue
            for foe in n.other_ids:
                if a.world.nearest(place, foe) <= a.settings.keeping.signs_km:
                    why.append(f"it lies by ground of {a.the(foe)}, against whom it moves next")
        if why and e.signs:  # a move alone has nothing to do with the party
            why.append("its troops are told to move near there")
        if why:
            yield Point(
                "aims",
                f"{e.sentence}: comes nearer, since {phrase.listed(why)}.",
                (*e.claims[:2], *e.signs[:1]),
            )


def _loses(a: Assumed, who: str) -> str:
    return "lose" if phrase.many(a.scene.sides.name(who)) else "loses"


def blocked(a: Assumed, alive: Sequence[Expectation], coming: Touched) -> Iterator[Point]:
    """Roads closed by others, ground that others keep people from,
    and conditions that stay open.
    """
    closed: dict[tuple[str, str | None], list[Stored]] = defaultdict(list)
    for s in a.recent:
        c = s.claim
        who = a.side(s, "actor")
        if c.kind == "access" and c.aspect == "blocked" and c.place and who != a.gone:
            closed[c.place.label, who].append(s)
    for (place, who), said in closed.items():
        by = f" by {a.the(who)}" if who else ""
        others = [phrase.the(s.claim.other.label) for s in said if s.claim.other]
        to = f" to {a.listed(others)}" if others else ""
        text = f"{phrase.upper(phrase.the(place))} stays closed{by}{to}."
        yield Point("blocked", text, tuple(s.id for s in said[:3]))
    for e in alive:
        blow = _in_the_way(a, e)
        if blow is not None:
            striker, whom = a.side(blow, "actor") or "", a.side(blow, "other") or ""
            yield Point(
                "blocked",
                f"{e.sentence}: stays blocked, since {a.the(striker)} "
                f"{phrase.does_bare(a.scene.sides.name(striker), 'strike')} {a.the(whom)} there.",
                (blow.id, *e.claims[:1]),
            )
    touched = {e.id for e, _ in coming}
    led = {e.id for x, _ in coming for e, _ in waiting.chain(x, alive, 99)}
    for e in alive:
        if e.id in touched | led or a.gone in (*e.actor_ids, *e.other_ids):
            continue
        for w in e.conditions:
            if w.state == OPEN and not w.negated:
                because = f" ({w.because})" if w.because else ""
                yield Point("blocked", f"{e.sentence}: still waits{because}.", e.claims[:1])


def _in_the_way(a: Assumed, e: Expectation) -> Stored | None:
    """A strike of a third on who has the aim, at the place it is about."""
    if (e.kind, e.aspect) not in _AIMS or e.place_id is None:
        return None
    return next(
        (
            s
            for s in a.recent
            if s.claim.kind == "strike"
            and s.claim.place is not None
            and s.claim.place.id == e.place_id
            and a.side(s, "other") in e.actor_ids
            and a.side(s, "actor") not in (None, a.gone)
        ),
        None,
    )


def talks(a: Assumed, alive: Sequence[Expectation]) -> Iterator[Point]:
    """Talks that go on, and what is said to come if they fail."""
    for p in processes(a.scene)[:3]:
        if p.state == "sought" and a.gone not in p.sides:
            yield Point("talks", _process(a, p), p.claims[:4])
    for e in alive:
        for c in e.conditions:
            if c.negated and c.state == OPEN:
                yield Point("talks", f"{e.sentence}: that stays open.", e.claims[:1])


def _process(a: Assumed, p: Process) -> str:
    who = phrase.listed([a.the(x) for x in p.sides], a.settings.assuming.most)
    about = f" over {phrase.the(p.place)}" if p.place else ""
    missing = [a.the(x) for x in p.left_out if x != a.gone]
    left = f"; not among them, though they hold ground: {a.listed(missing)}" if missing else ""
    return f"{phrase.upper(who)} seek an agreement{about}{left}."
