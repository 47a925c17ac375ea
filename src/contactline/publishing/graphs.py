"""The network of ties as GraphML and GEXF, for Gephi, yEd, Cytoscape, igraph and networkx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from contactline.model import Picture, Stored
from contactline.naming.actors import Catalogue, wikidata
from contactline.publishing.colours import colour

SIGN = {1: "supportive", -1: "hostile", 0: "both"}
NODE = {
    "name": "string",
    "side": "string",
    "type": "string",
    "country": "string",
    "wikidata": "string",
    "places": "int",
}
EDGE = {
    "sign": "int",
    "relation": "string",
    "kinds": "string",
    "first": "string",
    "last": "string",
    "weight": "double",
    "claims": "string",
    "sentences": "int",
    "contrary": "int",
    "quote": "string",
}


@dataclass(slots=True)
class Graph:
    """Parties by name, and the ties between them; `colours` by party."""

    on: str
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)


def graph(picture: Picture, claims: Sequence[Stored], names: Mapping[str, str]) -> Graph:
    """The ties of a picture; a party that only holds ground stands alone in it."""
    by_id = {s.id: s for s in claims}
    out = Graph(picture.on.isoformat())
    key = {name: k for k, name in sorted(names.items(), reverse=True)}
    known = Catalogue.load().by_id
    held = Counter(
        names.get(s, s) for h in picture.holdings if h.holder and h.told for s in h.holder.sides
    )
    for name in sorted({n for t in picture.relations for n in (t.a, t.b)} | set(held)):
        k = key.get(name, name)
        actor = known.get(k)
        out.nodes[name] = {
            "name": name,
            "side": k,
            "type": actor.type if actor else "",
            "country": actor.country if actor else "",
            "wikidata": wikidata().get(k, ""),
            "places": held[name],
        }
        out.colours[name] = colour(k)
    for t in sorted(picture.relations, key=lambda t: (t.a, t.b)):
        said = next((by_id[c] for c in t.claims if c in by_id), None)
        out.edges.append(
            (
                t.a,
                t.b,
                {
                    "sign": t.sign,
                    "relation": SIGN[t.sign],
                    "kinds": "; ".join(t.kinds),
                    "first": t.first.isoformat(),
                    "last": t.last.isoformat(),
                    "weight": round(t.weight, 4),
                    "claims": " ".join(t.claims),
                    "sentences": len(t.claims),
                    "contrary": len(t.contrary),
                    "quote": " ".join(said.claim.quote.split()) if said else "",
                },
            )
        )
    return out


def graphml(g: Graph) -> str:
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for what, columns in (("node", NODE), ("edge", EDGE)):
        for name, kind in columns.items():
            ET.SubElement(
                root,
                "key",
                {"id": f"{what}_{name}", "for": what, "attr.name": name, "attr.type": kind},
            )
    top = ET.SubElement(root, "graph", id=f"contactline {g.on}", edgedefault="undirected")
    for name, row in g.nodes.items():
        node = ET.SubElement(top, "node", id=name)
        for k, v in row.items():
            ET.SubElement(node, "data", key=f"node_{k}").text = _clean(v)
    for i, (a, b, row) in enumerate(g.edges):
        edge = ET.SubElement(top, "edge", id=f"e{i}", source=a, target=b)
        for k, v in row.items():
            ET.SubElement(edge, "data", key=f"edge_{k}").text = _clean(v)
    return _text(root)


def gexf(g: Graph) -> str:
    """GEXF 1.2, with the days each tie is told of, so that Gephi shows its timeline."""
    ET.register_namespace("viz", VIZ)
    root = ET.Element("gexf", xmlns="http://www.gexf.net/1.2draft", version="1.2")
    top = ET.SubElement(root, "graph", mode="dynamic", defaultedgetype="undirected")
    top.set("timeformat", "date")
    for what, columns in (("node", NODE), ("edge", EDGE)):
        held = ET.SubElement(top, "attributes", {"class": what, "mode": "static"})
        for name, kind in columns.items():
            kind = {"int": "integer"}.get(kind, kind)
            ET.SubElement(held, "attribute", id=f"{what}_{name}", title=name, type=kind)
    nodes = ET.SubElement(top, "nodes")
    for name, row in g.nodes.items():
        node = ET.SubElement(nodes, "node", id=name, label=name)
        _values(node, "node", row)
        r, green, b = (str(int(g.colours[name][i : i + 2], 16)) for i in (1, 3, 5))
        ET.SubElement(node, f"{{{VIZ}}}color", r=r, g=green, b=b)
    edges = ET.SubElement(top, "edges")
    for i, (a, b, row) in enumerate(g.edges):
        edge = ET.SubElement(edges, "edge", id=str(i), source=a, target=b, label=row["relation"])
        edge.set("weight", str(row["weight"]))
        edge.set("start", row["first"])
        edge.set("end", max(row["last"], g.on))
        _values(edge, "edge", row)
    return _text(root)


VIZ = "http://www.gexf.net/1.2draft/viz"


def _values(element: ET.Element, what: str, row: Mapping[str, Any]) -> None:
    held = ET.SubElement(element, "attvalues")
    for k, v in row.items():
        ET.SubElement(held, "attvalue", {"for": f"{what}_{k}", "value": _clean(v)})


def _clean(value: Any) -> str:
    """Without what XML can't hold."""
    return "".join(c for c in str(value) if c >= " " or c in "\t\n")


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
