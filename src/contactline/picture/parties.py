"""Who is a party: which of the names that act in sentences may hold, back, fight or be present.

The catalogue's parties are, and what naming resolves to them. A name in no catalogue becomes one
when a report introduces it as a group, when independent reports make a name of a group's form act,
or when an analyst has accepted a claim in which it acts. A person stands for the party a report
says they are of. All else is listed as not taken, with the claims that name it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from contactline.language.tables import words
from contactline.model import ACTUAL, Actor, ActorId, Claim, NameNotTaken, Role, Stored
from contactline.picture.settings import PartyRule

ACTS = frozenset({"control", "presence", "fight", "strike", "support", "agreement", "access"})
GENERIC = re.compile(r"^generic:(?P<country>\w+):(?P<word>.+)$")
NO_COUNTRY = "xx"


@cache
def _list(key: str) -> frozenset[str]:
    return frozenset(words("en", "parties", key))


@cache
def _one_of(key: str) -> str:
    return "|".join(
        re.escape(w) for w in sorted(words("en", "parties", key), key=len, reverse=True)
    )


@cache
def _equipment() -> re.Pattern[str]:
    return re.compile("|".join(words("en", "parties", "equipment")), re.I)


def _head(name: str) -> str:
    """The last word, that says what it is; before "of", "in" or "for" where there is one."""
    front = re.split(r"\s+(?:of|in|for|from|at|on|near)\s+", name.strip(), maxsplit=1)[0]
    found = re.findall(r"[^\W\d_][\w'’-]*", front)
    return found[-1].lower().removesuffix("'s").removesuffix("’s") if found else ""


def _proper(name: str) -> bool:
    """Some word of it is written with a capital, as names are."""
    return any(w[:1].isupper() for w in re.findall(r"[^\W\d_][\w'’-]*", name))


def _like_a_group(name: str) -> bool:
    """ "Liwa al-Quds", "Tigray Defence Forces": a word of it says that it is a group."""
    return (
        any(w.lower() in _list("group") for w in re.findall(r"[^\W\d_][\w'’-]*", name))
        and len(name.split()) > 1
    )


def unnamed(actor: ActorId | None) -> bool:
    """Whether a party is a bare noun of some country ("militias") that names nobody."""
    m = GENERIC.match(actor.key) if actor else None
    return m is not None and m["word"] not in _list("opposition")


def introduced(name: str, quote: str) -> bool:
    """Whether the sentence says of the name that it is a group: "the militia X", "X, an armed
    group", "X fighters".
    """
    n, kinds = re.escape(name), _one_of("introduces")
    return bool(
        re.search(
            rf"\b(?:{kinds})\s*,?\s+(?:(?:called|known as|named|of|the|calling "
            rf"itself)\s+)*[\"“']?{n}\b"
            rf"|\b{n}[\"”']?\s*,?\s+(?:which is\s+|is\s+)?(?:an?|the|another|one of "
            rf"the)\s+(?:[\w’'-]+\s+){{0,5}}?(?:{kinds})\b"
            rf"|\b{n}(?:\s*\([^)]{{1,20}}\))?\s+(?:{kinds})\b",
            quote,
            re.I,
        )
    )


def _called_a_person(name: str, quote: str) -> bool:
    return bool(
        re.search(
            rf"\b(?:{_one_of('person')})\.?\s+(?:[A-Z][\w.'’-]*\s+){{0,2}}{re.escape(name)}\b",
            quote,
            re.I,
        )
    ) or bool(re.match(rf"(?:{_one_of('person')})\.?\s+[A-Z]", name, re.I))


@dataclass(slots=True)
class _Heard:
    """What the claims say of one name in no catalogue."""

    name: str
    acts: list[Stored]
    all: list[Stored]


class Parties:
    """`accepts(key)` for an actor's key; `heard(claims)` for the claims with only parties in their
    roles.
    """

    def __init__(
        self,
        claims: Sequence[Stored],
        catalogue: Mapping[str, Actor],
        rule: PartyRule = PartyRule(),  # noqa: B008
    ) -> None:
        self.catalogue, self.rule = catalogue, rule
        self.places = {
            r.label.lower()
            for s in claims
            if (r := s.claim.place) is not None and r.lat is not None
        }
        seen: dict[str, _Heard] = {}
        for s in claims:
            for role in (s.claim.actor, s.claim.other):
                if role is None or (actor := role.actor_id) is None:
                    continue
                h = seen.setdefault(actor.key, _Heard(role.label, [], []))
                h.all.append(s)
                if role.label < h.name:
                    h.name = role.label
                if (
                    s.claim.kind in ACTS
                    and s.claim.modality in ACTUAL
                    and self._acts(s.claim, role)
                ):
                    h.acts.append(s)
        self._why = {k: w for k, h in seen.items() if (w := self._refused(k, h))}
        self._stands = self._stand_ins(claims)
        self.not_taken = tuple(
            NameNotTaken(seen[k].name, ActorId.of(k), why, tuple(s.id for s in seen[k].all))
            for k, why in sorted(
                self._why.items(), key=lambda kv: (-len(seen[kv[0]].all), seen[kv[0]].name, kv[0])
            )
            if k not in self._stands
        )

    @staticmethod
    def _acts(c: Claim, role: Role) -> bool:
        return role is c.actor or c.kind in ("fight", "support", "agreement")

    def accepts(self, key: str) -> bool:
        return key not in self._why

    def stands_for(self, key: str) -> str | None:
        """The party a person or a part speaks for; None for nobody's."""
        return self._stands.get(key)

    def _refused(self, key: str, h: _Heard) -> str | None:
        """Why a name is no party; None where it is one."""
        if any(s.review == "accept" for s in h.acts):
            return None
        if (known := self.catalogue.get(key)) is not None:
            return (
                "a territory that is no state"
                if known.type == "state" and known.country in _list("territories")
                else None
            )
        if patron := ActorId.of(key).patron:
            known = self.catalogue.get(patron.key)
            return None if known else "allies of nobody known"
        if m := GENERIC.match(key):
            named = m["word"] in _list("opposition") and m["country"].lower() != NO_COUNTRY
            # "militants whom a state is said to back": those are some
            backed = any(
                s.claim.kind == "support" and s.claim.other and s.claim.other.id == f"actor:{key}"
                for s in h.acts
            )
            return None if named or backed else "a word for anybody armed"
        # an id that is not marked as new is one that naming or an analyst gave it
        return self._unheard_of(h) if ActorId.of(key).is_new else None

    def _unheard_of(self, h: _Heard) -> str | None:
        name, head = h.name, _head(h.name)
        if not _proper(name):
            return "no name"
        if _equipment().fullmatch(name.strip()):
            return "equipment"
        if head in _list("bystanders") or head in _list("nobody"):
            return "what is named so is no armed party"
        if name.lower() in self.places:
            return "a place"
        if any(_called_a_person(name, s.claim.quote) for s in h.all):
            return "a person"
        if not h.acts:
            return "nothing is told that it did"
        if any(introduced(name, s.claim.quote) for s in h.all):
            return None
        if not _like_a_group(name):
            return "nobody says that it is a group"
        reports = {s.copy_of or s.claim.report for s in h.acts}
        if len(reports) < self.rule.reports:
            return "named by one report only"
        return None

    def _stand_ins(self, claims: Iterable[Stored]) -> dict[str, str]:
        """Names that are no party of their own but said to be part of one."""
        said: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for s in claims:
            c = s.claim
            a = c.actor.actor_id if c.actor else None
            b = c.other.actor_id if c.other else None
            if (
                c.kind == "identity"
                and c.aspect == "part_of"
                and c.modality in ACTUAL
                and a
                and b
                and a.key in self._why
                and self.accepts(b.key)
                and _head(c.actor.label if c.actor else "") not in _list("bystanders")
            ):
                said[a.key][b.key] += c.confidence
        return {a: max(sorted(b), key=lambda k: b[k]) for a, b in said.items()}

    def role(self, r: Role | None) -> Role | None:
        """The role as the picture hears it: without an id where it is no party."""
        actor = r.actor_id if r else None
        if r is None or actor is None:
            return r
        if (party := self.stands_for(actor.key)) is not None:
            known = self.catalogue.get(party)
            return replace(r, id=ActorId.of(party), name=known.name if known else party)
        if not self.accepts(actor.key) or _head(r.text) in _list("bystanders"):
            return replace(r, id=None)
        return r

    def heard(self, claims: Iterable[Stored]) -> list[Stored]:
        """The same claims, in their order, with only parties in their roles."""
        out = []
        for s in claims:
            actor, other = self.role(s.claim.actor), self.role(s.claim.other)
            same = actor is s.claim.actor and other is s.claim.other
            out.append(s if same else replace(s, claim=replace(s.claim, actor=actor, other=other)))
        return out
