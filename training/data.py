"""Annotated reports as words, mentions and labelled roles; names swapped for others to teach the
frame, not the name.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from contactline.reading.labels import ONE, PAIR, SYMMETRIC
from contactline.reading.words import sentences

ARTICLES = {"the", "a", "an"}
Span = tuple[int, int, int]  # sentence, first word, past the last word


@dataclass
class Gold:
    label: str
    actor: Span | None
    other: Span | None
    place: Span | None
    modality: str
    trigger: Span | None
    sentence: int
    optional: bool


@dataclass
class Doc:
    name: str
    words: list[list[str]]
    golds: list[Gold]
    known: dict[Span, str] = field(
        default_factory=dict
    )  # every occurrence of a gold name: its entity
    types: dict[Span, str] = field(default_factory=dict)
    said: set[tuple] = field(default_factory=set)  # (kind, entities) claimed anywhere in the report


def fold(s: str) -> str:
    s = unicodedata.normalize("NFKD", s.lower())
    s = "".join(c for c in s if not unicodedata.combining(c))
    return " ".join(
        w for w in re.findall(r"\w+", s.replace("’", " ").replace("'", " ")) if w not in ARTICLES
    )


def _spans_of(sent, text: str, role: str) -> list[tuple[int, int]]:
    out = []
    at = text.find(role, sent.start, sent.end)
    while at >= 0:
        a = next((i for i, w in enumerate(sent.words) if w.end > at), None)
        b = next(
            (i for i, w in enumerate(sent.words) if w.end >= at + len(role)), len(sent.words) - 1
        )
        if a is not None:
            while a < b and sent.words[a].text.lower() in ARTICLES:
                a += 1
            out.append((a, b + 1))
        at = text.find(role, at + 1, sent.end)
    return out


def load(path: Path) -> Doc:
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_name(gold["file"]).read_text(encoding="utf-8")
    sents = sentences(text)
    doc = Doc(gold["doc"], [[w.text for w in s.words] for s in sents], [])
    for table, kind in (("actors", "actor"), ("places", "place")):
        for entity, names in gold[table].items():
            for name in {entity, *names}:
                if not name:
                    continue
                for i, s in enumerate(sents):
                    for a, b in _spans_of(s, text, name):
                        doc.known.setdefault((i, a, b), entity)
                        doc.types.setdefault((i, a, b), kind)
    for c in gold["claims"]:
        hit = [i for i, s in enumerate(sents) if s.start < c["end"] and s.end > c["start"]]
        if not hit:
            continue
        trigger = None
        for i in hit:
            found = _spans_of(sents[i], text, c.get("trigger") or "\0")
            if found:
                trigger = (i, *found[0])
                break
        home = trigger[0] if trigger else hit[0]
        pivot = trigger[1] if trigger else 0

        def role(name: str, c=c, home=home, pivot=pivot) -> Span | None:
            words = c.get(name + "_text")
            if not words:
                return None
            for back in (0, -1, -2, -3, 1):
                if 0 <= home + back < len(sents):
                    found = _spans_of(sents[home + back], text, words)
                    if found:
                        a, b = (
                            min(found, key=lambda f: abs(f[0] - pivot)) if back == 0 else found[-1]
                        )
                        return (home + back, a, b)
            return None

        kind, aspect = c["kind"], c.get("aspect")
        doc.golds.append(
            Gold(
                f"{kind}.{aspect}" if aspect else kind,
                role("actor"),
                role("other"),
                role("place"),
                c["modality"],
                trigger,
                home,
                bool(c.get("optional")),
            )
        )
        doc.said.add(
            (
                kind,
                c.get("actor"),
                c.get("other") if kind not in ("control", "presence", "access") else c.get("place"),
            )
        )
    return doc


def load_offsets(path: Path, shared: Path) -> list[Doc]:
    """Passages of the corpora annotated by us: offsets and labels only, the words are read from
    `shared`.

    A line holds corpus, id, start, end (of the passage) and claims: label, modality, sentence and
    roles as [start, end].
    """
    texts: dict[str, dict[str, str]] = {}
    docs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["corpus"] not in texts:
            with (shared / "data/text" / f"{row['corpus']}.jsonl").open(encoding="utf-8") as lines:
                texts[row["corpus"]] = {r["id"]: r["text"] for r in map(json.loads, lines)}
        text = texts[row["corpus"]][row["id"]]
        sents = [s for s in sentences(text) if s.start >= row["start"] and s.end <= row["end"]]
        doc = Doc(
            f"{row['corpus']}-{row['id']}-{row['start']}",
            [[w.text for w in s.words] for s in sents],
            [],
        )

        def span(at: list[int] | None, sents=sents) -> Span | None:
            if not at:
                return None
            i = next(i for i, s in enumerate(sents) if s.start <= at[0] < s.end)
            inside = [k for k, w in enumerate(sents[i].words) if w.end > at[0] and w.start < at[1]]
            while len(inside) > 1 and sents[i].words[inside[0]].text.lower() in ARTICLES:
                inside = inside[1:]
            return (i, inside[0], inside[-1] + 1)

        for c in row["claims"]:
            # sentences may be parted otherwise than when they were annotated
            home = next(i for i, s in enumerate(sents) if s.start <= c["sentence"][0] < s.end)
            actor, other, place = (span(c.get(r)) for r in ("actor", "other", "place"))
            doc.golds.append(
                Gold(
                    c["label"],
                    actor,
                    other,
                    place,
                    c["modality"],
                    None,
                    home,
                    bool(c.get("optional")),
                )
            )
            names = {
                r: fold(text[slice(*c[r])]) if c.get(r) else None
                for r in ("actor", "other", "place")
            }
            kind = c["label"].split(".")[0]
            doc.said.add(
                (
                    kind,
                    names["actor"],
                    names["place" if kind in ("control", "presence", "access") else "other"],
                )
            )
            for role, name in names.items():
                if name and proper(text[slice(*c[role])].split()):
                    for i, s in enumerate(sents):
                        for a, b in _spans_of(s, text, text[slice(*c[role])]):
                            doc.known.setdefault((i, a, b), name)
                            doc.types.setdefault(
                                (i, a, b),
                                "place"
                                if role == "place"
                                else "object"
                                if kind == "harm" and role == "other"
                                else "actor",
                            )
        docs.append(doc)
    return docs


def load_marked(path: Path) -> list[Doc]:
    """Sentences written by us: `{a:Rebels} seized {p:the airport} . => control.gains a p` (modality
    before the label). `@t` after the roles names the word that says it, where the roles stand in
    sentences before.
    """
    docs = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if not line.strip() or line.startswith("#"):
            continue
        marked, _, claims = line.partition("=>")
        spans, plain, at = {}, "", 0
        for m in re.finditer(r"\{(\w+):([^{}]*)\}", marked):
            plain += marked[at : m.start()]
            spans[m.group(1)] = (len(plain), len(plain) + len(m.group(2)))
            plain += m.group(2)
            at = m.end()
        plain += marked[at:]
        plain = plain.rstrip()
        sents = sentences(plain)
        doc = Doc(f"own-{n}", [[w.text for w in s.words] for s in sents], [])

        def span(key: str, sents=sents, spans=spans, n=n) -> Span | None:
            if key in ("-", ""):
                return None
            a, b = spans[key]
            for i, s in enumerate(sents):
                if s.start <= a < s.end:
                    inside = [k for k, w in enumerate(s.words) if w.end > a and w.start < b]
                    while len(inside) > 1 and s.words[inside[0]].text.lower() in ARTICLES:
                        inside = inside[1:]
                    return (i, inside[0], inside[-1] + 1)
            raise ValueError(f"{path}:{n + 1}: no sentence holds {key}")

        for key in spans:
            if key[0] == "t":
                continue  # the word that says it, where that is in a later sentence than the roles
            doc.known[span(key)] = key
            doc.types[span(key)] = {"a": "actor", "p": "place", "o": "object"}.get(key[0], "actor")
        for claim in claims.split(";"):
            parts = claim.split()
            if not parts:
                continue
            modality = (
                parts.pop(0)
                if parts[0] in ("denied", "expected", "intended", "conditional", "reported")
                else "stated"
            )
            word = next((p[1:] for p in parts if p.startswith("@")), None)
            label, *roles = (p for p in parts if not p.startswith("@"))
            kind = label.split(".")[0]
            roles += ["-"] * (3 - len(roles))
            if kind in ("control", "presence", "access", "situation"):
                actor, place, other = (
                    (roles + ["-"])[:3] if kind != "situation" else ("-", roles[0], "-")
                )
            else:
                actor, other, place = roles[:3]
            trigger = span(word) if word else None
            g = Gold(label, span(actor), span(other), span(place), modality, trigger, 0, False)
            g.sentence = (
                trigger[0] if trigger else max(s[0] for s in (g.actor, g.other, g.place) if s)
            )
            doc.golds.append(g)
        docs.append(doc)
    return docs


def labels_of(doc: Doc):
    """((label, x, y) for pairs, (label, x) for single mentions) with modality, trigger and whether
    optional.
    """
    pairs, ones = [], []
    for g in doc.golds:
        kind = g.label.split(".")[0]
        m = (g.modality, g.trigger, g.optional, g.sentence)
        a, o, p = g.actor, g.other, g.place

        def pair(label: str, x: Span | None, y: Span | None, m=m) -> None:
            if x and y and x != y:
                pairs.append((label, x, y, *m))
                if label in SYMMETRIC:
                    pairs.append((label, y, x, *m))

        if kind in ("control", "presence"):
            pair(g.label, a, p)
        elif kind == "access":
            pair(g.label, a, p)
            pair("access.kept_out", o, p)
            if p and not a:
                ones.append((g.label, p, *m))
        elif kind in ("fight", "strike"):
            pair(kind, a, o)
            pair(kind + "@", a, p)
            if kind == "fight":
                pair("fight@", o, p)
        elif kind in ("support", "hostility", "identity"):
            pair(g.label, a, o)
        elif kind == "agreement":
            if a or p:
                ones.append((g.label, a or p, *m))
            pair("agreement.with", a, o)
            pair("agreement@", a, p)
        elif kind == "harm":
            if o or p:
                ones.append((g.label, o or p, *m))
            pair("harm@", o, p)
            pair("harm.by", a, o)
        elif kind == "situation" and p:
            ones.append((g.label, p, *m))
    return [x for x in pairs if x[0] in PAIR], [x for x in ones if x[0] in ONE]


def proper(words: list[str]) -> bool:
    letters = [w for w in words if w[0].isalpha()]
    return (
        bool(letters) and letters[0][0].isupper() and letters[-1][0].isupper() and len(words) <= 6
    )


def names_in(docs: list[Doc]) -> dict[str, list[list[str]]]:
    pools: dict[str, set[tuple[str, ...]]] = {"actor": set(), "place": set()}
    for d in docs:
        for (i, a, b), t in d.types.items():
            w = d.words[i][a:b]
            if t in pools and proper(w):
                pools[t].add(tuple(w))
    return {k: [list(w) for w in sorted(v)] for k, v in pools.items()}


def swapped(
    doc: Doc, pools: dict[str, list[list[str]]], rng: random.Random, share: float = 0.6
) -> Doc:
    """The report with some names replaced by others of their type, the same one throughout."""
    chosen: dict[tuple, list[str]] = {}
    new_words, moved = [], {}
    for i, words in enumerate(doc.words):
        spans = sorted(
            (
                s
                for s in doc.types
                if s[0] == i and doc.types[s] in pools and proper(words[s[1] : s[2]])
            ),
            key=lambda s: s[1] - s[2],
        )
        taken: list[Span] = []
        for s in spans:
            if not any(s[1] < t[2] and t[1] < s[2] for t in taken):
                taken.append(s)
        taken.sort(key=lambda s: s[1])
        out: list[str] = []
        where: list[int] = []  # old word -> new index
        k = 0
        for s in taken:
            while k < s[1]:
                where.append(len(out))
                out.append(words[k])
                k += 1
            key = tuple(words[s[1] : s[2]])
            if key not in chosen:
                chosen[key] = rng.choice(pools[doc.types[s]]) if rng.random() < share else list(key)
            new = chosen[key]
            n = s[2] - s[1]
            for j in range(n):  # inner words of a longer name map onto its new first and last word
                where.append(
                    len(out) + (0 if j < n - 1 or len(new) == 1 else len(new) - 1)
                    if j
                    else len(out)
                )
            out += new
            moved[(i, s[2])] = len(out)
            k = s[2]
        while k < len(words):
            where.append(len(out))
            out.append(words[k])
            k += 1
        where.append(len(out))
        new_words.append((out, where))

    def at(s: Span | None) -> Span | None:
        if s is None:
            return None
        i, a, b = s
        _out, where = new_words[i]
        start = where[a]
        end = moved.get((i, b), where[b - 1] + 1)
        return (i, start, max(start + 1, end))

    golds = [
        replace(g, actor=at(g.actor), other=at(g.other), place=at(g.place), trigger=at(g.trigger))
        for g in doc.golds
    ]
    return Doc(
        doc.name,
        [w for w, _ in new_words],
        golds,
        {at(s): e for s, e in doc.known.items()},
        {at(s): t for s, t in doc.types.items()},
        doc.said,
    )
