"""Colours of sides by the conventions of each war's maps (`theatres/*.toml`), from twelve tones
told apart by colour-blind readers.

The tones were chosen for the largest smallest difference (CIEDE2000) between any two of them, as
seen with normal sight and with protanopia, deuteranopia and tritanopia as simulated by Machado,
Oliveira and Fernandes (2009).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from contactline.model import Holder
from contactline.naming.actors import Catalogue
from contactline.theatres.facts import Theatres

TONES = {
    "red": "#d6371f",
    "green": "#4db26f",
    "yellow": "#f9e31f",
    "black": "#3d3d43",
    "blue": "#267ad9",
    "purple": "#652e8a",
    "orange": "#f27f0d",
    "sky": "#a6def2",
    "brown": "#573219",
    "pink": "#ea9abb",
    "teal": "#1d7264",
    "grey": "#787d87",
}
FIRST = 0.55  # share of the first side in the colour of two together
PATTERN = dict(
    zip(
        TONES.values(),
        (
            "plain",
            "slant",
            "dots",
            "cross",
            "level",
            "upright",
            "backslant",
            "rings",
            "grid",
            "sparse",
            "dashes",
            "zigzag",
        ),
        strict=True,
    )
)


def colour(holder: str) -> str:
    """The colour of a side or a holder, as #rrggbb; several together have the first two's mixed, so
    that they are not taken for one of them.
    """
    return _mixed(*colours(holder)[:2])


def colours(holder: str) -> list[str]:
    """The colours of the sides of a holder, in their order, each once."""
    sides = Holder(holder).sides or ("",)
    return list(dict.fromkeys(_own(s) for s in sides))


def _own(side: str) -> str:
    return conventions().get(side) or _others().get(side) or _by_name(side)


def _mixed(a: str, b: str = "") -> str:
    if not b:
        return a
    pairs = [(int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(FIRST * x + (1 - FIRST) * y):02x}" for x, y in pairs)


def pattern(holder: str) -> str:
    """The pattern that goes with the colour, for readers who can't go by colour; `plain` for a
    colour of one's own, and for several together, whom bands of their colours tell apart.
    """
    return PATTERN.get(colour(holder), "plain")


@lru_cache(maxsize=1)
def conventions() -> dict[str, str]:
    """Colour by the side's key, as the theatres' files give it: the name of a tone, or #rrggbb."""
    return {k: TONES.get(v, v) for k, v in Theatres.load().colours.items()}


@lru_cache(maxsize=1)
def _others() -> dict[str, str]:
    """The catalogue's other parties: in each country the tones that its conventions leave free, the
    best known first.
    """
    taken: dict[str, set[str]] = {
        t.country: {TONES.get(v, v) for _, v in t.colours} for t in Theatres.load().all
    }
    by_country: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for i, a in Catalogue.load().by_id.items():
        if i not in conventions():
            by_country[a.country].append((-len(a.aliases), i))
    out: dict[str, str] = {}
    for country, parties in by_country.items():
        free = [v for v in TONES.values() if v not in taken.get(country, ())] or [*TONES.values()]
        for n, (_, i) in enumerate(sorted(parties)):
            out[i] = free[n % len(free)]
    return out


def _by_name(side: str) -> str:
    tones = tuple(TONES.values())
    return tones[sum(ord(c) * (i + 1) for i, c in enumerate(side)) % len(tones)]


RELATION = {"hostile": "#c0392b", "truce": "#7d4fa3", "allied": "#2e7d4f", "unclear": "#6b6b6b"}
DASH = {"hostile": "", "truce": "6 4", "allied": "2 4", "unclear": "8 3 2 3"}
