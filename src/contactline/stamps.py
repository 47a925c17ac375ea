"""Hashes of what reads and names reports, so that a run says exactly what made its claims."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from contactline.naming.gazetteer import Gazetteer


@lru_cache(maxsize=8)
def folder_hash(package: str, *inside: str) -> str:
    """Of all files of a package's folder, by name and content; 16 hex digits."""
    h = hashlib.blake2b(digest_size=8)
    for name, file in sorted(_files(resources.files(package).joinpath(*inside), "")):
        h.update(name.encode() + b"\0")
        h.update(file.read_bytes())
    return h.hexdigest()


def _files(folder: Traversable, before: str) -> list[tuple[str, Traversable]]:
    out = []
    for x in folder.iterdir():
        if x.is_file() and not x.name.endswith(".pyc"):
            out.append((before + x.name, x))
        elif x.is_dir() and x.name != "__pycache__":
            out += _files(x, f"{before}{x.name}/")
    return out


def weights_hash(reader: Any) -> str:
    """Of the shipped weights; empty for a reader that has none of its own (a language model
    elsewhere).
    """
    return "" if reader.name == "llm" else folder_hash("contactline.reading", "weights")


def naming_version() -> str:
    """Of the naming room: its rules and its catalogue."""
    return folder_hash("contactline.naming")


def gazetteer_hash(gazetteer: Gazetteer) -> str:
    """Of every place in it, added ones too."""
    h = hashlib.blake2b(digest_size=8)
    for index in gazetteer.indexes:
        for name in sorted(index.a):
            h.update(name.encode())
            h.update(np.ascontiguousarray(index.a[name]).data)
    return h.hexdigest()
