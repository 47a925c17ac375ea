"""What changed in the picture since it was last told, each with its quotes, and who wants to hear.

What of a picture the changes answer compares is kept between runs, so that what a late report
changes about an earlier day is told too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from contactline.model import (
    Agreement,
    AgreementStatus,
    Basis,
    ContactlineError,
    Expectation,
    ExpectationState,
    Holder,
    Holding,
    Picture,
    Place,
    Status,
    digest,
    plain,
)
from contactline.naming.folding import plain_words
from contactline.naming.outlines import Outlines, disc
from contactline.picture.changes import ORDER, Change
from contactline.questions.analysis import Analysis
from contactline.questions.moved import moved

CAME_TRUE = "came true"
MOVED = "line moved"
KINDS = (*ORDER, MOVED, CAME_TRUE)
# told only where asked for; a line that moved says again what the places along it say
UNASKED = (MOVED, "newly held", "no longer known", "calmed", "lapsed")  # told only where asked for
DEFAULT = tuple(k for k in KINDS if k not in UNASKED)
DAYS = 30  # what took place so long before the newest report can still be told as having happened
QUOTES = 5


@dataclass(frozen=True, slots=True)
class Quote:
    quote: str
    source: str
    published: date | None
    report: str
    claim: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A change as it is told. `change` is the same for the same change of the same subject.

    `probability` is that of the holder, or of the surest claim where none is held.
    """

    id: str
    change: str
    kind: str
    text: str
    on: date | None
    place: str | None
    place_id: str | None
    lat: float | None
    lon: float | None
    parties: tuple[str, ...]
    party_ids: tuple[str, ...]
    before: str | None
    after: str | None
    probability: float
    quotes: tuple[Quote, ...]
    claims: tuple[str, ...]


# -- what was told ------------------------------------------------------------------------------


def told_on(analysis: Analysis, on: date) -> dict[str, Any]:
    """What of a day's picture is kept to be compared with later ones, as JSON."""
    p = analysis.picture(on)
    return {
        "on": on.isoformat(),
        "holdings": [
            {
                "place": plain(h.place),
                "holder": h.holder,
                "status": str(h.status),
                "basis": str(h.basis),
            }
            for h in p.holdings
            if h.told
        ],
        "lines": [{"a": x.a, "b": x.b, "path": x.path} for x in p.lines],
        "agreements": [{"id": a.id, "status": str(a.status)} for a in p.agreements],
        CAME_TRUE: sorted(e.id for e in analysis.expected(on) if _true(e)),
    }


def _picture(told: Mapping[str, Any], on: date) -> Picture:
    names = [f.name for f in fields(Place)]
    holdings = tuple(
        Holding(
            Place(**{k: v for k, v in h["place"].items() if k in names}),
            Holder(h["holder"]) if h["holder"] else None,
            Status(h["status"]),
            0.0,
            None,
            (),
            (),
            basis=Basis(h["basis"]),
        )
        for h in told["holdings"]
    )
    agreements = tuple(
        Agreement("", (), None, AgreementStatus(a["status"]), on, on, (), a["id"])
        for a in told["agreements"]
    )
    return Picture(on, None, holdings, (), (), (), agreements)


def alerts_since(
    analysis: Analysis, told: Mapping[str, Any], last: date, days: int = DAYS
) -> list[Alert]:
    """What changed from what was told to the picture of `last`, by the changes answer."""
    before = _picture(told, last - timedelta(days=days))
    changed = analysis.changed_since(before, last)
    out = [_of_change(analysis, c, last) for c in changed]
    out += _of_lines(analysis, told.get("lines", ()), changed, last)
    had = set(told[CAME_TRUE])
    for e in analysis.expected(last):
        if _true(e) and e.id not in had:
            out.append(_of_expectation(analysis, e))
    return list({a.id: a for a in out}.values())


def _true(e: Expectation) -> bool:
    return e.state == ExpectationState.CAME_TRUE and e.decidable


