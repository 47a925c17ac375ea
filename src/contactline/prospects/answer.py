"""How the prospects change if a party is gone: the question's answer, point by point, each with the
claims behind it.

In order: whose its ground would be, who then faces whom, which agreements and alliances lose their
reason, which troops are free, which conditions are met and what comes next, whose aims come nearer,
what stays blocked, who talks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from contactline.model import ACTUAL, Expectation, Stored
from contactline.picture.evidence import evidence
from contactline.prospects import consequences, phrase
from contactline.prospects.assumed import ALIVE, SECTIONS, Assumed, Point, Touched
from contactline.prospects.differences import joined, lines
from contactline.prospects.holders import called, sides_of
from contactline.prospects.matching import OFFENSIVE, both
from contactline.prospects.passing import Facing, Passing, facing, told


def answered(a: Assumed, expected: Sequence[Expectation]) -> tuple[list[Point], Touched]:
    """The points in order, and the expectations that the assumption touches, with why."""
    alive = [
        e
        for e in expected
        if e.state in ALIVE and e.undecided_for != "so already" and not consequences.done(a, e)
    ]
    empty = consequences.emptied(a, alive)
    left = {e.id for e, _ in empty}
    coming = consequences.comes(a, [e for e in alive if e.id not in left])
    points = [
        *_ground(a),
        *_lines(a),
        *_agreements(a),
        *_troops(a),
        *consequences.next_(a, empty, coming, expected),
        *consequences.aims(a, alive, coming),
        *consequences.blocked(a, alive, coming),
        *consequences.talks(a, alive),
    ]
    touched = [*coming, *empty]
    return points, touched


def _ground(a: Assumed) -> Iterator[Point]:
    places = [p for p in a.lost if p.place.feature != "country"]
    if not places:
        yield Point(
            "ground",
            f"No place is known to be held by {phrase.the(a.name)}, so the map stays as it is.",
        )
        return
    to: dict[tuple[str, ...], list[Passing]] = defaultdict(list)
    for p in places:
        to[p.to].append(p)
    for who, found in sorted(to.items(), key=lambda v: (not v[0], -len(v[1]), v[0])):
        claims = tuple(dict.fromkeys(c for p in found for c in p.claims[:2]))
        if who:
            found.sort(key=lambda p: (-p.chance, p.place.name))
            rows = a.listed([f"{phrase.the(p.place.name)} ({p.chance:.0%})" for p in found])
            name = phrase.the(called(a.scene.sides, who))
            yield Point("ground", f"{phrase.upper(rows)} would likeliest pass to {name}.", claims)
            continue
        for p in sorted(found, key=lambda p: p.place.name)[: a.settings.assuming.most]:
            more = f": {told(a.scene, p)}" if p.chances else f", since {p.why}"
            yield Point(
                "ground", f"Who would hold {phrase.the(p.place.name)} is not clear{more}.", p.claims
            )


def _lines(a: Assumed) -> Iterator[Point]:
    d = a.drawn
    drawn = (*d.vanished, *d.appeared, *(x for x, _ in d.grown))
    for text, x in zip(lines(d.vanished, d.appeared, d.grown), drawn, strict=True):
        yield Point("lines", text, x.claims[:4])
    for f in facing(a.scene, a.gone, a.lost, a.settings.assuming)[:4]:
        yield _facing(a, f)
    for text in joined(d.before, d.after):
        yield Point("lines", text)


def _facing(a: Assumed, f: Facing) -> Point:
    pair = frozenset((f.a, f.b))
    how = {
        "hostile": "they are told of as enemies",
        "allied": "they are told to stand together",
        "mixed": "they are told of as enemies, and as standing together",
        "unclear": "what stands between them is not clear",
    }[a.stances.relation(f.a, f.b)]
    where = f" ({f.stretch})" if f.stretch and f.stretch not in f.over else ""
    said = [*a.stances.against.get(pair, ()), *a.stances.together.get(pair, ())]
    claims = (*f.claims[:3], *(s.id for s in said[:3]))
    verb = phrase.upper(a.the(f.a))
    over = a.listed([phrase.the(x) for x in f.over])
    text = f"{verb} and {a.the(f.b)} face each other over {over}{where}; {how}."
    return Point("lines", text, claims)


def _agreements(a: Assumed) -> Iterator[Point]:
    name = phrase.the(a.name)
    for x in a.scene.agreements:
        if a.name in x.parties and x.status != "broken":
            yield Point("agreements", f"The agreement {x.name} loses a party.", x.claims[:3])
    enemies = a.stances.enemies(a.gone)
    seen: set[frozenset[str]] = set()
    for pair, said in sorted(a.stances.together.items(), key=lambda v: (-len(v[1]), sorted(v[0]))):
        if a.gone in pair or not a.stances.allied(pair) or pair in seen:
            continue
        one, two = sorted(pair, key=a.scene.sides.name)
        against = [set(a.stances.enemies(x)) for x in (one, two)]
        if a.gone not in against[0] & against[1]:
            continue
        seen.add(pair)
        rest = sorted(against[0] & against[1] - {a.gone})
        foes = [s for x in (one, two) for s in a.stances.against.get(frozenset((x, a.gone)), ())]
        claims = tuple(s.id for s in (*said[:2], *foes[:2]))
        who = f"{a.the(one)} and {a.the(two)}"
        yield Point(
            "agreements",
            phrase.upper(who)
            + (
                f" keep {a.listed([a.the(x) for x in rest])} as a common enemy."
                if rest
                else f" are told to stand together and have no common enemy but {name}: "
                "what holds them together goes."
            ),
            claims,
        )
    for who in enemies:
        if a.stances.enemies(who) == [a.gone]:
            against_it = a.stances.against[frozenset((who, a.gone))]
            yield Point(
                "agreements",
                f"{phrase.upper(a.the(who))} {phrase.have(a.scene.sides.name(who))} "
                f"no other enemy that is told of than {name}.",
                tuple(s.id for s in against_it[:3]),
            )
    yield from _reasons(a)


def _reasons(a: Assumed) -> Iterator[Point]:
    """Who is said to be somewhere in order to fight the party."""
    told_of: set[tuple[str, str]] = set()
    for s in a.scene.claims:
        c = s.claim
        if c.kind not in OFFENSIVE or c.modality != "intended":
            continue
        if not evidence(s).so_by(a.scene.on):
            continue
        who, whom = a.side(s, "actor"), a.side(s, "other")
        if whom != a.gone or who is None or who == a.gone:
            continue
        there = [
            o
            for o in a.scene.claims
            if o.claim.report == c.report
            and o.claim.kind in ("presence", "control")
            and o.claim.aspect in ("located", "holds", "arrives")
            and o.claim.modality in ACTUAL
            and o.claim.place is not None
            and o.claim.place.lat is not None
            and o.claim.start <= c.start
            and a.side(o, "actor") == who
        ]
        near = max(there, key=lambda o: (o.claim.start, o.claim.confidence, o.id), default=None)
        if near is None or near.claim.place is None:
            continue
        place = near.claim.place.label
        if (who, place) in told_of:
            continue
        told_of.add((who, place))
        yield Point(
            "agreements",
            f"The reason that {a.the(who)} gives for being in {place}, "
            f"to fight {phrase.the(a.name)}, is gone.",
            (s.id, near.id),
        )


def _troops(a: Assumed) -> Iterator[Point]:
    """Who fights the party or holds ground beside it,
    and which moves away from there are told of.
    """
    fights: dict[str, list[Stored]] = defaultdict(list)
    for s in a.recent:
        c = s.claim
        pair = set(both(s, a.scene.sides, a.scene.on).values())
        if c.kind in OFFENSIVE and a.gone in pair and a.stances.known(c):
            for x in pair - {a.gone}:
                fights[x].append(s)
    places = [p.place for p in a.lost if p.place.feature != "country"]
    spots: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    tied = [set(np.flatnonzero(a.neighbours.far(p) <= a.settings.assuming.tied_km)) for p in places]
    for i, h in enumerate(a.neighbours.held):
        if h.told and any(i in near_it for near_it in tied):
            for x in sides_of(h):
                spots[x].setdefault(h.place.name, h.claims[:1])
    for who in sorted({*fights, *spots}, key=lambda x: (-len(fights[x]), -len(spots[x]), x)):
        near = list(spots[who])
        what = [f"are told to fight {phrase.the(a.name)}"] if fights[who] else []
        if near:
            what.append(f"stand beside its ground in {a.listed([phrase.the(x) for x in near])}")
        claims = (
            *(s.id for s in fights[who][:2]),
            *(i for n in near[:3] for i in spots[who][n]),
        )
        yield Point(
            "troops", f"Troops of {a.the(who)} that {phrase.listed(what)} are free.", claims
        )
    yield from _moving(a, [*spots])


def _moving(a: Assumed, who: Sequence[str]) -> Iterator[Point]:
    """Moves from one place to another that one sentence tells of."""
    by_sentence: dict[tuple[str, int, str], dict[str, Stored]] = defaultdict(dict)
    for s in a.recent:
        c = s.claim
        x = a.side(s, "actor")
        if c.kind == "presence" and c.aspect in ("leaves", "arrives") and c.place and x in who:
            by_sentence[c.report, c.start, x or ""].setdefault(c.aspect, s)
    for (_, _, x), found in by_sentence.items():
        if len(found) == 2:
            a_, b = found["leaves"].claim, found["arrives"].claim
            voice = f" ({b.said_by})" if b.said_by else ""
            assert a_.place and b.place
            yield Point(
                "troops",
                f"{phrase.upper(a.the(x))} already "
                f"{phrase.does_bare(a.scene.sides.name(x), 'move')} "
                f"troops from {a_.place.label} to {b.place.label}{voice}.",
                (found["leaves"].id, found["arrives"].id),
            )


__all__ = ["SECTIONS", "Assumed", "Point", "answered"]
