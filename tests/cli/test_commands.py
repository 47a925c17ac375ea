"""The commands as a user runs them: a process of their own, real files, exit status, the keys of
the contract.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"


def run(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contactline", *args],
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        env=os.environ | {"COLUMNS": "200"},
        timeout=300,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger of the bundled reports."""
    url = str(tmp_path_factory.mktemp("demo") / "l.db")
    done = run("ingest", "demo/reports", "--ledger", url, "--quiet")
    assert done.returncode == 0, done.stderr
    return url


def test_read_prints_one_claim_a_line_with_the_keys_of_the_contract() -> None:
    done = run("read", "demo/reports/2017-10-18-wire-raqqa.txt", "--format", "jsonl", "--quiet")
    assert done.returncode == 0
    rows = [json.loads(x) for x in done.stdout.splitlines()]
    text = (ROOT / "demo/reports/2017-10-18-wire-raqqa.txt").read_text()
    want = {
        "report",
        "kind",
        "aspect",
        "actor",
        "other",
        "place",
        "modality",
        "said_by",
        "condition",
        "extent",
        "number",
        "from",
        "to",
        "precision",
        "quote",
        "start",
        "end",
        "confidence",
    }
    assert rows and all(set(r) == want and text[r["start"] : r["end"]] == r["quote"] for r in rows)
    assert all(
        set(r["place"]) == {"name", "text", "id", "lat", "lon", "geoname_id"}
        for r in rows
        if r["place"]
    )


def test_places_prints_every_mention_unknown_ones_with_nulls() -> None:
    done = run("places", "demo/reports/2017-10-18-wire-raqqa.txt", "--format", "jsonl", "--quiet")
    rows = [json.loads(x) for x in done.stdout.splitlines()]
    assert done.returncode == 0 and any(
        r["name"] and r["lat"] and "Raqqa" in r["text"] for r in rows
    )
    assert all(
        set(r)
        == {"report", "text", "start", "end", "name", "geoname_id", "lat", "lon", "confidence"}
        for r in rows
    )
    assert all(r["lat"] is not None or r["name"] is None for r in rows)


def test_the_picture_of_the_demo(demo: str) -> None:
    done = run("picture", "--on", "2017-11-20", "--format", "json", "--ledger", demo)
    p = json.loads(done.stdout)
    assert {"on", "as_known", "places", "sectors", "lines", "relations", "agreements"} <= set(
        p
    ) and p["on"] == "2017-11-20"
    assert all(
        {
            "name",
            "id",
            "geoname_id",
            "lat",
            "lon",
            "holder",
            "status",
            "probability",
            "since",
            "claims",
        }
        <= set(x)
        for x in p["places"]
    )
    assert {x["status"] for x in p["places"]} <= {"held", "contested", "besieged", "unknown"}
    held = {x["name"]: x["holder"] for x in p["places"]}
    assert "Syrian government" in held["Aleppo"] and "Syrian Democratic Forces" in held["Raqqa"]
    assert (
        len(p["sectors"]) >= 5
        and all(s["claims"] for s in p["sectors"])
        and p["lines"]
        and p["agreements"]
    )


def test_as_known_forgets_what_came_later(demo: str) -> None:
    now = json.loads(
        run("holds", "Raqqa", "--on", "2017-10-30", "--format", "json", "--ledger", demo).stdout
    )
    then = json.loads(
        run(
            "holds",
            "Raqqa",
            "--on",
            "2017-10-30",
            "--as-known",
            "2017-09-01",
            "--format",
            "json",
            "--ledger",
            demo,
        ).stdout
    )
    assert now["claims"] and not then["claims"] and then["status"] == "unknown"


def test_holds_answers_why(demo: str) -> None:
    done = run(
        "holds", "Mayadin", "--on", "2017-11-01", "--why", "--format", "json", "--ledger", demo
    )
    got = json.loads(done.stdout)
    assert (
        "Syrian government" in got["holder"]
        and got["since"] == "2017-10-14"
        and got["parameters"]["standing.held_at"] == 0.6
    )
    assert all(w["quote"] and w["source"] for w in got["why"])
    before = json.loads(
        run("holds", "Mayadin", "--on", "2017-09-20", "--format", "json", "--ledger", demo).stdout
    )
    assert before["holder"] == "Islamic State"


@pytest.mark.parametrize(
    "command",
    [
        ["changes", "2017-09-15", "2017-11-20"],
        ["lines", "--on", "2017-11-20"],
        ["relations"],
        ["prospects"],
        ["reports"],
        ["sources"],
        ["whatif", "--without", "ISIS", "--on", "2017-11-20"],
    ],
)
def test_every_answer_in_text_and_json(demo: str, command: list[str]) -> None:
    assert json.loads(run(*command, "--format", "json", "--ledger", demo).stdout)
    text = run(*command, "--ledger", demo)
    assert text.returncode == 0 and text.stdout.strip()


def test_reading_twice_adds_nothing_and_all_stands(demo: str) -> None:
    again = run("ingest", "demo/reports", "--ledger", demo)
    assert "read 0" in again.stderr and "skipped 16" in again.stderr
    assert run("verify", "--ledger", demo).returncode == 0


