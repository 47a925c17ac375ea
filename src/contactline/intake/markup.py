"""Text out of HTML: paragraphs as a reader sees them. Links and bold never break one; blocks always
do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "head",
        "title",
        "button",
        "select",
        "option",
        "input",
        "textarea",
        "datalist",
        "progress",
        "meter",
        "source",
        "track",
        "link",
        "meta",
        "base",
    ]
)
DEEPEST = 2000  # levels; what lies deeper is left out


def tree_of(text: str) -> Any:
    """The root of a page's tree. Raises ValueError where there is none."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError, AssertionError) as e:
        raise ValueError("no article found in the page") from e
    if root is None:
        raise ValueError("no article found in the page")
    return root


def squeezed(text: str) -> str:
    """White space as HTML has it: any run is one space."""
    found = text.split()
    if not found:
        return " "
    return f"{' ' * text[0].isspace()}{' '.join(found)}{' ' * text[-1].isspace()}"


class _Writer:
    """Collects paragraphs; `<br>` is a new line, two of them a new paragraph."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.buffer: list[str] = []

    def add(self, text: str | None) -> None:
        if text:
            self.buffer.append(squeezed(text))

    def line(self) -> None:
        self.buffer.append("\n")

    def flush(self) -> None:
        if self.buffer:
            whole = "".join(self.buffer)
            if "  " in whole:
                whole = re.sub(r" {2,}", " ", whole)
            if "\n" in whole:
                whole = re.sub(r" ?\n ?", "\n", whole)
                self.paragraphs += [p.strip() for p in re.split(r"\n{2,}", whole) if p.strip()]
            elif whole := whole.strip():
                self.paragraphs.append(whole)
            self.buffer = []


def paragraphs(
    root: Any,
    skip: Callable[[Any], bool] = lambda _: False,
    written: Callable[[Any], str | None] = lambda _: None,
) -> list[str]:
    """The paragraphs under an element. `skip`: leave an element out; `written`: other words in an
    element's place.
    """
    out = _Writer()
    # an explicit stack: pages nest deeper than Python calls may
    stack: list[tuple[Any, bool]] = [(root, False)]
    depth = 0
    while stack:
        node, closing = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        block = tag in BLOCKS
        if closing:
            depth -= 1
            if block:
                out.flush()
            if node is not root:
                out.add(node.tail)
            continue
        instead = written(node) if node is not root else None
        if (
            tag in SILENT
            or not tag
            or depth > DEEPEST
            or instead is not None
            or (node is not root and skip(node))
        ):
            if instead:
                out.flush()
                out.add(instead)
                out.flush()
            if block:
                out.flush()
            if node is not root:
                out.add(node.tail)
            continue
        if tag == "br":
            out.line()
        elif block:
            out.flush()
        out.add(node.text)
        depth += 1
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    out.flush()
    return out.paragraphs


def text_of(node: Any) -> str:
    """Everything an element says, on one line."""
    return squeezed(" ".join(visible(node))).strip()


def visible(node: Any) -> Iterable[str]:
    """The texts of an element and those in it, but for scripts and the like."""
    stack = [(node, False)]
    while stack:
        n, tail = stack.pop()
        if tail:
            if n.tail:
                yield n.tail
            continue
        if n is not node:
            stack.append((n, True))
        if not isinstance(n.tag, str) or n.tag in SILENT:
            continue
        if n.text:
            yield n.text
        stack.extend((child, False) for child in reversed(n))


def count_words(node: Any) -> int:
    """How many words an element shows."""
    return sum(len(t.split()) for t in visible(node))


def fragment_text(markup: str) -> str:
    """The text of a piece of HTML (a feed's body, a mail's), paragraphs parted by a blank line."""
    if "<" not in markup and "&" not in markup:
        return "\n\n".join(p.strip() for p in re.split(r"\n\s*\n", markup) if p.strip())
    try:
        root = tree_of(f"<div>{markup}</div>")
    except ValueError:
        return ""
    return "\n\n".join(paragraphs(root))
