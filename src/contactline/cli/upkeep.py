"""Commands that keep a ledger and an installation well: backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    Format,
    LedgerOption,
    Quiet,
    check_format,
    open_ledger,
    print_json,
    say,
)
from contactline.model import ContactlineError


def register(app: typer.Typer) -> None:
    @app.command()
    def backup(
        out: Annotated[Path, typer.Argument(help="The file to write.")],
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write a whole copy of the ledger while others go on using it."""
        from contactline.ledger.backup import back_up

        store = open_ledger(ledger, quiet)
        size = back_up(store, out)
        say(f"{out}: {size:,} bytes; bring it back with: contactline restore {out}", quiet)

    @app.command()
    def restore(
        file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Make the ledger of a backup, where there is none."""
        from contactline.ledger.backup import file_of
        from contactline.ledger.backup import restore as bring_back

        to = file_of(ledger)
        if to is None:
            raise ContactlineError(
                "a ledger on PostgreSQL is brought back with its own tool: pg_restore"
            )
        bring_back(file, to)
        n = open_ledger(str(to), quiet).counts()
        say(
            f"{to}: {n['reports']} reports, {n['claims']} claims, {n['decisions']} decisions", quiet
        )
        say("whether it is whole, and how old: contactline verify --anchor FILE", quiet)

    @app.command()
    def withdraw(
        report: Annotated[str, typer.Argument(help="The report's id.")],
        order: Annotated[
            str, typer.Option("--order", help="By what order: it is kept, and shown by verify.")
        ],
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Take a report out by order: its words, comments and claims go for good; its hash and the
        withdrawal stay, and the log still holds.
        """
        import getpass

        from contactline.ledger.withdrawing import withdraw as take_out

        store = open_ledger(ledger, quiet)
        claims = take_out(store, report, getpass.getuser(), order)
        say(
            f"report {report} is withdrawn with {claims} claims. Backups made before, and what was "
            "exported, hold it still",
            quiet,
        )

    @app.command()
    def doctor(
        ledger: LedgerOption = LEDGER, format: Format = "text", quiet: Quiet = False
    ) -> None:
        """Say what is installed, how the ledger stands and what space is left; change nothing."""
        from contactline.health import health

        check_format(format)
        found = health(ledger)
        if format == "text":
            _print(found)
        else:
            print_json(found)
        if found["wrong"]:
            raise typer.Exit(1)


def _print(found: dict[str, Any]) -> None:
    for part, values in found.items():
        if part == "wrong":
            continue
        print(part)
        for k, v in values.items():
            print(f"  {k:<22} {v if v is not None else 'not installed'}")
    for line in found["wrong"]:
        print(f"wrong: {line}")
    if not found["wrong"]:
        print("nothing is wrong")
