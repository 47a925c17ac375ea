"""The brief as a document: headings, paragraphs and tables, where every fact has the sentences
behind it as a footnote. What PDF and DOCX are made of; all its words are in `words.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources

from contactline.model import ContactlineError, Pocket, Stored
from contactline.prospects.expectations import tell
from contactline.publishing.svg import legend, standalone
from contactline.questions.analysis import Analysis

NOTED = 3  # sentences in one footnote
MOST = 60  # rows of a table


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with where it comes from."""

    quote: str
    told: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words with the sentences behind them; what is said of the document itself has none."""

    text: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Table:
    """`head` is empty for a table of terms, whose first column then is the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
    widths: tuple[int, ...]  # of the columns, in parts


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    svg: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Key:
    """The colours of a figure, as (#rrggbb, name), and what else its drawing means."""

    colours: tuple[tuple[str, str], ...]
    text: str


Block = Heading | Said | Table | Items | Figure | Key


@dataclass(slots=True)
class Document:
    title: str
    kind: str
    day: str
    known: str
    on: date
    language: str
    page: str
    blocks: list[Block] = field(default_factory=list)


@lru_cache
def words(language: str) -> dict[str, str]:
    """The document's words. Raises ContactlineError for a language there are none in."""
    raw = resources.files("contactline.publishing").joinpath("words.toml").read_text("utf-8")
    every = tomllib.loads(raw)
    if language not in every:
        raise ContactlineError(f"the brief has no words in {language}; it has {', '.join(every)}")
    found: dict[str, str] = every["en"] | every[language]
    return found


def document(
    analysis: Analysis,
    on: date,
    since: date,
    known: date | None = None,
    title: str = "",
    language: str = "en",
) -> Document:
    """The brief of a day, from the answers anybody else gets."""
    w = words(language)
    scene, p = analysis.snapshot(on, known), analysis.picture(on, known)
    names = scene.sides.names
    by_id = analysis.by_id(known)
    standing = scene.settings.standing
    sources = sorted({s.source for s in scene.claims})
    out = Document(
        title or w["map"].format(on=on),
        w["kind"],
        w["day"].format(on=on),
        w["known"].format(known=known) if known else w["today"],
        on,
        language,
        w["page"],
    )

    def said(text: object, ids: Iterable[str] = ()) -> Said:
        return Said(str(text if text is not None else ""), notes(ids, by_id, w))

    def plain(text: object) -> Said:
        return Said(str(text if text is not None else ""))

    def section(key: str, **more: object) -> None:
        out.blocks.append(Heading(w[key].format(**more), 1))

    def table(
        columns: Sequence[str], rows: Sequence[Sequence[Said]], none: str, widths: Sequence[int]
    ) -> None:
        if not rows:
            out.blocks.append(plain(w[none]))
            return
        head = tuple(w[c] for c in columns)
        out.blocks.append(Table(head, tuple(map(tuple, rows[:MOST])), tuple(widths)))
        if len(rows) > MOST:
            out.blocks.append(plain(w["more"].format(n=len(rows) - MOST)))

    out.blocks.append(
        plain(
            w["counts"].format(
                claims=len(scene.claims),
                reports=len({s.claim.report for s in scene.claims}),
                sources=len(sources),
            )
        )
    )
    out.blocks.append(
        Figure(
            standalone(p, names, scene.stage.shapes, w["map"].format(on=on)),
            w["map"].format(on=on),
            w["map_alt"].format(on=on),
        )
    )
    out.blocks.append(Key(tuple(legend(p, names)[:10]), w["legend"]))
    section("sectors")
    out.blocks.append(plain(w["sectors_intro"].format(n=len(p.sectors))))
    for s in p.sectors:
        out.blocks.append(Heading(s.name, 2))
        proof = [*s.claims, *(c for x in s.pockets for c in x.claims)]
        terms = [
            ("holders", said(", ".join(s.holders), proof)),
            ("core", plain(", ".join(s.core))),
            ("present", plain(", ".join(s.present))),
            ("backers", plain(", ".join(s.backers))),
            ("main_places", said(_some(s.main_places, w), _of(s.main_places, scene.claims))),
            ("partial", plain(", ".join(s.partial))),
            ("pockets", plain("")),
            ("share", plain(f"{s.share_of_places:.0%} ({len(s.places)})")),
            ("activity", plain(s.activity)),
            ("agreements", plain("; ".join(s.agreements))),
        ]
        rows = [(plain(w[k]), v) for k, v in terms if v.text]
        rows += [(plain(w["pockets"]), said(_pocket(x, names), x.claims)) for x in s.pockets]
        out.blocks.append(Table((), tuple(rows), (1, 4)))
    if p.remnants:
        out.blocks.append(Heading(w["remnants"], 2))
        out.blocks.append(
            Items(
                tuple(
                    said(
                        f"{h.place.name}: {h.holder.called(names) if h.holder else ''}"
                        f" ({h.probability:.0%})",
                        h.claims,
                    )
                    for h in p.remnants[:MOST]
                )
            )
        )
    section("changes", since=since)
    changed = analysis.what_changed(since, on, known)
    table(
        ("place", "change", "when"),
        [(plain(c.place), said(c.text, c.claims), plain(c.on)) for c in changed],
        "no_changes",
        (2, 5, 2),
    )
    section("lines")
    table(
        ("sides", "relation", "length", "nearest", "last_clash"),
        [
            (
                said(f"{x.a} – {x.b}", x.claims),
                plain(x.relation),
                plain(f"{x.length_km:.0f} km"),
                plain("; ".join(f"{a} / {b}" for a, b in x.between[:2])),
                plain(x.last_clash),
            )
            for x in p.lines
        ],
        "no_lines",
        (4, 2, 2, 4, 2),
    )
    if p.access:
        section("access")
        table(
            ("place", "state", "by", "since"),
            [
                (
                    said(a.place, a.claims),
                    plain(a.state),
                    plain(", ".join(a.by)),
                    plain(a.since),
                )
                for a in p.access
            ],
            "no_lines",
            (4, 2, 3, 2),
        )
    section("agreements")
    table(
        ("agreement", "status", "since", "last_told"),
        [
            (said(a.name, a.claims), plain(a.status), plain(a.since), plain(a.last))
            for a in p.agreements
        ],
        "no_agreements",
        (5, 2, 2, 2),
    )
    section("prospects")
    out.blocks.append(plain(w["prospects_intro"]))
    table(
        ("expected", "who_says", "state"),
        [
            (
                said(e.sentence or tell(e), [*e.claims, *e.decided_by]),
                plain("; ".join(e.voices[:3])),
                plain(e.state),
            )
            for e in analysis.expected(on, known)
        ],
        "no_prospects",
        (6, 3, 2),
    )
    section("turning")
    points = analysis.turning_points(None, on, known)[1]
    out.blocks.append(
        Items(tuple(said(f"{t.on}: {t.text}", t.claims) for t in points))
        if points
        else plain(w["no_turning"])
    )
    section("rule")
    out.blocks.append(
        plain(w["rule_text"].format(held=f"{standing.held_at:g}", days=standing.contest_days))
    )
    section("sources")
    out.blocks.append(plain(", ".join(sources)))
    return out


