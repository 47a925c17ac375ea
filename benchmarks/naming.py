"""How well places and parties are told, and how fast.

usage: python benchmarks/naming.py ../shared [--misses N]
"""

from __future__ import annotations

import csv
import json
import math
import os
import random
import re
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from contactline.model import Report
from contactline.naming.folding import light, plain_words
from contactline.naming.gazetteer import distance_km
from contactline.pipeline import Tools


@dataclass(frozen=True, slots=True)
class Gold:
    start: int
    end: int
    phrase: str
    lat: float | None
    lon: float | None


def lgl(path: Path) -> list[tuple[str, list[Gold]]]:
    out = []
    for a in ET.parse(path).getroot():
        golds = []
        for t in a.iter("toponym"):
            g = t.find("gaztag")
            lat, lon = (g.findtext("lat"), g.findtext("lon")) if g is not None else (None, None)
            golds.append(
                Gold(
                    int(t.findtext("start") or 0),
                    int(t.findtext("end") or 0),
                    t.findtext("phrase") or "",
                    float(lat) if lat else None,
                    float(lon) if lon else None,
                )
            )
        out.append((a.findtext("text") or "", golds))
    return out


def geovirus(path: Path) -> list[tuple[str, list[Gold]]]:
    """Offsets there count from 1."""
    out = []
    for a in ET.parse(path).getroot():
        golds = [
            Gold(
                int(x.findtext("start") or 0) - 1,
                int(x.findtext("end") or 0) - 1,
                x.findtext("name") or "",
                float(x.findtext("lat") or "nan"),
                float(x.findtext("lon") or "nan"),
            )
            for x in a.iter("location")
        ]
        out.append((a.findtext("text") or "", golds))
    return out


def given(
    tools: Tools, docs: list[tuple[str, list[Gold]]], misses: list[Any]
) -> tuple[float, float, int, list[tuple[float, bool]]]:
    """Share within 161 km and mean error of the gold toponyms, an unresolved one counted as a miss
    of 20,000 km.
    """
    right = n = 0
    errors = []
    sure = []
    for text, golds in docs:
        names = tools.namer.report(text, [(g.start, g.end) for g in golds])
        for g in golds:
            if g.lat is None or g.lon is None or math.isnan(g.lat):
                continue
            n += 1
            r = names.place(text[g.start : g.end], g.start)
            far = (
                distance_km(r.lat, r.lon, g.lat, g.lon)
                if r.lat is not None and r.lon is not None
                else 20_000.0
            )
            errors.append(far)
            right += far <= 161
            if r.lat is not None:
                sure.append((r.confidence or 0.0, far <= 161))
            if far > 161:
                misses.append(
                    (
                        g.phrase,
                        r.name,
                        r.country,
                        round(far),
                        text[max(0, g.start - 50) : g.end + 30],
                    )
                )
    return right / n, sum(errors) / n, n, sure


def raw(tools: Tools, docs: list[tuple[str, list[Gold]]]) -> tuple[float, float, float]:
    """Precision, recall, F1 from the text alone; a hit is an overlapping span within 161 km."""
    hit = said = gold = 0
    for text, golds in docs:
        spans = tools.reader.places(Report(text, len(text)))
        names = tools.namer.report(text, spans)
        found = []
        for start, end in spans:
            r = names.place(text[start:end], start)
            if r.lat is not None:
                found.append((start, end, r))
        said += len(found)
        gold += sum(1 for g in golds if g.lat is not None and not math.isnan(g.lat))
        # a toponym without coordinates can neither be hit nor be wrongly said
        bare = [g for g in golds if g.lat is None or math.isnan(g.lat)]
        used: set[int] = set()
        for start, end, r in found:
            m = next(
                (
                    i
                    for i, g in enumerate(golds)
                    if i not in used
                    and g.start < end
                    and start < g.end
                    and g.lat is not None
                    and distance_km(r.lat, r.lon, g.lat, g.lon) <= 161
                ),
                None,
            )
            if m is not None:
                used.add(m)
                hit += 1
            elif any(g.start < end and start < g.end for g in bare):
                said -= 1
    p, r_ = hit / max(1, said), hit / max(1, gold)
    return p, r_, 2 * p * r_ / max(1e-9, p + r_)


