"""Colours by the field's conventions: state red or blue, rebels green, Kurdish-led yellow, jihadist grey and black."""

from __future__ import annotations

from contactline.model import Holder

KNOWN = {
    "syrian-government": "#b5544a",
    "sdf": "#e3c341",
    "syrian-opposition": "#4f9a5b",
    "hts": "#7d8b6a",
    "isis": "#4a4a4f",
    "state:TR": "#5f8f86",
    "coalition": "#5b7fb5",
    "state:US": "#5b7fb5",
    "state:RU": "#b5544a",
    "state:UA": "#4f77c0",
    "state:IQ": "#b5544a",
    "krg": "#e3c341",
    "houthis": "#8a6d3b",
    "taliban": "#6b6b6b",
    "state:AF": "#4f77c0",
    "state:IL": "#4f77c0",
    "hezbollah": "#a08a3c",
    "gna": "#4f77c0",
    "lna": "#b5544a",
    "nusra": "#6f6f75",
    "state:IR": "#7a9a4a",
    "al-qaeda": "#55555a",
    "pmf": "#c77b4a",
}
OTHERS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#a6761d",
    "#7570b3",
    "#66a61e",
    "#666666",
)


def colour(holder: str) -> str:
    """The colour of a side or a holder; several together go by the first."""
    first = next(iter(Holder(holder).sides), "")
    if first in KNOWN:
        return KNOWN[first]
    return OTHERS[sum(ord(c) * (i + 1) for i, c in enumerate(first)) % len(OTHERS)]


RELATION = {"hostile": "#c0392b", "truce": "#7d4fa3", "allied": "#2e7d4f", "unclear": "#6b6b6b"}
DASH = {"hostile": "", "truce": "6 4", "allied": "2 4", "unclear": "8 3 2 3"}
