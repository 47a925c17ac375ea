"""The text of a PDF in reading order: columns, headings across them, hyphens at line ends,
repeating lines left out.

PDFium (pypdfium2) gives lines with their boxes. A page is cut into bands by lines that cross its
gutter, each band into columns (a recursive X-Y cut, after Nagy and Seth 1984); lines become
paragraphs by their distance and width.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from contactline.language import words

_BEFORE = frozenset(words("en", "pages", "hyphens", "before"))
_AFTER = frozenset(words("en", "pages", "hyphens", "after"))
_SOFT = "\u00ad"
EDGE_LINES = 3  # of a page's top and bottom, looked at for lines that repeat
MOST_LINES = 1500  # of a page that are put in order; a page of more is taken as it comes


@dataclass(slots=True)
class Line:
    """A line's words and its box, in points from the page's lower left."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    first: float = 0.0  # width of its first word

    @property
    def height(self) -> float:
        return self.top - self.bottom


def in_order(lines: list[Line], depth: int = 0) -> list[list[Line]]:
    """Groups of lines (a column in a band each) in the order in which they are read."""
    lines = sorted(lines, key=lambda x: (-x.top, x.left))
    gutter = _gutter(lines) if depth < 4 and 6 <= len(lines) <= MOST_LINES else None
    if gutter is None:
        return [lines] if lines else []
    out: list[list[Line]] = []
    band: list[Line] = []

    def close() -> None:
        for side in ([x for x in band if x.right <= gutter], [x for x in band if x.left >= gutter]):
            out.extend(in_order(side, depth + 1))
        band.clear()

    for line in lines:
        if line.left < gutter < line.right:
            close()
            out.append([line])
        else:
            band.append(line)
    close()
    return _merged(out)


def _merged(groups: list[list[Line]]) -> list[list[Line]]:
    """Lines across the page that follow each other are one group."""
    out: list[list[Line]] = []
    for g in groups:
        if out and len(g) == 1 and len(out[-1]) >= 1 and _alike(out[-1][-1], g[0]):
            out[-1].append(g[0])
        else:
            out.append(g)
    return out


def _alike(a: Line, b: Line) -> bool:
    return (
        abs(a.left - b.left) < 4
        and abs(a.height - b.height) < 1.5
        and 0 < a.bottom - b.bottom < 2.2 * a.height
    )


def _gutter(lines: list[Line]) -> float | None:
    """The x that parts two columns of prose; None where there is none."""
    best: tuple[int, int, float] | None = None
    edges = sorted({round(x.left) for x in lines})
    for edge in edges[1:]:
        x = edge - 1.0
        left = [a for a in lines if a.right <= x]
        right = [a for a in lines if a.left >= x]
        across = len(lines) - len(left) - len(right)
        if min(len(left), len(right)) < 3 or across > 0.3 * len(lines):
            continue
        if min(a.bottom for a in left) > max(a.top for a in right) or min(
            a.bottom for a in right
        ) > max(a.top for a in left):
            continue  # one above the other is no pair of columns
        if min(median(len(a.text.split()) for a in side) for side in (left, right)) < 3:
            continue  # a table's cells, a margin's numbers
        score = (across, -min(len(left), len(right)), x)
        if best is None or score < best:
            best = score
    return best[2] if best else None


def without_repeats(pages: list[list[Line]]) -> tuple[list[list[Line]], int]:
    """Pages without headers and footers that return on most of them,
    and how many words those were.
    """
    if len(pages) < 2:
        return pages, 0
    seen: Counter[str] = Counter()
    edges: list[set[int]] = []
    for lines in pages:
        by_height = sorted(range(len(lines)), key=lambda i: -lines[i].top)
        edge = {*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:]}
        edges.append(edge)
        seen.update({_shape(lines[i].text) for i in edge})
    least = max(2, (len(pages) + 1) // 2)
    out, dropped = [], 0
    for lines, edge in zip(pages, edges, strict=True):
        kept = []
        for i, line in enumerate(lines):
            if i in edge and seen[_shape(line.text)] >= least:
                dropped += len(line.text.split())
            else:
                kept.append(line)
        out.append(kept)
    return out, dropped


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).lower()


def flowed(groups: list[list[Line]]) -> list[str]:
    """Paragraphs of ordered lines; a word broken at a line's or a column's end is whole again."""
    vocabulary = Counter(
        w.lower()
        for g in groups
        for line in g
        for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)
    )
    out: list[str] = []
    last: Line | None = None
    width = 0.0
    for group in groups:
        gaps = sorted(
            a.bottom - b.bottom for a, b in pairwise(group) if a.bottom - b.bottom > 0.3 * a.height
        )
        usual = gaps[len(gaps) // 4] if gaps else 0
        width = max((x.right for x in group), default=0) - min((x.left for x in group), default=0)
        edge = max((x.right for x in group), default=0)
        margin = min((x.left for x in group), default=0)
        before: Line | None = None
        for line in group:
            text = " ".join(line.text.split())
            if not text:
                continue
            if before is None:
                new = (
                    last is None
                    or not _goes_on(out[-1] if out else "", text)
                    or not _same_size(last, line)
                )
            else:
                room = edge - before.right - line.first - 0.25 * line.height
                runs = out[-1][-1] in "-‐," + _SOFT or text[0].islower()
                ended = bool(re.search(r"[.!?:”\"]$", out[-1][-2:]))
                new = (
                    before.bottom - line.bottom > 1.3 * usual
                    or not _same_size(before, line)
                    or (
                        room > 0.02 * width + 4 and not runs
                    )  # the next word would have stood there
                    or (line.left - margin > 6 and before.left - margin < 3 and ended)
                    or bool(re.match(r"[•▪●–]\s|\(?\d{1,2}[.)]\s", text))
                )
            if new or not out:
                out.append(text)
            else:
                out[-1] = _with(out[-1], text, vocabulary)
            before = last = line
    return [_soft(p) for p in out]


def _same_size(a: Line, b: Line) -> bool:
    return abs(a.height - b.height) < 0.22 * max(a.height, b.height, 1)


def _goes_on(before: str, text: str) -> bool:
    """Whether a sentence runs on into the next column or page."""
    return (
        bool(before)
        and not re.search(r"[.!?:”\"]$", before[-2:])
        and (text[0].islower() or before[-1] in "-," + _SOFT)
    )


def _with(before: str, text: str, vocabulary: Counter[str]) -> str:
    if before[-1] in _SOFT:
        return before[:-1] + text
    broken = re.search(r"([^\W\d_]+|\d+)[-‐]$", before[-60:])
    first = re.match(r"[^\W\d_]+", text)
    if not broken or not first:
        return before + ("" if before.endswith(("-", "—")) and broken else " ") + text
    one, two = broken[1].lower(), first.group().lower()
    if _belongs(one, two, first.group(), vocabulary):
        return before + text
    return before[:-1] + text


def _belongs(one: str, two: str, as_written: str, vocabulary: Counter[str]) -> bool:
    """Whether a hyphen at a line's end is the word's own: as the rest of the text has it, else by
    its parts.
    """
    whole, hyphened = vocabulary[one + two], vocabulary[f"{one}-{two}"]
    if whole or hyphened:
        return hyphened >= whole
    return as_written[0].isupper() or one.isdigit() or one in _BEFORE or two in _AFTER


def _soft(text: str) -> str:
    return re.sub(rf"[{_SOFT}]\s?", "", text)
