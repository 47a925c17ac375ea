"""Where the settlements of a part of a country lie: "northern Syria" as a point and a reach."""

from __future__ import annotations

from contactline.naming.gazetteer import Gazetteer, distance_km

SHARE = 0.4  # the outer two fifths of a country's extent each way


class Parts:
    """Parts of countries, each worked out once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._kept: dict[tuple[str, int, int], tuple[float, float, float]] = {}

    def of(self, country: str, dy: int, dx: int) -> tuple[float, float, float]:
        """Latitude, longitude and reach (km, over 0.6) of the settlements in a part; `dy`, `dx` are
        -1, 0 or 1.
        """
        key = (country, dy, dx)
        if key not in self._kept:
            found = self.gazetteer.settlements([country])
            lats, lons = sorted(p.lat for p in found), sorted(p.lon for p in found)
            cut = len(found) // 100
            ends = (lats[cut], lats[-1 - cut], lons[cut], lons[-1 - cut])
            inside = [
                p
                for p in found
                if _outer(p.lat, ends[0], ends[1], dy) and _outer(p.lon, ends[2], ends[3], dx)
            ] or found
            lat = sum(p.lat for p in inside) / len(inside)
            lon = sum(p.lon for p in inside) / len(inside)
            far = sorted(distance_km(lat, lon, p.lat, p.lon) for p in inside)
            self._kept[key] = (lat, lon, far[int(0.8 * (len(far) - 1))] / 0.6)
        return self._kept[key]


def _outer(x: float, low: float, high: float, way: int) -> bool:
    share = (x - low) / (high - low or 1.0)
    return share >= 1 - SHARE if way > 0 else share <= SHARE if way < 0 else True
