"""How a claim is meant in other languages: the same questions as `cues` answers for English, from
the language's own words (`language/CODE/cues.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from contactline.language import table
from contactline.reading.joined_numbers import JoinedNumbers

NEAR = 5  # words before the one that says it, in which a denial or an aim counts
AHEAD = 8  # and in which what looks ahead counts
SOURCE = 90  # characters that name whose word it is, at most
CLAUSE = frozenset((";", "؛", ":", "»", "”", "—", "–"))


class Cues:
    """The cues of one language. Patterns are searched without regard to case."""

    def __init__(self, code: str) -> None:
        t: Any = table(code, "cues")

        def any_of(key: str, end: str = "") -> re.Pattern[str]:
            found = "|".join(sorted(t.get(key, ()), key=lambda w: (-len(w), w))) or r"(?!)"
            return re.compile(rf"(?<!\w)(?:{found})(?!\w){end}", re.I)

        # "ожидается, что …": a comma before one of these does not end what the cue is about
        joins = "|".join(t.get("joins", ())) or "(?!)"

        def before(key: str, most: int, through: str = "(?!)") -> re.Pattern[str]:
            word = rf"(?:[^\s,،]+|,(?=\s+(?:{through})(?!\w)))"
            return any_of(key, rf"(?:\s+{word}){{0,{most}}}\s*$")

        self._not = before("not", NEAR - 2)
        self._refuted = any_of("refuted")
        self._aim, self._future = before("aim", NEAR, joins), before("future", AHEAD, joins)
        self._if, self._heard, self._asks = any_of("if"), any_of("heard"), any_of("asks")
        self._according = any_of("according", rf"\s*([^,،.;؛:()«»\"]{{2,{SOURCE}}})")
        self._voice_ends, self._itself = any_of("voice_ends"), any_of("itself")
        # after these a name bears a joined letter, which is taken off it
        self._dative, self._undone = any_of("dative"), tuple(t.get("undone", {}).items())
        self._say = any_of("say")
        self._extent = [(k, any_of(k)) for k in ("pocket", "most", "part", "whole")]
        self._broken, self._holds = any_of("broken"), any_of("in_force")
        self._closed, self._opened = any_of("closed"), any_of("opened")
        self._goes_on, self._lifted = any_of("goes_on"), any_of("siege_ends")
        self._conditions = any_of("condition", r"\s+[^.;؛]+?(?=,\s|[.;؛،]|$)")
        self._numbers: dict[str, int] = dict(t["numbers"])
        self._times: dict[str, int] = dict(t.get("times", {}))
        word = "|".join(sorted((*self._numbers, *self._times), key=lambda w: (-len(w), w)))
        word = rf"(?:{word or '(?!)'})(?!\w)"
        figure = r"(?P<figure>\d{1,3}(?:[\s.]\d{3})+(?!\d)|\d+(?:,\d+)?)"
        # "14-річний" is an age, "47-ма" a number of a brigade
        self._number = re.compile(
            rf"(?<![\w,.-])(?:{figure}(?![\d-]*-?[^\W\d])(?P<more>\s+{word})?"
            rf"|(?P<words>{word}(?:\s+{word})*))",
            re.I,
        )
        joined = t.get("number_and")
        self._joined = JoinedNumbers(self._numbers, joined) if joined else None

    @staticmethod
    @cache
    def of(code: str) -> Cues:
        """Raises LookupError for a language without cues."""
        return Cues(code)

    def modality(self, words: Sequence[str], at: int) -> str | None:
        """As `cues.modality`: denied, conditional, intended, expected; None when nothing says."""
        start = next((k + 1 for k in range(at - 1, -1, -1) if words[k] in CLAUSE), 0)
        clause = " ".join(words[start:at])
        if self._not.search(clause) or self._refuted.search(clause):
            return "denied"
        if self._if.search(" ".join(words[max(0, at - 14) : at])):
            return "conditional"
        if self._aim.search(clause):
            return "intended"
        ahead = (
            self._future.search(clause)
            or self._itself.fullmatch(words[at])
            or self._itself.fullmatch(" ".join(words[max(start, at - 1) : at + 1]))
        )
        return "expected" if ahead else None

    def asks(self, words: Sequence[str]) -> bool:
        last = next((w for w in reversed(words) if w not in ('"', "»", "”", ")")), "")
        return last in ("?", "؟") and bool(self._asks.search(" ".join(words[:12])))

    def said_by(self, sentence: str) -> str | None:
        """Whose word it is, when the sentence gives it away."""
        if m := self._according.search(sentence):
            who = m.group(m.lastindex or 0)
            if end := self._voice_ends.search(who):
                who = who[: end.start()]
            who = " ".join(who.split())
            if self._dative.match(m.group()):
                joined = next(((a, b) for a, b in self._undone if who.startswith(a)), ("", ""))
                who = joined[1] + who.removeprefix(joined[0])
            return who or None
        return None

    def heard(self, sentence: str) -> bool:
        return bool(self._heard.search(sentence) or self._say.search(sentence))

    def condition(self, sentence: str, modality: str) -> str | None:
        if modality not in ("expected", "intended", "conditional"):
            return None
        m = self._conditions.search(sentence)
        return m.group().strip() if m and len(m.group().split()) >= 3 else None

    def agreement_aspect(self, sentence: str, aspect: str | None) -> str | None:
        if self._broken.search(sentence):
            return "broken"
        return "holds" if self._holds.search(sentence) else aspect

    def open_or_closed(self, sentence: str, aspect: str) -> str:
        closed, opened = bool(self._closed.search(sentence)), bool(self._opened.search(sentence))
        if closed == opened or aspect not in ("blocked", "opened"):
            return aspect
        return "blocked" if closed else "opened"

    def pockets(self, sentence: str) -> bool:
        return bool(self._extent[0][1].search(sentence))

    def siege_ends(self, quote: str) -> bool:
        return bool(self._lifted.search(quote))

    def goes_on(self, sentence: str) -> bool:
        return bool(self._goes_on.search(sentence))

    def looks_ahead(self, quote: str) -> bool:
        """Left to the model: tense and mood are in the verb."""
        return True

    def direction(self, words: Sequence[str], at: int, aspect: str) -> str:
        return aspect

    def taken_from(self, before: str) -> bool:
        return False

    def extent(self, words: str, before: str) -> str | None:
        near = before[-28:].split(",")[-1]
        return next((name for name, p in self._extent if p.search(words) or p.search(near)), None)

    def number(self, words: str) -> int | None:
        """The first number in the words, in figures or spelt out; "тисячі" by itself is none."""
        if self._joined:
            return self._joined.number(words)
        for m in self._number.finditer(words):
            if m["figure"]:
                by = self._times.get((m["more"] or "").strip().lower(), 1)
                whole, _, rest = m["figure"].partition(",")
                n = int(re.sub(r"\D", "", whole))
                return n * by + (int(int(rest) * by / 10 ** len(rest)) if rest and by > 1 else 0)
            if n := self._sum(m["words"].lower().split()):
                return n
        return None

    def _sum(self, words: Sequence[str]) -> int:
        """ "двісті тридцять", "п'ять тисяч"; nought for a multiplier by itself."""
        total = part = 0
        for w in words:
            if w in self._times:
                if not part:
                    return total
                total, part = total + part * self._times[w], 0
            else:
                part += self._numbers[w]
        return total + part
