"""HTML pages: the article's text, title, author, outlet and date; comments apart; what was left
out, counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from contactline.intake.dates import dateline, moment
from contactline.intake.encodings import decode_page
from contactline.intake.markup import BLOCKS, SILENT, paragraphs, text_of, tree_of
from contactline.intake.noise import BYLINES, NAVIGATION, Noise, called
from contactline.intake.page_comments import take_comments
from contactline.intake.page_meta import Meta, date_of_address, meta_of
from contactline.model import Comment

LEAST_WORDS = 8
WEAK_WORDS = 30  # below so many words the page is tried a second way
DOMINANT = 0.75  # an element that holds so much of the page's prose is the page's text
HINTED = 0.3  # an <article> or <main> counts from so much of it
_LOWER = re.compile(r"article-?body", re.I)
REST = "rest of the page"


@dataclass(slots=True)
class Page:
    """An article as read from a page. `left_out`: words by what they are."""

    text: str
    meta: Meta
    comments: list[Comment]
    left_out: dict[str, int] = field(default_factory=dict)


def read_page(raw: bytes, url: str = "", zone: ZoneInfo | None = None, said: str = "") -> Page:
    """The article of a page. Raises ValueError, with one line, when it holds none."""
    if not raw.strip():
        raise ValueError("no article found in the page")
    markup = decode_page(raw, said)
    root = tree_of(markup)
    meta = meta_of(root, url, zone)
    comments = take_comments(root)
    body = root.find(".//body")
    body = root if body is None else body
    prose, shown = _weigh(body)
    whole = prose.get(body, 0)
    container = _container(body, prose)
    noise = Noise(prose.get(container, 0))
    live = _Live(container, meta.live, zone, noise)
    found = paragraphs(container, noise.skip, live.written)
    kept = []
    for p in found:
        kind = noise.plain(p)
        if kind:
            noise.note(kind, len(p.split()))
        else:
            kept.append(p)
    kept = _with_title(kept, body, meta)
    words = sum(len(p.split()) for p in kept)
    if words < WEAK_WORDS and whole > words:
        kept, words = _second_way(markup, kept, words)
    if words < LEAST_WORDS:
        raise ValueError("no article found in the page")
    text = "\n\n".join(kept)
    _dated(meta, container, noise, kept, live)
    outside = shown.get(body, 0) - shown.get(container, 0)
    navigation = sum(shown.get(n, 0) for n in _outside(body, container) if _is_frame(n))
    noise.note(NAVIGATION, navigation)
    noise.note(REST, max(0, outside - navigation))
    if comments:
        noise.note("readers' comments", sum(len(c.text.split()) for c in comments))
    return Page(text, meta, comments, noise.left)


def _weigh(body: Any) -> tuple[dict[Any, int], dict[Any, int]]:
    """Of every element the words of prose in it (in sentences, outside of links and of what is
    called otherwise), and all words it shows.
    """
    prose: dict[Any, int] = {}
    shown: dict[Any, int] = {}
    stack: list[tuple[Any, bool, bool]] = [(body, False, False)]
    direct: dict[Any, int] = {}
    while stack:
        node, closing, outside = stack.pop()
        if closing:
            own = direct.pop(node, 0)
            if node.tag in BLOCKS:
                good = own if own >= 8 else 0
                prose[node] = prose.get(node, 0) + (0 if outside else good)
            else:  # words in bold or a span belong to the block they stand in
                up = node.getparent()
                if up is not None and node is not body:
                    direct[up] = direct.get(up, 0) + own
            up = node.getparent()
            if node is not body and up is not None:
                prose[up] = prose.get(up, 0) + prose.get(node, 0)
                shown[up] = shown.get(up, 0) + shown.get(node, 0)
                if node.tail and (k := len(node.tail.split())):
                    direct[up] = direct.get(up, 0) + k
                    shown[up] = shown.get(up, 0) + k
            continue
        k = len(node.text.split()) if node.text else 0
        shown[node] = shown.get(node, 0) + k
        direct[node] = direct.get(node, 0) + (0 if node.tag == "a" else k)
        stack.append((node, True, outside))
        for c in reversed(node):
            if not isinstance(c.tag, str) or c.tag in SILENT:
                if c.tail and (k := len(c.tail.split())):
                    direct[node] += k
                    shown[node] += k
                continue
            stack.append((c, False, outside or _is_frame(c)))
    return prose, shown


def _is_frame(node: Any) -> bool:
    """Navigation, footers and the like, wherever they stand."""
    if node.tag in ("nav", "footer") or node.get("role") in ("navigation", "contentinfo"):
        return node.find(".//h1") is None
    if node.tag == "header":
        return node.find(".//h1") is None and node.find(".//p") is None
    names = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
    return bool(names) and called(names) == "notices" and node.find(".//h1") is None


def _outside(body: Any, container: Any) -> list[Any]:
    """The elements beside the way from the body to the container."""
    way = [container, *container.iterancestors()]
    out = []
    for n in way[1:]:
        out += [c for c in n if isinstance(c.tag, str) and c is not way[way.index(n) - 1]]
        if n is body:
            break
    deeper = [d for c in out if not _is_frame(c) for d in c.iter("nav", "footer")]
    return [c for c in out if _is_frame(c)] + deeper


def _container(body: Any, prose: dict[Any, int]) -> Any:
    """The element that holds the article."""
    whole = prose.get(body, 0)
    best = None
    for test in (
        lambda n: _LOWER.fullmatch(n.get("itemprop") or ""),
        lambda n: n.tag == "article" or n.get("role") == "article",
        lambda n: n.tag == "main" or n.get("role") == "main",
    ):
        found = sorted(
            ((prose.get(n, 0), -i, n) for i, n in enumerate(n for n in prose if test(n))),
            reverse=True,
        )
        if not found or found[0][0] < HINTED * whole or found[0][0] == 0:
            continue
        top = found[0][2]
        others = [w for w, _, n in found[1:] if not _within(n, top) and not _within(top, n)]
        if (others and others[0] > 0.5 * found[0][0]) or (
            others and sum(others) > 0.6 * found[0][0]
        ):
            continue  # many posts on one page: what holds them all is its text
        best = top
        break
    if best is not None and best.tag not in ("main",) and best.get("role") != "main":
        return best
    at = best if best is not None else body
    while True:
        inner = max(
            (
                c
                for c in at
                if isinstance(c.tag, str) and c.tag not in ("p", "ul", "ol", "table", "blockquote")
            ),
            key=lambda c: prose.get(c, 0),
            default=None,
        )
        if (
            inner is None
            or prose.get(inner, 0) < DOMINANT * prose.get(at, 0)
            or not prose.get(inner, 0)
        ):
            return at
        if inner.tag not in BLOCKS:
            return at
        at = inner


def _within(node: Any, other: Any) -> bool:
    return any(a is other for a in node.iterancestors())


def _with_title(kept: list[str], body: Any, meta: Meta) -> list[str]:
    """The headline first, as a reader meets it."""
    h1 = body.find(".//h1")
    title = text_of(h1) if h1 is not None else ""
    if not title or len(title.split()) > 45:
        return kept
    head = [p for p in kept[:6] if p == title]
    return kept if head else [title, *kept]


def _second_way(markup: str, kept: list[str], words: int) -> tuple[list[str], int]:
    """Where hardly anything was found: trafilatura's reading of the page, if it finds more."""
    import trafilatura

    found = trafilatura.bare_extraction(
        markup, with_metadata=False, include_comments=False, include_tables=False, favor_recall=True
    )
    text = (found.text or "").strip() if found else ""
    if len(text.split()) <= words:
        return kept, words
    return [p for p in re.split(r"\n+", text) if p.strip()], len(text.split())


