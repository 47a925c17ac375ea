"""War maps of Wikipedia: as a source (ingest-map), and as an export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contactline.cli.common import LEDGER, LedgerOption, Quiet, given_day, open_ledger, say, wrong
from contactline.cli.giving import listed_counts
from contactline.model import ContactlineError

if TYPE_CHECKING:
    from contactline.questions.analysis import Analysis


def write_module(
    file: Path, base: Path | None, analysis: Analysis, on: date, known: date | None, quiet: bool
) -> None:
    """A module of Wikipedia's war maps, new or brought up to date; says what changed and why."""
    from contactline.publishing.wikimap import module, updated

    history, picture = analysis.history(known), analysis.picture(on, known)
    if base is None:
        text, n = module(picture, history.claims, history.sides.names)
        told = f"{n} rows"
    else:
        text, edits = updated(_text(base), picture, history.claims, history.sides.names)
        for e in edits:
            say(f"{e.place}: {e.before} → {e.after}: “{e.quote}” ({e.source})", quiet)
        told = f"{len(edits)} rows changed"
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror}") from e
    say(f"{file}: {told}", quiet)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise ContactlineError(f"{file} can't be read: {e}") from e


def register(app: typer.Typer) -> None:
    @app.command("ingest-map")
    def ingest_map(
        file: Annotated[
            Path, typer.Argument(help="The module's text (Lua), as its page's edit box shows it.")
        ],
        day: Annotated[str, typer.Option("--date", help="The day the map was as it is.")],
        source: Annotated[
            str, typer.Option("--source", help="What to call the map.")
        ] = "Wikipedia map",
        side: Annotated[
            list[str] | None,
            typer.Option(
                "--side",
                help="COLOUR=PARTY where the legend does not say so, as lime=Houthis; again for "
                "others.",
            ),
        ] = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Store a Wikipedia war map (a Lua module) as one report: each row a claim, quoted."""
        from contactline import __version__
        from contactline.mapping import mapped
        from contactline.naming.gazetteer import Gazetteer
        from contactline.pipeline import store_claims

        sides = dict(x.partition("=")[::2] for x in side or ())
        if any(not k or not v for k, v in sides.items()):
            raise wrong("--side: give COLOUR=PARTY, as lime=Houthis")
        found = mapped(
            _text(file), given_day(day, "--date"), source, Gazetteer.open(), sides, file.stem
        )
        for tone, name in sorted(found.parties.items()):
            say(f"{tone}: {name}", quiet)
        if not found.claims:
            raise ContactlineError(
                f"{file}: no row could be read as who holds what "
                f"({listed_counts(found.left_out)}); name the sides with --side"
            )
        stored = store_claims(
            open_ledger(ledger, quiet, create=True),
            [(found.report, found.claims)],
            "wikipedia map",
            __version__,
        )
        told = f"; left out: {listed_counts(found.left_out)}" if found.left_out else ""
        said = "stored" if stored else "was stored already"
        say(f"{file}: {len(found.claims)} claims, {said}{told}", quiet)
