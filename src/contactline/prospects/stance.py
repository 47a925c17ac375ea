"""What stands between two sides by the claims alone, with the claims: who is said to stand with
whom, and against whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from contactline.model import ACTUAL, Claim, Stored
from contactline.picture.evidence import evidence_of
from contactline.picture.sides import Sides
from contactline.prospects.matching import OFFENSIVE, both
from contactline.reading import outlook

_AGAINST = OFFENSIVE | {"hostility"}


class Stances:
    """Claims of support and of enmity between sides, told by a day."""

    def __init__(self, claims: Iterable[Stored], sides: Sides, on: date, known_at: float) -> None:
        self._known_at = known_at
        self.together: dict[frozenset[str], list[Stored]] = defaultdict(list)
        self.against: dict[frozenset[str], list[Stored]] = defaultdict(list)
        for e in evidence_of(claims):
            c = e.claim
            if c.modality not in ACTUAL or not e.so_by(on):
                continue
            if c.kind != "support" and c.kind not in _AGAINST:
                continue
            if not self.known(c):
                continue  # "the garrison" is a party of no name
            who = set(both(e.stored, sides, on).values())
            if len(who) == 2:
                table = self.together if c.kind == "support" else self.against
                table[frozenset(who)].append(e.stored)

    def known(self, c: Claim) -> bool:
        """Both parties have a name that somebody else would know them by."""
        roles = [r for r in (c.actor, c.other) if r is not None]
        return all(outlook.somebody(r, self._known_at) for r in roles)

    def hostile(self, pair: frozenset[str]) -> bool:
        """Said to be against each other, and more often than together."""
        return len(self.against.get(pair, ())) > len(self.together.get(pair, ()))

    def allied(self, pair: frozenset[str]) -> bool:
        return len(self.together.get(pair, ())) > len(self.against.get(pair, ()))

    def enemies(self, side: str) -> list[str]:
        """Sides that a side is against, most told of first."""
        found = [(len(v), p) for p, v in self.against.items() if side in p and self.hostile(p)]
        return [
            next(iter(p - {side})) for _, p in sorted(found, key=lambda v: (-v[0], sorted(v[1])))
        ]

    def relation(self, a: str, b: str) -> str:
        """hostile, allied, mixed where they are told of as both, or unclear where as neither."""
        pair = frozenset((a, b))
        if self.against.get(pair) and self.together.get(pair):
            return "mixed"
        return "hostile" if self.hostile(pair) else "allied" if self.allied(pair) else "unclear"
