"""RSS and Atom: an entry a report, titles read, each with the feed's own day in the feed's own
zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from contactline.intake.dates import dateline, moment
from contactline.intake.markup import fragment_text
from contactline.intake.sources import Blob, Failure, Given, Item, line, report

TITLE_WORDS = 3  # a title of fewer words is no news


def feed_file(blob: Blob, given: Given) -> Iterator[Item]:
    feed = parsed(blob.raw())
    if not feed.entries:
        broken = feed.get("bozo") and "the feed is damaged or cut short"
        yield Failure(blob.where, broken or "no entries in the feed")
        return
    for n, entry in enumerate(feed.entries, 1):
        yield entry_item(entry, feed.feed, f"{blob.where}#{n}", given)
    if feed.get("bozo") and "encoding" not in str(feed.get("bozo_exception", "")).lower():
        yield Failure(
            blob.where, "the feed is damaged or cut short; what came before was read", minor=True
        )


def parsed(raw: bytes) -> Any:
    """The feed as feedparser has it."""
    import feedparser

    return feedparser.parse(raw)


def entry_item(entry: Any, feed: Any, where: str, given: Given) -> Item:
    """A report of one entry, or why it is none."""
    bodies = [c.get("value", "") for c in entry.get("content", [])] + [entry.get("summary", "")]
    body = max((fragment_text(b) for b in bodies if b), key=len, default="")
    title = line(fragment_text(entry.get("title", "")))
    parts = [body] if body else []
    if len(title.split()) >= TITLE_WORDS and not body.startswith(title):
        parts.insert(0, title)
    text = "\n\n".join(parts)
    if len(text.split()) < 3:
        return Failure(where, "an entry without text")
    when, basis = entry_day(entry, given.tz())
    if when is None:
        when, basis = dateline(body)
    return report(
        text,
        where,
        "application/rss+xml",
        title=title,
        source=feed.get("title", ""),
        author=entry.get("author", ""),
        published=when,
        basis=basis,
        url=entry.get("link", ""),
    )


def entry_day(entry: Any, zone: ZoneInfo | None) -> tuple[date | None, str]:
    """The day as the feed writes it, in the feed's own zone unless another is asked for."""
    for key in ("published", "updated", "created"):
        if (said := entry.get(key)) and (when := moment(str(said), zone)):
            return when.date(), "feed"
    t = entry.get("published_parsed") or entry.get("updated_parsed")
    if t and 1900 < t.tm_year < 2200:
        return date(t.tm_year, t.tm_mon, t.tm_mday), "feed"
    return None, ""
