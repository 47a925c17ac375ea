"""What the sentence's form says over the scores: one mention said twice, members of a list, roles
from elsewhere.

The model scores every pair by itself. A list shares its claim ("A, B and parts of C"); a name and
its abbreviation are one; a role is looked for in the sentence before it is looked for in the one
before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from contactline.language import words as table_words
from contactline.reading.model import Mention, Scored
from contactline.reading.plain import FLOOR, how_it_is, plainly, settle, whole

_GLUE = frozenset(table_words("en", "words", "list_glue"))
SHARE = 0.92
STATED = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0], dtype=np.float32)


def _kind(m: Mention) -> int:
    return int(m.types.argmax())


def _words(m: Mention, words: Sequence[str]) -> list[str]:
    return [w.lower() for w in words[m.start : m.end]]


def one_of(mentions: Sequence[Mention], words: Sequence[str]) -> dict[int, Mention]:
    """For each mention (by id) the one that stands for it: overlapping spans of a type, and "Name
    (NAME)".
    """
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
            bracket = (
                first.end < len(words)
                and words[first.end] == "("
                and last.start == first.end + 1
                and short.isupper()
                and len(short) <= 7
            )
            if overlap or bracket:
                stands[id(m)] = best
                break
    return stands


def lists(
    mentions: Sequence[Mention], words: Sequence[str], aside: frozenset[int] = frozenset()
) -> list[list[Mention]]:
    """Runs of mentions of one type with nothing but commas, "and" and the like between them.

    `aside`: ids of mentions that only modify or stand in brackets; they are looked through.
    """
    out: list[list[Mention]] = []
    through = {i for m in mentions if id(m) in aside for i in range(m.start, m.end)}
    for kind in (0, 1, 2):
        run: list[Mention] = []
        for m in sorted(
            (m for m in mentions if _kind(m) == kind and id(m) not in aside),
            key=lambda m: (m.start, m.end),
        ):
            if run and m.start >= run[-1].end:
                between = [
                    words[i].lower() for i in range(run[-1].end, m.start) if i not in through
                ]
                if kind == 2:  # "nine men, among them two guards and a cook"
                    between = [w for w in between if w not in _COUNTING and not w.isdigit()]
                if (
                    between
                    and len(between) <= 8
                    and all(w in _GLUE for w in between)
                    and any(w in (",", "and", "or", "&", "including") for w in between)
                    and "between" not in between
                ):
                    run.append(m)
                    continue
            if len(run) > 1:
                out.append(run)
            run = [m]
        if len(run) > 1:
            out.append(run)
    return out


_COUNTING = frozenset(
    [
        "at",
        "least",
        "more",
        "than",
        "about",
        "nearly",
        "almost",
        "over",
        "up",
        "to",
        "another",
        "dozen",
        "dozens",
        "scores",
        "hundreds",
    ]
    + [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
)
_COMPOUND = frozenset(["held", "controlled", "occupied", "run", "administered", "dominated"])
_BACKED = frozenset(["backed", "supported", "sponsored", "armed", "trained", "funded", "allied"])


def compounds(mentions: Sequence[Mention], words: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Mentions that only modify ("rebel-held …", "US-backed …"): by id, the word after the compound
    and its kind.
    """
    out = {}
    for m in mentions:
        if m.end + 1 < len(words) and words[m.end] in ("-", "–"):
            word = words[m.end + 1].lower()
            if word in _COMPOUND or word in _BACKED:
                out[id(m)] = (m.end + 2, "held" if word in _COMPOUND else "backed")
    return out


_SORTS = frozenset(
    [
        "town",
        "city",
        "village",
        "district",
        "suburb",
        "enclave",
        "area",
        "neighbourhood",
        "neighborhood",
        "stronghold",
        "region",
        "province",
        "bastion",
        "camp",
        "base",
    ]
)


def _apposed(place: Mention, modifier: Mention, after: int, words: Sequence[str]) -> bool:
    """ "Alpha, a rebel-held town": the noun that is modified stands for the place before it."""
    between = [w.lower() for w in words[place.end : modifier.start]]
    return (
        0 < len(between) <= 4
        and between[0] == ","
        and between[-1] in ("a", "an", "the", "largely", "mostly", "mainly")
        and any(w.lower() in _SORTS for w in words[after : after + 2])
    )


def beyond(s: Scored, modifies: dict[int, tuple[int, str]], words: Sequence[str]) -> bool:
    """ "rebel-held Alpha and Beta": what a compound modifies is the noun right after it, nothing
    beyond.
    """
    kind = s.label.split(".")[0]
    if id(s.x) not in modifies or s.y is None or s.x.sentence != s.y.sentence:
        return False
    after, how = modifies[id(s.x)]
    return (
        (how == "held") == (kind == "control")
        and kind in ("control", "support")
        and not after <= s.y.start <= after + 3
        and not _apposed(s.y, s.x, after, words)
    )


