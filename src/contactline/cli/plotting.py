"""The command plot: pictures of numbers through time, and the numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contactline.cli.common import (
    LEDGER,
    AsKnown,
    LedgerOption,
    Quiet,
    SettingsOption,
    asked_day,
    day,
    open_analysis,
    say,
    wrong,
)

if TYPE_CHECKING:
    from contactline.publishing.plots import Plot
    from contactline.questions.analysis import Analysis

WHAT = ("control", "activity", "lines", "expectations")
MOST_DAYS = 1500


def register(app: typer.Typer) -> None:
    @app.command()
    def plot(
        what: Annotated[
            str,
            typer.Argument(
                help="control (who holds how much), activity (events a week), lines (length of the "
                "contact lines) or expectations (whose came true)."
            ),
        ],
        file: Annotated[
            Path, typer.Argument(help="A name ending in .svg, .png, .pdf, or .csv for the numbers.")
        ],
        first: Annotated[
            str | None,
            typer.Option("--from", help="The first day. Default: that of the oldest report."),
        ] = None,
        last: Annotated[
            str | None,
            typer.Option("--to", help="The last day. Default: that of the newest report."),
        ] = None,
        step: Annotated[
            str,
            typer.Option(
                "--step", help="day, week, month, or a number of days; by the span without it."
            ),
        ] = "",
        as_known: AsKnown = None,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Plot control, activity, contact lines or expectations through time."""
        if what not in WHAT:
            raise wrong(f"plot {what}: give {', '.join(WHAT)}")
        analysis = open_analysis(ledger, settings, quiet)
        end, known = asked_day(analysis, last), day(as_known, "--as-known")
        start = day(first, "--from") or analysis.ledger.span()[0] or end
        if start > end:
            raise wrong(f"--from {start}: it is after {end}")
        made = _made(what, analysis, start, end, step, known)
        say(f"{file}: {made.write(file)} points", quiet)


def _made(
    what: str, analysis: Analysis, first: date, last: date, step: str, known: date | None
) -> Plot:
    from contactline.publishing import plots
    from contactline.publishing.layers import steps
    from contactline.questions import series

    seen = f", as known on {known}" if known else ""
    if what == "expectations":
        return plots.reliability_plot(series.reliability(analysis, last, known), last, seen)
    if what == "activity":
        weeks, vague = series.activity(analysis, first, last, known)
        return plots.activity_plot(weeks, vague, first, last, seen)
    try:
        days = steps(first, last, step or series.sampled(first, last))
    except ValueError as e:
        raise wrong(str(e)) from e
    if len(days) > MOST_DAYS:
        raise wrong(f"--step {step}: {len(days)} days are too many; at most {MOST_DAYS}")
    if what == "lines":
        if not step and len(days) > 1 and days[1] - days[0] == timedelta(days=1):
            days = steps(first, last, "week")
        return plots.lines_plot(series.lines(analysis, days, known), seen)
    names = analysis.history(known).sides.names
    return plots.control_plot(series.control(analysis, days, known), names, seen)
