"""The brief as DOCX, with real footnotes; python-docx knows none, so their part is made here."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from contactline.model.extras import extra
from contactline.publishing.document import Document, Figure, Heading, Items, Key, Note, Said, Table
from contactline.publishing.pdf import picture

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
INCHES = {"a4": (8.27, 11.69), "letter": (8.5, 11.0)}
FONT = "Calibri"


def docx(d: Document, paper: str = "a4") -> bytes:
    """The document as a Word file; its map is a picture."""
    with extra("documents", "a Word file"):
        import docx as word
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import OxmlElement, parse_xml
        from docx.oxml.ns import qn
        from docx.shared import Inches, Pt, RGBColor

    doc = word.Document()
    width, height = INCHES.get(paper, INCHES["a4"])
    section = doc.sections[0]
    section.page_width, section.page_height = Inches(width), Inches(height)
    section.left_margin = section.right_margin = Inches(0.9)
    section.top_margin = section.bottom_margin = Inches(0.9)
    style = doc.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10)
    core = doc.core_properties
    core.title, core.author, core.language = d.title, "contactline", d.language
    core.created = core.modified = datetime(d.on.year, d.on.month, d.on.day)
    footnotes: list[tuple[Note, ...]] = []

    def write(paragraph: Any, s: Said, bold: bool = False) -> None:
        paragraph.add_run(clean(s.text)).bold = bold
        if not s.notes:
            return
        footnotes.append(s.notes)
        run = paragraph.add_run()
        run.font.superscript = True
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(footnotes) + 1))
        run._r.append(mark)

    doc.add_paragraph(clean(d.kind))
    doc.add_heading(clean(d.title), 0)
    doc.add_paragraph(clean(d.day))
    doc.add_paragraph(clean(d.known))
    for b in d.blocks:
        if isinstance(b, Heading):
            doc.add_heading(clean(b.text), b.level)
        elif isinstance(b, Said):
            write(doc.add_paragraph(), b)
        elif isinstance(b, Items):
            for item in b.items:
                write(doc.add_paragraph(style="List Bullet"), item)
        elif isinstance(b, Figure):
            shape = doc.add_picture(io.BytesIO(picture(b.svg, d)), width=Inches(width - 1.8))
            shape._inline.docPr.set("descr", clean(b.alt))
            doc.add_paragraph(clean(b.caption), style="Caption")
        elif isinstance(b, Key):
            line = doc.add_paragraph()
            for tone, name in b.colours:
                line.add_run("■ ").font.color.rgb = RGBColor.from_string(tone[1:])
                line.add_run(f"{clean(name)}   ")
            doc.add_paragraph(clean(b.text))
        else:
            _table(doc, b, write, Inches(width - 1.8))
    number = section.footer.paragraphs[0]
    number.add_run(f"{clean(d.title)} – {d.page} ")
    field = parse_xml(
        f'<w:fldSimple xmlns:w="{W}" w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    number._p.append(field)
    part = Part(
        PackURI("/word/footnotes.xml"), NOTES, _notes(footnotes).encode("utf-8"), doc.part.package
    )
    doc.part.relate_to(part, RELATION)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _table(doc: Any, b: Table, write: Any, width: int) -> None:
    made = doc.add_table(rows=0, cols=len(b.widths))
    made.style = "Light List" if b.head else "Normal Table"
    made.autofit = False
    total = sum(b.widths)
    if b.head:
        for cell, text in zip(made.add_row().cells, b.head, strict=True):
            write(cell.paragraphs[0], Said(text), True)
        head = made.rows[0]._tr.get_or_add_trPr()
        head.append(head.makeelement(f"{{{W}}}tblHeader", {f"{{{W}}}val": "true"}))
    for row in b.rows:
        for cell, said in zip(made.add_row().cells, row, strict=True):
            write(cell.paragraphs[0], said)
    for row in made.rows:
        for cell, share in zip(row.cells, b.widths, strict=True):
            cell.width = int(width * share / total)
    doc.add_paragraph()


def _notes(found: list[tuple[Note, ...]]) -> str:
    """The part that holds the footnotes; 0 and 1 are the lines that part them from the text."""
    out = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{W}">'
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/>'
        "</w:r></w:p></w:footnote>"
    ]
    for i, notes in enumerate(found, 2):
        told = " ".join(f"“{n.quote}” ({n.told})." for n in notes)
        out.append(
            f'<w:footnote w:id="{i}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            '<w:footnoteRef/></w:r><w:r><w:rPr><w:sz w:val="16"/></w:rPr>'
            f'<w:t xml:space="preserve"> {escape(clean(told))}</w:t></w:r></w:p></w:footnote>'
        )
    return "".join(out) + "</w:footnotes>"


def clean(text: str) -> str:
    """Without what a Word file can't hold."""
    return "".join(c if c >= " " else " " for c in text)
