import "./style.css";
import { ApiError, get, post, del, setCsrf, type Ground, type Line, type MapDay, type Meta, type Move } from "./api";
import { fill, h, name, swatch } from "./dom";
import { WarMap } from "./map";
import { actorPanel, claimsPanel, linePanel, placePanel, reportPanel, type Desk } from "./panel";
import { addPage, changesPage, networkPage, prospectsPage, reportsPage, reviewPage, sectorsPage, sourcesPage } from "./pages";
import { diffLegend, emptyPage, marksLegend } from "./legend";
import { background } from "./patterns";
import { mapPicture, shareMenu } from "./share";
import { S } from "./strings";
import { go, hiddenSides, onState, state } from "./state";
import { timeBar } from "./time";

const root = document.getElementById("app")!;
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;

function signIn(): void {
  const user = h("input", { name: "name", autocomplete: "username", required: true }), password = h("input", { type: "password", autocomplete: "current-password", required: true }), said = h("p", { class: "error", role: "alert" });
  const form = h("form", { class: "sign-in" }, h("h1", {}, S.title), h("label", {}, S.name, user), h("label", {}, S.password, password), h("button", { type: "submit", class: "main" }, S.signIn), said);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    post<{ csrf: string }>("session", { name: user.value, password: password.value }).then(() => start(), (x: Error) => (said.textContent = x.message));
  });
  fill(root, h("main", {}, form));
  user.focus();
}

async function start(): Promise<void> {
  let meta: Meta;
  try {
    meta = await get<Meta>("meta");
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return signIn();
    return fill(root, h("main", { class: "lone" }, h("h1", {}, S.title), h("p", { class: "error" }, (e as Error).message)));
  }
  setCsrf(meta.user.csrf);
  if (!state().on) go({ on: meta.last }, true);
  build(meta);
}

