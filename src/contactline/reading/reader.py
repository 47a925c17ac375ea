"""The default reader: sentences to claims with the words of their roles, before anybody knows who or where they are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import resources
from typing import Any

import numpy as np

from contactline.model import ACTUAL, PROSPECTIVE, Claim, Report, Role
from contactline.reading import ahead, cues
from contactline.reading.encoder import Encoder
from contactline.reading.fast import FastEncoder
from contactline.reading.fuse import fuse
from contactline.reading.labels import MODALITIES
from contactline.reading.model import Heads, Mention, Scored
from contactline.reading.patterns import Found, patterns
from contactline.reading.when import Timeline, When, pick
from contactline.reading.words import Sentence, sentences

VERSION = "3"
ACTOR, PLACE, OBJECT = 0, 1, 2
EITHER_WAY = ("fight", "support.allied", "identity.same_as")  # said of two, whoever is named first
AHEAD = 20  # words before the one that says it, in which something must point to what is not yet


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold for each kind, and steps from the model's score to how often such a claim was right.

    What is denied, and what is still to come, is right less often than what is told as a fact with the same score:
    `classes` holds for each of the two a threshold of its own and how much of the confidence is left.
    """

    thresholds: dict[str, float]
    steps: dict[str, list[tuple[float, float]]]
    classes: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def shipped(cls, name: str = "calibration.json") -> Calibration:
        raw = json.loads(
            resources.files("contactline.reading").joinpath("weights", name).read_text()
        )
        return cls(
            raw["thresholds"],
            {k: [tuple(x) for x in v] for k, v in raw["steps"].items()},
            {k: (v[0], v[1]) for k, v in raw.get("classes", {}).items()},
        )

    def confidence(self, kind: str, score: float, modality: str = "stated") -> float:
        steps = self.steps.get(kind) or self.steps.get("all") or [(0.0, 0.0), (1.0, 1.0)]
        return (
            float(np.interp(score, [s for s, _ in steps], [c for _, c in steps]))
            * self.classes.get(class_of(modality), (0.0, 1.0))[1]
        )

    def passes(self, kind: str, score: float, modality: str) -> bool:
        return score >= max(
            self.thresholds.get(kind, 0.5), self.classes.get(class_of(modality), (0.0, 1.0))[0]
        )


def class_of(modality: str) -> str:
    return "actual" if modality in ACTUAL else "denied" if modality == "denied" else "ahead"


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


@dataclass(slots=True)
class Reading:
    """What one report gave: claims with surface roles, and the offsets of all place mentions."""

    claims: list[Claim]
    places: list[tuple[int, int]]
    sentences: int = 0
    learnt: list[Found] = field(default_factory=list)


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


