"""Tables of the ledger. Rows are only added; ids of claims, reports and decisions are hashes of
their content.

A report is read by a run (`readings`); what the reader found is kept unnamed (`words`), so that it
can be named anew. A claim is its words (`claims`); whom, where and when a reading took them to mean
stands in `resolutions`.

What is followed (`followed`, `hosts`, `entries`), told of (`told`, `sends`) and set aside
(`set_aside`) is how far the work has come, and no evidence: its rows change.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# every row of the tables below stands under an entry of this one (docs/evidence.md)
log = Table(
    "log",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("at", DateTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("items", Text, nullable=False),
    Column("root", String(64), nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

# what users added to gazetteer or catalogue, as it was when first used here
additions = Table(
    "additions",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("first_at", DateTime, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("article_end", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("published", Date),
    Column("date_basis", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("unread", Text, nullable=False),
    Column("stored_at", DateTime, nullable=False),
)

# numbers of the reports in SQLite's index of words (ledger/searching.py)
search_rows = Table(
    "search_rows",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, unique=True, index=True),
)

comments = Table(
    "comments",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("parent", Integer),
    Column("begins", Integer),
    Column("ends", Integer),
    Column("corrects", Integer),
)

copy_buckets = Table(
    "copy_buckets",
    metadata,
    Column("bucket", String(24), primary_key=True),
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("signature", LargeBinary, nullable=False),
)

copy_pairs = Table(
    "copy_pairs",
    metadata,
    Column("one", ForeignKey("reports.id"), primary_key=True),
    Column("two", ForeignKey("reports.id"), primary_key=True),
    Column("similarity", Float, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("reader", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("weights", Text, nullable=False),
    Column("naming", Text, nullable=False),
    Column("gazetteer", Text, nullable=False),
    Column("reader_key", String(16), nullable=False),
    Column("first_at", DateTime, nullable=False),
)

ingests = Table(
    "ingests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("started_at", DateTime, nullable=False),
)

ingest_ends = Table(
    "ingest_ends",
    metadata,
    Column("ingest_id", ForeignKey("ingests.id"), primary_key=True),
    Column("ended_at", DateTime, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("how", Text, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("report_id", ForeignKey("reports.id"), nullable=False),
    Column("ingest_id", ForeignKey("ingests.id"), nullable=False),
    Column("claims", Integer, nullable=False),
    Column("digest", String(32), nullable=False),
    Index("readings_once", "report_id", "run_id", unique=True),
)

words = Table(
    "words",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("reader_key", String(16), primary_key=True),
    Column("body", Text, nullable=False),
    Column("digest", String(32), nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("aspect", String(12)),
    Column("modality", String(12), nullable=False),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("claims_kind", "kind"),
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("claim_id", ForeignKey("claims.id"), primary_key=True),
    Column("seq", ForeignKey("readings.seq"), primary_key=True),
    Column("confidence", Float, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("actor_id", Text),
    Column("other_id", Text),
    Column("place_id", Text),
    Column("body", Text, nullable=False),
    Index("resolutions_seq", "seq"),
    Index("resolutions_place", "place_id"),
)

former_ids = Table(
    "former_ids",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("claim_id", ForeignKey("claims.id"), nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("action", String(16), nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("value", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("undoes", String(16)),
)

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password", Text, nullable=False),
    Column("role", String(12), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("closed_at", DateTime),
    Column("totp", Text),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_name", ForeignKey("users.name"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("label", Text, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("address", Text, nullable=False),
)

# reports whose words went by order; by their hash they are known and not stored again
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("report_id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("why", Text, nullable=False),
)

followed = Table(
    "followed",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("checked_at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("note", Text, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("quiet_until", DateTime),
    Column("robots", Text),
    Column("robots_at", DateTime),
)

entries = Table(
    "entries",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("address", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("day", Date),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("found_at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("report_id", String(16)),
    Column("note", Text, nullable=False),
    Column("pid", Integer),
    Column("host", Text),
    Index("entries_due", "state", "next_at"),
)

told = Table(
    "told",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("mark", Text, nullable=False),
    Column("body", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("change", String(32), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("body", Text, nullable=False),
)

sends = Table(
    "sends",
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True),
    Column("rule", String(80), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("pid", Integer),
    Column("host", Text),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("report_id", String(16), primary_key=True),
    Column("run_id", String(16), primary_key=True),
    Column("path", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", DateTime, nullable=False),
)
