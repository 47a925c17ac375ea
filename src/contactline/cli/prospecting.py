"""Commands about what is to come: prospects, whatif, risk, turning-points, track-record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    AsKnown,
    Format,
    LedgerOption,
    On,
    Quiet,
    SettingsOption,
    Why,
    asked_day,
    check_format,
    day,
    open_analysis,
    print_json,
    table,
    wrong,
)
from contactline.cli.kept import kept
from contactline.cli.telling import (
    answer_json,
    answer_told,
    evidence,
    parameters,
    processes_told,
    prospects_told,
    risk_told,
)
from contactline.model import ContactlineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from contactline.prospects.whatif import WhatIf
    from contactline.questions.analysis import Analysis


def register(app: typer.Typer) -> None:
    @app.command()
    def prospects(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What is expected, intended or conditional, who says so, and what came of it."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        known = day(as_known, "--as-known")
        found = analysis.expected(asked_day(analysis, on), known)
        if format == "text":
            prospects_told(found, analysis.history(known).claims)
            if why:
                shown = [c for e in found for c in (*e.claims[:1], *e.decided_by[:1])]
                evidence(analysis, shown, known)
                parameters(analysis)
        else:
            print_json(found)

    @app.command()
    def diplomacy(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who talks with whom: one entry a process, how it stands, who is left out, who guarantees
        it.
        """
        from contactline.prospects.diplomacy import as_json, processes

        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        known = day(as_known, "--as-known")
        scene = analysis.snapshot(asked_day(analysis, on), known)
        found = processes(scene, analysis.rules.prospects.talking)
        rows = [as_json(p, scene.sides) for p in found]
        if format != "text":
            print_json(rows)
            return
        processes_told(rows)
        if why:
            evidence(analysis, [i for p in found for i in p.claims[:4]], known)

    @app.command()
    def whatif(
        without: Annotated[
            str, typer.Option("--without", help="A party that is taken to hold nothing any more.")
        ] = "",
        holds: Annotated[
            str, typer.Option("--holds", help="PLACE=ACTOR: the place is taken to be the party's.")
        ] = "",
        ends: Annotated[
            str,
            typer.Option(
                "--ends", help="An agreement, by words of its name, that is taken to hold no more."
            ),
        ] = "",
        allied: Annotated[
            str, typer.Option("--allied", help="A=B: two parties taken to stand together.")
        ] = "",
        hostile: Annotated[
            str, typer.Option("--hostile", help="A=B: two parties taken to be enemies.")
        ] = "",
        on: On = None,
        maps: Annotated[
            Path | None,
            typer.Option("--maps", help="Write both maps, before and after, to this HTML file."),
        ] = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What the picture would be if something were otherwise, told in sentences."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked = {
            "without": without,
            "holds": holds,
            "ends": ends,
            "allied": allied,
            "hostile": hostile,
        }
        given = {k: v for k, v in asked.items() if v}
        if len(given) != 1:
            raise wrong(
                "whatif: say one thing that is otherwise, with --without, --holds, --ends, "
                "--allied or --hostile"
            )
        kind, what = next(iter(given.items()))
        result = analysis.what_if(kind, what, asked_day(analysis, on))
        if maps:
            _write_maps(maps, result, analysis.history().shapes)
        if format == "text":
            answer_told(analysis, result, why)
        else:
            print_json(
                {
                    "assumed": result.assumed,
                    "on": result.before.on,
                    "passed": result.passed,
                    "vanished": result.vanished,
                    "appeared": result.appeared,
                    "grown": [{"line": x, "km": more} for x, more in result.grown],
                    "facing": result.facing,
                    "expectations": [{"expectation": e, "why": w} for e, w in result.expectations],
                    "sentences": result.sentences,
                    "answer": answer_json(analysis, result),
                    "before": result.before.sectors,
                    "after": result.after.sectors,
                    "risk": {
                        "days": result.skill.days,
                        "shown": result.skill.shown,
                        "places": result.shifts,
                    }
                    if result.skill
                    else None,
                }
            )

    @app.command()
    def risk(
        on: On = None,
        days: Annotated[int, typer.Option(min=1, max=365, help="How many days ahead.")] = 30,
        format: Format = "text",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """The chance of fighting, a strike or a change of holder soon; only where the model has
        shown skill.
        """
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked = asked_day(analysis, on)
        key = ["risk", days, asked, analysis.rules.public()]
        found = kept(analysis.ledger, key, lambda: _risk(analysis, asked, days))
        if format != "text":
            print_json(found)
            return
        risk_told(found)

    @app.command("turning-points")
    def turning(
        first: Annotated[
            str | None, typer.Option("--from", help="Default: the first dated report.")
        ] = None,
        last: Annotated[str | None, typer.Option("--to", help="Default: the last.")] = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """The days around which the picture changed most, and what changed it."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        end = day(last, "--to") or analysis.last_day()
        start, found = analysis.turning_points(day(first, "--from"), end)
        if format != "text":
            print_json(found)
            return
        table(
            f"Turning points from {start} to {end}",
            ("around", "size", "what changed"),
            [(t.on, f"{t.size:.1f}", t.text) for t in found],
        )
        if why:
            evidence(analysis, [c for t in found for c in t.claims])

    @app.command("track-record")
    def track_record(
        on: On = None,
        format: Format = "text",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Whose expectations came true, against how often the like happens anyway."""
        from contactline.prospects.record import records

        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked = asked_day(analysis, on)
        rows = records(analysis.expected(asked), analysis.history().claims, asked)
        if format != "text":
            print_json(rows)
            return
        table(
            f"Track record on {asked}",
            ("who", "as", "said", "decided", "came true", "90% interval", "base rate", "Brier"),
            [
                (
                    r.who,
                    r.kind,
                    r.said,
                    r.decided,
                    r.came_true,
                    f"{r.low:.0%}–{r.high:.0%}" if r.decided else "",
                    "" if r.base is None else f"{r.base:.0%}",
                    "" if r.brier is None else f"{r.brier:.2f} ({r.with_probability})",
                )
                for r in rows[:40]
            ],
        )


def _risk(analysis: Analysis, asked: date, days: int) -> dict[str, Any]:
    """The answer as JSON: skill, chances by place with reasons, chances near contact lines."""
    from contactline.prospects.risk import as_json, line_risk

    skill, found = analysis.risk(asked, days)
    facing = analysis.picture(asked).lines if found else ()
    lines = [(x, line_risk(found, x.between)) for x in facing]
    return as_json(skill, found) | {
        "on": asked,
        "lines": [{"a": x.a, "b": x.b, "chance": c} for x, c in lines if c is not None],
    }


def _write_maps(file: Path, result: WhatIf, shapes: Mapping[str, BaseGeometry]) -> None:
    from html import escape

    from contactline.publishing.svg import standalone

    told = "".join(f"<p>{escape(s)}</p>" for s in result.sentences)
    both = (result.before, result.after)
    names: dict[str, str] = {h.holder: h.holder for p in both for h in p.holdings if h.holder}
    title = escape(result.assumed)
    page = (
        f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{told}"
        f"<h2>As it is</h2>{standalone(result.before, names, shapes, 'As it is')}"
        f"<h2>As it would be</h2>{standalone(result.after, names, shapes, 'As it would be')}"
    )
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror}") from e
