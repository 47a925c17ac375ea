"""What is seen: meta, ground, map, sectors, lines, network, sources, search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from contactline.ledger.searching import words_of
from contactline.model import KINDS, MODALITIES, ActorId, plain
from contactline.naming.folding import plain_words
from contactline.picture.relations import blocs, contradictions
from contactline.picture.sources import told
from contactline.publishing.colours import DASH, RELATION, colour
from contactline.serving import drawn
from contactline.serving.desk import Desk, parse_day
from contactline.serving.security import Reader
from contactline.serving.shapes import side_names

router = APIRouter(tags=["views"])
FEW_REPORTS = 5
LEAST_LETTERS = 3


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    desk.fresh()
    return desk


Asked = Annotated[Desk, Depends(desk_of)]
Said = Annotated[str, Query(max_length=200)]
Day = Annotated[str | None, Query(description="A day, like 2017-11-20", max_length=40)]


def days(desk: Desk, on: str | None, known: str | None) -> tuple[date, date | None]:
    return parse_day(on, "on") or desk.span()[1], parse_day(known, "known")


@router.get("/meta")
def meta(desk: Asked, who: Reader, request: Request) -> dict[str, Any]:
    """Span, counts, event density, colours, the user; all a client needs to begin."""
    first, last = desk.span()
    stage = desk.stage()
    points = [p for p in stage.nodes if p.id in stage.units] or stage.nodes
    lats, lons = sorted(p.lat for p in points), sorted(p.lon for p in points)
    cut = len(lats) // 40
    bounds = (
        [lons[cut], lats[cut], lons[-1 - cut], lats[-1 - cut]]
        if points
        else [30.0, 30.0, 45.0, 40.0]
    )
    return {
        "version": desk.version,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "counts": desk.ledger.counts(),
        "events": desk.events(),
        "bounds": bounds,
        "relations": {k: {"colour": RELATION[k], "dash": DASH[k]} for k in RELATION},
        "user": {
            "name": who.name,
            "role": who.role,
            "csrf": who.csrf,
            "single": request.app.state.door.single,
        },
        "settings": desk.analysis.rules.public(),
        "kinds": {k: list(v) for k, v in KINDS.items()},
        "modalities": list(MODALITIES),
    }


@router.get("/ground")
def ground(desk: Asked, _: Reader, known: Day = None) -> dict[str, Any]:
    """Places and their cells, the same on every day; `map` refers to them by position."""
    at = parse_day(known, "known")

    def make() -> dict[str, Any]:
        return {"version": desk.version} | drawn.ground(desk.stage(at))

    return desk.memo(("ground", at), make)


@router.get("/map")
def map_(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """Holder, probability, status and basis of every place of `ground` on a day, packed by
    position; areas said to be held.
    """
    day, at = days(desk, on, known)

    def make() -> dict[str, Any]:
        stage = desk.stage(at)
        areas = {u.place.id: h for u, h in stage.areas_on(day)}
        head = {"on": day.isoformat(), "known": plain(at), "version": desk.version}
        return head | drawn.day(stage, stage.holdings_on(day), areas)

    return desk.memo(("map", day, at), make)


def _line(x: Any, i: int) -> dict[str, Any]:
    return {
        "id": i,
        "a": x.a,
        "b": x.b,
        "relation": x.relation,
        "length_km": x.length_km,
        "uncertainty_km": x.uncertainty_km,
        "between": x.between,
        "last_clash": plain(x.last_clash),
        "agreements": x.agreements,
        "claims": x.claims,
        "path": x.path,
    }


@router.get("/lines")
def lines(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """Contact lines of a day with their course, parties, relation and claims."""
    day, at = days(desk, on, known)
    return {
        "on": day.isoformat(),
        "lines": [_line(x, i) for i, x in enumerate(desk.picture(day, at).lines)],
    }


@router.get("/sectors")
def sectors(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """Sectors with pockets, backers, activity and agreements; scattered holdings; agreements of the
    day.
    """
    day, at = days(desk, on, known)
    p = desk.picture(day, at)
    sides = desk.stage(at).sides
    rows = []
    for s in p.sectors:
        row = plain(s)
        row |= {"side": side_names(s.side, sides), "side_id": s.side, "colour": colour(s.side)}
        for pocket in row["pockets"]:
            pocket["colour"] = colour(pocket["holder"]) if pocket["holder"] else None
            pocket["holder"] = side_names(pocket["holder"], sides)
            pocket["inside"] = side_names(pocket["inside"], sides)
        rows.append(row)
    return {
        "on": day.isoformat(),
        "known": plain(at),
        "sectors": rows,
        "remnants": [
            {
                "name": h.place.name,
                "id": h.place.id,
                "holder": side_names(h.holder, sides),
                "colour": colour(h.holder or ""),
                "probability": h.probability,
            }
            for h in p.remnants
        ],
        "agreements": plain(p.agreements),
    }


@router.get("/network")
def network(desk: Asked, _: Reader, on: Day = None, known: Day = None) -> dict[str, Any]:
    """Signed ties between actors on a day, blocs by structural balance, contradictions."""
    day, at = days(desk, on, known)
    ties = desk.scene(day, at).ties
    strong = [t for t in ties if t.weight >= 0.15][:160]
    camps = blocs(strong)
    return {
        "on": day.isoformat(),
        "ties": plain(strong),
        "blocs": [sorted(b) for b in camps if len(b) > 1],
        "contradictions": [{"a": a, "b": b, "over": c} for a, b, c in contradictions(strong)[:20]],
    }


@router.get("/sources")
def sources(desk: Asked, _: Reader) -> dict[str, Any]:
    """Each outlet with its claims, copies, and how far it is believed for each side."""
    stage = desk.stage()
    return {"sources": desk.memo("sources", lambda: told(stage.trust, stage.claims, stage.sides))}


@router.get("/search")
def search(desk: Asked, _: Reader, q: Annotated[str, Query(max_length=200)]) -> dict[str, Any]:
    """Places under any of their spellings, parties under any of their names, those the ledger
    speaks of first; and the newest reports that hold the words.
    """
    stage = desk.stage()
    key = plain_words(q)
    places: dict[str, dict[str, Any]] = {}
    for m in desk.gazetteer.lookup(q)[:40]:
        p = m.place
        told_of = p.id in stage.units
        if told_of or p.country in stage.countries or m.score >= 0.9:
            places[p.id] = {
                "id": p.id,
                "name": stage.units[p.id].place.name if told_of else p.name,
                "lat": p.lat,
                "lon": p.lon,
                "country": p.country,
                "feature": p.feature,
                "population": p.population,
                "claims": len(stage.units[p.id].claims) if told_of else 0,
                "match": m.how,
            }
    if len(key) >= 2:
        for k, u in stage.units.items():
            if k not in places and (f" {key}" in f" {plain_words(u.place.name)}"):
                places[k] = {
                    "id": k,
                    "name": u.place.name,
                    "lat": u.place.lat,
                    "lon": u.place.lon,
                    "country": u.place.country,
                    "feature": u.place.feature,
                    "population": 0,
                    "claims": len(u.claims),
                    "match": "in the claims",
                }
    order = sorted(
        places.values(),
        key=lambda p: (
            -bool(p["claims"]),
            p["country"] not in stage.countries,
            -p["claims"],
            -p["population"],
            p["name"],
        ),
    )
    actors = _actors_by_name(desk.memo("actors", lambda: _actors(desk)), key)
    reports, n = (
        desk.ledger.search(q.strip().replace("\0", ""), most=FEW_REPORTS)
        if len(q.strip()) >= LEAST_LETTERS
        else ([], 0)
    )
    return {
        "places": order[:12],
        "actors": actors[:8],
        "reports": [
            {
                "id": r["id"],
                "title": r["title"],
                "source": r["source"],
                "published": plain(r["published"]),
                "excerpt": excerpt(desk, r["id"], q.strip()),
            }
            for r in reports
        ],
        "reports_count": n,
    }


def excerpt(desk: Desk, report: str, words: str) -> str:
    """The words with what stands around them; nothing where they stand in the title alone."""
    found = desk.ledger.report(report)
    text = found.text[: found.article_end] if found else ""
    low = text.lower()
    at = next((i for w in (words.lower(), *words_of(words)) if (i := low.find(w)) >= 0), -1)
    if at < 0:
        return ""
    a, b = max(0, at - 40), at + len(words) + 60
    cut = " ".join(text[a:b].split())
    return f"{'…' if a else ''}{cut}{'…' if b < len(text) else ''}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A party the ledger speaks of, with every name it goes by in the catalogue or in reports."""

    id: str
    name: str
    claims: int
    names: tuple[str, ...]