def headlines(tools: Tools, path: Path, most: int = 6000) -> tuple[float, int, list[Any]]:
    """UCDP headlines: share resolved within 25 km of the coded point, or inside the coded
    governorate when coded wide.
    """
    rows = [
        r
        for r in csv.DictReader(path.open(encoding="utf-8"))
        if r["source_headline"] and r["latitude"] and not r["latitude"].startswith("#")
    ]
    random.Random(3).shuffle(rows)
    right = n = able = 0
    misses: list[Any] = []
    drop = re.compile(
        r"\b(governorate|province|district|town|village|city|area|neighbourhood|neighborhood|"
        r"subdistrict|sub-district|camp)\b",
        re.I,
    )
    for row in rows:
        head = row["source_headline"]
        folded = f" {plain_words(head)} "
        coded = [
            drop.sub("", x).strip()
            for f in ("where_coordinates", "adm_2", "adm_1")
            for x in re.split(r"[(),/]", row[f] or "")
        ]
        if not any(len(plain_words(c)) > 2 and f" {plain_words(c)} " in folded for c in coded):
            continue
        n += 1
        report = Report(head, len(head))
        spans = tools.reader.places(report)
        names = tools.namer.report(head, spans)
        lat, lon, wide = (
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["where_prec"] or 1) >= 4,
        )
        good = False
        found = []
        for start, end in spans:
            r = names.place(head[start:end], start)
            found.append((head[start:end], r.name, r.country, r.lat, r.lon))
            if r.lat is None:
                continue
            near = distance_km(r.lat, r.lon, lat, lon) <= 25
            if wide and not near:
                at = tools.gazetteer.nearest_area(r.lat, r.lon, r.country or "")
                near = at is not None and light(drop.sub("", at.name)) == light(
                    drop.sub("", row["adm_1"])
                )
            good = good or near
        right += good
        if not good:
            misses.append(
                (
                    row["where_prec"],
                    head[:120],
                    row["where_coordinates"],
                    row["adm_1"],
                    lat,
                    lon,
                    found,
                )
            )
        exact = light(drop.sub("", re.split(r"[(/]", row["where_coordinates"] or "")[0]))
        able += good or wide or bool(exact and exact in light(head))
        if n >= most:
            break
    print(
        f"   ({able / max(1, n):.3f} of them name the coded place itself, or are coded wide: more "
        "can't be reached from the headline)"
    )
    return right / max(1, n), n, misses


