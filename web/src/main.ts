import "./style.css";
import { ApiError, get, post, del, setCsrf, type Ground, type Line, type MapDay, type Meta } from "./api";
import { fill, h, name, swatch } from "./dom";
import { WarMap } from "./map";
import { actorPanel, claimsPanel, linePanel, placePanel, reportPanel, type Desk } from "./panel";
import { addPage, changesPage, diffLegend, networkPage, prospectsPage, reportsPage, reviewPage, sectorsPage, sourcesPage } from "./pages";
import { S } from "./strings";
import { go, onState, state } from "./state";
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
  const toast = h("p", { class: "toast", role: "status" }), legend = h("details", { class: "legend", open: innerWidth > 700 });
  panel.append(h("button", { type: "button", class: "close", "aria-label": S.close, onclick: () => go({ sel: "" }) }, "×"), panelBody);
  const nav = h("nav", { "aria-label": S.title }, ...Object.entries(S.views).filter(([k]) => meta.user.role !== "reader" || !["review", "add"].includes(k)).map(([k, v]) => h("button", { type: "button", "data-view": k, onclick: () => go({ view: k, sel: k === state().view ? state().sel : "" }) }, v)));
  const themeButton = h("button", { type: "button", class: "icon", title: S.theme, "aria-label": S.theme, onclick: () => switchTheme() }, "◐");
  const header = h("header", {}, h("a", { class: "skip", href: "#page", onclick: (e: Event) => (e.preventDefault(), (state().view === "map" ? mapEl.querySelector("canvas") : page)?.focus()) }, S.skip), h("h1", {}, S.title), searchBox(), nav, themeButton, meta.user.single ? null : h("button", { type: "button", class: "link", onclick: () => void del("session").then(() => location.reload()) }, `${S.signOut} (${meta.user.name})`));
  fill(root, header, h("main", {}, h("div", { class: "stage" }, mapEl, legend, page), panel), timeBar(meta.first, meta.last, meta.events), toast);
  let lines: Line[] = [], ground: Ground | null = null, day: MapDay | null = null, marks = "", token = 0;
  const hidden = new Set<string>();
  const colours: Record<string, string> = JSON.parse(localStorage.getItem("colours") ?? "{}");
  const map = drawn(mapEl, () => new WarMap(mapEl, meta, (kind, id) => go({ sel: id.startsWith(`${kind}:`) ? id : `${kind}:${id}` })));
  map.recolour(colours);
  let quiet = 0;
  const say = (text: string): void => {
    toast.textContent = text;
    clearTimeout(quiet);
    quiet = window.setTimeout(() => (toast.textContent = ""), 6000);
  };
  const desk: Desk = { role: meta.user.role, lines: () => lines, choose: (at) => void map.choose(at), say, changed: async () => { kept.clear(); await loadGround(); await loadDay(); } };
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
      marks = cmp && cmp < on ? (await get<{ marks: string }>("changes", { first: cmp, last: on, known })).marks : "";
      if (mine !== token) return;
      await map.setDay(d, marks);
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

  function drawLegend(): void {
    if (!day) return;
    const n = new Map<string, number>();
    day.holder.forEach((k) => k >= 0 && n.set(day!.sides[k].id, (n.get(day!.sides[k].id) ?? 0) + 1));
    const rows = [...day.sides].sort((a, b) => (n.get(b.id) ?? 0) - (n.get(a.id) ?? 0)).slice(0, 12).map((s) => {
      const box = h("input", { type: "checkbox", checked: !hidden.has(s.id) });
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(s.id);
        else hidden.add(s.id);
        map.hide(hidden);
      });
      const tint = h("input", { type: "color", value: map.colourOf(s), "aria-label": `${S.colours}: ${s.name}` });
      tint.addEventListener("input", () => {
        colours[s.id] = tint.value;
        localStorage.setItem("colours", JSON.stringify(colours));
        map.recolour(colours);
      });
      return h("li", {}, h("label", {}, box, name(s.name)), tint);
    });
    const reset = Object.keys(colours).length ? h("button", { type: "button", class: "link", onclick: () => { localStorage.removeItem("colours"); Object.keys(colours).forEach((k) => delete colours[k]); map.recolour(colours); drawLegend(); } }, S.resetColours) : null;
    fill(legend, h("summary", {}, S.legend), meta.counts.reports ? null : h("p", {}, S.empty), marks ? diffLegend() : h("ul", { class: "legend-list" }, ...rows), reset,
      h("ul", { class: "legend-list marks" }, h("li", {}, h("span", { class: "swatch hatched" }), S.legendMarks.contested), h("li", {}, h("span", { class: "swatch outlined" }), S.legendMarks.single), h("li", {}, h("span", { class: "swatch ring" }), S.legendMarks.besieged), h("li", {}, h("span", { class: "swatch" }), S.legendMarks.unknown), ...Object.keys(S.relations).map((k) => h("li", {}, h("span", { class: `dash ${k}` }), `${S.lines}: ${S.relations[k]}`))));
  }

  async function showPanel(move = true): Promise<void> {
    const sel = state().sel;
    panel.classList.toggle("open", sel !== "");
    document.body.classList.toggle("with-panel", sel !== "");
    if (!sel) {
      fill(panelBody);
      void map.choose(null);
      return;
    }
    const kind = sel.slice(0, sel.indexOf(":")), rest = sel.slice(sel.indexOf(":") + 1);
    if (!panelBody.childElementCount) fill(panelBody, h("p", {}, S.loading));
    try {
      let title = "";
      if (kind === "place") title = await placePanel(panelBody, sel, desk, move);
      else if (kind === "line") title = await linePanel(panelBody, rest, desk);
      else if (kind === "actor") title = await actorPanel(panelBody, sel, desk);
      else if (kind === "report") title = await reportPanel(panelBody, rest, desk);
      else if (kind === "claims") title = await claimsPanel(panelBody, rest.slice(0, rest.lastIndexOf(":")), rest.slice(rest.lastIndexOf(":") + 1).split(","), desk);
      else if (kind === "tie") title = await actorPanel(panelBody, rest.split("|")[0], desk);
      document.title = title ? `${title} · ${S.title}` : S.title;
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
    mapEl.hidden = legend.hidden = v !== "map" && v !== "add";
    if (v === "map") return map.gl.resize(), void 0;
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
        map.gl.resize();
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
