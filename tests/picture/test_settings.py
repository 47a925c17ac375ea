from __future__ import annotations

from dataclasses import fields

import pytest

from contactline.model import ContactlineError
from contactline.picture.settings import Settings


def test_some_numbers_are_changed_and_the_others_stay() -> None:
    s = Settings.load({"chain": {"holds": 9}, "trust": {"learn": False}, "sides": {"a": "b"}})
    assert s.chain.holds == 9.0 and isinstance(s.chain.holds, float)
    assert s.trust.learn is False and s.sides == {"a": "b"}
    assert s.chain.gains == Settings().chain.gains and Settings.load({}) == Settings()


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"chains": {}}, "no section"),
        ({"chain": 3}, "no section"),
        ({"chain": {"hold": 3}}, "has no hold"),
        ({"chain": {"holds": "3"}}, "must be float"),
        ({"chain": {"holds": True}}, "must be float"),
        ({"trust": {"learn": 1}}, "must be bool"),
        ({"standing": {"contest_days": 1.5}}, "must be int"),
    ],
)
def test_a_wrong_setting_is_told(sections, told) -> None:
    with pytest.raises(ContactlineError, match=told):
        Settings.load(sections)


def test_every_number_has_its_unit_and_reason_and_is_shown() -> None:
    shown = Settings().public()
    for section in fields(Settings):
        if section.name == "sides":
            continue
        for f in fields(getattr(Settings(), section.name)):
            assert f.metadata["why"] and "unit" in f.metadata
            assert f"{section.name}.{f.name}" in shown
