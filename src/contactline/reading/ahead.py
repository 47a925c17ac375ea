"""What a sentence's form says is to come: nouns that point ahead, aims, moves under way, and what
conditions are about.

"A large operation against X is expected", "the obvious target of the expected operation", "a new
round of violence": the reader's model scores verbs between two mentions, and misses what a noun
foretells. The forms are data (`language/en/ahead.toml`, `conditions.toml`); the mentions are the
model's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contactline.model import PROSPECTIVE, Claim, Modality, Report, Role
from contactline.reading import cues
from contactline.reading.conditions import Clause, clauses, without_clauses
from contactline.reading.forms import MOST_CHARACTERS, Marked, Span, forms, marked
from contactline.reading.model import Mention
from contactline.reading.words import Sentence

# Confidence of a form's claim. On 344 annotated reports the forms added ten claims to none of the
# model's: six right in
# every role, three more but for an aspect or a modality.
SURE = {
    "attack": 0.66,
    "fight": 0.66,
    "fighting": 0.62,
    "aims": 0.66,
    "talks": 0.62,
    "move": 0.66,
    "barred": 0.66,
    "condition": 0.62,
}
MOST_CLAIMS = 16  # of one sentence
FLOOR = 0.1  # a mention the model is less sure of is only a name
HERE = 3  # a place named so often is where a report's "the conflict" is
_AIMS = {
    "take": ("control", "gains"),
    "cut": ("access", "blocked"),
    "open": ("access", "opened"),
    "siege": ("control", "besieges"),
    "leave": ("presence", "leaves"),
    "reach": ("presence", "arrives"),
}


@dataclass(frozen=True, slots=True)
class Foretold:
    """A claim in words of its sentence.

    `of_condition`: it is what the sentence's condition is about.
    """

    kind: str
    aspect: str | None
    modality: str
    agent: Span | None
    other: Span | None
    place: Span | None
    condition: Clause | None
    sure: float
    of_condition: bool = False
    anywhere: bool = False  # of the conflict as a whole, no place being named


def foretold(words: Sequence[str], spans: Sequence[Span]) -> list[Foretold]:
    """What the sentence's forms foretell. Spans are the parties and places named in it."""
    m = marked(words, spans)
    if len(m.text) > MOST_CHARACTERS:
        return []
    depends = clauses(m)
    text = without_clauses(m, depends)
    waiting = next((c for c in depends if not c.given), None)
    out: list[Foretold] = []
    used: list[tuple[int, int, str]] = []
    deny = re.compile(forms("ahead.toml")["words"]["deny"], re.I)
    for form in forms("ahead.toml")["form"]:
        for hit in form["pattern"].finditer(text):
            if "\x00" in hit.group() or any(
                hit.start() < b and a < hit.end() and g in _SAME_SORT[form["gives"]]
                for a, b, g in used
            ):
                continue
            before = re.split(r",| and | but ", text[max(0, hit.start() - 25) : hit.start()])[-1]
            if form.get("deny", True) and deny.search(before + hit.group()):
                continue
            if "needs" in form and not form["needs"].search(m.text):
                continue
            found = list(_gives(form, m, hit, waiting))
            if found:
                used.append((*hit.span(), form["gives"]))
                out += found
    nobody: tuple[Span | None, ...] = (None,)
    for c in depends:
        for e in c.events:
            for a in e.agent or nobody:
                for o in e.target or nobody:
                    for p in e.place or nobody:
                        out.append(
                            Foretold(
                                e.kind,
                                e.aspect,
                                "conditional",
                                a,
                                o,
                                p,
                                c,
                                SURE["condition"],
                                True,
                            )
                        )
    return out[:MOST_CLAIMS]


_SAME_SORT = {
    "attack": ("attack", "fight", "fighting"),
    "fight": ("attack", "fight", "fighting"),
    "fighting": ("attack", "fight", "fighting"),
    "aims": ("aims", "attack"),
    "talks": ("talks",),
    "move": ("move",),
    "barred": ("barred",),
}


