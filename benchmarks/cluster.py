"""What a million reports cost, and what a cluster makes of 10^8 of them: service times measured
here, the rest simulated.

usage: python -m benchmarks.cluster ../shared [--reports 20] [--reader standard] [--plot FILE.png]

The simulation is of the program's own scheme: a coordinator a ledger reads files and sends batches
of 8, two out at once for each worker; a worker reads a batch; the coordinator stores what comes
back, one report at a time, before it sends the next batch. Service times are drawn from those
measured. It is run until the rate stands, and the rate is what 10^8 reports are divided by.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import tempfile
import time
from collections import deque
from datetime import date
from pathlib import Path

from contactline.ledger.rows import words_body
from contactline.ledger.store import Ledger
from contactline.model import Report
from contactline.parallel import AHEAD, MOST_REPORTS
from contactline.pipeline import Tools
from contactline.reading.reader import READERS

WHOLE = 10**8
WARM, COUNTED = 2_000, 20_000  # batches before the rate is taken, and over which it is


def measured(shared: Path, n: int, reader: str) -> tuple[list[float], list[float], float]:
    """(seconds of the processor to read and name each of n articles, to store each, bytes of
    ledger a report).
    """
    lines = (shared / "data" / "text" / "news.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(x)["text"] for x in lines[:: max(1, len(lines) // n)]][:n]
    tools = Tools(threads=1, reader=READERS[reader](threads=1))
    run = tools.run()
    tools.claims_of(Report("The army holds Homs.", 20, published=date(2016, 1, 1)))
    reads, stores = [], []
    with tempfile.TemporaryDirectory() as tmp:
        path = Path(tmp) / "l.db"
        ledger = Ledger.open(str(path))
        session = ledger.begin_ingest(run)
        for k, text in enumerate(texts):
            r = Report(text, len(text), source=f"Source {k % 7}", published=date(2016, 1, 1))
            started = time.process_time()
            words = tools.words_of(r)
            claims = tools.named(r, words)
            reads.append(time.process_time() - started)
            started = time.process_time()
            ledger.store(r, claims, run, session, words_body(*words))
            stores.append(time.process_time() - started)
        ledger.end_ingest(session, n)
        ledger.engine.dispose()
        size = path.stat().st_size / n
    return reads, stores, size


def rate(workers: int, reads: list[float], stores: list[float], seed: int = 7) -> float:
    """Reports a second of one coordinator with so many workers."""
    rng = random.Random(seed)
    queues = [deque[int]() for _ in range(workers)]
    done: list[tuple[float, int]] = []  # (when, worker) of batches being read
    clock, finished, began = 0.0, 0, 0.0

    def read() -> float:
        return sum(rng.choice(reads) for _ in range(MOST_REPORTS))

    for w in range(workers):
        queues[w].extend(range(AHEAD))
        heapq.heappush(done, (read(), w))
    while finished < WARM + COUNTED:
        at, w = heapq.heappop(done)
        queues[w].popleft()
        if queues[w]:  # the next batch is there already
            heapq.heappush(done, (at + read(), w))
        clock = max(clock, at) + sum(rng.choice(stores) for _ in range(MOST_REPORTS))
        queues[w].append(0)  # stored; the coordinator sends the worker another
        if len(queues[w]) == 1:
            heapq.heappush(done, (clock + read(), w))
        finished += 1
        if finished == WARM:
            began = clock
    return COUNTED * MOST_REPORTS / (clock - began)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("--reports", type=int, default=20)
    ap.add_argument("--reader", default="standard")
    ap.add_argument("--plot", type=Path)
    args = ap.parse_args()
    reads, stores, size = measured(args.shared, args.reports, args.reader)
    read, store = (sum(x) / len(x) for x in (reads, stores))
    print(
        f"{args.reader} reader, {len(reads)} articles: read and named in {read:.2f} s of the "
        f"processor each (most {max(reads):.2f}), stored in {store * 1000:.0f} ms, "
        f"{size / 1000:.0f} kB of ledger each\n"
        f"a million: {read * 1e6 / 3600:.0f} core-hours to read, {store * 1e6 / 3600:.1f} to "
        f"store, {size / 1000:.0f} GB\n"
    )
    print(
        "| workers | ledgers | reports a second | 10^8 reports in days |\n| --- | --- | --- | --- |"
    )
    found: dict[int, list[tuple[int, float]]] = {}
    for ledgers in (1, 4, 10):
        for workers in (2, 10, 25, 50, 100, 200):
            if workers >= ledgers:
                r = ledgers * rate(max(1, workers // ledgers), reads, stores)
                found.setdefault(ledgers, []).append((workers, r))
                print(f"| {workers} | {ledgers} | {r:.1f} | {WHOLE / r / 86400:.1f} |", flush=True)
    if args.plot:
        import matplotlib

        matplotlib.use("svg")
        from matplotlib import pyplot as plt

        for ledgers, line in found.items():
            plt.plot(*zip(*line, strict=True), marker="o", label=f"{ledgers} ledgers")
        plt.xscale("log")
        plt.yscale("log")
        plt.xlabel("workers")
        plt.ylabel("reports a second (simulated)")
        plt.legend()
        plt.grid(alpha=0.3)
        plt.savefig(args.plot, bbox_inches="tight", dpi=110)


if __name__ == "__main__":
    main()
