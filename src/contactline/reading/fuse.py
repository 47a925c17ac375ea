"""What the sentence's form says over the scores: one mention said twice, members of a list, roles from elsewhere.

The model scores every pair by itself. A list shares its claim ("A, B and parts of C"); a name and its abbreviation are
one; a role is looked for in the sentence before it is looked for in the one before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from contactline.reading.model import Mention, Scored

_GLUE = frozenset(
    [",", "and", "&", "or", "as", "well", "both", "the", "a", "an", "part", "parts", "of", "cities", "city", "towns", "town", "villages", "village", "including", "in", "near", "also", "with", "plus", "namely", "districts", "district", "areas", "area", "province", "provinces", "most", "all", "some", "its", "their", "then", "nearby", "–", "—", "-", "(", ")", "like", "such", "around", "between"]
)
SHARE = 0.92


def _kind(m: Mention) -> int:
    return int(m.types.argmax())


def _words(m: Mention, words: Sequence[str]) -> list[str]:
    return [w.lower() for w in words[m.start : m.end]]


def one_of(mentions: Sequence[Mention], words: Sequence[str]) -> dict[int, Mention]:
    """For each mention (by id) the one that stands for it: overlapping spans of a type, and "Name (NAME)"."""
    stands: dict[int, Mention] = {id(m): m for m in mentions}
    ranked = sorted(mentions, key=lambda m: (-float(m.types.max()), m.start, m.end))
    for i, m in enumerate(ranked):
        for best in ranked[:i]:
            if stands[id(best)] is not best or _kind(best) != _kind(m):
                continue
            overlap = m.start < best.end and best.start < m.end
            if overlap and ("and" in _words(m, words) or "and" in _words(best, words)):
                continue
            first, last = (m, best) if m.start < best.start else (best, m)
            short = "".join(words[last.start : last.end]).replace(")", "")
            bracket = first.end < len(words) and words[first.end] == "(" and last.start == first.end + 1 and short.isupper() and len(short) <= 7
            if overlap or bracket:
                stands[id(m)] = best
                break
    return stands


def lists(mentions: Sequence[Mention], words: Sequence[str]) -> list[list[Mention]]:
    """Runs of mentions of one type with nothing but commas, "and" and the like between them."""
    out: list[list[Mention]] = []
    for kind in (0, 1, 2):
        run: list[Mention] = []
        for m in sorted((m for m in mentions if _kind(m) == kind), key=lambda m: (m.start, m.end)):
            if run and m.start >= run[-1].end:
                between = [w.lower() for w in words[run[-1].end : m.start]]
                if between and len(between) <= 8 and all(w in _GLUE for w in between) and any(w in (",", "and", "or", "&", "including") for w in between) and "between" not in between:
                    run.append(m)
                    continue
            if len(run) > 1:
                out.append(run)
            run = [m]
        if len(run) > 1:
            out.append(run)
    return out


def fuse(sentence: int, words: Sequence[str], here: Sequence[Mention], scored: Sequence[Scored]) -> list[Scored]:
    """The same labels, one for each distinct pair of mentions."""
    stands = one_of(here, words)
    best: dict[tuple[str, int, int], Scored] = {}
    rest: dict[tuple[str, int, int], float] = defaultdict(lambda: 1.0)
    for s in scored:
        x = stands.get(id(s.x), s.x)
        y = stands.get(id(s.y), s.y) if s.y is not None else None
        if x is y:
            continue
        key = (s.label, id(x), id(y))
        rest[key] *= 1.0 - min(s.probability, 0.97)
        if key not in best or s.probability > best[key].probability:
            best[key] = replace(s, x=x, y=y)
    merged = {k: replace(s, probability=1.0 - rest[k]) for k, s in best.items()}
    kept = [m for m in here if stands[id(m)] is m]
    for group in lists(kept, words):
        members = {id(m) for m in group}
        shared: dict[tuple[str, int, bool], Scored] = {}
        for s in list(merged.values()):
            if s.y is not None and id(s.y) in members and id(s.x) not in members:
                k = (s.label, id(s.x), True)
            elif id(s.x) in members and (s.y is None or id(s.y) not in members):
                k = (s.label, id(s.y), False)
            else:
                continue
            if s.probability >= 0.3 and (k not in shared or s.probability > shared[k].probability):
                shared[k] = s
        for (label, _, as_y), s in shared.items():
            for m in group:
                key = (label, id(s.x), id(m)) if as_y else (label, id(m), id(s.y))
                p = SHARE * s.probability
                if key not in merged:
                    merged[key] = replace(s, y=m, probability=p) if as_y else replace(s, x=m, probability=p)
                elif merged[key].probability < p:
                    merged[key] = replace(merged[key], probability=p)
    inside: dict[tuple[str, int], float] = defaultdict(float)
    for s in merged.values():
        if s.y is not None and s.x.sentence == sentence and s.y.sentence == sentence:
            for m in (s.x, s.y):
                inside[s.label, id(m)] = max(inside[s.label, id(m)], s.probability)
    out = []
    for s in merged.values():
        if s.y is not None and (s.x.sentence != sentence or s.y.sentence != sentence):
            home = s.x if s.x.sentence == sentence else s.y
            if s.probability < 0.35 or inside[s.label, id(home)] > 0.6 * s.probability:
                continue
        out.append(s)
    return _one_aspect(out)


def _one_aspect(scored: list[Scored]) -> list[Scored]:
    """Of rival aspects of one kind on one pair the likeliest; a second one only when the sentence is sure of both."""
    top: dict[tuple[str, int, int], float] = defaultdict(float)
    for s in scored:
        kind = s.label.split(".")[0]
        top[kind, id(s.x), id(s.y)] = max(top[kind, id(s.x), id(s.y)], s.probability)
    return [s for s in scored if s.probability >= 0.6 or s.label.split(".")[0] == "harm" or s.probability == top[s.label.split(".")[0], id(s.x), id(s.y)]]
