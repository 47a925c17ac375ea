"""Events: clashes, strikes, captures and moves, each once however many reports tell of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from contactline.model import Actor, Event, Harm, Role, Stored, digest
from contactline.naming.folding import plain_words
from contactline.naming.shapes import COMMON
from contactline.picture.evidence import Evidence, evidence_of, where
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides

KIND = {
    ("fight", None): "clash",
    ("control", "contests"): "clash",
    ("strike", None): "strike",
    ("control", "gains"): "capture",
    ("control", "loses"): "capture",
    ("presence", "arrives"): "move",
    ("presence", "leaves"): "move",
}
BY_REPORT = "report"
EXACT = ("day", BY_REPORT)
HELD = frozenset({"held", "controlled", "occupied", "last"})


@dataclass(slots=True)
class _Told:
    """What one sentence tells of one event, or several sentences that were found to tell of the
    same.
    """

    kind: str
    day: date
    precision: str
    place: Role | None
    parties: dict[str, str]
    said: list[Evidence] = field(default_factory=list)
    harm: list[Stored] = field(default_factory=list)

    @property
    def where(self) -> str | None:
        return self.place.id if self.place else None


def events_between(
    claims: Sequence[Stored],
    sides: Sides,
    settings: Settings,
    first: date,
    last: date,
    catalogue: Mapping[str, Actor] = MappingProxyType({}),
) -> list[Event]:
    """Events of the days from `first` to `last`, both included, by day.

    Sentences tell of one event when they are of its kind, at its place, on its day (give or take
    what the settings allow), and do not name other parties. A place that is told of by whose it was
    alone ("the last IS town") is the one place where such an event is told of, where there is just
    one. What has neither a place nor two parties, or no day, is left out. A place goes by the
    spelling most claims use.
    """
    told = [t for t in _sentences(claims, sides) if t.where or len(t.parties) > 1]
    groups: dict[tuple[str, str | None], list[_Told]] = defaultdict(list)
    for t in sorted(told, key=lambda t: (t.day, t.precision != "day", t.said[0].id)):
        for known in reversed(groups[t.kind, t.where]):
            if _same(known, t, settings):
                _join(known, t)
                break
        else:
            groups[t.kind, t.where].append(t)
    _settle(groups, claims, catalogue, settings)
    spelled = _spellings(claims)
    found = [_event(t, spelled) for g in groups.values() for t in g]
    return sorted(
        (e for e in _told_apart(found) if first <= e.date <= last),
        key=lambda e: (e.date, e.kind, e.place or "", e.id),
    )


def _sentences(claims: Iterable[Stored], sides: Sides) -> list[_Told]:
    out: dict[tuple[object, ...], _Told] = {}
    hurt: dict[tuple[str, int], list[Stored]] = defaultdict(list)
    for e in evidence_of(claims):
        s, c = e.stored, e.claim
        if not e.actual or e.when is None:
            continue
        if c.kind == "harm":
            hurt[c.report, c.start].append(s)
            continue
        kind = KIND.get((c.kind, c.aspect if c.kind in ("control", "presence") else None))
        if kind is None:
            continue
        role = where(s)
        at = role if role and role.place_id else None
        parties = {
            a.key: sides.name(a.key)
            for r in (c.actor, c.other)
            if r and (a := r.actor_id) and sides.of(a, e.when)
        }
        key = (c.report, c.start, kind, at.id if at else None)
        t = out.get(key)
        if t is None:
            precision = BY_REPORT if c.valid_from is None else c.precision or "day"
            t = out[key] = _Told(kind, e.when, precision, at, {})
        t.parties |= parties
        t.said.append(e)
    for t in out.values():
        t.said.sort(key=lambda e: e.id)
        t.harm = hurt.get((t.said[0].claim.report, t.said[0].claim.start), [])
    return list(out.values())


def _settle(
    groups: dict[tuple[str, str | None], list[_Told]],
    claims: Sequence[Stored],
    catalogue: Mapping[str, Actor],
    settings: Settings,
) -> None:
    """Joins what is told of a place that has no name of its own to the event it must be."""
    nameless = [
        key
        for key, told in groups.items()
        if (p := told[0].place) is not None and p.lat is None and COMMON.search(p.label)
    ]
    if not nameless:
        return
    known = {plain_words(n) for a in catalogue.values() for n in (a.name, *a.aliases)}
    known |= {
        plain_words(n)
        for s in claims
        for r in (s.claim.actor, s.claim.other)
        if r and r.actor_id
        for n in (r.label, r.text)
    }
    for key in nameless:
        told = groups[key]
        if not _called_by_its_holder(told[0].place, known):
            continue
        placed = [
            t
            for (kind, _), group in groups.items()
            if kind == key[0]
            for t in group
            if t.place is not None and t.place.lat is not None
        ]
        for t in list(told):
            same = [p for p in placed if _same(p, t, settings)]
            if len(same) == 1:
                _join(same[0], t)
                told.remove(t)


def _called_by_its_holder(place: Role | None, parties: set[str]) -> bool:
    """Whether the words are a party's name and what kind of place it is: "IS town"."""
    words = plain_words(place.label).split() if place else []
    if len(words) < 2 or not COMMON.fullmatch(words[-1]):
        return False
    rest = [w for w in words[:-1] if w not in HELD]
    return " ".join(rest) in parties


