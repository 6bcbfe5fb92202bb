import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "./presence.ts";

const GREY = Array.from({ length: 576 }, () => 100);

test("noise and light are nobody", () => {
  assert.equal(moved(GREY, GREY), 0);
  assert.equal(moved(GREY, GREY.map((value, index) => value + (index % 5) - 2)), 0);
  assert.equal(moved(GREY, GREY.map((value) => value + 60)), 0);
});

test("something that moves in a part of the picture is", () => {
  const after = GREY.map((value, index) => (index % 32 < 4 ? value + 80 : value));
  assert.ok(moved(GREY, after) > 0.1);
});

test("nothing is compared with nothing", () => {
  assert.equal(moved([], []), 0);
  assert.equal(moved([1], [1, 2]), 0);
});
