"""Checks a ledger whole: the log's own hashes, every row against the log, the claims' own ids, and
SQLite's own check of its file. Time and reading are linear in the ledger's size.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from contactline.ledger import logged
from contactline.ledger.chain import FAULTS, Chain, Entry, raw, select
from contactline.ledger.connection import reason
from contactline.ledger.log import TAKEN_OVER
from contactline.ledger.logged import KINDS, Item, Row, called
from contactline.ledger.rows import ROLES, resolution_hash
from contactline.model import digest

ALTERED_BEFORE = "altered before version 0003"
MOST = 200  # lines told of one kind of row


@dataclass(slots=True)
class Verified:
    """`wrong`: a line for each thing that is not as it was stored. `unchecked`: what this could not
    see. `roots`: the log's root (hex) after each entry, as its hashes give it.
    """

    wrong: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    id: str = ""
    withdrawn: list[str] = field(default_factory=list)  # reports whose words went by order

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def root(self) -> str:
        return self.entries[-1].root if self.entries else ""


def check(
    c: sa.Connection,
    tell: Callable[[int], None] | None = None,
    additions: Iterable[Mapping[str, str]] | None = None,
) -> Verified:
    """`tell` hears of every 5000th row; `additions` are those in use now (None: not compared)."""
    found = Verified()
    with raw(c):
        _file(c, found)
        chain = Chain()
        chain.read(c)
        found.wrong += chain.wrong
        found.entries, found.id = chain.entries, chain.id
        if found.size:
            _rows(c, found, chain, tell or (lambda n: None))
        found.withdrawn = sorted(chain.withdrawn)
    _additions(c, found, additions)
    taken = sum(e.what == TAKEN_OVER for e in found.entries)
    if taken:
        found.unchecked.append(
            "what was changed before the log began: rows of an older version were taken over as "
            "they stood"
        )
    return found


# -- the file ----------------------------------------------------------------------------------


def _file(c: sa.Connection, found: Verified) -> None:
    if c.dialect.name != "sqlite":
        found.unchecked.append(
            "PostgreSQL's own files: run pg_amcheck on the server, which also checks indexes"
        )
        rows = c.exec_driver_sql(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT "
            "tgisinternal AND relnamespace = current_schema()::regnamespace"
        )
        found.wrong += [
            f"the database has a trigger {r[0]} that this program made none" for r in rows
        ]
        return
    try:
        for (line,) in c.exec_driver_sql("PRAGMA integrity_check(20)"):
            if line != "ok":
                found.wrong.append(f"the file is damaged: {' '.join(str(line).split())}")
        for r in c.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
            found.wrong.append(f"a row of {r[0]} belongs to a row of {r[2]} that is not there")
        for r in c.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        ):
            found.wrong.append(f"the file has a {r[0]} {r[1]} that this program made none")
    except FAULTS as e:
        found.wrong.append(f"the file is damaged: {reason(e)}")


# -- the rows ----------------------------------------------------------------------------------


def _rows(
    c: sa.Connection,
    found: Verified,
    chain: Chain,
    tell: Callable[[int], None],
) -> None:
    n = 0
    readings: dict[int, bytearray] = defaultdict(bytearray)
    for kind in KINDS.values():
        mine, told = chain.expected[kind.name], 0
        scan = {"near": _near, "claim": _claims}.get(kind.name, _plain)
        try:
            for row, item in scan(c, kind):
                n += 1
                if n % 5000 == 0:
                    tell(n)
                line = _compared(found, kind, mine, row, item)
                if kind.name == "claim" and row["seq"] is not None:
                    _sum_up(readings, row)
                if line:
                    told += 1
                    if told <= MOST:
                        found.wrong.append(line)
        except FAULTS as e:
            found.wrong.append(f"the table {kind.table} can't be read whole: {reason(e)}")
            mine.clear()
        for key in mine:
            told += 1
            if told <= MOST:
                found.wrong.append(_gone(kind.name, key))
        if told > MOST:
            found.wrong.append(f"and {told - MOST} more of {kind.table}")
        mine.clear()
    _digests(c, found, readings, chain.withdrawn)


def _plain(c: sa.Connection, kind: logged.Kind) -> Iterator[tuple[Row, Item]]:
    for r in select(c, kind.table, kind.columns):
        yield r, logged.item(kind.name, r)


def _near(c: sa.Connection, kind: logged.Kind) -> Iterator[tuple[Row, Item]]:
    marks: dict[str, list[Row]] = defaultdict(list)
    for r in select(c, kind.table, kind.columns):
        marks[str(r["report_id"])].append(r)
    for report, rows in marks.items():
        yield {"report_id": report}, logged.near_item(report, rows)


def _claims(c: sa.Connection, kind: logged.Kind) -> Iterator[tuple[Row, Item]]:
    joined = "claims LEFT JOIN resolutions ON resolutions.claim_id = claims.id"
    full = [f"{_table_of(x)}.{x}" for x in kind.columns]
    for r in select(c, joined, full):
        row = dict(zip(kind.columns, r.values(), strict=True))
        yield row, logged.item("claim", row)


def _table_of(column: str) -> str:
    own = ("id", "report_id", "kind", "aspect", "modality", "begins", "ends", "quote", "words")
    return "claims" if column in own else "resolutions"


def _compared(
    found: Verified, kind: logged.Kind, mine: dict[str, bytes], row: Row, item: Item
) -> str:
    """What is wrong with a row, empty for nothing; what was compared is taken out of `mine`."""
    had = mine.pop(item.key, None)
    if had is None:
        return f"{called(kind.name, item.key)} was added without the log"
    if had[:32] != item.hash:
        return _altered(kind.name, row, item.key)
    if kind.name == "claim" and _claim_id(row) != row["id"]:
        return f"claim {row['id']} of report {row['report_id']}: its content was altered"
    if kind.dated:
        entry = found.entries[int.from_bytes(had[32:])]
        if entry.what != TAKEN_OVER and logged.form(row[kind.dated]) != entry.at:
            return (
                f"{called(kind.name, item.key)} says {logged.form(row[kind.dated])!s:.16}, but was "
                f"entered {entry.at[:16]}: it was dated back or ahead"
            )
    return ""


def _altered(kind: str, row: Row, key: str) -> str:
    if kind == "report":
        name = f"report {row['id']} ({row['title'] or row['path']})"
        text = row["text"]
        sha = logged._sha256(text) if isinstance(text, str) else ""
        if sha != row["sha256"]:
            return f"{name}: its text was altered"
        if digest(["report", sha, row["source"], logged.form(row["published"])]) != row["id"]:
            return f"{name}: its source or date was altered"
        return f"{name}: its title, author, address or another field was altered"
    if kind == "claim":
        if _claim_id(row) != row["id"]:
            return f"claim {row['id']} of report {row['report_id']}: its content was altered"
        return (
            f"reading {row['seq']} of report {row['report_id']}: claim {row['id']} was renamed, "
            "moved, re-dated or re-scored"
        )
    if kind == "decision":
        return f"decision {key} by {row['author']}: it was altered"
    return f"{called(kind, key)}: it was altered"


def _gone(kind: str, key: str) -> str:
    if kind == "claim":
        claim, _, seq = key.partition("/")
        return f"reading {seq}: claim {claim} was removed"
    return f"{called(kind, key)} was removed"


def _claim_id(r: Row) -> str:
    """The id that a claim's own words give."""
    try:
        words = json.loads(r["words"])
        return digest(
            [
                "claim",
                *(r[k] for k in ("report_id", "kind", "aspect", "modality", "begins", "ends")),
                r["quote"],
                *(words.get(k) for k in ROLES),
                words.get("repeat", 0),
            ]
        )
    except (ValueError, TypeError, AttributeError):
        return ""


