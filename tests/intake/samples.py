"""One small file of every kind that is read, made here; each says SENTENCE."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable

SENTENCE = "The Syrian army captured the town of Saraqib on Wednesday, the state news agency said."
MORE = (
    "Turkish forces still hold the town of Morek, and the road to Aleppo remained closed for a "
    "third day."
)
DAY = "2023-08-24"


def text() -> bytes:
    return f"Army takes town\n\n24 August 2023 - Example Wire\n\n{SENTENCE}\n\n{MORE}\n".encode()


def markdown() -> bytes:
    return (
        f"---\ntitle: Army takes town\ndate: {DAY}\nsource: Example Wire\n---\n\n{SENTENCE}\n\n"
        f"{MORE}\n"
    ).encode()


def page() -> bytes:
    return (
        "<!doctype html><html><head><title>Army takes town</title><meta "
        f'property="article:published_time" content="{DAY}T10:00:00Z">'
        "</head><body><article><h1>Army takes "
        f"town</h1><p>{SENTENCE}</p><p>{MORE}</p></article></body></html>"
    ).encode()


def pdf() -> bytes:
    from fpdf import FPDF

    p = FPDF()
    p.add_page()
    p.set_font("Helvetica", size=11)
    p.multi_cell(0, 6, f"24 August 2023 - Example Wire\n\n{SENTENCE} {MORE}")
    return bytes(p.output())


def rss() -> bytes:
    return (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Wire</title><item>"
        "<title>Army takes the town</title><pubDate>Thu, 24 Aug 2023 10:00:00 GMT</pubDate>"
        f"<description>{SENTENCE} {MORE}</description></item></channel></rss>"
    ).encode()


def atom() -> bytes:
    return (
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Wire</title>"
        f"<entry><title>Army takes the town</title><published>{DAY}T10:00:00Z</published>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{SENTENCE}</p>"
        f"<p>{MORE}</p></div></content></entry></feed>"
    ).encode()


def rows() -> bytes:
    return (json.dumps({"date": DAY, "text": f"{SENTENCE} {MORE}"}) + "\n").encode()


def json_rows() -> bytes:
    return json.dumps([{"date": DAY, "body": f"{SENTENCE} {MORE}"}]).encode()


def telegram() -> bytes:
    return json.dumps(
        {
            "name": "Example Channel",
            "type": "public_channel",
            "messages": [
                {
                    "id": 1,
                    "type": "message",
                    "date": f"{DAY}T10:00:00",
                    "from": "Example Channel",
                    "text": [SENTENCE, " ", {"type": "bold", "text": MORE}],
                }
            ],
        }
    ).encode()


def table() -> bytes:
    return f'event_date,notes,source\n{DAY},"{SENTENCE} {MORE}",Wire\n'.encode()


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"date": [DAY], "text": [f"{SENTENCE} {MORE}"]}), out)
    return out.getvalue()


def _zip(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def docx() -> bytes:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paras = "".join(
        f"<w:p><w:r><w:t xml:space='preserve'>{a}</w:t></w:r><w:r><w:t>{b}</w:t></w:r></w:p>"
        for a, b in (
            ("24 August 2023 - ", "Example Wire"),
            (SENTENCE[:20], SENTENCE[20:]),
            (MORE, ""),
        )
    )
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document xmlns:w='{w}'><w:body>{paras}</w:body></w:document>",
        }
    )


_ODF = (
    "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
)


def _odf_body() -> str:
    return (
        "<office:body><office:text><text:p>24 August 2023 - Example "
        f"Wire</text:p><text:p>{SENTENCE[:20]}<text:span>{SENTENCE[20:]}</text:span></text:p>"
        f"<text:p>{MORE}</text:p></office:text></office:body>"
    )


def odt() -> bytes:
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"<office:document-content {_ODF}>{_odf_body()}</office:document-content>"
            ),
        }
    )


def fodt() -> bytes:
    return f"<?xml version='1.0'?><office:document {_ODF}>{_odf_body()}</office:document>".encode()


def epub() -> bytes:
    return _zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
                "<rootfile full-path='OPS/book.opf'/></rootfiles></container>"
            ),
            "OPS/book.opf": (
                "<package xmlns='http://www.idpf.org/2007/opf'><metadata "
                "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>A "
                f"book</dc:title><dc:date>{DAY}</dc:date></metadata><manifest><item id='a' "
                "href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"
            ),
            "OPS/a.xhtml": (
                "<html "
                f"xmlns='http://www.w3.org/1999/xhtml'><body><p>{SENTENCE}</p><p>{MORE}</p>"
                "</body></html>"
            ),
        }
    )


def rtf() -> bytes:
    return (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl\f0\fswiss Helvetica;}\f0\pard 24 August 2023 - Example "
        r"Wire\par " + SENTENCE + r"\par " + MORE + r"\par}"
    ).encode()


def mail() -> bytes:
    body = base64.encodebytes(f"{SENTENCE}\n\n{MORE}\n".encode()).decode()
    return (
        "From: Desk <desk@example.org>\nSubject: =?utf-8?b?RGFpbHk=?= brief\n"
        "Date: Thu, 24 Aug 2023 09:12:00 +0000\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}"
    ).encode()


def mbox() -> bytes:
    one = b"From desk@example.org Thu Aug 24 09:12:00 2023\n" + mail() + b"\n"
    return one + one.replace(b"Subject: =?utf-8?b?RGFpbHk=?= brief", b"Subject: Another")


def mhtml() -> bytes:
    return (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://news.example.org/a\n"
        "Subject: Army\nDate: Thu, 24 Aug 2023 09:12:00 +0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\n\n----b\n'
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
        "Content-Location: https://news.example.org/a\n\n"
        + base64.encodebytes(page()).decode()
        + "\n----b--\n"
    ).encode()


def archive() -> bytes:
    return _zip(
        {
            "a/one.txt": text(),
            "b/two.html": page(),
            "__MACOSX/x": b"x",
            "b/two_files/script.js": b"var a",
        }
    )


def warc() -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for url, status, body in (
        ("https://e.org/a", "200 OK", page()),
        ("https://e.org/b", "404 Not Found", b"<html>no</html>"),
        ("https://e.org/c", "200 OK", b"<html><body><p>Menu</p></body></html>"),
    ):
        head = StatusAndHeaders(
            status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head)
        )
    return out.getvalue()


def zipped_rows() -> bytes:
    return gzip.compress(rows())


KINDS: dict[str, Callable[[], bytes]] = {
    "a.txt": text,
    "a.md": markdown,
    "a.html": page,
    "a.pdf": pdf,
    "a.rss": rss,
    "a.atom": atom,
    "a.jsonl": rows,
    "a.json": json_rows,
    "result.json": telegram,
    "a.csv": table,
    "a.parquet": parquet,
    "a.docx": docx,
    "a.odt": odt,
    "a.fodt": fodt,
    "a.epub": epub,
    "a.rtf": rtf,
    "a.eml": mail,
    "a.mbox": mbox,
    "a.mhtml": mhtml,
    "a.zip": archive,
    "a.warc": warc,
    "a.jsonl.gz": zipped_rows,
}
