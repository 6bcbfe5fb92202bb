import assert from "node:assert/strict";
import test from "node:test";
import { called, filled, listed, people, sentences, span } from "./labels.ts";

test("facts fill a sentence; one that lacks is left out", () => {
  assert.equal(filled("{who} joined {room}.", { who: "Ana" }), "Ana joined .");
});

test("a sentence that lacks is an error when the page begins", () => {
  assert.deepEqual(sentences('{"a": "A", "b": "B"}', ["a"] as const).a, "A");
  assert.throws(() => sentences("{}", ["a"] as const), /No sentence for a/);
});

test("names are listed as each language does", () => {
  assert.equal(listed(["Ana", "Bo", "Chi"], "fr"), "Ana, Bo et Chi");
  assert.equal(listed(["Ana", "Bo"], "en"), "Ana and Bo");
});

test("a person with two screens is one person", () => {
  const present = [{ person: "a" }, { person: "b" }, { person: "a" }];
  assert.deepEqual(people(present), [{ person: "a" }, { person: "b" }]);
});

test("somebody of a known city is called with it", () => {
  assert.equal(called({ label: "Ana", city: "x" }, { x: "Paris" }), "Ana (Paris)");
  assert.equal(called({ label: "Ana", city: "y" }, { x: "Paris" }), "Ana");
  assert.equal(called({ label: "teacher 1, Paris", city: "x" }, { x: "Paris" }), "teacher 1, Paris");
});

for (const [seconds, expected] of [[0, "0:00"], [75.9, "1:15"], [3600, "1:00:00"]] as const) {
  test(`${seconds} seconds are ${expected}`, () => assert.equal(span(seconds), expected));
}
