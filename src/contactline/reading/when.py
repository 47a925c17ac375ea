"""When it was so: dates and spans in a sentence, relative to the report's date and to the story so
far.

Expressions after TimeML's TIMEX3 kinds (Pustejovsky et al. 2003), as far as war reports use them.
Their words and forms are the language's (`language/en/dates.toml`); what they amount to is computed
in `named_spans.py` and `counted_spans.py`. Two rules hold: nothing told as done lies after its
report, and a date without a year is the latest such day before the report, or the next where it is
planned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from contactline.language.dates import DIGITS, Dates
from contactline.reading.counted_spans import COUNTED
from contactline.reading.named_spans import NAMED
from contactline.reading.spans import Groups, Point, Reading, Readings, last_of
from contactline.reading.words import Sentence

KINDS = NAMED | COUNTED
UNKNOWN = "unknown"
RECENT_DAYS = (
    45  # a date without a year that lies so close to the report is not counted from an older story
)
LONE_DAYS = 3  # days without a year that a page must name before they are held against its day
LONG_AFTER_DAYS = 60  # how far back such days lie, half of them farther, on a page told long after
PAGE = 12_000  # characters; hardly a news report is longer
NEWS_CHARACTERS = 2000  # a news report counts from its own day more often than once in so many
HEADING_DAYS = 31  # a lone line with a date starts a day of its own only so close to the report
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
RANGES = frozenset(("days", "weekdays", "months", "years"))  # with an end: they do not go on


@dataclass(frozen=True, slots=True)
class When:
    """One expression. `start`, `end`: offsets in the report; `since`: the words open a span that
    goes on.

    `first` to `last` is how its own clause lets it be read. `told` is the reading for what is told
    as done (never after the report), `ahead` the one for what is planned or expected; None where
    there is none. `saying`: it stands beside a verb of saying and tells when it was said. An
    expression that can't be resolved ("Monday" in a report without a date) has the precision
    "unknown".
    """

    start: int
    end: int
    first: date
    last: date | None
    precision: str
    since: bool = False
    told: Reading | None = None
    ahead: Reading | None = None
    saying: bool = False

    @property
    def known(self) -> bool:
        return self.precision != UNKNOWN

    def read(self, prospective: bool | None) -> When | None:
        """As told (False), as looked ahead to (True), as its own clause has it (None).

        None: not meant at all.
        """
        if prospective is None or not self.known:
            return self
        if prospective and self.saying:
            return None
        chosen = self.ahead if prospective else self.told
        return (
            replace(self, first=chosen[0], last=chosen[1], precision=chosen[2]) if chosen else None
        )


class Timeline:
    """Walks a report's sentences in order; keeps the year and day the story has reached."""

    def __init__(
        self, published: date | None, title: str = "", text: str = "", language: str = "en"
    ) -> None:
        self.words = Dates.of(language)
        title, text = title.translate(DIGITS), text.translate(DIGITS)
        self.published = published
        self.now = published
        title_years = [int(y) for y in _YEAR.findall(title)]
        years = [int(y) for y in _YEAR.findall(text)]
        self.past = published is not None and (
            self._tells_of_the_past(published.year, title_years, years, text)
            or self._told_long_after(published, title_years + years, text)
        )
        self.year: int | None = None
        if title_years and (published is None or self.past):
            self.year = title_years[0]
        elif self.past and years:
            self.year = years[0]
        self.day: date | None = None
        self.dated = 0
        self._fresh = 9  # sentences since a day with its year was told
        self._headings = (
            0 if published is None else sum(self._heading_at(text, s) for s in _lone_lines(text))
        )

    def _tells_of_the_past(self, year: int, title: list[int], years: list[int], text: str) -> bool:
        """A page that tells of other years: "on 28 July", "Monday" are not counted from its own
        day.
        """
        told = sorted(y for y in years if y <= year)
        old = sum(y < year - 1 for y in told)
        of_old = len(told) >= 3 and told[len(told) // 2] < year - 1
        titled = bool(title) and max(title) < year - 1
        if not of_old and not titled:
            return False
        news = self._news(text)
        long = len(text) >= PAGE and news * NEWS_CHARACTERS <= len(text)
        return not text or news * 6 <= old or long

    def _news(self, text: str) -> int:
        """How often a text counts from its own day."""
        found = len(self.words.cues["news"].findall(text))
        return found + len(self.words.marks["weekday"].findall(text))

    def _told_long_after(self, published: date, years: list[int], text: str) -> bool:
        """A page that names an earlier year, hardly counts from its own day, and whose days without
        a year would lie all over the year before it: the days are of the years it names.
        """
        if not any(y < published.year for y in years):
            return False
        lags = [
            (published - last).days
            for m in self.words.days.finditer(text)
            if (last := self.words.last_before(m, published))
        ]
        if len(lags) < LONE_DAYS or sorted(lags)[len(lags) // 2] <= LONG_AFTER_DAYS:
            return False
        return self._news(text) * NEWS_CHARACTERS <= len(text)

    def sentence(self, text: str, s: Sentence) -> list[When]:
        """The expressions of the next sentence, in order, none inside another."""
        self._fresh += 1
        piece = text[s.start : s.end].translate(DIGITS)
        if not self.words.hint.search(piece):
            return []
        found = self._expressions(piece, s.start)
        self._move(text, s, piece, found)
        return found

    def _expressions(self, piece: str, offset: int) -> list[When]:
        matches: list[tuple[re.Match[str], str]] = []
        present = self.words.present(piece)
        for form in self.words.forms:
            if not form.needs <= present:
                continue
            for m in form.pattern.finditer(piece):
                if not any(m.start() < o.end() and o.start() < m.end() for o, _ in matches):
                    matches.append((m, form.kind))
        matches.sort(key=lambda x: x[0].start())
        out: list[When] = []
        said_day: date | None = None
        for m, kind in matches:
            lead = piece[max(0, m.start() - 28) : m.start()]
            if self._ends_with(self.words.cues["aside"], lead) or _starts_with(
                self.words.cues["aside"], m.group()
            ):
                continue
            point = Point(self.now, self._story_year, said_day or self.day, self.past)
            got = _resolve(m, kind, point, self.words)
            if got is None:
                continue
            leaning = self._leaning(m, piece)
            if _duration(m) and not leaning[1]:
                continue
            w = self._when(m, got, leaning, lead, offset, kind in RANGES)
            if w.known and w.precision == "day" and not w.since:
                said_day = w.first
            out.append(w)
        return out

    def _when(
        self,
        m: re.Match[str],
        got: Readings,
        leaning: tuple[bool, bool],
        lead: str,
        offset: int,
        ranged: bool,
    ) -> When:
        cues = self.words.cues
        since = not ranged and (
            self._ends_with(cues["since"], lead) or _starts_with(cues["since"], m.group())
        )
        until = self._ends_with(cues["until"], lead) or _starts_with(cues["until"], m.group())
        start, end = offset + m.start(), offset + m.end()
        told, ahead = got
        if told is None and ahead is None:
            return When(start, end, date.min, None, UNKNOWN, since)
        saying, forward = leaning
        if since and told:
            told = (told[0], None, told[2])
            # "will hold from 20 June" lies ahead, "has held since" does not
            ahead = (ahead[0], None, ahead[2]) if ahead and forward and not saying else None
        if until and ahead and self.now and ahead[0] > self.now:
            ahead = (self.now, ahead[1], ahead[2])
        chosen = (ahead or told) if forward and not saying else (told or ahead)
        assert chosen is not None
        return When(start, end, *chosen, since, told, ahead, saying)

    def _leaning(self, m: re.Match[str], piece: str) -> tuple[bool, bool]:
        """Whether an expression tells when something was said,
        and whether its clause looks ahead.
        """
        cues = self.words.cues
        before = piece[max(0, m.start() - 160) : m.start()]
        cut = [c.end() for c in self.words.clause.finditer(before)]
        clause = before[cut[-1] :] if cut else before
        said = [c.end() for c in cues["said"].finditer(clause)]
        looks = [c.end() for c in self._looks(clause)]
        that = cues.get("that")
        if that and that.match(piece[m.end() :].lstrip(" ,،")) and cues["said"].search(before):
            return True, False  # the verb first, then who says it: "said the army on Monday that"
        if said and len(clause) - said[-1] <= 12 and not (looks and looks[-1] > said[-1]):
            return True, False
        if looks:
            return False, not self._done(clause[looks[-1] :])
        if re.search(r"\b\w{3,}\s+\w{3,}", clause):
            return False, False
        after = piece[m.end() : m.end() + 90]  # it opens the clause: what follows it decides
        after = after[: c.start()] if (c := re.search(r"[.;:!?]", after)) else after
        first_said = cues["said"].search(after)
        first_look = next((c.start() for c in self._looks(after)), None)
        if first_said and (first_look is None or first_said.start() < first_look):
            return True, False
        return False, first_look is not None and first_look < 60 and not self._done(
            after[:first_look]
        )

    def _ends_with(self, cue: re.Pattern[str], lead: str) -> bool:
        """Whether a cue stands right before, an article or a preposition of
        time between them at most.
        """
        at = [m.end() for m in cue.finditer(lead)]
        return bool(at) and bool(self.words.little.fullmatch(lead[at[-1] :]))

    def _looks(self, words: str) -> list[re.Match[str]]:
        cues = self.words.cues
        return [
            c
            for c in cues["ahead"].finditer(words)
            if not cues["hindsight"].match(words, c.start())
        ]

    def _done(self, words: str) -> bool:
        """Whether something is told as done in these words, and not "to be done"."""
        return any(
            not self._ends_with(self.words.cues["not_done"], words[: c.start()])
            for c in self.words.cues["done"].finditer(words)
        )

    def _story_year(self, month: int, day: int = 1) -> int | None:
        """The year that the story has reached, for a date that names none; None where the report's
        day decides.
        """
        if self.year is None:
            return None
        year = self.year
        if self.day is not None and self.day.year == year and self.day.month >= 10 and month <= 3:
            year += (
                1  # a story told in order: November after which comes January is the next year's
            )
        if self.now is None or self.past:
            return year
        if self._fresh > 2 or self.day is None:
            return None
        try:
            latest = date(self.now.year, month, day)
            told = date(year, month, day)
        except ValueError:
            return None
        if latest > self.now:
            latest = last_of(month, day, self.now) or latest
        if (self.now - latest).days <= RECENT_DAYS or not self.day <= told <= self.now:
            return None
        return year

    def _move(self, text: str, s: Sentence, piece: str, found: Sequence[When]) -> None:
        """Where the story stands after a sentence."""
        known = [w for w in found if w.known]
        if len(known) == 1 and self._is_heading(text, s, known[0]):
            w = known[0]
            self.day, self.year, self._fresh = w.first, w.first.year, 0
            if w.precision == "day" and (
                self.published is None or self._headings >= 2 or self._near(w.first)
            ):
                self.now = w.first
            return
        for w in known:
            mentions_year = bool(_YEAR.search(piece[w.start - s.start : w.end - s.start]))
            if w.precision == "day" and not w.since:
                self.dated += 1
            if w.since or (self.now and w.first > self.now) or self._in_passing(piece, w, s.start):
                continue
            opens = not piece[: w.start - s.start].strip(" ,(\"“'")
            if w.precision == "day":
                self.day = w.first
            if mentions_year and (w.precision == "day" or opens):
                self.year, self._fresh = w.first.year, 0
                if w.precision != "day":
                    self.day = w.first
            elif w.precision == "day" and (self.past or self.now is None):
                self.year = w.first.year

    def _in_passing(self, piece: str, w: When, offset: int) -> bool:
        lead = piece[max(0, w.start - offset - 40) : w.start - offset]
        opened = lead.rfind("(")
        return (
            (opened >= 0 and ")" not in lead[opened:])
            or self._ends_with(self.words.cues["passing"], lead)
            or _starts_with(self.words.cues["passing"], piece[w.start - offset : w.end - offset])
        )

    def _near(self, day: date) -> bool:
        return self.published is not None and -2 <= (self.published - day).days <= HEADING_DAYS

    def _is_heading(self, text: str, s: Sentence, w: When) -> bool:
        line_start = text.rfind("\n", 0, s.start) + 1
        line_end = text.find("\n", s.end)
        line_end = len(text) if line_end < 0 else line_end
        if line_end - line_start > 80:
            return False
        return bool(self.words.heading.fullmatch(text[line_start : w.start])) and bool(
            self.words.heading.fullmatch(text[w.end : line_end])
        )

    def _heading_at(self, text: str, span: tuple[int, int]) -> bool:
        line = text[span[0] : span[1]].translate(DIGITS)
        found = self._expressions(line, 0)
        return (
            len(found) == 1
            and found[0].precision == "day"
            and bool(self.words.heading.fullmatch(line[: found[0].start]))
            and bool(self.words.heading.fullmatch(line[found[0].end :]))
            and self._near(found[0].first)
        )


def _resolve(m: re.Match[str], kind: str, point: Point, words: Dates) -> Readings | None:
    """`(told, ahead)` of one matched form; None where it is no date at all."""
    try:
        return KINDS[kind](Groups(m, words), point)
    except (ValueError, OverflowError):
        return None


def _duration(m: re.Match[str]) -> bool:
    """ "in two days" is how long it took, unless its clause looks ahead."""
    g = m.groupdict()
    return bool(g.get("within")) and not (g.get("time") or g.get("times"))


def _lone_lines(text: str) -> list[tuple[int, int]]:
    """Short lines with a figure in them that stand for themselves."""
    return [m.span() for m in re.finditer(r"^[^\n]{6,60}$", text, re.M) if re.search(r"\d", m[0])]


def _starts_with(cue: re.Pattern[str], words: str) -> bool:
    return bool(cue.match(words))


def pick(
    found: Sequence[When], at: int, span: tuple[int, int], prospective: bool | None = None
) -> When | None:
    """The expression that the trigger at offset `at` goes with: the nearest that can be meant.

    `prospective`: whether the claim is an aim, a forecast or behind an "if" (True) or told as done
    (False); None leaves it to each expression's own clause.
    """
    meant = [r for w in found if (r := w.read(prospective)) is not None]
    if not meant:
        return None
    nearest = min(
        meant, key=lambda w: abs(w.start - at) if w.start <= at else abs(w.start - at) * 0.9
    )
    return nearest if nearest.known else None
