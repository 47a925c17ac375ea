"""Ids of parties and places: plain strings in JSON, told apart here so that nobody cuts them by
position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self


class _Prefixed(str):
    __slots__ = ()
    PREFIX = ""

    @classmethod
    def of(cls, key: str) -> Self:
        """The id of a key: `ActorId.of("sdf")` is `actor:sdf`."""
        return cls(cls.PREFIX + key)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The id in a text like `actor:sdf`; None for None and for an id of another kind."""
        return cls(text) if text and text.startswith(cls.PREFIX) and text != cls.PREFIX else None

    @property
    def key(self) -> str:
        """What follows the kind: the catalogue's or the gazetteer's own key."""
        return self.removeprefix(self.PREFIX)


class ActorId(_Prefixed):
    """`actor:KEY`, KEY as in the catalogue; `new:` before a party in no catalogue, `allied:` before
    somebody's allies.
    """

    __slots__ = ()
    PREFIX = "actor:"
    NEW = "new:"
    ALLIED = "allied:"

    @property
    def is_new(self) -> bool:
        return self.key.startswith(self.NEW)

    @property
    def patron(self) -> ActorId | None:
        """Whose unnamed allies these are, None for a party named itself."""
        key = self.key
        return ActorId.of(key.removeprefix(self.ALLIED)) if key.startswith(self.ALLIED) else None


class PlaceId(_Prefixed):
    """`place:gnN` for GeoNames, `place:COUNTRY-FEATURE-NAME` for an area; `?` before a name nobody
    could place.

    `#` parts off a described part of a place ("northern Hama"), `@` follows what lies between or
    along several.
    """

    __slots__ = ()
    PREFIX = "place:"

    @property
    def is_described(self) -> bool:
        """A part of a place or a stretch between places, not a place of the gazetteer."""
        return "#" in self or "@" in self

    @property
    def is_part(self) -> bool:
        return "#" in self

    @property
    def is_unplaced(self) -> bool:
        return self.key.startswith("?")


class Holder(str):
    """Who holds a place: one side, or several that hold it together.

    JSON shows the sides parted by `+`.
    """

    __slots__ = ()
    TOGETHER = "+"

    @classmethod
    def of(cls, sides: Iterable[str]) -> Self | None:
        """The holder made of these sides, each once, in their order; None of none."""
        return cls(cls.TOGETHER.join(dict.fromkeys(sides))) or None

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(self.split(self.TOGETHER)) if self else ()

    def meets(self, other: Holder | None) -> bool:
        """Whether a side holds in both."""
        return other is not None and not set(self.sides).isdisjoint(other.sides)

    def without(self, side: str) -> Self | None:
        return type(self).of(s for s in self.sides if s != side)

    def called(self, names: Mapping[str, str]) -> str:
        """The sides by name; a side without one goes by its id."""
        return " and ".join(names.get(s, s) for s in self.sides)
