"""The trained model as the package's own weights: an 8-bit ONNX graph, 8-bit embedding rows, 16-bit heads."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from training.claims import ClaimModel
from training.encoder import WIDTH, pretrained_folder


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
        torch.onnx.export(Graph(model.enc), (torch.zeros(2, 16, WIDTH), torch.zeros(2, 16)), plain, input_names=["embedded", "pad"], output_names=["hidden"],
                          dynamic_axes={"embedded": {0: "b", 1: "t"}, "pad": {0: "b", 1: "t"}, "hidden": {0: "b", 1: "t"}}, opset_version=17, dynamo=False)  # fmt: skip
        quantize_dynamic(plain, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])
    words = model.enc.words.weight.detach().numpy()
    scales = (np.abs(words).max(1) / 127.0).clip(min=1e-8)
    np.savez_compressed(folder / "embeddings.npz", rows=np.round(words / scales[:, None]).astype(np.int8), scales=scales.astype(np.float32),
                        positions=model.enc.positions.weight.detach().numpy().astype(np.float16), shapes=model.enc.shapes.weight.detach().numpy().astype(np.float16))  # fmt: skip
    heads = {k: v.detach().numpy().astype(np.float16) for k, v in model.state_dict().items() if not k.startswith("enc.")}
    np.savez_compressed(folder / "heads.npz", **heads)
    tok = json.loads((pretrained_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    tok["truncation"], tok["padding"] = None, None
    (folder / "tokenizer.json").write_text(json.dumps(tok, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
