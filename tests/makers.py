"""Small reports and claims with plain values, so that a test says only what it is about."""

from __future__ import annotations

from datetime import date

from contactline.model import Claim, Report, Role, Stored

PLACES = {"Alpha": (35.0, 37.0), "Beta": (35.1, 37.1), "Gamma": (35.3, 37.4), "Delta": (36.5, 39.0)}


def report(
    text: str = "The army holds Alpha.",
    source: str = "Wire",
    on: date | None = date(2017, 11, 1),
    **more: object,
) -> Report:
    return Report(text, len(text), source=source, published=on, **more)  # type: ignore[arg-type]


def actor(name: str) -> Role:
    return Role(name, name, f"actor:{name.lower().replace(' ', '-')}")


def place(name: str) -> Role:
    lat, lon = PLACES[name]
    return Role(
        name,
        name,
        f"place:{name.lower()}",
        lat,
        lon,
        country="SY",
        feature="settlement",
        radius_km=3.0,
    )


def claim(
    kind: str = "control",
    aspect: str | None = "holds",
    who: str | None = "Army",
    where: str | None = "Alpha",
    other: str | None = None,
    in_report: Report | None = None,
    modality: str = "stated",
    confidence: float = 0.9,
    **more: object,
) -> Claim:
    r = in_report or report()
    start = int(more.pop("start", 0))  # type: ignore[call-overload]
    return Claim(
        r.id,
        kind,
        aspect,
        actor(who) if who else None,
        actor(other) if other else None,
        place(where) if where else None,
        modality,
        r.text[start:],
        start,
        len(r.text),
        confidence,
        **more,
    )  # type: ignore[arg-type]


def stored(
    *args: object, on: date | None = date(2017, 11, 1), source: str = "Wire", **kwargs: object
) -> Stored:
    """A claim as the ledger gives it back; each with a report of its own unless one is given."""
    n = kwargs.pop("n", 0)
    r = kwargs.pop("in_report", None) or report(
        text=f"Sentence {n} of {source} on {on} about {args}{sorted(kwargs.items())}.",
        source=source,
        on=on,
    )  # type: ignore[arg-type]
    c = claim(*args, in_report=r, **kwargs)  # type: ignore[arg-type]
    return Stored(c.id, c, source, on, on or date(2026, 1, 1))
