"""Commands about what is kept: reports, review, actors, gazetteer, sources."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    Format,
    LedgerOption,
    Quiet,
    SettingsOption,
    Why,
    check_format,
    open_analysis,
    open_ledger,
    print_json,
    say,
    table,
    wrong,
)
from contactline.model import ContactlineError

Author = Annotated[str, typer.Option("--author", help="Who decides. Default: the user's name.")]


def register(app: typer.Typer) -> None:
    @app.command()
    def reports(
        ledger: LedgerOption = LEDGER, format: Format = "text", quiet: Quiet = False
    ) -> None:
        """List the reports in the ledger."""
        check_format(format)
        rows = list(open_ledger(ledger, quiet).reports())
        if format == "text":
            table(
                f"{len(rows)} reports",
                ("id", "date", "source", "title", "note"),
                [
                    (
                        r["id"],
                        r["published"] or "no date",
                        r["source"] or "unnamed source",
                        r["title"][:70],
                        r["unread"],
                    )
                    for r in rows
                ],
            )
        else:
            print_json(rows)

    review = typer.Typer(
        help="Accept, reject or correct a claim; undo a decision. Nothing is ever overwritten.",
        no_args_is_help=True,
    )
    app.add_typer(review, name="review")

    def decide(action: str, claim: str, value: dict[str, Any], author: str, ledger: str) -> None:
        store = open_ledger(ledger)
        if not store.claims(ids=[claim]) and action != "undo":
            raise ContactlineError(f"no claim {claim} in the ledger (or it is rejected already)")
        print(store.decide(action, claim, value, author or getpass.getuser()))

    @review.command()
    def accept(claim: str, author: Author = "", ledger: LedgerOption = LEDGER) -> None:
        """Take a claim for sure."""
        decide("accept", claim, {}, author, ledger)

    @review.command()
    def reject(claim: str, author: Author = "", ledger: LedgerOption = LEDGER) -> None:
        """Leave a claim out of every picture."""
        decide("reject", claim, {}, author, ledger)

    @review.command()
    def correct(
        claim: str,
        aspect: Annotated[str, typer.Option(help="The right aspect.")] = "",
        modality: Annotated[str, typer.Option(help="The right modality.")] = "",
        since: Annotated[str, typer.Option("--from", help="The right first day.")] = "",
        author: Author = "",
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Put a claim right; the picture uses the corrected one."""
        value = {
            k: v
            for k, v in (("aspect", aspect), ("modality", modality), ("valid_from", since))
            if v
        }
        if not value:
            raise wrong("review correct: say what is right with --aspect, --modality or --from")
        decide("correct", claim, value, author, ledger)

    @review.command()
    def undo(decision: str, author: Author = "", ledger: LedgerOption = LEDGER) -> None:
        """Take a decision back."""
        store = open_ledger(ledger)
        found = next((d for d in store.decisions() if d["id"] == decision), None)
        if found is None:
            raise ContactlineError(f"no decision {decision} in the ledger")
        print(
            store.decide("undo", found["subject"], {}, author or getpass.getuser(), undoes=decision)
        )

    @review.command()
    def merge(
        one: Annotated[
            str,
            typer.Argument(
                help="The id that goes (actor:… or place:…), as claims and `actors` print it."
            ),
        ],
        into: Annotated[str, typer.Argument(help="The id it is the same as.")],
        author: Author = "",
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Take two parties, or two places, for one. Undo it with `review undo`."""
        from contactline.ledger.naming import merged

        store = open_ledger(ledger)
        print(store.decide("merge", *merged(store, one, into), author or getpass.getuser()))

    @review.command()
    def split(
        one: Annotated[str, typer.Argument(help="The id that stands for too much.")],
        words: Annotated[list[str], typer.Argument(help="The reports' words that mean another.")],
        into: Annotated[
            str, typer.Option("--into", help="The id they mean; a new one when left out.")
        ] = "",
        author: Author = "",
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Give some of the words read as one party or place to another."""
        from contactline.ledger.naming import parted

        store = open_ledger(ledger)
        print(store.decide("split", *parted(store, one, words, into), author or getpass.getuser()))

    @review.command("list")
    def listed(ledger: LedgerOption = LEDGER, format: Format = "text") -> None:
        """Every decision, undone ones too."""
        rows = open_ledger(ledger).decisions()
        if format == "text":
            table(
                f"{len(rows)} decisions",
                ("id", "action", "claim", "author", "when", "undoes"),
                [
                    (
                        d["id"],
                        d["action"],
                        d["subject"],
                        d["author"],
                        f"{d['decided_at']:%Y-%m-%d %H:%M}",
                        d["undoes"] or "",
                    )
                    for d in rows
                ],
            )
        else:
            print_json([d | {"decided_at": d["decided_at"].isoformat()} for d in rows])

    @app.command()
    def actors(
        name: Annotated[
            str, typer.Argument(help="Part of a name or alias; all when left out.")
        ] = "",
        format: Format = "text",
    ) -> None:
        """Look parties up in the catalogue."""
        from contactline.naming.actors import Catalogue
        from contactline.naming.folding import plain_words

        check_format(format)
        key = plain_words(name)
        found = [
            a
            for a in Catalogue.load().by_id.values()
            if not key or any(key in plain_words(n) for n in (a.name, *a.aliases))
        ]
        if format == "text":
            table(
                f"{len(found)} parties",
                ("id", "name", "type", "where", "part of", "aliases", "UCDP", "source"),
                [
                    (
                        a.id,
                        a.name,
                        a.type,
                        a.country or a.theatre[:30],
                        ", ".join(p[0] for p in a.parents),
                        ", ".join(a.aliases[:5]),
                        a.ucdp or "",
                        a.source,
                    )
                    for a in found[:200]
                ],
            )
        else:
            print_json(found)
        if not found:
            raise ContactlineError(f"no party goes by {name}")

    gazetteer = typer.Typer(help="Look places up, add places.", no_args_is_help=True)
    app.add_typer(gazetteer, name="gazetteer")

    @gazetteer.command("add")
    def add(file: Path) -> None:
        """Add a GeoNames dump, a p-code table, or a CSV with name, lat, lon."""
        from contactline.naming.gazetteer import add_file

        added, bad = add_file(file)
        say(f"{file.name}: {added} places added, {bad} lines left out")

    @gazetteer.command("find")
    def find(name: str, format: Format = "text") -> None:
        """Every place a name may mean, best spelling first."""
        from contactline.naming.gazetteer import Gazetteer

        found = Gazetteer.open(say).lookup(name)
        if format == "text":
            table(
                f"{len(found)} places",
                ("name", "country", "kind", "people", "lat", "lon", "match", "id", "source"),
                [
                    (
                        m.place.name,
                        m.place.country,
                        m.place.feature,
                        m.place.population or "",
                        m.place.lat,
                        m.place.lon,
                        f"{m.score:.2f} {m.how}",
                        m.place.id,
                        m.place.source,
                    )
                    for m in found[:30]
                ],
            )
        else:
            print_json(found)
        if not found:
            raise ContactlineError(
                f"no place goes by {name}; add some with: contactline gazetteer add FILE"
            )

    @gazetteer.command("build")
    def build() -> None:
        """Compile the gazetteer now instead of at first use."""
        from contactline.naming.gazetteer import Gazetteer

        say(f"{len(Gazetteer.open(say))} places")

    @app.command()
    def sources(
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        format: Format = "text",
        why: Why = False,
        quiet: Quiet = False,
    ) -> None:
        """The outlets: reports, copies, claims, and how far each is believed about each side."""
        from contactline.picture.sources import told

        check_format(format)
        analysis = open_analysis(ledger, settings, quiet)
        history = analysis.history()
        claims = history.claims
        rows = told(history.trust, claims, history.sides)
        if format == "text":
            table(
                f"{len(rows)} sources",
                (
                    "source",
                    "reports",
                    "copies",
                    "claims",
                    "believed about (borne out of held against others)",
                    "overstates",
                ),
                [
                    (
                        r["source"],
                        r["reports"],
                        r["copies"],
                        r["claims"],
                        "; ".join(
                            f"{a['side']} {a['believed']:.0%} "
                            f"({a['borne_out']:.1f} of {a['held_against']:.1f})"
                            for a in r["about"][:4]
                        )
                        or "nobody to hold it against",
                        r["overstates"] or "",
                    )
                    for r in rows
                ],
            )
            if why:
                by_id = {s.id: s for s in claims}
                shown = [
                    (
                        r["source"],
                        a["side"],
                        f"{e['borne_out']:.0%}",
                        by_id[e["claim"]].published or "",
                        by_id[e["claim"]].claim.quote,
                    )
                    for r in rows
                    for a in r["about"][:3]
                    for e in a["evidence"]
                ]
                table(
                    "Held against what others say",
                    ("source", "about", "borne out", "date", "sentence"),
                    shown,
                )
        else:
            print_json(rows)
