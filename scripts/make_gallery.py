"""Makes the pictures of docs/gallery.md from the example reports, each by opening what was written.

usage: python scripts/make_gallery.py [LEDGER]     (a ledger of demo/reports; made anew without one)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "images" / "gallery"
ON, SINCE = "2017-11-20", "2017-09-01"
SPAN = ("--from", SINCE, "--to", ON)


def run(*args: str) -> None:
    from contactline.cli import app

    done = CliRunner().invoke(app, [*args, "--quiet"])
    if done.exit_code:
        sys.exit(f"contactline {' '.join(args)}: {done.output}")


def pixels(path: Path, name: str, width: int = 1100) -> None:
    """The picture, no wider than `width`, with few colours."""
    from PIL import Image

    with Image.open(path) as im:
        im = im.convert("RGB")
        if im.width > width:
            im = im.resize((width, im.height * width // im.width), Image.Resampling.LANCZOS)
        im.quantize(128).save(OUT / name, optimize=True)


def document(ledger: str, folder: Path) -> None:
    import pypdfium2

    run("brief", str(folder / "b.pdf"), "--on", ON, "--since", SINCE, "--ledger", ledger)
    for i, page in enumerate(pypdfium2.PdfDocument(folder / "b.pdf")):
        if i < 2:
            page.render(scale=1.4).to_pil().save(folder / f"{i}.png")
    from PIL import Image

    one, two = (Image.open(folder / f"{i}.png") for i in (0, 1))
    both = Image.new("RGB", (one.width + two.width + 20, one.height), "#d0d0d0")
    both.paste(one, (0, 0))
    both.paste(two, (one.width + 20, 0))
    both.save(folder / "brief.png")
    pixels(folder / "brief.png", "brief-pdf.png", 1400)


def tiles(ledger: str, folder: Path) -> None:
    import geopandas
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    path = folder / "map.pmtiles"
    run("export", str(path), "--on", ON, "--from", "2017-10-20", "--ledger", ledger)
    figure = Figure(figsize=(7, 5.4), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for name, look in (
        ("ground", {"alpha": 0.55}),
        ("lines", {"linewidth": 2}),
        ("places", {"markersize": 16, "edgecolor": "#222", "linewidth": 0.5}),
    ):
        layer = geopandas.read_file(path, layer=name).to_crs(4326)
        layer.plot(ax=axes, color=layer.colour, **look)
    axes.set_axis_off()
    axes.set_aspect(1.2)
    figure.savefig(folder / "tiles.png")
    pixels(folder / "tiles.png", "pmtiles.png")


def network(ledger: str, folder: Path) -> None:
    import networkx
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    run("export", str(folder / "t.graphml"), "--on", ON, "--ledger", ledger)
    g = networkx.read_graphml(folder / "t.graphml")
    g = g.subgraph(max(networkx.connected_components(g), key=len))
    figure = Figure(figsize=(8.4, 5.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    where = networkx.kamada_kawai_layout(g)
    tone = {"supportive": "#2e7d4f", "hostile": "#c0392b", "both": "#8a8a8a"}
    networkx.draw_networkx_edges(
        g, where, ax=axes, edge_color=[tone[d["relation"]] for *_, d in g.edges(data=True)]
    )
    networkx.draw_networkx_nodes(
        g,
        where,
        ax=axes,
        node_size=[60 + 40 * d["places"] for _, d in g.nodes(data=True)],
        node_color="#dfe5ea",
        edgecolors="#44515c",
    )
    for n, (x, y) in where.items():
        axes.annotate(
            n,
            (x, y),
            xytext=(0, 6 + g.nodes[n]["places"] ** 0.5 * 3),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        )
    axes.set_axis_off()
    axes.margins(0.12)
    figure.savefig(folder / "net.png")
    pixels(folder / "net.png", "network.png")


def notebook(ledger: str, folder: Path) -> None:
    """How answers show themselves in Jupyter, in a real browser."""
    from playwright.sync_api import sync_playwright

    import contactline

    opened = contactline.open_ledger(ledger)
    look = (
        "<style>body{font:13px sans-serif;margin:16px;width:900px}td,th{padding:2px 8px;"
        "text-align:left;border-bottom:1px solid #ddd;vertical-align:top}caption{font-weight:bold;"
        "text-align:left;padding:6px 0}pre{background:#f4f4f4;padding:8px}</style>"
    )
    picture = opened.picture(ON)
    held = opened.holds("Raqqa", on=ON)
    text = (
        f"<!doctype html><meta charset=utf-8>{look}<pre>ledger.picture('{ON}')</pre>"
        f"{picture._repr_html_()}<pre>ledger.holds('Raqqa', on='{ON}')</pre>{held._repr_html_()}"
    )
    (folder / "n.html").write_text(text, encoding="utf-8")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=_chromium())
        page = browser.new_page(viewport={"width": 940, "height": 1200})
        page.goto((folder / "n.html").as_uri())
        page.screenshot(path=folder / "n.png", full_page=False)
        browser.close()
    pixels(folder / "n.png", "notebook.png")


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = sys.argv[1] if len(sys.argv) > 1 else str(folder / "demo.db")
        if len(sys.argv) < 2:
            run("ingest", str(ROOT / "demo" / "reports"), "--ledger", ledger)
        for what in ("control", "activity", "lines", "expectations"):
            run("plot", what, str(OUT / f"{what}.svg"), *SPAN, "--ledger", ledger)
        document(ledger, folder)
        tiles(ledger, folder)
        network(ledger, folder)
        notebook(ledger, folder)


if __name__ == "__main__":
    main()
