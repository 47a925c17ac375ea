"""The brief as PDF read by pypdf and PDFium, as Word file by python-docx."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdf
import pypdfium2
import pytest

from contactline.model import ContactlineError
from contactline.publishing import document as parts
from contactline.publishing.docx import W
from contactline.publishing.docx import docx as word
from contactline.publishing.pdf import pdf

NOTE = parts.Note('He said "# $x$ *no* \\ markup" <b>', "Wire, 2017-11-01, claim 0a")
QUOTES = ("The army holds Alpha.", "The rebels hold Beta – حلب.")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="90" height="30" '
    'fill="#c33"/><text x="5" y="20">Alpha</text></svg>'
)


def made() -> parts.Document:
    noted = tuple(parts.Said(q, (parts.Note(q, "Wire"),)) for q in QUOTES)
    return parts.Document(
        "Syria – سوريا",
        "contactline brief",
        "The picture on 2017-11-20",
        "As known on 2017-11-20",
        date(2017, 11, 20),
        "en",
        "page",
        [
            parts.Figure(SVG, "Who holds what", "Map of one town"),
            parts.Key((("#cc3333", "Army"),), "Pale: inferred."),
            parts.Heading("Sectors", 1),
            parts.Heading("Army: Alpha", 2),
            parts.Table((), ((parts.Said("Holders"), noted[0]),), (1, 4)),
            parts.Table(("Place", "Change"), ((parts.Said("Beta"), noted[1]),), (1, 2)),
            parts.Items((parts.Said("#strong[x] $y$ _z_ @w", (NOTE,)),)),
        ],
    )


def text_of(raw: bytes) -> str:
    return " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(raw)).pages)


def test_the_pdf_is_tagged_and_holds_its_fonts() -> None:
    raw = pdf(made())
    reader = pypdf.PdfReader(io.BytesIO(raw))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "en"
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert reader.metadata is not None and reader.metadata.title == "Syria – سوريا"
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            held = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(held)
            names.add(inner["/BaseFont"].partition("+")[2])
    assert any("Arabic" in n for n in names) and any("Libertinus" in n for n in names)
    assert not [i for p in reader.pages for i in p.images]  # the map is vector


def test_every_fact_of_the_pdf_has_its_footnote_and_no_word_is_markup() -> None:
    text = " ".join(text_of(pdf(made())).split())
    for wanted in ("“The army holds Alpha.” (Wire).", "#strong[x] $y$ _z_ @w", "page 1 / 1"):
        assert wanted in text
    assert 'He said "# $x$ *no* \\ markup" <b>' in text


def test_pages_are_of_the_paper_asked_for() -> None:
    sizes = {}
    for paper in ("a4", "letter"):
        page = pypdfium2.PdfDocument(pdf(made(), paper))[0]
        sizes[paper] = tuple(round(x) for x in page.get_size())
    assert sizes == {"a4": (595, 842), "letter": (612, 792)}
    with pytest.raises(ContactlineError, match="--paper"):
        pdf(made(), "a3")


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.typ"
    mine.write_text(
        '#let brief(..all, body) = { set document(title: "T"); [OURS]; body }\n'
        "#let rows(w, head, ..cells) = table(columns: w, ..cells)\n"
        "#let terms(w, ..cells) = table(columns: w, ..cells)\n"
    )
    assert "OURS" in text_of(pdf(made(), template=mine))
    mine.write_text("#let brief(")
    with pytest.raises(ContactlineError, match="could not be set"):
        pdf(made(), template=mine)


def test_the_same_document_gives_the_same_pdf() -> None:
    assert pdf(made()) == pdf(made())


def test_the_word_file_has_real_footnotes() -> None:
    doc = docx.Document(io.BytesIO(word(made(), "letter")))
    assert doc.core_properties.title == "Syria – سوريا"
    assert round(doc.sections[0].page_width.inches, 1) == 8.5
    assert [p.text for p in doc.paragraphs if p.style.name.startswith("Heading")] == [
        "Sectors",
        "Army: Alpha",
    ]
    marks = [e.get(f"{{{W}}}id") for e in doc.element.iter(f"{{{W}}}footnoteReference")]
    part = next(r.target_part for r in doc.part.rels.values() if "footnotes" in r.reltype)
    notes = {
        n.get(f"{{{W}}}id"): "".join(t.text or "" for t in n.iter(f"{{{W}}}t"))
        for n in ElementTree.fromstring(part.blob)
    }
    assert marks == ["2", "3", "4"] and set(marks) < set(notes)
    assert all(q in notes[m] for q, m in zip((*QUOTES, NOTE.quote), marks, strict=True))
    assert len(doc.inline_shapes) == 1


def test_every_language_has_words_of_its_own_or_english_ones() -> None:
    assert parts.words("en")["sectors"] == "Sectors"
    with pytest.raises(ContactlineError, match="no words in xx"):
        parts.words("xx")
