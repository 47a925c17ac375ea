"""Words to vectors: our encoder's quantised weights, run by onnxruntime. Nothing is downloaded.

Word embeddings are kept as bytes with one scale a row and looked up here; the rest runs in the ONNX
graph.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import numpy.typing as npt

from contactline.reading.words import Sentence

Array = npt.NDArray[np.float32]
PIECES = 200
CUE = re.compile(  # a window without any of these stems speaks of no war and is not encoded
    r"\b(?:a(?:dvanc|ll(?:y|ied|ian)|mbush|rm(?:y|ed|ies|s)\b|ir "
    r"?(?:strike|raid|craft|force)|ttack|ssassin|ssault|bduct|gree|rrest)|b(?:ack|as(?:e|es|ed)\b|"
    r"attl|esieg|lock|omb|order|order|last)|"
    r"c(?:aptur|easefire|ease-fire|lash|lear|ontrol|onvoy|ounter|ombat|onflict|oalition|risis|alm|"
    r"ross|onfront)|d(?:e-?escal|efen|eploy|etain|etention|isplac|eal\b|eath|eni|ead|ied|"
    r"ie[sd]?\b|rone)|"
    r"e(?:nter|scap|vacu|xecut|xplo|nem|xpel|ncirc|nclave)|f(?:ight|orc|ought|ell\b|all(?:en|s)?\b|"
    r"ire|ired|led\b|lee|ront|action|orm(?:er|ation))|g(?:arrison|ain|round|roup|uerr|un)|"
    r"h(?:eld|old|ostil|ostag|it\b|its\b|urt|arm)|i(?:nsurg|njur|nvad|nvas|slam)|j(?:oin|ihad)|"
    r"k(?:ill|idnap)|l(?:iberat|ost\b|ose|osing|ed\b|aunch|eav|eft\b)|m(?:ilit|ortar|issile|urder|"
    r"assacr|ine[sd]?\b|ov(?:e|ed|ing)\b|arch)|"
    r"n(?:ato|egotiat)|o(?:ccup|ffens|pposi|perat|verr|ust|pen)|p(?:ocket|osition|eace|olice|ow\b|"
    r"ressur|rison|ush|ull|ro-|atrol|roxies)|r(?:aid|ebel|ocket|ecaptur|egain|egime|esist|etak|"
    r"etook|etreat|each|etalia|einforc|epel|uled?)|"
    r"s(?:ecur|eiz|hell|hot|hoot|ieg|oldier|trik|truck|torm|urround|urrender|uicide|upport|uppl|"
    r"tation|niper|ituation|igned|anction)|t(?:ake|aking|ook|aken|ank|error|hreat|roop|ruce|reaty|"
    r"alks?\b|ens(?:e|ion)|rain)|"
    r"u(?:nit|prising|nrest)|v(?:ictim|iolen|iolat)|w(?:ar\b|ars\b|eapon|ithdr|ound|arplane|arn))",
    re.I,
)
MOST_PIECES = 8


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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


class Pieces:
    """Words cut into pieces, and the pieces' vectors; `folder` of the weights, `special` first,
    last and unknown.
    """

    folder = "."
    special = (101, 102, 100)
    most = PIECES

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        folder = resources.files("contactline.reading").joinpath("weights", self.folder)
        with resources.as_file(folder.joinpath("embeddings.npz")) as p:
            e = np.load(p)
            self.rows, self.scales = e["rows"], e["scales"].astype(np.float32)
            self.positions, self.shapes = (
                e["positions"].astype(np.float32),
                e["shapes"].astype(np.float32),
            )
            self.row_of = (
                e["row_of"].astype(np.int64) if "row_of" in e.files else np.arange(len(self.rows))
            )
        self.tokenizer: Any = Tokenizer.from_str(
            folder.joinpath("tokenizer.json").read_text(encoding="utf-8")
        )
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._memo: dict[str, list[int]] = {}

    def pieces(self, word: str) -> list[int]:
        if word not in self._memo:
            if len(self._memo) > 100_000:
                self._memo.clear()
            text = word[:60].encode("utf-8", "replace").decode("utf-8")
            self._memo[word] = self.tokenizer.encode(text, add_special_tokens=False).ids[
                :MOST_PIECES
            ] or [self.special[2]]
        return self._memo[word]

    def embedded(self, ids: list[int]) -> Array:
        """(pieces, 384), without shapes and positions."""
        at = self.row_of[ids]
        out: Array = self.rows[at].astype(np.float32) * self.scales[at][:, None]
        return out

    def windows(self, sentences: Sequence[Sentence]) -> Iterator[list[int]]:
        """Indexes of consecutive sentences that are read together."""
        now: list[int] = []
        size = 0
        for i, s in enumerate(sentences):
            n = sum(len(self.pieces(w.text)) for w in s.words)
            if now and size + n > self.most:
                yield now
                now, size = [], 0
            now.append(i)
            size += n
        if now:
            yield now

    def marked(self, sentences: Sequence[Sentence], group: Sequence[int]) -> bool:
        """A window with no word of a war in it is not encoded."""
        return any(CUE.search(" ".join(w.text for w in sentences[i].words)) for i in group)


class Encoder(Pieces):
    """The standard reader's: a small transformer, six layers of width 384."""

    def __init__(self, threads: int = 0) -> None:
        import onnxruntime as ort

        super().__init__()
        options = ort.SessionOptions()
        # a number of its own keeps onnxruntime from binding threads to cores that others may hold
        options.intra_op_num_threads = threads or cores()
        options.log_severity_level = 3
        folder = resources.files("contactline.reading").joinpath("weights", self.folder)
        self.matrices(folder, options)
        graph = folder.joinpath("encoder.onnx").read_bytes()
        self.session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def matrices(self, folder: Traversable, options: Any) -> None:
        """Weights that stand outside the graph are given to the session here; the standard graph
        has none.
        """

    def vectors(
        self, sentences: Sequence[Sentence], batch: int = 4, every: bool = False
    ) -> Iterator[tuple[int, Array]]:
        """(index of the sentence, (words, 384)) for every sentence, in order; nothing for windows
        without a cue, unless `every`.
        """
        groups = list(self.windows(sentences))
        marked = [every or self.marked(sentences, g) for g in groups]
        empty = np.zeros((0, self.positions.shape[1]), dtype=np.float32)
        k = 0
        while k < len(groups):
            if not marked[k]:
                yield from ((i, empty) for i in groups[k])
                k += 1
                continue
            part: list[list[int]] = []
            while k < len(groups) and marked[k] and len(part) < batch:
                part.append(groups[k])
                k += 1
            rows = []
            for group in part:
                ids, shapes, of = [self.special[0]], [5], []
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
                rows.append(([*ids, self.special[1]], [*shapes, 5], of, n))
            hidden = self.hidden([(r[0], r[1]) for r in rows])
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

    def hidden(self, rows: Sequence[tuple[list[int], list[int]]]) -> Array:
        """(windows, pieces, width) for windows of pieces' ids and the shapes of their words."""
        longest = max(len(ids) for ids, _ in rows)
        x = np.zeros((len(rows), longest, self.positions.shape[1]), dtype=np.float32)
        pad = np.ones((len(rows), longest), dtype=np.float32)
        for r, (ids, shapes) in enumerate(rows):
            t = len(ids)
            x[r, :t] = self.embedded(ids) + self.shapes[shapes] + self.positions[:t]
            pad[r, :t] = 0.0
        out: Array = self.session.run(None, {"embedded": x, "pad": pad})[0]
        return out
