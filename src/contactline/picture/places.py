"""The places that claims speak of, each with its claims and its track;
the countries the war is in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from contactline.model import Place, Stored
from contactline.picture.control import Track, log_odds
from contactline.picture.evidence import place_of
from contactline.picture.observe import observations
from contactline.picture.settings import Settings, Spread
from contactline.picture.sides import Sides
from contactline.picture.sources import Reliability

# what has an extent and no middle: said to be held, it is said of the whole, and of no town in it
WIDE = frozenset(
    {
        "area",
        "country",
        "region",
        "border",
        "frontier",
        "highway",
        "road",
        "axis",
        "route",
        "corridor",
        "river",
        "sea",
        "continent",
        "front line",
        "frontline",
        "supply line",
        "motorway",
    }
)
ABOUT = frozenset({"control", "presence", "fight", "strike", "situation"})


class ReportedPlace:
    """A place the claims speak of, with those claims and its track.

    `wide`: an area, a road, a described part.
    """

    __slots__ = ("_claims", "_load", "_partly", "_strongest", "_track", "place", "wide")

    def __init__(self, place: Place, claims: list[Stored] | None = None) -> None:
        self.place, self._claims = place, claims
        self._load: Callable[[], list[Stored]] = list
        self.wide = place.feature in WIDE or "#" in place.id or "@" in place.id
        self._track: Track | None = None
        self._strongest: tuple[str, ...] | None = None
        self._partly: bool | None = None

    @classmethod
    def kept(
        cls,
        place: Place,
        load: Callable[[], list[Stored]],
        track: Track,
        strongest: tuple[str, ...],
        partly: bool,
    ) -> ReportedPlace:
        """One whose track was computed before; its claims are loaded when they are asked for."""
        self = cls(place)
        self._load, self._track, self._strongest, self._partly = load, track, strongest, partly
        return self

    @property
    def claims(self) -> list[Stored]:
        if self._claims is None:
            self._claims = self._load()
        return self._claims

    @property
    def partly(self) -> bool:
        """All that is said of who holds it is said of a part of it."""
        if self._partly is None:
            told = [
                s.claim.extent
                for s in self.claims
                if s.claim.kind == "control" and s.claim.aspect == "holds"
            ]
            self._partly = bool(told) and all(x in ("part", "pocket") for x in told)
        return self._partly

    def strongest(self, track: Track) -> tuple[str, ...]:
        """Claim ids, those that weigh most first."""
        if self._strongest is None:
            ranked = sorted(track.seen, key=lambda o: (-abs(log_odds(o)), o.day, o.claims))
            self._strongest = tuple(dict.fromkeys(c for o in ranked for c in o.claims))
        return self._strongest

    def track(
        self,
        sides: Sides,
        settings: Settings,
        past: frozenset[str],
        trust: Reliability | None = None,
    ) -> Track:
        if self._track is None:
            said = trust.weighed(self.claims, sides) if trust else self.claims
            self._track = Track(observations(said, sides.of, settings, past=past), settings)
        return self._track


def reported_places(claims: Sequence[Stored]) -> dict[str, ReportedPlace]:
    """Place id to the place as reported; each goes by the spelling most reports use."""
    out: dict[str, ReportedPlace] = {}
    for s in claims:
        c = s.claim
        lifts = c.kind == "access" and c.aspect == "opened"
        if c.kind not in ABOUT and not lifts:
            continue
        known = out.get(c.place.id) if c.place and c.place.id else None
        if known is not None:
            known.claims.append(s)
        elif not lifts and (p := place_of(s)):
            out.setdefault(p.id, ReportedPlace(p, [])).claims.append(s)
    for u in out.values():
        spelled = Counter(
            r.label
            for s in u.claims
            for r in (s.claim.place, s.claim.other)
            if r and r.id == u.place.id
        )
        u.place = replace(u.place, name=max(sorted(spelled), key=lambda n: spelled[n]))
    return out


def theatre(units: Mapping[str, ReportedPlace], rule: Spread | None = None) -> list[str]:
    """Countries the war is in: those with at least a tenth (`spread.country`) of the control claims
    that have a place.
    """
    rule = rule or Spread()
    votes: Counter[str] = Counter()
    for u in units.values():
        n = sum(1 for s in u.claims if s.claim.kind == "control")
        if n and u.place.country:
            votes[u.place.country] += n
    least = max(rule.country_claims, rule.country * sum(votes.values()))
    return sorted(c for c, n in votes.items() if n >= least) or [c for c, _ in votes.most_common(1)]
