"""The picture as map layers: places, ground, areas, lines, events, sectors, roads and claims, with
the days each row holds; what every map file is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import Event, Holding, Picture, Stored
from contactline.picture.geography import outline
from contactline.publishing.colours import RELATION, colour

GREY = "#8a8f94"
AREAS = ("area", "country", "region", "sea", "continent", "river")
# what each layer is, in one line; written into the files that can hold it
ABOUT = {
    "places": "Who holds each place that is told of or inferred; settlement level.",
    "ground": "The ground around each held place (Voronoi cells, cut at reach, coast and borders).",
    "areas": "What is said of an area as a whole, with its outline; no fact of each town in it.",
    "lines": "Where two sides face each other, by relation.",
    "events": "Clashes, strikes, captures and moves, each once, with their sources.",
    "sectors": "Connected ground of one side.",
    "roads": "Roads and crossings that are blocked or open.",
    "claims": "Each claim that has a place and a day, one a row, with its sentence.",
}
KIND = {
    "places": "Point",
    "ground": "MultiPolygon",
    "areas": "MultiPolygon",
    "lines": "MultiLineString",
    "events": "Point",
    "sectors": "MultiPolygon",
    "roads": "Point",
    "claims": "Point",
}
DAYS = ("on", "since", "valid_from", "valid_to", "event_date", "end_date", "source_date", "last")


@dataclass(slots=True)
class Layer:
    """Rows with shapes in WGS84; `unplaced` counts what has no coordinates (or no day) and is left
    out. `colours` gives the colour of each value of the column it is drawn by.
    """

    name: str
    shapes: list[BaseGeometry] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)
    unplaced: int = 0

    @property
    def kind(self) -> str:
        return KIND[self.name]

    def add(self, shape: BaseGeometry, row: dict[str, Any]) -> None:
        self.shapes.append(shape)
        self.rows.append(row)


def layers(
    pictures: Sequence[Picture],
    events: Sequence[Event],
    claims: Sequence[Stored],
    names: Mapping[str, str],
    shapes: Mapping[str, BaseGeometry],
) -> dict[str, Layer]:
    """Every layer by name, in the order they are drawn.

    Of several pictures each row holds from its day to the day before the next one's; of one picture
    on its day alone.
    """
    found = {n: Layer(n) for n in ("areas", "sectors", "ground", "lines", "roads", "places")}
    for i, p in enumerate(pictures):
        last = pictures[i + 1].on - timedelta(days=1) if i + 1 < len(pictures) else p.on
        when = {"on": p.on, "valid_from": p.on, "valid_to": last}
        _picture(p, when, names, shapes, found)
    found["events"] = event_layer(events, claims)
    found["claims"] = _claims(claims)
    return found


def _picture(
    p: Picture,
    when: dict[str, Any],
    names: Mapping[str, str],
    shapes: Mapping[str, BaseGeometry],
    found: dict[str, Layer],
) -> None:
    ground: dict[str, list[BaseGeometry]] = defaultdict(list)
    for h in p.holdings:
        row = holding_columns(h, names) | when
        if row["holder"]:
            colours = {row["holder"]: colour(h.holder or "")}
        else:
            colours = {}
        if h.place.id.startswith("place:?") and not (h.place.lat or h.place.lon):
            found["places"].unplaced += 1
        elif h.place.feature in AREAS or "#" in h.place.id:
            shape = _polygons(outline(h.place))
            if shape is None:
                found["areas"].unplaced += 1
                continue
            found["areas"].add(shape, row)
            found["areas"].colours |= colours
        else:
            found["places"].add(shapely.Point(h.place.lon, h.place.lat), row)
            found["places"].colours |= colours
    held = [h for h in p.holdings if h.holder and point_like(h)]
    for h in held:
        shape = _polygons(shapes.get(h.place.id))
        if shape is None:
            continue
        row = holding_columns(h, names)
        found["ground"].add(
            shape,
            {k: row[k] for k in ("name", "id", "holder", "status", "probability", "basis")} | when,
        )
        found["ground"].colours[row["holder"]] = colour(h.holder or "")
        ground[h.place.name].append(shape)
    for s in p.sectors:
        shape = _polygons(shapely.union_all([g for n in s.places for g in ground.get(n, [])]))
        if shape is None:
            found["sectors"].unplaced += 1
            continue
        side = s.side.called(names)
        found["sectors"].colours[side] = colour(s.side)
        found["sectors"].add(
            shape,
            {
                "name": s.name,
                "holder": side,
                "holders": "; ".join(s.holders),
                "backers": "; ".join(s.backers),
                "main_places": "; ".join(s.main_places),
                "places": len(s.places),
                "share_of_places": s.share_of_places,
                "activity": s.activity,
                "agreements": "; ".join(s.agreements),
                "claims": " ".join(s.claims),
            }
            | when,
        )
    for x in p.lines:
        found["lines"].colours[x.relation] = RELATION[x.relation]
        found["lines"].add(
            shapely.MultiLineString([list(part) for part in x.path if len(part) > 1]),
            {
                "a": x.a,
                "b": x.b,
                "relation": x.relation,
                "length_km": x.length_km,
                "uncertainty_km": x.uncertainty_km,
                "last_clash": x.last_clash.isoformat() if x.last_clash else None,
                "agreements": "; ".join(x.agreements),
                "claims": " ".join(x.claims),
            }
            | when,
        )
    for a in p.access:
        if a.lat is None or a.lon is None:
            found["roads"].unplaced += 1
            continue
        found["roads"].add(
            shapely.Point(a.lon, a.lat),
            {
                "name": a.place,
                "id": a.place_id,
                "state": str(a.state),
                "by": "; ".join(a.by),
                "against": "; ".join(a.against),
                "since": a.since,
                "last": a.last,
                "claims": " ".join(a.claims),
            }
            | when,
        )
    found["roads"].colours = {"blocked": "#c0392b", "open": "#2e7d4f"}


def point_like(h: Holding) -> bool:
    """Whether a place has a point, and is no area, road or described part of one."""
    return not h.place.id.count("@") and "#" not in h.place.id and h.place.feature not in AREAS


def holding_columns(h: Holding, names: Mapping[str, str]) -> dict[str, Any]:
    p = h.place
    return {
        "name": p.name,
        "id": p.id,
        "geoname_id": p.geoname_id,
        "country": p.country,
        "feature": p.feature,
        "population": p.population,
        "lat": p.lat,
        "lon": p.lon,
        "holder": h.holder.called(names) if h.holder else None,
        "status": str(h.status),
        "probability": h.probability,
        "since": h.since,
        "basis": str(h.basis),
        "contested_by": "; ".join(names.get(x, x) for x in h.contested_by),
        "besieged_by": "; ".join(names.get(x, x) for x in h.besieged_by),
        "colour": colour(h.holder) if h.holder else None,
        "claims": " ".join(h.claims),
    }


TIME_PRECISION = {"day": 1, "month": 2, "year": 3}


def event_layer(events: Sequence[Event], claims: Sequence[Stored]) -> Layer:
    """Events with a point; those at places nobody could place are counted."""
    by_id = {s.id: s for s in claims}
    out = Layer("events", colours=dict(EVENT_COLOURS))
    for e in events:
        if e.lat is None or e.lon is None:
            out.unplaced += 1
            continue
        said = [by_id[i] for i in e.claims if i in by_id]
        out.add(
            shapely.Point(e.lon, e.lat),
            {
                "event_id": e.id,
                "event_date": e.date,
                "end_date": e.date,
                "precision": e.precision,
                "kind": e.kind,
                "location": e.place,
                "place_id": e.place_id,
                "parties": "; ".join(e.parties),
                "harm": "; ".join(
                    " ".join(str(x) for x in (h.what, h.number, h.who) if x is not None)
                    for h in e.harm
                ),
                "source": "; ".join(e.sources),
                "sources": len(e.sources),
                "notes": said[0].claim.quote if said else "",
                "claims": " ".join(e.claims),
            },
        )
    return out


EVENT_COLOURS = {"clash": "#c0392b", "strike": "#e67e22", "capture": "#2c6fb3", "move": "#6b6b6b"}


def _claims(claims: Sequence[Stored]) -> Layer:
    out = Layer("claims")
    for s in claims:
        c, r = s.claim, s.claim.place
        day = c.valid_from or s.published
        if r is None or r.lat is None or r.lon is None or day is None:
            out.unplaced += 1
            continue
        out.add(
            shapely.Point(r.lon, r.lat),
            {
                "claim_id": s.id,
                "event_date": day,
                "end_date": c.valid_to or day,
                "time_precision": TIME_PRECISION.get(c.precision or "day", 1),
                "actor1": c.actor.label if c.actor else "",
                "actor2": c.other.label if c.other else "",
                "event_type": str(c.kind),
                "sub_event_type": c.aspect or "",
                "location": r.label,
                "geo_precision": geo_precision(r.radius_km),
                "modality": str(c.modality),
                "confidence": round(c.confidence, 3),
                "source": s.source,
                "source_date": s.published,
                "notes": c.quote,
            },
        )
    return out


def geo_precision(radius_km: float | None) -> int | None:
    """1 the town, 2 near it, 3 the region; None where nobody knows."""
    return None if radius_km is None else 1 if radius_km < 5 else 2 if radius_km < 40 else 3


def _polygons(g: BaseGeometry | None) -> BaseGeometry | None:
    """The polygons of a shape as one MultiPolygon; None where it has none."""
    if g is None or g.is_empty:
        return None
    parts = [p for p in getattr(g, "geoms", [g]) if p.geom_type == "Polygon" and not p.is_empty]
    return shapely.MultiPolygon(parts) if parts else None


def steps(first: date, last: date, step: str) -> list[date]:
    """The days from first to last by a step of `day`, `week`, `month` or a number of days; the last
    one included. Raises ValueError for another step.
    """
    if first > last:
        raise ValueError(f"{first} is after {last}")
    out = []
    n = {"day": 1, "week": 7}.get(step) or (int(step) if step.isdigit() else 0)
    if step != "month" and n < 1:
        raise ValueError(f"--step {step}: give day, week, month or a number of days")
    day, months = first, 0
    while day <= last:
        out.append(day)
        if step == "month":
            months += 1
            year, month = divmod(first.month - 1 + months, 12)
            start = date(first.year + year, month + 1, 1)
            day = start + timedelta(days=min(first.day, _days_of(start)) - 1)
        else:
            day += timedelta(days=n)
    return out if out[-1] == last else [*out, last]


def _days_of(start: date) -> int:
    after = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return (after - start).days
