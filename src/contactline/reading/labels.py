"""What the reader's model scores: labels of a pair of mentions, of one mention, types of mention,
modalities.

The order of these tuples is the order of the weights; a change here needs a new training run.
"""

from __future__ import annotations

PAIR = (
    "control.holds",
    "control.gains",
    "control.loses",
    "control.contests",
    "control.besieges",
    "presence.located",
    "presence.arrives",
    "presence.leaves",
    "access.blocked",
    "access.opened",
    "fight",
    "strike",
    "support.backs",
    "support.allied",
    "hostility",
    "identity.part_of",
    "identity.formerly",
    "identity.same_as",
    "agreement.with",
    "access.kept_out",
    "fight@",
    "strike@",
    "harm@",
    "harm.by",
    "agreement@",
)
ONE = (
    "agreement.made",
    "agreement.holds",
    "agreement.broken",
    "agreement.sought",
    "harm.killed",
    "harm.wounded",
    "harm.displaced",
    "harm.detained",
    "situation.calm",
    "situation.tense",
    "situation.fighting",
    "access.blocked",
    "access.opened",
)
TYPES = ("actor", "place", "object")
MODALITIES = ("stated", "reported", "denied", "expected", "intended", "conditional")
SYMMETRIC = frozenset({"fight", "support.allied", "identity.same_as", "agreement.with"})
WIDEST = 9
DISTANCES = (-25, -15, -10, -7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 10, 15, 25)
BUCKETS = len(DISTANCES) + 1 + 4 + 1


def bucket(x_sentence: int, x_start: int, y_sentence: int, y_start: int) -> int:
    """Where y stands seen from x: signed words within a sentence, else which of them is one or two
    sentences before.
    """
    if x_sentence == y_sentence:
        d = y_start - x_start
        return sum(d > edge for edge in DISTANCES)
    base = len(DISTANCES) + 1
    if x_sentence > y_sentence:
        return base + (0 if x_sentence - y_sentence == 1 else 1)
    return base + (2 if y_sentence - x_sentence == 1 else 3)
