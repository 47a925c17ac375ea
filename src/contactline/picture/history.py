"""All that does not depend on the day: sides, a track for every place, the settlement graph. Any
day is then quick.

A history is made once for a ledger; `holdings_on(day)` reads each place's track and looks at the
ground between. A changed ledger has a new history: nothing is patched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contactline.model import Actor, Holding, Place, Stored, digest
from contactline.picture.between import between, blank, sphere
from contactline.picture.control import Track
from contactline.picture.evidence import telling_of_the_past
from contactline.picture.parties import Parties
from contactline.picture.places import ReportedPlace, reported_places, theatre
from contactline.picture.relations import Enmity
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from contactline.picture.sources import Reliability, reliabilities
from contactline.picture.standing import holding

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from contactline.picture.pockets import Ground

Memo = Callable[[str, Callable[[], bytes]], bytes]
KEPT_DAYS = 40  # days whose ground is kept


class History:
    def __init__(
        self,
        claims: Sequence[Stored],
        settlements: Sequence[Place],
        catalogue: Mapping[str, Actor],
        settings: Settings,
        trust: Reliability | None = None,
    ) -> None:
        self.claims = sorted(claims, key=lambda s: s.id)
        self.settings, self.catalogue = settings, catalogue
        self.settlements = list(settlements)
        self.parties = Parties(self.claims, catalogue, settings.parties)
        self.heard = self.parties.heard(self.claims)
        self.sides = Sides(
            catalogue, self.heard, settings.sides, settings.siding, settings.doubt.reported
        )
        self.units: Mapping[str, ReportedPlace] = reported_places(self.heard)
        self.past = telling_of_the_past(self.heard, settings.doubt.past_days)
        self.enmity = Enmity(self.heard, self.sides)
        self.countries = set(theatre(self.units, settings.spread))
        if trust is None and settings.trust.learn:
            trust = reliabilities(self.units.values(), self.sides, settings, self.past)
        self.trust = trust or Reliability({}, {}, settings)
        self.memo: Memo | None = None
        self.not_taken = self.parties.not_taken
        self._days: dict[date, tuple[Holding, ...]] = {}

    def track(self, key: str) -> Track:
        return self.units[key].track(self.sides, self.settings, self.past, self.trust)

    def share(self, key: str, side: str, on: date) -> float | None:
        """How much of a place the picture gives a side on a day;
        None for a place nobody tells of.
        """
        if key not in self.units:
            return None
        t = self.track(key)
        return t.shares(on)[0][t.sides.index(side)] if side in t.sides else 0.0

    def holding(self, key: str, on: date, place: Place | None = None) -> Holding:
        """Of a place told of; `place` as the ground knows it."""
        return holding(self.units[key], self.track(key), self.enmity, self.settings, on, place)

    # -- ground ------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Place]:
        """Settlements of the theatre and the point-like places of claims there."""
        known = {p.id: p for p in self.settlements if p.country in self.countries}
        out = dict(known)
        for key, u in self.units.items():
            if not u.wide and u.place.country in self.countries:
                base = known.get(key)
                out[key] = replace(
                    u.place,
                    population=base.population if base else 0,
                    admin1=base.admin1 if base else "",
                )
        return [out[k] for k in sorted(out)]

    @cached_property
    def edges(self) -> list[tuple[int, int, float]]:
        from contactline.picture.geography import neighbours

        return neighbours(
            self.nodes, self.settings.spread.neighbours, self.settings.spread.neighbour_km
        )

    @cached_property
    def cells(self) -> tuple[Any, ...]:
        """Each node's ground; from the memo where it was worked out for the same nodes before."""
        from contactline.picture import geography

        reach = self.settings.spread.reach_km
        if self.memo is None:
            return tuple(geography.cells(self.nodes, reach))
        name = digest(["cells", reach, [[p.id, p.lat, p.lon] for p in self.nodes]])
        kept = self.memo(name, lambda: geography.packed(geography.cells(self.nodes, reach)))
        return geography.unpacked(kept)

    @cached_property
    def shapes(self) -> Mapping[str, BaseGeometry]:
        """The ground of each place by its id, as every map draws it: its cell, ending where the
        place's country does.
        """
        from contactline.picture import geography
        from contactline.picture.basemap import within_borders

        def cut() -> list[BaseGeometry]:
            return within_borders(self.nodes, self.cells)

        if self.memo is None:
            own: Sequence[BaseGeometry] = cut()
        else:
            reach = self.settings.spread.reach_km
            name = digest(["ground", reach, [[p.id, p.lat, p.lon, p.country] for p in self.nodes]])
            own = geography.unpacked(self.memo(name, lambda: geography.packed(cut())))
        return {p.id: g for p, g in zip(self.nodes, own, strict=True) if not g.is_empty}

    @cached_property
    def _points(self) -> Any:
        return sphere(self.nodes)

    def shape(self, key: str) -> BaseGeometry | None:
        """The outline of an area told of, or of the described part of one; None where it has none
        that is known.
        """
        from contactline.picture.geography import outline

        return outline(self.units[key].place)

    def areas_on(self, on: date) -> list[tuple[ReportedPlace, Holding]]:
        return [(u, self.holding(k, on)) for k, u in sorted(self.units.items()) if u.wide]

    def holdings_on(self, on: date) -> tuple[Holding, ...]:
        """A holding for every place of the ground, told of or not, in the order of `nodes`."""
        if on in self._days:
            return self._days[on]
        told = {
            i: self.holding(p.id, on, p) for i, p in enumerate(self.nodes) if p.id in self.units
        }
        filled = between(self.nodes, self._points, told, self.settings)
        result = tuple(told.get(i) or filled.get(i) or blank(p) for i, p in enumerate(self.nodes))
        if len(self._days) > KEPT_DAYS:
            self._days.pop(next(iter(self._days)))
        self._days[on] = result
        return result

    def ground(self, on: date) -> Ground:
        from contactline.picture.pockets import Ground

        return Ground(self.holdings_on(on), self.edges, self.cells, tuple(sorted(self.countries)))
