"""The closed lists of words the field uses: kinds, aspects, modalities, statuses.

All are strings in JSON.
"""

from __future__ import annotations

from enum import StrEnum

KINDS: dict[str, tuple[str, ...]] = {
    "control": ("holds", "gains", "loses", "contests", "besieges"),
    "presence": ("located", "arrives", "leaves"),
    "fight": (),
    "strike": (),
    "support": ("backs", "allied"),
    "hostility": (),
    "identity": ("part_of", "formerly", "same_as"),
    "agreement": ("made", "holds", "broken", "sought"),
    "access": ("blocked", "opened"),
    "harm": ("killed", "wounded", "displaced", "detained"),
    "situation": ("calm", "tense", "fighting"),
}


class Modality(StrEnum):
    """How a report means a claim; see docs/glossary.md."""

    STATED = "stated"
    REPORTED = "reported"
    DENIED = "denied"
    EXPECTED = "expected"
    INTENDED = "intended"
    CONDITIONAL = "conditional"


MODALITIES = tuple(Modality)
ACTUAL = frozenset({Modality.STATED, Modality.REPORTED})
PROSPECTIVE = frozenset({Modality.EXPECTED, Modality.INTENDED, Modality.CONDITIONAL})


class Status(StrEnum):
    """What is known of a place on a day, by the published rule (docs/picture.md)."""

    HELD = "held"
    CONTESTED = "contested"
    BESIEGED = "besieged"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What a holding rests on: claims about the place, about a part of it, about an area as a
    whole, its neighbours on all sides, or nothing.
    """

    TOLD = "told"
    PART = "told of a part"
    AREA = "area"
    NEIGHBOURS = "neighbours"
    NONE = "none"


class AgreementStatus(StrEnum):
    """What became of an agreement by a day, by what is told of it."""

    SOUGHT = "sought"
    MADE = "made"
    HOLDING = "holding"
    VIOLATED = "violated"
    BROKEN = "broken"
    LAPSED = "lapsed"

    @property
    def in_force(self) -> bool:
        return self in (AgreementStatus.MADE, AgreementStatus.HOLDING, AgreementStatus.VIOLATED)


class AccessState(StrEnum):
    BLOCKED = "blocked"
    OPEN = "open"


class ExpectationState(StrEnum):
    """What became of an expectation by a day."""

    OPEN = "open"
    CONDITION_MET = "condition met"
    CAME_TRUE = "came true"
    DID_NOT = "did not come true"
    LAPSED = "lapsed"
