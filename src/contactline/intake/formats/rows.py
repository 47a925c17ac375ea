"""Corpora: JSON Lines, JSON, CSV and Parquet, a row a report, read a row at a time so that memory
stays flat.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from contactline.intake.dates import dateline, day_of
from contactline.intake.encodings import decode
from contactline.intake.formats.telegram import is_export, messages
from contactline.intake.kinds import Refused
from contactline.intake.sources import MOST_BYTES, Blob, Failure, Given, Item, report
from contactline.model import Comment, ContactlineError
from contactline.model.extras import extra

TEXT = (
    "text",
    "body",
    "content",
    "article",
    "full_text",
    "fulltext",
    "article_text",
    "maintext",
    "story",
    "message",
    "notes",
    "description",
    "raw_text",
    "tweet",
)
DATE = (
    "date",
    "published",
    "published_at",
    "publication_date",
    "publish_date",
    "pub_date",
    "pubdate",
    "event_date",
    "created_at",
    "datetime",
    "timestamp",
    "time",
    "day",
)
TITLE, SOURCE, AUTHOR, URL, ID = (
    ("title", "headline", "subject", "event_title"),
    (
        "source",
        "outlet",
        "publisher",
        "newspaper",
        "media",
        "site",
        "domain",
        "channel",
        "publication",
    ),
    ("author", "authors", "byline", "user", "username"),
    ("url", "link", "source_url", "uri", "permalink"),
    ("id", "doc_id", "document_id", "uuid", "event_id_cnty", "data_id"),
)
MOST_CHUNK = 400_000_000  # bytes of a Parquet column's chunk as it unpacks


def of_row(row: dict[str, Any], text: str, where: str, media: str, given: Given) -> Item:
    """One row of a corpus: text, and as far as it has them id, date, title, source, author, url,
    comments.
    """
    flat = {str(k).strip().lower(): v for k, v in row.items()}

    def first(names: Sequence[str]) -> str:
        return next((str(flat[n]) for n in names if flat.get(n) not in (None, "")), "")

    said = first(DATE)
    when = day_of(said, given.tz()) if said else None
    basis = "corpus" if when else ""
    if when is None:
        when, basis = dateline(text)
    comments = (
        tuple(
            Comment(str(c.get("author") or ""), str(c.get("text") or ""), i, c.get("parent"))
            for i, c in enumerate(flat.get("comments") or [])
            if isinstance(c, dict)
        )
        if isinstance(flat.get("comments"), list)
        else ()
    )
    return report(
        text,
        first(ID) or where,
        media,
        title=first(TITLE),
        source=first(SOURCE),
        author=first(AUTHOR),
        published=when,
        basis=basis,
        url=first(URL),
        comments=comments,
    )


def text_column(names: Sequence[str], given: Given) -> str | None:
    """The column that holds the text: the one asked for, else one that is called so."""
    by_name = {n.strip().lower(): n for n in names}
    if given.column:
        return by_name.get(given.column.strip().lower())
    return next((by_name[n] for n in TEXT if n in by_name), None)


def _no_column(names: Sequence[str], given: Given) -> str:
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    if given.column:
        return f"no column {given.column} (columns: {shown})"
    return f"no column of text (columns: {shown}); name it with --text-column"


def bounded_lines(f: BinaryIO) -> Iterator[bytes | None]:
    """Lines of a file; None for one that is longer than allowed, which is passed over without being
    kept.
    """
    while True:
        raw = f.readline(MOST_BYTES + 1)
        if not raw:
            return
        if len(raw) <= MOST_BYTES:
            yield raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = f.readline(1 << 20)
        yield None


def lines_file(blob: Blob, given: Given) -> Iterator[Item]:
    """JSON Lines."""
    with blob.open() as f:
        yield from of_lines(f, blob.where, given)


def of_lines(f: BinaryIO, name: str, given: Given) -> Iterator[Item]:
    n = 0
    for n, raw in enumerate(bounded_lines(f), 1):
        where = f"{name}#{n}"
        if raw is None:
            yield Failure(where, f"a line of more than {MOST_BYTES // 1_000_000} MB")
            continue
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
            if not isinstance(row, dict):
                raise TypeError
            column = text_column(list(row), given)
            text = row[column] if column else None
            if not isinstance(text, str) or not text.strip():
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError):
            yield Failure(where, "not a JSON object with a text")
            continue
        yield of_row(row, text, where, "application/jsonl", given)
    if n == 0:
        yield Failure(name, "empty file")


def json_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A Telegram export, a report, or a list of them."""
    text = decode(blob.raw())
    try:
        value = json.loads(text or "")
    except RecursionError:
        raise Refused("JSON nested too deeply") from None
    except ValueError as e:
        if text and "\n{" in text.strip():
            yield from of_lines(io.BytesIO(text.encode("utf-8", "replace")), blob.where, given)
            return
        raise Refused("the JSON is damaged or cut short") from e
    if is_export(value):
        yield from messages(value, blob.where, given)
        return
    rows = value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(r, dict) for r in rows[:100]):
        raise Refused("JSON that is neither a Telegram export nor reports with a text")
    if not any(text_column(list(r), given) for r in rows[:100]):
        raise Refused("JSON that is neither a Telegram export nor reports with a text")
    for n, row in enumerate(rows, 1):
        where = f"{blob.where}#{n}" if isinstance(value, list) else blob.where
        column = text_column(list(row), given) if isinstance(row, dict) else None
        body = row.get(column) if column else None
        if isinstance(body, str) and body.strip():
            yield of_row(row, body, where, "application/json", given)
        else:
            yield Failure(where, "not a JSON object with a text")


