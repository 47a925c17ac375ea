"""Distances on the globe, without the libraries of shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

EARTH_KM = 12742.0  # diameter of the earth
DEGREE_KM = 111.2  # of latitude


def km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great circle; across the date line the short way."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((p2 - p1) / 2) ** 2
        + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def unit(lat: Any, lon: Any) -> Any:
    """Points on the unit sphere, so that nearest neighbours are right at the date line and the
    poles.
    """
    a, b = np.radians(np.asarray(lat, float)), np.radians(np.asarray(lon, float))
    return np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
