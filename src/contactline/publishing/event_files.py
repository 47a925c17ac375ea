"""Files of event tables: CSV, JSON Lines, Parquet or Excel with its columns explained."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError, plain
from contactline.model.extras import extra
from contactline.publishing.codebooks import BOOKS, FULL, HXL

MOST_CELL = 32_000  # characters an Excel cell takes, with room to spare


def tags(scheme: str) -> list[str]:
    """The HXL tag of each column, empty where there is none for it."""
    return [HXL.get(c, "") for c in BOOKS[scheme]]


def as_csv(scheme: str, found: Sequence[Mapping[str, Any]], hxl: bool = False) -> str:
    """UTF-8 text with one line a row; column names that Stata and SPSS take as they are."""
    out = io.StringIO()
    w = csv.writer(out)
    w.writerow(BOOKS[scheme])
    if hxl:
        w.writerow(tags(scheme))
    w.writerows([_flat(r[c]) for c in BOOKS[scheme]] for r in found)
    return out.getvalue()


def write(path: Path, scheme: str, found: Sequence[Mapping[str, Any]], hxl: bool = False) -> int:
    """By the file's ending: .csv, .jsonl, .parquet or .xlsx; gives the rows.

    Raises ContactlineError for another ending or a full disk.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            path.write_text(as_csv(scheme, found, hxl), encoding="utf-8", newline="")
        elif kind == ".jsonl":
            lines = (json.dumps(plain(dict(r)), ensure_ascii=False) + "\n" for r in found)
            path.write_text("".join(lines), encoding="utf-8")
        elif kind == ".parquet":
            _parquet(path, scheme, found)
        elif kind == ".xlsx":
            _excel(path, scheme, found, hxl)
        else:
            raise ContactlineError(
                f"{path.name}: give a name that ends in .csv, .jsonl, .parquet or .xlsx"
            )
    except OSError as e:
        raise ContactlineError(f"{path} can't be written: {e.strerror}") from e
    return len(found)


def _flat(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else value


def _parquet(path: Path, scheme: str, found: Sequence[Mapping[str, Any]]) -> None:
    with extra("parquet", "a Parquet table"):
        import pyarrow as pa
        import pyarrow.parquet as pq

    columns = {}
    for c in BOOKS[scheme]:
        values = [None if r[c] == "" else r[c] for r in found]
        columns[c] = pa.array(
            values, type=None if any(v is not None for v in values) else pa.string()
        )
    about = {c: text for c, text in BOOKS[scheme].items() if text}
    table = pa.table(columns)
    pq.write_table(table.replace_schema_metadata({"columns": json.dumps(about)}), path)


def _excel(path: Path, scheme: str, found: Sequence[Mapping[str, Any]], hxl: bool) -> None:
    """A sheet of the events, and one that explains the columns."""
    with extra("documents", "an Excel file"):
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "events"
    sheet.append(list(BOOKS[scheme]))
    if hxl:
        sheet.append(tags(scheme))
    for r in found:
        sheet.append([_cell(r[c]) for c in BOOKS[scheme]])
    for row in sheet.iter_rows(min_row=2):
        for x in row:
            if isinstance(x.value, str):
                x.data_type = "s"  # a sentence that begins with = is no formula
            elif isinstance(x.value, date):
                x.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "A3" if hxl else "A2"
    sheet.auto_filter.ref = sheet.dimensions
    about = book.create_sheet("columns")
    about.append(["column", "what it holds", "HXL"])
    for (c, text), tag in zip(BOOKS[scheme].items(), tags(scheme), strict=True):
        about.append([c, text or "left empty", tag])
    about.append([])
    about.append(["scheme", FULL[scheme]])
    for x in (*sheet[1], *about[1]):
        x.font = Font(bold=True)
    for s, widths in ((sheet, [14] * len(BOOKS[scheme])), (about, [24, 90, 24])):
        for i, width in enumerate(widths):
            s.column_dimensions[s.cell(1, i + 1).column_letter].width = width
    for row in about.iter_rows(min_row=2, min_col=2, max_col=2):
        for x in row:
            x.alignment = Alignment(wrap_text=True, vertical="top")
    day = max((r[c] for r in found for c in r if isinstance(r[c], date)), default=None)
    if day is not None:  # the same rows give the same file
        book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)
    book.save(path)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what an Excel file can't hold


def _cell(value: Any) -> Any:
    return _CONTROL.sub("", value)[:MOST_CELL] if isinstance(value, str) else value


def codebook() -> str:
    """What each column of each scheme holds, as Markdown."""
    out = []
    for scheme, book in BOOKS.items():
        out += [
            f"## `--as {scheme}`: {FULL[scheme]}",
            "",
            "| column | filled with |",
            "| --- | --- |",
        ]
        out += [f"| `{c}` | {text} |" for c, text in book.items() if text]
        empty = ", ".join(f"`{c}`" for c, text in book.items() if not text)
        out += ["", f"Left empty: {empty}.", ""] if empty else [""]
    return "\n".join(out)
