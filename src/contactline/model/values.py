"""Errors, hashes and JSON values, for every room."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields
from datetime import date
from typing import Any


class ContactlineError(Exception):
    """Could not be done; the message is one line that says what to do."""


def digest(value: Any, length: int = 16) -> str:
    """Hex SHA-256 of the canonical JSON of a value, cut to `length` characters."""
    raw = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:length]


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """No database takes NUL or half a surrogate pair; each becomes U+FFFD, so that offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON values."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    return value
