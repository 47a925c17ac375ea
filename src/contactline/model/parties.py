"""Parties as the catalogue knows them, places as the gazetteer knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    id: str
    name: str
    type: str
    country: str = ""
    theatre: str = ""
    aliases: tuple[str, ...] = ()
    parents: tuple[tuple[str, str | None, str | None], ...] = ()
    formerly: tuple[tuple[str, str | None], ...] = ()
    side: str = ""
    ucdp: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    lat: float
    lon: float
    country: str
    feature: str
    population: int = 0
    admin1: str = ""
    radius_km: float = 3.0
    geoname_id: int | None = None
    source: str = "geonames"
