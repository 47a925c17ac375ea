"""Commands that read: read, places, ingest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contactline.cli.common import (
    LEDGER,
    Format,
    LedgerOption,
    Quiet,
    check_format,
    day,
    open_ledger,
    print_json,
    print_line,
    progress,
    say,
    table,
    wrong,
)
from contactline.intake.files import Failure, Given

Paths = Annotated[list[Path], typer.Argument(help="Text, Markdown, HTML, PDF, RSS or Atom files, JSON Lines corpora, or folders of them.")]
DateOption = Annotated[str | None, typer.Option("--date", help="The reports' own date, where they carry none (or a wrong one).")]
SourceOption = Annotated[str, typer.Option("--source", help="The outlet's name, where the files don't give it.")]


def _exist(paths: list[Path]) -> None:
    missing = [p for p in paths if not p.exists()]
    if missing:
        raise wrong(f"{missing[0]}: no such file or folder")


def register(app: typer.Typer) -> None:
    @app.command()
    def read(paths: Paths, format: Format = "text", date: DateOption = None, source: SourceOption = "", comments: Annotated[bool, typer.Option("--comments", help="Show the readers' comments that were kept apart.")] = False, quiet: Quiet = False) -> None:
        """Read reports and print their claims, storing nothing."""
        from contactline.pipeline import Tools
        from contactline.pipeline import read as read_all

        check_format(format)
        _exist(paths)
        failed = 0
        rows: list[dict[str, object]] = []
        n = 0
        for item in read_all(paths, Tools(lambda t: say(t, quiet)), Given(day(date, "--date"), source)):
            if isinstance(item, Failure):
                failed += 1
                say(f"{item.path}: {item.reason}")
                continue
            report, claims = item
            n += 1
            if report.unread:
                say(f"{report.path}: {report.unread}")
            for c in claims:
                line = c.as_json() | {"report": report.path}
                if format == "jsonl":
                    print_line(line)
                elif format == "json":
                    rows.append(line)
            if format == "json" and comments:
                rows += [{"comment": c, "report": report.path} for c in report.comments]
            if format == "text":
                shown = [(c.kind + (f" {c.aspect}" if c.aspect else ""), c.actor.label if c.actor else "", c.other.label if c.other else "", c.place.label if c.place else "", c.modality + (f" ({c.said_by})" if c.said_by else ""), f"{c.confidence:.2f}", c.quote[:90] + ("…" if len(c.quote) > 90 else "")) for c in claims]
                table(f"{report.path}: {len(claims)} claims" + (f", {len(report.comments)} readers' comments kept apart" if report.comments else ""), ("claim", "actor", "other", "place", "modality", "sure", "sentence"), shown)
                if comments:
                    table("Readers' comments", ("#", "author", "corrects", "text"), [(c.order, c.author or "(name lost)", "" if c.corrects is None else f"#{c.corrects}", c.text[:120]) for c in report.comments])
        if format == "json":
            print_json(rows)
        if failed:
            say(f"read {n}, failed {failed}")
            raise typer.Exit(1)

    @app.command()
    def places(paths: Paths, format: Format = "text", quiet: Quiet = False) -> None:
        """Print every place mention of reports with its coordinates."""
        from contactline.intake.files import read_paths, today_utc
        from contactline.pipeline import Tools

        check_format(format)
        _exist(paths)
        tools = Tools(lambda t: say(t, quiet))
        failed = 0
        rows = []
        for item in read_paths(paths, Given(), today_utc()):
            if isinstance(item, Failure):
                failed += 1
                say(f"{item.path}: {item.reason}")
                continue
            spans = tools.reader.places(item) if not item.unread else []
            names = tools.namer.report(item.text[: item.article_end], spans)
            for start, end in spans:
                r = names.place(item.text[start:end], start)
                row = {"report": item.path, "text": item.text[start:end], "start": start, "end": end, "name": r.name, "geoname_id": r.geoname_id, "lat": r.lat, "lon": r.lon, "confidence": r.confidence if r.lat is not None else None}
                if r.lat is None:
                    row["name"] = None
                if format == "jsonl":
                    print_line(row)
                rows.append(row)
        if format == "json":
            print_json(rows)
        if format == "text":
            table("Places", ("text", "name", "lat", "lon", "sure"), [(r["text"], r["name"] or "(not known)", r["lat"], r["lon"], r["confidence"]) for r in rows])
        if failed:
            raise typer.Exit(1)

    @app.command()
    def ingest(paths: Paths, ledger: LedgerOption = LEDGER, date: DateOption = None, source: SourceOption = "", quiet: Quiet = False) -> None:
        """Read reports and store them with their claims. What is stored already is passed over."""
        from contactline.pipeline import Tools
        from contactline.pipeline import ingest as ingest_all

        _exist(paths)
        store = open_ledger(ledger, quiet, create=True)
        files = sum(1 if p.is_file() else sum(1 for q in p.rglob("*") if q.is_file()) for p in paths)
        tools = Tools(lambda t: say(t, quiet))
        _ = tools.gazetteer
        with progress("reading", quiet, files if files > 1 else None) as step:
            tally = ingest_all(store, paths, tools, Given(day(date, "--date"), source), step)
        for f in tally.failed:
            say(f"{f.path}: {f.reason}")
        for path, why in tally.unread:
            say(f"{path}: {why}", quiet)
        for path in tally.undated:
            say(f"{path}: no date found; it speaks only where no dated report does (give --date)", quiet)
        say(f"read {tally.read} with {tally.claims} claims, skipped {tally.skipped} already stored, failed {len(tally.failed)}", quiet)
        if tally.failed:
            raise typer.Exit(1)

    app.command("add", hidden=True)(ingest)
    app.command("store", hidden=True)(ingest)
