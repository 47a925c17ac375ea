import maplibregl, { type GeoJSONSource, type Map as GlMap } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import atlas from "world-atlas/countries-50m.json?url";
import { get, type Base, type Ground, type Line, type MapDay, type Marks, type Meta, type Move } from "./api";
import { countIcon, mapIcon } from "./icons";
import { fill, h, name } from "./dom";
import { drawLabels, spelled } from "./labels";
import { bands, dots, stripes, texture } from "./patterns";
import { S } from "./strings";

const RELATION: Record<string, number[]> = { hostile: [1, 0], truce: [3, 2], allied: [1, 2], unclear: [4, 1.5, 1, 1.5] };
// what is told is drawn strongest, what is inferred faintest, what is not known not at all
export const OPACITY: Record<string, number> = { c: 0.66, p: 0.52, "1": 0.4, n: 0.14, "-": 0 };
const TONES = { sea: ["#dfe8ee", "#17222b"], land: ["#f6f4ef", "#26323b"], borders: ["#8d8b84", "#7d8a94"], rivers: ["#b3cfe0", "#35566b"], areas: ["#d3cec2", "#3d4b56"] } as const;
const TOLD = "c1p", NOBODY = "#9a9a9a";
const MOVED: Record<string, number> = { g: 0.6, n: 0.6, l: 0, c: 0, s: 0.3, r: 0.3, k: 0.3 };

const MARK_LAYERS = ["sieges", "roads", "agreements"] as const;
const NEAR_ZOOM = 9; // a cluster that is still one here is of one place

interface Spot { id: string; kind: string; lat: number | null; lon: number | null }
interface Draft { lat: number; lon: number; name: string; colour: string | null }

interface Atlas { transform: { scale: number[]; translate: number[] }; arcs: number[][][]; objects: { countries: { geometries: { type: string; arcs: number[][] | number[][][] }[] } } }

/** The countries of a TopoJSON file as one collection. */
function countries({ transform: { scale, translate }, arcs, objects }: Atlas): GeoJSON.FeatureCollection {
  const lines = arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
  // an arc that is run backwards is given by the complement of its number
  const ring = (of: number[]): number[][] => of.flatMap((i, k) => (i < 0 ? [...lines[~i]].reverse() : lines[i]).slice(k ? 1 : 0));
  return { type: "FeatureCollection", features: objects.countries.geometries.filter((c) => c.arcs).map((c) => ({ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: ((c.type === "Polygon" ? [c.arcs] : c.arcs) as number[][][]).map((p) => p.map(ring)) } })) };
}

export class WarMap {
  readonly gl: GlMap;
  private ground!: Ground;
  private day: MapDay | null = null;
  private shown: string[] = [];
  private hidden = new Set<string>();
  private ready: Promise<void>;
  private labels: HTMLCanvasElement;
  private moves: Map<number, Move> | null = null;
  private onlyTold = false;
  private patterns = false;
  private areas = new Map<string, Ground["areas"][number]>();
  private fitted = false;
  private view: [[number, number], [number, number]];
  private lines: Line[] = [];
  private colours: Record<string, string> = {};
  private dark = matchMedia("(prefers-color-scheme: dark)").matches;

  constructor(private el: HTMLElement, meta: Meta, private pick: (kind: string, id: string) => void, private moved: (at: string) => void) {
    this.gl = new maplibregl.Map({
      container: el, attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, renderWorldCopies: false,
      bounds: [[meta.bounds[0] - 0.4, meta.bounds[1] - 0.3], [meta.bounds[2] + 0.4, meta.bounds[3] + 0.3]], fitBoundsOptions: { padding: 30 },
      style: { version: 8, sources: {}, layers: [{ id: "sea", type: "background", paint: { "background-color": this.tone(...TONES.sea) } }] },
    });
    // the first size is known only once the page is laid out
    this.view = [[meta.bounds[0] - 0.4, meta.bounds[1] - 0.3], [meta.bounds[2] + 0.4, meta.bounds[3] + 0.3]];
    this.gl.once("load", () => this.laidOut());
    // only what the user moved is kept in the link
    this.gl.on("moveend", (e) => e.originalEvent && this.moved(this.where()));
    this.gl.touchZoomRotate.disableRotation();
    this.gl.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
    this.gl.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.gl.getCanvas().setAttribute("aria-label", S.mapLabel);
    this.labels = document.createElement("canvas");
    this.labels.className = "labels";
    this.labels.setAttribute("aria-hidden", "true");
    el.append(this.labels, this.card);
    this.gl.on("render", () => this.drawLabels());
    this.ready = new Promise((done) => this.gl.once("load", () => void this.base().then(done)));
  }