function build(meta: Meta): void {
  const mapEl = h("div", { class: "map", id: "map" }), page = h("section", { class: "page", id: "page", tabindex: "-1" }), panel = h("aside", { class: "panel", "aria-label": S.why, tabindex: "-1" }), panelBody = h("div", { class: "panel-body" });
  const credit = h("p", { class: "credit" }, S.credit), first = meta.counts.reports ? null : emptyPage(meta.user.role !== "reader");
  const toast = h("p", { class: "toast", role: "status" }), legend = h("details", { class: "legend", open: innerWidth > 700 });
  panel.append(h("button", { type: "button", class: "close", "aria-label": S.close, onclick: () => go({ sel: "" }) }, "×"), panelBody);
  const nav = h("nav", { "aria-label": S.title }, ...Object.entries(S.views).filter(([k]) => meta.user.role !== "reader" || !["review", "add"].includes(k)).map(([k, v]) => h("button", { type: "button", "data-view": k, onclick: () => go({ view: k, sel: k === state().view ? state().sel : "" }) }, v)));
  const themeButton = h("button", { type: "button", class: "icon", title: S.theme, "aria-label": S.theme, onclick: () => switchTheme() }, "◐");
  const header = h("header", {}, h("a", { class: "skip", href: "#page", onclick: (e: Event) => (e.preventDefault(), (state().view === "map" ? mapEl.querySelector("canvas") : page)?.focus()) }, S.skip), h("h1", {}, S.title), searchBox(), nav, shareMenu(() => takeAlong(), page, (text) => say(text)), themeButton, meta.user.single ? null : h("button", { type: "button", class: "link", onclick: () => void del("session").then(() => location.reload()) }, `${S.signOut} (${meta.user.name})`));
  fill(root, header, h("main", {}, h("div", { class: "stage" }, mapEl, legend, credit, first, page), panel), timeBar(meta.first, meta.last, meta.events), toast);
  let lines: Line[] = [], ground: Ground | null = null, day: MapDay | null = null, moves: Move[] | null = null, token = 0, patterns = localStorage.getItem("patterns") === "1";
  const colours: Record<string, string> = JSON.parse(localStorage.getItem("colours") ?? "{}");
  const map = drawn(mapEl, () => new WarMap(mapEl, meta, (kind, id) => go({ sel: id.startsWith(`${kind}:`) ? id : `${kind}:${id}` }), (at) => go({ at }, true)));
  map.recolour(colours);
  map.show(hiddenSides(), state().told === "1", patterns);
  map.goTo(state().at);
  let quiet = 0;
  const say = (text: string): void => {
    toast.textContent = text;
    clearTimeout(quiet);
    quiet = window.setTimeout(() => (toast.textContent = ""), 6000);
  };
  const desk: Desk = { role: meta.user.role, lines: () => lines, choose: (at) => void map.choose(at), say, changed: async () => { if (first) return location.replace("#"), location.reload(); kept.clear(); await loadGround(); await loadDay(); }, move: (id) => moves?.find((m) => ground?.places[m.place]?.[0] === id)?.text ?? "" };
  const kept = new Map<string, Promise<MapDay>>();
  const fetchDay = (on: string, known: string): Promise<MapDay> => {
    const key = `${on}|${known}`;
    if (!kept.has(key)) {
      if (kept.size > 200) kept.clear();
      const p = get<MapDay>("map", { on, known });
      p.catch(() => kept.delete(key));
      kept.set(key, p);
    }
    return kept.get(key)!;
  };

  async function loadGround(): Promise<void> {
    ground = await get<Ground>("ground", { known: state().known });
    await map.setGround(ground);
  }

  async function loadDay(): Promise<void> {
    const mine = ++token, { on, known, cmp } = state();
    try {
      const d = await fetchDay(on, known);
      if (mine !== token) return;
      if (ground && (d.version !== ground.version || d.holder.length !== ground.places.length)) await loadGround();
      day = d;
      const moved = cmp && cmp < on ? (await get<{ moves: Move[] }>("changes", { first: cmp, last: on, known })).moves : null;
      if (mine !== token) return;
      moves = moved;
      await map.setDay(d, moves);
      performance.mark("contactline-day");
      drawLegend();
      // lines take longer to draw than colours; they follow when the slider rests
      setTimeout(() => mine === token && void get<{ lines: Line[] }>("lines", { on, known }).then((r) => {
        if (mine !== token) return;
        lines = r.lines;
        void map.setLines(lines);
        if (state().sel.startsWith("line:")) void showPanel(false);
      }, (e: Error) => say(e.message)), 120);
    } catch (e) {
      if (mine === token) say((e as Error).message);
    }
  }

  /** The sides of the day, those with most places first. */
  function sidesShown(): MapDay["sides"] {
    if (!day) return [];
    const n = new Map<string, number>();
    day.holder.forEach((k) => k >= 0 && n.set(day!.sides[k].id, (n.get(day!.sides[k].id) ?? 0) + 1));
    return [...day.sides].sort((a, b) => (n.get(b.id) ?? 0) - (n.get(a.id) ?? 0)).slice(0, 12);
  }

  function switched(text: string, on: boolean, set: (on: boolean) => void): HTMLElement {
    const box = h("input", { type: "checkbox", checked: on });
    box.addEventListener("change", () => set(box.checked));
    return h("li", {}, h("label", {}, box, text));
  }

  function drawLegend(): void {
    if (!day) return;
    const hidden = hiddenSides();
    const rows = sidesShown().map((s) => {
      const tint = h("input", { type: "color", value: map.colourOf(s), "aria-label": `${S.colours}: ${s.name}` });
      tint.addEventListener("input", () => {
        colours[s.id] = tint.value;
        localStorage.setItem("colours", JSON.stringify(colours));
        map.recolour(colours);
      });
      const row = switched("", !hidden.has(s.id), (on) => {
        const now = hiddenSides();
        if (on) now.delete(s.id);
        else now.add(s.id);
        go({ hide: [...now].sort().join(",") }, true);
      });
      row.querySelector("label")!.append(name(s.name));
      if (patterns) row.append(h("span", { class: "swatch", "aria-hidden": "true", style: { background: background(s.pattern, map.colourOf(s)) } }));
      row.append(tint);
      return row;
    });
    const reset = Object.keys(colours).length ? h("button", { type: "button", class: "link", onclick: () => { localStorage.removeItem("colours"); Object.keys(colours).forEach((k) => delete colours[k]); map.recolour(colours); drawLegend(); } }, S.resetColours) : null;
    const focused = document.activeElement === legend.querySelector("summary") || !legend.contains(document.activeElement) ? "" : (document.activeElement!.closest("label")?.textContent ?? "");
    fill(legend, h("summary", {}, moves ? S.changedTitle(state().cmp, day.on) : S.legend), moves ? diffLegend(moves) : h("ul", { class: "legend-list" }, ...rows), moves ? null : reset,
      moves ? null : h("ul", { class: "legend-list" },
        switched(S.onlyTold, state().told === "1", (on) => go({ told: on ? "1" : "" }, true)),
        switched(S.patterns, patterns, (on) => {
          patterns = on;
          localStorage.setItem("patterns", on ? "1" : "");
          map.show(hiddenSides(), state().told === "1", patterns);
          drawLegend();
        })),
      marksLegend(moves !== null));
    if (focused) [...legend.querySelectorAll("label")].find((l) => l.textContent === focused)?.querySelector("input")?.focus();
  }

  async function takeAlong(): Promise<Blob> {
    const { on, known, cmp } = state();
    const keys = moves ? [] : sidesShown().filter((s) => !hiddenSides().has(s.id)).map((s) => ({ name: s.name, colour: map.colourOf(s), pattern: patterns ? s.pattern : "plain" }));
    const marks: [string, string][] = moves ? Object.entries(S.diffLegend).filter(([k]) => moves!.some((m) => m.mark === k)) : Object.entries(S.basis);
    return mapPicture(map, moves ? S.changedTitle(cmp, on) : S.pictureTitle(on, known), keys, marks);
  }

  let opener: HTMLElement | null = null;
  const title = (of = ""): void => {
    const v = state().view;
    document.title = [of || (v === "map" ? "" : S.views[v as keyof typeof S.views]), S.title].filter(Boolean).join(" · ");
  };

  async function showPanel(move = true): Promise<void> {
    const sel = state().sel;
    if (sel && !panel.classList.contains("open")) opener = document.activeElement as HTMLElement | null;
    panel.classList.toggle("open", sel !== "");
    document.body.classList.toggle("with-panel", sel !== "");
    if (!sel) {
      fill(panelBody);
      void map.choose(null);
      title();
      // back to where the reader was before the panel opened
      const at = document.activeElement;
      if (!at || at === document.body || panel.contains(at)) (opener?.isConnected && opener !== document.body && opener.offsetParent ? opener : state().view === "map" ? mapEl.querySelector("canvas") : page)?.focus({ preventScroll: true });
      opener = null;
      return;
    }
    const kind = sel.slice(0, sel.indexOf(":")), rest = sel.slice(sel.indexOf(":") + 1);
    if (!panelBody.childElementCount) fill(panelBody, h("p", {}, S.loading));
    try {
      let of = "";
      if (kind === "place") of = await placePanel(panelBody, sel, desk, move);
      else if (kind === "line") of = await linePanel(panelBody, rest, desk);
      else if (kind === "actor") of = await actorPanel(panelBody, sel, desk);
      else if (kind === "report") of = await reportPanel(panelBody, rest, desk);
      else if (kind === "claims") of = await claimsPanel(panelBody, rest.slice(0, rest.lastIndexOf(":")), rest.slice(rest.lastIndexOf(":") + 1).split(","), desk);
      else if (kind === "tie") of = await actorPanel(panelBody, rest.split("|")[0], desk);
      if (state().sel !== sel) return;
      title(of);
      if (move) panel.focus({ preventScroll: true });
    } catch (e) {
      fill(panelBody, h("p", { class: "error" }, (e as Error).message));
    }
  }

  async function showView(): Promise<void> {
    const v = state().view in S.views ? state().view : "map";
    document.body.dataset.view = v;
    nav.querySelectorAll("button").forEach((b) => b.setAttribute("aria-current", b.dataset.view === v ? "page" : "false"));
    page.hidden = v === "map";
    mapEl.hidden = legend.hidden = credit.hidden = v !== "map" && v !== "add";
    if (first) first.hidden = v !== "map";
    if (!state().sel) title();
    if (v === "map") return map.laidOut();
    if (v !== "add" || !page.querySelector("form.add")) fill(page, h("h2", {}, S.views[v as keyof typeof S.views]), h("div", { class: "page-body" }, h("p", {}, S.loading)));
    const body = page.querySelector<HTMLElement>(".page-body")!;
    try {
      if (v === "sectors") await sectorsPage(body);
      else if (v === "network") await networkPage(body);
      else if (v === "prospects") await prospectsPage(body);
      else if (v === "changes") await changesPage(body, meta);
      else if (v === "reports") await reportsPage(body);
      else if (v === "sources") await sourcesPage(body);
      else if (v === "review") await reviewPage(body, desk);
      else if (v === "add" && !body.querySelector("form")) {
        map.laidOut();
        addPage(body, desk, map);
      }
    } catch (e) {
      fill(body, h("p", { class: "error" }, (e as Error).message));
    }
  }

  function switchTheme(): void {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", dark ? "light" : "dark");
    map.retone();
    void map.setLines(lines);
  }

  let later = 0;
  onState((now, before) => {
    if (now.known !== before.known) void loadGround().then(loadDay);
    else if (now.on !== before.on || now.cmp !== before.cmp) void loadDay();
    if (now.hide !== before.hide || now.told !== before.told) {
      map.show(hiddenSides(), now.told === "1", patterns);
      drawLegend();
    }
    if (now.at !== before.at) map.goTo(now.at);
    if (now.view !== before.view) void showView();
    else if ((now.on !== before.on || now.known !== before.known || now.cmp !== before.cmp) && !["map", "add", "reports", "sources"].includes(now.view)) {
      clearTimeout(later);
      later = window.setTimeout(() => void showView(), 250);
    }
    if (now.sel !== before.sel) void showPanel();
    else if (now.sel.startsWith("place:") && (now.on !== before.on || now.known !== before.known)) {
      clearTimeout(later);
      later = window.setTimeout(() => void showPanel(false), 200);
    }
  });
  addEventListener("keydown", (e) => {
    if (e.key === "Escape" && state().sel) go({ sel: "" });
  });
  void Promise.all([loadGround(), fetchDay(state().on, state().known)]).then(() => loadDay(), (e: Error) => say(e.message));
  void showView();
  if (state().sel) void showPanel();
  Object.assign(window, { contactline: { map } });
}

