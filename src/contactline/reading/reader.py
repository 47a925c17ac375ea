"""The default reader: sentences to claims with the words of their roles, before anybody knows who
or where they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Protocol

from contactline.model import PROSPECTIVE, Claim, Modality, Report, Role
from contactline.reading import ahead
from contactline.reading import cues as english
from contactline.reading.calibration import Calibration
from contactline.reading.cues_abroad import Cues
from contactline.reading.deep import DeepEncoder, shipped
from contactline.reading.drafts import PLACE, Draft, assemble, harmed_there, meant
from contactline.reading.encoder import Encoder
from contactline.reading.fast import FastEncoder
from contactline.reading.fuse import fuse
from contactline.reading.merge import merge, with_names
from contactline.reading.model import Heads, Mention
from contactline.reading.multilingual import LANGUAGES, MultilingualEncoder
from contactline.reading.multilingual import shipped as shipped_abroad
from contactline.reading.patterns import Found, patterns
from contactline.reading.when import Timeline, When, pick
from contactline.reading.words import Sentence, sentences

VERSION = "4"
HANDLES = frozenset(("#", "@"))  # before a name in a post
AHEAD = 20  # words before the one that says it, in which something must point to what is not yet


@dataclass(slots=True)
class Reading:
    """What one report gave: claims with surface roles, and the offsets of all place mentions."""

    claims: list[Claim]
    places: list[tuple[int, int]]
    sentences: int = 0
    learnt: list[Found] = field(default_factory=list)


class HowMeant(Protocol):
    """The questions that a language's cues answer; `cues` (English) and `Cues` do."""

    def modality(self, words: list[str], at: int) -> str | None: ...
    def asks(self, words: list[str]) -> bool: ...
    def said_by(self, sentence: str) -> str | None: ...
    def heard(self, sentence: str) -> bool: ...
    def condition(self, sentence: str, modality: str) -> str | None: ...
    def agreement_aspect(self, sentence: str, aspect: str | None) -> str | None: ...
    def open_or_closed(self, sentence: str, aspect: str) -> str: ...
    def pockets(self, sentence: str) -> bool: ...
    def siege_ends(self, quote: str) -> bool: ...
    def goes_on(self, sentence: str) -> bool: ...
    def extent(self, words: str, before: str) -> str | None: ...
    def number(self, words: str) -> int | None: ...
    def looks_ahead(self, quote: str) -> bool: ...
    def direction(self, words: list[str], at: int, aspect: str) -> str: ...
    def taken_from(self, before: str) -> bool: ...


