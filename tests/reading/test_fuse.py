import numpy as np
import pytest

from contactline.reading.fuse import _apposed, fuse, lists, one_of
from contactline.reading.model import Mention, Scored


def mention(words: list[str], text: str, kind: int, p: float = 0.9, sentence: int = 0) -> Mention:
    part = text.split()
    start = next(i for i in range(len(words)) if words[i : i + len(part)] == part)
    types = np.zeros(3, np.float32)
    types[kind] = p
    return Mention(sentence, start, start + len(part), types, np.zeros(1, np.float32))


MODALITY = np.array([1, 0, 0, 0, 0, 0], np.float32)


def test_a_list_shares_its_claim() -> None:
    words = ["The", "army", "holds", "Alpha", ",", "Beta", "and", "a", "part", "of", "Gamma", "."]
    army, *towns = (
        mention(words, "army", 0),
        mention(words, "Alpha", 1),
        mention(words, "Beta", 1),
        mention(words, "Gamma", 1),
    )
    assert lists([army, *towns], words) == [towns]
    out = fuse(
        0, words, [army, *towns], [Scored("control.holds", army, towns[0], 0.8, MODALITY, 2)]
    )
    assert {id(s.y) for s in out} == {id(t) for t in towns} and min(
        s.probability for s in out
    ) > 0.7


def test_an_abbreviation_and_a_longer_span_are_one() -> None:
    words = ["The", "Free", "Army", "(", "FA", ")", "holds", "Alpha", "."]
    long, short, town = (
        mention(words, "Free Army", 0, 0.8),
        mention(words, "FA", 0, 0.7),
        mention(words, "Alpha", 1),
    )
    assert one_of([long, short, town], words)[id(short)] is long
    out = fuse(
        0,
        words,
        [long, short, town],
        [
            Scored("control.holds", long, town, 0.4, MODALITY, 6),
            Scored("control.holds", short, town, 0.4, MODALITY, 6),
        ],
    )
    assert len(out) == 1 and abs(out[0].probability - 0.64) < 1e-6


def test_a_role_is_looked_for_in_the_sentence_first() -> None:
    words = ["The", "army", "holds", "Alpha", "."]
    army, town = mention(words, "army", 0), mention(words, "Alpha", 1)
    before = mention(["Rebels"], "Rebels", 0, sentence=-1)
    out = fuse(
        0,
        words,
        [army, town],
        [
            Scored("control.holds", army, town, 0.7, MODALITY, 2),
            Scored("control.holds", before, town, 0.6, MODALITY, 2),
        ],
    )
    assert [s.x for s in out] == [army]


def test_one_aspect_for_a_pair() -> None:
    words = ["The", "army", "holds", "Alpha", "."]
    army, town = mention(words, "army", 0), mention(words, "Alpha", 1)
    out = fuse(
        0,
        words,
        [army, town],
        [
            Scored("control.holds", army, town, 0.55, MODALITY, 2),
            Scored("control.gains", army, town, 0.4, MODALITY, 2),
        ],
    )
    assert [s.label for s in out] == ["control.holds"]


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("Alpha , a rebel - held town", True),
        ("Alpha , the largely rebel - held city", True),
        ("Alpha and a rebel - held town", False),
        ("Alpha , a rebel - held road", False),
    ],
)
def test_what_is_held_stands_for_the_place_before_it(sentence: str, stands: bool) -> None:
    words = sentence.split()
    at = words.index("rebel")
    types, rep = np.array([0.0, 1.0, 0.0], np.float32), np.zeros(4, np.float32)
    assert (
        _apposed(Mention(0, 0, 1, types, rep), Mention(0, at, at + 1, types, rep), at + 3, words)
        is stands
    )


@pytest.mark.parametrize("kind", [None, 0])
def test_a_capital_in_a_list_of_towns_is_a_town(kind: int | None) -> None:
    words = [
        "The",
        "army",
        "holds",
        "Homs",
        ",",
        "Damascus",
        ",",
        "Hama",
        ",",
        "Latakia",
        "and",
        "Tartus",
        ".",
    ]
    army, towns = (
        mention(words, "army", 0),
        [mention(words, t, 1) for t in ("Homs", "Hama", "Latakia", "Tartus")],
    )
    capital = [] if kind is None else [mention(words, "Damascus", kind)]
    out = fuse(
        0,
        words,
        [army, *towns, *capital],
        [Scored("control.holds", army, towns[0], 0.8, MODALITY, 2)],
    )
    assert {words[s.y.start] for s in out if s.y is not None} == {
        "Homs",
        "Damascus",
        "Hama",
        "Latakia",
        "Tartus",
    }


@pytest.mark.parametrize("seen", [True, False])
def test_what_lies_between_two_towns_is_neither_of_them(seen: bool) -> None:
    words = ["Rebels", "hold", "villages", "between", "Alpha", "and", "Deir", "Beta", "."]
    rebels, alpha = mention(words, "Rebels", 0), mention(words, "Alpha", 1)
    here = [
        rebels,
        alpha,
        mention(words, "villages between Alpha", 1, 0.6),
        *([mention(words, "Deir Beta", 1)] if seen else []),
    ]
    out = fuse(0, words, here, [Scored("control.holds", rebels, alpha, 0.8, MODALITY, 1)])
    assert {(s.y.start, s.y.end) for s in out if s.y is not None} == {(2, 8)}