def table_file(blob: Blob, given: Given) -> Iterator[Item]:
    """CSV or TSV with a column of text."""
    with blob.open() as f:
        head = f.read(1 << 16)
    if not head:
        raise Refused("empty file")
    sample = decode(head)
    if sample is None:
        raise Refused("a binary file, not a table")
    first = sample.split("\n", 1)[0]
    sign = max(",;\t|", key=lambda c: (first.count(c), c == ","))
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else _encoding(head)
    csv.field_size_limit(MOST_BYTES)
    with (
        blob.open() as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as f2,
    ):
        table = csv.DictReader(f2, delimiter=sign)
        names = [n for n in (table.fieldnames or []) if n]
        column = text_column(names, given)
        if column is None:
            raise Refused(_no_column(names, given))
        n = 0
        try:
            for n, row in enumerate(table, 1):
                if n == 1 and str(row.get(column) or "").startswith("#"):
                    continue  # a row of HXL tags
                text = row.get(column)
                if isinstance(text, str) and text.strip():
                    row.pop(None, None)
                    yield of_row(row, text, f"{blob.where}#{n}", "text/csv", given)
                else:
                    yield Failure(f"{blob.where}#{n}", "a row without text")
            if n == 0:
                yield Failure(blob.where, "a table without rows")
        except csv.Error as e:
            yield Failure(f"{blob.where}#{n + 1}", f"the table is damaged ({str(e)[:60]})")


def _encoding(head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as e:
        if e.start < len(head) - 4:
            from charset_normalizer import from_bytes

            best = from_bytes(head).best()
            return best.encoding if best else "cp1252"
    return "utf-8-sig"


def parquet_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A Parquet table with a column of text. Texts stay packed as they are stored until their row
    comes.
    """
    try:
        with extra("parquet", "a Parquet file"):
            import pyarrow as pa
            import pyarrow.parquet as pq
    except ContactlineError as e:
        raise Refused(str(e)) from e
    try:
        with blob.open() as f:
            names = pq.read_schema(f).names
        column = text_column(names, given)
        if column is None:
            raise Refused(_no_column(names, given))
        wanted = [
            n
            for n in names
            if n == column or n.strip().lower() in {*DATE, *TITLE, *SOURCE, *AUTHOR, *URL, *ID}
        ]
        with blob.open() as f:
            table = pq.ParquetFile(f, read_dictionary=[column])
            _check_size(table, set(wanted))
            n = 0
            for batch in table.iter_batches(batch_size=64, columns=wanted):
                others = [(k, batch.column(k)) for k in wanted if k != column]
                texts = batch.column(column)
                for i in range(batch.num_rows):
                    n += 1
                    yield _packed_row(texts, i, column, others, f"{blob.where}#{n}", given)
    except (pa.ArrowException, OSError, ValueError) as e:
        if isinstance(e, Refused):
            raise
        reason = (str(e).splitlines() or [""])[0][:80]
        raise Refused(f"the Parquet file is damaged or cut short ({reason})") from e


def _packed_row(
    texts: Any, i: int, column: str, others: list[tuple[str, Any]], where: str, given: Given
) -> Item:
    cell = texts[i]
    if not cell.is_valid:
        return Failure(where, "a row without text")
    value = cell.value if hasattr(cell, "value") else cell  # a dictionary's word
    size = value.as_buffer().size if hasattr(value, "as_buffer") else 0
    if size > MOST_BYTES:
        return Failure(where, f"a text of more than {MOST_BYTES // 1_000_000} MB")
    text = cell.as_py()
    if not isinstance(text, str) or not text.strip():
        return Failure(where, "a row without text")
    row = {k: (c[i].as_py() if not _large(c[i]) else "") for k, c in others}
    return of_row({**row, column: text}, text, where, "application/parquet", given)


def _large(cell: Any) -> bool:
    return hasattr(cell, "as_buffer") and cell.is_valid and cell.as_buffer().size > 100_000


def _check_size(table: Any, wanted: set[str]) -> None:
    meta = table.metadata
    for g in range(meta.num_row_groups):
        group = meta.row_group(g)
        for c in range(group.num_columns):
            chunk = group.column(c)
            if (
                chunk.path_in_schema.split(".")[0] in wanted
                and chunk.total_uncompressed_size > MOST_CHUNK
            ):
                raise Refused(
                    f"a column of the Parquet file unpacks to more than {MOST_CHUNK // 1_000_000} "
                    "MB at once; write it with smaller row groups"
                )
