"""Sources followed: looked at when due, what is new in them read and stored.

Hosts are asked side by side, each by one thread with its pauses; this thread alone writes the
ledger and reads. What a thread gives waits in a short queue, so that fetching never runs far ahead.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from contactline.intake.files import read_paths, today_utc
from contactline.intake.follow.found import Known, Look
from contactline.intake.follow.looking import look, reports_at
from contactline.intake.follow.manners import Forbidden, Host, Later, Manners, utc
from contactline.intake.follow.plan import Plan, Source
from contactline.intake.sources import Failure, Item
from contactline.intake.web import PrivateAddress
from contactline.ledger.following import (
    FAILED,
    READ,
    REPEAT,
    Entry,
    Followed,
    Following,
)
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError, Report
from contactline.pipeline import Tally, Tools, batch, store_one

HOSTS_AT_ONCE = 4
AHEAD = 8  # answers that wait to be read
MOST_TRIES = 5  # of one entry, each later than the one before
LONGEST = timedelta(hours=24)  # between two looks at a source that fails
MOST_WAIT = 60.0  # seconds between two glances at what is due
EARLY = 0.1  # share of an interval by which a scheduler may come too early

T = TypeVar("T")


@dataclass(slots=True)
class Round:
    """What became of one round over what is due."""

    looked: int = 0
    unchanged: int = 0
    found: int = 0
    read: int = 0
    claims: int = 0
    repeats: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # source or entry, why
    put_off: list[tuple[str, str]] = field(default_factory=list)  # asked again later


class Follower:
    """One process that follows a plan's sources into a ledger."""

    def __init__(
        self,
        ledger: Ledger,
        plan: Plan,
        tools: Tools,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.ledger, self.plan, self.tools, self.say = ledger, plan, tools, say
        self.state = Following(ledger)
        self.stop = threading.Event()
        self.by_name = {s.name: s for s in plan.sources}
        self._hosts: queue.SimpleQueue[Host] = queue.SimpleQueue()
        known = {r["name"]: Host(**r) for r in self.state.hosts()}
        self.manners = Manners(plan.pause, plan.contact, known, self._hosts.put)

    def once(self, early: float = EARLY) -> Round:
        """Looks at every source that is due, and reads every entry that is."""
        out = Round()
        for e in self.state.recover():
            out.failed.append((e.address, "set aside: the program ended twice while it was read"))
        self._look(self._due(early), out)
        self._read(out)
        return out

    def run(self, told: Callable[[Round], None]) -> None:
        """Rounds until `stop` is set; `told` hears of each."""
        while not self.stop.is_set():
            told(self.once(0.0))
            self.stop.wait(self._pause())

    # -- sources -------------------------------------------------------------------------------

    def _due(self, early: float) -> list[tuple[Source, Followed]]:
        kept, now = self.state.sources(), utc()
        out = []
        for s in self.plan.sources:
            f = kept.get(s.name) or Followed(s.name)
            slack = timedelta(seconds=s.interval * early if f.failures == 0 else 0)
            back = f.checked_at is not None and f.checked_at > now  # the clock was set back
            if f.next_at is None or f.next_at - slack <= now or back:
                out.append((s, f))
        return out

    def _look(self, due: list[tuple[Source, Followed]], out: Round) -> None:
        def ask(job: tuple[Source, Followed]) -> Look:
            s, f = job
            return look(s, Known(f.etag, f.modified, f.cursor), self.manners)

        for (s, f), found in self._side_by_side(due, lambda job: job[0].host, ask):
            now = utc()
            if isinstance(found, ContactlineError):
                self._put_off(s, f, found, now, out)
                continue
            out.looked += 1
            out.unchanged += found.unchanged
            for failure in found.failed:
                if not failure.minor:
                    out.failed.append((s.name, f"{failure.path}: {failure.reason}"))
            after = Followed(
                s.name,
                found.known.etag,
                found.known.modified,
                found.known.cursor,
                now,
                now + timedelta(seconds=s.interval),
            )
            entries = [
                Entry(x.key, s.name, x.address, x.title, x.day, x.report) for x in found.found
            ]
            out.found += self.state.looked(after, entries)

    def _put_off(
        self, s: Source, f: Followed, why: ContactlineError, now: datetime, out: Round
    ) -> None:
        """A source that fails is asked again after twice the time as before, at most a day."""
        told = replace(f, checked_at=now, note=str(why))
        if isinstance(why, Later):
            out.put_off.append((s.name, str(why)))
            self.state.failed(replace(told, next_at=why.until))
            return
        out.failed.append((s.name, str(why)))
        wait = min(timedelta(seconds=s.interval) * 2 ** min(f.failures + 1, 16), LONGEST)
        self.state.failed(replace(told, next_at=now + wait, failures=f.failures + 1))

    # -- entries -------------------------------------------------------------------------------

    def _read(self, out: Round) -> None:
        tally = Tally()
        with ExitStack() as stack:
            reading = _Reading(self.ledger, self.tools, tally, stack)
            while not self.stop.is_set():
                todo = self.state.waiting(list(self.by_name))
                if not todo:
                    break
                for e, items in self._had(todo):
                    if self.stop.is_set():
                        break
                    if not self.state.take(e.key):
                        continue
                    try:
                        self._keep(e, items, reading, out)
                    except BaseException:
                        # whatever ended it was not this entry's doing
                        self.state.later(e.key, utc(), "", e.tries)
                        raise
        out.read, out.claims = tally.read, tally.claims

    def _had(self, todo: list[Entry]) -> Iterator[tuple[Entry, Iterable[Item] | ContactlineError]]:
        """What stands in each entry; of the web's, as it is fetched."""
        away = []
        for e in todo:
            source = self.by_name[e.source]
            if e.report is not None:
                yield e, [e.report]
            elif source.path != Path():
                yield e, read_paths([Path(e.address)], source.given, today_utc(), self.tools.file)
            else:
                away.append(e)

        def ask(e: Entry) -> list[Item]:
            return reports_at(self.by_name[e.source], e.address, self.manners, e.day)

        yield from self._side_by_side(away, lambda e: urlsplit(e.address).netloc, ask)

    def _keep(
        self, e: Entry, items: Iterable[Item] | ContactlineError, reading: _Reading, out: Round
    ) -> None:
        if isinstance(items, ContactlineError):
            self._again(e, items, out)
            return
        skips = self.by_name[e.source].copies == "skip"
        read, repeats, why = None, None, ""
        for item in items:
            if isinstance(item, Failure):
                failed = "" if item.minor else item.reason
            elif skips and (found := self._told(item)):
                repeats, failed = repeats or found, ""
            else:
                failed = reading.store(item)
                read = read or (item.id if not failed else None)
            if failed:
                why = why or failed
                out.failed.append((e.address, failed))
        if read:
            self.state.settle(e.key, READ, why, read)
        elif repeats:
            out.repeats += 1
            self.state.settle(e.key, REPEAT, "its words are stored", repeats)
        else:
            self.state.settle(e.key, FAILED, why or "no report in it")

    def _told(self, report: Report) -> str | None:
        if self.ledger.has_report(report.id):
            return report.id
        return self.state.repeats(report)

    def _again(self, e: Entry, why: ContactlineError, out: Round) -> None:
        """An entry that can't be had now is had later, and given up after MOST_TRIES."""
        tries = e.tries + 1
        if isinstance(why, Later):
            out.put_off.append((e.address, str(why)))
            self.state.later(e.key, why.until, str(why), e.tries)
        elif isinstance(why, (Forbidden, PrivateAddress)) or tries >= MOST_TRIES:
            out.failed.append((e.address, str(why)))
            self.state.settle(e.key, FAILED, str(why))
        else:
            interval = timedelta(seconds=self.by_name[e.source].interval)
            out.put_off.append((e.address, str(why)))
            at = utc() + min(interval * 2**tries, LONGEST)
            self.state.later(e.key, at, str(why), tries)

    # -- hosts side by side --------------------------------------------------------------------

    def _side_by_side(
        self, jobs: list[T], host: Callable[[T], str], do: Callable[[T], Any]
    ) -> Iterator[tuple[T, Any]]:
        """Each job with what it gave, or the ContactlineError it raised; one host's in order."""
        groups: dict[str, list[T]] = {}
        for job in jobs:
            groups.setdefault(host(job), []).append(job)
        done: queue.Queue[tuple[T, Any]] = queue.Queue(AHEAD)
        ended = threading.Event()

        def work(group: list[T]) -> None:
            for job in group:
                if ended.is_set() or self.stop.is_set():
                    return
                try:
                    gave: Any = do(job)
                except ContactlineError as e:
                    gave = e
                except Exception as e:
                    gave = ContactlineError(f"it could not be read ({type(e).__name__})")
                while not ended.is_set():
                    try:
                        done.put((job, gave), timeout=0.2)
                        break
                    except queue.Full:
                        continue

        with ThreadPoolExecutor(min(HOSTS_AT_ONCE, len(groups)) or 1) as pool:
            working = [pool.submit(work, g) for g in groups.values()]
            try:
                while True:
                    try:
                        yield done.get(timeout=0.05)
                    except queue.Empty:
                        if all(w.done() for w in working) and done.empty():
                            break
                    self._keep_hosts()
            finally:
                ended.set()
        self._keep_hosts()

    def _keep_hosts(self) -> None:
        while not self._hosts.empty():
            self.state.keep_host(asdict(self._hosts.get()))

    def _pause(self) -> float:
        """Seconds until something is due."""
        kept, now = self.state.sources(), utc()
        times = [f.next_at for n in self.by_name if (f := kept.get(n)) and f.next_at]
        first = min(times, default=now)
        if (waits := self.state.next_entry(list(self.by_name))) is not None:
            first = min(first, waits)
        return min(max((first - now).total_seconds(), 0.2), MOST_WAIT)


class _Reading:
    """A batch that begins with the first report that is read: most rounds find nothing."""

    def __init__(self, ledger: Ledger, tools: Tools, tally: Tally, stack: ExitStack) -> None:
        self.ledger, self.tools, self.tally, self.stack = ledger, tools, tally, stack
        self.begun: tuple[Run, int] | None = None

    def store(self, report: Report) -> str:
        """Reads and stores it; why that failed, or ""."""
        if self.begun is None:
            run = self.tools.run()
            self.begun = run, self.stack.enter_context(batch(self.ledger, run, self.tally))
        before = len(self.tally.failed)
        store_one(self.ledger, report, self.tools, *self.begun, self.tally)
        return self.tally.failed[-1].reason if len(self.tally.failed) > before else ""
