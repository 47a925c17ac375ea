"""Paths to reports, one at a time: memory does not grow with their number, and one bad file costs
only itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from contactline.intake.formats import archives, feeds, mail, office, plain, rows
from contactline.intake.kinds import Refused, kind_of
from contactline.intake.sources import Blob, Failure, Given, Item, finished
from contactline.model import Report

__all__ = ["Failure", "Given", "files_under", "read_file", "read_paths", "today_utc"]

ReadFile = Callable[[Path, Given, date | None], Iterator[Item]]

READERS: dict[str, Callable[[Blob, Given], Iterator[Item]]] = {
    "text": plain.text_file,
    "markdown": plain.text_file,
    "page": plain.page_file,
    "pdf": plain.pdf_file,
    "feed": feeds.feed_file,
    "rows": rows.lines_file,
    "json": rows.json_file,
    "table": rows.table_file,
    "parquet": rows.parquet_file,
    "docx": office.docx_file,
    "odt": office.odt_file,
    "fodt": office.fodt_file,
    "rtf": office.rtf_file,
    "epub": office.epub_file,
    "mail": mail.mail_file,
    "mbox": mail.mbox_file,
    "mhtml": mail.mhtml_file,
    "warc": archives.warc_file,
}


def read_paths(
    paths: list[Path],
    given: Given = Given(),  # noqa: B008
    today: date | None = None,
    read: ReadFile | None = None,
) -> Iterator[Report | Failure]:
    """Reports and failures in the order of the paths; folders are walked by name.

    `read`: what opens each file, where it is not to be opened here.
    """
    read = read or read_file
    for path in paths:
        if path.is_dir():
            empty = True
            for found in files_under(path):
                empty = False
                yield from [found] if isinstance(found, Failure) else read(found, given, today)
            if empty:
                yield Failure(str(path), "the folder holds no files")
        else:
            yield from read(path, given, today)


def files_under(folder: Path) -> Iterator[Path | Failure]:
    """Files of a folder by name.

    Links that lead out of it are refused; what belongs to a saved page is passed over.
    """
    root = folder.resolve()
    for at, inner, names in os.walk(folder):
        pages = {Path(n).stem for n in names if n.lower().endswith((".html", ".htm"))}
        inner[:] = sorted(
            d
            for d in inner
            if not d.startswith(".") and d.removesuffix("_files") not in pages - {d}
        )
        for name in sorted(names):
            if name.startswith("."):
                continue
            path = Path(at) / name
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                yield Failure(str(path), "a link that leads out of the folder is not followed")
            else:
                yield path


def read_file(path: Path, given: Given, today: date | None) -> Iterator[Report | Failure]:
    """What one file holds."""
    try:
        if not path.is_file():
            kind = (
                "no such file"
                if not path.exists()
                else "no regular file; devices and pipes are not read"
            )
            yield Failure(str(path), kind)
            return
        yield from finished(read_blob(Blob(str(path), path.name, None, path), given), given, today)
    except OSError as e:
        yield Failure(str(path), e.strerror or "could not be read")


def read_blob(blob: Blob, given: Given) -> Iterator[Item]:
    """The reports of one file or member of an archive.

    One bad file gives one line, and ends nothing else.
    """
    try:
        if blob.size() == 0:
            raise Refused("empty file")
        kind = kind_of(blob.name, blob.head())
        if kind in ("zip", "gzip"):
            unpack = archives.zip_file if kind == "zip" else archives.gzip_file
            yield from unpack(blob, given, read_blob)
        else:
            yield from READERS[kind](blob, given)
    except Refused as e:
        yield Failure(blob.where, str(e))
    except OSError as e:
        yield Failure(blob.where, e.strerror or "could not be read")
    except MemoryError:
        yield Failure(blob.where, "needs more memory than there is, or than it may take")
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        ArithmeticError,
    ) as e:
        yield Failure(blob.where, f"could not be read ({type(e).__name__})")


def today_utc() -> date:
    return datetime.now(UTC).date()
