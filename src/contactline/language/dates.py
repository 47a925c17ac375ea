"""The words and forms of dates in one language, compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from contactline.language.tables import table

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)  # one character for one
SPACE = r"\s{1,4}"
SHORT = 5  # letters of a name that a full stop may shorten
_TIME = (
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?|GMT|UTC|CET|CEST|"
    r"EST|EDT|BST|MSK|Z|[+-]\d{2}:?\d{2}"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a time, and the kind of computation that its groups need."""

    kind: str
    pattern: re.Pattern[str]
    needs: frozenset[str] = (
        frozenset()
    )  # of `Dates.marks`: without them in a sentence it can't match


@dataclass(frozen=True, slots=True)
class Dates:
    """Names map to numbers (months 1–12, weekdays 0–6 from Monday); keys are lower case without a
    final full stop.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    vague: Mapping[str, tuple[int, int]]
    units: Mapping[str, str]
    seasons: Mapping[str, int]
    doubtful_seasons: frozenset[str]
    holidays: Mapping[str, tuple[int, int]]
    parts: Mapping[str, str]
    steps: Mapping[str, str]
    cues: Mapping[str, re.Pattern[str]]
    forms: tuple[Form, ...]
    hint: re.Pattern[str]
    marks: Mapping[str, re.Pattern[str]]
    month_pattern: str
    weekday_pattern: str
    days: re.Pattern[str]  # a day of a month without a year
    meanings: Mapping[str, str]  # a matched word in the words of English forms
    little: re.Pattern[str]  # what may stand between a cue and an expression
    clause: re.Pattern[str]  # where a clause begins
    heading: re.Pattern[str]  # what a line that is only a date holds besides it
    day_first: bool  # 3/4/2016 is the third of April

    @staticmethod
    @cache
    def of(code: str = "en") -> Dates:
        """Raises LookupError for a language without dates."""
        return _compiled(table(code, "dates"))

    def present(self, text: str) -> frozenset[str]:
        """Which of the marks that forms need stand in a text."""
        return frozenset(k for k, p in self.marks.items() if p.search(text))

    def last_before(self, m: re.Match[str], on: date) -> date | None:
        """The latest day before another that a match of `days` can mean; None where it is no
        day.
        """
        month = self.months[(m["month"] or m["month2"]).lower().rstrip(".")]
        day = int(m["day"] or m["day2"])
        for year in (on.year, on.year - 1):
            try:
                found = date(year, month, day)
            except ValueError:
                continue
            if found <= on:
                return found
        return None

    def number(self, text: str) -> int | None:
        """The number in figures or words ("twenty-five"), None where it is none."""
        word = " ".join(text.lower().split())
        if word.isdigit():
            return int(word)
        if word in self.numbers:
            return self.numbers[word]
        tens, _, ones = word.replace(" ", "-").partition("-")
        if ones in self.numbers and self.numbers.get(tens, 0) >= 20 > 9 >= self.numbers[ones]:
            return self.numbers[tens] + self.numbers[ones]
        return None


def any_of(items: Iterable[str], spaced: bool = True) -> str:
    """The words as one regular expression, longest first."""
    out = "|".join(re.escape(w) for w in sorted(set(items), key=lambda w: (-len(w), w)))
    return out.replace("\\ ", SPACE) if spaced else out


def _cues(items: Sequence[str]) -> str:
    """As `any_of`; an entry that begins with "~" is a regular expression of its own."""
    plain = any_of(w for w in items if not w.startswith("~"))
    return "|".join([*(w[1:] for w in items if w.startswith("~")), *([plain] if plain else [])])


def _names(rows: list[list[str]], stop: bool) -> tuple[str, dict[str, int]]:
    """Names as they are written, capitalised or in capitals, with their place in the list."""
    out: list[str] = []
    known: dict[str, int] = {}
    for i, row in enumerate(rows):
        for name in row:
            known[name.lower()] = i
            end = r"\.?" if stop and name != row[0] and len(name) <= SHORT else ""
            first = name if name[:1].isupper() else name[:1].upper() + name[1:]
            out += dict.fromkeys((name + end, first + end, name.upper() + end))
    return "(?-i:" + "|".join(sorted(out, key=lambda w: (-len(w), w))) + r")(?!\w)", known


def _compiled(t: Mapping[str, Any]) -> Dates:
    month, months = _names(t["months"], stop=True)
    cases = t.get("weekday_forms", [[]] * 7)
    weekday, weekdays = _names(
        [[row[0], *more] for row, more in zip(t["weekdays"], cases, strict=True)], stop=False
    )
    any_weekday, all_weekdays = _names(
        [[*row, *more] for row, more in zip(t["weekdays"], cases, strict=True)], stop=True
    )
    not_named = "".join(rf"(?<!{re.escape(w)}\x20)" for w in t["named_days"])
    tens = [w for w, n in t["numbers"].items() if n >= 20]
    ones = [w for w, n in t["numbers"].items() if 1 <= n <= 9 and len(w) > 2]
    number = (
        rf"\d{{1,3}}|(?:{any_of(tens)})[ "
        rf"-](?:{any_of(ones)})|{any_of(w for w in t['numbers'] if len(w) > 2)}"
    )
    groups = dict(t["groups"]) | {
        "month": f"(?P<month>{month})",
        # "نيسان/أبريل": the same month by another name
        "month_too": rf"(?: ?[(/–-] ?(?:{month})\)?)?",
        "weekday": f"{not_named}(?P<weekday>{weekday})",
        "any_weekday": f"(?P<weekday>{any_weekday})",
        "any_weekday_after": f"(?P<weekday_after>{any_weekday})",
        "day_part": f"(?:{any_of(t['day_parts'])})",
        "n": f"(?P<n>{number})",
        "vague": f"(?P<vague>{any_of(t['vague'])})",
        "ordinal": f"(?P<ordinal>{any_of(t['ordinals'])})",
        "season": f"(?P<season>{any_of(t['seasons'])})",
        "holiday": f"(?P<holiday>{any_of(t['holidays'])})",
        "part": f"(?P<part>{any_of(t['parts'])})",
        "step": f"(?P<step>{any_of(t['steps'])})",
    }

    def filled(form: str) -> str:
        def group(m: re.Match[str]) -> str:
            name, second = m[1].rstrip("2"), m[1].endswith("2")
            text: str = groups[name]
            return re.sub(r"\(\?P<(\w+)>", r"(?P<\g<1>2>", text) if second else text

        out = re.sub(r"\{([a-z_]+2?)\}", group, form)
        # a space in a form is any short white space; inside a class of characters it is itself
        return "".join(
            piece if piece.startswith("[") else piece.replace(" ?", r"\s{0,4}").replace(" ", SPACE)
            for piece in re.split(r"(\[[^\[\]]*\])", out)
        )

    marks = {
        "month": re.compile(month),
        "weekday": re.compile(weekday),
        "season": re.compile(any_of(t["seasons"]), re.I),
        "holiday": re.compile(any_of(t["holidays"]), re.I),
        "unit": re.compile(
            any_of([*t["units"], "weekend", "night", "morning", "noon", "evening"]), re.I
        ),
        "year": re.compile(r"(?:19|20)\d\d"),
    }

    def needed(f: Mapping[str, str]) -> frozenset[str]:
        named = {k for k in ("month", "weekday", "season", "holiday") if f"{{{k}}}" in f["form"]}
        named |= {"unit"} if "(?P<unit>" in f["form"] else set()
        return frozenset(named | ({f["needs"]} if "needs" in f else set()))

    forms = tuple(
        Form(f["kind"], re.compile(filled(f["form"]), re.I), needed(f)) for f in t["forms"]
    )
    beside = {
        k: any_of(t["cues"].get(k, ())) or "(?!)"
        for k in ("little", "after_comma", "clause", "heading")
    }
    told = {k: v for k, v in t["cues"].items() if k not in beside}
    cues = {k: re.compile(rf"(?<!\w)(?:{_cues(v)})(?!\w)", re.I) for k, v in told.items()}
    hint = any_of(
        [
            *weekdays,
            *months,
            *t["seasons"],
            *t["units"],
            *(f"{u}s" for u in t["units"]),
            *t["hints"],
        ]
    )
    return Dates(
        {k: v + 1 for k, v in months.items()},
        all_weekdays,
        dict(t["numbers"]),
        dict(t["ordinals"]),
        {k: (v[0], v[1]) for k, v in t["vague"].items()},
        dict(t["units"]),
        dict(t["seasons"]),
        frozenset(t["doubtful_seasons"]),
        {k.lower(): (int(v[:2]), int(v[3:])) for k, v in t["holidays"].items()},
        dict(t["parts"]),
        dict(t["steps"]),
        cues,
        forms,
        re.compile(rf"\d{{4}}|\d[./-]\d|\d[a-z]{{2}}\b|\b{t.get('joined', '')}(?:{hint})\b", re.I),
        marks,
        month,
        any_weekday,
        re.compile(
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{month})(?!,? (?:19|20)\d\d)"
            rf"|(?P<month2>{month}) (?P<day2>\d{{1,2}})(?!\d)(?!,? (?:19|20)\d\d)"
        ),
        dict(t.get("meanings", {})),
        re.compile(rf"(?:\s|\b(?:{beside['little']})\b)*"),
        re.compile(rf"[;:—–؛،]|,\s+(?:{beside['after_comma']})\b|\b(?:{beside['clause']})\b"),
        re.compile(rf"(?:(?:{_TIME}|{beside['heading']})|[\W_])*", re.I),
        bool(t.get("day_first", False)),
    )
