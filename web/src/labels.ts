import type { Map as GlMap } from "maplibre-gl";
import type { Base, Ground } from "./api";

type Place = Ground["places"][number];
type Box = [number, number, number, number];

/** A gazetteer's transliteration as newspapers print it: no macrons, no dots under letters. */
export const spelled = (text: string): string => (/[\u0100-\u024f\u1e00-\u1eff\u02b0-\u02ff]/.test(text) ? text.normalize("NFD").replace(/[\u0304\u0323\u0327\u032e\u0331\u02bb-\u02bf]/g, "").normalize("NFC") : text);

const ranks = new WeakMap<readonly Place[], number[]>();

/** Places by how much they matter: people, and whether anything is told of them. */
function order(places: readonly Place[]): number[] {
  const rank = (p: Place): number => Math.log10(p[4] + 50) + (p[6] ? 1.2 : 0);
  if (!ranks.has(places)) ranks.set(places, places.map((_, i) => i).sort((a, b) => rank(places[b]) - rank(places[a])));
  return ranks.get(places)!;
}

/** Names of places, and where there is room of countries and of the areas they are parted into. */
export function drawLabels(c: HTMLCanvasElement, gl: GlMap, places: readonly Place[], around: Base["names"], tone: (light: string, dark: string) => string): void {
  const w = gl.getContainer().clientWidth, tall = gl.getContainer().clientHeight, s = devicePixelRatio || 1;
  if (c.width !== w * s || c.height !== tall * s) {
    c.width = w * s;
    c.height = tall * s;
  }
  const x = c.getContext("2d")!, taken: Box[] = [], bounds = gl.getBounds(), zoom = gl.getZoom();
  x.setTransform(s, 0, 0, s, 0, 0);
  x.clearRect(0, 0, w, tall);
  x.lineJoin = "round";
  x.textBaseline = "middle";
  x.textAlign = "left"; // whatever way the page is read
  const put = (text: string, left: number, y: number, high: number, pad: number, ink: string): boolean => {
    const wide = x.measureText(text).width, top = y - high / 2;
    if (left < 0 || left + wide > w || taken.some(([a, b, e, f]) => left < e && a < left + wide && top < f && b < top + high)) return false;
    taken.push([left - pad, top, left + wide, top + high]);
    x.strokeStyle = tone("rgba(255,255,255,.9)", "rgba(16,24,31,.9)");
    x.lineWidth = 3;
    x.strokeText(text, left, y);
    x.fillStyle = ink;
    x.fillText(text, left, y);
    return true;
  };
  x.font = "12px system-ui, sans-serif";
  let room = Math.round((w * tall) / 16000);
  for (const i of order(places)) {
    const p = places[i];
    if (!room) break;
    if (!bounds.contains([p[3], p[2]])) continue;
    const at = gl.project([p[3], p[2]]), r = 3 + Math.min(9, 2 + Math.sqrt(p[4] / 12000)) * (zoom > 7 ? 1 : 0.7);
    if (put(spelled(p[1]), at.x + r, at.y, 14, 8, tone("#1d242a", "#eef2f5"))) room--;
  }
  const ink = tone("#6b6455", "#94a3ae");
  for (const [text, lon, lat, country, size] of [...around].sort((a, b) => Number(b[3]) - Number(a[3]))) {
    // an area is named while it is neither a speck nor all that is seen
    const wide = (size * 512 * 2 ** zoom) / 360;
    if (wide < (country ? 90 : 60) || wide > (country ? 5 : 3) * w || !bounds.contains([lon, lat])) continue;
    x.font = country ? "600 13px system-ui, sans-serif" : "italic 11.5px system-ui, sans-serif";
    const name = country ? text.toUpperCase() : spelled(text), at = gl.project([lon, lat]), half = x.measureText(name).width / 2;
    [0, 18, -18, 36, -36].some((dy) => put(name, at.x - half, at.y + dy, 15, 0, ink));
  }
}
