"""QGIS styles of the layers, as QML: colours of sides and relations, labels, and the columns its
temporal controller goes by. Kept in a GeoPackage's `layer_styles`, where QGIS finds them by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from contactline.publishing.colours import DASH
from contactline.publishing.layers import GREY, Layer

# layer: (column it is drawn by, column of the label, first and last day)
DRAWN = {
    "places": ("holder", "name", "valid_from", "valid_to"),
    "ground": ("holder", "", "valid_from", "valid_to"),
    "areas": ("holder", "name", "valid_from", "valid_to"),
    "sectors": ("holder", "name", "valid_from", "valid_to"),
    "lines": ("relation", "", "valid_from", "valid_to"),
    "roads": ("state", "name", "valid_from", "valid_to"),
    "events": ("kind", "", "event_date", "end_date"),
    "claims": ("", "", "event_date", "end_date"),
}
SYMBOL = {"Point": "marker", "MultiPolygon": "fill", "MultiLineString": "line"}
OPACITY = {"ground": 0.45, "areas": 0.25, "sectors": 0.12}


def qml(layer: Layer) -> str:
    """The style of a layer as QGIS reads it."""
    column, label, first, last = DRAWN[layer.name]
    values = [(v, c) for v, c in sorted(layer.colours.items())]
    symbols = [
        _symbol(i, layer, c, v) for i, (v, c) in enumerate([*values, ("", GREY)] if column else [])
    ]
    if column:
        categories = "".join(
            f'<category render="true" symbol="{i}" value={quoteattr(v)} '
            f"label={quoteattr(v or 'not known')}/>"
            for i, (v, _) in enumerate([*values, ("", GREY)])
        )
        renderer = (
            f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(column)} symbollevels="0" '
            f'enableorderby="0" forceraster="0"><categories>{categories}</categories>'
            f"<symbols>{''.join(symbols)}</symbols></renderer-v2>"
        )
    else:
        renderer = (
            '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
            f"<symbols>{_symbol(0, layer, GREY, '')}</symbols></renderer-v2>"
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology|Labeling|Temporal" '
        f'labelsEnabled="{int(bool(label))}">'
        f'<temporal enabled="1" mode="2" startField="{first}" endField="{last}" startExpression="" '
        'endExpression="" durationField="" durationUnit="days" fixedDuration="0" accumulate="0" '
        'limitMode="1"><fixedRange><start></start><end></end></fixedRange></temporal>'
        f"{renderer}{_labels(label, layer.kind) if label else ''}</qgis>"
    )


def _symbol(name: int, layer: Layer, tone: str, value: str) -> str:
    kind = SYMBOL[layer.kind]
    rgb = ",".join(str(int(tone[i : i + 2], 16)) for i in (1, 3, 5))
    if kind == "marker":
        shape = (
            "triangle"
            if layer.name == "events"
            else "square"
            if layer.name == "roads"
            else "circle"
        )
        body = _layer(
            "SimpleMarker",
            {
                "name": shape,
                "color": f"{rgb},255",
                "outline_color": "29,35,40,255",
                "outline_width": "0.3",
                "size": "1.2" if layer.name == "claims" else "2.6",
                "size_unit": "MM",
            },
        )
    elif kind == "line":
        dash = DASH.get(value, "")
        body = _layer(
            "SimpleLine",
            {
                "line_color": f"{rgb},255",
                "line_width": "0.9",
                "line_width_unit": "MM",
                "use_custom_dash": str(int(bool(dash))),
                "customdash": dash.replace(" ", ";") or "5;2",
                "customdash_unit": "MM",
            },
        )
    else:
        body = _layer(
            "SimpleFill",
            {
                "color": f"{rgb},255",
                "style": "b_diagonal" if layer.name == "areas" else "solid",
                "outline_color": f"{rgb},255",
                "outline_style": "no" if layer.name == "ground" else "solid",
                "outline_width": "0.5" if layer.name == "sectors" else "0.2",
            },
        )
    alpha = OPACITY.get(layer.name, 1.0)
    return (
        f'<symbol type="{kind}" name="{name}" alpha="{alpha:g}" clip_to_extent="1">{body}</symbol>'
    )


def _layer(kind: str, properties: dict[str, str]) -> str:
    """As both the older and the newer QGIS read it: `prop` until 3.26, `Option` since 3.24."""
    old = "".join(f"<prop k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in properties.items())
    new = "".join(
        f'<Option type="QString" name={quoteattr(k)} value={quoteattr(v)}/>'
        for k, v in properties.items()
    )
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="0"><Option type="Map">{new}</Option>'
        f"{old}</layer>"
    )


def _labels(column: str, kind: str) -> str:
    where = "0" if kind == "Point" else "1"  # around a point, over an area
    return (
        '<labeling type="simple"><settings calloutType="simple"><text-style '
        f'fieldName="{column}" isExpression="0" fontSize="8" fontSizeUnit="Point" textOpacity="1" '
        'textColor="29,35,40,255" fontFamily="Sans"><text-buffer bufferDraw="1" bufferSize="0.8" '
        'bufferSizeUnits="MM" bufferColor="255,255,255,255"/></text-style>'
        f'<placement placement="{where}" dist="1" distUnits="MM"/><rendering drawLabels="1" '
        'obstacle="1" scaleVisibility="0" fontLimitPixelSize="0" labelPerPart="0" '
        'limitNumLabels="0" maxNumLabels="2000" displayAll="0"/></settings></labeling>'
    )


def order(names: Iterable[str]) -> list[str]:
    """Layers as they lie over each other, the lowest first."""
    return [n for n in DRAWN if n in set(names)]
