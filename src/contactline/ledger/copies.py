"""Near-copies: ten outlets printing one agency's text are one source, whichever of them was stored
first.

MinHash over word 5-shingles (Broder 1997), in the library's LSH buckets kept as rows, so that
finding what a report is like among a million reads a few rows. Which pairs are alike does not
depend on the order of storing; which report of such a cluster is the original follows from the
reports themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from contactline.ledger import tables as t

BANDS, ROWS, ALIKE = (
    20,
    5,
    0.6,
)  # two texts are near-copies from an estimated Jaccard similarity of 0.6
LEAST_WORDS = 20  # a text too short to be told apart is nobody's copy


def signature(text: str) -> Any:
    """The 100 minima over the words' shingles, shape (100,), uint32; None for a text too short."""
    from datasketch import MinHash  # half a second of imports that only storing needs

    words = re.findall(r"\w+", text.lower())
    if len(words) < LEAST_WORDS:
        return None
    m = MinHash(num_perm=BANDS * ROWS, seed=1)
    m.update_batch(
        [" ".join(words[i : i + 5]).encode("utf-8", "replace") for i in range(len(words) - 4)]
    )
    return m.hashvalues.astype("<u8")


def bucket_rows(report_id: str, text: str) -> list[dict[str, Any]]:
    """The rows by which a report is found by what is like it."""
    mine = signature(text)
    if mine is None:
        return []
    keys = [f"{b:02d}:{_short(mine[b * ROWS : (b + 1) * ROWS].tobytes())}" for b in range(BANDS)]
    kept = (mine & 0xFFFFFFFF).astype("<u4").tobytes()
    return [{"bucket": k, "report_id": report_id, "signature": kept} for k in dict.fromkeys(keys)]


def alike(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity of two kept signatures, 0 to 1."""
    import numpy as np

    return float((np.frombuffer(a, dtype="<u4") == np.frombuffer(b, dtype="<u4")).mean())


def pairs_of(c: sa.Connection, report_id: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every stored report this one is a near-copy of, as rows of `copy_pairs`."""
    if not rows:
        return []
    found = c.execute(
        sa.select(t.copy_buckets.c.report_id, t.copy_buckets.c.signature)
        .where(
            t.copy_buckets.c.bucket.in_([r["bucket"] for r in rows]),
            t.copy_buckets.c.report_id != report_id,
        )
        .distinct()
    ).all()
    mine = rows[0]["signature"]
    return [
        {"one": one, "two": two, "similarity": near}
        for r in found
        if (near := alike(r.signature, mine)) >= ALIKE
        for one, two in [sorted((r.report_id, report_id))]
    ]


def originals(
    pairs: Iterable[tuple[str, str]], published: dict[str, date | None]
) -> dict[str, str]:
    """Report id of each copy to that of its original: in a cluster the earliest published, then the
    smallest id.

    Pairs with a report that `published` does not hold are left out, so that a picture as known on a
    day is made of the reports of that day alone.
    """
    above: dict[str, str] = {}

    def rank(k: str) -> tuple[date, str]:
        return published[k] or date.max, k

    def top(k: str) -> str:
        while above.get(k, k) != k:
            above[k] = above.get(above[k], above[k])
            k = above[k]
        return k

    for one, two in pairs:
        if one in published and two in published:
            first, second = sorted((top(one), top(two)), key=rank)
            above.setdefault(first, first)
            above[second] = first
    return {k: o for k in above if (o := top(k)) != k}


def _short(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=10).hexdigest()
