"""The deep reader's weights as the package ships them: an ONNX graph with 8-bit matrices, 8-bit
embedding rows, 16-bit heads.

usage: python -m training.export_deep PRETRAINED_FOLDER TRAINED.pt OUT_FOLDER [--last]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from training.claims import NEAR, REACH, ClaimModel
from training.deep import HEADS, WIDTH, DeepEncoder, load_deep
from training.export import latin

BLOCK = 64
LEVELS = 100  # each side of nothing: fewer than 127 pack smaller, and no figure changes


def pack(plain: Path, folder: Path) -> None:
    """Parts a graph into its skeleton (encoder.onnx) and its matrices (encoder.npz), 8 bits a
    weight.

    Each matrix (in, out) is cut along `in` into blocks of 64 weights that share a scale. What the
    layers pass on to each other stays in 32 bits: a few of its dimensions are so large that 8 bits
    lose the rest (correlation with the exact output 0.86, against 0.9999 with weights alone in 8
    bits).
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(plain)
    arrays: dict[str, np.ndarray] = {}
    for init in model.graph.initializer:
        w = numpy_helper.to_array(init)
        if w.ndim != 2 or w.size < 100_000:
            continue
        blocks = w.reshape(w.shape[0] // BLOCK, BLOCK, w.shape[1])
        scale = (np.abs(blocks).max(1, keepdims=True) / LEVELS).clip(min=1e-8).astype(np.float16)
        arrays["scale." + init.name] = scale
        q = np.round(blocks / scale.astype(np.float32)).clip(-LEVELS, LEVELS).astype(np.int8)
        arrays["rows." + init.name] = q
        init.ClearField("raw_data")
        init.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (
            ("location", "encoder.npz"),
            ("offset", "0"),
            ("length", str(4 * w.size)),
        ):
            entry = init.external_data.add()
            entry.key, entry.value = key, value
    np.savez_compressed(folder / "encoder.npz", **arrays)
    (folder / "encoder.onnx").write_bytes(model.SerializeToString())


class Graph(torch.nn.Module):
    def __init__(self, enc: DeepEncoder) -> None:
        super().__init__()
        self.enc = enc

    def forward(
        self, embedded: torch.Tensor, shapes: torch.Tensor, bias: torch.Tensor, pad: torch.Tensor
    ) -> torch.Tensor:
        return self.enc.run(embedded, shapes, bias, pad > 0.5, plain=True)


def export(model: ClaimModel, tokenizer: Path, folder: Path) -> None:
    model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    enc = model.enc
    with tempfile.TemporaryDirectory() as tmp:
        plain = Path(tmp) / "plain.onnx"
        x = torch.zeros(2, 16, WIDTH)
        torch.onnx.export(
            Graph(enc),
            (x, x.clone(), torch.zeros(1, HEADS, 16, 16), torch.zeros(2, 16)),
            plain,
            input_names=["embedded", "shapes", "bias", "pad"],
            output_names=["hidden"],
            dynamic_axes={
                "embedded": {0: "b", 1: "t"},
                "shapes": {0: "b", 1: "t"},
                "bias": {2: "t", 3: "t"},
                "pad": {0: "b", 1: "t"},
                "hidden": {0: "b", 1: "t"},
            },
            opset_version=17,
            dynamo=False,
        )
        pack(plain, folder)
    tok = json.loads(tokenizer.read_text(encoding="utf-8"))
    tok["truncation"], tok["padding"] = None, None
    vocabulary = tok["model"]["vocab"]
    special = {"<s>", "<pad>", "</s>", "[UNK]"}
    # pieces no English report is cut into (other scripts, unused slots) share the row of the
    # unknown
    kept = sorted(
        i
        for w, i in vocabulary.items()
        if w in special or not (w.startswith("[unused") or any(not latin(c) for c in w))
    )
    row_of = np.full(enc.words.weight.shape[0], kept.index(vocabulary["[UNK]"]), dtype=np.uint16)
    row_of[kept] = np.arange(len(kept))
    words = enc.words.weight.detach().numpy()[kept]
    scales = (np.abs(words).max(1) / 63.0).clip(min=1e-8)
    np.savez_compressed(
        folder / "embeddings.npz",
        rows=np.round(words / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        row_of=row_of,
        positions=enc.positions.weight.detach().numpy()[2:].astype(np.float16),
        shapes=enc.shapes.weight.detach().numpy().astype(np.float16),
        relative=enc.relative.weight.detach().numpy().astype(np.float16),
    )
    heads = {
        k: v.detach().numpy().astype(np.float16)
        for k, v in model.state_dict().items()
        if not k.startswith("enc.")
    }
    np.savez_compressed(folder / "heads.npz", reach=np.array([REACH, NEAR]), **heads)
    (folder / "tokenizer.json").write_text(
        json.dumps(tok, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def load_trained(pretrained: Path, trained: Path, last: bool = False) -> ClaimModel:
    enc, _ = load_deep(pretrained)
    model = ClaimModel(enc)
    state = torch.load(trained)["last" if last else "ema"]
    unknown = set(state) - set(model.state_dict())
    if unknown:
        raise ValueError(f"{trained}: not this model's weights: {sorted(unknown)[:3]}")
    model.load_state_dict(state, strict=False)
    return model


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("pretrained", type=Path)
    ap.add_argument("trained", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--last", action="store_true", help="the last weights, not their average")
    args = ap.parse_args()
    model = load_trained(args.pretrained, args.trained, args.last)
    export(model, args.pretrained / "tokenizer.json", args.out)


if __name__ == "__main__":
    main()
