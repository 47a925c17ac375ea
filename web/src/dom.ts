import { language } from "./strings";

type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

/** An element; text is always set as text, so that nothing from a report is ever read as markup. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: (Child | Child[])[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === null || v === undefined || v === false) continue;
    if (k.startsWith("on") && typeof v === "function") el.addEventListener(k.slice(2), v as EventListener);
    else if (k === "style") for (const [a, b] of Object.entries(v as Record<string, string>)) el.style.setProperty(a, b);
    else if (k === "class") el.className = String(v);
    else if (v === true) el.setAttribute(k, "");
    else el.setAttribute(k, String(v));
  }
  add(el, children);
  return el;
}

// days, weights and shares keep their order within text that runs from right to left
const isolated = (text: string): string => (language === "ar" ? text.replace(/\d{4}-\d{2}-\d{2}|[+−]?\d+(?:\.\d+)?%|[+−]\d+\.\d+/g, "\u2066$&\u2069") : text);

export function add(el: Element, children: (Child | Child[])[]): void {
  for (const c of children.flat()) if (c !== null && c !== undefined && c !== false) el.append(c instanceof Node ? c : isolated(String(c)));
}

export function fill(el: Element, ...children: (Child | Child[])[]): void {
  el.replaceChildren();
  add(el, children);
}

export function svg(tag: string, props: Record<string, string | number> = {}, ...children: (SVGElement | string)[]): SVGElement {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(props)) el.setAttribute(k, String(v));
  el.append(...children);
  return el;
}

/** A name in its own direction: right-to-left names stay whole inside left-to-right lines. */
export function name(text: string | null | undefined): HTMLElement {
  return h("bdi", {}, text ?? "");
}

export function swatch(colour: string | null): HTMLElement {
  return h("span", { class: "swatch", "aria-hidden": "true", style: { background: colour ?? "transparent" } });
}

export function table(head: readonly string[], rows: (Child | Child[])[][], caption = ""): HTMLElement {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption || head[0] }, h("table", {}, caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, ...head.map((x) => h("th", { scope: "col" }, x)))),
    h("tbody", {}, ...rows.map((r) => h("tr", {}, ...r.map((c, i) => h("td", { "data-label": head[i] }, h("div", {}, ...(Array.isArray(c) ? c : [c])))))))));
}
