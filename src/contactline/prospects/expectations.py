"""Expectations: claims about what is to come, kept with who says so and decided by what was said later."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from contactline.model import ACTUAL, PROSPECTIVE, Claim, Expectation, Role, Stored, digest
from contactline.picture.history import History
from contactline.picture.sides import Sides
from contactline.prospects.matching import (
    OFFENSIVE,
    Later,
    Share,
    both,
    opposite,
    same_event,
    side,
    stays,
)

HORIZON = {
    "expected": 180,
    "intended": 365,
    "conditional": 365,
}  # days, where the report gives no date itself


READ = 0.45  # an expectation read with less is not kept as one
ALREADY = 0.7  # what the picture gives a side on the day before is not expected of it


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
        out[s.id] = [o for o in by_sentence[c.report, c.start] if o.id != s.id and _within(o, s)]
    return out


def _within(o: Stored, s: Stored) -> bool:
    """All roles of a claim stand in the condition's words of another, or of itself: "if Turkey attacks Alpha" expects no attack."""
    at = s.claim.quote.find(s.claim.condition) if s.claim.condition else -1
    first, last = s.claim.start + at, s.claim.start + at + len(s.claim.condition or "")
    named = [r for r in (o.claim.actor, o.claim.other, o.claim.place) if r is not None]
    return at >= 0 and all(r.start is None or first <= r.start < last for r in named)


FORETOLD = frozenset(
    {
        "gains",
        "loses",
        "besieges",
        "arrives",
        "leaves",
        "made",
        "broken",
        "blocked",
        "opened",
        "backs",
        "calm",
        "fighting",
        "tense",
    }
)
NEARLY = 0.8
# what stands between two names of a list
_LISTED = re.compile(
    r"[\s,;]*(?:(?:and|&|or|with|the|its|their|backed by|as well as|other|allied|together with|alongside)[\s,;-]+)*",
    re.I,
)
GOING_ON = 90  # days: who struck a place so lately strikes on, and that is no forecast
AT_WAR = 365  # days: two that fought, or one that backed the other, within a year go on doing so


def _pattern(s: Stored) -> bool:
    """Whether the claim foretells something that can be decided: a change, by a known party, at a place that is one.

    That a party stays where it is, belongs to another or is somebody's enemy foretells no event; "we" and "they" are
    nobody, "areas" and "the last stronghold" no place that a later report could name.
    """
    c = s.claim
    if (c.kind not in OFFENSIVE and c.aspect not in FORETOLD) or not forward(c):
        return False
    if c.actor is not None and not _party(c.actor):
        return False
    roles = sum(r is not None and _party(r) for r in (c.actor, c.other))
    where = (
        c.place is not None
        and c.place.lat is not None
        and c.place.feature not in ("country", "continent", "sea")
        and (c.place.confidence is None or c.place.confidence >= PLACED)
    )
    if c.kind in ("presence", "control", "access"):
        return where and (roles > 0 or c.kind == "access")
    return (
        where
        if c.kind == "situation"
        else roles == 2 or (where and roles == 1 and c.kind in OFFENSIVE)
    )


def forward(c: Claim) -> bool:
    """Whether the sentence looks ahead from its own day: an attempt that is told as over expects nothing.

    A move of fighters ("tried to infiltrate", "could use the road"), an attack and a closed road need somebody who says
    that they will be; who keeps on fighting, nowhere in particular, begins nothing.
    """
    nowhere = c.kind in OFFENSIVE and (
        c.place is None or c.place.feature in ("country", "continent")
    )
    if (
        c.kind in OFFENSIVE
        or c.kind == "access"
        or (c.kind == "presence" and c.aspect == "arrives")
    ):
        return (
            bool(_WILL.search(c.quote))
            and not (nowhere and _ON.search(c.quote))
            and not _ANY.search(c.quote)
        )
    return not _TRIED.search(c.quote) or bool(_WILL.search(c.quote))


_ON = re.compile(r"\b(?:continu\w+|keep(?:s|ing)? (?:up|on|fighting)|go(?:es)? on|still)\b", re.I)
_ANY = re.compile(r"\bany (?:attempts?|moves?|attacks?|advances?)\b", re.I)
_TRIED = re.compile(
    r"\b(?:tried|attempted|failed|sought|abortive|foiled|thwarted|repelled|were (?:trying|attempting)|(?:their|an|its|another|the|any) attempts?)\b",
    re.I,
)
_WILL = re.compile(
    r"\b(?:will|would|shall|won['’]t|going to|plan(?:s|ned|ning)?|aim(?:s|ed|ing)?|intend\w*|intention|vow\w*|pledg\w*|promis\w*|threat\w*|prepar\w*|expect\w*|likely|poised|set to|about to|due to|until|"
    r"order(?:s|ed)? (?:to|its|the|his)|to be (?:sent|deployed|moved)|determin\w*|ready to|want(?:s|ed)? to|hop(?:e|es|ing) to|offensive (?:to|for|aimed)|operations? (?:to|aimed)|campaign to|agree(?:d|s)? (?:to|that)|deal|unless|if)\b",
    re.I,
)


