"""Mentions and what ties them: the claim model's heads in numpy, the same sums as
`training/claims.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from contactline.reading.encoder import Array
from contactline.reading.labels import MODALITIES, ONE, PAIR, TYPES, WIDEST, bucket


@dataclass(slots=True)
class Mention:
    """Words `start:end` of sentence `sentence`; `types` are probabilities of actor, place,
    object.
    """

    sentence: int
    start: int
    end: int
    types: npt.NDArray[np.float32]
    rep: Array


@dataclass(frozen=True, slots=True)
class Scored:
    """A label on a pair of mentions, or on one (`y` None), with the word that most says so."""

    label: str
    x: Mention
    y: Mention | None
    probability: float
    modality: npt.NDArray[np.float32]
    word: int


def _sigmoid(x: npt.NDArray[np.floating]) -> Array:
    out: Array = (1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return out


def _softmax(x: npt.NDArray[np.floating]) -> Array:
    e = np.exp(x - x.max(-1, keepdims=True))
    out: Array = (e / e.sum(-1, keepdims=True)).astype(np.float32)
    return out


class Heads:
    """The small model on an encoder's vectors; `reach` sentences back stand roles,
    `near` of them.
    """

    def __init__(self, path: str = "heads.npz") -> None:
        folder = resources.files("contactline.reading").joinpath("weights")
        with resources.as_file(folder.joinpath(path)) as p:
            raw = np.load(p)
            self.w = {k: raw[k].astype(np.float32) for k in raw.files if k != "reach"}
            reach = raw["reach"] if "reach" in raw.files else (2, 6)
        self.reach, self.near = int(reach[0]), int(reach[1])

    def _linear(self, name: str, x: Array) -> Array:
        out: Array = x @ self.w[name + ".weight"].T + self.w[name + ".bias"]
        return out

    def entities(self, h: Array) -> Array:
        """(words, 3): how likely each word begins a place's name, goes on in one, or is neither."""
        if not len(h):
            return np.zeros((0, 3), np.float32)
        edge = np.zeros((1, h.shape[1]), np.float32)
        w = self.w
        mid = (
            self._linear("ner_mid", h)
            + np.concatenate([edge, h[:-1]]) @ w["ner_left.weight"].T
            + np.concatenate([h[1:], edge]) @ w["ner_right.weight"].T
        )
        p = _softmax(self._linear("ner_out", np.maximum(mid, 0)))
        return np.stack([p[:, 5], p[:, 6], 1.0 - p[:, 5] - p[:, 6]], axis=1)

    def mentions(self, sentence: int, h: Array, floor: float = 0.08) -> list[Mention]:
        n = len(h)
        if n == 0:
            return []
        a = np.concatenate([np.full(min(WIDEST, n - i), i) for i in range(n)])
        b = np.concatenate([np.arange(i + 1, min(n, i + WIDEST) + 1) for i in range(n)])
        run = np.concatenate([np.zeros((1, h.shape[1]), np.float32), h.cumsum(0)])
        # linear maps first, then the mean of their running sums: the same numbers, nine times
        # cheaper
        mean_run = run @ self.w["span_mean.weight"].T
        mean = (mean_run[b] - mean_run[a]) / (b - a)[:, None] + self.w["span_mean.bias"]
        rep = np.maximum(
            self._linear("span_start", h)[a]
            + self._linear("span_end", h)[b - 1]
            + mean
            + self.w["span_width.weight"][b - a],
            0,
        )
        scores = _sigmoid(self._linear("span_type", rep))
        top, kind = scores.max(1), scores.argmax(1)
        kept: list[int] = []
        for i in np.argsort(-top, kind="stable"):
            if len(kept) >= 3 + n // 4 or top[i] < floor:
                break
            clash = False
            for j in kept:
                if a[i] < b[j] and a[j] < b[i]:
                    nested = (a[j] <= a[i] and b[i] <= b[j]) or (a[i] <= a[j] and b[j] <= b[i])
                    if not (nested and top[i] > 0.3 and (kind[i] != kind[j] or top[i] > 0.6)):
                        clash = True
                        break
            if not clash:
                kept.append(int(i))
        return [Mention(sentence, int(a[i]), int(b[i]), scores[i], rep[i]) for i in sorted(kept)]

    def score(
        self,
        sentence: int,
        h: Array,
        here: Sequence[Mention],
        near: Sequence[Mention],
        floor: float = 0.05,
    ) -> list[Scored]:
        """All labels above `floor` on pairs with a mention in this sentence, and on its single
        mentions.
        """
        if not here:
            return []
        out: list[Scored] = []
        key, value = self._linear("key", h), self._linear("value", h)
        everyone = [*here, *near]
        reps = np.stack([m.rep for m in everyone])
        n = len(here)
        x, y, far, gaps = [], [], [], []
        for i, p in enumerate(everyone):
            for j, q in enumerate(everyone):
                if i == j or (i >= n and j >= n):
                    continue
                if p.sentence == q.sentence and p.start < q.end and q.start < p.end:
                    continue
                x.append(i)
                y.append(j)
                far.append(bucket(p.sentence, p.start, q.sentence, q.start))
                if p.sentence != sentence or q.sentence != sentence:
                    gaps.append((0, 0))
                else:
                    a, b = (p, q) if p.start < q.start else (q, p)
                    gaps.append((a.end, max(a.end, b.start)))
        if x:
            query = self._linear("qx", reps)[x] + self._linear("qy", reps)[y]
            attention = _softmax(query @ key.T / 8.0)
            z = (
                self._linear("ux", reps)[x]
                + self._linear("uy", reps)[y]
                + self._linear("uc", attention @ value)
            )
            z += (
                self._linear("up", self._linear("px", reps)[x] * self._linear("py", reps)[y])
                + self.w["far.weight"][far]
            )
            if "gap.weight" in self.w:
                first, last = np.array(gaps).T
                run = (
                    np.concatenate([np.zeros((1, h.shape[1]), np.float32), h.cumsum(0)])
                    @ self.w["gap.weight"].T
                )
                z += (run[last] - run[first]) / (last - first).clip(min=1)[:, None] + self.w[
                    "gap.bias"
                ]
            z = np.maximum(z, 0)
            sure = _sigmoid(self._linear("pair", z))
            modality = _softmax(self._linear("pair_mod", z))
            for k, label in zip(*np.nonzero(sure > floor), strict=True):
                out.append(
                    Scored(
                        PAIR[label],
                        everyone[x[k]],
                        everyone[y[k]],
                        float(sure[k, label]),
                        modality[k],
                        int(attention[k].argmax()),
                    )
                )
        own = reps[:n]
        attention = _softmax(self._linear("q1", own) @ key.T / 8.0)
        z = np.maximum(self._linear("vx", own) + self._linear("vc", attention @ value), 0)
        alone = _sigmoid(self._linear("one", z))
        modality = _softmax(self._linear("one_mod", z))
        for k, label in zip(*np.nonzero(alone > floor), strict=True):
            out.append(
                Scored(
                    ONE[label],
                    here[k],
                    None,
                    float(alone[k, label]),
                    modality[k],
                    int(attention[k].argmax()),
                )
            )
        return out


__all__ = ["MODALITIES", "TYPES", "Heads", "Mention", "Scored"]
