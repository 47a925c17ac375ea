"""Checks the docs: every command and every setting is told of, links hold, the help in
docs/commands.md is the program's.

usage: python scripts/check_docs.py [--write]
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ["COLUMNS"] = "100"
os.environ["TERMINAL_WIDTH"] = "100"


def commands() -> str:
    import typer
    from typer.testing import CliRunner

    from contactline.cli import app

    out = [
        "# Commands",
        "",
        "Made by `python scripts/check_docs.py --write` from the program's own help.",
        "",
    ]
    run = CliRunner(env={"COLUMNS": "100", "TERMINAL_WIDTH": "100"})
    root = typer.main.get_command(app)

    def walk(path: list[str], command: object) -> None:
        if getattr(command, "hidden", False):
            return
        if hasattr(command, "list_commands"):
            command.list_commands(None)  # loads what is loaded when asked for
        inner = getattr(command, "commands", None)
        if path and not inner:
            text = run.invoke(app, [*path, "--help"]).output
            out.extend(
                [
                    f"## contactline {' '.join(path)}",
                    "",
                    "```",
                    re.sub(r"[ \t]+\n", "\n", text.strip()),
                    "```",
                    "",
                ]
            )
        for name in sorted(inner or {}):
            walk([*path, name], inner[name])

    walk([], root)
    return "\n".join(out)


def main() -> None:
    wrong = []
    path = ROOT / "docs" / "commands.md"
    text = commands()
    if "--write" in sys.argv:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        wrong.append(
            "docs/commands.md is not the program's help; run: python scripts/check_docs.py --write"
        )
    from contactline.publishing.events import codebook

    events = ROOT / "docs" / "events.md"
    head = events.read_text(encoding="utf-8").partition("\n## ")[0].rstrip("\n") + "\n\n"
    if "--write" in sys.argv:
        events.write_text(head + codebook(), encoding="utf-8")
    elif events.read_text(encoding="utf-8") != head + codebook():
        wrong.append("docs/events.md is not the code's; run: python scripts/check_docs.py --write")
    from reference import pages as made_pages

    for name, made in made_pages().items():
        page = ROOT / "docs" / name
        if "--write" in sys.argv:
            page.write_text(made, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != made:
            wrong.append(f"docs/{name} is not the code's; run: scripts/check_docs.py --write")
    from contactline import __version__
    from contactline.cli import app
    from contactline.cli.manual import files, tree

    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    day = (re.search(r"^## [\d.]+ \((\d{4}-\d\d-\d\d)\)", changes, re.M) or ["", ""])[1]
    for path, made in files(tree(app), __version__, day).items():
        shared = ROOT / path
        if "--write" in sys.argv:
            shared.parent.mkdir(parents=True, exist_ok=True)
            shared.write_text(made, encoding="utf-8")
        elif not shared.exists() or shared.read_text(encoding="utf-8") != made:
            wrong.append(f"{path} is not the program's; run: python scripts/check_docs.py --write")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                wrong.append(f"{page.relative_to(ROOT)}: no such file: {target}")
        if re.search(r"@[A-Z]+@", page.read_text(encoding="utf-8")):
            wrong.append(f"{page.relative_to(ROOT)}: a figure was left open")
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    from contactline.model import KINDS, MODALITIES

    for word in [
        *KINDS,
        *(a for v in KINDS.values() for a in v),
        *MODALITIES,
        "held",
        "contested",
        "besieged",
        "unknown",
    ]:
        if word not in glossary:
            wrong.append(f"docs/glossary.md does not tell what {word} means")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
