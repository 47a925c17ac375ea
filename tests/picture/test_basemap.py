"""One geometry for every map: ground ends at borders, and what lies under it has names."""

from __future__ import annotations

import shapely

from contactline.model import Place
from contactline.naming.borders import countries_within
from contactline.naming.outlines import Outlines
from contactline.picture.basemap import basemap, frame_of, within_borders
from contactline.picture.geography import cells

TOWNS = [
    Place("place:q", "Qamishli", 37.0522, 41.2314, "SY", "settlement"),
    Place("place:n", "Nusaybin", 37.0778, 41.2178, "TR", "settlement"),
    Place("place:l", "Latakia", 35.5317, 35.7901, "SY", "settlement"),
    Place("place:r", "Raqqa", 35.95, 39.01, "SY", "settlement"),
    Place("place:x", "Nowhere", 10.0, 10.0, "ZZ", "settlement"),
]


def test_ground_ends_where_its_country_does() -> None:
    reached = cells(TOWNS, 30.0)
    own = within_borders(TOWNS, reached)
    outlines = Outlines.load()
    for town, before, after in zip(TOWNS[:4], reached, own, strict=False):
        home = outlines.country(town.country)
        assert home is not None and not after.is_empty
        assert shapely.difference(after, home).area < 1e-9
        beyond = shapely.difference(before, home).area
        assert (beyond > 1e-6) == (town.name != "Raqqa")
    assert shapely.intersection(own[0], own[1]).area < 1e-9
    # a country without an outline cuts nothing
    assert shapely.equals(own[4], reached[4]) and {g.geom_type for g in own} == {"MultiPolygon"}


def test_what_lies_under_the_map() -> None:
    b = basemap(frame_of(TOWNS[:4]), ["SY"])
    west, south, east, north = b.frame
    assert {"SY", "TR", "IQ", "LB"} <= set(b.land) and "FR" not in b.land
    names = {n for n, _ in b.areas}
    assert {"Raqqa", "Idlib", "Deir Ezzor"} <= names and "Ankara" not in names
    for g in (*b.land.values(), b.rivers, b.lakes):
        w, s, e, n = g.bounds
        assert west - 1e-6 <= w and south - 1e-6 <= s and e <= east + 1e-6 and n <= north + 1e-6
    # the Euphrates runs past Raqqa
    assert b.rivers.distance(shapely.Point(39.01, 35.95)) < 0.2


def test_an_empty_frame_has_no_country() -> None:
    assert countries_within((37.0, 35.0, 37.0, 36.0)) == {}
