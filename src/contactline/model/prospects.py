"""What somebody expects, intends, or says will happen on a condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contactline.model.terms import ExpectationState, Modality


@dataclass(frozen=True, slots=True)
class Condition:
    """What an expectation waits for. `text` is the report's words, `claims` what they are about.

    `state` on a day: met, open or impossible; `because` says what of the picture makes it so,
    `met_by` which claims.
    """

    text: str
    link: str  # if, unless, once or until
    negated: bool  # it waits for this not to come about
    claims: tuple[str, ...]
    state: str
    because: str = ""
    met_by: tuple[str, ...] = ()
    told: str = ""  # the condition in plain words


@dataclass(frozen=True, slots=True)
class Lead:
    """An expectation that this one brings nearer, by its id, and why."""

    to: str
    because: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """`later`: how many later claims were read about its place or parties within the horizon,
    whatever they say.

    `decidable`: later reports can tell whether it came true; the others are kept, and count in no
    track record. `undecided_for` says why not: "vague", "going on already", "so already", or "".
    `signs`: claims of moves under way that speak for it. `actor_ids` and `other_ids` are sides.
    """

    id: str
    kind: str
    aspect: str | None
    actor: str | None
    other: str | None
    place: str | None
    modality: Modality
    condition: str | None
    voices: tuple[str, ...]
    first_said: date
    until: date
    state: ExpectationState
    decided_by: tuple[str, ...]
    quote: str
    claims: tuple[str, ...]
    condition_met: bool = False
    later: int = 0
    decidable: bool = True
    undecided_for: str = ""
    sure: float = 0.0
    sentence: str = ""
    conditions: tuple[Condition, ...] = ()
    leads_to: tuple[Lead, ...] = ()
    signs: tuple[str, ...] = ()
    actor_ids: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = ()
    place_id: str | None = None
