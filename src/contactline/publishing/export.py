"""GeoJSON, GeoPackage, CSV, JSON Lines and STIX of a picture, with the field's column names."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError, Picture, Stored
from contactline.model.extras import extra
from contactline.picture.geography import cells
from contactline.publishing.stix import bundle

COLUMNS = (
    "name",
    "id",
    "geoname_id",
    "lat",
    "lon",
    "holder",
    "status",
    "probability",
    "since",
    "basis",
    "on",
    "claims",
)
EVENT_COLUMNS = (
    "claim_id",
    "event_date",
    "time_precision",
    "actor1",
    "actor2",
    "event_type",
    "sub_event_type",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "modality",
    "confidence",
    "source",
    "source_date",
    "notes",
)


def place_rows(picture: Picture, names: Mapping[str, str]) -> list[dict[str, Any]]:
    out = []
    for h in picture.holdings:
        holder = h.holder.called(names) if h.holder else None
        out.append(
            {
                "name": h.place.name,
                "id": h.place.id,
                "geoname_id": h.place.geoname_id,
                "lat": h.place.lat,
                "lon": h.place.lon,
                "holder": holder,
                "status": h.status,
                "probability": h.probability,
                "since": h.since.isoformat() if h.since else None,
                "basis": h.basis,
                "on": picture.on.isoformat(),
                "claims": list(h.claims),
            }
        )
    return out


def features(picture: Picture, names: Mapping[str, str], reach_km: float) -> list[dict[str, Any]]:
    """GeoJSON features in three layers, told by `layer`: places, ground and lines."""
    from shapely.geometry import mapping

    out: list[dict[str, Any]] = []
    for row in place_rows(picture, names):
        out.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": {"layer": "place", **row},
            }
        )
    points = [
        h
        for h in picture.holdings
        if h.holder
        and "@" not in h.place.id
        and "#" not in h.place.id
        and h.place.feature not in ("area", "country", "region", "sea", "continent", "river")
    ]
    for h, cell in zip(points, cells([h.place for h in points], reach_km), strict=True):
        if not cell.is_empty:
            out.append(
                {
                    "type": "Feature",
                    "geometry": mapping(cell),
                    "properties": {
                        "layer": "ground",
                        "name": h.place.name,
                        "id": h.place.id,
                        "holder": h.holder.called(names) if h.holder else "",
                        "status": h.status,
                        "probability": h.probability,
                        "on": picture.on.isoformat(),
                    },
                }
            )
    for x in picture.lines:
        out.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "MultiLineString",
                    "coordinates": [[list(p) for p in part] for part in x.path],
                },
                "properties": {
                    "layer": "line",
                    "a": x.a,
                    "b": x.b,
                    "relation": x.relation,
                    "length_km": x.length_km,
                    "on": picture.on.isoformat(),
                    "claims": list(x.claims),
                },
            }
        )
    return out


def event_rows(claims: Sequence[Stored]) -> list[dict[str, Any]]:
    """Claims in ACLED-like columns."""
    precise = {"day": 1, "month": 2, "year": 3}
    out = []
    for s in claims:
        c = s.claim
        r = c.place
        out.append(
            {
                "claim_id": s.id,
                "event_date": day.isoformat() if (day := c.valid_from or s.published) else "",
                "time_precision": precise.get(c.precision or "day", 1),
                "actor1": c.actor.label if c.actor else "",
                "actor2": c.other.label if c.other else "",
                "event_type": c.kind,
                "sub_event_type": c.aspect or "",
                "location": r.label if r else "",
                "latitude": r.lat if r else "",
                "longitude": r.lon if r else "",
                "geo_precision": ""
                if not r or r.radius_km is None
                else 1
                if r.radius_km < 5
                else 2
                if r.radius_km < 40
                else 3,
                "modality": c.modality,
                "confidence": round(c.confidence, 3),
                "source": s.source,
                "source_date": s.published.isoformat() if s.published else "",
                "notes": c.quote,
            }
        )
    return out


def export(
    path: Path,
    picture: Picture,
    claims: Sequence[Stored],
    names: Mapping[str, str],
    reach_km: float,
    hxl: bool = False,
) -> int:
    """Writes by the file's ending; gives the number of rows. Raises ContactlineError for another
    ending or a full disk.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".geojson":
            found = features(picture, names, reach_km)
            path.write_text(
                json.dumps(
                    {
                        "type": "FeatureCollection",
                        "name": f"contactline {picture.on.isoformat()}",
                        "features": found,
                    },
                    ensure_ascii=False,
                ),
                encoding="utf-8",
            )
            return len(found)
        if kind == ".gpkg":
            return _geopackage(path, picture, claims, names, reach_km)
        if kind == ".csv":
            rows = place_rows(picture, names)
            with path.open("w", encoding="utf-8", newline="") as f:
                w = csv.DictWriter(f, COLUMNS)
                w.writeheader()
                if hxl:
                    f.write(
                        "#loc+name,#loc+code,#loc+geoname,#geo+lat,#geo+lon,#group+holder,#status,#indicator+prob,#date+start,#meta+basis,#date,#meta+claims\r\n"
                    )
                w.writerows(r | {"claims": " ".join(r["claims"])} for r in rows)
            return len(rows)
        if kind == ".jsonl":
            with path.open("w", encoding="utf-8") as f:
                for s in claims:
                    f.write(
                        json.dumps(
                            {
                                "id": s.id,
                                "source": s.source,
                                "published": s.published.isoformat() if s.published else None,
                                **s.claim.as_json(),
                            },
                            ensure_ascii=False,
                        )
                        + "\n"
                    )
            return len(claims)
        if path.name.lower().endswith(".stix.json"):
            text, n = bundle(picture, claims, names)
            path.write_text(text, encoding="utf-8")
            return n
    except OSError as e:
        raise ContactlineError(f"{path} can't be written: {e.strerror}") from e
    raise ContactlineError(
        f"{path.name}: give a name that ends in .geojson, .gpkg, .csv, .jsonl or .stix.json"
    )


