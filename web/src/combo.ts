import { get } from "./api";
import { fill, h, name } from "./dom";
import { S } from "./strings";

export interface Option { label: string; more: string; kind?: string; run: () => void }
export interface Found {
  places: { id: string; name: string; country: string; feature: string; claims: number; match: string; lat: number; lon: number }[];
  actors: { id: string; name: string; claims: number; match: string }[];
  reports: { id: string; title: string; source: string; published: string | null; excerpt: string }[]; reports_count: number;
}

export const search = (q: string): Promise<Found> => get<Found>("search", { q }).catch(() => ({ places: [], actors: [], reports: [], reports_count: 0 }) as Found);

let made = 0;

/** A field with what is found for its words beneath it (the ARIA combobox pattern): arrows, Enter, Escape. */
export function combo(label: string, find: (q: string) => Promise<Option[]>, more: { placeholder?: string; value?: string; empty?: () => Option[]; keep?: boolean; id?: string } = {}): { el: HTMLElement; input: HTMLInputElement } {
  const id = more.id ?? `found-${++made}`;
  const list = h("ul", { id, role: "listbox", hidden: true, "aria-label": label });
  const input = h("input", { type: more.keep ? "text" : "search", placeholder: more.placeholder, "aria-label": label, role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", autocomplete: "off", dir: "auto" });
  if (more.value) input.value = more.value;
  let options: Option[] = [], at = -1, wait = 0;
  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (): void => {
    [...list.children].forEach((x, i) => x.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const take = (i: number): void => {
    const o = options[i];
    close();
    input.value = more.keep ? o.label : "";
    o.run();
  };
  const show = (found: Option[], first: number): void => {
    options = found;
    at = found.length ? first : -1;
    fill(list, ...(found.length ? found.map((o, i) => h("li", { role: "option", id: `${id}-${i}`, onmousedown: (e: Event) => (e.preventDefault(), take(i)) }, o.kind ? h("span", { class: "of" }, o.kind) : null, name(o.label), h("span", { class: "quiet" }, ` ${o.more}`))) : [h("li", { role: "option", "aria-disabled": "true" }, S.searchNone)]));
    mark();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const look = async (): Promise<void> => {
    const q = input.value.trim();
    if (!q) {
      const kept = more.empty?.() ?? [];
      return kept.length ? show(kept, -1) : close();
    }
    const found = await find(q);
    if (q === input.value.trim() && document.activeElement === input) show(found, 0);
  };
  input.addEventListener("input", () => (clearTimeout(wait), (wait = window.setTimeout(() => void look(), 120))));
  input.addEventListener("focus", () => !input.value && void look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (list.hidden) return void look();
      at = Math.max(0, Math.min(options.length - 1, at + (e.key === "ArrowDown" ? 1 : -1)));
      mark();
    } else if (e.key === "Enter") {
      e.preventDefault();
      if (at >= 0 && !list.hidden) take(at);
      else void look();
    } else if (e.key === "Escape" && !list.hidden) {
      e.stopPropagation();
      close();
    }
  });
  return { el: h("div", { class: "search" }, input, list), input };
}

/** A party or a place picked from what is found; `value` is its id, or a new party's name as typed, and undefined where nothing changed; an error where a place was typed and not picked. */
export function picker(label: string, kind: "actors" | "places", had: { id: string | null; name: string } | null, may: "new" | "known" = "known"): { el: HTMLElement; value: () => string | undefined } {
  let picked: string | undefined, text = had?.name ?? "";
  const { el, input } = combo(label, async (q) => {
    const d = await search(q);
    const pick = (id: string, named: string) => (): void => {
      picked = id === had?.id ? undefined : id;
      text = named;
    };
    return kind === "places" ? d.places.map((p) => ({ label: p.name, more: `${p.feature}, ${p.country}`, run: pick(p.id, p.name) })) : d.actors.map((a) => ({ label: a.name, more: a.match && a.match !== a.name ? a.match : "", run: pick(a.id, a.name) }));
  }, { keep: true, value: text });
  return { el, value: () => {
    const typed = input.value.trim();
    if (typed === text || !typed) return picked;
    if (may === "new") return typed;
    throw new Error(S.pickOne(typed));
  } };
}