def notes(
    ids: Iterable[str], by_id: Mapping[str, Stored], w: Mapping[str, str]
) -> tuple[Note, ...]:
    """The sentences of these claims, each once, as a footnote tells them."""
    out, seen = [], set()
    for i in ids:
        s = by_id.get(i)
        if s is None or (s.claim.report, s.claim.start) in seen:
            continue
        seen.add((s.claim.report, s.claim.start))
        c = s.claim
        told = [s.source, s.published.isoformat() if s.published else w["no_date"]]
        if c.said_by and c.modality != "stated":
            told.append(w["as_said_by"].format(who=c.said_by))
        told += [w["sure"].format(sure=f"{c.confidence:.2f}"), w["claim"].format(id=i)]
        out.append(Note(" ".join(c.quote.split()), ", ".join(told)))
        if len(out) >= NOTED:
            break
    return tuple(out)


def _of(places: Sequence[str], claims: Iterable[Stored]) -> list[str]:
    """Claims of who holds the main places, one a place."""
    found: dict[str, str] = {}
    for s in claims:
        if s.claim.kind == "control" and s.claim.place and s.claim.place.label in places:
            found.setdefault(s.claim.place.label, s.id)
    return [found[n] for n in places if n in found]


def _some(found: Sequence[str], w: Mapping[str, str], most: int = 12) -> str:
    shown = ", ".join(found[:most])
    return f"{shown} {w['more'].format(n=len(found) - most)}" if len(found) > most else shown


def _pocket(p: Pocket, names: Mapping[str, str]) -> str:
    who = p.holder.called(names) if p.holder else "?"
    return f"{p.name} ({who}; {p.activity}{'; besieged' if p.status == 'besieged' else ''})"
