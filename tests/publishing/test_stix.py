"""A bundle is read back by the standard's own library,
which checks it against the specification.
"""

from __future__ import annotations

import json
from pathlib import Path

import stix2

from contactline.picture.build import draw
from contactline.publishing.export import export
from tests.publishing.test_publishing import CLAIMS, scene


def written(path: Path):
    s = scene()
    n = export(path, draw(s), s.claims, s.sides.names, {})
    return n, stix2.parse(path.read_text(), allow_custom=False)


def test_a_picture_is_a_valid_bundle_with_its_sentences(tmp_path: Path) -> None:
    n, bundle = written(tmp_path / "p.stix.json")
    by = {o["id"]: o for o in bundle["objects"]}
    assert n == len(by) and {o["type"] for o in by.values()} == {
        "identity",
        "location",
        "relationship",
    }
    held = [
        o for o in by.values() if o["type"] == "relationship" and o["relationship_type"] == "holds"
    ]
    assert held and all(
        o["start_time"] < o["stop_time"]
        and by[o["source_ref"]]["type"] == "identity"
        and by[o["target_ref"]]["type"] == "location"
        for o in held
    )
    quotes = {
        r["description"]
        for o in by.values()
        for r in o.get("external_references", [])
        if "description" in r
    }
    assert quotes & {s.claim.quote for s in CLAIMS}
    assert any(
        o["relationship_type"] == "hostile-to" for o in by.values() if o["type"] == "relationship"
    )


def test_the_same_picture_gives_the_same_bundle(tmp_path: Path) -> None:
    written(tmp_path / "a.stix.json"), written(tmp_path / "b.stix.json")
    a, b = (json.loads((tmp_path / f"{x}.stix.json").read_text()) for x in "ab")
    assert a == b
