"""What is expected and what came of it; risk; deaths a month ahead. With the skill of each.

usage: python -m benchmarks.prospects ../shared [sample]   (`sample` prints 40 decided expectations
to judge by hand)
"""

from __future__ import annotations

import csv
import json
import random
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.challenger import table
from benchmarks.picture import claims_of
from contactline.naming.actors import Catalogue
from contactline.naming.gazetteer import distance_km
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.pipeline import Tools
from contactline.prospects.expectations import expected_on, outcome, tell, was_decided
from contactline.prospects.fatalities import forecast
from contactline.prospects.grid import cell, middle
from contactline.prospects.hazard import judged
from contactline.prospects.past import Past
from contactline.prospects.record import records
from contactline.prospects.scores import crps, ignorance, interval_score

JUDGED = Path(__file__).parent / "expectations_judged.csv"
NEWS = Path(__file__).parent / "expectations_news_judged.csv"
NEWS_DRAWN = "25 November 2026, at the version that ships it"


def seen_in_training(shared: Path) -> str:
    """The passages of the corpora that the reader was trained on, as one text."""
    global _SEEN
    if _SEEN is None:
        rows = [
            json.loads(line)
            for line in (Path(__file__).parent.parent / "training/annotations/reports.jsonl").open(
                encoding="utf-8"
            )
        ]
        texts: dict[tuple[str, str], str] = {}
        for name in sorted({r["corpus"] for r in rows}):
            with (shared / f"data/text/{name}.jsonl").open(encoding="utf-8") as lines:
                texts |= {(name, x["id"]): x["text"] for x in map(json.loads, lines)}
        _SEEN = "\n".join(texts[r["corpus"], r["id"]][r["start"] : r["end"]] for r in rows)
    return _SEEN


_SEEN: str | None = None


def expected(shared: Path) -> None:
    tools = Tools(threads=2)
    claims = claims_of(shared, tools)
    stage = History(
        claims, tools.gazetteer.settlements(["SY", "IQ"]), Catalogue.load().by_id, Settings()
    )
    on = date(2019, 12, 31)
    started = time.perf_counter()
    found = expected_on(stage, on)
    n = Counter(e.state for e in found)
    decided = [e for e in found if was_decided(e) or e.state == "condition met"]
    print(
        f"Syria corpus to {on}: {len(found)} expectations ({time.perf_counter() - started:.1f} s): "
        + ", ".join(f"{k} {v}" for k, v in n.most_common())
        + f"; decided {len(decided)}"
    )
    for r in records(found, stage.claims, on)[:6]:
        print(
            f"   {r.who} ({r.kind}): {r.came_true} of {r.decided} came true, "
            f"{r.low:.0%}–{r.high:.0%}"
            + (f", base rate {r.base:.0%}" if r.base is not None else "")
        )
    if "sample" in sys.argv:
        by = {s.id: s for s in stage.claims}
        unseen = [
            e
            for e in sorted(decided, key=lambda e: e.id)
            if e.quote not in seen_in_training(shared)
        ]
        print(f"{len(unseen)} of them in no passage that the reader was trained on")
        for e in random.Random(23).sample(unseen, min(40, len(unseen))):
            print(
                "---",
                e.id,
                outcome(e),
                e.first_said,
                "until",
                e.until,
                "|",
                tell(e),
                "|",
                e.modality,
                "|",
                e.condition,
                "|",
                e.voices[:1],
            )
            print("   SAID:", e.quote[:330].replace("\n", " "))
            for i in e.decided_by[:2]:
                print("   BY:", by[i].on, by[i].claim.quote[:220].replace("\n", " "))
    if JUDGED.exists():
        rows = list(csv.DictReader(JUDGED.open()))
        right = sum(r["right"] == "yes" for r in rows)
        print(
            f"judged by hand: {right} of {len(rows)} decisions right ({right / len(rows):.0%}; "
            f"target 80%); reasons in {JUDGED.name}"
        )
    past = Past(stage)
    table(past, on)
    for days in (30, 90):
        skill, _ = judged(stage, days, on, past)
        print(
            f"risk within {days} days, rolling origin: {skill.cases:,} cases, {skill.events} with "
            f"an event; Brier {skill.brier:.4f}, base rate {skill.base:.4f} (skill "
            f"{skill.over_base:+.3f}), persistence {skill.persistence:.4f} (skill "
            f"{skill.over_persistence:+.3f}); target above +0.10 over both at 30 days"
        )


