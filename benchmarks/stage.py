"""From the start of a command to its answer, with nothing kept and with the stage kept.

usage: python -m benchmarks.stage [--claims 10000] [--ledger FILE] [--beside OTHER/src]

`--ledger` measures on a ledger that exists (copied first); `--beside` runs the same commands with
the sources of another checkout, and prints ratios. Times are the processor's (user and system),
since a busy machine stretches the clock's.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ledger import fill
from contactline.ledger.store import Ledger
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.index import cache_folder

COUNTRIES = ["SY", "IQ", "UA", "LY", "AF", "YE", "SD", "LB", "PS", "TR", "IR", "ET"]
SOURCE = Path(__file__).parent.parent / "src"


def run(source: Path, cache: Path, args: list[str]) -> tuple[float, float]:
    """(processor's seconds, the clock's) of one command."""
    env = os.environ | {"PYTHONPATH": str(source), "CONTACTLINE_CACHE": str(cache)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "contactline", *args], check=True, env=env, stdout=subprocess.DEVNULL
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--claims", type=int, default=10_000)
    ap.add_argument("--ledger", type=Path)
    ap.add_argument("--beside", type=Path)
    ap.add_argument("--place", default="Aleppo")
    args = ap.parse_args()
    print(f"{platform.processor() or platform.machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as tmp:
        db = Path(tmp) / "l.db"
        if args.ledger:
            shutil.copy(args.ledger, db)
        else:
            every = Gazetteer.open().settlements(COUNTRIES)
            fill(Ledger.open(str(db)), args.claims, every[: max(400, args.claims // 50)])
            args.place = every[100].name
        Ledger.open(str(db)).engine.dispose()
        cache = Path(tmp) / "cache"
        cache.mkdir()
        for folder in cache_folder().glob("gazetteer-*"):
            (cache / folder.name).symlink_to(folder.resolve())
        asks = {
            "holds, nothing kept": ["holds", args.place, "--on", "2016-06-01"],
            "holds, another day": ["holds", args.place, "--on", "2016-06-02"],
            "picture of a day never asked": ["picture", "--on", "2016-06-03"],
            "the same picture again": ["picture", "--on", "2016-06-03"],
            "changes from that day to another": ["changes", "2016-06-03", "2016-07-03"],
            "lines of that day": ["lines", "--on", "2016-06-03"],
        }
        print(
            "| command | cpu s | clock s | before: cpu s | ratio |\n| --- | --- | --- | --- | --- |"
        )
        run(SOURCE, cache, ["--version"])
        old = None
        if args.beside:
            run(args.beside, cache, ["--version"])
        for name, ask in asks.items():
            ask = [*ask, "--ledger", str(db), "--quiet"]
            if args.beside:
                old, _ = run(args.beside, cache, ask)
            cpu, wall = run(SOURCE, cache, ask)
            shown = f"{old:.2f} | {old / cpu:.1f}" if old else "- | -"
            print(f"| {name} | {cpu:.2f} | {wall:.2f} | {shown} |", flush=True)
        kept = sum(f.stat().st_size for f in (cache / "stages").glob("*"))
        print(f"kept: {kept / 1e6:.1f} MB beside a ledger of {db.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
