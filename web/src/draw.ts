import type { WarMap } from "./map";

export type Point = [number, number];

const EARTH_KM = 6371, RAD = Math.PI / 180;

/** Length of a course on the ground, in km (great circles). */
export function length(points: Point[]): number {
  return points.slice(1).reduce((sum, [lon, lat], i) => {
    const [a, b] = points[i];
    const h = Math.sin(((lat - b) * RAD) / 2) ** 2 + Math.cos(lat * RAD) * Math.cos(b * RAD) * Math.sin(((lon - a) * RAD) / 2) ** 2;
    return sum + 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
  }, 0);
}

/** Whether a point lies within an area, by the number of edges to its east. */
export function within([x, y]: Point, area: Point[]): boolean {
  let inside = false;
  area.forEach(([ax, ay], i) => {
    const [bx, by] = area[(i + area.length - 1) % area.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

export const asText = (area: Point[]): string => area.map((p) => p.map((v) => v.toFixed(3)).join(",")).join(";");

/** The area a link holds; none for what is no area. */
export function asArea(text: string): Point[] | null {
  const points = text.split(";").map((p) => p.split(",").map(Number) as Point);
  return text && points.length > 2 && points.every((p) => p.length === 2 && p.every(Number.isFinite)) ? points : null;
}

/**
 * Points set on the map one by one: by clicks, or by Space in the middle of the map, which the arrow keys move.
 * Enter or a double click ends, Escape gives up (null).
 */
export function pen(map: WarMap, closed: boolean, each: (points: Point[]) => void, done: (points: Point[] | null) => void): void {
  const points: Point[] = [], canvas = map.gl.getCanvas();
  const show = (): void => {
    map.setDrawn(points, closed);
    each(points);
  };
  const end = (kept: boolean): void => {
    canvas.removeEventListener("keydown", keys, true);
    map.onPoint = null;
    document.body.classList.remove("drawing");
    map.gl.doubleClickZoom.enable();
    map.setDrawn(kept ? points : [], closed);
    done(kept && points.length > (closed ? 2 : 1) ? points : null);
  };
  const add = (p: Point): void => {
    points.push(p);
    show();
  };
  const keys = (e: KeyboardEvent): void => {
    if (e.key === " ") {
      const c = map.gl.getCenter();
      add([c.lng, c.lat]);
    } else if (e.key === "Enter") end(true);
    else if (e.key === "Escape") end(false);
    else if (e.key === "Backspace") {
      points.pop();
      show();
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  let last = 0;
  map.onPoint = (p) => {
    // the second click of a double click ends and sets no point of its own
    if (Date.now() - last < 350 && points.length > 1) return end(true);
    last = Date.now();
    add(p);
  };
  map.gl.doubleClickZoom.disable();
  canvas.addEventListener("keydown", keys, true);
  document.body.classList.add("drawing");
  canvas.focus({ preventScroll: true });
  show();
}