def _gives(
    form: dict[str, object], m: Marked, hit: re.Match[str], waiting: Clause | None
) -> Iterable[Foretold]:
    """The claims of one form that fits.

    A form that names nobody and nowhere gives none, but for violence to come.
    """
    gives, modality = str(form["gives"]), str(form["modality"])
    if modality != "stated" and waiting is not None:
        modality = "conditional" if waiting.link in ("if", "unless") else modality
    condition = waiting if modality != "stated" else None
    agents: list[Span | None] = [*m.named(hit, "agent")]
    targets = m.named(hit, "target")
    places: list[Span | None] = [*m.named(hit, "place")]
    if form.get("first") == "last":
        targets = targets[-1:]
    sure = SURE[gives]

    def claim(
        kind: str, aspect: str | None, a: Span | None, o: Span | None, p: Span | None, **more: bool
    ) -> Foretold:
        return Foretold(kind, aspect, modality, a, o, p, condition, sure, **more)

    if gives == "attack":
        against: list[Span | None] = [s for s in targets if s.sort != "P"]
        there: list[Span | None] = [*(s for s in targets if s.sort == "P"), *places]
        for a in agents or [None]:
            for o in against or [None]:
                for p in there or [None]:
                    if (o or p) and (a is None or o is None or a != o):
                        yield claim("fight" if a and o else "strike", None, a, o, p)
    elif gives == "fight":
        for a in agents:
            for foe in (s for s in targets if s.sort != "P"):
                yield claim("fight", None, a, foe, None)
    elif gives == "fighting":
        for p in places or [None]:
            for a in agents or [None]:
                yield claim("situation", "fighting", a, None, p, anywhere=p is None)
    elif gives == "talks":
        if len(agents) > 1:
            for a in agents:
                yield claim("agreement", "sought", a, None, None)
    elif gives == "barred":
        for a in agents:
            for foe in targets:
                for spot in (p for p in places if p):
                    yield claim("access", "blocked", a, foe, spot)
    elif gives == "move":
        for a in agents[:1]:
            for aspect, group in (("leaves", "from"), ("arrives", "to")):
                for spot in m.named(hit, group):
                    yield claim("presence", aspect, a, None, spot)
    elif gives == "aims":
        taken: list[tuple[int, int]] = []
        for verb, pattern in forms("ahead.toml")["verbs"].items():
            for v in pattern.finditer(hit.group("verbs")):
                if "\x00" in v.group() or any(v.start() < b and x < v.end() for x, b in taken):
                    continue
                taken.append(v.span())
                for a in agents:
                    for spot in m.named(v, "place"):
                        yield claim(*_AIMS[verb], a, None, spot)


def spans(mentions: Iterable[Mention]) -> dict[int, list[Span]]:
    """The model's mentions by sentence, each with its likeliest sort; one it is not sure of is
    passed over.
    """
    out: dict[int, list[Span]] = defaultdict(list)
    for x in mentions:
        best = int(x.types.argmax())
        if float(x.types[best]) >= FLOOR:
            out[x.sentence].append(Span("APO"[best], x.start, x.end))
    return out


