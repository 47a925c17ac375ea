"""Trains the standard reader on from the weights that ship, on what has been annotated since.

usage: python -m training.resume SHARED OUT_FOLDER [--minutes 20 | --epochs 3] [--seed 7] [--extra
FILE.jsonl …]

The shipped graph's 8-bit matrices are turned back into numbers; training goes on from there with a
smaller step. Our own annotations of the corpora (`annotations/*.jsonl`) are read beside the given
reports, of which every tenth is left out.
"""

from __future__ import annotations

import argparse
import random
import time
from importlib import resources
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

from training.claims import ClaimModel, Windows, window_loss, word_reps
from training.data import labels_of, swapped
from training.encoder import LAYERS, Encoder, load_pretrained
from training.export import export
from training.train_deep import EMA, gather, parts_of

PIECES = (200, 200, 120, 60)


def dequantised() -> dict[str, torch.Tensor]:
    """The shipped standard reader's encoder and heads by the names of `ClaimModel`."""
    import onnx
    from onnx import numpy_helper

    folder = resources.files("contactline.reading").joinpath("weights")
    graph = onnx.load_from_string(folder.joinpath("encoder.onnx").read_bytes()).graph
    held = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    state: dict[str, np.ndarray] = {}
    matrices = []
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1] in held:
            name = node.input[1].removesuffix("_quantized")
            zero = held[name + "_zero_point"].astype(np.float32)
            matrices.append(
                ((held[node.input[1]].astype(np.float32) - zero) * held[name + "_scale"]).T
            )
    if len(matrices) != 4 * LAYERS:
        raise ValueError(f"the shipped graph has {len(matrices)} matrices, not {4 * LAYERS}")
    for k, matrix in enumerate(matrices):
        part = ("qkv", "out", "up", "down")[k % 4]
        state[f"layers.{k // 4}.{part}.weight"] = matrix
    for name, value in held.items():
        if name.startswith("enc."):
            state[name.removeprefix("enc.")] = value
    e = np.load(folder.joinpath("embeddings.npz").open("rb"))
    rows = e["rows"].astype(np.float32) * e["scales"][:, None]
    state["words.weight"] = rows[e["row_of"]]
    state["positions.weight"] = e["positions"].astype(np.float32)
    state["shapes.weight"] = e["shapes"].astype(np.float32)
    out = {"enc." + k: torch.tensor(np.array(v, np.float32)) for k, v in state.items()}
    heads = np.load(folder.joinpath("heads.npz").open("rb"))
    for k in heads.files:
        if k != "reach" and not k.startswith("ner_"):
            out[k] = torch.tensor(heads[k].astype(np.float32))
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--epochs", type=int, default=1000)
    ap.add_argument("--minutes", type=float, default=1e6)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--extra", type=Path, nargs="*", default=[])
    args = ap.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    _, tok = load_pretrained()
    model = ClaimModel(Encoder())
    model.load_state_dict(dequantised())
    slow = [p for n, p in model.named_parameters() if n.startswith("enc.")]
    fast = [p for n, p in model.named_parameters() if not n.startswith("enc.")]
    opt = torch.optim.AdamW(
        [{"params": slow, "lr": 5e-5}, {"params": fast, "lr": 4e-4}], weight_decay=0.01, fused=True
    )
    base = [g["lr"] for g in opt.param_groups]
    windows = Windows(tok)
    trained = dict(model.named_parameters())
    ema = {n: p.detach().clone() for n, p in trained.items()}
    started, step, passes, seen, count = time.time(), 0, 0, 0.0, 0
    running = True
    while running and passes < args.epochs:
        docs, pools = gather(args)
        pool = []
        for d in docs:
            pool += windows.of(
                swapped(d, pools, rng) if rng.random() < 0.5 else d, rng.choice(PIECES)
            )
        parts = parts_of(pool, windows, rng)
        golds: dict = {}
        model.train()
        for k, part in enumerate(parts):
            spent = (time.time() - started) / (60 * args.minutes)
            done = (passes + k / len(parts)) / args.epochs if args.minutes > 1e5 else spent
            for g, lr in zip(opt.param_groups, base):
                g["lr"] = lr * min(1.0, (step + 1) / 100) * max(0.02, 1 - done)
            ids, shapes, pad, rows = windows.batch(part)
            hidden = model.enc(ids, shapes, pad)
            loss = torch.zeros(())
            for r, (doc, group) in enumerate(part):
                if id(doc) not in golds:
                    golds[id(doc)] = labels_of(doc)
                loss = loss + window_loss(
                    model, word_reps(hidden[r], rows[r]), rows[r], doc, group, golds[id(doc)]
                )
            loss = loss / sum(len(g) for _, g in part)
            opt.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
            opt.step()
            step += 1
            seen, count = seen + float(loss.detach()), count + 1
            if step % 4 == 0:
                keep = min(EMA, (step + 1) / (step + 10)) ** 4
                with torch.no_grad():
                    for n, p in trained.items():
                        ema[n].lerp_(p, 1 - keep)
            if step % 40 == 0:
                print(
                    f"{time.time() - started:.0f}s pass {passes + k / len(parts):.2f} "
                    f"step {step} loss {seen / count:.3f}",
                    flush=True,
                )
                seen, count = 0.0, 0
            if done >= 1:
                running = False
                break
        passes += 1
    model.load_state_dict(ema)
    torch.save(model.state_dict(), args.out.parent / (args.out.name + ".pt"))
    export(model, args.out)


if __name__ == "__main__":
    main()
