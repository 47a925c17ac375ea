"""Sides told apart on the map by readers with any sight,
and by their pattern where colour fails.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from contactline.model import Holder
from contactline.naming.actors import Catalogue
from contactline.publishing.colours import PATTERN, TONES, colour, colours, conventions, pattern
from contactline.theatres import Theatres

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def lab(tone: str, sight: str) -> np.ndarray:
    """CIELAB (D65) of a colour as somebody with that sight sees it."""
    c = np.array([int(tone[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    x = XYZ @ np.clip(SIGHT[sight] @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """CIEDE2000 (Sharma, Wu and Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = a, b
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    swing = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    rt = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(swing)
    return float(
        np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))
    )


def test_the_difference_is_that_of_the_published_pairs() -> None:
    """Rows 1, 7, 17 and 25 of the test data of Sharma, Wu and Dalal (2005)."""
    for a, b, want in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ):
        assert difference(np.array(a), np.array(b)) == pytest.approx(want, abs=2e-4)


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_tones_differ_plainly_to_every_sight(sight: str) -> None:
    seen = {k: lab(v, sight) for k, v in TONES.items()}
    close = {(a, b): difference(seen[a], seen[b]) for a, b in combinations(seen, 2)}
    pair = min(close, key=lambda k: close[k])
    assert close[pair] > 10, (pair, close[pair])


def test_each_tone_has_a_pattern_of_its_own() -> None:
    assert len(set(TONES.values())) == len(set(PATTERN.values())) == len(TONES)
    assert set(PATTERN) == set(TONES.values())


@pytest.mark.parametrize(
    "theatre", [t for t in Theatres.load().all if t.colours], ids=lambda t: t.name
)
def test_no_two_enemies_of_a_war_share_a_colour(theatre: object) -> None:
    """Only an army and its own state do."""
    drawn: dict[str, list[str]] = {}
    for actor, tone in theatre.colours:  # type: ignore[attr-defined]
        drawn.setdefault(tone, []).append(actor)
    own = [{"state:UA", "armed-forces-ua"}, {"state:RU", "armed-forces-ru"}, {"state:IL", "idf"}]
    assert all(len(v) == 1 or set(v) in own for v in drawn.values()), drawn


def test_conventions_others_and_holders_of_several_sides() -> None:
    assert colour("syrian-government") == TONES["red"] != colour("syrian-opposition")
    both = Holder.of(("sdf", "coalition"))
    assert colours(both) == [colour("sdf"), colour("coalition")]
    seen = {k: lab(colour(k), "normal") for k in (both, "sdf", "coalition")}
    assert min(difference(seen[both], seen[k]) for k in ("sdf", "coalition")) > 10
    assert pattern("sdf") == PATTERN[TONES["yellow"]]
    assert set(conventions().values()) <= set(TONES.values())
    assert colour("a side nobody knows") == colour("a side nobody knows") in TONES.values()


def test_a_party_without_a_convention_takes_no_tone_of_its_wars_conventions() -> None:
    for country in ("UA", "IQ", "YE"):
        taken = {TONES[v] for _, v in Theatres.load().by_country[country].colours}
        others = {
            colour(i)
            for i, a in Catalogue.load().by_id.items()
            if a.country == country and i not in conventions()
        }
        assert len(others) > 1 and not others & taken