def claims(
    report: Report, sents: Sequence[Sentence], spans: dict[int, list[Span]], known: Sequence[Claim]
) -> list[Claim]:
    """All claims of a report, those known and those that forms add.

    A form that says better how a claim is meant mends it.

    A claim read as expected that stands in a condition's words becomes what the condition is about;
    one that waits for a condition gets it.
    """
    by_sentence: dict[int, list[Claim]] = {}
    for c in known:
        by_sentence.setdefault(c.start, []).append(c)
    places = frozenset(
        sents[k].words[x.end - 1].text for k, found in spans.items() for x in found if x.sort == "P"
    )
    out: list[Claim] = []
    for i, s in enumerate(sents):
        mine = [_denied(c) for c in by_sentence.pop(s.start, [])]
        found = foretold([w.text for w in s.words], spans.get(i, []))
        added: list[Claim] = []
        about: set[str] = set()  # what conditions are about, of no use where nothing waits for it
        for f in found:
            made = _claim(report, sents, i, spans, f, places)
            if made is None:
                continue
            c = made
            mine = [k for k in mine if not _turned(k, c) and not _misread(k, c)]
            same = next((k for k in mine if _same(k, c)), None)
            if same is not None and f.of_condition:
                # the form knows more of it: who acts, and where they are that it acts on
                if same.modality in PROSPECTIVE:
                    mine[mine.index(same)] = replace(
                        c, confidence=max(c.confidence, same.confidence)
                    )
                    about.add(c.id)
            elif same is None:
                if not any(_same(k, c) for k in added):
                    added.append(c)
                    if f.of_condition:
                        about.add(c.id)
            elif c.modality not in PROSPECTIVE and same.modality == Modality.DENIED:
                mine[mine.index(same)] = c  # to keep somebody from a thing denies nothing
            elif c.modality in PROSPECTIVE and (
                same.modality not in PROSPECTIVE or (c.condition and not same.condition)
            ):
                mine[mine.index(same)] = replace(
                    same, modality=c.modality, condition=c.condition or same.condition
                )
        mine += added
        waits = [c for c in mine if c.modality in PROSPECTIVE and c.id not in about]
        out += [c for c in mine if c.id not in about or waits]
    for rest in by_sentence.values():
        out += rest
    return sorted(out, key=_order)


def _denied(c: Claim) -> Claim:
    """ "They do not seek to fight them" is no aim: the words between the roles say so."""
    if c.modality not in PROSPECTIVE:
        return c
    at = sorted(
        (r.start - c.start, (r.end or r.start) - c.start)
        for r in (c.actor, c.other, c.place)
        if r is not None and r.start is not None and c.start <= r.start < c.end
    )
    if len(at) < 2 or at[-1][0] - at[0][1] > MOST_CHARACTERS:
        return c
    no_aim = re.compile(forms("ahead.toml")["words"]["no_aim"], re.I)
    if not no_aim.search(c.quote[at[0][1] : at[-1][0]]):
        return c
    return replace(c, modality=Modality.DENIED, condition=None)


def _order(c: Claim) -> tuple[object, ...]:
    return (
        c.start,
        c.kind,
        c.aspect or "",
        *((r.start or 0) if r else 0 for r in (c.actor, c.other, c.place)),
        c.modality,
    )


def _turned(a: Claim, b: Claim) -> bool:
    """The form tells who strikes whom, and the other claim has it the wrong way round."""
    return bool(
        a.kind == b.kind == "strike"
        and a.actor
        and a.other
        and b.actor
        and b.other
        and _meets(a.actor, b.other)
        and _meets(a.other, b.actor)
    )


def _misread(a: Claim, form: Claim) -> bool:
    """The form tells who keeps whom from a road, or that a move is under way, and the other claim
    has it otherwise.

    "X keeps Y from using the road as a supply line": neither does Y close anything, nor is the
    supply line another road. "X has begun to move troops to P": the move is no plan.
    """
    if a.kind != form.kind or a.aspect != form.aspect or form.modality in PROSPECTIVE:
        return False
    if form.kind == "presence":
        return bool(
            a.modality in PROSPECTIVE and a.place and form.place and _meets(a.place, form.place)
        )
    if form.kind != "access" or not (form.actor and form.other and form.place):
        return False
    turned = a.actor is not None and _meets(a.actor, form.other)
    elsewhere = (
        a.place is not None
        and not _meets(a.place, form.place)
        and (a.place.start or 0) > (form.place.end or 0)
        and a.other is not None
    )
    return turned or elsewhere


def _same(a: Claim, b: Claim) -> bool:
    """They tell the same event: kind and aspect,
    and no role of the one that differs in the other.
    """
    offensive = ("fight", "strike")
    if not (a.kind == b.kind and a.aspect == b.aspect) and not (
        a.kind in offensive and b.kind in offensive
    ):
        return False
    if a.kind == "fight":
        mine = [r for r in (a.actor, a.other) if r]
        return all(any(_meets(r, x) for x in mine) for r in (b.actor, b.other) if r) and _agree(
            a.place, b.place
        )
    return all(
        _agree(x, y) for x, y in ((a.actor, b.actor), (a.other, b.other), (a.place, b.place))
    )


