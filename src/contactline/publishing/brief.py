"""The brief: one HTML file that needs nothing else, every fact with its quote and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from contactline.model import Expectation, Picture, Pocket, Stored
from contactline.picture.build import Snapshot, draw
from contactline.picture.changes import Change
from contactline.prospects.expectations import outcome, tell
from contactline.prospects.risk import Risk, Skill
from contactline.prospects.turning import TurningPoint
from contactline.prospects.whatif import WhatIf
from contactline.publishing.colours import colour
from contactline.publishing.svg import legend, map_svg
from contactline.questions.analysis import Analysis

RISK_DAYS = 30
STYLE = """
:root{--ink:#1d2328;--soft:#59636b;--rule:#d9dfe3;--paper:#fff;--wash:#f5f7f8;--sea:#dfe9ee;
--land:#f3f0e8;--border:#a9a396;--river:#b9d0de}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaed;--soft:#a5b0b8;--rule:#38424a;--paper:#161b1f;
--wash:#1f262b;--sea:#1b2a33;--land:#2a2c2b;--border:#5d615e;--river:#36505f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:940px;margin:0 auto;padding:28px 20px 80px}
h1{font-size:1.7rem;line-height:1.2;margin:.2em 0}
h2{font-size:1.2rem;margin:2.2em 0 .6em;padding-bottom:.3em;border-bottom:2px solid var(--rule)}
h3{font-size:1.02rem;margin:0}.meta,.small{color:var(--soft);font-size:.9rem}
.map{width:100%;height:auto;border:1px solid var(--rule);border-radius:6px;display:block;
margin:1rem 0 .4rem}
.map .sea,.map .lake{fill:var(--sea)}.map .land{fill:var(--land)}
.map .area{fill:none;stroke:var(--rule);stroke-width:.7}
.map .river{fill:none;stroke:var(--river)}
.map .border{fill:none;stroke:var(--border);stroke-width:1}
.map text{font-size:11px;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:2.6px;
stroke-linejoin:round}
.map .place{stroke:var(--ink);stroke-width:1}.map .guess{stroke:none;opacity:.55}
.map .siege{fill:none;stroke:#c0392b;stroke-width:1.8}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.88rem;padding:0;margin:0 0 1rem;
list-style:none}
.legend i{display:inline-block;width:.85em;height:.85em;border-radius:2px;margin-right:.4em;
vertical-align:-.08em}
section.card{border:1px solid var(--rule);border-left:6px solid var(--c,#888);border-radius:6px;
padding:14px 16px;margin:14px 0;background:var(--paper)}
dl{display:grid;grid-template-columns:9.5rem 1fr;gap:.25rem .9rem;margin:.6rem 0 .2rem}
dt{color:var(--soft);font-size:.9rem}dd{margin:0}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
blockquote{margin:.5rem 0;padding:.35rem .8rem;border-left:3px solid var(--rule);
background:var(--wash);font-size:.93rem}
cite{display:block;font-style:normal;color:var(--soft);font-size:.84rem}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--rule);vertical-align:top}
.tag{display:inline-block;border:1px solid var(--rule);border-radius:999px;padding:0 .55em;
font-size:.82rem;margin-right:.3em}.none{color:var(--soft)}li{margin:.25rem 0}
@media(max-width:600px){dl{grid-template-columns:1fr}dt{margin-top:.4rem}
table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}
tr{border-bottom:1px solid var(--rule);padding:.5rem 0}}
@media print{details{break-inside:avoid}}
"""


def _evidence(ids: Iterable[str], by_id: Mapping[str, Stored], most: int = 12) -> str:
    out, seen = [], set()
    for i in ids:
        s = by_id.get(i)
        if s is None or (s.claim.report, s.claim.start) in seen:
            continue
        seen.add((s.claim.report, s.claim.start))
        when = s.published.isoformat() if s.published else "no date"
        said = (
            f", as said by {s.claim.said_by}"
            if s.claim.said_by and s.claim.modality != "stated"
            else ""
        )
        out.append(
            f"<blockquote>“{escape(s.claim.quote)}”<cite>{escape(s.source)}, {when}{escape(said)} "
            f"· confidence {s.claim.confidence:.2f} · claim {i}</cite></blockquote>"
        )
        if len(out) >= most:
            break
    if not out:
        return ""
    return (
        f"<details><summary>Why? {len(out)} "
        f"{'sentence' if len(out) == 1 else 'sentences'}</summary>{''.join(out)}</details>"
    )


def _lapse(e: Expectation) -> str:
    """How much was read since about an expectation that lapsed."""
    if e.state != "lapsed":
        return ""
    return f" <span class=small>{escape(outcome(e).partition(':')[2])}</span>"


def _list(words: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(escape(w) for w in words[:most])
    return shown + (f" and {len(words) - most} more" if len(words) > most else "")


def _pocket(p: Pocket, names: Mapping[str, str]) -> str:
    who = p.holder.called(names) if p.holder else "holder not named"
    return f"{p.name} ({who}; {p.activity}{'; besieged' if p.status == 'besieged' else ''})"


def _risk(skill: Skill, found: Sequence[Risk]) -> str:
    head = f"<h2 id=risk>Risk within {skill.days} days</h2>"
    if not skill.shown:
        return head + (
            "<p class=none>No figure: the model has shown no skill on this ledger's own "
            f"past ({skill.cases} cases, {skill.events} with an event).</p>"
        )
    told = (
        "<p class=small>Chance of fighting, a strike or a change of holder. On this ledger's "
        f"past, {skill.cases} cases: Brier skill {skill.over_base:+.2f} over the base rate, "
        f"{skill.over_persistence:+.2f} over persistence.</p>"
    )
    rows = "".join(
        f"<tr><td>{escape(r.place)}</td><td>{r.chance:.0%}</td><td "
        f"class=small>{escape('; '.join(f for f, _ in r.reasons))}</td></tr>"
        for r in found[:15]
    )
    return (
        head
        + told
        + (
            "<table><thead><tr><th>Place</th><th>Chance</th><th>Because "
            f"of</th></tr></thead><tbody>{rows}</tbody></table>"
        )
    )


def brief_of(analysis: Analysis, on: date, since: date, without: str = "", title: str = "") -> str:
    """The brief of a day, from the answers anybody else gets; the ledger is staged once."""
    return brief(
        analysis.snapshot(on),
        analysis.what_changed(since, on),
        since.isoformat(),
        analysis.expected(on),
        analysis.what_if("without", without, on) if without else None,
        title or "Who holds what",
        analysis.turning_points(None, on)[1],
        analysis.risk(on, RISK_DAYS),
        analysis.picture(on),
        analysis.rules.public(),
    )


def brief(
    scene: Snapshot,
    changed: Sequence[Change],
    since: str,
    expected: Sequence[Expectation],
    whatif: WhatIf | None,
    title: str,
    points: Sequence[TurningPoint] = (),
    risk: tuple[Skill, Sequence[Risk]] | None = None,
    picture: Picture | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> str:
    """The whole document.

    `scene` gives the picture and the claims behind it; `risk` the model's skill and, where it has
    one, its figures.
    """
    picture = picture or draw(scene)
    by_id = {s.id: s for s in scene.claims}
    names = scene.sides.names
    sources = sorted({s.source for s in scene.claims})
    out = [
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
        f"content='width=device-width,initial-scale=1'><title>{escape(title)}</title><style>"
        f"{STYLE}</style></head><body><main>"
    ]
    out.append(
        f"<p class=meta>contactline brief</p><h1>{escape(title)}</h1><p class=meta>The picture on "
        f"{picture.on.isoformat()}, from {len({s.claim.report for s in scene.claims})} reports of "
        f"{len(sources)} sources; {len(scene.claims)} claims. Blank ground is not known, not "
        "calm. Settlement level only.</p>"
    )
    out.append(
        map_svg(
            picture,
            names,
            scene.stage.shapes,
            title=f"Who holds what on {picture.on.isoformat()}",
        )
    )
    out.append(
        "<ul class=legend>"
        + "".join(
            f'<li><i style="background:{c}"></i>{escape(n)}</li>'
            for c, n in legend(picture, names)[:10]
        )
        + (
            "<li>pale: inferred from neighbours</li><li>hatched: contested</li><li>red ring: "
            "besieged</li></ul>"
        )
    )
    out.append(
        f"<h2 id=sectors>Sectors</h2><p class=small>{len(picture.sectors)} areas of connected "
        "ground of one side. Shares are of the settlements in the theatre.</p>"
    )
    for s in picture.sectors:
        rows = [
            ("Holders", _list(s.holders)),
            ("Core", _list(s.core)),
            ("Also present", _list(s.present)),
            ("Backed by", _list(s.backers)),
            ("Main places", _list(s.main_places)),
            ("Held in part", _list(s.partial)),
            ("Pockets inside", "; ".join(escape(_pocket(p, names)) for p in s.pockets)),
            ("Share of places", f"{s.share_of_places:.0%} ({len(s.places)} places)"),
            ("Activity", escape(s.activity)),
            ("Agreements", _list(s.agreements)),
        ]
        body = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows if v)
        proof = [*s.claims, *(c for p in s.pockets for c in p.claims)]
        out.append(
            "<section class=card "
            f'style="--c:{colour(s.side)}"><h3>{escape(s.name)}</h3><dl>{body}</dl>'
            f"{_evidence(proof, by_id, 25)}</section>"
        )
    if picture.remnants:
        out.append(
            "<p><b>Scattered holdings:</b> "
            + "; ".join(
                f"{escape(h.place.name)} ({escape(h.holder.called(names) if h.holder else '')})"
                for h in picture.remnants[:12]
            )
            + "</p>"
            + _evidence([c for h in picture.remnants for c in h.claims[:2]], by_id)
        )
    out.append(f"<h2 id=changes>What changed since {escape(since)}</h2>")
    out.append(
        "<table><thead><tr><th>Place</th><th>Change</th><th>When</th></tr></thead><tbody>"
        + "".join(
            f"<tr><td>{escape(c.place or '')}</td><td>"
            f"{escape(c.text)}{_evidence(c.claims, by_id, 6)}</td><td>"
            f"{c.on.isoformat() if c.on else ''}</td></tr>"
            for c in changed[:60]
        )
        + "</tbody></table>"
        if changed
        else "<p class=none>Nothing that the reports tell of.</p>"
    )
    out.append("<h2 id=lines>Contact lines</h2>")
    out.append(
        "<table><thead><tr><th>Sides</th><th>Relation</th><th>Length</th><th>Nearest "
        "places</th><th>Last clash</th></tr></thead><tbody>"
        + "".join(
            f"<tr><td>{escape(x.a)} – {escape(x.b)}{_evidence(x.claims, by_id, 6)}</td>"
            f"<td><span class=tag>{x.relation}</span></td><td>{x.length_km:.0f} km"
            f"{f' (of which unsure {x.uncertainty_km:.0f})' if x.uncertainty_km >= 1 else ''}</td>"
            f"<td>{'; '.join(f'{escape(a)} / {escape(b)}' for a, b in x.between[:3])}</td>"
            f"<td>{x.last_clash.isoformat() if x.last_clash else ''}</td></tr>"
            for x in picture.lines
        )
        + "</tbody></table>"
        if picture.lines
        else "<p class=none>No two sides are known to meet.</p>"
    )
    out.append("<h2 id=agreements>Agreements</h2>")
    out.append(
        "<ul>"
        + "".join(
            f"<li>{escape(a.name)} <span class=tag>{a.status}</span> <span "
            f"class=small>{a.since.isoformat()} to "
            f"{a.last.isoformat()}</span>{_evidence(a.claims, by_id, 6)}</li>"
            for a in picture.agreements[:25]
        )
        + "</ul>"
        if picture.agreements
        else "<p class=none>None told of.</p>"
    )
    out.append(
        "<h2 id=prospects>Prospects</h2><p class=small>What somebody expects, intends, or says "
        "will happen on a condition; with what became of it by this day.</p>"
    )
    out.append(
        "<table><thead><tr><th>Expected</th><th>Condition</th><th>Who says "
        "so</th><th>State</th></tr></thead><tbody>"
        + "".join(
            f"<tr><td>{escape(tell(e))} <span class=small>({e.modality})</span>"
            f"{_evidence([*e.claims, *e.decided_by], by_id, 6)}</td>"
            f"<td>{escape(e.condition or '')}</td><td>{escape('; '.join(e.voices[:3]))}</td>"
            f"<td><span class=tag>{e.state}</span>{_lapse(e)}</td></tr>"
            for e in expected[:60]
        )
        + "</tbody></table>"
        if expected
        else "<p class=none>No expectations were read.</p>"
    )
    out.append("<h2 id=turning>Turning points</h2>")
    out.append(
        "<ul>"
        + "".join(
            f"<li><b>{t.on.isoformat()}</b> {escape(t.text)}{_evidence(t.claims, by_id, 6)}</li>"
            for t in points
        )
        + "</ul>"
        if points
        else "<p class=none>No day on which the picture clearly turned.</p>"
    )
    if risk:
        out.append(_risk(*risk))
    if whatif:
        out.append(
            f"<h2 id=whatif>What if: {escape(whatif.assumed)}</h2><ul>"
            + "".join(f"<li>{escape(x)}</li>" for x in whatif.sentences[1:])
            + "</ul>"
            + map_svg(
                whatif.after,
                names,
                scene.stage.shapes,
                title="The map under this assumption",
            )
        )
    rule = "".join(
        f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>"
        for k, v in (parameters or picture.parameters).items()
        if not isinstance(v, dict)
    )
    out.append(
        "<h2 id=rule>The rule</h2><p class=small>A place is <b>held</b> when one side's "
        f"probability reaches {scene.settings.standing.held_at:g}; <b>contested</b> when fighting "
        f"inside it was reported within {scene.settings.standing.contest_days} days and a rival "
        "has a real share; <b>besieged</b> when a siege by another side was told and not lifted "
        "since; else <b>unknown</b>.</p><details><summary>All "
        f"parameters</summary><dl>{rule}</dl></details><h2 "
        f"id=sources>Sources</h2><p>{_list(sources, 60)}</p></main></body></html>"
    )
    return "".join(out)
