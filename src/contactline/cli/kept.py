"""Answers that cost much, kept in the cache folder under the ledger's mark: asked again they need
no claims.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from contactline import __version__
from contactline.ledger.store import Ledger
from contactline.model import digest, plain
from contactline.naming.gazetteer import cache_folder

MOST = 200  # answers kept; the oldest go


def kept(store: Ledger, key: list[Any], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A JSON answer about a ledger as it stands; made anew when a reading or a decision has been
    added since.
    """
    url = store.engine.url.render_as_string(hide_password=True)
    name = digest([__version__, url, store.mark(), store.newest(), key], 32)
    folder = cache_folder() / "answers"
    file = folder / f"{name}.json"
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        pass
    made: dict[str, Any] = plain(make())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".part{os.getpid()}")
        part.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        part.replace(file)
        for old in sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime)[:-MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # a full disk costs the cache, not the answer
    return made
