import "./style.css";
import { ApiError, get, post, del, setCsrf, type Ground, type Line, type MapDay, type Marks, type Meta, type Move } from "./api";
import { fill, h, name } from "./dom";
import { combo, search, type Option } from "./combo";
import { feed } from "./feed";
import { WarMap } from "./map";
import { actorPanel, claimsPanel, eventPanel, linePanel, placePanel, reportPanel, type Desk } from "./panel";
import { addPage, changesPage, prospectsPage, reportsPage, reviewPage, sectorsPage, sourcesPage } from "./pages";
import { networkPage } from "./network";
import { length, pen } from "./draw";
import { tour } from "./tour";
import { diffLegend, emptyPage, marksLegend } from "./legend";
import { background } from "./patterns";
import { mapPicture, printed, shareMenu, type Key } from "./share";
import { language, S, switchLanguage } from "./strings";
import { addressOf, go, hiddenSides, layersOff, onState, state } from "./state";
import { timeBar } from "./time";

const root = document.getElementById("app")!;
// within another page: the map of a day to look at, nothing to change
const embedded = /\/embed$/.test(location.pathname);
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;

function signIn(): void {
  const user = h("input", { name: "name", autocomplete: "username", required: true }), password = h("input", { type: "password", autocomplete: "current-password", required: true }), said = h("p", { class: "error", role: "alert" });
  const code = h("input", { name: "code", autocomplete: "one-time-code", inputmode: "numeric", maxlength: "7" }), second = h("label", { hidden: true }, S.code, code);
  const form = h("form", { class: "sign-in" }, h("h1", {}, S.title), h("label", {}, S.name, user), h("label", {}, S.password, password), second, h("button", { type: "submit", class: "main" }, S.signIn), said);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    post<{ csrf: string }>("session", { name: user.value, password: password.value, code: code.value }).then(() => start(), (x: Error) => {
      said.textContent = x.message;
      if (/second factor/.test(x.message)) {
        second.hidden = false;
        code.value = "";
        code.focus();
      }
    });
  });
  fill(root, h("main", {}, form));
  user.focus();
}

async function start(): Promise<void> {
  let meta: Meta;
  try {
    meta = await get<Meta>("meta");
  } catch (e) {
    if (e instanceof ApiError && e.status === 401 && !embedded) return signIn();
    return fill(root, h("main", { class: "lone" }, h("h1", {}, S.title), h("p", { class: "error" }, (e as Error).message)));
  }
  if (embedded) {
    meta.user.role = "reader";
    document.body.classList.add("embedded");
    go({ view: "map", feed: state().feed || "0" }, true);
  } else setCsrf(meta.user.csrf);
  if (!state().on) go({ on: meta.last }, true);
  build(meta);
}

