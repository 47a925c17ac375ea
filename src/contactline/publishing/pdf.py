"""The brief as PDF by Typst: tagged (PDF/UA-1), fonts inside, the map as vector."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError
from contactline.model.extras import extra
from contactline.publishing.document import (
    Block,
    Document,
    Figure,
    Heading,
    Items,
    Key,
    Said,
)

PAPERS = {"a4": "a4", "letter": "us-letter"}


def pdf(d: Document, paper: str = "a4", template: Path | None = None) -> bytes:
    """The document as PDF; the same document gives the same bytes.

    Raises ContactlineError for a paper there is none of, or a template with a fault in it.
    """
    if paper not in PAPERS:
        raise ContactlineError(f"--paper {paper}: give {' or '.join(PAPERS)}")
    source = markup(d, _template(template))
    return compiled(source, d, paper, "pdf", pdf_standards=["ua-1"])


def compiled(source: str, d: Document, paper: str, format: str, **more: Any) -> bytes:
    with extra("documents", "a PDF"):
        import typst

    at = datetime(d.on.year, d.on.month, d.on.day, tzinfo=UTC)
    with resources.as_file(resources.files("contactline.publishing").joinpath("fonts")) as fonts:
        try:
            made = typst.compile(  # type: ignore[call-overload]
                source.encode("utf-8"),
                format=format,
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                sys_inputs={"paper": PAPERS[paper]},
                timestamp=at,
                **more,
            )
        except typst.TypstError as e:
            raise ContactlineError(f"the PDF could not be set: {str(e).splitlines()[0]}") from e
    return made if isinstance(made, bytes) else made[0]


def picture(svg: str, d: Document, ppi: float = 200.0) -> bytes:
    """An SVG as PNG, for files that take no vectors."""
    source = (
        '#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: "Noto Naskh Arabic")\n'
        f'#image(bytes({_text(svg)}), format: "svg", width: 16cm)'
    )
    return compiled(source, d, "a4", "png", ppi=ppi)


def _template(file: Path | None) -> str:
    if file is None:
        return resources.files("contactline.publishing").joinpath("brief.typ").read_text("utf-8")
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise ContactlineError(f"{file} can't be read as a template") from e


def markup(d: Document, template: str) -> str:
    """The document in Typst's markup; every word of it is a string, and no word is markup."""
    out = [
        template,
        f"#show: brief.with(title: {_text(d.title)}, kind: {_text(d.kind)}, day: {_text(d.day)}, "
        f"known: {_text(d.known)}, language: {_text(d.language)}, page-word: {_text(d.page)})",
    ]
    out += [_block(b) for b in d.blocks]
    return "\n\n".join(out)


def _block(b: Block) -> str:
    if isinstance(b, Heading):
        return f"#heading(level: {b.level}, {_text(b.text)})"
    if isinstance(b, Said):
        return _said(b)
    if isinstance(b, Items):
        return f"#list({', '.join(f'[{_said(x)}]' for x in b.items)})"
    if isinstance(b, Figure):
        return (
            f'#figure(image(bytes({_text(b.svg)}), format: "svg", width: 100%, '
            f"alt: {_text(b.alt)}), caption: [{_said(Said(b.caption))}], numbering: none)"
        )
    if isinstance(b, Key):
        keys = " ".join(
            f'#box(rect(width: 0.7em, height: 0.7em, fill: rgb("{c}"))) #{_text(n)} #h(0.6em)'
            for c, n in b.colours
        )
        return f"{keys} \\\n#{_text(b.text)}"
    cells = ",\n  ".join(f"[{_said(c)}]" for row in b.rows for c in row)
    widths = "(" + ", ".join(f"{x}fr" for x in b.widths) + ",)"
    if b.head:
        head = "(" + ", ".join(_text(h) for h in b.head) + ",)"
        return f"#rows({widths}, {head},\n  {cells})"
    return f"#terms({widths},\n  {cells})"


def _said(s: Said) -> str:
    if not s.notes:
        return f"#{_text(s.text)}" if s.text else ""
    told = " ".join(f"#{_text(f'“{n.quote}” ({n.told}).')}" for n in s.notes)
    return f"#{_text(s.text)}#footnote[{told}]"


def _text(text: str) -> str:
    """A string of Typst."""
    clean = "".join(c if c >= " " else " " for c in text.replace("\n", " "))
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
