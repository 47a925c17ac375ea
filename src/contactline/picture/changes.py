"""What changed between two days, told as an analyst would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contactline.model import ACTUAL, AgreementStatus, Holder, Holding, Picture, Status, Stored
from contactline.picture.control import UNNAMED
from contactline.picture.sides import Sides

AGREED = {
    AgreementStatus.MADE: "agreed",
    AgreementStatus.HOLDING: "agreed",
    AgreementStatus.VIOLATED: "violated",
    AgreementStatus.BROKEN: "broken",
    AgreementStatus.LAPSED: "lapsed",
}
ORDER = (
    "taken",
    "now held by another",
    "lost",
    "newly held",
    "cut off",
    "relieved",
    "contested",
    "calmed",
    "agreed",
    "broken",
    "violated",
    "lapsed",
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
    before: Picture,
    after: Picture,
    names: Mapping[str, str],
    claims: Sequence[Stored] = (),
    sides: Sides | None = None,
) -> list[Change]:
    """Sorted by weight: what changed hands first, then sieges, then words.

    "Took" is said only where a claim says so: one of `claims` dated between the two days, by the
    new holder's side where `sides` are given.
    """
    old = {h.place.id: h for h in before.holdings}
    # who holds a pocket that is named as a whole is told of its towns
    pockets = {p.name: p.holder for s in after.sectors for p in s.pockets}
    out: list[Change] = []

    def say(holder: Holder | None) -> str:
        return holder.called(names) if holder else "nobody known"

    for h in after.holdings:
        was = old.get(h.place.id)
        if not h.told:
            continue
        known = len(out)
        # a holder changes only where both days rest on claims; ground filled in from around is
        # nobody's to lose
        a = was.holder if was and was.told else None
        b = h.holder
        gained = _gained(h, a, b, claims, sides, before.on, after.on)
        if a and b and not a.meets(b):
            out.append(
                Change(
                    "taken" if gained else "now held by another",
                    h.place.name,
                    say(a),
                    say(b),
                    gained[0].on if gained else h.since,
                    f"{say(b)} took {h.place.name} from {say(a)}"
                    if gained
                    else f"{h.place.name} is now told to be held by {say(b)} ({say(a)} before)",
                    (
                        *(s.id for s in gained),
                        *(c for c in h.claims if c not in _ids(gained)),
                    ),
                )
            )
        elif b and not a and (gained or (h.since and before.on < h.since <= after.on)):
            out.append(
                Change(
                    "taken" if gained else "newly held",
                    h.place.name,
                    None,
                    say(b),
                    gained[0].on if gained else h.since,
                    f"{say(b)} {'took' if gained else 'is now known to hold'} {h.place.name}",
                    h.claims,
                )
            )
        elif a and b and was and (rest := _had_a_part(was, a)) and _whole(gained):
            out.append(
                Change(
                    "taken",
                    h.place.name,
                    say(rest),
                    say(b),
                    gained[0].on,
                    f"{say(b)} took the rest of {h.place.name} from {say(rest)}",
                    (*(s.id for s in gained), *(c for c in h.claims if c not in _ids(gained))),
                )
            )
        elif a and not b and h.status == Status.UNKNOWN:
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
            inside = b or pockets.get(h.place.name)
            out.append(
                Change(
                    "cut off",
                    h.place.name,
                    None,
                    say(inside),
                    None,
                    f"{h.place.name} is besieged"
                    + (f" (held by {say(inside)})" if inside else " (who holds it is not known)"),
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
    told = {a.id: a for a in before.agreements}
    for agreement in after.agreements:
        was_status = told[agreement.id].status if agreement.id in told else None
        if agreement.status == was_status or agreement.last <= before.on:
            continue
        word = AGREED.get(agreement.status)
        if word and not (word == "agreed" and was_status and was_status.in_force):
            out.append(
                Change(
                    word,
                    agreement.place,
                    was_status,
                    agreement.status,
                    agreement.last,
                    f"{_called(agreement.name)}: {agreement.status}",
                    agreement.claims,
                )
            )
    rank = {w: i for i, w in enumerate(ORDER)}
    people = {h.place.name: h.place.population for h in after.holdings}
    return sorted(
        out, key=lambda c: (rank[c.what], -people.get(c.place or "", 0), c.place or "", c.text)
    )


def _ids(claims: Sequence[Stored]) -> set[str]:
    return {s.id for s in claims}


def _had_a_part(was: Holding, holder: Holder) -> Holder | None:
    """Who else was likelier to have a place than somebody not named: it had a part of it."""
    shares = dict(was.shares)
    nobody = shares.pop(UNNAMED, 0.0)
    rest = [(v, k) for k, v in shares.items() if v > nobody and k not in holder.sides]
    return Holder.of([max(rest)[1]]) if rest else None


def _whole(gained: Sequence[Stored]) -> bool:
    """Whether it is said to have been taken, and not a part of it."""
    return any(s.claim.aspect == "gains" and s.claim.extent in (None, "whole") for s in gained)


def _called(name: str) -> str:
    """The agreement's name, with the word where the name has it not."""
    return name if name.startswith("agreement") else f"agreement {name}"


def _gained(
    h: Holding,
    had: Holder | None,
    has: Holder | None,
    claims: Sequence[Stored],
    sides: Sides | None,
    first: date,
    last: date,
) -> list[Stored]:
    """Claims dated between the days that the new holder took the place, or that the old one lost
    it, by day.
    """
    mine = set(h.claims)
    out = []
    for s in claims:
        c = s.claim
        if s.id not in mine or c.kind != "control" or c.modality not in ACTUAL or not c.actor:
            continue
        whose = {"gains": has, "loses": had}.get(c.aspect or "")
        if whose is None or not first < s.on <= last:
            continue
        if sides is None or sides.of(c.actor.id, s.on) in whose.sides:
            out.append(s)
    return sorted(out, key=lambda s: (s.on, s.id))