function build(meta: Meta): void {
  const mapEl = h("div", { class: "map", id: "map" }), page = h("section", { class: "page", id: "page", tabindex: "-1" }), panel = h("aside", { class: "panel", "aria-label": S.why, tabindex: "-1" }), panelBody = h("div", { class: "panel-body" });
  const credit = h("p", { class: "credit" }, S.credit), first = meta.counts.reports ? null : emptyPage(meta.user.role !== "reader");
  const toast = h("p", { class: "toast", role: "status" }), legend = h("details", { class: "legend", open: innerWidth > 700 && !embedded });
  panel.append(h("button", { type: "button", class: "close", "aria-label": S.close, onclick: () => go({ sel: "" }) }, "×"), panelBody);
  const nav = h("nav", { "aria-label": S.title }, ...Object.entries(S.views).filter(([k]) => meta.user.role !== "reader" || !["review", "add"].includes(k)).map(([k, v]) => h("button", { type: "button", "data-view": k, onclick: () => go({ view: k, sel: k === state().view ? state().sel : "" }) }, v)));
  const themeButton = h("button", { type: "button", class: "icon", title: S.theme, "aria-label": S.theme, onclick: () => switchTheme() }, "◐"), languageButton = h("button", { type: "button", class: "icon language", "data-short": language === "ar" ? "EN" : "ع", lang: language === "ar" ? "en" : "ar", onclick: switchLanguage }, S.language);
  const header = h("header", {}, h("a", { class: "skip", href: "#page", onclick: (e: Event) => (e.preventDefault(), (state().view === "map" ? mapEl.querySelector("canvas") : page)?.focus()) }, S.skip), h("h1", {}, S.title), searchBox(), nav, shareMenu({ picture: () => takeAlong(), where: () => map.where(), events: () => happened.shown(), page, say: (text) => say(text) }), languageButton, themeButton, meta.user.single ? null : h("button", { type: "button", class: "link", onclick: () => void del("session").then(() => location.reload()) }, `${S.signOut} (${meta.user.name})`));
  const stage = h("div", { class: "stage" }, mapEl, legend, credit, first, page), main = h("main", {}, stage, panel), paper = h("section", { class: "on-paper", "aria-hidden": "true" });
  const caption = embedded ? h("p", { class: "caption" }) : null;
  fill(root, ...(embedded ? [caption, main] : [header, main, timeBar(meta.first, meta.last, meta.events)]), toast, paper);
  let lines: Line[] = [], marks: Marks | null = null, ground: Ground | null = null, day: MapDay | null = null, moves: Move[] | null = null, token = 0, patterns = localStorage.getItem("patterns") === "1";
  const colours: Record<string, string> = JSON.parse(localStorage.getItem("colours") ?? "{}");
  const map = drawn(mapEl, () => new WarMap(mapEl, meta, (kind, id) => go({ sel: id.startsWith(`${kind}:`) ? id : `${kind}:${id}` }), (at) => go({ at }, true)));
  map.recolour(colours);
  map.show(hiddenSides(), state().told === "1", patterns);
  map.goTo(state().at);
  const happened = feed(map, (text) => say(text));
  if (first) happened.el.hidden = happened.opener.hidden = true;
  const measure = h("button", { type: "button", class: "measure", title: S.measure, "aria-label": S.measure, "aria-pressed": "false" }, "↔");
  measure.addEventListener("click", () => {
    if (measure.getAttribute("aria-pressed") === "true") return void (measure.setAttribute("aria-pressed", "false"), map.setDrawn([], false));
    measure.setAttribute("aria-pressed", "true");
    const told = (points: [number, number][]): void => say(points.length > 1 ? S.measured(length(points)) : S.drawHow);
    pen(map, false, told, (points) => (points ? told(points) : measure.setAttribute("aria-pressed", "false")));
  });
  stage.append(measure);
  map.onCopy((at) => void navigator.clipboard.writeText(at).then(() => say(`${S.pointCopied} ${at}`), (e: Error) => say(e.message)));
  const guide = (): void => {
    if (!ground || !day || stage.querySelector(".tour")) return;
    stage.append(tour(ground, day, () => helpButton.focus()));
  };
  const helpButton = h("button", { type: "button", class: "icon", title: S.tour, "aria-label": S.tour, onclick: guide }, "?");
  if (!first) themeButton.before(helpButton);
  main.prepend(happened.el);
  stage.append(happened.opener);
  let quiet = 0;
  const say = (text: string): void => {
    toast.textContent = text;
    clearTimeout(quiet);
    quiet = window.setTimeout(() => (toast.textContent = ""), 6000);
  };
  const desk: Desk = { role: meta.user.role, kinds: meta.kinds, modalities: meta.modalities, day: () => state().on, lines: () => lines, choose: (at) => void map.choose(at), say, changed: async () => { if (first) return location.replace("#"), location.reload(); kept.clear(); await loadGround(); await loadDay(); }, move: (id) => moves?.find((m) => ground?.places[m.place]?.[0] === id)?.text ?? "" };
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
      drawCaption();
      // lines take longer to draw than colours; they follow when the slider rests
      setTimeout(() => mine === token && void get<{ lines: Line[] }>("lines", { on, known }).then((r) => {
        if (mine !== token) return;
        lines = r.lines;
        void map.setLines(lines);
        if (state().sel.startsWith("line:")) void showPanel(false);
        return get<Marks>("marks", { on, known }).then((m) => {
          if (mine !== token) return;
          marks = m;
          return mark();
        });
      }).catch((e: Error) => say(e.message)), 120);
    } catch (e) {
      if (mine === token) say((e as Error).message);
    }
  }

  async function mark(): Promise<void> {
    await map.setMarks(marks, layersOff());
    drawLegend();
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
      if (patterns && !s.with.length) row.append(h("span", { class: "swatch", "aria-hidden": "true", style: { background: background(s.pattern, map.colourOf(s)) } }));
      row.append(s.with.length ? h("span", { class: "swatch together", "aria-hidden": "true", style: { background: `repeating-linear-gradient(${map.colourOf(s)} 0 4px, ${map.colourOf(s.with[0])} 4px 8px)` } }) : tint);
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
      marksLegend(moves !== null, map.counted(), map.unplaced(), layersOff(), (layer, on) => {
        const off = layersOff();
        if (on) off.delete(layer);
        else off.add(layer);
        go({ off: [...off].sort().join(",") }, true);
      }));
    if (focused) [...legend.querySelectorAll("label")].find((l) => l.textContent === focused)?.querySelector("input")?.focus();
  }

  function pictured(): { title: string; keys: Key[]; marks: [string, string][]; icons: [string, boolean, string][] } {
    const { on, known, cmp } = state(), n = map.counted(), off = layersOff();
    const keys = moves ? [] : sidesShown().filter((s) => !hiddenSides().has(s.id)).map((s) => ({ name: s.name, colour: map.colourOf(s), pattern: patterns ? s.pattern : "plain" }));
    const marks: [string, string][] = moves ? Object.entries(S.diffLegend).filter(([k]) => moves!.some((m) => m.mark === k)) : Object.entries(S.basis);
    const lasting: [string, boolean, string][] = Object.entries(S.layers).filter(([k]) => n[k] && !off.has(k) && S.layerIcon[k]).map(([k, v]) => [S.layerIcon[k], true, v]);
    const kinds: [string, boolean, string][] = [...new Set(happened.shown().map((e) => e.kind))].map((k) => [k, false, S.kinds[k]]);
    return { title: moves ? S.changedTitle(cmp, on) : S.pictureTitle(on, known), keys, marks, icons: [...lasting, ...kinds] };
  }

  const takeAlong = (): Promise<Blob> => mapPicture(map, pictured());
  addEventListener("beforeprint", () => {
    if (state().view !== "map") return fill(paper);
    // names and icons stay where they are on paper only as one picture
    fill(paper, printed(map, pictured()));
  });

  function drawCaption(): void {
    if (!caption) return;
    const { on, known, cmp } = state();
    fill(caption, h("strong", {}, moves ? S.changedTitle(cmp, on) : S.pictureTitle(on, known)), h("a", { href: location.pathname.replace(/embed$/, "") + addressOf({ feed: "" }), target: "_blank", rel: "noopener" }, S.openWhole));
  }

  let opener: HTMLElement | null = null;
  const title = (of = ""): void => {
    const v = state().view;
    document.title = [of || (v === "map" ? "" : S.views[v as keyof typeof S.views]), S.title].filter(Boolean).join(" · ");
  };

  let closedByPanel = false;
  /** Between feed and panel the map would lie under the legend: it is folded, and unfolded when the panel goes. */
  function makeRoom(open: boolean): void {
    if (open && legend.open && stage.clientWidth < 820) closedByPanel = !(legend.open = false);
    else if (!open && closedByPanel) closedByPanel = !(legend.open = true);
  }

  async function showPanel(move = true): Promise<void> {
    const sel = state().sel;
    if (sel && !panel.classList.contains("open")) opener = document.activeElement as HTMLElement | null;
    panel.classList.toggle("open", sel !== "");
    document.body.classList.toggle("with-panel", sel !== "");
    makeRoom(sel !== "");
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
      else if (kind === "event") of = await eventPanel(panelBody, rest, desk, move, happened.open() ? happened.step : null);
      else if (kind === "line") of = await linePanel(panelBody, rest, desk);
      else if (kind === "actor") of = await actorPanel(panelBody, sel, desk);
      else if (kind === "report") of = await reportPanel(panelBody, rest, desk);
      else if (kind === "claims") of = await claimsPanel(panelBody, rest.slice(0, rest.lastIndexOf(":")), rest.slice(rest.lastIndexOf(":") + 1).split(","), desk);
      else if (kind === "tie") of = await actorPanel(panelBody, rest.split("|")[0], desk);
      if (state().sel !== sel) return;
      title(of);
      // walking through the feed with the arrow keys goes on there
      if (move && !happened.el.contains(document.activeElement)) panel.focus({ preventScroll: true });
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
    if (now.off !== before.off) void mark();
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

interface Recent { label: string; more: string; to: Record<string, string> }

/** Places and parties by any name, days, and reports by their words; what was looked for before comes first. */
function searchBox(): HTMLElement {
  const recent = (): Recent[] => JSON.parse(localStorage.getItem("recent") ?? "[]") as Recent[];
  const to = (label: string, more: string, change: Record<string, string>, kind: string): Option => ({ label, more, kind, run: () => {
    localStorage.setItem("recent", JSON.stringify([{ label, more, to: change }, ...recent().filter((r) => r.label !== label)].slice(0, 6)));
    go(change);
  } });
  const find = async (q: string): Promise<Option[]> => {
    const day = dayOf(q), d = await search(q);
    return [
      ...(day ? [to(day, "", { on: day }, S.on)] : []),
      ...d.places.filter((p) => p.claims).map((p) => to(p.name, `${p.feature}, ${p.country} · ${S.claimsCount(p.claims)}`, { view: "map", sel: p.id }, S.place)),
      ...d.actors.map((a) => to(a.name, `${a.match && a.match !== a.name ? `${a.match} · ` : ""}${S.claimsCount(a.claims)}`, { sel: a.id }, S.actor)),
      ...d.places.filter((p) => !p.claims).slice(0, d.actors.length || d.reports.length ? 5 : 12).map((p) => to(p.name, `${p.feature}, ${p.country}`, { view: "map", sel: p.id }, S.place)),
      ...d.reports.map((r) => to(r.title || r.source, `${r.source} · ${r.published ?? S.noDate}${r.excerpt ? ` · ${r.excerpt}` : ""}`, { sel: `report:${r.id}:` }, S.report)),
      ...(d.reports_count > d.reports.length ? [to(S.allReports(d.reports_count, q), "", { view: "reports", q, sel: "" }, S.report)] : []),
    ];
  };
  const box = combo(S.search, find, { id: "found", placeholder: S.search, empty: () => recent().map((r) => to(r.label, r.more, r.to, S.recent)) });
  box.el.setAttribute("role", "search");
  return box.el;
}

/** A day as people type it: 2017-11-20, 20.11.2017, 20 November 2017. */
function dayOf(q: string): string {
  const [, d, m, y] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(q) ?? [], iso = y ? `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}` : /^\d{4}-\d{2}-\d{2}$/.test(q) ? q : "";
  if (iso) return Number.isNaN(Date.parse(iso)) ? "" : iso;
  if (!/\d{1,2}\D+\d{4}/.test(q) || !/[a-z]{3}/i.test(q)) return "";
  const at = new Date(`${q} UTC`);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 10);
}

void start();
