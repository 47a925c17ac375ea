"""What changed between two days, told as an analyst would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from contactline.model import ACTUAL, Holder, Picture, Stored

ORDER = (
    "taken",
    "lost",
    "newly held",
    "cut off",
    "relieved",
    "contested",
    "calmed",
    "agreed",
    "broken",
    "no longer known",
)


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    place: str | None
    before: str | None
    after: str | None
    on: date | None
    text: str
    claims: tuple[str, ...]
    place_id: str | None = None


def changes(
    before: Picture, after: Picture, names: dict[str, str], claims: Sequence[Stored] = ()
) -> list[Change]:
    """Sorted by weight: what changed hands first, then sieges, then words."""
    old = {h.place.id: h for h in before.holdings}
    out: list[Change] = []

    def say(holder: Holder | None) -> str:
        return holder.called(names) if holder else "nobody known"

    for h in after.holdings:
        was = old.get(h.place.id)
        a, b = (was.holder if was else None), h.holder
        solid = h.told
        if not solid:
            continue
        known = len(out)
        if a and b and not a.meets(b):
            out.append(
                Change(
                    "taken",
                    h.place.name,
                    say(a),
                    say(b),
                    h.since,
                    f"{say(b)} took {h.place.name} from {say(a)}",
                    h.claims,
                )
            )
        elif b and not a and h.since and before.on < h.since <= after.on:
            gained = [
                s
                for s in claims
                if s.id in h.claims and s.claim.kind == "control" and s.claim.aspect == "gains"
            ]
            out.append(
                Change(
                    "taken" if gained else "newly held",
                    h.place.name,
                    None,
                    say(b),
                    h.since,
                    f"{say(b)} {'took' if gained else 'is now known to hold'} {h.place.name}",
                    h.claims,
                )
            )
        elif a and not b and was and was.told:
            out.append(
                Change(
                    "no longer known",
                    h.place.name,
                    say(a),
                    None,
                    None,
                    f"who holds {h.place.name} is no longer known ({say(a)} before)",
                    h.claims,
                )
            )
        if h.status == "besieged" and (not was or was.status != "besieged"):
            out.append(
                Change(
                    "cut off",
                    h.place.name,
                    None,
                    say(b),
                    None,
                    f"{h.place.name} is besieged (held by {say(b)})",
                    h.claims,
                )
            )
        elif was and was.status == "besieged" and h.status != "besieged":
            out.append(
                Change(
                    "relieved",
                    h.place.name,
                    None,
                    say(b),
                    None,
                    f"the siege of {h.place.name} is no longer reported",
                    h.claims,
                )
            )
        elif h.status == "contested" and (not was or was.status != "contested"):
            out.append(
                Change(
                    "contested",
                    h.place.name,
                    say(a),
                    say(b),
                    None,
                    f"{h.place.name} is contested",
                    h.claims,
                )
            )
        elif was and was.status == "contested" and h.status == "held":
            out.append(
                Change(
                    "calmed",
                    h.place.name,
                    say(a),
                    say(b),
                    None,
                    f"{h.place.name} is no longer contested ({say(b)} holds it)",
                    h.claims,
                )
            )
        out[known:] = [replace(c, place_id=h.place.id) for c in out[known:]]
    told = {a.name: a for a in before.agreements}
    for agreement in after.agreements:
        was_status = told[agreement.name].status if agreement.name in told else None
        if agreement.status == was_status or agreement.last <= before.on:
            continue
        word = {"in force": "agreed", "broken": "broken"}.get(agreement.status)
        if word:
            out.append(
                Change(
                    word,
                    agreement.place,
                    was_status,
                    agreement.status,
                    agreement.last,
                    f"agreement {agreement.name}: {agreement.status}",
                    agreement.claims,
                )
            )
    rank = {w: i for i, w in enumerate(ORDER)}
    people = {h.place.name: h.place.population for h in after.holdings}
    return sorted(
        out, key=lambda c: (rank[c.what], -people.get(c.place or "", 0), c.place or "", c.text)
    )


def events_between(claims: Sequence[Stored], first: date, last: date) -> list[Stored]:
    """Dated actual events in the span, in order."""
    return [
        s
        for s in claims
        if first < s.on <= last
        and s.claim.modality in ACTUAL
        and s.claim.kind in ("control", "fight", "strike", "agreement", "access", "harm")
    ]
