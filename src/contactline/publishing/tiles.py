"""The map as PMTiles: one file of vector tiles with every layer, for maps on the web that a plain
file server can hold (MapLibre, OpenLayers, Leaflet, QGIS).
"""

from __future__ import annotations

import gzip
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from contactline.model import ContactlineError
from contactline.model.extras import extra
from contactline.publishing.gis import WGS84, columns_of
from contactline.publishing.layers import ABOUT, GREY, Layer
from contactline.publishing.qgis import order

ZOOMS = (0, 9)  # a pixel at zoom 9 is some 300 m: settlement level and no finer
COLOURED = {
    "areas": "holder",
    "ground": "holder",
    "sectors": "holder",
    "places": "holder",
    "lines": "relation",
    "roads": "state",
    "events": "kind",
}


def pmtiles(path: Path, layers: Mapping[str, Layer], about: str) -> int:
    """Every layer that has rows but the claims; each feature has its `colour`. Gives the rows.

    GDAL cuts each layer into tiles; tiles of one place are then put together, as the format allows
    (a tile is its layers one after another).
    """
    with extra("tiles", "PMTiles"):
        import pyogrio
        from pmtiles.reader import MmapSource, Reader, all_tiles
        from pmtiles.tile import Compression, TileType, zxy_to_tileid
        from pmtiles.writer import Writer

    written = [n for n in order(layers) if n in COLOURED and layers[n].rows]
    if not written:
        raise ContactlineError(f"{path.name}: there is nothing to draw")
    tiles: dict[tuple[int, int, int], list[bytes]] = defaultdict(list)
    described: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in written:
            layer = layers[name]
            for row in layer.rows:
                row["colour"] = layer.colours.get(row[COLOURED[name]] or "", GREY)
            fields, columns, empty = columns_of(layer)
            part = Path(folder) / f"{name}.pmtiles"
            pyogrio.raw.write(
                part,
                np.array([shapely.to_wkb(s) for s in layer.shapes], dtype=object),
                columns,
                fields,
                field_mask=empty,
                layer=name,
                driver="PMTiles",
                geometry_type=layer.kind,
                crs=WGS84,
                dataset_options={"MINZOOM": str(ZOOMS[0]), "MAXZOOM": str(ZOOMS[1])},
            )
            with part.open("rb") as f:
                source = MmapSource(f)
                told = Reader(source).metadata()
                described += [
                    x | {"description": ABOUT[name]} for x in told.get("vector_layers", ())
                ]
                for zxy, data in all_tiles(source):
                    tiles[zxy].append(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    west, south, east, north = (
        float(x) for x in shapely.total_bounds([s for n in written for s in layers[n].shapes])
    )
    with path.open("wb") as f:
        out = Writer(f)
        for zxy in sorted(tiles, key=lambda t: zxy_to_tileid(*t)):
            out.write_tile(zxy_to_tileid(*zxy), gzip.compress(b"".join(tiles[zxy]), mtime=0))
        out.finalize(
            {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.GZIP,
                "min_zoom": ZOOMS[0],
                "max_zoom": ZOOMS[1],
                "min_lon_e7": int(west * 1e7),
                "min_lat_e7": int(south * 1e7),
                "max_lon_e7": int(east * 1e7),
                "max_lat_e7": int(north * 1e7),
                "center_zoom": 6,
                "center_lon_e7": int((west + east) / 2 * 1e7),
                "center_lat_e7": int((south + north) / 2 * 1e7),
            },
            {
                "name": about,
                "description": "Who holds what, as public reports tell it; settlement level.",
                "attribution": "contactline; places GeoNames (CC BY 4.0), coast Natural Earth",
                "type": "overlay",
                "vector_layers": described,
            },
        )
    return sum(len(layers[n].rows) for n in written)
