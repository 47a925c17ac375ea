"""Claims before naming: scored labels put together, and how each is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contactline.model import ACTUAL, PROSPECTIVE, Claim
from contactline.reading import cues
from contactline.reading.labels import MODALITIES
from contactline.reading.model import Mention, Scored

ACTOR, PLACE, OBJECT = 0, 1, 2
EITHER_WAY = (
    "fight",
    "support.allied",
    "identity.same_as",
)  # said of two, whoever is named first


@dataclass(slots=True)
class Draft:
    """A claim before naming: role mentions as (sentence, first word, past the last word)."""

    kind: str
    aspect: str | None
    score: float
    sentence: int
    modality: str
    word: int
    actor: Mention | None = None
    other: Mention | None = None
    place: Mention | None = None
    classes: tuple[float, float, float] = (1.0, 0.0, 0.0)


def _modality(scored: Scored) -> tuple[str, tuple[float, float, float]]:
    p = scored.modality
    classes = (float(p[0] + p[1]), float(p[2]), float(p[3] + p[4] + p[5]))
    best = int(np.argmax(classes))
    inside = {0: (0, 1), 1: (2,), 2: (3, 4, 5)}[best]
    return MODALITIES[max(inside, key=lambda i: p[i])], classes


CUE = 0.5  # what a cue before the claim's word adds to the model's probability of its class
LEADS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "all",
        "most",
        "parts",
        "city",
        "town",
        "village",
        "district",
        "area",
        "areas",
        "in",
        "on",
        "into",
        "from",
        "to",
        "towards",
        "at",
        "remaining",
        "entire",
        "whole",
        "rest",
    ]
)


LEAVING = frozenset(
    [
        "leave",
        "leaving",
        "withdraw",
        "withdrawal",
        "withdrawing",
        "pull",
        "pulling",
        "pullout",
        "depart",
        "departure",
        "exit",
        "remove",
        "removal",
        "removed",
        "expel",
        "evacuate",
        "evacuation",
    ]
)


def meant(
    words: list[str],
    d: Draft,
    modality: Callable[[list[str], int], str | None] = cues.modality,
) -> str:
    """How a claim is meant: the model's classes, leant on by the words before the one that says it.

    The words right before a place that is taken, lost or reached ("an offensive to surround Alpha")
    decide by themselves: the word that the model attends to may be another ("offensive").
    """
    if (
        d.kind in ("control", "presence", "access")
        and d.aspect not in ("located", "holds")
        and d.place is not None
        and d.place.sentence == d.sentence
    ):
        at = d.place.start
        while at > 0 and words[at - 1].lower() in LEADS:
            at -= 1
        plainly = modality(words, at) if at else None
        if plainly in ("denied", "intended", "expected"):
            return plainly
    if d.kind == "harm" and d.other is not None and d.other.sentence == d.sentence:
        first = d.other.start
        if words[first].lower() == "no" or (first and words[first - 1].lower() == "no"):
            return "denied"  # "no civilians were harmed"
    if d.kind == "control" and (_excepted(words, d) or _beyond_control(words, d)):
        return "denied"
    if d.aspect == "located" and words[d.word].lower() in LEAVING:
        return "stated"  # who is to leave is there
    cue = modality(words, d.word)
    if d.kind == "hostility" and cue in PROSPECTIVE:
        cue = None  # a threat is made, whatever it threatens with
    classes = list(d.classes)
    if cue:
        classes[1 if cue == "denied" else 2] += CUE
    best = int(np.argmax(classes))
    if best == 0:
        return d.modality if d.modality in ACTUAL else "stated"
    if best == 1:
        return "denied"
    return cue if cue in PROSPECTIVE else d.modality if d.modality in PROSPECTIVE else "expected"


def _excepted(words: list[str], d: Draft) -> bool:
    """ "The army holds Alpha, except for parts of Beta": it does not hold Beta."""
    who, place = d.actor, d.place
    if who is None or place is None or not who.sentence == place.sentence == d.sentence:
        return False
    between = [w.lower() for w in words[who.end : place.start]]
    return "except" in between or ("exception" in between and "with" in between)


def _beyond_control(words: list[str], d: Draft) -> bool:
    """ "Alpha remains outside of the army's control", "Alpha was not under the army's control"."""
    who = d.actor
    if d.aspect != "holds" or who is None or who.sentence != d.sentence:
        return False
    before = [w.lower() for w in words[max(0, who.start - 3) : who.start]]
    after = [w.lower() for w in words[who.end : who.end + 3]]
    if "control" not in after and "rule" not in after:
        return False
    earlier = [w.lower() for w in words[max(0, who.start - 6) : who.start]]
    under = "under" in before and any(w in ("not", "n't", "never") for w in earlier)
    return "outside" in before or "beyond" in before or under


def assemble(
    i: int, scored: list[Scored], partner_at: float = 0.4, alike: float = 0.75
) -> list[Draft]:
    """Labels of pairs and single mentions put together: a fight with its place, a harm with who did
    it and where.
    """
    out: list[Draft] = []
    best: dict[tuple[str, int], list[tuple[float, Mention, Mention]]] = {}
    for s in scored:
        if s.y is not None:
            best.setdefault((s.label, id(s.x)), []).append((s.probability, s.x, s.y))

    def partner(label: str, m: Mention | None, floor: float = partner_at) -> Mention | None:
        found = [f for f in best.get((label, id(m)), []) if f[0] >= floor] if m is not None else []
        return max(found, key=lambda f: f[0])[2] if found else None

    def partners(label: str, m: Mention | None, floor: float = partner_at) -> list[Mention | None]:
        """All that go with a mention about as surely as the best does: the places of a list, one
        claim for each.
        """
        found = (
            sorted(
                (f for f in best.get((label, id(m)), []) if f[0] >= floor),
                key=lambda f: (-f[0], f[2].start),
            )
            if m is not None
            else []
        )
        return [*(f[2] for f in found[:12] if f[0] >= alike * found[0][0])] or [None]

    def partner_of(label: str, m: Mention, floor: float = partner_at) -> Mention | None:
        found = [
            f
            for (name, _), fs in best.items()
            if name == label
            for f in fs
            if f[2] is m and f[0] >= floor
        ]
        return max(found, key=lambda f: f[0])[1] if found else None

    fights: dict[tuple[int, int, int], list[Scored]] = {}
    for s in scored:
        kind, _, aspect = s.label.partition(".")
        modality, classes = _modality(s)
        d = Draft(kind, aspect or None, s.probability, i, modality, s.word, classes=classes)
        if s.y is not None and s.label in EITHER_WAY:
            a, b = sorted((s.x, s.y), key=lambda m: (m.sentence, m.start))
            fights.setdefault((EITHER_WAY.index(s.label), id(a), id(b)), []).append(s)
            continue
        if (
            s.label
            in (
                "control.holds",
                "control.gains",
                "control.loses",
                "control.contests",
                "control.besieges",
            )
            or kind == "presence"
            or (kind == "access" and s.y is not None and aspect != "kept_out")
        ):
            d.actor, d.place = s.x, s.y
            if kind == "access" and s.y is not None:
                d.other = partner_of("access.kept_out", s.y)
        elif s.label == "strike" and s.y is not None:
            d.actor, d.other = s.x, s.y
            if s.y.types[PLACE] > max(s.y.types[ACTOR], s.y.types[OBJECT]):
                d.place = partner("strike@", s.x) or s.y
            else:
                out += [replace(d, place=where) for where in partners("strike@", s.x)]
                continue
        elif kind in ("support", "hostility", "identity") and s.y is not None:
            d.actor, d.other = s.x, s.y
        elif kind == "agreement" and s.y is None:
            if s.x.types[PLACE] > s.x.types[ACTOR]:
                d.place = s.x
            else:
                d.actor, d.other, d.place = (
                    s.x,
                    partner("agreement.with", s.x),
                    partner("agreement@", s.x),
                )
        elif kind == "harm" and s.y is None:
            if s.x.types[PLACE] > max(s.x.types[OBJECT], s.x.types[ACTOR]):
                d.place = s.x
            else:
                d.other, d.actor = s.x, partner_of("harm.by", s.x)
                out += [replace(d, place=where) for where in partners("harm@", s.x)]
                continue
        elif kind in ("situation", "access") and s.y is None:
            d.place = s.x
        else:
            continue
        out.append(d)
    for pair in fights.values():
        a, b = sorted(
            (m for m in (pair[0].x, pair[0].y) if m is not None),
            key=lambda m: (m.sentence, m.start),
        )
        first = max(pair, key=lambda s: s.probability)
        modality, classes = _modality(first)
        kind, _, aspect = first.label.partition(".")
        score = sum(s.probability for s in pair) / 2.0
        found = (
            [p for p in partners("fight@", a) if p] or partners("fight@", b)
            if kind == "fight"
            else [None]
        )
        out += [
            Draft(kind, aspect or None, score, i, modality, first.word, a, b, place, classes)
            for place in found
        ]
    return out


def harmed_there(claims: Sequence[Claim], starts: Sequence[int]) -> list[Claim]:
    """Who is hurt and where is not said in one sentence always: "Alpha was shelled. Four people
    died." They died where the last sentences have the strike, clash or harm, if that is one place.

    `starts`: where each sentence of the report begins; `claims` in order.
    """
    number = {start: i for i, start in enumerate(starts)}
    out: list[Claim] = []
    for c in claims:
        here = number.get(c.start, 0)
        if c.kind == "harm" and c.place is None and c.modality in ACTUAL:
            near = [
                o
                for o in out
                if o.kind in HURTS
                and o.place
                and o.modality in ACTUAL
                and 0 <= here - number.get(o.start, 0) <= BACK
                and (o.valid_from == c.valid_from or not c.valid_from)
            ]
            if len({o.place.text for o in near if o.place}) == 1:
                c = replace(c, place=near[-1].place)
        out.append(c)
    return out


HURTS = frozenset(("strike", "fight", "harm"))
BACK = 3  # sentences back in which a role may be named
