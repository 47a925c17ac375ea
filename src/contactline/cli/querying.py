"""Asking in SQL: sql."""

from __future__ import annotations

import csv
import sys
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
    print_json,
    print_line,
    table,
    wrong,
)

FORMATS = ("text", "json", "jsonl", "csv")


def register(app: typer.Typer) -> None:
    @app.command()
    def sql(
        query: Annotated[
            str, typer.Argument(help="A SELECT over the tables claims, events and holdings.")
        ],
        on: On = None,
        as_known: AsKnown = None,
        format: Annotated[
            str, typer.Option("--format", "-f", help="text, json, jsonl or csv.")
        ] = "text",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Ask in SQL (DuckDB): claims, events up to the day, and the day's holdings. It only
        reads.
        """
        from contactline.publishing.tables import asked

        if format not in FORMATS:
            raise wrong(f"--format {format}: give {', '.join(FORMATS)}")
        analysis = open_analysis(ledger, settings, quiet)
        columns, rows = asked(analysis, asked_day(analysis, on), day(as_known, "--as-known"), query)
        if format == "text":
            table("", columns, rows)
        elif format == "csv":
            out = csv.writer(sys.stdout)
            out.writerow(columns)
            out.writerows(rows)
        else:
            found = [dict(zip(columns, r, strict=True)) for r in rows]
            if format == "json":
                print_json(found)
            else:
                for row in found:
                    print_line(row)
