"""The deep reader's encoder: ten layers of width 768 with a relative position bias, run by
onnxruntime.

The graph takes the bias as an input, made here from the table that all layers share, so that
windows of any length run through one graph. What words look like is added above the layers that
were not trained (see `training/deep.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from contactline.reading.encoder import Array, Encoder

EXACT, FARTHEST = 8, 128  # distances told apart one by one; those farther than this are all alike


def shipped() -> bool:
    """Whether the deep reader's weights are installed."""
    folder = resources.files("contactline.reading").joinpath("weights", "deep")
    return all(
        folder.joinpath(n).is_file()
        for n in ("encoder.onnx", "encoder.npz", "embeddings.npz", "heads.npz", "calibration.json")
    )


def distance_buckets(t: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """(t, t) indexes into the bias table, after T5 (Raffel et al. 2020)."""
    n = np.arange(t)[:, None] - np.arange(t)[None, :]
    side = (n < 0).astype(np.int64) * 2 * EXACT
    n = np.abs(n)
    ratio = np.log(n.clip(min=1).astype(np.float32) / EXACT) / np.float32(np.log(FARTHEST / EXACT))
    far = (EXACT + (ratio * EXACT).astype(np.int64)).clip(max=2 * EXACT - 1)
    out: np.ndarray[tuple[int, int], np.dtype[np.int64]] = side + np.where(n < EXACT, n, far)
    return out


class BlockEncoder(Encoder):
    """An encoder whose matrices stand beside its graph, in 8-bit blocks."""

    def matrices(self, folder: Traversable, options: Any) -> None:
        """8-bit blocks back to numbers: the sums themselves are made in 32 bits."""
        from onnxruntime import OrtValue

        names, values = [], []
        with resources.as_file(folder.joinpath("encoder.npz")) as p:
            packed = np.load(p)
            for key in packed.files:
                if key.startswith("rows."):
                    name = key.removeprefix("rows.")
                    blocks = packed[key] * packed["scale." + name].astype(np.float32)
                    matrix = blocks.reshape(-1, blocks.shape[2])
                    names.append(name)
                    values.append(OrtValue.ortvalue_from_numpy(matrix))
        options.add_external_initializers(names, values)
        self._held = values  # the session borrows them


class DeepEncoder(BlockEncoder):
    """`vectors` as the standard encoder's, of width 768."""

    folder = "deep"
    special = (0, 2, 104)
    most = 240

    def __init__(self, threads: int = 0) -> None:
        super().__init__(threads)
        embeddings = resources.files("contactline.reading").joinpath("weights", self.folder)
        with resources.as_file(embeddings.joinpath("embeddings.npz")) as p:
            table = np.load(p)["relative"].astype(np.float32)
        self._bias: Array = table[distance_buckets(512)].transpose(2, 0, 1)[None]

    def hidden(self, rows: Sequence[tuple[list[int], list[int]]]) -> Array:
        longest = max(len(ids) for ids, _ in rows)
        x = np.zeros((len(rows), longest, self.rows.shape[1]), dtype=np.float32)
        looks = np.zeros_like(x)
        pad = np.ones((len(rows), longest), dtype=np.float32)
        for r, (ids, shapes) in enumerate(rows):
            t = len(ids)
            x[r, :t] = self.embedded(ids) + self.positions[:t]
            looks[r, :t] = self.shapes[shapes]
            pad[r, :t] = 0.0
        bias = np.ascontiguousarray(self._bias[:, :, :longest, :longest])
        given = {"embedded": x, "shapes": looks, "bias": bias, "pad": pad}
        out: Array = self.session.run(None, given)[0]
        return out
