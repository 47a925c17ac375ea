import { get } from "./api";
import { fill, h, name, svg } from "./dom";
import { S } from "./strings";
import { go, state } from "./state";

/** One point of a what-if's answer: the section it belongs to, its sentence, the claims behind it. */
interface Point { section: string; sentence: string; claims: string[] }
interface Answer { assumed: string; sentences: string[]; answer: Point[]; maps: { before: string; after: string } }

const why = (p: Point): HTMLElement | null => (p.claims.length ? h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${p.sentence.slice(0, 80)}:${p.claims.slice(0, 40).join(",")}` }) }, S.why) : null);

/** Section by section, each point with its claims; then both maps. */
function told(r: Answer): HTMLElement[] {
  const sections = [...new Set(r.answer.map((p) => p.section))];
  const points = sections.map((s) => h("section", { class: "answer" }, h("h3", {}, S.answerSections[s] ?? s), h("ul", {}, ...r.answer.filter((p) => p.section === s).map((p) => h("li", {}, name(p.sentence), " ", why(p))))));
  const lines = sections.length ? [h("p", {}, h("strong", {}, name(r.sentences[0]))), ...points] : [h("ul", {}, ...r.sentences.map((s) => h("li", {}, name(s))))];
  return [...lines, ...(["before", "after"] as const).map((w) => h("figure", {}, h("img", { src: `api/v1/${r.maps[w]}`, alt: w === "before" ? S.asItIs : r.assumed, loading: "lazy" }), h("figcaption", {}, w === "before" ? S.asItIs : S.asItWouldBe)))];
}

/** Asks for one assumption on the day shown and tells the answer in `el`. */
export async function assume(el: HTMLElement, kind: string, what: string): Promise<void> {
  fill(el, h("p", { role: "status" }, S.loading));
  try {
    fill(el, ...told(await get<Answer>("whatif", { [kind]: what, on: state().on })));
  } catch (e) {
    fill(el, h("p", { role: "alert" }, e instanceof Error ? e.message : S.failed));
  }
}

/** Asks what if, by the kind of assumption and its words. */
export function asking(): HTMLElement {
  const kind = h("select", { "aria-label": S.assumption }, ...Object.entries(S.assumptions).map(([k, v]) => h("option", { value: k }, v)));
  const words = h("input", { "aria-label": S.assumptionWords, placeholder: S.assumptionHints.without, required: true, dir: "auto" });
  const out = h("div", { class: "whatif", "aria-live": "polite" });
  kind.addEventListener("change", () => (words.placeholder = S.assumptionHints[kind.value]));
  const form = h("form", { class: "filters" }, h("label", {}, S.assumption, kind), h("label", {}, S.assumptionWords, words), h("button", { type: "submit" }, S.ask));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void assume(out, kind.value, words.value);
  });
  return h("section", { class: "asking" }, h("h2", {}, S.whatIfHead), form, out);
}

interface Span { told: string; first_said: string; until: string; state: string; claims: string[]; decided_by: string[] }

const DAY = 86_400_000, ROW = 16, WIDTH = 900, MOST = 24;

/** Each expectation as a bar from the day it was first said to its horizon, with the day shown. */
export function timeline(all: Span[]): HTMLElement | null {
  const found = all.slice(0, MOST);
  if (!found.length) return null;
  const t = (d: string): number => Date.parse(d) / DAY;
  const first = Math.min(...found.map((e) => t(e.first_said))), last = Math.max(...found.map((e) => t(e.until)), first + 1);
  const x = (d: string): number => ((t(d) - first) / (last - first)) * WIDTH;
  const out = svg("svg", { viewBox: `0 0 ${WIDTH} ${found.length * ROW + 18}`, class: "expectations", role: "group", "aria-label": S.timeline });
  found.forEach((e, i) => {
    const g = svg("g", { class: `span ${e.state.replace(/ /g, "-")}`, tabindex: 0, role: "button", "aria-label": `${e.told}: ${S.states[e.state] ?? e.state}` },
      svg("title", {}, `${e.told} (${e.first_said} – ${e.until}; ${S.states[e.state] ?? e.state})`),
      svg("rect", { x: x(e.first_said), y: i * ROW + 2, width: Math.max(3, x(e.until) - x(e.first_said)), height: ROW - 4, rx: 2 }),
      svg("text", { x: x(e.first_said) + 4, y: i * ROW + ROW - 5 }, e.told.length > 110 ? `${e.told.slice(0, 108)}…` : e.told));
    const open = (): void => go({ sel: `claims:${e.told}:${[...e.claims, ...e.decided_by].slice(0, 40).join(",")}` });
    g.addEventListener("click", open);
    g.addEventListener("keydown", (k) => (k as KeyboardEvent).key === "Enter" && open());
    out.append(g);
  });
  const on = state().on;
  if (on && t(on) >= first && t(on) <= last) out.append(svg("line", { x1: x(on), x2: x(on), y1: 0, y2: found.length * ROW, class: "now" }));
  const day = (n: number): string => new Date(n * DAY).toISOString().slice(0, 10);
  out.append(svg("text", { x: 0, y: found.length * ROW + 14, class: "axis" }, day(first)), svg("text", { x: WIDTH, y: found.length * ROW + 14, "text-anchor": "end", class: "axis" }, day(last)));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": S.timeline }, h("h3", {}, S.timeline), out);
}
