"""Expectations and conditions as sentences in plain English.

The wordings are data (`language/en/phrases.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from contactline.model import Claim, Condition, Expectation

LINKS = {"if": "if", "unless": "unless", "once": "once", "until": "until"}


@cache
def _phrases() -> dict[str, Any]:
    at = resources.files("contactline").joinpath("language", "en", "phrases.toml")
    return tomllib.loads(at.read_text(encoding="utf-8"))


def key(kind: str, aspect: str | None) -> str:
    return f"{kind}.{aspect}" if aspect else kind


def the(name: str) -> str:
    """A name as it stands in a sentence: "the Syrian government", "the supply line", "Hezbollah".

    What is called by no name of its own is a common noun and takes "the".
    """
    names = _phrases()["names"]
    words = name.split()
    if not words or words[0].lower() in names["determiners"]:
        return name
    head, of, whose = name.partition(" of ")
    if of and head.split()[-1].lower() in names["plural"]:
        return f"the {head} of {the(whose)}"
    common = name[:1].islower() and "-" not in words[0]
    return f"the {name}" if common or words[-1].lower() in names["the"] else name


def many(name: str) -> bool:
    """Whether a name is plural: "rebels are", "allies of the army are", "Hezbollah is"."""
    names = _phrases()["names"]
    words = name.split()
    counted = next((w for w in words[:2] if w.lower() in names["counts"]), None)
    head = name.partition(" of ")[0].split()
    last = head[-1].lower() if head else ""
    return " and " in name or counted is not None or last in names["plural"]


def be(name: str) -> str:
    return "are" if many(name) else "is"


def have(name: str) -> str:
    return "have" if many(name) else "has"


def does_bare(name: str, verb: str) -> str:
    """The verb alone as it goes with a name."""
    return verb if many(name) else verb + "s"


def does(name: str, verb: str) -> str:
    """ "Hezbollah holds", "the rebels hold"; `verb` in the plural."""
    return f"{the(name)} {verb if many(name) else verb + 's'}"


def listed(names: Sequence[str], most: int = 99) -> str:
    """ "A, B and C", or "A, B and 4 more"."""
    names = list(dict.fromkeys(names))
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _form(table: str, kind: str, aspect: str | None) -> Any:
    return _phrases()[table].get(key(kind, aspect))


def _fill(form: str, a: str | None, o: str | None, p: str | None) -> str:
    """The form with its roles; a strike that names only where, or a harm without a sufferer, says
    so.
    """
    if "{o}" in form and not o:
        o = p or "somebody"
        p = None
    text = form.format(
        a=the(a) if a else "somebody", o=the(o) if o else "", p=the(p) if p else "somewhere"
    )
    named = p and any(p in (x or "") for x in (a, o))  # "the Idlib counterparts" are in Idlib
    return text + (f" in {the(p)}" if p and "{p}" not in form and not named else "")


def event(e: Expectation) -> str:
    """What is expected, as a sentence without its condition and voice."""
    kind = (e.kind, e.aspect)
    if e.actor:
        do = _form("do", *kind) or e.kind
        done = _fill(do, e.actor, e.other, e.place)
        if e.kind == "agreement" and e.other:
            done += f" with {the(e.other)}"
        is_, does = ("are", "") if many(e.actor) else ("is", "s")
        if e.undecided_for == "demanded":
            return upper(f"{the(e.actor)} {is_} asked to {done}")
        says = {
            "expected": f"{is_} expected to {done}",
            "intended": f"mean{does} to {done}",
            "conditional": f"would {done}",
        }[e.modality]
        return upper(f"{the(e.actor)} {says}")
    what = _fill(_form("happens", *kind) or e.kind, None, e.other, e.place)
    how = {"expected": "is expected", "intended": "is meant", "conditional": "would follow"}
    return upper(f"{what} {how[e.modality]}")


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def clause(c: Claim, negated: bool = False) -> str:
    """What a condition's claim says must come about."""
    forms = _form("clause", c.kind, c.aspect) or [f"{{a}}: {c.kind}"] * 3
    a, o, p = (r.label if r else None for r in (c.actor, c.other, c.place))
    if c.kind == "control" and c.aspect == "loses" and a and not p:
        text = f"{the(a)} {'are' if many(a) else 'is'} defeated"
    else:
        text = _fill(forms[2 if not a else 1 if many(a) else 0], a, o, p)
    if not negated:
        return text
    return (
        "no agreement is reached" if key(c.kind, c.aspect) == "agreement.made" else f"not: {text}"
    )


def condition(link: str, negated: bool, claims: Sequence[Claim], words: str) -> str:
    """A condition in plain words from its claims;
    from the report's own where none was read in it.
    """
    if not claims:
        return words
    no = negated != (link == "unless")
    told = listed([clause(c, no) for c in claims[:3]])
    return f"{LINKS.get(link, link)} {told}"


def voices(e: Expectation) -> str:
    """Who says so; "Analysts" at the head of a sentence are analysts."""
    common = _phrases()["names"]["voices"]
    told = []
    for v in e.voices[:3]:
        first, space, rest = v.partition(" ")
        told.append(first.lower() + space + rest if first.lower() in common else v)
    return "; ".join(told)


def sentence(e: Expectation) -> str:
    """ "The army is expected to attack the rebels once the valley is cleared — the Wire"."""
    waits = next((c.told or c.text for c in e.conditions), e.condition or "")
    return f"{event(e)}{' ' + waits if waits else ''} — {voices(e)}"


def waiting(c: Condition) -> str:
    return f"{c.told or c.text}: {c.state}{' (' + c.because + ')' if c.because else ''}"