/** The map, or where the browser can't draw one a stand-in that takes every call, so that the other views go on. */
function drawn(el: HTMLElement, make: () => WarMap): WarMap {
  try {
    return make();
  } catch {
    fill(el, h("p", { class: "note" }, S.noMap));
    const nothing: any = new Proxy(() => nothing, { get: (_, k) => (k === "then" ? undefined : k === Symbol.toPrimitive ? () => "#888888" : nothing), apply: () => nothing });
    return nothing as WarMap;
  }
}

interface Found { places: { id: string; name: string; country: string; feature: string; claims: number; match: string; lat: number; lon: number }[]; actors: { id: string; name: string; claims: number }[] }

function searchBox(): HTMLElement {
  const list = h("ul", { id: "found", role: "listbox", hidden: true, "aria-label": S.search });
  const input = h("input", { type: "search", placeholder: S.search, "aria-label": S.search, role: "combobox", "aria-expanded": "false", "aria-controls": "found", autocomplete: "off", dir: "auto" });
  let options: (() => void)[] = [], at = -1, wait = 0;
  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const mark = (): void => [...list.children].forEach((x, i) => x.setAttribute("aria-selected", String(i === at)));
  const find = async (): Promise<void> => {
    const q = input.value.trim();
    if (!q) return close();
    const d = await get<Found>("search", { q }).catch(() => ({ places: [], actors: [] }) as Found);
    if (q !== input.value.trim()) return;
    const rows = [...d.places.map((p) => ({ label: p.name, more: `${p.feature}, ${p.country}${p.claims ? ` · ${p.claims}` : ""}`, go: () => go({ view: "map", sel: p.id }) })), ...d.actors.map((a) => ({ label: a.name, more: `${a.claims}`, go: () => go({ sel: a.id }) }))];
    options = rows.map((r) => () => (r.go(), close(), (input.value = "")));
    at = rows.length ? 0 : -1;
    fill(list, ...(rows.length ? rows.map((r, i) => h("li", { role: "option", id: `found-${i}`, onmousedown: (e: Event) => (e.preventDefault(), options[i]()) }, name(r.label), h("span", { class: "quiet" }, ` ${r.more}`))) : [h("li", { role: "option", "aria-disabled": "true" }, S.searchNone)]));
    mark();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", () => (clearTimeout(wait), (wait = window.setTimeout(() => void find(), 120))));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      at = Math.max(0, Math.min(options.length - 1, at + (e.key === "ArrowDown" ? 1 : -1)));
      mark();
      input.setAttribute("aria-activedescendant", `found-${at}`);
    } else if (e.key === "Enter") {
      e.preventDefault();
      if (at >= 0 && !list.hidden) options[at]();
      else void find();
    } else if (e.key === "Escape") close();
  });
  return h("div", { class: "search", role: "search" }, input, list);
}

void start();
void swatch;
