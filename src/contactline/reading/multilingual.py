"""The encoder for Arabic, Russian and Ukrainian: twelve layers of width 384.

Words are cut into pieces of a vocabulary of many scripts. The pieces' vectors are kept as
published, in 4-bit blocks (see `training/multilingual.py`); the layers were trained and are kept in
8 bits. Nothing of it is loaded before a report in one of these languages comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import numpy as np

from contactline.reading.deep import BlockEncoder
from contactline.reading.encoder import Array
from contactline.reading.words import Sentence

LANGUAGES = frozenset(("ar", "ru", "uk"))
FILES = ("encoder.onnx", "encoder.npz", "embeddings.npz", "heads.npz", "calibration.json")


def shipped() -> bool:
    """Whether the weights for other languages are installed."""
    folder = resources.files("contactline.reading").joinpath("weights", "multilingual")
    return all(folder.joinpath(n).is_file() for n in FILES)


class MultilingualEncoder(BlockEncoder):
    """`vectors` as the standard encoder's, of width 384."""

    folder = "multilingual"
    special = (0, 2, 3)
    most = 240

    def pieces(self, word: str) -> list[int]:
        """A sign by itself has no mark of a space before it."""
        if word not in self._memo and word and not word[0].isalnum():
            alone = self.tokenizer.token_to_id(word)
            if alone is not None:
                self._memo[word] = [alone]
        return super().pieces(word)

    def embedded(self, ids: list[int]) -> Array:
        """(pieces, 384), out of blocks of 32 weights in 4 bits that share a scale."""
        packed = self.rows[ids]  # (pieces, 12, 16) bytes
        low = (packed & 15).astype(np.float32) - 8
        high = (packed >> 4).astype(np.float32) - 8
        out: Array = np.concatenate([low, high], axis=2) * self.scales[ids][:, :, None]
        return out.reshape(len(ids), -1)

    def marked(self, sentences: Sequence[Sentence], group: Sequence[int]) -> bool:
        """Every window is read: the words of war are listed for English alone."""
        return True
