"""How prospects change without a party: the sections of the answer, on the likenesses of several
wars, by claims made by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from contactline.model import Actor, Place, Role, Stored
from contactline.picture.build import snapshot_of
from contactline.picture.history import History
from contactline.picture.settings import Settings
from contactline.prospects.answer import SECTIONS
from contactline.prospects.assume import asked
from contactline.prospects.diplomacy import processes
from contactline.prospects.expectations import expected_on
from contactline.prospects.whatif import side_of, without
from tests.makers import claim, report

ON = date(2020, 6, 1)


@dataclass(frozen=True)
class War:
    """One shape under the names of a war: `gone` stands between `first` and `second`; `third` is
    attacked next.
    """

    country: str
    gone: str
    first: str
    second: str
    third: str
    friends: str  # of the third, elsewhere
    backer: str
    lost: tuple[str, float, float]
    mine: tuple[str, float, float]  # of the first, beside it
    theirs: tuple[str, float, float]  # of the second, beside it
    far: tuple[str, float, float]  # of the third
    aim: tuple[str, float, float]  # near the third's ground
    hook: tuple[str, float, float]  # where the friends would fight
    road: tuple[str, float, float]


YEMEN = War(
    "YE",
    "AQAP",
    "Yemeni government",
    "Southern Council",
    "Houthis",
    "Tihama fighters",
    "Emirates",
    ("Mahfad", 14.06, 46.92),
    ("Ataq", 14.54, 46.83),
    ("Lawdar", 13.88, 46.87),
    ("Hodeidah", 14.80, 42.95),
    ("Zabid", 14.20, 43.32),
    ("Mokha", 13.32, 43.25),
    ("Kilo Road", 14.70, 43.10),
)
SUDAN = War(
    "SD",
    "Shield Movement",
    "Sudanese army",
    "Blue Nile tribes",
    "Rapid Forces",
    "Kordofan guards",
    "Chad",
    ("Sinja", 13.15, 33.93),
    ("Sennar", 13.55, 33.60),
    ("Damazin", 13.00, 34.20),
    ("Fasher", 13.63, 25.35),
    ("Kutum", 14.20, 24.66),
    ("Obeid", 13.18, 30.22),
    ("Kosti Road", 13.17, 32.66),
)
LIBYA = War(
    "LY",
    "Desert Brigade",
    "Tripoli government",
    "Haftar army",
    "Zintan council",
    "Nafusa guards",
    "Turkey",
    ("Shwayrif", 29.98, 14.27),
    ("Mizdah", 30.05, 14.00),
    ("Brak", 29.75, 14.40),
    ("Zintan", 31.93, 12.25),
    ("Rujban", 31.97, 12.10),
    ("Nalut", 31.87, 10.98),
    ("Ghadames Road", 30.90, 11.20),
)


def actor(name: str) -> Role:
    return Role(name, name, f"actor:{name.lower().replace(' ', '-')}", confidence=0.9)


class Told:
    """Claims of one war, each in a sentence of its own unless a report is given."""

    def __init__(self, war: War) -> None:
        self.war, self.claims = war, []
        self.ground = [
            Place(
                f"place:{n.lower().replace(' ', '-')}", n, lat, lon, war.country, "settlement", 5000
            )
            for n, lat, lon in (
                war.lost,
                war.mine,
                war.theirs,
                war.far,
                war.aim,
                war.hook,
                war.road,
            )
        ]

    def place(self, at: tuple[str, float, float]) -> Role:
        n, lat, lon = at
        return Role(
            n,
            n,
            f"place:{n.lower().replace(' ', '-')}",
            lat,
            lon,
            country=self.war.country,
            feature="settlement",
            radius_km=3.0,
            confidence=0.9,
        )

    def say(
        self, kind, aspect, who, other=None, where=None, modality="stated", text=None, **more
    ) -> Stored:
        r = report(
            text or f"{len(self.claims)}. It will be told: {kind} {who} {other} {where}.", on=ON
        )
        c = replace(
            claim(kind, aspect, None, None, None, r, modality, **more),
            actor=actor(who) if who else None,
            other=actor(other) if other else None,
            place=self.place(where) if where else None,
        )
        s = Stored(c.id, c, "Wire", ON, ON)
        self.claims.append(s)
        return s

    def waits(
        self, condition: str, what: Stored, kind, aspect, who, other=None, where=None
    ) -> None:
        """What an expectation waits for, read inside its condition's words."""
        quote = what.claim.quote
        at = quote.index(condition)
        c = replace(
            what.claim,
            kind=kind,
            aspect=aspect,
            modality="conditional",
            condition=None,
            actor=replace(actor(who), start=at, end=at + 1),
            other=replace(actor(other), start=at + 1, end=at + 2) if other else None,
            place=replace(self.place(where), start=at + 2, end=at + 3) if where else None,
        )
        self.claims.append(Stored(c.id, c, "Wire", ON, ON))

    def scene(self):
        catalogue = {
            (i := n.lower().replace(" ", "-")): Actor(i, n, "group")
            for n in (
                self.war.gone,
                self.war.first,
                self.war.second,
                self.war.third,
                self.war.friends,
                self.war.backer,
            )
        }
        return snapshot_of(History(self.claims, self.ground, catalogue, Settings.written()), ON)


