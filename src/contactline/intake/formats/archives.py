"""ZIP archives, gzip files and WARC crawls: each member or page as if it lay there by itself."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from contactline.intake.formats.plain import of_page
from contactline.intake.kinds import Refused
from contactline.intake.sources import MOST_BYTES, Blob, Failure, Given, Item
from contactline.model import Report

MOST_MEMBERS = 100_000
MOST_TOTAL = 2_000_000_000  # bytes of an archive as it unpacks
DEEPEST = 2  # archives inside archives
LONGEST_HEADER = 65_536  # bytes of one line of a record's header

Read = Callable[[Blob, Given], Iterator[Item]]


def zip_file(blob: Blob, given: Given, read: Read) -> Iterator[Item]:
    """The members of a ZIP archive, in order of their names."""
    if blob.depth >= DEEPEST:
        raise Refused("an archive in an archive in an archive is not opened")
    try:
        with blob.open() as f, zipfile.ZipFile(f) as z:
            yield from _members(z, blob, given, read)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as e:
        if isinstance(e, Refused):
            raise
        raise Refused("the ZIP archive is damaged or cut short") from e


def _members(z: zipfile.ZipFile, blob: Blob, given: Given, read: Read) -> Iterator[Item]:
    found = sorted((i for i in z.infolist() if not i.is_dir()), key=lambda i: i.filename)
    found = [i for i in found if not _hidden(i.filename)]
    if not found:
        raise Refused("the archive holds no files")
    if len(found) > MOST_MEMBERS or sum(i.file_size for i in found) > MOST_TOTAL:
        raise Refused(
            f"an archive of more than {MOST_MEMBERS:,} files or {MOST_TOTAL // 1_000_000_000} GB; "
            "unpack it"
        )
    pages = {
        PurePosixPath(i.filename).with_suffix("").as_posix()
        for i in found
        if i.filename.lower().endswith((".html", ".htm"))
    }
    for info in found:
        if any(
            p.as_posix().removesuffix("_files") in pages
            for p in PurePosixPath(info.filename).parents
            if p.name.endswith("_files")
        ):
            continue  # pictures and scripts of a saved page
        where = f"{blob.where}/{info.filename}"
        if info.file_size > MOST_BYTES:
            yield Failure(where, f"larger than {MOST_BYTES // 1_000_000} MB; unpack the archive")
            continue
        try:
            with z.open(info) as f:
                data = f.read(MOST_BYTES + 1)
        except RuntimeError:
            yield Failure(where, "encrypted")
            continue
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError):
            yield Failure(where, "damaged in the archive")
            continue
        if len(data) > MOST_BYTES:
            yield Failure(where, f"larger than {MOST_BYTES // 1_000_000} MB; unpack the archive")
            continue
        yield from read(
            Blob(where, PurePosixPath(info.filename).name, data, None, blob.depth + 1), given
        )


def _hidden(name: str) -> bool:
    return any(p.startswith((".", "__MACOSX")) for p in PurePosixPath(name).parts)


def gzip_file(blob: Blob, given: Given, read: Read) -> Iterator[Item]:
    """What a gzip file holds; a compressed crawl (.warc.gz) and
    JSON Lines are read as they unpack.
    """
    name = blob.name.removesuffix(".gz") if blob.name.lower().endswith(".gz") else blob.name
    try:
        with blob.open() as f, gzip.open(f) as z:
            head = z.read(8)
        if name.lower().endswith(".warc") or head.startswith(b"WARC/"):
            yield from warc_file(blob, given)
            return
        if name.lower().endswith((".jsonl", ".ndjson")):
            from contactline.intake.formats.rows import of_lines

            with blob.open() as f, gzip.open(f) as z:
                yield from of_lines(z, blob.where, given)  # type: ignore[arg-type]
            return
        with blob.open() as f, gzip.open(f) as z:
            data = z.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as e:
        raise Refused("the gzip file is damaged or cut short") from e
    if len(data) > MOST_BYTES:
        raise Refused(f"unpacks to more than {MOST_BYTES // 1_000_000} MB; unpack it")
    if blob.depth >= DEEPEST:
        raise Refused("an archive in an archive in an archive is not opened")
    yield from read(Blob(blob.where, name, data, None, blob.depth + 1), given)


def warc_file(blob: Blob, given: Given) -> Iterator[Item]:
    """The pages of a crawl.

    Pages without an article are counted and passed over, for most of a crawl is none.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    good = bare = n = 0
    try:
        with blob.open() as f:
            for n, record in enumerate(_bounded(ArchiveIterator(f)), 1):
                item = _record(record, f"{blob.where}#{n}", given)
                if isinstance(item, Report):
                    good += 1
                    yield item
                elif item is not None:
                    bare += 1
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as e:
        if not good:
            raise Refused("the WARC file is damaged or cut short") from e
        yield Failure(
            blob.where, "the WARC file is damaged or cut short; what came before was read"
        )
        return
    if not good:
        raise Refused("a crawl (WARC) without a page that holds an article")
    if bare:
        yield Failure(blob.where, f"{bare} pages without an article were passed over", minor=True)


def _bounded(records: Any) -> Any:
    """The records, with no line of a header read beyond its bound: warcio's time grows with a
    line's square.
    """
    read = records.reader.readline
    records.reader.readline = lambda length=None: read(length or LONGEST_HEADER)
    return records


def _record(record: object, where: str, given: Given) -> Item | None:
    """The report of one record; None for what is no page."""
    kind = getattr(record, "rec_type", "")
    if kind not in ("response", "resource"):
        return None
    http = getattr(record, "http_headers", None)
    if http is not None and http.get_statuscode() != "200":
        return None
    headers = getattr(record, "rec_headers")  # noqa: B009
    media = (
        http.get_header("Content-Type") if http is not None else headers.get_header("Content-Type")
    ) or ""
    if media and not media.lower().startswith(("text/html", "application/xhtml")):
        return None
    data = record.content_stream().read(MOST_BYTES + 1)  # type: ignore[attr-defined]
    if len(data) > MOST_BYTES:
        return Failure(where, f"a page of more than {MOST_BYTES // 1_000_000} MB")
    charset = (
        media.lower().partition("charset=")[2].strip("\"' ;") if "charset=" in media.lower() else ""
    )
    return of_page(data, where, given, headers.get_header("WARC-Target-URI") or "", charset)
