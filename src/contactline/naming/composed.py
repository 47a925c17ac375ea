"""Names put together of others: "al-Nusra jihadists", "Syria's armed opposition", "US-backed
Kurdish fighters".

The words before a group's common noun say whose it is (a party's, a people's in a state) or who
stands behind it (a
patron). What a patron stands behind is told by the words after; the patron is never the party.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from contactline.language import words
from contactline.naming.actors import Catalogue
from contactline.naming.folding import plain_words
from contactline.naming.reference import ARMED, FORCES, REBELS
from contactline.theatres import Theatres

# "Turkish-backed fighters": the patron and what it stands behind
_BACKED = re.compile(
    r"^(?P<patron>[A-Z][\w.’']*(?: [A-Z][\w.]*)?)[-‑](?P<how>backed|supported|aligned|sponsored|"
    r"trained|armed|funded|allied|led)\s+(?P<rest>\S.*)$"
)
_POSSESSIVE = re.compile(r"^(?P<owner>[A-Z][\w. -]*?)(?:'s|’s|s'|s’)\s+(?P<rest>[a-z].*)$")
_OF_SOMEBODY = re.compile(r"(?:'s|’s)\s+(?:forces|troops|army|fighters|soldiers|military)$")
_LOOSE = ("proxy ", "proxies", "allied ", "local ", "armed ")
# armed people of a nationality that are not its state's
NO_STATES_OWN = frozenset(words("en", "names", "not_the_states"))

_STATE_BEFORE = re.compile(
    # "Chadian President X", "British Foreign Secretary Y"
    r"(?P<state>[A-Z][\w.]*(?: [A-Z][\w.]*)??)(?:['’]s)?\s+(?:[A-Za-z-]+\s+){0,4}?(?i:"
    + "|".join(words("en", "names", "offices_of_persons"))
    + r")\s+$"
)
_MINISTRY = re.compile(
    # "the Azeri defense ministry said the army …": whose army it is
    r"(?<![\w’'])(?P<state>[A-Z][\w.]*)(?:['’]s)?\s+(?:[a-z]+\s+){0,2}?(?:"
    + "|".join(words("en", "names", "bodies_of_states"))
    + r")\b[^.;:\"“]*\b(?:"
    + "|".join(words("en", "names", "saying"))
    + r")\b"
)
_CAPITAL = re.compile(r"(?<![\w’'])[A-Z]")
_BACK = 160  # characters before a role in which its state is looked for

Resolve = Callable[[str], str | None]


def composed(
    bare: str,
    catalogue: Catalogue,
    theatres: Theatres,
    here: str,
    on: date | None,
    resolve: Resolve,
) -> str | None:
    """The actor id of a name put together of others, "" for nobody, None where it is no such name.

    `here` is the country of the sentence; `resolve` gives the id that a shorter phrase stands for.
    """
    if of := _OF_SOMEBODY.search(bare):
        return resolve(bare[: of.start()])
    if backed := _BACKED.match(bare):
        return _backed(backed, catalogue, theatres, here, on, resolve)
    owned = _POSSESSIVE.match(bare)
    if owned and plain_words(owned["owner"]) in catalogue.states:
        rest = plain_words(owned["rest"])
        if rest in REBELS:
            land = catalogue.states[plain_words(owned["owner"])]
            return theatres.generic(land, "rebels", rest, on) or None
    said = bare.split()
    if len(said) < 2:
        return None
    head = said[-1].lower()
    if head in NO_STATES_OWN and bare[:1].isalpha():
        found = catalogue.named(" ".join(said[:-1]))
        if found and not found[0].id.startswith("state:"):
            return found[0].id
    if said[-1] in FORCES and said[-2][:1].isupper() and any(w[:1].isdigit() for w in said):
        # "47th Mechanized Brigade fighters"
        return resolve(" ".join(said[:-1]))
    code = catalogue.states.get(plain_words(said[0]))
    rest = plain_words(" ".join(said[1:]))
    if code and said[1][:1].isupper():
        # "Syrian Kurdish fighters": a people's fighters in a state
        return theatres.generic(code, "", rest, on) or None
    if code and head in FORCES:
        # "Armenian anti-aircraft forces"
        own = theatres.generic(code, "army", "", on) if code == "SY" else ""
        return own or catalogue.state(code)
    return None


def _backed(
    m: re.Match[str],
    catalogue: Catalogue,
    theatres: Theatres,
    here: str,
    on: date | None,
    resolve: Resolve,
) -> str | None:
    rest = m["rest"]
    code = catalogue.states.get(plain_words(m["patron"])) or catalogue.capitals.get(
        plain_words(m["patron"])
    )
    for word in _LOOSE:
        rest = rest.removeprefix(word)
    first, _, after = rest.partition(" ")
    if here and after and catalogue.states.get(plain_words(first)) == here:
        rest = after  # "US-backed Syrian fighters"
    if code and plain_words(rest) in (*REBELS, *ARMED, "forces", "groups", "factions"):
        # the same said another way: "Moscow-backed rebels" are "Russian-backed separatists"
        for patron in _ways(catalogue.states, code):
            for noun in ("rebels", "separatists", "fighters", "militants", "militias", "forces"):
                known = catalogue.named(f"{patron}-backed {noun}")
                if known and (not here or not known[0].theatre or here in known[0].theatre.split()):
                    return known[0].id
        return None
    whom = resolve(rest)
    own = (catalogue.state(here), theatres.generic(here, "army", "", on)) if here else ()
    if whom and not whom.startswith(("generic:", "state:")) and whom not in own:
        return whom
    return None


def _ways(states: dict[str, str], code: str) -> Sequence[str]:
    return [w for w, c in states.items() if c == code and " " not in w]


def state_of_person(text: str, start: int, states: dict[str, str]) -> str | None:
    """The country whose office a person is named with, right before the name."""
    near = text[max(0, start - _BACK) : start]
    for at in reversed([m.start() for m in _CAPITAL.finditer(near)]):
        m = _STATE_BEFORE.match(near, at)
        if m and (code := states.get(plain_words(m["state"]))):
            return code
    return None


def state_that_speaks(text: str, start: int, states: dict[str, str]) -> str | None:
    """The country whose ministry or army is said, earlier in the sentence, to have said so."""
    begin = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start), start - 2 * _BACK) + 1
    found = [
        code
        for m in _MINISTRY.finditer(text[max(0, begin) : start])
        if (code := states.get(plain_words(m["state"])))
    ]
    return found[-1] if found else None
