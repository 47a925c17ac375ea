import { get, post, type Claim, type Line, type PlaceDetail } from "./api";
import { picker } from "./combo";
import { called, titleOf, type Happening } from "./feed";
import { icon } from "./icons";
import { assume } from "./whatif";
import { add, fill, h, name, svg, swatch } from "./dom";
import { S } from "./strings";
import { go, state } from "./state";

export interface Desk { role: string; kinds: Record<string, string[]>; modalities: string[]; day: () => string; changed: () => Promise<void>; lines: () => Line[]; choose: (at: { lat: number; lon: number } | null) => void; say: (text: string) => void; move: (place: string) => string }

const may = (desk: Desk): boolean => desk.role !== "reader";

/** One claim: its sentence first, then who, when, how sure; and what a reviewer may do with it. */
export function claimCard(c: Claim, desk: Desk, after: () => void = () => undefined): HTMLElement {
  const facts: (Node | string | null)[] = [
    c.weight !== undefined && c.weight !== null ? h("span", { class: c.weight >= 0 ? "for" : "against", title: S.weight }, `${c.weight >= 0 ? "+" : "−"}${Math.abs(c.weight).toFixed(2)}`) : null,
    c.says ? h("span", { class: "says" }, c.says) : h("span", { class: "says" }, `${c.kind}${c.aspect ? ` ${c.aspect}` : ""}`),
    ...[c.actor, c.other, c.place].filter((r) => r !== null).map((r) => h("span", { class: "role" }, name(r.name))),
    c.modality !== "stated" ? h("span", {}, c.said_by ? `${c.modality}: ${c.said_by}` : c.modality) : null,
    c.later ? h("span", {}, S.later) : null,
  ];
  const card = h("article", { class: "claim" },
    h("blockquote", { dir: "auto", lang: c.language }, c.quote),
    h("p", { class: "facts" }, ...facts.filter((x) => x !== null)),
    h("p", { class: "source" }, name(c.source), " · ", c.published ?? S.noDate, " · ", `${S.confidence} ${Math.round(c.confidence * 100)}%`, " · ", h("button", { type: "button", class: "link", onclick: () => go({ sel: `report:${c.report}:${c.id}` }) }, S.openReport)),
    may(desk) ? reviewBar(c, desk, after) : null);
  return card;
}

interface Made { id: string; action: string; claim: Claim }
/** What was decided since the app was opened, by claim, so that it can be taken back where it was done. */
const made = new Map<string, Made>();

async function takeBack(m: Made, desk: Desk, after: () => void): Promise<void> {
  try {
    await post(`decisions/${m.id}/undo`, {});
    made.delete(m.claim.id);
    desk.say(S.undone);
    await desk.changed();
    after();
  } catch (e) {
    desk.say((e as Error).message);
  }
}

/** Claims that were decided here and are no longer among those shown, each with its undo. */
export function decidedHere(belongs: (c: Claim) => boolean, shown: Claim[], desk: Desk, after: () => void): HTMLElement | null {
  const gone = [...made.values()].filter((m) => belongs(m.claim) && !shown.some((c) => c.id === m.claim.id));
  if (!gone.length) return null;
  return h("section", { class: "decided" }, h("h3", {}, S.decidedHere), ...gone.map((m) => h("p", {}, `${S.actions[m.action] ?? m.action}: `, h("q", { dir: "auto", lang: m.claim.language }, m.claim.quote), " ", h("button", { type: "button", class: "link", onclick: () => void takeBack(m, desk, after) }, S.undo))));
}

interface Effect { places: { id: string; name: string; before: string | null; before_probability: number | null; holder: string | null; status: string; probability: number }[] }

