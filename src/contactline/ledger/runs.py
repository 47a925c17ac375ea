"""What read and named a report: reading again with the same adds nothing, with another stands
beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from contactline.model import digest


@dataclass(frozen=True, slots=True)
class Run:
    """A reader with its version, settings and the hash of its weights; a way of naming with the
    gazetteer's hash.
    """

    reader: str
    version: str
    settings: dict[str, Any] = field(default_factory=dict)
    weights: str = ""
    naming: str = ""
    gazetteer: str = ""

    @property
    def packed(self) -> str:
        return json.dumps(self.settings, sort_keys=True)

    @property
    def reader_key(self) -> str:
        """Hash of what gives a report's words: the same whatever they are named afterwards."""
        return digest(["reader", self.reader, self.version, self.packed, self.weights])

    @property
    def id(self) -> str:
        return digest(["run", self.reader_key, self.naming, self.gazetteer])
