"""A command is loaded by its name; the list of names is the modules' own."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import typer
from typer.testing import CliRunner

from contactline.cli import MODULES, app


def test_every_command_stands_under_its_module() -> None:
    found = {}
    for module in dict.fromkeys(MODULES.values()):
        part = typer.Typer()
        part.callback()(lambda: None)
        import_module(f"contactline.cli.{module}").register(part)
        group = typer.main.get_command(part)
        found |= dict.fromkeys(group.commands, module)  # type: ignore[attr-defined]
    assert found == MODULES
    told = CliRunner().invoke(app, ["--help"]).output
    assert all(f"  {name} " in told for name in MODULES if name not in ("add", "store"))


def test_a_command_loads_nothing_of_what_it_does_not_need() -> None:
    heavy = ("scipy", "shapely", "onnxruntime", "fastapi", "lxml", "contactline.reading")
    code = (
        "import sys\nimport contactline.cli as c\nfrom typer.testing import CliRunner\n"
        "CliRunner().invoke(c.app, ['holds', 'Alpha', '--ledger', 'no/such.db'])\n"
        "import contactline.questions.holders\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_mistyped_command_is_told_of() -> None:
    done = CliRunner().invoke(app, ["hodls"])
    assert done.exit_code == 2 and "hodls" in done.output