function reviewBar(c: Claim, desk: Desk, after: () => void): HTMLElement {
  const bar = h("div", { class: "review" });
  const decide = async (body: Record<string, unknown>): Promise<void> => {
    try {
      const done = await post<{ id: string }>("decisions", { subject: c.id, ...body });
      made.set(c.id, { id: done.id, action: String(body.action), claim: c });
      const inside = bar.contains(document.activeElement);
      show();
      if (inside) bar.querySelector("button")?.focus();
      await desk.changed();
      after();
    } catch (e) {
      desk.say((e as Error).message);
    }
  };
  const select = (label: string, values: string[], now: string): HTMLSelectElement => {
    const el = h("select", { "aria-label": label }, ...values.map((v) => h("option", { value: v }, v || "–")));
    el.value = now;
    return el;
  };
  const correct = (): void => {
    const kind = select(S.kind, Object.keys(desk.kinds), c.kind), modality = select(S.modality, desk.modalities, c.modality);
    const aspect = h("select", { "aria-label": S.aspect });
    const aspects = (now: string): void => {
      const of = desk.kinds[kind.value] ?? [];
      fill(aspect, ...(of.length ? of : [""]).map((v) => h("option", { value: v }, v || "–")));
      aspect.value = of.includes(now) ? now : (of[0] ?? "");
    };
    aspects(c.aspect ?? "");
    kind.addEventListener("change", () => aspects(c.aspect ?? ""));
    const actor = picker(S.actor, "actors", c.actor, "new"), other = picker(S.other, "actors", c.other, "new"), place = picker(S.place, "places", c.place);
    const day = h("input", { type: "date", value: c.from ?? "", "aria-label": S.date });
    const effect = h("div", { role: "status" });
    const changed = (): Record<string, string> => {
      const out: Record<string, string> = {};
      if (kind.value !== c.kind) out.kind = kind.value;
      if (aspect.value && aspect.value !== (c.aspect ?? "")) out.aspect = aspect.value;
      if (modality.value !== c.modality) out.modality = modality.value;
      for (const [k, p] of [["actor", actor], ["other", other], ["place", place]] as const) {
        const v = p.value();
        if (v) out[k] = v;
      }
      if (day.value !== (c.from ?? "")) out.valid_from = day.value;
      return out;
    };
    const foresee = async (): Promise<void> => {
      fill(effect, h("p", {}, S.loading));
      try {
        const d = await post<Effect>("decisions/try", { action: "correct", subject: c.id, correction: changed(), on: desk.day() });
        const share = (p: number | null): string => (p === null ? "" : ` ${Math.round(p * 100)}%`);
        fill(effect, d.places.length ? h("ul", {}, ...d.places.map((p) => h("li", {}, name(p.name), `: ${p.before ?? S.nobody}${share(p.before_probability)} → ${p.holder ?? S.nobody}${share(p.probability)} (${S.statuses[p.status]})`))) : h("p", {}, S.noEffect));
      } catch (e) {
        fill(effect, h("p", { class: "error" }, (e as Error).message));
      }
    };
    const form = h("form", { class: "correct" }, ...([[S.kind, kind], [S.aspect, aspect], [S.modality, modality], [S.actor, actor.el], [S.other, other.el], [S.place, place.el], [S.date, day]] as [string, HTMLElement][]).map(([a, b]) => h("div", { class: "field" }, h("span", { "aria-hidden": "true" }, a), b)),
      h("div", { class: "does" }, h("button", { type: "submit", class: "main" }, S.save), h("button", { type: "button", onclick: () => void foresee() }, S.seeEffect), h("button", { type: "button", class: "link", onclick: () => (show(), bar.querySelector("button")?.focus()) }, S.cancel)), effect);
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      try {
        void decide({ action: "correct", correction: changed() });
      } catch (x) {
        fill(effect, h("p", { class: "error" }, (x as Error).message));
      }
    });
    form.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.stopPropagation();
      show();
      bar.querySelector("button")?.focus();
    });
    fill(bar, form);
    kind.focus();
  };
  const show = (): void => {
    const m = made.get(c.id);
    if (m) return fill(bar, h("span", { role: "status" }, `${S.actions[m.action] ?? m.action}. ${S.decided}`), h("button", { type: "button", class: "link", "data-do": "undo", onclick: () => void takeBack(m, desk, () => (show(), after())) }, S.undo));
    fill(bar,
      h("button", { type: "button", class: "small", "data-do": "accept", "aria-pressed": String(c.review === "accept"), onclick: () => void decide({ action: "accept" }) }, S.accept),
      h("button", { type: "button", class: "small", "data-do": "reject", onclick: () => void decide({ action: "reject" }) }, S.reject),
      h("button", { type: "button", class: "small", "data-do": "correct", onclick: correct }, S.correct));
  };
  show();
  return bar;
}

function claimList(title: string, claims: Claim[], desk: Desk, after: () => void, open = true): HTMLElement | null {
  if (!claims.length) return null;
  return h("details", { open }, h("summary", {}, `${title} (${claims.length})`), ...claims.slice(0, 60).map((c) => claimCard(c, desk, after)));
}

