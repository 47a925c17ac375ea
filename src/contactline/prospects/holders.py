"""The sides that hold a place together, for a holding that may have none."""

from __future__ import annotations

from collections.abc import Sequence

from contactline.model import Holder, Holding
from contactline.picture.sides import Sides


def sides_of(h: Holding) -> tuple[str, ...]:
    """The ids of the sides that hold a place, none where nobody is known to."""
    return h.holder.sides if h.holder else ()


def called(sides: Sides, ids: Sequence[str]) -> str:
    """Their names as one would say them."""
    holder = Holder.of(ids)
    return holder.called(sides.names) if holder else ""
