import assert from "node:assert/strict";
import test from "node:test";
import { Pairs } from "./pairs.ts";

test("only frames that both videos have presented are a pair", () => {
  const pairs = new Pairs(4);
  for (const index of [10, 11, 12]) pairs.keep(0, index);
  pairs.keep(1, 10);
  pairs.keep(1, 11);

  assert.equal(pairs.newest(12, 0, 100), 11);
  pairs.keep(1, 12);
  assert.equal(pairs.newest(12, 0, 100), 12);
});

test("a shift pairs other frames; outside the second video a frame stands alone", () => {
  const pairs = new Pairs(4);
  pairs.keep(0, 20);
  pairs.keep(1, 25);

  assert.equal(pairs.newest(20, 5, 100), 20);
  assert.equal(pairs.newest(20, 4, 100), undefined);
  assert.equal(pairs.newest(20, 90, 100), 20);
  assert.equal(pairs.newest(20, -21, 100), 20);
});

test("a frame that was written over is not kept", () => {
  const pairs = new Pairs(4);
  pairs.keep(0, 1);
  pairs.keep(0, 5);
  pairs.forget(1);

  assert.equal(pairs.has(0, 1), false);
  assert.equal(pairs.has(0, 5), true);
});
