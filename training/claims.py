"""The claim model: mentions by span, claims by pairs of mentions that attend to the words saying
so.

After SpERT (Eberts & Ulges 2020) for spans and pairs; the attention over the sentence's words,
taught with the annotated triggers, stands in for a trigger classifier.
"""

from __future__ import annotations

import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from contactline.reading.labels import BUCKETS, MODALITIES, ONE, PAIR, TYPES, WIDEST, bucket
from training.data import Doc, labels_of
from training.encoder import Encoder, shape_of

D, K = 256, 64
PIECES = 200
REACH, NEAR = 3, 8  # sentences back in which a role may be named, and how many such mentions
# the weights that ship are the mean of those after each of the last epochs (Izmailov et al. 2018)
LAST = 4
PAIR_ID = {k: i for i, k in enumerate(PAIR)}
ONE_ID = {k: i for i, k in enumerate(ONE)}
TYPE_ID = {k: i for i, k in enumerate(TYPES)}
MOD_ID = {k: i for i, k in enumerate(MODALITIES)}


class ClaimModel(nn.Module):
    def __init__(self, enc: Encoder) -> None:
        super().__init__()
        self.enc = enc
        width = enc.width
        self.span_start, self.span_end, self.span_mean = (nn.Linear(width, D) for _ in range(3))
        self.span_width = nn.Embedding(WIDEST + 1, D)
        self.span_type = nn.Linear(D, len(TYPES))
        self.qx, self.qy, self.q1 = (nn.Linear(D, K) for _ in range(3))
        self.key, self.value = nn.Linear(width, K), nn.Linear(width, D)
        self.px, self.py = nn.Linear(D, K), nn.Linear(D, K)
        self.ux, self.uy, self.uc, self.up = (
            nn.Linear(D, D),
            nn.Linear(D, D),
            nn.Linear(D, D),
            nn.Linear(K, D),
        )
        self.far = nn.Embedding(BUCKETS, D)
        self.gap = nn.Linear(width, D)
        self.pair = nn.Linear(D, len(PAIR))
        self.pair_mod = nn.Linear(D, len(MODALITIES))
        self.vx, self.vc = nn.Linear(D, D), nn.Linear(D, D)
        self.one = nn.Linear(D, len(ONE))
        self.one_mod = nn.Linear(D, len(MODALITIES))
        self.drop = nn.Dropout(0.2)
        nn.init.constant_(self.pair.bias, -4.0)
        nn.init.constant_(self.one.bias, -4.0)
        nn.init.constant_(self.span_type.bias, -3.0)

    def span_reps(self, h: torch.Tensor, spans: list[tuple[int, int]]) -> torch.Tensor:
        a = torch.tensor([s[0] for s in spans])
        b = torch.tensor([s[1] for s in spans])
        run = torch.cat([torch.zeros(1, h.shape[1]), h.cumsum(0)])
        mean = (run[b] - run[a]) / (b - a)[:, None]
        return self.drop(
            F.relu(
                self.span_start(h[a])
                + self.span_end(h[b - 1])
                + self.span_mean(mean)
                + self.span_width((b - a).clamp(max=WIDEST))
            )
        )

    def pairs(
        self,
        h: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        far: torch.Tensor,
        gaps: torch.Tensor,
    ):
        """h: words of the sentence; x, y: (pairs, D); gaps: first and past the last word between
        them.

        Gives label logits, modality logits and log attention.
        """
        run = torch.cat([torch.zeros(1, h.shape[1]), h.cumsum(0)])
        wide = (gaps[:, 1] - gaps[:, 0]).clamp(min=1)[:, None]
        between = (run[gaps[:, 1]] - run[gaps[:, 0]]) / wide
        q = self.qx(x) + self.qy(y)
        logits = q @ self.key(h).T / 8.0
        c = self.drop(logits.softmax(-1) @ self.value(h))
        z = self.drop(
            F.relu(
                self.ux(x)
                + self.uy(y)
                + self.uc(c)
                + self.up(self.px(x) * self.py(y))
                + self.far(far)
                + self.gap(between)
            )
        )
        return self.pair(z), self.pair_mod(z), logits.log_softmax(-1)

    def ones(self, h: torch.Tensor, x: torch.Tensor):
        logits = self.q1(x) @ self.key(h).T / 8.0
        c = self.drop(logits.softmax(-1) @ self.value(h))
        z = self.drop(F.relu(self.vx(x) + self.vc(c)))
        return self.one(z), self.one_mod(z), logits.log_softmax(-1)


