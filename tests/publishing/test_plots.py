"""Plots are read back: pixels by Pillow, the SVG's words as XML, the numbers as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from contactline.cli import app
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.prospects.record import Record
from contactline.publishing.colours import colour
from contactline.publishing.layers import steps
from contactline.publishing.plots import control_plot, lines_plot, reliability_plot
from contactline.questions import series
from contactline.questions.analysis import Analysis

FIRST, LAST = date(2017, 9, 1), date(2017, 11, 20)
SPAN = ("--from", str(FIRST), "--to", str(LAST))


@pytest.fixture(scope="module")
def analysis(demo_db: Path) -> Analysis:
    return Analysis(Ledger.open(str(demo_db)))


@pytest.fixture(scope="module")
def days(analysis: Analysis) -> list[series.Control]:
    return series.control(analysis, steps(FIRST, LAST, "week"))


def test_every_place_told_of_is_counted_once_a_day(
    analysis: Analysis, days: list[series.Control]
) -> None:
    for c in days:
        assert sum(c.held.values()) + c.contested + c.unknown == c.places > 20 and c.unknown >= 0
    told = {h.place.id: h for h in analysis.picture(LAST).holdings if h.told and h.holder}
    held = Counter(h.holder for k, h in told.items() if "@" not in k and "#" not in k)
    assert days[-1].held.items() <= dict(held).items()


def test_the_bands_have_the_map_s_colours_and_the_size_of_their_share(
    analysis: Analysis, days: list[series.Control]
) -> None:
    plot = control_plot(days, analysis.history().sides.names)
    pixels = np.asarray(Image.open(io.BytesIO(plot.drawn("png"))).convert("RGB")).astype(int)
    last = days[-2]  # whose band is drawn up to the last day
    red = (np.abs(pixels - (0xD6, 0x37, 0x1F)).sum(2) < 6).sum(0)
    column = int(np.argwhere(red > 60).max()) - 25  # more than the legend has of it
    rows = {r["holder"]: r["places"] for r in plot.rows if r["date"] == str(last.on)}
    ground = pixels[:, column]
    unknown = _near(ground, "#efece5")
    size = unknown * last.places / rows["not known"]
    for key, name in (("syrian-government", "Syrian government"), ("isis", "Islamic State")):
        share = _near(ground, colour(key)) / size
        assert abs(share - rows[name] / last.places) < 0.02, (name, share)


def _near(column: np.ndarray, tone: str) -> int:
    want = [int(tone[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(column - want).sum(1) < 12).sum())


def test_the_command_writes_words_and_numbers(
    demo_db: Path, tmp_path: Path, analysis: Analysis
) -> None:
    run = CliRunner()
    for what in ("activity", "expectations"):
        for kind in ("svg", "csv"):
            file = tmp_path / f"{what}.{kind}"
            done = run.invoke(app, ["plot", what, str(file), *SPAN, "--ledger", str(demo_db)])
            assert done.exit_code == 0 and f"{file}: " in done.stderr, done.output
    words = " ".join(ElementTree.parse(tmp_path / "activity.svg").getroot().itertext())
    assert "captures" in words and "What happened, 2017-09-01 to 2017-11-20" in words
    with (tmp_path / "activity.csv").open() as f:
        told = sum(int(r["events"]) for r in csv.DictReader(f))
    dated = [e for e in analysis.events(FIRST, LAST) if e.precision in ("day", "report")]
    assert told == len(dated) > 10
    with (tmp_path / "expectations.csv").open() as f:
        assert all(
            float(r["low"]) <= int(r["came_true"]) / int(r["decided"]) <= float(r["high"])
            for r in csv.DictReader(f)
        )


def test_two_drawings_of_one_picture_are_the_same() -> None:
    found = [
        series.Lines(date(2020, 1, 1), {"hostile": 40.0}),
        series.Lines(date(2020, 3, 1), {"hostile": 20.0, "truce": 22.04}),
    ]
    one, two = lines_plot(found), lines_plot(found)
    for kind in ("svg", "png", "pdf"):
        assert one.drawn(kind) == two.drawn(kind)
    assert {r["km"] for r in one.rows} == {40.0, 0.0, 20.0, 22.0}


def test_long_lists_and_strange_names_are_drawn() -> None:
    many = [
        Record(f"<Wire & Sons> {'very ' * 9}{i}", "source", 9, 8, i % 8, 0.1, 0.9, None, None, 0)
        for i in range(30)
    ]
    plot = reliability_plot(many, LAST)
    assert len(plot.rows) == 16 and "14 more not shown" in plot.note
    root = ElementTree.fromstring(plot.drawn("svg"))
    assert any("<Wire & Sons>" in (t or "") for t in root.itertext())


BAD = [
    (("plot", "weather", "x.svg"), 2, "give control, activity"),
    (("plot", "control", "x.svg", "--from", "2018-01-01", "--to", "2017-01-01"), 2, "is after"),
    (("plot", "control", "x.svg", *SPAN, "--step", "fortnight"), 2, "--step fortnight"),
]


@pytest.mark.parametrize(("args", "code", "says"), BAD)
def test_what_is_asked_wrongly_is_said(
    args: tuple[str, ...], code: int, says: str, demo_db: Path
) -> None:
    done = CliRunner().invoke(app, [*args, "--ledger", str(demo_db)])
    assert done.exit_code == code and says in done.stderr


def test_what_can_not_be_plotted_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match=r"ends in \.svg"):
        lines_plot([series.Lines(LAST, {"hostile": 1.0})]).write(tmp_path / "x.bmp")
    with pytest.raises(ContactlineError, match="no contact line"):
        lines_plot([series.Lines(LAST, {})])
    with pytest.raises(ContactlineError, match="no expectation was decided"):
        reliability_plot([], LAST)
