"""Commands that read: read, places, ingest."""

from __future__ import annotations

from dataclasses import replace
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
    print_line,
    progress,
    say,
    table,
    wrong,
)
from contactline.cli.giving import (
    ColumnOption,
    DateOption,
    LanguageOption,
    MemoryOption,
    Paths,
    SourceOption,
    TimeoutOption,
    Urls,
    ZoneOption,
    bounds_of,
    exist,
    given_of,
    listed,
    tell_left_out,
)

ReaderOption = Annotated[
    str,
    typer.Option(
        "--reader",
        help="best (the best that is installed), deep, standard, fast: the later the quicker and "
        "the less good; llm: a language model at an OpenAI-compatible address.",
    ),
]
ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        help="The language model's name, for --reader llm. Its key is taken from OPENAI_API_KEY.",
    ),
]
BaseOption = Annotated[str, typer.Option("--base-url", help="The language model's address.")]
BudgetOption = Annotated[
    int, typer.Option("--budget", min=1, help="At most so many requests to the language model.")
]


def reader_of(name: str, model: str, base_url: str, budget: int) -> Any:
    if name == "best":
        return None
    if name != "llm":
        from contactline.reading.reader import READERS

        if name not in READERS:
            raise wrong(f"--reader is best, {', '.join(READERS)} or llm")
        return READERS[name]()
    if not model:
        raise wrong("--reader llm needs --model, and --base-url unless it is OpenAI's own")
    from contactline.cli.asking import Asker
    from contactline.reading.llm import LanguageModelReader

    return LanguageModelReader(Asker(model, base_url, budget), model)


def tell_gate(reader: Any, quiet: bool) -> None:
    if reader is not None and reader.name == "llm":
        t = reader.tally
        say(
            f"language model: {t.kept} claims kept, {sum(t.dropped.values())} dropped"
            + (
                f" ({'; '.join(f'{k}: {v}' for k, v in sorted(t.dropped.items()))})"
                if t.dropped
                else ""
            )
            + (
                f", {t.failed} answers unusable; {reader.ask.asked} requests, "
                f"{reader.ask.cached} from the cache"
            ),
            quiet,
        )


