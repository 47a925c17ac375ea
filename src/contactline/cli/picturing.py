"""Commands that answer: picture, holds, changes, lines, relations, prospects, whatif, export, brief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    AsKnown,
    Format,
    LedgerOption,
    On,
    Quiet,
    Why,
    check_format,
    day,
    default_day,
    open_ledger,
    print_json,
    print_line,
    say,
    table,
    wrong,
)
from contactline.cli.telling import (
    agreements_table,
    answer_json,
    answer_told,
    changes_table,
    evidence,
    lines_table,
    prospects_told,
    sectors_table,
)
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError, Holding, plain

WEIGHED = 60_000  # claims up to which `holds` weighs sources over the whole ledger


def _scene(store: Ledger, on: date, as_known: date | None, quiet: bool = True) -> Any:
    from contactline.naming.actors import Catalogue
    from contactline.naming.gazetteer import Gazetteer
    from contactline.picture.build import reported_places, snapshot_on, theatre
    from contactline.picture.settings import Settings

    claims = store.claims(as_known=as_known)
    gazetteer = Gazetteer.open(lambda t: say(t, quiet))
    ground = gazetteer.settlements(theatre(reported_places(claims))) if claims else []
    return snapshot_on(claims, ground, Catalogue.load().by_id, Settings(), on, as_known)


def _row(h: Holding, names: dict[str, str]) -> dict[str, Any]:
    p = h.place
    return {
        "name": p.name,
        "id": p.id,
        "geoname_id": p.geoname_id,
        "lat": p.lat,
        "lon": p.lon,
        "holder": h.holder.called(names) if h.holder else None,
        "status": h.status,
        "probability": h.probability,
        "since": h.since,
        "claims": h.claims,
        "basis": h.basis,
        "contested_by": [names.get(x, x) for x in h.contested_by],
        "besieged_by": [names.get(x, x) for x in h.besieged_by],
        "named": h.named,
    }


def _sector_json(s: Any, names: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = plain(s)
    out["side"] = s.side.called(names)
    for told, p in zip(out["pockets"], s.pockets, strict=True):
        told["holder"] = p.holder.called(names) if p.holder else None
        told["inside"] = p.inside.called(names)
    return out


def register(app: typer.Typer) -> None:
    @app.command()
    def picture(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who holds what on a day: sectors, pockets, contact lines, agreements."""
        from contactline.picture.build import draw

        check_format(format)
        store = open_ledger(ledger, quiet)
        known = day(as_known, "--as-known")
        asked = default_day(store, day(on, "--on"))
        scene = _scene(store, asked, known, quiet)
        p = draw(scene)
        names = scene.sides.names
        if format != "text":
            out = {
                "on": p.on,
                "as_known": p.as_known,
                "places": [_row(h, names) for h in p.holdings],
                "sectors": [_sector_json(s, names) for s in p.sectors],
                "lines": p.lines,
                "relations": p.relations,
                "agreements": p.agreements,
                "remnants": [_row(h, names) for h in p.remnants],
                "names_not_taken": p.names_not_taken,
            }
            print_json(out | ({"parameters": p.parameters} if why else {}))
            return
        sectors_table(p, names, scene)
        if p.remnants:
            table(
                "Scattered holdings",
                ("place", "held by", "probability"),
                [
                    (
                        h.place.name,
                        h.holder.called(names) if h.holder else "",
                        f"{h.probability:.2f}",
                    )
                    for h in p.remnants
                ],
            )
        lines_table(p)
        agreements_table(p)
        if why:
            evidence(scene.claims, [c for s in p.sectors for c in s.claims[:6]])

    @app.command()
    def holds(
        place: Annotated[str, typer.Argument(help="A place's name.")],
        on: On = None,
        as_known: AsKnown = None,
        why: Why = False,
        format: Format = "text",
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who holds one place on a day, and who says so."""
        from contactline.naming.actors import Catalogue
        from contactline.naming.gazetteer import Gazetteer
        from contactline.picture.build import History, place_of
        from contactline.picture.settings import Settings

        check_format(format)
        store = open_ledger(ledger, quiet)
        asked, known = default_day(store, day(on, "--on")), day(as_known, "--as-known")
        found = Gazetteer.open(lambda t: say(t, quiet)).lookup(place)
        ids = [m.place.id for m in found if m.place.feature != "country"]
        claims = store.claims(place_ids=ids, as_known=known) if ids else []
        by_place: dict[str, list[Any]] = {}
        for s in claims:
            if (at := place_of(s)) is not None:
                by_place.setdefault(at.id, []).append(s)
        if not by_place:
            if not found:
                raise ContactlineError(
                    f"no place goes by {place}; look it up with: contactline gazetteer find {place}"
                )
            result: dict[str, Any] = {
                "place": found[0].place.name,
                "on": asked,
                "holder": None,
                "status": "unknown",
                "probability": 0.0,
                "since": None,
                "claims": [],
                "note": "no claim in the ledger is about it",
            }
            print_json(result) if format != "text" else print(
                f"{found[0].place.name} on {asked}: not known; no claim in the ledger is about it"
            )
            return
        key = max(
            by_place,
            key=lambda k: (
                sum(s.claim.kind == "control" for s in by_place[k]),
                -ids.index(k) if k in ids else -99,
            ),
        )
        mine = by_place[key]
        settings = Settings()
        # who a source is to be believed about is learnt over the whole ledger; in a very large one all sources weigh alike here
        whole = store.claims(as_known=known) if store.counts()["claims"] <= WEIGHED else mine
        stage = History(whole, [], Catalogue.load().by_id, settings)
        sides = stage.sides
        h = stage.holding(key, asked)
        state = stage.track(key).at(asked)
        names = sides.names
        row = _row(h, names) | {
            "on": asked,
            "as_known": known,
            "place": h.place.name,
            "shares": {names.get(k, k): v for k, v in h.shares if k != "?"}
            | {"somebody not named": dict(h.shares).get("?", 0.0)},
        }
        by_id = {s.id: s for s in mine}
        reasons = [
            {
                "day": o.day,
                "says": o.what,
                "sides": [names.get(x, x) for x in sorted(o.sides)],
                "weight": round(w, 3),
                "ratio": round(o.ratio, 3),
                "source": o.source,
                "quote": by_id[o.claims[0]].claim.quote,
                "claims": o.claims,
                "confidence": round(by_id[o.claims[0]].claim.confidence, 3),
            }
            for o, w in sorted(state.weights, key=lambda x: (-abs(x[1]), x[0].day))
        ]
        if format != "text":
            print_json(row | ({"why": reasons, "parameters": settings.public()} if why else {}))
            return
        held = (
            f"{row['holder']} ({h.status}, {h.probability:.0%})"
            if h.holder
            else f"not known ({h.status})"
        )
        print(f"{h.place.name} on {asked}: {held}" + (f", since {h.since}" if h.since else ""))
        for k, v in h.shares:
            print(f"  {v:6.1%}  {names.get(k, k) if k != '?' else 'somebody not named'}")
        if why:
            table(
                "Why (for +, against −)",
                ("weight", "day", "says", "who", "source", "sentence"),
                [
                    (
                        f"{r['weight']:+.2f}",
                        r["day"],
                        r["says"],
                        ", ".join(r["sides"]),
                        r["source"],
                        r["quote"],
                    )
                    for r in reasons
                ],
            )
            print(
                "Parameters: "
                + ", ".join(
                    f"{k} {v:g}"
                    for k, v in settings.public().items()
                    if isinstance(v, (int, float))
                )
            )

    @app.command()
    def changes(
        first: Annotated[str, typer.Argument(metavar="FROM")],
        last: Annotated[str, typer.Argument(metavar="TO")],
        format: Format = "text",
        as_known: AsKnown = None,
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What changed between two days: taken, lost, cut off, relieved, agreed, broken."""
        check_format(format)
        store = open_ledger(ledger, quiet)
        scene, found = _changes(store, first, last, day(as_known, "--as-known"))
        if format == "text":
            changes_table(found, first, last)
            if why:
                evidence(scene.claims, [c for x in found for c in x.claims[:3]])
        elif format == "jsonl":
            for x in found:
                print_line(x)
        else:
            print_json(found)

    @app.command()
    def lines(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Where two sides face each other, how long, and what stands between them."""
        from contactline.picture.build import draw

        check_format(format)
        store = open_ledger(ledger, quiet)
        scene = _scene(
            store, default_day(store, day(on, "--on")), day(as_known, "--as-known"), quiet
        )
        p = draw(scene)
        if format == "text":
            lines_table(p)
            if why:
                evidence(scene.claims, [c for x in p.lines for c in x.claims[:4]])
        else:
            print_json(p.lines)

    @app.command()
    def relations(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who stands with or against whom on a day; camps and contradictions."""
        from contactline.picture.relations import blocs, contradictions

        check_format(format)
        store = open_ledger(ledger, quiet)
        scene = _scene(
            store, default_day(store, day(on, "--on")), day(as_known, "--as-known"), quiet
        )
        camps = [sorted(b) for b in blocs(scene.ties)]
        odd = contradictions(scene.ties)
        if format != "text":
            print_json({"on": scene.on, "ties": scene.ties, "blocs": camps, "contradictions": odd})
            return
        table(
            "Ties",
            ("a", "b", "sign", "said as", "first", "last", "weight"),
            [
                (
                    t.a,
                    t.b,
                    {1: "+", -1: "−", 0: "±"}[t.sign],
                    ", ".join(t.kinds),
                    t.first,
                    t.last,
                    f"{t.weight:.2f}",
                )
                for t in scene.ties
            ],
        )
        for b in camps:
            print("Camp: " + ", ".join(b))
        for one, two, third in odd[:12]:
            print(f"Contradiction: {one} and {two} stand together, but differ over {third}")
        if why:
            evidence(scene.claims, [c for t in scene.ties[:15] for c in t.claims[:2]])

    @app.command()
    def prospects(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What is expected, intended or conditional, who says so, and what came of it."""
        check_format(format)
        store = open_ledger(ledger, quiet)
        scene, found = _expected(store, on, day(as_known, "--as-known"))
        if format == "text":
            prospects_told(found, scene.claims)
            if why:
                evidence(
                    scene.claims, [c for e in found for c in (*e.claims[:1], *e.decided_by[:1])]
                )
        else:
            print_json(found)

    @app.command()
    def whatif(
        without: Annotated[
            str, typer.Option("--without", help="A party that is taken to hold nothing any more.")
        ] = "",
        holds: Annotated[
            str, typer.Option("--holds", help="PLACE=ACTOR: the place is taken to be the party's.")
        ] = "",
        ends: Annotated[
            str,
            typer.Option(
                "--ends", help="An agreement, by words of its name, that is taken to hold no more."
            ),
        ] = "",
        allied: Annotated[
            str, typer.Option("--allied", help="A=B: two parties taken to stand together.")
        ] = "",
        hostile: Annotated[
            str, typer.Option("--hostile", help="A=B: two parties taken to be enemies.")
        ] = "",
        on: On = None,
        maps: Annotated[
            Path | None,
            typer.Option("--maps", help="Write both maps, before and after, to this HTML file."),
        ] = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What the picture would be if something were otherwise, told in sentences."""
        check_format(format)
        store = open_ledger(ledger, quiet)
        asked = {
            "without": without,
            "holds": holds,
            "ends": ends,
            "allied": allied,
            "hostile": hostile,
        }
        given = {k: v for k, v in asked.items() if v}
        if len(given) != 1:
            raise wrong(
                "whatif: say one thing that is otherwise, with --without, --holds, --ends, --allied or --hostile"
            )
        scene, result = _whatif(store, *next(iter(given.items())), on)
        if maps:
            _write_maps(maps, result)
        if format == "text":
            answer_told(result, scene.claims, why)
        else:
            print_json(
                {
                    "assumed": result.assumed,
                    "on": result.before.on,
                    "passed": result.passed,
                    "vanished": result.vanished,
                    "appeared": result.appeared,
                    "grown": [{"line": x, "km": more} for x, more in result.grown],
                    "facing": result.facing,
                    "expectations": [{"expectation": e, "why": w} for e, w in result.expectations],
                    "sentences": result.sentences,
                    "answer": answer_json(result, scene.claims),
                    "before": result.before.sectors,
                    "after": result.after.sectors,
                    "risk": {
                        "days": result.skill.days,
                        "shown": result.skill.shown,
                        "places": result.shifts,
                    }
                    if result.skill
                    else None,
                }
            )

    @app.command()
    def risk(
        on: On = None,
        days: Annotated[int, typer.Option(min=1, max=365, help="How many days ahead.")] = 30,
        format: Format = "text",
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """The chance of fighting, a strike or a change of holder soon; only where the model has shown skill."""
        from contactline.prospects.risk import as_json, line_risk, risks

        check_format(format)
        store = open_ledger(ledger, quiet)
        scene = _scene(store, default_day(store, day(on, "--on")), None)
        skill, found = risks(scene.stage, scene.on, days)
        from contactline.picture.build import draw

        lines = [(x, line_risk(found, x.between)) for x in draw(scene).lines] if found else []
        if format != "text":
            print_json(
                as_json(skill, found)
                | {
                    "on": scene.on,
                    "lines": [{"a": x.a, "b": x.b, "chance": c} for x, c in lines if c is not None],
                }
            )
            return
        told = f"{skill.cases} past cases, {skill.events} with an event; Brier skill {skill.over_base:+.2f} over the base rate, {skill.over_persistence:+.2f} over persistence"
        if not skill.shown:
            print(
                f"No figure for {days} days from {scene.on}: the ledger's past gives the model no shown skill ({told})."
            )
            return
        table(
            f"Chance of fighting, a strike or a change of holder within {days} days of {scene.on} ({told})",
            ("place", "chance", "because of"),
            [
                (r.place, f"{r.chance:.0%}", "; ".join(f"{f} {v:+.1f}" for f, v in r.reasons))
                for r in found[:25]
            ],
        )
        if any(c is not None for _, c in lines):
            table(
                "Contact lines",
                ("between", "and", "chance near it"),
                [(x.a, x.b, f"{c:.0%}") for x, c in lines if c is not None],
            )

    @app.command("turning-points")
    def turning(
        first: Annotated[
            str | None, typer.Option("--from", help="Default: the first dated report.")
        ] = None,
        last: Annotated[str | None, typer.Option("--to", help="Default: the last.")] = None,
        format: Format = "text",
        why: Why = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """The days around which the picture changed most, and what changed it."""
        from contactline.prospects.turning import beginning, turning_points

        check_format(format)
        store = open_ledger(ledger, quiet)
        end = day(last, "--to") or default_day(store, None)
        scene = _scene(store, end, None)
        start = day(first, "--from") or beginning(scene.stage, end)
        found = turning_points(scene.stage, start, end)
        if format != "text":
            print_json(found)
            return
        table(
            f"Turning points from {start} to {end}",
            ("around", "size", "what changed"),
            [(t.on, f"{t.size:.1f}", t.text) for t in found],
        )
        if why:
            evidence(scene.claims, [c for t in found for c in t.claims])

    @app.command("track-record")
    def track_record(
        on: On = None, format: Format = "text", ledger: LedgerOption = LEDGER, quiet: Quiet = False
    ) -> None:
        """Whose expectations came true, against how often the like happens anyway."""
        from contactline.prospects.record import records

        check_format(format)
        store = open_ledger(ledger, quiet)
        scene, found = _expected(store, on, None)
        rows = records(found, scene.claims, scene.on)
        if format != "text":
            print_json(rows)
            return
        table(
            f"Track record on {scene.on}",
            ("who", "as", "said", "decided", "came true", "90% interval", "base rate", "Brier"),
            [
                (
                    r.who,
                    r.kind,
                    r.said,
                    r.decided,
                    r.came_true,
                    f"{r.low:.0%}–{r.high:.0%}" if r.decided else "",
                    "" if r.base is None else f"{r.base:.0%}",
                    "" if r.brier is None else f"{r.brier:.2f} ({r.with_probability})",
                )
                for r in rows[:40]
            ],
        )

    @app.command()
    def export(
        file: Annotated[
            Path,
            typer.Argument(help="A name ending in .geojson, .gpkg, .csv, .jsonl or .stix.json."),
        ],
        on: On = None,
        as_known: AsKnown = None,
        hxl: Annotated[
            bool, typer.Option("--hxl", help="A row of HXL tags under the CSV's header.")
        ] = False,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write the picture, or with .jsonl the claims, to a file."""
        from contactline.picture.build import draw
        from contactline.publishing.export import export as write

        store = open_ledger(ledger, quiet)
        scene = _scene(
            store, default_day(store, day(on, "--on")), day(as_known, "--as-known"), quiet
        )
        n = write(
            file, draw(scene), scene.claims, scene.sides.names, scene.settings.spread.reach_km, hxl
        )
        say(f"{file}: {n} rows", quiet)

    @app.command()
    def brief(
        file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
        on: On = None,
        since: Annotated[
            str | None,
            typer.Option("--since", help="Tell changes since this day. Default: 60 days before."),
        ] = None,
        without: Annotated[
            str | None, typer.Option("--without", help="Add a what-if without this party.")
        ] = None,
        title: Annotated[str, typer.Option(help="The brief's title.")] = "Who holds what",
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write a brief: one HTML file with map, sectors, changes, lines, prospects, and the sentence behind each."""
        store = open_ledger(ledger, quiet)
        write_brief(store, file, on, since, without, title)
        say(f"{file} written", quiet)


def write_brief(
    store: Ledger, file: Path, on: str | None, since: str | None, without: str | None, title: str
) -> None:
    from datetime import timedelta

    from contactline.prospects.risk import risks
    from contactline.prospects.turning import beginning, turning_points
    from contactline.publishing.brief import brief as make

    asked = default_day(store, day(on, "--on"))
    first = since or (asked - timedelta(days=60)).isoformat()
    scene, changed = _changes(store, first, asked.isoformat(), None)
    _, expected = _expected(store, asked.isoformat(), None)
    gone = _whatif(store, "without", without, asked.isoformat())[1] if without else None
    points = turning_points(scene.stage, beginning(scene.stage, asked), asked)
    try:
        file.write_text(
            make(
                scene, changed, first, expected, gone, title, points, risks(scene.stage, asked, 30)
            ),
            encoding="utf-8",
        )
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror}") from e


def _changes(store: Ledger, first: str, last: str, known: date | None) -> tuple[Any, Sequence[Any]]:
    from contactline.picture.build import draw
    from contactline.picture.changes import changes as differ

    a, b = day(first, "FROM"), day(last, "TO")
    assert a and b
    if a >= b:
        raise ContactlineError(f"{first} is not before {last}")
    before, after = _scene(store, a, known), _scene(store, b, known)
    return after, differ(draw(before), draw(after), after.sides.names, after.claims)


def _expected(store: Ledger, on: str | None, known: date | None) -> tuple[Any, Any]:
    from contactline.prospects.expectations import expected_on

    scene = _scene(store, default_day(store, day(on, "--on")), known)
    return scene, expected_on(scene.stage, scene.on)


def _whatif(store: Ledger, kind: str, what: str, on: str | None) -> Any:
    from contactline.prospects.assume import asked
    from contactline.prospects.expectations import expected_on

    scene = _scene(store, default_day(store, day(on, "--on")), None)
    return scene, asked(scene, kind, what, expected_on(scene.stage, scene.on))


def _write_maps(file: Path, result: Any) -> None:
    from html import escape

    from contactline.picture.settings import Settings
    from contactline.publishing.svg import standalone

    told = "".join(f"<p>{escape(s)}</p>" for s in result.sentences)
    names = {
        h.holder: h.holder for p in (result.before, result.after) for h in p.holdings if h.holder
    }
    reach = Settings().spread.reach_km
    page = f"<!doctype html><meta charset=utf-8><title>{escape(result.assumed)}</title><h1>{escape(result.assumed)}</h1>{told}<h2>As it is</h2>{standalone(result.before, names, reach, 'As it is')}<h2>As it would be</h2>{standalone(result.after, names, reach, 'As it would be')}"
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as e:
        raise ContactlineError(f"{file} can't be written: {e.strerror}") from e
