import assert from "node:assert/strict";
import test from "node:test";
import { ago } from "./ago.ts";

const PHRASES = { s: "{n} s ago", min: "{n} min ago", h: "{n} h ago", d: "{n} d ago" };

for (const [seconds, expected] of [
  [-3, "0 s ago"],
  [2.9, "2 s ago"],
  [60, "1 min ago"],
  [3599, "59 min ago"],
  [3600, "1 h ago"],
  [200_000, "2 d ago"],
] as const) {
  test(`${seconds} seconds read as ${expected}`, () => {
    assert.equal(ago(seconds, PHRASES), expected);
  });
}
