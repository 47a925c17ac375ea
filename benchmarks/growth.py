"""How staging, packing and answering from the kept stage grow with the claims (made up, in memory).

usage: python -m benchmarks.growth [--plot FILE.svg] [NUMBER …]

Times are the processor's. The exponent is the slope between the first and the last number in a
plot with both axes logarithmic: 1 grows as the claims do.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from benchmarks.picture_speed import COUNTRIES, claims_over
from contactline.model import Actor
from contactline.naming.gazetteer import Gazetteer
from contactline.picture.history import History
from contactline.picture.kept import KeptHistory, packed
from contactline.picture.settings import Settings

T = TypeVar("T")
ON = date(2016, 6, 1)
ACTORS = {s: Actor(s, s, "group", "SY") for s in ("red", "green", "yellow", "grey")}


def timed(make: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    made = make()
    return time.process_time() - started, made


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("numbers", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    ap.add_argument("--plot", type=Path)
    args = ap.parse_args()
    every = Gazetteer.open().settlements(COUNTRIES)
    names = ("staged", "packed", "one place, kept", "a day's holdings, kept")
    rows: dict[str, list[float]] = {n: [] for n in names}
    print(f"load {os.getloadavg()[0]:.1f}")
    print("| claims | places | " + " | ".join(f"{n} s" for n in names) + " | MB |")
    print("| --- " * (len(names) + 3) + "|")
    for n in args.numbers:
        places = every[: max(400, n // 50)]
        claims = claims_over(places, n)

        def stage(claims: list = claims, places: list = places) -> History:
            h = History(claims, places, ACTORS, Settings())
            for key in h.units:
                h.track(key)
            _ = h.nodes, h.edges
            return h

        took, h = timed(stage)
        pack, data = timed(lambda h=h: packed(h))
        key = next(iter(h.units))
        del h, claims

        def open_(data: bytes = data) -> KeptHistory:
            return KeptHistory(data, lambda: ACTORS, Settings())

        one, _ = timed(lambda key=key: open_().holding(key, ON))
        day, _ = timed(lambda: open_().holdings_on(ON))
        for name, value in zip(names, (took, pack, one, day), strict=True):
            rows[name].append(value)
        shown = " | ".join(f"{rows[x][-1]:.3f}" for x in names)
        print(f"| {n:,} | {len(places):,} | {shown} | {len(data) / 1e6:.0f} |", flush=True)
    span = math.log(args.numbers[-1] / args.numbers[0])
    for name, line in rows.items():
        print(f"{name}: grows as n^{math.log(line[-1] / line[0]) / span:.2f}")
    if args.plot:
        import matplotlib

        matplotlib.use("svg")
        from matplotlib import pyplot as plt

        for name, line in rows.items():
            plt.plot(args.numbers, line, marker="o", label=name)
        plt.xscale("log")
        plt.yscale("log")
        plt.xlabel("claims")
        plt.ylabel("seconds of the processor")
        plt.legend()
        plt.grid(alpha=0.3)
        plt.savefig(args.plot, bbox_inches="tight")


if __name__ == "__main__":
    main()