class _Live:
    """The times of a live page's entries, each a line of its own, so that an entry is read on its
    own day.
    """

    def __init__(self, container: Any, live: bool, zone: ZoneInfo | None, noise: Noise) -> None:
        self.zone, self.noise = zone, noise
        times = [t for t in container.iter("time") if t.get("datetime")]
        self.heads = {t for t in times if _heads_block(t)}
        entries = [t for t in self.heads if not _linked(t)]
        days = {m for t in entries if (m := moment(t.get("datetime"), zone))}
        self.live = bool(entries) and (live or len(days) >= 3)
        self.newest: datetime | None = max(days, key=_comparable) if days and self.live else None

    def written(self, node: Any) -> str | None:
        """What stands for a `<time>` element; None to take it as it is."""
        if node.tag != "time" or node not in self.heads:
            return None
        if not self.live:
            words = text_of(node)
            self.noise.note(BYLINES, len(words.split()))
            self.noise.lines.append(words or node.get("datetime"))
            return ""
        when = moment(node.get("datetime"), self.zone)
        return when.strftime("%Y-%m-%d %H:%M") if when and not _linked(node) else None


def _comparable(m: datetime) -> datetime:
    return m.replace(tzinfo=None)


def _linked(node: Any) -> bool:
    return any(a.tag in ("a", "aside", "nav", "footer") for a in node.iterancestors())


def _heads_block(node: Any) -> bool:
    """A time that stands for itself, not in the middle of a sentence."""
    block = next((a for a in node.iterancestors() if a.tag in BLOCKS), None)
    if block is None:
        return False
    own = " ".join(t for t in block.itertext() if t.strip())[:400]
    return (
        len(own.split()) - len(text_of(node).split()) <= 6
        or block.tag in ("header",)
        or (
            node.getprevious() is None
            and not (block.text or "").strip()
            and not (node.tail or "").strip()
        )
    )


def _dated(meta: Meta, container: Any, noise: Noise, kept: list[str], live: _Live) -> None:
    """The page's day: its metadata, a time beside its heading, a dateline, its address; a live
    page's newest entry.
    """
    if meta.published is None:
        day = _own_time(container, live.zone)
        if day:
            meta.published, meta.basis = day, "page metadata"
    if meta.published is None:
        head = "\n".join([*kept[:1], *noise.lines[:6], *kept[1:5]])
        meta.published, meta.basis = dateline(head)
    if meta.published is None and (day := date_of_address(meta.url)):
        meta.published, meta.basis = day, "address"
    if live.newest and (meta.published is None or live.newest.date() > meta.published):
        meta.published, meta.basis = live.newest.date(), "newest entry"


def _own_time(container: Any, zone: ZoneInfo | None) -> date | None:
    """A `<time>` of publication beside the heading: never one in a list,
    a link or what is related.
    """
    outer = container
    h1 = container.find(".//h1")
    if h1 is None and container.getparent() is not None:
        outer = container.getparent()
    for t in outer.iter("time"):
        told = t.get("datetime") or ""
        names = f"{t.get('class') or ''} {t.get('itemprop') or ''} {t.get('pubdate') or ''}".lower()
        if "updat" in names or "modif" in names:
            continue
        sure = "publish" in names or t.get("pubdate") is not None
        above = list(t.iterancestors())
        if any(a.tag in ("a", "aside", "nav", "footer", "li") for a in above) and not sure:
            continue
        if any(
            called(f"{a.get('class') or ''} {a.get('id') or ''}") == "related links" for a in above
        ):
            continue
        when = moment(told, zone)
        if when:
            return when.date()
    return None
