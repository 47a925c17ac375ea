// what a link must hold to show the same thing again; `at` is longitude,latitude,zoom, `hide` ids of sides, `told` "1" or "",
// `off` layers that are not shown; `feed` the days the feed of events looks back, or "0" for none, `nokind`, `party`, `sure` and `area` (longitude,latitude;…) its filters; `q` the words reports are looked up by
export interface State { view: string; on: string; known: string; sel: string; cmp: string; at: string; hide: string; told: string; off: string; feed: string; nokind: string; area: string; party: string; sure: string; q: string }

const KEYS = ["view", "on", "known", "sel", "cmp", "at", "hide", "told", "off", "feed", "nokind", "area", "party", "sure", "q"] as const;
const listeners: ((now: State, before: State) => void)[] = [];
let current: State = read();

export function read(): State {
  const q = new URLSearchParams(location.hash.slice(1));
  const found = Object.fromEntries(KEYS.map((k) => [k, q.get(k) ?? ""])) as unknown as State;
  return { ...found, view: found.view || "map" };
}

export const state = (): State => current;

/** The sides that are not shown, by id. */
export const hiddenSides = (): Set<string> => new Set(current.hide.split(",").filter(Boolean));

/** The layers that are not shown. */
export const layersOff = (): Set<string> => new Set(current.off.split(",").filter(Boolean));

/** The address of this view, with what is given otherwise. */
export function addressOf(change: Partial<State> = {}): string {
  const next = { ...current, ...change }, q = new URLSearchParams();
  for (const k of KEYS) if (next[k] && !(k === "view" && next[k] === "map")) q.set(k, next[k]);
  return `#${q}`;
}

export function go(change: Partial<State>, replace = false): void {
  const next = { ...current, ...change };
  if (KEYS.every((k) => next[k] === current[k])) return;
  const address = addressOf(change);
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  apply(next);
}

function apply(next: State): void {
  const before = current;
  current = next;
  for (const f of listeners) f(next, before);
}

export function onState(f: (now: State, before: State) => void): void {
  listeners.push(f);
}

addEventListener("popstate", () => apply(read()));
addEventListener("hashchange", () => apply(read()));
