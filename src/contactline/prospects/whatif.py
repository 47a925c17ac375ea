"""What if: a copy of the ground with one thing changed, drawn again, and the difference in plain
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contactline.model import ContactLine, ContactlineError, Expectation, Picture
from contactline.naming.folding import plain_words
from contactline.picture.build import Snapshot, draw
from contactline.picture.pockets import Ground
from contactline.prospects import passing
from contactline.prospects.answer import Assumed, Point, answered
from contactline.prospects.differences import Difference, difference, joined, lines
from contactline.prospects.holders import called
from contactline.prospects.phrase import event as tell
from contactline.prospects.risk import Shift, Skill
from contactline.prospects.settings import DEFAULT, ProspectSettings


@dataclass(frozen=True, slots=True)
class Passed:
    """A place that goes to somebody else: its name, whom to, why, and the share of each side near
    it.
    """

    place: str
    to: str | None
    why: str
    chances: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`answer`: the question's answer point by point, in order; `sentences` the same as text."""

    before: Picture
    after: Picture
    assumed: str
    passed: tuple[Passed, ...]
    vanished: tuple[ContactLine, ...]
    appeared: tuple[ContactLine, ...]
    grown: tuple[tuple[ContactLine, float], ...]
    facing: tuple[tuple[str, str, str], ...]
    expectations: tuple[tuple[Expectation, str], ...]
    sentences: tuple[str, ...]
    skill: Skill | None = None  # of the risk model, where the assumption touches what it looks at
    shifts: tuple[Shift, ...] = ()
    answer: tuple[Point, ...] = ()


def side_of(scene: Snapshot, name: str) -> str:
    """The side of a party that the claims speak of, by any of its names.
    Raises ContactlineError.
    """
    key = plain_words(name)
    ids = [
        i
        for i, a in scene.stage.catalogue.items()
        if any(plain_words(n) == key for n in (a.name, *a.aliases))
    ]
    ids += [i for i, n in scene.sides.names.items() if plain_words(n) == key]
    spoken = {
        scene.sides.own(r.id, scene.on)
        for s in scene.claims
        for r in (s.claim.actor, s.claim.other)
        if r and r.id and r.id.startswith("actor:")
    }
    here = [side for i in ids if (side := scene.sides.own(f"actor:{i}", scene.on)) in spoken]
    if not here or here[0] is None:
        raise ContactlineError(
            f"no claim speaks of {name}; see the parties with: contactline relations"
            if ids
            else f"no party goes by {name}; look it up with: contactline actors"
        )
    return here[0]


def without(
    scene: Snapshot,
    side: str,
    expected: Sequence[Expectation],
    settings: ProspectSettings = DEFAULT,
) -> WhatIf:
    """The party and its parts hold nothing any more; everything else stays as it is."""
    name = scene.sides.name(side)
    holdings, areas, lost = passing.passed(scene, side, settings.assuming)
    g = scene.ground
    changed = replace(
        scene,
        ground=Ground(tuple(holdings), g.edges, g.cells, g.countries),
        areas=tuple(areas),
        ties=tuple(t for t in scene.ties if name not in (t.a, t.b)),
    )
    rows = tuple(
        Passed(
            p.place.name,
            called(scene.sides, p.to) or None,
            p.why,
            tuple((called(scene.sides, who), share) for who, share in p.chances[:3]),
        )
        for p in lost
    )
    found = compared(scene, changed, f"{name} holds nothing any more", rows, (), [], settings)
    drawn = Difference(found.before, found.after, found.vanished, found.appeared, found.grown, ())
    points, touched = answered(Assumed(scene, changed, side, lost, drawn, settings), expected)
    first = f"If {name} held nothing on {scene.on.isoformat()}:"
    return replace(
        found,
        expectations=tuple(touched),
        answer=tuple(points),
        sentences=(first, *(p.sentence for p in points)),
    )


def compared(
    scene: Snapshot,
    changed: Snapshot,
    assumed: str,
    passed: tuple[Passed, ...],
    touched: tuple[tuple[Expectation, str], ...],
    first: list[str],
    settings: ProspectSettings = DEFAULT,
) -> WhatIf:
    """Both drawn, and what differs."""
    d = difference(draw(scene), draw(changed), settings.assuming.line_km)
    told = [
        *first,
        *lines(d.vanished, d.appeared, d.grown),
        *(
            f"Along the {x.length_km:.0f} km between {x.a} and {x.b} the relation turns from "
            f"{w.relation} to {x.relation}."
            for w, x in d.turned
        ),
        *joined(d.before, d.after),
    ]
    told += [f"{tell(e)}: {why}." for e, why in touched]
    if len(told) == len(first):
        told.append("Nothing else in the picture changes by it.")
    return WhatIf(
        d.before,
        d.after,
        assumed,
        passed,
        d.vanished,
        d.appeared,
        d.grown,
        tuple((x.a, x.b, x.relation) for x in (*d.appeared, *(g for g, _ in d.grown))),
        touched,
        tuple(told),
    )
