"""Roads, crossings, supply: what is blocked or open, by whom, against whom, since when, by the last
word on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from contactline.model import Access, AccessState, Role, Stored
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

STATE = {"blocked": AccessState.BLOCKED, "opened": AccessState.OPEN}


def access_on(claims: Sequence[Stored], sides: Sides, settings: Settings, on: date) -> list[Access]:
    """Every route, crossing or area told of within the window, the last told of first.

    `since` is the first day of the state it is in, as far as told; `by` and `against` are those
    named since then.
    """
    told: dict[str, list[tuple[date, Evidence, Role]]] = defaultdict(list)
    for e in evidence_of(s for s in claims if s.claim.kind == "access"):
        r = e.claim.place
        if r and r.place_id and e.actual and e.within(on, settings.access.heard_of_days):
            told[r.place_id].append((e.day(on), e, r))
    out = []
    for said in told.values():
        said.sort(key=lambda x: (x[0], x[1].id))
        state = STATE[said[-1][1].claim.aspect or "blocked"]
        now: list[tuple[date, Evidence, Role]] = []
        for x in reversed(said):
            if STATE[x[1].claim.aspect or "blocked"] is not state:
                break
            now.append(x)
        now.reverse()
        where = next((r for *_, r in now if r.lat is not None), now[-1][2])
        out.append(
            Access(
                where.label,
                where.id or "",
                where.lat,
                where.lon,
                state,
                _named([e.claim.actor for _, e, _ in now], sides, on),
                _named([e.claim.other for _, e, _ in now], sides, on, kept_out=True),
                now[0][0],
                now[-1][0],
                tuple(dict.fromkeys(e.id for _, e, _ in now)),
            )
        )
    return sorted(out, key=lambda a: (-a.last.toordinal(), a.place, a.place_id))


def _named(
    roles: Sequence[Role | None], sides: Sides, on: date, kept_out: bool = False
) -> tuple[str, ...]:
    """Parties by name; who is kept out need not be one ("aid", "civilians")."""
    return tuple(
        dict.fromkeys(r.label for r in roles if r and (sides.of(r.actor_id, on) or kept_out))
    )
