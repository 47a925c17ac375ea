"""An optional reader: a large language model asked for claims, whose every answer passes a gate.

Pure: the caller brings `ask`, which sends messages and gives the answer's text. A claim is kept
only when its quote stands in the report word for word and the words of its roles stand near it; the
rest is dropped and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contactline.model import KINDS, MODALITIES, PROSPECTIVE, Claim, Report, Role
from contactline.reading import cues
from contactline.reading.drafts import PLACE
from contactline.reading.reader import Reading
from contactline.reading.when import Timeline, pick
from contactline.reading.words import Sentence, sentences

assert PLACE == 1
VERSION = "1"
WINDOW, OVERLAP, SURE = (
    6000,
    600,
    0.7,
)  # characters; a model's own word for how sure it is is capped at SURE
Ask = Callable[[list[dict[str, str]], dict[str, Any]], str]
_ROLES = ("actor", "other", "place")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["claims"],
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "quote",
                    "kind",
                    "aspect",
                    "actor",
                    "other",
                    "place",
                    "modality",
                    "said_by",
                    "condition",
                ],
                "properties": {
                    "quote": {"type": "string"},
                    "kind": {"enum": list(KINDS)},
                    "aspect": {"enum": [*sorted({a for v in KINDS.values() for a in v}), None]},
                    "actor": {"type": ["string", "null"]},
                    "other": {"type": ["string", "null"]},
                    "place": {"type": ["string", "null"]},
                    "modality": {"enum": list(MODALITIES)},
                    "said_by": {"type": ["string", "null"]},
                    "condition": {"type": ["string", "null"]},
                },
            },
        }
    },
}
INSTRUCTION = (
    "You read reports about wars. List every claim the text makes, one for each party and place. "
    "Kinds and their aspects: "
    + "; ".join(k + (f" ({', '.join(v)})" if v else "") for k, v in KINDS.items())
    + ". `quote` is the whole sentence, copied exactly. `actor` acts or holds, `other` is acted "
    "upon, `place` is where; copy their words exactly from the text, null when not said. "
    "`modality`: stated; reported (somebody is said to say it); denied; expected; intended; "
    "conditional (with its `condition`). Say nothing that the text does not say. Answer as JSON."
)


@dataclass(slots=True)
class Tally:
    """What the gate let through and what it dropped, by reason."""

    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    failed: int = 0

    def drop(self, why: str) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + 1


def windows(text: str) -> Iterator[tuple[int, str]]:
    """(offset, piece) with overlaps, cut at paragraph or sentence ends where there are any."""
    at = 0
    while at < len(text):
        end = min(len(text), at + WINDOW)
        if end < len(text):
            cut = max(
                text.rfind("\n\n", at + WINDOW // 2, end),
                text.rfind(". ", at + WINDOW // 2, end) + 1,
            )
            end = cut if cut > at else end
        yield at, text[at:end]
        if end >= len(text):
            return
        at = max(at + 1, end - OVERLAP)


def _parsed(answer: str) -> list[Any]:
    """The claims of an answer; ValueError for what is no such JSON."""
    m = re.search(r"\{.*\}", answer, re.S)
    found = json.loads(m.group() if m else answer)
    claims = found.get("claims") if isinstance(found, dict) else None
    if not isinstance(claims, list):
        raise ValueError("no list of claims")
    return claims


class LanguageModelReader:
    """The same `read` as the default reader's."""

    name = "llm"

    def __init__(self, ask: Ask, model: str) -> None:
        self.ask, self.model = ask, model
        self.tally = Tally()

    def settings(self) -> dict[str, Any]:
        return {"model": self.model, "window": WINDOW, "instruction": VERSION}

    def places(self, report: Report, floor: float = 0.5) -> list[tuple[int, int]]:
        return self.read(report).places

    def read(self, report: Report) -> Reading:
        text = report.text[: report.article_end]
        sents = sentences(report.text, 0, report.article_end)
        if report.unread or not sents:
            return Reading([], [])
        times = Timeline(report.published, report.title, text)
        when = [times.sentence(report.text, s) for s in sents]
        out: dict[tuple[Any, ...], Claim] = {}
        for offset, piece in windows(text):
            try:
                answer = self.ask(
                    [
                        {"role": "system", "content": INSTRUCTION},
                        {"role": "user", "content": piece},
                    ],
                    SCHEMA,
                )
                rows = _parsed(answer)
            except ValueError:
                self.tally.failed += 1
                continue
            for row in rows:
                claim = self._gate(report, sents, when, row, offset, offset + len(piece))
                if claim is not None:
                    key = (
                        claim.kind,
                        claim.aspect,
                        claim.modality,
                        claim.start,
                        *(
                            (r.start, r.end) if r else None
                            for r in (claim.actor, claim.other, claim.place)
                        ),
                    )
                    if key not in out:
                        out[key] = claim
                        self.tally.kept += 1
        claims = sorted(out.values(), key=lambda c: (c.start, c.kind, c.aspect or "", c.id))
        places = sorted(
            {
                (c.place.start, c.place.end)
                for c in claims
                if c.place and c.place.start is not None and c.place.end is not None
            }
        )
        return Reading(claims, places, len(sents))

    def _gate(
        self, report: Report, sents: list[Sentence], when: list[Any], row: Any, low: int, high: int
    ) -> Claim | None:
        if not isinstance(row, dict):
            self.tally.drop("not an object")
            return None
        quote, kind, aspect, modality = (
            row.get("quote"),
            row.get("kind"),
            row.get("aspect"),
            row.get("modality"),
        )
        if (
            kind not in KINDS
            or modality not in MODALITIES
            or (aspect not in KINDS[kind] if KINDS[kind] else aspect is not None)
        ):
            self.tally.drop("no such kind, aspect or modality")
            return None
        if not isinstance(quote, str) or len(quote.strip()) < 8:
            self.tally.drop("no quote")
            return None
        at = report.text.find(quote.strip(), low, high)
        if at < 0:
            self.tally.drop("the quote is not in the text")
            return None
        mine = [i for i, s in enumerate(sents) if s.start < at + len(quote.strip()) and at < s.end]
        if not mine:
            self.tally.drop("the quote is not in the article")
            return None
        s = sents[mine[0]]
        start, end = s.start, s.end
        roles: dict[str, Role | None] = {}
        for r in _ROLES:
            words = row.get(r)
            if words is None or words == "":
                roles[r] = None
                continue
            spot = (
                self._find(report.text, words, start, end, sents, mine[0])
                if isinstance(words, str)
                else -1
            )
            if spot < 0:
                self.tally.drop(f"the {r}'s words are not in the text")
                return None
            roles[r] = Role(words, start=spot, end=spot + len(words))
        if not any(roles.values()):
            self.tally.drop("nobody and nowhere")
            return None
        said_by, condition = (
            row.get(k) if isinstance(row.get(k), str) and row[k] in report.text[start:end] else None
            for k in ("said_by", "condition")
        )
        w = pick(when[mine[0]], start, (start, end), modality in PROSPECTIVE)
        place = roles["place"]
        extent = (
            cues.extent(place.text, report.text[max(start, (place.start or 0) - 40) : place.start])
            if kind == "control" and place
            else None
        )
        return Claim(
            report.id,
            kind,
            aspect,
            roles["actor"],
            roles["other"],
            place,
            modality,
            report.text[start:end],
            start,
            end,
            SURE,
            said_by,
            condition,
            extent,
            None,
            w.first if w else None,
            w.last if w else None,
            w.precision if w else None,
        )

    def _find(
        self, text: str, words: str, start: int, end: int, sents: list[Sentence], i: int
    ) -> int:
        """Offset of a role's words in the sentence, else in the two before it."""
        if not words.strip():
            return -1
        at = text.find(words, start, end)
        if at >= 0:
            return at
        first = sents[max(0, i - 2)].start
        return text.rfind(words, first, start)
