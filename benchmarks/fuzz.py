"""Fuzzes intake, dates, reading and naming for a time, from the cases of the tests and from what
was found before: nothing may raise, take long, or give what cannot be.

usage: python -m benchmarks.fuzz [SECONDS] [TARGET…] [--seed N]      (default: 60, all)

Hypothesis makes and shrinks the cases. What fails is printed and kept in tests/fuzz, whose files
are tried first next time. Ends with 1 where something failed.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from contactline.intake.dates import dates_in, day_of, full_dates
from contactline.intake.files import Failure, Given, read_paths
from contactline.model import Report
from contactline.pipeline import Tools
from contactline.reading.reader import FastReader

ROOT = Path(__file__).parent.parent
CASES, FOUND = ROOT / "tests/intake/cases", ROOT / "tests/fuzz"
CASE_SECONDS = 5.0  # of the processor, that one case may take
MOST_SEED = 20_000  # bytes of a case that is a beginning
BATCH = 50
SUFFIXES = (
    "txt md html xml json jsonl csv eml mbox mht rtf docx odt epub pdf zip gz warc parquet".split()  # noqa: SIM905
)
_PIECES = (
    "The army took Alpha on Monday. Rebels hold Aleppo. officials said that |according to the |"
    " in the Donetsk region|, 12 km north of Homs|Kyiv|دير الزور|Сили оборони |12 March 2017|"
    "12/03/17|2017-02-30|the 31st of |Mon, 99 Foo 20170 25:61:61 +9999|yesterday|last spring|"
    '<p>|</div>|<article>|<!--|-->|]]>|&#x1F4A3;|&nbsp;|<script>|{"text": "|"}|[[[[|}}}}|'
    "Comments\n\n|Ann Lee says:\n|Reply\n|\n\n|\r\n|\t|  |,,,,|----|''''|“|”|\u202e|\u200b|\ufeff|"
    "\ud83d|\0|\x1b[2J|%PDF-1.7\n|PK\x03\x04|From a@b Mon\n|Subject: |Date: |WARC/1.0\r\n|A-|al-|"
    "the |of the |and "
)
PIECES = _PIECES.split("|")
PIECE = st.one_of(st.sampled_from(PIECES), st.text(max_size=12), st.integers().map(str))
TEXT = st.lists(st.tuples(PIECE, st.sampled_from((1, 1, 1, 2, 5, 40, 400))), max_size=30).map(
    lambda rows: "".join(p * n for p, n in rows)[:200_000]
)


def seeds() -> list[tuple[str, bytes]]:
    """(ending, content) of small cases that were kept."""
    out = []
    for folder in (FOUND, CASES):
        for p in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if p.is_file() and p.stat().st_size <= MOST_SEED:
                out.append((p.suffix.lstrip(".") or "txt", p.read_bytes()))
    return out


def changed(raw: bytes, r: random.Random) -> bytes:
    """Flipped, cut, doubled, filled in: a few such changes."""
    out = bytearray(raw)
    for _ in range(r.randint(1, 6)):
        at = r.randrange(len(out) + 1)
        match r.randrange(5):
            case 0 if out:
                out[at % len(out)] ^= 1 << r.randrange(8)
            case 1:
                del out[at : at + r.randint(1, 200)]
            case 2:
                piece = out[at : at + r.randint(1, 60)]
                out[at:at] = piece * r.choice((1, 2, 50))
            case 3:
                out[at:at] = r.choice(PIECES).encode("utf-8", "surrogatepass") * r.choice((1, 9))
            case _:
                del out[at:]
    return bytes(out[:500_000])


KEPT = seeds()
FILE = st.one_of(
    st.tuples(st.sampled_from(KEPT or [("txt", b"a")]), st.integers(0, 1 << 30)).map(
        lambda x: (x[0][0], changed(x[0][1], random.Random(x[1])))
    ),
    st.tuples(st.sampled_from(SUFFIXES), TEXT.map(lambda t: t.encode("utf-8", "surrogatepass"))),
)


def try_intake(case: tuple[str, bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / f"case.{case[0]}"
        path.write_bytes(case[1])
        for item in read_paths([path], Given(), date(2026, 11, 25)):
            if isinstance(item, Failure):
                assert item.reason and "\n" not in item.reason
                continue
            assert 0 <= item.article_end <= len(item.text) and item.text.strip()
            item.text.encode()
            orders = {c.order for c in item.comments}
            assert len(orders) == len(item.comments)


def try_dates(text: str) -> None:
    for d in dates_in(text):
        assert 0 <= d.start <= d.end <= len(text)
    for start, day in full_dates(text):
        assert 0 <= start <= len(text) and 1 <= day.year <= 9999
    day_of(text[:200], None)


_TOOLS: list[Tools] = []


def tools() -> Tools:
    if not _TOOLS:
        _TOOLS.append(Tools(reader=FastReader()))
    return _TOOLS[0]


def try_reading(text: str) -> None:
    report = Report(text, len(text), published=date(2017, 11, 20))
    claims, places = tools().words_of(report)
    for c in claims:
        assert report.text[c.start : c.end] == c.quote and 0 <= c.confidence <= 1
        for role in (c.actor, c.other, c.place):
            assert role is None or role.text
    assert all(0 <= a < b <= len(report.text) for a, b in places)


def try_naming(text: str) -> None:
    report = Report(text, len(text), published=date(2017, 11, 20))
    for c in tools().claims_of(report):
        for role in (c.actor, c.other, c.place):
            if role is not None and role.lat is not None:
                assert -90 <= role.lat <= 90 and -180 <= (role.lon or 0.0) <= 180
    names = tools().namer.report(report.text, [])
    for start in range(0, len(report.text), max(1, len(report.text) // 5)):
        if words := report.text[start : start + 30].strip():
            names.place(words, start)


TARGETS: dict[str, tuple[st.SearchStrategy, Callable]] = {  # type: ignore[type-arg]
    "intake": (FILE, try_intake),
    "dates": (TEXT, try_dates),
    "reading": (TEXT.map(lambda t: t[:4000]), try_reading),
    "naming": (TEXT.map(lambda t: t[:2000]), try_naming),
}


@dataclass(slots=True)
class Told:
    cases: int = 0
    raised: int = 0
    late: int = 0
    slowest: float = 0.0


def fuzz(name: str, budget: float, number: int) -> Told:
    """So many cases as fit into the time (seconds); the first that fails ends a batch."""
    strategy, target = TARGETS[name]
    told, until = Told(), time.monotonic() + budget
    last: list[object] = [None]

    class Late(Exception):
        pass

    def one(case: object) -> None:
        last[0] = case
        told.cases += 1
        begun = time.process_time()
        target(case)
        took = time.process_time() - begun
        told.slowest = max(told.slowest, took)
        if took > CASE_SECONDS:
            raise Late(f"{took:.1f} s")

    tools()  # loading them is no case's time
    while time.monotonic() < until:
        number += 1
        batch = settings(
            max_examples=BATCH,
            deadline=None,
            database=None,
            verbosity=Verbosity.quiet,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(seed(number)(given(strategy)(one)))
        try:
            batch()
        except Exception as e:
            told.late += isinstance(e, Late)
            told.raised += not isinstance(e, Late)
            print(f"{name}: {type(e).__name__}: {str(e)[:200]}\n  {keep(last[0])}", flush=True)
    return told


def keep(case: object) -> Path:
    ending, raw = (
        case  # type: ignore[assignment]
        if isinstance(case, tuple)
        else ("txt", str(case).encode("utf-8", "surrogatepass"))
    )
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{hashlib.sha256(raw).hexdigest()[:12]}.{ending}"
    path.write_bytes(raw)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0)
    parser.add_argument("targets", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given_ = parser.parse_args()
    names = given_.targets or list(TARGETS)
    wrong = 0
    print(f"seed {given_.seed}, {len(KEPT)} kept cases")
    for name in names:
        t = fuzz(name, given_.seconds / len(names), given_.seed * 1000)
        wrong += t.raised + t.late
        print(
            f"{name}: {t.cases:,} cases, {t.raised} raised, {t.late} over {CASE_SECONDS:.0f} s, "
            f"slowest {t.slowest:.2f} s",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
