"""Who suffers, without how many: "at least 11 civilians" are civilians; a bare number is nobody by
itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from contactline.model import Claim

_NUMBER = (
    r"(?:\d[\d,.]*|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundred|thousand"
    r"|million|dozen|dozens|scores|hundreds|thousands|tens|half)"
)
_HOW_MANY = re.compile(
    r"^(?:(?:the|some|about|around|nearly|almost|over|roughly|approximately|an "
    r"estimated|estimated|at least|at most"
    r"|more than|less than|fewer than|no less than|no fewer than|up to|as many as|another|a "
    r"further|further|additional"
    r"|several|many|numerous|multiple|countless|other|others|more|few|both|all|of|a number of|a "
    r"large number of"
    r"|large numbers of|" + _NUMBER + r"(?:[- ]" + _NUMBER + r")*)\b\s*)+",
    re.I,
)


def sufferers(text: str) -> str | None:
    """Who, without how many; None where nobody is left."""
    bare = _HOW_MANY.sub("", text.strip())
    return bare if re.search(r"[^\W\d]", bare) else None


def counted(claims: list[Claim]) -> list[Claim]:
    """ "killing two soldiers and wounding 40": the forty are of those named just before in the
    sentence.
    """
    out: list[Claim] = []
    for c in claims:
        r = c.other
        if (
            c.kind == "harm"
            and r
            and r.name is None
            and r.start is not None
            and not sufferers(r.text)
        ):
            before = [
                o.other
                for o in claims
                if o.kind == "harm"
                and o.start == c.start
                and o.other
                and o.other.name
                and (o.other.id or not o.other.text[:1].isupper())  # no person's number
                and (o.other.end or 0) <= r.start
            ]
            if before:
                nearest = max(before, key=lambda o: o.start or 0)
                c = replace(c, other=replace(r, name=nearest.name, id=nearest.id))
        out.append(c)
    return out
