"""The fast reader's encoder: three convolutions over word vectors, taught to give what the encoder
gives.

Distilled (Hinton, Vinyals & Dean 2015) from the trained claim model: the mean squared difference of
the words' vectors, on the annotated reports and on unmarked ones, and the claim loss through the
model's own heads, which stay as they are. So both readers share one set of heads.

usage: python -m training.fast SHARED MODEL.pt WEIGHTS_FOLDER [--epochs 4] [--seed 7]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from training.claims import ClaimModel, Windows, window_loss, word_reps
from training.data import Doc, labels_of, swapped
from training.encoder import WIDTH, Encoder, load_pretrained
from training.train_reader import documents

NARROW = 192
CORPORA = ("fa_kes", "wikipedia_syria_battles", "isaf_press_releases", "re3d", "wikinews")


class Convolutions(nn.Module):
    """(words, 384) of a window to (words, 384);
    what `contactline.reading.fast` computes in numpy.
    """

    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Conv1d(WIDTH, NARROW, 7, padding=3)
        self.two = nn.Conv1d(NARROW, NARROW, 5, padding=4, dilation=2)
        self.three = nn.Conv1d(NARROW, NARROW, 5, padding=8, dilation=4)
        self.out = nn.Linear(NARROW, WIDTH)
        self.skip = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = F.relu(self.one(x.T[None]))
        b = F.relu(self.two(a)) + a
        c = F.relu(self.three(b)) + b
        return self.out(c[0].T) + self.skip * x


def word_vectors(enc: Encoder, ids: torch.Tensor, shapes: torch.Tensor, row) -> torch.Tensor:
    """Mean of each word's piece and shape embeddings, without positions."""
    return word_reps(enc.words(ids) + enc.shapes(shapes), row)


def unmarked(shared: Path, rng: random.Random, most: int) -> list[Doc]:
    from contactline.reading.words import sentences

    out = []
    for name in CORPORA:
        with (shared / f"data/text/{name}.jsonl").open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        rng.shuffle(texts)
        for text in texts[: most // len(CORPORA)]:
            sents = [s for s in sentences(text) if len(s.words) < 150]
            at = rng.randrange(max(1, len(sents) - 8))
            out.append(Doc(name, [[w.text for w in s.words] for s in sents[at : at + 12]], []))
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("model", type=Path)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--hold", type=int, default=0)
    args = ap.parse_args()
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    enc, tok = load_pretrained()
    model = ClaimModel(enc)
    model.load_state_dict(torch.load(args.model))
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    docs, pools = documents(args.shared, args.hold)
    plain = unmarked(args.shared, rng, 900)
    windows, student = Windows(tok), Convolutions()
    opt = torch.optim.AdamW(student.parameters(), lr=2e-3, weight_decay=0.01)
    total = args.epochs * (
        sum(len(windows.of(d)) for d in docs) // 2 + sum(len(windows.of(d)) for d in plain) // 2 + 2
    )
    step, started = 0, time.time()
    for epoch in range(args.epochs):
        pool = [
            (w, True)
            for d in docs
            for w in windows.of(swapped(d, pools, rng) if rng.random() < 0.5 else d)
        ] + [(w, False) for d in plain for w in windows.of(d)]
        rng.shuffle(pool)
        golds: dict[int, tuple] = {}
        apart = claims = 0.0
        for k in range(0, len(pool), 2):
            part = pool[k : k + 2]
            for g in opt.param_groups:
                g["lr"] = 2e-3 * min(1.0, (step + 1) / (0.05 * total)) * max(0.02, 1 - step / total)
            ids, shapes, pad, rows = windows.batch([w for w, _ in part])
            with torch.no_grad():
                hidden = model.enc(ids, shapes, pad)
            loss = torch.zeros(())
            for r, ((doc, group), marked) in enumerate(part):
                want = word_reps(hidden[r], rows[r])
                got = student(word_vectors(model.enc, ids[r], shapes[r], rows[r]))
                far = F.mse_loss(got, want)
                loss = loss + 20.0 * far
                apart += float(far.detach())
                if marked:
                    if id(doc) not in golds:
                        golds[id(doc)] = labels_of(doc)
                    told = window_loss(model, got, rows[r], doc, group, golds[id(doc)]) / len(group)
                    loss = loss + told
                    claims += float(told.detach())
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            opt.step()
            step += 1
        print(
            f"epoch {epoch + 1} apart {apart / len(pool):.4f} claims "
            f"{claims / max(1, sum(m for _, m in pool)):.3f} {time.time() - started:.0f}s",
            flush=True,
        )
    state = {k: v.detach().numpy() for k, v in student.state_dict().items()}
    out = {k: v.astype(np.float16) for k, v in state.items() if v.ndim < 3}
    for name in (
        "one",
        "two",
        "three",
    ):  # (width, in, out), a byte each with a scale for every output
        w = state[f"{name}.weight"].transpose(2, 1, 0)
        scale = np.abs(w).max((0, 1)) / 127.0
        out[f"{name}.weight"], out[f"{name}.scale"] = (
            np.round(w / scale).astype(np.int8),
            scale.astype(np.float32),
        )
    np.savez_compressed(args.weights / "fast.npz", **out)


if __name__ == "__main__":
    main()