def _agree(a: Role | None, b: Role | None) -> bool:
    return a is None or b is None or _meets(a, b)


def _meets(a: Role, b: Role) -> bool:
    return (a.start or 0) < (b.end or 0) and (b.start or 0) < (a.end or 0)


def _claim(
    report: Report,
    sents: Sequence[Sentence],
    i: int,
    spans: dict[int, list[Span]],
    f: Foretold,
    places: frozenset[str],
) -> Claim | None:
    s = sents[i]

    def role(x: Span | None, of: Sentence = s) -> Role | None:
        if x is None:
            return None
        a, b = of.words[x.start].start, of.words[x.end - 1].end
        return Role(report.text[a:b], start=a, end=b)

    place = role(f.place) or _of_a_place(report, s, f.other, places)
    agent = role(f.agent)
    if agent is not None and _ANYBODY.fullmatch(agent.text):
        agent = None
    if f.anywhere and place is None:
        place = _here(report, sents, i, spans)
        if place is None and f.agent is None:
            return None
    quote = report.text[s.start : s.end]
    condition = None
    if f.condition is not None and not f.of_condition:
        a, b = s.words[f.condition.start].start, s.words[f.condition.end - 1].end
        condition = report.text[a:b]
    voice = cues.said_by(quote[:1200])
    modality = f.modality
    if modality == "stated" and voice:
        modality = "reported"
    return Claim(
        report.id,
        f.kind,
        f.aspect,
        agent,
        role(f.other),
        place,
        Modality(modality),
        quote,
        s.start,
        s.end,
        f.sure,
        voice if modality != "stated" and not f.of_condition else None,
        condition,
    )


def _here(
    report: Report, sents: Sequence[Sentence], i: int, spans: dict[int, list[Span]]
) -> Role | None:
    """Where "the conflict" is that nobody places: a place of the sentence, else the one the report
    names most.
    """
    mine = [x for x in spans.get(i, []) if x.sort == "P"]
    if mine:
        x = mine[-1]
        a, b = sents[i].words[x.start].start, sents[i].words[x.end - 1].end
        return Role(report.text[a:b], start=a, end=b)
    named = Counter(_names(report, sents, spans))
    last = {name: at for name, at in _named_at(report, sents, spans) if at[0] < sents[i].end}
    best = [(n, name) for name, n in named.items() if name in last]
    if not best:
        return None
    n, name = max(best)
    return Role(name, start=last[name][0], end=last[name][1]) if n >= HERE else None


def _named_at(
    report: Report, sents: Sequence[Sentence], spans: dict[int, list[Span]]
) -> Iterable[tuple[str, tuple[int, int]]]:
    """Every place called by a name, with its offsets, in order."""
    for k in sorted(spans):
        for x in spans[k]:
            words = sents[k].words
            at = words[x.start].start, words[x.end - 1].end
            name = report.text[at[0] : at[1]]
            if x.sort == "P" and name[:1].isupper():
                yield name, at


def _names(report: Report, sents: Sequence[Sentence], spans: dict[int, list[Span]]) -> list[str]:
    return [name for name, _ in _named_at(report, sents, spans)]


def _of_a_place(report: Report, s: Sentence, x: Span | None, places: frozenset[str]) -> Role | None:
    """ "Their Idlib counterparts" are in Idlib, where the report knows a place by that name."""
    if x is None or x.end - x.start < 2 or s.words[x.end - 1].text[:1].isupper():
        return None
    first = s.words[x.start]
    if first.text[:1].isupper() and first.text in places:
        return Role(first.text, start=first.start, end=first.end)
    return None


_ANYBODY = re.compile(
    r"(?:(?:the|both|all|two|warring|conflicting|rival|other) "
    r")*(?:sides?|parties|party|they|both)",
    re.I,
)
