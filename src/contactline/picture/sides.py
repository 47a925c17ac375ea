"""Which side an actor stands on, on a day: part_of from the catalogue and from claims, proxies with their patron."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from contactline.model import ACTUAL, Actor, Stored


@dataclass(frozen=True, slots=True)
class Parent:
    parent: str
    since: str | None
    until: str | None


class Sides:
    """`of(actor, day)` gives the side. An actor that is its own part, or a circle of parts, ends where it closes."""

    def __init__(
        self,
        catalogue: Mapping[str, Actor],
        claims: Iterable[Stored] = (),
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        self.names: dict[str, str] = {i: a.name for i, a in catalogue.items()}
        self.types: dict[str, str] = {i: a.type for i, a in catalogue.items()}
        self.parents: dict[str, list[Parent]] = {
            i: [Parent(*p) for p in a.parents] for i, a in catalogue.items() if a.parents
        }
        self.chosen = dict(chosen or {})
        for s in claims:
            c = s.claim
            for r in (c.actor, c.other):
                if r and r.id and r.id.startswith("actor:"):
                    self.names.setdefault(r.id[6:], r.label)
            if (
                c.kind == "identity"
                and c.aspect == "part_of"
                and c.modality in ACTUAL
                and not c.said_by
                and c.actor
                and c.other
                and c.actor.id
                and c.other.id
            ):
                a, b = c.actor.id[6:], c.other.id[6:]
                if (
                    a != b
                    and a not in self.parents
                    and a not in catalogue
                    and b not in self._above(a, s.on)
                ):
                    self.parents.setdefault(a, []).append(Parent(b, None, None))

    def _above(self, actor: str, on: date) -> list[str]:
        out: list[str] = []
        todo = [actor]
        day = on.isoformat()
        while todo:
            for p in self.parents.get(todo.pop(), ()):
                if (p.since and day < p.since) or (p.until and day > p.until):
                    continue
                if p.parent not in out and p.parent != actor:
                    out.append(p.parent)
                    todo.append(p.parent)
        return out

    def of(self, role_id: str | None, on: date) -> str | None:
        """Side id of an `actor:…` role id, None for what is no actor. International bodies are no side of a war."""
        if not role_id or not role_id.startswith("actor:"):
            return None
        actor = role_id[6:]
        if actor in self.chosen:
            return self.chosen[actor]
        if actor.startswith("allied:"):
            return self.of("actor:" + actor[7:], on)
        above = self._above(actor, on)
        top = next((a for a in reversed(above) if self.types.get(a) != "organisation"), actor)
        return self.chosen.get(top, top)

    def name(self, side: str) -> str:
        return self.names.get(side, side.split(":")[-1].replace("-", " "))
