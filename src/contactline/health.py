"""How an installation and a ledger stand, without changing either."""

from __future__ import annotations

import platform
import re
import shutil
import sqlite3
import sys
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from contactline import __version__
from contactline.ledger.address import address
from contactline.ledger.backup import MAGIC, file_of
from contactline.ledger.connection import HEAD, LedgerUnavailable, reason
from contactline.naming.index import cache_folder

LEAST_SPACE = 500_000_000  # bytes under which little can be stored
READERS = {
    "standard": ("encoder.onnx", "heads.npz", "tokenizer.json", "calibration.json"),
    "fast": ("fast.npz", "embeddings.npz", "heads_fast.npz", "calibration_fast.json"),
}


def health(ledger: str) -> dict[str, Any]:
    """Parts with what was found, and under `wrong` a line for each thing to mend."""
    wrong: list[str] = []
    return {
        "program": _program(),
        "extras": _extras(),
        "readers": _readers(wrong),
        "places": _places(wrong),
        "ledger": _ledger(ledger, wrong),
        "wrong": wrong,
    }


def _program() -> dict[str, Any]:
    web = resources.files("contactline.serving").joinpath("web", "index.html").is_file()
    return {
        "contactline": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "installed at": str(Path(sys.prefix)),
        "web app": "built" if web else "not built",
    }


def _extras() -> dict[str, Any]:
    """Package of each extra to its version, None where it is missing."""
    out: dict[str, Any] = {}
    for line in metadata.requires("contactline") or ():
        found = re.match(r"([A-Za-z0-9_.-]+).*extra == ['\"]([\w-]+)['\"]", line)
        if found and found[1] != "contactline":
            try:
                out[f"{found[2]} ({found[1]})"] = metadata.version(found[1])
            except metadata.PackageNotFoundError:
                out[f"{found[2]} ({found[1]})"] = None
    return out


def _readers(wrong: list[str]) -> dict[str, Any]:
    from contactline.stamps import folder_hash

    folder = resources.files("contactline.reading").joinpath("weights")
    out: dict[str, Any] = {}
    for name, files in READERS.items():
        missing = [f for f in files if not folder.joinpath(f).is_file()]
        out[name] = "whole" if not missing else f"lacks {', '.join(missing)}"
        if missing:
            wrong.append(f"the reader {name} lacks {', '.join(missing)}; install contactline again")
    deep = folder.joinpath("deep")
    out["deep"] = (
        "there" if deep.is_dir() and any(f.is_file() for f in deep.iterdir()) else "not there"
    )
    out["weights' hash"] = folder_hash("contactline.reading", "weights")
    return out


def _places(wrong: list[str]) -> dict[str, Any]:
    folder = cache_folder()
    built = folder.is_dir() and any(
        p.is_dir() and ".part" not in p.name for p in folder.glob("gazetteer-*")
    )
    added = folder / "added"
    out = {
        "kept in": str(folder),
        "gazetteer": "compiled" if built else "is compiled at first use",
        "files added": len(list(added.iterdir())) if added.is_dir() else 0,
    }
    return out | _space(folder, "space for places", wrong)


def _space(folder: Path, name: str, wrong: list[str]) -> dict[str, Any]:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        wrong.append(f"only {free:,} bytes are free at {folder}; free some space")
    return {name: f"{free / 1e9:.1f} GB free"}


def _ledger(url: str, wrong: list[str]) -> dict[str, Any]:
    path = file_of(url)
    if path is None:
        return _server(url, wrong)
    out: dict[str, Any] = {"file": str(path)} | _space(path.absolute().parent, "space", wrong)
    if not path.exists():
        return out | {"state": "there is none yet"}
    try:
        out["size"] = f"{path.stat().st_size / 1e6:.1f} MB"
        with path.open("rb") as f:
            if f.read(16) != MAGIC:
                wrong.append(f"{path} holds no ledger; bring a backup back: contactline restore")
                return out | {"state": "no SQLite file"}
        c = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    except (OSError, sqlite3.Error) as e:
        wrong.append(f"{path} can't be read: {reason(e)}")
        return out | {"state": "can't be read"}
    try:
        state = c.execute("PRAGMA quick_check(1)").fetchone()[0]
        (schema,) = c.execute("SELECT version_num FROM alembic_version").fetchone()
        out |= {"state": state, "form": _form(schema)}
        for table in ("reports", "claims", "decisions", *(("log",) if schema >= "0006" else ())):
            out[table] = c.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if state != "ok":
            wrong.append(
                f"the ledger is damaged ({state}); keep the file, and bring a backup back: "
                "contactline restore"
            )
    except (sqlite3.Error, TypeError) as e:
        out["state"] = "damaged or no ledger"
        wrong.append(f"the ledger can't be read: {reason(e)}; bring a backup back")
    finally:
        c.close()
    return out


def _form(schema: str) -> str:
    return f"{schema} (this version's)" if schema == HEAD else f"{schema} (brought up when opened)"


def _server(url: str, wrong: list[str]) -> dict[str, Any]:
    import sqlalchemy as sa

    out: dict[str, Any] = {"server": address(url).split("@")[-1]}
    try:
        engine = sa.create_engine(address(url))
        with engine.connect() as c:
            out["state"] = str(c.scalar(sa.text("SELECT version()"))).split(",")[0]
            out["form"] = _form(str(c.scalar(sa.text("SELECT version_num FROM alembic_version"))))
        engine.dispose()
    except (sa.exc.SQLAlchemyError, ImportError, LedgerUnavailable) as e:
        wrong.append(f"the ledger can't be read: {reason(e)}")
        out["state"] = "can't be read"
    return out
