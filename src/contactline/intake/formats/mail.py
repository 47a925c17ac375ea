"""Mail: .eml, .mbox, and pages saved as .mhtml.

The day is the one in the header, in the sender's own zone.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr
from typing import BinaryIO

from contactline.intake.clean import clean
from contactline.intake.dates import dateline, moment
from contactline.intake.encodings import decode
from contactline.intake.formats.plain import of_page
from contactline.intake.kinds import Refused
from contactline.intake.markup import fragment_text
from contactline.intake.sources import MOST_BYTES, Blob, Failure, Given, Item, line, report
from contactline.model import Report

MOST_PARTS = 300


def _parsed(raw: bytes) -> Message:
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def mail_file(blob: Blob, given: Given) -> Iterator[Item]:
    """One mail."""
    yield of_mail(blob.raw(), blob.where, given)


def of_mail(raw: bytes, where: str, given: Given) -> Item:
    message = _parsed(raw)
    plain, html, attached = _bodies(message)
    text = plain if len(plain.split()) >= 3 or not html else fragment_text(html)
    if plain and html and len(fragment_text(html).split()) > 3 * len(plain.split()):
        text = fragment_text(html)  # "your program can't show this mail" is no text
    if len(text.split()) < 3:
        return Failure(where, "a mail without text")
    text = clean(text.replace("\r\n", "\n"))
    sender, address = parseaddr(header(message, "From"))
    when = moment(header(message, "Date"), given.tz())
    day, basis = (when.date(), "mail header") if when else dateline(text)
    return report(
        text,
        where,
        "message/rfc822",
        title=header(message, "Subject"),
        source=sender or address.rpartition("@")[2],
        author=address,
        published=day,
        basis=basis,
        left_out={"attachments": attached} if attached else {},
    )


def header(message: Message, name: str) -> str:
    """A header with its encoded words decoded, on one line; "" where it is missing."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    value = message.get(name)
    if value is None:
        return ""
    try:
        return line(str(make_header(decode_header(str(value)))))
    except (HeaderParseError, LookupError, ValueError, UnicodeError):
        return line(str(value))


def _content(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decode(data, str(part.get_content_charset() or "")) or ""


def _bodies(message: Message) -> tuple[str, str, int]:
    """The first plain text, the first HTML, and how many attachments were passed over."""
    plain = html = ""
    attached = 0
    for n, part in enumerate(message.walk()):
        if n > MOST_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or part.get_filename():
            attached += 1
        elif kind == "text/plain" and not plain:
            plain = _content(part)
        elif kind == "text/html" and not html:
            html = _content(part)
    return plain, html, attached


def mbox_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A mailbox: a mail a report, read one at a time."""
    n = 0
    with blob.open() as f:
        for n, raw in enumerate(_split(f), 1):
            where = f"{blob.where}#{n}"
            if raw is None:
                yield Failure(where, f"a mail of more than {MOST_BYTES // 1_000_000} MB")
            else:
                yield of_mail(raw, where, given)
    if n == 0:
        raise Refused("a mailbox without a mail")


def _split(f: BinaryIO) -> Iterator[bytes | None]:
    """Mails of a mailbox; None for one that is too large."""
    kept: list[bytes] = []
    size, begun, blank = 0, False, True
    while raw := f.readline(1 << 20):
        if (
            blank
            and raw.startswith(b"From ")
            and re.match(rb"From \S+ .*\d{4}\s*$|From \S*\s*$|From .*\d\d:\d\d", raw)
        ):
            if begun:
                yield b"".join(kept) if size <= MOST_BYTES else None
            kept, size, begun = [], 0, True
            continue
        blank = not raw.strip()
        if not begun:
            if blank:
                continue
            begun = True
        size += len(raw)
        if size <= MOST_BYTES:
            kept.append(re.sub(rb"^>(>*From )", rb"\1", raw))
    if begun:
        yield b"".join(kept) if size <= MOST_BYTES else None


def mhtml_file(blob: Blob, given: Given) -> Iterator[Item]:
    """A page saved by a browser as one file: the page's own day, else the day on which it was
    saved.
    """
    from dataclasses import replace

    raw = blob.raw()
    message = _parsed(raw)
    address = header(message, "Snapshot-Content-Location")
    for n, part in enumerate(message.walk()):
        if n > MOST_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            data = part.get_payload(decode=True)
            if not isinstance(data, bytes) or not data.strip():
                continue
            location = str(part.get("Content-Location") or "")
            url = address or (location if location.startswith("http") else "")
            item = of_page(data, blob.where, given, url, str(part.get_content_charset() or ""))
            when = moment(header(message, "Date"), given.tz())
            if isinstance(item, Report) and item.published is None and when:
                item = replace(item, published=when.date(), date_basis="day of saving")
            yield item
            return
    raise Refused("a saved page (MHTML) that is damaged or holds no page")
