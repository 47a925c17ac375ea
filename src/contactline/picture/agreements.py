"""Agreements and talks: one thing with its parties, its place, its words, and a status that follows
the claims.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from contactline.language.tables import table, words
from contactline.model import ACTUAL, Agreement, AgreementStatus, Modality, Role, Stored, digest
from contactline.picture.evidence import Evidence, evidence_of
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

STAGE = {"sought": 0, "made": 1, "holds": 2, "broken": 3}
TALKS = "talks"


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(r"\b(?:" + "|".join(forms) + r")\b", re.I))
        for kind, forms in table("en", "agreements")["kinds"].items()
    )


@cache
def _ended() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:" + "|".join(words("en", "agreements", "ended", "words")) + r")\b", re.I
    )


def kind_of(quote: str) -> str | None:
    """What a sentence calls the agreement: ceasefire, evacuation, talks …; None where it has no
    word for it.
    """
    return next((kind for kind, form in _kinds() if form.search(quote)), None)


@dataclass(slots=True)
class _Told:
    """What is told of one agreement, sentence by sentence."""

    kind: str | None
    parties: set[str]
    place: Role | None
    said: list[tuple[date, Evidence]] = field(default_factory=list)

    @property
    def place_id(self) -> str | None:
        return self.place.id if self.place else None

    def is_of(self, kind: str | None, parties: set[str], place_id: str | None) -> bool:
        """Whether a sentence speaks of this agreement: of its kind, and of its place or of two of
        its parties.
        """
        if kind != self.kind and (kind and self.kind):
            return False
        common = len(parties & self.parties)
        if place_id and self.place_id:
            return place_id == self.place_id and (common > 0 or not parties or not self.parties)
        same = kind == self.kind and kind is not None
        return common > 1 or (same and common > 0 and not (place_id or self.place_id))


def agreements_on(
    claims: Sequence[Stored], sides: Sides, settings: Settings, on: date
) -> list[Agreement]:
    """Those told of by a day, the last told of first.

    Claims of one sentence are one agreement, and sentences that share its kind and its place, or
    its kind and two of its parties. One party alone, without a place, is no agreement that could be
    told of.
    """
    sentences: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for e in evidence_of(s for s in claims if s.claim.kind == "agreement"):
        spoken = e.actual or e.claim.modality == Modality.DENIED
        if spoken and e.so_by(on):
            sentences[e.claim.report, e.claim.start].append(e)
    told: list[_Told] = []
    for sentence in sorted(sentences.values(), key=lambda g: (g[0].day(on), min(e.id for e in g))):
        parties = {
            x.key
            for e in sentence
            for r in (e.claim.actor, e.claim.other)
            if r and (x := r.actor_id) and sides.of(x, on)
        }
        place = next(
            (e.claim.place for e in sentence if e.claim.place and e.claim.place.place_id), None
        )
        kind = kind_of(sentence[0].claim.quote)
        found = next((t for t in told if t.is_of(kind, parties, place.id if place else None)), None)
        if found is None:
            found = _Told(kind, set(), None)
            told.append(found)
        found.parties |= parties
        found.kind = found.kind or kind
        if place and not found.place_id:
            found.place = place
        found.said += [(e.day(on), e) for e in sentence]
    out = [a for t in told if (a := _agreement(t, sides, settings, on)) is not None]
    return sorted(out, key=lambda a: (a.last, a.name), reverse=True)


def _agreement(t: _Told, sides: Sides, settings: Settings, on: date) -> Agreement | None:
    if len(t.parties) < 2 and not t.place_id:
        return None
    said = sorted(t.said, key=lambda x: (x[0], STAGE.get(x[1].claim.aspect or "", 0), x[1].id))
    status = AgreementStatus.SOUGHT
    since = said[0][0]
    ends: date | None = None
    heard = False
    for day, e in said:
        after = _after(status if heard else None, e)
        if after is None:
            continue
        if after is not status:
            since = day
        status, heard = after, True
        if status.in_force and e.claim.aspect in ("made", "holds"):
            ends = _until(e) or ends
    if not heard:
        return None
    last = said[-1][0]
    over = ends is not None and ends < on and last <= ends
    silent = (on - last).days > settings.agreements.heard_of_days
    if status is not AgreementStatus.BROKEN and (over or silent):
        status = AgreementStatus.LAPSED
    names = tuple(sorted(sides.name(p) for p in t.parties))
    what = t.kind or ("agreement" if status is not AgreementStatus.SOUGHT else TALKS)
    title = f"{t.place.label} {what}" if t.place else what
    return Agreement(
        f"{title} ({', '.join(names)})" if names else title,
        names,
        t.place.label if t.place else None,
        status,
        said[0][0],
        last,
        tuple(dict.fromkeys(e.id for _, e in said)),
        digest(["agreement", said[0][1].id]),
        what,
        since,
        tuple(dict.fromkeys(e.claim.quote for _, e in said)),
        tuple(sorted(t.parties)),
        t.place.lat if t.place else None,
        t.place.lon if t.place else None,
        (t.place.radius_km or 0.0) if t.place else 0.0,
    )


def _until(e: Evidence) -> date | None:
    """The last day of one that is made for a while ("a truce until Monday")."""
    c = e.claim
    if c.precision != "day" or c.valid_to is None or c.valid_from is None:
        return None
    return c.valid_to if c.valid_to > c.valid_from else None


def _after(now: AgreementStatus | None, e: Evidence) -> AgreementStatus | None:
    """The status after one more claim; None where the claim says nothing of it."""
    c = e.claim
    if c.modality not in ACTUAL:  # said not to be so
        if c.aspect == "holds":
            return AgreementStatus.BROKEN if _ended().search(c.quote) else AgreementStatus.VIOLATED
        return now if c.aspect != "broken" else AgreementStatus.HOLDING
    if c.aspect == "sought":
        # who talks about what is in force has not undone it
        return now if now is not None and now.in_force else AgreementStatus.SOUGHT
    if c.aspect == "made":
        return AgreementStatus.MADE if now is None or not now.in_force else now
    if c.aspect == "holds":
        return AgreementStatus.HOLDING
    if c.aspect == "broken":
        ended = bool(_ended().search(c.quote))
        return AgreementStatus.BROKEN if ended else AgreementStatus.VIOLATED
    return None
