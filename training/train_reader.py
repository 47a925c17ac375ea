"""Trains the default reader and writes its weights into the package.

usage: python -m training.train_reader SHARED ENCODER.pt OUT_FOLDER [--epochs 10] [--seed 7]
       [--hold 0]

With --hold N every fifth report, beginning with the Nth, is left out (for calibration); 0 trains on
all.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from training.claims import ClaimModel, Windows, train
from training.data import Doc, load, load_marked, load_offsets, names_in, swapped
from training.encoder import load_pretrained
from training.export import export
from training.split import held


def documents(shared: Path, hold: int, of: int = 5) -> tuple[list[Doc], dict[str, list[list[str]]]]:
    """All that is annotated, less what is held out, and the names to swap.

    Our own short sentences stand six to a document.
    """
    here = Path(__file__).parent / "annotations"
    docs = [
        load(p)
        for i, p in enumerate(sorted((shared / "eval/train").glob("*.json")))
        if not held(i, hold, of)
    ]
    for annotated in sorted(here.glob("*.jsonl")):
        docs += load_offsets(annotated, shared)
    pools = names_in(docs)
    own = load_marked(here / "sentences.txt")
    return docs + [joined(own[k : k + 6]) for k in range(0, len(own), 6)], pools


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("encoder", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--hold", type=int, default=0)
    args = ap.parse_args()
    docs, pools = documents(args.shared, args.hold)
    enc, tok = load_pretrained()
    enc.load_state_dict(torch.load(args.encoder))
    torch.manual_seed(args.seed)
    model = ClaimModel(enc)
    train(
        model,
        docs,
        Windows(tok),
        args.epochs,
        args.seed,
        lambda d, r: swapped(d, pools, r),
        log=lambda s: print(s, flush=True),
    )
    torch.save(
        model.state_dict(),
        args.out.with_suffix(".pt")
        if args.out.suffix
        else args.out.parent / (args.out.name + ".pt"),
    )
    export(model, args.out)


def joined(docs: list[Doc]) -> Doc:
    """Short sentences of ours as one document."""
    out = Doc(docs[0].name, [], [])
    for d in docs:
        shift = len(out.words)

        def at(s, shift=shift):
            return (s[0] + shift, s[1], s[2]) if s else None

        out.words += d.words
        out.golds += [
            replace(
                g,
                actor=at(g.actor),
                other=at(g.other),
                place=at(g.place),
                trigger=at(g.trigger),
                sentence=g.sentence + shift,
            )
            for g in d.golds
        ]
        out.known |= {at(s): f"{d.name}-{e}" for s, e in d.known.items()}
        out.types |= {at(s): t for s, t in d.types.items()}
    return out


if __name__ == "__main__":
    main()
