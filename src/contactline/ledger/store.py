"""Opening, writing and reading a ledger: one SQLite file, or PostgreSQL for a team, through the same code."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from contactline.ledger import tables as t
from contactline.ledger.duplicates import find_original
from contactline.ledger.merging import Merges, merges_of
from contactline.model import Claim, Comment, ContactlineError, Report, Role, Stored, digest

DEFAULT = "sqlite:///contactline.ledger.db"
HEAD = "0002"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def address(url: str) -> str:
    """A path stands for a SQLite file there; postgresql:// uses psycopg 3."""
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url if "://" in url else f"sqlite:///{url}"


def _pack(claim: Claim) -> str:
    body = {
        k: v
        for k in ("said_by", "condition", "extent", "number", "precision")
        if (v := getattr(claim, k)) is not None
    }
    for k in ("actor", "other", "place"):
        role = getattr(claim, k)
        if role is not None:
            body[k] = {f.name: v for f in fields(Role) if (v := getattr(role, f.name)) is not None}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _unpack(row: Any, confidence: float) -> Claim:
    body = json.loads(row.body)
    roles = {k: Role(**body[k]) if k in body else None for k in ("actor", "other", "place")}
    return Claim(
        row.report_id,
        row.kind,
        row.aspect,
        roles["actor"],
        roles["other"],
        roles["place"],
        row.modality,
        row.quote,
        row.begins,
        row.ends,
        confidence,
        body.get("said_by"),
        body.get("condition"),
        body.get("extent"),
        body.get("number"),
        row.valid_from,
        row.valid_to,
        body.get("precision"),
    )


