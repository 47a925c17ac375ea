"""Other assumptions for a what-if: a place changes hands, an agreement ends, two parties stand
together or turn on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contactline.model import (
    AgreementStatus,
    Basis,
    ContactlineError,
    Expectation,
    Holder,
    Status,
    Tie,
)
from contactline.naming.folding import light, plain_words
from contactline.picture.build import Snapshot
from contactline.picture.pockets import Ground
from contactline.prospects.answer import Point
from contactline.prospects.holders import called, sides_of
from contactline.prospects.risk import shifted
from contactline.prospects.settings import DEFAULT, ProspectSettings
from contactline.prospects.whatif import Passed, WhatIf, compared, side_of, without

RULES = DEFAULT.assuming


def _pair(text: str, option: str) -> tuple[str, str]:
    a, sign, b = text.partition("=")
    if not sign or not a.strip() or not b.strip():
        raise ContactlineError(f'{option} needs the form A=B, as in {option} "Raqqa=Islamic State"')
    return a.strip(), b.strip()


def holds(scene: Snapshot, text: str, expected: Sequence[Expectation]) -> WhatIf:
    """ "PLACE=ACTOR": the place is held by the party. Raises ContactlineError for a place or party
    the picture does not know.
    """
    where, who = _pair(text, "--holds")
    side = side_of(scene, who)
    name = scene.sides.name(side)
    hits = [i for i, h in enumerate(scene.ground.holdings) if light(h.place.name) == light(where)]
    if not hits:
        raise ContactlineError(
            f"the picture has no place {where}; look it up with: contactline "
            f"gazetteer find {where!r}"
        )
    i = max(
        hits,
        key=lambda k: (
            scene.ground.holdings[k].told,
            scene.ground.holdings[k].place.population,
        ),
    )
    had = scene.ground.holdings[i]
    now = replace(
        had,
        holder=Holder(side),
        status=Status.HELD,
        probability=RULES.assumed,
        named=(name,),
        since=scene.on,
        basis=Basis.TOLD,
    )
    holdings = (*scene.ground.holdings[:i], now, *scene.ground.holdings[i + 1 :])
    g = scene.ground
    touched = tuple(
        (e, "it would have come true")
        if e.aspect == "gains" and e.actor and scene.sides.of(_actor(scene, e), scene.on) == side
        else (e, "another would hold the place")
        for e in expected
        if e.state in ("open", "condition met")
        and e.kind == "control"
        and e.place == had.place.name
    )
    met = tuple(
        (e, "its condition would be met")
        for e in expected
        if e.state == "open"
        and e.condition
        and plain_words(where) in plain_words(e.condition)
        and any(w in plain_words(e.condition) for w in plain_words(name).split())
    )
    before = called(scene.sides, sides_of(had)) if had.holder else "nobody known"
    first = [f"If {name} held {had.place.name} on {scene.on.isoformat()} (held by {before}):"]
    return compared(
        scene,
        replace(scene, ground=Ground(holdings, g.edges, g.cells, g.countries)),
        f"{name} holds {had.place.name}",
        (Passed(had.place.name, name, "assumed"),),
        (*touched, *met),
        first,
    )


def _actor(scene: Snapshot, e: Expectation) -> str | None:
    by = {s.id: s for s in scene.claims}
    return next((s.claim.actor.id for i in e.claims if (s := by.get(i)) and s.claim.actor), None)


def ends(scene: Snapshot, text: str, expected: Sequence[Expectation]) -> WhatIf:
    """An agreement, by a word of its name or place, holds no more."""
    key = plain_words(text)
    hit = [
        a for a in scene.agreements if key and key in plain_words(a.name) and a.status != "broken"
    ]
    if not hit:
        known = "; ".join(a.name for a in scene.agreements[:5]) or "none is known"
        raise ContactlineError(f"no agreement in force goes by {text}; known: {known}")
    names = {a.name for a in hit}
    changed = replace(
        scene,
        agreements=tuple(
            replace(a, status=AgreementStatus.BROKEN) if a.name in names else a
            for a in scene.agreements
        ),
    )
    touched = tuple(
        (e, "what it counts on would be gone")
        for e in expected
        if e.state in ("open", "condition met")
        and e.kind == "agreement"
        and any(e.actor and e.actor in a.parties for a in hit)
    )
    return compared(
        scene,
        changed,
        f"{', '.join(sorted(names))} ends",
        (),
        touched,
        [f"If {', '.join(sorted(names))} ended on {scene.on.isoformat()}:"],
    )


def stand(scene: Snapshot, text: str, sign: int, expected: Sequence[Expectation]) -> WhatIf:
    """ "A=B": the two are allied (+1) or hostile (−1)."""
    a, b = _pair(text, "--allied" if sign > 0 else "--hostile")
    one, two = scene.sides.name(side_of(scene, a)), scene.sides.name(side_of(scene, b))
    if one == two:
        raise ContactlineError(f"{a} and {b} are of one side already: {one}")
    rest = tuple(t for t in scene.ties if {t.a, t.b} != {one, two})
    tie = Tie(min(one, two), max(one, two), sign, ("assumed",), scene.on, scene.on, RULES.tie, ())
    agreements = (
        scene.agreements
        if sign > 0
        else tuple(
            replace(x, status=AgreementStatus.BROKEN) if {one, two} <= set(x.parties) else x
            for x in scene.agreements
        )
    )
    word = "stood together" if sign > 0 else "were enemies"
    wars = (
        sorted(
            {t.b if t.a == two else t.a for t in scene.ties if t.sign < 0 and two in (t.a, t.b)}
            & {t.b if t.a == one else t.a for t in scene.ties if t.sign > 0 and one in (t.a, t.b)}
        )
        if sign > 0
        else []
    )
    first = [f"If {one} and {two} {word} on {scene.on.isoformat()}:"]
    if wars:
        first.append(
            f"{one} would stand with {two} and with its enemies {', '.join(wars[:4])}: that does "
            "not hold together for long."
        )
    touched = tuple(
        (e, "its object would be an ally")
        for e in expected
        if sign > 0
        and e.state == "open"
        and e.kind in ("fight", "strike")
        and {e.actor, e.other} == {one, two}
    )
    return compared(
        scene,
        replace(scene, ties=(*rest, tie), agreements=agreements),
        f"{one} and {two} {word}",
        (),
        touched,
        first,
    )


def asked(
    scene: Snapshot,
    kind: str,
    what: str,
    expected: Sequence[Expectation],
    settings: ProspectSettings = DEFAULT,
) -> WhatIf:
    """One assumption by its name (without, holds, ends, allied, hostile), with the risk before and
    after. Raises ContactlineError.
    """
    if kind == "without":
        side = side_of(scene, what)
        found = without(scene, side, expected, settings)
        return _with_risk(scene, found, side, frozenset(), settings)
    if kind == "holds":
        return holds(scene, what, expected)
    if kind == "ends":
        return ends(scene, what, expected)
    if kind == "allied":
        a, b = _pair(what, "--allied")
        return _with_risk(
            scene,
            stand(scene, what, 1, expected),
            None,
            frozenset({side_of(scene, a), side_of(scene, b)}),
            settings,
        )
    if kind == "hostile":
        return stand(scene, what, -1, expected)
    raise ContactlineError(f"nothing can be assumed by the name of {kind}")


def _with_risk(
    scene: Snapshot,
    found: WhatIf,
    gone: str | None,
    between: frozenset[str],
    settings: ProspectSettings,
) -> WhatIf:
    """The chance of an event at each place now,
    and with the party's own part in the past left out.
    """
    days = settings.assuming.risk_days
    skill, moved = shifted(scene.stage, scene.on, days, gone, between, settings.hazard)
    if not skill.shown:
        return replace(found, skill=skill)
    less = [m for m in moved if m.after < m.before]
    text = (
        f"The chance of fighting, a strike or a change of holder within {days} days would "
        "fall most at "
        + ", ".join(f"{m.place} (from {m.before:.0%} to {m.after:.0%})" for m in less[:5])
        + "."
        if less
        else f"The chance of an event within {days} days would hardly move anywhere."
    )
    return replace(
        found,
        sentences=(*found.sentences, text),
        answer=(*found.answer, Point("risk", text)),
        skill=skill,
        shifts=tuple(moved),
    )
