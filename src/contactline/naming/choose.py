"""Which of the places of one name is meant: a conditional logit over a report's candidates, with
"none of these".

Each candidate is a row of features; the weights were fitted by `training/places.py` (McFadden
1974), so that the share it gives a candidate is how often such a candidate was right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contactline.model import Place
from contactline.naming.gazetteer import Match
from contactline.naming.relations import lies_in

FEATURES = (
    "spelling",
    "sound",
    "population",
    "first-level area",
    "second-level area",
    "country",
    "landmark",
    "inside its container",
    "outside its container",
    "country spoken of",
    "country of the others",
    "area of the others",
    "nearest other",
    "the others about it",
    "kind asked for",
    "kind not asked for",
    "small",
    "area with a town of its name",
    "another bears the name itself",
    "second-level area asked for",
)
WEIGHTS = np.array(
    [
        3.07,
        -2.43,
        0.98,
        1.79,
        -2.99,
        2.92,
        2.40,
        2.41,
        -0.30,
        3.50,
        -1.26,
        2.43,
        2.39,
        5.24,
        0.91,
        -0.51,
        -0.64,
        -3.0,
        -1.5,
        2.0,
    ]
)
NONE = 9.61  # what speaks for "none of these"
# places of the field that GeoNames' extract lacks: known for what happened there, whatever their
# size
LANDMARKS = "contactline landmarks"
UNCOUNTED = 3000  # people of a seat of a district whose people GeoNames' extract does not count
LEAST = 0.15  # a share below which nothing is chosen
MOST = 60


@dataclass(slots=True)
class Asked:
    """One spelling in a report: its candidates, the feature its words ask for, and where it is said
    to lie.
    """

    text: str
    start: int
    end: int
    matches: Sequence[Match]
    feature: str = ""
    # (country, first-level area) it is said to lie in, the area empty for a whole country; and
    # whether for sure
    inside: frozenset[tuple[str, str]] = frozenset()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    place: Place
    confidence: float


def _kind(p: Place) -> int:
    if p.feature == "area":
        return 4 if p.radius_km < 39.5 and p.source.endswith("second level") else 3
    return (
        5
        if p.feature in ("country", "continent", "sea")
        else 6
        if p.feature != "settlement" or p.source == LANDMARKS
        else 0
    )


def _rows(
    a: Asked, places: Sequence[Place], spoken: Mapping[str, float]
) -> npt.NDArray[np.float64]:
    x = np.zeros((len(places), len(FEATURES)))
    towns = {
        (m.place.country, m.place.admin1)
        for m in a.matches
        if m.place.feature == "settlement" and m.score >= 0.9 and m.place.population > 10_000
    }
    itself = any(m.how == "name" and m.place.feature == "settlement" for m in a.matches)
    for i, (m, p) in enumerate(zip(a.matches, places, strict=True)):
        x[i, 0] = m.score
        x[i, 1] = m.how == "sound"
        x[i, 2] = (
            math.log10((p.population or UNCOUNTED) + 30)
            if p.feature == "settlement" and p.source != LANDMARKS
            else 4.0
        )
        if k := _kind(p):
            x[i, k] = 1.0
        if a.inside:
            within = lies_in(p, a.inside)
            x[i, 7], x[i, 8] = within, not within
        x[i, 9] = math.sqrt(spoken.get(p.country, 0.0))
        if a.feature:
            asked_area = a.feature in (
                "province",
                "governorate",
                "oblast",
                "region",
                "countryside",
                "canton",
                "state",
                "district",
                "county",
                "parish",
            )
            fits = (
                (k in (3, 4))
                if asked_area
                else (p.feature == "settlement")
                if a.feature in ("city", "town", "village", "capital")
                else (k == 6 and a.feature[:4] in p.feature)
            )
            x[i, 14], x[i, 15] = fits, not fits
            x[i, 19] = k == 4 and fits
        x[i, 16] = p.feature == "settlement" and 0 < p.population < 5000 and p.source != LANDMARKS
        x[i, 18] = itself and m.how == "alternate name" and p.feature == "settlement"
        x[i, 17] = k == 3 and not a.feature and (p.country, p.admin1) in towns
    return x


def _company(places: Sequence[Place], others: Sequence[Chosen]) -> npt.NDArray[np.float64]:
    """For each candidate how well it goes with the other places of the report."""
    out = np.zeros((len(places), 4))
    near = [c for c in others if c.place.feature not in ("continent", "sea")]
    if not near:
        return out
    w = np.array([c.confidence for c in near])
    total = w.sum() + 0.5
    codes = np.array([c.place.country for c in near])
    admins = np.array(
        [f"{c.place.country}.{c.place.admin1}" if c.place.admin1 else "-" for c in near]
    )
    lat1, lon1 = np.radians([[p.lat] for p in places]), np.radians([[p.lon] for p in places])
    lat2, lon2 = np.radians([c.place.lat for c in near]), np.radians([c.place.lon for c in near])
    h = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    km = 12742.0 * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    point = np.array([c.place.feature != "country" for c in near])
    for i, p in enumerate(places):
        out[i, 0] = w[codes == p.country].sum() / total
        out[i, 1] = w[admins == f"{p.country}.{p.admin1}"].sum() / total if p.admin1 else 0.0
    if point.any():
        out[:, 2] = (np.exp(-km[:, point] / 60.0) * w[point]).max(1)
        out[:, 3] = (np.exp(-km[:, point] / 300.0) * w[point]).sum(1) / (w[point].sum() + 0.5)
    return out


def tables(
    asked: Sequence[Asked],
    spoken: Mapping[str, float],
    rounds: int = 3,
    weights: npt.NDArray[np.float64] = WEIGHTS,
    none: float = NONE,
    settled: Sequence[Chosen] = (),
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """For each spelling its feature rows and its shares, the last share being "none of these"."""
    for a in asked:
        a.matches = a.matches[:MOST]
    places = [[m.place for m in a.matches] for a in asked]
    rows = [_rows(a, p, spoken) for a, p in zip(asked, places, strict=True)]
    shares: list[npt.NDArray[np.float64]] = [np.zeros(0)] * len(asked)
    chosen: list[Chosen | None] = [None] * len(asked)
    for step in range(rounds):
        if step:
            for k, (x, p) in enumerate(zip(rows, places, strict=True)):
                if len(p):
                    x[:, 10:14] = _company(p, [*settled, *_others(chosen, k, asked[k])])
        for k, x in enumerate(rows):
            score = np.concatenate([x @ weights, [none]])
            e = np.exp(score - score.max())
            shares[k] = e / e.sum()
        chosen = [
            Chosen(places[k][int(s[:-1].argmax())], float(s[:-1].max())) if len(s) > 1 else None
            for k, s in enumerate(shares)
        ]
    return list(zip(rows, shares, strict=True))


def _others(chosen: Sequence[Chosen | None], k: int, a: Asked) -> list[Chosen]:
    """What the report's other spellings stand for now;
    not the same place under another spelling.
    """
    mine, now = {m.place.id for m in a.matches}, chosen[k]
    return [
        c
        for j, c in enumerate(chosen)
        if c is not None
        and j != k
        and (c.place.id not in mine or now is None or c.place.id != now.place.id)
    ]


def choose(
    asked: Sequence[Asked], spoken: Mapping[str, float], settled: Sequence[Chosen] = ()
) -> list[Chosen | None]:
    """The likeliest place for each spelling with its share,
    None where too little speaks for any.
    """
    total = sum(spoken.values()) or 1
    out: list[Chosen | None] = []
    for a, (_, s) in zip(
        asked,
        tables(asked, {k: v / total for k, v in spoken.items()}, settled=settled),
        strict=True,
    ):
        best = int(s[:-1].argmax()) if len(s) > 1 else -1
        out.append(
            Chosen(a.matches[best].place, round(float(s[best]), 3))
            if best >= 0 and s[best] >= LEAST
            else None
        )
    return out
