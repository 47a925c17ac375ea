"""HTML pages: the article's text, title, author, outlet and date; comments by their markup, replies by nesting."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from contactline.intake.comments import link_corrections
from contactline.model import Comment

_COMMENT = re.compile(
    r"(?:^|[\s_-])(?:comment|comments?-?(?:body|item|entry)|user-?comment|wpd-comment|reply)(?:$|[\s_-])",
    re.I,
)
_LIST = re.compile(
    r"(?:^|[\s_-])(?:comments|commentlist|comment-?list|disqus_thread|comments-area|respond|discussion)(?:$|[\s_-])",
    re.I,
)
_AUTHOR = re.compile(r"author|(?:^|\s)fn(?:$|\s)|user-?name|nickname|commenter", re.I)
_BODY = re.compile(
    r"content|comment-?text|message|comment-?body|(?:^|\s)text(?:$|\s)|description", re.I
)


def _marks(node: Any) -> str:
    return " ".join(
        filter(
            None, (node.get("class"), node.get("id"), node.get("itemtype"), node.get("itemprop"))
        )
    )


def _words(node: Any) -> str:
    return re.sub(
        r"[ \t\r\f\v]+",
        " ",
        re.sub(r"\s*\n\s*", "\n", "\n".join(t.strip() for t in node.itertext() if t.strip())),
    ).strip()


def _is_comment(node: Any) -> bool:
    return (
        isinstance(node.tag, str)
        and node.tag in ("li", "div", "article", "section")
        and (
            "schema.org/Comment" in _marks(node)
            or bool(
                _COMMENT.search(_marks(node))
                and not _LIST.search(_marks(node))
                and any(
                    _AUTHOR.search(_marks(c))
                    for c in node.iter("cite", "span", "div", "b", "strong", "a", "p")
                )
            )
        )
    )


def take_comments(tree: Any) -> list[Comment]:
    """Comments in page order; they are cut out of the tree so that nothing later mistakes them for the article."""
    found = [n for n in tree.iter() if _is_comment(n)]
    # an inner wrapper of the same comment (li > article) is one comment: keep the outermost with its own author
    nodes: list[Any] = []
    for n in found:
        outer = next((a for a in n.iterancestors() if a in nodes), None)
        if outer is not None:
            mine = next(
                (
                    c
                    for c in n.iter()
                    if isinstance(c.tag, str) and c is not n and _AUTHOR.search(_marks(c))
                ),
                None,
            )
            theirs = next(
                (
                    c
                    for c in outer.iter()
                    if isinstance(c.tag, str) and c is not outer and _AUTHOR.search(_marks(c))
                ),
                None,
            )
            if mine is theirs:
                continue
        nodes.append(n)
    out: list[Comment] = []
    index = {n: i for i, n in enumerate(nodes)}
    for n in nodes:
        inner = [k for k in nodes if k is not n and n in k.iterancestors()]
        hidden = {d for k in inner for d in k.iter()}
        own = [c for c in n.iter() if isinstance(c.tag, str) and c not in hidden]
        author = next(
            (_words(c) for c in own if c is not n and _AUTHOR.search(_marks(c)) and _words(c)), ""
        )
        body = next(
            (
                c
                for c in own
                if c is not n
                and _BODY.search(_marks(c))
                and not _AUTHOR.search(_marks(c))
                and not _is_comment(c)
            ),
            None,
        )
        texts = [_words(body)] if body is not None else [_words(c) for c in own if c.tag == "p"]
        parent = next((index[a] for a in n.iterancestors() if a in index), None)
        out.append(
            Comment(author.split("\n")[0][:80], "\n".join(t for t in texts if t), len(out), parent)
        )
    for n in reversed(nodes):
        if n.getparent() is not None:
            n.drop_tree()
    for n in [
        n
        for n in tree.iter()
        if isinstance(n.tag, str)
        and n.tag not in ("html", "body", "main", "head")
        and _LIST.search(_marks(n))
    ]:
        if n.getparent() is not None and not n.findall(".//article"):
            n.drop_tree()
    return link_corrections(out)


def parse_page(raw: bytes, url: str = "") -> tuple[str, dict[str, Any], list[Comment]]:
    """(article text, metadata, comments). Raises ValueError when the page holds no article."""
    import trafilatura
    from htmldate import find_date

    try:
        tree = html.fromstring(raw) if raw.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None or not len(tree):
        raise ValueError("no article found in the page")
    comments = take_comments(tree)
    for bad in list(tree.iter("script", "style", "noscript", "iframe", "form")):
        if bad.get("type") != "application/ld+json":
            bad.drop_tree()
    clean = etree.tostring(tree, encoding="unicode", method="html")
    found = trafilatura.bare_extraction(
        clean,
        url=url or None,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        favor_recall=True,
    )
    text = (found.text or "").strip() if found else ""
    if len(text.split()) < 12:
        raise ValueError("no article found in the page")
    when = None
    try:
        day = find_date(clean, original_date=True, extensive_search=False, url=url or None)
        when = date.fromisoformat(day) if day else None
    except ValueError:
        when = None
    meta = {
        "title": found.title or "",
        "author": found.author or "",
        "source": found.sitename or urlsplit(found.url or url).hostname or "",
        "url": found.url or url,
        "published": when,
    }
    return text, meta, comments