def meant(words: list[str], d: Draft) -> str:
    """How a claim is meant: the model's classes, leant on by the words before the one that says it.

    The words right before a place that is taken, lost or reached ("an offensive to surround Alpha") decide by
    themselves: the word that the model attends to may be another ("offensive").
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
        plainly = cues.modality(words, at) if at else None
        if plainly in ("denied", "intended", "expected"):
            return plainly
    cue = cues.modality(words, d.word)
    classes = list(d.classes)
    if cue:
        classes[1 if cue == "denied" else 2] += CUE
    best = int(np.argmax(classes))
    if best == 0:
        return d.modality if d.modality in ACTUAL else "stated"
    if best == 1:
        return "denied"
    return cue if cue in PROSPECTIVE else d.modality if d.modality in PROSPECTIVE else "expected"


class Reader:
    """`read(report)` gives claims whose roles hold only the report's own words; naming comes after."""

    name = "standard"
    calibrated = "calibration.json"

    def __init__(self, threads: int = 0) -> None:
        self.encoder: Encoder | FastEncoder = self._encoder(threads)
        self.heads = Heads()
        self.calibration = Calibration.shipped(self.calibrated)

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return Encoder(threads)

    def settings(self) -> dict[str, Any]:
        return {"thresholds": self.calibration.thresholds, "classes": self.calibration.classes}

    def read(self, report: Report) -> Reading:
        text = report.text
        sents = sentences(text, 0, report.article_end)
        if report.unread or not sents:
            return Reading([], [])
        found, mentions = self.drafts(sents)
        times = Timeline(report.published, report.title, text[: report.article_end])
        when = [times.sentence(text, s) for s in sents]
        story = _story(when, times.dated)
        out: dict[tuple[Any, ...], Claim] = {}
        for d in found:
            if d.score < self.calibration.thresholds.get(d.kind, 0.5):
                continue
            claim = self._claim(report, sents, d, when[d.sentence], story[d.sentence])
            if not self.calibration.passes(d.kind, d.score, claim.modality) or (
                claim.aspect == "besieges" and cues.siege_ends(claim.quote[:600])
            ):
                continue
            key = (
                claim.kind,
                claim.aspect,
                claim.modality,
                claim.start,
                *((r.start, r.end) if r else None for r in (claim.actor, claim.other, claim.place)),
            )
            if key not in out or out[key].confidence < claim.confidence:
                out[key] = claim
        extra = [f for i, s in enumerate(sents) for f in patterns(text, s, i)]
        for f in extra:
            claim = self._pattern_claim(
                report, sents[f.sentence], f, when[f.sentence], story[f.sentence]
            )
            same = [
                c
                for c in out.values()
                if c.start == claim.start
                and c.kind == claim.kind
                and c.aspect == claim.aspect
                and _meets(c.actor, claim.actor)
                and _meets(c.other, claim.other)
                and _meets(c.place, claim.place)
            ]
            if not same:
                out[(claim.kind, claim.aspect, claim.start, f.a, f.b)] = claim
        places = [
            (sents[m.sentence].words[m.start].start, sents[m.sentence].words[m.end - 1].end)
            for m in mentions
            if m.types[PLACE] > 0.4
        ]
        places += [
            (c.place.start, c.place.end)
            for c in out.values()
            if c.place and c.place.start is not None and c.place.end is not None
        ]
        claims = sorted(
            out.values(),
            key=lambda c: (
                c.start,
                c.kind,
                c.aspect or "",
                c.actor.start or 0 if c.actor else 0,
                c.other.start or 0 if c.other else 0,
                c.place.start or 0 if c.place else 0,
            ),
        )
        claims = ahead.claims(report, sents, ahead.spans(mentions), claims)
        return Reading(claims, sorted(set(places)), len(sents), extra)

    def places(self, report: Report, floor: float = 0.5) -> list[tuple[int, int]]:
        """Offsets of every place named in a text, war or not: the entity head's spans, and places the claims' mentions know of."""
        text = report.text
        sents = sentences(text, 0, report.article_end)
        out: list[tuple[int, int]] = []
        for i, h in self.encoder.vectors(sents, every=True):
            words = sents[i].words
            p = self.heads.entities(h)
            k = 0
            while k < len(words):
                if p[k, 0] + p[k, 1] >= floor and words[k].text[:1].isalnum():
                    end = k + 1
                    if (
                        k >= 2
                        and words[k - 1].text == ","
                        and words[k - 2].text[:1].isupper()
                        and not any(b >= words[k - 2].end for _, b in out)
                        and (
                            k == 2
                            or words[k - 3].text.lower()
                            in ("in", "at", "near", "of", "from", ":", "(", "to", "and", ";", "\n")
                        )
                    ):
                        out.append(
                            (words[k - 2].start, words[k - 2].end)
                        )  # "Hit, Anbar province": a name before its container
                    while end < len(words) and p[end, 1] >= 0.5 * floor and p[end, 1] > p[end, 0]:
                        end += 1
                    while end > k and not words[end - 1].text[-1:].isalnum():
                        end -= 1
                    out.append((words[k].start, words[end - 1].end))
                    k = end
                else:
                    k += 1
            for m in self.heads.mentions(i, h):
                a, b = words[m.start].start, words[m.end - 1].end
                if (
                    m.types[PLACE] > 0.6
                    and any(c.isupper() for c in text[a:b])
                    and not any(a < y and x < b for x, y in out)
                ):
                    out.append((a, b))
        return sorted(set(out))

    def drafts(self, sents: Sequence[Sentence]) -> tuple[list[Draft], list[Mention]]:
        """Every candidate claim with its score, none yet thresholded."""
        out: list[Draft] = []
        everyone: list[Mention] = []
        recent: list[list[Mention]] = []
        for i, h in self.encoder.vectors(sents):
            here = self.heads.mentions(i, h)
            near = sorted(
                (m for group in recent[-2:] for m in group),
                key=lambda m: (-m.sentence, -float(m.types.max())),
            )[:6]
            words = [w.text for w in sents[i].words]
            out += _assemble(i, fuse(i, words, here, self.heads.score(i, h, here, near)))
            recent.append(here)
            everyone += here
        return out, everyone

    def _role(self, report: Report, sents: Sequence[Sentence], m: Mention | None) -> Role | None:
        if m is None:
            return None
        words = sents[m.sentence].words
        start, end = words[m.start].start, words[m.end - 1].end
        return Role(report.text[start:end], start=start, end=end)

    def _claim(
        self,
        report: Report,
        sents: Sequence[Sentence],
        d: Draft,
        when: list[When],
        story: When | None,
    ) -> Claim:
        s = sents[d.sentence]
        quote = report.text[s.start : s.end]
        near = quote[:1200]  # cues stand close by; a line of a megabyte must not cost a second
        modality = meant([w.text for w in s.words], d)
        if modality in ("expected", "intended", "conditional"):
            here = " ".join(w.text for w in s.words[max(0, d.word - AHEAD) : d.word + 5])
            if not cues.looks_ahead(here if modality != "conditional" else near):
                modality = "stated"  # "suspected attack on rebel-held Alpha" expects nothing
        voice = (
            cues.said_by(near)
            if modality in ("reported", "denied", "expected", "intended", "stated")
            else None
        )
        if modality == "stated" and (
            cues.heard(near) or (voice and re.search(r"\b[Aa]ccording to\b", near))
        ):
            modality = "reported"
        if modality == "stated":
            voice = None
        place = self._role(report, sents, d.place)
        how_much = None
        if d.kind == "agreement" and modality in ("stated", "reported"):
            d.aspect = cues.agreement_aspect(near, d.aspect)
        if d.kind == "situation":
            before = (
                report.text[sents[d.sentence - 1].start : sents[d.sentence - 1].end]
                if d.sentence
                else ""
            )
            how_much = "pocket" if cues.pockets(near) or cues.pockets(before) else None
        actor = self._role(report, sents, d.actor)
        if (
            d.kind == "presence"
            and d.aspect
            and d.place is not None
            and d.place.sentence == d.sentence
        ):
            d.aspect = cues.direction([w.text for w in s.words], d.place.start, d.aspect)
        if (
            d.kind == "control"
            and d.aspect == "gains"
            and actor
            and actor.start is not None
            and cues.taken_from(report.text[max(s.start, actor.start - 120) : actor.start])
        ):
            d.aspect = "loses"
        if d.kind == "control" and place and place.start is not None:
            how_much = cues.extent(
                place.text, report.text[max(s.start, place.start - 40) : place.start]
            )
        other = self._role(report, sents, d.other)
        at = s.words[min(d.word, len(s.words) - 1)].start
        w = pick(when, at, (s.start, s.end), modality in PROSPECTIVE) or (
            story
            if d.kind not in ("identity", "support", "hostility")
            and d.aspect not in ("holds", "located")
            and modality in ("stated", "reported", "denied")
            and not cues.goes_on(near)
            else None
        )
        first, last, precision = (w.first, w.last, w.precision) if w else (None, None, None)
        if (
            modality in ("expected", "intended", "conditional")
            and w
            and report.published
            and w.first < report.published - timedelta(days=2)
            and not when
        ):
            first = last = precision = None
        return Claim(
            report.id,
            d.kind,
            d.aspect,
            actor,
            other,
            place,
            modality,
            quote,
            s.start,
            s.end,
            self.calibration.confidence(d.kind, d.score, modality),
            voice,
            cues.condition(near, modality),
            how_much,
            cues.number(other.text) if d.kind == "harm" and other else None,
            first,
            last,
            precision,
        )

    def _pattern_claim(
        self, report: Report, s: Sentence, f: Found, when: list[When], story: When | None
    ) -> Claim:
        def role(span: tuple[int, int] | None) -> Role | None:
            return (
                Role(report.text[span[0] : span[1]], start=span[0], end=span[1]) if span else None
            )

        place = role(f.a) if f.kind == "situation" else None
        return Claim(
            report.id,
            f.kind,
            f.aspect,
            None if place else role(f.a),
            role(f.b),
            place,
            "stated",
            report.text[s.start : s.end],
            s.start,
            s.end,
            f.confidence,
        )


