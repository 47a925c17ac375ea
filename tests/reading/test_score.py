"""Our score against the project's own scorer, to three decimals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contactline.intake.files import Given, read_paths
from contactline.model import Report
from contactline.pipeline import Tools
from contactline.reading.score import figures, score

SHARED = Path(__file__).parent.parent.parent.parent / "shared/eval"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated reports are not here (../shared)")
@pytest.mark.parametrize("lenient", [False, True])
def test_the_same_figures(tools: Tools, tmp_path: Path, lenient: bool) -> None:
    mine, pairs = [], []
    for path in (SHARED / "seed/gold.json", SHARED / "dev/d01.json", SHARED / "dev/d03.json"):
        gold = json.loads(path.read_text())
        report = next(iter(read_paths([path.with_name(gold["file"])], Given())))
        assert isinstance(report, Report)
        rows = [json.loads(json.dumps(c.as_json())) for c in tools.claims_of(report)]
        out = tmp_path / f"{path.stem}.jsonl"
        out.write_text("".join(json.dumps(r) + "\n" for r in rows))
        pairs.append(f"{path}={out}")
        mine.append(score(gold, rows, path.with_name(gold["file"]).read_text(), lenient))
    theirs = json.loads(
        subprocess.run(
            [
                sys.executable,
                str(SHARED / "score.py"),
                "--json",
                *(["--lenient"] if lenient else []),
                *pairs,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    ours = figures(mine)
    for k in ("precision", "recall", "f1", "brier", "ece", "grounded"):
        assert ours[k] == pytest.approx(theirs[k], abs=0.0005), k
    for k, v in theirs["kinds"].items():
        assert (
            ours["kinds"][k]["f1"] == pytest.approx(v["f1"], abs=0.0005)
            and ours["kinds"][k]["gold"] == v["gold"]
        )