def news() -> None:
    """The sample of expectations of large outlets, judged by hand: whether the sentence tells what
    the report says, and whether what came of it is right.
    """
    rows = list(csv.DictReader(NEWS.open(encoding="utf-8")))
    told = [r for r in rows if r["told"] == "yes"]
    right = [r for r in told if r["decided"] == "yes"]
    can = [r for r in rows if not r["undecided_for"]]
    both = [r for r in can if r["decided"] == "yes"]
    print(
        f"large outlets, 2016, drawn {NEWS_DRAWN}: {len(told)} of {len(rows)} expectations told "
        f"as the report means them ({len(told) / len(rows):.0%}); of these {len(right)} with the "
        f"right outcome ({len(right) / len(told):.0%}); of the {len(can)} that later reports can "
        f"decide {len(both)} right in both ({len(both) / len(can):.0%}; target 80%)"
    )


SCORES = {"CRPS": crps, "ignorance (bits)": ignorance, "90% interval": interval_score}


def deaths(path: Path, by: str) -> None:
    """Monthly deaths by Syrian district or PRIO-GRID cell, 2018–2019, from what was known before
    each month.

    Against the challenge's usual references: the last month's value, draws from the last twelve
    months, zero. Units are those with any event in the file, so that none is left out that nothing
    had yet happened in.
    """
    y: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    where: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for r in csv.DictReader(path.open(encoding="utf-8")):
        lat, lon = float(r["latitude"]), float(r["longitude"])
        name = r["adm_2"] if by == "district" else str(cell(lat, lon))
        if not name or not r["best"]:
            continue
        d = date.fromisoformat(r["date_start"][:10])
        y[name][(d.year - 2016) * 12 + d.month - 1] += float(r["best"])
        where[name].append((lat, lon) if by == "district" else middle(int(name)))
    names = sorted(y)
    table = np.array([[y[n][m] for n in names] for m in range(48)])
    middles = [tuple(np.mean(where[n], axis=0)) for n in names]
    near = [
        [j for j in range(len(names)) if j != i and distance_km(*middles[i], *middles[j]) < 60]
        for i in range(len(names))
    ]
    sums = {k: np.zeros(4) for k in SCORES}
    n = 0
    for ahead in range(1, 7):
        for target in range(24, 48):
            t = target - ahead + 1  # months before t are known
            ours = forecast(table, t, ahead, near)
            for i in range(len(names)):
                v = table[target, i]
                year = table[t - 12 : t, i]
                samples = (ours[i], year, year[-1:], np.zeros(1))
                for k, score in SCORES.items():
                    sums[k] += [score(x, v) for x in samples]
                n += 1
    print(
        f"UCDP Syria, {len(names)} units ({by}), months 2018-01 to 2019-12, one to six ahead\n"
        "| score | ours | draws from the last 12 months | last value | zero | ours below the draws "
        "|\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    for k, total in sums.items():
        a, b, c, d = total / n
        print(f"| {k} | {a:.3f} | {b:.3f} | {c:.3f} | {d:.3f} | {1 - a / b:.1%} |", flush=True)


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    if not (shared / "data").is_dir():
        print(f"bench-prospects: no data at {shared}; nothing measured")
        return
    news()
    for by in ("district", "PRIO-GRID cell"):
        deaths(shared / "data/events/ucdp_ged_syria_2016_2019.csv", by)
    if "deaths" in sys.argv:
        return
    expected(shared)


if __name__ == "__main__":
    main()
