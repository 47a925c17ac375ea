"""What a place is called on a day: held, contested, besieged or unknown, by whom, and on what that
rests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from contactline.model import Basis, Holder, Holding, Place, Status
from contactline.picture.control import UNNAMED, Track, shares_on
from contactline.picture.places import ReportedPlace
from contactline.picture.relations import Enmity
from contactline.picture.settings import Settings

ROUNDED = 4  # digits of a probability


def holders(
    shares: Mapping[str, float], track: Track, enmity: Enmity, settings: Settings, on: date
) -> tuple[tuple[str, ...], float]:
    """The likeliest side, with those that hold the place together with it, and their joint
    probability.
    """
    ranked = sorted(((v, k) for k, v in shares.items() if k != UNNAMED), reverse=True)
    if not ranked or ranked[0][1] not in track.claimed:
        return (
            (),
            0.0,
        )  # who is only said to be there, to fight or to strike is nobody's word for a holder
    most, top = ranked[0]
    least = settings.standing.joint * most
    joint = track.joint(top) if len(ranked) > 1 else frozenset()
    group = [top] + [
        k for v, k in ranked[1:] if v > least and k in joint and not enmity.between(k, top, on)
    ]
    return tuple(group), sum(v for v, k in ranked if k in group)


def status(
    shares: Mapping[str, float],
    p: float,
    group: Sequence[str],
    contested: Mapping[str, float],
    besieged: Sequence[str],
    settings: Settings,
) -> Status:
    """Besieged where a siege is told and not lifted; contested where it is fought over inside and a
    rival has a real share or is surely said to contest it; held from `held_at` on; else unknown.
    """
    rule = settings.standing
    if besieged:
        return Status.BESIEGED
    other = max((v for k, v in shares.items() if k not in group and k != UNNAMED), default=0.0)
    real = any(
        (said >= rule.said_at and other >= rule.rival_at)
        if x in group
        else (said >= rule.said_at or shares.get(x, 0.0) >= rule.rival_at)
        for x, said in contested.items()
    )
    if real or (contested and rule.contest_at <= p < rule.held_at):
        return Status.CONTESTED
    return Status.HELD if group and p >= rule.held_at else Status.UNKNOWN


def holding(
    u: ReportedPlace,
    track: Track,
    enmity: Enmity,
    settings: Settings,
    on: date,
    place: Place | None = None,
) -> Holding:
    """One place on one day; `place` as the ground knows it, with its population.

    A holder is named where the place is held, or besieged and its holder as likely as a held
    place's. A contested place has those that fight for it instead, an unknown one nobody; `shares`
    tell the probabilities in any case.
    """
    shares = shares_on(track, on)
    group, p = holders(shares, track, enmity, settings, on)
    contested, besieged = track.contest(on), track.siege(on, group)
    word = status(shares, p, group, contested, besieged, settings)
    sure = p >= settings.standing.held_at and word in (Status.HELD, Status.BESIEGED)
    holder = Holder.of(group) if sure else None
    until = track.stamps[-1] if track.undated and track.stamps else on.toordinal()
    basis = Basis.AREA if u.wide else Basis.PART if u.partly else Basis.TOLD
    return Holding(
        place or u.place,
        holder,
        word,
        round(p, ROUNDED),
        track.since(on, group[0]) if holder else None,
        tuple(sorted(((k, round(v, ROUNDED)) for k, v in shares.items()), key=_likeliest)),
        u.strongest(track),
        track.named(group, until) if holder else (),
        basis,
        tuple(contested) if word == Status.CONTESTED else (),
        besieged,
    )


def _likeliest(x: tuple[str, float]) -> tuple[float, str]:
    return -x[1], x[0]