def parties(tools: Tools, folder: Path, keep: Any, misses: Counter[Any]) -> tuple[float, int]:
    """Share of the gold's actor roles (words given) that resolve to an actor one of whose names the
    gold lists.
    """
    right = n = 0
    for p in sorted(folder.glob("*.json")):
        if not keep(p):
            continue
        gold = json.loads(p.read_text())
        text = p.with_name(gold["file"]).read_text(encoding="utf-8")
        listed: dict[str, set[str]] = {}
        for first, also in gold["actors"].items():
            names = [first, *also]
            for x in names:
                listed.setdefault(x, set()).update(plain_words(y) for y in names)
        names = tools.namer.report(text, [])
        for c in gold["claims"]:
            for role in ("actor", "other"):
                who = c.get(role)
                if not who or who not in listed:
                    continue
                words = c.get(role + "_text") or next(
                    (y for y in [who] if y in text[c["start"] : c["end"]]), None
                )
                if not words:
                    continue
                at = text.find(words, c["start"], c["end"])
                if at < 0:
                    continue
                n += 1
                r = names.actor(words, at)
                a = tools.catalogue.by_id.get((r.id or "")[6:])
                mine = {plain_words(x) for x in ((a.name, *a.aliases) if a else (r.name or "",))}
                if (r.id or "").startswith("actor:generic:"):
                    mine.add(
                        plain_words(words)
                    )  # "rebels" of an unnamed side are told by their words
                good = bool(mine & listed[who]) or plain_words(r.name or "") in listed[who]
                right += good
                if not good:
                    misses[p.stem, words, r.name, who] += 1
    return right / max(1, n), n


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    show = int(sys.argv[sys.argv.index("--misses") + 1]) if "--misses" in sys.argv else 0
    if not (shared / "data/geoparsing").is_dir():
        print(f"bench-naming: no corpora at {shared}; nothing measured")
        return
    tools = Tools(threads=1)
    started = time.perf_counter()
    _ = tools.gazetteer
    print(
        f"gazetteer: {len(tools.gazetteer):,} places, opened in "
        f"{time.perf_counter() - started:.2f} s"
    )
    sets = {
        "LGL": lgl(shared / "data/geoparsing/lgl.xml"),
        "GeoVirus": geovirus(shared / "data/geoparsing/GeoVirus.xml"),
    }
    print(
        "| corpus | toponyms given: within 161 km | mean error km | end to end: precision | recall "
        "| F1 |\n| --- | --- | --- | --- | --- | --- |"
    )
    calibration: list[tuple[float, bool]] = []
    for name, docs in sets.items():
        misses: list[Any] = []
        share, error, n, sure = given(tools, docs, misses)
        calibration += sure
        p, r, f = raw(tools, docs) if "--fast" not in sys.argv else (0.0, 0.0, 0.0)
        print(
            f"| {name} ({n} with coordinates) | {share:.3f} | {error:.0f} | {p:.3f} | {r:.3f} | "
            f"{f:.3f} |",
            flush=True,
        )
        for m in random.Random(1).sample(misses, min(show, len(misses))):
            print("   ", m)
    bins: dict[int, list[tuple[float, bool]]] = {}
    for c, ok in calibration:
        bins.setdefault(min(9, int(c * 10)), []).append((c, ok))
    ece = sum(abs(sum(c for c, _ in b) - sum(ok for _, ok in b)) for b in bins.values()) / max(
        1, len(calibration)
    )
    print(
        f"place confidence: expected calibration error {ece:.3f}; "
        + ", ".join(
            f"{k / 10:.1f}–{k / 10 + 0.1:.1f}: {sum(ok for _, ok in b) / len(b):.2f} of {len(b)}"
            for k, b in sorted(bins.items())
        )
    )
    for name in ("ucdp_ged_syria_2016_2019", "ucdp_ged_iraq_1989_2018"):
        share, n, missed = headlines(tools, shared / f"data/events/{name}.csv", 2500)
        print(f"{name}: {share:.3f} of {n} headlines with a coded name in them", flush=True)
        for m in missed[:show]:
            print("   ", m)
    for label, folder, keep in (
        ("dev, the half never looked at", "dev", lambda p: int(p.stem[1:]) % 2 == 0),
        ("dev, the half looked at", "dev", lambda p: int(p.stem[1:]) % 2 == 1),
        ("train (their words were seen while the catalogue was written)", "train", lambda p: True),
    ):
        wrong: Counter[Any] = Counter()
        share, n = parties(tools, shared / "eval" / folder, keep, wrong)
        print(f"actors, {label}: {share:.3f} of {n}")
        if "never" not in label:
            for k, v in wrong.most_common(show):
                print("   ", v, k)
    words = [g.phrase for docs in sets.values() for _, golds in docs for g in golds]
    tools.gazetteer._memo.clear()
    started = time.perf_counter()
    for w in words:
        tools.gazetteer.lookup(w)
    print(
        f"lookups without disambiguation: {len(words) / (time.perf_counter() - started):,.0f} a "
        "second on one core"
    )
    started = time.perf_counter()
    for docs in sets.values():
        for text, golds in docs:
            names = tools.namer.report(text, [(g.start, g.end) for g in golds])
            for g in golds:
                names.place(text[g.start : g.end], g.start)
    print(f"with disambiguation: {len(words) / (time.perf_counter() - started):,.0f} a second")


if __name__ == "__main__":
    main()