def _party(r: Role) -> bool:
    """Somebody that a later report could name again: known to the catalogue, or new and called by a proper name."""
    if r.id is None or not r.id.startswith("actor:") or r.text.lower() in NOBODY:
        return False
    return r.confidence is None or r.confidence >= KNOWN or r.text.split()[-1][:1].isupper()


KNOWN = 0.5  # parties that the naming is less sure of were never heard of before
NOBODY = frozenset(
    {
        "we",
        "us",
        "they",
        "them",
        "he",
        "she",
        "it",
        "i",
        "you",
        "who",
        "which",
        "those",
        "others",
        "people",
        "his",
        "her",
        "their",
        "our",
        "its",
        "all",
        "both",
    }
)
PLACED = 0.4  # a place known with less confidence is no place to decide by


class _Known:
    """What was known of the world when something was expected: who held what, who fought whom."""

    def __init__(self, actual: Sequence[Stored], sides: Sides, share: Share | None) -> None:
        self.sides, self.share = sides, share
        self.between: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
        self.struck: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.standing: dict[frozenset[str], list[int]] = defaultdict(
            lambda: [0, 0]
        )  # how often together, how often against
        for s in actual:
            c = s.claim
            if c.kind in OFFENSIVE or c.kind == "support":
                who = both(s, sides, s.on)
                self.between[
                    "war" if c.kind in OFFENSIVE else "support", frozenset(who.values())
                ].append(s.on.toordinal())
                self.standing[frozenset(who.values())][c.kind in OFFENSIVE] += 1
                if c.kind in OFFENSIVE and c.place and c.place.id:
                    for x in set(who.values()):
                        self.struck[x, c.place.id].append(s.on.toordinal())

    def friends(self, a: str, b: str) -> bool:
        """Said to back each other at least twice, and more often than to fight."""
        together, against = self.standing.get(frozenset((a, b)), (0, 0))
        return a != b and together >= 2 and together > against

    def enemies(self, a: str, b: str) -> bool:
        """Said to fight each other, and more often than to stand together."""
        together, against = self.standing.get(frozenset((a, b)), (0, 0))
        return a != b and against > together

    def going_on(self, s: Stored) -> bool:
        """The two are at war or allied already, or the one has struck that place within the last months."""
        c = s.claim
        if c.kind not in OFFENSIVE and c.kind != "support":
            return False
        day = (s.published or s.on).toordinal()
        who = both(s, self.sides, s.on)
        runs = (
            [
                (
                    self.between.get(
                        ("war" if c.kind in OFFENSIVE else "support", frozenset(who.values())), []
                    ),
                    AT_WAR,
                )
            ]
            if len(set(who.values())) == 2
            else []
        )
        if c.kind in OFFENSIVE and c.place and c.place.id and "actor" in who:
            runs = [(self.struck.get((who["actor"], c.place.id), []), GOING_ON)]
        return any(
            (at := bisect_right(days, day)) > 0 and day - days[at - 1] <= window
            for days, window in runs
        )

    def already(self, s: Stored) -> bool:
        """The picture gives the place to who is to take it or to come there, or not at all to who is to lose it."""
        c = s.claim
        who = side(s, "actor", self.sides, s.on)
        if (
            self.share is None
            or (c.kind != "control" and c.aspect != "arrives")
            or c.place is None
            or c.place.id is None
            or who is None
        ):
            return False
        p = self.share(c.place.id, who, (s.published or s.on) - timedelta(days=1))
        return p is not None and (
            (c.aspect in ("gains", "arrives") and p >= ALREADY)
            or (c.aspect == "loses" and p <= 1 - ALREADY)
        )


def _said_better(said: Sequence[Stored]) -> set[str]:
    """Claims of a sentence that another of it says better: "an offensive to take Alpha from the rebels" is one expectation.

    The attack on a place that is to be taken, and the loss of whom it is to be taken from, are parts of its taking.
    """
    gains = {
        (s.claim.report, s.claim.start, s.claim.place.id)
        for s in said
        if s.claim.kind == "control" and s.claim.aspect == "gains" and s.claim.place
    }
    part = {
        ("control", "loses"),
        ("control", "contests"),
        ("fight", None),
        ("strike", None),
        ("presence", "arrives"),
        ("situation", "fighting"),
    }
    return {
        s.id
        for s in said
        if (s.claim.kind, s.claim.aspect) in part
        and s.claim.place
        and (s.claim.report, s.claim.start, s.claim.place.id) in gains
    }


