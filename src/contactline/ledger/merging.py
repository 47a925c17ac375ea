"""Two names taken for one party or place, or one taken apart: decisions laid over the claims, never
written into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contactline.model import Claim, Role

_FIELDS = ("name", "lat", "lon", "geoname_id", "country", "feature", "radius_km")


@dataclass(slots=True)
class Merges:
    """`into`: id to (id, fields); `split`: (id, words) to (id, name)."""

    into: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    split: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.into or self.split)

    def behind(self, ids: Sequence[str]) -> list[str]:
        """Ids whose claims may come out under one of these."""
        return [
            k
            for k in {*self.into, *(k for k, _ in self.split)}
            if self.end(k)[0] in ids
            or any(v[0] in ids for (a, _), v in self.split.items() if a == k)
        ]

    def end(self, key: str) -> tuple[str, dict[str, Any]]:
        """Where a chain of merges ends; a circle ends where it closes."""
        seen = {key}
        found: dict[str, Any] = {}
        while key in self.into and self.into[key][0] not in seen:
            key, found = self.into[key]
            seen.add(key)
        return key, found

    def _role(self, r: Role | None) -> Role | None:
        if r is None or r.id is None:
            return r
        taken = self.split.get((r.id, r.text.lower()))
        if taken:
            r = replace(r, id=taken[0], **{k: v for k, v in taken[1].items() if k in _FIELDS})
        key, found = self.end(r.id or "")
        return (
            r
            if key == r.id
            else replace(r, id=key, **{k: v for k, v in found.items() if k in _FIELDS})
        )

    def apply(self, c: Claim) -> Claim:
        return replace(
            c, actor=self._role(c.actor), other=self._role(c.other), place=self._role(c.place)
        )


def merges_of(decisions: Iterable[tuple[str, str, dict[str, Any]]]) -> Merges:
    out = Merges()
    for action, subject, value in decisions:
        if action == "merge":
            out.into[subject] = (value["into"], value)
        else:
            for words in value.get("texts", ()):
                out.split[subject, words.lower()] = (value["into"], value)
    return out
