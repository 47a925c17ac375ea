"""What the reader says of a corpus, kept in .bench so that naming and the picture can be measured
again without reading again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from contactline.intake.files import Failure, read_paths
from contactline.model import Claim, Report
from contactline.pipeline import Tools

BENCH = Path(__file__).parent.parent / ".bench"


def whole(x: Any) -> Any:
    """An object kept by an earlier version, with the fields that came since at their defaults."""
    if isinstance(x, (list, tuple)):
        return type(x)(whole(v) for v in x)
    if not dataclasses.is_dataclass(x) or isinstance(x, type):
        return x
    for f in dataclasses.fields(x):
        if hasattr(x, f.name):
            v = getattr(x, f.name)
            if dataclasses.is_dataclass(v) or isinstance(v, (list, tuple)):
                object.__setattr__(x, f.name, whole(v))
        elif f.default_factory is not dataclasses.MISSING:
            object.__setattr__(x, f.name, f.default_factory())
        else:
            object.__setattr__(x, f.name, f.default)
    return x


def readings(path: Path, tools: Tools) -> list[tuple[Report, Any]]:
    """Each report of a corpus with its claims and place mentions as read, not yet named.

    With CONTACTLINE_BENCH_KEPT set, what an earlier reader read is taken where this one has not
    read it yet.
    """
    stamp = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    weights = hashlib.sha256()
    source = Path(__file__).parent.parent / "src/contactline/reading"
    files = [*source.glob("*.py"), *(p for p in source.glob("weights/**/*") if p.is_file())]
    for p in sorted(files):
        weights.update(p.read_bytes())
    kept = BENCH / f"{path.stem}-{stamp}-{weights.hexdigest()[:12]}.pickle"
    if not kept.exists() and os.environ.get("CONTACTLINE_BENCH_KEPT"):
        older = sorted(BENCH.glob(f"{path.stem}-{stamp}-*.pickle"), key=lambda p: p.stat().st_mtime)
        if older:
            print(f"{path.name}: as an earlier reader read it ({older[-1].name})", file=sys.stderr)
            kept = older[-1]
    if kept.exists():
        return whole(pickle.loads(kept.read_bytes()))  # type: ignore[no-any-return]
    started = time.perf_counter()
    out: list[tuple[Report, Any]] = []
    for item in read_paths([path]):
        if isinstance(item, Failure):
            continue
        out.append((item, tools.reader.read(item)))
        if len(out) % 100 == 0:
            print(
                f"{path.name}: {len(out)} reports read, {time.perf_counter() - started:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    BENCH.mkdir(exist_ok=True)
    part = kept.with_suffix(f".part{os.getpid()}")
    part.write_bytes(pickle.dumps(out))
    part.rename(kept)
    return out


def named(path: Path, tools: Tools) -> list[tuple[Report, list[Claim]]]:
    from contactline.naming.claims import name_claims

    return [(r, name_claims(r, x.claims, x.places, tools.namer)) for r, x in readings(path, tools)]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name, len(readings(Path(name), Tools(threads=1))))
