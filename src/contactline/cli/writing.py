"""Commands that write a file: export, brief."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from contactline.cli.common import (
    LEDGER,
    AsKnown,
    LedgerOption,
    On,
    Quiet,
    SettingsOption,
    asked_day,
    day,
    open_analysis,
    say,
)
from contactline.model import ContactlineError


def register(app: typer.Typer) -> None:
    @app.command()
    def export(
        file: Annotated[
            Path,
            typer.Argument(
                help="A name ending in .geojson, .gpkg, .csv, .jsonl, .parquet or .stix.json."
            ),
        ],
        on: On = None,
        as_known: AsKnown = None,
        hxl: Annotated[
            bool, typer.Option("--hxl", help="A row of HXL tags under the CSV's header.")
        ] = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write the picture, or with .jsonl or .parquet the claims, to a file."""
        from contactline.publishing.export import export as write

        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, on), day(as_known, "--as-known")
        history = analysis.history(known)
        if file.suffix.lower() == ".parquet":
            from contactline.publishing.tables import claims_table, write_parquet

            say(f"{file}: {write_parquet(file, claims_table(history.claims))} rows", quiet)
            return
        reach = analysis.rules.picture.spread.reach_km
        n = write(
            file, analysis.picture(asked, known), history.claims, history.sides.names, reach, hxl
        )
        say(f"{file}: {n} rows", quiet)

    @app.command()
    def brief(
        file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
        on: On = None,
        since: Annotated[
            str | None,
            typer.Option("--since", help="Tell changes since this day. Default: 60 days before."),
        ] = None,
        without: Annotated[
            str | None, typer.Option("--without", help="Add a what-if without this party.")
        ] = None,
        title: Annotated[str, typer.Option(help="The brief's title.")] = "Who holds what",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write a brief: one HTML file with map, sectors, changes, lines, prospects, and the
        sentence behind each.
        """
        from contactline.publishing.brief import brief_of

        analysis = open_analysis(ledger, settings, quiet)
        asked = asked_day(analysis, on)
        first = day(since, "--since") or asked - timedelta(days=60)
        try:
            file.write_text(
                brief_of(analysis, asked, first, without or "", title), encoding="utf-8"
            )
        except OSError as e:
            raise ContactlineError(f"{file} can't be written: {e.strerror}") from e
        say(f"{file} written", quiet)
