"""Near-copies of a report already stored: ten outlets printing one agency's text are one source.

MinHash over word 5-shingles (Broder 1997), in the library's LSH buckets kept as rows, so that finding a copy among
a million reports reads a few rows.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from datasketch import MinHash

from contactline.ledger.tables import metadata

BANDS, ROWS, ALIKE = 20, 5, 0.6

buckets = sa.Table(
    "copy_buckets",
    metadata,
    sa.Column("bucket", sa.String(24), primary_key=True),
    sa.Column("report_id", sa.ForeignKey("reports.id"), primary_key=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)


def signature(text: str) -> Any:
    """100 minima over the words' shingles; None for a text too short to be told apart."""
    words = re.findall(r"\w+", text.lower())
    if len(words) < 20:
        return None
    m = MinHash(num_perm=BANDS * ROWS, seed=1)
    m.update_batch(
        [" ".join(words[i : i + 5]).encode("utf-8", "replace") for i in range(len(words) - 4)]
    )
    return m.hashvalues.astype("<u8")


def find_original(c: sa.Connection, report_id: str, text: str) -> tuple[str, float] | None:
    """(id of the first stored report this one copies, estimated Jaccard similarity); remembers this one's buckets."""
    import numpy as np

    mine = signature(text)
    if mine is None:
        return None
    keys = [f"{b:02d}:{_short(mine[b * ROWS : (b + 1) * ROWS].tobytes())}" for b in range(BANDS)]
    rows = c.execute(
        sa.select(buckets.c.report_id, buckets.c.signature)
        .where(buckets.c.bucket.in_(keys))
        .distinct()
    ).all()
    best: tuple[str, float] | None = None
    for r in rows:
        theirs = np.frombuffer(r.signature, dtype="<u4")
        alike = float((theirs == (mine & 0xFFFFFFFF).astype("<u4")).mean())
        if alike >= ALIKE and (best is None or (alike, r.report_id) > (best[1], best[0])):
            best = (r.report_id, alike)
    packed = (mine & 0xFFFFFFFF).astype("<u4").tobytes()
    c.execute(
        sa.insert(buckets),
        [{"bucket": k, "report_id": report_id, "signature": packed} for k in dict.fromkeys(keys)],
    )
    return best


def _short(raw: bytes) -> str:
    import hashlib

    return hashlib.blake2b(raw, digest_size=10).hexdigest()
