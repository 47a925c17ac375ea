"""The manual page is set by groff, completion is asked of the shells themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contactline.cli import app
from contactline.cli.manual import FILES, Command, completion, man_page, tree

ROOT = Path(__file__).parent.parent.parent
CASES = [
    (("exp",), {"export"}),
    (("plot", "--qu"), {"--quiet"}),
    (("gazetteer", "a"), {"add"}),
    (("--ver",), {"--version"}),
    (("holds", "Raqqa", "--wh"), {"--why"}),
    (("picture", "--format", "js"), {"json", "jsonl"}),
    (("export", "--on", "20"), set()),
    (("read", "--quiet", "--lang"), {"--language"}),
]


@pytest.fixture(scope="module")
def root() -> Command:
    return tree(app)


def shell(name: str, script: str) -> str:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    flags = ["-f"] if name == "zsh" else ["--norc"] if name == "bash" else ["--no-config"]
    done = subprocess.run([name, *flags, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(("words", "want"), CASES)
def test_bash_completes(words: tuple[str, ...], want: set[str]) -> None:
    line = " ".join(f"'{w}'" for w in ("contactline", *words))
    script = (
        f"source {ROOT / FILES['bash']}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; "
        '_contactline; echo "${COMPREPLY[*]}"'
    )
    assert set(shell("bash", script).split()) == want


@pytest.mark.parametrize(("words", "want"), [c for c in CASES if c[1]])
def test_fish_completes(words: tuple[str, ...], want: set[str]) -> None:
    line = " ".join(("contactline", *words))
    found = shell("fish", f"source {ROOT / FILES['fish']}; complete -C '{line}'")
    assert want <= {x.split("\t")[0] for x in found.splitlines()}


def test_zsh_takes_its_script(root: Command) -> None:
    path = ROOT / FILES["zsh"]
    loaded = shell(
        "zsh",
        f"autoload -U compinit; compinit -D; source {path}; print ${{_comps[contactline]}}; "
        "whence -w _contactline_gazetteer_add",
    )
    assert loaded.split() == ["_contactline", "_contactline_gazetteer_add:", "function"]


def test_every_command_and_option_is_there(root: Command) -> None:
    page, scripts = man_page(root, "1.0", ""), [completion(root, s) for s in ("bash", "zsh")]
    for c in root.walk():
        assert f".SS contactline {' '.join(c.path)}".replace("-", "\\-") in page
        for o in c.options:
            assert all(n in s for n in o.names for s in scripts), (c.path, o)


def test_the_page_is_set_without_a_warning(root: Command) -> None:
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8", str(ROOT / FILES["man"])], capture_output=True, text=True
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "EXIT STATUS" in re.sub(".\x08", "", done.stdout)  # bold is a letter struck twice


def test_the_command_prints_what_is_shipped() -> None:
    run = CliRunner()
    assert run.invoke(app, ["completion", "bash"]).stdout == (ROOT / FILES["bash"]).read_text()
    assert run.invoke(app, ["completion", "csh"]).exit_code == 2
