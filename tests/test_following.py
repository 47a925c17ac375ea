"""Sources followed into a ledger: what is new is read once, whatever servers and crashes do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from contactline.following import Follower
from contactline.intake.follow.manners import utc
from contactline.intake.follow.plan import plan_of
from contactline.ledger.following import (
    ASIDE,
    FAILED,
    READ,
    REPEAT,
    TAKEN,
    WAITING,
    Entry,
    Followed,
    Following,
    packed_report,
    sentences,
    unpacked_report,
)
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Comment, Report
from contactline.pipeline import Tools
from tests.intake.samples import MORE, SENTENCE
from tests.servers import Web, cut, says

ROOT = Path(__file__).parent.parent
LONG = " ".join(f"On the {n}th day the army shelled village number {n} again." for n in range(12))


class Reading(Tools):
    """Finds nothing in a report, at once."""

    def words_of(self, report: Report) -> Any:
        return [], []

    def named(self, report: Report, words: Any) -> list[Any]:
        return []

    def run(self) -> Run:
        return Run("test", "1")


@pytest.fixture(scope="module")
def quick() -> Tools:
    return Reading()


@pytest.fixture
def server() -> Iterator[Web]:
    w = Web()
    yield w
    w.close()


@pytest.fixture
def lite(tmp_path: Path) -> Ledger:
    return Ledger.open(str(tmp_path / "l.db"))


def follower(ledger: Ledger, tools: Tools, *rows: dict[str, Any]) -> Follower:
    said = {"pause": 0, "interval": "1h", "sources": list(rows)}
    return Follower(ledger, plan_of(said, Path()), tools)


def feed(server: Web, path: str = "/feed", **more: Any) -> dict[str, Any]:
    row = {"name": path.strip("/"), "kind": "feed", "url": server.base + path, "private": True}
    return row | more


def item(text: str, link: str, guid: str = "", day: str = "24 Aug 2023") -> str:
    return (
        f"<item><title>Army takes the town</title><link>{link}</link><guid>{guid or link}</guid>"
        f"<pubDate>{day} 10:00:00 GMT</pubDate><description>{text}</description></item>"
    )


def rss(*items: str, outlet: str = "Wire") -> str:
    return f"<rss version='2.0'><channel><title>{outlet}</title>{''.join(items)}</channel></rss>"


def telegram(*texts: str) -> str:
    messages = [
        {"id": n, "type": "message", "date": f"2023-08-{24 + n}T10:00:00", "text": x}
        for n, x in enumerate(texts)
    ]
    return json.dumps({"name": "Channel", "messages": messages})


def due_again(ledger: Ledger) -> None:
    """As if the interval were over."""
    state = Following(ledger)
    for f in state.sources().values():
        state.failed(replace(f, next_at=utc() - timedelta(seconds=1)))


def test_what_is_new_is_read_once(ledger: Ledger, quick: Tools, server: Web) -> None:
    one = rss(item(SENTENCE, "https://e.org/1"))
    server.gives("/feed", one, "application/rss+xml", etag='"1"')
    f = follower(ledger, quick, feed(server, outlet="Example Wire"))
    first = f.once()
    assert (first.found, first.read, first.failed) == (1, 1, [])
    (r,) = ledger.reports()
    assert r["source"] == "Example Wire" and r["published"] == date(2023, 8, 24)
    asked = len(server.asked)
    assert f.once().looked == 0 and len(server.asked) == asked  # not due
    due_again(ledger)
    assert f.once().unchanged == 1
    # another process goes on from there; the entry is there again, with another beside it
    due_again(ledger)
    two = rss(item(SENTENCE, "https://e.org/1"), item(MORE, "https://e.org/2"))
    server.gives("/feed", two, "application/rss+xml", etag='"2"')
    then = follower(ledger, quick, feed(server, outlet="Example Wire")).once()
    assert (then.found, then.read) == (1, 1) and ledger.counts()["reports"] == 2


def test_items_that_come_back_with_other_ids_are_not_read_again(
    lite: Ledger, quick: Tools, server: Web
) -> None:
    server.gives("/feed", rss(item(LONG, "https://e.org/1")), "application/rss+xml")
    f = follower(lite, quick, feed(server))
    assert f.once().read == 1
    again = [item(LONG, f"https://e.org/{n}", day="25 Aug 2023") for n in (7, 8)]
    # a copy without its last sentence, one with a corrected number, and one much later
    less = item(LONG[: LONG.index("On the 11th")], "https://e.org/9")
    mended = item(LONG.replace("number 5", "number 50"), "https://e.org/10")
    later = item(LONG, "https://e.org/11", day="24 Sep 2023")
    server.gives("/feed", rss(*again, less, mended, later), "application/rss+xml")
    due_again(lite)
    then = f.once()
    assert (then.found, then.repeats, then.read) == (5, 3, 2)
    assert Following(lite).counts() == {"feed": {READ: 3, REPEAT: 3}}


def test_copies_are_read_where_the_file_says_so(lite: Ledger, quick: Tools, server: Web) -> None:
    server.gives("/a", rss(item(LONG, "https://e.org/1"), outlet="A"), "application/rss+xml")
    server.gives("/b", rss(item(LONG, "https://f.org/1"), outlet="B"), "application/rss+xml")
    f = follower(lite, quick, feed(server, "/a"), feed(server, "/b", copies="read"))
    assert f.once().read == 2 and len(lite.copies()) == 1


def test_a_server_that_misbehaves_costs_itself_alone(
    lite: Ledger, quick: Tools, server: Web
) -> None:
    server.gives("/fine", rss(item(SENTENCE, "https://e.org/1")), "application/rss+xml")
    server.pages["/cut"] = cut(rss(item(MORE, "https://e.org/2")).encode())
    server.pages["/away"] = says(302, Location="http://10.0.0.1/")
    f = follower(lite, quick, *(feed(server, p) for p in ("/cut", "/away", "/fine")))
    done = f.once()
    assert done.read == 1 and [n for n, _ in done.failed] == ["cut", "away"]
    kept = Following(lite).sources()
    assert kept["cut"].failures == 1 and kept["fine"].failures == 0
    due_again(lite)
    f.once()
    wait = Following(lite).sources()["cut"].next_at - utc()  # type: ignore[operator]
    assert timedelta(hours=3.9) < wait <= timedelta(hours=4)  # twice, then four times an hour
    server.gives("/cut", rss(item(MORE, "https://e.org/2")), "application/rss+xml")
    due_again(lite)
    assert f.once().read == 1 and Following(lite).sources()["cut"].failures == 0


def test_a_host_that_says_429_is_left_alone_until_then(
    lite: Ledger, quick: Tools, server: Web
) -> None:
    entries = [item("short", f"{server.base}/news/{n}") for n in range(3)]
    server.gives("/feed", rss(*entries), "application/rss+xml")
    for n in range(3):
        server.pages[f"/news/{n}"] = says(429, Retry_After="3600")
    f = follower(lite, quick, feed(server, full=True))
    done = f.once()
    assert (done.found, done.read, len(done.put_off), done.failed) == (3, 0, 3, [])
    assert [p for p in server.paths() if "news" in p] == ["/news/0"]
    for n in range(3):
        text = f"<p>{SENTENCE} It was the {n}th day.</p><p>{MORE}</p>"
        server.gives(f"/news/{n}", f"<html><body><article>{text}</article></body></html>")
    assert follower(lite, quick, feed(server, full=True)).once().read == 0
    assert [p for p in server.paths() if "news" in p] == ["/news/0"]
    # the hour is over
    state = Following(lite)
    (host,) = state.hosts()
    state.keep_host(host | {"quiet_until": utc() - timedelta(seconds=1)})
    for e in _all_waiting(state):
        state.later(e.key, utc() - timedelta(seconds=1), "", e.tries)
    assert follower(lite, quick, feed(server, full=True)).once().read == 3
    (first, *_) = lite.reports()
    # the page says no day: the feed's counts
    assert first["published"] == date(2023, 8, 24) and first["url"].startswith(server.base)


def test_an_entry_is_given_up_after_five_tries(lite: Ledger, quick: Tools, server: Web) -> None:
    server.gives("/feed", rss(item("x", f"{server.base}/a")), "application/rss+xml")
    server.pages["/a"] = says(500)
    f = follower(lite, quick, feed(server, full=True))
    state = Following(lite)
    for _ in range(5):
        f.once()
        for e in state.waiting(["feed"]) or _all_waiting(state):
            state.later(e.key, utc() - timedelta(seconds=1), "", e.tries)
    assert server.paths().count("/a") == 5
    (lost,) = state.ended([FAILED])
    assert "500" in lost["note"]


def _all_waiting(state: Following) -> list[Entry]:
    import sqlalchemy as sa

    from contactline.ledger import tables as t

    with state.engine.connect() as c:
        rows = c.execute(sa.select(t.entries).where(t.entries.c.state == WAITING)).all()
    return [Entry(r.key, r.source, r.address, tries=r.tries) for r in rows]


def test_a_folder_and_a_telegram_export(lite: Ledger, quick: Tools, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(f"24 August 2023 - Wire\n\n{SENTENCE}")
    (folder / "b.txt").write_bytes(b"")
    export = tmp_path / "result.json"
    export.write_text(telegram(SENTENCE))
    for p in (folder / "a.txt", folder / "b.txt", export):
        os.utime(p, (1, 1))
    f = follower(
        lite,
        quick,
        {"name": "desk", "kind": "folder", "path": str(folder)},
        {"name": "tg", "kind": "telegram", "path": str(export)},
    )
    done = f.once()
    assert done.read == 2 and [w for _, w in done.failed] == ["empty file"]
    assert {r["source"] for r in lite.reports()} == {"Wire", "Channel"}
    # exported again with one more message: that one is read
    export.write_text(telegram(SENTENCE, MORE))
    os.utime(export, (2, 2))
    due_again(lite)
    assert f.once().read == 1 and lite.counts()["reports"] == 3


# -- crashes ------------------------------------------------------------------------------------

CRASHING = """
import os, sys
from pathlib import Path
from contactline.following import Follower
from contactline.intake.follow.plan import plan_of
from contactline.ledger.store import Ledger
from tests.test_following import Reading

