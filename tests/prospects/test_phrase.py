"""Names and numbers of verbs as they stand in the sentences of prospects."""

from __future__ import annotations

import pytest

from contactline.prospects import phrase


@pytest.mark.parametrize(
    ("name", "stands", "many"),
    [
        ("Sudanese government", "the Sudanese government", False),
        ("allies of Yemeni government", "the allies of the Yemeni government", True),
        ("three states", "the three states", True),
        ("The three states", "The three states", True),
        ("two forces", "the two forces", True),
        ("United States", "the United States", False),
        ("gas field", "the gas field", False),
        ("Tawila camp", "the Tawila camp", False),
        ("rest of villages", "the rest of villages", False),
        ("villages of Kordofan", "the villages of Kordofan", True),
        ("al-Shabaab", "al-Shabaab", False),
        ("Hezbollah", "Hezbollah", False),
        ("Russia and Iran", "Russia and Iran", True),
    ],
)
def test_a_name_takes_its_article_and_its_verb(name: str, stands: str, many: bool) -> None:
    assert phrase.the(name) == stands
    assert phrase.many(name) is many
