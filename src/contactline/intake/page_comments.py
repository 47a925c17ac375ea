"""Readers' comments of a page by their markup, replies by nesting; a class name alone makes no
comment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from contactline.intake.comments import link_corrections
from contactline.intake.markup import count_words, paragraphs, text_of
from contactline.model import Comment

_ITEM = re.compile(
    r"(?:(?:user|reader|wpd|fb|disqus|c|single|article)[-_]?)?comment(?:[-_]?\d+|[-_]{1,2}(?:body|item|entry|wrap|wrapper|container|block|single|post|node|thread|card|box))?|"
    r"comments?[-_]{1,2}(?:item|entry)|reply|reply-item|comment-reply",
    re.I,
)
_LIST = re.compile(
    r"comments?|comment-?list|commentlist|comments?[-_]{1,2}(?:area|section|list|wrapper|container|thread|block)|disqus_thread|respond|comment-?respond|comment-?form|discussion",
    re.I,
)
_AUTHOR = re.compile(r"author|(?:^|\s)fn(?:$|\s)|user-?name|nickname|commenter", re.I)
_BODY = re.compile(
    r"content|comment-?text|message|comment-?body|(?:^|\s)text(?:$|\s)|description", re.I
)
_HOLDERS = frozenset(("li", "div", "article", "section", "dd", "tr"))
MOST_SHARE = 0.6  # of a page's words, above which its only text is no commentary
PROSE = 12  # words of a paragraph, from which it is no label of a form
LOOKED_THROUGH = 400  # elements of one comment in which its author is looked for


def marks(node: Any) -> str:
    """What an element is called: its classes, id and schema.org type."""
    get = node.get
    return " ".join(filter(None, (get("class"), get("id"), get("itemtype"), get("itemprop"))))


@lru_cache(maxsize=20_000)
def _has(pattern: re.Pattern[str], names: str) -> bool:
    return any(pattern.fullmatch(token) for token in names.split())


def _author_of(node: Any) -> Any:
    for i, c in enumerate(node.iter()):
        if i > LOOKED_THROUGH:
            return None
        if c is not node and isinstance(c.tag, str) and _AUTHOR.search(marks(c)):
            return c
    return None


def _candidates(root: Any) -> dict[Any, Any]:
    """Elements that may be comments, each with the element that names its author."""
    out: dict[Any, Any] = {}
    for n in root.iter(*_HOLDERS):
        names = marks(n)
        if not names:
            continue
        if "schema.org/Comment" in names or _has(_ITEM, names):
            author = _author_of(n)
            if author is not None and n.find(".//h1") is None:
                out[n] = author
    return out


def _nearest(node: Any, among: dict[Any, Any], known: dict[Any, Any]) -> Any:
    """The closest ancestor that is among some; what was found on the way is remembered."""
    way, at = [], node.getparent()
    while at is not None and at not in among and at not in known:
        way.append(at)
        at = at.getparent()
    found = None if at is None else at if at in among else known[at]
    for n in way:
        known[n] = found
    return found


def take_comments(root: Any) -> list[Comment]:
    """Comments in page order; they are cut out of the tree so that nothing later takes them for the
    article.
    """
    found = _candidates(root)
    if not found:
        _drop_lists(root)
        return []
    known: dict[Any, Any] = {}
    parents: dict[Any, Any] = {}
    wrapped: dict[Any, Any] = {}
    for n in list(found):
        up = _nearest(n, found, known)
        if up is not None and found[up] is found[n]:
            wrapped[n] = wrapped.get(up, up)  # li > article: an inner wrapper of the same comment
        else:
            parents[n] = wrapped.get(up, up) if up is not None else None
    outer = [n for n in parents if parents[n] is None]
    if not _others(root, outer) and (sum(map(count_words, outer)) > MOST_SHARE * count_words(root)):
        return []
    index = {n: i for i, n in enumerate(parents)}
    out: list[Comment] = []
    for n, up in parents.items():
        author, text = _said(n, found, wrapped)
        out.append(Comment(author, text, len(out), index[up] if up is not None else None))
    for n in outer:
        _drop(n)
    _drop_lists(root)
    return link_corrections(out)


def _others(root: Any, outer: list[Any]) -> bool:
    """Whether a page has an article besides what may be its comments."""
    inside = set(outer)
    words = 0
    for p in root.iter("p"):
        if not any(a in inside for a in p.iterancestors()):
            words += count_words(p)
            if words >= 30:
                return True
    return False


def _said(node: Any, found: dict[Any, Any], wrapped: dict[Any, Any]) -> tuple[str, str]:
    """Author and text of one comment, without the replies in it."""
    own, stack = [], list(reversed(node))
    while stack:
        c = stack.pop()
        if not isinstance(c.tag, str) or (c in found and wrapped.get(c) is not node):
            continue
        own.append(c)
        stack.extend(reversed(c))
    author = next((t for c in own if _AUTHOR.search(marks(c)) and (t := text_of(c))), "")
    body = next(
        (
            c
            for c in own
            if _BODY.search(marks(c)) and not _AUTHOR.search(marks(c)) and c not in found
        ),
        None,
    )
    if body is not None:
        text = "\n".join(paragraphs(body, skip=lambda c: c in found))
    else:
        text = "\n".join(t for c in own if c.tag == "p" and (t := text_of(c)))
    return author[:80], text


def _drop(node: Any) -> None:
    """Takes an element out; what follows it stays."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def _drop_lists(root: Any) -> None:
    """What is left of a list of comments: headings, forms, a script's hook. Never an element that
    holds an article.
    """
    for n in list(root.iter("div", "section", "ol", "ul", "aside", "form", "footer")):
        if (
            n.getparent() is not None
            and _has(_LIST, marks(n))
            and n.find(".//article") is None
            and n.find(".//h1") is None
            and not any(count_words(p) >= PROSE for p in n.iter("p"))
            and count_words(n) < 120
        ):
            _drop(n)
