"""What the deep reader's scores still need, by tables of sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from contactline.reading.drafts import Draft, meant
from contactline.reading.merge import merge
from contactline.reading.model import Mention, Scored

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
