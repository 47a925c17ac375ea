"""A history as bytes and back, so that a command need not make it anew.

Sections are decoded when they are asked for: one place's track needs none of the others. What comes
back answers every question as the history it was made of; nothing in it is executed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from contactline.model import Actor, NameNotTaken, Picture, Place, Stored
from contactline.picture.control import Track
from contactline.picture.history import History
from contactline.picture.observe import Observation
from contactline.picture.parties import Parties
from contactline.picture.places import ReportedPlace
from contactline.picture.relations import Enmity
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides, State
from contactline.picture.sources import Reliability, Score

MAGIC = b"clstage1"
_HEAD = struct.Struct("<8sQQ")  # magic, length of the whole, length of the list of sections


class Damaged(Exception):
    """Bytes that are no whole history of this form."""


@dataclass(frozen=True, slots=True)
class _Unit:
    place: Place
    claims: tuple[int, ...]  # positions among the claims
    strongest: tuple[str, ...]
    partly: bool
    seen: list[Observation]
    forward: list[list[float]]
    back: list[list[float]]
    holders: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Trust:
    scores: list[tuple[str, str, Score]]
    own: dict[str, str]
    evidence: list[tuple[str, str, tuple[tuple[str, float], ...]]]


@dataclass(frozen=True, slots=True)
class _Index:
    keys: list[str]
    ends: list[int]  # of each item's bytes


def _plain(x: Any) -> Any:
    if isinstance(x, str):  # ids and holders are strings with a name of their own
        return str.__str__(x)
    raise TypeError(f"{type(x).__name__} has no form to be kept in")


def _typed(kind: type, x: Any) -> Any:
    return kind(x)


def _encode(x: Any) -> bytes:
    return msgspec.msgpack.encode(x, enc_hook=_plain)


def decoder(kind: Any) -> Callable[[Any], Any]:
    found: Callable[[Any], Any] = msgspec.msgpack.Decoder(kind, dec_hook=_typed).decode
    return found


def _many(items: list[bytes], keys: list[str]) -> tuple[bytes, bytes]:
    """(index, all the bytes)."""
    ends, at = [], 0
    for b in items:
        at += len(b)
        ends.append(at)
    return _encode(_Index(keys, ends)), b"".join(items)


def packed(h: History) -> bytes:
    """Everything of a history that does not depend on the day, tracks included."""
    at = {s.id: i for i, s in enumerate(h.claims)}
    units = [
        _encode(
            _Unit(
                u.place,
                tuple(at[s.id] for s in u.claims),
                u.strongest(t),
                u.partly,
                t.seen,
                t.forward,
                t.back,
                t.holders,
            )
        )
        for key, u in h.units.items()
        for t in [h.track(key)]
    ]
    said, claims = _many([_encode(s) for s in h.claims], [])
    names, tracks = _many(units, list(h.units))
    pairs = zip(h.claims, h.heard, strict=True)
    trust = _Trust(
        [(*k, v) for k, v in h.trust.scores.items()],
        dict(h.trust.own),
        [(*k, v) for k, v in h.trust.evidence.items()],
    )
    sections = {
        "claims index": said,
        "claims": claims,
        "changed": _encode([(i, b) for i, (a, b) in enumerate(pairs) if a is not b]),
        "units index": names,
        "units": tracks,
        "sides": _encode(h.sides.state()),
        "past": _encode(sorted(h.past)),
        "enmity": _encode([(*k, v) for k, v in h.enmity.said.items()]),
        "countries": _encode(sorted(h.countries)),
        "trust": _encode(trust),
        "not taken": _encode(h.not_taken),
        "nodes": _encode(h.nodes),
        "edges": _encode(h.edges),
    }
    table = _encode({k: len(v) for k, v in sections.items()})
    whole = _HEAD.size + len(table) + sum(map(len, sections.values()))
    return b"".join([_HEAD.pack(MAGIC, whole, len(table)), table, *sections.values()])


class _Sections:
    def __init__(self, data: Any) -> None:
        self.data = memoryview(data)
        try:
            magic, whole, length = _HEAD.unpack_from(self.data)
            if magic != MAGIC or whole != len(self.data):
                raise Damaged
            lengths = decoder(dict[str, int])(self.data[_HEAD.size : _HEAD.size + length])
        except (struct.error, msgspec.MsgspecError) as e:
            raise Damaged from e
        self._spans: dict[str, tuple[int, int]] = {}
        at = _HEAD.size + length
        for name, n in lengths.items():
            self._spans[name] = (at, at + n)
            at += n

    def raw(self, name: str) -> memoryview:
        a, b = self._spans[name]
        return self.data[a:b]

    def get(self, name: str, kind: Any) -> Any:
        return decoder(kind)(self.raw(name))


class _Units(Mapping[str, ReportedPlace]):
    """Places as reported, each decoded when it is asked for."""

    def __init__(self, sections: _Sections, heard: Callable[[int], Stored], rule: Settings) -> None:
        index: _Index = sections.get("units index", _Index)
        self._at = {k: i for i, k in enumerate(index.keys)}
        self._ends, self._raw = index.ends, sections.raw("units")
        self._decode, self._heard, self._rule = decoder(_Unit), heard, rule
        self._made: dict[str, ReportedPlace] = {}

    def __getitem__(self, key: str) -> ReportedPlace:
        made = self._made.get(key)
        if made is None:
            i = self._at[key]
            u: _Unit = self._decode(self._raw[self._ends[i - 1] if i else 0 : self._ends[i]])
            made = ReportedPlace.kept(
                u.place,
                lambda: [self._heard(k) for k in u.claims],
                Track.kept(u.seen, self._rule, u.forward, u.back, u.holders),
                u.strongest,
                u.partly,
            )
            self._made[key] = made
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class KeptHistory(History):
    """As the history it was packed from; what no question needs is not decoded."""

    def __init__(
        self, data: Any, catalogue: Callable[[], Mapping[str, Actor]], settings: Settings
    ) -> None:
        self._sections = _Sections(data)
        self.settings, self._actors = settings, catalogue
        self.settlements = []
        self._days, self.memo = {}, None
        self._one = decoder(Stored)
        self._singles: dict[int, Stored] = {}

    @cached_property
    def _said(self) -> list[int]:
        index: _Index = self._sections.get("claims index", _Index)
        return index.ends

    @cached_property
    def _changed(self) -> dict[int, Stored]:
        return dict(self._sections.get("changed", list[tuple[int, Stored]]))

    def _claim(self, i: int) -> Stored:
        if "claims" in self.__dict__:
            return self.claims[i]
        found = self._singles.get(i)
        if found is None:
            ends = self._said
            raw = self._sections.raw("claims")[ends[i - 1] if i else 0 : ends[i]]
            found = self._singles[i] = self._one(raw)
        return found

    def _heard(self, i: int) -> Stored:
        return self._changed.get(i) or self._claim(i)

    @cached_property
    def catalogue(self) -> Mapping[str, Actor]:  # type: ignore[override]
        return self._actors()

    @cached_property
    def claims(self) -> list[Stored]:  # type: ignore[override]
        return [self._claim(i) for i in range(len(self._said))]

    @cached_property
    def heard(self) -> list[Stored]:  # type: ignore[override]
        changed = self._changed
        return [changed.get(i) or s for i, s in enumerate(self.claims)]

    @cached_property
    def parties(self) -> Parties:  # type: ignore[override]
        return Parties(self.claims, self.catalogue, self.settings.parties)

    @cached_property
    def not_taken(self) -> tuple[NameNotTaken, ...]:  # type: ignore[override]
        return self._sections.get("not taken", tuple[NameNotTaken, ...])  # type: ignore[no-any-return]

    @cached_property
    def sides(self) -> Sides:  # type: ignore[override]
        return Sides.kept(
            self._sections.get("sides", State), self.settings.sides, self.settings.siding
        )

    @cached_property
    def units(self) -> Mapping[str, ReportedPlace]:  # type: ignore[override]
        return _Units(self._sections, self._heard, self.settings)

    @cached_property
    def past(self) -> frozenset[str]:  # type: ignore[override]
        return self._sections.get("past", frozenset[str])  # type: ignore[no-any-return]

    @cached_property
    def enmity(self) -> Enmity:  # type: ignore[override]
        said = self._sections.get("enmity", list[tuple[str, str, float]])
        return Enmity.kept({(a, b): v for a, b, v in said}, self.sides)

    @cached_property
    def countries(self) -> set[str]:  # type: ignore[override]
        return self._sections.get("countries", set[str])  # type: ignore[no-any-return]

    @cached_property
    def trust(self) -> Reliability:  # type: ignore[override]
        t: _Trust = self._sections.get("trust", _Trust)
        return Reliability(
            {(a, b): v for a, b, v in t.scores},
            t.own,
            self.settings,
            {(a, b): v for a, b, v in t.evidence},
        )

    @cached_property
    def nodes(self) -> list[Place]:
        return self._sections.get("nodes", list[Place])  # type: ignore[no-any-return]

    @cached_property
    def edges(self) -> list[tuple[int, int, float]]:
        return self._sections.get("edges", list[tuple[int, int, float]])  # type: ignore[no-any-return]


def packed_picture(p: Picture) -> bytes:
    return _encode(p)


def picture_of(data: Any) -> Picture:
    """Raises Damaged for bytes that are no picture."""
    try:
        found: Picture = decoder(Picture)(data)
    except msgspec.MsgspecError as e:
        raise Damaged from e
    return found


__all__ = ["Damaged", "KeptHistory", "packed", "packed_picture", "picture_of"]
