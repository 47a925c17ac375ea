import { get } from "./api";
import { asArea, asText, pen, within, type Point } from "./draw";
import { fill, h, name } from "./dom";
import { icon, ICONS } from "./icons";
import { S } from "./strings";
import { go, onState, state } from "./state";
import { toIso, toNumber } from "./time";
import type { WarMap } from "./map";

export interface Happening {
  id: string; date: string; precision: string; kind: string; what: string | null; place: string | null; place_id: string | null; lat: number | null; lon: number | null;
  parties: string[]; harm: { what: string; who: string | null; number: number | null }[]; sources: string[]; claims: string[]; confidence: number; quote: string;
}

const SPANS = ["7", "30", "90", "365"], USUAL = "30", MOST = 150;

/** "Clash", "Road blocked", "Agreement broken": what happened, in words. */
export const called = (e: Happening): string => S.kinds[`${e.kind} ${e.what ?? ""}`] ?? S.kinds[e.kind] ?? e.kind;
export const titleOf = (e: Happening): string => (e.place ? S.eventAt(called(e), e.place) : called(e));

export interface Feed { el: HTMLElement; opener: HTMLElement; shown: () => Happening[]; step: (by: number) => void; open: () => boolean }

/** What happened in the span, beside the map: filtered here, drawn there, walked through with the arrow keys. */
export function feed(map: WarMap, say: (text: string) => void): Feed {
  let all: Happening[] = [], shown: Happening[] = [], token = 0, wait = 0, here: Set<string> | null = null, inSight = false, most = MOST;
  const open = (): boolean => (state().feed ? state().feed !== "0" : innerWidth >= 1180);
  const count = h("p", { class: "quiet", role: "status" }), list = h("ol", { class: "events" }), kinds = h("div", { class: "kinds", role: "group", "aria-label": S.feedKinds });
  const span = h("select", { "aria-label": S.feedSpan }, ...SPANS.map((d) => h("option", { value: d }, S.feedDays(Number(d)))));
  const party = h("select", { "aria-label": S.actor }), sure = h("select", { "aria-label": S.feedSure }, ...Object.entries(S.sureness).map(([k, v]) => h("option", { value: k }, v))), source = h("select", { "aria-label": S.outlet });
  const sight = h("input", { type: "checkbox" }), only = h("button", { type: "button", class: "link", hidden: true }), more = h("button", { type: "button", hidden: true }, S.more);
  const draws = h("button", { type: "button", class: "small" }, S.drawArea), undraw = h("button", { type: "button", class: "link", hidden: true }, S.noArea);
  const filters = h("details", { class: "feed-filters" }, h("summary", {}, S.feedFilter), h("div", { class: "filters" }, h("label", {}, S.actor, party), h("label", {}, S.outlet, source), h("label", {}, S.feedSure, sure)), h("label", { class: "tick" }, sight, S.feedInSight), h("p", { class: "steps" }, draws, undraw));
  const el = h("aside", { class: "feed", "aria-label": S.feed }, h("div", { class: "feed-head" }, h("h2", {}, S.feed), span, h("button", { type: "button", class: "close", "aria-label": S.feedClose, onclick: () => (go({ feed: "0" }, true), opener.focus()) }, "×")), kinds, filters, count, only, list, more);
  const opener = h("button", { type: "button", class: "feed-open", onclick: () => (go({ feed: USUAL }, true), span.focus()) }, S.feed);

  const chosen = (): string => (state().sel.startsWith("event:") ? state().sel.slice(6) : "");
  const hiddenKinds = (): Set<string> => new Set(state().nokind.split(",").filter(Boolean));

  const sift = (): void => {
    const area = asArea(state().area);
    undraw.hidden = !area;
    if (!map.onPoint) map.setDrawn(open() && state().view === "map" && area ? area : [], true);
    const { party: who, sure: least } = state(), out = hiddenKinds();
    shown = all.filter((e) => !out.has(e.kind) && (!who || e.parties.includes(who)) && (!source.value || e.sources.includes(source.value)) && (least === "2" ? e.sources.length > 1 : e.confidence * 100 >= Number(least || 0)) && (!here || here.has(e.id)) && (!area || (e.lat !== null && within([e.lon!, e.lat], area))) && (!inSight || (e.lat !== null && map.sees(e.lat, e.lon!))));
    draw();
    void map.setEvents(open() && state().view === "map" ? shown : []);
  };

  const item = (e: Happening): HTMLElement => h("li", {}, h("button", { type: "button", class: "event", "data-id": e.id, tabindex: "-1", "aria-current": String(e.id === chosen()), onclick: () => go({ sel: `event:${e.id}` }, chosen() !== "") },
    icon(e.kind), h("span", { class: "told" }, h("strong", {}, called(e)), e.place ? h("span", {}, " · ", name(e.place)) : null, h("time", { datetime: e.date }, e.precision === "report" ? `≤ ${e.date}` : e.date)),
    h("span", { class: "quiet" }, [e.parties.join(" – "), S.outlets(e.sources.length), `${Math.round(e.confidence * 100)}%`].filter(Boolean).join(" · ")),
    h("q", { dir: "auto" }, e.quote.length > 150 ? `${e.quote.slice(0, 148)}…` : e.quote)));

  function draw(): void {
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>(".event")?.dataset.id;
    count.textContent = shown.length === all.length ? S.feedCount(shown.length) : S.feedCountOf(shown.length, all.length);
    only.hidden = !here;
    only.textContent = S.feedAll;
    fill(list, ...shown.slice(0, most).map(item));
    more.hidden = shown.length <= most;
    mark();
    if (focused) list.querySelector<HTMLElement>(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
  }

  /** One event of the list is reached by Tab: the chosen one, or the first. */
  function mark(): void {
    const rows = [...list.querySelectorAll<HTMLElement>(".event")], at = rows.find((r) => r.dataset.id === chosen());
    for (const r of rows) {
      r.setAttribute("aria-current", String(r === at));
      r.tabIndex = r === (at ?? rows[0]) ? 0 : -1;
    }
    at?.scrollIntoView({ block: "nearest" });
  }

  function options(select: HTMLSelectElement, values: string[], now: string): void {
    fill(select, h("option", { value: "" }, S.all), ...[...new Set([...values, ...(now ? [now] : [])])].sort((a, b) => a.localeCompare(b)).map((v) => h("option", { value: v }, v)));
    select.value = now;
  }

  function drawKinds(): void {
    const n = new Map<string, number>(), out = hiddenKinds();
    all.forEach((e) => n.set(e.kind, (n.get(e.kind) ?? 0) + 1));
    fill(kinds, ...Object.keys(ICONS).map((k) => h("button", { type: "button", class: "chip", "aria-pressed": String(!out.has(k)), "data-kind": k, onclick: () => {
      const now = hiddenKinds();
      if (!now.delete(k)) now.add(k);
      go({ nokind: [...now].sort().join(",") }, true);
      kinds.querySelector<HTMLElement>(`[data-kind="${k}"]`)?.focus();
    } }, icon(k), `${S.kinds[k]} ${n.get(k) ?? 0}`)));
  }

  async function load(): Promise<void> {
    const mine = ++token, { on, known, cmp } = state();
    if (!open() || state().view !== "map" || !on) return void map.setEvents([]);
    const days = Number(SPANS.includes(state().feed) ? state().feed : USUAL);
    span.value = String(days);
    span.hidden = cmp !== "" && cmp < on;
    try {
      const d = await get<{ events: Happening[] }>("events", { first: span.hidden ? cmp : toIso(toNumber(on) - days), last: on, known });
      if (mine !== token) return;
      all = d.events;
      here = null;
      most = MOST;
      options(party, all.flatMap((e) => e.parties), state().party);
      options(source, all.flatMap((e) => e.sources), source.value);
      sure.value = state().sure;
      drawKinds();
      sift();
    } catch (e) {
      if (mine === token) say((e as Error).message);
    }
  }

  function step(by: number): void {
    const i = shown.findIndex((e) => e.id === chosen()), next = shown[i < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, i + by))];
    if (!next) return;
    if (shown.indexOf(next) >= most) {
      most += MOST;
      draw();
    }
    go({ sel: `event:${next.id}` }, chosen() !== "");
  }

  const seen = (): void => {
    el.hidden = !open() || state().view !== "map";
    opener.hidden = open() || state().view !== "map";
    document.body.classList.toggle("with-feed", !el.hidden);
  };
  list.addEventListener("keydown", (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e6, End: 1e6 }[e.key];
    if (!by) return;
    e.preventDefault();
    step(by);
    list.querySelector<HTMLElement>(`[data-id="${chosen()}"]`)?.focus({ preventScroll: true });
  });
  span.addEventListener("change", () => go({ feed: span.value }, true));
  party.addEventListener("change", () => go({ party: party.value }, true));
  sure.addEventListener("change", () => go({ sure: sure.value }, true));
  source.addEventListener("change", sift);
  sight.addEventListener("change", () => ((inSight = sight.checked), sift()));
  draws.addEventListener("click", () => {
    say(S.drawHow);
    pen(map, true, () => undefined, (points: Point[] | null) => {
      if (points) go({ area: asText(points) }, true);
      else sift();
      draws.focus();
    });
  });
  undraw.addEventListener("click", () => (go({ area: "" }, true), draws.focus()));
  more.addEventListener("click", () => ((most += MOST), draw()));
  only.addEventListener("click", () => ((here = null), sift(), span.focus()));
  map.onEvents((id) => go({ sel: `event:${id}` }), (ids) => {
    here = new Set(ids);
    sift();
    list.querySelector<HTMLElement>(".event")?.focus();
  }, () => inSight && sift());
  onState((now, before) => {
    if (now.feed !== before.feed || now.view !== before.view) seen();
    if (["on", "known", "cmp", "feed", "view"].some((k) => now[k as "on"] !== before[k as "on"])) {
      clearTimeout(wait);
      wait = window.setTimeout(() => void load(), now.feed !== before.feed || now.view !== before.view ? 0 : 180);
    } else if (now.nokind !== before.nokind || now.party !== before.party || now.sure !== before.sure || now.area !== before.area) {
      drawKinds();
      party.value = now.party;
      sure.value = now.sure;
      sift();
    } else if (now.sel !== before.sel) mark();
  });
  seen();
  void load();
  return { el, opener, shown: () => (open() ? shown : []), step, open };
}
