"""What a page says of itself: title, author, outlet, address, and when it was published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from contactline.intake.dates import FIRST_YEAR, LAST_YEAR, day_of
from contactline.intake.markup import text_of

# names under which pages give the time of publication; never that of a change or of the last crawl
PUBLISHED = (
    "article:published_time",
    ("og:article:published_time"),
    "og:published_time",
    "datepublished",
    "article.published",
    "published_time",
    "publication_date",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "sailthru.date",
    "parsely-pub-date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "dc.created",
    "date",
    "bt:pubdate",
    ("cxenseparse:recs:publishtime"),
    "cxenseparse:publishtime",
    "rnews:datepublished",
    "article:published",
    ("citation_publication_date"),
    "citation_date",
    "originalpublicationdate",
    "article_date_original",
    "date_published",
    "ptime",
    "displaydate",
    ("analyticsattributes.articledate"),
    "hdl_p",
    "vf:unique_id_date",
    "og:pubdate",
    "created",
)
_ARTICLE = re.compile(r"Article|Posting|Report|WebPage|Review|CreativeWork$")
MOST_LD = 400_000  # characters of structured data that are parsed
_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?:[/-]|$)", re.I)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(slots=True)
class Meta:
    """Empty where the page does not say."""

    title: str = ""
    author: str = ""
    source: str = ""
    url: str = ""
    published: date | None = None
    basis: str = ""
    live: bool = False
    raw: dict[str, str] = field(default_factory=dict)


def meta_of(root: Any, url: str = "", zone: ZoneInfo | None = None) -> Meta:
    """What stands in a page's head, in its structured data and beside its heading."""
    raw: dict[str, str] = {}
    for m in root.iter("meta"):
        name = (m.get("property") or m.get("name") or m.get("itemprop") or "").strip().lower()
        value = (m.get("content") or m.get("datetime") or "").strip()
        if name and value:
            raw.setdefault(name, value[:500])
    things = list(_structured(root))
    out = Meta(raw=raw)
    out.live = any("LiveBlogPosting" in _types(t) for t in things)
    link = next(
        (
            e.get("href")
            for e in root.iter("link")
            if (e.get("rel") or "").lower() == "canonical" and e.get("href")
        ),
        "",
    )
    out.url = next((u for u in (url, link, raw.get("og:url", "")) if u.startswith("http")), url)
    heading = root.find(".//h1")
    headline = text_of(heading)[:300] if heading is not None else ""
    named = root.find(".//title")
    whole = text_of(named) if named is not None else ""
    whole = re.sub(r"\s+", " ", "".join(named.itertext())).strip() if named is not None else whole
    out.title = (
        headline or raw.get("og:title", "") or re.split(r" [|–—-] (?=[^|–—-]{1,40}$)", whole)[0]
    )[:300]
    out.source = (
        raw.get("og:site_name", "")
        or next((n for t in things if _main(t) and (n := _name(t.get("publisher")))), "")
        or raw.get("application-name", "")
        or (urlsplit(out.url).hostname or "").removeprefix("www.")
    )[:120]
    out.author = (
        raw.get("author", "")
        or raw.get("article:author", "") * (not raw.get("article:author", "").startswith("http"))
        or next((n for t in things if _main(t) and (n := _name(t.get("author")))), "")
    )[:120]
    _publication(out, things, zone)
    return out


def _publication(out: Meta, things: list[dict[str, Any]], zone: ZoneInfo | None) -> None:
    for name in PUBLISHED:
        if name in out.raw and (day := day_of(out.raw[name], zone)):
            out.published, out.basis = day, "page metadata"
            return
    for t in things:
        value = t.get("datePublished") or t.get("dateCreated")
        if _main(t) and isinstance(value, str) and (day := day_of(value, zone)):
            out.published, out.basis = day, "page metadata"
            return


def date_of_address(url: str) -> date | None:
    """The day in a page's address: /2023/08/24/."""
    m = _ADDRESS.search(urlsplit(url).path)
    if not m:
        return None
    word = m[2].lower()
    month = _MONTHS.index(word) + 1 if word in _MONTHS else int(word) if word.isdigit() else 0
    try:
        day = date(int(m[1]), month, int(m[3]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _structured(root: Any) -> Iterator[dict[str, Any]]:
    """JSON-LD objects of the page itself, not those of lists in it."""
    left = MOST_LD
    for s in root.iter("script"):
        if (s.get("type") or "").strip().lower() != "application/ld+json" or not s.text:
            continue
        left -= len(s.text)
        if left < 0:
            return
        try:
            value = json.loads(s.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in value if isinstance(value, list) else [value]:
            if isinstance(thing, dict):
                yield thing
                graph = thing.get("@graph")
                yield from (
                    (t for t in graph if isinstance(t, dict)) if isinstance(graph, list) else ()
                )


def _types(thing: dict[str, Any]) -> str:
    t = thing.get("@type")
    return " ".join(map(str, t)) if isinstance(t, list) else str(t or "")


def _main(thing: dict[str, Any]) -> bool:
    return bool(_ARTICLE.search(_types(thing)))


def _name(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name, value[:4])))
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() if isinstance(value, str) and not value.startswith("http") else ""
