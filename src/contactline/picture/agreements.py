"""Agreements and whether they hold, from what was last said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from contactline.model import Agreement, Stored
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides


def agreements_on(
    claims: Sequence[Stored], sides: Sides, settings: Settings, on: date
) -> list[Agreement]:
    """One agreement for each set of claims that share a report's sentence, or parties and place; status by the latest word."""
    said: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for e in evidence_of(s for s in claims if s.claim.kind == "agreement"):
        if e.actual and e.so_by(on):
            said[e.claim.report, e.claim.start].append(e)
    groups: list[tuple[set[str], str | None, list[tuple[date, Evidence]]]] = []
    for sentence in sorted(said.values(), key=lambda g: (g[0].stored.on, g[0].id)):
        parties = {
            sides.name(r.id[6:])
            for s in sentence
            for r in (s.claim.actor, s.claim.other)
            if r and r.id and r.id.startswith("actor:")
        }
        place = next(
            (s.claim.place.label for s in sentence if s.claim.place and s.claim.place.label), None
        )
        day = sentence[0].day(on)
        for g in groups:
            same_place = g[1] == place or place is None or g[1] is None
            if (
                parties and parties & g[0] and same_place and (place or len(parties & g[0]) > 1)
            ) or (place and place == g[1] and (not parties or not g[0])):
                g[0].update(parties)
                g[2].extend((day, s) for s in sentence)
                break
        else:
            groups.append((set(parties), place, [(day, s) for s in sentence]))
    out = []
    for parties, place, entries in groups:
        entries.sort(
            key=lambda x: (
                x[0],
                {"sought": 0, "made": 1, "holds": 2, "broken": 3}.get(x[1].claim.aspect or "", 0),
                x[1].id,
            )
        )
        last_day, last = entries[-1]
        status = {
            "made": "in force",
            "holds": "in force",
            "broken": "broken",
            "sought": "sought",
        }.get(last.claim.aspect or "", "made")
        if (on - last_day).days > settings.agreements.heard_of_days:
            status = "not heard of"
        who = " – ".join(sorted(parties)) or "parties not named"
        out.append(
            Agreement(
                f"{who}{f' ({place})' if place else ''}",
                tuple(sorted(parties)),
                place,
                status,
                entries[0][0],
                last_day,
                tuple(dict.fromkeys(s.id for _, s in entries)),
            )
        )
    return sorted(out, key=lambda a: (a.last, a.name), reverse=True)