def spans_of(n: int) -> list[tuple[int, int]]:
    return [(a, b) for a in range(n) for b in range(a + 1, min(n, a + WIDEST) + 1)]


def chosen(spans, scores, most: int, floor: float = 0.08) -> list[int]:
    """Greedy: the best-scored spans, none overlapping a better one unless it lies inside it and has
    another type.
    """
    top = scores.max(1).values
    kind = scores.argmax(1)
    out: list[int] = []
    for i in top.argsort(descending=True).tolist():
        if len(out) >= most or top[i] < floor:
            break
        a, b = spans[i]
        clash = False
        for j in out:
            c, d = spans[j]
            if (
                a < d
                and c < b
                and not (
                    ((c <= a and b <= d) or (a <= c and d <= b))
                    and top[i] > 0.3
                    and (kind[i] != kind[j] or top[i] > 0.6)
                )
            ):
                clash = True
                break
        if not clash:
            out.append(i)
    return out


class Windows:
    """Consecutive sentences up to PIECES word pieces; every sentence is read once, with its
    neighbours as context.
    """

    def __init__(
        self, tok, first: int = 101, last: int = 102, unknown: int = 100, blank: int = 0
    ) -> None:
        self.tok, self.memo = tok, {}
        self.first, self.last, self.unknown, self.blank = first, last, unknown, blank

    def pieces(self, word: str) -> list[int]:
        if word not in self.memo:
            self.memo[word] = self.tok.encode(word, add_special_tokens=False).ids[:8] or [
                self.unknown
            ]
        return self.memo[word]

    def of(self, doc: Doc, most: int = PIECES):
        groups, now, size = [], [], 0
        for i, words in enumerate(doc.words):
            n = sum(len(self.pieces(w)) for w in words)
            if now and size + n > most:
                groups.append(now)
                now, size = [], 0
            now.append(i)
            size += n
        if now:
            groups.append(now)
        return [(doc, g) for g in groups]

    def batch(self, windows):
        rows = []
        for doc, group in windows:
            ids, shapes, word_of, at = [self.first], [5], [], {}
            k = 0
            for i in group:
                at[i] = k
                for w in doc.words[i]:
                    p = self.pieces(w)
                    if len(ids) + len(p) > 500:
                        p = []
                    ids += p
                    shapes += [shape_of(w)] * len(p)
                    word_of += [k] * len(p)
                    k += 1
            rows.append((ids + [self.last], shapes + [5], word_of, at, k))
        t = max(len(r[0]) for r in rows)
        ids = torch.full((len(rows), t), self.blank)
        shapes = torch.zeros(len(rows), t, dtype=torch.long)
        pad = torch.ones(len(rows), t, dtype=torch.bool)
        for r, row in enumerate(rows):
            ids[r, : len(row[0])] = torch.tensor(row[0])
            shapes[r, : len(row[1])] = torch.tensor(row[1])
            pad[r, : len(row[0])] = False
        return ids, shapes, pad, rows


def word_reps(hidden: torch.Tensor, row) -> torch.Tensor:
    _, _, word_of, _, k = row
    index = torch.tensor(word_of)
    out = torch.zeros(k, hidden.shape[1]).index_add(0, index, hidden[1 : 1 + len(word_of)])
    count = torch.zeros(k).index_add(0, index, torch.ones(len(word_of)))
    return out / count.clamp(min=1)[:, None]


def gap_of(a: tuple, b: tuple, i: int) -> tuple[int, int]:
    """The words between two mentions of the sentence; none where they touch or lie in two
    sentences.
    """
    if a[0] != i or b[0] != i:
        return (0, 0)
    first, last = (a, b) if a[1] < b[1] else (b, a)
    return (first[2], max(first[2], last[1]))


