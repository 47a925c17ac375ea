"""The commands about evidence and upkeep, as people run them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from contactline.cli import app
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from tests.ledger.test_tampering import filled


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONTACTLINE_LEDGER", str(tmp_path / "l.db"))
    monkeypatch.setenv("CONTACTLINE_KEY", str(tmp_path / "keys" / "mine.key"))
    return Ledger.open(str(tmp_path / "l.db"))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def fails(says: str, *words: str) -> None:
    got = run(*words)
    assert isinstance(got.exception, ContactlineError) and says in str(got.exception), got.output


def test_from_anchor_to_proof(ledger: Ledger, tmp_path: Path) -> None:
    ids = filled(ledger)
    claim = ledger.claims()[0]
    assert run("verify").exit_code == 0
    signed = run("anchor", "a.json", "--line", "a.line")
    assert signed.exit_code == 0 and "a key was made" in signed.stderr
    assert (tmp_path / "keys" / "mine.key").stat().st_mode & 0o077 == 0
    signer = signed.stderr.split("signed by ")[1].split()[0]
    fails("never overwritten", "anchor", "a.json")
    assert run("verify", "--anchor", "a.json", "--signer", signer).exit_code == 0
    assert run("prove", claim.id, "p.json", "--anchor", "a.json").exit_code == 0
    assert (tmp_path / "p.json").stat().st_size < 10_000
    ledger.decide("accept", ids[3], {}, "An analyst")
    assert run("anchor", "b.json", "--since", "a.json", "-q").exit_code == 0
    (tmp_path / "l.db").rename(tmp_path / "away.db")  # all that follows needs no ledger

    got = run("check-proof", "p.json", "--anchor", "a.json", "--signer", signer)
    assert got.exit_code == 0 and claim.claim.quote in got.stdout and claim.id in got.stdout
    shown = json.loads(run("check-proof", "p.json", "--anchor", "a.json", "-f", "json").stdout)
    assert shown["claim"]["quote"] == claim.claim.quote
    assert shown["report"]["id"] == claim.claim.report and shown["signer"] == signer
    assert "begins with" in run("check-proof", "b.json", "--anchor", "a.json").stdout
    fails("make it anew", "check-proof", "p.json", "--anchor", "b.json")
    fails("another key", "check-proof", "p.json", "--anchor", "a.json", "--signer", "00" * 32)

    proof = json.loads((tmp_path / "p.json").read_text())
    for kind, old, new in (
        ("claim", claim.claim.quote[:8], "Somebody"),
        ("report", "A. Writer", "B. Writer"),
    ):
        altered = proof | {kind: proof[kind] | {"data": proof[kind]["data"].replace(old, new)}}
        assert altered != proof
        (tmp_path / "q.json").write_text(json.dumps(altered))
        fails("does not lead to the anchor", "check-proof", "q.json", "--anchor", "a.json")
    anchor = json.loads((tmp_path / "a.json").read_text())
    for key, says in (("head", "altered"), ("signature", "altered"), ("public_key", "altered")):
        value = anchor[key]
        changed = value.replace("2026", "2025") if key == "head" else value[:-4] + "AAA="
        changed = changed if changed != value else value.replace('"size":', '"size":1')
        (tmp_path / "c.json").write_text(json.dumps(anchor | {key: changed}))
        fails(says, "check-proof", "p.json", "--anchor", "c.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"contactline": "anchor"}', "7"])
def test_what_is_no_anchor_and_no_proof(ledger: Ledger, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    fails("is no ", "verify", "--anchor", "x.json")
    filled(ledger)
    assert run("anchor", "a.json").exit_code == 0
    fails(" no ", "check-proof", "x.json", "--anchor", "a.json")


def test_a_time_stamp_is_taken_only_for_this_anchor(ledger: Ledger, tmp_path: Path) -> None:
    import hashlib

    filled(ledger)
    run("anchor", "a.json", "--line", "a.line")
    of = hashlib.sha256((tmp_path / "a.line").read_bytes()).digest()
    (tmp_path / "other.tsr").write_bytes(b"0\x82" + bytes(64))
    (tmp_path / "good.tsr").write_bytes(b"0\x82" + of + b"rest")
    fails("no time stamp of this anchor", "anchor", "a.json", "--stamp", "other.tsr")
    assert run("anchor", "a.json", "--stamp", "good.tsr").exit_code == 0
    kept = json.loads((tmp_path / "a.json").read_text())["timestamps"]
    assert [x["name"] for x in kept] == ["good.tsr"]
    assert run("verify", "--anchor", "a.json").exit_code == 0


def test_verify_names_what_is_wrong_and_what_it_did_not_see(ledger: Ledger) -> None:
    filled(ledger)
    got = run("verify")
    assert got.exit_code == 0 and "give --anchor" in got.stderr
    with ledger.engine.begin() as c:
        c.exec_driver_sql("UPDATE users SET role = 'admin' WHERE name = 'ann'")
    got = run("verify")
    assert got.exit_code == 1 and got.stdout.strip() == "user ann: it was altered"
    told = json.loads(run("verify", "--format", "json").stdout)
    assert told["wrong"] == ["user ann: it was altered"] and told["entries"] > 10
    assert any("give --anchor" in x for x in told["unchecked"])


def test_backup_and_restore(ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    assert run("backup", "kept.db").exit_code == 0
    got = run("restore", "kept.db", "--ledger", "again.db")
    assert got.exit_code == 0 and "2 reports, 4 claims" in got.stderr
    assert run("verify", "--ledger", "again.db").exit_code == 0
    fails("is there already", "backup", "kept.db")


def test_doctor_says_how_it_stands(ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    found = json.loads(run("doctor", "--format", "json").stdout)
    assert found["wrong"] == [] and found["ledger"]["state"] == "ok"
    assert found["ledger"]["reports"] == 2 and found["readers"]["standard"] == "whole"
    assert any(k.startswith("postgres") for k in found["extras"])
    assert "nothing is wrong" in run("doctor").stdout
    none = json.loads(run("doctor", "--ledger", "none.db", "-f", "json").stdout)
    assert none["ledger"]["state"] == "there is none yet" and none["wrong"] == []
    assert not (tmp_path / "none.db").exists()
    with ledger.engine.connect() as c:
        c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.engine.dispose()
    raw = bytearray((tmp_path / "l.db").read_bytes())
    for bad in (bytes(len(raw)), raw[: len(raw) // 3], raw[:4096] + bytes(len(raw) - 4096), b""):
        (tmp_path / "bad.db").write_bytes(bad)
        got = run("doctor", "--ledger", "bad.db")
        assert got.exit_code == 1 and "backup" in got.stdout, got.stdout


def test_two_anchors_of_two_ledgers(ledger: Ledger, tmp_path: Path) -> None:
    from contactline.ledger import anchors

    filled(ledger)
    other = Ledger.open(str(tmp_path / "other.db"))
    filled(other)
    key, _ = anchors.private_key(tmp_path / "k")
    one, two = anchors.anchor(ledger, key), anchors.anchor(other, key)
    assert any("another ledger" in w for w in anchors.against(other.check(), one))
    with pytest.raises(ContactlineError, match="two ledgers"):
        anchors.check_growth(two, one)
    with pytest.raises(ContactlineError, match="carries no proof"):
        ledger.decide("accept", ledger.claims()[0].id, {}, "An analyst")
        anchors.check_growth(replace(anchors.anchor(ledger, key), since=None), one)