def told(war: War) -> Told:
    t = Told(war)
    w = war
    t.say("control", "holds", w.gone, where=w.lost)
    t.say("control", "holds", w.first, where=w.mine)
    t.say("control", "holds", w.second, where=w.theirs)
    t.say("control", "holds", w.third, where=w.far)
    t.say("fight", None, w.first, w.gone, w.lost)
    t.say("fight", None, w.second, w.gone)
    t.say("support", "allied", w.first, w.second)
    text = (
        f"The {w.first} will go on to take {w.far[0]} once {w.gone} is driven out of {w.lost[0]}."
    )
    condition = text[text.index("once") : -1]
    attack = t.say("strike", None, w.first, w.third, w.far, "expected", text, condition=condition)
    t.waits(condition, attack, "control", "loses", w.gone, where=w.lost)
    text = f"The {w.friends} will resume fighting if {w.far[0]} is attacked."
    hook = t.say(
        "situation",
        "fighting",
        w.friends,
        None,
        w.hook,
        "conditional",
        text,
        condition=text[text.index("if") : -1],
    )
    t.waits(text[text.index("if") : -1], hook, "strike", None, w.first, "people", w.far)
    t.say("control", "gains", w.first, None, w.aim, "intended")
    together = f"{w.first} moves its best troops from {w.mine[0]} to {w.aim[0]}."
    t.say("presence", "leaves", w.first, None, w.mine, text=together)
    t.say("presence", "arrives", w.first, None, w.aim, text=together)
    base = f"{w.backer} keeps a base in {w.mine[0]} to fight {w.gone}."
    t.say("presence", "located", w.backer, None, w.mine, text=base)
    t.say("fight", None, w.backer, w.gone, None, "intended", base)
    t.say("access", "blocked", w.third, None, w.road)
    talks = f"{w.first} and {w.backer} hold talks."
    t.say("agreement", "sought", w.first, text=talks)
    t.say("agreement", "sought", w.backer, text=talks)
    return t


@pytest.mark.parametrize("war", [YEMEN, SUDAN, LIBYA], ids=lambda w: w.country)
def test_the_answer_point_by_point(war: War) -> None:
    t = told(war)
    scene = t.scene()
    found = asked(scene, "without", war.gone, expected_on(scene.stage, ON))
    said = {k: " ".join(p.sentence for p in found.answer if p.section == k) for k in SECTIONS}
    order = [SECTIONS.index(p.section) for p in found.answer]
    assert order == sorted(order)
    assert found.sentences[1:] == tuple(p.sentence for p in found.answer)
    assert war.lost[0] in said["ground"] and "%" in said["ground"]
    assert (
        war.first in said["lines"]
        and war.second in said["lines"]
        and "face each other" in said["lines"]
    )
    assert "no common enemy" in said["agreements"] and war.backer in said["agreements"]
    assert war.first in said["troops"] and war.aim[0] in said["troops"]
    assert f"attack the {war.third}" in said["next"] or f"attack {war.third}" in said["next"]
    assert war.hook[0] in said["next"] and "leads on" in said["next"]
    assert war.aim[0] in said["aims"] and "comes nearer" in said["aims"]
    assert war.road[0] in said["blocked"]
    assert war.backer in said["talks"] and war.second in said["talks"]
    ids = {s.id for s in t.claims}
    assert all(set(p.claims) <= ids for p in found.answer)
    assert all(p.claims for p in found.answer if p.section not in ("lines", "risk"))


def test_nothing_of_another_party_is_met_or_freed() -> None:
    t = told(SUDAN)
    scene = t.scene()
    found = without(scene, side_of(scene, SUDAN.third), expected_on(scene.stage, ON))
    said = {k: " ".join(p.sentence for p in found.answer if p.section == k) for k in SECTIONS}
    assert "its condition would be met" not in said["next"]
    assert "it has no object any more" in said["next"]
    assert "no common enemy" not in said["agreements"]
    # the road that only it closed is not told to stay closed
    assert SUDAN.road[0] not in said["blocked"]


def test_chances_of_those_near_a_place_leave_room_for_somebody_else() -> None:
    scene = told(LIBYA).scene()
    found = without(scene, side_of(scene, LIBYA.gone), [])
    (row,) = found.passed
    assert row.place == LIBYA.lost[0] and 0 < sum(p for _, p in row.chances) < 1


def test_a_process_is_one_entry_over_time() -> None:
    t = Told(YEMEN)
    w = YEMEN
    t.say("control", "holds", w.first, where=w.mine)
    t.say("control", "holds", w.third, where=w.far)
    t.say("support", "backs", w.backer, w.first)
    for aspect in ("sought", "made", "broken"):
        text = f"It is told of {w.first}, {w.backer} and an agreement that is {aspect}."
        for who in (w.first, w.backer):
            t.say("agreement", aspect, who, text=text)
    other = "Another agreement."
    t.say("agreement", "made", w.second, text=other)
    t.say("agreement", "made", w.gone, text=other)
    one, two = sorted(processes(t.scene()), key=lambda p: -len(p.steps))
    assert [s.aspect for s in one.steps] == ["sought", "made", "broken"] and one.state == "broken"
    assert one.left_out == ("houthis",) and one.guarantors == ("emirates",)
    assert len(two.steps) == 1 and two.state == "in force"


def test_a_report_without_a_date_is_answered_from_alike() -> None:
    dated, undated = told(SUDAN), told(SUDAN)
    undated.claims = [replace(s, published=None, known=date(2026, 1, 1)) for s in undated.claims]
    answers = []
    for t in (dated, undated):
        scene = t.scene()
        found = asked(scene, "without", SUDAN.gone, expected_on(scene.stage, ON))
        answers.append({p.section for p in found.answer})
    assert answers[0] == answers[1] >= {"ground", "agreements", "troops", "next", "aims"}
