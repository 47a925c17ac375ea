"""A report and the readers' comments that were kept apart from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from contactline.model.values import digest, storable


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment. `start`/`end` are offsets in the file's text where it was pasted there,
    else None.

    `parent` is the order of the comment it answers, `corrects` of the one it corrects.
    """

    author: str
    text: str
    order: int
    parent: int | None = None
    start: int | None = None
    end: int | None = None
    corrects: int | None = None

    def __post_init__(self) -> None:
        _clean(self, "author", "text")


@dataclass(frozen=True, slots=True)
class Report:
    """`text` is what offsets count in; claims are read from `text[:article_end]` alone.

    No database takes NUL or half a surrogate pair: each becomes U+FFFD here, so that offsets and
    hashes are those of the text that is stored.
    """

    text: str
    article_end: int
    title: str = ""
    source: str = ""
    author: str = ""
    published: date | None = None
    date_basis: str = ""
    url: str = ""
    language: str = "en"
    media_type: str = "text/plain"
    path: str = ""
    comments: tuple[Comment, ...] = ()
    unread: str = ""
    left_out: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        _clean(self, "text", "title", "source", "author", "url", "language", "path", "unread")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def id(self) -> str:
        return digest(["report", self.sha256, self.source, self.published])


def _clean(value: Report | Comment, *names: str) -> None:
    for name in names:
        text = getattr(value, name)
        if text and (clean := storable(text)) is not text:
            object.__setattr__(value, name, clean)
