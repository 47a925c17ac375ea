"""Who holds a place: found by name, held as the picture holds it, with what is said for and
against.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from contactline.model import ContactlineError, Holding, Place, PlaceId, Stored
from contactline.naming.folding import plain_words
from contactline.picture.between import blank
from contactline.picture.history import History
from contactline.questions.analysis import Analysis

UNTOLD = "no claim in the ledger is about it"
SPEAKS = 0.02  # logarithm of a weight below which an observation speaks neither for nor against


@dataclass(frozen=True, slots=True)
class Reason:
    """An observation: what is said, of whom, by which claims; `weight` is for the holder, or below
    0 against.
    """

    claim: Stored
    says: str
    sides: tuple[str, ...]
    weight: float
    ratio: float
    day: date | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """`holding` is the picture's own; `reported` says whether a claim is about the place itself."""

    holding: Holding
    on: date
    as_known: date | None
    reasons: tuple[Reason, ...]
    reported: bool
    note: str = ""


def who_holds(analysis: Analysis, place: str, on: date, known: date | None = None) -> HolderAnswer:
    """One place on a day, by its name in any spelling or its id.

    Raises ContactlineError where there is none.
    """
    history = analysis.history(known)
    key, spot = _found(analysis, history, place)
    h = holding_of(history, key, on)
    if h is None:
        if spot is None:
            raise ContactlineError(
                f"no place goes by {place}; look it up with: contactline gazetteer find {place}"
            )
        return HolderAnswer(blank(spot), on, known, (), False, UNTOLD)
    if key in history.units:
        return HolderAnswer(h, on, known, _reasons(history, key, on), True)
    note = (
        f"no claim is about this place itself; its {h.basis} speak for it" if h.holder else UNTOLD
    )
    return HolderAnswer(h, on, known, (), False, note)


def holding_of(history: History, key: str, on: date) -> Holding | None:
    """A place as the picture of the day shows it; None for one it knows nothing of."""
    index = position(history, key)
    if key in history.units:
        return history.holding(key, on, history.nodes[index] if index is not None else None)
    return history.holdings_on(on)[index] if index is not None else None


def position(history: History, key: str) -> int | None:
    """Where a place stands among the ground's, which lie in the order of their ids."""
    index = bisect_left(history.nodes, key, key=lambda p: p.id)
    here = index < len(history.nodes) and history.nodes[index].id == key
    return index if here else None


def _found(analysis: Analysis, history: History, place: str) -> tuple[str, Place | None]:
    """(id, the gazetteer's place): of the places of that name the one most claims about control
    speak of.
    """
    if PlaceId.parse(place):
        return place, None
    found = [m.place for m in analysis.gazetteer.lookup(place)]
    rank = {p.id: i for i, p in enumerate(found)}
    told = [p.id for p in found if p.id in history.units and p.feature != "country"]
    wanted = plain_words(place)
    told = told or [k for k, u in history.units.items() if plain_words(u.place.name) == wanted]
    if told:
        return max(
            told,
            key=lambda k: (
                sum(s.claim.kind == "control" for s in history.units[k].claims),
                -rank.get(k, len(rank)),
                k,
            ),
        ), None
    known = next((p for p in found if position(history, p.id) is not None), None)
    spot = known or (found[0] if found else None)
    return (spot.id if spot else ""), spot


def _reasons(history: History, key: str, on: date) -> tuple[Reason, ...]:
    by = {s.id: s for s in history.units[key].claims}
    ranked = sorted(
        history.track(key).at(on).weights, key=lambda x: (-abs(x[1]), -x[0].day.toordinal())
    )
    return tuple(
        Reason(
            by[o.claims[0]],
            o.what,
            tuple(sorted(o.sides)),
            w,
            o.ratio,
            None if o.undated else o.day,
            tuple(o.claims),
        )
        for o, w in ranked
    )
