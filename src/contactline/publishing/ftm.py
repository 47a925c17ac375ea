"""The picture for those who follow the money: parties, places, who holds what, ties, events and the
reports that say so, as FollowTheMoney entities (Aleph, OpenAleph, OpenSanctions, nomenklatura) or
as statements that carry their outlet.

Model: https://followthemoney.tech. Ids stay the same from one export to the next.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contactline.model import Actor, Event, Holding, Picture, Stored
from contactline.naming.actors import Catalogue, wikidata

DATASET = "contactline"
CITED = 5  # sentences and reports kept with each fact
BODIES = ("government", "army", "police", "peacekeepers", "state")
ROLE = {1: "supports", -1: "hostile to", 0: "related to"}
# ISO 639-3, which the model speaks
LANGUAGES = {
    "ar": "ara",
    "de": "deu",
    "en": "eng",
    "es": "spa",
    "fa": "fas",
    "fr": "fra",
    "he": "heb",
    "pt": "por",
    "ru": "rus",
    "tr": "tur",
    "uk": "ukr",
}
COLUMNS = (
    "canonical_id",
    "entity_id",
    "prop",
    "prop_type",
    "schema",
    "value",
    "dataset",
    "origin",
    "lang",
    "original_value",
    "external",
    "first_seen",
    "last_seen",
    "id",
)
# the model's type of each property that is written
TYPES = {
    "address": ("full", "location"),
    "country": ("country",),
    "date": ("date", "startDate", "endDate", "publishedAt"),
    "entity": (
        "subject",
        "object",
        "member",
        "organization",
        "involved",
        "addressEntity",
        "proof",
    ),
    "identifier": ("wikidataId",),
    "language": ("language",),
    "name": ("name", "alias"),
    "number": ("latitude", "longitude"),
    "text": ("summary", "description", "notes"),
    "url": ("sourceUrl",),
}
TYPE_OF = {prop: kind for kind, props in TYPES.items() for prop in props}


@dataclass(slots=True)
class Entity:
    """`claims` are those it rests on: what its statements say of when it was seen, and by whom."""

    id: str
    schema: str
    properties: dict[str, list[str]] = field(default_factory=dict)
    claims: tuple[Stored, ...] = ()

    def add(self, prop: str, *values: object) -> None:
        mine = self.properties.setdefault(prop, [])
        for v in values:
            text = v.isoformat() if isinstance(v, date) else str(v).strip() if v is not None else ""
            if text and text not in mine:
                mine.append(text)
        if not mine:
            del self.properties[prop]


def entities(
    picture: Picture,
    events: Sequence[Event],
    claims: Sequence[Stored],
    names: Mapping[str, str],
    reports: Iterable[Mapping[str, Any]] = (),
) -> list[Entity]:
    """Every entity once, what others point to first.

    Only what is told of by name: ground filled from neighbours is no fact to pass on. `reports` are
    the ledger's rows of reports; without them articles have their outlet and day alone.
    """
    made = _Made(picture, claims, names, reports)
    for h in picture.holdings:
        if h.told and h.status != "unknown":
            made.holding(h)
    for t in picture.relations:
        one, two = sorted((made.party(t.a), made.party(t.b)))
        link = made.link("tie", one, two, ROLE[t.sign], t.claims)
        link.add("startDate", t.first)
        link.add("date", t.last)
        link.add("summary", f"{t.a} and {t.b}: {', '.join(t.kinds)}")
    for a in picture.agreements:
        met = made.thing("Event", a.claims, "agreement", a.id or a.name, *sorted(a.parties))
        met.add("name", a.name)
        met.add("keywords", a.kind, a.status)
        met.add("startDate", a.since)
        met.add("date", a.last)
        met.add("involved", *(made.party(p) for p in a.parties))
        met.add("summary", *(" ".join(x.split()) for x in a.terms[:CITED]))
    for e in events:
        made.event(e)
    made.memberships()
    order = ("Organization", "PublicBody", "Address", "Article")
    return sorted(
        made.found.values(),
        key=lambda x: (order.index(x.schema) if x.schema in order else len(order), x.schema, x.id),
    )


class _Made:
    def __init__(
        self,
        picture: Picture,
        claims: Sequence[Stored],
        names: Mapping[str, str],
        reports: Iterable[Mapping[str, Any]],
    ) -> None:
        self.picture, self.names = picture, names
        self.by_id = {s.id: s for s in claims}
        self.reports = {r["id"]: r for r in reports}
        self.key = {name: k for k, name in sorted(names.items(), reverse=True)}
        self.catalogue = Catalogue.load().by_id
        self.found: dict[str, Entity] = {}
        self.party_keys: dict[str, str] = {}

    def thing(self, schema: str, claims: Iterable[str], *what: object) -> Entity:
        """An entity by what it stands for, with the articles behind it."""
        key = _id(schema, *what)
        if key not in self.found:
            said = tuple(self.by_id[i] for i in claims if i in self.by_id)
            self.found[key] = e = Entity(key, schema, {}, said)
            e.add("proof", *(self.article(s) for s in said[:CITED]))
            e.add("publisher", *(s.source for s in said))
            e.add(
                "description",
                *(f"“{' '.join(s.claim.quote.split())}” ({_cited(s)})" for s in said[:CITED]),
            )
        return self.found[key]

    def article(self, s: Stored) -> str:
        rid = s.claim.report
        key = _id("Article", rid)
        if key not in self.found:
            row = self.reports.get(rid, {})
            self.found[key] = e = Entity(key, "Article", {}, (s,))
            # the model asks every document for a file name, and every thing for a name
            title = row.get("title") or _cited(s)
            e.add("fileName", (row.get("path") or "").replace("\\", "/").split("/")[-1] or rid)
            e.add("name", title)
            e.add("title", title)
            e.add("publisher", s.source)
            e.add("publishedAt", s.published)
            e.add("author", row.get("author"))
            e.add("language", LANGUAGES.get(row.get("language") or ""))
            url = row.get("url") or ""
            e.add("sourceUrl", url if url.startswith(("http://", "https://")) else None)
        return key

    def party(self, name: str) -> str:
        k = self.key.get(name, name)
        actor: Actor | None = self.catalogue.get(k)
        state = k.startswith("state:")
        schema = "PublicBody" if state or (actor and actor.type in BODIES) else "Organization"
        key = _id("party", k)
        if key not in self.found:
            self.party_keys[k] = key
            self.found[key] = e = Entity(key, schema)
            e.add("name", name)
            e.add("wikidataId", wikidata().get(k))
            if actor:
                e.add("alias", *(a for a in (actor.name, *actor.aliases) if a != name))
                e.add("country", actor.country.lower())
                e.add("keywords", actor.type)
            elif state:
                e.add("country", k.removeprefix("state:").lower())
                e.add("keywords", "state")
        return key

    def place(self, h: Holding) -> str:
        p = h.place
        key = self.spot(p.id, p.name, p.lat, p.lon)
        self.found[key].add("country", p.country.lower())
        if p.geoname_id:
            self.found[key].add("notes", f"GeoNames {p.geoname_id}")
        return key

    def spot(self, place_id: str, name: str, lat: float | None, lon: float | None) -> str:
        key = _id("Address", place_id)
        if key not in self.found:
            self.found[key] = e = Entity(key, "Address")
            e.add("name", name)
            e.add("full", name)
            if lat is not None and lon is not None:
                e.add("latitude", round(lat, 5))
                e.add("longitude", round(lon, 5))
        return key

    def link(self, kind: str, a: str, b: str, role: str, claims: Iterable[str]) -> Entity:
        e = self.thing("UnknownLink", claims, kind, a, b, role)
        e.add("subject", a)
        e.add("object", b)
        e.add("role", role)
        return e

    def holding(self, h: Holding) -> None:
        """Who holds, contests or besieges a place."""
        told = {
            "holds": tuple(h.holder.sides) if h.holder else (),
            "contests": h.contested_by,
            "besieges": h.besieged_by,
        }
        for role, sides in told.items():
            for side in sides:
                name = self.names.get(side, side)
                e = self.link("place", self.party(name), self.place(h), role, h.claims)
                e.add("date", self.picture.on)
                e.add("startDate", h.since if role == "holds" else None)
                e.add("status", h.status)
                sure = f", {h.probability:.0%}" if role == "holds" else ""
                e.add(
                    "summary",
                    f"{name} {role} {h.place.name} on {self.picture.on.isoformat()}{sure}",
                )

    def event(self, x: Event) -> None:
        day = x.date.isoformat()
        told = {"year": day[:4], "month": day[:7]}.get(x.precision, day)
        e = self.thing("Event", x.claims, "event", x.id)
        at = f" at {x.place}" if x.place else ""
        e.add("name", f"{x.kind}{at}, {told}")
        e.add("date", told)
        e.add("keywords", x.kind)
        e.add("location", x.place)
        if x.place and x.place_id:
            e.add("addressEntity", self.spot(x.place_id, x.place, x.lat, x.lon))
        e.add("involved", *(self.party(p) for p in x.parties))
        harm = [
            " ".join(str(v) for v in (h.what, h.number, h.who) if v is not None) for h in x.harm
        ]
        e.add("summary", "; ".join(harm))

    def memberships(self) -> None:
        """Who is part of whom on the picture's day, as the catalogue knows it."""
        on = self.picture.on.isoformat()
        for k in sorted(self.party_keys):
            actor = self.catalogue.get(k)
            for parent, since, until in actor.parents if actor else ():
                if (since and on < since) or (until and on > until) or parent == k:
                    continue
                of = self.names.get(parent) or self.catalogue[parent].name
                e = self.thing("Membership", (), k, parent)
                e.add("member", self.party_keys[k])
                e.add("organization", self.party(of))
                e.add("role", "part of")
                e.add("startDate", since)
                e.add("endDate", until)