def _together(kept: Sequence[Stored]) -> list[tuple[Stored, list[Stored]]]:
    """Parties named side by side that are to take, leave or strike the same place do it together: the first, and the others.

    Of parties named apart in the sentence only one can be meant: among those read about as surely as any, the last
    ("militants answered an offensive of the government that began with the aim of taking Alpha").
    """
    same: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    for s in kept:
        c = s.claim
        same[
            (c.report, c.start, c.kind, c.aspect, c.place.id)
            if c.place is not None and c.place.id and c.kind in ("control", "presence", "strike")
            else (s.id,)
        ].append(s)
    out = []
    for group in same.values():
        group.sort(key=lambda s: ((s.claim.actor.start or 0) if s.claim.actor else 0, s.id))
        runs: list[list[Stored]] = []
        for s in group:
            last, now = (runs[-1][-1].claim.actor if runs else None), s.claim.actor
            if (
                last is not None
                and now is not None
                and _LISTED.fullmatch(
                    s.claim.quote,
                    (last.end or s.claim.start) - s.claim.start,
                    (now.start or s.claim.start) - s.claim.start,
                )
            ):
                runs[-1].append(s)
            else:
                runs.append([s])
        sure = [max(s.claim.confidence for s in run) for run in runs]
        best = [run for run, p in zip(runs, sure, strict=True) if p >= NEARLY * max(sure)][-1]
        out.append((best[0], best[1:]))
    return out


def expectations(
    claims: Sequence[Stored],
    sides: Sides,
    on: date,
    past: frozenset[str] = frozenset(),
    share: Share | None = None,
) -> list[Expectation]:
    """Expectations said by `on`, the same one from several reports once, with its state on that day.

    `past`: reports that tell of long ago; what somebody there once aimed at is history and expects nothing now.
    `share`: how much of a place the picture gives a side on a day, so that a claim all others contradict decides nothing.
    """
    said = [
        s
        for s in claims
        if s.claim.modality in PROSPECTIVE
        and (s.known <= on or s.published is None)
        and s.claim.report not in past
        and s.claim.confidence >= READ
    ]
    inside = _conditions(said)
    left = (
        {o.id for found in inside.values() for o in found}
        | _said_better(said)
        | {
            s.id
            for s in said
            if s.claim.actor and s.claim.actor.start is not None and _within(s, s)
        }
    )
    actual = sorted(
        (
            s
            for s in claims
            if s.claim.modality in ACTUAL and s.on <= on and s.published is not None
        ),
        key=lambda s: (s.on, s.id),
    )
    known, later_of = _Known(actual, sides, share), Later(actual, sides)
    kept = [
        s
        for s in said
        if s.id not in left and _pattern(s) and not known.already(s) and not known.going_on(s)
    ]
    groups: dict[tuple[object, ...], list[Stored]] = defaultdict(list)
    for s, others in _together(kept):
        c = s.claim
        who = tuple(
            sorted(
                {
                    x
                    for o in (s, *others)
                    for r in (o.claim.actor, o.claim.other)
                    if r and (x := r.id or r.text)
                }
            )
        )
        groups[
            c.kind if c.kind not in OFFENSIVE else "attack",
            c.aspect,
            who,
            c.place.id or c.place.text if c.place else None,
        ] += [s, *others]
    out = []
    for key, group in sorted(groups.items(), key=lambda kv: str(kv[0])):
        group.sort(key=lambda s: (s.known, s.id))
        s = group[0]
        c = s.claim
        first = s.published or on
        until = (
            c.valid_to
            if c.valid_to and c.valid_to > first
            else first + timedelta(days=max(HORIZON[g.claim.modality] for g in group))
        )
        reports = {g.claim.report for g in group}

        def within(
            found: Sequence[Stored],
            first: date = first,
            until: date = until,
            reports: set[str] = reports,
        ) -> list[Stored]:
            return [x for x in found if first < x.on <= until and x.claim.report not in reports]

        later = within(later_of.about(s, sides))
        one_of = list({g.claim.actor.id if g.claim.actor else None: g for g in group}.values())
        true = [
            x for x in later if any(same_event(g, x, sides, share, known.friends) for g in one_of)
        ]
        false = [
            x for x in later if all(opposite(g, x, sides, share, known.enemies) for g in one_of)
        ]
        met = [
            x
            for o in inside_of(group, inside)
            for x in within(later_of.about(o, sides))
            if same_event(o, x, sides, share)
        ]
        condition = next((g.claim.condition for g in group if g.claim.condition), None)
        if true:
            state, decided = "came true", true[:3]
        elif false and stays(false[-1], sides, share, min(on, until)):
            state, decided = "did not come true", false[:3]
        elif on > until:
            state, decided = "lapsed", []
        elif met:
            state, decided = "condition met", met[:3]
        else:
            state, decided = "open", []
        voices = tuple(
            dict.fromkeys(
                f"{g.claim.said_by} (in {g.source})" if g.claim.said_by else g.source for g in group
            )
        )

        def name(role: str, of: Sequence[Stored] = one_of) -> str | None:
            found = dict.fromkeys(r.label for g in of if (r := getattr(g.claim, role)))
            return " and ".join(list(found)[:3]) or None

        out.append(
            Expectation(
                digest(["expectation", [str(k) for k in key]]),
                c.kind,
                c.aspect,
                name("actor"),
                name("other"),
                name("place"),
                c.modality,
                condition,
                voices,
                first,
                until,
                state,
                tuple(x.id for x in decided),
                c.quote,
                tuple(g.id for g in group),
                bool(met),
                len(later),
            )
        )
    order = {"open": 0, "condition met": 1, "came true": 2, "did not come true": 3, "lapsed": 4}
    return sorted(
        out,
        key=lambda e: (
            order[e.state],
            -e.first_said.toordinal(),
            e.place or "",
            e.actor or "",
            e.id,
        ),
    )


