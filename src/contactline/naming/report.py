"""Names of one report: who "the group" is, where "the city" lies, which of the places of one name
is meant.

Everything here is a function of the report's text and date, the catalogue, the theatres and the
gazetteer.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from contactline.model import Role
from contactline.naming.actors import Catalogue
from contactline.naming.described import Places
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.mentions import Lexicon, Mention
from contactline.naming.parties import Parties
from contactline.naming.parts import Parts
from contactline.naming.towns import Towns, common
from contactline.naming.whose import Ground, votes
from contactline.theatres import Theatres

SIZED = 20_000  # people


class Namer:
    """Catalogue and gazetteer together; `report(...)` gives the names of one report."""

    def __init__(self, gazetteer: Gazetteer, catalogue: Catalogue) -> None:
        self.gazetteer, self.catalogue = gazetteer, catalogue
        self.theatres = Theatres.load()
        self.lexicon = Lexicon(catalogue, self.theatres)
        self.parts = Parts(gazetteer)

    def likely(self, name: str) -> bool:
        """A name that a place of some size bears, or that only one country has: worth settling
        though no reader gave it.
        """
        found = [m.place for m in self.gazetteer.lookup(name) if m.score >= 0.9]
        sized = any(p.population >= SIZED or p.feature in ("area", "country") for p in found)
        return sized or len({p.country for p in found}) == 1

    def report(self, text: str, places: list[tuple[int, int]], on: date | None = None) -> Names:
        """`places`: offsets of the place mentions the reader found; `on`: the report's day, when
        known.
        """
        return Names(self, text, places, on)


class Names:
    """Who and where in one report.

    Its parts are made in this order: parties named, the countries they speak for, places, the
    country of each sentence, and with it the common nouns.
    """

    def __init__(
        self, namer: Namer, text: str, places: list[tuple[int, int]], on: date | None
    ) -> None:
        self.namer, self.text, self.on = namer, text, on
        self.parties = Parties(text, namer.lexicon, on)
        self.countries = self._countries(places)
        self.parties.credible(set(self.countries))
        self.towns = Towns(text, namer.gazetteer, self.parties, self.countries)
        self.towns.settle(places)
        self.ground = Ground(
            text, self.towns.mentions, self.parties.named, namer.catalogue, namer.theatres, on
        )
        self.parties.settle(self.ground)
        self.theatre = self.ground.report
        self._where = Places(text, self.towns, namer.parts, self.theatre)

    @property
    def actors(self) -> list[Mention]:
        """Every party named in the text, in order."""
        return self.parties.named

    @property
    def places(self) -> list[Mention]:
        """Every place mention that was settled, in order."""
        return self.towns.mentions

    def actor(self, text: str, start: int, on: date | None = None, itself: bool = False) -> Role:
        """Who the words mean, on a day when it matters; `itself`: a unit as itself and not as its
        army.
        """
        return self.parties.role(text, start, on, itself)

    def place(self, text: str, start: int) -> Role:
        """Where the words mean."""
        return self._where.role(text, start)

    def _countries(self, places: list[tuple[int, int]]) -> dict[str, float]:
        """The countries the report may be about: of its parties, and of its unmistakable places."""
        out = defaultdict[str, float](float)
        for m in self.parties.named:
            for country, weight in votes(
                m, self.text, self.namer.catalogue, self.namer.theatres, self.on
            ):
                out[country] += weight
        for start, end in places:
            words = self.text[start:end]
            found = () if common(words) else self.namer.gazetteer.lookup(words)
            if found and found[0].score >= 0.9:
                spread = {m.place.country for m in found if m.score >= 0.9}
                if len(spread) == 1:
                    out[found[0].place.country] += 3
                elif len(spread) <= 4:
                    for country in spread:
                        out[country] += 1
        out.pop("", None)
        return dict(out)
