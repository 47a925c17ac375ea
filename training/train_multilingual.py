"""Trains the reader for other languages: the multilingual encoder and the claim heads.

usage: python -m training.train_multilingual SHARED FOLDER OUT.pt --minutes 100 [--seed 7]
       [--own FILE.txt …] [--resume X.pt] [--rate 1.0]

FOLDER is where `training.multilingual` put the published weights. Every pass reads our own
sentences in each language and a part of the annotated English reports, in which names are swapped
for names of the other languages half of the time, so that a frame learnt in English is met with
their names. Annotations are read anew before every pass. One process, one thread; a checkpoint
every ten minutes; kept is a moving average of the weights.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import torch
import torch.nn as nn

from training.claims import ClaimModel, window_loss, word_reps
from training.data import Doc, labels_of, load_marked, names_in, swapped
from training.multilingual import MultilingualEncoder, MultilingualWindows, load_multilingual
from training.split import HELD_OWN, OWN
from training.train_deep import EMA, HOLD, KEEP, PIECES, parts_of, save
from training.train_reader import documents, joined

ENGLISH = 0.22  # of the English reports in a pass
SHORT = 6  # of our sentences to a document; a report of several sentences stands alone


def groups_of(model: ClaimModel) -> list[dict]:
    by_rate: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        enc = model.enc
        lr = enc.rate(name.removeprefix("enc.")) if name.startswith("enc.") else 6e-4
        by_rate.setdefault((lr, 0.01 if p.dim() > 1 else 0.0), []).append(p)
    return [
        {"params": ps, "lr": lr, "base": lr, "weight_decay": decay}
        for (lr, decay), ps in by_rate.items()
    ]


def own_documents(files: list[Path], rng: random.Random | None, held: bool = False) -> list[Doc]:
    """Our own sentences, some to a document; the order is drawn anew with `rng`."""
    out: list[Doc] = []
    for path in sorted(files):
        docs = [
            d for k, d in enumerate(load_marked(path)) if (k % HELD_OWN == HELD_OWN - 1) == held
        ]
        single = [d for d in docs if len(d.words) <= 2]
        if rng:
            rng.shuffle(single)
        out += [d for d in docs if len(d.words) > 2]
        out += [joined(single[k : k + SHORT]) for k in range(0, len(single), SHORT)]
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("folder", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--minutes", type=float, default=100)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--own", type=Path, nargs="*", default=[])
    ap.add_argument("--resume", type=Path)
    ap.add_argument("--rate", type=float, default=1.0)
    args = ap.parse_args()
    torch.set_num_threads(1)
    rng = random.Random(args.seed)
    enc, tok = load_multilingual(args.folder)
    enc.freeze()
    torch.manual_seed(args.seed)
    model = ClaimModel(enc)
    if args.resume:
        model.load_state_dict(torch.load(args.resume)["last"], strict=False)
    windows = MultilingualWindows(tok)
    opt = torch.optim.AdamW(groups_of(model), betas=(0.9, 0.98), fused=True)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    ema = {n: p.detach().clone() for n, p in trained.items()}
    english, pools = documents(args.shared, 1, HOLD)
    here = Path(__file__).parent / "annotations"
    started = kept = time.time()
    end = started + 60 * args.minutes
    step, passes, seen, count = 0, 0, 0.0, 0
    while time.time() < end:
        files = args.own or list(here.glob(OWN))
        own = own_documents([f for f in files if f.exists()], rng)
        theirs = names_in(own)
        both = {k: theirs[k] * 3 + pools[k] for k in pools} if theirs["place"] else pools
        pool = []
        for d in rng.sample(english, int(ENGLISH * len(english))):
            if rng.random() < 0.6:
                d = swapped(d, both, rng)
            pool += windows.of(d, rng.choice(PIECES))
        for d in own:
            pool += windows.of(
                swapped(d, theirs, rng, 0.3) if rng.random() < 0.4 else d, rng.choice(PIECES)
            )
        parts = parts_of(pool, windows, rng)
        golds: dict = {}
        model.train()
        for k, part in enumerate(parts):
            done = (time.time() - started) / (end - started)
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
            step, seen, count = step + 1, seen + float(loss.detach()), count + 1
            if step % 4 == 0:
                keep = min(EMA, (step + 1) / (step + 10)) ** 4
                with torch.no_grad():
                    for n, p in trained.items():
                        ema[n].lerp_(p, 1 - keep)
            now = time.time()
            if step % 40 == 0:
                print(
                    f"{now - started:.0f}s pass {passes + k / len(parts):.2f} step {step} "
                    f"loss {seen / count:.3f}",
                    flush=True,
                )
                seen, count = 0.0, 0
            if now - kept > KEEP:
                save(model, ema, args.out.with_suffix(".check.pt"))
                kept = now
            if now > end:
                break
        passes += 1
    save(model, ema, args.out)


def load_trained(folder: Path, trained: Path, last: bool = False) -> ClaimModel:
    enc: MultilingualEncoder
    enc, _ = load_multilingual(folder)
    model = ClaimModel(enc)
    state = torch.load(trained)["last" if last else "ema"]
    unknown = set(state) - set(model.state_dict())
    if unknown:
        raise ValueError(f"{trained}: not this model's weights: {sorted(unknown)[:3]}")
    model.load_state_dict(state, strict=False)
    return model


if __name__ == "__main__":
    main()
