"""One compiled set of places: flat sorted arrays that are mapped, not parsed, so that opening costs
milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from contactline.model import Place
from contactline.naming.folding import light, skeleton
from contactline.naming.rows import FEATURES, Row, place_id

SCHEMA = "4"


def key_of(text: str) -> int:
    return (
        int.from_bytes(
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
        )
        >> 1
    )


def compile_rows(rows: list[Row]) -> dict[str, np.ndarray[Any, Any]]:
    keys: list[int] = []
    ids: list[int] = []
    how: list[int] = []
    for i, r in enumerate(rows):
        seen: dict[int, int] = {}
        for n, name in enumerate((r.name, *r.aliases)):
            a, b = light(name), skeleton(name)
            if a:
                seen.setdefault(key_of("L" + a), min(n, 1))
            if len(b) >= 3:
                seen.setdefault(key_of("S" + b), 2)
        keys += seen.keys()
        how += seen.values()
        ids += [i] * len(seen)
    order = np.argsort(np.array(keys, dtype=np.int64), kind="stable")
    names = [r.name.encode("utf-8", "surrogatepass") for r in rows]
    countries = sorted({r.country for r in rows})
    sources = sorted({r.source for r in rows})
    texts = json.dumps(
        [countries, sources, sorted({r.admin1 for r in rows})], ensure_ascii=False
    ).encode()
    admins = {a: k for k, a in enumerate(sorted({r.admin1 for r in rows}))}
    return {
        "keys": np.array(keys, dtype=np.int64)[order],
        "ids": np.array(ids, dtype=np.int32)[order],
        "how": np.array(how, dtype=np.uint8)[order],
        "lat": np.array([r.lat for r in rows], dtype=np.float32),
        "lon": np.array([r.lon for r in rows], dtype=np.float32),
        "population": np.array([r.population for r in rows], dtype=np.int32),
        "geoname": np.array([r.geoname_id for r in rows], dtype=np.int64),
        "radius": np.array([r.radius_km for r in rows], dtype=np.float32),
        "feature": np.array(
            [FEATURES.index(r.feature) if r.feature in FEATURES else 0 for r in rows],
            dtype=np.uint8,
        ),
        "country": np.array([countries.index(r.country) for r in rows], dtype=np.int16),
        "source": np.array([sources.index(r.source) for r in rows], dtype=np.int16),
        "admin1": np.array([admins[r.admin1] for r in rows], dtype=np.int32),
        "offsets": np.cumsum([0, *map(len, names)], dtype=np.int64),
        "names": np.frombuffer(b"".join(names), dtype=np.uint8),
        "texts": np.frombuffer(texts, dtype=np.uint8),
    }


class Index:
    """One compiled set of places, mapped from a folder of arrays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # a view as a plain array: indexing a memmap costs five times as much
        self.a = {p.stem: np.load(p, mmap_mode="r").view(np.ndarray) for p in folder.glob("*.npy")}
        self._kept: dict[int, Place] = {}
        self.countries, self.sources, self.admins = json.loads(self.a["texts"].tobytes())
        self.size = len(self.a["lat"])

    def __len__(self) -> int:
        return self.size

    def place(self, i: int) -> Place:
        kept = self._kept.get(i)
        if kept is not None:
            return kept
        a = self.a
        name = (
            a["names"][a["offsets"][i] : a["offsets"][i + 1]]
            .tobytes()
            .decode("utf-8", "surrogatepass")
        )
        geoname, country, feature = (
            int(a["geoname"][i]),
            self.countries[a["country"][i]],
            FEATURES[a["feature"][i]],
        )
        place = Place(
            place_id(name, country, feature, geoname),
            name,
            round(float(a["lat"][i]), 5),
            round(float(a["lon"][i]), 5),
            country,
            feature,
            int(a["population"][i]),
            self.admins[a["admin1"][i]],
            float(a["radius"][i]),
            geoname or None,
            self.sources[a["source"][i]],
        )
        if len(self._kept) < 300_000:
            self._kept[i] = place
        return place

    def find(self, key: str) -> Iterator[tuple[int, int]]:
        k = key_of(key)
        lo = int(np.searchsorted(self.a["keys"], k, "left"))
        while lo < len(self.a["keys"]) and self.a["keys"][lo] == k:
            yield int(self.a["ids"][lo]), int(self.a["how"][lo])
            lo += 1


def cache_folder() -> Path:
    return Path(os.environ.get("CONTACTLINE_CACHE") or platformdirs.user_cache_dir("contactline"))


def save(arrays: dict[str, np.ndarray[Any, Any]], folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(part / f"{name}.npy", array)
    try:
        part.rename(folder)
    except OSError:  # another process was first
        for p in part.iterdir():
            p.unlink()
        part.rmdir()
