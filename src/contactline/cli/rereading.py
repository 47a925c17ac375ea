"""The command that reads stored reports anew."""

from __future__ import annotations

from typing import Annotated

import typer

from contactline.cli.common import LEDGER, LedgerOption, Quiet, open_ledger, progress, say
from contactline.cli.giving import MemoryOption, TimeoutOption, bounds_of
from contactline.cli.reading import (
    BaseOption,
    BudgetOption,
    ModelOption,
    ReaderOption,
    reader_of,
    tell_gate,
)


def register(app: typer.Typer) -> None:
    @app.command()
    def reread(
        names_only: Annotated[
            bool,
            typer.Option(
                "--names-only",
                help="Only name anew what was read before, as after `gazetteer add`.",
            ),
        ] = False,
        reader: ReaderOption = "best",
        model: ModelOption = "",
        base_url: BaseOption = "",
        budget: BudgetOption = 2000,
        timeout: TimeoutOption = None,
        max_memory: MemoryOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Read the stored reports anew with this version's reader and names.

        What reviewers decided stays.
        """
        from contactline.pipeline import Tools
        from contactline.pipeline import reread as reread_all

        store = open_ledger(ledger, quiet)
        asked = reader_of(reader, model, base_url, budget)
        tools = Tools(lambda t: say(t, quiet), reader=asked, bounds=bounds_of(timeout, max_memory))
        _ = tools.gazetteer
        with progress("naming" if names_only else "reading", quiet, store.counts()["reports"]) as s:
            tally = reread_all(store, tools, names_only, s)
        tell_gate(asked, quiet)
        for f in tally.failed:
            say(f"{f.path}: {f.reason}")
        say(
            f"{'named' if names_only else 'read'} {tally.read} anew with {tally.claims} claims, "
            f"{tally.skipped} were so already, failed {len(tally.failed)}",
            quiet,
        )
        if tally.failed:
            raise typer.Exit(1)
