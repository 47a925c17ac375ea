"""Tables of the text output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from contactline.cli.common import table
from contactline.model import Event, Picture, Status, Stored
from contactline.questions.rows import called

if TYPE_CHECKING:
    from contactline.questions.analysis import Analysis


def sectors_table(p: Picture, names: Mapping[str, str]) -> None:
    rows = []
    for i, s in enumerate(p.sectors, 1):
        pockets = "; ".join(
            f"{x.name} ({called(x.holder, names) or 'holder not named'}, {x.activity}"
            f"{', besieged' if x.status == Status.BESIEGED else ''})"
            for x in s.pockets
        )
        holders = (
            ", ".join(s.holders)
            + (f" (core: {', '.join(s.core)})" if s.core else "")
            + (f"; present: {', '.join(s.present)}" if s.present else "")
        )
        places = ", ".join(f"{n} (part)" if n in s.partial else n for n in s.main_places)
        rows.append(
            (
                i,
                s.name,
                holders,
                ", ".join(s.backers),
                places,
                pockets,
                f"{s.share_of_places:.0%}",
                s.activity,
                "; ".join(s.agreements),
            )
        )
    table(
        f"Sectors on {p.on}" + (f", as known on {p.as_known}" if p.as_known else ""),
        (
            "#",
            "sector",
            "held by",
            "backed by",
            "main places",
            "pockets inside",
            "places",
            "activity",
            "agreements",
        ),
        rows,
    )


def lines_table(p: Picture) -> None:
    table(
        "Contact lines",
        ("between", "and", "relation", "km", "unsure km", "nearest places", "last clash"),
        [
            (
                x.a,
                x.b,
                "not known" if x.relation == "unclear" else x.relation,
                f"{x.length_km:.0f}",
                f"{x.uncertainty_km:.0f}",
                "; ".join(f"{a} / {b}" for a, b in x.between[:2]),
                x.last_clash,
            )
            for x in p.lines
        ],
    )


def agreements_table(p: Picture) -> None:
    if p.agreements:
        table(
            "Agreements",
            ("agreement", "status", "first", "last"),
            [(a.name, a.status, a.since, a.last) for a in p.agreements[:20]],
        )


def access_table(p: Picture) -> None:
    if p.access:
        table(
            "Roads and crossings",
            ("where", "state", "by", "against", "since", "last told"),
            [
                (a.place, a.state, ", ".join(a.by), ", ".join(a.against), a.since, a.last)
                for a in p.access[:20]
            ],
        )


def events_table(found: Sequence[Event], first: str, last: str) -> None:
    table(
        f"Events from {first} to {last}",
        ("day", "what", "where", "parties", "harm", "sources"),
        [
            (
                f"{e.date}" if e.precision == "day" else f"{e.date} ({e.precision})",
                e.kind,
                e.place or "",
                ", ".join(e.parties),
                "; ".join(f"{h.what} {h.number or ''} {h.who or ''}".strip() for h in e.harm),
                ", ".join(e.sources[:3])
                + (f" +{len(e.sources) - 3}" if len(e.sources) > 3 else ""),
            )
            for e in found
        ],
    )


def changes_table(found: Sequence[Any], first: str, last: str) -> None:
    table(
        f"What changed from {first} to {last}",
        ("what", "when", "told"),
        [(c.what, c.on, c.text) for c in found],
    )


def prospects_told(found: Sequence[Any], claims: Iterable[Stored], most: int = 60) -> None:
    """Expectations as sentences: those that are clear by their state, then what was also said."""
    from contactline.prospects.expectations import outcome
    from contactline.prospects.phrase import waiting

    by_id = {s.id: s for s in claims}
    by_expectation = {e.id: e for e in found}
    for title, mine in (
        ("Expected", [e for e in found if e.undecided_for != "vague"]),
        ("Also said", [e for e in found if e.undecided_for == "vague"]),
    ):
        if not mine:
            continue
        print(f"{title}:")
        for e in mine[:most]:
            how = f"{outcome(e)}; {e.undecided_for}" if e.undecided_for else outcome(e)
            print(f"  {e.sentence} [{how}, by {e.until}]")
            for c in e.conditions:
                print(f"      waits: {waiting(c)}")
            for lead in e.leads_to:
                if lead.to in by_expectation:
                    print(f"      leads to: {by_expectation[lead.to].sentence} ({lead.because})")
            for i in e.signs[:3]:
                print(f"      a sign of it: {by_id[i].claim.quote}")
        if len(mine) > most:
            print(f"  … and {len(mine) - most} more; all with --format json")
    if not found:
        print("Nothing is read to be expected.")


def processes_told(found: Sequence[dict[str, Any]]) -> None:
    table(
        "Talks and agreements",
        ("parties", "about", "state", "first", "last", "left out", "guaranteed by"),
        [
            (
                ", ".join(p["parties"]),
                p["place"] or "",
                p["state"],
                p["first"],
                p["last"],
                ", ".join(p["left_out"]),
                ", ".join(p["guarantors"]),
            )
            for p in found
        ],
    )


def risk_told(found: dict[str, Any]) -> None:
    """The chance of an event by place, or that the model has shown no skill."""
    skill, days, on = found["skill"], found["days"], found["on"]
    told = (
        f"{skill['cases']} past cases, {skill['events']} with an event; Brier skill "
        f"{skill['over_base_rate']:+.2f} over the base rate, "
        f"{skill['over_persistence']:+.2f} over persistence"
    )
    if not found["shown"]:
        print(
            f"No figure for {days} days from {on}: "
            f"the ledger's past gives the model no shown skill ({told})."
        )
        return
    table(
        f"Chance of fighting, a strike or a change of holder within {days} days of {on} ({told})",
        ("place", "chance", "because of"),
        [
            (
                r["place"],
                f"{r['chance']:.0%}",
                "; ".join(f"{x['feature']} {x['log_odds']:+.1f}" for x in r["reasons"]),
            )
            for r in found["places"][:25]
        ],
    )
    if found["lines"]:
        table(
            "Contact lines",
            ("between", "and", "chance near it"),
            [(x["a"], x["b"], f"{x['chance']:.0%}") for x in found["lines"]],
        )


TITLES = {
    "ground": "Whose its ground would be",
    "lines": "Who then faces whom",
    "agreements": "What loses its reason",
    "troops": "Which troops are free",
    "next": "What comes next",
    "aims": "Whose aims come nearer",
    "blocked": "What stays blocked",
    "talks": "Who talks",
    "risk": "What risk says",
}


def answer_told(analysis: Analysis, result: Any, why: bool) -> None:
    """A what-if section by section; with `why` the sentences of the reports under each point."""
    if not result.answer:
        for line in result.sentences:
            print(line)
        if why:
            facing = (*result.vanished, *result.appeared, *(x for x, _ in result.grown))
            evidence(
                analysis,
                [c for x in facing for c in x.claims[:3]]
                + [c for e, _ in result.expectations for c in e.claims[:1]],
            )
        return
    by_id = analysis.by_id()
    print(result.sentences[0])
    section = ""
    for p in result.answer:
        if p.section != section:
            section = p.section
            print(f"\n{TITLES[section]}:")
        print(f"  {p.sentence}")
        if why:
            quotes = {by_id[i].claim.quote: by_id[i] for i in p.claims if i in by_id}
            for quote, s in list(quotes.items())[:4]:
                print(f"      “{quote}” — {s.source}, {s.published or 'no date'}")


def answer_json(analysis: Analysis, result: Any) -> list[dict[str, Any]]:
    by_id = analysis.by_id()
    return [
        {
            "section": p.section,
            "sentence": p.sentence,
            "claims": list(p.claims),
            "quotes": list(dict.fromkeys(by_id[i].claim.quote for i in p.claims if i in by_id)),
        }
        for p in result.answer
    ]


def evidence(analysis: Analysis, ids: Iterable[str], known: date | None = None) -> None:
    """The sentences behind an answer."""
    table(
        "Why",
        ("claim", "date", "source", "sure", "sentence"),
        [
            (
                s.id,
                s.published or "no date",
                s.source,
                f"{s.claim.confidence:.2f}",
                s.claim.quote,
            )
            for s in analysis.who_says_so(ids, known=known)
        ],
    )


def parameters(analysis: Analysis) -> None:
    """Every number the answer was given under, a line for each section."""
    sections: dict[str, list[str]] = {}
    for key, v in analysis.rules.public().items():
        section, _, name = key.rpartition(".")
        told = f"{v:g}" if isinstance(v, (int, float)) else str(v)
        sections.setdefault(section, []).append(f"{name} {told}")
    print("Parameters (change them with --settings FILE.toml):")
    for section, numbers in sections.items():
        print(f"  [{section}] {', '.join(numbers)}")
