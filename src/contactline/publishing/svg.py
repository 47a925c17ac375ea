"""The map as one SVG: ground by holder, hatched where contested, blank where unknown; places and
contact lines over it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import Holder, Holding, Picture
from contactline.picture.basemap import basemap
from contactline.publishing.colours import DASH, RELATION, colour, colours

# what lies under the picture, for pages and files that hold a map
BASE_STYLE = (
    ".sea,.lake{fill:#dfe9ee}.land{fill:#f3f0e8}.border{fill:none;stroke:#a9a396}"
    ".area{fill:none;stroke:#d9d3c6;stroke-width:.7}.river{fill:none;stroke:#b9d0de}"
)


def _path(g: BaseGeometry, x: Mapping[str, float]) -> str:
    out = []
    for part in getattr(g, "geoms", [g]):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        for ring in (part.exterior, *part.interiors):
            points = [
                f"{(lon - x['lon']) * x['sx']:.1f} {(x['lat'] - lat) * x['sy']:.1f}"
                for lon, lat in ring.coords
            ]
            out.append("M" + "L".join(points) + "Z")
    return "".join(out)


def _course(g: BaseGeometry, x: Mapping[str, float]) -> str:
    return "".join(
        "M"
        + "L".join(
            f"{(lon - x['lon']) * x['sx']:.1f} {(x['lat'] - lat) * x['sy']:.1f}"
            for lon, lat in part.coords
        )
        for part in getattr(g, "geoms", [g])
        if part.geom_type == "LineString" and not part.is_empty
    )


def map_svg(
    picture: Picture,
    names: Mapping[str, str],
    shapes: Mapping[str, BaseGeometry],
    width: int = 860,
    title: str = "",
) -> str:
    """A self-contained SVG element; empty pictures give a note instead of a map."""
    points = [
        h
        for h in picture.holdings
        if h.basis not in ("",)
        and "@" not in h.place.id
        and "#" not in h.place.id
        and h.place.feature not in ("area", "country", "region", "sea", "continent", "river")
    ]
    drawn = [h for h in points if h.holder or h.told]
    if not drawn:
        return '<p class="none">No place is known on this day: there is nothing to draw.</p>'
    lats, lons = sorted(h.place.lat for h in drawn), sorted(h.place.lon for h in drawn)
    cut = max(0, len(lats) // 60)
    lats, lons = lats[cut : len(lats) - cut] or lats, lons[cut : len(lons) - cut] or lons
    north, south, east, west = lats[-1] + 0.45, lats[0] - 0.45, lons[-1] + 0.55, lons[0] - 0.55
    squeeze = max(0.2, math.cos(math.radians((north + south) / 2)))
    height = int(min(1100, max(320, width * (north - south) / ((east - west) * squeeze))))
    frame = shapely.box(west, south, east, north)
    x = {"lon": west, "lat": north, "sx": width / (east - west), "sy": height / (north - south)}
    out = [
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title or "Map")}" '
        'class="map">'
    ]
    out.append(
        '<defs><pattern id="hatch" width="7" height="7" patternTransform="rotate(45)" '
        'patternUnits="userSpaceOnUse"><line x1="0" y1="0" x2="0" y2="7" stroke="#222" '
        'stroke-width="1.6" opacity=".55"/></pattern>'
        + "".join(
            f'<pattern id="with-{c[1:]}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="4" fill="{c}"/></pattern>'
            for c in sorted({c for h in drawn if h.holder for c in colours(h.holder)[1:2]})
        )
        + "</defs>"
    )
    theatre = {h.place.country for h in drawn}
    below = basemap((west, south, east, north), theatre)
    out.append(f'<rect width="{width}" height="{height}" class="sea"/>')
    land = "".join(_path(g, x) for g in below.land.values())
    out.append(f'<path d="{land}" class="land"/>')
    areas = "".join(_path(g, x) for _, g in below.areas)
    out.append(f'<path d="{areas}" class="area"/>')
    out.append(f'<path d="{_course(below.rivers, x)}" class="river"/>')
    out.append(f'<path d="{_path(below.lakes, x)}" class="lake"/>')
    ground: dict[tuple[Holder, bool], list[BaseGeometry]] = defaultdict(list)
    faint: dict[Holder, list[BaseGeometry]] = defaultdict(list)
    for h in points:
        cell = shapes.get(h.place.id)
        if cell is None:
            continue
        if h.status == "contested":
            ground[Holder(), True].append(cell)
        elif h.holder:
            (ground[h.holder, False] if h.told else faint[h.holder]).append(cell)
    for holder, own in sorted(faint.items()):
        out.append(
            f'<path d="{_path(shapely.union_all(own).intersection(frame), x)}" '
            f'fill="{colour(holder)}" opacity=".28"/>'
        )
    for (holder, hatched), own in sorted(ground.items()):
        d = _path(shapely.union_all(own).intersection(frame), x)
        first, *others = colours(holder)
        fill = "url(#hatch)" if hatched else first
        out.append(f'<path d="{d}" fill="{fill}" opacity="{0.9 if hatched else 0.62}"/>')
        if others and not hatched:
            out.append(f'<path d="{d}" fill="url(#with-{others[0][1:]})" opacity=".75"/>')
    out.append(f'<path d="{land}" class="border"/>')
    for line in picture.lines:
        for part in line.path:
            d = "L".join(
                f"{(lon - x['lon']) * x['sx']:.1f} {(x['lat'] - lat) * x['sy']:.1f}"
                for lon, lat in part
            )
            told = f"{line.a} – {line.b}: {line.relation}, {line.length_km:.0f} km"
            out.append(
                f'<path d="M{d}" fill="none" stroke="{RELATION[line.relation]}" stroke-width="2" '
                f'stroke-dasharray="{DASH[line.relation]}"><title>{escape(told)}</title></path>'
            )
    labelled: list[tuple[float, float, float]] = []
    for h in sorted(drawn, key=lambda h: (-h.told, -h.place.population, h.place.name)):
        if not (west <= h.place.lon <= east and south <= h.place.lat <= north):
            continue
        px, py = (h.place.lon - west) * x["sx"], (north - h.place.lat) * x["sy"]
        said = h.told
        r = 2.2 + min(5.0, math.sqrt(max(h.place.population, 0)) / 230) if said else 1.3
        tip = f"{h.place.name}: {_say(h, names)}"
        ring = (
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{r + 3.5:.1f}" class="siege"/>'
            if h.status == "besieged"
            else ""
        )
        fill = colour(h.holder) if h.holder else "none"
        out.append(
            f'{ring}<circle cx="{px:.1f}" cy="{py:.1f}" r="{r:.1f}" fill="{fill}" '
            f'class="{"place" if said else "guess"}"><title>{escape(tip)}</title></circle>'
        )
        if said and len(labelled) < 46:
            span = 6.1 * len(h.place.name)
            left = px + r + 3 if px + r + 3 + span < width - 4 else px - r - 3 - span
            if all(
                abs(py - b) > 11 or left > a + w + 4 or left + span < a - 4 for a, b, w in labelled
            ):
                labelled.append((left, py, span))
                out.append(f'<text x="{left:.1f}" y="{py + 3.6:.1f}">{escape(h.place.name)}</text>')
    km100 = 100.0 / (111.2 * squeeze) * x["sx"]
    out.append(
        f'<g class="scale"><path d="M14 {height - 16}h{km100:.0f}" stroke="#333" '
        f'stroke-width="3"/><text x="14" y="{height - 22}">100 km</text></g></svg>'
    )
    return "".join(out)


def standalone(
    picture: Picture,
    names: Mapping[str, str],
    shapes: Mapping[str, BaseGeometry],
    title: str = "",
) -> str:
    """The map as a file of its own, with its colours inside;
    a note where there is nothing to draw.
    """
    drawn = map_svg(picture, names, shapes, title=title)
    if not drawn.startswith("<svg "):
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 60"><text x="10" y="34" '
            'font-family="sans-serif" font-size="15">'
            f"{escape('No place is known on this day: there is nothing to draw.')}</text></svg>"
        )
    style = (
        f"<style>{BASE_STYLE}"
        ".place{stroke:#1d2328}.guess{opacity:.55}"
        ".siege{fill:none;stroke:#c0392b;stroke-width:1.8}"
        "text{font:11px sans-serif;fill:#1d2328;paint-order:stroke;stroke:#fff;"
        "stroke-width:2.6px;stroke-linejoin:round}</style>"
    )
    head, _, rest = drawn.partition(">")
    return head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + ">" + style + rest


def _say(h: Holding, names: Mapping[str, str]) -> str:
    who = h.holder.called(names) if h.holder else "not known"
    return f"{who}, {h.status}, {h.probability:.0%}"


def legend(picture: Picture, names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """(colour, name) of the holders on the map, by number of places."""
    count: dict[Holder, int] = defaultdict(int)
    for h in picture.holdings:
        if h.holder:
            count[h.holder] += 1
    return [
        (colour(k), k.called(names))
        for k, _ in sorted(count.items(), key=lambda kv: (-kv[1], kv[0]))
    ]
