"""Two pictures compared: lines that vanish, appear, grow or turn, pockets enclosed or freed,
sectors that join or part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contactline.model import ContactLine, Picture
from contactline.prospects.phrase import the, upper


@dataclass(frozen=True, slots=True)
class Difference:
    before: Picture
    after: Picture
    vanished: tuple[ContactLine, ...]
    appeared: tuple[ContactLine, ...]
    grown: tuple[tuple[ContactLine, float], ...]  # with the kilometres it grows by
    turned: tuple[tuple[ContactLine, ContactLine], ...]  # whose relation changes


def _pair(x: ContactLine) -> tuple[str, str]:
    return (min(x.a, x.b), max(x.a, x.b))


def difference(before: Picture, after: Picture, least_km: float) -> Difference:
    """Lines are the same where they part the same sides; one that grows by less than `least_km` has
    not grown.
    """
    old, new = {_pair(x): x for x in before.lines}, {_pair(x): x for x in after.lines}
    return Difference(
        before,
        after,
        tuple(x for k, x in old.items() if k not in new),
        tuple(x for k, x in new.items() if k not in old),
        tuple(
            (x, round(x.length_km - old[k].length_km, 1))
            for k, x in new.items()
            if k in old and x.length_km - old[k].length_km > least_km
        ),
        tuple((old[k], x) for k, x in new.items() if k in old and old[k].relation != x.relation),
    )


def joined(before: Picture, after: Picture) -> list[str]:
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


def lines(
    vanished: Sequence[ContactLine],
    appeared: Sequence[ContactLine],
    grown: Sequence[tuple[ContactLine, float]],
) -> list[str]:
    out = [
        f"The contact line between {the(x.a)} and {the(x.b)} ({x.length_km:.0f} km, {x.relation}) "
        "vanishes."
        for x in vanished
    ]
    out += [
        f"{upper(the(x.a))} and {the(x.b)} then face each other along {x.length_km:.0f} km "
        f"({x.relation})."
        for x in appeared
    ]
    return out + [
        f"The line between {the(x.a)} and {the(x.b)} grows by {more:.0f} km to "
        f"{x.length_km:.0f} km ({x.relation})."
        for x, more in grown
    ]
