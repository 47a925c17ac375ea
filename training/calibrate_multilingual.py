"""Thresholds and confidence of the multilingual reader.

usage: python -m training.calibrate_multilingual SHARED WEIGHTS_FOLDER [--own FILE.txt …]

On what it was not trained on: every twelfth of our own sentences, and the reports of
`eval/lang` named in LOOKED_AT (the others were only scored). A claim of our sentences is right when
its label, the class of its modality and the words of its core roles meet what is marked; one of a
report by the scorer's rule. One threshold for all kinds, isotonic steps for all and for those kinds
that have enough.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

from contactline.model import KINDS, Claim, Report, Role
from contactline.pipeline import Tools
from contactline.reading import calibration
from contactline.reading.reader import MultilingualReader
from training.calibrate import isotonic, scorer
from training.split import HELD_OWN, OWN

LOOKED_AT = {
    "ar": ("a01", "a02", "a03", "a04"),
    "ru": ("r01", "r03", "r05"),
    "uk": ("u01", "u03", "u05", "u06"),
}
ENOUGH = 25  # right claims of a kind
LOWEST = 0.1  # what scores less is no candidate
NEARLY = 0.015  # of F1, given up for precision: the highest threshold that costs no more
Event = tuple[str, float, int]  # kind, score, 1 newly found, 0 said again, -1 wrong
PLACE_IS_CORE = ("control", "presence", "access", "situation")
PROSPECTIVE = ("expected", "intended", "conditional")


def class_of(modality: str) -> str:
    return "ahead" if modality in PROSPECTIVE else "denied" if modality == "denied" else "actual"


def marked(line: str) -> tuple[str, list[tuple[str, str, list[tuple[int, int] | None]]]]:
    """The plain text of a marked line, and (label, class, roles as offsets) of what it says."""
    text, _, claims = line.partition("=>")
    spans: dict[str, tuple[int, int]] = {}
    plain, at = "", 0
    for m in re.finditer(r"\{(\w+):([^{}]*)\}", text):
        plain += text[at : m.start()]
        spans[m[1]] = (len(plain), len(plain) + len(m[2]))
        plain += m[2]
        at = m.end()
    plain += text[at:]
    out = []
    for claim in claims.split(";"):
        parts = [p for p in claim.split() if not p.startswith("@")]
        if not parts:
            continue
        plainly = parts[0] in ("denied", "reported", "stated", *PROSPECTIVE)
        modality = parts.pop(0) if plainly else "stated"
        label, *roles = parts
        out.append((label, class_of(modality), [spans.get(r) for r in roles]))
    return plain.rstrip(), out


def meets(r: Role | None, span: tuple[int, int] | None) -> bool:
    if span is None:
        return True
    return bool(r and (r.start or 0) < span[1] and span[0] < (r.end or 0))


def says(c: Claim, label: str, how: str, roles: list[tuple[int, int] | None]) -> bool:
    if (f"{c.kind}.{c.aspect}" if c.aspect else c.kind) != label or class_of(c.modality) != how:
        return False
    first, second = (roles + [None, None])[:2]
    if c.kind == "situation":
        return meets(c.place, first)
    if c.kind in PLACE_IS_CORE:
        return meets(c.actor, first) and meets(c.place, second)
    if c.kind == "harm":
        third = (roles + [None] * 3)[2]
        return meets(c.other, second) and (second is not None or meets(c.place, third))
    if c.kind == "agreement":
        return meets(c.actor, first) or meets(c.other, first)
    if c.kind == "strike":
        return meets(c.actor, first) and (meets(c.other, second) or meets(c.place, second))
    there = meets(c.actor, first) and meets(c.other, second)
    return there or (c.kind == "fight" and meets(c.actor, second) and meets(c.other, first))


def own_events(path: Path, tools: Tools) -> tuple[list[Event], int]:
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if x.strip() and x[0] != "#"]
    code = re.sub(r".*_(ar|ru|uk).*", r"\1", path.stem)
    events: list[Event] = []
    wanted = 0
    for line in lines[HELD_OWN - 1 :: HELD_OWN]:
        text, golds = marked(line)
        wanted += len(golds)
        found: set[int] = set()
        claims = tools.reader.read(Report(text, len(text), language=code)).claims
        for c in sorted(claims, key=lambda c: -c.confidence):
            hits = [i for i, g in enumerate(golds) if says(c, *g)]
            fresh = [i for i in hits if i not in found]
            events.append((c.kind, c.confidence, -1 if not hits else 1 if fresh else 0))
            found.update(fresh[:1])
    return events, wanted


def report_events(path: Path, tools: Tools, score) -> tuple[list[Event], int]:
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_name(gold["file"]).read_text(encoding="utf-8")
    when = gold.get("report_date")
    day = date.fromisoformat(when) if when else None
    report = Report(text, len(text), published=day, language=path.parent.name)
    groups = defaultdict(list)
    for g in gold["claims"]:
        key = (g["kind"], g.get("aspect"), g.get("actor"), g.get("other"), g.get("place"))
        groups[(*key, score.CLASS[g["modality"]])].append(g)
    required = {k for k, v in groups.items() if not all(c.get("optional") for c in v)}
    events: list[Event] = []
    found: set = set()
    for c in sorted(tools.claims_of(report), key=lambda c: -c.confidence):
        p = c.as_json()
        hits = [k for k, v in groups.items() if score.agrees(gold, v[0], p, False)]
        fresh = [k for k in hits if k not in found]
        what = -1 if not hits else 1 if fresh and fresh[0] in required else 0
        events.append((c.kind, c.confidence, what))
        found.update(fresh[:1])
    return events, len(required)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--own", type=Path, nargs="*", default=[])
    args = ap.parse_args()
    file = args.weights / MultilingualReader.calibrated
    file.write_text(json.dumps({"thresholds": {}, "steps": {}}))
    tools = Tools(reader=MultilingualReader(1))
    tools.reader.calibration = calibration.Calibration(dict.fromkeys(KINDS, LOWEST), {})
    events: list[Event] = []
    wanted = 0
    here = Path(__file__).parent / "annotations"
    for path in args.own or sorted(here.glob(OWN)):
        got, n = own_events(path, tools)
        events, wanted = events + got, wanted + n
        print(f"{path.name}: {n} claims, best F1 {best(got, n)[0]:.3f}")
    score = scorer(args.shared)
    for code, names in LOOKED_AT.items():
        for name in names:
            got, n = report_events(args.shared / f"eval/lang/{code}/{name}.json", tools, score)
            events, wanted = events + got, wanted + n
    f1, at = best(events, wanted)
    print(f"all: {wanted} claims, F1 {f1:.3f} at {at:.2f}")
    right: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for kind, s, e in events:
        right[kind].append((s, e >= 0))
    steps = {"all": isotonic([p for v in right.values() for p in v])} | {
        k: isotonic(v) for k, v in right.items() if sum(ok for _, ok in v) >= ENOUGH
    }
    thresholds = dict.fromkeys(KINDS, round(at, 2))
    file.write_text(json.dumps({"thresholds": thresholds, "steps": steps}, indent=1))


def best(events: list[Event], wanted: int) -> tuple[float, float]:
    """(F1, score) of the highest threshold that is nearly as good as the best."""
    curve, tp, wrong = [], 0, 0
    for _, s, e in sorted(events, key=lambda e: -e[1]):
        tp, wrong = tp + (e == 1), wrong + (e == -1)
        curve.append((2 * tp / max(1, tp + wrong + wanted), s))
    top = max(curve, default=(0.0, 0.5))[0]
    return next((x for x in curve if x[0] >= top - NEARLY), (0.0, 0.5))


if __name__ == "__main__":
    main()
