"""A war map of Wikipedia as a report: each row of its table says who holds a place, and is the
sentence that a claim is quoted from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from contactline.intake.wikimap import Mark, legend, marks
from contactline.model import ActorId, Claim, ContactlineError, Modality, Place, Report, Role
from contactline.naming.actors import Catalogue
from contactline.naming.gazetteer import Gazetteer
from contactline.publishing.wikimap import SAME_KM, distance_km

SURE = 0.95  # that the row says so; whether it is so is for the source's record to tell


@dataclass(slots=True)
class Mapped:
    """What a module says; `parties` by colour, and how many rows were left out, and why."""

    report: Report
    claims: list[Claim] = field(default_factory=list)
    parties: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave(self, why: str) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + 1


def mapped(
    text: str,
    published: date,
    source: str,
    gazetteer: Gazetteer,
    sides: Mapping[str, str] | None = None,
    title: str = "",
) -> Mapped:
    """Claims of a module of a day. `sides` names the party of a colour where the legend does not,
    or not rightly.

    Raises ContactlineError where there is no row, or a named party is in no catalogue.
    """
    rows = marks(text)
    if not rows:
        raise ContactlineError(
            "no row with lat and long was found; give a module such as Wikipedia's "
            "“Syrian Civil War detailed map”"
        )
    report = Report(
        text,
        len(text),
        title=title,
        source=source,
        published=published,
        date_basis="given",
        media_type="text/x-lua",
    )
    out = Mapped(report)
    parties = _parties(text, sides or {})
    out.parties = {tone: who.label for tone, who in parties.items()}
    names = {(m.fields["lat"], m.fields["long"]): m.label for m in rows if m.label}
    for m in rows:
        if not m.says:
            out.leave("icons that tell of no holder")
            continue
        label = m.label or names.get((m.fields["lat"], m.fields["long"]), "")
        spot = _place(label, m, gazetteer)
        if spot is None:
            out.leave("places that the gazetteer does not have there")
            continue
        known = [parties[c] for c in m.colours if c in parties]
        if len(known) < len(m.colours):
            out.leave("colours that the legend does not explain")
            continue
        out.claims += [_claim(report, m, who, spot, label) for who in known]
    return out


def _parties(text: str, sides: Mapping[str, str]) -> dict[str, Role]:
    catalogue = Catalogue.load()
    out: dict[str, Role] = {}
    for tone, words in legend(text).items():
        for w in words:
            if found := _party(w, catalogue):
                out[tone] = found
                break
    for tone, name in sides.items():
        given = _party(name, catalogue)
        if given is None:
            raise ContactlineError(f"no party goes by {name}; look it up with: contactline actors")
        out[tone] = given
    return out


def _party(name: str, catalogue: Catalogue) -> Role | None:
    found = catalogue.named(name)
    if found:
        return Role(name, found[0].name, ActorId.of(found[0].id))
    code = catalogue.states.get(name.lower())
    return Role(name, name, ActorId.of(catalogue.state(code))) if code else None


def _place(label: str, m: Mark, gazetteer: Gazetteer) -> Place | None:
    near = [
        (distance_km(m.lat, m.lon, p.lat, p.lon), p.id, p)
        for p in (x.place for x in (gazetteer.lookup(label) if label else ()))
        if p.feature not in ("area", "country", "region")
    ]
    best = min(near, default=None, key=lambda x: x[:2])
    return best[2] if best and best[0] <= SAME_KM else None


ASPECT = {"held": "holds", "mixed": "holds", "contested": "contests", "besieged": "besieges"}


def _claim(report: Report, m: Mark, who: Role, p: Place, label: str) -> Claim:
    day = report.published
    return Claim(
        report.id,
        "control",
        ASPECT[m.says],
        who,
        None,
        Role(
            label,
            p.name,
            p.id,
            p.lat,
            p.lon,
            p.geoname_id,
            p.country,
            p.feature,
            p.radius_km,
        ),
        Modality.STATED,
        report.text[m.start : m.end],
        m.start,
        m.end,
        SURE,
        extent="part" if m.says == "mixed" else None,
        valid_from=day,
        valid_to=day,
        precision="day",
    )
