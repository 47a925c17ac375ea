"""A report and the readers' comments that were kept apart from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from contactline.model.values import digest


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment. `start`/`end` are offsets in the file's text where it was pasted there, else None."""

    author: str
    text: str
    order: int
    parent: int | None = None
    start: int | None = None
    end: int | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`text` is what offsets count in; claims are read from `text[:article_end]` alone."""

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

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def id(self) -> str:
        return digest(["report", self.sha256, self.source, self.published])
