"""Text, Markdown and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from contactline.intake.clean import clean
from contactline.intake.comments import split_pasted
from contactline.intake.dates import dateline, day_of, named_outlet
from contactline.intake.encodings import decode
from contactline.intake.sources import Blob, Failure, Given, Item, line, report

_HEAD = re.compile(r"\s*---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|$)", re.S)


def text_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A text or Markdown file: readers' comments pasted below it are kept apart."""
    text = decode(blob.raw())
    if text is None:
        yield Failure(blob.where, "a binary file, not text")
        return
    yield of_text(clean(_unwrapped(text)), blob.where, blob.stem, given)


def _unwrapped(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def of_text(text: str, where: str, name: str, given: Given, media: str = "text/plain") -> Item:
    """A report of plain text with what stands in it: front matter, title, outlet, dateline."""
    end, comments = split_pasted(text)
    front = front_matter(text)
    first = line(text.strip().split("\n", 1)[0].lstrip("# ")) if text.strip() else ""
    when, basis = dateline(text, name)
    said = front.get("date") or front.get("published") or ""
    if said and (day := day_of(said, given.tz())):
        when, basis = day, "front matter"
    source, url = front.get("source") or front.get("outlet") or "", front.get("url", "")
    if source.startswith(("http://", "https://")):
        url, source = url or source, urlsplit(source).hostname or ""
    left = {"readers' comments": len(text[end:].split())} if comments else {}
    return report(
        text,
        where,
        media,
        title=front.get("title") or (first if len(first) < 200 else ""),
        source=source or named_outlet(text),
        author=front.get("author", ""),
        published=when,
        basis=basis,
        url=url,
        comments=comments,
        left_out=left,
        end=end,
    )


def front_matter(text: str) -> dict[str, str]:
    """Title, date, source, author, url from a file's head between two lines of ---.

    Offsets stay those of the file.
    """
    m = _HEAD.match(text[:5000])
    if not m:
        return {}
    pairs = (row.partition(":") for row in m.group(1).splitlines())
    return {
        k.strip().lower(): v.strip().strip("\"'")
        for k, sign, v in pairs
        if sign and re.fullmatch(r"[\w -]{1,30}", k.strip())
    }


def page_file(blob: Blob, given: Given) -> Iterator[Item]:
    """An HTML page."""
    yield of_page(blob.raw(), blob.where, given)


def of_page(raw: bytes, where: str, given: Given, url: str = "", said: str = "") -> Item:
    """A report of a page's article, or why it holds none.

    `said`: the encoding named outside of it.
    """
    from contactline.intake.pages import read_page

    try:
        page = read_page(raw, url, given.tz(), said)
    except ValueError as e:
        return Failure(where, str(e))
    meta = page.meta
    return report(
        page.text,
        where,
        "text/html",
        title=meta.title,
        source=meta.source,
        author=meta.author,
        published=meta.published,
        basis=meta.basis,
        url=meta.url,
        comments=page.comments,
        left_out=page.left_out,
    )


def pdf_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A PDF: its date from a dateline or the file's name, never from when it was made."""
    from contactline.intake.formats.pdf import pdf_text

    text, said, left = pdf_text(blob.raw())
    when, basis = dateline(text, blob.stem)
    yield report(
        text,
        blob.where,
        "application/pdf",
        title=said.get("title") or text.split("\n", 1)[0][:200],
        source=named_outlet(text) or said.get("author", ""),
        published=when,
        basis=basis,
        left_out=left,
    )
