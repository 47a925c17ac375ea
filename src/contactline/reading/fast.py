"""The fast reader's encoder: three convolutions over word vectors in place of the transformer, the
same heads after it.

Taught by `training/fast.py` to give what the encoder gives (distillation: Hinton, Vinyals & Dean
2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources

import numpy as np

from contactline.reading.encoder import Array, Pieces, shape_of
from contactline.reading.words import Sentence


def _convolved(x: Array, w: Array, b: Array, step: int) -> Array:
    """x: (words, in), w: (width, in, out), odd width, `step` words between taps; zeros beyond both
    ends.
    """
    width, _, out = w.shape
    n = len(x)
    total = np.tile(b, (n, 1))
    for k in range(width):
        shift = (k - width // 2) * step
        if abs(shift) >= n:
            continue
        y = x @ w[k]
        if shift >= 0:
            total[: n - shift] += y[shift:]
        else:
            total[-shift:] += y[: n + shift]
    assert total.shape == (n, out)
    return total


class FastEncoder(Pieces):
    """`vectors` as the standard encoder's, a third of the cost and less of the sense."""

    def __init__(self, threads: int = 0) -> None:
        super().__init__()
        with resources.as_file(
            resources.files("contactline.reading").joinpath("weights", "fast.npz")
        ) as p:
            raw = np.load(p)
            self.w = {k: raw[k].astype(np.float32) for k in raw.files}
        for name in ("one", "two", "three"):
            self.w[f"{name}.weight"] *= self.w[f"{name}.scale"]
        self._vectors: dict[str, Array] = {}

    def _word(self, word: str) -> Array:
        if word not in self._vectors:
            if len(self._vectors) > 50_000:
                self._vectors.clear()
            self._vectors[word] = (
                self.embedded(self.pieces(word)).mean(0) + self.shapes[shape_of(word)]
            )
        return self._vectors[word]

    def vectors(
        self, sentences: Sequence[Sentence], batch: int = 4, every: bool = False
    ) -> Iterator[tuple[int, Array]]:
        """(index of the sentence, (words, 384)) for every sentence, in order; nothing for windows
        without a cue, unless `every`.
        """
        empty = np.zeros((0, self.rows.shape[1]), dtype=np.float32)
        w = self.w
        for group in self.windows(sentences):
            if not every and not self.marked(sentences, group):
                yield from ((i, empty) for i in group)
                continue
            words = [x.text for i in group for x in sentences[i].words]
            if not words:
                yield from ((i, empty) for i in group)
                continue
            x = np.stack([self._word(t) for t in words])
            a = np.maximum(_convolved(x, w["one.weight"], w["one.bias"], 1), 0)
            b = np.maximum(_convolved(a, w["two.weight"], w["two.bias"], 2), 0) + a
            c = np.maximum(_convolved(b, w["three.weight"], w["three.bias"], 4), 0) + b
            h = c @ w["out.weight"].T + w["out.bias"] + w["skip"] * x
            at = 0
            for i in group:
                size = len(sentences[i].words)
                yield i, h[at : at + size].astype(np.float32)
                at += size
