import pytest

from contactline.reading import cues


@pytest.mark.parametrize(
    ("sentence", "word", "want"),
    [
        ("The army took Alpha", "took", None),
        ("The army failed to take Alpha", "take", "denied"),
        ("The army has not taken Alpha", "taken", "denied"),
        ("They no longer control Alpha", "control", "denied"),
        ("The army aims to take Alpha", "take", "intended"),
        ("It launched an offensive to capture Alpha", "capture", "intended"),
        ("Troops are trying to encircle Alpha", "encircle", "intended"),
        ("The army will take Alpha", "take", "expected"),
        ("It is expected to attack Alpha", "attack", "expected"),
        ("They may attack Alpha", "attack", "expected"),
        ("If Alpha falls the army will take Beta", "take", "conditional"),
        ("The army denied that it had lost Alpha", "lost", "denied"),
        ("They not only took Alpha", "took", None),
        ("Rebels threatened to attack Alpha", "attack", "intended"),
        ("The army may be using gas against Alpha", "using", None),
        ("It is unclear if the army struck Alpha", "struck", None),
        ("If confirmed the army took Alpha", "took", None),
        ("They could not say whether rebels hold Alpha", "hold", None),
        ("The army might be attacked in Alpha", "attacked", "expected"),
        ("The army will be using Alpha as a base", "using", "expected"),
        ("Rebels were preparing their raid on Alpha", "raid", "intended"),
        ("The army is planning its next offensive on Alpha", "offensive", "intended"),
        ("It is a question of days until they reach Alpha", "reach", "expected"),
        ("They prepared a meal and struck Alpha", "struck", None),
    ],
)
def test_modality_from_the_words_before(sentence: str, word: str, want: str | None) -> None:
    words = sentence.split()
    assert cues.modality(words, words.index(word)) == want


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("According to pro-government sources, the army moved.", "pro-government sources"),
        ("The army moved, according to the Observatory.", "Observatory"),
        ("The army said that it had taken Alpha.", "army"),
        ("He said it had fallen.", None),
        ("The army took Alpha.", None),
    ],
)
def test_whose_word_it_is(sentence: str, who: str | None) -> None:
    assert cues.said_by(sentence) == who


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("34 civilians", 34),
        ("at least 1,200 people", 1200),
        ("twenty-three soldiers", 23),
        ("two hundred fighters", 200),
        ("a dozen men", 12),
        ("dozens of people", None),
        ("civilians", None),
        ("five thousand people", 5000),
    ],
)
def test_numbers(words: str, want: int | None) -> None:
    assert cues.number(words) == want


def test_the_condition_is_verbatim() -> None:
    s = "A large operation is expected after the group is driven out of the valley."
    found = cues.condition(s, "expected")
    assert found == "after the group is driven out of the valley" and found in s
    assert cues.condition(s, "stated") is None
    assert (
        cues.condition(
            "If the rebels break the siege they will cut the road to Alpha.", "conditional"
        )
        == "If the rebels break the siege"
    )
    assert (
        cues.condition("If Alpha is attacked, the army will leave.", "conditional")
        == "If Alpha is attacked"
    )


@pytest.mark.parametrize(
    ("words", "before", "want"),
    [
        ("Alpha", "controls a part of ", "part"),
        ("Alpha", "controls most of ", "most"),
        ("the pocket of Alpha", "", "pocket"),
        ("Alpha", "holds ", None),
        ("the entire province", "", "whole"),
    ],
)
def test_extent(words: str, before: str, want: str | None) -> None:
    assert cues.extent(words, before) == want


@pytest.mark.parametrize(
    ("before", "lost"),
    [
        ("The army took full control of the city from ", True),
        ("Rebels captured the town from the ", True),
        ("The convoy came from ", False),
        ("They captured the town. Reports from ", False),
    ],
)
def test_who_it_is_taken_from_lost_it(before: str, lost: bool) -> None:
    assert cues.taken_from(before) is lost


@pytest.mark.parametrize(
    ("quote", "ends"),
    [
        ("The army breaks three-year siege of Deir Ezzor", True),
        ("Rebels lifted the siege", True),
        ("The army tightened the siege", False),
        ("Fighters besieged the base", False),
    ],
)
def test_breaking_a_siege_is_not_besieging(quote: str, ends: bool) -> None:
    assert cues.siege_ends(quote) is ends


@pytest.mark.parametrize(
    ("words", "before", "how_much"),
    [
        ("Azaz", "the outskirts of ", "part"),
        ("Khanasir", "two villages near ", "part"),
        ("Azaz", "captured ", None),
        ("villages around Hajin", "", "part"),
        ("Homs", "the Old City of ", None),
    ],
)
def test_beside_a_place_is_not_the_place(words: str, before: str, how_much: str | None) -> None:
    assert cues.extent(words, before) == how_much


@pytest.mark.parametrize(
    ("before", "place", "how_much"),
    [
        ("their only militia-run quarter in ", "Sirte", "pocket"),
        ("Houthi-held areas of ", "Taiz", "part"),
        ("several neighbourhoods in the city of ", "Raqqa", "part"),
        ("the army took ", "Homs", None),
    ],
)
def test_a_piece_of_a_place_is_not_the_place(before: str, place: str, how_much: str | None) -> None:
    assert cues.extent(place, before) == how_much


@pytest.mark.parametrize(
    ("sentence", "ahead"),
    [
        ("Russia may be using such bombs in Alpha", False),
        ("It was not immediately clear if the army had struck Alpha", False),
        ("Shelling could be heard in Alpha", False),
        ("If verified, it would be the first attack in Alpha", False),
        ("The army may attack Alpha", True),
        ("If Alpha falls, the army will turn to Beta", True),
        ("The army would be attacked if it came closer", True),
        ("Troops could be sent to Alpha", True),
    ],
)
def test_doubt_about_what_is_does_not_look_ahead(sentence: str, ahead: bool) -> None:
    assert cues.looks_ahead(sentence) is ahead


@pytest.mark.parametrize(
    ("sentence", "aspect", "want"),
    [
        ("Rebels were evacuated to the city of Alpha", "leaves", "arrives"),
        ("Troops withdrew from Alpha", "leaves", "leaves"),
        ("Units were moved from northern Alpha", "arrives", "leaves"),
        ("Troops left Alpha", "leaves", "leaves"),
        ("Troops entered Alpha", "arrives", "arrives"),
        ("Troops stand in Alpha", "located", "located"),
    ],
)
def test_which_way_a_move_goes(sentence: str, aspect: str, want: str) -> None:
    words = sentence.split()
    assert cues.direction(words, words.index("Alpha"), aspect) == want


@pytest.mark.parametrize(
    ("sentence", "aspect", "want"),
    [
        ("Government forces closed the crossing to aid", "opened", "blocked"),
        ("The army reopened the road", "blocked", "opened"),
        ("The road, closed for a year, was opened", "opened", "opened"),
        ("The road is impassable", "blocked", "blocked"),
        ("Aid was kept from the town by the closed road", "kept_out", "kept_out"),
    ],
)
def test_a_way_is_open_or_closed_by_the_verbs(sentence: str, aspect: str, want: str) -> None:
    assert cues.open_or_closed(sentence, aspect) == want


@pytest.mark.parametrize(
    ("before", "words", "want"),
    [
        ("except for parts of Qamishli and ", "Hasakah", "part"),
        ("it holds parts of Alpha, Beta and ", "Gamma", "part"),
        ("it holds Alpha and ", "Beta", None),
    ],
)
def test_parts_of_a_list(before: str, words: str, want: str | None) -> None:
    assert cues.extent(words, before) == want
