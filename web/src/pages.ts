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
/** A button that shows the claims behind something. */
export const why = (title: string, ids: string[]): HTMLElement => h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${title}:${ids.slice(0, 40).join(",")}` }) }, S.why);

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

interface About { side: string; believed: number; between: [number, number]; held_against: number; weight: number; evidence: { claim: string; borne_out: number }[] }

/** Nought to all: how far a source is believed, with the middle nine tenths of what that may be. */
function interval(a: About): SVGElement {
  const [low, high] = a.between, x = (v: number): number => 2 + 116 * v;
  const out = svg("svg", { viewBox: "0 0 120 14", class: "interval", role: "img", "aria-label": `${Math.round(a.believed * 100)}% (${Math.round(low * 100)}–${Math.round(high * 100)}%)` },
    svg("line", { x1: 2, x2: 118, y1: 7, y2: 7, class: "scale" }), svg("line", { x1: x(low), x2: x(high), y1: 7, y2: 7, class: "range-of" }), svg("circle", { cx: x(a.believed), cy: 7, r: 4 }));
  return out;
}

export async function sourcesPage(el: HTMLElement): Promise<void> {
  const d = await get<{ sources: { source: string; reports: number; copies: number; claims: number; about: About[]; overstates: string | null }[] }>("sources");
  const quotes = (source: string, of: About, right: boolean): HTMLElement | null => {
    const ids = of.evidence.filter((x) => x.borne_out >= 0.5 === right).map((x) => x.claim);
    return ids.length ? h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${source}, ${of.side} – ${right ? S.rights(ids.length) : S.wrongs(ids.length)}:${ids.slice(0, 40).join(",")}` }) }, right ? S.rights(ids.length) : S.wrongs(ids.length)) : null;
  };
  const about = (source: string, a: About): HTMLElement => h("div", { class: "about" }, h("span", {}, name(a.side), ` ${Math.round(a.believed * 100)}%`), interval(a), h("span", { class: "quiet" }, S.against(a.held_against.toFixed(1)), " "), h("span", { class: "steps" }, quotes(source, a, false), quotes(source, a, true)));
  fill(el, h("p", { class: "note" }, S.sourcesNote), table(S.sourcesHead, d.sources.map((s) => [[name(s.source)], [s.reports], [s.copies], [s.claims], s.about.slice(0, 6).map((a) => about(s.source, a)), [s.overstates ?? ""]]), S.views.sources));
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
  const chosen = new Set<string>(), many = h("p", { class: "many", role: "status", hidden: true });
  const all = async (action: string): Promise<void> => {
    try {
      for (const id of chosen) await post("decisions", { subject: id, action });
      desk.say(S.decided);
    } catch (e) {
      desk.say((e as Error).message);
    }
    await desk.changed();
    again();
  };
  const tick = (c: Claim): HTMLInputElement => {
    const box = h("input", { type: "checkbox", "aria-label": S.choose, "data-do": "choose" });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(c.id);
      else chosen.delete(c.id);
      many.hidden = !chosen.size;
      fill(many, `${S.chosen(chosen.size)} `, h("button", { type: "button", class: "small", onclick: () => void all("accept") }, S.acceptAll), " ", h("button", { type: "button", class: "small", onclick: () => void all("reject") }, S.rejectAll), " ", h("button", { type: "button", class: "link", onclick: () => list.querySelectorAll<HTMLInputElement>("[data-do=choose]:checked").forEach((x) => x.click()) }, S.chooseNone));
    });
    return box;
  };
  const queued = q.queue.map((c) => h("div", { class: "queued", tabindex: "-1" }, h("p", { class: "quiet" }, tick(c), ` ${S.moves} ${(c.moves * 100).toFixed(0)} · ${c.place?.name ?? ""}: ${c.holder ?? S.nobody}`), claimCard(c, desk)));
  const list = h("section", { class: "queue" }, h("h2", {}, S.queue), q.queue.length ? h("p", { class: "quiet" }, S.queueKeys) : h("p", {}, S.queueEmpty), many, ...queued);
  if (queued[0]) queued[0].tabIndex = 0;
  list.addEventListener("keydown", (e) => {
    const t = e.target as HTMLElement;
    if ((/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName) && (t as HTMLInputElement).type !== "checkbox") || e.ctrlKey || e.metaKey || e.altKey) return;
    const i = queued.findIndex((x) => x.contains(t)), now = queued[i], key = e.key.toLowerCase();
    const to = key === "j" || key === "arrowdown" ? i + 1 : key === "k" || key === "arrowup" ? i - 1 : -1;
    const does = { a: "accept", r: "reject", c: "correct", u: "undo", x: "choose" }[key];
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
