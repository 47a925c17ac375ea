import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactline.reading.words import MOST_WORDS, sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The army took Alpha. It then moved on.", 2),
        ("Gen. Smith said the U.S. forces left. They are gone.", 2),
        ("He met Dr. A. B. Jones in St. Petersburg.", 1),
        ("“We hold it,” he said. “We will stay.”", 2),
        ("1. The army holds Alpha. 2. The rebels hold Beta.", 2),
        ("A headline without a stop\n\nA sentence.", 2),
        ("The convoy reached the town at 3.30 p.m. and left.", 1),
        ("What now? Nobody knows! Wait…", 3),
        ("", 0),
        ("... --- ...", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=600))
def test_offsets_are_verbatim_whatever_the_text(text: str) -> None:
    last = 0
    for s in sentences(text):
        assert s.start >= last and s.end > s.start
        last = s.end
        for w in s.words:
            assert text[w.start : w.end] == w.text and s.start <= w.start and w.end <= s.end


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    line = "the army and its allies took the town after a long week of fighting"
    assert len(sentences("\n".join([line] * 5) + ".")) == 1


def test_a_sentence_of_thousands_of_words_is_cut() -> None:
    found = sentences("word " * 10_000)
    assert (
        max(len(s.words) for s in found) <= MOST_WORDS
        and sum(len(s.words) for s in found) == 10_000
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("They hold Donbas.He added more.", ["They hold Donbas.", "He added more."]),
        ('They call it "an error".The army left.', ['They call it "an error".', "The army left."]),
        ("The U.S.Army left. It was late.", ["The U.S.Army left.", "It was late."]),
        ("See example.com for more.", ["See example.com for more."]),
        ("Gen.Hassan spoke.", ["Gen.Hassan spoke."]),
    ],
)
def test_a_lost_space_after_a_full_stop(text: str, parts: list[str]) -> None:
    assert [text[s.start : s.end] for s in sentences(text)] == parts
