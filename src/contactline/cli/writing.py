"""Commands that write a file: export, brief."""

from __future__ import annotations

import sys
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
    wrong,
)
from contactline.model import ContactlineError

MOST_STEPS = 400  # pictures of a map through time


def register(app: typer.Typer) -> None:
    @app.command()
    def export(
        file: Annotated[
            Path,
            typer.Argument(
                help="A name ending in .geojson, .gpkg, .fgb, .parquet, .kml, .kmz, .pmtiles, "
                ".csv, .jsonl, .graphml, .gexf, .stix.json, .ftm.json (FollowTheMoney entities), "
                ".ftm.csv (its statements) or .lua (a map of Wikipedia). Or the word events, and "
                "after it a name ending in .csv, .xlsx, .parquet or .jsonl; without one the table "
                "is printed as CSV."
            ),
        ],
        table: Annotated[
            Path | None, typer.Argument(metavar="[TABLE]", help="The file of the events.")
        ] = None,
        scheme: Annotated[
            str,
            typer.Option(
                "--as",
                help="The events' columns: contactline (our own), acled, ucdp, plover or cameo. Or "
                "wikipedia: a Lua module of Wikipedia's war maps, as is written for .lua.",
            ),
        ] = "contactline",
        on: On = None,
        as_known: AsKnown = None,
        first: Annotated[
            str | None,
            typer.Option(
                "--from", help="The first day of a map through time; of its events anyway."
            ),
        ] = None,
        last: Annotated[str | None, typer.Option("--to", help="Its last day; as --on.")] = None,
        step: Annotated[
            str, typer.Option("--step", help="day, week, month, or a number of days.")
        ] = "",
        layer: Annotated[
            str,
            typer.Option(
                "--layer",
                help="What a map file of one layer (.fgb, .parquet) holds: places, ground, areas, "
                "lines, sectors, roads, events or claims. A .parquet without it is of all claims.",
            ),
        ] = "",
        hxl: Annotated[
            bool, typer.Option("--hxl", help="A row of HXL tags under the header of CSV and Excel.")
        ] = False,
        base: Annotated[
            Path | None,
            typer.Option(
                "--base",
                help="A module of Wikipedia's war maps to bring up to date: only the pictures of "
                "rows that changed are replaced.",
            ),
        ] = None,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write the picture, or with .jsonl or .parquet the claims, to a file; or the events as a
        table.

        With --from, --to and --step a map through time. Events beside a map are those since --from,
        else of the 30 days before.
        """
        from contactline.publishing.export import EVENT_DAYS
        from contactline.publishing.export import export as write
        from contactline.publishing.layers import steps

        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, last or on), day(as_known, "--as-known")
        history = analysis.history(known)
        if file.suffix.lower() == ".parquet" and not layer:
            from contactline.publishing.tables import claims_table, write_parquet

            say(f"{file}: {write_parquet(file, claims_table(history.claims))} rows", quiet)
            return
        if scheme == "wikipedia" or file.suffix.lower() == ".lua":
            from contactline.cli.mapping import write_module

            write_module(file, base, analysis, asked, known, quiet)
            return
        if base is not None:
            raise wrong("--base goes with --as wikipedia")
        begin = day(first, "--from")
        if file.name == "events":
            from contactline.publishing import events as tables

            start = begin or analysis.ledger.span()[0] or asked
            told = analysis.events(min(start, asked), asked, known)
            found = tables.rows(scheme, told, history.claims)
            if table is None:
                sys.stdout.write(tables.as_csv(scheme, found, hxl))
            else:
                say(f"{table}: {tables.write(table, scheme, found, hxl)} rows", quiet)
            if len(found) < len(told):
                say(f"left out, with nobody told to be killed: {len(told) - len(found)}", quiet)
            return
        if table is not None:
            raise wrong(f"{table}: one file only, or: contactline export events {table}")
        try:
            days = steps(begin, asked, step) if begin and step else [asked]
        except ValueError as e:
            raise wrong(str(e)) from e
        if step and not begin:
            raise wrong("--step: give the first day too, with --from")
        if len(days) > MOST_STEPS:
            raise wrong(f"--step {step}: {len(days)} days are too many; at most {MOST_STEPS}")
        n = write(
            file,
            analysis.picture(asked, known),
            history.claims,
            history.sides.names,
            history.shapes,
            hxl,
            analysis.events(begin or asked - timedelta(days=EVENT_DAYS), asked, known),
            [analysis.picture(d, known) for d in days],
            layer or "places",
            lambda told: say(f"{file}: {told}", quiet),
            analysis.ledger.reports(),
        )
        say(f"{file}: {n} rows", quiet)

    @app.command()
    def brief(
        file: Annotated[Path, typer.Argument(help="The file to write: .html, .pdf or .docx.")],
        on: On = None,
        since: Annotated[
            str | None,
            typer.Option("--since", help="Tell changes since this day. Default: 60 days before."),
        ] = None,
        without: Annotated[
            str | None, typer.Option("--without", help="Add a what-if without this party.")
        ] = None,
        title: Annotated[str, typer.Option(help="The brief's title.")] = "Who holds what",
        as_known: AsKnown = None,
        paper: Annotated[
            str, typer.Option("--paper", help="a4 or letter, of a PDF or Word file.")
        ] = "a4",
        template: Annotated[
            Path | None,
            typer.Option("--template", help="A Typst file of your own for the PDF's looks."),
        ] = None,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write a brief with map, sectors, changes, lines, prospects, and the sentence behind each:
        one HTML file that needs nothing else, or a PDF or Word file with footnotes.
        """
        from contactline.publishing.brief import brief_of

        kind = file.suffix.lower()
        if kind in (".pdf", ".docx") and without:
            raise wrong("--without is told in the HTML brief only")
        if kind not in (".pdf", ".docx") and (as_known or template):
            raise wrong("--as-known and --template are for .pdf and .docx")
        analysis = open_analysis(ledger, settings, quiet)
        asked = asked_day(analysis, on)
        first = day(since, "--since") or asked - timedelta(days=60)
        try:
            if kind in (".pdf", ".docx"):
                from contactline.publishing.document import document

                told = document(analysis, asked, first, day(as_known, "--as-known"), title)
                if kind == ".pdf":
                    from contactline.publishing.pdf import pdf

                    file.write_bytes(pdf(told, paper, template))
                else:
                    from contactline.publishing.docx import docx

                    file.write_bytes(docx(told, paper))
            else:
                text = brief_of(analysis, asked, first, without or "", title)
                file.write_text(text, encoding="utf-8")
        except OSError as e:
            raise ContactlineError(f"{file} can't be written: {e.strerror}") from e
        say(f"{file} written", quiet)