def test_review_changes_the_picture_and_undo_brings_it_back(demo: str) -> None:
    first = json.loads(
        run(
            "holds", "Conoco gas field", "--on", "2017-10-01", "--format", "json", "--ledger", demo
        ).stdout
    )
    made = [
        run("review", "reject", c, "--author", "A tester", "--ledger", demo).stdout.strip()
        for c in first["claims"]
    ]
    assert run("holds", "Conoco gas field", "--on", "2017-10-01", "--ledger", demo).stdout.count(
        "not known"
    )
    for d in made:
        assert run("review", "undo", d, "--author", "A tester", "--ledger", demo).returncode == 0
    assert (
        json.loads(
            run(
                "holds",
                "Conoco gas field",
                "--on",
                "2017-10-01",
                "--format",
                "json",
                "--ledger",
                demo,
            ).stdout
        )
        == first
    )


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["read", "nowhere.txt"], 2, "no such file"),
        (["picture", "--ledger", "nowhere.db"], 1, "no ledger"),
        (["picture", "--on", "yesterweek", "--ledger", "nowhere.db"], 1, ""),
        (["read", "README.md", "--format", "xml"], 2, "--format"),
        (["gazetteer", "find", "Qwrtzuiopville"], 1, "no place"),
        (["actors", "qwrtzuiop"], 1, "no party"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_line_and_a_status(args: list[str], status: int, says: str) -> None:
    done = run(*args)
    assert done.returncode == status and says in done.stderr and "Traceback" not in done.stderr


def test_questions_that_have_no_answer(demo: str) -> None:
    assert run("whatif", "--without", "Qwrtz Front", "--ledger", demo).returncode == 1
    assert run("holds", "Qwrtzville", "--ledger", demo).returncode == 1
    assert run("picture", "--on", "2017-13-45", "--ledger", demo).returncode == 2
    assert run("changes", "2017-11-20", "2017-09-15", "--ledger", demo).returncode == 1
    empty = run("picture", "--on", "1999-01-01", "--ledger", demo, "--format", "json")
    assert empty.returncode == 0


def test_a_mixed_batch_goes_on_and_says_what_failed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(
        "12 May 2017 - Example Wire\n\nThe Syrian army captured the town of Mayadin on Monday, the "
        "state agency said."
    )
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF-1.4 cut")
    (tmp_path / "in" / "d.txt").write_text(
        "The Syrian army holds the town of Aleppo and the road that leads to it."
    )
    done = run("ingest", str(tmp_path / "in"), "--ledger", str(tmp_path / "l.db"))
    assert (
        done.returncode == 1
        and "empty file" in done.stderr
        and "damaged" in done.stderr
        and "no date found" in done.stderr
    )
    assert "read 2" in done.stderr and "failed 2" in done.stderr


@pytest.mark.skipif(
    not (SHARED / "eval" / "seed").is_dir(), reason="the seed article is not here (../shared)"
)
def test_the_seed_article(tmp_path: Path) -> None:
    """The seven sectors and five pockets that the article describes, from it alone."""
    article = SHARED / "eval" / "seed" / "article.txt"
    read = run("read", str(article), "--format", "jsonl", "--quiet")
    (tmp_path / "p.jsonl").write_text(read.stdout)
    score = subprocess.run(
        [
            sys.executable,
            str(SHARED / "eval" / "score.py"),
            "--json",
            f"{SHARED / 'eval' / 'seed' / 'gold.json'}={tmp_path / 'p.jsonl'}",
        ],
        capture_output=True,
        text=True,
    )
    figures = json.loads(score.stdout)
    assert figures["f1"] >= 0.60 and figures["grounded"] == 1.0
    url = str(tmp_path / "l.db")
    assert run("ingest", str(article), "--ledger", url, "--quiet").returncode == 0
    p = json.loads(run("picture", "--on", "2017-11-20", "--format", "json", "--ledger", url).stdout)

    def sector(*places: str, holder: str) -> dict:
        found = [
            s
            for s in p["sectors"]
            if set(places) <= set(s["main_places"]) | set(s["places"])
            and any(holder in h for h in s["holders"])
        ]
        assert found, (places, holder, [(s["holders"], s["main_places"]) for s in p["sectors"]])
        return found[0]

    government = sector(
        "Aleppo", "Homs", "Damascus", "Latakia", "Tartus", holder="Syrian government"
    )
    assert {"Iran", "Hezbollah", "Russia"} <= set(government["backers"])
    assert {x["name"] for x in government["pockets"]} >= {
        "Eastern Ghouta",
        "Yarmouk Refugee Camp",
        "Bayt Jinn",
        "Jayrud",
        "Rastan",
    }
    assert {x["name"]: x["activity"] for x in government["pockets"]}["Jayrud"] == "calm"
    daraa = next(
        n for s in p["sectors"] for n in s["main_places"] if n.startswith(("Dar", "Deraa"))
    )
    south = sector(daraa, holder="Hayat Tahrir al-Sham")
    assert any("backed by" in x for x in south["present"])
    sector("at-Tanf", holder="US-led coalition")
    sector("Raqqa", "Hasakah", "Tabqah", holder="Syrian Democratic Forces")
    assert any(
        "northwestern Syria" in s["name"] and "Syrian Democratic Forces" in s["name"]
        for s in p["sectors"]
    )
    sector("al-Bab", "Azaz", "Jarabulus", holder="Turkey")
    assert "Turkey" in sector("Idlib", holder="Hayat Tahrir al-Sham")["present"]
