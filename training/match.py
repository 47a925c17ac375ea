"""Carries thresholds and confidence from the model trained on four fifths to the one trained on all.

The second has seen more and scores higher. Over reports that neither was trained on, a score of the first is carried to
the score of the same rank in the second, kind by kind (quantile matching), so that as many claims pass as before.

usage: python -m training.match scores SHARED WEIGHTS_FOLDER OUT.json     (once for each model)
       python -m training.match carry HELD.json ALL.json CALIBRATION.json
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np


def scores(shared: Path, weights: Path, out: Path, reader: str) -> None:
    """All scores above 0.05 by kind, on a fixed sample of the corpora. The weights must be the package's own."""
    from contactline.model import Report
    from contactline.reading.reader import FastReader, Reader
    from contactline.reading.words import sentences

    r = FastReader() if reader == "fast" else Reader()
    texts = [json.loads(line)["text"] for name in ("fa_kes", "isaf_press_releases", "wikipedia_syria_battles") for line in (shared / f"data/text/{name}.jsonl").open(encoding="utf-8")]
    found: dict[str, list[float]] = defaultdict(list)
    for text in random.Random(5).sample(texts, 160):
        for d in r.drafts(sentences(Report(text[:2500], len(text[:2500])).text))[0]:
            found[d.kind].append(round(d.score, 4))
    out.write_text(json.dumps(found))


def carry(held: Path, every: Path, calibration: Path) -> None:
    a, b = json.loads(held.read_text()), json.loads(every.read_text())
    raw = json.loads(calibration.read_text())

    def carried(kind: str, x: float) -> float:
        mine, theirs = sorted(a.get(kind, []), reverse=True), sorted(b.get(kind, []), reverse=True)
        if len(mine) < 40 or len(theirs) < 40:
            return x
        rank = int(np.searchsorted(-np.array(mine), -x))  # so many of the first model's scores lie above x
        return round(float(theirs[min(rank, len(theirs) - 1)]), 4) if 0 < rank < len(mine) else x

    raw["thresholds"] = {k: round(max(0.2, carried(k, v)), 3) for k, v in raw["thresholds"].items()}
    a["all"], b["all"] = [x for v in a.values() for x in v], [x for v in b.values() for x in v]
    raw["steps"] = {k: _rising([(carried(k, s), c) for s, c in v]) for k, v in raw["steps"].items()}
    calibration.write_text(json.dumps(raw, indent=1))


def _rising(steps: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for s, c in sorted(steps):
        if not out or s > out[-1][0]:
            out.append((s, c))
    return [(0.0, steps[0][1]), *[x for x in out if 0 < x[0] < 1], (1.0, steps[-1][1])]


def main() -> None:
    if sys.argv[1] == "scores":
        scores(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5] if len(sys.argv) > 5 else "standard")
    else:
        carry(*(Path(x) for x in sys.argv[2:5]))


if __name__ == "__main__":
    main()
