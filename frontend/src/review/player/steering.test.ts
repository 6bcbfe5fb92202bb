import assert from "node:assert/strict";
import test from "node:test";
import { aheadBy, due, entrance, shuttled, steered } from "./steering.ts";

const ALL = { from: 0, to: 99, loop: false };

test("the frame due follows the clock, forward and back", () => {
  assert.equal(due({ index: 10, speed: 1, at: 1000 }, 2000, [24, 1], ALL), 34);
  assert.equal(due({ index: 90, speed: -2, at: 1000 }, 2000, [24, 1], ALL), 42);
});

test("before its instant the first frame stands", () => {
  assert.equal(due({ index: 10, speed: 1, at: 5000 }, 2000, [24, 1], ALL), 10);
});

test("playback ends at the end of the range, or begins anew", () => {
  const start = { index: 10, speed: 1, at: 0 };

  assert.equal(due(start, 10_000, [24, 1], { from: 10, to: 33, loop: false }), 33);
  assert.equal(due(start, 1500, [24, 1], { from: 10, to: 33, loop: true }), 22);
  assert.equal(due({ ...start, speed: -1 }, 500, [24, 1], { from: 10, to: 33, loop: true }), 22);
});

test("small errors are left alone, larger ones steered by at most a tenth, large ones jumped", () => {
  assert.deepEqual(steered(0.003, 1), { speed: 1, jump: false });
  assert.ok(Math.abs(steered(0.02, 1).speed - 0.97) < 1e-9);
  assert.equal(steered(0.3, 1).speed, 0.9);
  assert.equal(steered(-0.3, 2).speed, 2.2);
  assert.deepEqual(steered(0.5, 1), { speed: 1, jump: true });
});

test("a frame is ahead by the shorter way around a loop", () => {
  const start = { index: 0, speed: 1, at: 0 };
  const around = { from: 0, to: 23, loop: true };

  assert.ok(Math.abs(aheadBy(23, start, 1010, [24, 1], around) + 0.0517) < 1e-3);
  assert.ok(Math.abs(aheadBy(1, start, 1010, [24, 1], around) - 0.0317) < 1e-3);
});

test("who is there in time begins with the transport, who is late comes in a moment ahead", () => {
  const start = { index: 10, speed: 1, at: 1000 };

  assert.deepEqual(entrance(start, 990, 250, 10, [24, 1], ALL), { index: 10, at: 1000 });
  assert.deepEqual(entrance(start, 700, 250, -1, [24, 1], ALL), { index: 10, at: 1000 });
  const late = entrance(start, 1990, 260, -1, [24, 1], ALL);
  assert.equal(late.index, 40);
  assert.ok(Math.abs(late.at - 2250) < 1e-6);
});

test("shuttle keys double up to eight and turn at one", () => {
  assert.equal(shuttled(0, 1), 1);
  assert.equal(shuttled(1, 1), 2);
  assert.equal(shuttled(8, 1), 8);
  assert.equal(shuttled(4, -1), -1);
  assert.equal(shuttled(-1, -1), -2);
});
