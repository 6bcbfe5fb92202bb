import assert from "node:assert/strict";
import test from "node:test";
import { isVisible, onFrame, tidied, type Point, type Stroke } from "./strokes.ts";

const stroke = (tool: Stroke["tool"], points: Point[], text?: string): Stroke => ({
  tool,
  colour: "#8bb7cd",
  width: 0.004,
  points,
  ...(text === undefined ? {} : { text }),
});

test("a straight line of a pen needs two points", () => {
  const points = Array.from({ length: 200 }, (_, n): Point => [n / 199, n / 199]);

  assert.deepEqual(tidied(stroke("pen", points)).points, [
    [0, 0],
    [1, 1],
  ]);
});

test("a scribble keeps its shape in at most 400 points, inside the picture", () => {
  const points = Array.from({ length: 5000 }, (_, n): Point => [n / 4000, Math.sin(n / 3) * 2]);
  const kept = tidied(stroke("pen", points)).points;

  assert.ok(kept.length <= 400 && kept.length > 100);
  assert.ok(kept.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1));
});

test("a shape is its two ends, rounded", () => {
  const points: Point[] = [
    [0.123456, 0.2],
    [0.2, 0.3],
    [0.5, 0.6],
  ];

  assert.deepEqual(tidied(stroke("ellipse", points)).points, [
    [0.1235, 0.2],
    [0.5, 0.6],
  ]);
});

test("a click is a dot of the pen, but no arrow; an empty text is nothing", () => {
  assert.equal(isVisible(stroke("pen", [[0.5, 0.5]])), true);
  assert.equal(isVisible(stroke("arrow", [[0.5, 0.5]])), false);
  assert.equal(isVisible(stroke("text", [[0.5, 0.5]], " ")), false);
  assert.equal(isVisible(stroke("text", [[0.5, 0.5]], "here")), true);
});

test("the onion skin shows neighbours, the nearest last, with their distance", () => {
  const drawn = [
    { first_frame: 1001, last_frame: 1003 },
    { first_frame: 1005, last_frame: 1005 },
    { first_frame: 1009, last_frame: 1012 },
  ];

  assert.deepEqual(
    onFrame(drawn, 1005, 0).map(({ away }) => away),
    [0],
  );
  assert.deepEqual(
    onFrame(drawn, 1005, 4).map(({ away }) => away),
    [4, -2, 0],
  );
});
