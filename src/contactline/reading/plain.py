"""Control said plainly: "X still holds A and B", "A is controlled by X".

The form alone is evidence.

The learned score of such a pair is raised to a floor; everything else about the claim (negation,
aim, condition) is decided as for any other.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from contactline.reading.model import Mention

ACTIVE = frozenset(
    ["controls", "control", "controlled", "holds", "hold", "held", "occupies", "occupy", "occupied"]
)
PASSIVE = frozenset(["controlled", "held", "occupied", "run", "administered"])
BE = frozenset(["is", "are", "was", "were", "remain", "remains", "been", "be", "being", "stays"])
BETWEEN = frozenset(
    [
        "still",
        "also",
        "now",
        "currently",
        "have",
        "has",
        "had",
        "fully",
        "effectively",
        "reportedly",
        "de",
        "facto",
        "-",
        "partly",
        "largely",
        "mainly",
        "mostly",
        "already",
        "always",
        "both",
        "jointly",
        "firmly",
        "continue",
        "continues",
        "to",
        ")",
        "the",
    ]
)
_NOUNS = frozenset(
    [
        "militant",
        "militants",
        "group",
        "groups",
        "forces",
        "fighters",
        "rebels",
        "rebel",
        "factions",
        "militias",
        "militia",
        "opposition",
        "units",
        "troops",
    ]
)
FLOOR = 0.9  # the score that a plain form gives by itself
STATES = {
    "calm": "calm",
    "quiet": "calm",
    "peaceful": "calm",
    "stable": "calm",
    "tense": "tense",
    "volatile": "tense",
    "unstable": "tense",
}


def whole(m: Mention, words: Sequence[str]) -> Mention:
    """ "Turkish" in "pro-Turkish militant groups" is taken with what it stands in."""
    if m.start >= 2 and words[m.start - 1] in ("-", "–") and words[m.start - 2].lower() == "pro":
        end = m.end
        while end < len(words) and words[end].lower() in _NOUNS:
            end += 1
        return Mention(m.sentence, m.start - 2, end, m.types, m.rep)
    return m


def plainly(
    mentions: Sequence[Mention], words: Sequence[str], aside: frozenset[int]
) -> list[tuple[Mention, Mention, int]]:
    """(holder, place, index of the verb) for each plain statement; lists are left to the caller."""
    low = [w.lower() for w in words]
    actors = sorted(
        (m for m in mentions if m.types[0] == m.types.max() and id(m) not in aside),
        key=lambda m: m.start,
    )
    places = sorted(
        (m for m in mentions if m.types[1] >= 0.35 and m.types[1] >= m.types[0]),
        key=lambda m: m.start,
    )
    out: list[tuple[Mention, Mention, int]] = []
    for i, w in enumerate(low):
        if (
            w in PASSIVE
            and low[i + 1 : i + 2] == ["by"]
            and any(x in BE for x in low[max(0, i - 4) : i])
        ):
            start = max((k for k in range(i) if low[k] == ";"), default=-1) + 1
            held = next((p for p in places if start <= p.start and p.end <= i), None)
            holder = next((a for a in actors if i + 2 <= a.start <= i + 9), None)
            if held and holder:
                out.append((holder, held, i))
        elif (
            w in ACTIVE
            and i
            and low[i + 1 : i + 2] not in (["by"], ["of"], ["over"])
            and low[i - 1]
            not in ("-", "–", "under", "of", "the", "in", "take", "took", "taken", "full", "to")
        ):
            holder = next(
                (
                    a
                    for a in reversed(actors)
                    if a.end <= i and i - a.end <= 6 and all(x in BETWEEN for x in low[a.end : i])
                ),
                None,
            )
            if (
                holder is None and low[i - 1] == ","
            ):  # "X, backed by A and B, controls": the subject opens the clause
                start = max((k for k in range(i) if low[k] == ";"), default=-1) + 1
                holder = next(
                    (a for a in actors if start <= a.start <= start + 4 and a.end < i), None
                )
            held = next((p for p in places if i < p.start <= i + 9), None)
            if (
                held
                and holder
                and not any(
                    x in ("while", "but", "after", "when", "who", "which", ".")
                    for x in low[i : held.start]
                )
            ):
                out.append((holder, held, i))
    return out


def how_it_is(mentions: Sequence[Mention], words: Sequence[str]) -> list[tuple[str, Mention, int]]:
    """(calm or tense, first place of the subject, index of the word) for "the pockets of A, B and C
    are relatively calm".
    """
    low = [w.lower() for w in words]
    places = sorted(
        (m for m in mentions if m.types[1] >= 0.35 and m.types[1] >= m.types[0]),
        key=lambda m: m.start,
    )
    out = []
    for i, w in enumerate(low):
        if (
            w in STATES
            and any(x in BE for x in low[max(0, i - 4) : i])
            and low[i - 1] not in ("not", "no")
        ):
            first = next((p for p in places if p.end <= i), None)
            if first:
                out.append((STATES[w], first, i))
    return out


def _overlooked(mentions: Sequence[Mention], words: Sequence[str]) -> list[Mention]:
    """A name between commas in a list of sure places, which the model took for nothing: "Homs,
    Damascus, Latakia".
    """
    places = sorted(
        (m for m in mentions if m.types[1] >= 0.5 and m.types.argmax() == 1),
        key=lambda m: (m.start, m.end),
    )
    out = []
    for a, b in itertools.pairwise(places):
        name = words[a.end + 1 : b.start - 1]
        if (
            1 <= len(name) <= 3
            and words[a.end] == ","
            and words[b.start - 1] in (",", "and")
            and all(w[:1].isupper() or w == "-" for w in name)
            and not any(m.start < b.start - 1 and a.end + 1 < m.end for m in mentions)
        ):
            out.append(
                Mention(
                    a.sentence,
                    a.end + 1,
                    b.start - 1,
                    np.array([0.0, 0.6, 0.0], np.float32),
                    np.zeros_like(a.rep),
                )
            )
    return out


def settle(
    mentions: Sequence[Mention], words: Sequence[str], glue: frozenset[str]
) -> list[Mention]:
    """A weak mention in a list of sure places is a place too, and so is any in a list that is
    mostly places.

    "Damascus" may be a government, but not between Homs and Latakia.
    """
    ordered = sorted([*mentions, *_overlooked(mentions, words)], key=lambda m: (m.start, m.end))
    for m in ordered:
        if m.types.max() < 0.5 and m.types.argmax() != 1:
            for o in ordered:
                first, last = (m, o) if m.start < o.start else (o, m)
                between = [w.lower() for w in words[first.end : last.start]]
                if (
                    o is not m
                    and o.types[1] >= 0.5
                    and o.types.argmax() == 1
                    and 0 < len(between) <= 3
                    and all(w in glue for w in between)
                ):
                    m.types[:] = (0.0, 0.5, 0.0)
                    break
    run: list[Mention] = []
    for k, m in enumerate(ordered):
        run.append(m)
        after = ordered[k + 1] if k + 1 < len(ordered) else None
        if (
            after is not None
            and after.start >= m.end
            and 0 < after.start - m.end <= 2
            and all(w in (",", "and") for w in words[m.end : after.start])
        ):
            continue
        if after is not None and after.start < m.end:
            run.pop()  # of two that overlap the longer list goes on with the later one
            continue
        sure = sum(x.types[1] >= 0.5 and x.types.argmax() == 1 for x in run)
        if len(run) >= 4 and sure >= 0.6 * len(run):
            for x in run:
                if x.types.argmax() != 1:
                    x.types[:] = (0.0, 0.6, 0.0)
        run = []
    return ordered
