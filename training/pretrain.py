"""Domain and syntax training of the encoder before it sees claims.

One pass that alternates masked words on the dated reports, dependency arcs and labels with part of
speech (UD EWT, GUM open genres) and entity tags (the NER sets). Writes the encoder's weights.

usage: python -m training.pretrain SHARED OUT.pt [--steps 2000] [--seed 7]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from training.encoder import WIDTH, load_pretrained, shape_of

WORD = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
MAX = 128


def sentences(path: Path) -> list[list[tuple[str, str, int, str]]]:
    out, sent = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line:
            if sent:
                out.append(sent)
            sent = []
        elif not line.startswith("#"):
            f = line.split("\t")
            if f[0].isdigit():
                sent.append(
                    (
                        f[1],
                        f[3],
                        int(f[6]),
                        f[7].split(":")[0] + (":pass" if "pass" in f[7] else ""),
                    )
                )
    return out


def words_batch(tok, groups, rng):
    """Word lists to ids, shapes, pad and the index of each word's first piece."""
    rows = []
    for words in groups:
        ids, shapes, first = [101], [5], []
        for w in words:
            piece = tok.encode(w, add_special_tokens=False).ids or [100]
            if len(ids) + len(piece) > MAX - 1:
                break
            first.append(len(ids))
            ids += piece
            shapes += [shape_of(w)] * len(piece)
        rows.append((ids + [102], shapes + [5], first))
    t = max(len(r[0]) for r in rows)
    ids = torch.zeros(len(rows), t, dtype=torch.long)
    shapes = torch.zeros(len(rows), t, dtype=torch.long)
    pad = torch.ones(len(rows), t, dtype=torch.bool)
    for i, (a, s, _) in enumerate(rows):
        ids[i, : len(a)] = torch.tensor(a)
        shapes[i, : len(s)] = torch.tensor(s)
        pad[i, : len(a)] = False
    return ids, shapes, pad, [r[2] for r in rows]


