"""Who talks with whom: one entry for one process over time, who is left out, who guarantees it, and
how it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contactline.model import ACTUAL
from contactline.picture.build import Snapshot
from contactline.picture.evidence import Evidence, evidence, evidence_of
from contactline.picture.sides import Sides
from contactline.prospects.holders import sides_of
from contactline.prospects.settings import DEFAULT, Talking

STEPS = {"sought": 0, "made": 1, "holds": 2, "broken": 3}
STATES = {"sought": "sought", "made": "in force", "holds": "in force", "broken": "broken"}


@dataclass(frozen=True, slots=True)
class Step:
    """What was told of a process on a day: sought, made, holds or broken."""

    on: date
    aspect: str
    sides: tuple[str, ...]
    voices: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """Talks and agreements between the same sides about the same place, from the first word to the
    last.

    `left_out`: sides that hold ground there and are in none of its steps. `guarantors`: parties
    that hold no ground of their own there and back one that does.
    """

    sides: tuple[str, ...]
    place: str | None
    state: str
    first: date
    last: date
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]
    guarantors: tuple[str, ...]
    claims: tuple[str, ...]


def processes(scene: Snapshot, rules: Talking = DEFAULT.talking) -> list[Process]:
    """All processes told of by the day, the one last heard of first. `expected` agreements are
    expectations, not talks.
    """
    steps = _steps(scene, rules)
    groups: list[list[tuple[Step, str | None]]] = []
    for step, place in steps:
        mine = next(
            (g for g in groups if _one(g, step, place, rules)),
            None,
        )
        if mine is None:
            groups.append([(step, place)])
        else:
            mine.append((step, place))
    out = [_process(scene, g, rules) for g in groups]
    return sorted(
        (p for p in out if len(p.sides) > 1 or p.place),  # one side, nowhere, is no process
        key=lambda p: (-p.last.toordinal(), -len(p.claims), p.sides),
    )


def _steps(scene: Snapshot, rules: Talking) -> list[tuple[Step, str | None]]:
    """One step for each sentence that tells of an agreement, in order of day."""
    by_sentence: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for e in evidence_of(scene.claims):
        c = e.claim
        if (
            c.kind == "agreement"
            and c.modality in ACTUAL
            and c.confidence >= rules.read_at
            and e.so_by(scene.on)
        ):
            by_sentence[c.report, c.start].append(e)
    out: list[tuple[Step, str | None]] = []
    for found in by_sentence.values():
        said = [e.stored for e in found]
        sides = {
            x
            for s in said
            for r in (s.claim.actor, s.claim.other)
            if r and (x := scene.sides.own(r.id, scene.on))
        }
        if not sides:
            continue
        last = max(said, key=lambda s: (STEPS.get(s.claim.aspect or "", 0), s.id))
        place = next((s.claim.place.label for s in said if s.claim.place), None)
        voices = dict.fromkeys(s.claim.said_by or s.source for s in said)
        out.append(
            (
                Step(
                    found[0].day(scene.on),
                    last.claim.aspect or "sought",
                    tuple(sorted(sides)),
                    tuple(voices),
                    tuple(s.id for s in said),
                ),
                place,
            )
        )
    return sorted(out, key=lambda v: (v[0].on, STEPS.get(v[0].aspect, 0), v[0].claims))


def _one(
    group: Sequence[tuple[Step, str | None]], step: Step, place: str | None, rules: Talking
) -> bool:
    """The step goes on with the process: no other place, most of its sides the same, and not years
    later.
    """
    places = {p for _, p in group if p}
    if place and places and place not in places:
        return False
    before = {s for x, _ in group for s in x.sides}
    shared = before & set(step.sides)
    if (step.on - group[-1][0].on).days > rules.silent_days:
        return False
    return len(shared) >= max(1, rules.shared * max(len(step.sides), len(before))) and (
        len(shared) > 1 or bool(place and place in places)
    )


def _process(scene: Snapshot, group: Sequence[tuple[Step, str | None]], rules: Talking) -> Process:
    steps = tuple(s for s, _ in group)
    place = next((p for _, p in group if p), None)
    sides = tuple(sorted({x for s in steps for x in s.sides}, key=scene.sides.name))
    holding = _holding(scene, place, rules)
    backers = {
        (scene.sides.own(c.actor.id, scene.on), scene.sides.of(c.other.id, scene.on))
        for s in scene.claims
        if (c := s.claim).kind == "support"
        and c.modality in ACTUAL
        and c.actor
        and c.other
        and evidence(s).so_by(scene.on)
    }
    backed = {a for a, b in backers if a in sides and a not in holding and b in holding}
    last = steps[-1]
    silent = (scene.on - last.on).days > rules.silent_days
    return Process(
        sides,
        place,
        "not heard of" if silent else STATES.get(last.aspect, "sought"),
        steps[0].on,
        last.on,
        steps,
        tuple(
            x for x in holding if x not in sides and x not in {a for a, _ in backers if a in sides}
        ),
        tuple(sorted(x for x in backed if x)),
        tuple(dict.fromkeys(i for s in steps for i in s.claims)),
    )


def _holding(scene: Snapshot, place: str | None, rules: Talking) -> list[str]:
    """Sides with at least a share of the places held that claims tell of, most first; of a place's
    own, where it has one.
    """
    counts: dict[str, int] = defaultdict(int)
    for h in scene.ground.holdings:
        if h.told and (place is None or place in (h.place.name, h.place.admin1)):
            for x in sides_of(h):
                counts[x] += 1
    total = sum(counts.values())
    ranked = sorted(counts, key=lambda x: (-counts[x], x))
    return [x for x in ranked if counts[x] >= max(1, rules.ground * total)]


def as_json(p: Process, sides: Sides) -> dict[str, Any]:
    """A process with its sides by name."""

    def names(ids: Sequence[str]) -> list[str]:
        return [sides.name(x) for x in ids]

    return {
        "parties": names(p.sides),
        "place": p.place,
        "state": p.state,
        "first": p.first,
        "last": p.last,
        "left_out": names(p.left_out),
        "guarantors": names(p.guarantors),
        "steps": [
            {
                "on": s.on,
                "aspect": s.aspect,
                "parties": names(s.sides),
                "voices": s.voices,
                "claims": s.claims,
            }
            for s in p.steps
        ],
        "claims": p.claims,
    }