def window_loss(
    model: ClaimModel, h: torch.Tensor, row, doc: Doc, group: list[int], gold
) -> torch.Tensor:
    pairs, ones = gold
    at = row[3]
    loss = torch.zeros(())
    reps: dict[tuple, torch.Tensor] = {}
    order: list[tuple] = []
    score_of: dict[tuple, float] = {}
    roles = {s for _, x, y, *_ in pairs for s in (x, y)} | {x for _, x, *_ in ones}
    kinds: dict[tuple, set[str]] = {}
    for label, x, y, *_ in pairs:
        if label in ("strike", "harm.by", "access.kept_out", "harm@"):
            kinds.setdefault(x if label == "harm@" or label == "access.kept_out" else y, set()).add(
                "object"
            )
        else:
            kinds.setdefault(y, set()).add(
                "place"
                if label.startswith(("control", "presence", "access")) or label.endswith("@")
                else "actor"
            )
        if label not in ("harm@", "access.kept_out"):
            kinds.setdefault(x, set()).add("actor")
    for label, x, *_ in ones:
        kinds.setdefault(x, set()).add(
            "object"
            if label.startswith("harm")
            else "place"
            if label.startswith(("situation", "access"))
            else "actor"
        )
    entity = doc.known
    for i in group:
        words = doc.words[i]
        n = len(words)
        hs = h[at[i] : at[i] + n]
        spans = spans_of(n)
        rep = model.span_reps(hs, spans)
        logits = model.span_type(rep)
        target = torch.zeros(len(spans), len(TYPES))
        weight = torch.ones(len(spans), len(TYPES))
        index = {s: k for k, s in enumerate(spans)}
        for a, b in spans:
            t = doc.types.get((i, a, b))
            if t:  # a known name in no role: neither wanted nor unwanted, leaning to wanted
                target[index[a, b], TYPE_ID[t]] = 1.0
                weight[index[a, b]] = 0.3 if words[a][0].isupper() else 0.0
        for s in roles:
            if s[0] == i and (s[1], s[2]) in index:
                k = index[s[1], s[2]]
                weight[k] = 1.0
                for t in kinds.get(s, ()):
                    target[k, TYPE_ID[t]] = 1.0
        loss = (
            loss
            + 0.5 * F.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum") / 3
        )
        picked = chosen(spans, logits.detach().sigmoid(), most=3 + n // 4)
        mine = {(i, *spans[k]) for k in picked} | {
            s for s in roles if s[0] == i and (s[1], s[2]) in index
        }
        for s, k in ((s, index[s[1], s[2]]) for s in mine):
            score_of[s] = float(logits[k].detach().max())
        for s in sorted(mine):
            reps[s] = rep[index[s[1], s[2]]]
            order.append(s)
        here = [s for s in order if s[0] == i]
        near = sorted(
            (s for s in order if i - REACH <= s[0] < i),
            key=lambda s: (s not in roles, -s[0], -score_of.get(s, 0.0)),
        )[:NEAR]
        if not here:
            continue
        overlaps = {
            s
            for s in here + near
            if s not in roles and any(s[0] == r[0] and s[1] < r[2] and r[1] < s[2] for r in roles)
        }
        cand = [
            (x, y)
            for x in here + near
            for y in here + near
            if x != y
            and (x in here or y in here)
            and not (x[0] == y[0] and x[1] < y[2] and y[1] < x[2])
        ]
        wanted: dict[tuple, list] = {}
        for p in pairs:
            if p[6] == i:
                wanted.setdefault((p[1], p[2]), []).append(p)
        for xy in wanted:
            if xy not in cand and xy[0] in reps and xy[1] in reps:
                cand.append(xy)
        if cand:
            x = torch.stack([reps[c[0]] for c in cand])
            y = torch.stack([reps[c[1]] for c in cand])
            far = torch.tensor([bucket(c[0][0], c[0][1], c[1][0], c[1][1]) for c in cand])
            out, mod, attention = model.pairs(
                hs, x, y, far, torch.tensor([gap_of(a, b, i) for a, b in cand])
            )
            target = torch.zeros(len(cand), len(PAIR))
            weight = torch.ones(len(cand), len(PAIR))
            for k, (a, b) in enumerate(cand):
                if a in overlaps or b in overlaps:
                    weight[k] = 0.0
                    continue
                ea, eb = entity.get(a), entity.get(b)
                if ea and eb:
                    for label, j in PAIR_ID.items():
                        kind = label.split(".")[0].rstrip("@")
                        if (kind, ea, eb) in doc.said or (
                            label in ("fight", "support.allied") and (kind, eb, ea) in doc.said
                        ):
                            weight[k, j] = 0.0
                for label, _, _, m, trigger, optional, _ in wanted.get((a, b), ()):
                    j = PAIR_ID[label]
                    if optional and target[k, j] == 0:
                        weight[k, j] = 0.0
                        continue
                    target[k, j], weight[k, j] = 1.0, 1.0
                    loss = loss + 0.7 * F.cross_entropy(mod[k], torch.tensor(MOD_ID[m]))
                    if trigger and trigger[0] == i and trigger[2] <= n:
                        loss = loss - 0.2 * attention[k, trigger[1] : trigger[2]].logsumexp(0)
            loss = loss + F.binary_cross_entropy_with_logits(out, target, weight, reduction="sum")
        x = torch.stack([reps[s] for s in here])
        out, mod, attention = model.ones(hs, x)
        target = torch.zeros(len(here), len(ONE))
        weight = torch.ones(len(here), len(ONE))
        for k, s in enumerate(here):
            if s in overlaps:
                weight[k] = 0.0
            for label, sp, m, trigger, optional, home in ones:
                if sp == s:
                    j = ONE_ID[label]
                    if optional or home != i:
                        weight[k, j] = weight[k, j] if target[k, j] else 0.0
                        continue
                    target[k, j], weight[k, j] = 1.0, 1.0
                    loss = loss + 0.7 * F.cross_entropy(mod[k], torch.tensor(MOD_ID[m]))
                    if trigger and trigger[0] == i and trigger[2] <= n:
                        loss = loss - 0.2 * attention[k, trigger[1] : trigger[2]].logsumexp(0)
        loss = loss + F.binary_cross_entropy_with_logits(out, target, weight, reduction="sum")
    return loss


def train(
    model: ClaimModel, docs: list[Doc], windows: Windows, epochs: int, seed: int, swap, log=print
) -> None:
    rng = random.Random(seed)
    torch.manual_seed(seed)
    slow = [p for n, p in model.named_parameters() if n.startswith("enc.")]
    fast = [p for n, p in model.named_parameters() if not n.startswith("enc.")]
    opt = torch.optim.AdamW(
        [{"params": slow, "lr": 8e-5}, {"params": fast, "lr": 8e-4}], weight_decay=0.01
    )
    base = [g["lr"] for g in opt.param_groups]
    size = 2
    total = epochs * (sum(len(windows.of(d)) for d in docs) // size + 1)
    step = 0
    import time

    started = time.time()
    average: dict[str, torch.Tensor] = {}
    taken = 0
    for epoch in range(epochs):
        model.train()
        pool = []
        for d in docs:
            # shorter windows too, so that a pasted sentence is read as well as a page
            pool += windows.of(
                swap(d, rng) if rng.random() < 0.5 else d, rng.choice((PIECES, PIECES, 120, 50))
            )
        rng.shuffle(pool)
        seen = 0.0
        golds = {}
        for k in range(0, len(pool), size):
            part = pool[k : k + size]
            for g, lr in zip(opt.param_groups, base):
                g["lr"] = lr * min(1.0, (step + 1) / (0.1 * total)) * max(0.05, 1 - step / total)
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
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            seen += float(loss.detach())
            step += 1
        if epoch >= epochs - LAST:
            taken += 1
            for name, value in model.state_dict().items():
                average[name] = (
                    value.clone() if taken == 1 else average[name] + (value - average[name]) / taken
                )
        log(
            f"epoch {epoch + 1} loss {seen / max(1, len(pool) // size):.3f} "
            f"{time.time() - started:.0f}s"
        )
    model.load_state_dict(average)
