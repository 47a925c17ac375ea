"""The chance of fighting, a strike or a change of holder soon, by place; shown only where the model
has shown skill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from contactline.picture.history import History
from contactline.prospects.hazard import Model, Skill, chances, fit, judged
from contactline.prospects.past import FEATURES, Array, Past
from contactline.prospects.settings import DEFAULT, Hazard


@dataclass(frozen=True, slots=True)
class Risk:
    place: str
    id: str
    chance: float
    reasons: tuple[
        tuple[str, float], ...
    ]  # feature, its part of the log-odds over the average place


def _told(past: Past, model: Model, on: int) -> list[Risk]:
    x = past.features(on)
    p = chances(model, x)
    # each feature's part of the log-odds, as the models have it on average
    share: Array = np.mean([w[:-1] * (x - mean) / scale for w, mean, scale in model], axis=0)
    out = []
    for i in np.argsort(-p):
        parts = sorted(
            ((f, round(float(share[i, j]), 2)) for j, f in enumerate(FEATURES)),
            key=lambda v: -abs(v[1]),
        )
        out.append(
            Risk(
                past.stage.units[past.keys[i]].place.name,
                past.keys[i],
                round(float(p[i]), 3),
                tuple(v for v in parts[:3] if abs(v[1]) > 0.05),
            )
        )
    return out


def risks(
    stage: History, on: date, days: int, rules: Hazard = DEFAULT.hazard
) -> tuple[Skill, list[Risk]]:
    """Chances for the places the reports have told of, highest first; none where the model has
    shown no skill.
    """
    past = Past(stage, rules=rules)
    skill, model = judged(stage, days, on, past)
    if model is None or not skill.shown:
        return skill, []
    seen = {past.keys[i] for i in np.flatnonzero(past.told(on.toordinal()))}
    return skill, [r for r in _told(past, model, on.toordinal()) if r.id in seen]


@dataclass(frozen=True, slots=True)
class Shift:
    """A place's chance as things are, and with a party's own events (or those between two) left out
    of its past.
    """

    place: str
    id: str
    before: float
    after: float


def shifted(
    stage: History,
    on: date,
    days: int,
    gone: str | None = None,
    between: frozenset[str] = frozenset(),
    rules: Hazard = DEFAULT.hazard,
) -> tuple[Skill, list[Shift]]:
    """Places whose chance moves by at least one in a hundred, most first; none where the model has
    shown no skill.
    """
    past = Past(stage, rules=rules)
    skill, model = judged(stage, days, on, past)
    if model is None or not skill.shown:
        return skill, []
    seen = {past.keys[i] for i in np.flatnonzero(past.told(on.toordinal()))}
    now = {r.id: r for r in _told(past, model, on.toordinal()) if r.id in seen}
    then = {r.id: r for r in _told(Past(stage, gone, between, rules), model, on.toordinal())}
    out = [
        Shift(r.place, k, r.chance, then[k].chance)
        for k, r in now.items()
        if k in then and abs(r.chance - then[k].chance) > past.rules.shift - 1e-9
    ]
    return skill, sorted(out, key=lambda x: (-abs(x.before - x.after), x.place))


def line_risk(found: Sequence[Risk], between: Sequence[tuple[str, str]]) -> float | None:
    """The chance of an event at any of a contact line's nearest places, taken as independent; None
    where none of them is told of.
    """
    by = {r.place: r.chance for r in found}
    mine = [by[n] for n in {x for pair in between for x in pair} if n in by]
    return round(1 - math.prod(1 - c for c in mine), 3) if mine else None


def as_json(skill: Skill, found: Sequence[Risk]) -> dict[str, Any]:
    return {
        "days": skill.days,
        "shown": skill.shown,
        "skill": {
            "cases": skill.cases,
            "events": skill.events,
            "brier": round(skill.brier, 4),
            "over_base_rate": round(skill.over_base, 3),
            "over_persistence": round(skill.over_persistence, 3),
        },
        "places": [
            {
                "place": r.place,
                "id": r.id,
                "chance": r.chance,
                "reasons": [{"feature": f, "log_odds": v} for f, v in r.reasons],
            }
            for r in found
        ],
    }


__all__ = [
    "FEATURES",
    "Past",
    "Risk",
    "Shift",
    "Skill",
    "as_json",
    "chances",
    "fit",
    "judged",
    "line_risk",
    "risks",
    "shifted",
]
