// images that fill ground: stripes of several colours, dots, and the pattern that goes with a side's colour
const SIZE = 16;

function canvas(size: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const c = document.createElement("canvas");
  c.width = c.height = size;
  return [c, c.getContext("2d", { willReadFrequently: true })!];
}

function rgb(colour: string): [number, number, number] {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)) as [number, number, number];
}

/** Ink that is seen on a colour. */
export function ink(colour: string): string {
  const [r, g, b] = rgb(colour);
  return 0.299 * r + 0.587 * g + 0.114 * b > 120 ? "rgba(0,0,0,.62)" : "rgba(255,255,255,.75)";
}

/** Slanting stripes of the colours in turn; one colour has gaps between. */
export function stripes(colours: string[]): ImageData {
  const all = colours.length > 1 ? colours : [colours[0], ""], wide = 6, size = wide * all.length;
  const out = new ImageData(size, size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
    const c = all[Math.floor(((x + y) % size) / wide)];
    if (c) out.data.set([...rgb(c), 235], 4 * (y * size + x));
  }
  return out;
}

/** Level bands of a colour over another's ground: two hold it together. */
export function bands(colour: string, opacity: number): ImageData {
  const out = new ImageData(8, 8);
  for (let i = 0; i < 32; i++) out.data.set([...rgb(colour), Math.min(255, 255 * opacity * 1.35)], 4 * i);
  return out;
}

/** Dots of a colour: what is said of an area and of none of its towns. */
export function dots(colour: string): ImageData {
  const [, x] = canvas(10);
  x.fillStyle = colour;
  x.beginPath();
  x.arc(5, 5, 1.7, 0, 7);
  // a black side's dots must be seen on a dark map too
  x.strokeStyle = "rgba(255,255,255,.55)";
  x.stroke();
  x.fill();
  return x.getImageData(0, 0, 10, 10);
}

type Draw = (x: CanvasRenderingContext2D) => void;
const path = (...lines: number[][]): Draw => (x) => {
  x.beginPath();
  for (const l of lines) {
    x.moveTo(l[0], l[1]);
    for (let i = 2; i < l.length; i += 2) x.lineTo(l[i], l[i + 1]);
  }
  x.stroke();
};
const points = (r: number, full: boolean, ...at: [number, number][]): Draw => (x) => at.forEach(([a, b]) => {
  x.beginPath();
  x.arc(a, b, r, 0, 7);
  if (full) x.fill();
  else x.stroke();
});
const DRAWN: Record<string, Draw> = {
  plain: () => undefined,
  slant: path([-4, 4, 4, -4], [-4, 20, 20, -4], [12, 20, 20, 12]),
  backslant: path([-4, 12, 4, 20], [-4, -4, 20, 20], [12, -4, 20, 4]),
  dots: points(2, true, [4, 4], [12, 12]),
  sparse: points(2.4, true, [8, 8]),
  rings: points(3.4, false, [8, 8]),
  cross: path([-4, 4, 4, -4], [-4, 20, 20, -4], [12, 20, 20, 12], [-4, 12, 4, 20], [-4, -4, 20, 20], [12, -4, 20, 4]),
  level: path([0, 4, 16, 4], [0, 12, 16, 12]),
  upright: path([4, 0, 4, 16], [12, 0, 12, 16]),
  grid: path([0, 8, 16, 8], [8, 0, 8, 16]),
  dashes: path([1, 4, 7, 4], [9, 12, 15, 12]),
  zigzag: path([0, 11, 4, 5, 8, 11, 12, 5, 16, 11]),
};

function drawnOn(name: string, colour: string, ground: boolean): HTMLCanvasElement {
  const [c, x] = canvas(SIZE);
  if (ground) {
    x.fillStyle = colour;
    x.fillRect(0, 0, SIZE, SIZE);
  }
  x.strokeStyle = x.fillStyle = ink(colour);
  x.lineWidth = 1.5;
  (DRAWN[name] ?? DRAWN.plain)(x);
  return c;
}

export function texture(name: string, colour: string): ImageData {
  return drawnOn(name, colour, false).getContext("2d")!.getImageData(0, 0, SIZE, SIZE);
}

/** A side's colour with its pattern, as a CSS background. */
export function background(name: string, colour: string): string {
  return `url(${drawnOn(name, colour, true).toDataURL()})`;
}
