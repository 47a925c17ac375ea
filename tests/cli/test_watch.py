"""Following as a user starts it: one round, what it shows, and how it is ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from typer.testing import CliRunner

from contactline.cli import app
from contactline.ledger.store import Ledger
from tests.intake.samples import MORE, SENTENCE


def sources(folder: Path) -> Path:
    (folder / "in").mkdir()
    (folder / "in" / "a.txt").write_text(f"24 August 2023 - Wire\n\n{SENTENCE}\n\n{MORE}")
    os.utime(folder / "in" / "a.txt", (1, 1))
    file = folder / "sources.toml"
    file.write_text(
        '[[sources]]\nname = "desk"\nkind = "folder"\npath = "in"\noutlet = "Desk"\n'
        'interval = "1s"\n[alerts]\njson = "alerts.json"\n'
    )
    return file


def test_one_round_and_what_it_shows(tmp_path: Path) -> None:
    file, url = sources(tmp_path), str(tmp_path / "l.db")
    args = ["watch", str(file), "--once", "--reader", "fast", "--ledger", url]
    done = CliRunner().invoke(app, args)
    assert done.exit_code == 0, done.output
    (r,) = Ledger.open(url).reports()
    assert r["source"] == "Desk" and Ledger.open(url).counts()["claims"] > 0
    told = json.loads((tmp_path / "alerts.json").read_text())["alerts"]
    assert {(a["kind"], a["place"]) for a in told} >= {("taken", "Saraqib")}
    assert SENTENCE in {q["quote"] for a in told for q in a["quotes"]}
    shown = CliRunner().invoke(
        app, ["watch", str(file), "--state", "--format", "json", "--ledger", url]
    )
    (row,) = json.loads(shown.stdout)
    assert row["entries"] == {"read": 1} and row["failures"] == 0 and row["next"]
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    os.utime(tmp_path / "in" / "b.txt", (1, 1))
    time.sleep(1.1)
    failed = CliRunner().invoke(app, args)
    assert failed.exit_code == 1 and "empty file" in failed.output
    wide = CliRunner(env={"COLUMNS": "240"})
    text = wide.invoke(app, ["watch", str(file), "--state", "--ledger", url])
    assert "1 failed, 1 read" in text.stdout and "empty file" in text.stdout


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    file, url = sources(tmp_path), str(tmp_path / "l.db")
    args = [sys.executable, "-m", "contactline", "watch", str(file), "--reader", "fast"]
    p = subprocess.Popen([*args, "--ledger", url], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 900
    while time.monotonic() < until:
        if Path(url).exists() and Ledger.open(url).counts()["reports"]:
            break
        time.sleep(0.5)
    p.send_signal(signal.SIGTERM)
    _, said = p.communicate(timeout=900)
    assert p.returncode == 0 and "following 1 sources" in said and "ending after" in said
    assert Ledger.open(url).said == []  # nothing was left half-done


def test_a_wrong_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("[[sources]]\nname = 'x'\nkind = 'gopher'\n")
    args = [sys.executable, "-m", "contactline", "watch", str(file)]
    done = subprocess.run(args, capture_output=True, text=True)
    assert done.returncode == 1 and "source x: kind is one of" in done.stderr
    assert "Traceback" not in done.stderr
