"""Commands that show the picture: picture, holds, changes, lines, relations."""

from __future__ import annotations

from typing import Annotated

import typer

from contactline.cli.common import (
    LEDGER,
    AsKnown,
    Format,
    LedgerOption,
    On,
    Quiet,
    SettingsOption,
    Why,
    asked_day,
    check_format,
    day,
    given_day,
    open_analysis,
    print_json,
    print_line,
    table,
)
from contactline.cli.telling import (
    access_table,
    agreements_table,
    changes_table,
    events_table,
    evidence,
    lines_table,
    parameters,
    sectors_table,
)
from contactline.questions.rows import called, holding_row, sector_row


def register(app: typer.Typer) -> None:
    @app.command()
    def picture(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who holds what on a day: sectors, pockets, contact lines, agreements."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, on), day(as_known, "--as-known")
        p = analysis.picture(asked, known)
        names = analysis.history(known).sides.names
        if format != "text":
            out = {
                "on": p.on,
                "as_known": p.as_known,
                "places": [holding_row(h, names) for h in p.holdings],
                "sectors": [sector_row(s, names) for s in p.sectors],
                "lines": p.lines,
                "relations": p.relations,
                "agreements": p.agreements,
                "access": p.access,
                "names_not_taken": p.names_not_taken,
                "remnants": [holding_row(h, names) for h in p.remnants],
            }
            print_json(out | ({"parameters": analysis.rules.public()} if why else {}))
            return
        sectors_table(p, names)
        if p.remnants:
            table(
                "Scattered holdings",
                ("place", "held by", "probability"),
                [
                    (
                        h.place.name,
                        called(h.holder, names),
                        f"{h.probability:.2f}",
                    )
                    for h in p.remnants
                ],
            )
        lines_table(p)
        agreements_table(p)
        access_table(p)
        if why:
            evidence(analysis, [c for s in p.sectors for c in s.claims[:6]], known)
            parameters(analysis)

    @app.command()
    def holds(
        place: Annotated[str, typer.Argument(help="A place's name.")],
        on: On = None,
        as_known: AsKnown = None,
        why: Why = False,
        format: Format = "text",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who holds one place on a day, and who says so."""
        from contactline.questions.holders import who_holds

        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, on), day(as_known, "--as-known")
        a = who_holds(analysis, place, asked, known)
        sides = analysis.history(known).sides
        h = a.holding
        row = holding_row(h, sides.names) | {
            "on": asked,
            "as_known": known,
            "place": h.place.name,
            "shares": {called(k, sides.names): v for k, v in h.shares},
        }
        if format != "text":
            why_rows = [
                {
                    "day": r.day or r.claim.on,
                    "says": r.says,
                    "sides": [sides.names.get(x, x) for x in r.sides],
                    "weight": round(r.weight, 3),
                    "ratio": round(r.ratio, 3),
                    "source": r.claim.source,
                    "quote": r.claim.claim.quote,
                    "claims": r.claims,
                    "confidence": round(r.claim.claim.confidence, 3),
                }
                for r in a.reasons
            ]
            print_json(
                row
                | ({"note": a.note} if a.note else {})
                | ({"why": why_rows, "parameters": analysis.rules.public()} if why else {})
            )
            return
        held = (
            f"{row['holder']} ({h.status}, {h.probability:.0%})"
            if h.holder
            else f"not known ({h.status})"
        )
        told = f", since {h.since}" if h.since else ""
        print(f"{h.place.name} on {asked}: {held}{told}{f'; {a.note}' if a.note else ''}")
        for k, v in h.shares:
            print(f"  {v:6.1%}  {called(k, sides.names)}")
        if why:
            table(
                "Why (for +, against −)",
                ("weight", "day", "says", "who", "source", "sentence"),
                [
                    (
                        f"{r.weight:+.2f}",
                        r.day or "no date",
                        r.says,
                        ", ".join(sides.names.get(x, x) for x in r.sides),
                        r.claim.source,
                        r.claim.claim.quote,
                    )
                    for r in a.reasons
                ],
            )
            parameters(analysis)

    @app.command()
    def changes(
        first: Annotated[str, typer.Argument(metavar="FROM")],
        last: Annotated[str, typer.Argument(metavar="TO")],
        format: Format = "text",
        as_known: AsKnown = None,
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """What changed between two days: taken, lost, cut off, relieved, agreed, broken."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        known = day(as_known, "--as-known")
        found = analysis.what_changed(given_day(first, "FROM"), given_day(last, "TO"), known)
        if format == "text":
            changes_table(found, first, last)
            if why:
                evidence(analysis, [c for x in found for c in x.claims[:3]], known)
                parameters(analysis)
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
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Where two sides face each other, how long, and what stands between them."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, on), day(as_known, "--as-known")
        p = analysis.picture(asked, known)
        if format == "text":
            lines_table(p)
            if why:
                evidence(analysis, [c for x in p.lines for c in x.claims[:4]], known)
                parameters(analysis)
        else:
            print_json(p.lines)

    @app.command()
    def events(
        first: Annotated[str, typer.Option("--from", help="The first day.")],
        last: Annotated[str, typer.Option("--to", help="The last day.")],
        format: Format = "text",
        as_known: AsKnown = None,
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Clashes, strikes, captures and moves between two days, each once, with their sources."""
        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        known = day(as_known, "--as-known")
        found = analysis.events(given_day(first, "--from"), given_day(last, "--to"), known)
        if format == "text":
            events_table(found, first, last)
            if why:
                evidence(analysis, [c for e in found for c in e.claims[:3]], known)
                parameters(analysis)
        elif format == "jsonl":
            for e in found:
                print_line(e)
        else:
            print_json(found)

    @app.command()
    def relations(
        on: On = None,
        as_known: AsKnown = None,
        format: Format = "text",
        why: Why = False,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Who stands with or against whom on a day; camps and contradictions."""
        from contactline.picture.relations import blocs, contradictions

        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        asked, known = asked_day(analysis, on), day(as_known, "--as-known")
        scene = analysis.snapshot(asked, known)
        camps = [sorted(b) for b in blocs(scene.ties)]
        odd = contradictions(scene.ties)
        found = scene.sides.explained(asked)
        if format != "text":
            print_json(
                {
                    "on": scene.on,
                    "ties": scene.ties,
                    "sides": found,
                    "blocs": camps,
                    "contradictions": odd,
                }
            )
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
        for side in found:
            print(f"Side of {side.name}: " + ", ".join(m.name for m in side.members))
        for b in camps:
            print("Camp: " + ", ".join(b))
        for one, two, third in odd[:12]:
            print(f"Contradiction: {one} and {two} stand together, but differ over {third}")
        for t in (t for t in scene.ties if t.contrary):
            print(f"Contradiction: {t.a} and {t.b}: {len(t.contrary)} of {len(t.claims)} differ")
        if why:
            for side in found:
                print(f"Why these are of the side of {side.name}:")
                evidence(analysis, [c for m in side.members for c in m.claims[:3]], known)
            evidence(analysis, [c for t in scene.ties[:15] for c in t.claims[:2]], known)
            evidence(analysis, [c for t in scene.ties for c in t.contrary[:2]], known)
            parameters(analysis)
