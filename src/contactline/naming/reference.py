"""Words that stand for a party named elsewhere: pronouns, "the group", "its allies", who speaks.

Lists are data.
"""

from __future__ import annotations

import re

from contactline.language import words


def _list(key: str) -> frozenset[str]:
    return frozenset(words("en", "names", key))


ARMY = _list("army")
RULERS = _list("rulers")
REBELS = _list("rebels")
ARMED = _list("armed")
FORCES = _list("forces")
OFFICES = _list("offices")
VOICES = _list("voices")
BELONGING = _list("belonging")
PARTS = _list("parts")
PRONOUNS = _list("pronouns")
OURS = _list("ours")
WE = _list("we")
ANAPHORIC = _list("anaphoric")
WHICH = _list("which")
TITLES = _list("titles")

_SAY = "|".join(words("en", "names", "saying"))
SAYING = re.compile(rf"\s+(?:\w+\s+){{0,3}}?(?:{_SAY})\s+(?:on \w+ )?(?:that\s+)?$")
SAID = re.compile(rf"\b(?:{_SAY})\b")
GROUP = re.compile(
    r"^(?:the |this |that )?(?:[a-z-]+ )?(?:group|organi[sz]ation|movement|militia|terrorist "
    r"group|militant group"
    r"|party|faction|jihadists?|extremists?|militants|terrorists|fighters|insurgents|members)$",
    re.I,
)
REBELLIOUS = re.compile(r"(?:jihadists?|extremists?|militants?|terrorists?|insurgents?)$", re.I)
# "the remaining militants" are those just spoken of, not all that go by the word
LEFT = re.compile(r"\b(?:remaining|surviving|fleeing|trapped|besieged)\s+$", re.I)
LOYAL = re.compile(
    r"pro-(?:government|regime|assad)|loyalist|government-allied|regime-allied", re.I
)
ALLIES = re.compile(
    r"^(?:its |their |his |the |other |local |foreign |various )*"
    r"(?:allies|allied (?:forces|militias?|troops|fighters|groups|factions|militants|units)|proxies"
    r"|pro-(?:government|regime|assad) (?:forces|militias?|fighters|troops|militiamen|groups|units)"
    r"|loyalist (?:forces|militias?|fighters)|auxiliaries|allied)$",
    re.I,
)
HOW_MUCH = re.compile(
    r"^(?:(?:almost|nearly|virtually|most|much|all|parts?|half|some|a (?:large |small |big "
    r")?(?:part|chunk|portion)"
    r"|the (?:rest|remainder|majority|bulk))(?: of)?\s+)+",
    re.I,
)
