/** Strokes as SVG: the same geometry as the server's PNG (studio's rendering of drawings). */
import type { Point, Stroke } from "./strokes.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Units of the picture's width in the SVG; its height follows from the picture's shape. */
export const SPAN = 10_000;
const HEAD = 0.028;
const SPREAD = 0.46;
const CORNER: Point = [0, 0];

type Shape = Record<string, string | number>;

export function svg(tag: string, facts: Shape): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(facts)) element.setAttribute(name, String(value));
  return element;
}

/** Draws *stroke* on a picture of the shape *height* (of width 1). */
export function inked(stroke: Stroke, height: number): SVGElement {
  const points = stroke.points.map(([x, y]): Point => [x * SPAN, y * height * SPAN]);
  if (stroke.tool === "text") return lettered(stroke, points[0] ?? CORNER);
  const line = outline(stroke, points);
  const pen = { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const halo = svg("path", { d: line, ...pen, stroke: "#000", "stroke-opacity": 0.35 });
  const ink = svg("path", { d: line, ...pen, stroke: stroke.colour });
  const width = stroke.width * SPAN;
  halo.setAttribute("stroke-width", String(width * 1.7));
  ink.setAttribute("stroke-width", String(width));
  const group = svg("g", {});
  group.append(halo, ink);
  return group;
}

function lettered(stroke: Stroke, [x, y]: Point): SVGElement {
  const group = svg("g", {});
  const size = stroke.width * SPAN;
  for (const [n, line] of (stroke.text ?? "").split("\n").entries()) {
    const text = svg("text", {
      x,
      y: y + size * (0.8 + n * 1.25),
      fill: stroke.colour,
      "font-size": size,
      "font-weight": 600,
      stroke: "#000",
      "stroke-opacity": 0.55,
      "stroke-width": size * 0.12,
      "paint-order": "stroke",
    });
    text.textContent = line;
    group.append(text);
  }
  return group;
}

/** The path of a stroke in SVG's own words. */
export function outline(stroke: Stroke, points: readonly Point[]): string {
  const [a, b] = [points[0] ?? CORNER, points.at(-1) ?? CORNER];
  switch (stroke.tool) {
    case "arrow":
      return `${straight([a, b])}${arrowHead(a, b)}`;
    case "ellipse":
      return ellipse(a, b);
    case "rectangle":
      return `${straight([a, [b[0], a[1]], b, [a[0], b[1]]])}Z`;
    case "line":
      return straight([a, b]);
    default:
      return smooth(points);
  }
}

function straight(points: readonly Point[]): string {
  return points.map(([x, y], n) => `${n ? "L" : "M"}${round(x)} ${round(y)}`).join("");
}

/** Curves through the middles of the pen's points, so that corners are soft. */
function smooth(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return "";
  if (points.length < 3) return straight([first, last]);
  let path = straight([first]);
  for (const [n, point] of points.slice(1, -1).entries()) {
    const next = points[n + 2] ?? last;
    const end = n === points.length - 3 ? next : middle(point, next);
    path += `Q${round(point[0])} ${round(point[1])} ${round(end[0])} ${round(end[1])}`;
  }
  return path;
}

function middle([ax, ay]: Point, [bx, by]: Point): Point {
  return [(ax + bx) / 2, (ay + by) / 2];
}

function arrowHead(from: Point, to: Point): string {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const wing = (turn: number): Point => [
    to[0] - Math.cos(angle + turn) * HEAD * SPAN,
    to[1] - Math.sin(angle + turn) * HEAD * SPAN,
  ];
  return straight([wing(SPREAD), to, wing(-SPREAD)]);
}

function ellipse(a: Point, b: Point): string {
  const [rx, ry] = [Math.abs(b[0] - a[0]) / 2, Math.abs(b[1] - a[1]) / 2];
  const [left, y] = [Math.min(a[0], b[0]), (a[1] + b[1]) / 2];
  const arc = `A${round(rx)} ${round(ry)} 0 1 0`;
  return `M${round(left)} ${round(y)}${arc} ${round(left + 2 * rx)} ${round(y)}${arc} ${round(left)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