class FastReader(Reader):
    """The same reading without the transformer: for very many reports, or where every second counts."""

    name = "fast"
    calibrated = "calibration_fast.json"

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return FastEncoder(threads)


def _meets(a: Role | None, b: Role | None) -> bool:
    if a is None or b is None:
        return a is b or b is None
    return (a.start or 0) < (b.end or 0) and (b.start or 0) < (a.end or 0)


def _story(when: Sequence[list[When]], dated: int) -> list[When | None]:
    """In a chronicle (four dated days or more) a sentence without a date goes on from the last day told."""
    out: list[When | None] = []
    last: When | None = None
    for found in when:
        for w in found:
            if w.precision in ("day", "month") and not w.since:
                last = w
        out.append(
            When(last.start, last.end, last.first, last.last, "month")
            if dated >= 4 and last and not found
            else None
        )
    return out


def _assemble(i: int, scored: list[Scored]) -> list[Draft]:
    """Labels of pairs and single mentions put together: a fight with its place, a harm with who did it and where."""
    out: list[Draft] = []
    best: dict[tuple[str, int], list[tuple[float, Mention, Mention]]] = {}
    for s in scored:
        if s.y is not None:
            best.setdefault((s.label, id(s.x)), []).append((s.probability, s.x, s.y))

    def partner(label: str, m: Mention | None, floor: float = 0.4) -> Mention | None:
        found = [f for f in best.get((label, id(m)), []) if f[0] >= floor] if m is not None else []
        return max(found, key=lambda f: f[0])[2] if found else None

    def partners(label: str, m: Mention | None, floor: float = 0.4) -> list[Mention | None]:
        """All that go with a mention about as surely as the best does: the places of a list, one claim for each."""
        found = (
            sorted(
                (f for f in best.get((label, id(m)), []) if f[0] >= floor),
                key=lambda f: (-f[0], f[2].start),
            )
            if m is not None
            else []
        )
        return [*(f[2] for f in found[:12] if f[0] >= 0.75 * found[0][0])] or [None]

    def partner_of(label: str, m: Mention, floor: float = 0.4) -> Mention | None:
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
