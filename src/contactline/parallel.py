"""Reading on many processes or machines, by Dask: reports go out in small batches, readers are
loaded once a worker, what is read comes back to the one process that writes the ledger.

A worker that is lost takes its batch with it. Each report of that batch is then read alone, when
nothing else is under way: one whose worker is lost again is to blame, and is set aside.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from contactline.bounded import Bounds, Exceeded
from contactline.intake.files import Given, read_paths, today_utc
from contactline.intake.sources import Failure
from contactline.ledger.aside import SetAside
from contactline.ledger.connection import ReportRefused
from contactline.ledger.runs import Run
from contactline.ledger.store import Ledger
from contactline.model import Claim, ContactlineError, Report
from contactline.model.extras import extra
from contactline.pipeline import Tally, Tools, batch, keep, noted

MOST_REPORTS, MOST_CHARACTERS = 8, 30_000  # of one batch
AHEAD = 2  # batches for each worker's thread that are out at once: back-pressure
JOIN = 60  # seconds to wait for the first worker
GLANCE = 2.0  # seconds after which the connection is looked at
CRASHES = 2


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a report could not be read; `aside`: it takes too much, and is not tried again."""

    why: str
    aside: bool = False


Read = tuple[str, list[Claim]] | Unread  # words as kept and claims
Plan = tuple[str, Bounds | None, str]  # reader, what a report may take, the run it is read for


def ingest(
    ledger: Ledger,
    paths: list[Path],
    tools: Tools,
    reader: str,
    workers: int = 0,
    scheduler: str = "",
    given: Given = Given(),  # noqa: B008
    step: Callable[[], Any] | None = None,
) -> Tally:
    """As `pipeline.ingest`, on `workers` processes here or on the workers of a Dask scheduler.

    Raises ContactlineError where the scheduler is gone; what was stored before stays, and the same
    command goes on from there.
    """
    tally, run, step = Tally(), tools.run(), step or (lambda: None)
    aside = SetAside(ledger, run)
    with extra("parallel", "reading on several workers"):
        import distributed  # noqa: F401
    with (
        _client(workers, scheduler) as client,
        _reached(client),
        batch(ledger, run, tally) as session,
    ):

        def keep_all(reports: list[Report], read: list[Read]) -> None:
            for report, found in zip(reports, read, strict=True):
                if isinstance(found, Unread):
                    if found.aside:
                        aside.add(report, found.why)
                    tally.failed.append(Failure(report.path, found.why))
                elif keep(ledger, report, found[1], found[0], run, session, tally):
                    noted(report, tally)
                step()

        new = _new(ledger, paths, tools, given, run, aside, tally, step)
        plan = (reader, tools.bounds, run.id)
        suspects = _spread(client, plan, _batches(new), keep_all)
        for report in suspects:
            for crash in range(1, CRASHES):
                if not _spread(client, plan, iter([[report]]), keep_all):
                    break
                if crash == CRASHES - 1:
                    why = f"{CRASHES} workers were lost while they read it"
                    aside.add(report, why)
                    tally.failed.append(Failure(report.path, f"set aside: {why}"))
                    step()
    return tally


def _new(
    ledger: Ledger,
    paths: list[Path],
    tools: Tools,
    given: Given,
    run: Run,
    aside: SetAside,
    tally: Tally,
    step: Callable[[], Any],
) -> Iterator[Report]:
    sent: set[str] = set()
    for item in read_paths(paths, given, today_utc(), tools.file):
        if isinstance(item, Failure):
            (tally.passed_over if item.minor else tally.failed).append(item)
        elif item.id in sent or ledger.has_reading(item.id, run):
            tally.skipped += 1
        elif (why := aside.why(item.id)) and not (tools.bounds and tools.bounds.always):
            tally.failed.append(Failure(item.path, f"set aside: {why}"))
        else:
            sent.add(item.id)
            yield item
            continue
        step()


def _batches(reports: Iterable[Report]) -> Iterator[list[Report]]:
    out: list[Report] = []
    size = 0
    for r in reports:
        if out and (len(out) >= MOST_REPORTS or size + len(r.text) > MOST_CHARACTERS):
            yield out
            out, size = [], 0
        out.append(r)
        size += len(r.text)
    if out:
        yield out


