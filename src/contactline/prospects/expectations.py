"""Expectations: claims about what is to come, kept with who says so and decided by what was said later."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from contactline.model import ACTUAL, PROSPECTIVE, Expectation, Role, Stored, digest
from contactline.naming.folding import light
from contactline.picture.geography import km
from contactline.picture.sides import Sides

HORIZON = {"expected": 180, "intended": 365, "conditional": 365}  # days, where the report gives no date itself
OFFENSIVE = frozenset({"fight", "strike"})


def _side(s: Stored, role: str, sides: Sides, on: date) -> str | None:
    r = getattr(s.claim, role)
    return sides.of(r.id, on) if r else None


READ = 0.45  # an expectation read with less is not kept as one
SURE = 0.6  # a later claim read with less decides nothing


def same_event(expected: Stored, later: Stored, sides: Sides) -> bool:
    """The later claim is what was expected: kind, the sides, and a place as near as the expectation names one.

    What names no place needs both its parties; a place that is not known can only be met under the same words.
    """
    a, b = expected.claim, later.claim
    day = later.on
    if b.confidence < SURE:
        return False
    if a.kind in OFFENSIVE:
        if b.kind not in OFFENSIVE and not (b.kind == "situation" and b.aspect == "fighting"):
            return False
    elif a.kind == "situation":
        if not (b.kind == "situation" and b.aspect == a.aspect) and not (a.aspect == "fighting" and b.kind in OFFENSIVE):
            return False
    elif (a.kind, a.aspect) != (b.kind, b.aspect):
        return False
    mine = {r: x for r in ("actor", "other") if (x := _side(expected, r, sides, day))}
    theirs = {r: x for r in ("actor", "other") if (x := _side(later, r, sides, day))}
    if a.kind in OFFENSIVE and b.kind in OFFENSIVE:
        if mine and not set(mine.values()) <= set(theirs.values()):
            return False
    elif a.kind != "situation" and mine.get("actor") and mine["actor"] != theirs.get("actor"):
        return False
    if a.kind in ("support", "hostility", "identity", "agreement") and mine.get("other") and mine["other"] not in theirs.values():
        return False
    if a.place is None:
        return len(set(mine.values())) == 2 or (a.kind == "agreement" and bool(mine) and a.aspect in ("made", "broken"))
    return _same_place(a.place, b.place)


def _same_place(a: Role, b: Role | None) -> bool:
    if b is None:
        return False
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return len(light(a.text)) > 4 and light(a.text) == light(b.text) and a.text.lower() not in VAGUE
    if a.id == b.id:
        return True
    reach = min(a.radius_km or 6.0, 60.0)
    return a.feature != "country" and (b.radius_km or 3.0) <= max(reach, 8.0) and km(a.lat, a.lon, b.lat, b.lon) <= max(5.0, reach)


VAGUE = frozenset({"area", "the area", "areas", "towns", "the city", "the town", "city", "town", "village", "the village", "region", "the region", "territory", "positions", "country", "the country", "villages"})


def opposite(expected: Stored, later: Stored, sides: Sides) -> bool:
    """The later claim rules the expectation out: another side took the place, or the opposite agreement step."""
    a, b = expected.claim, later.claim
    if a.kind == "control" and a.aspect == "gains" and b.kind == "control" and a.place and b.place and a.place.lat is not None and a.place.id == b.place.id and b.confidence >= SURE and b.extent not in ("part", "pocket"):
        return b.aspect == "gains" and _side(expected, "actor", sides, later.on) != _side(later, "actor", sides, later.on)
    return a.kind == "agreement" and a.aspect in ("made", "holds") and b.kind == "agreement" and b.aspect == "broken" and bool(a.actor and b.actor and a.actor.id == b.actor.id)


def _conditions(claims: Sequence[Stored]) -> dict[str, list[Stored]]:
    """Claim id to the claims read inside the words of its condition."""
    by_sentence: dict[tuple[str, int], list[Stored]] = defaultdict(list)
    for s in claims:
        by_sentence[s.claim.report, s.claim.start].append(s)
    out: dict[str, list[Stored]] = {}
    for s in claims:
        c = s.claim
        if not c.condition:
            continue
        at = c.quote.find(c.condition)
        first, last = c.start + at, c.start + at + len(c.condition)
        out[s.id] = [o for o in by_sentence[c.report, c.start] if at >= 0 and o.id != s.id and all(r is None or r.start is None or first <= r.start < last for r in (o.claim.actor, o.claim.other, o.claim.place))]
    return out


FORETOLD = frozenset({"gains", "loses", "contests", "besieges", "arrives", "leaves", "made", "broken", "blocked", "opened", "backs", "calm", "fighting", "tense"})
GOING_ON = 90  # days: who fought so lately fights on, and that is no forecast


def _pattern(s: Stored) -> bool:
    """Whether the claim foretells something that can be decided: a change, by a known party, at a place that is one.

    That a party stays where it is, belongs to another or is somebody's enemy foretells no event; "areas" and "the last
    stronghold" are no place that a later report could name.
    """
    c = s.claim
    if c.kind not in OFFENSIVE and c.aspect not in FORETOLD:
        return False
    roles = sum(r is not None for r in (c.actor, c.other))
    where = c.place is not None and c.place.lat is not None and c.place.feature not in ("country", "continent", "sea")
    if c.kind in ("presence", "control", "access"):
        return where and (roles > 0 or c.kind == "access")
    return where if c.kind == "situation" else roles == 2 or (where and roles == 1) or (c.kind == "agreement" and roles > 0)


def _going_on(s: Stored, fought: dict[frozenset[str], list[int]], sides: Sides) -> bool:
    """The two have fought or struck each other within the last months."""
    two = frozenset(x for r in ("actor", "other") if (x := _side(s, r, sides, s.on)))
    day = (s.published or s.on).toordinal()
    days = fought.get(two, [])
    at = bisect_right(days, day)
    return len(two) == 2 and at > 0 and day - days[at - 1] <= GOING_ON


def expectations(claims: Sequence[Stored], sides: Sides, on: date, past: frozenset[str] = frozenset()) -> list[Expectation]:
    """Expectations said by `on`, the same one from several reports once, with its state on that day.

    `past`: reports that tell of long ago; what somebody there once aimed at is history and expects nothing now.
    """
    said = [s for s in claims if s.claim.modality in PROSPECTIVE and (s.known <= on or s.published is None) and s.claim.report not in past and s.claim.confidence >= READ]
    inside = _conditions(said)
    nested = {o.id for found in inside.values() for o in found}
    actual = sorted((s for s in claims if s.claim.modality in ACTUAL and s.on <= on and s.published is not None), key=lambda s: (s.on, s.id))
    groups: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    fought: dict[frozenset[str], list[int]] = defaultdict(list)
    for s in actual:
        if s.claim.kind in OFFENSIVE:
            fought[frozenset(x for r in ("actor", "other") if (x := _side(s, r, sides, s.on)))].append(s.on.toordinal())
    for s in said:
        if s.id in nested or not _pattern(s) or (s.claim.kind in OFFENSIVE and _going_on(s, fought, sides)):
            continue
        c = s.claim
        who = tuple(sorted(x for r in (c.actor, c.other) if r and (x := r.id or r.text)))
        groups[c.kind if c.kind not in OFFENSIVE else "attack", c.aspect, who, c.place.id or c.place.text if c.place else None].append(s)
    out = []
    for key, group in sorted(groups.items(), key=lambda kv: str(kv[0])):
        group.sort(key=lambda s: (s.known, s.id))
        s = group[0]
        c = s.claim
        first = s.published or on
        until = c.valid_to if c.valid_to and c.valid_to > first else first + timedelta(days=max(HORIZON[g.claim.modality] for g in group))
        later = [x for x in actual if x.on > first and x.on <= until and x.claim.report != c.report]
        met = [x for x in later if any(same_event(s, x, sides) for s in inside_of(group, inside))]
        true = [x for x in later if same_event(s, x, sides)]
        false = [x for x in later if opposite(s, x, sides)]
        condition = next((g.claim.condition for g in group if g.claim.condition), None)
        if true:
            state, decided = "came true", true[:3]
        elif false:
            state, decided = "did not come true", false[:3]
        elif on > until:
            state, decided = "lapsed", []
        elif met:
            state, decided = "condition met", met[:3]
        else:
            state, decided = "open", []
        voices = tuple(dict.fromkeys(f"{g.claim.said_by} (in {g.source})" if g.claim.said_by else g.source for g in group))

        def name(role: str, c=c) -> str | None:  # type: ignore[no-untyped-def]
            r = getattr(c, role)
            return r.label if r else None

        out.append(Expectation(digest(["expectation", [str(k) for k in key]]), c.kind, c.aspect, name("actor"), name("other"), name("place"), c.modality, condition, voices,
                               first, until, state, tuple(x.id for x in decided), c.quote, tuple(g.id for g in group), bool(met)))  # fmt: skip
    order = {"open": 0, "condition met": 1, "came true": 2, "did not come true": 3, "lapsed": 4}
    return sorted(out, key=lambda e: (order[e.state], -e.first_said.toordinal(), e.place or "", e.actor or "", e.id))


def inside_of(group: Sequence[Stored], inside: dict[str, list[Stored]]) -> list[Stored]:
    return [o for g in group for o in inside.get(g.id, [])]


_ASPECTS = {
    ("control", "gains"): "{a} takes {p}", ("control", "holds"): "{a} keeps {p}", ("control", "loses"): "{a} loses {p}", ("control", "contests"): "{a} contests {p}",
    ("control", "besieges"): "{a} besieges {p}", ("presence", "arrives"): "{a} moves to {p}", ("presence", "leaves"): "{a} leaves {p}", ("presence", "located"): "{a} stays in {p}",
    ("fight", None): "{a} fights {o}", ("strike", None): "{a} strikes {o}", ("support", "backs"): "{a} backs {o}", ("support", "allied"): "{a} allies with {o}",
    ("hostility", None): "{a} turns on {o}", ("agreement", "made"): "{a} agrees{w}", ("agreement", "holds"): "{a} keeps to an agreement{w}", ("agreement", "broken"): "{a} breaks an agreement{w}",
    ("agreement", "sought"): "{a} seeks an agreement{w}", ("access", "blocked"): "{a} blocks {p}", ("access", "opened"): "{a} opens {p}", ("situation", "fighting"): "fighting in {p}",
    ("situation", "calm"): "calm in {p}", ("situation", "tense"): "tension in {p}", ("harm", "killed"): "deaths of {o}", ("harm", "displaced"): "displacement of {o}",
    ("harm", "wounded"): "wounding of {o}", ("harm", "detained"): "detention of {o}", ("identity", "part_of"): "{a} becomes part of {o}",
}  # fmt: skip


def tell(e: Expectation) -> str:
    """One line: what is expected."""
    form = _ASPECTS.get((e.kind, e.aspect), "{a} " + e.kind)
    line = form.format(a=e.actor or "somebody", o=e.other or "somebody", p=e.place or "somewhere", w=f" with {e.other}" if e.other else "")
    return line + (f" ({e.place})" if e.place and "{p}" not in form else "")
