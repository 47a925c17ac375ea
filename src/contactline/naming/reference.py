"""Words that stand for a party named elsewhere: pronouns, "the group", "its allies", who speaks."""

from __future__ import annotations

import re

PRONOUNS = frozenset(
    [
        "it",
        "they",
        "them",
        "its",
        "their",
        "he",
        "she",
        "him",
        "his",
        "her",
        "we",
        "our",
        "us",
        "who",
        "which",
        "both",
    ]
)
GROUP = re.compile(
    r"^(?:the |this |that )?(?:[a-z-]+ )?(?:group|organi[sz]ation|movement|militia|terrorist group|militant group|party|faction|jihadists?|extremists?|militants|terrorists|fighters|insurgents|members)$",
    re.I,
)
REBELLIOUS = re.compile(r"(?:jihadists?|extremists?|militants?|terrorists?|insurgents?)$", re.I)
SAYING = re.compile(
    r"\s+(?:\w+\s+){0,3}?(?:said|says|saying|claimed|claims|announced|announces|confirmed|stated|reported|admitted|denied|insisted|acknowledged|declared|vowed|warned)\s+(?:on \w+ )?(?:that\s+)?$"
)
WHICH = frozenset(
    [
        "foreign",
        "suspected",
        "alleged",
        "local",
        "unknown",
        "unidentified",
        "armed",
        "islamist",
        "muslim",
        "fleeing",
        "masked",
        "young",
        "several",
        "numerous",
    ]
)
ALLIES = re.compile(
    r"^(?:its |their |his |the |other |local |foreign |various )*(?:allies|allied (?:forces|militias?|troops|fighters|groups|factions|militants|units)|proxies|pro-(?:government|regime|assad) (?:forces|militias?|fighters|troops|militiamen|groups|units)|loyalist (?:forces|militias?|fighters)|auxiliaries|allied)$",
    re.I,
)
ANAPHORIC = frozenset(
    [
        "units",
        "troops",
        "forces",
        "soldiers",
        "fighters",
        "members",
        "militiamen",
        "elite units",
        "reinforcements",
        "its forces",
        "its troops",
        "its fighters",
        "their forces",
        "their fighters",
        "its members",
        "the fighters",
        "last fighters",
        "remaining fighters",
        "both",
        "both sides",
        "sides",
        "two sides",
        "former",
        "latter",
    ]
)
HOW_MUCH = re.compile(
    r"^(?:(?:almost|nearly|virtually|most|much|all|parts?|half|some|a (?:large |small |big )?(?:part|chunk|portion)|the (?:rest|remainder|majority|bulk))(?: of)?\s+)+",
    re.I,
)