def _bracketed(mentions: Sequence[Mention], words: Sequence[str]) -> dict[int, Mention]:
    """For a mention inside brackets, the one that the brackets explain."""
    out: dict[int, Mention] = {}
    depth = 0
    opened = 0
    for i, w in enumerate(words):
        if w == "(":
            depth, opened = depth + 1, i
        elif w == ")" and depth:
            depth -= 1
            outside = [m for m in mentions if m.end == opened]
            if outside:
                for m in mentions:
                    if opened < m.start and m.end <= i and _kind(m) == _kind(outside[0]):
                        out[id(m)] = outside[0]
    return out


def fuse(
    sentence: int, words: Sequence[str], here: Sequence[Mention], scored: Sequence[Scored]
) -> list[Scored]:
    """The same labels, one for each distinct pair of mentions."""
    here = settle(here, words, _GLUE)
    # "Russia-US", "the army and its allies" with both named inside it is no party of its own
    here = [
        m
        for m in here
        if not (
            "between" not in _words(m, words)
            and sum(
                o is not m
                and m.start <= o.start
                and o.end <= m.end
                and o.end - o.start < m.end - m.start
                and (o.start == m.start or o.end == m.end)
                for o in here
            )
            >= 2
            and any(
                w
                in (
                    ("-", "–", "and", ",", "&")
                    if sum(w[:1].isupper() for w in words[m.start : m.end]) > 1
                    else ("-", "–")
                )
                for w in words[m.start : m.end]
            )
        )
    ]
    alive = {id(m) for m in here}
    scored = [
        s
        for s in scored
        if (s.x.sentence != sentence or id(s.x) in alive)
        and (s.y is None or s.y.sentence != sentence or id(s.y) in alive)
    ]
    stands = one_of(here, words)
    stands |= {id(m): w for m in here if (w := whole(m, words)) is not m}
    stands |= stretches(here, words)
    modifies = compounds(here, words)
    inside_brackets = _bracketed(here, words)
    best: dict[tuple[str, int, int], Scored] = {}
    rest: dict[tuple[str, int, int], float] = defaultdict(lambda: 1.0)
    for s in scored:
        x = stands.get(id(s.x), s.x)
        y = stands.get(id(s.y), s.y) if s.y is not None else None
        kind = s.label.split(".")[0]
        if (
            kind in ("control", "presence", "fight", "strike")
            and id(x) in inside_brackets
            and not (words[s.word : s.word + 1] and _in_brackets(s.word, words))
        ):
            x = stands.get(id(inside_brackets[id(x)]), inside_brackets[id(x)])
        if x is y:
            continue
        if y is not None and y.sentence == sentence and beyond(replace(s, y=y), modifies, words):
            continue
        key = (s.label, id(x), id(y))
        rest[key] *= 1.0 - min(s.probability, 0.97)
        if key not in best or s.probability > best[key].probability:
            best[key] = replace(s, x=x, y=y)
    merged = {k: replace(s, probability=1.0 - rest[k]) for k, s in best.items()}
    for holder, held, verb in plainly(
        [stands[id(m)] for m in here], words, frozenset(modifies) | frozenset(inside_brackets)
    ):
        x, y = stands.get(id(holder), holder), stands.get(id(held), held)
        key = ("control.holds", id(x), id(y))
        if key not in merged:
            merged[key] = Scored("control.holds", x, y, FLOOR, STATED, verb)
        elif merged[key].probability < FLOOR:
            merged[key] = replace(merged[key], probability=FLOOR, word=verb)
    for state, place, at in how_it_is([stands[id(m)] for m in here], words):
        key = (f"situation.{state}", id(place), id(None))
        if key not in merged or merged[key].probability < FLOOR:
            merged[key] = Scored(f"situation.{state}", place, None, FLOOR, STATED, at)
    kept = list({id(stands[id(m)]): stands[id(m)] for m in here}.values())
    for group in lists(kept, words, frozenset(modifies) | frozenset(inside_brackets)):
        members = {id(m) for m in group}
        shared: dict[tuple[str, int, bool], Scored] = {}
        for s in list(merged.values()):
            if s.y is not None and id(s.y) in members and id(s.x) not in members:
                k = (s.label, id(s.x), True)
            elif (
                id(s.x) in members
                and id(s.x) not in modifies
                and (s.y is None or id(s.y) not in members)
            ):
                k = (s.label, id(s.y), False)
            else:
                continue
            if s.probability >= 0.3 and (k not in shared or s.probability > shared[k].probability):
                shared[k] = s
        for (label, _, as_y), s in shared.items():
            for m in group:
                if as_y and id(s.x) in modifies and s.x.start > m.start:
                    continue
                key = (label, id(s.x), id(m)) if as_y else (label, id(m), id(s.y))
                p = SHARE * s.probability
                if key not in merged:
                    merged[key] = (
                        replace(s, y=m, probability=p) if as_y else replace(s, x=m, probability=p)
                    )
                elif merged[key].probability < p:
                    merged[key] = replace(merged[key], probability=p)
    inside: dict[tuple[str, int], float] = defaultdict(float)
    for s in merged.values():
        if s.y is not None and s.x.sentence == sentence and s.y.sentence == sentence:
            for m in (s.x, s.y):
                inside[s.label, id(m)] = max(inside[s.label, id(m)], s.probability)
    out = []
    for s in merged.values():
        if (
            s.y is not None
            and s.x.sentence == s.y.sentence
            and s.label.split(".")[0] in _AGAINST
            and _same_party(s.x, s.y, words)
        ):
            continue
        if s.y is not None and (s.x.sentence != sentence or s.y.sentence != sentence):
            home = s.x if s.x.sentence == sentence else s.y
            if s.probability < 0.35 or inside[s.label, id(home)] > 0.6 * s.probability:
                continue
        out.append(s)
    return _one_aspect(out)


