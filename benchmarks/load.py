"""Many people at once: clients that look at days, places, events and changes of one ledger while
another process writes to it.

usage: python -m benchmarks.load [LEDGER] [--clients 50] [--seconds 60] [--writer]

Without LEDGER: the example reports. The server is a process of its own; its memory is read from
/proc (Linux). Prints requests a second, times, what was refused, and how the memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def memory(pid: int) -> float:
    """Megabytes that a process holds; 0 where the system does not say."""
    try:
        with Path(f"/proc/{pid}/status").open() as f:
            return next(int(x.split()[1]) / 1024 for x in f if x.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0.0


async def client(
    base: str, number: int, until: float, first: date, last: date, took: list[float], said: Counter
) -> None:
    r = random.Random(number)
    span = max(1, (last - first).days)
    async with httpx.AsyncClient(base_url=base, timeout=60) as c:
        while time.monotonic() < until:
            on = first + timedelta(days=r.randrange(span))
            path = r.choice(
                (
                    f"map?on={on}",
                    f"map?on={on}",
                    f"lines?on={on}",
                    f"marks?on={on}",
                    f"sectors?on={on}",
                    f"events?first={on - timedelta(days=14)}&last={on}",
                    f"changes?first={on - timedelta(days=30)}&last={on}",
                    "reports?page=0",
                    "search?q=Aleppo",
                )
            )
            begun = time.perf_counter()
            try:
                status = str((await c.get(path)).status_code)
            except httpx.HTTPError as e:
                status = type(e).__name__
            took.append(time.perf_counter() - begun)
            said[status] += 1


async def drive(base: str, clients: int, seconds: float) -> tuple[list[float], Counter]:
    meta = httpx.get(f"{base}/meta", timeout=300).json()
    first, last = (date.fromisoformat(meta[k]) for k in ("first", "last"))
    took: list[float] = []
    said: Counter = Counter()
    until = time.monotonic() + seconds
    await asyncio.gather(*(client(base, n, until, first, last, took, said) for n in range(clients)))
    return took, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ledger", nargs="?", default="")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--writer", action="store_true", help="another process stores meanwhile")
    asked = parser.parse_args()
    os.environ.setdefault("CONTACTLINE_CACHE", str(ROOT / ".venv/cache"))
    run = [sys.executable, "-m", "contactline"]
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        ledger = asked.ledger or f"{folder}/l.db"
        store = [*run, "ingest", "--reader", "fast", "--quiet", "--ledger", ledger]
        if not asked.ledger:
            subprocess.run([*store, str(ROOT / "demo/reports")], check=False)
        port = free_port()
        server = subprocess.Popen([*run, "serve", "--port", str(port), "--ledger", ledger, "-q"])
        base = f"http://127.0.0.1:{port}/api/v1"
        try:
            while True:
                try:
                    httpx.get(f"{base}/meta", timeout=300)
                    break
                except httpx.ConnectError:
                    time.sleep(0.2)
            before = memory(server.pid)
            if asked.writer:
                new = Path(folder) / "new"
                new.mkdir()
                for n in range(200):
                    (new / f"{n}.txt").write_text(f"The army took Aleppo on Monday, part {n}.")
                subprocess.Popen([*store, str(new)])
            took, said = asyncio.run(drive(base, asked.clients, asked.seconds))
            took.sort()
            at = [took[min(len(took) - 1, int(len(took) * q))] for q in (0.5, 0.95, 0.99)]
            print(
                f"{asked.clients} clients, {asked.seconds:.0f} s: "
                f"{len(took) / asked.seconds:.1f} requests a second, p50 {at[0] * 1000:.0f} ms, "
                f"p95 {at[1] * 1000:.0f} ms, p99 {at[2] * 1000:.0f} ms; answers "
                f"{dict(said)}; memory {before:.0f} MB before, {memory(server.pid):.0f} MB after"
            )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
