"""Rows as leaves of the log: which columns of which table stand under a hash, and in what form.

A leaf's data is canonical JSON of the kind and the row's columns; columns without a value are left
out, so that a later version may add one. Long texts stand in it by their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contactline.ledger.merkle import leaf_hash

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
).encode


WITHDRAWN = "report withdrawn"  # how the entry of a withdrawal begins
GONE = bytes(32)  # stands there for the hash of a row that went


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row under the log. `key` are the columns that tell one from another, `hashed` those
    that stand in a leaf by their SHA-256, `dated` the column that says when it was entered.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    hashed: tuple[str, ...] = ()
    dated: str = ""
    changes: bool = False  # whether the program itself writes such a row anew
    said: str = ""  # what it is called

    def key_of(self, row: Mapping[str, Any]) -> str:
        return "/".join("" if row[k] is None else str(row[k]) for k in self.key)


_REPORT = (
    "id sha256 text article_end title source author published date_basis url language media_type "
    "path unread stored_at"
)
_CLAIM = "id report_id kind aspect modality begins ends quote words"
_RESOLUTION = "seq confidence valid_from valid_to actor_id other_id place_id body"


def _kind(name: str, table: str, columns: str, key: str, **more: Any) -> Kind:
    return Kind(name, table, tuple(columns.split()), tuple(key.split()), **more)


KINDS = {
    k.name: k
    for k in (
        _kind(
            "run",
            "runs",
            "id reader version settings weights naming gazetteer reader_key first_at",
            "id",
        ),
        _kind("ingest", "ingests", "id run_id pid host started_at", "id"),
        _kind(
            "ingest_end",
            "ingest_ends",
            "ingest_id ended_at stored how",
            "ingest_id",
            said="end of ingest",
        ),
        _kind("addition", "additions", "id kind digest name first_at", "kind id"),
        _kind("report", "reports", _REPORT, "id", hashed=("text",), dated="stored_at"),
        _kind(
            "comment",
            "comments",
            "report_id position author text parent begins ends corrects",
            "report_id position",
            hashed=("text",),
        ),
        _kind(
            "near",
            "copy_buckets",
            "report_id bucket signature",
            "report_id",
            said="mark of near-copies of report",
        ),
        _kind("pair", "copy_pairs", "one two similarity", "one two", said="pair of near-copies"),
        _kind(
            "words",
            "words",
            "report_id reader_key body digest",
            "report_id reader_key",
            hashed=("body",),
            said="words read in report",
        ),
        _kind("reading", "readings", "seq run_id report_id ingest_id claims digest", "seq"),
        _kind("claim", "claims", f"{_CLAIM} {_RESOLUTION}", "id seq"),
        _kind("former", "former_ids", "id claim_id", "id", said="former id"),
        _kind(
            "decision",
            "decisions",
            "id position action subject value author decided_at undoes",
            "id",
            dated="decided_at",
        ),
        _kind(
            "user",
            "users",
            "name password role created_at closed_at totp",
            "name",
            dated="created_at",
            changes=True,
        ),
        _kind(
            "session",
            "sessions",
            "id user_name kind label csrf created_at expires_at ended_at",
            "id",
            dated="created_at",
            changes=True,
        ),
        _kind(
            "audit",
            "audit",
            "seq at user_name what subject address",
            "seq",
            dated="at",
            said="line of the audit",
        ),
        _kind(
            "withdrawal",
            "withdrawals",
            "report_id sha256 at author why",
            "report_id",
            dated="at",
            said="withdrawal of report",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Item:
    """One row under an entry of the log."""

    kind: str
    key: str
    hash: bytes

    def line(self) -> str:
        return f"{self.kind} {self.key} {self.hash.hex()}"


def form(v: Any) -> Any:
    """A value as both databases give it back."""
    if isinstance(v, datetime):
        return v.isoformat(sep=" ", timespec="microseconds")
    if isinstance(v, date):
        return v.isoformat()
    if isinstance(v, (bytes, memoryview)):
        return bytes(v).hex()
    return v


def data(kind: str, row: Mapping[str, Any]) -> bytes:
    """What is hashed of a row."""
    k = KINDS[kind]
    columns = {c: form(v) for c in k.columns if (v := row.get(c)) is not None}
    for c in k.hashed:
        if c in columns:
            columns[c] = _sha256(columns[c])
    return _bytes(_encode([kind, columns]))


def item(kind: str, row: Mapping[str, Any]) -> Item:
    return Item(kind, KINDS[kind].key_of(row), leaf_hash(data(kind, row)))


def claim_item(claim: Mapping[str, Any], resolution: Mapping[str, Any]) -> Item:
    """A claim as one reading understood it."""
    return item("claim", {**resolution, **claim})


def near_item(report_id: str, rows: Iterable[Mapping[str, Any]]) -> Item:
    """All buckets of a report together, in whatever order."""
    marks = sorted(([form(r["bucket"]), form(r["signature"])] for r in rows), key=repr)
    return Item("near", report_id, leaf_hash(_bytes(_encode(["near", report_id, marks]))))


def leaf_data(position: int, at: datetime | str, what: str, items_root: bytes) -> bytes:
    """What is hashed of an entry of the log."""
    return _bytes(_encode([position, form(at), what, items_root.hex()]))


def parse(lines: str) -> list[Item]:
    """The items of an entry. Raises ValueError for what is none."""
    out = []
    for line in lines.split("\n") if lines else ():
        kind, key, found = line.split(" ")
        value = bytes.fromhex(found)
        if kind not in KINDS or len(value) != 32:
            raise ValueError(line)
        out.append(Item(kind, key, value))
    return out


def packed(items: Iterable[Item]) -> str:
    return "\n".join(i.line() for i in items)


def called(kind: str, key: str) -> str:
    """How a row is named to people."""
    if kind == "claim":
        claim, _, seq = key.partition("/")
        return f"claim {claim}" + (f" of reading {seq}" if seq else "")
    if kind == "comment":
        report, _, n = key.partition("/")
        return f"comment {n} of report {report}"
    return f"{KINDS[kind].said or kind} {key.replace('/', ' and ') if kind == 'pair' else key}"


def _sha256(text: Any) -> str:
    return hashlib.sha256(_bytes(text if isinstance(text, str) else _encode(text))).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


Row = Mapping[str, Any]
Told = Callable[[int], None]
