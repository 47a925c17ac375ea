"""Turning points: the days around which the picture changed most, named from the claims that
changed it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from contactline.model import ACTUAL
from contactline.picture.history import History

MOST_STEPS = 2000  # days looked at: over more than 38 years they lie further apart


@dataclass(frozen=True, slots=True)
class TurningPoint:
    on: date
    size: float  # places that changed hands, a large town counting for more
    text: str
    claims: tuple[str, ...]


def beginning(stage: History, end: date) -> date:
    """The day from which the ledger tells of the war: its dated claims, less the first fiftieth."""
    days = sorted(s.on for s in stage.claims if s.published or s.claim.valid_from)
    return min(days[len(days) // 50], end) if days else end


def turning_points(
    stage: History, first: date, last: date, most: int = 8, window: int = 14
) -> list[TurningPoint]:
    """Largest shifts of probability between sides over `window` days, apart from one another by at
    least that.
    """
    if first >= last or not stage.units:
        return []
    people = {p.id: p.population for p in stage.nodes}
    step = max(1, window // 2, (last - first).days // MOST_STEPS)
    days = [first + timedelta(days=k) for k in range(0, (last - first).days + 1, step)]
    units = [
        (k, stage.track(k), 1.0 + math.log10(1 + people.get(k, 0) / 5000))
        for k, u in sorted(stage.units.items())
        if not u.wide and stage.track(k).sides
    ]
    shifts: list[tuple[float, date, list[tuple[float, str]]]] = []
    before: dict[str, list[float]] = {}
    for n, d in enumerate(days):
        total, moved = 0.0, []
        for k, t, w in units:
            p, _ = t.shares(d)
            if n and k in before:
                change = 0.5 * sum(abs(a - b) for a, b in zip(p, before[k], strict=True)) * w
                if change > 0.15:
                    moved.append((change, k))
                    total += change
            before[k] = p
        if moved:
            shifts.append((total, d, sorted(moved, reverse=True)))
    out: list[TurningPoint] = []
    for total, d, moved in sorted(shifts, key=lambda s: (-s[0], s[1])):
        if any(abs((d - x.on).days) < window for x in out):
            continue
        names, claims, when = [], [], []
        for _, k in moved[:6]:
            u = stage.units[k]
            told = [
                s
                for s in u.claims
                if s.claim.kind == "control"
                and s.claim.aspect in ("gains", "loses")
                and s.claim.modality in ACTUAL
                and abs((s.on - d).days) <= window
                and s.claim.actor
            ]
            best = max(
                (s for s in told if s.claim.aspect == "gains"),
                key=lambda s: s.claim.confidence,
                default=None,
            )
            if best and best.claim.actor:
                names.append(f"{best.claim.actor.label} took {u.place.name}")
                claims.append(best.id)
                when.append(best.on)
            elif told and told[0].claim.actor:
                names.append(f"{told[0].claim.actor.label} lost {u.place.name}")
                claims.append(told[0].id)
                when.append(told[0].on)
        if names:
            out.append(
                TurningPoint(
                    sorted(when)[len(when) // 2],
                    round(total, 2),
                    "; ".join(dict.fromkeys(names[:4])),
                    tuple(claims),
                )
            )
        if len(out) >= most:
            break
    return sorted(out, key=lambda t: t.on)
