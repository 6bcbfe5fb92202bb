import assert from "node:assert/strict";
import test from "node:test";
import { fitting, type Rendition } from "./line.ts";

const one = (name: string, bytes: number): Rendition => ({
  name,
  label: name,
  bytes,
  url: "",
});
const HD = one("hd", 5_000_000);
const LIGHT = one("light", 900_000);

test("a line gets the best rendition it can carry", () => {
  assert.equal(fitting([LIGHT, HD], 8e6, 10), HD);
  assert.equal(fitting([HD, LIGHT], 1e6, 10), LIGHT);
});

test("a line too slow for anything gets the smallest", () => {
  assert.equal(fitting([HD, LIGHT], 1e5, 10), LIGHT);
  assert.equal(fitting([], 1e6, 10), undefined);
});