def _of_change(analysis: Analysis, c: Change, last: date) -> Alert:
    picture, names = analysis.picture(last), analysis.history().sides.names
    mine = set(c.claims)
    here = [h for h in picture.holdings if h.place.name == c.place]
    h = max(here, key=lambda h: (len(mine & set(h.claims)), h.place.population), default=None)
    ids: list[str] = []
    if c.what in ("agreed", "broken", "violated", "lapsed"):
        deal = next((a for a in picture.agreements if a.claims == c.claims), None)
        ids = list(deal.party_ids) if deal else []
        subject = deal.id if deal else c.text
        if h and c.place is None:
            h = None
    else:
        subject = h.place.id if h else c.place or ""
        if h:
            ids = [*(h.holder.sides if h.holder else ()), *h.contested_by, *h.besieged_by]
        by_name: dict[str, list[str]] = defaultdict(list)
        for k, v in names.items():
            by_name[v].append(k)
        ids += [i for x in (c.before, c.after) for n in _parted(x, by_name) for i in by_name[n]]
    quotes = _quotes(analysis, c.claims)
    sure = h.probability if h and h.holder else _surest(analysis, c.claims)
    change = digest(["change", c.what, subject, c.before, c.after], 32)
    return Alert(
        digest(["alert", change, c.on, sorted(c.claims)], 32),
        change,
        c.what,
        c.text,
        c.on,
        c.place,
        h.place.id if h else None,
        h.place.lat if h else None,
        h.place.lon if h else None,
        tuple(dict.fromkeys(names.get(i, i) for i in ids)),
        tuple(dict.fromkeys(ids)),
        c.before,
        c.after,
        round(sure, 4),
        quotes,
        c.claims,
    )


def _of_lines(
    analysis: Analysis, had: Iterable[Mapping[str, Any]], changed: Sequence[Change], last: date
) -> list[Alert]:
    """Lines that moved, each with the words on the places along it that changed hands."""
    picture = analysis.picture(last)
    places = {h.place.id: h.place for h in picture.holdings}
    out = []
    for m in moved(
        ((x["a"], x["b"], x["path"]) for x in had),
        picture.lines,
        changed,
        places.values(),
        analysis.rules.picture.lines,
    ):
        line, first = m.line, _of_change(analysis, m.changes[0], last)
        names = ", ".join(dict.fromkeys(c.place or "" for c in m.changes))
        between = sorted((line.a, line.b))
        ids = sorted(c.place_id or "" for c in m.changes)
        change = digest(["change", MOVED, between, ids], 32)
        claims = tuple(dict.fromkeys(i for c in m.changes for i in c.claims))
        out.append(
            replace(
                first,
                id=digest(["alert", change, sorted(claims)], 32),
                change=change,
                kind=MOVED,
                text=f"the line between {between[0]} and {between[1]} moved by {names}: "
                f"{m.km:.0f} km of it lie elsewhere",
                before=None,
                after=None,
                probability=round(_surest(analysis, claims), 4),
                quotes=_quotes(analysis, claims),
                claims=claims,
            )
        )
    return out


def _parted(said: str | None, by_name: Mapping[str, list[str]]) -> list[str]:
    """The sides in "A and B" or "A"."""
    if not said:
        return []
    return [said] if said in by_name else [x for x in said.split(" and ") if x in by_name]


def _of_expectation(analysis: Analysis, e: Expectation) -> Alert:
    spot = next((h for h in analysis.picture(e.until).holdings if h.place.id == e.place_id), None)
    claims = (*e.claims, *e.decided_by)
    names = analysis.history().sides.names
    ids = (*e.actor_ids, *e.other_ids)
    change = digest(["change", CAME_TRUE, e.id], 32)
    return Alert(
        digest(["alert", change], 32),
        change,
        CAME_TRUE,
        f"it came true: {e.sentence or e.quote}",
        e.first_said,
        e.place,
        e.place_id,
        spot.place.lat if spot else None,
        spot.place.lon if spot else None,
        tuple(dict.fromkeys(names.get(i, i) for i in ids)),
        ids,
        None,
        None,
        round(_surest(analysis, e.decided_by), 4),
        _quotes(analysis, claims),
        claims,
    )


def _quotes(analysis: Analysis, claims: Iterable[str]) -> tuple[Quote, ...]:
    out = []
    for s in analysis.who_says_so(claims, QUOTES):
        report = analysis.ledger.report(s.claim.report)
        out.append(
            Quote(
                s.claim.quote,
                s.source,
                s.published,
                s.claim.report,
                s.id,
                report.url if report else "",
            )
        )
    return tuple(out)


def _surest(analysis: Analysis, claims: Iterable[str]) -> float:
    by = analysis.by_id()
    return max((by[i].claim.confidence for i in claims if i in by), default=0.0)


