"""No number of meaning stands in the picture's code: what the rule depends on is a setting, named,
with its reason.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent.parent / "src" / "contactline" / "picture"
PLAIN = {0, 1, 2, 0.5}
# constants of geometry, technique and definition; each stands by its name with what it is
NAMED = {
    "ALMOST",  # so that the log odds of an event are finite
    "DEGREE_KM",
    "EARTH_KM",
    "FULL",  # degrees of a circle
    "HALF",
    "KEPT_DAYS",  # size of a cache
    "LISTS",  # size of a cache
    "NO_DAY",
    "OUTSIDE",  # of an interval that is shown
    "ROUNDED",  # digits shown
    "SEAM",  # degrees by which land is widened, for towns on the shore
    "CIRCLE",  # corners of a quarter of a drawn circle
    "CACHED",  # size of a cache
    "CORNERS",  # of a shape that has an inside
    "POINT_KM",  # how far a point may be off where nobody says
    "DATED",  # claims from which a report's habit can be told
    "VAGUE_DAYS",
}
# rooms' mates still to be cleared; a module leaves this list when its numbers have become settings
LATER = {
    "agreements.py",
    "changes.py",
    "lines.py",
    "relations.py",
    "pockets.py",
    "sectors.py",
    "sector_names.py",
    "sides.py",
    "parties.py",
}
# the basemap's numbers are sizes of drawn shapes; nothing in the picture depends on them
DRAWN = {"basemap.py"}
MODULES = sorted(p.name for p in ROOM.glob("*.py") if p.name not in {"settings.py", *DRAWN, *LATER})


def numbers(path: Path) -> list[tuple[int, float]]:
    """Lines and values of the numbers outside named constants."""
    tree = ast.parse(path.read_text())
    left: list[ast.AST] = []
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if not (names and names <= NAMED):
            left.append(node)
    return [
        (n.lineno, n.value)
        for top in left
        for n in ast.walk(top)
        if isinstance(n, ast.Constant)
        and isinstance(n.value, (int, float))
        and not isinstance(n.value, bool)
        and n.value not in PLAIN
    ]


@pytest.mark.parametrize("name", MODULES)
def test_a_number_of_meaning_is_a_setting(name: str) -> None:
    assert numbers(ROOM / name) == []
