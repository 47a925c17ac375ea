"""Paths to reports, one at a time: memory does not grow with their number, and one bad file costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contactline.intake.comments import split_pasted
from contactline.intake.dates import dateline, named_outlet
from contactline.model import Comment, ContactlineError, Report
from contactline.model.extras import extra

MOST_BYTES = 20_000_000
TEXT, PAGE, FEED = (
    {".txt", ".text", ".md", ".markdown", ""},
    {".html", ".htm", ".xhtml"},
    {".xml", ".rss", ".atom"},
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One file or entry that gave no report, and why, in one line."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of the reports, over what they say of themselves."""

    published: date | None = None
    source: str = ""


def read_paths(
    paths: list[Path], given: Given = Given(), today: date | None = None
) -> Iterator[Report | Failure]:
    """Reports and failures in the order of the paths; folders are walked by name."""
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")
            )
            if not inside:
                yield Failure(str(path), "the folder holds no files")
            yield from read_paths(inside, given, today)
            continue
        try:
            for item in _one(path):
                yield _checked(item, given, today) if isinstance(item, Report) else item
        except OSError as e:
            yield Failure(str(path), e.strerror or "could not be read")
        except ImportError:
            raise  # an installation that lacks a package is no fault of the file
        except Exception as e:  # a hostile file must not end the batch
            yield Failure(str(path), f"could not be read ({type(e).__name__})")


def _checked(report: Report, given: Given, today: date | None) -> Report | Failure:
    if given.source:
        report = replace(report, source=given.source)
    if given.published:
        report = replace(report, published=given.published, date_basis="given")
    elif report.published and today and (report.published - today).days > 1:
        return Failure(
            report.path, f"dated in the future ({report.published}); give its date with --date"
        )
    language, unread = _language(report.text[: report.article_end])
    return replace(report, language=language, unread=unread)


def _language(text: str) -> tuple[str, str]:
    sample = text[:4000]
    letters = [c for c in sample if c.isalpha()]
    if len(letters) < 20:
        return "und", "no text to read"
    if sum(c.isascii() for c in letters) / len(letters) > 0.97 and len(
        re.findall(r"\b(?:the|of|and|in|to)\b", sample, re.I)
    ) >= max(2, len(sample.split()) // 40):
        return "en", ""
    from py3langid.langid import classify

    code = str(classify(sample)[0])
    return code, "" if code == "en" else f"not English ({code}); kept, not read"


def _one(path: Path) -> Iterator[Report | Failure]:
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        yield from _lines(path)
        return
    if suffix == ".parquet":
        yield from _parquet(path)
        return
    size = path.stat().st_size
    if size == 0:
        yield Failure(str(path), "empty file")
        return
    if size > MOST_BYTES:
        yield Failure(
            str(path),
            f"larger than {MOST_BYTES // 1_000_000} MB; split it, or give it as JSON Lines",
        )
        return
    raw = path.read_bytes()
    if suffix == ".pdf" or raw[:5] == b"%PDF-":
        yield _pdf(path)
    elif suffix in PAGE or raw[:300].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        yield _page(path, raw)
    elif (
        suffix in FEED
        or raw[:300].lstrip().startswith((b"<rss", b"<feed"))
        or (raw.lstrip().startswith(b"<?xml") and (b"<rss" in raw[:600] or b"<feed" in raw[:600]))
    ):
        yield from _feed(path, raw)
    elif suffix in TEXT or suffix not in (".png", ".jpg", ".zip", ".gz", ".docx", ".xlsx"):
        yield _text(path, raw)
    else:
        yield Failure(
            str(path),
            f"{suffix} files are not read; give text, HTML, PDF, a feed, JSON Lines or Parquet",
        )


def decode(raw: bytes) -> str | None:
    """UTF-8, else what the bytes look like; None for what is no text."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if b"\0" in raw[:4096]:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:200_000]).best()
        return (
            raw.decode(best.encoding, errors="replace")
            if best
            else raw.decode("cp1252", errors="replace")
        )


def _text(path: Path, raw: bytes) -> Report | Failure:
    text = decode(raw)
    if text is None:
        return Failure(str(path), "a binary file, not text")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if not text.strip():
        return Failure(str(path), "no text in the file")
    end, comments = split_pasted(text)
    front = _front_matter(text)
    first = text.strip().split("\n", 1)[0].lstrip("# ").strip()
    when, basis = dateline(text, path.stem)
    if front:
        if front.get("date"):
            when, basis = dateline(front["date"], "")[0] or when, "front matter"
        first = front.get("title") or first
    return Report(
        text,
        end,
        first[:200] if len(first) < 200 else "",
        front.get("source") or front.get("outlet") or named_outlet(text),
        front.get("author", ""),
        when,
        basis,
        "",
        "en",
        "text/plain",
        str(path),
        tuple(comments),
    )


def _front_matter(text: str) -> dict[str, str]:
    """Title, date, source, author from a Markdown file's head between two lines of ---. Offsets stay those of the file."""
    m = re.match(r"\s*---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|$)", text, re.S)
    if not m:
        return {}
    pairs = (line.partition(":") for line in m.group(1).splitlines())
    return {
        k.strip().lower(): v.strip().strip("\"'")
        for k, sign, v in pairs
        if sign and re.fullmatch(r"[\w -]{1,30}", k.strip())
    }


def _page(path: Path, raw: bytes) -> Report | Failure:
    from contactline.intake.pages import parse_page

    try:
        text, meta, comments = parse_page(raw)
    except ValueError as e:
        return Failure(str(path), str(e))
    basis = "page metadata" if meta["published"] else ""
    return Report(
        text,
        len(text),
        meta["title"],
        meta["source"],
        meta["author"],
        meta["published"],
        basis,
        meta["url"],
        "en",
        "text/html",
        str(path),
        tuple(comments),
    )


def _pdf(path: Path) -> Report | Failure:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            return Failure(str(path), "the PDF is encrypted")
        text = "\n\n".join((p.extract_text() or "").strip() for p in reader.pages[:500])
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        return Failure(str(path), f"the PDF is damaged or cut short ({type(e).__name__})")
    text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)
    if len(text.split()) < 8:
        return Failure(str(path), "the PDF holds no text (a scan?)")
    when, basis = dateline(text, path.stem)
    title = str(reader.metadata.title or "") if reader.metadata else ""
    author = str(reader.metadata.author or "") if reader.metadata else ""
    return Report(
        text,
        len(text),
        title or text.split("\n", 1)[0][:200],
        named_outlet(text) or author,
        "",
        when,
        basis,
        "",
        "en",
        "application/pdf",
        str(path),
    )


