import { fill, h } from "./dom";
import { language, S } from "./strings";
import { go, onState, state } from "./state";

const DAY = 86_400_000;
export const toNumber = (iso: string): number => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
export const toIso = (n: number): string => new Date(n * DAY).toISOString().slice(0, 10);

/** Beginnings of months or years between two days, no more than `most`, with what to write there. */
export function ticks(a: number, b: number, most: number): [number, string][] {
  const first = new Date(a * DAY), months = (b - a) / 30.4;
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((s) => months / s <= most) ?? 600, out: [number, string][] = [];
  for (let m = first.getUTCFullYear() * 12 + Math.ceil((first.getUTCMonth() + (first.getUTCDate() > 1 ? 1 : 0)) / Math.min(step, 12)) * Math.min(step, 12); ; m += step) {
    const day = new Date(Date.UTC(Math.floor(m / 12), m % 12, 1)), at = Math.round(day.getTime() / DAY);
    if (at > b) return out;
    const year = m % 12 === 0 || !out.length;
    out.push([at, day.toLocaleDateString(language === "ar" ? "ar-u-nu-latn" : "en", { timeZone: "UTC", ...(step >= 12 ? { year: "numeric" } : year ? { month: "short", year: "numeric" } : { month: "short" }) })]);
  }
}

/** The slider with play and, above it, how many events each stretch holds. */
export function timeBar(first: string, last: string, events: [string, number][]): HTMLElement {
  const a = toNumber(first), b = Math.max(toNumber(last), a + 1);
  const density = h("canvas", { class: "density", "aria-hidden": "true" }), axis = h("div", { class: "axis", "aria-hidden": "true" });
  const range = h("input", { type: "range", min: a, max: b, step: 1, "aria-label": S.on, class: "range" });
  const day = h("input", { type: "date", min: first, "aria-label": S.on, class: "day" });
  const play = h("button", { type: "button", class: "play", "aria-label": S.play, title: S.play }, "▶");
  const known = h("input", { type: "date", "aria-label": S.known, title: S.known, class: "day" });
  const compare = h("input", { type: "date", "aria-label": S.compare, title: S.compare, class: "day" });
  let timer = 0;

  const show = (): void => {
    const on = state().on || last;
    range.value = String(toNumber(on));
    range.setAttribute("aria-valuetext", on);
    day.value = on;
    known.value = state().known;
    compare.value = state().cmp;
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", S.play);
  };
  const set = (n: number, replace = true): void => go({ on: toIso(Math.min(b, Math.max(a, n))) }, replace);
  range.addEventListener("input", () => set(Number(range.value)));
  range.addEventListener("keydown", (e) => {
    if (e.shiftKey && (e.key === "ArrowLeft" || e.key === "ArrowRight")) {
      e.preventDefault();
      set(Number(range.value) + (e.key === "ArrowLeft" ? -7 : 7));
    }
  });
  const typed = (input: HTMLInputElement, key: "on" | "known" | "cmp"): void => {
    input.addEventListener("change", () => {
      if (input.value === "" || /^[12]\d{3}-\d{2}-\d{2}$/.test(input.value)) go({ [key]: input.value });
    });
  };
  typed(day, "on");
  typed(known, "known");
  typed(compare, "cmp");
  play.addEventListener("click", () => {
    if (timer) return stop();
    const step = Math.max(1, Math.round((b - a) / 120));
    if (Number(range.value) >= b) set(a);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", S.pause);
    timer = window.setInterval(() => {
      const next = Number(range.value) + step;
      set(next);
      if (next >= b) stop();
    }, 260);
  });

  const draw = (): void => {
    const w = density.clientWidth, tall = density.clientHeight;
    if (!w) return;
    const scale = devicePixelRatio || 1;
    density.width = w * scale;
    density.height = tall * scale;
    const bins = new Array<number>(Math.max(20, Math.floor(w / 4))).fill(0);
    for (const [d, n] of events) {
      const i = Math.floor(((toNumber(d) - a) / (b - a + 1)) * bins.length);
      if (i >= 0 && i < bins.length) bins[i] += n;
    }
    fill(axis, ...ticks(a, b, Math.max(2, Math.floor(w / 72))).map(([at, text]) => h("span", { style: { left: `${(100 * (at - a)) / (b - a)}%` } }, text)));
    const most = Math.max(1, ...bins);
    const c = density.getContext("2d")!;
    c.scale(scale, scale);
    c.fillStyle = getComputedStyle(density).color;
    const each = w / bins.length;
    bins.forEach((n, i) => {
      const t = n ? Math.max(2, Math.sqrt(n / most) * tall) : 0;
      c.fillRect(i * each, tall - t, Math.max(1, each - 1), t);
    });
  };
  new ResizeObserver(draw).observe(density);
  onState(show);
  show();
  const more = h("button", { type: "button", class: "more-days", "aria-expanded": "false", "aria-label": S.moreDays, title: S.moreDays }, "⋯");
  more.addEventListener("click", () => {
    const open = bar.classList.toggle("all");
    more.setAttribute("aria-expanded", String(open));
  });
  const bar = h("div", { class: "time", role: "group", "aria-label": S.on }, play, h("div", { class: "slide" }, density, range, axis), h("label", {}, h("span", {}, S.on), day), more, h("label", { class: "minor" }, h("span", {}, S.known), known), h("label", { class: "minor" }, h("span", {}, S.compare), compare));
  if (state().known || state().cmp) more.click();
  return bar;
}
