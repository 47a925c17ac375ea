"""How well claims were read: against annotated reports, by the rule of docs/reading.md.

A wanted claim is found when a read one agrees in kind, aspect, class of modality and its core roles
under any of the names the annotation gives them; the same claim said twice counts once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CLASS = {
    "stated": "actual",
    "reported": "actual",
    "denied": "denied",
    "expected": "prospective",
    "intended": "prospective",
    "conditional": "prospective",
}
_SMALL = frozenset({"the", "a", "an", "al", "el", "ad", "as", "ash", "at", "ar", "az", "s"})
_EITHER_WAY = frozenset({("support", "allied"), ("identity", "same_as")})
_PLACED = frozenset({"control", "presence", "situation", "access"})
ROLES = ("actor", "other", "place")


@dataclass(frozen=True, slots=True)
class Scored:
    """One report's outcome.

    `missed` are annotated claims, `wrong` read ones; `sure` pairs confidence with being right.
    """

    name: str
    found: tuple[tuple[Any, ...], ...]
    required: tuple[tuple[Any, ...], ...]
    missed: tuple[dict[str, Any], ...]
    wrong: tuple[dict[str, Any], ...]
    sure: tuple[tuple[float, bool], ...]
    verbatim: int
    read: int


def folded(name: str) -> str:
    """Lower case, no diacritics, no articles."""
    text = unicodedata.normalize("NFKD", name.replace("\u00a0", " ").lower())
    text = re.sub(r"['’‘ʿʾ`´\-–—/.]", " ", "".join(c for c in text if not unicodedata.combining(c)))
    return " ".join(w for w in re.findall(r"\w+", text) if w not in _SMALL)


def _names(gold: dict[str, Any], entity: str) -> set[str]:
    listed: list[str] = next(
        (gold[t][entity] for t in ("actors", "places") if entity in gold.get(t, {})), []
    )
    return {folded(entity), *(folded(n) for n in listed)}


def _said(role: Any) -> set[str]:
    if not role:
        return set()
    return (
        {folded(role)}
        if isinstance(role, str)
        else {folded(role[k]) for k in ("name", "text") if role.get(k)}
    )


def agrees(
    gold: dict[str, Any], want: dict[str, Any], got: dict[str, Any], lenient: bool = False
) -> bool:
    kind, aspect = want["kind"], want.get("aspect")
    if kind != got["kind"]:
        return False
    if not lenient and (
        (aspect and aspect != got.get("aspect"))
        or CLASS[want["modality"]] != CLASS.get(got.get("modality") or "stated")
    ):
        return False
    names = {r: _names(gold, want[r]) if want.get(r) else None for r in ROLES}
    have = {r: _said(got.get(r)) for r in ROLES}

    def fits(role: str, words: set[str]) -> bool:
        listed = names[role]
        return listed is None or bool(listed & words)

    if kind == "harm":
        return fits("other", have["other"]) and (
            fits("place", have["place"]) or names["other"] is not None
        )
    if kind == "strike":
        return fits("actor", have["actor"]) and (
            fits("other", have["other"]) or fits("other", have["place"])
        )
    if kind == "agreement":
        good = fits("actor", have["actor"] | have["other"])
    else:
        good = fits("actor", have["actor"]) and fits("other", have["other"])
        if not good and (kind == "fight" or (kind, aspect) in _EITHER_WAY):
            good = fits("actor", have["other"]) and fits("other", have["actor"])
    if kind in _PLACED or (kind == "agreement" and names["actor"] is None):
        good = good and fits(
            "place", have["place"] | (have["other"] if kind == "access" else set())
        )
    return good


def score(
    gold: dict[str, Any],
    read: Sequence[dict[str, Any]],
    text: str | None = None,
    lenient: bool = False,
    name: str = "",
) -> Scored:
    """One report: `gold` as annotated, `read` claims with the keys of `contactline read`."""
    seen: set[Any] = set()
    mine = []
    for p in read:
        key = (
            p["kind"],
            p.get("aspect"),
            *(tuple(sorted(_said(p.get(r)))[:1]) for r in ROLES),
            CLASS.get(p.get("modality") or "stated"),
        )
        if key not in seen:
            seen.add(key)
            mine.append(p)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for g in gold["claims"]:
        groups[
            (
                g["kind"],
                g.get("aspect"),
                g.get("actor"),
                g.get("other"),
                g.get("place"),
                CLASS[g["modality"]],
            )
        ].append(g)
    required = {k: v for k, v in groups.items() if not all(c.get("optional") for c in v)}
    found: dict[tuple[Any, ...], None] = {}
    wrong, sure = [], []
    for p in mine:
        hits = [k for k, v in groups.items() if agrees(gold, v[0], p, lenient)]
        if hits:
            found[next((k for k in hits if k not in found), hits[0])] = None
        else:
            wrong.append(p)
        if p.get("confidence") is not None:
            sure.append((float(p["confidence"]), bool(hits)))
    spans = [p for p in mine if p.get("quote")]
    verbatim = (
        sum(text[p["start"] : p["end"]] == p["quote"] for p in spans)
        if text is not None
        else len(spans)
    )
    return Scored(
        name,
        tuple(found),
        tuple(required),
        tuple(v[0] for k, v in required.items() if k not in found),
        tuple(wrong),
        tuple(sure),
        verbatim,
        len(mine),
    )


def figures(results: Sequence[Scored]) -> dict[str, Any]:
    """Precision, recall, F1 in all and by kind; Brier score and expected calibration error in ten
    bins; share of verbatim quotes.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for r in results:
        done = set(r.found)
        for k in r.required:
            counts[k[0]][0 if k in done else 2] += 1
        for p in r.wrong:
            counts[p["kind"]][1] += 1

    def prf(found: int, wrong: int, missed: int) -> dict[str, float]:
        p, r = found / max(1, found + wrong), found / max(1, found + missed)
        return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p + r else 0.0}

    sure = [x for r in results for x in r.sure]
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for c, ok in sure:
        bins[min(int(c * 10), 9)].append((c, ok))
    total = [sum(v[i] for v in counts.values()) for i in range(3)]
    read = sum(r.read for r in results)
    return prf(*total) | {
        "brier": sum((c - ok) ** 2 for c, ok in sure) / len(sure) if sure else None,
        "ece": sum(abs(sum(c for c, _ in b) - sum(ok for _, ok in b)) for b in bins.values())
        / len(sure)
        if sure
        else None,
        "grounded": sum(r.verbatim for r in results) / read if read else None,
        "kinds": {
            k: prf(*v) | {"gold": v[0] + v[2]}
            for k, v in sorted(counts.items(), key=lambda kv: -(kv[1][0] + kv[1][2]))
        },
    }
