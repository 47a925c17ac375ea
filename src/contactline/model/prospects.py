"""What somebody expects, intends, or says will happen on a condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Expectation:
    """`later`: how many later claims were read about its place or parties within the horizon, whatever they say."""

    id: str
    kind: str
    aspect: str | None
    actor: str | None
    other: str | None
    place: str | None
    modality: str
    condition: str | None
    voices: tuple[str, ...]
    first_said: date
    until: date
    state: str
    decided_by: tuple[str, ...]
    quote: str
    claims: tuple[str, ...]
    condition_met: bool = False
    later: int = 0
