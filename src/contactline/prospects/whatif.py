"""What if: a copy of the ground with one thing changed, drawn again, and the difference in plain sentences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from contactline.model import ContactLine, ContactlineError, Expectation, Holder, Holding, Picture
from contactline.naming.folding import plain_words
from contactline.picture.build import Snapshot, draw
from contactline.picture.geography import km
from contactline.picture.sectors import Ground
from contactline.prospects.phrase import event as tell
from contactline.prospects.risk import Shift, Skill

FAR_KM = 70.0


@dataclass(frozen=True, slots=True)
class WhatIf:
    before: Picture
    after: Picture
    assumed: str
    passed: tuple[tuple[str, str | None, str], ...]  # place, to whom, why
    vanished: tuple[ContactLine, ...]
    appeared: tuple[ContactLine, ...]
    grown: tuple[tuple[ContactLine, float], ...]
    facing: tuple[tuple[str, str, str], ...]
    expectations: tuple[tuple[Expectation, str], ...]
    sentences: tuple[str, ...]
    skill: Skill | None = None  # of the risk model, where the assumption touches what it looks at
    shifts: tuple[Shift, ...] = ()


def _captor(
    scene: Snapshot, h: Holding, gone: str, gained: Counter[str]
) -> tuple[Holder | None, str]:
    """Who would likeliest hold the place: sides near it, those that took places from the gone side first."""
    score: Counter[Holder] = Counter()
    for o in scene.ground.holdings:
        if o.holder and gone not in o.holder.sides:
            far = km(o.place.lat, o.place.lon, h.place.lat, h.place.lon)
            if far <= FAR_KM:
                took = 1.0 + min(3.0, gained[o.holder])
                score[o.holder] += (
                    took
                    * o.probability
                    * math.exp(-far / 25.0)
                    * (3.0 if o.basis.startswith("claims") else 1.0)
                )  # type: ignore[assignment]
    if not score:
        return None, "nobody else is known near it"
    best, weight = score.most_common(1)[0]
    share = weight / sum(score.values())
    if share < 0.5:
        return None, "no side near it is clearly the likelier"
    return best, f"the likeliest captor nearby ({share:.0%})"


def _line_key(x: ContactLine) -> tuple[str, str]:
    return (min(x.a, x.b), max(x.a, x.b))


def side_of(scene: Snapshot, name: str) -> str:
    """The side of a party that the claims speak of, by any of its names. Raises ContactlineError."""
    key = plain_words(name)
    ids = [
        i
        for i, a in scene.stage.catalogue.items()
        if any(plain_words(n) == key for n in (a.name, *a.aliases))
    ]
    ids += [i for i, n in scene.sides.names.items() if plain_words(n) == key]
    spoken = {
        scene.sides.of(r.id, scene.on)
        for s in scene.claims
        for r in (s.claim.actor, s.claim.other)
        if r and r.id and r.id.startswith("actor:")
    }
    here = [side for i in ids if (side := scene.sides.of(f"actor:{i}", scene.on)) in spoken]
    if not here or here[0] is None:
        raise ContactlineError(
            f"no claim speaks of {name}; see the parties with: contactline relations"
            if ids
            else f"no party goes by {name}; look it up with: contactline actors"
        )
    return here[0]


def without(scene: Snapshot, side: str, expected: Sequence[Expectation]) -> WhatIf:
    """The party and its parts hold nothing any more; everything else stays as it is."""
    name = scene.sides.name(side)
    gained: Counter[str] = Counter()
    lost_here = {
        s.claim.place.id
        for s in scene.claims
        if s.claim.kind == "control"
        and s.claim.aspect == "loses"
        and s.claim.actor
        and scene.sides.of(s.claim.actor.id, scene.on) == side
        and s.claim.place
    }
    for s in scene.claims:
        if (
            s.claim.kind == "control"
            and s.claim.aspect == "gains"
            and s.claim.actor
            and s.claim.place
            and s.claim.place.id in lost_here
        ):
            who = scene.sides.of(s.claim.actor.id, scene.on)
            if who:
                gained[who] += 1
    passed: list[tuple[str, str | None, str]] = []
    holdings: list[Holding] = []
    for h in scene.ground.holdings:
        if h.holder and side in h.holder.sides:
            rest = h.holder.without(side)
            to, why = (
                (rest, "it held the place together with it")
                if rest
                else _captor(scene, h, side, gained)
            )
            if h.basis.startswith(("claims", "area")):
                passed.append((h.place.name, scene.sides.name(to.sides[0]) if to else None, why))
            holdings.append(
                replace(
                    h,
                    holder=to,
                    status="held" if to else "unknown",
                    probability=round(min(h.probability, 0.65), 4),
                    named=(),
                    since=None,
                )
            )
        else:
            holdings.append(h)
    areas = []
    for place, h, said in scene.areas:
        if h.holder and side in h.holder.sides:
            to, why = _captor(scene, h, side, gained)
            passed.append((place.name, scene.sides.name(to.sides[0]) if to else None, why))
            h = replace(
                h,
                holder=to,
                status="held" if to else "unknown",
                probability=0.5,
                named=(),
                since=None,
            )
        areas.append((place, h, said))
    ground = Ground(tuple(holdings), scene.ground.edges, scene.ground.cells, scene.ground.countries)
    ties = tuple(t for t in scene.ties if name not in (t.a, t.b))
    touched = tuple(_touched(scene, side, name, expected))
    found = compared(
        scene,
        replace(scene, ground=ground, areas=tuple(areas), ties=ties),
        f"{name} holds nothing any more",
        tuple(passed),
        touched,
        [],
    )
    return replace(
        found,
        sentences=tuple(
            _sentences(
                scene,
                name,
                passed,
                found.vanished,
                found.appeared,
                found.grown,
                touched,
                found.before,
                found.after,
            )
        ),
    )


def compared(
    scene: Snapshot,
    changed: Snapshot,
    assumed: str,
    passed: tuple[tuple[str, str | None, str], ...],
    touched: tuple[tuple[Expectation, str], ...],
    first: list[str],
) -> WhatIf:
    """Both drawn, and what differs."""
    before, after = draw(scene), draw(changed)
    old, new = {_line_key(x): x for x in before.lines}, {_line_key(x): x for x in after.lines}
    vanished = tuple(x for k, x in old.items() if k not in new)
    appeared = tuple(x for k, x in new.items() if k not in old)
    grown = tuple(
        (x, round(x.length_km - old[k].length_km, 1))
        for k, x in new.items()
        if k in old and x.length_km - old[k].length_km > 3.0
    )
    facing = tuple((x.a, x.b, x.relation) for x in (*appeared, *(g for g, _ in grown)))
    turned = tuple(
        (old[k], x) for k, x in new.items() if k in old and old[k].relation != x.relation
    )
    told = [
        *first,
        *_lines(vanished, appeared, grown),
        *(
            f"Along the {x.length_km:.0f} km between {x.a} and {x.b} the relation turns from {w.relation} to {x.relation}."
            for w, x in turned
        ),
        *_joined(before, after),
    ]
    told += [f"Expectation “{tell(e)}”: {why}." for e, why in touched]
    if len(told) == len(first):
        told.append("Nothing else in the picture changes by it.")
    return WhatIf(
        before, after, assumed, passed, vanished, appeared, grown, facing, touched, tuple(told)
    )


def _joined(before: Picture, after: Picture) -> list[str]:
    """Pockets enclosed or freed, and sectors of one side that join or part."""
    out = []
    old = {p.name: p for s in before.sectors for p in s.pockets}
    new = {p.name: p for s in after.sectors for p in s.pockets}
    if gone := sorted(set(old) - set(new)):
        out.append(f"Pockets that would be gone: {', '.join(gone)}.")
    if fresh := sorted(set(new) - set(old)):
        out.append(f"Pockets that would be enclosed: {', '.join(fresh)}.")
    a, b = Counter(s.side for s in before.sectors), Counter(s.side for s in after.sectors)
    for side in sorted(set(a) & set(b)):
        names = [s.name.split(":")[0] for s in (*before.sectors, *after.sectors) if s.side == side]
        if b[side] < a[side]:
            out.append(f"Sectors of {names[0]} join: {a[side]} become {b[side]}.")
        elif b[side] > a[side]:
            out.append(f"Sectors of {names[0]} part: {a[side]} become {b[side]}.")
    return out


def _lines(
    vanished: Sequence[ContactLine],
    appeared: Sequence[ContactLine],
    grown: Sequence[tuple[ContactLine, float]],
) -> list[str]:
    out = [
        f"The contact line between {x.a} and {x.b} ({x.length_km:.0f} km, {x.relation}) vanishes."
        for x in vanished
    ]
    out += [
        f"{x.a} and {x.b} then face each other along {x.length_km:.0f} km ({x.relation})."
        for x in appeared
    ]
    return out + [
        f"The line between {x.a} and {x.b} grows by {more:.0f} km to {x.length_km:.0f} km ({x.relation})."
        for x, more in grown
    ]


def _touched(
    scene: Snapshot, side: str, name: str, expected: Sequence[Expectation]
) -> list[tuple[Expectation, str]]:
    """Expectations that lose their obstacle, meet their condition, or have nobody left to fulfil them."""
    by_id = {s.id: s for s in scene.claims}
    words = {name.lower()} | {
        r.text.lower()
        for s in scene.claims
        for r in (s.claim.actor, s.claim.other)
        if r and r.id and scene.sides.of(r.id, scene.on) == side and len(r.text) > 2
    }
    words -= {"they", "them", "it", "the terrorist group", "the group", "terrorists", "militants"}
    out = []
    for e in expected:
        if e.state not in ("open", "condition met"):
            continue
        claims = [by_id[i] for i in e.claims if i in by_id]
        roles = {
            role: {scene.sides.of(r.id, scene.on) for s in claims if (r := getattr(s.claim, role))}
            for role in ("actor", "other")
        }
        if side in roles["actor"] and e.kind != "control":
            out.append((e, "nobody is left to do it"))
        elif side in roles["other"] or (side in roles["actor"] and e.aspect == "loses"):
            out.append(
                (
                    e,
                    "it has no object any more"
                    if e.aspect != "loses"
                    else "it is fulfilled by the assumption",
                )
            )
        elif e.condition and any(w in e.condition.lower() for w in words):
            out.append((e, "its condition would be met"))
        elif side in roles["actor"]:
            out.append((e, "nobody is left to do it"))
    return out


def _sentences(
    scene: Snapshot,
    name: str,
    passed,
    vanished,
    appeared,
    grown,
    touched,
    before: Picture,
    after: Picture,
) -> list[str]:  # type: ignore[no-untyped-def]
    out = [f"If {name} held nothing on {scene.on.isoformat()}:"]
    to: dict[str | None, list[str]] = {}
    for place, who, _ in passed:
        to.setdefault(who, []).append(place)
    for who, places in sorted(to.items(), key=lambda kv: (kv[0] is None, -len(kv[1]), kv[0] or "")):
        listed = ", ".join(sorted(set(places))[:8]) + (
            f" and {len(set(places)) - 8} more" if len(set(places)) > 8 else ""
        )
        out.append(
            f"{listed} would likeliest pass to {who}."
            if who
            else f"Who would hold {listed} is not known."
        )
    if not passed:
        out.append(f"No place is known to be held by {name}, so the map stays as it is.")
    out += _lines(vanished, appeared, grown)
    enemies: dict[str, float] = {}
    for t in scene.ties:
        if t.sign < 0 and name in (t.a, t.b):
            enemies[t.b if t.a == name else t.a] = t.weight
    for e in sorted(enemies, key=lambda k: (-enemies[k], k))[:8]:
        left = sorted(
            {t.b if t.a == e else t.a for t in scene.ties if t.sign < 0 and e in (t.a, t.b)}
            - {name}
        )
        out.append(
            f"{e} loses an opponent; hostile ties of it that remain: {', '.join(left[:5]) or 'none known'}."
        )
    out += _joined(before, after)
    for e, why in touched:
        out.append(f"Expectation “{tell(e)}”: {why}.")
    return out
