"""PRIO-GRID: the world in cells of half a degree, numbered from the south-west (Tollefsen, Strand
and Buhaug 2012).
"""

from __future__ import annotations

import math

CELL = 0.5  # degrees
COLUMNS, ROWS = 720, 360


def cell(lat: float, lon: float) -> int:
    """The id (`gid`, 1 to 259,200) of the cell a point lies in. Raises ValueError off the globe."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no point on the globe: {lat}, {lon}")
    row = min(ROWS - 1, math.floor((lat + 90) / CELL))
    column = min(COLUMNS - 1, math.floor((lon + 180) / CELL))
    return row * COLUMNS + column + 1


def middle(gid: int) -> tuple[float, float]:
    """Latitude and longitude of a cell's middle. Raises ValueError for an id there is none of."""
    if not 1 <= gid <= ROWS * COLUMNS:
        raise ValueError(f"PRIO-GRID has no cell {gid}")
    row, column = divmod(gid - 1, COLUMNS)
    return (row + 0.5) * CELL - 90, (column + 0.5) * CELL - 180
