"""What the deep reader's scores still need: one mention for words that say the same, and each clause its own roles.

Of the rules of `fuse.py`, written for smaller readers, those stay here that pay on reports left out of training
(docs/reading.md has the ablation): overlapping mentions and abbreviations are one, a stretch between two places is one
place, and across a semicolon or a contrast who has a partner in the own clause takes none from the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from contactline.reading.fuse import STATED, one_of, stretches
from contactline.reading.model import Mention, Scored
from contactline.reading.plain import BE, FLOOR, STATES

PARTICLES = frozenset(["al", "el", "as", "ash", "at", "of", "the", "-", "–", "’", "'"])
JOINS = frozenset([",", "and", "or", "the", "area", "areas", "city", "town", "pocket", "pockets"])
CONTRASTS = frozenset(["while", "whereas", "but"])
OTHERS, OWN = 0.9, 0.5  # of a pair's score: what its second and first role have in their own clause


def merge(
    sentence: int, words: Sequence[str], here: Sequence[Mention], scored: Sequence[Scored]
) -> list[Scored]:
    """The same labels, one for each distinct pair of mentions, none across clauses that have their own."""
    stands = one_of(here, words) | stretches(here, words)
    best: dict[tuple[str, int, int], Scored] = {}
    for s in scored:
        x = stands.get(id(s.x), s.x)
        y = stands.get(id(s.y), s.y) if s.y is not None else None
        key = (s.label, id(x), id(y))
        if x is not y and (key not in best or s.probability > best[key].probability):
            best[key] = replace(s, x=x, y=y)
    kept = _by_clause(sentence, words, list(best.values()))
    for state, place, at in calm_or_tense([stands.get(id(m), m) for m in here], words):
        label = f"situation.{state}"
        if not any(s.label == label and s.x is place and s.probability >= FLOOR for s in kept):
            kept = [s for s in kept if not (s.label == label and s.x is place)]
            kept.append(Scored(label, place, None, FLOOR, STATED, at))
    return kept


def with_names(
    here: Sequence[Mention], more: Sequence[Mention], words: Sequence[str]
) -> list[Mention]:
    """The mentions, and names in capitals that are no likely mention but overlap none."""

    def name(m: Mention) -> bool:
        ws = words[m.start : m.end]
        return (
            ws[0][:1].isupper()
            and ws[-1][:1].isupper()
            and all(w[:1].isupper() or w in PARTICLES for w in ws)
        )

    found = [
        m for m in more if name(m) and not any(m.start < o.end and o.start < m.end for o in here)
    ]
    return sorted([*here, *found], key=lambda m: (m.start, m.end))


def calm_or_tense(
    mentions: Sequence[Mention], words: Sequence[str]
) -> list[tuple[str, Mention, int]]:
    """(calm or tense, place, index of the word) for "A, B and C are relatively calm": the subject's places."""
    low = [w.lower() for w in words]
    places = sorted(
        {id(m): m for m in mentions if m.types.argmax() == 1}.values(), key=lambda m: m.start
    )
    out = []
    for i, w in enumerate(low):
        verb = next((k for k in range(i - 1, max(-1, i - 4), -1) if low[k] in BE), None)
        if w not in STATES or verb is None or low[i - 1] in ("not", "no"):
            continue
        edge = verb
        for p in reversed([p for p in places if p.end <= verb]):
            if all(x in JOINS for x in low[p.end : edge]):
                out.append((STATES[w], p, i))
                edge = p.start
            else:
                break
    return out


def _by_clause(sentence: int, words: Sequence[str], scored: list[Scored]) -> list[Scored]:
    """ "A holds B; C holds D" says nothing of A and D."""
    cuts = [
        k
        for k, w in enumerate(words)
        if w == ";" or (w.lower() in CONTRASTS and k and words[k - 1] == ",")
    ]
    if not cuts:
        return scored

    def clause(m: Mention) -> int:
        return sum(c < m.start for c in cuts)

    def inside(s: Scored) -> bool:
        return s.y is not None and s.x.sentence == s.y.sentence == sentence

    own: dict[tuple[str, int], float] = defaultdict(float)
    for s in scored:
        if s.y is not None and inside(s) and clause(s.x) == clause(s.y):
            for m in (s.x, s.y):
                key = s.label.split(".")[0], id(m)
                own[key] = max(own[key], s.probability)
    out = []
    for s in scored:
        if s.y is not None and inside(s) and clause(s.x) != clause(s.y):
            kind = s.label.split(".")[0]
            if (
                own[kind, id(s.y)] > OTHERS * s.probability
                and own[kind, id(s.x)] > OWN * s.probability
            ):
                continue
        out.append(s)
    return out