def _sum_up(readings: dict[int, bytearray], row: Row) -> None:
    try:
        shown = {**row, "claim_id": row["id"]} | {
            k: logged.form(row[k]) for k in ("valid_from", "valid_to")
        }
        readings[row["seq"]] += bytes.fromhex(resolution_hash(shown))
    except (ValueError, TypeError):
        pass  # the row's own hash tells of it


def _digests(
    c: sa.Connection, found: Verified, readings: dict[int, bytearray], withdrawn: set[str]
) -> None:
    """Readings of before the log: their own hash over their claims."""
    told = {n for line in found.wrong for n in re.findall(r"\breading (\d+)", line)}
    try:
        for r in select(c, "readings", ("seq", "report_id", "claims", "digest")):
            if r["report_id"] in withdrawn:
                continue
            name = f"reading {r['seq']} of report {r['report_id']}"
            if r["digest"] == ALTERED_BEFORE[:32]:
                found.wrong.append(f"{name}: it was {ALTERED_BEFORE}")
                continue
            mine = bytes(readings.get(r["seq"], b""))
            hashes = sorted(mine[i : i + 16].hex() for i in range(0, len(mine), 16))
            if digest(hashes, 32) != r["digest"] and str(r["seq"]) not in told:
                found.wrong.append(
                    f"{name}: claims of it were added, removed, renamed or re-scored "
                    f"({r['claims']} were stored)"
                )
    except FAULTS as e:
        found.wrong.append(f"the table readings can't be read whole: {reason(e)}")


# -- what is kept beside the ledger --------------------------------------------------------------


def _additions(
    c: sa.Connection, found: Verified, additions: Iterable[Mapping[str, str]] | None
) -> None:
    if additions is None:
        return
    try:
        used = {
            (r["kind"], r["id"]): r
            for r in select(c, "additions", ("kind", "id", "digest", "name"))
        }
    except FAULTS as e:
        found.wrong.append(f"the table additions can't be read whole: {reason(e)}")
        return
    now = {(a["kind"], a["id"]): a["digest"] for a in additions}
    for key, r in sorted(used.items()):
        name = f"the addition to the {r['kind']} {r['name'] or r['id']}"
        if key not in now:
            found.unchecked.append(f"{name}: it is not on this machine")
        elif now[key] != r["digest"]:
            found.wrong.append(f"{name} was altered since it was used")
