"""The commands. Data goes to standard output, progress and messages to standard error."""

from __future__ import annotations

import sys

import typer

from contactline.cli import keeping, picturing, reading, serving
from contactline.cli.common import say
from contactline.model import ContactlineError

app = typer.Typer(
    name="contactline",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Reads reports about a war and keeps the picture: who holds what since when, and which sentence says so.",
)
reading.register(app)
keeping.register(app)
picturing.register(app)
serving.register(app)


def main() -> None:
    """Exit 0 when done, 1 when it could not be done, 2 when the command was wrong."""
    try:
        app(standalone_mode=True)
    except ContactlineError as e:
        say(f"contactline: {e}")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        say("contactline: stopped; what was stored before stays")
        sys.exit(1)
