import { get, post, type Claim, type Meta } from "./api";
import { add, fill, h, name, svg, swatch, table } from "./dom";
import { claimCard, claimsPanel, type Desk } from "./panel";
import { S } from "./strings";
import { go, state } from "./state";
import type { WarMap } from "./map";
import { asking, timeline } from "./whatif";

interface Pocket { name: string; holder: string | null; colour: string | null; activity: string; status: string; claims: string[] }
interface Sector { name: string; side: string; colour: string; holders: string[]; core: string[]; present: string[]; backers: string[]; main_places: string[]; pockets: Pocket[]; share_of_places: number; activity: string; agreements: string[]; claims: string[]; partial: string[] }
interface Agreement { name: string; status: string; since: string; last: string; claims: string[] }
const asked = (): { on: string; known: string } => ({ on: state().on, known: state().known });
const why = (title: string, ids: string[]): HTMLElement => h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${title}:${ids.slice(0, 40).join(",")}` }) }, S.why);

export async function sectorsPage(el: HTMLElement): Promise<void> {
  const d = await get<{ sectors: Sector[]; remnants: { name: string; id: string; holder: string | null; colour: string; probability: number }[]; agreements: Agreement[] }>("sectors", asked());
  const rows = d.sectors.map((s, i) => [
    [h("strong", {}, `${i + 1}. `, name(s.name)), " ", why(s.name, s.claims)], [swatch(s.colour), s.holders.join(", ") || s.side, s.core.length ? h("div", { class: "quiet" }, s.core.join(", ")) : null, s.present.length ? h("div", { class: "quiet" }, s.present.join(", ")) : null], [s.backers.join(", ")],
    [s.main_places.join(", ")], s.pockets.map((p) => h("div", {}, swatch(p.colour), name(p.name), ` (${p.holder ?? S.nobody}; ${p.activity}${p.status === "besieged" ? `; ${S.statuses.besieged}` : ""}) `, why(p.name, p.claims))),
    [`${Math.round(s.share_of_places * 100)}%`], [s.activity], s.agreements.map((a) => h("div", {}, a)),
  ]);
  fill(el, table(S.sector, rows, `${S.views.sectors}, ${state().on}`),
    d.remnants.length ? h("section", {}, h("h2", {}, S.remnants), h("ul", { class: "inline-list" }, ...d.remnants.map((r) => h("li", {}, swatch(r.colour), h("button", { type: "button", class: "link", onclick: () => go({ view: "map", sel: r.id }) }, r.name), ` ${r.holder ?? ""}`)))) : null,
    d.agreements.length ? h("section", {}, h("h2", {}, S.agreements), h("ul", {}, ...d.agreements.slice(0, 30).map((a) => h("li", {}, `${a.name}: ${a.status} (${a.since} – ${a.last}) `, why(a.name, a.claims))))) : null);
}

interface Tie { a: string; b: string; sign: number; kinds: string[]; first: string; last: string; weight: number; claims: string[] }

export async function networkPage(el: HTMLElement): Promise<void> {
  const d = await get<{ ties: Tie[]; blocs: string[][]; contradictions: { a: string; b: string; over: string }[] }>("network", asked());
  const degree = new Map<string, number>();
  d.ties.forEach((t) => [t.a, t.b].forEach((x) => degree.set(x, (degree.get(x) ?? 0) + t.weight)));
  const nodes = [...degree.entries()].sort((x, y) => y[1] - x[1]).slice(0, 26).map(([n]) => n);
  const ties = d.ties.filter((t) => nodes.includes(t.a) && nodes.includes(t.b));
  const camp = (n: string): number => d.blocs.findIndex((b) => b.includes(n));
  fill(el, drawNetwork(nodes, ties, camp),
    h("section", {}, h("h2", {}, S.blocs), h("ul", {}, ...d.blocs.map((b) => h("li", {}, b.join(", "))))),
    d.contradictions.length ? h("section", {}, h("h2", {}, S.contradictions), h("ul", {}, ...d.contradictions.map((c) => h("li", {}, S.contradiction(c.a, c.b, c.over))))) : null,
    h("section", {}, h("h2", {}, S.ties), table(["", "", S.ties, S.since, S.views.reports], d.ties.slice(0, 80).map((t) => [[h("button", { type: "button", class: "link", onclick: () => go({ sel: `actor:${t.a}` }) }, name(t.a))], [h("button", { type: "button", class: "link", onclick: () => go({ sel: `actor:${t.b}` }) }, name(t.b))], [h("span", { class: t.sign > 0 ? "for" : t.sign < 0 ? "against" : "" }, t.sign > 0 ? S.friendly : t.sign < 0 ? S.hostile : S.mixed), ` ${t.kinds.join(", ")}`], [`${t.first} – ${t.last}`], [why(`${t.a} – ${t.b}`, t.claims)]]), S.ties)));
}

/** Friends drawn together, foes apart (Fruchterman and Reingold 1991), from a fixed start so that the same day looks the same. */
function drawNetwork(nodes: string[], ties: Tie[], camp: (n: string) => number): SVGElement {
  const w = 900, tall = 520;
  const at = nodes.map((_, i) => ({ x: w / 2 + Math.cos(i * 2.4) * (60 + i * 8), y: tall / 2 + Math.sin(i * 2.4) * (40 + i * 6) }));
  const index = new Map(nodes.map((n, i) => [n, i]));
  for (let step = 0; step < 260; step++) {
    const push = at.map(() => ({ x: 0, y: 0 }));
    const force = (i: number, j: number, f: number): void => {
      const dx = at[i].x - at[j].x, dy = at[i].y - at[j].y, far = Math.max(12, Math.hypot(dx, dy));
      push[i].x += (dx / far) * f;
      push[i].y += (dy / far) * f;
      push[j].x -= (dx / far) * f;
      push[j].y -= (dy / far) * f;
    };
    for (let i = 0; i < at.length; i++) for (let j = i + 1; j < at.length; j++) force(i, j, 60000 / Math.max(900, (at[i].x - at[j].x) ** 2 + (at[i].y - at[j].y) ** 2));
    for (const t of ties) {
      const i = index.get(t.a)!, j = index.get(t.b)!, far = Math.hypot(at[i].x - at[j].x, at[i].y - at[j].y);
      force(i, j, t.sign > 0 ? -far / 26 : t.sign < 0 ? -far / 90 : -far / 60);
    }
    at.forEach((p, i) => {
      push[i].x += (w / 2 - p.x) * 0.09;
      push[i].y += (tall / 2 - p.y) * 0.16;
    });
    const heat = 18 * (1 - step / 260);
    at.forEach((p, i) => {
      const size = Math.max(1, Math.hypot(push[i].x, push[i].y));
      p.x = Math.min(w - 90, Math.max(90, p.x + (push[i].x / size) * Math.min(size, heat)));
      p.y = Math.min(tall - 24, Math.max(24, p.y + (push[i].y / size) * Math.min(size, heat)));
    });
  }
  const out = svg("svg", { viewBox: `0 0 ${w} ${tall}`, class: "network", role: "group", "aria-label": S.views.network });
  for (const t of ties) {
    const a = at[index.get(t.a)!], b = at[index.get(t.b)!];
    const line = svg("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y, class: t.sign > 0 ? "tie friendly" : t.sign < 0 ? "tie hostile" : "tie mixed", "stroke-width": Math.min(5, 1 + t.weight / 2) });
    line.append(svg("title", {}, `${t.a} – ${t.b}: ${t.kinds.join(", ")}`));
    line.addEventListener("click", () => go({ sel: `claims:${t.a} – ${t.b}:${t.claims.slice(0, 40).join(",")}` }));
    out.append(line);
  }
  const tones = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7570b3", "#a6761d"];
  nodes.forEach((n, i) => {
    const k = camp(n);
    const g = svg("g", { class: "node", tabindex: 0, role: "button", "aria-label": n, transform: `translate(${at[i].x.toFixed(1)} ${at[i].y.toFixed(1)})` }, svg("circle", { r: 7, fill: k >= 0 ? tones[k % tones.length] : "#8a8a8a" }), svg("text", { y: -11, "text-anchor": "middle" }, n.length > 28 ? `${n.slice(0, 26)}…` : n));
    const open = (): void => go({ sel: `actor:${n}` });
    g.addEventListener("click", open);
    g.addEventListener("keydown", (e) => (e as KeyboardEvent).key === "Enter" && open());
    out.append(g);
  });
  return out;
}

interface Expected { told: string; modality: string; condition: string | null; voices: string[]; first_said: string; until: string; state: string; outcome: string; quote: string; claims: string[]; decided_by: string[] }

export async function prospectsPage(el: HTMLElement): Promise<void> {
  const d = await get<{ expectations: Expected[] }>("prospects", asked());
  const pick = h("select", { "aria-label": S.expectation[6] }, h("option", { value: "" }, S.all), ...Object.entries(S.states).map(([k, v]) => h("option", { value: k }, v)));
  const body = h("div", {});
  const show = (): void => fill(body, timeline(d.expectations.filter((e) => !pick.value || e.state === pick.value)), table(S.expectation, d.expectations.filter((e) => !pick.value || e.state === pick.value).map((e) => [[name(e.told), " ", why(e.told, [...e.claims, ...e.decided_by])], [e.modality], [e.condition ?? ""], [e.voices.slice(0, 3).join("; ")], [h("span", { class: "day" }, e.first_said)], [h("span", { class: "day" }, e.until)], [h("span", { class: `state ${e.state.replace(/ /g, "-")}` }, S.states[e.state] ?? e.state), e.state === "lapsed" ? h("span", { class: "quiet" }, e.outcome.slice(e.outcome.indexOf(":") + 1)) : ""]]), S.views.prospects));
  pick.addEventListener("change", show);
  show();
  const turning = h("section", {}, h("h2", {}, S.turningPoints), h("p", { role: "status" }, S.loading)), risk = h("section", {}, h("h2", {}, S.riskHead(30)), h("p", { role: "status" }, S.loading));
  fill(el, h("h2", {}, S.expectations), h("p", {}, h("label", {}, `${S.expectation[6]} `, pick)), body, asking(), turning, risk);
  void showTurning(turning);
  void showRisk(risk);
}

const failing = (el: HTMLElement, e: unknown): void => add(el, [h("p", { role: "alert" }, e instanceof Error ? e.message : S.failed)]);

async function showTurning(el: HTMLElement): Promise<void> {
  try {
    const d = await get<{ points: { on: string; text: string; claims: string[] }[] }>("turning-points", asked());
    fill(el, h("h2", {}, S.turningPoints), h("p", { class: "quiet" }, S.turningHelp), d.points.length ? h("ul", { class: "changes" }, ...d.points.map((t) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => go({ on: t.on }) }, t.on), ` ${t.text} `, why(t.text, t.claims)))) : h("p", {}, S.noTurning));
  } catch (e) {
    failing(el, e);
  }
}

interface Risk { days: number; shown: boolean; skill: { cases: number; events: number; over_base_rate: number; over_persistence: number }; places: { place: string; id: string; chance: number; reasons: { feature: string; log_odds: number }[] }[]; lines: { a: string; b: string; chance: number }[] }

async function showRisk(el: HTMLElement): Promise<void> {
  try {
    const d = await get<Risk>("risk", asked());
    const signed = (x: number): string => `${x >= 0 ? "+" : "−"}${Math.abs(x).toFixed(2)}`, share = (x: number): string => `${Math.round(100 * x)}%`;
    fill(el, h("h2", {}, S.riskHead(d.days)), h("p", { class: "quiet" }, d.shown ? S.riskSkill(d.skill.cases, signed(d.skill.over_base_rate), signed(d.skill.over_persistence)) : S.noRisk(d.skill.cases, d.skill.events)),
      d.shown ? table(S.riskColumns, [...d.lines.map((x) => [[`${S.nearLine}: ${x.a} – ${x.b}`], [share(x.chance)], [""]]), ...d.places.slice(0, 25).map((p) => [[h("button", { type: "button", class: "link", onclick: () => go({ view: "map", sel: p.id }) }, p.place)], [share(p.chance)], [p.reasons.map((r) => r.feature).join("; ")]])], S.riskHead(d.days)) : null);
  } catch (e) {
    failing(el, e);
  }
}

export async function changesPage(el: HTMLElement, meta: Meta): Promise<void> {
  const last = state().on || meta.last;
  const first = state().cmp && state().cmp < last ? state().cmp : new Date(Date.parse(last) - 60 * 86_400_000).toISOString().slice(0, 10);
  const d = await get<{ changes: { what: string; text: string; on: string | null; claims: string[] }[]; marks: string }>("changes", { first, last, known: state().known });
  fill(el, h("h2", { "data-first": first }, S.changesHead(first, last)), d.changes.length ? h("p", {}, h("button", { type: "button", class: "link", onclick: () => go({ view: "map", cmp: first }) }, S.showOnMap)) : null, h("ul", { class: "changes" }, ...d.changes.map((c) => h("li", {}, h("span", { class: "what" }, c.what), ` ${c.text}${c.on ? ` (${c.on})` : ""} `, why(c.text, c.claims)))), d.changes.length ? null : h("p", {}, S.noClaims));
}

export async function reportsPage(el: HTMLElement): Promise<void> {
  const words = h("input", { type: "search", "aria-label": S.words, value: state().q }), outlet = h("select", { "aria-label": S.outlet }, h("option", { value: "" }, S.all)), from = h("input", { type: "date", "aria-label": S.from }), to = h("input", { type: "date", "aria-label": S.to });
  const list = h("div", {}), more = h("button", { type: "button" }, S.more), count = h("p", { role: "status" });
  let page = 0, known = false;
  const load = async (fresh: boolean): Promise<void> => {
    if (fresh) page = 0;
    const d = await get<{ count: number; sources: string[]; reports: { id: string; title: string; source: string; published: string | null; unread: string }[] }>("reports", { q: words.value, source: outlet.value, first: from.value, last: to.value, page });
    if (!known) d.sources.forEach((s) => outlet.append(h("option", { value: s }, s)));
    known = true;
    count.textContent = S.reportsFound(d.count);
    if (fresh) fill(list);
    add(list, d.reports.map((r) => h("p", { class: "row" }, h("button", { type: "button", class: "link", dir: "auto", onclick: () => go({ sel: `report:${r.id}:` }) }, r.title || r.source || r.id), h("span", { class: "source" }, " ", name(r.source), " · ", r.published ?? S.noDate, r.unread ? ` · ${r.unread}` : ""))));
    page += 1;
    more.hidden = page * 50 >= d.count;
  };
  const form = h("form", { class: "filters" }, h("label", {}, S.words, words), h("label", {}, S.outlet, outlet), h("label", {}, S.from, from), h("label", {}, S.to, to));
  form.addEventListener("submit", (e) => (e.preventDefault(), void load(true)));
  [words, outlet, from, to].forEach((x) => x.addEventListener("change", () => void load(true)));
  words.addEventListener("change", () => go({ q: words.value }, true));
  more.addEventListener("click", () => void load(false));
  fill(el, form, count, list, more);
  await load(true);
}

export async function sourcesPage(el: HTMLElement): Promise<void> {
  const d = await get<{ sources: { source: string; reports: number; copies: number; claims: number; about: { side: string; believed: number; held_against: number; weight: number }[]; overstates: string | null }[] }>("sources");
  fill(el, h("p", { class: "note" }, S.sourcesNote), table(S.sourcesHead, d.sources.map((s) => [[name(s.source)], [s.reports], [s.copies], [s.claims], s.about.slice(0, 5).map((a) => h("div", {}, name(a.side), `: ${Math.round(a.believed * 100)}% (${a.held_against.toFixed(0)})`)), [s.overstates ?? ""]]), S.views.sources));
}

interface Decision { id: string; action: string; subject: string; author: string; at: string; stands: boolean; undoes: string | null; quote: string | null }

export async function reviewPage(el: HTMLElement, desk: Desk): Promise<void> {
  const [q, made] = await Promise.all([get<{ queue: (Claim & { moves: number; holder: string | null })[] }>("queue", { on: state().on }), get<{ decisions: Decision[] }>("decisions")]);
  const again = (): void => void reviewPage(el, desk);
  const undo = async (id: string): Promise<void> => {
    await post(`decisions/${id}/undo`, {});
    await desk.changed();
    again();
  };
  const queued = q.queue.map((c) => h("div", { class: "queued", tabindex: "-1" }, h("p", { class: "quiet" }, `${S.moves} ${(c.moves * 100).toFixed(0)} · ${c.place?.name ?? ""}: ${c.holder ?? S.nobody}`), claimCard(c, desk)));
  const list = h("section", { class: "queue" }, h("h2", {}, S.queue), q.queue.length ? h("p", { class: "quiet" }, S.queueKeys) : h("p", {}, S.queueEmpty), ...queued);
  if (queued[0]) queued[0].tabIndex = 0;
  list.addEventListener("keydown", (e) => {
    const t = e.target as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
    const i = queued.findIndex((x) => x.contains(t)), now = queued[i], key = e.key.toLowerCase();
    const to = key === "j" || key === "arrowdown" ? i + 1 : key === "k" || key === "arrowup" ? i - 1 : -1;
    const does = { a: "accept", r: "reject", c: "correct", u: "undo" }[key];
    if (to >= 0 && queued[to]) {
      queued.forEach((x) => (x.tabIndex = x === queued[to] ? 0 : -1));
      queued[to].focus();
      queued[to].scrollIntoView({ block: "nearest" });
    } else if (now && does) {
      now.querySelector<HTMLElement>(`[data-do="${does}"]`)?.click();
      if (does === "accept" || does === "reject") (queued[i + 1] ?? now).focus();
    } else return;
    e.preventDefault();
  });
  fill(el, list,
    h("section", {}, h("h2", {}, S.decisions), ...made.decisions.map((d) => h("p", { class: d.stands ? "row" : "row undone" }, `${d.at.replace("T", " ")} ${d.author}: ${S.actions[d.action] ?? d.action} `, h("q", { dir: "auto" }, d.quote ?? d.subject), " ", d.stands && desk.role !== "reader" ? h("button", { type: "button", class: "link", onclick: () => void undo(d.id).catch((e: Error) => desk.say(e.message)) }, S.undo) : null))));
}

interface Tried { title: string; claims: Claim[]; on: string; unread: string; places: { id: string; name: string; lat: number; lon: number; holder: string | null; colour: string | null; status: string; probability: number; before: string | null }[] }

export function addPage(el: HTMLElement, desk: Desk, map: WarMap): void {
  const text = h("textarea", { rows: 10, "aria-label": S.pasteText, dir: "auto" }), file = h("input", { type: "file", "aria-label": S.pasteFile }), url = h("input", { type: "url", "aria-label": S.pasteUrl, placeholder: "https://" }), source = h("input", { "aria-label": S.pasteSource }), day = h("input", { type: "date", "aria-label": S.pasteDate });
  const out = h("div", { "aria-live": "polite" });
  // what was typed is there again after a look at another view
  const typed: Record<string, HTMLInputElement | HTMLTextAreaElement> = { text, url, source, day };
  const before = JSON.parse(sessionStorage.getItem("draft") ?? "{}") as Record<string, string>;
  for (const [k, el] of Object.entries(typed)) {
    el.value = before[k] ?? "";
    el.addEventListener("input", () => sessionStorage.setItem("draft", JSON.stringify(Object.fromEntries(Object.entries(typed).map(([a, b]) => [a, b.value])))));
  }
  const draft = async (): Promise<Record<string, string>> => {
    const body: Record<string, string> = { source: source.value, date: day.value };
    const f = file.files?.[0];
    if (f) {
      const bytes = new Uint8Array(await f.arrayBuffer());
      let raw = "";
      for (let i = 0; i < bytes.length; i += 8192) raw += String.fromCharCode(...bytes.subarray(i, i + 8192));
      body.file = btoa(raw);
      body.name = f.name;
    } else if (url.value) body.url = url.value;
    else body.text = text.value;
    if (!body.date) delete body.date;
    return body;
  };
  const tryIt = async (): Promise<void> => {
    fill(out, h("p", {}, S.reading));
    try {
      const d = await post<Tried>("try", await draft());
      await map.setDraft(d.places);
      if (d.on) go({ on: d.on }, true);
      fill(out, h("p", { role: "status" }, d.unread || S.tried(d.claims.length)), h("button", { type: "button", class: "main", onclick: () => void keep() }, S.storeIt),
        d.places.length ? h("section", {}, h("h3", {}, S.wouldChange), h("ul", {}, ...d.places.map((p) => h("li", {}, swatch(p.colour), name(p.name), `: ${p.holder ?? S.nobody}, ${S.statuses[p.status]}, ${Math.round(p.probability * 100)}%`, p.before !== p.holder ? ` (${S.was}: ${p.before ?? S.nobody})` : "")))) : null,
        ...d.claims.slice(0, 80).map((c) => claimCard(c, { ...desk, role: "reader" })));
    } catch (e) {
      fill(out, h("p", { class: "error" }, (e as Error).message));
    }
  };
  const keep = async (): Promise<void> => {
    try {
      const d = await post<{ stored: number }>("reports", await draft());
      await map.setDraft([]);
      sessionStorage.removeItem("draft");
      Object.values(typed).forEach((el) => (el.value = ""));
      fill(out, h("p", { role: "status" }, S.stored(d.stored)));
      await desk.changed();
    } catch (e) {
      fill(out, h("p", { class: "error" }, (e as Error).message));
    }
  };
  const form = h("form", { class: "add" }, h("label", {}, S.pasteText, text), h("label", {}, S.pasteFile, file), h("label", {}, S.pasteUrl, url), h("div", { class: "filters" }, h("label", {}, S.pasteSource, source), h("label", {}, S.pasteDate, day)), h("button", { type: "submit", class: "main" }, S.tryIt));
  form.addEventListener("submit", (e) => (e.preventDefault(), void tryIt()));
  fill(el, form, out);
}

export { claimsPanel };