def expected_on(stage: History, on: date) -> list[Expectation]:
    """All expectations of a staged ledger, decided with what its picture believes."""
    return expectations(stage.claims, stage.sides, on, stage.past, stage.share)


def inside_of(group: Sequence[Stored], inside: dict[str, list[Stored]]) -> list[Stored]:
    return [o for g in group for o in inside.get(g.id, [])]


_ASPECTS = {
    ("control", "gains"): "{a} takes {p}",
    ("control", "holds"): "{a} keeps {p}",
    ("control", "loses"): "{a} loses {p}",
    ("control", "contests"): "{a} contests {p}",
    ("control", "besieges"): "{a} besieges {p}",
    ("presence", "arrives"): "{a} moves to {p}",
    ("presence", "leaves"): "{a} leaves {p}",
    ("presence", "located"): "{a} stays in {p}",
    ("fight", None): "{a} fights {o}",
    ("strike", None): "{a} strikes {o}",
    ("support", "backs"): "{a} backs {o}",
    ("support", "allied"): "{a} allies with {o}",
    ("hostility", None): "{a} turns on {o}",
    ("agreement", "made"): "{a} agrees{w}",
    ("agreement", "holds"): "{a} keeps to an agreement{w}",
    ("agreement", "broken"): "{a} breaks an agreement{w}",
    ("agreement", "sought"): "{a} seeks an agreement{w}",
    ("access", "blocked"): "{a} blocks {p}",
    ("access", "opened"): "{a} opens {p}",
    ("situation", "fighting"): "fighting in {p}",
    ("situation", "calm"): "calm in {p}",
    ("situation", "tense"): "tension in {p}",
    ("harm", "killed"): "deaths of {o}",
    ("harm", "displaced"): "displacement of {o}",
    ("harm", "wounded"): "wounding of {o}",
    ("harm", "detained"): "detention of {o}",
    ("identity", "part_of"): "{a} becomes part of {o}",
}


def tell(e: Expectation) -> str:
    """One line: what is expected."""
    form = _ASPECTS.get((e.kind, e.aspect), "{a} " + e.kind)
    line = form.format(
        a=e.actor or "somebody",
        o=e.other or "somebody",
        p=e.place or "somewhere",
        w=f" with {e.other}" if e.other else "",
    )
    return line + (f" ({e.place})" if e.place and e.place != e.other and "{p}" not in form else "")


def was_decided(e: Expectation) -> bool:
    """Later reports could have told of it. What lapsed unspoken of is decided neither way: silence is no outcome."""
    return e.state in ("came true", "did not come true") or (e.state == "lapsed" and e.later > 0)


def outcome(e: Expectation) -> str:
    """The state in words; of what lapsed, how much was read since about its place or parties."""
    if e.state != "lapsed":
        return e.state
    return (
        f"lapsed: none of {e.later} later claims says so"
        if e.later > 1
        else "lapsed: the one later claim does not say so"
        if e.later
        else "lapsed: nothing more was read about it"
    )
