"""Words to vectors: our encoder's quantised weights, run by onnxruntime. Nothing is downloaded.

Word embeddings are kept as bytes with one scale a row and looked up here; the rest runs in the ONNX graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from contactline.reading.words import Sentence

Array = npt.NDArray[np.float32]
PIECES = 200
MOST_PIECES = 8


def shape_of(word: str) -> int:
    """0 lower, 1 Title, 2 UPPER, 3 mixed, 4 has a digit, 5 neither letter nor digit."""
    if any(c.isdigit() for c in word):
        return 4
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return 5
    if all(c.islower() for c in letters):
        return 0
    if all(c.isupper() for c in letters):
        return 2 if len(letters) > 1 else 1
    return 1 if letters[0].isupper() and all(c.islower() for c in letters[1:]) else 3


class Encoder:
    def __init__(self, threads: int = 0) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        folder = resources.files("contactline.reading").joinpath("weights")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = ort.InferenceSession(folder.joinpath("encoder.onnx").read_bytes(), options, providers=["CPUExecutionProvider"])
        with resources.as_file(folder.joinpath("embeddings.npz")) as p:
            e = np.load(p)
            self.rows, self.scales = e["rows"], e["scales"].astype(np.float32)
            self.positions, self.shapes = e["positions"].astype(np.float32), e["shapes"].astype(np.float32)
        self.tokenizer: Any = Tokenizer.from_str(folder.joinpath("tokenizer.json").read_text(encoding="utf-8"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._memo: dict[str, list[int]] = {}

    def pieces(self, word: str) -> list[int]:
        if word not in self._memo:
            if len(self._memo) > 100_000:
                self._memo.clear()
            text = word[:60].encode("utf-8", "replace").decode("utf-8")
            self._memo[word] = self.tokenizer.encode(text, add_special_tokens=False).ids[:MOST_PIECES] or [100]
        return self._memo[word]

    def windows(self, sentences: Sequence[Sentence]) -> Iterator[list[int]]:
        """Indexes of consecutive sentences that are read together."""
        now: list[int] = []
        size = 0
        for i, s in enumerate(sentences):
            n = sum(len(self.pieces(w.text)) for w in s.words)
            if now and size + n > PIECES:
                yield now
                now, size = [], 0
            now.append(i)
            size += n
        if now:
            yield now

    def vectors(self, sentences: Sequence[Sentence], batch: int = 4) -> Iterator[tuple[int, Array]]:
        """(index of the sentence, (words, 384)) for every sentence, in order."""
        groups = list(self.windows(sentences))
        for k in range(0, len(groups), batch):
            part = groups[k : k + batch]
            rows = []
            for group in part:
                ids, shapes, of = [101], [5], []
                n = 0
                for i in group:
                    for w in sentences[i].words:
                        p = self.pieces(w.text)
                        if len(ids) + len(p) > 500:
                            p = []
                        ids += p
                        shapes += [shape_of(w.text)] * len(p)
                        of += [n] * len(p)
                        n += 1
                rows.append((ids + [102], shapes + [5], of, n))
            longest = max(len(r[0]) for r in rows)
            x = np.zeros((len(rows), longest, self.rows.shape[1]), dtype=np.float32)
            pad = np.ones((len(rows), longest), dtype=np.float32)
            for r, (ids, shapes, _, _) in enumerate(rows):
                t = len(ids)
                x[r, :t] = self.rows[ids].astype(np.float32) * self.scales[ids][:, None] + self.shapes[shapes] + self.positions[:t]
                pad[r, :t] = 0.0
            hidden = self.session.run(None, {"embedded": x, "pad": pad})[0]
            for r, group in enumerate(part):
                of, n = rows[r][2], rows[r][3]
                total = np.zeros((n, hidden.shape[2]), dtype=np.float32)
                np.add.at(total, of, hidden[r, 1 : 1 + len(of)])
                count = np.bincount(of, minlength=n).clip(min=1).astype(np.float32)
                total /= count[:, None]
                at = 0
                for i in group:
                    size = len(sentences[i].words)
                    yield i, total[at : at + size]
                    at += size
