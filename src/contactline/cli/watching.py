"""The command that follows sources: watch."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    Format,
    LedgerOption,
    Quiet,
    SettingsOption,
    check_format,
    open_ledger,
    print_json,
    print_line,
    rules_of,
    say,
    table,
)
from contactline.cli.giving import MemoryOption, TimeoutOption, bounds_of
from contactline.cli.reading import (
    BaseOption,
    BudgetOption,
    ModelOption,
    ReaderOption,
    reader_of,
    tell_gate,
)
from contactline.intake.follow.plan import Plan, read_plan, seconds
from contactline.ledger.following import ASIDE, FAILED, Following
from contactline.ledger.store import Ledger

if TYPE_CHECKING:
    from contactline.following import Round


def register(app: typer.Typer) -> None:
    @app.command()
    def watch(
        file: Annotated[
            Path,
            typer.Argument(help="The TOML file of sources; docs/watch.md shows one."),
        ],
        once: Annotated[
            bool,
            typer.Option(
                "--once", help="One round over what is due, then end: for cron or a timer."
            ),
        ] = False,
        state: Annotated[
            bool,
            typer.Option("--state", help="Only show how far each source was read, asking nobody."),
        ] = False,
        format: Format = "text",
        reader: ReaderOption = "best",
        model: ModelOption = "",
        base_url: BaseOption = "",
        budget: BudgetOption = 2000,
        timeout: TimeoutOption = None,
        max_memory: MemoryOption = None,
        ledger: LedgerOption = LEDGER,
        settings: SettingsOption = None,
        quiet: Quiet = False,
    ) -> None:
        """Follow feeds, pages, sitemaps, folders, mailboxes and Telegram exports: what is new in
        them is read and stored, and what it changes in the picture is told.
        """
        check_format(format)
        plan = read_plan(file)
        if state:
            _show(open_ledger(ledger, quiet), plan, format)
            return
        from contactline.following import Follower
        from contactline.pipeline import Tools

        store = open_ledger(ledger, quiet, create=True)
        asked = reader_of(reader, model, base_url, budget)
        tools = Tools(lambda t: say(t, quiet), reader=asked, bounds=bounds_of(timeout, max_memory))
        follower = Follower(store, plan, tools)
        teller = None
        if plan.alerts:
            from contactline.cli.alerting import Teller
            from contactline.questions.alerts import alert_plan
            from contactline.questions.analysis import Analysis

            analysis = Analysis(store, rules_of(settings), lambda: tools.gazetteer)
            wanted = alert_plan(plan.alerts, seconds)
            teller = Teller(analysis, wanted, file.parent, lambda t: say(t, quiet))

        def end(*_: Any) -> None:
            if follower.stop.is_set():
                raise KeyboardInterrupt
            follower.stop.set()
            say("ending after the report at hand; again ends at once", quiet)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        if once:
            done = follower.once()
            _tell(done, quiet)
            if teller:
                teller.after_a_run()
            tell_gate(asked, quiet)
            if done.failed:
                raise typer.Exit(1)
            return
        say(f"following {len(plan.sources)} sources (Ctrl-C ends it)", quiet)

        def after(r: Round) -> None:
            if r.looked or r.read or r.repeats or r.failed:
                _tell(r, quiet)
            if teller:
                teller.after_a_run()

        follower.run(after)
        tell_gate(asked, quiet)


def _tell(r: Round, quiet: bool) -> None:
    for name, why in r.failed:
        say(f"{name}: {why}")
    for name, why in r.put_off:
        say(f"{name}: {why}", quiet)
    say(
        f"looked at {r.looked} sources ({r.unchanged} unchanged), found {r.found} new, read "
        f"{r.read} with {r.claims} claims, passed over {r.repeats} that repeat stored words, put "
        f"off {len(r.put_off)}, failed {len(r.failed)}",
        quiet,
    )


def _show(store: Ledger, plan: Plan, format: str) -> None:
    following = Following(store)
    kept, counts = following.sources(), following.counts()
    rows: list[dict[str, Any]] = []
    for s in plan.sources:
        f = kept.get(s.name)
        n = counts.get(s.name, {})
        rows.append(
            {
                "name": s.name,
                "kind": s.kind,
                "address": s.url or str(s.path),
                "checked": f.checked_at if f else None,
                "next": f.next_at if f else None,
                "failures": f.failures if f else 0,
                "note": f.note if f else "",
                "entries": n,
            }
        )
    if format == "json":
        print_json(rows)
    elif format == "jsonl":
        for r in rows:
            print_line(r)
    else:
        table(
            "Sources",
            ("name", "kind", "last looked at", "next", "entries", "failures", "note"),
            [
                (
                    r["name"],
                    r["kind"],
                    _minute(r["checked"]) or "never",
                    _minute(r["next"]),
                    ", ".join(f"{n} {k}" for k, n in sorted(r["entries"].items())),
                    r["failures"] or "",
                    r["note"],
                )
                for r in rows
            ],
        )
        lost = following.ended((FAILED, ASIDE), 20)
        if lost:
            table(
                "Entries that gave no report, the newest first",
                ("source", "address", "what", "why"),
                [(r["source"], r["address"], r["state"], r["note"]) for r in lost],
            )


def _minute(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
