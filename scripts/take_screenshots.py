"""Pictures of the app for the docs: every view on a desktop and a phone, light and dark, a sheet
each.

usage: contactline serve --ledger demo.db, then python scripts/take_screenshots.py ADDRESS
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parent.parent / "docs/images"
DAY = "on=2017-11-20"
VIEWS = {
    "map": DAY,
    "evidence": f"{DAY}&sel=place:gn170794",
    "difference": f"{DAY}&cmp=2017-09-15",
    **{
        v: f"{DAY}&view={v}"
        for v in (
            "sectors",
            "network",
            "prospects",
            "changes",
            "reports",
            "sources",
            "review",
            "add",
        )
    },
}
SIZES = ((1440, 900), (390, 844))
TALL = 450  # pixels of a sheet
COLOURS = 160
ALONE = {("map", 1440): "map", ("evidence", 1440): "evidence", ("difference", 1440): "difference"}
ALONE |= {("network", 1440): "network", ("map", 390): "phone", ("sectors", 390): "phone-sectors"}
ARGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--enable-webgl",
    "--ignore-gpu-blocklist",
    "--use-gl=angle",
    "--use-angle=swiftshader",
]


def taken(page: Page, address: str, view: str) -> Image.Image:
    page.goto(f"{address}/#{VIEWS[view]}")
    page.wait_for_function("performance.getEntriesByName('contactline-day').length > 0")
    page.wait_for_timeout(2200)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def kept(image: Image.Image, name: str) -> None:
    small = image.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(OUT / f"{name}.png", optimize=True)


def main(address: str) -> None:
    sheets: dict[str, list[Image.Image]] = {v: [] for v in VIEWS}
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for width, height in SIZES:
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,  # type: ignore[arg-type]
                    bypass_csp=True,
                )
                page = context.new_page()
                for view in VIEWS:
                    image = taken(page, address, view)
                    if theme == "light" and (name := ALONE.get((view, width))):
                        kept(image, name)
                    sheets[view].append(image.resize((width * TALL // height, TALL)))
                context.close()
        browser.close()
    for view, images in sheets.items():
        sheet = Image.new("RGB", (sum(i.width for i in images), TALL))
        at = 0
        for i in images:
            sheet.paste(i, (at, 0))
            at += i.width
        kept(sheet, f"view-{view}")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
