"""What the commands that take reports are given: paths and addresses, and what the user says of
them.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contactline.bounded import Bounds
from contactline.cli.common import day, say, wrong

if TYPE_CHECKING:
    from contactline.intake.sources import Given

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Text, Markdown, HTML, PDF, feeds, mail, DOCX, ODT, RTF, EPUB, Telegram exports, CSV, "
        "JSON Lines, Parquet, WARC, ZIP of these, or folders of them."
    ),
]
Urls = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        help="A page, PDF or feed on the web; may be given again. Private addresses are refused.",
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option("--date", help="The reports' own date, where they carry none (or a wrong one)."),
]
ZoneOption = Annotated[
    str,
    typer.Option(
        "--zone",
        help="Take the reports' days in this time zone, as Europe/Kyiv. Default: each time's own.",
    ),
]
LanguageOption = Annotated[
    str,
    typer.Option("--language", help="The reports' language, as en, where it is guessed wrongly."),
]
ColumnOption = Annotated[
    str,
    typer.Option("--text-column", help="The column that holds the text, in CSV, Parquet, JSON."),
]
SourceOption = Annotated[
    str, typer.Option("--source", help="The outlet's name, where the files don't give it.")
]

TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0.1,
        help="Seconds for one report; what takes longer is set aside with one line. Default: two "
        "minutes for files that are large or unpack, and more for long texts.",
    ),
]
MemoryOption = Annotated[
    int | None,
    typer.Option(
        "--max-memory",
        min=50,
        help="Megabytes for one report beyond what the reader takes at rest (Linux). Default: 4096 "
        "for files that are large or unpack.",
    ),
]


def bounds_of(timeout: float | None, memory: int | None) -> Bounds:
    """What one report may take; a bound that is given holds for every report."""
    usual = Bounds()
    return Bounds(
        usual.seconds if timeout is None else timeout,
        usual.megabytes if memory is None else memory,
        timeout is not None or memory is not None,
    )


def exist(paths: list[Path] | None, urls: list[str] | None = None) -> list[Path]:
    """The paths, fetched pages after them."""
    found = list(paths or [])
    if not found and not urls:
        raise wrong("give files or folders to read, or an address with --url")
    missing = [p for p in found if not p.exists()]
    if missing:
        raise wrong(f"{missing[0]}: no such file or folder")
    for i, url in enumerate(urls or []):
        from contactline.intake.web import ENDINGS, fetch

        body, kind, _ = fetch(url)
        suffix = ENDINGS.get(kind, ".html")
        path = Path(tempfile.mkdtemp(prefix="contactline-")) / f"page{i}{suffix}"
        path.write_bytes(body)
        found.append(path)
    return found


def given_of(date: str | None, source: str, zone: str, language: str, column: str) -> Given:
    """What the options say of the reports."""
    from contactline.intake.sources import Given

    given = Given(day(date, "--date"), source, zone, language.strip().lower(), column)
    try:
        given.tz()
    except ValueError as e:
        raise wrong(f"--zone {e}") from e
    if language and not re.fullmatch(r"[a-z]{2,3}", given.language):
        raise wrong(f"--language {language}: give a code of two or three letters, as en")
    return given


def tell_left_out(
    left_out: Iterable[tuple[str, int, tuple[tuple[str, int], ...]]], quiet: bool
) -> None:
    """What was not read of the files: in sum, and of each where it is more than was read."""
    total: Counter[str] = Counter()
    for path, kept, left in left_out:
        total.update(dict(left))
        text = {k: n for k, n in left if k != "navigation"}
        if sum(text.values()) > kept:
            say(f"{path}: {kept} words read, {sum(text.values())} left out ({listed(text)})", quiet)
    if total:
        say(f"left out: {listed(total)}", quiet)


def listed_counts(counts: Mapping[str, int]) -> str:
    """What was counted, the most first: "3 of these, 1 of those"."""
    found = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    return ", ".join(f"{n} {what}" for what, n in found)


def listed(words: Mapping[str, int]) -> str:
    found = sorted(words.items(), key=lambda x: (-x[1], x[0]))
    return ", ".join(f"{n:,} words of {k}" for k, n in found if n)
