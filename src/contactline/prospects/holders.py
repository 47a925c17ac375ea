"""The sides that hold a place together."""

from __future__ import annotations

from collections.abc import Sequence

from contactline.model import Holding
from contactline.picture.sides import Sides

_SIGN = "+"


def sides_of(h: Holding) -> tuple[str, ...]:
    """The ids of the sides that hold a place, none where nobody is known to."""
    return tuple(h.holder.split(_SIGN)) if h.holder else ()


def holder_of(sides: Sequence[str]) -> str | None:
    """Sides as a holding keeps them."""
    return _SIGN.join(sides) or None


def called(sides: Sides, ids: Sequence[str]) -> str:
    """Their names as one would say them."""
    return " and ".join(sides.name(i) for i in ids)