_STRETCH = frozenset(
    [
        "area",
        "areas",
        "region",
        "road",
        "highway",
        "border",
        "frontier",
        "stretch",
        "villages",
        "countryside",
        "axis",
        "route",
        "desert",
        "line",
        "frontline",
        "territory",
        "corridor",
        "land",
    ]
)


def _named(at: int, like: Mention, words: Sequence[str]) -> Mention | None:
    """The name that begins at a word, where the model took it for no place."""
    end = at
    while (
        end < len(words)
        and end - at < 4
        and (words[end][:1].isupper() or words[end] in ("-", "’", "'"))
    ):
        end += 1
    return Mention(like.sentence, at, end, like.types, like.rep) if end > at else None


def stretches(mentions: Sequence[Mention], words: Sequence[str]) -> dict[int, Mention]:
    """ "The area between A and B" is one place, neither A nor B."""
    out: dict[int, Mention] = {}
    places = sorted(
        (m for m in mentions if _kind(m) == 1 or m.types[1] > 0.3), key=lambda m: (m.start, -m.end)
    )
    for a in places:
        if a.end >= len(words) or words[a.end].lower() != "and":
            continue
        inside = [k for k in range(a.start, a.end) if words[k].lower() == "between"]
        if inside:  # "the area between Alpha" was taken for one name
            a = Mention(a.sentence, inside[-1] + 1, a.end, a.types, a.rep)
        if a.start == 0 or a.start >= a.end or words[a.start - 1].lower() != "between":
            continue
        b = (
            next((m for m in places if m.start in (a.end + 1, a.end + 2)), None)
            or next((m for m in mentions if m.start <= a.start and m.end > a.end + 1), None)
            or _named(a.end + 1, a, words)
        )
        if b is None:
            continue
        start = (
            a.start - 2 if a.start >= 2 and words[a.start - 2].lower() in _STRETCH else a.start - 1
        )
        whole = Mention(a.sentence, start, b.end, a.types, a.rep)
        for m in places:
            if (
                start < m.end <= b.end and m.start < b.end
            ):  # "some villages between Alpha" too, which begins before it
                out[id(m)] = whole
    return out


_AGAINST = frozenset(["fight", "strike", "hostility", "support"])


def _same_party(x: Mention, y: Mention, words: Sequence[str]) -> bool:
    """One named inside the other, or as one of it ("several units, including A and B"): they do
    nothing to each other.
    """
    if x.start < y.end and y.start < x.end:
        return True
    first, last = (x, y) if x.start < y.start else (y, x)
    between = [w.lower() for w in words[first.end : last.start]]
    if len(between) > 12 or not any(
        w in ("including", "included")
        or (w == "such" and "as" in between)
        or (w == "among" and "them" in between)
        for w in between
    ):
        return False
    return all(
        w in _GLUE
        or w in ("including", "such", "as", "among", "them")
        or w[:1].isupper()
        or words[first.end + i][:1].isupper()
        for i, w in enumerate(between)
    )


def _in_brackets(at: int, words: Sequence[str]) -> bool:
    return list(words[:at]).count("(") > list(words[:at]).count(")")


def _one_aspect(scored: list[Scored]) -> list[Scored]:
    """Of rival aspects of one kind on one pair the likeliest: who holds a place does not take it in
    the same words.
    """
    top: dict[tuple[str, int, int], float] = defaultdict(float)
    for s in scored:
        kind = s.label.split(".")[0]
        top[kind, id(s.x), id(s.y)] = max(top[kind, id(s.x), id(s.y)], s.probability)
    return [
        s
        for s in scored
        if s.label.split(".")[0] in ("harm", "identity")
        or s.probability == top[s.label.split(".")[0], id(s.x), id(s.y)]
    ]
