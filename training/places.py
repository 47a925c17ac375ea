"""Fits the weights of `naming/choose.py` by maximum likelihood (conditional logit, McFadden 1974).

Every second article of LGL and GeoVirus and every second Syrian UCDP headline with an exactly coded
place; the other halves, Iraq's file and everything else are for measuring. Prints the weights to
paste.

usage: python -m training.places SHARED
"""

from __future__ import annotations

import csv
import random
import re
import sys
from pathlib import Path

import numpy as np
from benchmarks.naming import geovirus, lgl
from scipy.optimize import minimize

from contactline.model import Report
from contactline.naming import choose as c
from contactline.naming.folding import light
from contactline.naming.gazetteer import distance_km
from contactline.pipeline import Tools


def main() -> None:
    shared = Path(sys.argv[1])
    tools = Tools(threads=1)
    docs = []
    for weight, found in (
        (1.0, lgl(shared / "data/geoparsing/lgl.xml")[::2]),
        (1.6, geovirus(shared / "data/geoparsing/GeoVirus.xml")[::2]),
    ):
        docs += [
            (
                weight,
                text,
                [(g.start, g.end, g.lat, g.lon, 161.0) for g in golds if g.lat is not None],
            )
            for text, golds in found
        ]
    rows = [
        r
        for r in csv.DictReader(
            (shared / "data/events/ucdp_ged_syria_2016_2019.csv").open(encoding="utf-8")
        )
        if r["where_prec"] in ("1", "1.0") and r["source_headline"]
    ][::2]
    random.Random(5).shuffle(rows)
    for r in rows[:1500]:
        head = r["source_headline"]
        spans = tools.reader.places(Report(head, len(head)))
        coded = light(re.sub(r"\b(town|village|city)\b.*", "", r["where_coordinates"]).strip())
        docs.append(
            (
                0.7,
                head,
                [
                    (a, b, float(r["latitude"]), float(r["longitude"]), 25.0)
                    if light(head[a:b]) == coded
                    else (a, b, float("nan"), 0.0, 0.0)
                    for a, b in spans
                ],
            )
        )
    caught: list[tuple] = []
    original = c.tables

    def keep(asked, spoken, *args, **more):
        caught.append((asked, spoken))
        return original(asked, spoken, *args, **more)

    c.tables = keep  # type: ignore[assignment]
    sets = []
    for weight, text, golds in docs:
        caught.clear()
        tools.namer.report(text, [(g[0], g[1]) for g in golds])
        for asked, spoken in caught[:1]:
            sets.append((weight, asked, spoken, text, golds))
    weights, none = c.WEIGHTS.copy(), c.NONE
    for turn in range(3):
        data = []
        for weight, asked, spoken, text, golds in sets:
            tab = original(asked, spoken, 3, weights, none)
            for a, (x, _) in zip(asked, tab, strict=True):
                gold = next(
                    (g for g in golds if text[g[0] : g[1]] == a.text and g[2] == g[2]), None
                )
                if gold is None:
                    continue
                near = np.array(
                    [
                        distance_km(m.place.lat, m.place.lon, gold[2], gold[3]) <= gold[4]
                        for m in a.matches
                    ]
                    + [False],
                    dtype=bool,
                )
                if not near.any():
                    near[-1] = True
                data.append((weight, x, near))

        def loss(v, data=data, prior=np.concatenate([c.WEIGHTS, [c.NONE]])):  # noqa: B008
            w, b = v[:-1], v[-1]
            total, grad = 0.0, np.zeros_like(v)
            for k, x, near in data:
                s = np.concatenate([x @ w, [b]])
                p = np.exp(s - s.max())
                p /= p.sum()
                q = p * near
                total -= k * np.log(q.sum() + 1e-12)
                d = p - q / (q.sum() + 1e-12)
                grad[:-1] += k * (x.T @ d[:-1])
                grad[-1] += k * d[-1]
            return total + 0.5 * ((v - prior) ** 2).sum(), grad + (v - prior)

        done = minimize(
            loss,
            np.concatenate([weights, [none]]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 80},
        )
        weights, none = done.x[:-1], float(done.x[-1])
        print(turn, len(data), "spellings, loss", round(done.fun / len(data), 4), flush=True)
    for n, w in zip(c.FEATURES, weights, strict=True):
        print(f"  {n}: {w:.2f}")
    print("WEIGHTS = np.array([" + ", ".join(f"{w:.2f}" for w in weights) + "])")
    print(f"NONE = {none:.2f}")


if __name__ == "__main__":
    main()
