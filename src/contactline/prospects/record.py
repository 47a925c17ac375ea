"""Who was right: expectations by source and by voice against how often
such things happen anyway.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contactline.model import ACTUAL, Expectation, Stored
from contactline.prospects.expectations import was_decided
from contactline.reading.outlook import chance_in


@dataclass(frozen=True, slots=True)
class Record:
    """`low` and `high` bound the share with 90% (Wilson 1927); `base` is how often the like
    happened in as long a time.
    """

    who: str
    kind: str
    said: int
    decided: int
    came_true: int
    low: float
    high: float
    base: float | None
    brier: float | None
    with_probability: int


def wilson(right: int, n: int, z: float = 1.645) -> tuple[float, float]:
    """Interval of a share; the whole range where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    p = right / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    d = 1 + z * z / n
    return max(0.0, (middle - half) / d), min(1.0, (middle + half) / d)


def base_rate(e: Expectation, claims: Sequence[Stored]) -> float | None:
    """Share of spans as long as the expectation's, before it, in which the like was told of the
    same place.
    """
    days = max(1, (e.until - e.first_said).days)
    told = sorted(
        s.on
        for s in claims
        if s.claim.modality in ACTUAL
        and s.claim.kind == e.kind
        and s.claim.aspect == e.aspect
        and (s.published or s.claim.valid_from)
        and s.on < e.first_said
        and e.place
        and s.claim.place
        and s.claim.place.label == e.place
    )
    first = min((s.on for s in claims if s.published or s.claim.valid_from), default=None)
    if first is None or (e.first_said - first).days < 2 * days:
        return None
    spans = (e.first_said - first).days // days
    hit = {(e.first_said - d).days // days for d in told}
    return len([k for k in hit if k < spans]) / spans


def records(found: Sequence[Expectation], claims: Sequence[Stored], on: date) -> list[Record]:
    """A row for each source and each named voice, those with most decided first."""
    groups: dict[tuple[str, str], list[Expectation]] = defaultdict(list)
    for e in found:
        for v in e.voices:
            voice, _, outlet = v.partition(" (in ")
            groups["source", outlet.rstrip(")") or voice].append(e)
            if outlet:
                groups["voice", voice].append(e)
    out = []
    for (kind, who), mine in groups.items():
        mine = list({e.id: e for e in mine}.values())
        decided = [e for e in mine if was_decided(e)]
        right = sum(e.state == "came true" for e in decided)
        low, high = wilson(right, len(decided))
        bases = [b for e in decided if (b := base_rate(e, claims)) is not None]
        given = [
            (p, e.state == "came true") for e in decided if (p := chance_in(e.quote)) is not None
        ]
        out.append(
            Record(
                who,
                kind,
                len(mine),
                len(decided),
                right,
                round(low, 3),
                round(high, 3),
                round(sum(bases) / len(bases), 3) if bases else None,
                round(sum((p - t) ** 2 for p, t in given) / len(given), 3) if given else None,
                len(given),
            )
        )
    return sorted(out, key=lambda r: (-r.decided, -r.said, r.who))
