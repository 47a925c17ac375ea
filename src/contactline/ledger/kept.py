"""What was worked out from a ledger, kept as files so that it need not be worked out again.

A file goes by a name made of all it follows from: the ledger's log up to its newest reading or
decision, the day of knowing, the settings, the places, the program. So a ledger that has grown has
another name, and a copy of a ledger the same. Deleting the folder loses nothing.
"""

from __future__ import annotations

import mmap
import os
import struct
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import contactline
from contactline.model import digest
from contactline.naming.index import cache_folder

END = b"kept"
_END = struct.Struct("<4sQ")  # how a whole file ends, and its length before that
MOST_BYTES = 4 << 30  # the least recently used go first
ROOMS = ("language", "ledger", "model", "naming", "picture", "theatres")


@lru_cache(maxsize=1)
def code_stamp() -> str:
    """Of the program's own files that decide what is kept: names, sizes, times."""
    home = Path(contactline.__file__).parent
    found = []
    for room in ROOMS:
        for folder, inside, names in os.walk(home / room):
            inside[:] = [d for d in inside if d != "__pycache__"]
            for name in names:
                s = (Path(folder) / name).stat()
                found.append((folder.removeprefix(str(home)), name, s.st_size, s.st_mtime_ns))
    return digest(sorted(found), 32)


class Kept:
    """Files by name. A file that can't be read or written costs time, and never an answer."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder() / "stages"

    def get(self, name: str) -> Any:
        """The bytes, mapped; None where there are none, or not all of them."""
        file = self.folder / name
        try:
            with file.open("rb") as f:
                data = memoryview(mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ))
            os.utime(file)
        except (OSError, ValueError):
            return None
        body = data[: -_END.size]
        whole = len(data) > _END.size and _END.unpack(data[-_END.size :]) == (END, len(body))
        return body if whole else None

    def put(self, name: str, data: bytes) -> None:
        part = self.folder / f"{name}.part{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("wb") as f:
                f.write(data)
                f.write(_END.pack(END, len(data)))
            part.replace(self.folder / name)
            self._trim()
        except OSError:
            with suppress(OSError):
                part.unlink()

    def _trim(self) -> None:
        files = []
        for f in self.folder.iterdir():
            with suppress(OSError):
                s = f.stat()
                files.append((s.st_mtime_ns, s.st_size, f))
        total = sum(size for _, size, _ in files)
        for _, size, f in sorted(files):
            if total <= MOST_BYTES:
                break
            with suppress(OSError):
                f.unlink()
            total -= size
