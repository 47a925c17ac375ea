"""Plots of the picture through time, in the colours of the map: control, activity, contact lines,
and whose expectations came true. SVG keeps its words as text; PNG is drawn at 200 dots an inch.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import Any

from contactline.model import ContactlineError, Holder
from contactline.model.extras import extra
from contactline.prospects.record import Record
from contactline.publishing.colours import DASH, RELATION, colour
from contactline.publishing.layers import EVENT_COLOURS
from contactline.questions.series import Control, Lines, Week

INK, QUIET, GRID = "#1d2328", "#5b636b", "#d9d6cf"
CONTESTED, UNKNOWN = "#b9b3a6", "#efece5"
WIDTH, HEIGHT = 7.6, 3.9  # inches: the text width of A4 with its margins
NOTE_LETTERS = 118
MOST_HOLDERS, MOST_RECORDS = 8, 16
HATCHES = (
    "",
    "////",
    "\\\\\\\\",
    "----",
    "||||",
)  # of holders that share a colour: the first is plain
ENDINGS = (".svg", ".png", ".pdf", ".csv")
RELATIONS = {
    "hostile": "hostile",
    "truce": "under a truce",
    "allied": "between allies",
    "unclear": "relation unclear",
}
KINDS = {"clash": "clashes", "strike": "strikes", "capture": "captures", "move": "moves"}

Rows = list[dict[str, Any]]
Draw = Callable[[Any], None]


class Plot:
    """A title, a line under it that says what is counted, the numbers as rows, and the drawing."""

    def __init__(self, title: str, note: str, rows: Rows, draw: Draw, height: float = HEIGHT):
        self.title, self.note, self.rows = title, note, rows
        self._draw, self._height = draw, height

    def csv(self) -> str:
        """The numbers, one row a point."""
        out = io.StringIO()
        w = csv.DictWriter(out, list(self.rows[0]), lineterminator="\n")
        w.writeheader()
        w.writerows(self.rows)
        return out.getvalue()

    def drawn(self, kind: str) -> bytes:
        """The picture as svg, png or pdf; the same bytes each time."""
        with extra("plots", "a plot"):
            import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        look = {
            "font.family": ["DejaVu Sans"],
            "font.size": 9,
            "svg.fonttype": "none",
            "svg.hashsalt": "contactline",
            "pdf.fonttype": 42,
            "axes.edgecolor": GRID,
            "axes.labelcolor": QUIET,
            "text.color": INK,
            "xtick.color": QUIET,
            "ytick.color": QUIET,
            "hatch.linewidth": 0.9,
        }
        with matplotlib.rc_context(look):
            figure = Figure(figsize=(WIDTH, self._height), dpi=200, layout="constrained")
            FigureCanvasAgg(figure)
            axes = figure.add_subplot()
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(length=0)
            axes.set_axisbelow(True)
            self._draw(axes)
            figure.suptitle(self.title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
            note = axes.set_title(
                "\n".join(wrap(self.note, NOTE_LETTERS)), loc="left", fontsize=8, color=QUIET, pad=9
            )
            # laid out once, then the note is moved under the title, left of the axis' own words
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
            place = axes.get_position()
            note.set_x((0.01 - place.x0) / place.width)
            out = io.BytesIO()
            stamp: dict[str, Any] = {
                "svg": {"Date": None, "Creator": None},
                "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
                "png": {"Software": None},
            }[kind]
            figure.savefig(out, format=kind, metadata=stamp)
        return out.getvalue()

    def write(self, path: Path) -> int:
        """By the file's ending; gives the number of points. Raises ContactlineError for another
        ending or a full disk.
        """
        kind = path.suffix.lower()
        if kind not in ENDINGS:
            raise ContactlineError(f"{path.name}: give a name that ends in {', '.join(ENDINGS)}")
        try:
            if kind == ".csv":
                path.write_text(self.csv(), encoding="utf-8")
            else:
                path.write_bytes(self.drawn(kind[1:]))
        except OSError as e:
            raise ContactlineError(f"{path} can't be written: {e.strerror}") from e
        return len(self.rows)


def control_plot(found: Sequence[Control], names: Mapping[str, str], known: str = "") -> Plot:
    """Shares of the places told of, stacked: the largest holders, others, contested, not known."""
    if not found or not found[-1].places:
        raise ContactlineError("no place is told of: there is nothing to plot")
    most: dict[Holder, int] = {}
    for c in found:
        for h, n in c.held.items():
            most[h] = max(most.get(h, 0), n)
    ranked = sorted(most, key=lambda h: (-most[h], h))
    shown, rest = ranked[:MOST_HOLDERS], ranked[MOST_HOLDERS:]
    total = found[-1].places
    bands: list[tuple[str, str, str, list[int]]] = []
    used: Counter[str] = Counter()
    for h in shown:
        tone = colour(h)
        hatch = HATCHES[used[tone] % len(HATCHES)]
        used[tone] += 1
        bands.append((h.called(names), tone, hatch, [c.held.get(h, 0) for c in found]))
    if rest:
        bands.append(
            ("others", "#9aa0a6", "", [sum(c.held.get(h, 0) for h in rest) for c in found])
        )
    bands.append(("contested", CONTESTED, "xxxx", [c.contested for c in found]))
    bands.append(("not known", UNKNOWN, "", [c.unknown for c in found]))
    bands = [b for b in bands if any(b[3])]
    rows = [
        {"date": c.on.isoformat(), "holder": name, "places": counts[i], "of": total}
        for i, c in enumerate(found)
        for name, _, _, counts in bands
    ]
    days = [c.on for c in found]

    def draw(axes: Any) -> None:
        low = [0.0] * len(days)
        for name, tone, hatch, counts in bands:
            high = [a + 100.0 * n / total for a, n in zip(low, counts, strict=True)]
            axes.fill_between(
                days,
                low,
                high,
                step="post",
                facecolor=tone,
                edgecolor="white",
                linewidth=0.6,
                hatch=hatch or None,
                label=_short(name),
            )
            low = high
        _time(axes, days)
        axes.set_ylim(0, 100)
        axes.yaxis.set_major_formatter(lambda v, _: f"{v:.0f}%")
        handles, labels = axes.get_legend_handles_labels()
        _legend(axes, handles[::-1], labels[::-1])

    return Plot(
        f"Who holds how much, {_span(days)}",
        f"Share of the {total} places that reports tell of{known}",
        rows,
        draw,
    )


def activity_plot(
    found: Sequence[Week], vague: int, first: date, last: date, known: str = ""
) -> Plot:
    """Bars a week, stacked by kind of event."""
    kinds = [k for k in KINDS if any(w.kinds.get(k) for w in found)]
    if not kinds:
        raise ContactlineError(f"no event is told of from {first} to {last}")
    rows = [
        {"week": w.monday.isoformat(), "kind": k, "events": w.kinds.get(k, 0)}
        for w in found
        for k in kinds
    ]
    weeks = [w.monday for w in found]
    reported = sum(w.reported for w in found)

    def draw(axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        low = [0] * len(weeks)
        for k in kinds:
            counts = [w.kinds.get(k, 0) for w in found]
            axes.bar(
                weeks,
                counts,
                width=6.0,
                align="edge",
                bottom=low,
                color=EVENT_COLOURS[k],
                edgecolor="white",
                linewidth=0.6,
                label=KINDS[k],
            )
            low = [a + n for a, n in zip(low, counts, strict=True)]
        _time(axes, [weeks[0], weeks[-1] + timedelta(days=7)])
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        handles, labels = axes.get_legend_handles_labels()
        _legend(axes, handles[::-1], labels[::-1])

    told = [f"Events a week, each once however many report it{known}"]
    if reported:
        told.append(f"{reported} dated by their first report")
    if vague:
        told.append(f"{vague} that nobody dates to a day left out")
    return Plot(f"What happened, {_span([first, last])}", "; ".join(told), rows, draw)


def lines_plot(found: Sequence[Lines], known: str = "") -> Plot:
    """Length of the contact lines through time, by relation, dashed as on the map."""
    kinds = [k for k in RELATIONS if any(k in x.length for x in found)]
    if not kinds:
        raise ContactlineError("no contact line is drawn on any of these days")
    rows = [
        {"date": x.on.isoformat(), "relation": k, "km": round(x.length.get(k, 0.0), 1)}
        for x in found
        for k in kinds
    ]
    days = [x.on for x in found]

    def draw(axes: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        for k in kinds:
            dash = tuple(float(n) / 2 for n in DASH[k].split())
            axes.step(
                days,
                [x.length.get(k) or float("nan") for x in found],
                where="post",
                color=RELATION[k],
                linewidth=2,
                linestyle=(0, dash) if dash else "solid",
                label=RELATIONS[k],
            )
        _time(axes, days)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(lambda v, _: f"{v:g} km")
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        _legend(axes, *axes.get_legend_handles_labels())

    return Plot(
        f"Length of the contact lines, {_span(days)}",
        f"Drawn only where reports put both sides close by{known}",
        rows,
        draw,
    )


def reliability_plot(found: Sequence[Record], on: date, known: str = "") -> Plot:
    """Of each source and voice the share of its expectations that came true, with its 90% interval,
    beside how often the like happens anyway.
    """
    if not found:
        raise ContactlineError(f"no expectation was decided by {on}")
    shown = list(found[:MOST_RECORDS])
    rows = [
        {
            "who": r.who,
            "is": r.kind,
            "expectations": r.said,
            "decided": r.decided,
            "came_true": r.came_true,
            "low": r.low,
            "high": r.high,
            "like_it_anyway": r.base,
        }
        for r in shown
    ]

    def draw(axes: Any) -> None:
        at = list(range(len(shown)))[::-1]
        axes.hlines(
            at,
            [100 * r.low for r in shown],
            [100 * r.high for r in shown],
            color="#9db7d6",
            linewidth=5,
            label="90% interval",
        )
        base = [(100 * r.base, y) for r, y in zip(shown, at, strict=True) if r.base is not None]
        if base:
            axes.plot(
                *zip(*base, strict=True),
                "|",
                color=EVENT_COLOURS["clash"],
                markersize=13,
                markeredgewidth=2,
                clip_on=False,
                label="the like\nhappens anyway",
            )
        axes.plot(
            [100 * r.came_true / r.decided for r in shown],
            at,
            "o",
            color=EVENT_COLOURS["capture"],
            markersize=7,
            clip_on=False,
            label="came true",
        )
        axes.set_yticks(
            at, [f"{_short(r.who)}\n{r.came_true} of {r.decided} decided" for r in shown]
        )
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xlim(-1, 101)
        axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}%")
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.tick_params(axis="y", labelcolor=INK)
        _legend(axes, *axes.get_legend_handles_labels())

    more = f"; {len(found) - len(shown)} more not shown" if len(found) > len(shown) else ""
    return Plot(
        f"Whose expectations came true, by {on.isoformat()}",
        f"Of those that later reports could decide{known}{more}",
        rows,
        draw,
        1.5 + 0.44 * max(2, len(shown)),
    )


def _time(axes: Any, days: Sequence[date]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    where = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(where)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(where, show_offset=False))
    if days[0] < days[-1]:
        axes.set_xlim(days[0], days[-1])
    axes.tick_params(axis="x", length=3, color=GRID)


def _legend(axes: Any, handles: Sequence[Any], labels: Sequence[str]) -> None:
    axes.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0,
        frameon=False,
        fontsize=8,
        handlelength=1.5,
    )


def _short(name: str, most: int = 26) -> str:
    """A name on at most two lines."""
    return "\n".join(wrap(name, most, max_lines=2, placeholder=" …")) or name


def _span(days: Sequence[date]) -> str:
    return f"{days[0].isoformat()} to {days[-1].isoformat()}"
