import { fill, h, swatch } from "./dom";
import { icon, mapIcon } from "./icons";
import { background } from "./patterns";
import { S } from "./strings";
import { addressOf, state } from "./state";
import type { Happening } from "./feed";
import type { WarMap } from "./map";

export interface Key { name: string; colour: string; pattern: string }
/** What is written on a picture of the map: `icons` are kind, whether it lasts, and its name. */
export interface Pictured { title: string; keys: Key[]; marks: [string, string][]; icons: [string, boolean, string][] }
export interface Sharing { picture: () => Promise<Blob>; where: () => string; events: () => Happening[]; page: HTMLElement; say: (text: string) => void }

const JSON_OF: Record<string, string> = { map: "map", sectors: "sectors", network: "network", prospects: "prospects", reports: "reports", sources: "sources", review: "queue" };

function save(content: Blob, file: string): void {
  const a = h("a", { href: URL.createObjectURL(content), download: file });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

/** What a table shows, as CSV: its headings and its cells' text. */
export function csv(table: HTMLTableElement): string {
  return lines([...table.rows].map((r) => [...r.cells].map((x) => (x as HTMLElement).innerText)));
}

function lines(rows: (string | number)[][]): string {
  const cell = (x: string | number): string => {
    const text = typeof x === "number" ? String(x) : x.replace(/[\u2066\u2069]/g, "").replace(/\s+/g, " ").trim();
    // a spreadsheet must not take what a report says for a formula
    return `"${(typeof x === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  };
  return rows.map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n";
}

const COLUMNS = ["date", "precision", "kind", "what", "place", "lat", "lon", "parties", "harm", "sources", "confidence", "quote", "claims"];
const row = (e: Happening): (string | number)[] => [e.date, e.precision, e.kind, e.what ?? "", e.place ?? "", e.lat ?? "", e.lon ?? "", e.parties.join("; "), e.harm.map((x) => `${x.what} ${x.number ?? ""} ${x.who ?? ""}`.trim()).join("; "), e.sources.join("; "), e.confidence, e.quote, e.claims.join(" ")];
const eventsCsv = (events: Happening[]): string => lines([COLUMNS, ...events.map(row)]);
const eventsGeo = (events: Happening[]): string => JSON.stringify({ type: "FeatureCollection", features: events.map((e) => ({ type: "Feature", geometry: e.lat === null ? null : { type: "Point", coordinates: [e.lon, e.lat] }, properties: Object.fromEntries(row(e).map((v, i) => [COLUMNS[i], v])) })) });

/** The map for paper: one picture, so that nothing drifts, with who is who beneath it. */
export function printed(map: WarMap, p: Pictured): HTMLElement {
  return h("div", {}, h("h1", {}, p.title), h("img", { src: map.picture().toDataURL("image/png"), alt: p.title }),
    h("ul", {}, ...p.keys.map((k) => h("li", {}, swatch(k.colour), k.name)), ...p.marks.map(([k, text]) => h("li", {}, h("span", { class: `swatch mark-${k}` }), text)), ...p.icons.map(([k, lasts, text]) => h("li", {}, icon(k, lasts), text))),
    h("p", {}, `${S.credit} · ${S.title} · ${location.href}`));
}

/** The map as one picture: title and day above, who is who on it, where the data comes from below. */
export async function mapPicture(map: WarMap, { title, keys, marks, icons }: Pictured): Promise<Blob> {
  const drawn = map.picture(), s = devicePixelRatio || 1, head = 44 * s, foot = 26 * s, pad = 10 * s, row = 19 * s;
  const c = document.createElement("canvas");
  c.width = drawn.width;
  c.height = drawn.height + head + foot;
  const x = c.getContext("2d")!;
  x.fillStyle = "#ffffff";
  x.fillRect(0, 0, c.width, c.height);
  x.drawImage(drawn, 0, head);
  x.textBaseline = "middle";
  x.textAlign = "left";
  x.fillStyle = "#1d242a";
  x.font = `600 ${17 * s}px system-ui, sans-serif`;
  x.fillText(title, pad, head / 2, c.width - 2 * pad);
  x.font = `${12 * s}px system-ui, sans-serif`;
  x.fillText(`${S.credit} · ${S.title}`, pad, c.height - foot / 2, c.width - 2 * pad);
  const lines = keys.length + marks.length + icons.length, wide = Math.max(...[...keys.map((k) => k.name), ...marks.map((m) => m[1]), ...icons.map((m) => m[2])].map((t) => x.measureText(t).width), 0) + 34 * s;
  const tall = lines * row + pad, top = head + drawn.height - tall - 34 * s;
  x.fillStyle = "rgba(255,255,255,.92)";
  x.fillRect(pad, top, wide, tall);
  for (const [i, k] of keys.entries()) {
    const y = top + pad / 2 + i * row;
    const swatch = new Image();
    swatch.src = background(k.pattern, k.colour).slice(4, -1);
    await swatch.decode().catch(() => undefined);
    x.fillStyle = k.colour;
    x.fillRect(pad * 1.6, y + 2 * s, 15 * s, 14 * s);
    if (swatch.naturalWidth) x.drawImage(swatch, pad * 1.6, y + 2 * s, 15 * s, 14 * s);
    x.fillStyle = "#1d242a";
    x.fillText(k.name, pad * 1.6 + 20 * s, y + row / 2);
  }
  for (const [i, [kind, text]] of marks.entries()) {
    const y = top + pad / 2 + (keys.length + i) * row;
    x.globalAlpha = { told: 0.66, single: 0.4, area: 0.3, inferred: 0.14 }[kind] ?? 0;
    x.fillStyle = "#55606a";
    x.fillRect(pad * 1.6, y + 2 * s, 15 * s, 14 * s);
    x.globalAlpha = 1;
    x.strokeStyle = "#55606a";
    x.strokeRect(pad * 1.6, y + 2 * s, 15 * s, 14 * s);
    x.fillStyle = "#1d242a";
    x.fillText(text, pad * 1.6 + 20 * s, y + row / 2);
  }
  for (const [i, [kind, lasts, text]] of icons.entries()) {
    const y = top + pad / 2 + (keys.length + marks.length + i) * row;
    x.drawImage(await createImageBitmap(mapIcon(kind, lasts)), pad * 1.6 - 2 * s, y, 19 * s, 19 * s);
    x.fillText(text, pad * 1.6 + 20 * s, y + row / 2);
  }
  return new Promise((done, failed) => c.toBlob((b) => (b ? done(b) : failed(new Error(S.failed))), "image/png"));
}

/** The menu of what can be taken along: the link, the map, the data of the view and of the day. */
export function shareMenu({ picture, where, events, page, say }: Sharing): HTMLElement {
  const list = h("ul", {}), menu = h("details", { class: "share" }, h("summary", {}, S.share), list);
  const close = (): void => {
    menu.open = false;
    menu.querySelector("summary")!.focus();
  };
  const button = (text: string, run: () => Promise<void>): HTMLElement => h("li", {}, h("button", { type: "button", class: "link", onclick: () => void run().then(close, (e: Error) => say(e.message)) }, text));
  const link = (text: string, href: string, file = ""): HTMLElement => h("li", {}, h("a", { href, ...(file ? { download: file } : { target: "_blank", rel: "noopener" }) }, text));
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    const { on, known, view, cmp } = state(), q = `?${new URLSearchParams({ on, ...(known ? { known } : {}) })}`, tables = view === "map" ? [] : [...page.querySelectorAll("table")], happened = view === "map" ? events() : [];
    const path = view === "changes" ? `changes?${new URLSearchParams({ first: page.querySelector<HTMLElement>("[data-first]")?.dataset.first ?? cmp, last: on, ...(known ? { known } : {}) })}` : JSON_OF[view] ? JSON_OF[view] + q : "";
    fill(list,
      button(S.copyLink, async () => {
        // with the map's place too, though nobody moved it
        await navigator.clipboard.writeText(location.href.replace(/#.*/, "") + addressOf(view === "map" ? { at: where() } : {}));
        say(S.copied);
      }),
      view === "map" ? button(S.copyEmbed, async () => {
        const address = new URL(`embed${addressOf({ at: where(), sel: "" })}`, location.href.replace(/#.*/, "")).href.replace(/&/g, "&amp;");
        await navigator.clipboard.writeText(`<iframe src="${address}" width="800" height="600" style="border:0" title="${S.pictureTitle(on, known)}"></iframe>`);
        say(S.embedCopied);
      }) : null,
      button(S.print, async () => {
        menu.open = false;
        print();
      }),
      view === "map" ? button(S.asPng, async () => save(await picture(), `contactline-${on}.png`)) : null,
      view !== "map" && tables.length ? button(S.asTable, async () => save(new Blob(["\ufeff", ...tables.map(csv)], { type: "text/csv" }), `contactline-${view}-${on}.csv`)) : null,
      ...(happened.length ? [button(S.asEvents("CSV"), async () => save(new Blob(["\ufeff", eventsCsv(happened)], { type: "text/csv" }), `contactline-events-${on}.csv`)), button(S.asEvents("GeoJSON"), async () => save(new Blob([eventsGeo(happened)], { type: "application/geo+json" }), `contactline-events-${on}.geojson`))] : []),
      ...(["geojson", "gpkg", "csv"] as const).map((k) => link(S.asFile[k], `api/v1/download/${k}${q}`, `contactline-${on}.${k}`)),
      path ? link(S.asJson, `api/v1/${path}`) : null);
  });
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !menu.open) return;
    e.stopPropagation();
    close();
  });
  document.addEventListener("click", (e) => {
    if (menu.open && !menu.contains(e.target as Node)) menu.open = false;
  });
  return menu;
}
