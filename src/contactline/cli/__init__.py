"""The commands. Data goes to standard output, progress and messages to standard error."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from contactline.model.values import ContactlineError

# each command's module is loaded when the command is asked for, so that none waits for the others'
MODULES = {
    "read": "reading",
    "places": "reading",
    "ingest": "reading",
    "evaluate": "reading",
    "add": "reading",
    "store": "reading",
    "reread": "rereading",
    "watch": "watching",
    "ingest-map": "mapping",
    "reports": "keeping",
    "actors": "keeping",
    "sources": "keeping",
    "verify": "evidence",
    "anchor": "evidence",
    "prove": "evidence",
    "check-proof": "evidence",
    "picture": "picturing",
    "holds": "picturing",
    "changes": "picturing",
    "lines": "picturing",
    "events": "picturing",
    "relations": "picturing",
    "prospects": "prospecting",
    "diplomacy": "prospecting",
    "whatif": "prospecting",
    "risk": "prospecting",
    "turning-points": "prospecting",
    "track-record": "prospecting",
    "sql": "querying",
    "export": "writing",
    "brief": "writing",
    "plot": "plotting",
    "serve": "serving",
    "mcp": "serving",
    "backup": "upkeep",
    "restore": "upkeep",
    "withdraw": "upkeep",
    "doctor": "upkeep",
    "completion": "manual",
    "review": "keeping",
    "gazetteer": "keeping",
    "users": "serving",
}


class Commands(TyperGroup):
    """A command is known by its name alone until it is asked for."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            self._load([MODULES[cmd_name]] if cmd_name in MODULES else MODULES.values())
        return self.commands.get(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        self._load(MODULES.values())
        return list(self.commands)

    def _load(self, modules: Any) -> None:
        for module in dict.fromkeys(modules):
            part = typer.Typer(rich_markup_mode=None)
            part.callback()(lambda: None)
            import_module(f"contactline.cli.{module}").register(part)
            group: Any = typer.main.get_command(part)
            for name, command in group.commands.items():
                self.commands.setdefault(name, command)
        listed = {k: self.commands[k] for k in MODULES if k in self.commands}
        self.commands = {**listed, **self.commands}


app = typer.Typer(
    name="contactline",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Reads reports about a war and keeps the picture: who holds what since when, and which "
        "sentence says so."
    ),
)


def say(text: str) -> None:
    print(text, file=sys.stderr)


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
