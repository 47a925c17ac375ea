"""In which country a sentence takes place: what decides whose army "the army" is.

Its own places speak first, then the parties that belong to one war, then the sentences before it
and what the whole report is about. Common nouns have no voice, and a state that attacks or speaks
says little about where it does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from contactline.naming.actors import Catalogue
from contactline.naming.folding import plain_words
from contactline.naming.mentions import Mention, sentences
from contactline.naming.reference import FORCES, VOICES
from contactline.theatres import Theatres

OWN = 1.0  # what the sentence's own places and parties weigh
BEFORE = 0.6  # what those of the nearest sentence before weigh
WHOLE = 1.2  # what the whole report weighs
A_COUNTRY = 0.7  # a country's name against a place with a point
A_PARTY = 0.7  # a party of one war against a place
A_STATE = 0.15  # a state that may act anywhere
HOME_OF_AN_ARMY = (
    0.25  # that an army is named, for its own country, where it is known to fight abroad
)
A_VOICE = 0.3  # a state's ministry or officials, who speak of elsewhere as often


def votes(
    m: Mention, text: str, catalogue: Catalogue, theatres: Theatres, on: date | None
) -> list[tuple[str, float]]:
    """Countries that a party's name speaks for, each with a weight: home, and where it is known to
    fight on a day.
    """
    a = catalogue.by_id.get(m.actor)
    if a is None:
        return []
    if a.id.startswith("state:") or (a.type == "army" and a.country):
        after = plain_words(text[m.end : m.end + 40]).split(" ")[:2]
        military = a.type == "army" or " ".join(after) in FORCES or after[:1] == ["s"]
        military = military or after[0] in FORCES
        voice = bool(VOICES.intersection(after))
        abroad = [c for c in theatres.abroad(a.id, on) if c != a.country]
        if a.id.startswith("state:") and military:
            home = HOME_OF_AN_ARMY if abroad else 1.0
            return [(a.country, home), *((c, 1.0) for c in abroad)]
        if a.id.startswith("state:"):
            return [(a.country, A_VOICE if voice else 1.0)]
        if abroad:
            return [(a.country, HOME_OF_AN_ARMY), *((c, 1.0) for c in abroad)]
        return [(a.country, 2.0)]
    if a.source != "contactline":
        return []
    first = a.theatre.split()[:1]
    return [(c, 2.0 if a.country == c else 1.0) for c in first]


class Ground:
    """The country of each sentence, from settled places and named parties."""

    def __init__(
        self,
        text: str,
        places: Iterable[Mention],
        parties: Sequence[Mention],
        catalogue: Catalogue,
        theatres: Theatres,
        on: date | None,
    ) -> None:
        self.text, self.on = text, on
        self.catalogue, self.theatres = catalogue, theatres
        self._starts = sentences(text)
        n = len(self._starts)
        self._points = [defaultdict[str, float](float) for _ in range(n)]
        self._parties = [defaultdict[str, float](float) for _ in range(n)]
        total = defaultdict[str, float](float)
        spans = [(p.start, p.end) for p in parties]
        for m in places:
            if m.place is None or not m.place.country or _within(m, spans):
                continue
            w = m.confidence * (A_COUNTRY if m.place.feature == "country" else 1.0)
            self._points[self._at(m.start)][m.place.country] += w
            total[m.place.country] += w
        for m in parties:
            for c, w in self._of(m):
                self._parties[self._at(m.start)][c] += w
                total[c] += w
        whole = sum(total.values()) or 1.0
        self.share = {c: w / whole for c, w in total.items()}
        self.report = min(self.share, key=lambda c: (-self.share[c], c)) if self.share else ""
        self._order = sorted(self.share, key=lambda c: (-self.share[c], c))
        self._kept: dict[int, str] = {}

    def country(self, at: int) -> str:
        """ISO code of the country where the sentence around an offset takes place; empty where
        nothing tells.
        """
        i = self._at(at)
        if i not in self._kept:
            score = defaultdict[str, float](float)
            score.update((c, WHOLE * w) for c, w in self.share.items())
            own = self._own(i)
            for c, w in own.items():
                score[c] += OWN * w
            j, weight = i - 1, BEFORE
            while j >= 0 and weight > 0.05 and not own:
                if before := self._own(j):
                    for c, w in before.items():
                        score[c] += weight * w
                    break
                j, weight = j - 1, weight * 0.8
            self._kept[i] = min(score, key=lambda c: (-score[c], c)) if score else ""
        return self._kept[i]

    def near(self, at: int) -> list[str]:
        """The country of the sentence, then the others of the report by their share."""
        here = self.country(at)
        return [here, *(c for c in self._order if c != here)] if here else self._order

    def _at(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)

    def _own(self, i: int) -> dict[str, float]:
        found = dict(self._points[i])
        for c, w in self._parties[i].items():
            if w > A_STATE:
                found[c] = found.get(c, 0.0) + A_PARTY * w
        total = sum(found.values())
        return {c: w / total for c, w in found.items()} if total else {}

    def _of(self, m: Mention) -> list[tuple[str, float]]:
        a = self.catalogue.by_id.get(m.actor)
        if a is None:
            return []
        if a.id.startswith("state:") or (a.type == "army" and self.theatres.abroad(a.id, self.on)):
            return [(a.country, A_STATE)] + [
                (c, A_STATE) for c in self.theatres.abroad(a.id, self.on)
            ]
        found = a.theatre.split() if a.source == "contactline" else []
        if not found or len(found) > 4:
            return []
        return [(found[0], A_PARTY), *((c, A_STATE) for c in found[1:])]


def _within(m: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    """ "Iraq" in "Islamic State of Iraq" is no place."""
    i = bisect_right(spans, (m.start, m.start))
    return any(s < m.start and m.end <= e for s, e in spans[max(0, i - 1) : i + 1])
