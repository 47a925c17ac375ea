"""Looking at a source: what stands in it now, asked for only if it changed."""

from __future__ import annotations

import gzip
import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from contactline.intake.encodings import decode_page
from contactline.intake.files import files_under, read_blob, today_utc
from contactline.intake.follow.found import Found, Known, Look, canonical, entry_key
from contactline.intake.follow.manners import Manners
from contactline.intake.follow.plan import Source
from contactline.intake.formats.feeds import entry_day, entry_item, parsed
from contactline.intake.formats.plain import of_page
from contactline.intake.markup import text_of, tree_of
from contactline.intake.sources import Blob, Failure, Item, finished
from contactline.intake.web import ENDINGS, MOST_BYTES
from contactline.model import ContactlineError, Report

HEADLINE_WORDS = 4  # a link of fewer words is navigation, where the file gives no pattern
MOST_SITEMAPS = 50
SETTLED = 2.0  # seconds without a change after which a file is taken for whole
PAGES = ("text/html", "application/xhtml+xml")


def look(source: Source, known: Known, manners: Manners) -> Look:
    """Raises ContactlineError where the source can't be looked at now; nothing is lost by that."""
    if source.kind in ("folder", "telegram"):
        return _folder(source, known)
    if source.kind == "mailbox":
        from contactline.intake.follow.mailbox import mails

        return mails(source, known)
    answer = manners.get(source.url, source, known.etag, known.modified)
    if answer.status == 304:
        return Look(known, unchanged=True)
    if answer.status != 200:
        raise ContactlineError(f"{urlsplit(source.url).hostname} answered {answer.status}")
    now = Known(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
    if source.kind == "feed":
        return _feed(source, now, answer.body)
    if source.kind == "page":
        said = _charset(answer.headers.get("content-type", ""))
        return Look(now, list(_links(source, answer.body, answer.address, said)))
    return Look(now, list(_sitemap(source, answer.body, manners)))


def _feed(source: Source, now: Known, body: bytes) -> Look:
    feed = parsed(body)
    if not feed.entries and not feed.get("version"):
        raise ContactlineError(f"{source.host} sends no feed at that address")
    damaged = feed.get("bozo") and "encoding" not in str(feed.get("bozo_exception", "")).lower()
    # a feed cut short is asked for whole the next time
    out = Look(Known() if damaged else now)
    if damaged:
        out.failed.append(Failure(source.url, "the feed is damaged or cut short", minor=True))
    for n, entry in enumerate(feed.entries, 1):
        link = str(entry.get("link", ""))
        if source.full and link.startswith(("http://", "https://")):
            address = canonical(link)
            if re.search(source.links, address):
                day, _ = entry_day(entry, source.given.tz())
                title = str(entry.get("title", ""))[:300]
                out.found.append(Found(entry_key(address), address, title, day=day))
            continue
        item = entry_item(entry, feed.feed, f"{source.url}#{n}", source.given)
        (item,) = finished([item], source.given, today_utc())
        if isinstance(item, Failure):
            out.failed.append(item)
            continue
        name = canonical(link) if link else str(entry.get("id", ""))
        key = entry_key(source.name, name, item.sha256)
        out.found.append(Found(key, link or item.path, item.title, item))
    return out


def _links(source: Source, body: bytes, address: str, said: str) -> Iterator[Found]:
    try:
        root = tree_of(decode_page(body, said))
    except ValueError as e:
        raise ContactlineError(f"{source.host} sends no page at that address") from e
    base = root.find(".//base[@href]")
    around = urljoin(address, base.get("href")) if base is not None else address
    seen = {canonical(address)}
    none = True
    for a in root.iterfind(".//a[@href]"):
        try:
            url = canonical(urljoin(around, a.get("href").strip()))
            host = urlsplit(url).netloc
        except ValueError:
            continue
        title = " ".join(text_of(a).split())
        if source.links:
            wanted = bool(re.search(source.links, url)) and url.startswith(("http:", "https:"))
        else:
            here = host == urlsplit(address).netloc.lower()
            wanted = here and len(title.split()) >= HEADLINE_WORDS
        if wanted and url not in seen:
            seen.add(url)
            none = False
            yield Found(entry_key(url), url, title[:300])
    if none:
        raise ContactlineError(f"no link on {address} is one to follow; see `links` in the file")


def _sitemap(source: Source, body: bytes, manners: Manners) -> Iterator[Found]:
    """Entries no older than the source's days; of an index, the sitemaps that changed since."""
    oldest = today_utc() - timedelta(days=source.days)
    todo, asked = [body], 0
    while todo:
        root = _xml(todo.pop(0), source)
        for node in root:
            if not isinstance(node.tag, str):
                continue
            told = {etree.QName(x).localname: x for x in node.iter(etree.Element)}
            address = (told["loc"].text or "").strip() if "loc" in told else ""
            day = _day(told)
            if not address.startswith(("http://", "https://")) or (day and day < oldest):
                continue
            if etree.QName(node).localname == "sitemap":
                asked += 1
                if asked > MOST_SITEMAPS:
                    raise ContactlineError(
                        f"{source.host}: more than {MOST_SITEMAPS} sitemaps; give one of them"
                    )
                answer = manners.get(address, source)
                if answer.status != 200:
                    raise ContactlineError(f"{source.host} answered {answer.status} to {address}")
                todo.append(answer.body)
            elif re.search(source.links, address):
                title = (told["title"].text or "").strip()[:300] if "title" in told else ""
                published = _day({k: v for k, v in told.items() if k == "publication_date"})
                url = canonical(address)
                yield Found(entry_key(url), url, title, day=published)


def _xml(body: bytes, source: Source) -> Any:
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as f:
                body = f.read(MOST_BYTES + 1)
        except (OSError, EOFError) as e:
            raise ContactlineError(f"{source.host} sends a sitemap that is cut short") from e
        if len(body) > MOST_BYTES:
            raise ContactlineError(f"{source.host} sends more than {MOST_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise ContactlineError(f"{source.host} sends a sitemap that can't be read") from e
    if etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise ContactlineError(f"{source.host} sends no sitemap at that address")
    return root


def _day(told: dict[str, Any]) -> date | None:
    for name in ("publication_date", "lastmod"):
        text = (told[name].text or "").strip() if name in told else ""
        try:
            if text:
                return date.fromisoformat(text[:10])
        except ValueError:
            continue
    return None


def _folder(source: Source, known: Known) -> Look:
    """Files by name, each under its path with its size and time: a changed file is a new entry.

    A file that is still written is met when it rests.
    """
    if not source.path.exists():
        raise ContactlineError(f"{source.path}: no such file or folder")
    out = Look(known)
    paths = files_under(source.path) if source.path.is_dir() else iter([source.path])
    pattern = source.pattern or ("*.json" if source.kind == "telegram" else "*")
    for path in paths:
        if isinstance(path, Failure):
            out.failed.append(path)
            continue
        try:
            s = path.stat()
        except OSError:
            continue
        if not PurePosixPath(path.name).match(pattern) or time.time() - s.st_mtime < SETTLED:
            continue
        key = entry_key(source.name, str(path), str(s.st_size), str(s.st_mtime_ns))
        out.found.append(Found(key, str(path), path.name))
    return out


def reports_at(source: Source, address: str, manners: Manners, day: date | None) -> list[Item]:
    """What stands at an address: its reports, or why it gives none.

    Raises ContactlineError where it can't be had now.
    """
    answer = manners.get(address, source)
    host = urlsplit(address).hostname
    if answer.status in (404, 410):
        return [Failure(address, f"{host} answered {answer.status}")]
    if answer.status != 200:
        raise ContactlineError(f"{host} answered {answer.status}")
    url = answer.address
    if answer.kind in PAGES or not answer.kind:
        said = _charset(answer.headers.get("content-type", ""))
        items = [of_page(answer.body, url, source.given, url, said)]
    else:
        name = PurePosixPath(unquote(urlsplit(url).path)).name or "index"
        ending = ENDINGS.get(answer.kind, "")
        if ending and not name.lower().endswith(ending):
            name += ending
        items = list(read_blob(Blob(url, name, answer.body), source.given))
    return [_placed(x, url, day) for x in finished(items, source.given, today_utc())]


def _placed(item: Item, url: str, day: date | None) -> Item:
    if isinstance(item, Report):
        if not item.url:
            item = replace(item, url=url)
        if item.published is None and day and not item.date_basis:
            item = replace(item, published=day, date_basis="feed")
    return item


def _charset(content_type: str) -> str:
    m = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.I)
    return m[1] if m else ""
