"""Places that are added reach the reports that are stored already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contactline import __version__
from contactline.cli import app
from contactline.naming.gazetteer import Gazetteer
from contactline.naming.index import cache_folder


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own that shares the compiled gazetteer, so that what is added stays here."""
    Gazetteer.open()
    own = tmp_path / "cache"
    own.mkdir()
    for compiled in cache_folder().glob("gazetteer-*"):
        (own / compiled.name).symlink_to(compiled)
    monkeypatch.setenv("CONTACTLINE_CACHE", str(own))
    return own


def run(*args: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*args], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.mark.usefixtures("own_cache")
def test_an_added_place_reaches_stored_reports(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text(
        "The army captured the village of Qasr Munaydir on Saturday. "
        "Islamic State still holds the town of Mayadin, officials in Syria said."
    )
    (tmp_path / "more.csv").write_text(
        "name,lat,lon,country\nQasr Munaydir,35.02,40.4,SY\n", encoding="utf-8"
    )
    ledger = ("--ledger", str(tmp_path / "l.db"), "--quiet")
    run("ingest", str(tmp_path / "r.txt"), "--date", "2017-11-01", *ledger)

    def shown() -> list[dict[str, Any]]:
        drawn = json.loads(run("picture", "--on", "2017-11-20", "--format", "json", *ledger))
        return [p for p in drawn["places"] if p["name"] == "Qasr Munaydir"]

    assert shown() == []
    run("gazetteer", "add", str(tmp_path / "more.csv"))
    run("reread", "--names-only", *ledger)
    (place,) = shown()
    assert place["lat"] == pytest.approx(35.02, abs=1e-3) and place["claims"]
    run("verify", *ledger)


def test_the_version_is_the_packages() -> None:
    assert run("--version").strip() == f"contactline {__version__}"
