"""Which elements of a page are not its text: navigation, related links, captions, notices, shares,
advertisements.

By tag, role, class names and share of links; each with what it is called when a user asks what was
left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from contactline.intake.markup import visible
from contactline.language import words

NAVIGATION, RELATED, CAPTIONS, NOTICES, ADS, BYLINES, HIDDEN = (
    "navigation",
    "related links",
    "captions",
    "notices",
    "advertisements",
    "bylines",
    "hidden text",
)
_NAMES = {
    RELATED: (
        "related|recommend\\w*|read-?more|more-?(?:on|from|stories|news|articles|like|in)|"
        "teasers?|promos?|promo-\\w+|most-?(?:read|popular|viewed|shared)|trending|outbrain|"
        "taboola|newsletters?|also-?(?:read|like)|see-?also|sidebar|side-?bar|breadcrumbs?|"
        "pagination|pager|post-?tags|tag-?list|tags-?links|tags|keywords|up-?next|"
        "further-?reading|inline-?link|link-?list|recirc\\w*|onward|next-?(?:article|post|up)|"
        "prev-?(?:article|post)|secondary|rail|jp-relatedposts|linkbox|story-?package"
    ),
    NAVIGATION: (
        "nav|navbar|navigation|menu|site-?(?:header|footer)|masthead|toolbar|share|sharing|"
        "social|share-?(?:bar|tools|buttons)|follow-?us|skip-?links?|toc|table-of-contents"
    ),
    NOTICES: (
        "cookies?|cookie-?(?:consent|banner|notice|bar|policy)|consent|gdpr|paywall|subscribe|"
        "subscription|sign-?up|signup|popup|pop-up|modal|overlay|disclaimer|legal|adblock|donate|"
        "donation|support-?us"
    ),
    CAPTIONS: (
        "caption|captions|wp-caption-text|image-?credit|photo-?credit|credit|credits|copyright|"
        "gallery|slideshow|media-?caption|image-?caption|img-?caption|photo-?caption"
    ),
    ADS: (
        "ad|ads|advert|adverts|advertisement|ad-?(?:slot|unit|container|wrapper|box|label|break)|"
        "sponsored|sponsor|dfp|google-?ad\\w*|adsbygoogle|mpu"
    ),
    BYLINES: (
        "by-?line|author|authors|author-?(?:box|bio|name|info|meta)|entry-?meta|post-?meta|"
        "article-?(?:meta|info|date)|meta|dateline-?time|timestamp|published|publish-?date|"
        "posted-?on|post-?date|date|time|pub-?date|updated|reading-?time|read-?time"
    ),
    HIDDEN: "sr-only|visually-?hidden|screen-?reader(?:-text)?|hidden|is-hidden|d-none",
}
_BY_NAME = {
    k: re.compile(
        rf"(?:[\w]+[-_]{{1,2}}){{0,2}}(?:{v.replace('-?', '[-_]{0,2}')})(?:[-_]{{1,2}}\w+)?", re.I
    )
    for k, v in _NAMES.items()
}
_EXACT = {k: re.compile(v.replace("-?", "[-_]{0,2}"), re.I) for k, v in _NAMES.items()}
_LOOSE = (RELATED, NOTICES, CAPTIONS, ADS)
_TEASER = re.compile(rf"\W*(?:{'|'.join(words('en', 'pages', 'lines', 'teasers'))})", re.I)
_NOTICE = re.compile(rf"\W*(?:{'|'.join(words('en', 'pages', 'lines', 'notices'))})", re.I)
_PLAIN = frozenset(words("en", "pages", "lines", "not_names"))
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LEADS = frozenset(
    ("p", "div", "li", "h2", "h3", "h4", "h5", "h6", "span", "strong", "section", "blockquote")
)


def called(names: str) -> str:
    """What an element is by its class names and id; "" where they say nothing."""
    return _called(names) if len(names) < 300 else _called.__wrapped__(names)


@lru_cache(maxsize=20_000)
def _called(names: str) -> str:
    tokens = [t for t in names.split() if len(t) < 60]
    for kind in (HIDDEN, NAVIGATION, CAPTIONS, ADS, NOTICES, RELATED, BYLINES):
        test = _BY_NAME[kind] if kind in _LOOSE else _EXACT[kind]
        if any(test.fullmatch(t) for t in tokens):
            return kind
    return ""


def measured(node: Any) -> tuple[int, int, str]:
    """How many words an element shows, how many of them in links, and how it begins."""
    total = linked = 0
    begins: list[str] = []
    stack: list[tuple[Any, bool, bool]] = [(node, False, False)]
    while stack:
        n, tail, inside = stack.pop()
        text = n.tail if tail else n.text
        if not tail and isinstance(n.tag, str) and n.tag == "a":
            inside = True
        if text and text.strip():
            k = len(text.split())
            total += k
            linked += k * inside
            if len(begins) < 4:
                begins.append(text.strip())
        if tail:
            continue
        for c in reversed(n):
            stack.append((c, True, inside))
            if isinstance(c.tag, str) and c.tag not in ("script", "style", "noscript", "svg"):
                stack.append((c, False, inside))
    return total, linked, " ".join(begins)[:120]


class Noise:
    """Tells what to leave out inside an article, and counts it."""

    def __init__(self, whole: int) -> None:
        self.most = max(
            60, int(0.4 * whole)
        )  # an element with more words than this is the article's own
        self.left: dict[str, int] = {}
        self.lines: list[str] = []  # bylines, for the date in them

    def note(self, kind: str, count: int) -> None:
        if count:
            self.left[kind] = self.left.get(kind, 0) + count

    def skip(self, node: Any) -> bool:
        kind, count = self.kind_of(node)
        if kind:
            self.note(kind, count)
            if kind == BYLINES and len(self.lines) < 8:
                self.lines.append(" ".join(t.strip() for t in visible(node) if t.strip())[:200])
        return bool(kind)

    def kind_of(self, node: Any) -> tuple[str, int]:
        """What an element is if it is none of the text, with its words; ("", 0) for text."""
        tag, get = node.tag, node.get
        names = f"{get('class') or ''} {get('id') or ''}".strip()
        kind = called(names) if names else ""
        if tag == "nav" or get("role") in ("navigation", "banner", "contentinfo", "search", "menu"):
            kind = NAVIGATION
        elif tag == "figcaption":
            kind = CAPTIONS
        elif tag in ("aside", "footer") and not kind:
            kind = RELATED
        elif tag == "dialog" or get("role") in ("dialog", "alertdialog"):
            kind = NOTICES
        elif (
            get("hidden") is not None
            or get("aria-hidden") == "true"
            or _STYLE.search(get("style") or "")
        ):
            kind = HIDDEN
        elif get("role") in ("complementary", "note") and not kind:
            kind = RELATED
        linkable = tag in _LEADS or tag in ("ul", "ol", "form", "table")
        if not kind and not (
            linkable and (tag in ("ul", "ol", "form") or node.find(".//a") is not None)
        ):
            return "", 0
        total, linked, begins = measured(node)
        if not kind:
            kind = self._by_links(node, tag, total, linked, begins)
            return (kind, total) if kind else ("", 0)
        if total == 0:
            return kind, 0
        if total > self.most or (tag != "nav" and node.find(".//h1") is not None):
            return "", 0
        if kind == BYLINES and total > 30:
            return "", 0
        if kind in (ADS, NAVIGATION) and total > 60 and linked < 0.3 * total and tag != "nav":
            return "", 0
        if kind == RELATED and total > 120 and linked < 0.2 * total and tag != "aside":
            return "", 0
        if kind == CAPTIONS and total > 120:
            return "", 0
        return kind, total

    def _by_links(self, node: Any, tag: str, total: int, linked: int, begins: str) -> str:
        if total == 0 or linked == 0 or total > 400:
            return ""
        share = linked / total
        if tag in ("ul", "ol"):
            return RELATED if share > 0.7 and total > 3 else ""
        if tag == "form":
            return NOTICES if total < 60 and node.find(".//p") is None else ""
        if tag == "table":
            return RELATED if share > 0.8 else ""
        if total <= 60 and share >= 0.3 and _TEASER.match(begins):
            return RELATED
        if total <= 40 and _NOTICE.match(begins):
            return NOTICES
        if (
            4 <= total <= 30
            and share > 0.95
            and tag not in ("span", "strong")
            and not tag.startswith("h")
        ):
            text = " ".join(visible(node)).strip()
            return "" if text.endswith((".", "!", "?", ".”", '."')) else RELATED
        return ""

    def plain(self, paragraph: str) -> str:
        """What a paragraph is if it is none of the text by its words alone."""
        bare = paragraph.strip(" \n»>|:–—-.").lower()
        if bare in _PLAIN:
            return ADS
        if len(paragraph) < 250 and _NOTICE.match(paragraph):
            return NOTICES
        if len(paragraph) < 160 and re.match(
            r"\W*(?:read more|also read|read also|see also|related)\s*[:|–—-]", paragraph, re.I
        ):
            return RELATED
        return ""
