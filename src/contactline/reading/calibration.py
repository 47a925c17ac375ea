"""From the model's score to a confidence: how often such a claim was right on reports left out of
training.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from contactline.model import ACTUAL


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold for each kind, and steps from the model's score to how often such a claim was
    right.

    What is denied, and what is still to come, is right less often than what is told as a fact with
    the same score: `classes` holds for each of the two a threshold of its own and how much of the
    confidence is left.
    """

    thresholds: dict[str, float]
    steps: dict[str, list[tuple[float, float]]]
    classes: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def shipped(cls, path: str = "calibration.json") -> Calibration:
        raw = json.loads(
            resources.files("contactline.reading").joinpath("weights", path).read_text()
        )
        return cls(
            raw["thresholds"],
            {k: [tuple(x) for x in v] for k, v in raw["steps"].items()},
            {k: (v[0], v[1]) for k, v in raw.get("classes", {}).items()},
        )

    def confidence(self, kind: str, score: float, modality: str = "stated") -> float:
        steps = self.steps.get(kind) or self.steps.get("all") or [(0.0, 0.0), (1.0, 1.0)]
        return (
            float(np.interp(score, [s for s, _ in steps], [c for _, c in steps]))
            * self.classes.get(class_of(modality), (0.0, 1.0))[1]
        )

    def passes(self, kind: str, score: float, modality: str) -> bool:
        return score >= max(
            self.thresholds.get(kind, 0.5), self.classes.get(class_of(modality), (0.0, 1.0))[0]
        )


def class_of(modality: str) -> str:
    return "actual" if modality in ACTUAL else "denied" if modality == "denied" else "ahead"