def _feed(path: Path, raw: bytes) -> Iterator[Report | Failure]:
    import feedparser
    from lxml import html

    feed = feedparser.parse(raw)
    if not feed.entries:
        yield Failure(str(path), "no entries in the feed")
    for n, e in enumerate(feed.entries):
        body = max(
            (c.get("value", "") for c in [*e.get("content", []), {"value": e.get("summary", "")}]),
            key=len,
            default="",
        )
        text = (
            re.sub(
                r"\n{3,}",
                "\n\n",
                "\n\n".join(
                    t.strip() for t in html.fromstring(f"<div>{body}</div>").itertext() if t.strip()
                ),
            )
            if body
            else ""
        )
        if len(text.split()) < 5:
            yield Failure(f"{path}#{n + 1}", "an entry without text")
            continue
        t = e.get("published_parsed") or e.get("updated_parsed")
        when = date(t.tm_year, t.tm_mon, t.tm_mday) if t and 1900 < t.tm_year < 2200 else None
        yield Report(
            text,
            len(text),
            e.get("title", ""),
            feed.feed.get("title", ""),
            e.get("author", ""),
            when,
            "feed" if when else "",
            e.get("link", ""),
            "en",
            "application/rss+xml",
            f"{path}#{n + 1}",
        )


def _lines(path: Path) -> Iterator[Report | Failure]:
    with path.open("rb") as f:
        for n, raw in enumerate(f):
            where = f"{path}#{n + 1}"
            if not raw.strip():
                continue
            try:
                row: dict[str, Any] = json.loads(raw)
                text = row["text"]
                if not isinstance(text, str) or not text.strip():
                    raise ValueError
            except (ValueError, KeyError, TypeError):
                yield Failure(where, "not a JSON object with a text")
                continue
            if len(raw) > MOST_BYTES:
                yield Failure(where, f"a line of more than {MOST_BYTES // 1_000_000} MB")
                continue
            yield _row(row, text, where, "application/jsonl")


def _row(row: dict[str, Any], text: str, where: str, media: str) -> Report:
    """One row of a corpus: text, and as far as it has them id, date, title, source, author, url, comments."""
    when = None
    try:
        when = date.fromisoformat(str(row.get("date") or "")[:10])
    except ValueError:
        when, _ = dateline(text)
    comments = tuple(
        Comment(str(c.get("author") or ""), str(c.get("text") or ""), i, c.get("parent"))
        for i, c in enumerate(row.get("comments") or [])
        if isinstance(c, dict)
    )
    return Report(
        text,
        len(text),
        str(row.get("title") or ""),
        str(row.get("source") or ""),
        str(row.get("author") or ""),
        when,
        "corpus" if when else "",
        str(row.get("url") or ""),
        "en",
        media,
        str(row.get("id") or where),
        comments,
    )


def _parquet(path: Path) -> Iterator[Report | Failure]:
    """A table with a `text` column, read in batches so that memory stays flat."""
    try:
        with extra("parquet", "a Parquet file"):
            import pyarrow as pa
            import pyarrow.parquet as pq
    except ContactlineError as e:
        yield Failure(str(path), str(e))
        return
    try:
        table = pq.ParquetFile(path)
        if "text" not in table.schema_arrow.names:
            yield Failure(
                str(path),
                f"no column named text (columns: {', '.join(table.schema_arrow.names[:12])})",
            )
            return
        n = 0
        for batch in table.iter_batches(batch_size=64):
            for row in batch.to_pylist():
                n += 1
                text = row.get("text")
                if isinstance(text, str) and text.strip():
                    yield _row(row, text, f"{path}#{n}", "application/parquet")
                else:
                    yield Failure(f"{path}#{n}", "a row without text")
    except (pa.ArrowException, OSError) as e:
        yield Failure(
            str(path), f"the Parquet file is damaged or cut short ({str(e).splitlines()[0][:80]})"
        )


def today_utc() -> date:
    return datetime.now(UTC).date()