def _actors_by_name(spoken: Sequence[Spoken], key: str) -> list[dict[str, Any]]:
    """Those that go by a name that has a word which begins so; whole names first."""
    found = []
    for a in spoken if len(key) >= 2 else ():
        match = min(
            (n for n in a.names if f" {key}" in f" {plain_words(n)}"),
            key=lambda n: (plain_words(n) != key, n != a.name, len(n), n),
            default=None,
        )
        if match is not None:
            found.append((plain_words(match) != key, -a.claims, a, match))
    found.sort(key=lambda x: (x[0], x[1], x[2].id))
    return [{"id": a.id, "name": a.name, "claims": a.claims, "match": m} for *_, a, m in found]


def _actors(desk: Desk) -> list[Spoken]:
    n: dict[ActorId, int] = {}
    words: dict[ActorId, set[str]] = {}
    for s in desk.stage().claims:
        for r in (s.claim.actor, s.claim.other):
            if r and r.actor_id:
                n[r.actor_id] = n.get(r.actor_id, 0) + 1
                words.setdefault(r.actor_id, set()).add(r.text)
    sides, known = desk.stage().sides, desk.tools.catalogue.by_id
    out = []
    for k, c in sorted(n.items(), key=lambda x: -x[1]):
        name = sides.name(k.key)
        aliases = known[k.key].aliases if k.key in known else ()
        out.append(Spoken(k, name, c, tuple(dict.fromkeys((name, *aliases, *sorted(words[k]))))))
    return out