class Ledger:
    """Open with `Ledger.open(url)`. Every report is stored with its claims in one transaction, or not at all."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.said: list[str] = []

    @classmethod
    def open(cls, url: str = DEFAULT, create: bool = True) -> Ledger:
        """Raises ContactlineError when it can't be opened, or is not a ledger of this program."""
        url = address(url)
        if url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///"))
            if not create and not path.exists():
                raise ContactlineError(
                    f"no ledger at {path}; store reports with: contactline ingest PATH…"
                )
            if not path.parent.is_dir():
                raise ContactlineError(
                    f"the folder {path.parent} does not exist; make it, or give another --ledger"
                )
        try:
            engine = sa.create_engine(
                url, connect_args={"timeout": 30} if url.startswith("sqlite") else {}
            )
            if url.startswith("sqlite"):
                sa.event.listen(engine, "connect", _pragmas)
            ledger = cls(engine)
            with engine.connect() as c:
                current = (
                    sa.inspect(c).has_table("alembic_version")
                    and c.scalar(sa.text("SELECT version_num FROM alembic_version")) == HEAD
                )
            if not current:
                ledger._migrate()
        except ContactlineError:
            raise
        except (OperationalError, DatabaseError) as e:
            raise ContactlineError(f"the ledger can't be opened: {_reason(e)}") from e
        except sa.exc.ArgumentError as e:
            raise ContactlineError(
                f"not a ledger address: {url}; give a file's path or postgresql://…"
            ) from e
        ledger._look_back()
        return ledger

    def _migrate(self) -> None:
        """Alembic brings an empty database to the newest schema; two processes starting at once do it once."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def _look_back(self) -> None:
        """Says what an ingest that never ended left behind: whole reports stay, the half-read one is not there."""
        with self.engine.connect() as c:
            open_ones = c.execute(
                sa.select(t.ingests.c.id, t.ingests.c.pid, t.ingests.c.host, t.ingests.c.started_at)
                .outerjoin(t.ingest_ends, t.ingest_ends.c.ingest_id == t.ingests.c.id)
                .where(t.ingest_ends.c.ingest_id.is_(None))
            ).all()
        for row in open_ones:
            if row.host == socket.gethostname() and not _alive(row.pid):
                with self.engine.connect() as c:
                    kept = (
                        c.scalar(sa.select(sa.func.count()).where(t.readings.c.ingest_id == row.id))
                        or 0
                    )
                self.end_ingest(row.id, kept, "interrupted")
                self.said.append(
                    f"an ingest begun {row.started_at:%Y-%m-%d %H:%M} was interrupted: {kept} whole reports of it are kept, nothing is half-written"
                )

    # -- writing ---------------------------------------------------------------------------------------------------

    def begin_ingest(
        self, reader: str, version: str, settings: dict[str, Any] | None = None
    ) -> tuple[str, int]:
        """(run id, ingest id). A run is a reader with its version and settings: reading again with the same adds nothing."""
        packed = json.dumps(settings or {}, sort_keys=True)
        run = digest(["run", reader, version, packed])
        with self._writing() as c:
            self._insert_once(
                c,
                t.runs,
                [
                    {
                        "id": run,
                        "reader": reader,
                        "version": version,
                        "settings": packed,
                        "first_at": _now(),
                    }
                ],
            )
            done = c.execute(
                sa.insert(t.ingests).values(
                    run_id=run, pid=os.getpid(), host=socket.gethostname(), started_at=_now()
                )
            )
            key = done.inserted_primary_key
            return run, int(key[0]) if key else 0

    def end_ingest(self, ingest: int, stored: int, how: str = "done") -> None:
        with self._writing() as c:
            self._insert_once(
                c,
                t.ingest_ends,
                [{"ingest_id": ingest, "ended_at": _now(), "stored": stored, "how": how}],
            )

    def has_reading(self, report_id: str, run: str) -> bool:
        with self.engine.connect() as c:
            return (
                c.scalar(
                    sa.select(t.readings.c.seq).where(
                        t.readings.c.report_id == report_id, t.readings.c.run_id == run
                    )
                )
                is not None
            )

    def store(self, report: Report, claims: Sequence[Claim], run: str, ingest: int) -> bool:
        """False when this run has stored this report already. Raises ContactlineError on a full disk or a lost server."""
        rid = report.id
        unique = {c.id: c for c in claims}
        rows = [self._claim_row(i, c) for i, c in unique.items()]
        with self._writing() as c:
            if (
                c.scalar(
                    sa.select(t.readings.c.seq).where(
                        t.readings.c.report_id == rid, t.readings.c.run_id == run
                    )
                )
                is not None
            ):
                return False
            fresh = c.scalar(sa.select(t.reports.c.id).where(t.reports.c.id == rid)) is None
            if fresh:
                row = {
                    k: getattr(report, k)
                    for k in (
                        "article_end",
                        "title",
                        "source",
                        "author",
                        "published",
                        "date_basis",
                        "url",
                        "language",
                        "media_type",
                        "path",
                        "unread",
                    )
                }
                self._insert_once(
                    c,
                    t.reports,
                    [
                        row
                        | {
                            "id": rid,
                            "sha256": report.sha256,
                            "text": _clean(report.text),
                            "stored_at": _now(),
                        }
                    ],
                )
                if report.comments:
                    self._insert_once(
                        c, t.comments, [self._comment_row(rid, x) for x in report.comments]
                    )
                found = find_original(c, rid, report.text[: report.article_end])
                if found:
                    self._insert_once(
                        c,
                        t.copies,
                        [{"report_id": rid, "original_id": found[0], "similarity": found[1]}],
                    )
            if rows:
                self._insert_once(c, t.claims, rows)
            try:
                done = c.execute(
                    sa.insert(t.readings).values(
                        run_id=run,
                        report_id=rid,
                        ingest_id=ingest,
                        claims=len(rows),
                        digest=reading_digest(unique.values()),
                    )
                )
            except IntegrityError:
                c.rollback()
                return False
            key = done.inserted_primary_key
            seq = key[0] if key else 0
            if rows:
                c.execute(
                    sa.insert(t.read_claims),
                    [
                        {"claim_id": i, "seq": seq, "confidence": round(x.confidence, 6)}
                        for i, x in unique.items()
                    ],
                )
        return True

    def decide(
        self,
        action: str,
        subject: str,
        value: dict[str, Any],
        author: str,
        undoes: str | None = None,
    ) -> str:
        """Adds a review decision; gives its id. Actions: accept, reject, correct, merge, undo."""
        with self._writing() as c:
            position = (c.scalar(sa.select(sa.func.max(t.decisions.c.position))) or 0) + 1
            packed = json.dumps(value, sort_keys=True, ensure_ascii=False)
            at = _now()
            key = digest(
                ["decision", position, action, subject, packed, author, at.isoformat(), undoes]
            )
            c.execute(
                sa.insert(t.decisions).values(
                    id=key,
                    position=position,
                    action=action,
                    subject=subject,
                    value=packed,
                    author=author,
                    decided_at=at,
                    undoes=undoes,
                )
            )
            return key

    def _claim_row(self, key: str, c: Claim) -> dict[str, Any]:
        return {
            "id": key,
            "report_id": c.report,
            "kind": c.kind,
            "aspect": c.aspect,
            "actor_id": c.actor.id if c.actor else None,
            "other_id": c.other.id if c.other else None,
            "place_id": c.place.id if c.place else None,
            "modality": c.modality,
            "valid_from": c.valid_from,
            "valid_to": c.valid_to,
            "begins": c.start,
            "ends": c.end,
            "quote": _clean(c.quote),
            "body": _clean(_pack(c)),
        }

    def _comment_row(self, rid: str, x: Comment) -> dict[str, Any]:
        return {
            "report_id": rid,
            "position": x.order,
            "author": _clean(x.author),
            "text": _clean(x.text),
            "parent": x.parent,
            "begins": x.start,
            "ends": x.end,
            "corrects": x.corrects,
        }

    def _insert_once(self, c: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        make = postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert
        c.execute(make(table).on_conflict_do_nothing(), rows)

    def _writing(self) -> _Writing:
        return _Writing(self.engine)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _newest(self, run: str | None) -> sa.Subquery:
        """The reading of each report that counts: the newest run's, or the asked one's."""
        q = sa.select(sa.func.max(t.readings.c.seq).label("seq")).group_by(t.readings.c.report_id)
        if run:
            q = q.where(t.readings.c.run_id == run)
        return q.subquery()

    def claims(
        self,
        *,
        kinds: Sequence[str] = (),
        place_ids: Sequence[str] = (),
        as_known: date | None = None,
        run: str | None = None,
        ids: Sequence[str] = (),
    ) -> list[Stored]:
        """Claims with their report's source and date, review decisions applied. Known is the report's date, else the day stored."""
        merges = self.merges(as_known)
        place_ids = [*place_ids, *merges.behind(place_ids)]
        with self.engine.connect() as c:
            many = (c.scalar(sa.select(sa.func.count()).select_from(t.runs)) or 0) > 1
            q = (
                sa.select(
                    t.claims,
                    t.read_claims.c.confidence,
                    t.reports.c.source,
                    t.reports.c.published,
                    t.reports.c.stored_at,
                    t.copies.c.original_id,
                )
                .join(t.read_claims, t.read_claims.c.claim_id == t.claims.c.id)
                .join(t.reports, t.reports.c.id == t.claims.c.report_id)
                .outerjoin(t.copies, t.copies.c.report_id == t.claims.c.report_id)
            )
            if many or run:
                newest = self._newest(run)
                q = q.join(newest, newest.c.seq == t.read_claims.c.seq)
            if kinds:
                q = q.where(t.claims.c.kind.in_(kinds))
            if place_ids:
                q = q.where(t.claims.c.place_id.in_(place_ids))
            if ids:
                q = q.where(t.claims.c.id.in_(ids))
            if as_known:
                q = q.where(
                    sa.func.coalesce(
                        t.reports.c.published,
                        sa.cast(t.reports.c.stored_at, sa.Date)
                        if self.engine.dialect.name == "postgresql"
                        else sa.func.date(t.reports.c.stored_at),
                    )
                    <= as_known
                )
            rows = c.execute(q).all()
        review = self.reviewed(as_known)
        here = (
            {r.report_id for r in rows} if as_known else None
        )  # what was copied from a report not yet known was no copy then
        out = []
        for r in rows:
            verdict = review.get(r.id)
            if verdict and verdict[0] == "reject":
                continue
            claim = _unpack(r, r.confidence)
            if verdict and verdict[0] == "correct":
                claim = corrected(claim, verdict[1])
            if merges:
                claim = merges.apply(claim)
            out.append(
                Stored(
                    r.id,
                    claim,
                    r.source or "unnamed source",
                    r.published,
                    r.published or r.stored_at.date(),
                    1.0,
                    r.original_id if here is None or r.original_id in here else None,
                    verdict[0] if verdict else None,
                )
            )
        out.sort(key=lambda s: (s.on, s.known, s.id))
        return out

    def reviewed(self, as_known: date | None = None) -> dict[str, tuple[str, dict[str, Any]]]:
        """Claim id to the decision that stands, undone ones left out."""
        return {
            r.subject: (r.action, json.loads(r.value))
            for r in self._standing(as_known)
            if r.action in ("accept", "reject", "correct")
        }

    def merges(self, as_known: date | None = None) -> Merges:
        """Actors and places that reviewers took for one another, or split, undone decisions left out."""
        return merges_of(
            (r.action, r.subject, json.loads(r.value))
            for r in self._standing(as_known)
            if r.action in ("merge", "split")
        )

    def _standing(self, as_known: date | None) -> list[Any]:
        """Decisions in order, without those taken back; the taking back of a taking back counts too."""
        q = sa.select(t.decisions).order_by(t.decisions.c.position)
        if as_known:
            q = q.where(
                t.decisions.c.decided_at
                < datetime(as_known.year, as_known.month, as_known.day) + timedelta(days=1)
            )
        with self.engine.connect() as c:
            rows = list(c.execute(q).all())
        undone: set[str] = set()
        for r in reversed(rows):
            if r.undoes and r.id not in undone:
                undone.add(r.undoes)
        return [r for r in rows if r.id not in undone]

    def decisions(self) -> list[dict[str, Any]]:
        with self.engine.connect() as c:
            return [
                dict(r._mapping)
                for r in c.execute(sa.select(t.decisions).order_by(t.decisions.c.position))
            ]

    def reports(self) -> Iterator[dict[str, Any]]:
        q = sa.select(
            *(c for c in t.reports.c if c.name != "text"),
            sa.func.length(t.reports.c.text).label("length"),
        ).order_by(t.reports.c.published, t.reports.c.id)
        with self.engine.connect() as c:
            for r in c.execute(q):
                yield dict(r._mapping)

    def report(self, key: str) -> Report | None:
        with self.engine.connect() as c:
            r = c.execute(sa.select(t.reports).where(t.reports.c.id == key)).first()
            if r is None:
                return None
            said = c.execute(
                sa.select(t.comments)
                .where(t.comments.c.report_id == key)
                .order_by(t.comments.c.position)
            ).all()
        notes = tuple(
            Comment(x.author, x.text, x.position, x.parent, x.begins, x.ends, x.corrects)
            for x in said
        )
        return Report(
            r.text,
            r.article_end,
            r.title,
            r.source,
            r.author,
            r.published,
            r.date_basis,
            r.url,
            r.language,
            r.media_type,
            r.path,
            notes,
            r.unread,
        )

    def counts(self) -> dict[str, int]:
        with self.engine.connect() as c:
            return {
                n: c.scalar(sa.select(sa.func.count()).select_from(tab)) or 0
                for n, tab in (
                    ("reports", t.reports),
                    ("claims", t.claims),
                    ("comments", t.comments),
                    ("runs", t.runs),
                    ("decisions", t.decisions),
                    ("copies", t.copies),
                )
            }

    def mark(self) -> tuple[int, int]:
        """Changes whenever a reading or a decision is added, by whatever process."""
        with self.engine.connect() as c:
            return c.scalar(sa.select(sa.func.max(t.readings.c.seq))) or 0, c.scalar(
                sa.select(sa.func.max(t.decisions.c.position))
            ) or 0

    def search(
        self,
        words: str = "",
        source: str = "",
        first: date | None = None,
        last: date | None = None,
        skip: int = 0,
        most: int = 50,
    ) -> tuple[list[dict[str, Any]], int]:
        """Reports whose title or text holds the words, newest first, and how many there are in all."""
        q = sa.select(
            *(c for c in t.reports.c if c.name != "text"),
            sa.func.length(t.reports.c.text).label("length"),
        )
        if words:
            q = q.where(
                sa.or_(
                    t.reports.c.title.icontains(words, autoescape=True),
                    t.reports.c.text.icontains(words, autoescape=True),
                )
            )
        if source:
            q = q.where(t.reports.c.source == source)
        if first:
            q = q.where(t.reports.c.published >= first)
        if last:
            q = q.where(t.reports.c.published <= last)
        with self.engine.connect() as c:
            n = c.scalar(sa.select(sa.func.count()).select_from(q.subquery())) or 0
            return [
                dict(r._mapping)
                for r in c.execute(
                    q.order_by(t.reports.c.published.desc(), t.reports.c.id)
                    .offset(skip)
                    .limit(most)
                )
            ], n

    def span(self) -> tuple[date | None, date | None]:
        with self.engine.connect() as c:
            r = c.execute(
                sa.select(sa.func.min(t.reports.c.published), sa.func.max(t.reports.c.published))
            ).one()
            return r[0], r[1]

    # -- verifying -------------------------------------------------------------------------------------------------

    def verify(self, tell: Callable[[int], None] | None = None) -> list[str]:
        """Recomputes every hash; one line for each row that is not what it was when stored. Empty when all stands."""
        wrong: list[str] = []
        with self.engine.connect() as c:
            for r in c.execution_options(yield_per=500).execute(sa.select(t.reports)):
                report = Report(r.text, r.article_end, r.title, r.source, r.author, r.published)
                if report.sha256 != r.sha256:
                    wrong.append(f"report {r.id} ({r.title or r.path}): its text was altered")
                elif report.id != r.id:
                    wrong.append(
                        f"report {r.id} ({r.title or r.path}): its source or date was altered"
                    )
        kept: dict[int, list[tuple[str, float]]] = {}
        with self.engine.connect() as c:
            for n, r in enumerate(
                c.execution_options(yield_per=5000).execute(
                    sa.select(t.claims, t.read_claims.c.confidence, t.read_claims.c.seq).outerjoin(
                        t.read_claims, t.read_claims.c.claim_id == t.claims.c.id
                    )
                )
            ):
                try:
                    same = _unpack(r, 0.0).id == r.id
                except (ValueError, TypeError, KeyError):
                    same = False
                if not same:
                    wrong.append(f"claim {r.id} of report {r.report_id}: its content was altered")
                if r.seq is not None:
                    kept.setdefault(r.seq, []).append((r.id, r.confidence))
                if tell and n % 5000 == 0:
                    tell(n)
            for r in c.execute(sa.select(t.readings)):
                if _digest_of(kept.get(r.seq, [])) != r.digest:
                    wrong.append(
                        f"reading {r.seq} of report {r.report_id}: claims of it were added, removed or re-scored ({r.claims} were stored)"
                    )
            for r in c.execute(sa.select(t.decisions)):
                if (
                    digest(
                        [
                            "decision",
                            r.position,
                            r.action,
                            r.subject,
                            r.value,
                            r.author,
                            r.decided_at.isoformat(),
                            r.undoes,
                        ]
                    )
                    != r.id
                ):
                    wrong.append(f"decision {r.id} by {r.author}: it was altered")
        return wrong


class _Writing:
    """One transaction; a database's own words become one line that says what to do."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def __enter__(self) -> sa.Connection:
        try:
            self.connection = self.engine.connect()
            if self.engine.dialect.name == "sqlite":
                # taking the write lock first keeps two writers from both reading, then one failing to upgrade
                self.connection.exec_driver_sql("BEGIN IMMEDIATE")
            self.transaction = self.connection.get_transaction() or self.connection.begin()
        except (OperationalError, DatabaseError) as e:
            raise ContactlineError(f"the ledger can't be written: {_reason(e)}") from e
        return self.connection

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        try:
            if kind is None:
                self.transaction.commit() if self.transaction.is_active else None
            else:
                self.transaction.rollback()
        except (OperationalError, DatabaseError) as e:
            raise ContactlineError(
                f"the ledger can't be written: {_reason(e)}; what was stored before stays"
            ) from e
        finally:
            self.connection.close()
        if isinstance(value, (OperationalError, DatabaseError)) and not isinstance(
            value, IntegrityError
        ):
            raise ContactlineError(
                f"the ledger can't be written: {_reason(value)}; what was stored before stays"
            ) from value


