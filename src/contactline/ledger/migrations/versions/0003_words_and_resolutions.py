"""Claims are hashed by their words; whom and where they mean is a layer of its own; near-copies are
pairs.

Old claim ids stay known (`former_ids`), so that decisions, which are themselves hashed, need not be
rewritten. A reading whose hashes did not stand before is marked, so that `verify` still tells of
it.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

S, T, N, D, F = sa.String, sa.Text, sa.Integer, sa.Date, sa.Float
ROLES = ("actor", "other", "place")
WORDS = ("text", "start", "end")
BATCH = 500


def upgrade() -> None:
    c = op.get_bind()
    for name in ("weights", "naming", "gazetteer", "reader_key"):
        op.add_column("runs", sa.Column(name, T, nullable=False, server_default=""))
    for r in c.execute(sa.text("SELECT id, reader, version, settings FROM runs")).all():
        key = _digest(["reader", r.reader, r.version, r.settings, ""])
        c.execute(sa.text("UPDATE runs SET reader_key = :k WHERE id = :i"), {"k": key, "i": r.id})
    if c.dialect.name == "postgresql":
        op.alter_column("reports", "language", type_=T, existing_nullable=False)
    _tables()
    _claims(c)
    _pairs(c)
    op.drop_table("read_claims")
    op.drop_table("claims_before")
    op.drop_table("copies")


def _tables() -> None:
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    for name in ("ix_claims_report_id", "claims_place", "claims_kind"):
        op.drop_index(name, "claims")
    op.rename_table("claims", "claims_before")
    op.create_table(
        "claims",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("kind", S(12), nullable=False),
        sa.Column("aspect", S(12)),
        sa.Column("modality", S(12), nullable=False),
        sa.Column("begins", N, nullable=False),
        sa.Column("ends", N, nullable=False),
        sa.Column("quote", T, nullable=False),
        sa.Column("words", T, nullable=False),
    )
    op.create_index("ix_claims_report_id", "claims", ["report_id"])
    op.create_index("claims_kind", "claims", ["kind"])
    op.create_table(
        "resolutions",
        sa.Column("claim_id", S(16), sa.ForeignKey("claims.id"), primary_key=True),
        sa.Column("seq", big, sa.ForeignKey("readings.seq"), primary_key=True, autoincrement=False),
        sa.Column("confidence", F, nullable=False),
        sa.Column("valid_from", D),
        sa.Column("valid_to", D),
        sa.Column("actor_id", T),
        sa.Column("other_id", T),
        sa.Column("place_id", T),
        sa.Column("body", T, nullable=False),
    )
    op.create_index("resolutions_seq", "resolutions", ["seq"])
    op.create_index("resolutions_place", "resolutions", ["place_id"])
    op.create_table(
        "words",
        sa.Column("report_id", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("reader_key", S(16), primary_key=True),
        sa.Column("body", T, nullable=False),
        sa.Column("digest", S(32), nullable=False),
    )
    op.create_table(
        "former_ids",
        sa.Column("id", S(16), primary_key=True),
        sa.Column("claim_id", S(16), sa.ForeignKey("claims.id"), nullable=False),
    )
    op.create_table(
        "copy_pairs",
        sa.Column("one", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("two", S(16), sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("similarity", F, nullable=False),
    )


def _claims(c: sa.Connection) -> None:
    meta = sa.MetaData()
    old, links, readings, new, resolutions, former = (
        sa.Table(n, meta, autoload_with=c)
        for n in ("claims_before", "read_claims", "readings", "claims", "resolutions", "former_ids")
    )
    reports = list(c.scalars(sa.select(old.c.report_id).distinct().order_by(old.c.report_id)))
    seen: set[int] = set()
    for first in range(0, len(reports), BATCH):
        some = reports[first : first + BATCH]
        rows = c.execute(
            sa.select(old, links.c.seq, links.c.confidence)
            .outerjoin(links, links.c.claim_id == old.c.id)
            .where(old.c.report_id.in_(some))
            .order_by(old.c.report_id, old.c.id, links.c.seq)
        ).all()
        by_id: dict[str, list[Any]] = {}
        for r in rows:
            by_id.setdefault(r.id, []).append(r)
        claims: dict[str, dict[str, Any]] = {}
        ids: dict[str, str] = {}
        taken: set[tuple[int, str]] = set()
        told: list[dict[str, Any]] = []
        by_reading: dict[int, list[Any]] = {}
        for old_id, mine in by_id.items():
            one, body = mine[0], json.loads(mine[0].body)
            # in one reading, claims of the same words keep apart by a number, in the order of their
            # old ids
            n = 0
            while any((r.seq, _key(one, body, n)) in taken for r in mine):
                n += 1
            key = _key(one, body, n)
            ids[old_id] = key
            claims[key] = {
                "id": key,
                "report_id": one.report_id,
                "kind": one.kind,
                "aspect": one.aspect,
                "modality": one.modality,
                "begins": one.begins,
                "ends": one.ends,
                "quote": one.quote,
                "words": _packed(_words(body) | ({"repeat": n} if n else {})),
            }
            for r in mine:
                if r.seq is not None:
                    taken.add((r.seq, key))
                    resolution = _resolution(key, r, body)
                    told.append(resolution | {"seq": r.seq})
                    by_reading.setdefault(r.seq, []).append((r, body, resolution))
        c.execute(sa.insert(new), list(claims.values()))
        c.execute(sa.insert(former), [{"id": i, "claim_id": k} for i, k in ids.items()])
        if told:
            c.execute(sa.insert(resolutions), told)
        stood = {
            r.seq: r.digest
            for r in c.execute(
                sa.select(readings.c.seq, readings.c.digest).where(readings.c.report_id.in_(some))
            )
        }
        for seq, mine in by_reading.items():
            seen.add(seq)
            _redigest(c, readings, seq, stood[seq], mine)
    for r in c.execute(sa.select(readings.c.seq, readings.c.digest)).all():
        if r.seq not in seen:
            _redigest(c, readings, r.seq, r.digest, [])


def _redigest(c: sa.Connection, readings: sa.Table, seq: int, before: str, mine: list[Any]) -> None:
    """The new digest where the old one stood, else a mark."""
    pairs = [(r.id, r.confidence) for r, _, _ in mine]
    stood = _digest(sorted([i, round(float(x), 6)] for i, x in pairs), 32) == before and all(
        _old_id(r, body) == r.id for r, body, _ in mine
    )
    new = (
        _digest(sorted(_resolution_hash(x) for _, _, x in mine), 32)
        if stood
        else "altered before version 0003"
    )
    c.execute(sa.update(readings).where(readings.c.seq == seq).values(digest=new))


def _pairs(c: sa.Connection) -> None:
    meta = sa.MetaData()
    buckets, pairs = (sa.Table(n, meta, autoload_with=c) for n in ("copy_buckets", "copy_pairs"))
    together: dict[str, list[Any]] = {}
    for r in c.execute(sa.select(buckets).order_by(buckets.c.bucket, buckets.c.report_id)).all():
        together.setdefault(r.bucket, []).append((r.report_id, r.signature))
    found: dict[tuple[str, str], float] = {}
    for mine in together.values():
        for i, (one, a) in enumerate(mine):
            for two, b in mine[i + 1 :]:
                if (one, two) not in found:
                    same = sum(a[k : k + 4] == b[k : k + 4] for k in range(0, len(a), 4))
                    found[one, two] = same / (len(a) // 4)
    near = [
        {"one": one, "two": two, "similarity": s} for (one, two), s in found.items() if s >= 0.6
    ]
    if near:
        c.execute(sa.insert(pairs), near)


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(value: object, length: int = 16) -> str:
    raw = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _words(body: dict[str, Any]) -> dict[str, Any]:
    return {k: [body[k].get(w) for w in WORDS] for k in ROLES if k in body}


def _key(r: Any, body: dict[str, Any], repeat: int) -> str:
    words = _words(body)
    return _digest(
        [
            "claim",
            r.report_id,
            r.kind,
            r.aspect,
            r.modality,
            r.begins,
            r.ends,
            r.quote,
            *(words.get(k) for k in ROLES),
            repeat,
        ]
    )


def _resolution(key: str, r: Any, body: dict[str, Any]) -> dict[str, Any]:
    kept = {
        k: {f: v for f, v in x.items() if f not in WORDS} if k in ROLES else x
        for k, x in body.items()
    }
    ids = {f"{k}_id": body[k].get("id") if k in body else None for k in ROLES}
    return {
        "claim_id": key,
        "confidence": r.confidence,
        "valid_from": r.valid_from,
        "valid_to": r.valid_to,
        "body": _packed(kept),
    } | ids


def _resolution_hash(x: dict[str, Any]) -> str:
    return _digest(
        [
            "resolution",
            x["claim_id"],
            round(float(x["confidence"]), 6),
            x["valid_from"],
            x["valid_to"],
            x["actor_id"],
            x["other_id"],
            x["place_id"],
            x["body"],
        ],
        32,
    )


def _old_id(r: Any, body: dict[str, Any]) -> str:
    """A claim's id as versions before this one made it: with names and coordinates inside."""
    return _digest(
        [
            r.report_id,
            r.kind,
            r.aspect,
            r.modality,
            r.begins,
            r.ends,
            r.quote,
            body.get("said_by"),
            body.get("condition"),
            body.get("extent"),
            body.get("number"),
            r.valid_from,
            r.valid_to,
            body.get("precision"),
            *(
                [body[k].get(f) for f in ("text", "name", "id", "lat", "lon", "start", "end")]
                if k in body
                else None
                for k in ROLES
            ),
        ]
    )
