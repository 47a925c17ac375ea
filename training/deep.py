"""The deep reader's encoder: the lower layers of all-mpnet-base-v2 (Apache-2.0), with a word-shape
embedding.

MPNet (Song et al. 2020) has a relative position bias that all layers share. The lowest layers and
the embeddings stay as published; the shape of words (see `training.encoder`) joins above them, so
that nothing below needs a gradient.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

from training.encoder import SHAPES

LAYERS, FROZEN, WIDTH, HEADS, INNER = 10, 5, 768, 12, 3072
BUCKETS, FARTHEST = 32, 128
FIRST, PAD, LAST, UNKNOWN = 0, 1, 2, 104
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-5)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-5)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, bias: torch.Tensor, plain: bool) -> torch.Tensor:
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        if plain:
            scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + bias
            a = scores.softmax(-1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.norm1(x + self.drop(self.out(a.transpose(1, 2).reshape(b, t, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


def distance_buckets(t: int) -> torch.Tensor:
    """(t, t) indexes into the bias table, after T5 (Raffel et al. 2020): near distances apart, far
    ones pooled.
    """
    n = torch.arange(t)[:, None] - torch.arange(t)[None, :]
    half = BUCKETS // 2
    side = (n < 0).long() * half
    n = n.abs()
    exact = half // 2
    far = exact + (
        torch.log(n.clamp(min=1).float() / exact) / math.log(FARTHEST / exact) * (half - exact)
    ).long().clamp(max=half - exact - 1)
    return side + torch.where(n < exact, n, far)


class DeepEncoder(nn.Module):
    """ids, shapes: (batch, time) integers; pad: (batch, time) bool, True where padded.

    Gives (batch, time, 768).
    """

    width = WIDTH

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30527, WIDTH)
        self.positions = nn.Embedding(514, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.relative = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(0.1)
        self._buckets = distance_buckets(512)

    def freeze(self) -> None:
        for part in (self.words, self.positions, self.norm, self.relative, *self.layers[:FROZEN]):
            for p in part.parameters():
                p.requires_grad_(False)

    def bias(self, t: int) -> torch.Tensor:
        return self.relative(self._buckets[:t, :t]).permute(2, 0, 1)[None]

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.positions.weight[2 : 2 + ids.shape[1]]

    def run(
        self,
        embedded: torch.Tensor,
        shapes: torch.Tensor,
        bias: torch.Tensor,
        pad: torch.Tensor,
        plain: bool = False,
    ) -> torch.Tensor:
        """`shapes` are vectors here, added above the frozen layers."""
        mask = bias + pad[:, None, None, :].to(embedded.dtype) * -1e4
        x = self.norm(embedded)
        with torch.no_grad() if self.training else torch.enable_grad():
            for layer in self.layers[:FROZEN]:
                x = layer(x, mask, plain)
        x = self.drop(x) + shapes
        for layer in self.layers[FROZEN:]:
            x = layer(x, mask, plain)
        return x

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        return self.run(self.embed(ids), self.shapes(shapes), self.bias(ids.shape[1]), pad)

    def train(self, mode: bool = True) -> DeepEncoder:
        super().train(mode)
        for layer in self.layers[:FROZEN]:
            layer.eval()  # what is not trained is not perturbed
        return self


def load_deep(folder: Path) -> tuple[DeepEncoder, Tokenizer]:
    """The published weights, checked by their SHA-256. Raises ValueError when they are others."""
    raw = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ValueError("the pretrained weights are not the ones named in the training notes")
    w = load_file(folder / "model.safetensors")
    enc = DeepEncoder()
    state = {
        "words.weight": w["embeddings.word_embeddings.weight"],
        "positions.weight": w["embeddings.position_embeddings.weight"],
        "shapes.weight": enc.shapes.weight.data,
        "norm.weight": w["embeddings.LayerNorm.weight"],
        "norm.bias": w["embeddings.LayerNorm.bias"],
        "relative.weight": w["encoder.relative_attention_bias.weight"],
    }
    for i in range(LAYERS):
        s, d = f"encoder.layer.{i}.", f"layers.{i}."
        for part in ("weight", "bias"):
            state[d + "qkv." + part] = torch.cat(
                [w[f"{s}attention.attn.{n}.{part}"] for n in "qkv"]
            )
            state[d + "out." + part] = w[s + "attention.attn.o." + part]
            state[d + "norm1." + part] = w[s + "attention.LayerNorm." + part]
            state[d + "up." + part] = w[s + "intermediate.dense." + part]
            state[d + "down." + part] = w[s + "output.dense." + part]
            state[d + "norm2." + part] = w[s + "output.LayerNorm." + part]
    enc.load_state_dict(state)
    tok = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tok.no_padding()
    tok.no_truncation()
    return enc, tok
