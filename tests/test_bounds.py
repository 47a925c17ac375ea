"""Texts made to hang a reader of reports: each is read, or refused in a line, within its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from contactline.intake.files import Failure, read_paths
from contactline.model import Report
from contactline.pipeline import Tools
from contactline.reading.reader import FastReader

SAID = "The army took Alpha on Monday, officials said. "
PAGE = "<html><body><article><p>" + SAID * 10 + "{}</p></article>{}</body></html>"
COMMENT = "<div class=comment><b>Reader</b><p>I do not agree with that at all.</p></div>"
LINK = "<a href=x>" + "Alpha Beta " * 20 + "</a>"
# seconds of the processor, on a slow machine
FILES: dict[str, tuple[str, Callable[[], str], float]] = {
    "20,000 comments": ("a.html", lambda: PAGE.format("", COMMENT * 20_000), 30),
    "lines that look like names": (
        "a.txt",
        lambda: SAID * 3 + "\n\n" + "John Smith\n" * 30_000,
        10,
    ),
    "pasted comments": (
        "a.txt",
        lambda: SAID * 5 + "\n\nComments\n\n" + "Ann Lee says:\nI do not agree.\nReply\n\n" * 5000,
        10,
    ),
    "40 capitalised words in a link": ("a.html", lambda: PAGE.format(LINK * 50, ""), 10),
    "10,000 hyphens in a word": ("a.txt", lambda: SAID + "a-" * 10_000 + "b\n" + SAID, 10),
    "a line of 200,000 spaces": ("a.txt", lambda: SAID + " " * 200_000 + "x\n" + SAID, 10),
    "200,000 spaces in a page": ("a.html", lambda: PAGE.format(" " * 200_000 + "x", ""), 10),
    "a million commas": ("a.txt", lambda: SAID + "," * 1_000_000 + SAID, 10),
    "blank lines": ("a.txt", lambda: SAID + "\n \n" * 100_000 + SAID, 10),
    "dates": ("a.txt", lambda: SAID + "12 March 2017\n" * 20_000, 10),
    "one line of 3.9 MB": ("a.txt", lambda: SAID * 83_000, 20),
    "one line of 19 MB": ("a.txt", lambda: SAID * 400_000, 20),
    "a deep page": ("a.html", lambda: PAGE.format("", "<div>" * 20_000), 10),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_hard_file_is_read_or_refused_in_its_time(kind: str, tmp_path: Path) -> None:
    name, made, most = FILES[kind]
    (tmp_path / name).write_text(made())
    begun = time.process_time()
    found = list(read_paths([tmp_path / name]))
    assert time.process_time() - begun < most
    assert len(found) == 1
    if isinstance(found[0], Failure):
        assert "\n" not in str(found[0])
    else:
        assert SAID.strip() in found[0].text


TEXTS: dict[str, Callable[[int], str]] = {
    "hyphens": lambda n: SAID + "a-" * n + "b. " + SAID,
    "capitalised words": lambda n: SAID + "Alpha Beta " * n + ". " + SAID,
    "spaces": lambda n: SAID + " " * 40 * n + "x. " + SAID,
    "commas": lambda n: SAID + ", " * 40 * n + SAID,
    "letters": lambda n: SAID + "a" * 10 * n + " " + SAID,
    "quotes": lambda n: SAID + '"a ' * n + SAID,
    "names together": lambda n: SAID + "Alpha and Beta, " * (n // 4) + SAID,
    "who says who says": lambda n: "Officials said that " * (n // 4) + SAID,
    "sentences": lambda n: SAID * (n // 4),
}


@pytest.fixture(scope="module")
def quick() -> Tools:
    return Tools(reader=FastReader())


@pytest.mark.parametrize("kind", TEXTS)
def test_reading_grows_with_its_text(kind: str, quick: Tools) -> None:
    def seconds(n: int) -> float:
        text = TEXTS[kind](n)
        begun = time.process_time()
        quick.claims_of(Report(text, len(text)))
        return time.process_time() - begun

    seconds(20)
    small = min(seconds(400) for _ in range(2))
    large = min(seconds(1600) for _ in range(2))
    assert large < max(0.3, small * 4**1.2 * 1.3), (small, large)
