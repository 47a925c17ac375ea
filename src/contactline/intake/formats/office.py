"""Word processors' files and books: DOCX, ODT, RTF, EPUB.

Their container is read with the standard library.

The day a file was written or changed is not the day it was published: a dateline or the file's name
gives that. An EPUB says when it was published.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any

from lxml import etree

from contactline.intake.clean import clean
from contactline.intake.dates import day_of
from contactline.intake.encodings import decode
from contactline.intake.formats.plain import of_text
from contactline.intake.kinds import Refused
from contactline.intake.markup import paragraphs, tree_of
from contactline.intake.sources import Blob, Failure, Given, Item, line, report
from contactline.model import Report

MOST_PART = 40_000_000  # bytes of one part of a package as it unpacks
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"


def package(raw: bytes, kind: str) -> zipfile.ZipFile:
    """An opened container. Raises Refused."""
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError) as e:
        raise Refused(f"the {kind} file is damaged or cut short") from e


def part(z: zipfile.ZipFile, name: str, kind: str) -> bytes:
    """One part, no larger than allowed. Raises Refused; KeyError for a part that is not there."""
    info = z.getinfo(name)
    if info.file_size > MOST_PART:
        raise Refused(f"a part of the {kind} file unpacks to more than {MOST_PART // 1_000_000} MB")
    try:
        with z.open(info) as f:
            data = f.read(MOST_PART + 1)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as e:
        locked = "password" in str(e).lower() or "encrypted" in str(e).lower()
        raise Refused(
            f"the {kind} file is " + ("encrypted" if locked else "damaged or cut short")
        ) from e
    except Exception as e:  # zlib.error is no subclass of any of them
        raise Refused(f"the {kind} file is damaged or cut short") from e
    if len(data) > MOST_PART:
        raise Refused(f"a part of the {kind} file unpacks to more than {MOST_PART // 1_000_000} MB")
    return data


def _xml(data: bytes, kind: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise Refused(f"the {kind} file is damaged or cut short") from e


def _said(z: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Title and author as the package says them."""
    try:
        root = _xml(part(z, name, "office"), "office")
    except (KeyError, Refused):
        return {}
    out = {}
    for e in root.iter(f"{_DC}title", f"{_DC}creator"):
        if e.text:
            out[etree.QName(e).localname] = e.text
    return out


def _titled(item: Item, said: dict[str, str], media: str) -> Item:
    if not isinstance(item, Report):
        return item
    from dataclasses import replace

    return replace(
        item,
        title=line(said.get("title", "")) or item.title,
        author=line(said.get("creator", "")) or item.author,
        media_type=media,
    )


def docx_file(blob: Blob, given: Given) -> Iterator[Item]:
    """Word's .docx: body text with tables; deleted text, headers, footers and comments are not
    read.
    """
    with package(blob.raw(), "DOCX") as z:
        try:
            root = _xml(part(z, "word/document.xml", "DOCX"), "DOCX")
        except KeyError:
            raise Refused("no DOCX file, whatever its name says: damaged or mislabelled") from None
        said = _said(z, "docProps/core.xml")
    found = []
    for p in root.iter(f"{_W}p"):
        words = []
        for e in p.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
            if any(a.tag == f"{_W}p" and a is not p for a in _up(e, p)):
                continue  # of a text box inside, which is a paragraph of its own
            tag = etree.QName(e).localname
            words.append(
                e.text or ""
                if tag == "t"
                else "-"
                if tag == "noBreakHyphen"
                else "\t"
                if tag == "tab"
                else "\n"
            )
        if text := "".join(words).strip():
            found.append(text)
    yield _titled(of_text(clean("\n\n".join(found)), blob.where, blob.stem, given), said, _DOCX)


def _up(node: Any, stop: Any) -> Iterator[Any]:
    at = node.getparent()
    while at is not None and at is not stop:
        yield at
        at = at.getparent()


