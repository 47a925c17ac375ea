"""What the app's map draws, packed: the ground once, each day by the ground's order, and what moved
between two days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from contactline.model import Basis, Holder, Holding, Picture
from contactline.picture.changes import Change
from contactline.picture.history import History
from contactline.picture.places import ReportedPlace
from contactline.publishing.colours import colour, colours, pattern
from contactline.serving.shapes import side_names

STATUS = {"held": "h", "contested": "c", "besieged": "b", "unknown": "u"}
BASIS = {Basis.TOLD: "c", Basis.PART: "p", Basis.AREA: "a", Basis.NEIGHBOURS: "n", Basis.NONE: "-"}
EMPTY = shapely.Polygon()
TOO_WIDE = ("country", "continent", "sea", "river")  # said of all of it is said of nowhere on a map
MARK = {
    "taken": "g",
    "now held by another": "g",
    "newly held": "n",
    "lost": "l",
    "no longer known": "l",
    "cut off": "s",
    "relieved": "r",
    "contested": "c",
    "calmed": "k",
}


def rings(g: Any, digits: int) -> list[Any]:
    parts = [p for p in getattr(g, "geoms", [g]) if p.geom_type == "Polygon" and not p.is_empty]
    return [
        [
            [[round(x, digits), round(y, digits)] for x, y in ring.coords]
            for ring in (p.exterior, *p.interiors)
        ]
        for p in parts
    ]


def _areas(stage: History) -> list[tuple[str, ReportedPlace, Any]]:
    found = []
    for key, u in sorted(stage.units.items()):
        if u.wide and u.place.feature not in TOO_WIDE:
            shape = stage.shape(key)
            if shape is not None and not shape.is_empty:
                found.append((key, u, shape))
    return found


def ground(stage: History) -> dict[str, Any]:
    """Places with their cells, and the areas told of with their outlines; none of it changes with
    the day.
    """
    own = [stage.shapes.get(p.id, EMPTY) for p in stage.nodes]
    shapes: Any = shapely.set_precision(shapely.simplify(own, 0.002), 0.001) if own else []
    return {
        "places": [
            [p.id, p.name, p.lat, p.lon, p.population, p.feature, p.id in stage.units]
            for p in stage.nodes
        ],
        "cells": [rings(g, 3) for g in shapes],
        "areas": [
            {"id": k, "name": u.place.name, "shape": rings(shapely.simplify(g, 0.01), 2)}
            for k, u, g in _areas(stage)
        ],
    }


def day(
    stage: History, holdings: Sequence[Holding], areas: Mapping[str, Holding]
) -> dict[str, Any]:
    """Each place's holder (a position in `sides`, -1 for nobody), probability, status and basis.

    `basis`: c told, 1 told by one outlet alone, p told of a part, n inferred from the places
    around, - nothing. `rivals` are the sides that fight for a contested place, by its position in
    the ground. A side of `sides` that is several together has the first one's colour and, in
    `with`, the others'.
    """
    sides: dict[str, int] = {}

    def at(side: str) -> int:
        return sides.setdefault(side, len(sides))

    alone = {
        k
        for k, u in stage.units.items()
        if len({s.source for s in u.claims if s.claim.kind == "control"}) < 2 and len(u.claims) < 3
    }
    rows = [
        (
            at(h.holder) if h.holder else -1,
            round(h.probability * 100),
            STATUS[h.status],
            "1" if h.basis == Basis.TOLD and h.place.id in alone else BASIS[Basis(h.basis)],
        )
        for h in holdings
    ]
    rivals = {i: [at(x) for x in h.contested_by] for i, h in enumerate(holdings) if h.contested_by}
    wide = [
        {
            "id": k,
            "holder": at(h.holder) if h.holder else -1,
            "sure": round(h.probability * 100),
            "status": STATUS[h.status],
        }
        for k, h in areas.items()
        if h.holder
    ]
    return {
        "sides": [
            {
                "id": k,
                "name": side_names(k, stage.sides),
                "colour": colours(k)[0],
                "with": [{"id": s, "colour": colour(s)} for s in Holder(k).sides[1:]],
                "pattern": pattern(k),
            }
            for k in sides
        ],
        "holder": [r[0] for r in rows],
        "sure": [r[1] for r in rows],
        "status": "".join(r[2] for r in rows),
        "basis": "".join(r[3] for r in rows),
        "rivals": rivals,
        "areas": wide,
    }


def moves(
    stage: History, before: Picture, after: Picture, found: Sequence[Change]
) -> tuple[str, list[dict[str, Any]]]:
    """Of each place of the ground the one change that weighs most, as a letter and as what the map
    shows of it.

    The letters: g changed hands, n newly known, l no longer known, c newly contested, s cut off, r
    relieved, k no longer contested. A change of the list that lies on the ground has its mark, and
    there is no other mark.
    """
    first: dict[str, Change] = {}
    for c in found:
        if c.place_id and c.what in MARK:
            first.setdefault(c.place_id, c)
    old, new = ({h.place.id: h for h in p.holdings} for p in (before, after))
    marks, out = [], []
    for i, p in enumerate(stage.nodes):
        change = first.get(p.id)
        mark = "-" if change is None else MARK[change.what]
        if mark == "g" and change is not None and not change.before:
            mark = "n"
        marks.append(mark)
        if change is not None:
            out.append(
                {
                    "place": i,
                    "mark": mark,
                    "text": change.text,
                    "from": _whose(old.get(p.id), stage),
                    "to": _whose(new.get(p.id), stage),
                }
            )
    return "".join(marks), out


def _whose(h: Holding | None, stage: History) -> list[dict[str, str]]:
    """Who holds it, or those that fight for it; nobody where it is not known."""
    if h is None:
        return []
    sides = [h.holder] if h.holder else list(h.contested_by)
    return [{"name": side_names(s, stage.sides) or "", "colour": colour(s)} for s in sides]
