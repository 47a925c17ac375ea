"""What of a report's words names a party or a place, with offsets: found once, resolved later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contactline.language import Dates
from contactline.model import Place
from contactline.naming.actors import Catalogue
from contactline.naming.folding import plain_words
from contactline.naming.reference import ARMED, ARMY, REBELS, RULERS
from contactline.theatres import Theatres

_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_SHORT = re.compile(r"\(\s*(?:also known as |known as |or |the )?([A-Z][A-Za-z-]{1,9})\s*[),;]")
_LONG = re.compile(
    r"((?:[A-Z][\w’'-]{0,30})(?:[ -](?:[A-Z][\w’'-]{0,30}|of|for|the|and|al|li|wal|ash)){0,7})\s*$"
)
_SENTENCE = re.compile(r"[.!?][\"”’)]?\s+(?=[\"“‘(]?[A-Z0-9])|\n+")


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    text: str
    actor: str = ""
    place: Place | None = None
    confidence: float = 0.0


class Lexicon:
    """How long a party's name can be that begins with a word: what makes scanning linear."""

    def __init__(self, catalogue: Catalogue, theatres: Theatres) -> None:
        self.catalogue, self.theatres = catalogue, theatres
        self.first: dict[str, int] = {}
        for key in (*catalogue.alias, *catalogue.states):
            self._keep(self.first, key)
        self.common: dict[str, int] = {}
        for key in (*ARMY, *RULERS, *REBELS, *ARMED, *theatres.said):
            self._keep(self.common, plain_words(key))

    @staticmethod
    def _keep(table: dict[str, int], key: str) -> None:
        words = key.split(" ")
        table[words[0]] = max(table.get(words[0], 0), len(words))


def definitions(text: str) -> list[tuple[str, str]]:
    """(long, short) for each "Long Name (LN)"; only the words just before a bracket are looked at,
    so time is linear.
    """
    out = []
    for m in _SHORT.finditer(text):
        before = _LONG.search(text, max(0, m.start() - 90), m.start())
        # "(Aleppo)" after a name says where, "(SDF)" and "(known as Fatah)" say how it is called
        if before and (sum(c.isupper() for c in m.group(1)) > 1 or "as " in m.group()):
            out.append((before.group(1).strip(), m.group(1)))
    return out


_KINDS = "town|city|village|settlement|district|province|governorate|region|oblast|state"
_TOWN = (
    r"(?!(?:The|This|That|Each|Every|An?|Its?|Their|Our)\b)((?:(?:al|el|ad|an|ar|as|ash|at|az|"
    r"ez)-|(?:Al|El) )?[A-Z][\w’'-]{1,40}(?: (?:(?:al|el|ez|az)-)?[A-Z][\w’'-]{1,40}){0,2})"
)
_SAID_TO_BE = re.compile(
    rf"\b(?:{_KINDS})s? of (?:the )?{_TOWN}|\b{_TOWN} "
    rf"(?:{_KINDS})\b|\b(?:[Ii]n|near|[Aa]t|around|outside) {_TOWN}"
)
_NO_NAME = frozenset(
    [
        "the",
        "in",
        "this",
        "each",
        "every",
        "a",
        "an",
        "he",
        "she",
        "it",
        "his",
        "her",
        "their",
        "our",
        "my",
        "what",
        "when",
        "where",
    ]
)


def said_to_be_places(text: str, known: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names that the words call a place ("the town of Daraa", "in Hajjah") and that no known span
    meets; a span that only ends with such a name ("camp near the town of Daraa") leaves it to be
    told.
    """
    out = []
    dates = Dates.of("en")
    for m in _SAID_TO_BE.finditer(text):
        start, end = m.span(m.lastindex or 0)
        first = text[start:end].split(" ")[0].lower()
        if first in _NO_NAME or first in dates.months or first in dates.weekdays:
            continue
        if not any(a < end and start < b and not (b == end and start - a > 8) for a, b in known):
            out.append((start, end))
    return out


def sentences(text: str) -> list[int]:
    """Where each sentence begins; a line is one of its own."""
    return [0, *(m.end() for m in _SENTENCE.finditer(text))]


def scan(
    text: str, defined: dict[str, str], lexicon: Lexicon
) -> tuple[list[Mention], list[Mention]]:
    """Parties named in the text, and the common nouns that stand for one ("the army"), each in
    order.
    """
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    folded = [plain_words(w) for w, _, _ in words]
    named: list[Mention] = []
    common: list[Mention] = []
    i = 0
    while i < len(words):
        hit = _party(words, folded, i, defined, lexicon)
        if hit:
            n, actor = hit
            end = words[i + n - 1][2]
            named.append(Mention(words[i][1], end, text[words[i][1] : end], actor))
            i += n
            continue
        if n := _common(words, folded, i, lexicon):
            end = words[i + n - 1][2]
            common.append(Mention(words[i][1], end, text[words[i][1] : end]))
            i += n
            continue
        i += 1
    return named, common


def _party(
    words: list[tuple[str, int, int]],
    folded: list[str],
    i: int,
    defined: dict[str, str],
    lexicon: Lexicon,
) -> tuple[int, str] | None:
    """How many words from the i-th name a party, and which."""
    w = words[i][0]
    catalogue = lexicon.catalogue
    if w in defined:
        return 1, defined[w]
    if (short := w.replace(".", "")) in catalogue.exact:
        return 1, catalogue.exact[short][0]
    first = folded[i].split(" ")[0]
    if first not in lexicon.first or not (w[0].isupper() or w.islower()):
        return None
    for n in range(min(lexicon.first[first] + 1, len(words) - i), 0, -1):
        key = " ".join(f for f in folded[i : i + n] if f)
        if key in catalogue.alias and (n > 1 or w[0].isupper()):
            return n, catalogue.alias[key][0]
        if key in catalogue.states and w[0].isupper():
            return n, catalogue.state(catalogue.states[key])
    return None


def _common(words: list[tuple[str, int, int]], folded: list[str], i: int, lexicon: Lexicon) -> int:
    most = lexicon.common.get(folded[i].split(" ")[0], 0)
    for n in range(min(most, len(words) - i), 0, -1):
        key = " ".join(folded[i : i + n])
        if key in ARMY or key in RULERS or key in REBELS or key in lexicon.theatres.said:
            return n
    return 0
