"""Alerts as an Atom feed (RFC 4287), as JSON, and as the text of a message."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from contactline.model import ContactlineError, digest, plain
from contactline.questions.alerts import Alert

ATOM = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"

Told = tuple[datetime, Alert]  # when it was first told (UTC without zone), and what


def atom(told: Sequence[Told], title: str, name: str) -> bytes:
    """The newest first, as they are given. `name` tells this feed from others."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "georss": GEORSS})

    def add(to: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
        e = etree.SubElement(to, f"{{{ATOM}}}{tag}", attributes)
        e.text = text or None
        return e

    add(feed, "title", title)
    add(feed, "id", f"urn:contactline:alerts:{digest(['feed', name], 24)}")
    newest = max((at for at, _ in told), default=datetime(1970, 1, 1))
    add(feed, "updated", _stamp(newest))
    add(add(feed, "author"), "name", "contactline")
    for at, a in told:
        entry = add(feed, "entry")
        add(entry, "title", _clean(a.text))
        add(entry, "id", f"urn:contactline:alert:{a.id}")
        add(entry, "updated", _stamp(at))
        add(entry, "category", term=a.kind)
        if link := next((q.url for q in a.quotes if q.url.startswith("http")), ""):
            add(entry, "link", href=_clean(link), rel="related")
        add(entry, "content", _clean(_markup(a)), type="html")
        if a.lat is not None and a.lon is not None:
            point = etree.SubElement(entry, f"{{{GEORSS}}}point")
            point.text = f"{a.lat:.4f} {a.lon:.4f}"
    raw: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return raw


def as_json(told: Sequence[Told]) -> bytes:
    rows = [{"told": _stamp(at)} | plain(a) for at, a in told]
    return json.dumps({"alerts": rows}, ensure_ascii=False, indent=1).encode() + b"\n"


def message(alerts: Sequence[Alert]) -> tuple[str, str]:
    """(title, text) of one message: each change with its quotes."""
    first = alerts[0]
    title = first.text if len(alerts) == 1 else f"{len(alerts)} changes: {first.text}, …"
    return title[:200], "\n\n".join(_plain(a) for a in alerts)


def write(file: Path, raw: bytes) -> None:
    """All of it or nothing. Raises ContactlineError where it can't be written."""
    part = file.with_name(f"{file.name}.part{os.getpid()}")
    try:
        part.write_bytes(raw)
        part.replace(file)
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror}") from e


def _plain(a: Alert) -> str:
    day = f" ({a.on})" if a.on else ""
    lines = [f"{a.text}{day}, {a.probability:.0%} sure"]
    lines += [f"  “{q.quote}” {_whose(q.source, q.published, q.url)}" for q in a.quotes]
    return "\n".join(lines)


def _markup(a: Alert) -> str:
    day = f" ({a.on})" if a.on else ""
    out = [f"<p>{html.escape(a.text)}{day}, {a.probability:.0%} sure</p>"]
    for q in a.quotes:
        whose = html.escape(_whose(q.source, q.published, ""))
        if q.url.startswith("http"):
            whose = f'<a href="{html.escape(q.url)}">{whose}</a>'
        out.append(f"<blockquote>{html.escape(q.quote)}</blockquote><p>{whose}</p>")
    return "".join(out)


def _whose(source: str, published: object, url: str) -> str:
    return ", ".join(str(x) for x in (source, published, url) if x)


def _stamp(at: datetime) -> str:
    return at.replace(tzinfo=UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clean(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (ord(c) >= 32 and ord(c) not in (65534, 65535))
    )
