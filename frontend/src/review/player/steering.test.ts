import assert from "node:assert/strict";
import test from "node:test";
import { due, shuttled, steered } from "./steering.ts";

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

test("shuttle keys double up to eight and turn at one", () => {
  assert.equal(shuttled(0, 1), 1);
  assert.equal(shuttled(1, 1), 2);
  assert.equal(shuttled(8, 1), 8);
  assert.equal(shuttled(4, -1), -1);
  assert.equal(shuttled(-1, -1), -2);
});
