import { get } from "./api";
import { fill, h, name, svg, table } from "./dom";
import { why } from "./pages";
import { S } from "./strings";
import { go, state } from "./state";
import { toNumber } from "./time";

interface Tie { a: string; b: string; sign: number; kinds: string[]; first: string; last: string; weight: number; claims: string[]; contrary: string[] }
interface At { x: number; y: number }

const MOST = 60, CROWD = 16; // parties drawn; with more than a crowd they stand in a ring
const TONES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7570b3", "#a6761d"];

export async function networkPage(el: HTMLElement): Promise<void> {
  const d = await get<{ ties: Tie[]; blocs: string[][]; contradictions: { a: string; b: string; over: string }[] }>("network", { on: state().on, known: state().known });
  const degree = new Map<string, number>();
  d.ties.forEach((t) => [t.a, t.b].forEach((x) => degree.set(x, (degree.get(x) ?? 0) + t.weight)));
  const camp = (n: string): number => d.blocs.findIndex((b) => b.includes(n)), order = (n: string): number => (camp(n) < 0 ? 1e3 : camp(n));
  const nodes = [...degree.entries()].sort((x, y) => y[1] - x[1]).slice(0, MOST).map(([n]) => n).sort((x, y) => order(x) - order(y));
  const odd = new Set(d.contradictions.flatMap((c) => [`${c.a}|${c.b}`, `${c.b}|${c.a}`]));
  const pick = h("select", { "aria-label": S.ties }, ...["", "1", "-1", "0"].map((k) => h("option", { value: k }, S.tieKinds[k])));
  const drawn = h("div", { class: "drawn", tabindex: "0", role: "region", "aria-label": S.views.network }), listed = h("div", {});
  const party = (n: string): HTMLElement => h("button", { type: "button", class: "link", onclick: () => go({ sel: `actor:${n}` }) }, name(n));
  const [from, to] = [Math.min(...d.ties.map((t) => toNumber(t.first))), Math.max(...d.ties.map((t) => toNumber(t.last)), toNumber(state().on))];
  const show = (): void => {
    const ties = d.ties.filter((t) => !pick.value || String(t.sign) === pick.value);
    fill(drawn, drawNetwork(nodes, ties.filter((t) => nodes.includes(t.a) && nodes.includes(t.b)), camp, odd));
    fill(listed, table([S.parties, S.tie, S.since, S.why], ties.slice(0, 80).map((t) => [
      [party(t.a), " – ", party(t.b)], [h("span", { class: t.sign > 0 ? "for" : t.sign < 0 ? "against" : "" }, S.tieKinds[String(t.sign)]), ` ${t.kinds.join(", ")}`, odd.has(`${t.a}|${t.b}`) ? h("span", { class: "odd" }, " ≠ ", S.contradictions) : null],
      [span(t, from, to)], [why(`${t.a} – ${t.b}`, t.claims), t.contrary.length ? h("span", {}, " · ", h("button", { type: "button", class: "link", onclick: () => go({ sel: `claims:${t.a} – ${t.b}:${t.contrary.slice(0, 40).join(",")}` }) }, S.claimsAgainst)) : null],
    ]), S.ties));
  };
  pick.addEventListener("change", show);
  show();
  fill(el, h("p", { class: "steps" }, h("label", {}, `${S.ties} `, pick), ...["friendly", "hostile", "mixed"].map((k, i) => h("span", { class: "key-of" }, h("span", { class: `tie-key ${k}`, "aria-hidden": "true" }), S.tieKinds[["1", "-1", "0"][i]])), degree.size > nodes.length ? h("span", { class: "quiet" }, S.more60(nodes.length, degree.size)) : null),
    drawn, d.contradictions.length ? h("section", {}, h("h2", {}, S.contradictions), h("ul", {}, ...d.contradictions.map((c) => h("li", {}, S.contradiction(c.a, c.b, c.over))))) : null,
    h("section", {}, h("h2", {}, S.blocs), h("ul", {}, ...d.blocs.map((b, i) => h("li", {}, h("span", { class: "swatch", "aria-hidden": "true", style: { background: TONES[i % TONES.length] } }), b.join(", "))))),
    h("section", {}, h("h2", {}, S.ties), listed));
}