/** Merging and splitting of a party or a place. */
function joining(id: string, desk: Desk, after: () => void): HTMLElement | null {
  if (!may(desk)) return null;
  const of = id.startsWith("place:") ? "places" : "actors";
  const into = picker(S.mergeInto, of, null), words = h("input", { "aria-label": S.splitWords }), whom = picker(S.splitInto, of, null);
  const run = async (body: () => Record<string, unknown>): Promise<void> => {
    try {
      await post("decisions", { subject: id, ...body() });
      desk.say(S.decided);
      await desk.changed();
      after();
    } catch (e) {
      desk.say((e as Error).message);
    }
  };
  const one = h("form", {}, h("div", { class: "field" }, h("span", { "aria-hidden": "true" }, S.mergeInto), into.el), h("button", { type: "submit" }, S.save));
  one.addEventListener("submit", (e) => (e.preventDefault(), void run(() => ({ action: "merge", into: into.value() ?? "" }))));
  const two = h("form", {}, h("label", {}, S.splitWords, words), h("div", { class: "field" }, h("span", { "aria-hidden": "true" }, S.splitInto), whom.el), h("button", { type: "submit" }, S.save));
  two.addEventListener("submit", (e) => (e.preventDefault(), void run(() => ({ action: "split", words: words.value.split(",").map((x) => x.trim()).filter(Boolean), into: whom.value() ?? "" }))));
  return h("details", { class: "joining" }, h("summary", {}, `${S.merge} ${S.split}`), h("p", { class: "id" }, id), one, two);
}

function strip(history: PlaceDetail["history"], on: string): SVGElement {
  const first = Date.parse(history[0].from), last = Date.parse(history[history.length - 1].to), span = Math.max(1, last - first), w = 320;
  const told = history.map((x) => `${x.from} ${x.name ?? S.nobody} (${S.statuses[x.status]})`).join("; ");
  const out = svg("svg", { viewBox: `0 0 ${w} 26`, class: "strip", role: "img", "aria-label": `${S.history}: ${told}`, preserveAspectRatio: "none" });
  for (const x of history) {
    const a = ((Date.parse(x.from) - first) / span) * w, b = ((Date.parse(x.to) - first) / span) * w;
    const r = svg("rect", { x: a, y: 3, width: Math.max(0.8, b - a), height: 18, fill: x.colour ?? "transparent", "fill-opacity": x.name ? 0.35 + 0.6 * x.probability : 0, stroke: "currentColor", "stroke-opacity": 0.25, "stroke-width": 0.5 });
    r.append(svg("title", {}, `${x.from} – ${x.to}: ${x.name ?? S.nobody}, ${S.statuses[x.status]}`));
    out.append(r);
  }
  const at = Math.min(w, Math.max(0, ((Date.parse(on) - first) / span) * w));
  out.append(svg("line", { x1: at, x2: at, y1: 0, y2: 25, stroke: "currentColor", "stroke-width": 2 }));
  return out;
}

