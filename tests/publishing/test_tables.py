"""Claims, events and holdings as columns, and asked in SQL, which only reads."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from contactline.cli import app
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.publishing.tables import asked, claims_table
from contactline.questions.analysis import Analysis
from tests.cli.test_alerting import begin, taken

pytest.importorskip("duckdb")
ON = date(2017, 11, 1)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("sql") / "l.db")
    ledger = Ledger.open(path)
    begin(ledger)
    taken(ledger)
    return path


@pytest.fixture(scope="module")
def analysis(url: str) -> Analysis:
    return Analysis(Ledger.open(url))


def test_the_three_tables(analysis: Analysis) -> None:
    columns, rows = asked(
        analysis, ON, None, "SELECT source, count(*) AS n FROM claims GROUP BY ALL ORDER BY ALL"
    )
    assert columns == ["source", "n"] and rows == [("Post", 4), ("Wire", 4)]
    _, ((holder, since),) = asked(
        analysis, ON, None, "SELECT holder, since FROM holdings WHERE place = 'Alpha'"
    )
    assert holder and since == ON
    _, rows = asked(
        analysis,
        ON,
        None,
        "SELECT e.kind, e.date, c.quote FROM events e, unnest(e.claims) AS u(id) "
        "JOIN claims c ON c.id = u.id WHERE e.place = 'Alpha'",
    )
    assert len(rows) == 2 and {r[1] for r in rows} == {ON}
    assert all("gains Alpha" in r[2] for r in rows)
    # as known before it was told, nobody took it
    _, rows = asked(analysis, ON, date(2017, 10, 15), "SELECT * FROM events")
    assert rows == []


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE claims",
        "INSERT INTO claims SELECT * FROM claims",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO '/tmp/contactline-never'",
        "ATTACH '/tmp/contactline-never'",
        "SET enable_external_access = true",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT nothing FROM claims",
        "SELEKT",
        "",
    ],
)
def test_what_is_no_reading_of_the_ledger_is_one_line(analysis: Analysis, query: str) -> None:
    with pytest.raises(ContactlineError) as e:
        asked(analysis, ON, None, query)
    assert "\n" not in str(e.value) and not Path("/tmp/contactline-never").exists()


def test_claims_as_parquet_are_the_ledgers(url: str, analysis: Analysis, tmp_path: Path) -> None:
    file = tmp_path / "claims.parquet"
    done = CliRunner().invoke(app, ["export", str(file), "--ledger", url])
    assert done.exit_code == 0, done.output
    kept = pq.read_table(file)
    assert kept.equals(claims_table(analysis.history().claims)) and kept.num_rows == 8
    (first, *_) = kept.to_pylist()
    claim = analysis.by_id()[first["id"]]
    assert first["quote"] == claim.claim.quote and first["published"] == claim.published


def test_the_command(url: str) -> None:
    query = "SELECT source, published FROM claims WHERE aspect = 'gains' ORDER BY source"
    shown = CliRunner().invoke(app, ["sql", query, "--format", "json", "--ledger", url])
    assert json.loads(shown.stdout) == [
        {"source": "Post", "published": "2017-11-01"},
        {"source": "Wire", "published": "2017-11-01"},
    ]
    table = CliRunner().invoke(app, ["sql", query, "--format", "csv", "--ledger", url])
    assert table.stdout.splitlines()[:2] == ["source,published", "Post,2017-11-01"]
    assert CliRunner().invoke(app, ["sql", query, "--format", "xml"]).exit_code == 2
