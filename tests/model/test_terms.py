from __future__ import annotations

import json

import pytest

from contactline.model import (
    ACTUAL,
    MODALITIES,
    PROSPECTIVE,
    ActorId,
    Basis,
    ExpectationState,
    Modality,
    PlaceId,
    Role,
    Status,
    plain,
)


@pytest.mark.parametrize(
    ("text", "actor", "place"),
    [
        ("actor:sdf", "sdf", None),
        ("actor:state:TR", "state:TR", None),
        ("place:gn170063", None, "gn170063"),
        ("place:sy-area-hama#north", None, "sy-area-hama#north"),
        ("actor:", None, None),
        ("place:", None, None),
        ("sdf", None, None),
        (None, None, None),
    ],
)
def test_an_id_is_a_partys_or_a_places_or_none(
    text: str | None, actor: str | None, place: str | None
) -> None:
    who, where = ActorId.parse(text), PlaceId.parse(text)
    assert (who.key if who else None, where.key if where else None) == (actor, place)
    role = Role("words", id=text)
    assert (role.actor_id, role.place_id) == (who, where)


def test_an_id_is_made_from_its_key_and_is_a_string() -> None:
    assert ActorId.of("sdf") == "actor:sdf" and ActorId.of("sdf").key == "sdf"
    assert json.dumps(plain({"id": PlaceId.of("gn1")})) == '{"id": "place:gn1"}'


def test_whose_allies_and_who_is_new() -> None:
    assert ActorId.of("allied:sdf").patron == ActorId.of("sdf")
    assert ActorId.of("sdf").patron is None
    assert ActorId.of("new:some-battalion").is_new and not ActorId.of("sdf").is_new


def test_described_and_unplaced_places() -> None:
    assert PlaceId.of("sy-area-hama#north").is_part and PlaceId.of("gn1#north").is_described
    assert PlaceId.of("gn1+gn2@road").is_described and not PlaceId.of("gn1+gn2@road").is_part
    assert PlaceId.of("?nowhere").is_unplaced and not PlaceId.of("gn1").is_described


@pytest.mark.parametrize("words", [Status, Basis, ExpectationState, Modality])
def test_closed_lists_stay_plain_strings_in_json(words: type) -> None:
    assert json.loads(json.dumps(list(words))) == [str(w.value) for w in words]
    assert all(w == w.value and f"{w}" == w.value for w in words)


def test_a_modality_is_actual_prospective_or_denied() -> None:
    assert {*ACTUAL, *PROSPECTIVE, Modality.DENIED} == set(MODALITIES)
    assert not ACTUAL & PROSPECTIVE
