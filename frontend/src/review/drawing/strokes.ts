/** A drawing on a picture: strokes in coordinates 0..1 of its width and height; pure functions. */

export const TOOLS = ["pen", "arrow", "line", "ellipse", "rectangle", "text"] as const;
export type Tool = (typeof TOOLS)[number];
/** The share of the picture's width and height, from its upper left corner. */
export type Point = readonly [x: number, y: number];
export type Stroke = {
  tool: Tool;
  colour: string;
  /** Thickness as a share of the picture's width; of text: its height, as a share of it. */
  width: number;
  points: readonly Point[];
  text?: string;
};
/** A drawing that both cities may hold: on the frames *first* to *last* of a version. */
export type Annotation = {
  uri: string;
  first_frame: number;
  last_frame: number;
  strokes: readonly Stroke[];
  seat: string;
  label: string;
  city: string;
  mine: boolean;
};

const DIGITS = 1e4;
const SLACK = 0.0006;
const MOST_POINTS = 400;

/** A coordinate inside the picture, as it is stored. */
export function coordinate(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 1) * DIGITS) / DIGITS;
}

/** *stroke* as it is stored: rounded, and without points nobody would miss. */
export function tidied(stroke: Stroke): Stroke {
  const points = stroke.points.map(([x, y]): Point => [coordinate(x), coordinate(y)]);
  return { ...stroke, points: stroke.tool === "pen" ? thinned(points) : ends(points) };
}

/** Whether there is something to see: a click is no line, an empty text no text. */
export function isVisible(stroke: Stroke): boolean {
  if (stroke.tool === "text") return Boolean(stroke.text?.trim());
  if (stroke.tool === "pen") return stroke.points.length > 0;
  const [a, b] = [stroke.points[0], stroke.points.at(-1)];
  return a !== undefined && b !== undefined && Math.hypot(a[0] - b[0], a[1] - b[1]) > 0.004;
}

function ends(points: readonly Point[]): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  return points.length > 1 ? [first, last] : [first];
}

/** Drops the points of a line that deviate less than can be seen; at most `MOST_POINTS` stay. */
function thinned(points: readonly Point[]): Point[] {
  let slack = SLACK;
  let kept = simplified(points, slack);
  while (kept.length > MOST_POINTS) kept = simplified(points, (slack *= 1.6));
  return kept;
}

/** Source: Ramer 1972, Douglas and Peucker 1973. */
function simplified(points: readonly Point[], slack: number): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return [...points];
  const away = points.map((point) => distance(point, first, last));
  const furthest = away.indexOf(Math.max(...away));
  if ((away[furthest] ?? 0) <= slack) return [first, last];
  const before = simplified(points.slice(0, furthest + 1), slack);
  return [...before.slice(0, -1), ...simplified(points.slice(furthest), slack)];
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(x - ax, y - ay);
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}

/** What is drawn on *frame*; with *onion* > 0 also, fainter, what is drawn up to so far away. */
export function onFrame<T extends Pick<Annotation, "first_frame" | "last_frame">>(
  annotations: readonly T[],
  frame: number,
  onion: number,
): { annotation: T; away: number }[] {
  return annotations
    .map((annotation) => ({ annotation, away: framesAway(annotation, frame) }))
    .filter(({ away }) => Math.abs(away) <= onion)
    .sort((a, b) => Math.abs(b.away) - Math.abs(a.away));
}

/** Frames from *frame* to the nearest one of the annotation: negative is past, 0 is here. */
function framesAway(
  { first_frame, last_frame }: Pick<Annotation, "first_frame" | "last_frame">,
  frame: number,
): number {
  if (frame < first_frame) return first_frame - frame;
  return frame > last_frame ? last_frame - frame : 0;
}
