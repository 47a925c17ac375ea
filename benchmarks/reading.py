"""How well and how fast the shipped reader reads: the project's scorer on annotated reports, words
a second on one core.

usage: python benchmarks/reading.py ../shared [most reports to time, 1000] [readers, as
deep,standard]
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
from contactline.model import Report
from contactline.naming.claims import name_claims
from contactline.pipeline import Tools
from contactline.reading.deep import shipped
from contactline.reading.reader import READERS


def scorer(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", shared / "eval/score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predict(tools: Tools, gold_path: Path, folder: Path) -> tuple[Path, int, float]:
    """Reads the gold's text as the command does,
    with the report's date where the gold gives one.
    """
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
    sys.argv = [
        "score",
        "--json",
        *(["--lenient"] if lenient else []),
        *(f"{g}={p}" for g, p in pairs),
    ]
    with contextlib.redirect_stdout(caught):
        score.main()
    sys.argv = old
    return json.loads(caught.getvalue())  # type: ignore[no-any-return]


def quality(shared: Path, tools: Tools) -> None:
    import tempfile

    score = scorer(shared)
    dev = sorted((shared / "eval/dev").glob("*.json"))
    sets = {
        f"{kind}, the half {half}": [
            p for p in dev if p.stem[0] == letter and int(p.stem[1:]) % 2 == rest
        ]
        for letter, kind in (("n", "news of large outlets"), ("d", "reports like the training's"))
        for rest, half in ((0, "never looked at"), (1, "looked at"))
    } | {"the seed article": [shared / "eval/seed/gold.json"]}
    kinds: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as tmp:
        print(
            f"\nThe {tools.reader.name} reader\n\n| reports | precision | recall | F1 strict | F1 "
            "lenient | control F1 | calibration error | verbatim quotes |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- |"
        )
        for name, golds in sets.items():
            pairs = [(g, predict(tools, g, Path(tmp))[0]) for g in golds]
            a, b = figures(score, pairs, False), figures(score, pairs, True)
            control = a["kinds"].get("control", {}).get("f1", 0.0)  # type: ignore[attr-defined]
            print(
                f"| {name} | {a['precision']:.3f} | {a['recall']:.3f} | {a['f1']:.3f} "
                f"| {b['f1']:.3f} | {control:.3f} | {a['ece']:.3f} | {a['grounded']:.0%} |",
                flush=True,
            )
            kinds[name] = a["kinds"]  # type: ignore[assignment]
        print("\nF1 by kind (annotated claims)\n")
        for name, by_kind in kinds.items():
            told = sorted(by_kind.items(), key=lambda kv: -kv[1].get("gold", 0))
            print(
                f"{name}: " + ", ".join(f"{k} {v['f1']:.2f} ({v.get('gold', 0)})" for k, v in told)
            )


def corpus(shared: Path, most: int) -> list[Report]:
    """Real reports of two corpora, in their order, again from the start where more are asked than
    there are.
    """
    texts = [
        json.loads(line)["text"]
        for name in ("fa_kes", "isaf_press_releases")
        for line in (shared / f"data/text/{name}.jsonl").open(encoding="utf-8")
    ]
    return [
        Report(t, len(t), published=date(2017, 6, 1))
        for k in range(most)
        for t in [texts[k % len(texts)]]
    ]


def speed(shared: Path, tools: Tools, most: int) -> None:
    """Words a second on one core, its share by stage, its growth, and the memory held."""
    import resource

    reader = tools.reader
    spent: dict[str, float] = {
        "cutting into sentences and words, dates, offsets": 0.0,
        "encoder": 0.0,
        "heads": 0.0,
        "lists and patterns": 0.0,
        "names": 0.0,
    }

    def timed(owner: Any, name: str, stage: str) -> None:
        inner = getattr(owner, name)

        def run(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            out = inner(*args, **kwargs)
            if hasattr(out, "__next__"):
                out = list(out)
            spent[stage] += time.perf_counter() - started
            return out

        setattr(owner, name, run)

    import contactline.reading.reader as module

    timed(reader.encoder, "vectors", "encoder")
    timed(reader.heads, "mentions", "heads")
    timed(reader.heads, "score", "heads")
    plain_fuse = module.fuse
    timed(module, "fuse", "lists and patterns")
    reports = corpus(shared, most)
    tools.claims_of(reports[0])
    for k in spent:
        spent[k] = 0.0
    print(
        f"\nSpeed of the {reader.name} reader, one core\n\n"
        "| reports | words a second | memory MB |\n| --- | --- | --- |"
    )
    words = reading = total = 0.0
    marks = [10**k for k in range(1, 6) if 10**k <= most]
    for n, r in enumerate(reports, 1):
        started = time.perf_counter()
        found = reader.read(r)
        middle = time.perf_counter()
        name_claims(r, found.claims, found.places, tools.namer)
        done = time.perf_counter()
        words, reading, total = (
            words + len(r.text.split()),
            reading + middle - started,
            total + done - started,
        )
        spent["names"] += done - middle
        if n in marks:
            print(
                f"| {n:,} | {words / total:,.0f} | "
                f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} |",
                flush=True,
            )
    module.fuse = plain_fuse
    spent["cutting into sentences and words, dates, offsets"] = (
        reading - spent["encoder"] - spent["heads"] - spent["lists and patterns"]
    )
    print(
        "by stage: "
        + ", ".join(f"{k} {v / total:.0%}" for k, v in sorted(spent.items(), key=lambda x: -x[1]))
    )


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    if not (shared / "eval").is_dir():
        print(f"bench-reading: no annotated reports at {shared}; nothing measured")
        return
    chosen = sys.argv[3].split(",") if len(sys.argv) > 3 else list(READERS)
    for reader in (READERS[name](1) for name in chosen if name != "deep" or shipped()):
        tools = Tools(threads=1, reader=reader)
        quality(shared, tools)
        speed(shared, tools, most)


if __name__ == "__main__":
    main()
