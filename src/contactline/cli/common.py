"""What the commands share: options, the ledger, dates, tables, progress."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contactline.ledger.address import DEFAULT
from contactline.model import plain

if TYPE_CHECKING:
    from contactline.ledger.store import Ledger
    from contactline.questions.analysis import Analysis
    from contactline.questions.rules import Rules

LedgerOption = Annotated[
    str,
    typer.Option(
        "--ledger",
        envvar="CONTACTLINE_LEDGER",
        help="Where the ledger is: a SQLite file's path, or postgresql://user@host/name.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no messages but errors.")
]
Format = Annotated[str, typer.Option("--format", "-f", help="text, json or jsonl.")]
On = Annotated[
    str | None,
    typer.Option(
        "--on", help="The day asked about, as 2017-11-20. Default: the newest report's day."
    ),
]
AsKnown = Annotated[
    str | None,
    typer.Option(
        "--as-known",
        help="Only what could be known by this day: for looking back without hindsight.",
    ),
]
Why = Annotated[
    bool,
    typer.Option(
        "--why", help="The claims for and against, with their weights, and the parameters."
    ),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        envvar="CONTACTLINE_SETTINGS",
        help="A TOML file that changes numbers of the rule; --why prints them all.",
        dir_okay=False,
    ),
]
LEDGER = DEFAULT
FORMATS = ("text", "json", "jsonl")


def say(text: str, quiet: bool = False) -> None:
    if not quiet:
        print(text, file=sys.stderr)


def wrong(text: str) -> typer.Exit:
    """A command used wrongly: one line, exit status 2."""
    say(f"contactline: {text}")
    return typer.Exit(2)


def check_format(value: str) -> str:
    if value not in FORMATS:
        raise wrong(f"--format {value}: give text, json or jsonl")
    return value


def day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        from contactline.intake.dates import full_dates

        found = full_dates(text)
        if found and found[0][0] == 0:
            return found[0][1]
        raise wrong(f"{option} {text}: give a date as 2017-11-20") from None


def open_ledger(url: str, quiet: bool = False, create: bool = False) -> Ledger:
    from contactline.ledger.store import Ledger

    ledger = Ledger.open(url, create=create)
    for line in ledger.said:
        say(f"contactline: {line}", quiet)
    return ledger


def given_day(text: str, option: str) -> date:
    """As `day`, where one must be given."""
    found = day(text, option)
    if found is None:
        raise wrong(f"{option}: give a date as 2017-11-20")
    return found


def rules_of(settings: Path | None) -> Rules:
    """The rule, as a file changes it. Raises ContactlineError for a wrong file."""
    from contactline.questions.rules import Rules

    return Rules.read(settings) if settings else Rules()


def open_analysis(url: str, settings: Path | None = None, quiet: bool = False) -> Analysis:
    """The ledger under its rules, to be asked."""
    from contactline.naming.gazetteer import Gazetteer
    from contactline.questions.analysis import Analysis

    def gazetteer() -> Gazetteer:
        return Gazetteer.open(lambda t: say(t, quiet))

    return Analysis(open_ledger(url, quiet), rules_of(settings), gazetteer)


def asked_day(analysis: Analysis, on: str | None) -> date:
    """The day of --on, else that of the newest report."""
    return day(on, "--on") or analysis.last_day()


def print_json(value: Any, indent: int | None = 1) -> None:
    json.dump(plain(value), sys.stdout, ensure_ascii=False, indent=indent)
    sys.stdout.write("\n")


def print_line(value: Any) -> None:
    sys.stdout.write(json.dumps(plain(value)) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    t = Table(
        title=title, title_justify="left", show_lines=False, header_style="bold", pad_edge=False
    )
    for c in columns:
        t.add_column(c, overflow="fold")
    for r in rows:
        t.add_row(*(Text(str(x) if x is not None else "") for x in r))
    Console(width=_width(), highlight=False).print(t)


def _width() -> int | None:
    return None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120"))


@contextmanager
def progress(what: str, quiet: bool, total: int | None = None) -> Iterator[Callable[[], None]]:
    """A bar on standard error; nothing where it is quiet."""
    if quiet:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        *([TimeRemainingColumn()] if total else []),
        console=console,
        transient=not console.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