class Crashing(Reading):
    def words_of(self, report):
        if "poison" in report.text:
            os._exit(9)
        return super().words_of(report)

said = {"pause": 0, "sources": [{"name": "desk", "kind": "folder", "path": sys.argv[2]}]}
done = Follower(Ledger.open(sys.argv[1]), plan_of(said, Path()), Crashing()).once()
print(done.read, [why for _, why in done.failed])
"""


def test_a_crash_loses_nothing_and_a_report_that_crashes_twice_is_set_aside(
    lite: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(4):
        word = " with poison in it" if n == 1 else ""
        file = folder / f"{n}.txt"
        file.write_text(f"2{n} August 2023 - Wire\n\n{SENTENCE} Day {n}{word}.")
        os.utime(file, (1, 1))
    url, codes, out = str(tmp_path / "l.db"), [], ""
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", CRASHING, url, str(folder)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
            timeout=900,
        )
        codes.append(done.returncode)
        out = done.stdout
    assert codes == [9, 9, 0] and "set aside" in out
    ledger = Ledger.open(url)
    assert ledger.counts()["reports"] == 3 and ledger.verify() == []
    assert Following(ledger).counts() == {"desk": {READ: 3, ASIDE: 1}}


def test_what_was_found_and_the_sources_memory_are_one(ledger: Ledger) -> None:
    state = Following(ledger)
    r = Report(
        "Text here \0 now",
        9,
        source="W",
        published=date(2023, 1, 2),
        comments=(Comment("a", "b", 1),),
    )
    e = Entry("k1", "s", "https://e.org/1", "title", date(2023, 1, 2), r)
    assert state.looked(Followed("s", etag="e1"), [e, e]) == 1
    assert state.looked(Followed("s", etag="e2", cursor="7:5"), [e]) == 0
    (kept,) = state.sources().values()
    assert (kept.etag, kept.cursor) == ("e2", "7:5")
    (w,) = state.waiting(["s"])
    assert w == e and state.waiting(["other"]) == []
    assert state.take("k1") and not state.take("k1") and state.counts() == {"s": {TAKEN: 1}}
    state.later("k1", utc() + timedelta(hours=1), "busy", 2)
    assert state.waiting(["s"]) == [] and state.next_entry(["s"]) is not None
    state.settle("k1", READ, "", r.id)
    assert state.ended([READ])[0]["report_id"] == r.id


def test_reports_are_kept_whole_while_they_wait() -> None:
    r = Report("Text", 4, "t", "s", published=None, comments=(Comment("a", "b", 1, corrects=0),))
    assert unpacked_report(packed_report(r)) == r and unpacked_report("") is None


def test_sentences_by_their_words() -> None:
    assert sentences(
        "The army left.  THE ARMY LEFT!\nReuters\nIt took 5 towns. It took 50 towns."
    ) == {
        "the army left",
        "it took 5 towns",
        "it took 50 towns",
    }