class Heads(nn.Module):
    def __init__(self, tags: int, labels: int, entities: int) -> None:
        super().__init__()
        self.mlm = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH))
        self.mlm_bias = nn.Parameter(torch.zeros(30522))
        self.pos = nn.Linear(WIDTH, tags)
        self.ner = nn.Linear(WIDTH, entities)
        self.dep, self.head = nn.Linear(WIDTH, 128), nn.Linear(WIDTH, 128)
        self.arc = nn.Parameter(torch.randn(129, 128) * 0.05)
        self.label_dep, self.label_head = nn.Linear(WIDTH, 96), nn.Linear(WIDTH, 96)
        self.label = nn.Linear(96, labels)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("shared", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument(
        "--steps",
        type=int,
        default=2000,
        help="a count, not a time, so that the same seed gives the same weights",
    )
    ap.add_argument("--seed", type=int, default=7)
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    enc, tok = load_pretrained()

    kept_aside = {
        json.loads(p.read_text()).get("from", "") for p in (args.shared / "eval/dev").glob("*.json")
    }
    pieces = []
    for name in (
        "fa_kes",
        "isaf_press_releases",
        "wikinews",
        "wikipedia_current_events_2015_09",
        "wikipedia_syria_battles",
        "re3d",
    ):
        for line in (args.shared / f"data/text/{name}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            if row["id"] not in kept_aside:
                words = WORD.findall(row["text"])
                pieces += [words[i : i + 90] for i in range(0, len(words), 90)]
    for p in sorted((args.shared / "eval/train").glob("*.txt")):
        words = WORD.findall(p.read_text())
        pieces += [words[i : i + 90] for i in range(0, len(words), 90)]
    trees = [
        s
        for n in ("en_ewt-ud-train", "en_gum_open-ud-train")
        for s in sentences(args.shared / f"data/treebank/{n}.conllu")
        if 3 <= len(s) <= 80
    ]
    held = [
        s
        for s in sentences(args.shared / "data/treebank/en_ewt-ud-dev.conllu")
        if 3 <= len(s) <= 80
    ][:300]
    tags = sorted({w[1] for s in trees for w in s})
    labels = sorted({w[3] for s in trees for w in s})
    ents = []
    for n in ("gmb", "wg", "uner", "cp", "gum"):
        for line in (args.shared / f"data/ner/{n}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            ents.append(row)

    def ner_words(row):
        spans = row.get("spans") or row.get("entities") or []
        out = []
        for m in WORD.finditer(row["text"]):
            tag = "O"
            for s in spans:
                a, b, y = (s["start"], s["end"], s["label"]) if isinstance(s, dict) else s[:3]
                if a <= m.start() < b:
                    tag = ("B-" if m.start() == a else "I-") + y.upper()[:3]
            out.append((m.group(), tag))
        return out

    ner = []
    for row in ents:
        w = ner_words(row)
        ner += [w[i : i + 80] for i in range(0, len(w), 80)]
    kinds = sorted({t for s in ner for _, t in s})
    print(
        len(pieces),
        "text pieces;",
        len(trees),
        "trees;",
        len(ner),
        "entity pieces;",
        kinds,
        flush=True,
    )

    heads = Heads(len(tags), len(labels), len(kinds))
    tag_id, label_id, kind_id = ({k: i for i, k in enumerate(x)} for x in (tags, labels, kinds))
    opt = torch.optim.AdamW(
        [{"params": enc.parameters(), "lr": 1.2e-4}, {"params": heads.parameters(), "lr": 1e-3}],
        weight_decay=0.01,
    )
    base = [g["lr"] for g in opt.param_groups]

    def tree_loss(group, measure=False):
        ids, shapes, pad, first = words_batch(tok, [[w[0] for w in s] for s in group], rng)
        h = enc(ids, shapes, pad)
        total, right, n = 0.0, 0, 0
        for i, s in enumerate(group):
            k = len(first[i])
            x = h[i, torch.tensor([0] + first[i])]
            head = torch.tensor([w[2] if w[2] <= k else 0 for w in s[:k]])
            d = F.relu(heads.dep(x[1:]))
            d = torch.cat([d, torch.ones(k, 1)], 1)
            arcs = d @ heads.arc @ F.relu(heads.head(x)).T
            lab = heads.label(F.relu(heads.label_dep(x[1:]) + heads.label_head(x[head])))
            gold = torch.tensor([label_id.get(w[3], 0) for w in s[:k]])
            if measure:
                ok = (arcs.argmax(1) == head) & (lab.argmax(1) == gold)
                right, n = right + int(ok.sum()), n + k
            pos = heads.pos(x[1:])
            total = (
                total
                + F.cross_entropy(arcs, head, reduction="sum")
                + F.cross_entropy(lab, gold, reduction="sum")
                + 0.5
                * F.cross_entropy(
                    pos, torch.tensor([tag_id.get(w[1], 0) for w in s[:k]]), reduction="sum"
                )
            )
            if not measure:
                n += k
        return (right, n) if measure else total / n

    def ner_loss(group):
        ids, shapes, pad, first = words_batch(tok, [[w for w, _ in s] for s in group], rng)
        h = enc(ids, shapes, pad)
        rows = torch.cat([h[i, torch.tensor(f)] for i, f in enumerate(first)])
        gold = torch.tensor([kind_id[t] for s, f in zip(group, first) for _, t in s[: len(f)]])
        return F.cross_entropy(heads.ner(rows), gold)

    def text_loss(group):
        ids, shapes, pad, _first = words_batch(tok, group, rng)
        chosen = (torch.rand(ids.shape) < 0.18) & ~pad & (ids != 101) & (ids != 102)
        gold = ids[chosen]
        noisy = ids.clone()
        roll = torch.rand(ids.shape)
        noisy[chosen & (roll < 0.85)] = 103
        swap = chosen & (roll > 0.93)
        noisy[swap] = torch.randint(1000, 30000, (int(swap.sum()),))
        h = enc(noisy, shapes, pad)[chosen]
        return F.cross_entropy(heads.mlm(h) @ enc.words.weight.T + heads.mlm_bias, gold)

    started, step, log = time.time(), 0, {"text": [], "tree": [], "ner": []}
    plan = ["tree", "text", "tree", "ner"]
    rng.shuffle(pieces), rng.shuffle(trees), rng.shuffle(ner)
    at = {"text": 0, "tree": 0, "ner": 0}
    pools = {"text": pieces, "tree": trees, "ner": ner}
    sizes = {"text": 12, "tree": 32, "ner": 12}
    loss_of = {"text": text_loss, "tree": tree_loss, "ner": ner_loss}
    while step < args.steps:
        done, spent = step / args.steps, time.time() - started
        for g, lr in zip(opt.param_groups, base):
            g["lr"] = lr * min(1.0, step / 150) * max(0.02, 1 - done)
        what = plan[step % len(plan)]
        pool, size = pools[what], sizes[what]
        if at[what] + size > len(pool):
            rng.shuffle(pool)
            at[what] = 0
        loss = loss_of[what](pool[at[what] : at[what] + size])
        at[what] += size
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(list(enc.parameters()) + list(heads.parameters()), 1.0)
        opt.step()
        log[what].append(float(loss.detach()))
        step += 1
        if step % 120 == 0:
            print(
                step,
                f"{spent:.0f}s",
                {k: round(sum(v[-30:]) / max(1, len(v[-30:])), 3) for k, v in log.items()},
                flush=True,
            )
    enc.eval()
    with torch.no_grad():
        parts = [tree_loss(held[i : i + 30], measure=True) for i in range(0, len(held), 30)]
    print("EWT dev LAS", sum(p[0] for p in parts) / sum(p[1] for p in parts), flush=True)
    torch.save(enc.state_dict(), args.out)


if __name__ == "__main__":
    main()
