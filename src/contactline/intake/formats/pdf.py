"""PDF files, read by PDFium."""

from __future__ import annotations

import re
from typing import Any

from contactline.intake.formats.pdf_text import Line, flowed, in_order, without_repeats
from contactline.intake.kinds import Refused

MOST_PAGES = 500
_BROKEN = "\ufffe\u0002"
_WORD = re.compile(rf"[^\s{_BROKEN}]+[{_BROKEN}]?")


def pdf_text(raw: bytes) -> tuple[str, dict[str, str], dict[str, int]]:
    """(text, what the file says of itself, words left out). Raises Refused with one line."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as e:
        locked = "password" in str(e).lower()
        raise Refused(
            "the PDF is encrypted" if locked else "the PDF is damaged or cut short"
        ) from e
    try:
        count = len(document)
        pages = []
        for i in range(min(count, MOST_PAGES)):
            try:
                pages.append(_lines(document[i]))
            except pdfium.PdfiumError:
                continue  # one broken page costs only itself
        said = {k.lower(): str(v) for k, v in document.get_metadata_dict().items() if v}
    except pdfium.PdfiumError as e:
        raise Refused("the PDF is damaged or cut short") from e
    finally:
        document.close()
    pages, repeated = without_repeats(pages)
    text = "\n\n".join(flowed([g for lines in pages for g in in_order(lines)]))
    if len(text.split()) < 8:
        raise Refused("the PDF holds no text (a scan?)")
    left = {"headers and footers": repeated} if repeated else {}
    if count > MOST_PAGES:
        left[f"pages after the first {MOST_PAGES}"] = count - MOST_PAGES
    return text, said, left


def _lines(page: Any) -> list[Line]:
    """The lines of a page: words that follow each other on one height without a wide gap."""
    page_text = page.get_textpage()
    whole = page_text.get_text_range()
    out: list[Line] = []
    for m in _WORD.finditer(whole):
        word = m.group()
        first = page_text.get_charbox(m.start(), loose=True)
        last = page_text.get_charbox(m.end() - 1, loose=True)
        left, bottom, right, top = first[0], first[1], last[2], first[3]
        # PDFium marks every hyphen that ends a line, whether it belongs to the word or not
        text = word[:-1] + "-" if word[-1] in _BROKEN else word
        line = out[-1] if out else None
        if (
            line is not None
            and abs(line.bottom - bottom) < 0.5 * max(line.height, top - bottom)
            and -2 <= left - line.right <= 1.2 * max(line.height, top - bottom)
            and not line.text.endswith("-\n")
        ):
            line.text += (" " if whole[m.start() - 1].isspace() else "") + text
            line.right = max(line.right, right)
            line.top, line.bottom = max(line.top, top), min(line.bottom, bottom)
        else:
            out.append(Line(left, bottom, right, top, text, right - left))
        if word[-1] in _BROKEN:
            out[-1].text += "\n"
    for line in out:
        line.text = line.text.rstrip("\n")
    return out
