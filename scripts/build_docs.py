"""Builds the documentation site into .site; what it would fetch from elsewhere is put beside it.

usage: python scripts/build_docs.py [FOLDER]     (copied there afterwards, if one is given)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SITE = ROOT / ".site"
# the search's helper for pages that are opened as files (iframe-worker 1.0.4, MIT, Martin Donath)
FETCHED, HELD = "https://unpkg.com/iframe-worker/shim", "iframe-worker.js"


def main() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    shutil.copy(ROOT / "scripts" / "site" / HELD, SITE / "assets" / HELD)
    for page in SITE.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        up = "../" * (len(page.relative_to(SITE).parts) - 1)
        page.write_text(text.replace(FETCHED, f"{up}assets/{HELD}"), encoding="utf-8")
    if len(sys.argv) > 1:
        shutil.copytree(SITE, sys.argv[1], dirs_exist_ok=True)
    print(f"the site: {SITE / 'index.html'}")


if __name__ == "__main__":
    main()