def register(app: typer.Typer) -> None:
    @app.command()
    def read(
        paths: Paths = None,
        url: Urls = None,
        format: Format = "text",
        date: DateOption = None,
        source: SourceOption = "",
        zone: ZoneOption = "",
        language: LanguageOption = "",
        text_column: ColumnOption = "",
        comments: Annotated[
            bool,
            typer.Option("--comments", help="Show the readers' comments that were kept apart."),
        ] = False,
        reader: ReaderOption = "best",
        model: ModelOption = "",
        base_url: BaseOption = "",
        budget: BudgetOption = 2000,
        timeout: TimeoutOption = None,
        max_memory: MemoryOption = None,
        quiet: Quiet = False,
    ) -> None:
        """Read reports and print their claims, storing nothing."""
        from contactline.intake.files import Failure
        from contactline.pipeline import Tools
        from contactline.pipeline import read as read_all

        check_format(format)
        paths = exist(paths, url)
        failed = 0
        rows: list[dict[str, object]] = []
        n = 0
        asked = reader_of(reader, model, base_url, budget)
        for item in read_all(
            paths,
            Tools(lambda t: say(t, quiet), reader=asked, bounds=bounds_of(timeout, max_memory)),
            given_of(date, source, zone, language, text_column),
        ):
            if isinstance(item, Failure):
                failed += not item.minor
                say(f"{item.path}: {item.reason}", quiet and item.minor)
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
                shown = [
                    (
                        c.kind + (f" {c.aspect}" if c.aspect else ""),
                        c.actor.label if c.actor else "",
                        c.other.label if c.other else "",
                        c.place.label if c.place else "",
                        c.modality + (f" ({c.said_by})" if c.said_by else ""),
                        f"{c.confidence:.2f}",
                        c.quote[:90] + ("…" if len(c.quote) > 90 else ""),
                    )
                    for c in claims
                ]
                table(
                    f"{report.path}: {len(claims)} claims"
                    + (
                        f", {len(report.comments)} readers' comments kept apart"
                        if report.comments
                        else ""
                    )
                    + (f"; left out: {listed(dict(report.left_out))}" if report.left_out else ""),
                    ("claim", "actor", "other", "place", "modality", "sure", "sentence"),
                    shown,
                )
                if comments:
                    table(
                        "Readers' comments",
                        ("#", "author", "corrects", "text"),
                        [
                            (
                                c.order,
                                c.author or "(name lost)",
                                "" if c.corrects is None else f"#{c.corrects}",
                                c.text[:120],
                            )
                            for c in report.comments
                        ],
                    )
        if format == "json":
            print_json(rows)
        tell_gate(asked, quiet)
        if failed:
            say(f"read {n}, failed {failed}")
            raise typer.Exit(1)

    @app.command()
    def places(
        paths: Paths = None,
        url: Urls = None,
        language: LanguageOption = "",
        text_column: ColumnOption = "",
        format: Format = "text",
        quiet: Quiet = False,
    ) -> None:
        """Print every place mention of reports with its coordinates."""
        from contactline.intake.files import Failure, read_paths, today_utc
        from contactline.pipeline import Tools

        check_format(format)
        paths = exist(paths, url)
        tools = Tools(lambda t: say(t, quiet), bounds=bounds_of(None, None))
        failed = 0
        rows = []
        given = given_of(None, "", "", language, text_column)
        for item in read_paths(paths, given, today_utc(), tools.file):
            if isinstance(item, Failure):
                failed += not item.minor
                say(f"{item.path}: {item.reason}", quiet and item.minor)
                continue
            spans = tools.reader.places(item) if not item.unread else []
            names = tools.namer.report(item.text[: item.article_end], spans)
            for start, end in spans:
                r = names.place(item.text[start:end], start)
                row = {
                    "report": item.path,
                    "text": item.text[start:end],
                    "start": start,
                    "end": end,
                    "name": r.name,
                    "geoname_id": r.geoname_id,
                    "lat": r.lat,
                    "lon": r.lon,
                    "confidence": r.confidence if r.lat is not None else None,
                }
                if r.lat is None:
                    row["name"] = None
                if format == "jsonl":
                    print_line(row)
                rows.append(row)
        if format == "json":
            print_json(rows)
        if format == "text":
            table(
                "Places",
                ("text", "name", "lat", "lon", "sure"),
                [
                    (r["text"], r["name"] or "(not known)", r["lat"], r["lon"], r["confidence"])
                    for r in rows
                ],
            )
        if failed:
            raise typer.Exit(1)

    @app.command()
    def ingest(
        paths: Paths = None,
        url: Urls = None,
        ledger: LedgerOption = LEDGER,
        date: DateOption = None,
        source: SourceOption = "",
        zone: ZoneOption = "",
        language: LanguageOption = "",
        text_column: ColumnOption = "",
        reader: ReaderOption = "best",
        model: ModelOption = "",
        base_url: BaseOption = "",
        budget: BudgetOption = 2000,
        pseudonymise_comments: Annotated[
            bool,
            typer.Option(
                "--pseudonymise-comments",
                help="Call who commented under a report Reader 1, Reader 2 …; no name is stored.",
            ),
        ] = False,
        timeout: TimeoutOption = None,
        max_memory: MemoryOption = None,
        workers: Annotated[
            int,
            typer.Option(
                "--workers", min=0, max=256, help="Read in so many processes on this machine."
            ),
        ] = 0,
        scheduler: Annotated[
            str,
            typer.Option(
                "--scheduler",
                help="Read on the workers of a Dask scheduler, as tcp://host:8786.",
            ),
        ] = "",
        quiet: Quiet = False,
    ) -> None:
        """Read reports and store them with their claims. What is stored already is passed over."""
        from contactline.pipeline import Tools
        from contactline.pipeline import ingest as ingest_all

        if (workers or scheduler) and reader == "llm":
            raise wrong("--workers and --scheduler are for the readers of this package")
        if workers and scheduler:
            raise wrong("give --workers or --scheduler")
        paths = exist(paths, url)
        store = open_ledger(ledger, quiet, create=True)
        files = sum(
            1 if p.is_file() else sum(1 for q in p.rglob("*") if q.is_file()) for p in paths
        )
        asked = reader_of(reader, model, base_url, budget)
        tools = Tools(lambda t: say(t, quiet), reader=asked, bounds=bounds_of(timeout, max_memory))
        _ = tools.gazetteer
        given = given_of(date, source, zone, language, text_column)
        given = replace(given, pseudonymise=pseudonymise_comments)
        with progress("reading", quiet, files if files > 1 else None) as step:
            if workers or scheduler:
                from contactline import parallel

                tally = parallel.ingest(
                    store, paths, tools, reader, workers, scheduler, given, step
                )
            else:
                tally = ingest_all(store, paths, tools, given, step)
        tell_gate(asked, quiet)
        for f in tally.failed:
            say(f"{f.path}: {f.reason}")
        for path, why in tally.unread:
            say(f"{path}: {why}", quiet)
        for f in tally.passed_over:
            say(f"{f.path}: {f.reason}", quiet)
        for path, unsure in tally.undated:
            say(
                f"{path}: {unsure or 'no date found'}; it speaks only where no dated report does "
                "(give --date)",
                quiet,
            )
        tell_left_out(tally.left_out, quiet)
        say(
            f"read {tally.read} with {tally.claims} claims, skipped {tally.skipped} already "
            f"stored, failed {len(tally.failed)}",
            quiet,
        )
        if tally.failed:
            raise typer.Exit(1)

    @app.command()
    def evaluate(
        gold: Annotated[
            list[Path],
            typer.Argument(
                help="Folders of annotated reports: NAME.json beside its text, "
                "as docs/reading.md describes."
            ),
        ],
        lenient: Annotated[
            bool, typer.Option("--lenient", help="Leave aspect and modality aside.")
        ] = False,
        misses: Annotated[
            int,
            typer.Option(
                "--misses",
                min=0,
                help="List up to so many misses and false claims a report, with their sentence.",
            ),
        ] = 0,
        reader: Annotated[
            str, typer.Option("--reader", help="best, deep, standard or fast.")
        ] = "best",
        format: Format = "text",
        quiet: Quiet = False,
    ) -> None:
        """Score the reader on annotated reports: precision, recall, F1 by kind, calibration."""
        import json
        from datetime import date as Date

        from contactline.intake.files import Failure, Given, read_paths
        from contactline.pipeline import Tools
        from contactline.reading.score import figures, score

        check_format(format)
        for folder in gold:
            if not folder.is_dir():
                raise wrong(f"{folder}: no such folder")
        if reader == "llm":
            raise wrong("--reader is best, deep, standard or fast")
        tools = Tools(lambda t: say(t, quiet), reader=reader_of(reader, "", "", 0))
        results = []
        files = [p for folder in gold for p in sorted(folder.glob("*.json"))]
        outlets: dict[str, list[Any]] = {}
        with progress("scoring", quiet, len(files)) as step:
            for path in files:
                try:
                    wanted = json.loads(path.read_text(encoding="utf-8"))
                    if not isinstance(wanted, dict) or "claims" not in wanted:
                        raise ValueError("no claims in it")
                    text_file = path.with_name(str(wanted.get("file") or f"{path.stem}.txt"))
                    given = (
                        Given(Date.fromisoformat(wanted["report_date"]))
                        if wanted.get("report_date")
                        else Given()
                    )
                    item = next(iter(read_paths([text_file], given)), None)
                    if item is None or isinstance(item, Failure):
                        raise ValueError(item.reason if isinstance(item, Failure) else "no text")
                    rows = [
                        json.loads(json.dumps(c.as_json(), default=str))
                        for c in tools.claims_of(item)
                    ]
                    scored = score(wanted, rows, item.text, lenient, path.stem)
                    results.append((scored, item.text))
                    outlets.setdefault(f"{path.parent.name}: {wanted.get('source') or '–'}", [])
                    outlets[f"{path.parent.name}: {wanted.get('source') or '–'}"].append(scored)
                except (OSError, ValueError, KeyError) as e:
                    say(f"{path}: {e}")
                step()
        if not results:
            raise wrong(f"{', '.join(map(str, gold))}: no annotated report in it")
        found = figures([r for r, _ in results])
        if format != "text":
            print_json(
                found
                | {
                    "reports": len(results),
                    "outlets": {
                        name: {
                            "reports": len(rs),
                            **{k: v for k, v in figures(rs).items() if k != "kinds"},
                        }
                        for name, rs in outlets.items()
                    },
                    "missed": [
                        {"report": r.name, "claim": m, "sentence": t[m["start"] : m["end"]]}
                        for r, t in results
                        for m in r.missed[:misses]
                    ],
                    "false": [
                        {"report": r.name, "claim": w} for r, _ in results for w in r.wrong[:misses]
                    ],
                }
            )
            return
        table(
            f"{len(results)} reports",
            ("kind", "gold", "precision", "recall", "F1"),
            [
                (k, v["gold"], f"{v['precision']:.3f}", f"{v['recall']:.3f}", f"{v['f1']:.3f}")
                for k, v in found["kinds"].items()
            ]
            + [
                (
                    "all",
                    sum(v["gold"] for v in found["kinds"].values()),
                    f"{found['precision']:.3f}",
                    f"{found['recall']:.3f}",
                    f"{found['f1']:.3f}",
                )
            ],
        )
        if len(outlets) > 1:
            table(
                "by folder and outlet",
                ("outlet", "reports", "gold", "precision", "recall", "F1", "calibration error"),
                [
                    (
                        name,
                        len(rs),
                        sum(len(r.required) for r in rs),
                        *(
                            f"{v:.3f}"
                            for v in (f["precision"], f["recall"], f["f1"], f["ece"] or 0)
                        ),
                    )
                    for name, rs in sorted(outlets.items())
                    for f in (figures(rs),)
                ],
            )
        print(
            f"Brier {found['brier'] or 0:.3f}, calibration error {found['ece'] or 0:.3f}, verbatim "
            f"quotes {found['grounded'] or 0:.1%}"
        )
        for r, t in results:
            for m in r.missed[:misses]:
                print(
                    f"MISSED {r.name}: {m['kind']} {m.get('aspect') or ''} | {m.get('actor')} | "
                    f"{m.get('other')} | {m.get('place')} | {m['modality']} | "
                    f"{t[m['start'] : m['end']]}"
                )
            for w in r.wrong[:misses]:
                print(
                    f"FALSE  {r.name}: {w['kind']} {w.get('aspect') or ''} | "
                    f"{(w['actor'] or {}).get('name')} | {(w['other'] or {}).get('name')} | "
                    f"{(w['place'] or {}).get('name')} | {w['modality']} | {w['quote']}"
                )

    app.command("add", hidden=True)(ingest)
    app.command("store", hidden=True)(ingest)
