"""What is read from: a file, or a member of an archive, with its name and no more of it than is
allowed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import BinaryIO
from zoneinfo import ZoneInfo

from contactline.intake.clean import clean
from contactline.intake.dates import zone
from contactline.intake.kinds import Refused
from contactline.intake.language import language_of
from contactline.intake.privacy import pseudonymised
from contactline.model import Comment, Report

MOST_BYTES = 20_000_000  # of one file, or of one message, row or page in a larger one
MOST_TEXT = 4_000_000  # characters of one report
HEAD = 8192


@dataclass(frozen=True, slots=True)
class Failure:
    """One file or entry that gave no report, and why, in one line.

    `minor`: nothing that one would have expected to read.
    """

    path: str
    reason: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of the reports, over what they say of themselves.

    `zone`: an IANA name; times that carry a zone are taken into it before their day is. `language`:
    a code that overrules detection. `column`: the column of a table that holds the text.
    `pseudonymise`: whether who commented is called by a number.
    """

    published: date | None = None
    source: str = ""
    zone: str = ""
    language: str = ""
    column: str = ""
    pseudonymise: bool = False

    def tz(self) -> ZoneInfo | None:
        """Raises ValueError for a name that is no zone."""
        return zone(self.zone)


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with a name: `where` is what messages call it;
    `depth` counts the archives around it.
    """

    where: str
    name: str
    data: bytes | None = None
    path: Path | None = None
    depth: int = 0

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data) if self.data is not None else self.path.open("rb")  # type: ignore[union-attr]

    def size(self) -> int:
        return len(self.data) if self.data is not None else self.path.stat().st_size  # type: ignore[union-attr]

    def head(self) -> bytes:
        with self.open() as f:
            return f.read(HEAD)

    def raw(self) -> bytes:
        """All of it. Raises Refused where it is empty or too large to be one report."""
        size = self.size()
        if size == 0:
            raise Refused("empty file")
        if size > MOST_BYTES:
            raise Refused(
                f"larger than {MOST_BYTES // 1_000_000} MB; split it, or give it as JSON Lines"
            )
        with self.open() as f:
            return f.read(MOST_BYTES + 1)


Item = Report | Failure


def report(
    text: str,
    where: str,
    media: str,
    *,
    title: str = "",
    source: str = "",
    author: str = "",
    published: date | None = None,
    basis: str = "",
    url: str = "",
    comments: Iterable[Comment] = (),
    left_out: dict[str, int] | None = None,
    end: int | None = None,
) -> Item:
    """A report of cleaned text (`end`: where its article ends, in cleaned text),
    or why it is none.
    """
    text = clean(text)
    if not text.strip():
        return Failure(where, "no text in the file")
    if len(text) > MOST_TEXT:
        return Failure(
            where, f"a text of more than {MOST_TEXT // 1_000_000} million characters; split it"
        )
    return Report(
        text,
        len(text) if end is None else end,
        line(title)[:300],
        line(source)[:200],
        line(author)[:200],
        published,
        basis,
        url[:2000],
        "en",
        media,
        where,
        tuple(comments),
        left_out=tuple((left_out or {}).items()),
    )


def line(text: str) -> str:
    """One line of clean text."""
    return " ".join(clean(text).split())


def finished(items: Iterable[Item], given: Given, today: date | None) -> Iterator[Item]:
    """Reports with what the user says of them, and their language."""
    for item in items:
        yield _finished(item, given, today) if isinstance(item, Report) else item


def _finished(r: Report, given: Given, today: date | None) -> Item:
    if given.source:
        r = replace(r, source=given.source)
    if given.published:
        r = replace(r, published=given.published, date_basis="given")
    elif r.published and today and (r.published - today).days > 1:
        return Failure(r.path, f"dated in the future ({r.published}); give its date with --date")
    if given.pseudonymise:
        r = pseudonymised(r)
    language, unread = language_of(r.text[: r.article_end], given.language)
    return replace(r, language=language, unread=unread)
