"""The trained model as the package's own weights: an 8-bit ONNX graph, 8-bit embedding rows, 16-bit
heads.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from training.claims import ClaimModel
from training.encoder import WIDTH, pretrained_folder


def latin(c: str) -> bool:
    """Latin letters with their accents, digits, punctuation, currency."""
    return ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or 0x2000 <= ord(c) < 0x2100


class Graph(torch.nn.Module):
    def __init__(self, enc) -> None:
        super().__init__()
        self.enc = enc

    def forward(self, embedded: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        return self.enc.run(embedded, pad > 0.5)


def export(model: ClaimModel, folder: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.eval()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        plain = Path(tmp) / "plain.onnx"
        torch.onnx.export(
            Graph(model.enc),
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
        quantize_dynamic(
            plain,
            folder / "encoder.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
        )
    tok = json.loads((pretrained_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    tok["truncation"], tok["padding"] = None, None
    vocabulary = tok["model"]["vocab"]
    # pieces no English report is cut into (other scripts, unused slots) share the row of what is
    # unknown
    kept = sorted(
        i
        for w, i in vocabulary.items()
        if w in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
        or not (w.startswith("[unused") or any(not latin(c) for c in w))
    )
    row_of = np.full(len(vocabulary), kept.index(vocabulary["[UNK]"]), dtype=np.uint16)
    row_of[kept] = np.arange(len(kept))
    words = model.enc.words.weight.detach().numpy()[kept]
    scales = (np.abs(words).max(1) / 127.0).clip(min=1e-8)
    np.savez_compressed(
        folder / "embeddings.npz",
        rows=np.round(words / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        row_of=row_of,
        positions=model.enc.positions.weight.detach().numpy().astype(np.float16),
        shapes=model.enc.shapes.weight.detach().numpy().astype(np.float16),
    )
    heads = {
        k: v.detach().numpy().astype(np.float16)
        for k, v in model.state_dict().items()
        if not k.startswith("enc.")
    }
    np.savez_compressed(folder / "heads.npz", **heads)
    (folder / "tokenizer.json").write_text(
        json.dumps(tok, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
