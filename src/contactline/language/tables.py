"""Reads a language's TOML files, each once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

KNOWN = ("en", "ar", "ru", "uk")


@cache
def table(code: str, name: str) -> Mapping[str, Any]:
    """The file `language/CODE/NAME.toml`.

    Raises LookupError for a language or a file that is not there.
    """
    file = resources.files("contactline.language").joinpath(code, f"{name}.toml")
    if code not in KNOWN or not file.is_file():
        raise LookupError(f"language {code} has no {name}; known: {', '.join(KNOWN)}")
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8")))


@cache
def words(code: str, name: str, *keys: str) -> tuple[str, ...]:
    """A list of words or phrases at `keys` in a file.

    Raises LookupError or TypeError where there is no such list.
    """
    found: Any = table(code, name)
    for key in keys:
        if key not in found:
            raise LookupError(f"{code}/{name}.toml has no {'.'.join(keys)}")
        found = found[key]
    if not isinstance(found, list) or not all(isinstance(w, str) for w in found):
        raise TypeError(f"{code}/{name}.toml: {'.'.join(keys)} is no list of words")
    return tuple(found)
