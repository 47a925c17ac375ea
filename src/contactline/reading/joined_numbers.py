"""Numbers in words that are added with a joined "and": "خمسة وعشرين" is 25."""

from __future__ import annotations

import re
from collections.abc import Mapping

THOUSAND = 1000


class JoinedNumbers:
    """The numbers of one language by their words, and the letter that joins one to the next."""

    def __init__(self, numbers: Mapping[str, int], joined: str) -> None:
        self._numbers = dict(numbers)
        one = "|".join(sorted(numbers, key=lambda w: (-len(w), w))) or r"(?!)"
        self._number = re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.I)
        self._run = re.compile(rf"(?<!\w)(?:{one})(?:\s+(?:{joined})?(?:{one})(?!\w))*(?!\w)", re.I)
        self._summand = re.compile(rf"(?<!\w)(?:{joined})?({one})(?!\w)", re.I)

    def number(self, words: str) -> int | None:
        """The first number in the words, in figures or spelt out in one word or several."""
        if m := re.search(r"\d{1,3}(?:[\s.,]\d{3})+(?!\d)|\d+", words):
            n = int(re.sub(r"\D", "", m.group()))
            after = self._number.match(words, m.end() + 1)
            big = self._numbers.get(after.group().lower(), 0) if after else 0
            return n * big if big >= THOUSAND else n
        run = self._run.search(words)
        if run is None:
            return None
        total, now = 0, 0
        for m in self._summand.finditer(run.group()):
            n = self._numbers[" ".join(m[1].lower().split())]
            if n >= THOUSAND:
                total, now = total + max(now, 1) * n, 0
            else:
                now += n
        return (total + now) or None
