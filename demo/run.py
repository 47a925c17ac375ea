"""The demo: reads the bundled example reports into a fresh ledger and prints what an analyst would
ask first.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LEDGER = HERE / "ledger.db"
ON, SINCE = "2017-11-20", "2017-09-15"


def run(*args: str) -> None:
    print(f"\n$ contactline {' '.join(args)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "contactline", *args, "--ledger", str(LEDGER)], check=False
    )
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    started = time.monotonic()
    for old in HERE.glob("ledger.db*"):
        old.unlink()
    run("ingest", str(HERE / "reports"))
    run("picture", "--on", ON)
    run("changes", SINCE, ON)
    run("prospects", "--on", ON)
    run("whatif", "--without", "Islamic State", "--on", ON)
    run(
        "brief",
        str(HERE / "brief.html"),
        "--on",
        ON,
        "--since",
        SINCE,
        "--without",
        "Islamic State",
        "--title",
        "Syria, 20 November 2017",
        "--quiet",
    )
    run("verify")
    print(f"\nThe brief, with its map and the sentence behind every fact: {HERE / 'brief.html'}")
    print(
        f"The map, through time, with its evidence: contactline serve --ledger {LEDGER}   then "
        f"open http://localhost:8017/#on={ON}"
    )
    print(f"Ask on: contactline holds 'Deir Ezzor' --on 2017-09-20 --why --ledger {LEDGER}")
    print(f"({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
