import { svg } from "./dom";

// one drawing for each kind, on a 20 by 20 field, for the map and for lists alike
export const ICONS: Record<string, { path: string; colour: string }> = {
  clash: { path: "M5 5L15 15M15 5L5 15", colour: "#b3261e" },
  strike: { path: "M10 3V7.5M10 12.5V17M3 10H7.5M12.5 10H17M5.2 5.2L7.8 7.8M12.2 12.2L14.8 14.8M14.8 5.2L12.2 7.8M7.8 12.2L5.2 14.8", colour: "#a84a10" },
  capture: { path: "M7 17V4H15L12.6 7L15 10H7", colour: "#14588f" },
  move: { path: "M4 10H15.5M11 5.5L15.5 10L11 14.5", colour: "#5a4a8a" },
  siege: { path: "M10 4A6 6 0 1 1 9.99 4ZM10 8.6A1.4 1.4 0 1 1 9.99 8.6Z", colour: "#333a40" },
  agreement: { path: "M4.5 10.5L8.5 14.5L15.5 6.5", colour: "#1d6b3c" },
  road: { path: "M6 16.5L8.3 3.5M14 16.5L11.7 3.5M10 4V6.2M10 9V11.2M10 14V16.2", colour: "#6b5716" },
};

/** The drawing for a list. */
export function icon(kind: string, square = false): SVGElement {
  const i = ICONS[kind] ?? ICONS.move;
  return svg("svg", { viewBox: "0 0 20 20", class: "kind", "aria-hidden": "true" }, square ? svg("rect", { width: 20, height: 20, rx: 4, fill: i.colour }) : svg("circle", { cx: 10, cy: 10, r: 10, fill: i.colour }), svg("path", { d: i.path, fill: "none", stroke: "#fff", "stroke-width": 1.7, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}

function drawn(colour: string, square: boolean, draw: (x: CanvasRenderingContext2D) => void): ImageData {
  const size = 52, c = document.createElement("canvas");
  c.width = c.height = size;
  const x = c.getContext("2d", { willReadFrequently: true })!;
  x.scale(2, 2);
  x.translate(3, 3);
  x.beginPath();
  if (square) x.roundRect(-1, -1, 22, 22, 5);
  else x.arc(10, 10, 11, 0, 7);
  x.fillStyle = colour;
  x.fill();
  x.strokeStyle = "#fff";
  x.lineWidth = 1.6;
  x.stroke();
  draw(x);
  return x.getImageData(0, 0, size, size);
}

/** The drawing for the map, twice as fine as it is shown: a disc for what happened, a square for what lasts. */
export function mapIcon(kind: string, square: boolean): ImageData {
  const i = ICONS[kind] ?? ICONS.move;
  return drawn(i.colour, square, (x) => {
    x.lineWidth = 1.8;
    x.lineCap = x.lineJoin = "round";
    x.stroke(new Path2D(i.path));
  });
}

/** A disc with how many lie there. */
export function countIcon(n: string): ImageData {
  return drawn("#38434c", false, (x) => {
    x.fillStyle = "#fff";
    x.font = `600 ${n.length > 2 ? 9 : 11}px system-ui, sans-serif`;
    x.textAlign = "center";
    x.textBaseline = "middle";
    x.fillText(n, 10, 10.5);
  });
}
