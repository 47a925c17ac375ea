"""Claims, events and holdings as Arrow tables, for Parquet and for SQL (DuckDB)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError, Event, Picture, Role, Stored
from contactline.model.extras import extra
from contactline.questions.analysis import Analysis

BEGINNING = date(1, 1, 1)
ROLES = ("actor", "other", "place")


def claims_table(claims: Sequence[Stored]) -> Any:
    """One row a claim: its words, whom and where they mean, its report's outlet and day.

    `begins` and `ends` are offsets in the report's text, in characters.
    """
    with extra("parquet", "columns of claims"):
        import pyarrow as pa
    text, day = pa.string(), pa.date32()
    schema = [
        ("id", text),
        ("report", text),
        ("source", text),
        ("published", day),
        ("known", day),
        ("kind", text),
        ("aspect", text),
        *((f"{r}{f}", text) for r in ROLES for f in ("", "_text", "_id")),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("geoname_id", pa.int64()),
        ("modality", text),
        ("said_by", text),
        ("condition", text),
        ("extent", text),
        ("number", pa.int64()),
        ("valid_from", day),
        ("valid_to", day),
        ("precision", text),
        ("quote", text),
        ("begins", pa.int32()),
        ("ends", pa.int32()),
        ("confidence", pa.float64()),
        ("copy_of", text),
        ("review", text),
    ]
    return _table(pa, schema, (_claim(s) for s in claims))


def _claim(s: Stored) -> dict[str, Any]:
    c = s.claim
    row: dict[str, Any] = {
        "id": s.id,
        "report": c.report,
        "source": s.source,
        "published": s.published,
        "known": s.known,
        "kind": c.kind,
        "aspect": c.aspect,
        "modality": str(c.modality),
        "quote": c.quote,
        "begins": c.start,
        "ends": c.end,
        "confidence": c.confidence,
        "copy_of": s.copy_of,
        "review": s.review,
    }
    for k in ("said_by", "condition", "extent", "number", "valid_from", "valid_to", "precision"):
        row[k] = getattr(c, k)
    for name in ROLES:
        role: Role | None = getattr(c, name)
        row[name] = role.label if role else None
        row[f"{name}_text"] = role.text if role else None
        row[f"{name}_id"] = role.id if role else None
    if c.place:
        row |= {"lat": c.place.lat, "lon": c.place.lon, "geoname_id": c.place.geoname_id}
    return row


def events_table(events: Sequence[Event]) -> Any:
    """One row an event; `harm` is a list of what, who and number."""
    with extra("parquet", "columns of events"):
        import pyarrow as pa
    text = pa.string()
    harm = pa.struct([("what", text), ("who", text), ("number", pa.int64())])
    schema = [
        ("id", text),
        ("date", pa.date32()),
        ("precision", text),
        ("kind", text),
        ("place", text),
        ("place_id", text),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("parties", pa.list_(text)),
        ("harm", pa.list_(harm)),
        ("sources", pa.list_(text)),
        ("claims", pa.list_(text)),
    ]

    def row(e: Event) -> dict[str, Any]:
        out = {name: getattr(e, name) for name, _ in schema}
        out["harm"] = [{"what": h.what, "who": h.who, "number": h.number} for h in e.harm]
        return out | {k: list(out[k]) for k in ("parties", "sources", "claims")}

    return _table(pa, schema, map(row, events))


def holdings_table(picture: Picture, names: Mapping[str, str]) -> Any:
    """One row a place of the day's picture; the holder by name, null where none is known."""
    with extra("parquet", "columns of holdings"):
        import pyarrow as pa
    text = pa.string()
    schema = [
        ("on", pa.date32()),
        ("place", text),
        ("id", text),
        ("geoname_id", pa.int64()),
        ("country", text),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("population", pa.int64()),
        ("holder", text),
        ("status", text),
        ("probability", pa.float64()),
        ("since", pa.date32()),
        ("basis", text),
        ("claims", pa.list_(text)),
    ]
    rows = (
        {
            "on": picture.on,
            "place": h.place.name,
            "id": h.place.id,
            "geoname_id": h.place.geoname_id,
            "country": h.place.country,
            "lat": h.place.lat,
            "lon": h.place.lon,
            "population": h.place.population,
            "holder": h.holder.called(names) if h.holder else None,
            "status": str(h.status),
            "probability": h.probability,
            "since": h.since,
            "basis": str(h.basis),
            "claims": list(h.claims),
        }
        for h in picture.holdings
    )
    return _table(pa, schema, rows)


def _table(pa: Any, schema: list[tuple[str, Any]], rows: Iterator[dict[str, Any]]) -> Any:
    columns: dict[str, list[Any]] = {name: [] for name, _ in schema}
    for row in rows:
        for name, values in columns.items():
            values.append(row.get(name))
    return pa.table(
        {name: pa.array(columns.pop(name), kind) for name, kind in schema}, schema=pa.schema(schema)
    )


def write_parquet(file: Path, table: Any) -> int:
    """How many rows were written. Raises ContactlineError where the file can't be."""
    with extra("parquet", "writing Parquet"):
        import pyarrow.parquet as pq
    try:
        pq.write_table(table, file, compression="zstd")
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror or e}") from e
    return int(table.num_rows)


def asked(analysis: Analysis, on: date, known: date | None, query: str) -> tuple[list[str], Any]:
    """(columns, rows) of a SELECT over claims, events and holdings, each made only where the query
    names it. Nothing can be written and no file or address reached.

    Raises ContactlineError with the engine's own line where the query is none.
    """
    with extra("sql", "asking in SQL"):
        import duckdb

    def claims() -> Any:
        return claims_table(analysis.history(known).claims)

    def events() -> Any:
        return events_table(analysis.events(BEGINNING, on, known))

    def holdings() -> Any:
        return holdings_table(analysis.picture(on, known), analysis.history(known).sides.names)

    made: dict[str, Callable[[], Any]] = {"claims": claims, "events": events, "holdings": holdings}
    try:
        with duckdb.connect(":memory:") as c:
            statements = c.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise ContactlineError("give one SELECT; the ledger is only read")
            for name, make in made.items():
                if name in query.lower():
                    c.register(name, make())
            c.execute("SET enable_external_access = false")
            c.execute("SET lock_configuration = true")
            c.execute(query)
            return [d[0] for d in c.description or []], c.fetchall()
    except duckdb.Error as e:
        raise ContactlineError(f"SQL: {' '.join(str(e).split())[:300]}") from e
