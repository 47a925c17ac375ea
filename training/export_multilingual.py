"""The multilingual reader's weights as the package ships them: an ONNX graph with 8-bit matrices,
the pieces' vectors in their published 4-bit blocks, 16-bit heads.

usage: python -m training.export_multilingual PRETRAINED_FOLDER TRAINED.pt OUT_FOLDER [--last]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from training.claims import NEAR, REACH, ClaimModel
from training.export_deep import pack
from training.multilingual import WIDTH, MultilingualEncoder, Published, fetch, load_multilingual
from training.train_multilingual import load_trained


class Graph(torch.nn.Module):
    def __init__(self, enc: MultilingualEncoder) -> None:
        super().__init__()
        self.enc = enc

    def forward(self, embedded: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        return self.enc.run(embedded, pad > 0.5, plain=True)


def export(model: ClaimModel, pretrained: Path, folder: Path) -> None:
    model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    enc = model.enc
    with tempfile.TemporaryDirectory() as tmp:
        plain = Path(tmp) / "plain.onnx"
        torch.onnx.export(
            Graph(enc),
            (torch.zeros(2, 16, WIDTH), torch.zeros(2, 16)),
            plain,
            input_names=["embedded", "pad"],
            output_names=["hidden"],
            dynamic_axes={
                "embedded": {0: "b", 1: "t"},
                "pad": {0: "b", 1: "t"},
                "hidden": {0: "b", 1: "t"},
            },
            opset_version=17,
            dynamo=False,
        )
        pack(plain, folder)
    rows = json.loads((pretrained / "pieces.json").read_text(encoding="utf-8"))
    scales, weights = Published(fetch(pretrained)).blocks("emb.word", WIDTH)
    keep = [r[2] for r in rows]
    np.savez_compressed(
        folder / "embeddings.npz",
        rows=weights[keep],
        scales=scales[keep],
        positions=enc.positions.weight.detach().numpy().astype(np.float16),
        shapes=enc.shapes.weight.detach().numpy().astype(np.float16),
    )
    heads = {
        k: v.detach().numpy().astype(np.float16)
        for k, v in model.state_dict().items()
        if not k.startswith("enc.")
    }
    np.savez_compressed(folder / "heads.npz", reach=np.array([REACH, NEAR]), **heads)
    _, tok = load_multilingual(pretrained)
    (folder / "tokenizer.json").write_text(tok.to_str(), encoding="utf-8")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("pretrained", type=Path)
    ap.add_argument("trained", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--last", action="store_true", help="the last weights, not their average")
    args = ap.parse_args()
    export(load_trained(args.pretrained, args.trained, args.last), args.pretrained, args.out)


if __name__ == "__main__":
    main()
