"""Roads and crossings: what the last word leaves blocked or open."""

from datetime import date

import pytest

from contactline.model import AccessState
from contactline.picture.access import access_on
from contactline.picture.settings import Settings
from contactline.picture.sides import Sides
from tests.makers import stored

ON = date(2017, 11, 20)


def word(aspect: str, day: int, who: str | None = "Army", other: str | None = None, **more):
    return stored(
        "access", aspect, who, "Alpha", other=other, on=date(2017, 11, day), n=day, **more
    )


def told(*claims, on: date = ON):
    return access_on(claims, Sides({}, claims), Settings(), on)


@pytest.mark.parametrize(
    ("story", "state", "since"),
    [
        (["blocked"], "blocked", 1),
        (["opened"], "open", 1),
        (["blocked", "blocked"], "blocked", 1),
        (["blocked", "opened"], "open", 2),
        (["blocked", "opened", "blocked"], "blocked", 3),
    ],
)
def test_the_last_word_stands(story: list[str], state: str, since: int) -> None:
    claims = [word(a, n + 1) for n, a in enumerate(story)]
    (found,) = told(*claims)
    assert (found.state, found.since.day, found.last.day) == (state, since, len(story))
    assert set(found.claims) == {s.id for s in claims[since - 1 :]}
    assert told(*claims[::-1]) == [found]


def test_by_whom_and_against_whom() -> None:
    (found,) = told(
        word("blocked", 1, other="Rebels"), word("blocked", 2, who="Guard", other="Kurds")
    )
    assert found.by == ("Army", "Guard") and found.against == ("Rebels", "Kurds")
    assert found.place == "Alpha" and found.lat == 35.0 and found.state is AccessState.BLOCKED


@pytest.mark.parametrize("modality", ["denied", "intended", "expected", "conditional"])
def test_what_is_not_so_blocks_nothing(modality: str) -> None:
    assert told(word("blocked", 1, modality=modality)) == []


def test_neither_before_its_day_nor_after_a_long_silence() -> None:
    claim = word("blocked", 10)
    assert told(claim, on=date(2017, 11, 9)) == [] and told(claim, on=date(2019, 11, 9)) == []
