"""What kind of file it is, by its first bytes, then by its ending.

What is not known is refused by name.
"""

from __future__ import annotations

import re
from pathlib import PurePath

KNOWN = {
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    "": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".shtml": "page",
    ".asp": "page",
    ".aspx": "page",
    ".php": "page",
    ".xml": "xml",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".pdf": "pdf",
    ".jsonl": "rows",
    ".ndjson": "rows",
    ".json": "json",
    ".parquet": "parquet",
    ".csv": "table",
    ".tsv": "table",
    ".docx": "docx",
    ".docm": "docx",
    ".odt": "odt",
    ".fodt": "fodt",
    ".epub": "epub",
    ".rtf": "rtf",
    ".eml": "mail",
    ".mbox": "mbox",
    ".mht": "mhtml",
    ".mhtml": "mhtml",
    ".zip": "zip",
    ".warc": "warc",
    ".gz": "gzip",
}
# kinds that are known and not read, by ending: what to do instead
REFUSED = {
    ".doc": "Word's old format; save it as .docx",
    ".xls": "an Excel table; save it as CSV",
    ".xlsx": "an Excel table; save it as CSV",
    ".ods": "a table; save it as CSV",
    ".pptx": "slides; save them as PDF",
    ".ppt": "slides; save them as PDF",
    ".odp": "slides; save them as PDF",
    ".pages": "a Pages document; save it as .docx",
    ".mobi": "an e-book for Kindle; give EPUB",
    ".azw3": "an e-book for Kindle; give EPUB",
    ".msg": "an Outlook mail; save it as .eml",
    ".pst": "an Outlook mailbox; export it as .mbox",
    ".rar": "a RAR archive; unpack it",
    ".7z": "a 7-Zip archive; unpack it",
    ".tar": "a TAR archive; unpack it",
    ".bz2": "a bzip2 archive; unpack it",
    ".xz": "an xz archive; unpack it",
    ".zst": "a Zstandard archive; unpack it",
    ".db": "a database",
    ".sqlite": "a database",
    ".webarchive": "a Safari web archive; save the page as HTML",
    ".geojson": "a map; nothing in it is a report",
    ".js": "a script",
    ".css": "a style sheet",
    ".py": "a program",
    ".svg": "a picture",
}
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"WARC/", "warc"),
)
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file; save it as .docx or PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"RIFF", "a recording or a picture"),
    (b"ID3", "a recording"),
    (b"OggS", "a recording"),
    (b"\x00\x00\x00\x18ftyp", "a video"),
    (b"\x00\x00\x00\x20ftyp", "a video"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x7fELF", "a program, binary"),
    (b"MZ\x90", "a program, binary"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"BZh", "a bzip2 archive; unpack it"),
    (b"\xfd7zXZ", "an xz archive; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it"),
    (b"bplist00", "a property list"),
    (b"%!PS", "PostScript; save it as PDF"),
)
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)\b")
_MAIL = re.compile(
    rb"(?:(?:From|To|Subject|Date|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|"
    rb"Snapshot-Content-Location|Content-Type|X-[\w-]+|DKIM-Signature|Reply-To|Sender|"
    rb"List-[\w-]+):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}",
    re.I,
)
_JSON_ROW = re.compile(rb'\s*\{\s*"')


class Refused(ValueError):
    """A file that is not read; the message is one line that names its kind and says what to do."""


def kind_of(name: str, head: bytes) -> str:
    """The kind of a file by its first bytes (a few thousand) and its name.

    Raises Refused with one line.
    """
    suffix = PurePath(name).suffix.lower()
    bare = head[3:] if head.startswith(b"\xef\xbb\xbf") else head
    for magic, kind in _MAGIC:
        if bare.startswith(magic):
            return kind
    if bare[:4] in (b"PK\3\4", b"PK\5\6"):
        return _package(suffix, bare)
    for magic, what in _FOREIGN:
        if bare.startswith(magic) and (len(magic) > 2 or b"\0" in bare[:64]):
            raise Refused(f"{what}, not a report")
    stem = suffix.lstrip(".")
    if suffix in (".docx", ".docm", ".odt", ".epub", ".zip", ".parquet", ".pdf") and bare:
        raise Refused(f"no {stem.upper()} file, whatever its name says: damaged or mislabelled")
    wide = bare[:2] in (b"\xff\xfe", b"\xfe\xff")
    sample = bare
    if wide:
        sample = head.decode("utf-16", "replace").encode("utf-8", "replace")
    if _PAGE.match(sample[:2000]):
        return "page"
    if sample.lstrip()[:5] == b"<?xml" or sample.lstrip()[:1] == b"<":
        if _FEED.search(sample[:1500]):
            return "feed"
        if b"office:document" in sample[:1500]:
            return "fodt"
        if b"<html" in sample[:1500].lower():
            return "page"
        if suffix in (".xml", ".rss", ".atom", ".rdf"):
            raise Refused("XML that is no feed (RSS or Atom)")
    if suffix == ".mbox" or (bare.startswith(b"From ") and _MAIL.search(bare[:4000])):
        return "mbox"
    if suffix in (".mht", ".mhtml") or (
        suffix in (".eml", "") and b"Snapshot-Content-Location" in bare[:2000]
    ):
        return "mhtml"
    if suffix in REFUSED:
        raise Refused(f"{suffix} is {REFUSED[suffix]}")
    if suffix in KNOWN and suffix not in (".txt", ".text", "", ".log"):
        return KNOWN[suffix]
    if _MAIL.match(bare[:6000]):
        return "mail"
    if not wide and b"\0" in bare[:4096]:
        raise Refused("a binary file, not text")
    if bare[:1] == b"{" and suffix not in (".txt", ".text", ".log") and _JSON_ROW.match(bare):
        return "json"
    if suffix in KNOWN:
        return KNOWN[suffix]
    if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) and not re.fullmatch(r"\.\d+", suffix):
        raise Refused(
            f"{suffix} files are not known; give text, HTML, PDF, a feed, mail, DOCX, ODT, RTF, "
            "EPUB, CSV, JSON Lines or Parquet"
        )
    return "text"


def _package(suffix: str, head: bytes) -> str:
    """A ZIP container by what it says of itself."""
    if b"mimetypeapplication/epub+zip" in head[:200]:
        return "epub"
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in head[:200]:
        return "odt"
    if b"mimetypeapplication/vnd.oasis" in head[:200]:
        raise Refused("an OpenDocument table or slides; save it as CSV or PDF")
    if suffix in (".docx", ".docm", ".odt", ".epub", ".zip"):
        return KNOWN[suffix]
    if b"word/" in head:
        return "docx"
    if suffix in REFUSED:
        raise Refused(f"{suffix} is {REFUSED[suffix]}")
    return "zip"
