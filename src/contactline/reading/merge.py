"""What the deep reader's scores still need: one mention for words that say the same, and each
clause its own roles.

Of the rules of `fuse.py`, written for smaller readers, those stay here that pay on reports left out
of training (docs/reading.md has the ablation): overlapping mentions and abbreviations are one, a
stretch between two places is one place, who holds a place does not besiege it, and across a
semicolon or a contrast who has a partner in the own clause takes none from the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from contactline.reading.fuse import STATED, beyond, compounds, lists, one_of, stretches
from contactline.reading.model import Mention, Scored
from contactline.reading.plain import BE, FLOOR, STATES

HARD = dict.fromkeys(["complicated", "difficult", "critical", "dire", "unstable"], "tense")
PARTICLES = frozenset(["al", "el", "as", "ash", "at", "of", "the", "-", "–", "’", "'"])
JOINS = frozenset([",", "and", "or", "the", "area", "areas", "city", "town", "pocket", "pockets"])
CONTRASTS = frozenset(["while", "whereas", "but"])
SPREAD = frozenset(["control", "presence"])
SAME, BESIDE = 0.7, 0.8  # of the surest reading of a pair; of the surest who takes a place
THERE_IS = BE | {"have", "has", "had", "will", "would", "may", "could"}
HOLD = frozenset(
    ["hold", "holds", "held", "holding", "retain", "retains", "retained", "keeps", "kept"]
)
ONCE = frozenset(["formerly", "previously", "former", "ex", "aka", "known", "originally"])
AMONG = frozenset(["including", "mostly", "mainly", "among"])
OFFICES = frozenset(
    [
        "commander",
        "chair",
        "chairman",
        "chairwoman",
        "co-chair",
        "cochair",
        "leader",
        "head",
        "chief",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "member",
        "official",
        "officer",
        "minister",
        "general",
        "deputy",
        "secretary",
        "founder",
    ]
)
MODIFIES = frozenset(["backed", "supported", "aligned", "allied", "sponsored", "funded"])
SUPPLIES = frozenset(["supplied", "made", "built", "provided", "donated", "produced"])
REACH = 6  # words between what backs and whom it backs
MANY, SURE, LENT = 3, 0.5, 0.6  # places of a list; the surest's score; what it lends the others
OTHERS, OWN = 0.9, 0.5  # of a pair's score: what its second and first role have in their own clause


def merge(
    sentence: int, words: Sequence[str], here: Sequence[Mention], scored: Sequence[Scored]
) -> list[Scored]:
    """The same labels, one for each distinct pair of mentions, none across clauses that have
    their own.
    """
    lists_of = {id(m) for m in here if _several(m, here, words) or _expletive(m, words)}
    here = [m for m in here if id(m) not in lists_of]
    scored = [s for s in scored if id(s.x) not in lists_of and id(s.y) not in lists_of]
    once = _once_called(sentence, words)
    scored = [s for s in scored if s.label.startswith("identity") or not _in(once, s)]
    stands = one_of(here, words) | stretches(here, words)
    modifies = compounds(here, words)
    best: dict[tuple[str, int, int], Scored] = {}
    for s in scored:
        if s.y is not None and s.y.sentence == sentence and beyond(s, modifies, words):
            continue
        x = stands.get(id(s.x), s.x)
        y = stands.get(id(s.y), s.y) if s.y is not None else None
        key = (s.label, id(x), id(y))
        if (
            s.label == "control.gains"
            and s.word < len(words)
            and words[s.word].lower() in HOLD
            and any(w.lower() == "since" for w in words)
        ):
            continue  # "have held Alpha since the spring": nobody takes it now
        if x is not y and (key not in best or s.probability > best[key].probability):
            best[key] = replace(s, x=x, y=y)
    _shared(best, list({id(m): m for m in stands.values()}.values()), words, frozenset(modifies))
    _shared_by_actors(
        best, list({id(m): m for m in stands.values()}.values()), words, frozenset(modifies)
    )
    best = {
        k: s
        for k, s in best.items()
        if not _another_s(s, sentence, words)
        and not _in_office(s, words)
        and not _among_them(s, best.values(), words)
    }
    kept = _one_each(_by_clause(sentence, words, list(best.values())))
    for state, place, at in calm_or_tense([stands.get(id(m), m) for m in here], words):
        label = f"situation.{state}"
        if not any(s.label == label and s.x is place and s.probability >= FLOOR for s in kept):
            kept = [s for s in kept if not (s.label == label and s.x is place)]
            kept.append(Scored(label, place, None, FLOOR, STATED, at))
    return kept


def _another_s(s: Scored, sentence: int, words: Sequence[str]) -> bool:
    """ "Sudanese jets, Chad-backed tribesmen and Fur fighters": Chad backs the tribesmen, and
    neither backs anybody else; "Canada-supplied tanks" are backed by nobody.
    """
    if s.label != "support.backs" or s.y is None or s.word >= len(words):
        return False
    word = words[s.word].lower()
    if word in MODIFIES and [w.lower() for w in words[s.word + 1 : s.word + 2]] == ["by"]:
        # "Alpha, backed by Beta, …; Gamma …": who backs stands behind the "by", in its clause
        after = s.x.sentence == sentence and s.x.start > s.word + 1
        return not after or ";" in words[s.word : s.x.start]
    if s.word < 2 or words[s.word - 1] not in ("-", "–") or word not in MODIFIES | SUPPLIES:
        return False
    if word in SUPPLIES:
        return True
    x, y = s.x, s.y
    between = words[x.end : s.word - 1] if x.sentence == sentence and x.end < s.word else ["."]
    follows = y.sentence == sentence and s.word < y.start <= s.word + 1 + REACH
    broken = follows and any(w in (",", ";") for w in words[s.word + 1 : y.start])
    return any(
        w[:1].isalnum() and w.lower() not in ("and", "or") and not w[0].isupper() for w in between
    ) or (between == ["."] or not follows or broken)


def _in_office(s: Scored, words: Sequence[str]) -> bool:
    """ "N.N., a commander in Alpha", "N.N. is head of Beta": no person is part of a party."""
    if s.label != "identity.part_of" or s.y is None or s.x.sentence != s.y.sentence:
        return False
    first, last = (s.x, s.y) if s.x.start < s.y.start else (s.y, s.x)
    return first is s.x and any(w.lower() in OFFICES for w in words[first.end : last.start])


def _among_them(s: Scored, all_of: Iterable[Scored], words: Sequence[str]) -> bool:
    """ "Nine villagers, including two teachers, were hurt": the two are among the nine."""
    if not s.label.startswith("harm.") or s.y is not None or s.x.start < 2:
        return False
    before = [w.lower() for w in words[max(0, s.x.start - 6) : s.x.start]]
    if not AMONG.intersection(before) or any(w in (".", ";") for w in before):
        return False
    return any(
        o.label == s.label and o.x.sentence == s.x.sentence and o.x.end < s.x.start for o in all_of
    )


def _once_called(sentence: int, words: Sequence[str]) -> list[tuple[int, int, int]]:
    """(sentence, from, to) of "(formerly the Beta Brigade, a branch of Gamma)": what is
    told there is who the party before it is, and of whom it came.
    """
    out = []
    for k, w in enumerate(words):
        if w == "(" and any(x.lower() in ONCE for x in words[k + 1 : k + 3]):
            end = next((j for j in range(k + 1, len(words)) if words[j] == ")"), len(words))
            out.append((sentence, k, end))
    return out


def _in(spans: Sequence[tuple[int, int, int]], s: Scored) -> bool:
    return any(
        m is not None and m.sentence == at and a <= m.start < b
        for at, a, b in spans
        for m in (s.x, s.y)
    )


def _one_each(scored: list[Scored]) -> list[Scored]:
    """One reading for who has what with a place: who holds it does not besiege it, and of several
    who
    take it those are left that are about as sure as the surest.
    """
    pair: dict[tuple[int, int], float] = defaultdict(float)
    taker: dict[int, float] = defaultdict(float)
    for s in scored:
        if s.y is not None and s.label.startswith("control."):
            pair[id(s.x), id(s.y)] = max(pair[id(s.x), id(s.y)], s.probability)
            if s.label == "control.gains":
                taker[id(s.y)] = max(taker[id(s.y)], s.probability)
    backs = {
        (id(s.x), id(s.y)) for s in scored if s.label == "support.backs" and s.probability >= SURE
    }
    has = {(s.label, id(s.x), id(s.y)): s.probability for s in scored if s.y is not None}

    def behind(s: Scored) -> bool:
        """ "The government, backed by its allies, holds Alpha": the allies do not."""
        return any(
            has.get((s.label, holder, id(s.y)), 0.0) > s.probability
            for patron, holder in backs
            if patron == id(s.x)
        )

    return [
        s
        for s in scored
        if s.y is None
        or not s.label.startswith("control.")
        or (
            not behind(s)
            and s.probability >= SAME * pair[id(s.x), id(s.y)]
            and (s.label != "control.gains" or s.probability >= BESIDE * taker[id(s.y)])
        )
    ]


def _several(m: Mention, here: Sequence[Mention], words: Sequence[str]) -> bool:
    """ "Alpha and Beta" taken for one name, where both are mentions by themselves."""
    inner = words[m.start : m.end]
    if "between" in inner or not any(w in ("and", ",", "&") for w in inner):
        return False
    parts = [o for o in here if o is not m and m.start <= o.start and o.end <= m.end]
    return any(a.end < b.start for a in parts for b in parts)


def _expletive(m: Mention, words: Sequence[str]) -> bool:
    """ "There" in "there have been clashes" is nobody."""
    return (
        m.end - m.start == 1
        and words[m.start].lower() == "there"
        and m.end < len(words)
        and words[m.end].lower() in THERE_IS
    )


def _shared(
    best: dict[tuple[str, int, int], Scored],
    mentions: Sequence[Mention],
    words: Sequence[str],
    aside: frozenset[int],
) -> None:
    """Who holds most of a list of three places or more holds all of them."""
    for group in lists(mentions, words, aside):
        if len(group) < MANY or group[0].types.argmax() != 1:
            continue
        for label, x in {(k[0], k[1]) for k in best if k[0].split(".")[0] in SPREAD}:
            told = [best[label, x, id(m)] for m in group if (label, x, id(m)) in best]
            sure = sorted((s.probability for s in told), reverse=True)
            if 2 * len(sure) <= len(group) or sure[0] < SURE:
                continue
            p = LENT * sure[0]
            for m in group:
                s = best.get((label, x, id(m)))
                if s is None or s.probability < p:
                    best[label, x, id(m)] = replace(s or told[0], y=m, probability=p)


def _shared_by_actors(
    best: dict[tuple[str, int, int], Scored],
    mentions: Sequence[Mention],
    words: Sequence[str],
    aside: frozenset[int],
) -> None:
    """Of a list of three parties or more all back whom most of them back."""
    for group in lists(mentions, words, aside):
        if len(group) < MANY or group[0].types.argmax() != 0:
            continue
        for label, y in {(k[0], k[2]) for k in best if k[0].startswith("support.")}:
            told = [best[label, id(m), y] for m in group if (label, id(m), y) in best]
            sure = sorted((s.probability for s in told), reverse=True)
            if not sure or 2 * len(sure) <= len(group) or sure[0] < SURE:
                continue
            for m in group:
                s = best.get((label, id(m), y))
                if s is None or s.probability < LENT * sure[0]:
                    best[label, id(m), y] = replace(s or told[0], x=m, probability=LENT * sure[0])


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
    """(calm or tense, place, index of the word) for "A, B and C are relatively calm": the
    subject's places.
    """
    low = [w.lower() for w in words]
    places = sorted(
        {id(m): m for m in mentions if m.types.argmax() == 1}.values(), key=lambda m: m.start
    )
    out = []
    for i, w in enumerate(low):
        verb = next((k for k in range(i - 1, max(-1, i - 4), -1) if low[k] in BE), None)
        if "situation" in low[max(0, i - 8) : i] and w in {**STATES, **HARD} and verb is not None:
            # "the situation is tense in A and B"
            edge = i + 1
            for p in (p for p in places if p.start > i):
                if all(x in JOINS or x in ("in", "around", "at") for x in low[edge : p.start]):
                    out.append(({**STATES, **HARD}[w], p, i))
                    edge = p.end
            continue
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