  /** Longitude, latitude and zoom, as the link keeps them. */
  where(): string {
    const c = this.gl.getCenter();
    return `${c.lng.toFixed(3)},${c.lat.toFixed(3)},${this.gl.getZoom().toFixed(2)}`;
  }

  /** Goes where a link says; false for what is no such place. */
  goTo(at: string): boolean {
    const [lon, lat, zoom] = at.split(",").map(Number);
    if (!at || ![lon, lat, zoom].every(Number.isFinite) || Math.abs(lat) > 85) return false;
    this.fitted = true;
    if (at !== this.where()) this.gl.jumpTo({ center: [lon, lat], zoom });
    return true;
  }

  /** What to do with the coordinates of a point that is asked for with the other mouse button or a long touch. */
  onCopy(take: (at: string) => void): void {
    this.gl.on("contextmenu", (e) => take(`${e.lngLat.lat.toFixed(5)}, ${e.lngLat.lng.toFixed(5)}`));
  }

  /** To be called whenever the map comes into sight: its first size is known only then. */
  laidOut(): void {
    if (!this.el.clientWidth) return;
    this.gl.resize();
    if (this.fitted) return;
    this.fitted = true;
    this.gl.fitBounds(this.view, { padding: { top: 24, bottom: 40, right: 40, left: innerWidth > 760 ? 270 : 24 }, duration: 0 });
    if (this.spot) void this.choose(this.spot, true);
  }

  private tone(light: string, dark: string): string {
    const forced = document.documentElement.dataset.theme;
    return (forced ? forced === "dark" : this.dark) ? dark : light;
  }

  retone(): void {
    const g = this.gl;
    if (!g.getLayer("borders")) return;
    g.setPaintProperty("sea", "background-color", this.tone(...TONES.sea));
    for (const [layer, tone] of [["land", "land"], ["near-land", "land"], ["frame", "sea"], ["lakes", "sea"]] as const) g.setPaintProperty(layer, "fill-color", this.tone(TONES[tone][0], TONES[tone][1]));
    for (const [layer, tone] of [["borders", "borders"], ["far-borders", "borders"], ["rivers", "rivers"], ["areas-borders", "areas"]] as const) g.setPaintProperty(layer, "line-color", this.tone(TONES[tone][0], TONES[tone][1]));
    g.triggerRepaint();
  }

