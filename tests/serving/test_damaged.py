"""A ledger that goes away under the server: a clear page and 503, not 500, not an old answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from contactline.ledger.store import Ledger
from contactline.serving.app import create_app
from tests.ledger.test_backup import _emptied, _removed, _replaced, _zeroed
from tests.ledger.test_store import put
from tests.makers import claim, report


@pytest.fixture
def served(tmp_path: Path) -> tuple[TestClient, Path, Ledger]:
    path = tmp_path / "l.db"
    ledger = Ledger.open(str(path))
    r = report()
    put(ledger, r, [claim(in_report=r)])
    with ledger.engine.connect() as c:
        c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    client = TestClient(create_app(ledger), raise_server_exceptions=False)
    client.headers["x-csrf-token"] = client.get("/api/v1/meta").json()["user"]["csrf"]
    return client, path, ledger


@pytest.mark.parametrize("harm", [_removed, _replaced, _zeroed, _emptied])
def test_a_vanished_ledger_is_told(
    served: tuple[TestClient, Path, Ledger], harm: Callable[[Path], None]
) -> None:
    client, path, _ = served
    assert client.get("/api/v1/decisions").status_code == 200
    harm(path)
    for method, address in (("GET", "meta"), ("GET", "decisions"), ("POST", "decisions")):
        got = client.request(method, f"/api/v1/{address}", json={})
        assert got.status_code == 503, got.text
        assert "ledger" in got.json()["detail"] and "server" in got.json()["detail"]
        assert got.headers["retry-after"] and got.headers["x-content-type-options"]
    page = client.get("/")
    assert page.status_code == 503 and "<h1>The ledger can't be reached</h1>" in page.text
    assert "Traceback" not in page.text and str(path.parent) not in page.text


def test_pages_of_the_file_that_are_zeroed_are_told(
    served: tuple[TestClient, Path, Ledger],
) -> None:
    client, path, ledger = served
    ledger.engine.dispose()
    size = path.stat().st_size
    with path.open("r+b") as f:
        f.seek(4096)
        f.write(bytes(size - 4096))
    got = client.get("/api/v1/decisions")
    assert got.status_code == 503 and "contactline doctor" in got.json()["detail"]


def test_a_read_only_ledger_is_read_and_says_why_it_is_not_written(
    served: tuple[TestClient, Path, Ledger],
) -> None:
    client, _, ledger = served
    key = ledger.claims()[0].id
    sa.event.listen(
        ledger.engine, "connect", lambda c, _: c.execute("PRAGMA query_only=ON").close()
    )
    ledger.engine.dispose()
    assert client.get("/api/v1/decisions").status_code == 200
    got = client.post("/api/v1/decisions", json={"action": "reject", "subject": key})
    assert got.status_code == 503 and "readonly" in got.json()["detail"]
    assert len(client.get("/api/v1/decisions").json()["decisions"]) == 0
