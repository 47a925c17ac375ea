"""What looking at a source gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from contactline.intake.sources import Failure
from contactline.model import Report, digest

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref_src", re.I)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a source between two looks."""

    etag: str = ""
    modified: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry: a report that is at hand, or the address or path under which it is had.

    `key` is the same however often the entry is met. `day`: when the source says it was published.
    """

    key: str
    address: str
    title: str = ""
    report: Report | None = None
    day: date | None = None


@dataclass(slots=True)
class Look:
    """The entries of a source, in its order, and what to remember of it."""

    known: Known
    found: list[Found] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unchanged: bool = False


def entry_key(*parts: str) -> str:
    return digest(["entry", *parts], 32)


def canonical(url: str) -> str:
    """The address without its fragment and without what only tells where a click came from."""
    u = urlsplit(url)
    asked = [
        (k, v) for k, v in parse_qsl(u.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)
    ]
    return urlunsplit((u.scheme.lower(), u.netloc.lower(), u.path or "/", urlencode(asked), ""))
