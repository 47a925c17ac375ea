"""Characters that nobody sees: taken out before a text is stored, so that offsets count in what is
stored.

Soft hyphens, zero-width marks, directional marks and control characters go; a soft hyphen at a
line's end joins the word; odd line ends become newlines; half of a surrogate pair becomes U+FFFD,
for no database stores it. Spaces of any width stay as they are. Zero-width (non-)joiners stay
between letters of scripts that need them, and in emoji.
"""

from __future__ import annotations

import re

_ODD = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SOFT_BREAK = re.compile("\u00ad[ \t]*\n[ \t]*(?=\\w)")
_JOINER = re.compile("[\u200c\u200d]")
_KEEPS_JOINERS = re.compile(
    "[\u0590-\u0fff\u1780-\u18af\u2190-\u2bff\ufb1d-\ufdff\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]")


def clean(text: str) -> str:
    """The text without invisible characters; the very same string where there are none."""
    if not _ODD.search(text):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _SOFT_BREAK.sub("", text)

    def one(m: re.Match[str]) -> str:
        c = m.group()
        if "\ud800" <= c <= "\udfff":
            return "\ufffd"
        around = text[max(0, m.start() - 1) : m.start()] + text[m.end() : m.end() + 1]
        return c if _JOINER.match(c) and _KEEPS_JOINERS.search(around) else ""

    return _ODD.sub(one, text)
