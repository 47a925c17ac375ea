"""The documentation's site is built, whole and without the network; the tutorials run as they
stand.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contactline.cli import app

ROOT = Path(__file__).parent.parent
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))


def commands(page: Path) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda p: p.stem)
def test_a_tutorial_runs_as_it_stands(
    page: Path, demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for p in demo_db.parent.glob(f"{demo_db.name}*"):
        shutil.copy(p, tmp_path / p.name.replace(demo_db.name, "contactline.ledger.db"))
    first, *rest = commands(page)
    assert first == ["contactline", "ingest", "demo/reports"]  # as the ledger copied here was made
    assert len(rest) >= 5
    for words in rest:
        assert words[0] == "contactline"
        done = CliRunner().invoke(app, words[1:])
        assert done.exit_code == 0, (words, done.output, done.exception)
        made = [tmp_path / w for w in words if re.search(r"\.\w{3,8}$", w) and "map.lua" not in w]
        assert done.stdout or all(p.stat().st_size > 100 for p in made), words


def test_the_site_is_built_and_fetches_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build_docs.py"), str(tmp_path / "site")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 60
    fetched = re.compile(
        r"<(?:script|img|link|iframe)[^>]{0,300}?(?:src|href)=\"?(https?:[^\" >]+)"
    )
    for page in pages:
        text = page.read_text(encoding="utf-8")
        outside = {
            x
            for x in fetched.findall(text)
            if not re.search(r"rel=\"?(?:canonical|alternate)", text[: text.find(x)][-60:])
        }
        assert not outside, (page, outside)
        for image in re.findall(r'<img[^>]{0,300}?src="([^":]+)"', text):
            assert (page.parent / image).exists(), (page, image)
    index = json.loads((tmp_path / "site" / "search.json").read_text(encoding="utf-8"))
    assert "FollowTheMoney" in json.dumps(index)