  private async base(): Promise<void> {
    const g = this.gl;
    // the picture does not wait for the basemap
    void fetch(atlas).then((r) => r.json()).then((t: Atlas) => (g.getSource("land") as GeoJSONSource).setData(countries(t)));
    g.addSource("land", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "land", type: "fill", source: "land", paint: { "fill-color": this.tone(...TONES.land) } });
    // around the war every border is the one the ground ends at
    g.addSource("base", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    const under = (id: string, type: "fill" | "line", k: string, paint: object): void => void g.addLayer({ id, type, source: "base", filter: ["==", ["get", "k"], k], paint } as maplibregl.LayerSpecification);
    g.addLayer({ id: "far-borders", type: "line", source: "land", paint: { "line-color": this.tone(...TONES.borders), "line-width": 0.8 } });
    under("frame", "fill", "frame", { "fill-color": this.tone(...TONES.sea), "fill-antialias": false });
    under("near-land", "fill", "land", { "fill-color": this.tone(...TONES.land) });
    under("rivers", "line", "rivers", { "line-color": this.tone(...TONES.rivers), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.7, 9, 2] });
    under("lakes", "fill", "lakes", { "fill-color": this.tone(...TONES.sea) });
    under("areas-borders", "line", "areas", { "line-color": this.tone(...TONES.areas), "line-width": 0.9, "line-dasharray": [4, 2] });
    void get<Base>("base").then((b) => this.setBase(b), () => undefined);
    g.addSource("areas", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": ["get", "p"], "fill-opacity": 0.6 } });
    g.addLayer({ id: "areas-edge", type: "line", source: "areas", paint: { "line-color": ["get", "e"], "line-width": 1.2, "line-opacity": 0.8, "line-dasharray": [3, 3] } });
    g.addSource("cells", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "cells", type: "fill", source: "cells", paint: { "fill-color": ["coalesce", ["feature-state", "c"], "#000"], "fill-opacity": ["coalesce", ["feature-state", "o"], 0], "fill-antialias": false } });
    g.addSource("texture", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "texture", type: "fill", source: "texture", paint: { "fill-pattern": ["get", "p"], "fill-opacity": 0.8 } });
    g.addSource("hatch", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "hatch", type: "fill", source: "hatch", paint: { "fill-pattern": ["get", "p"], "fill-opacity": 0.85 } });
    g.addLayer({ id: "claimed", type: "line", source: "cells", paint: { "line-color": ["coalesce", ["feature-state", "c"], "#000"], "line-width": 1.4, "line-opacity": ["coalesce", ["feature-state", "l"], 0] } });
    under("borders", "line", "borders", { "line-color": this.tone(...TONES.borders), "line-width": 1.1 });
    g.addSource("lines", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    for (const [k, dash] of Object.entries(RELATION)) {
      g.addLayer({ id: `lines-${k}`, type: "line", source: "lines", filter: ["==", ["get", "relation"], k], layout: { "line-cap": "butt", "line-join": "round" },
        paint: { "line-color": ["get", "colour"], "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1.6, 9, 3.4], ...(k === "hostile" ? {} : { "line-dasharray": dash }) } });
    }
    g.addLayer({ id: "lines-hit", type: "line", source: "lines", paint: { "line-color": "#000", "line-width": 14, "line-opacity": 0.001 } });
    g.addSource("places", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "places", type: "circle", source: "places", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, ["*", 0.55, ["get", "r"]], 9, ["*", 1.5, ["get", "r"]]],
      "circle-color": ["coalesce", ["feature-state", "c"], "#9a9a9a"], "circle-opacity": ["coalesce", ["feature-state", "o"], 0.35],
      "circle-stroke-color": ["case", ["boolean", ["feature-state", "siege"], false], "#111", ["coalesce", ["feature-state", "w"], "#fff"]], "circle-stroke-width": ["case", ["boolean", ["feature-state", "siege"], false], 2.4, ["to-boolean", ["feature-state", "w"]], 2.4, 0.7], "circle-stroke-opacity": ["coalesce", ["feature-state", "o"], 0.35] } });
    g.on("styleimagemissing", (e) => {
      const [how, what] = e.id.split(" ");
      if (how === "event" || how === "mark") this.picture2x(e.id, mapIcon(what, how === "mark"));
      else if (how === "count") this.picture2x(e.id, countIcon(what));
    });
    g.addSource("marks", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "marks", type: "symbol", source: "marks", layout: { "icon-image": ["concat", "mark ", ["get", "kind"]], "icon-size": 0.8, "icon-offset": [0, 18], "icon-allow-overlap": true, "icon-ignore-placement": true }, paint: { "icon-opacity": ["case", ["get", "open"], 0.55, 1] } });
    g.addSource("events", { type: "geojson", cluster: true, clusterRadius: 34, clusterMaxZoom: 14, data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "events", type: "symbol", source: "events", layout: { "icon-image": ["case", ["has", "point_count"], ["concat", "count ", ["get", "point_count_abbreviated"]], ["concat", "event ", ["get", "kind"]]], "icon-size": 0.9, "icon-offset": [0, -18], "icon-allow-overlap": true, "icon-ignore-placement": true } });
    g.addSource("chosen", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 12, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#1769aa", "circle-stroke-width": 3 } });
    g.addSource("drawn", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#1769aa", "fill-opacity": 0.1 } });
    g.addLayer({ id: "drawn", type: "line", source: "drawn", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": "#1769aa", "line-width": 2.4, "line-dasharray": [2, 1.4] } });
    g.addLayer({ id: "drawn-points", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4, "circle-color": "#fff", "circle-stroke-color": "#1769aa", "circle-stroke-width": 2 } });
    g.addSource("draft", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    g.addLayer({ id: "draft", type: "circle", source: "draft", paint: { "circle-radius": 9, "circle-color": ["get", "colour"], "circle-stroke-color": "#111", "circle-stroke-width": 2 } });
    g.on("click", (e) => {
      if (this.onPoint) return this.onPoint([e.lngLat.lng, e.lngLat.lat]);
      const box: [maplibregl.PointLike, maplibregl.PointLike] = [[e.point.x - 6, e.point.y - 6], [e.point.x + 6, e.point.y + 6]];
      const event = g.queryRenderedFeatures(e.point, { layers: ["events"] })[0];
      if (event) return void this.clicked(event);
      const mark = g.queryRenderedFeatures(e.point, { layers: ["marks"] })[0];
      if (mark) return this.pick("claims", String(mark.properties.sel));
      const place = g.queryRenderedFeatures(box, { layers: ["places"] })[0];
      if (place) return this.pick("place", String(place.properties.id));
      const line = g.queryRenderedFeatures(e.point, { layers: ["lines-hit"] })[0];
      if (line) return this.pick("line", `${line.properties.a}|${line.properties.b}`);
      const cell = g.queryRenderedFeatures(e.point, { layers: ["cells"] })[0];
      if (cell?.id !== undefined) this.pick("place", this.ground.places[Number(cell.id)][0]);
    });
    g.on("mousemove", "places", (e) => e.features?.[0] && this.hover(Number(e.features[0].id), e.point));
    g.on("mouseleave", "places", () => (this.card.hidden = true));
    for (const layer of ["places", "lines-hit", "events", "marks"]) {
      g.on("mouseenter", layer, () => (g.getCanvas().style.cursor = "pointer"));
      g.on("mouseleave", layer, () => (g.getCanvas().style.cursor = ""));
    }
  }

  private named: Base["names"] = [];

  private setBase(b: Base): void {
    const [w, s, e, n] = b.frame, lines = (of: number[][][]): GeoJSON.Geometry => ({ type: "MultiLineString", coordinates: of });
    const shapes: [string, GeoJSON.Geometry][] = [["frame", { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] }], ...b.land.map((x): [string, GeoJSON.Geometry] => ["land", { type: "MultiPolygon", coordinates: x }]), ["lakes", { type: "MultiPolygon", coordinates: b.lakes }], ["rivers", lines(b.rivers)], ["areas", lines(b.areas)], ["borders", lines(b.borders)]];
    (this.gl.getSource("base") as GeoJSONSource).setData({ type: "FeatureCollection", features: shapes.map(([k, geometry]) => ({ type: "Feature", properties: { k }, geometry })) });
    this.named = b.names;
    this.gl.triggerRepaint();
  }

  async setGround(ground: Ground): Promise<void> {
    await this.ready;
    this.ground = ground;
    this.areas = new Map(ground.areas.map((a) => [a.id, a]));
    this.shown = new Array<string>(ground.places.length).fill("");
    this.gl.removeFeatureState({ source: "cells" });
    this.gl.removeFeatureState({ source: "places" });
    (this.gl.getSource("cells") as GeoJSONSource).setData({ type: "FeatureCollection", features: ground.cells.flatMap((c, i) => (c.length ? [{ type: "Feature" as const, id: i, properties: {}, geometry: { type: "MultiPolygon" as const, coordinates: c } }] : [])) });
    (this.gl.getSource("places") as GeoJSONSource).setData({ type: "FeatureCollection", features: ground.places.map((p, i) => ({ type: "Feature" as const, id: i, properties: { id: p[0], r: Math.min(9, 2 + Math.sqrt(p[4] / 12000)) }, geometry: { type: "Point" as const, coordinates: [p[3], p[2]] } })) });
    if (this.day) this.paint();
  }

  async setDay(day: MapDay, moves: Move[] | null = null): Promise<void> {
    await this.ready;
    this.day = day;
    this.moves = moves && new Map(moves.map((m) => [m.place, m]));
    if (this.ground) this.paint();
  }

  show(hidden: Set<string>, onlyTold: boolean, patterns: boolean): void {
    this.hidden = hidden;
    this.onlyTold = onlyTold;
    this.patterns = patterns;
    if (this.day) this.paint();
  }

  recolour(colours: Record<string, string>): void {
    this.colours = colours;
    if (this.day) this.paint();
    this.setLines(this.lines);
  }

  /** A side's colour; of several together the first one's. */
  colourOf(side: { id: string; colour: string }): string {
    return this.colours[side.id.split("+")[0]] ?? side.colour;
  }

  private paint(): void {
    const d = this.day!, g = this.gl, n = Math.min(this.ground.places.length, d.holder.length);
    const hatched: GeoJSON.Feature[] = [], textured: GeoJSON.Feature[] = [];
    const colours = d.sides.map((s) => this.colourOf(s)), out = d.sides.map((s) => this.hidden.has(s.id));
    const pave = (to: GeoJSON.Feature[], i: number, p: string): void => void to.push({ type: "Feature", properties: { p }, geometry: { type: "MultiPolygon", coordinates: this.ground.cells[i] } });
    for (let i = 0; i < n; i++) {
      const k = d.holder[i], basis = d.basis[i], told = TOLD.includes(basis), siege = d.status[i] === "b";
      const drawn = k >= 0 && !out[k] && (told || !this.onlyTold);
      let colour = k >= 0 ? colours[k] : NOBODY, o = drawn ? OPACITY[basis] : 0, edge = drawn && basis === "1" ? 0.9 : 0, dot = k >= 0 && !out[k] ? colours[k] : NOBODY, rim = "";
      if (this.moves) {
        const m = this.moves.get(i), to = m?.to[0]?.colour, from = m?.from.map((x) => x.colour) ?? [];
        colour = to ?? from[0] ?? NOBODY;
        o = m ? (MOVED[m.mark] ?? 0) : 0;
        edge = m ? 0.9 : 0;
        dot = m ? colour : NOBODY;
        const mixed = m?.mark === "c" ? m.to.map((x) => x.colour) : m?.mark === "g" && to ? [to, to, to, ...from] : m?.mark === "l" ? from : [];
        if (mixed.length) pave(hatched, i, this.image(`stripes ${mixed.join(" ")}`, () => stripes(mixed)));
      } else {
        const rivals = (d.rivals[i] ?? []).filter((x) => !out[x]).map((x) => colours[x]);
        if (rivals.length) pave(hatched, i, this.image(`stripes ${rivals.join(" ")}`, () => stripes(rivals)));
        const also = drawn && d.sides[k].with[0] ? this.colourOf(d.sides[k].with[0]) : "";
        if (also) pave(textured, i, this.image(`bands ${o} ${also}`, () => bands(also, o)));
        rim = dot === NOBODY || !also ? "" : also;
        const p = drawn && told && this.patterns ? d.sides[k].pattern : "plain";
        if (p !== "plain") pave(textured, i, this.image(`texture ${p} ${colour}`, () => texture(p, colour)));
      }
      const key = `${colour}${dot}${rim}${o}${edge}${siege}${told}`;
      if (this.shown[i] === key) continue;
      this.shown[i] = key;
      g.setFeatureState({ source: "cells", id: i }, { c: colour, o, l: edge });
      g.setFeatureState({ source: "places", id: i }, { c: dot, o: told ? 0.95 : 0.2, siege, w: rim || null });
    }
    const areas = this.moves || this.onlyTold ? [] : d.areas.flatMap((a) => {
      const area = this.areas.get(a.id);
      if (!area || out[a.holder]) return [];
      const c = colours[a.holder];
      return [{ type: "Feature" as const, properties: { e: c === "#3d3d43" ? this.tone(c, "#b9c3ca") : c, p: this.image(`dots ${c}`, () => dots(c)) }, geometry: { type: "MultiPolygon" as const, coordinates: area.shape } }];
    });
    for (const [layer, features] of [["hatch", hatched], ["texture", textured], ["areas", areas]] as const) (g.getSource(layer) as GeoJSONSource).setData({ type: "FeatureCollection", features: [...features] });
  }

  private picture2x(id: string, image: ImageData): void {
    if (!this.gl.hasImage(id)) this.gl.addImage(id, image, { pixelRatio: 2 });
  }

  /** Takes the points that are set on the map, while something is drawn. */
  onPoint: ((at: [number, number]) => void) | null = null;

  /** An area or a course that is drawn by hand. */
  setDrawn(points: [number, number][], closed: boolean): void {
    void this.ready.then(() => (this.gl.getSource("drawn") as GeoJSONSource).setData({ type: "FeatureCollection", features: points.length ? [
      { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: closed ? [...points, points[0]] : points } },
      ...(closed && points.length > 2 ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates: [[...points, points[0]]] } }] : []),
      ...points.map((p) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: p } }))] : [] }));
  }

  private eventPicked: (id: string) => void = () => undefined;
  private eventsPicked: (ids: string[]) => void = () => undefined;

  /** What to do when an event, or several at one place, are chosen on the map, and when the map has moved. */
  onEvents(one: (id: string) => void, several: (ids: string[]) => void, moved: () => void): void {
    this.eventPicked = one;
    this.eventsPicked = several;
    this.gl.on("moveend", moved);
  }

  private async clicked(f: maplibregl.MapGeoJSONFeature): Promise<void> {
    const of = this.gl.getSource("events") as GeoJSONSource, cluster = f.properties.cluster_id as number | undefined;
    if (cluster === undefined) return this.eventPicked(String(f.properties.id));
    const leaves = await of.getClusterLeaves(cluster, 200, 0), spots = new Set(leaves.map((x) => JSON.stringify((x.geometry as GeoJSON.Point).coordinates)));
    if (spots.size === 1 || this.gl.getZoom() >= NEAR_ZOOM) return this.eventsPicked(leaves.map((x) => String(x.properties?.id)));
    this.gl.easeTo({ center: (f.geometry as GeoJSON.Point).coordinates as [number, number], zoom: await of.getClusterExpansionZoom(cluster) });
  }

  async setEvents(events: Spot[]): Promise<void> {
    await this.ready;
    (this.gl.getSource("events") as GeoJSONSource).setData({ type: "FeatureCollection", features: events.flatMap((e) => (e.lat === null || e.lon === null ? [] : [{ type: "Feature" as const, properties: { id: e.id, kind: e.kind }, geometry: { type: "Point" as const, coordinates: [e.lon, e.lat] } }])) });
  }

  private marks: Marks | null = null;

  async setMarks(marks: Marks | null, off: Set<string>): Promise<void> {
    await this.ready;
    this.marks = marks;
    const features: GeoJSON.Feature[] = [];
    const put = (kind: string, at: { lat: number | null; lon: number | null; claims: string[] }, title: string, open = false): void => {
      if (at.lat !== null && at.lon !== null) features.push({ type: "Feature", properties: { kind, open, sel: `${title}:${at.claims.slice(0, 40).join(",")}` }, geometry: { type: "Point", coordinates: [at.lon, at.lat] } });
    };
    if (marks) {
      if (!off.has("sieges")) marks.sieges.forEach((x) => put("siege", x, S.siegeOf(x.place, x.by, x.since)));
      if (!off.has("roads")) marks.roads.forEach((x) => put("road", x, S.roadIs(x.place, x.state, x.by, x.since), x.state === "open"));
      if (!off.has("agreements")) marks.agreements.forEach((x) => put("agreement", x, S.agreementIs(x.name, x.status, x.since)));
    }
    (this.gl.getSource("marks") as GeoJSONSource).setData({ type: "FeatureCollection", features });
    for (const k of Object.keys(RELATION)) this.gl.setLayoutProperty(`lines-${k}`, "visibility", off.has("lines") ? "none" : "visible");
    this.gl.setLayoutProperty("lines-hit", "visibility", off.has("lines") ? "none" : "visible");
  }

  /** How many of each lasting thing the day has. */
  counted(): Record<string, number> {
    return Object.fromEntries([...MARK_LAYERS.map((k) => [k, this.marks?.[k].length ?? 0]), ["lines", this.lines.length]]);
  }

  /** How many of them have no point on the map. */
  unplaced(): Record<string, number> {
    return Object.fromEntries(MARK_LAYERS.map((k) => [k, (this.marks?.[k] ?? []).filter((x: { lat: number | null }) => x.lat === null).length]));
  }

  sees(lat: number, lon: number): boolean {
    return this.gl.getBounds().contains([lon, lat]);
  }

  private card = h("div", { class: "hover-card", "aria-hidden": "true", hidden: true });

  /** A place under the pointer in one line: its name, whose it is, how sure. */
  private hover(i: number, at: { x: number; y: number }): void {
    const d = this.day, p = this.ground.places[i];
    if (!d || !p) return;
    const k = d.holder[i], who = k >= 0 ? d.sides[k].name : (d.rivals[i] ?? []).map((x) => d.sides[x].name).join(" – ");
    const status = { h: "held", c: "contested", b: "besieged" }[d.status[i]] ?? "unknown";
    fill(this.card, h("strong", {}, name(spelled(p[1]))), " ", this.moves ? (this.moves.get(i)?.text ?? "") : [who, S.statuses[status], k >= 0 ? `${d.sure[i]}%` : ""].filter(Boolean).join(" · "));
    this.card.hidden = false;
    this.card.style.left = `${Math.max(4, Math.min(at.x + 12, this.el.clientWidth - this.card.offsetWidth - 8))}px`;
    this.card.style.top = `${at.y > this.el.clientHeight - 70 ? at.y - 44 : at.y + 14}px`;
  }

  private image(id: string, make: () => ImageData): string {
    if (!this.gl.hasImage(id)) this.gl.addImage(id, make());
    return id;
  }

  /** The map as it is seen, its names with it. */
  picture(): HTMLCanvasElement {
    // the drawing is there to be read only until the browser has shown it
    this.gl.redraw();
    const from = this.gl.getCanvas(), c = document.createElement("canvas");
    c.width = from.width;
    c.height = from.height;
    const x = c.getContext("2d")!;
    x.drawImage(from, 0, 0);
    x.drawImage(this.labels, 0, 0, c.width, c.height);
    return c;
  }

  async setLines(lines: Line[]): Promise<void> {
    await this.ready;
    this.lines = lines;
    const tone: Record<string, string> = { hostile: "#c0392b", truce: "#7d4fa3", allied: "#2e7d4f", unclear: this.tone("#5a5a5a", "#b9c2c9") };
    (this.gl.getSource("lines") as GeoJSONSource).setData({ type: "FeatureCollection", features: lines.flatMap((x) => x.path.map((p) => ({ type: "Feature" as const, properties: { a: x.a, b: x.b, relation: x.relation, colour: tone[x.relation] ?? "#555" }, geometry: { type: "LineString" as const, coordinates: p } }))) });
  }

  private spot: { lat: number; lon: number } | null = null;

  async choose(at: { lat: number; lon: number } | null, move = false): Promise<void> {
    this.spot = at;
    await this.ready;
    if (this.spot !== at) return;
    (this.gl.getSource("chosen") as GeoJSONSource).setData({ type: "FeatureCollection", features: at ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [at.lon, at.lat] } }] : [] });
    if (!at || !this.el.clientWidth) return;
    // on a phone the panel lies over the lower part of the map
    const tall = this.el.clientHeight, covered = innerWidth <= 760 ? 0.62 * tall : 0, y = this.gl.project([at.lon, at.lat]).y;
    if (!move && this.gl.getBounds().contains([at.lon, at.lat]) && y < tall - covered) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.gl.easeTo({ center: [at.lon, at.lat], zoom: Math.max(this.gl.getZoom(), 7.5), offset: [0, -covered / 2], duration: calm ? 0 : 500 });
  }

  async setDraft(places: Draft[]): Promise<void> {
    await this.ready;
    (this.gl.getSource("draft") as GeoJSONSource).setData({ type: "FeatureCollection", features: places.map((p) => ({ type: "Feature" as const, properties: { colour: p.colour ?? "#ffffff" }, geometry: { type: "Point" as const, coordinates: [p.lon, p.lat] } })) });
    if (places.length) {
      const b = new maplibregl.LngLatBounds();
      places.forEach((p) => b.extend([p.lon, p.lat]));
      this.gl.fitBounds(b, { padding: 80, maxZoom: 8, duration: 0 });
    }
  }

  /** Names of the larger and the told-of places, without covering one another; drawn by the browser's own fonts. */
  private drawLabels(): void {
    drawLabels(this.labels, this.gl, this.ground?.places ?? [], this.named, (light, dark) => this.tone(light, dark));
  }
}