def as_json_lines(found: Iterable[Entity]) -> str:
    """One entity a line, as `ftm` reads them."""
    return "".join(
        json.dumps({"id": e.id, "schema": e.schema, "properties": e.properties}, ensure_ascii=False)
        + "\n"
        for e in found
    )


def as_statements(found: Iterable[Entity], on: date) -> tuple[str, int]:
    """(CSV of statements, how many): one value a row, with the outlets that say it and the first
    and last day it was reported.
    """
    out = io.StringIO()
    w = csv.DictWriter(out, COLUMNS, dialect=csv.unix_dialect)
    w.writeheader()
    n = 0
    for row in _statements(found, on):
        w.writerow(row)
        n += 1
    return out.getvalue(), n


def _statements(found: Iterable[Entity], on: date) -> Iterator[dict[str, str]]:
    for e in found:
        days = sorted(s.published or s.known for s in e.claims) or [on]
        outlets = "; ".join(dict.fromkeys(s.source for s in e.claims if s.source))
        values = [("id", e.id), *((p, v) for p, vs in e.properties.items() for v in vs)]
        for prop, value in values:
            key = f"{DATASET}.{e.id}.{prop}.{value}"
            yield {
                "canonical_id": e.id,
                "entity_id": e.id,
                "prop": prop,
                "prop_type": "id" if prop == "id" else TYPE_OF.get(prop, "string"),
                "schema": e.schema,
                "value": value,
                "dataset": DATASET,
                "origin": outlets,
                "lang": "",
                "original_value": "",
                "external": "f",
                "first_seen": f"{days[0].isoformat()}T00:00:00",
                "last_seen": f"{days[-1].isoformat()}T00:00:00",
                "id": hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest(),
            }


def _id(*what: object) -> str:
    text = "|".join(str(w) for w in what)
    return "cl-" + hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _cited(s: Stored) -> str:
    day = s.published.isoformat() if s.published else "no date"
    return f"{s.source or 'report'}, {day}"
