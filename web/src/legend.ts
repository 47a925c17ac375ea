import type { Move } from "./api";
import { h, name, swatch } from "./dom";
import { icon } from "./icons";
import { OPACITY } from "./map";
import { S } from "./strings";
import { go } from "./state";

const INK = "#8a4a42";

/** How a thing is known and what state it is in, as the map draws it. */
export function marksLegend(comparing: boolean, counted: Record<string, number>, unplaced: Record<string, number>, off: Set<string>, set: (layer: string, on: boolean) => void): HTMLElement {
  const pale = (o: number): Record<string, string> => ({ background: `color-mix(in srgb, ${INK} ${Math.round(o * 100)}%, transparent)` });
  const row = (cls: string, text: string, style: Record<string, string> = {}): HTMLElement => h("li", {}, h("span", { class: `swatch ${cls}`, "aria-hidden": "true", style }), text);
  const number = (x: unknown): number => (typeof x === "number" ? x : 0);
  const layers = Object.entries(S.layers).map(([k, text]) => {
    const box = h("input", { type: "checkbox", checked: !off.has(k) });
    box.addEventListener("change", () => set(k, box.checked));
    return h("li", {}, h("label", {}, box, S.layerIcon[k] ? icon(S.layerIcon[k], true) : null, `${text} (${number(counted[k])})`), number(unplaced[k]) ? h("span", { class: "quiet" }, S.unplaced(unplaced[k])) : null);
  });
  return h("div", { class: "marks" }, h("ul", { class: "legend-list", "aria-label": S.layersHead }, ...layers),
    comparing ? null : h("p", { class: "quiet" }, S.basisHead),
    h("ul", { class: "legend-list" },
      ...(comparing ? [] : [
        row("", S.basis.told, pale(OPACITY.c)), row("outlined", S.basis.single, pale(OPACITY["1"])), row("dotted", S.basis.area), row("", S.basis.inferred, pale(OPACITY.n)), row("", S.basis.unknown),
        row("hatched", S.legendMarks.contested), row("banded", S.legendMarks.together), row("ring", S.legendMarks.besieged)]),
      ...(off.has("lines") ? [] : Object.keys(S.relations)).map((k) => h("li", {}, h("span", { class: `dash ${k}`, "aria-hidden": "true" }), `${S.lines}: ${S.relations[k]}`))));
}

/** From whom to whom between the two days, with how many places. */
export function diffLegend(moves: Move[]): HTMLElement {
  const groups = new Map<string, { move: Move; n: number }>();
  for (const m of moves) {
    const key = JSON.stringify([m.mark, m.from.map((x) => x.name), m.to.map((x) => x.name)]);
    groups.set(key, { move: m, n: (groups.get(key)?.n ?? 0) + 1 });
  }
  const who = (all: Move["from"]): Node[] => (all.length ? all.map((x) => h("span", { class: "who" }, swatch(x.colour), name(x.name))) : [h("span", { class: "who" }, S.nobody)]);
  const rows = [...groups.values()].sort((a, b) => b.n - a.n).slice(0, 14).map(({ move, n }) => h("li", { class: "moved" }, h("span", {}, `${S.diffLegend[move.mark]} (${n}): `), ..."srknc".includes(move.mark) ? who(move.to) : move.mark === "l" ? who(move.from) : [...who(move.from), h("span", {}, " → "), ...who(move.to)]));
  return h("div", {}, rows.length ? h("ul", { class: "legend-list" }, ...rows) : h("p", {}, S.nothingChanged));
}

/** What is seen before anything has been read. */
export function emptyPage(mayAdd: boolean): HTMLElement {
  const command = (text: string): HTMLElement => h("pre", {}, h("code", {}, text));
  return h("section", { class: "first", "aria-label": S.first.head }, h("h2", {}, S.first.head), h("p", {}, S.first.what),
    h("ol", {},
      mayAdd ? h("li", {}, h("button", { type: "button", class: "main", onclick: () => go({ view: "add" }) }, S.first.add), ` ${S.first.addHelp}`) : null,
      h("li", {}, S.first.folder, command("contactline ingest FOLDER --ledger FILE")),
      h("li", {}, S.first.examples, command("contactline ingest demo/reports --ledger FILE"))),
    h("p", { class: "quiet" }, S.first.then));
}
