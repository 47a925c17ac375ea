"""War maps as Wikipedia keeps them: modules in Lua whose table `marks` has a row for each place,
the colour in the name of the row's picture, and what the colours mean in the caption.

No Lua is run: strings, names and braces are read as they stand, in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# words of colour in names of pictures; those of one tone are one colour
TONES = {
    "red": "red",
    "lime": "lime",
    "green": "lime",
    "limegreen": "lime",
    "yellow": "yellow",
    "grey": "grey",
    "gray": "grey",
    "black": "black",
    "blue": "blue",
    "teal": "teal",
    "purple": "purple",
    "orange": "orange",
    "magenta": "magenta",
    "pink": "pink",
    "brown": "brown",
    "cyan": "cyan",
    "white": "white",
}
_WORD = re.compile(r"[a-z]+")
_LINK = re.compile(r"\[\[([^\[\]|]{1,200})(?:\|([^\[\]]{0,200}))?\]\]")
_FILE = re.compile(r"\[\[(?:File|Image):([^\[\]|]{1,120})(?:\|[^\[\]]{0,80})?\]\]")
_ENDS = re.compile(r"\[\[(?:File|Image):|<br|[\n;*]")
_TAGS = re.compile(r"<[^<>]{0,80}>|&nbsp;|'{2,}")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: string, name, number, or the sign itself; a string's `value` is without quotes."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class Mark:
    """A row of the table. `start`/`end` are its braces' offsets, `spans` those of each value."""

    start: int
    end: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def lat(self) -> float:
        return float(self.fields["lat"])

    @property
    def lon(self) -> float:
        return float(self.fields["long"])

    @property
    def picture(self) -> str:
        return self.fields.get("mark", "").replace("_", " ")

    @property
    def label(self) -> str:
        """The place's name: the label without its link, else the link."""
        text = self.fields.get("label", "")
        m = _LINK.search(text)
        found = (m.group(2) or m.group(1)) if m else text
        return _TAGS.sub("", found or self.fields.get("link", "")).strip()

    @property
    def colours(self) -> tuple[str, ...]:
        return colours(self.picture)

    @property
    def says(self) -> str:
        """held, contested, mixed, besieged (a ring round the place, of who besieges) or ""."""
        name = self.picture.lower()
        n = len(self.colours)
        if not n or "3x3dot" in name or "4x4dot" in name:
            return ""  # presence in the country around is no fact of the place
        if name.startswith(("map-circle", "map-arc")):
            return "besieged"
        if "ctl" in name:
            return "mixed"
        return "contested" if n > 1 else "held"


def colours(picture: str) -> tuple[str, ...]:
    """The colours that a picture's name tells, each once, in their order."""
    words = (TONES.get(w) for w in _WORD.findall(picture.lower()))
    return tuple(dict.fromkeys(w for w in words if w))


def tokens(text: str) -> Iterator[Token]:
    """Lua's words without its comments; what is not closed reaches to the end."""
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c.isspace():
            i += 1
        elif text.startswith("--", i):
            closed = _long(text, i + 2)
            end = closed[1] if closed else text.find("\n", i)
            i = n if end < 0 else end
        elif c == "[" and (closed := _long(text, i)):
            yield Token("string", text[closed[0] : closed[1] - closed[2]], i, closed[1])
            i = closed[1]
        elif c in "\"'":
            j = i + 1
            while j < n and text[j] not in (c, "\n"):
                j += 2 if text[j] == "\\" else 1
            end = min(j, n)
            yield Token("string", _plain(text[i + 1 : end]), i, min(end + 1, n))
            i = end + 1
        elif c.isalpha() or c == "_":
            j = i + 1
            while j < n and (text[j].isalnum() or text[j] in "_."):
                j += 1
            yield Token("name", text[i:j], i, j)
            i = j
        elif c.isdigit() or (c == "-" and text[i + 1 : i + 2].isdigit()):
            j = i + 1
            while j < n and (text[j].isalnum() or text[j] == "."):
                j += 1
            yield Token("number", text[i:j], i, j)
            i = j
        else:
            yield Token(c, c, i, i + 1)
            i += 1


def _long(text: str, i: int) -> tuple[int, int, int] | None:
    """(begin, end, length of the closing brackets) of `[==[…]==]` at i, if there is one."""
    if text[i : i + 1] != "[":
        return None
    j = i + 1
    while text[j : j + 1] == "=":
        j += 1
    if text[j : j + 1] != "[":
        return None
    close = "]" + "=" * (j - i - 1) + "]"
    end = text.find(close, j + 1)
    return (j + 1, len(text), 0) if end < 0 else (j + 1, end + len(close), len(close))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def marks(text: str) -> list[Mark]:
    """Every row with a position, in the module's order.

    A picture named by a variable (`mark = icons.gov`) is looked up among the module's strings.
    """
    found: list[Mark] = []
    frames: list[Mark] = []
    words: dict[str, str] = {}
    asked: list[tuple[Mark, str, str]] = []
    key = ""
    before: Token | None = None
    for t in tokens(text):
        if t.kind == "{":
            frames.append(Mark(t.start))
            key = ""
        elif t.kind == "}":
            if frames:
                m = frames.pop()
                m.end = t.end
                if _placed(m):
                    found.append(m)
            key = ""
        elif t.kind == "=":
            key = before.value if before and before.kind in ("name", "string") else ""
        elif t.kind in ("string", "number", "name") and key:
            if t.kind == "string":
                words.setdefault(key, t.value)
            if frames:
                frames[-1].fields[key] = t.value
                frames[-1].spans[key] = (t.start, t.end)
                if t.kind == "name":
                    asked.append((frames[-1], key, t.value.rsplit(".", 1)[-1]))
            key = ""
        if t.kind != "]":  # of a key in brackets
            before = t
    for m, k, name in asked:
        m.fields[k] = words.get(name, m.fields[k])
    return sorted(found, key=lambda m: m.start)


def _placed(m: Mark) -> bool:
    try:
        return abs(m.lat) <= 90 and abs(m.lon) <= 180
    except (KeyError, ValueError):
        return False


def legend(text: str) -> dict[str, tuple[str, ...]]:
    """What each colour means, by the caption: names as they stand there, links' targets after them.

    The first telling counts; pictures of several colours tell nothing of one.
    """
    out: dict[str, tuple[str, ...]] = {}
    for m in _FILE.finditer(text):
        tone = colours(m.group(1).replace("_", " "))
        end = _ENDS.search(text, m.end())
        told = text[m.end() : end.start() if end else len(text)][:400]
        links = _LINK.findall(told)
        shown = _TAGS.sub(" ", _LINK.sub(lambda x: x.group(2) or x.group(1), told))
        shown = " ".join(shown.split()).strip(" :,|")
        if len(tone) == 1 and shown:
            names = (shown, *(x for a, b in links for x in (b, a.replace("_", " ")) if x))
            out.setdefault(tone[0], tuple(dict.fromkeys(names)))
    return out
