import assert from "node:assert/strict";
import test from "node:test";
import { between, moved } from "./moves.ts";

const at = { row: 5, column: 1 };
const go = (key: string, ctrlKey = false) => moved(at, { key, ctrlKey }, 20, 3);

test("arrows go one cell on, and stay within the grid", () => {
  assert.deepEqual(go("ArrowDown"), { row: 6, column: 1 });
  assert.deepEqual(go("ArrowLeft"), { row: 5, column: 0 });
  assert.deepEqual(moved({ row: 0, column: 0 }, { key: "ArrowUp", ctrlKey: false }, 20, 3), { row: 0, column: 0 });
});

test("pages, ends and corners", () => {
  assert.deepEqual(go("PageDown"), { row: 15, column: 1 });
  assert.deepEqual(go("PageUp"), { row: 0, column: 1 });
  assert.deepEqual(go("End"), { row: 5, column: 2 });
  assert.deepEqual(go("Home", true), { row: 0, column: 0 });
  assert.deepEqual(go("ArrowDown", true), { row: 19, column: 1 });
});

test("other keys are not the grid's", () => {
  assert.equal(go("a"), undefined);
});

test("a range is in the column where it ends, upwards too", () => {
  assert.deepEqual(between(at, { row: 3, column: 1 }).map(({ row }) => row), [3, 4, 5]);
});