def _spellings(claims: Iterable[Stored]) -> dict[str, str]:
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for s in claims:
        for r in (s.claim.place, s.claim.other):
            if r and r.place_id:
                count[r.place_id][r.label] += 1
    return {k: max(sorted(n), key=lambda x: n[x]) for k, n in count.items()}


def _same(a: _Told, b: _Told, settings: Settings) -> bool:
    exact = a.precision in EXACT and b.precision in EXACT
    if not exact and a.precision != b.precision:
        return False
    loose = BY_REPORT in (a.precision, b.precision)
    apart = settings.events.loose_days if loose else settings.events.days
    if abs((a.day - b.day).days) > (apart if exact else 0):
        return False
    x, y = set(a.parties), set(b.parties)
    return x <= y or y <= x if a.where else x == y


def _join(known: _Told, more: _Told) -> None:
    known.parties |= more.parties
    known.said += more.said
    known.harm = [*known.harm, *(h for h in more.harm if h not in known.harm)]
    if known.precision == BY_REPORT and more.precision == "day":
        known.day, known.precision = more.day, "day"


def _event(t: _Told, spelled: dict[str, str]) -> Event:
    said = sorted(t.said, key=lambda e: e.id)
    name = spelled.get(t.where or "") or (t.place.label if t.place else None)
    worst: dict[tuple[str, str | None], int | None] = {}
    for s in t.harm:
        c = s.claim
        key = (c.aspect or "harmed", c.other.label if c.other else None)
        if c.number is None:
            worst.setdefault(key, None)
        else:
            worst[key] = max(worst.get(key) or 0, c.number)
    ids = [e.id for e in said] + sorted(s.id for s in t.harm)
    key_of = [t.kind, t.where, t.day, None if t.where else sorted(t.parties)]
    return Event(
        digest(["event", *key_of]),
        t.day,
        t.precision,
        t.kind,
        name,
        t.where,
        t.place.lat if t.place else None,
        t.place.lon if t.place else None,
        tuple(sorted(t.parties.values())),
        tuple(
            Harm(what, who, n)
            for (what, who), n in sorted(worst.items(), key=lambda kv: (kv[0][0], kv[0][1] or ""))
        ),
        tuple(sorted({e.stored.source for e in said})),
        tuple(dict.fromkeys(ids)),
    )


def _told_apart(found: Sequence[Event]) -> list[Event]:
    """Ids of events of one kind, place and day differ by their parties."""
    count = Counter(e.id for e in found)
    return [e if count[e.id] == 1 else replace(e, id=digest([e.id, e.parties])) for e in found]
