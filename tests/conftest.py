"""What the tests share: the tools (made once), a fresh ledger, the small makers of reports and
claims.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

from contactline.ledger.store import Ledger
from contactline.pipeline import Tools, ingest

ROOT = Path(__file__).parent.parent
os.environ.setdefault("CONTACTLINE_CACHE", str(ROOT / ".venv" / "cache"))


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools()


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """A ledger of the bundled reports, made once: to be asked, never written to."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    ingest(Ledger.open(str(path)), [ROOT / "demo" / "reports"], tools)
    return path


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL on a socket of its own; skipped where the server's programs are not
    installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL's server is not installed (Debian package postgresql)")
    bins = found[-1].parent
    where = Path(tempfile.mkdtemp(prefix="cl-pg-", dir="/tmp"))
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(where, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    subprocess.run(
        [
            *as_user,
            str(bins / "initdb"),
            "-D",
            str(where / "data"),
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [
            *as_user,
            str(bins / "pg_ctl"),
            "-D",
            str(where / "data"),
            "-w",
            "-o",
            f"-k {where} -c listen_addresses='' -c fsync=off",
            "-l",
            str(where / "log"),
            "start",
        ],
        check=True,
        capture_output=True,
    )
    yield where
    subprocess.run(
        [*as_user, str(bins / "pg_ctl"), "-D", str(where / "data"), "-m", "immediate", "stop"],
        check=False,
        capture_output=True,
    )
    shutil.rmtree(where, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Path) -> str:
    import psycopg

    name = "t" + uuid.uuid4().hex[:12]
    with psycopg.connect(
        f"host={postgres_server} user=postgres dbname=postgres", autocommit=True
    ) as c:
        c.execute(f"CREATE DATABASE {name}")
    return f"postgresql://postgres@/{name}?host={postgres_server}"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (
        str(tmp_path / "ledger.db")
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger.open(ledger_url)
