"""What the deep reader's scores still need, by tables of sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from contactline.model import Role
from contactline.reading.drafts import Draft, harmed_there, meant
from contactline.reading.merge import merge
from contactline.reading.model import Mention, Scored
from tests.makers import claim

MODALITY = np.array([1, 0, 0, 0, 0, 0], np.float32)


def mention(words: list[str], text: str, kind: int, p: float = 0.9) -> Mention:
    part = text.split()
    start = next(i for i in range(len(words)) if words[i : i + len(part)] == part)
    types = np.zeros(3, np.float32)
    types[kind] = p
    return Mention(0, start, start + len(part), types, np.zeros(1, np.float32))


def said(sentence: str, *scores: tuple[str, str, str, float]) -> set[tuple[str, str, str]]:
    """(label, first role's words, second role's words) that are left of those scored."""
    words = sentence.split()
    known: dict[str, Mention] = {}
    for label, a, b, _ in scores:
        known.setdefault(a, mention(words, a, 0))
        second = 0 if label.split(".")[0] in ("support", "identity") else 1
        known.setdefault(b, mention(words, b, second))
    scored = [Scored(label, known[a], known[b], p, MODALITY, 2) for label, a, b, p in scores]
    out = merge(0, words, list(known.values()), scored)
    text = lambda m: " ".join(words[m.start : m.end])  # noqa: E731
    return {(s.label, text(s.x), text(s.y)) for s in out if s.y is not None}


def test_who_holds_a_place_does_not_besiege_it() -> None:
    kept = said(
        "The pocket of Alpha , held by rebels , is besieged by the army",
        ("control.holds", "rebels", "Alpha", 0.9),
        ("control.besieges", "rebels", "Alpha", 0.4),
        ("control.besieges", "army", "Alpha", 0.9),
        ("control.holds", "army", "Alpha", 0.5),
    )
    assert kept == {
        ("control.holds", "rebels", "Alpha"),
        ("control.besieges", "army", "Alpha"),
    }


def test_a_place_is_taken_by_whom_the_sentence_is_surest_of() -> None:
    kept = said(
        "Rebels fled as the army took Alpha",
        ("control.gains", "army", "Alpha", 0.9),
        ("control.gains", "Rebels", "Alpha", 0.5),
        ("control.loses", "Rebels", "Alpha", 0.8),
    )
    assert kept == {
        ("control.gains", "army", "Alpha"),
        ("control.loses", "Rebels", "Alpha"),
    }


def test_who_backs_a_holder_is_none() -> None:
    kept = said(
        "The army , backed by League , holds Alpha",
        ("support.backs", "League", "army", 0.9),
        ("control.holds", "army", "Alpha", 0.9),
        ("control.holds", "League", "Alpha", 0.6),
    )
    assert ("control.holds", "League", "Alpha") not in kept
    assert ("control.holds", "army", "Alpha") in kept


def test_what_a_party_was_called_does_nothing_else() -> None:
    kept = said(
        "The Front ( formerly Brigade , a branch of League ) holds Alpha",
        ("control.holds", "Front", "Alpha", 0.9),
        ("control.holds", "Brigade", "Alpha", 0.8),
        ("control.holds", "League", "Alpha", 0.8),
        ("identity.same_as", "Front", "Brigade", 0.9),
    )
    assert kept == {
        ("control.holds", "Front", "Alpha"),
        ("identity.same_as", "Front", "Brigade"),
    }


@pytest.mark.parametrize(
    ("sentence", "who", "kept"),
    [
        ("There have been clashes in Alpha", "There", False),
        ("There were troops in Alpha", "There", False),
        ("Troops were in Alpha", "Troops", True),
    ],
)
def test_a_word_that_stands_for_nobody_is_nobody(sentence: str, who: str, kept: bool) -> None:
    assert bool(said(sentence, ("presence.located", who, "Alpha", 0.9))) is kept


@pytest.mark.parametrize(
    ("sentence", "who", "how"),
    [
        ("No civilians were harmed in Alpha", "civilians", "denied"),
        ("No civilians were harmed in Alpha", "No civilians", "denied"),
        ("Two civilians were harmed in Alpha", "civilians", "stated"),
    ],
)
def test_no_civilians_were_harmed(sentence: str, who: str, how: str) -> None:
    words = sentence.split()
    d = Draft("harm", "wounded", 0.9, 0, "stated", 3, other=mention(words, who, 2))
    assert meant(words, replace(d, classes=(0.95, 0.03, 0.02))) == how


@pytest.mark.parametrize(
    ("sentence", "who", "where", "how"),
    [
        ("The army holds Alpha , except for parts of Beta", "army", "Beta", "denied"),
        ("The army holds Alpha , except for parts of Beta", "army", "Alpha", "stated"),
        ("The army holds Alpha with the exception of Beta", "army", "Beta", "denied"),
        ("Alpha remains outside of the army 's control", "army", "Alpha", "denied"),
        ("Alpha was the one town not yet under the army 's control", "army", "Alpha", "denied"),
        ("Alpha was put under the army 's control", "army", "Alpha", "stated"),
        ("Alpha remains under the army 's control", "army", "Alpha", "stated"),
    ],
)
def test_what_is_excepted_is_not_held(sentence: str, who: str, where: str, how: str) -> None:
    words = sentence.split()
    d = Draft("control", "holds", 0.9, 0, "stated", 2)
    d = replace(d, actor=mention(words, who, 0), place=mention(words, where, 1))
    assert meant(words, replace(d, classes=(0.95, 0.03, 0.02))) == how


@pytest.mark.parametrize(
    ("sentence", "word", "giver", "taker", "kept"),
    [
        ("US-backed Kurdish and Arab fighters", "backed", "US", "fighters", True),
        ("US - and Turkish-backed rebels", "backed", "US", "rebels", True),
        (
            "Sudanese jets , Chad-backed tribesmen and Fur fighters",
            "backed",
            "Chad",
            "tribesmen",
            True,
        ),
        (
            "Sudanese jets , Chad-backed tribesmen and Fur fighters",
            "backed",
            "Sudanese",
            "tribesmen",
            False,
        ),
        ("Chad-backed tribesmen , Fur fighters and nomads", "backed", "Chad", "fighters", False),
        ("Canada-supplied Leopard tanks", "supplied", "Canada", "Leopard", False),
        ("The US supplied rebels with arms", "supplied", "US", "rebels", True),
        (
            "Fighters , backed by Chad , hold Alpha ; Fur men Beta",
            "backed",
            "Chad",
            "Fighters",
            True,
        ),
        (
            "Fighters , backed by Chad , hold Alpha ; Fur men Beta",
            "backed",
            "Fur",
            "Fighters",
            False,
        ),
        ("Fighters backed by Chad hold Alpha", "backed", "Fighters", "Chad", False),
    ],
)
def test_a_modifier_tells_of_what_it_stands_before(
    sentence: str, word: str, giver: str, taker: str, kept: bool
) -> None:
    words = [w for part in sentence.split() for w in part.replace("-", " - ").split()]
    x, y = mention(words, giver, 0), mention(words, taker, 0)
    s = Scored("support.backs", x, y, 0.9, MODALITY, words.index(word))
    assert bool(merge(0, words, [x, y], [s])) is kept


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Ann Example , a commander in Alpha Front , spoke", False),
        ("Ann Example is deputy head of Alpha Front", False),
        ("Ann Example joined Alpha Front", True),
    ],
)
def test_who_holds_an_office_is_no_part_of_a_party(sentence: str, kept: bool) -> None:
    score = ("identity.part_of", "Ann Example", "Alpha Front", 0.9)
    assert bool(said(sentence, score)) is kept


@pytest.mark.parametrize(
    ("sentence", "second", "kept"),
    [
        ("Nine villagers , including two teachers , were hurt", "two teachers", 1),
        ("Nine villagers ( mostly women ) were hurt", "women", 1),
        ("Nine villagers and two soldiers were hurt", "two soldiers", 2),
    ],
)
def test_who_is_among_them_is_not_harmed_twice(sentence: str, second: str, kept: int) -> None:
    words = sentence.split()
    x, y = mention(words, "Nine villagers", 2), mention(words, second, 2)
    scored = [Scored("harm.killed", m, None, 0.9, MODALITY, len(words) - 1) for m in (x, y)]
    assert len(merge(0, words, [x, y], scored)) == kept


@pytest.mark.parametrize(
    ("kind", "aspect", "word", "how"),
    [
        ("presence", "located", "leave", "stated"),
        ("presence", "leaves", "leave", "expected"),
        ("hostility", None, "threaten", "stated"),
    ],
)
def test_who_is_to_leave_is_there_and_a_threat_is_made(
    kind: str, aspect: str | None, word: str, how: str
) -> None:
    words = f"The army will soon {word} Alpha".split()
    d = Draft(kind, aspect, 0.9, 0, "stated", words.index(word), actor=mention(words, "army", 0))
    assert meant(words, replace(d, classes=(0.6, 0.03, 0.37))) == how


def test_who_is_hurt_is_hurt_where_the_strike_was() -> None:
    alpha, beta = Role("Alpha", start=0, end=5), Role("Beta", start=40, end=44)
    hit = claim("strike", None, who="Army", other="Alpha", where=None)
    hit = replace(hit, place=alpha, start=0)
    hurt = replace(claim("harm", "killed", other="people", who=None, where=None), start=100)
    there = replace(hurt, place=beta)
    starts = [0, 20, 40, 60, 80, 100]
    assert [c.place for c in harmed_there([hit, replace(hurt, start=60)], starts)][1] == alpha
    assert [c.place for c in harmed_there([hit, hurt], starts)][1] is None  # too far back
    assert [c.place for c in harmed_there([hit, there], starts)][1] == beta