export async function placePanel(el: HTMLElement, id: string, desk: Desk, move: boolean): Promise<string> {
  const d = await get<PlaceDetail>("place", { id, on: state().on, known: state().known });
  const p = d.place;
  const again = (): void => void placePanel(el, id, desk, false);
  if (move) desk.choose(p);
  fill(el, h("h2", {}, name(p.name)),
    h("p", { class: "holder" }, swatch(p.colour), h("strong", {}, p.holder ?? S.statuses.unknown), ` · ${S.statuses[p.status]} · ${Math.round(p.probability * 100)}% ${S.probability}`, p.since ? ` · ${S.since} ${p.since}` : ""),
    p.named.length ? h("p", { class: "quiet" }, p.named.join(", ")) : null,
    h("p", { class: "quiet" }, h("bdi", {}, `${p.lat.toFixed(4)}, ${p.lon.toFixed(4)}`), p.geoname_id ? ` · GeoNames ${p.geoname_id}` : "", " · ", h("button", { type: "button", class: "link", onclick: () => void navigator.clipboard.writeText(`${p.lat.toFixed(5)}, ${p.lon.toFixed(5)}`).then(() => desk.say(S.pointCopied), (x: Error) => desk.say(x.message)) }, S.copyPoint)),
    d.siege ? h("p", { class: "siege" }, icon("siege", true), S.besiegedBy(d.siege.by, d.siege.since), " ", h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${S.siegeOf(p.name, d.siege!.by, d.siege!.since)}:${d.siege!.claims.slice(0, 40).join(",")}` }) }, S.why)) : null,
    state().cmp && desk.move(id) ? h("p", { class: "note" }, S.compared(state().cmp, desk.move(id))) : null,
    d.note ? h("p", { class: "note" }, d.note) : null,
    h("ul", { class: "shares" }, ...p.shares.slice(0, 6).map((x) => h("li", {}, swatch(x.colour), name(x.name), h("span", { class: "bar" }, h("span", { style: { width: `${x.share * 100}%`, background: x.colour } })), ` ${(x.share * 100).toFixed(0)}%`))),
    d.history.length ? h("section", {}, h("h3", {}, S.history), strip(d.history, state().on || p.since || d.history[0].from), h("p", { class: "ends" }, h("span", {}, d.history[0].from), h("span", {}, d.history[d.history.length - 1].to))) : null,
    decidedHere((c) => c.place?.id === id, [...d.for, ...d.against, ...d.other], desk, again),
    claimList(S.claimsFor, d.for, desk, again), claimList(S.claimsAgainst, d.against, desk, again), claimList(S.claimsOther, d.other, desk, again, false),
    d.for.length + d.against.length + d.other.length ? null : h("p", {}, S.noClaims),
    joining(id, desk, again),
    h("details", {}, h("summary", {}, S.parameters), h("p", { class: "id" }, Object.entries(d.parameters).filter(([, v]) => typeof v === "number").map(([k, v]) => `${k} ${v}`).join(", "))));
  return p.name;
}

export async function linePanel(el: HTMLElement, key: string, desk: Desk): Promise<string> {
  const x = desk.lines().find((l) => `${l.a}|${l.b}` === key);
  if (!x) {
    fill(el, h("p", {}, S.noClaims));
    return key;
  }
  const found = x.claims.length ? await get<{ claims: Claim[] }>("claims", { ids: x.claims.slice(0, 40).join(",") }) : { claims: [] };
  fill(el, h("h2", {}, S.lineBetween(x.a, x.b)),
    h("p", { class: "holder" }, h("strong", {}, S.relations[x.relation] ?? x.relation), ` · ${Math.round(x.length_km)} km ${S.length}, ${Math.round(x.uncertainty_km)} km ${S.uncertain}`, x.last_clash ? ` · ${S.lastClash} ${x.last_clash}` : ""),
    x.between.length ? h("p", {}, `${S.nearest}: ${x.between.slice(0, 4).map((b) => b.join(" / ")).join("; ")}`) : null,
    x.agreements.length ? h("p", {}, `${S.agreements}: ${x.agreements.join("; ")}`) : null,
    claimList(S.why, found.claims, desk, () => undefined) ?? h("p", {}, S.noClaims));
  return S.lineBetween(x.a, x.b);
}

/** What happened: where, when, between whom, who suffered, and the sentences that tell it. */
export async function eventPanel(el: HTMLElement, id: string, desk: Desk, move: boolean, step: ((by: number) => void) | null): Promise<string> {
  const d = await get<{ event: Happening; claims: Claim[] }>("event", { id, known: state().known });
  const e = d.event, again = (): void => void eventPanel(el, id, desk, false, step);
  if (move) desk.choose(e.lat === null || e.lon === null ? null : { lat: e.lat, lon: e.lon });
  const harm = e.harm.map((x) => [S.harms[x.what] ?? x.what, x.number, x.who].filter((v) => v !== null).join(" "));
  fill(el, h("h2", {}, icon(e.kind), " ", called(e), e.place ? h("span", {}, " · ", name(e.place)) : null),
    h("p", { class: "holder" }, h("strong", {}, e.date), e.precision === "day" ? "" : ` (${S.precisions[e.precision] ?? e.precision})`, e.parties.length ? h("span", {}, " · ", name(e.parties.join(" – "))) : null),
    harm.length ? h("p", {}, harm.join("; ")) : null,
    h("p", { class: "quiet" }, `${S.outlets(e.sources.length)}: ${e.sources.join(", ")} · ${S.confidence} ${Math.round(e.confidence * 100)}%`),
    h("p", { class: "steps" }, e.place_id ? h("button", { type: "button", class: "small", onclick: () => go({ sel: e.place_id! }) }, S.toPlace) : null, h("button", { type: "button", class: "small", onclick: () => go({ on: e.date }) }, S.toDay),
      step ? h("button", { type: "button", class: "small", onclick: () => step(-1) }, S.newer) : null, step ? h("button", { type: "button", class: "small", onclick: () => step(1) }, S.older) : null),
    decidedHere((c) => e.claims.includes(c.id), d.claims, desk, again), claimList(S.why, d.claims, desk, again) ?? h("p", {}, S.noClaims));
  return titleOf(e);
}

export async function actorPanel(el: HTMLElement, id: string, desk: Desk): Promise<string> {
  const d = await get<{ id: string; name: string; side_name: string | null; colour: string; words: string[]; claims: Claim[]; count: number; ties: { a: string; b: string; sign: number; kinds: string[]; claims: string[] }[] }>("actor", { id, on: state().on });
  const what = h("div", {});
  const asked = h("button", { type: "button", class: "small", onclick: () => void assume(what, "without", d.name) }, S.whatif);
  fill(el, h("h2", {}, swatch(d.colour), name(d.name)), d.side_name && d.side_name !== d.name ? h("p", {}, name(d.side_name)) : null,
    h("p", { class: "quiet" }, `${S.words_used}: ${d.words.join(", ")}`), asked, what,
    h("ul", {}, ...d.ties.slice(0, 14).map((t) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => go({ sel: `tie:${t.a}|${t.b}` }) }, `${t.a} – ${t.b}`), ` ${t.sign > 0 ? S.friendly : t.sign < 0 ? S.hostile : S.mixed}`))),
    claimList(S.why, d.claims, desk, () => void actorPanel(el, id, desk)), joining(d.id, desk, () => undefined));
  return d.name;
}

export async function claimsPanel(el: HTMLElement, title: string, ids: string[], desk: Desk): Promise<string> {
  const found = ids.length ? await get<{ claims: Claim[] }>("claims", { ids: ids.slice(0, 60).join(",") }) : { claims: [] };
  const again = (): void => void claimsPanel(el, title, ids, desk);
  fill(el, h("h2", {}, title), decidedHere((c) => ids.includes(c.id), found.claims, desk, again), claimList(S.why, found.claims, desk, again) ?? h("p", {}, S.noClaims));
  return title;
}

interface ReportDetail { title: string; language: string; source: string; author: string; published: string | null; url: string; unread: string; text: string; claims: Claim[]; comments: { author: string; text: string; order: number; parent: number | null; abusive: boolean }[] }

/** The report with the asked passage lit and its other claims marked; comments folded under it. */
export async function reportPanel(el: HTMLElement, key: string, desk: Desk): Promise<string> {
  const [id, claim] = key.split(":");
  const d = await get<ReportDetail>("report", { id });
  const text = h("div", { class: "text", dir: "auto", lang: d.language });
  const spans = [...new Map(d.claims.map((c) => [c.start, c])).values()].sort((a, b) => a.start - b.start);
  let at = 0;
  const asked = d.claims.find((c) => c.id === claim);
  // offsets count characters of the text as code points; the browser counts UTF-16 units
  const points = Array.from(d.text);
  const cut = (a: number, b: number): string => points.slice(a, b).join("");
  for (const c of spans) {
    if (c.start < at) continue;
    add(text, [cut(at, c.start)]);
    const lit = asked !== undefined && asked.start === c.start;
    const mine = d.claims.filter((x) => x.start === c.start);
    const mark = h("mark", { class: lit ? "lit" : "", tabindex: "0", role: "button", "aria-label": `${mine.length}: ${mine.map((x) => `${x.kind} ${x.aspect ?? ""}`).join(", ")}` }, cut(c.start, c.end));
    const toggle = (): void => {
      const next = mark.nextElementSibling;
      if (next?.classList.contains("inline")) next.remove();
      else mark.after(h("div", { class: "inline" }, ...mine.map((x) => claimCard(x, desk))));
    };
    mark.addEventListener("click", toggle);
    mark.addEventListener("keydown", (e) => e.key === "Enter" && toggle());
    text.append(mark);
    at = c.end;
  }
  add(text, [cut(at, points.length)]);
  const comments = d.comments.length ? h("details", { class: "comments" }, h("summary", {}, S.comments(d.comments.length)), h("p", { class: "note" }, S.commentsNote),
    ...d.comments.map((c) => {
      const body = h("p", { dir: "auto" }, c.text);
      return h("article", { class: c.parent !== null ? "comment reply" : "comment" }, h("p", { class: "source" }, name(c.author || "—")), c.abusive ? h("details", { class: "abusive" }, h("summary", {}, S.abusive), body) : body);
    })) : null;
  fill(el, h("h2", { dir: "auto", lang: d.language }, d.title || d.source), h("p", { class: "source" }, name(d.source), " · ", d.published ?? S.noDate, d.author ? ` · ${d.author}` : "", d.url ? h("span", {}, " · ", h("a", { href: d.url, rel: "noreferrer noopener", target: "_blank" }, S.original)) : null),
    d.unread ? h("p", { class: "note" }, d.unread) : null, decidedHere((c) => c.report === id, d.claims, desk, () => void reportPanel(el, key, desk)), text, comments);
  el.querySelector(".lit")?.scrollIntoView({ block: "center" });
  return d.title;
}
