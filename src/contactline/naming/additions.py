"""Places that users add: a GeoNames dump or a CSV of their own."""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache
from pathlib import Path

from contactline.model import ContactlineError
from contactline.naming.index import cache_folder, compile_rows, save
from contactline.naming.rows import Row, settlement_radius


def rows_from_file(path: Path) -> tuple[list[Row], int]:
    """Rows of a GeoNames dump (tabs, 19 columns) or a CSV with name, lat, lon; and how many lines
    were left out.
    """
    rows: list[Row] = []
    bad = 0
    source = path.name
    with path.open(encoding="utf-8", errors="replace", newline="") as f:
        first = f.readline()
        f.seek(0)
        if first.count("\t") >= 14:
            for line in f:
                c = line.rstrip("\n").split("\t")
                try:
                    if (
                        c[6] != "P"
                        and not (c[6] == "A" and c[7] == "ADM1")
                        and c[7] not in ("AIRB", "DAM", "MILB")
                    ):
                        continue
                    feature = {"A": "area", "P": "settlement"}.get(
                        c[6],
                        {"AIRB": "airbase", "DAM": "dam", "MILB": "base"}.get(c[7], "facility"),
                    )
                    rows.append(
                        Row(
                            c[1],
                            _degrees(c[4], 90),
                            _degrees(c[5], 180),
                            c[8],
                            feature,
                            int(c[14] or 0),
                            c[10],
                            60.0 if feature == "area" else settlement_radius(int(c[14] or 0)),
                            int(c[0]),
                            source,
                            tuple(a for a in c[3].split(",") if a),
                        )
                    )
                except (IndexError, ValueError):
                    bad += 1
        else:
            for r in csv.DictReader(f):
                low = {
                    (k or "").strip().lower(): (v or "") for k, v in r.items() if isinstance(v, str)
                }
                try:
                    name = low.get("name") or next(
                        (low[k] for k in low if k.endswith(("_en", "name_en", "ref")) and low[k]),
                        "",
                    )
                    lat, lon = (
                        _degrees(next((low[k] for k in keys if low.get(k)), "none"), most)
                        for keys, most in (
                            (("lat", "latitude", "y"), 90),
                            (("lon", "lng", "longitude", "x"), 180),
                        )
                    )
                    if not name or (lat == 0 and lon == 0):
                        raise ValueError
                    pcode = next((low[k] for k in low if "pcode" in k and low[k]), "")
                    aliases = tuple(a for a in (*low.get("aliases", "").split("|"), pcode) if a)
                    rows.append(
                        Row(
                            name,
                            lat,
                            lon,
                            (low.get("country") or pcode[:2]).upper(),
                            low.get("feature") or "settlement",
                            int(float(low.get("population") or 0)),
                            "",
                            float(low.get("radius_km") or 3.0),
                            0,
                            source,
                            aliases,
                        )
                    )
                except (StopIteration, ValueError):
                    bad += 1
    return rows, bad


def _degrees(text: str, most: float) -> float:
    value = float(text)
    if not abs(value) <= most:
        raise ValueError(text)
    return value


def add_file(path: Path) -> tuple[int, int]:
    """Adds a file's places to the user's gazetteer.

    Gives (added, left out). Raises ContactlineError when none is usable.
    """
    try:
        rows, bad = rows_from_file(path)
    except OSError as e:
        raise ContactlineError(f"{path}: {e.strerror}") from e
    if not rows:
        raise ContactlineError(
            f"{path}: no place could be read; give a GeoNames dump, or a CSV with name, lat, lon"
        )
    folder = cache_folder() / "added" / hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        save(compile_rows(rows), folder)
    return len(rows), bad


def added() -> list[dict[str, str]]:
    """What users added, as it lies there now: kind, id, digest of the compiled places, name."""
    folder = cache_folder() / "added"
    out = []
    for p in sorted(folder.iterdir()) if folder.is_dir() else ():
        if p.is_dir() and ".part" not in p.name:
            files = [(f, (at := f.stat()).st_mtime_ns, at.st_size) for f in sorted(p.iterdir())]
            found = _digest(tuple(files))
            out.append({"kind": "gazetteer", "id": p.name, "digest": found, "name": ""})
    return out


@lru_cache(maxsize=64)
def _digest(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Of files by name and content; `files` with time and size, so that a changed one is read."""
    h = hashlib.sha256()
    for path, _, _ in files:
        h.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return h.hexdigest()
