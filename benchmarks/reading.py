"""How well and how fast the shipped reader reads: the project's scorer on annotated reports, words a second on one core.

usage: python benchmarks/reading.py ../shared
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from contactline.intake.files import Failure, read_paths
from contactline.pipeline import Tools


def scorer(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", shared / "eval/score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predict(tools: Tools, gold_path: Path, folder: Path) -> tuple[Path, int, float]:
    """Reads the gold's text as the command does, with the report's date where the gold gives one."""
    gold = json.loads(gold_path.read_text())
    report = next(iter(read_paths([gold_path.with_name(gold["file"])])))
    assert not isinstance(report, Failure)
    if gold.get("report_date"):
        report = replace(report, published=date.fromisoformat(gold["report_date"]))
    started = time.perf_counter()
    claims = tools.claims_of(report)
    spent = time.perf_counter() - started
    out = folder / f"{gold['doc']}.jsonl"
    out.write_text("".join(json.dumps(c.as_json()) + "\n" for c in claims))
    return out, len(report.text.split()), spent


def figures(score: Any, pairs: list[tuple[Path, Path]], lenient: bool) -> dict[str, float]:
    import contextlib
    import io

    caught = io.StringIO()
    old = sys.argv
    sys.argv = ["score", "--json", *(["--lenient"] if lenient else []), *(f"{g}={p}" for g, p in pairs)]
    with contextlib.redirect_stdout(caught):
        score.main()
    sys.argv = old
    return json.loads(caught.getvalue())  # type: ignore[no-any-return]


def main() -> None:
    import tempfile

    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    if not (shared / "eval").is_dir():
        print(f"bench-reading: no annotated reports at {shared}; nothing measured")
        return
    score, tools = scorer(shared), Tools(threads=1)
    dev = sorted((shared / "eval/dev").glob("*.json"))
    sets = {
        "dev, the half never looked at": [p for p in dev if int(p.stem[1:]) % 2 == 0],
        "dev, the half looked at": [p for p in dev if int(p.stem[1:]) % 2 == 1],
        "the seed article": [shared / "eval/seed/gold.json"],
    }
    words = spent = 0.0
    with tempfile.TemporaryDirectory() as tmp:
        print("| reports | precision | recall | F1 strict | F1 lenient | control F1 | calibration error | verbatim quotes |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
        for name, golds in sets.items():
            pairs = []
            for g in golds:
                out, n, s = predict(tools, g, Path(tmp))
                pairs.append((g, out))
                words, spent = words + n, spent + s
            a, b = figures(score, pairs, False), figures(score, pairs, True)
            control = a["kinds"].get("control", {}).get("f1", 0.0)  # type: ignore[attr-defined]
            print(f"| {name} | {a['precision']:.3f} | {a['recall']:.3f} | {a['f1']:.3f} | {b['f1']:.3f} | {control:.3f} | {a['ece']:.3f} | {a['grounded']:.0%} |")
    print(f"\n{words / spent:,.0f} words a second from text to named claims, one core, {words:,.0f} words (the first report also loads the tools)")


if __name__ == "__main__":
    main()
