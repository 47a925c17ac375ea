"""How a claim is meant: the model's classes, leant on by the words before it."""

from __future__ import annotations

import numpy as np
import pytest

from contactline.reading.calibration import Calibration
from contactline.reading.drafts import Draft, meant
from contactline.reading.model import Mention


def draft(
    words: list[str],
    place: str,
    at: str,
    classes: tuple[float, float, float],
    learnt: str,
    kind: str = "control",
    aspect: str = "gains",
) -> Draft:
    i = words.index(place)
    m = Mention(0, i, i + 1, np.array([0.0, 1.0, 0.0], np.float32), np.zeros(4, np.float32))
    return Draft(kind, aspect, 0.9, 0, learnt, words.index(at), place=m, classes=classes)


@pytest.mark.parametrize(
    ("sentence", "place", "at", "classes", "learnt", "want"),
    [
        ("The army took Alpha", "Alpha", "took", (0.9, 0.0, 0.1), "stated", "stated"),
        (
            "The army launched an offensive to surround Alpha",
            "Alpha",
            "offensive",
            (0.95, 0.0, 0.05),
            "stated",
            "intended",
        ),  # the words before the place decide
        (
            "The army failed to take the town of Alpha",
            "Alpha",
            "failed",
            (0.9, 0.1, 0.0),
            "stated",
            "denied",
        ),
        (
            "Troops may soon be in Alpha",
            "Alpha",
            "Troops",
            (0.3, 0.0, 0.7),
            "expected",
            "expected",
        ),  # the model by itself
        (
            "The fall of Alpha to the army",
            "Alpha",
            "fall",
            (0.55, 0.0, 0.45),
            "reported",
            "reported",
        ),
    ],
)
def test_what_decides_how_it_is_meant(
    sentence: str, place: str, at: str, classes: tuple[float, float, float], learnt: str, want: str
) -> None:
    words = sentence.split()
    assert meant(words, draft(words, place, at, classes, learnt)) == want


def test_what_is_to_come_has_a_threshold_and_a_confidence_of_its_own() -> None:
    c = Calibration({"control": 0.4}, {"all": [(0.0, 0.0), (1.0, 1.0)]}, {"ahead": (0.6, 0.5)})
    assert (
        c.passes("control", 0.5, "stated")
        and not c.passes("control", 0.5, "intended")
        and c.passes("control", 0.7, "expected")
    )
    assert c.confidence("control", 0.8, "reported") == pytest.approx(0.8) and c.confidence(
        "control", 0.8, "conditional"
    ) == pytest.approx(0.4)
    assert c.confidence("control", 0.8, "denied") == pytest.approx(0.8)
