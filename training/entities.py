"""A head that marks persons, organisations and places in any English text, on the shipped encoder's
own vectors.

The encoder stays as it is; only this small head is trained, on the entity sets under
SHARED/data/ner (not `pud`, which is for testing). Adds `ner_*` arrays to the weights' heads.

usage: python -m training.entities SHARED WEIGHTS [--epochs 12] [--seed 7]
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from contactline.reading.encoder import Encoder
from contactline.reading.words import sentences

TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")


def spans_of(row: dict) -> list[tuple[int, int, str]]:
    out = []
    for s in row.get("spans") or row.get("entities") or []:
        a, b, y = (s["start"], s["end"], s["label"]) if isinstance(s, dict) else s[:3]
        out.append((a, b, y.upper()[:3]))
    return out


def rows_of(paths: list[Path], enc: Encoder) -> list[tuple[np.ndarray, np.ndarray]]:
    """Vectors and tags of each sentence."""
    out = []
    for path in paths:
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            sents = sentences(row["text"], 0, len(row["text"]))
            spans = spans_of(row)
            for i, h in enc.vectors(sents, every=True):
                words = sents[i].words
                tags = np.zeros(len(words), np.int64)
                for a, b, y in spans:
                    inside = [k for k, w in enumerate(words) if a <= w.start < b]
                    for n, k in enumerate(inside):
                        if f"B-{y}" in TAGS:
                            tags[k] = TAGS.index(("B-" if n == 0 else "I-") + y)
                if len(words) and len(h) == len(words):
                    out.append((h.astype(np.float16), tags))
    return out


class Tagger(nn.Module):
    """Each word with its two neighbours, through one hidden layer."""

    def __init__(self, width: int, hidden: int = 160) -> None:
        super().__init__()
        self.mid, self.left, self.right = (
            nn.Linear(width, hidden),
            nn.Linear(width, hidden, bias=False),
            nn.Linear(width, hidden, bias=False),
        )
        self.out = nn.Linear(hidden, len(TAGS))
        self.drop = nn.Dropout(0.3)

    def forward(self, h: torch.Tensor, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return self.out(
            self.drop(
                F.relu(
                    self.mid(self.drop(h))
                    + self.left(self.drop(left))
                    + self.right(self.drop(right))
                )
            )
        )


def stack(
    rows: list[tuple[np.ndarray, np.ndarray]],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    h, left, right, y = [], [], [], []
    for x, t in rows:
        x = x.astype(np.float32)
        z = np.zeros((1, x.shape[1]), np.float32)
        h.append(x)
        left.append(np.concatenate([z, x[:-1]]))
        right.append(np.concatenate([x[1:], z]))
        y.append(t)
    return tuple(torch.from_numpy(np.concatenate(a)) for a in (h, left, right, y))  # type: ignore[return-value]


def f1_of(model: Tagger, rows: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Exact spans of places."""
    model.eval()
    hit = said = gold = 0
    with torch.no_grad():
        for x, t in rows:
            h, left, right, _ = stack([(x, t)])
            p = model(h, left, right).argmax(1).numpy()
            a, b = places(p), places(t)
            hit, said, gold = hit + len(a & b), said + len(a), gold + len(b)
    return 2 * hit / max(1, said + gold)


def places(tags: np.ndarray) -> set[tuple[int, int]]:
    out, start = set(), -1
    for i, t in enumerate([*tags, 0]):
        if t != 6 and start >= 0:
            out.add((start, i))
            start = -1
        if t == 5 or (t == 6 and start < 0):
            start = i
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--epochs", type=int, default=12)
    ap.add_argument("--seed", type=int, default=7)
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    enc = Encoder(1)
    data = args.shared / "data/ner"
    rows = rows_of([data / f"{n}.jsonl" for n in ("gmb", "wg", "uner", "cp", "gum")], enc)
    test = rows_of([data / "pud.jsonl"], enc)
    print(len(rows), "sentences", sum(len(t) for _, t in rows), "words", flush=True)
    rng.shuffle(rows)
    model = Tagger(rows[0][0].shape[1])
    opt = torch.optim.AdamW(model.parameters(), lr=1.5e-3, weight_decay=0.01)
    for epoch in range(args.epochs):
        model.train()
        rng.shuffle(rows)
        for g in opt.param_groups:
            g["lr"] = 1.5e-3 * (1 - epoch / args.epochs)
        for k in range(0, len(rows), 64):
            h, left, right, y = stack(rows[k : k + 64])
            opt.zero_grad()
            F.cross_entropy(model(h, left, right), y).backward()
            opt.step()
        print(f"epoch {epoch}: places on PUD, exact spans, F1 {f1_of(model, test):.3f}", flush=True)
    heads = dict(np.load(args.weights / "heads.npz"))
    for k, v in model.state_dict().items():
        heads[f"ner_{k}"] = v.numpy().astype(np.float16)
    np.savez_compressed(args.weights / "heads.npz", **heads)


if __name__ == "__main__":
    main()