def odt_file(blob: Blob, given: Given) -> Iterator[Item]:
    """OpenDocument text."""
    with package(blob.raw(), "ODT") as z:
        try:
            root = _xml(part(z, "content.xml", "ODT"), "ODT")
        except KeyError:
            raise Refused("no ODT file, whatever its name says: damaged or mislabelled") from None
        said = _said(z, "meta.xml")
    yield _titled(_opendocument(root, blob, given), said, _ODT)


def fodt_file(blob: Blob, given: Given) -> Iterator[Item]:
    """OpenDocument text as one XML file."""
    yield _titled(_opendocument(_xml(blob.raw(), "FODT"), blob, given), {}, _ODT)


def _opendocument(root: Any, blob: Blob, given: Given) -> Item:
    found: list[str] = []
    silent = {
        f"{_T}tracked-changes",
        f"{_O}annotation",
        f"{_T}note",
        f"{_T}table-of-content",
        f"{_O}styles",
        f"{_O}meta",
    }
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in silent:
            continue
        if node.tag in (f"{_T}p", f"{_T}h"):
            if text := "".join(_run(node, silent)).strip():
                found.append(text)
            continue
        stack.extend(reversed(node))
    return of_text(clean("\n\n".join(found)), blob.where, blob.stem, given)


def _run(node: Any, silent: set[str]) -> Iterator[str]:
    yield node.text or ""
    for c in node:
        if c.tag == f"{_T}s":
            yield (
                " " * min(20, int(c.get(f"{_T}c") or 1))
                if (c.get(f"{_T}c") or "1").isdigit()
                else " "
            )
        elif c.tag == f"{_T}tab":
            yield "\t"
        elif c.tag == f"{_T}line-break":
            yield "\n"
        elif isinstance(c.tag, str) and c.tag not in silent:
            yield from _run(c, silent)
        yield c.tail or ""


def rtf_file(blob: Blob, given: Given) -> Iterator[Item]:
    """Rich Text Format."""
    from striprtf.striprtf import rtf_to_text

    raw = blob.raw()
    if not raw.rstrip(b"\0 \r\n").endswith(b"}"):
        raise Refused("the RTF file is damaged or cut short")
    try:
        text: str = rtf_to_text(raw.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError, RecursionError) as e:
        raise Refused("the RTF file is damaged or cut short") from e
    found = "\n\n".join(p.strip() for p in re.split(r"\n+", text) if p.strip())
    yield _titled(of_text(clean(found), blob.where, blob.stem, given), {}, "application/rtf")


def epub_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A book or a report as EPUB: its chapters in order are one report."""
    with package(blob.raw(), "EPUB") as z:
        try:
            container = _xml(part(z, "META-INF/container.xml", "EPUB"), "EPUB")
            place = next(e.get("full-path") for e in container.iter("{*}rootfile"))
            opf = _xml(part(z, place, "EPUB"), "EPUB")
        except (KeyError, StopIteration):
            raise Refused("no EPUB file, whatever its name says: damaged or mislabelled") from None
        files = {e.get("id"): e.get("href") for e in opf.iter("{*}item")}
        found: list[str] = []
        size = 0
        for ref in opf.iter("{*}itemref"):
            href = files.get(ref.get("idref"))
            if not href or ref.get("linear") == "no":
                continue
            try:
                data = part(z, normpath(join(dirname(place), href.split("#")[0])), "EPUB")
            except KeyError:
                continue
            size += len(data)
            if size > MOST_PART:
                raise Refused(f"the EPUB file unpacks to more than {MOST_PART // 1_000_000} MB")
            try:
                found += paragraphs(tree_of(decode(data) or ""))
            except ValueError:
                continue
    said = {etree.QName(e).localname: e.text for e in opf.iter(f"{_DC}*") if e.text}
    day = day_of(said.get("date", ""), given.tz()) if len(said.get("date", "")) >= 8 else None
    if not found:
        yield Failure(blob.where, "no text in the file")
        return
    yield report(
        "\n\n".join(found),
        blob.where,
        "application/epub+zip",
        title=said.get("title", ""),
        source=said.get("publisher", ""),
        author=said.get("creator", ""),
        published=day,
        basis="book metadata" if day else "",
    )
