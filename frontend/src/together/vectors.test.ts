import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Act, Facts } from "../live/messages.ts";
import { begin, fold, type State } from "./fold.ts";
import { due, moved, type Asked, type Item, type Transport } from "./transport.ts";

type Vectors = {
  due: { transport: Transport; item: Item; now: number; frame: number }[];
  moved: { transport: Transport; items: Item[]; asked: Asked; now: number; result: Transport }[];
  fold: { name: string; facts: Facts; acts: Act[]; state: State }[];
};
const place = new URL("../../../docs/protocol/vectors/review.json", import.meta.url);
const vectors = JSON.parse(readFileSync(place, "utf8")) as Vectors;

test("the due frame is that of the vectors", () => {
  for (const { transport, item, now, frame } of vectors.due) {
    assert.ok(Math.abs(due(transport, item, now) - frame) < 1e-6, JSON.stringify(transport));
  }
});

test("the moved transport is that of the vectors", () => {
  for (const { transport, items, asked, now, result } of vectors.moved) {
    assert.deepEqual(moved(transport, items, asked, now), result);
  }
});

for (const { name, facts, acts, state } of vectors.fold) {
  test(`fold: ${name}`, () => {
    let found = begin(facts);
    for (const act of acts) {
      const before = structuredClone(found);
      const later = fold(found, act);
      assert.deepEqual(found, before);
      found = later;
    }
    assert.deepEqual(found, state);
  });
}