def _geopackage(
    path: Path,
    picture: Picture,
    claims: Sequence[Stored],
    names: Mapping[str, str],
    reach_km: float,
) -> int:
    """Layers places, ground, lines and events; dates are real DATE columns, so that QGIS can
    animate them.
    """
    import numpy as np
    import shapely

    with extra("gpkg", "a GeoPackage"):
        import pyogrio

    if path.exists():
        path.unlink()
    n = 0
    by_layer: dict[str, list[dict[str, Any]]] = {}
    for f in features(picture, names, reach_km):
        by_layer.setdefault(f["properties"]["layer"], []).append(f)

    def days(values: list[Any]) -> Any:
        return np.array(
            [np.datetime64(v) if v else np.datetime64("NaT") for v in values], dtype="datetime64[D]"
        ).astype("datetime64[ms]")

    def write(
        layer: str, shapes: list[Any], columns: dict[str, Any], kind: str, when: tuple[str, ...]
    ) -> None:
        nonlocal n
        if not shapes and layer != "events":  # a file without a layer would be none
            return
        data = [
            days(v)
            if k in when
            else np.array(v, dtype=object)
            if any(x is None or isinstance(x, str) for x in v)
            else np.array(v)
            for k, v in columns.items()
        ]
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(s) for s in shapes], dtype=object),
            data,
            list(columns),
            layer=layer,
            driver="GPKG",
            geometry_type=kind,
            crs="EPSG:4326",
            append=path.exists(),
        )
        n += len(shapes)

    for layer, kind, when in (
        ("place", "Point", ("on", "since")),
        ("ground", "MultiPolygon", ("on",)),
        ("line", "MultiLineString", ("on",)),
    ):
        found = by_layer.get(layer, [])
        keys = [
            k for k in (found[0]["properties"] if found else {}) if k not in ("layer", "claims")
        ]
        shapes: list[Any] = [shapely.geometry.shape(f["geometry"]) for f in found]
        if kind.startswith("Multi"):
            shapes = [
                s
                if s.geom_type.startswith("Multi")
                else shapely.MultiPolygon([s])
                if s.geom_type == "Polygon"
                else shapely.MultiPolygon(
                    [g for g in getattr(s, "geoms", []) if g.geom_type == "Polygon"]
                )
                if kind == "MultiPolygon"
                else s
                for s in shapes
            ]
        write(
            {"place": "places", "line": "lines"}.get(layer, layer),
            shapes,
            {k: [f["properties"][k] for f in found] for k in keys},
            kind,
            when,
        )
    # what has no coordinates or no day has no point on a map through time
    rows = [r for r in event_rows(claims) if r["latitude"] not in ("", None) and r["event_date"]]
    write(
        "events",
        [shapely.Point(r["longitude"], r["latitude"]) for r in rows],
        {k: [r[k] for r in rows] for k in EVENT_COLUMNS if k not in ("latitude", "longitude")}
        | {"end_date": [r["event_date"] for r in rows]},
        "Point",
        ("event_date", "source_date", "end_date"),
    )
    return n


def on_or_today(text: str | None, today: date) -> date:
    return date.fromisoformat(text) if text else today
