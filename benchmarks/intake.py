"""How many pages and PDFs are taken in a second on one core, and how the time grows with the page.

usage: python benchmarks/intake.py
"""

from __future__ import annotations

import random
import sys
import time

from contactline.intake.pages import read_page

VOCABULARY = (
    "army town rebels road province forces said captured hill bridge ministry week officials "
    "village district border convoy attack night families camp airport control river"
)
WORDS = VOCABULARY.split()


def page(size: int, seed: int = 0) -> bytes:
    """A page of about so many bytes with what news pages have: menus, cards, scripts, styles,
    comments.
    """
    r = random.Random(seed)

    def said(n: int) -> str:
        return " ".join(r.choice(WORDS) for _ in range(n)).capitalize() + "."

    k = max(1, size // 50_000)
    menu = "".join(
        f'<li class="menu-item"><a href="/s/{i}" data-track="nav-{i}"><span>Section '
        f"{i}</span></a></li>"
        for i in range(60)
    )
    prose = "".join(
        f'<p>{said(18)} <a href="/x/{i}">{said(4)}</a> {said(22)} {said(15)}</p>\n'
        for i in range(24 * k)
    )
    cards = "".join(
        f'<div class="card"><a href="/r/{i}"><img src="/i/{i}.jpg" '
        f'alt="{said(5)}"><h3>{said(8)}</h3></a><time datetime="2019-01-02">x</time></div>'
        for i in range(24 * k)
    )
    comments = "".join(
        f'<li class="comment"><article class="comment-body"><cite class="fn">Reader {i}</cite><div '
        f'class="comment-content"><p>{said(20)}</p></div></article></li>'
        for i in range(20 * k)
    )
    head = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Army takes '
        'town</title><meta property="article:published_time" '
        'content="2023-08-24T10:00:00Z"><style>'
        f"{''.join(f'.c{i}{{margin:{i}px}}' for i in range(150))}</style></head><body><header>"
        f"<nav><ul>{menu}</ul></nav></header>"
    )
    body = (
        '<main><article><h1>Army takes town</h1><p class="byline">By Jane '
        f'Example</p>{prose}</article><aside class="related">{cards}</aside><section '
        'id="comments"><ol '
        f'class="comment-list">{comments}</ol></section></main><footer>{menu}</footer>'
    )
    padding = "x" * max(0, size - len(head) - len(body) - 40)
    return (head + body + f"<script>{padding}</script></body></html>").encode()


def rate(raws: list[bytes]) -> float:
    """Seconds of processor time a page."""
    read_page(raws[0])
    begun = time.process_time()
    for raw in raws:
        read_page(raw)
    return (time.process_time() - begun) / len(raws)


def main() -> None:
    one = rate([page(50_000, i) for i in range(100)])
    print(f"HTML of 50 kB: {1 / one:.0f} pages a second on one core ({one * 1000:.1f} ms a page)")
    last = 0.0
    for times in (1, 2, 4, 8, 16):
        took = rate([page(50_000 * times, i) for i in range(5)])
        print(
            f"  {50 * times} kB: {took * 1000:.1f} ms"
            + (f", {took / last:.2f} times" if last else "")
        )
        last = took
    try:
        from fpdf import FPDF
    except ImportError:
        sys.exit("PDFs are not timed: fpdf2 is not installed")
    from contactline.intake.formats.pdf import pdf_text

    made = FPDF()
    made.set_font("Helvetica", size=10)
    r = random.Random(0)
    for _ in range(20):
        made.add_page()
        made.multi_cell(0, 5, " ".join(r.choice(WORDS) for _ in range(600)))
    raw = bytes(made.output())
    begun = time.process_time()
    pdf_text(raw)
    took = (time.process_time() - begun) / 20
    print(
        f"PDF: {1 / took:.0f} pages a second on one core ({took * 1000:.1f} ms a page of 600 words)"
    )


if __name__ == "__main__":
    main()
