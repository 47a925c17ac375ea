"""The ledger's speed: 10,000 claims in; `holds PLACE --why` on many claims; memory of reading many
reports.

usage: python benchmarks/ledger.py [--claims 100000]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from contactline.ledger import tables as t
from contactline.ledger.rows import claim_row, reading_digest, resolution_row
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, Report, Role, told_apart
from contactline.naming.gazetteer import Gazetteer
from contactline.pipeline import store_claims

PARTIES = ("syrian-government", "sdf", "hts", "isis", "state:TR")


def batch(n: int, each: int, places: list) -> list[tuple[Report, list[Claim]]]:
    """`n` made-up reports with `each` made-up claims; speed is measured on them, nothing else."""
    out = []
    for k in range(n):
        text = f"Report number {k}. " + " ".join(
            f"word{(k * 31 + i * 17) % 9973}" for i in range(40)
        )
        r = Report(
            text,
            len(text),
            source=f"Source {k % 50}",
            published=date(2012, 1, 1) + timedelta(days=k % 2900),
        )
        claims = []
        for j in range(each):
            p = places[(k * each + j) % len(places)]
            who = PARTIES[(k + j) % len(PARTIES)]
            claims.append(
                Claim(
                    r.id,
                    "control",
                    ("holds", "gains")[j % 2],
                    Role(who, who, f"actor:{who}"),
                    None,
                    Role(
                        p.name, p.name, p.id, p.lat, p.lon, p.geoname_id, p.country, p.feature, 3.0
                    ),
                    "stated",
                    text[:18],
                    0,
                    18,
                    0.8,
                    number=j,
                )
            )
        out.append((r, claims))
    return out


def fill(ledger: Ledger, total: int, places: list) -> None:
    """Rows straight into the tables: a million claims the way `store` writes them, without its
    safety per report.
    """
    run = Run("bench", "1")
    session = ledger.begin_ingest(run)
    each, seq = 50, 0
    for first in range(0, total // each, 2000):
        rows = batch(min(2000, total // each - first), each, places)
        with ledger.engine.begin() as c:
            reports, claims, readings, links = [], [], [], []
            for k, (r, found) in enumerate(rows):
                r = Report(
                    f"{first + k} {r.text}", len(r.text), source=r.source, published=r.published
                )
                found = [
                    Claim(
                        r.id,
                        x.kind,
                        x.aspect,
                        x.actor,
                        None,
                        places_role(places, (first + k) * each + j),
                        x.modality,
                        x.quote,
                        0,
                        18,
                        0.8,
                        number=j,
                    )
                    for j, x in enumerate(found)
                ]
                seq += 1
                reports.append(
                    {
                        "id": r.id,
                        "sha256": r.sha256,
                        "text": r.text,
                        "stored_at": datetime(2026, 1, 1),
                    }
                    | {
                        f: getattr(r, f)
                        for f in (
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
                )
                found = told_apart(found)
                resolved = [resolution_row(x) for x in found]
                claims += [claim_row(x) for x in found]
                readings.append(
                    {
                        "seq": seq,
                        "run_id": run.id,
                        "report_id": r.id,
                        "ingest_id": session,
                        "claims": each,
                        "digest": reading_digest(resolved),
                    }
                )
                links += [x | {"seq": seq} for x in resolved]
            for table, values in (
                (t.reports, reports),
                (t.claims, claims),
                (t.readings, readings),
                (t.resolutions, links),
            ):
                c.execute(sa.insert(table), values)
    ledger.end_ingest(session, seq)


def places_role(places: list, i: int) -> Role:
    p = places[i % len(places)]
    return Role(p.name, p.name, p.id, p.lat, p.lon, p.geoname_id, p.country, p.feature, 3.0)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--claims", type=int, default=100_000)
    args = ap.parse_args()
    gazetteer = Gazetteer.open(print)
    places = gazetteer.settlements(
        ["SY", "IQ", "UA", "LY", "AF", "YE", "SD", "LB", "PS", "TR", "IR", "ET"]
    )[:20_000]
    with tempfile.TemporaryDirectory() as tmp:
        rows = batch(500, 20, places)
        started = time.perf_counter()
        store_claims(Ledger.open(str(Path(tmp) / "a.db")), rows, "bench", "1")
        print(
            "10,000 prepared claims in 500 reports into SQLite: "
            f"{time.perf_counter() - started:.1f} s (target under 10 s)"
        )

        big = str(Path(tmp) / "big.db")
        fill(Ledger.open(big), args.claims, places)
        from typer.testing import CliRunner

        from contactline.cli import app

        name = places[100].name
        run = CliRunner()
        ask = ["holds", name, "--on", "2018-06-01", "--why", "--format", "json", "--ledger", big]
        times = []
        for _ in range(3):
            started = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                result = run.invoke(app, ask)
            times.append(time.perf_counter() - started)
            assert result.exit_code == 0, result.output
        print(
            f"holds {name} --why on {args.claims:,} claims, ledger opened each time: first "
            f"{times[0] * 1000:.0f} ms, then {sorted(times[1:])[0] * 1000:.0f} ms"
        )
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "contactline", *ask], check=True, capture_output=True)
        print(
            "the same as a command of its own, with Python's start: "
            f"{(time.perf_counter() - started) * 1000:.0f} ms"
        )

        article = (
            "The army captured the town of Mayadin on Saturday. Islamic State still holds Abu "
            "Kamal, officials said in Syria.\n\n" * 20
        )
        for n in (10, 400):
            folder = Path(tmp) / f"n{n}"
            folder.mkdir()
            for k in range(n):
                (folder / f"{k}.txt").write_text(f"Number {k}. {article}")
            code = (
                "import resource,sys; from pathlib import Path; from contactline.pipeline "
                f"import Tools, read\nfor _ in read([Path({str(folder)!r})], Tools()): pass\n"
                "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
            )
            out = subprocess.run(
                [sys.executable, "-c", code], check=True, capture_output=True, text=True
            ).stdout.strip()
            print(f"memory at most while reading {n} reports: {out} MB")
    print(f"(this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB)")


if __name__ == "__main__":
    main()
