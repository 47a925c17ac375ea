"""contactline in a notebook: open a ledger, ask, and see the answer. Objects show themselves in
Jupyter, and turn into pandas and geopandas frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, overload

from contactline.intake.sources import Given
from contactline.ledger.address import DEFAULT
from contactline.ledger.store import Ledger
from contactline.model import Claim, ContactlineError, Picture, Report, Stored, plain
from contactline.model.extras import extra
from contactline.pipeline import Tally, Tools, ingest
from contactline.publishing.layers import layers
from contactline.publishing.svg import legend, standalone
from contactline.questions.analysis import Analysis
from contactline.questions.holders import who_holds
from contactline.questions.rows import called, holding_row, sector_row

SHOWN = 20  # rows that a table shows of itself
Day = date | str


class Rows(Sequence[Mapping[str, Any]]):
    """Rows of an answer, as dictionaries; `shapes` are theirs on the map where they have one."""

    def __init__(
        self, title: str, rows: Sequence[Mapping[str, Any]], shapes: Sequence[Any] | None = None
    ) -> None:
        self.title, self.rows, self.shapes = title, list(rows), shapes

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, i: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, i: Any) -> Any:
        return self.rows[i]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self)} rows>"

    def frame(self) -> Any:
        """A pandas DataFrame."""
        with extra("notebook", "a data frame"):
            import pandas

        return pandas.DataFrame(self.rows)

    def geoframe(self) -> Any:
        """A GeoDataFrame in WGS84. Raises ContactlineError where the rows have no place."""
        if self.shapes is None:
            raise ContactlineError(f"{self.title}: these rows have no place on a map; use frame()")
        with extra("notebook", "a geographic frame"):
            import geopandas

        return geopandas.GeoDataFrame(self.rows, geometry=list(self.shapes), crs="EPSG:4326")

    def _repr_html_(self) -> str:
        columns = list(self.rows[0]) if self.rows else []
        head = "".join(f"<th>{escape(c)}</th>" for c in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(r[c]))}</td>" for c in columns) + "</tr>"
            for r in self.rows[:SHOWN]
        )
        more = f"<p>… {len(self) - SHOWN} more rows</p>" if len(self) > SHOWN else ""
        return (
            f"<table><caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{more}"
        )


class DrawnPicture:
    """Who holds what on a day: shows itself as a map with its sectors."""

    def __init__(self, analysis: Analysis, on: date, known: date | None) -> None:
        self._analysis, self.on, self.known = analysis, on, known
        self.picture: Picture = analysis.picture(on, known)
        self._names = analysis.history(known).sides.names

    def __repr__(self) -> str:
        return f"<picture of {self.on}: {len(self.picture.sectors)} sectors>"

    @property
    def places(self) -> Rows:
        """Every place with its holder, status and probability."""
        return self.layer("places")

    @property
    def sectors(self) -> Rows:
        """Connected ground of one side, with holders, backers, pockets."""
        return Rows(
            f"Sectors on {self.on}",
            [sector_row(s, self._names) for s in self.picture.sectors],
        )

    @property
    def ties(self) -> Rows:
        """Who stands with or against whom."""
        return Rows(f"Ties on {self.on}", [plain(t) for t in self.picture.relations])

    def layer(self, name: str) -> Rows:
        """places, ground, areas, lines, sectors or roads, as in the map files, with shapes."""
        shapes = self._analysis.history(self.known).shapes
        found = layers([self.picture], (), (), self._names, shapes)
        if name not in found:
            raise ContactlineError(f"there is no layer {name}; there are {', '.join(found)}")
        return Rows(f"{name} on {self.on}", found[name].rows, found[name].shapes)

    def svg(self) -> str:
        """The map as a file of its own."""
        shapes = self._analysis.history(self.known).shapes
        return standalone(self.picture, self._names, shapes, f"Who holds what on {self.on}")

    def _repr_html_(self) -> str:
        keys = " ".join(
            f'<span style="background:{c};padding:0 .5em">&nbsp;</span> {escape(n)}'
            for c, n in legend(self.picture, self._names)[:10]
        )
        sectors = "".join(
            f"<tr><td>{escape(s.name)}</td><td>{escape(', '.join(s.holders))}</td>"
            f"<td>{escape(', '.join(s.main_places))}</td></tr>"
            for s in self.picture.sectors
        )
        return (
            f'<div style="max-width:860px">{self.svg()}<p>{keys}</p><table><thead><tr>'
            f"<th>sector</th><th>held by</th><th>main places</th></tr></thead><tbody>{sectors}"
            "</tbody></table></div>"
        )


class OpenLedger:
    """A ledger to be asked. Days are dates or text like 2017-11-20."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis

    def __repr__(self) -> str:
        first, last = self.analysis.ledger.span()
        return f"<ledger with reports from {first or 'no day'} to {last or 'no day'}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"

    def ingest(self, *paths: str | Path, tools: Tools | None = None, **given: Any) -> Tally:
        """Reads and stores files or folders; `published=` and `source=` where they carry none."""
        if isinstance(given.get("published"), str):
            given["published"] = _day(given["published"])
        done = ingest(
            self.analysis.ledger, [Path(p) for p in paths], tools or Tools(), Given(**given)
        )
        self.analysis.forget()
        return done

    def picture(self, on: Day | None = None, known: Day | None = None) -> DrawnPicture:
        """Who holds what on a day; of the newest report where none is given."""
        return DrawnPicture(self.analysis, self._on(on), _day(known))

    def holds(self, place: str, on: Day | None = None, known: Day | None = None) -> Rows:
        """Who holds a place: its claims for (+) and against (−), with their weight.

        The answer itself stands in the title.
        """
        day, seen = self._on(on), _day(known)
        a = who_holds(self.analysis, place, day, seen)
        names = self.analysis.history(seen).sides.names
        row = holding_row(a.holding, names)
        who = row["holder"] or "not known"
        title = f"{row['name']} on {day}: {who} ({row['status']}, {row['probability']:.0%})"
        return Rows(
            title,
            [
                {
                    "weight": round(r.weight, 3),
                    "day": r.day,
                    "says": r.says,
                    "sides": ", ".join(called(s, names) for s in r.sides),
                    "source": r.claim.source,
                    "quote": r.claim.claim.quote,
                    "claim": r.claim.id,
                }
                for r in a.reasons
            ],
        )

    def changes(self, first: Day, last: Day, known: Day | None = None) -> Rows:
        """What changed between two days."""
        found = self.analysis.what_changed(self._on(first), self._on(last), _day(known))
        return Rows(f"Changes from {first} to {last}", [plain(c) for c in found])

    def events(
        self, first: Day, last: Day, scheme: str = "contactline", known: Day | None = None
    ) -> Rows:
        """Clashes, strikes, captures and moves; `scheme` as in `export events --as`."""
        from contactline.publishing import events as tables

        found = self.analysis.events(self._on(first), self._on(last), _day(known))
        claims = self.analysis.history(_day(known)).claims
        return Rows(f"Events from {first} to {last}", tables.rows(scheme, found, claims))

    def expected(self, on: Day | None = None, known: Day | None = None) -> Rows:
        """What is expected, intended or conditional, and what came of it."""
        day = self._on(on)
        found = self.analysis.expected(day, _day(known))
        return Rows(f"Expected on {day}", [plain(e) for e in found])

    def claims(self, known: Day | None = None) -> Rows:
        """Every claim with its quote, source and date."""
        return Rows("Claims", [_claim(s) for s in self.analysis.history(_day(known)).claims])

    def why(self, *ids: str) -> Rows:
        """The sentences behind any answer, by the ids under its `claims`."""
        every = [i for text in ids for i in text.split()]
        return Rows("Why", [_claim(s) for s in self.analysis.who_says_so(every)])

    def _on(self, day: Day | None) -> date:
        return _day(day) or self.analysis.last_day()


def open_ledger(url: str | Path = DEFAULT, create: bool = False) -> OpenLedger:
    """A ledger by its file or `postgresql://…`; with `create` a new one where there is none."""
    return OpenLedger(Analysis(Ledger.open(str(url), create=create)))


def read_text(text: str, on: Day | None = None, tools: Tools | None = None) -> Rows:
    """The claims of a text, nothing stored; `on` is its day, if it has one."""
    made = Report(text, len(text), published=_day(on))
    return Rows("Claims", [c.as_json() for c in (tools or Tools()).claims_of(made)])


def _claim(s: Stored) -> dict[str, Any]:
    c: Claim = s.claim
    return {
        "id": s.id,
        "kind": c.kind,
        "aspect": c.aspect,
        "actor": c.actor.label if c.actor else None,
        "other": c.other.label if c.other else None,
        "place": c.place.label if c.place else None,
        "modality": str(c.modality),
        "on": s.on,
        "confidence": round(c.confidence, 3),
        "source": s.source,
        "published": s.published,
        "quote": c.quote,
    }


def _day(value: Day | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as e:
        raise ContactlineError(f"{value}: give a date as 2017-11-20") from e


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(v) for v in value)
    return str(value)
