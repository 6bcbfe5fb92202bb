import assert from "node:assert/strict";
import test from "node:test";
import { absent, leadFor, type Received } from "./barrier.ts";
import { atRest } from "./transport.ts";

const item = { version: "v", hash: "h", first: 1001, frames: 96, rate: [24, 1] as const };
const transport = atRest([item]);
const who = (id: string, city: string) => ({ id, person: id, city, role: "annotator", label: id });
const report = (facts: Partial<Received> = {}): Received => ({
  version: "v", hash: "h", ready: true, follows: true, skew: null, sent: 0, way: 75, ...facts,
}); // prettier-ignore

test("who said nothing yet, shows something else or waits for bytes is loading, a city once", () => {
  const present = [who("a", "paris"), who("b", "sf"), who("c", "sf"), who("d", "paris")];
  const reports = new Map([
    ["a", report()],
    ["b", report({ ready: false })],
    ["d", report({ version: "w" })],
  ]);

  assert.deepEqual(absent(present, reports, transport), [
    { city: "sf", why: "loading" },
    { city: "paris", why: "loading" },
  ]);
});

test("who looks by themselves holds nobody up; another picture is said", () => {
  const present = [who("a", "paris"), who("b", "sf")];
  const reports = new Map([
    ["a", report({ follows: false, ready: false })],
    ["b", report({ hash: "other" })],
  ]);

  assert.deepEqual(absent(present, reports, transport), [{ city: "sf", why: "other-picture" }]);
});

test("a start lies 300 ms ahead, or twice the slowest round trip", () => {
  assert.equal(leadFor([]), 300);
  assert.equal(leadFor([report({ way: 20 }), report({ way: 150 })]), 600);
});
