"""The commands. Data goes to standard output, progress and messages to standard error."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from contactline.cli import (
    evidence,
    keeping,
    mapping,
    picturing,
    plotting,
    prospecting,
    querying,
    reading,
    rereading,
    serving,
    upkeep,
    watching,
    writing,
)
from contactline.cli.common import say
from contactline.model import ContactlineError

app = typer.Typer(
    name="contactline",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Reads reports about a war and keeps the picture: who holds what since when, and which "
        "sentence says so."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        from contactline import __version__

        print(f"contactline {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


reading.register(app)
rereading.register(app)
watching.register(app)
mapping.register(app)
keeping.register(app)
evidence.register(app)
picturing.register(app)
prospecting.register(app)
querying.register(app)
writing.register(app)
plotting.register(app)
serving.register(app)
upkeep.register(app)


def main() -> None:
    """Exit 0 when done, 1 when it could not be done, 2 when the command was wrong."""
    try:
        app(standalone_mode=True)
    except ContactlineError as e:
        say(f"contactline: {e}")
        sys.exit(1)
    except ImportError as e:
        say(f"contactline: the installation is not whole ({e}); install contactline again")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        say("contactline: stopped; what was stored before stays")
        sys.exit(1)
