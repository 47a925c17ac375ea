"""Bytes to text: what the bytes say of themselves, UTF-8, else what they look like."""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes, said: str = "") -> str | None:
    """Text of bytes; None for what is no text.

    `said`: an encoding named outside of them (a mail's header).
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw.decode(name, errors="replace")
    if b"\0" in raw[:4096]:
        return _wide(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as e:
        if e.start > len(raw) - 4:  # cut in the middle of a character
            return raw[: e.start].decode("utf-8")
    for name in (said, _named(raw)):
        if name and _known(name) and _known(name) != "utf-8":
            return raw.decode(name, errors="replace")
    if raw[:200_000].decode("utf-8", "ignore").encode() and _nearly_utf8(raw):
        return raw.decode("utf-8", errors="replace")
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:60_000]).best()
    return raw.decode(best.encoding if best else "cp1252", errors="replace")


def decode_page(raw: bytes, said: str = "") -> str:
    """Text of an HTML page; never None, for what is no text gives no article anyway."""
    text = decode(raw, said)
    return text if text is not None else raw.decode("latin-1")


def _named(raw: bytes) -> str:
    m = _XML.match(raw[:300]) or _META.search(raw[:4096])
    return m[1].decode("ascii", "ignore") if m else ""


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _nearly_utf8(raw: bytes) -> bool:
    """UTF-8 with a few bad bytes, not another encoding: most of what is not ASCII decodes."""
    sample = raw[:100_000]
    high = sum(b > 127 for b in sample)
    bad = sample.decode("utf-8", errors="replace").count("\ufffd")
    return high > 0 and bad * 10 < high


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of what is mostly ASCII is zero."""
    sample = raw[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        others = sample[0::2] if name == "utf-16-le" else sample[1::2]
        if (
            len(zeros) > 20
            and zeros.count(0) > 0.7 * len(zeros)
            and others.count(0) < 0.02 * len(others)
        ):
            return raw.decode(name, errors="replace")
    return None
