"""The network read by networkx."""

from __future__ import annotations

from pathlib import Path

import networkx
import pytest

from contactline.picture.build import draw
from contactline.publishing.export import export
from tests.publishing.test_publishing import scene


@pytest.mark.parametrize(
    ("name", "read"), [("t.graphml", networkx.read_graphml), ("t.gexf", networkx.read_gexf)]
)
def test_ties_are_read_back(name: str, read, tmp_path: Path) -> None:
    s = scene()
    p = draw(s)
    n = export(tmp_path / name, p, s.claims, s.sides.names, {})
    g = read(tmp_path / name)
    assert n == g.number_of_edges() == len(p.relations) > 0 and not g.is_directed()
    assert {"Army", "Rebels"} <= set(g.nodes)
    tie = g.edges["Army", "Rebels"] if not g.is_multigraph() else g.edges["Army", "Rebels", "0"]
    assert tie["relation"] == "hostile" and tie["sign"] == -1 and tie["quote"]
    assert g.nodes["Army"]["places"] == 1
    assert (tmp_path / name).read_text() == (
        export(tmp_path / name, p, s.claims, s.sides.names, {}) and (tmp_path / name).read_text()
    )
