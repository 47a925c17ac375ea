"""Identities that a sentence spells out by its form alone: "(formerly …)", "also known as", "Name
(ABBR)".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from contactline.reading.words import Sentence

_NAME = (
    r"(?:(?:the |The )?[A-Z][\w’'.-]*(?:(?:[ "
    r"-](?:al|ash|as|at|ar|ad|an|of|for|the|and|bin|ibn|wal|li)\b)?[ "
    r"-](?:al-|ash-|as-|at-)?[A-Z][\w’'.-]*)*)"
)
_FORMS = (
    (
        re.compile(
            r"(?P<a>"
            + _NAME
            + (
                r")\s*(?:\([A-Z]{2,6}\)\s*)?[,(–-]\s*(?:which was |who were "
                r")?(?:formerly|previously|once|originally)(?: known as| called| named| "
                r"the)?\s+(?P<b>"
            )
            + _NAME
            + r")"
        ),
        "formerly",
        0.9,
    ),
    (
        re.compile(
            r"(?P<a>"
            + _NAME
            + (
                r")\s*(?:\([A-Z]{2,6}\)\s*)?[,(–-]\s*(?:which is "
                r")?(?:also|better|otherwise|widely) (?:known|called|referred to) (?:as|by)(?: "
                r"the| its)?(?: Arabic acronym)?\s+(?P<b>"
            )
            + _NAME
            + r")"
        ),
        "same_as",
        0.9,
    ),
    (
        re.compile(
            r"(?P<a>"
            + _NAME
            + (
                r"),?\s+(?:the|a|an)\s+(?:\w+\s+){0,2}(?:branch|affiliate|offshoot|wing|arm|"
                r"component|faction|franchise|chapter) of\s+(?P<b>"
            )
            + _NAME
            + r")"
        ),
        "part_of",
        0.85,
    ),
)


_HINT = re.compile(
    r"formerly|previously|once|originally|known|called|referred "
    r"to|branch|affiliate|offshoot|wing|arm|component|faction|franchise|chapter"
)


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    aspect: str
    sentence: int
    a: tuple[int, int]
    b: tuple[int, int] | None
    confidence: float


def patterns(text: str, s: Sentence, index: int) -> list[Found]:
    out: list[Found] = []
    if s.end - s.start > 1500 or not _HINT.search(text, s.start, s.end):
        return out
    for form, aspect, sure in _FORMS:
        for m in form.finditer(text, s.start, s.end):
            out.append(Found("identity", aspect, index, m.span("a"), m.span("b"), sure))
    return out