/** From when to when a tie is told of, on the axis of all ties, with the day shown. */
function span(t: Tie, from: number, to: number): HTMLElement {
  const x = (n: number): number => 2 + (116 * (n - from)) / Math.max(1, to - from), on = x(toNumber(state().on));
  return h("div", {}, h("span", { class: "day" }, `${t.first} – ${t.last}`), svg("svg", { viewBox: "0 0 120 10", class: "interval", "aria-hidden": "true" }, svg("line", { x1: 2, x2: 118, y1: 5, y2: 5, class: "scale" }), svg("line", { x1: x(toNumber(t.first)), x2: Math.max(x(toNumber(t.first)) + 2, x(toNumber(t.last))), y1: 5, y2: 5, class: "range-of" }), svg("line", { x1: on, x2: on, y1: 0, y2: 10, class: "now" })));
}

/** Friends drawn together, foes apart (Fruchterman and Reingold 1991), from a fixed start so that the same day looks the same. */
function pulled(nodes: string[], ties: Tie[], w: number, tall: number): At[] {
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
  return at;
}

function drawNetwork(nodes: string[], ties: Tie[], camp: (n: string) => number, odd: Set<string>): SVGElement {
  const ring = nodes.length > CROWD, w = 900, tall = ring ? 820 : 520, turn = (i: number): number => (2 * Math.PI * i) / nodes.length - Math.PI / 2;
  const at = ring ? nodes.map((_, i) => ({ x: w / 2 + 220 * Math.cos(turn(i)), y: tall / 2 + 220 * Math.sin(turn(i)) })) : pulled(nodes, ties, w, tall);
  const index = new Map(nodes.map((n, i) => [n, i]));
  const out = svg("svg", { viewBox: `0 0 ${w} ${tall}`, class: ring ? "network ring-of" : "network", role: "group", "aria-label": S.views.network });
  for (const t of ties) {
    const a = at[index.get(t.a)!], b = at[index.get(t.b)!], told = `${t.a} – ${t.b}: ${t.kinds.join(", ")}, ${t.first} – ${t.last}`, bends = odd.has(`${t.a}|${t.b}`);
    // in a ring ties bend towards the middle, so that those of neighbours do not lie on the names
    const line = svg("path", { d: ring ? `M${a.x} ${a.y}Q${w / 2} ${tall / 2} ${b.x} ${b.y}` : `M${a.x} ${a.y}L${b.x} ${b.y}`, fill: "none", class: `tie ${t.sign > 0 ? "friendly" : t.sign < 0 ? "hostile" : "mixed"}`, "stroke-width": Math.min(5, 1 + t.weight / 2) });
    line.append(svg("title", {}, told));
    line.addEventListener("click", () => go({ sel: `claims:${t.a} – ${t.b}:${t.claims.slice(0, 40).join(",")}` }));
    out.append(line);
    if (bends) out.append(svg("text", { x: ring ? (a.x + b.x + w) / 4 : (a.x + b.x) / 2, y: ring ? (a.y + b.y + tall) / 4 + 5 : (a.y + b.y) / 2 + 5, class: "odd", "text-anchor": "middle" }, "≠", svg("title", {}, `${S.contradictions}: ${told}`)));
  }
  nodes.forEach((n, i) => {
    const k = camp(n), left = ring && Math.cos(turn(i)) < 0, angle = (turn(i) * 180) / Math.PI + (left ? 180 : 0);
    const text = n.length > 28 ? `${n.slice(0, 26)}…` : n;
    const label = ring ? svg("text", { x: left ? -11 : 11, y: 4, "text-anchor": left ? "end" : "start", transform: `rotate(${angle.toFixed(1)})` }, text) : svg("text", { y: -11, "text-anchor": "middle" }, text);
    const g = svg("g", { class: "node", tabindex: 0, role: "button", "aria-label": n, transform: `translate(${at[i].x.toFixed(1)} ${at[i].y.toFixed(1)})` }, svg("circle", { r: ring ? 5.5 : 7, fill: k >= 0 ? TONES[k % TONES.length] : "#8a8a8a" }), label);
    const open = (): void => go({ sel: `actor:${n}` });
    g.addEventListener("click", open);
    g.addEventListener("keydown", (e) => (e as KeyboardEvent).key === "Enter" && open());
    out.append(g);
  });
  return out;
}
