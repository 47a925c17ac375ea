"""Trains the deep reader: the base-size encoder and the claim heads on all that is annotated.

usage: python -m training.train_deep SHARED PRETRAINED_FOLDER OUT.pt (--epochs 5 | --minutes 100)
       [--seed 7] [--workers 2] [--extra FILE.jsonl …]

Each worker is a process with one thread (two threads on two busy cores are ten times slower). They
train on their own order of the windows and, every two minutes, take the mean of their weights, each
weighed by the steps it did (local SGD, Stich 2019), so that a worker whose core is busy holds
nobody up. With one worker and --epochs the same seed gives the same weights. A checkpoint is
written every quarter of an hour; the weights that are kept at the end are an exponential moving
average. Annotations are read anew before every pass.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from pathlib import Path

import torch
import torch.nn as nn

from training.claims import ClaimModel, Windows, window_loss, word_reps
from training.data import Doc, labels_of, load_offsets, swapped
from training.deep import FIRST, FROZEN, LAST, LAYERS, PAD, UNKNOWN, load_deep
from training.train_reader import documents

PIECES = (240, 240, 120, 60)
SIZE = 3  # windows a step
MEET = 120.0  # seconds between two means of the workers' weights
KEEP = 600.0  # seconds between two checkpoints
EMA = 0.997
HOLD = 10  # every tenth annotated report is left out, for calibration


def groups_of(model: ClaimModel) -> list[dict]:
    """Learning rates by layer: the deeper, the nearer to what it was published as."""
    by_rate: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        if not name.startswith("enc."):
            lr = 6e-4
        elif name.startswith("enc.layers."):
            at = int(name.split(".")[2]) - FROZEN
            lr = 7e-5 * 0.85 ** (LAYERS - FROZEN - 1 - at)
        else:
            lr = 1e-3  # the shapes start from nothing
        by_rate.setdefault((lr, 0.01 if p.dim() > 1 else 0.0), []).append(p)
    return [
        {"params": ps, "lr": lr, "base": lr, "weight_decay": decay}
        for (lr, decay), ps in by_rate.items()
    ]


def parts_of(pool: list, windows: Windows, rng: random.Random) -> list[list]:
    """Windows of about one length together, in no order of length: little is padded."""
    rng.shuffle(pool)
    out = []
    for k in range(0, len(pool), 20 * SIZE):
        near = sorted(
            pool[k : k + 20 * SIZE],
            key=lambda w: sum(len(windows.pieces(x)) for i in w[1] for x in w[0].words[i]),
        )
        out += [near[j : j + SIZE] for j in range(0, len(near), SIZE)]
    rng.shuffle(out)
    return out


def gather(args: argparse.Namespace) -> tuple[list[Doc], dict]:
    docs, pools = documents(args.shared, 1, HOLD)
    for extra in args.extra:
        if extra.exists():
            docs += load_offsets(extra, args.shared)
    return docs, pools


def meet(model: ClaimModel, steps: int) -> None:
    import torch.distributed as dist

    total = torch.tensor([float(steps)])
    dist.all_reduce(total)
    share = steps / max(1.0, float(total))
    with torch.no_grad():
        for p in model.parameters():
            if p.requires_grad:
                p.mul_(share)
                dist.all_reduce(p.data)


def work(rank: int, args: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    if args.workers > 1:
        import torch.distributed as dist

        os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
        os.environ.setdefault("MASTER_PORT", "29611")
        dist.init_process_group("gloo", rank=rank, world_size=args.workers)
    if rank:
        os.nice(15)  # what is left of a core that others use
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed + rank)
    enc, tok = load_deep(args.pretrained)
    enc.freeze()
    model = ClaimModel(enc)
    if args.resume:
        model.load_state_dict(torch.load(args.resume)["last"], strict=False)
    torch.manual_seed(args.seed + rank)
    windows = Windows(tok, FIRST, LAST, UNKNOWN, PAD)
    opt = torch.optim.AdamW(groups_of(model), betas=(0.9, 0.98), fused=True)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    ema = {n: p.detach().clone() for n, p in trained.items()}
    if args.workers > 1:
        dist.barrier()
    started = kept = time.time()
    due = started + MEET
    end = started + 60 * args.minutes
    step = since = passes = 0
    seen, count = 0.0, 0
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
        total = max(1, args.epochs * len(parts)) if args.minutes > 1e5 else 0
        for k, part in enumerate(parts):
            done = step / total if total else (time.time() - started) / (end - started)
            rate = args.rate * min(1.0, (step + 1) / 150) * max(0.02, 1 - done)
            for g in opt.param_groups:
                g["lr"] = g["base"] * rate
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
            step, since = step + 1, since + 1
            seen, count = seen + float(loss.detach()), count + 1
            if step % 4 == 0:
                keep = min(EMA, (step + 1) / (step + 10)) ** 4
                with torch.no_grad():
                    for n, p in trained.items():
                        ema[n].lerp_(p, 1 - keep)
            now = time.time()
            if args.workers > 1 and now > due and due < end:
                meet(model, since)
                since, due = 0, due + MEET
            if step % 40 == 0:
                print(
                    f"[{rank}] {now - started:.0f}s pass {passes + k / len(parts):.2f} step {step} "
                    f"loss {seen / count:.3f}",
                    flush=True,
                )
                seen, count = 0.0, 0
            if rank == 0 and now - kept > KEEP:
                save(model, ema, args.out.with_suffix(".check.pt"))
                kept = now
            if now > end:
                running = False
                break
        passes += 1
    if args.workers > 1:
        while due < end:  # each goes to as many meetings as the others
            meet(model, since)
            since, due = 0, due + MEET
        meet(model, since)
        with torch.no_grad():
            for n in ema:
                dist.all_reduce(ema[n])
                ema[n] /= args.workers
    if rank == 0:
        save(model, ema, args.out)


def save(model: ClaimModel, ema: dict[str, torch.Tensor], path: Path) -> None:
    """What was trained only: the rest is as published."""
    state = {n: v for n, v in model.state_dict().items() if n in ema}
    torch.save({"ema": ema, "last": state}, path)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("pretrained", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--epochs", type=int, default=1000)
    ap.add_argument("--minutes", type=float, default=1e6)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--workers", type=int, default=1)
    ap.add_argument("--extra", type=Path, nargs="*", default=[])
    ap.add_argument("--resume", type=Path)
    ap.add_argument("--rate", type=float, default=1.0, help="of the learning rates, to go on with")
    args = ap.parse_args()
    if args.workers == 1:
        work(0, args)
        return
    import torch.multiprocessing as mp

    mp.spawn(work, args=(args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
