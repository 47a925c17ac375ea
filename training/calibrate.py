"""Thresholds and confidence from reports the model has not seen.

usage: python -m training.calibrate SHARED WEIGHTS_FOLDER [--hold 1] [--of 10] [--reader fast]

Reads every held-out report, and the odd halves of both dev sets (a mixture of outlets), with the
shipped pipeline, marks each candidate right or wrong by the scorer's own rule, and writes
calibration.json: a threshold for each kind (best F1 on the held-out half of the fifth) and isotonic
steps.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np

from training.split import held


def scorer(shared: Path):
    spec = importlib.util.spec_from_file_location("score", shared / "eval/score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LOWEST = 0.08  # what scores less is no candidate
FEW = 60  # claims, whose worth the curve of all kinds has beside that of one kind
CLASSES = {"actual": "actual", "denied": "denied", "prospective": "ahead"}


def isotonic(pairs: list[tuple[float, bool]], blocks: int = 12) -> list[tuple[float, float]]:
    """Pool-adjacent-violators on scores (Zadrozny & Elkan 2002), thinned to a few steps."""
    pairs = sorted(pairs)
    pools: list[list[float]] = []
    for s, ok in pairs:
        pools.append([s, float(ok), 1.0])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [
                (pools[-1][0] * pools[-1][2] + last[0] * last[2]) / (pools[-1][2] + last[2]),
                pools[-1][1] + last[1],
                pools[-1][2] + last[2],
            ]
    # a prior of two claims at one half keeps small pools from being sure
    steps = [(p[0], (p[1] + 1.0) / (p[2] + 2.0)) for p in pools]
    while len(steps) > blocks:
        gaps = [steps[i + 1][0] - steps[i][0] for i in range(len(steps) - 1)]
        i = int(np.argmin(gaps))
        steps[i : i + 2] = [
            ((steps[i][0] + steps[i + 1][0]) / 2, (steps[i][1] + steps[i + 1][1]) / 2)
        ]
    best = 0.0
    out = []
    for s, c in steps:
        best = max(best, c)
        out.append((round(s, 4), round(best, 4)))
    return (
        [(0.0, min(0.02, out[0][1])), *out, (1.0, out[-1][1])] if out else [(0.0, 0.0), (1.0, 0.9)]
    )


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--hold", type=int, default=1)
    ap.add_argument("--of", type=int, default=10)
    ap.add_argument("--reader", choices=("deep", "standard", "fast"), default="standard")
    args = ap.parse_args()
    score = scorer(args.shared)
    from contactline.reading.reader import READERS

    file = args.weights / READERS[args.reader].calibrated
    file.write_text(json.dumps({"thresholds": {}, "steps": {}}))
    from contactline.model import KINDS, Report
    from contactline.pipeline import Tools
    from contactline.reading import calibration as r

    tools = Tools(reader=READERS[args.reader](1))
    tools.reader.calibration = r.Calibration(dict.fromkeys(KINDS, 0.05), {})
    per_kind: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    per_class: dict[str, list[tuple[str, float, int]]] = defaultdict(
        list
    )  # (kind, score, 1 newly found, 0 repeat, -1 wrong)
    golds_of: dict[str, int] = defaultdict(int)
    golds: dict[str, int] = defaultdict(int)
    events: dict[str, list[tuple[float, int]]] = defaultdict(
        list
    )  # (score, 1 newly found, 0 repeat, -1 wrong)
    annotated = sorted((args.shared / "eval/train").glob("*.json"))
    paths = [p for i, p in enumerate(annotated) if held(i, args.hold, args.of)]
    paths += [p for p in sorted((args.shared / "eval/dev").glob("*.json")) if int(p.stem[1:]) % 2]
    for path in paths:
        gold = json.loads(path.read_text())
        text = path.with_name(gold["file"]).read_text()
        when = gold.get("report_date")
        report = Report(text, len(text), published=date.fromisoformat(when) if when else None)
        claims = sorted(tools.claims_of(report), key=lambda c: -c.confidence)
        groups = defaultdict(list)
        for g in gold["claims"]:
            groups[
                (
                    g["kind"],
                    g.get("aspect"),
                    g.get("actor"),
                    g.get("other"),
                    g.get("place"),
                    score.CLASS[g["modality"]],
                )
            ].append(g)
        required = {k for k, v in groups.items() if not all(c.get("optional") for c in v)}
        for k in required:
            golds[k[0]] += 1
            golds_of[CLASSES[k[5]]] += 1
        found, seen = set(), set()
        for c in claims:
            p = c.as_json()
            if score.key_of(p) in seen:
                continue
            seen.add(score.key_of(p))
            hits = [k for k, v in groups.items() if score.agrees(gold, v[0], p, False)]
            fresh = [k for k in hits if k not in found]
            per_kind[c.kind].append((c.confidence, bool(hits)))
            what = -1 if not hits else 1 if fresh and fresh[0] in required else 0
            events[c.kind].append((c.confidence, what))
            per_class[r.class_of(c.modality)].append((c.kind, c.confidence, what))
            found.update(fresh[:1])
    thresholds, report_lines = {}, []
    pooled = [p for v in per_kind.values() for p in v]
    total = [0, 0, sum(golds.values())]
    everything = sorted((e for v in events.values() for e in v), reverse=True)
    common, tp, wrong, top = 0.45, 0, 0, 0.0
    for x, e in everything:
        tp, wrong = tp + (e == 1), wrong + (e == -1)
        f1 = 2 * tp / max(1, tp + wrong + total[2])
        if f1 > top:
            top, common = f1, x
    report_lines.append(f"one threshold for all: {common:.2f}, F1 {top:.3f}")
    grid = [round(0.01 * i, 2) for i in range(round(100 * LOWEST), 81)]

    def f1_at(at: float, found: list[tuple[float, int]], n: int) -> float:
        tp = sum(e == 1 for x, e in found if x >= at)
        wrong = sum(e == -1 for x, e in found if x >= at)
        return 2 * tp / max(1, tp + wrong + n)

    pooled_f1 = {at: f1_at(at, everything, total[2]) for at in grid}
    for kind in KINDS:
        n = golds[kind]
        # few examples say little: the curve of a kind is a mean with that of all, as if FEW of them
        # had been seen
        curve = {
            at: (n * f1_at(at, events[kind], n) + FEW * pooled_f1[at]) / (n + FEW) for at in grid
        }
        at = max(grid, key=lambda x: (curve[x], -x))
        best = (f1_at(at, events[kind], n), at)
        thresholds[kind] = at
        tp = sum(1 for s, e in events[kind] if e == 1 and s >= thresholds[kind])
        wrong = sum(1 for s, e in events[kind] if e == -1 and s >= thresholds[kind])
        total[0] += tp
        total[1] += wrong
        report_lines.append(
            f"{kind:10s} gold {n:4d} best F1 {best[0]:.3f} at {at:.2f}; threshold "
            f"{thresholds[kind]:.2f} tp {tp} wrong {wrong}"
        )
    steps = {"all": isotonic(pooled)} | {
        k: isotonic(v) for k, v in per_kind.items() if sum(ok for _, ok in v) >= 25
    }
    plain = r.Calibration(thresholds, steps)
    classes: dict[str, tuple[float, float]] = {}
    for name in ("ahead", "denied"):
        told = [(k, x, e) for k, x, e in per_class[name] if x >= thresholds[k]]
        n = golds_of[name]
        curve, tp, wrong = [], 0, 0
        for _, x, e in sorted(told, key=lambda t: -t[1]):
            tp, wrong = tp + (e == 1), wrong + (e == -1)
            curve.append((2 * tp / (tp + wrong + n) if n else 0.0, x))
        best = max(curve, default=(0.0, 0.0))
        at = min((x for f1, x in curve if f1 >= best[0] - 0.012), default=0.0) * min(1.0, n / 60.0)
        kept = [(k, x, e) for k, x, e in told if x >= at]
        # ten claims of the common confidence keep a handful from saying much
        left = (sum(e >= 0 for *_, e in kept) + 10.0 * 0.6) / (
            sum(plain.confidence(k, x) for k, x, _ in kept) + 10.0 * 0.6
        )
        classes[name] = (round(at, 3), round(min(1.0, left), 3))
        report_lines.append(
            f"{name:10s} gold {n:4d} best F1 {best[0]:.3f}; threshold {at:.2f}; "
            f"{sum(e >= 0 for *_, e in kept)} right of {len(kept)}, {left:.2f} of the confidence "
            "is left"
        )
        total[0] -= sum(e == 1 for *_, e in told) - sum(e == 1 for *_, e in kept)
        total[1] -= sum(e == -1 for *_, e in told) - sum(e == -1 for *_, e in kept)
    file.write_text(
        json.dumps({"thresholds": thresholds, "steps": steps, "classes": classes}, indent=1)
    )
    print("\n".join(report_lines))
    p, rec = total[0] / max(1, total[0] + total[1]), total[0] / max(1, total[2])
    print(f"ALL held-out: P {p:.3f} R {rec:.3f} F1 {2 * p * rec / max(1e-9, p + rec):.3f}")


if __name__ == "__main__":
    main()