def _spread(
    client: Any,
    plan: Plan,
    batches: Iterator[list[Report]],
    keep_all: Callable[[list[Report], list[Read]], None],
) -> list[Report]:
    """Reads the batches, keeps each as it comes back; gives the reports whose worker was lost."""
    from distributed import wait
    from distributed.scheduler import KilledWorker

    suspects: list[Report] = []
    out: dict[Any, list[Report]] = {}
    more = True

    def send(reports: list[Report]) -> None:
        out[client.submit(read_batch, plan, reports, pure=False)] = reports

    while True:
        _here(client)
        most = AHEAD * max(1, sum(client.nthreads().values()))
        while more and len(out) < most:
            todo = next(batches, None)
            if todo is None:
                more = False
                break
            send(todo)
        if not out:
            return suspects
        try:
            done = wait(list(out), timeout=GLANCE, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            continue
        for future in done:
            reports = out.pop(future)
            if future.status == "finished":
                read = future.result()
                if isinstance(read, str):
                    raise ContactlineError(read)
                keep_all(reports, read)
            elif future.status == "error":
                e = future.exception()
                if not isinstance(e, KilledWorker):
                    raise ContactlineError(_refusal(e)) from e
                suspects += reports
            else:
                _here(client)
                send(reports)


@contextmanager
def _reached(client: Any) -> Iterator[None]:
    """What fails because the scheduler is gone is told as that."""
    try:
        yield
    except ContactlineError:
        raise
    except Exception:
        _here(client)
        raise


def _here(client: Any) -> None:
    if client.status != "running":
        raise ContactlineError(
            "the scheduler is gone; what was stored stays, and the same command goes on from there"
        )


def _refusal(e: BaseException | None) -> str:
    if isinstance(e, ImportError):
        return f"a worker can't read ({e}); install the same contactline on every worker"
    return str(e).splitlines()[0][:200] if str(e) else type(e).__name__


# -- on a worker --------------------------------------------------------------------------------


def read_batch(plan: Plan, reports: list[Report]) -> list[Read] | str:
    """What is read in each report, named; or in one line why this worker can't read.

    It raises nothing: an error may be of a kind that can't be sent, and then nobody hears of it.
    """
    try:
        return _read_batch(plan, reports)
    except Exception as e:
        return _refusal(e)


def _read_batch(plan: Plan, reports: list[Report]) -> list[Read]:
    reader, bounds, run_id = plan
    tools, mine = _tools(reader, bounds)
    if mine != run_id:
        raise ContactlineError(
            "a worker reads or names by another version than this one; install the same "
            "contactline and the same added places on every worker"
        )
    return [_read(tools, r) for r in reports]


def _read(tools: Tools, report: Report) -> Read:
    try:
        return tools.read(report)
    except ReportRefused as e:
        return Unread(str(e), isinstance(e, Exceeded))
    except (ContactlineError, ImportError, MemoryError):
        raise
    except Exception as e:
        return Unread(f"it could not be read ({type(e).__name__}: {str(e)[:120]})")


@lru_cache(maxsize=1)
def _tools(reader: str, bounds: Bounds | None) -> tuple[Tools, str]:
    """Loaded once a worker, for one core."""
    from contactline.reading.reader import READERS

    made = None if reader == "best" else READERS[reader](threads=1)
    tools = Tools(threads=1, reader=made, bounds=bounds)
    return tools, tools.run().id


# -- the engine ---------------------------------------------------------------------------------


@contextmanager
def _client(workers: int, scheduler: str) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    quiet = {
        "distributed.logging.distributed": "critical",
        # a batch is not sent on to a second worker after its first was lost
        "distributed.scheduler.allowed-failures": 0,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.comm.timeouts.connect": "30s",
    }
    with dask.config.set(quiet):
        cluster = None
        try:
            if scheduler:
                client = Client(scheduler, timeout=JOIN)
            else:
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
                client = Client(cluster)
        except (OSError, ValueError, TimeoutError, RuntimeError) as e:
            where = scheduler or "this machine"
            raise ContactlineError(f"no Dask scheduler can be had at {where}: {_line(e)}") from e
        try:
            try:
                client.wait_for_workers(1, timeout=JOIN)
            except TimeoutError as e:
                raise ContactlineError(f"no worker has joined {scheduler} within {JOIN} s") from e
            yield client
        finally:
            with suppress(Exception):  # what is gone can't be taken leave of
                client.close(timeout=10)
            if cluster is not None:
                cluster.close(timeout=10)


def _line(e: BaseException) -> str:
    return str(e).splitlines()[0][:160] if str(e) else type(e).__name__
