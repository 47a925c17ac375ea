"""What assistants ask of words: claims, events, the evidence behind them, reports by their words,
and a text read on the spot.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from contactline.ledger.store import Ledger
from contactline.model import ContactlineError, Report, plain
from contactline.naming.folding import plain_words
from contactline.questions.feed import happenings
from contactline.questions.rules import Rules
from contactline.serving.desk import Desk, parse_day
from contactline.serving.shapes import said_json
from contactline.serving.views import excerpt

MOST_CLAIMS, MOST_TEXT, MOST_REASONS = 40, 200_000, 12
MOST_EVENTS, MOST_REPORTS = 200, 40
AROUND = 240  # letters before and after a sentence
Day = Annotated[
    str | None,
    Field(
        description="A day like 2017-11-20; without it the last day the ledger tells of.",
        max_length=40,
    ),
]
Known = Annotated[
    str | None, Field(description="Answer from what was known on this day.", max_length=40)
]


class Quotes:
    """What each tool of words answers; `Desk` does the drawing.

    Raises ContactlineError with one line that says what to do.
    """

    def __init__(self, ledger: Ledger, rules: Rules | None = None, app: str = "") -> None:
        self._desk = Desk(ledger, rules)
        self._app = app.rstrip("/")

    @property
    def desk(self) -> Desk:
        self._desk.fresh()
        return self._desk

    def _day(self, on: str | None) -> date:
        return parse_day(on, "on") or self._desk.span()[1]

    def _link(self, **what: str) -> dict[str, str]:
        """Where the app shows it, if the server was told where the app is."""
        return {"link": f"{self._app}/#{urlencode(what)}"} if self._app else {}

    def claims(
        self,
        words: Annotated[
            str, Field(description="Words that must stand in the sentence.", max_length=200)
        ] = "",
        place: str = "",
        party: str = "",
        first: Day = None,
        last: Day = None,
        most: Annotated[int, Field(ge=1, le=MOST_CLAIMS)] = 20,
    ) -> dict[str, Any]:
        """Claims by words, place, party and date, newest first, each with its sentence."""
        a, b = parse_day(first, "first"), parse_day(last, "last")
        w, p, who = words.lower().split(), plain_words(place), plain_words(party)
        desk = self.desk
        # by the index of words; only the sentences of reports that hold them are looked at
        reports = desk.ledger.holding(words) if w else None
        found = []
        for s in desk.stage().claims:
            c = s.claim
            if reports is not None and c.report not in reports:
                continue
            if w and not all(x in c.quote.lower() for x in w):
                continue
            if p and not (c.place and p in (plain_words(c.place.label), plain_words(c.place.text))):
                continue
            if who and not any(
                r and who in (plain_words(r.label), plain_words(r.text)) for r in (c.actor, c.other)
            ):
                continue
            if (a and s.on < a) or (b and s.on > b):
                continue
            found.append(s)
        found.sort(key=lambda s: (-s.on.toordinal(), s.id))
        return {"count": len(found), "claims": [said_json(s) for s in found[:most]]}

    def events(
        self,
        first: Annotated[str, Field(description="From this day.")],
        last: Annotated[str, Field(description="To this day, included.")],
        kind: Annotated[
            Literal["", "clash", "strike", "capture", "move", "siege", "agreement", "road"],
            Field(description="Only those of this kind."),
        ] = "",
        place: Annotated[str, Field(description="Only those there.", max_length=200)] = "",
        party: Annotated[str, Field(description="Only those of this party.", max_length=200)] = "",
        most: Annotated[int, Field(ge=1, le=MOST_EVENTS)] = 40,
    ) -> dict[str, Any]:
        """What happened: clashes, strikes, captures, moves, and the beginnings of sieges,
        agreements and closed roads; each once, with its sources and the sentence that tells it
        best, newest first.
        """
        a, b = parse_day(first, "first"), parse_day(last, "last")
        if a is None or b is None or a > b:
            raise ContactlineError(
                "first and last must be days like 2017-11-20, the first not after the last"
            )
        there, who = plain_words(place), plain_words(party)
        found = [
            h
            for h in self.desk.ask(lambda x: happenings(x, a, b))
            if (not kind or h.event.kind == kind)
            and (not there or there == plain_words(h.event.place or ""))
            and (not who or who in (plain_words(p) for p in h.event.parties))
        ]
        return {
            "first": a.isoformat(),
            "last": b.isoformat(),
            "count": len(found),
            "events": [
                {
                    "id": h.event.id,
                    "date": h.event.date.isoformat(),
                    "precision": h.event.precision,
                    "kind": h.event.kind,
                    "what": h.what,
                    "place": h.event.place,
                    "lat": h.event.lat,
                    "lon": h.event.lon,
                    "parties": h.event.parties,
                    "harm": plain(h.event.harm),
                    "sources": h.event.sources,
                    "confidence": round(h.confidence, 2),
                    "quote": h.quote,
                    "claims": list(h.event.claims[:MOST_REASONS]),
                }
                | self._link(on=h.event.date.isoformat(), sel=f"event:{h.event.id}")
                for h in found[:most]
            ],
        }

    def evidence(
        self,
        claims: Annotated[
            list[str],
            Field(description="Ids of claims, as answers give them.", min_length=1, max_length=20),
        ],
    ) -> dict[str, Any]:
        """The sentence of each claim with what stands around it, its report, outlet, author, date
        and address, and what review said of it.
        """
        desk = self.desk
        by = desk.by_id()
        told, missing = [], []
        for i in dict.fromkeys(claims):
            s = by.get(i)
            report = desk.ledger.report(s.claim.report) if s else None
            if s is None or report is None:
                missing.append(i)
                continue
            c = s.claim
            around = report.text[max(0, c.start - AROUND) : min(c.end + AROUND, report.article_end)]
            told.append(
                said_json(s)
                | {
                    "around": " ".join(around.split()),
                    "report": {
                        "id": c.report,
                        "title": report.title,
                        "author": report.author,
                        "url": report.url if report.url.startswith("http") else "",
                        "start": c.start,
                        "end": c.end,
                    },
                    "review": s.review,
                    "copy_of": s.copy_of,
                }
                | self._link(on=s.on.isoformat(), sel=f"report:{c.report}:{s.id}")
            )
        if not told:
            raise ContactlineError(f"no claim has the id {missing[0]}")
        return {"evidence": told, "not_found": missing}

    def search(
        self,
        words: Annotated[
            str,
            Field(
                description="Words that must all stand in the report, or begin a word of it.",
                min_length=1,
                max_length=200,
            ),
        ],
        first: Day = None,
        last: Day = None,
        most: Annotated[int, Field(ge=1, le=MOST_REPORTS)] = 10,
    ) -> dict[str, Any]:
        """Reports by their words, newest first, each with an excerpt; not only what was read into
        claims.
        """
        desk = self.desk
        a, b = parse_day(first, "first"), parse_day(last, "last")
        rows, n = desk.ledger.search(words.replace("\0", ""), first=a, last=b, most=most)
        return {
            "count": n,
            "reports": [
                {
                    "id": r["id"],
                    "title": r["title"],
                    "source": r["source"],
                    "published": plain(r["published"]),
                    "url": r["url"] if r["url"].startswith("http") else "",
                    "quote": excerpt(desk, r["id"], words),
                }
                | self._link(sel=f"report:{r['id']}:")
                for r in rows
            ],
        }

    def read(
        self,
        text: Annotated[
            str,
            Field(description="A report's text. It is read and not kept.", max_length=MOST_TEXT),
        ],
        published: Day = None,
    ) -> dict[str, Any]:
        """Claims read out of a text, each with its exact sentence; nothing is stored."""
        report = Report(
            text, len(text), published=parse_day(published, "published"), date_basis="given"
        )
        return {
            "claims": [
                c.as_json() | {"report": "the given text"}
                for c in self.desk.tools.claims_of(report)
            ]
        }