def _pragmas(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    # WAL lets readers go on while one process writes; FULL keeps a committed report through a power cut
    until = time.monotonic() + 30
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as e:
            # two that switch a new file at once: SQLite says "locked" without waiting, whatever the busy timeout
            if "locked" not in str(e) or time.monotonic() > until:
                raise
            time.sleep(0.02)
    for line in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "mmap_size=1073741824",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()
    connection.isolation_level = None


def _reason(e: BaseException) -> str:
    words = str(getattr(e, "orig", e)).strip().split("\n")[0]
    if "disk is full" in words or "No space left" in words:
        return "the disk is full; free some space and run the same command again"
    return words[:200]


def _clean(text: str) -> str:
    """Databases refuse NUL and unpaired surrogates; both are taken out by intake and here for what comes otherwise."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _digest_of(pairs: Iterable[tuple[str, float]]) -> str:
    return digest(sorted([i, round(float(c), 6)] for i, c in pairs), 32)


def reading_digest(claims: Iterable[Claim]) -> str:
    return _digest_of((c.id, c.confidence) for c in claims)


def corrected(claim: Claim, value: dict[str, Any]) -> Claim:
    """The claim as a reviewer put it right; the stored one stays as it was read."""
    from dataclasses import replace

    known = {
        k: v for k, v in value.items() if k in ("kind", "aspect", "modality", "extent", "said_by")
    }
    for k in ("valid_from", "valid_to"):
        if value.get(k):
            known[k] = date.fromisoformat(value[k])
    for k in ("actor", "other", "place"):
        if isinstance(value.get(k), dict):
            known[k] = Role(**{f: v for f, v in value[k].items() if f in Role.__dataclass_fields__})
    return replace(claim, **known)