# -- who wants to hear --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """What somebody wants to hear of; what is left empty is anything. `box`: west, south, east,
    north in degrees. `digest`: seconds over which alerts are gathered into one message, 0 for none.
    """

    name: str
    kinds: tuple[str, ...] = DEFAULT
    places: tuple[str, ...] = ()
    area: str = ""
    box: tuple[float, ...] = ()
    parties: tuple[str, ...] = ()
    probability: float = 0.0
    send: tuple[str, ...] = ()
    send_env: tuple[str, ...] = ()
    digest: int = 0


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """`kinds` and `days` are of the feed; a rule hears of nothing that is not in it."""

    atom: str = ""
    json: str = ""
    title: str = "What changed"
    kinds: tuple[str, ...] = DEFAULT
    days: int = DAYS
    rules: tuple[Rule, ...] = field(default_factory=tuple)


class Wanted:
    """Rules with their names looked up. Raises ContactlineError for an area nobody knows."""

    def __init__(self, rules: Sequence[Rule], analysis: Analysis) -> None:
        self.rules = [(r, self._shape(r, analysis), self._parties(r, analysis)) for r in rules]

    def of(self, alert: Alert) -> list[str]:
        """The names of the rules that want it."""
        return [r.name for r, shape, ids in self.rules if self._wants(r, shape, ids, alert)]

    @staticmethod
    def _wants(r: Rule, shape: BaseGeometry | None, ids: frozenset[str], a: Alert) -> bool:
        if a.kind not in r.kinds or a.probability < r.probability:
            return False
        if r.places:
            wanted = {plain_words(p) for p in r.places}
            if plain_words(a.place or "") not in wanted and a.place_id not in r.places:
                return False
        if shape is not None and (
            a.lat is None or a.lon is None or not shape.covers(shapely.Point(a.lon, a.lat))
        ):
            return False
        if r.parties:
            said = {plain_words(p) for p in a.parties}
            named = any(plain_words(p) in said for p in r.parties)
            return named or not ids.isdisjoint(a.party_ids)
        return True

    @staticmethod
    def _shape(r: Rule, analysis: Analysis) -> BaseGeometry | None:
        if r.box:
            west, south, east, north = r.box
            return shapely.Polygon([(west, south), (east, south), (east, north), (west, north)])
        if not r.area:
            return None
        found = [m.place for m in analysis.gazetteer.lookup(r.area)]
        outlines = Outlines.load()
        for p in found:
            if (shape := outlines.of(p)) is not None:
                return shape
        if not found:
            raise ContactlineError(f"alerts, rule {r.name}: no area goes by {r.area}")
        return disc(found[0].lat, found[0].lon, found[0].radius_km)

    @staticmethod
    def _parties(r: Rule, analysis: Analysis) -> frozenset[str]:
        return frozenset(a.id for p in r.parties for a in analysis.catalogue.named(p))


def alert_plan(said: Mapping[str, Any], seconds: Any) -> AlertPlan:
    """Of the table [alerts]; `seconds` reads a time. Raises ContactlineError for what is wrong."""
    plan: AlertPlan = _made(
        AlertPlan, {k: v for k, v in said.items() if k != "rules"}, "alerts", seconds
    )
    rows = said.get("rules", [])
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise ContactlineError("alerts: its rules are [[alerts.rules]]")
    rules = []
    for n, row in enumerate(rows, 1):
        where = f"alerts, rule {row.get('name') or n}"
        if not row.get("name"):
            raise ContactlineError(f"{where}: give it a name")
        rules.append(_made(Rule, row, where, seconds))
    names = [r.name for r in rules]
    if twice := next((n for n in names if names.count(n) > 1), ""):
        raise ContactlineError(f"alerts: two rules are named {twice}")
    return replace(plan, rules=tuple(rules))


def _made(what: Any, said: Mapping[str, Any], where: str, seconds: Any) -> Any:
    known = {f.name: f for f in fields(what) if f.name != "rules"}
    made: dict[str, Any] = {}
    for k, v in said.items():
        if k not in known:
            raise ContactlineError(f"{where}: no such setting as {k}; there are {', '.join(known)}")
        kind = str(known[k].type)
        number = isinstance(v, (int, float)) and not isinstance(v, bool)
        if k == "digest":
            v = seconds(v, f"{where}: digest")
        elif kind.startswith("tuple"):
            inner = (int, float) if k == "box" else str
            if not isinstance(v, list) or not all(isinstance(x, inner) for x in v):
                raise ContactlineError(f"{where}: {k} is a list, as in docs/watch.md")
            v = tuple(v)
        elif (kind == "str" and not isinstance(v, str)) or (kind != "str" and not number):
            raise ContactlineError(f"{where}: {k} is a {'text' if kind == 'str' else 'number'}")
        made[k] = v
    if odd := [k for k in made.get("kinds", ()) if k not in KINDS]:
        raise ContactlineError(f"{where}: no kind is {odd[0]}; there are {', '.join(KINDS)}")
    if made.get("box") and len(made["box"]) != 4:
        raise ContactlineError(f"{where}: box is west, south, east, north in degrees")
    return what(**made)