class Reader:
    """`read(report)` gives claims whose roles hold only the report's own words;
    naming comes after.
    """

    name = "standard"
    calibrated = "calibration.json"
    weights = "heads.npz"
    # rules that the smaller models need and the deep one does not (docs/reading.md, ablation)
    joined = staticmethod(fuse)
    doubts_the_future = True
    partner_at, alike = 0.4, 0.75  # scores from which a further role is taken, and beside the best
    reads: frozenset[str] = frozenset()  # languages besides English that it reads itself
    names_at = (
        0.0  # from which a capitalised name is a mention where no better one stands; 0: never
    )

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads
        self.encoder: Encoder | FastEncoder = self._encoder(threads)
        self.heads = Heads(self.weights)
        self.calibration = Calibration.shipped(self.calibrated)

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return Encoder(threads)

    def cues(self, language: str) -> HowMeant:
        """How a claim is meant, in the words of a report's language."""
        return english

    def dated_in(self, report: Report) -> str:
        """The language whose dates a report is read by."""
        return "en"

    @cached_property
    def _others(self) -> MultilingualReader:
        return MultilingualReader(self._threads)

    def _abroad(self) -> MultilingualReader:
        """The reader of reports in other languages, loaded when the first one comes."""
        return self._others

    def settings(self) -> dict[str, Any]:
        return {"thresholds": self.calibration.thresholds, "classes": self.calibration.classes}

    def read(self, report: Report) -> Reading:
        text = report.text
        sents = sentences(text, 0, report.article_end)
        if report.unread or not sents:
            return Reading([], [])
        if report.language in LANGUAGES and report.language not in self.reads:
            return self._abroad().read(report) if shipped_abroad() else Reading([], [])
        cues = self.cues(report.language)
        found, mentions = self.drafts(sents)
        times = Timeline(
            report.published, report.title, text[: report.article_end], self.dated_in(report)
        )
        when = [times.sentence(text, s) for s in sents]
        story = _story(when, times.dated)
        asked = [cues.asks([w.text for w in s.words]) for s in sents]
        out: dict[tuple[Any, ...], Claim] = {}
        for d in found:
            if d.score < self.calibration.thresholds.get(d.kind, 0.5):
                continue
            if d.kind not in ("support", "identity") and asked[d.sentence]:
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
        taken = {
            (c.place.start, c.place.end)
            for c in out.values()
            if c.kind == "control" and c.place and c.place.start is not None
        }
        claims = sorted(
            # "captured Alpha": a place that is taken is nobody who is captured
            (
                c
                for c in out.values()
                if not (c.kind == "harm" and c.other and (c.other.start, c.other.end) in taken)
            ),
            key=lambda c: (
                c.start,
                c.kind,
                c.aspect or "",
                c.actor.start or 0 if c.actor else 0,
                c.other.start or 0 if c.other else 0,
                c.place.start or 0 if c.place else 0,
            ),
        )
        claims = harmed_there(claims, [s.start for s in sents])
        claims = ahead.claims(report, sents, ahead.spans(mentions), claims)
        return Reading(claims, sorted(set(places)), len(sents), extra)

    def places(self, report: Report, floor: float = 0.5) -> list[tuple[int, int]]:
        """Offsets of every place named in a text, war or not: the entity head's spans, and places
        the claims' mentions know of.
        """
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
            words = [w.text for w in sents[i].words]
            if self.names_at:
                here = with_names(here, self.heads.mentions(i, h, self.names_at), words)
            near = sorted(
                (m for group in recent[-self.heads.reach :] for m in group),
                key=lambda m: (-m.sentence, -float(m.types.max())),
            )[: self.heads.near]
            scored = self.heads.score(i, h, here, near)
            out += assemble(i, self.joined(i, words, here, scored), self.partner_at, self.alike)
            recent.append(here)
            everyone += here
        return out, everyone

    def _role(self, report: Report, sents: Sequence[Sentence], m: Mention | None) -> Role | None:
        if m is None:
            return None
        words = sents[m.sentence].words
        first = m.start
        while first < m.end - 1 and words[first].text in HANDLES:
            first += 1
        start, end = words[first].start, words[m.end - 1].end
        return Role(report.text[start:end], start=start, end=end)

    def _claim(
        self,
        report: Report,
        sents: Sequence[Sentence],
        d: Draft,
        when: list[When],
        story: When | None,
    ) -> Claim:
        cues = self.cues(report.language)
        s = sents[d.sentence]
        quote = report.text[s.start : s.end]
        near = quote[:1200]  # cues stand close by; a line of a megabyte must not cost a second
        modality = meant([w.text for w in s.words], d, cues.modality)
        if modality in ("expected", "intended", "conditional"):
            here = " ".join(w.text for w in s.words[max(0, d.word - AHEAD) : d.word + 5])
            if self.doubts_the_future and not cues.looks_ahead(
                here if modality != "conditional" else near
            ):
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
        if d.kind == "access" and d.aspect:
            d.aspect = cues.open_or_closed(near, d.aspect)
        if d.kind == "situation":
            before = (
                report.text[sents[d.sentence - 1].start : sents[d.sentence - 1].end]
                if d.sentence and "\n" not in report.text[sents[d.sentence - 1].end : s.start]
                else ""  # what another paragraph called pockets are others
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
            Modality(modality),
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
            Modality.STATED,
            report.text[s.start : s.end],
            s.start,
            s.end,
            f.confidence,
        )


class FastReader(Reader):
    """The same reading without the transformer: for very many reports, or where seconds count."""

    name = "fast"
    calibrated = "calibration_fast.json"
    weights = "heads_fast.npz"

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return FastEncoder(threads)


class DeepReader(Reader):
    """The same reading with an encoder of base size: the best, and some five times slower."""

    name = "deep"
    calibrated = "deep/calibration.json"
    weights = "deep/heads.npz"
    joined = staticmethod(merge)
    doubts_the_future = False
    partner_at, alike = 0.3, 0.5
    names_at = 0.03

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return DeepEncoder(threads)

    def places(self, report: Report, floor: float = 0.5) -> list[tuple[int, int]]:
        """As the standard reader's, whose head for entities it shares."""
        return Reader(self._threads).places(report, floor)


class MultilingualReader(Reader):
    """Reports in Arabic, Russian and Ukrainian."""

    name = "multilingual"
    calibrated = "multilingual/calibration.json"
    weights = "multilingual/heads.npz"
    joined = staticmethod(merge)
    doubts_the_future = False
    partner_at, alike = 0.3, 0.5
    reads = LANGUAGES

    def _encoder(self, threads: int) -> Encoder | FastEncoder:
        return MultilingualEncoder(threads)

    def cues(self, language: str) -> HowMeant:
        return Cues.of(language)

    def dated_in(self, report: Report) -> str:
        return report.language


READERS: dict[str, type[Reader]] = {r.name: r for r in (DeepReader, Reader, FastReader)}


def best_reader(threads: int = 0) -> Reader:
    """The best reader whose weights are installed."""
    return DeepReader(threads) if shipped() else Reader(threads)


def _meets(a: Role | None, b: Role | None) -> bool:
    if a is None or b is None:
        return a is b or b is None
    return (a.start or 0) < (b.end or 0) and (b.start or 0) < (a.end or 0)


def _story(when: Sequence[list[When]], dated: int) -> list[When | None]:
    """In a chronicle (four dated days or more) a sentence without a date goes on from the last day
    told.
    """
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
