import assert from "node:assert/strict";
import test from "node:test";
import { editBetween, lineOf, moved, type Edit } from "./edits.ts";

for (const [before, after, caret, expected] of [
  ["", "a", 1, { at: 0, remove: 0, insert: "a" }],
  ["abc", "abXc", 3, { at: 2, remove: 0, insert: "X" }],
  ["abc", "ac", 1, { at: 1, remove: 1, insert: "" }],
  ["abc", "aYZc", 3, { at: 1, remove: 1, insert: "YZ" }],
  ["aaa", "aaaa", 2, { at: 1, remove: 0, insert: "a" }],
  ["aaa", "aaaa", 4, { at: 3, remove: 0, insert: "a" }],
  ["aaa", "aa", 0, { at: 0, remove: 1, insert: "" }],
  ["a😀b", "a😁b", 3, { at: 1, remove: 2, insert: "😁" }],
  ["whole", "", 0, { at: 0, remove: 5, insert: "" }],
] as const) {
  test(`from “${before}” to “${after}” with the caret at ${caret}`, () => {
    assert.deepEqual(editBetween(before, after, caret), expected);
  });
}

test("nothing changed is no edit", () => assert.equal(editBetween("a", "a", 1), undefined));

test("whatever the edit, it makes the one text of the other", () => {
  const letters = "aab\n😀é";
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 16807) % 2147483647) % below;
  const word = (): string =>
    Array.from({ length: random(6) }, () => [...letters][random(6)] ?? "").join("");
  for (let round = 0; round < 2000; round += 1) {
    const [before, after] = [word(), word()];
    const edit: Edit = editBetween(before, after, random(after.length + 1)) ?? { at: 0, remove: 0, insert: "" };
    const made = before.slice(0, edit.at) + edit.insert + before.slice(edit.at + edit.remove);
    assert.equal(made, after);
  }
});

for (const [name, at, delta, after, expected] of [
  ["an insertion before it", 5, [{ retain: 2 }, { insert: "abc" }], true, 8],
  ["an insertion after it", 2, [{ retain: 5 }, { insert: "abc" }], true, 2],
  ["an insertion exactly there, that comes after", 2, [{ retain: 2 }, { insert: "abc" }], true, 2],
  ["an insertion exactly there, that comes before", 2, [{ retain: 2 }, { insert: "abc" }], false, 5],
  ["a deletion before it", 5, [{ retain: 1 }, { delete: 2 }], true, 3],
  ["a deletion around it", 5, [{ retain: 3 }, { delete: 9 }], true, 3],
  ["a deletion after it", 2, [{ retain: 3 }, { delete: 9 }], true, 2],
  ["several", 9, [{ insert: "xy" }, { retain: 4 }, { delete: 1 }, { insert: "z" }], true, 11],
] as const) {
  test(`a caret stays in its place after ${name}`, () => {
    assert.equal(moved(at, delta, after), expected);
  });
}

test("lines count from one", () => {
  assert.equal(lineOf("a\nb\nc", 0), 1);
  assert.equal(lineOf("a\nb\nc", 4), 3);
});
