"""Builds sdist and wheel, installs the wheel into a fresh environment with the pip that this Python
brings, and uses it.

usage: python scripts/check_install.py [--keep FOLDER]

Reads one HTML file, draws a picture, fetches the app's page with its script, and asks for what a
plain install leaves out. Prints what was installed and how large it is. Exit 1 with the first thing
that was not so.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
WEB = "contactline/serving/web/"
ARTICLE = """<!doctype html><html lang="en"><head><title>Army takes Al Mayadin</title>
<meta property="article:published_time" content="2017-10-14T10:00:00Z"></head><body><article>
<h1>Army takes Al Mayadin</h1>
<p>The Syrian army captured Al Mayadin on Saturday after a week of fighting, a military \
source said.</p>
<p>The Syrian Democratic Forces still control Raqqa, and the Islamic State holds Abu Kamal on \
the border with Iraq.</p>
<p>Residents who had left the town in the summer waited on the road to the west, where aid groups \
gave out water and
bread, and many of them said that they hoped to go home before the winter.</p>
</article></body></html>
"""


class NotSo(Exception):
    """What was found to be otherwise than it must be."""


def must(holds: bool, what: str) -> None:
    if not holds:
        raise NotSo(what)
    print(f"  ok  {what}", flush=True)


def run(*args: str | Path, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(a) for a in args], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != code:
        shown = " ".join(str(a) for a in args)
        raise NotSo(f"{shown}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done


def packages(where: Path) -> tuple[Path, Path]:
    """Builds both, the wheel from the sdist, and looks into them."""
    run(sys.executable, "-m", "uv", "build", "--out-dir", where / "dist", ROOT, cwd=where)
    sdist = next((where / "dist").glob("*.tar.gz"))
    wheel = next((where / "dist").glob("*.whl"))
    with tarfile.open(sdist) as t:
        inside = t.getnames()
    must(any(n.endswith(f"src/{WEB}index.html") for n in inside), "the sdist holds the web app")
    names = zipfile.ZipFile(wheel).namelist()
    must(f"{WEB}index.html" in names, "the wheel holds the web app")
    must(any(re.match(rf"{WEB}assets/.*\.js$", n) for n in names), "and its script")
    must("contactline/py.typed" in names, "the wheel says that it is typed")
    return sdist, wheel


def fetch(url: str) -> tuple[str, bytes]:
    with urlopen(url, timeout=30) as answer:
        return answer.headers.get_content_type(), answer.read()


def serves(command: Path, where: Path) -> None:
    """The app's page, its script and one answer of its API, from the installed command."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    with (where / "serve.log").open("w") as log:
        serving = subprocess.Popen(
            [str(command), "serve", "--port", str(port), "--ledger", "l.db"],
            cwd=where,
            env=env,
            stdout=log,
            stderr=log,
        )
    try:
        base, until = f"http://127.0.0.1:{port}", time.monotonic() + 180
        while True:
            try:
                kind, page = fetch(f"{base}/")
                break
            except URLError as e:
                if serving.poll() is not None or time.monotonic() > until:
                    said = (where / "serve.log").read_text()
                    raise NotSo(f"serve does not answer: {e}\n{said}") from e
                time.sleep(0.5)
        must(kind == "text/html" and b"<script" in page, "serve gives the app's page")
        found = re.search(rb'src="\./(assets/[^"]+\.js)"', page)
        must(found is not None, "the page names its script")
        assert found
        kind, script = fetch(f"{base}/{found.group(1).decode()}")
        must(kind == "text/javascript" and len(script) > 10_000, "and the script comes")
        kind, _ = fetch(f"{base}/api/v1/openapi.json")
        must(kind == "application/json", "and the API describes itself")
    finally:
        serving.terminate()
        serving.wait(30)


def megabytes(folder: Path) -> int:
    return round(sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6)


def check(where: Path) -> None:
    print("building sdist and wheel", flush=True)
    _, wheel = packages(where)
    run(sys.executable, "-m", "venv", "--clear", where / "fresh", cwd=where)
    bins = where / "fresh" / "bin"
    pip = run(bins / "python", "-m", "pip", "--version", cwd=where).stdout.split()[1]
    print(f"installing {wheel.name} with pip {pip}", flush=True)
    run(bins / "python", "-m", "pip", "install", "--quiet", wheel, cwd=where)
    count = len(list((where / "fresh").glob("lib/*/site-packages/*.dist-info")))
    print(f"  {count} packages, {megabytes(where / 'fresh')} MB", flush=True)

    command = bins / "contactline"
    version = wheel.name.split("-")[1]
    said = run(command, "--version", cwd=where).stdout.strip()
    must(said == f"contactline {version}", f"--version says {said!r}")

    (where / "article.html").write_text(ARTICLE, encoding="utf-8")
    read = run(command, "read", "article.html", "--format", "jsonl", "--quiet", cwd=where)
    claims = [json.loads(line) for line in read.stdout.splitlines()]
    kinds = sorted({str(c["kind"]) for c in claims})
    must(bool(claims), f"an HTML file is read: {len(claims)} claims ({', '.join(kinds)})")
    run(command, "ingest", "article.html", "--ledger", "l.db", "--quiet", cwd=where)
    day = ("--on", "2017-10-20", "--ledger", "l.db")
    drawn = json.loads(run(command, "picture", *day, "--format", "json", cwd=where).stdout)
    held = [p["name"] for p in drawn["places"] if p["holder"]]
    must(bool(held), f"a picture is drawn; held places: {', '.join(held)}")
    run(command, "export", "p.geojson", *day, "--quiet", cwd=where)
    must((where / "p.geojson").stat().st_size > 200, "and exported as GeoJSON")
    serves(command, where)

    for args, name in (
        (("export", "p.gpkg", *day), "gpkg"),
        (("export", "p.stix.json", *day), "stix"),
        (("mcp", "--ledger", "l.db"), "mcp"),
        (("picture", "--ledger", "postgresql://localhost/none"), "postgres"),
    ):
        error = run(command, *args, cwd=where, code=1).stderr.strip()
        must(
            f"pip install 'contactline[{name}]'" in error and "\n" not in error,
            f"without [{name}]: {error}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it there")
    keep = parser.parse_args().keep
    try:
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            check(keep.resolve())
        else:
            with tempfile.TemporaryDirectory(prefix="contactline-") as folder:
                check(Path(folder))
    except NotSo as e:
        print(f"  not so: {e}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
