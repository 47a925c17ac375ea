"""Comments that abuse: marked, so that a page can fold them behind a notice.

Nothing is deleted and none is read for claims.
"""

from __future__ import annotations

import re

_ABUSE = re.compile(
    r"\b(?:idiots?|morons?|imbeciles?|retards?|retarded|scum(?:bags?)?|vermin|cockroach(?:es)?|"
    r"sub-?humans?|savages|parasites|animals "
    r"that|filth|filthy|bastards?|bitch(?:es)?|whores?|assholes?|arseholes?|"
    r"fuck\w*|shit(?:hole|ty|head)?s?|cunts?|wankers?|dickheads?|libtards?|sheeple|zionazis?|"
    r"islamonazis?|ragheads?|towelheads?|kikes?|goyim|"
    r"(?:kill|hang|gas|nuke|exterminate|annihilate|wipe out|burn) "
    r"(?:them|'em|you|every|all)|(?:should|deserve to|must) (?:all )?(?:die|be "
    r"(?:killed|shot|hanged|exterminated|nuked|wiped out))|go to hell|drop dead|shut up|burn in "
    r"hell)\b",
    re.I,
)


def abusive(text: str) -> bool:
    """Insults, slurs, calls to kill: by their words alone, so that quoting one counts too."""
    return bool(_ABUSE.search(text))
