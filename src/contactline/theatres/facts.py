"""Reads the theatres' files and answers from them: whose words, whose unit, whose man, on a day."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which a fact holds, both ends counted; None is open.

    On no day in particular every fact may hold.
    """

    since: date | None = None
    until: date | None = None

    def holds(self, on: date | None) -> bool:
        if on is None:
            return True
        return not ((self.since and on < self.since) or (self.until and on > self.until))


@dataclass(frozen=True, slots=True)
class Generic:
    """Common words that stand for a party in this country: a list of language/en/names.toml, or
    phrases.
    """

    actor: str
    words: str  # army, rulers, rebels, armed; empty where `said` lists the phrases
    said: frozenset[str]
    span: Span


@dataclass(frozen=True, slots=True)
class Unit:
    """Names of an army's units, as a regular expression over the words of the report."""

    army: str
    pattern: re.Pattern[str]
    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks or acts for a party."""

    name: str
    side: str
    span: Span


@dataclass(frozen=True, slots=True)
class Succession:
    """After `until` who used to be `actor` is `then`: a fallen government, an army that was
    dissolved.
    """

    actor: str
    until: date
    then: str


@dataclass(frozen=True, slots=True)
class Fights:
    """A party that fights in this country though it is another's."""

    actor: str
    span: Span


@dataclass(frozen=True, slots=True)
class Theatre:
    name: str
    country: str
    sources: tuple[str, ...]
    generics: tuple[Generic, ...]
    units: tuple[Unit, ...]
    persons: tuple[Person, ...]
    successions: tuple[Succession, ...]
    fights: tuple[Fights, ...]
    colours: tuple[tuple[str, str], ...]

    def generic(self, words: str, said: str, on: date | None) -> str:
        """The party that common words stand for, its own phrases before the lists; empty where the
        file is silent.
        """
        for g in self.generics:
            if said in g.said and g.span.holds(on):
                return g.actor
        if not words:
            return ""
        return next((g.actor for g in self.generics if g.words == words and g.span.holds(on)), "")


class Theatres:
    """All theatres, by country.

    Nothing in it changes; loading raises ValueError that names file and entry.
    """

    def __init__(self, theatres: Iterable[Theatre]) -> None:
        self.all = tuple(theatres)
        self.by_country = {t.country: t for t in self.all}

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Theatres:
        folder = resources.files("contactline.theatres")
        files = sorted(
            (f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name
        )
        return Theatres(parsed(f.name, f.read_text(encoding="utf-8")) for f in files)

    @cached_property
    def said(self) -> frozenset[str]:
        """Every phrase that some theatre gives a meaning of its own ("coalition forces")."""
        return frozenset(s for t in self.all for g in t.generics for s in g.said)

    @cached_property
    def colours(self) -> dict[str, str]:
        """Colour by the party's key, as the field's maps draw it; the first file to name a party
        wins.
        """
        out: dict[str, str] = {}
        for t in self.all:
            for actor, colour in t.colours:
                out.setdefault(actor, colour)
        return out

    def generic(self, country: str, words: str, said: str, on: date | None = None) -> str:
        t = self.by_country.get(country)
        return t.generic(words, said, on) if t else ""

    def unit(self, text: str, countries: Iterable[str], on: date | None = None) -> Unit | None:
        """The unit whose name the words are, in the theatres of these countries."""
        for c in countries:
            t = self.by_country.get(c)
            for u in t.units if t else ():
                if u.span.holds(on) and u.pattern.fullmatch(text):
                    return u
        return None

    @cached_property
    def persons(self) -> dict[str, tuple[Person, ...]]:
        out: dict[str, tuple[Person, ...]] = {}
        for t in self.all:
            for p in t.persons:
                out[p.name.lower()] = (*out.get(p.name.lower(), ()), p)
        return out

    def person(self, name: str, on: date | None = None) -> str:
        """The party a person stood for on a day; empty for one the files don't know."""
        return next((p.side for p in self.persons.get(name.lower(), ()) if p.span.holds(on)), "")

    @cached_property
    def _successions(self) -> dict[str, Succession]:
        return {s.actor: s for t in self.all for s in t.successions}

    def successor(self, actor: str, on: date | None) -> str:
        """Who the party is on a day: itself, or who came after it."""
        s = self._successions.get(actor)
        return s.then if s and on and on > s.until else actor

    @cached_property
    def _fights(self) -> dict[str, tuple[tuple[str, Span], ...]]:
        out: dict[str, tuple[tuple[str, Span], ...]] = {}
        for t in self.all:
            for f in t.fights:
                out[f.actor] = (*out.get(f.actor, ()), (t.country, f.span))
        return out

    def abroad(self, actor: str, on: date | None) -> tuple[str, ...]:
        """The countries where a party fights on a day, other than its own."""
        return tuple(c for c, span in self._fights.get(actor, ()) if span.holds(on))


def parsed(file: str, text: str) -> Theatre:
    """One theatre from its file's text. Raises ValueError that says what is wrong."""
    try:
        t = tomllib.loads(text)
        return Theatre(
            t["name"],
            t["country"],
            tuple(t.get("sources", ())),
            tuple(
                Generic(g["actor"], g.get("words", ""), frozenset(g.get("said", ())), _span(g))
                for g in t.get("generic", ())
            ),
            tuple(
                Unit(u["army"], re.compile(u["pattern"]), _span(u), u["source"])
                for u in t.get("unit", ())
            ),
            tuple(
                Person(name, p["side"], _span(p))
                for p in t.get("person", ())
                for name in p["names"]
            ),
            tuple(Succession(s["actor"], s["until"], s["then"]) for s in t.get("succession", ())),
            tuple(Fights(f["actor"], _span(f)) for f in t.get("fights", ())),
            tuple(t.get("colours", {}).items()),
        )
    except (KeyError, TypeError, re.error, tomllib.TOMLDecodeError) as e:
        raise ValueError(f"theatres/{file}: {e}") from e


def _span(entry: dict[str, Any]) -> Span:
    return Span(entry.get("since"), entry.get("until"))
