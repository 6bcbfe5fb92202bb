import assert from "node:assert/strict";
import { test } from "node:test";
import { size, tooLarge, tooMuch } from "./weigh.ts";

test("sizes are written as the pages write them", () => {
  assert.equal(size(501, "en"), "501\u00a0B");
  assert.equal(size(1_234_567_890, "fr"), "1,2\u00a0Go");
  assert.equal(size(123_456_789, "en"), "123\u00a0MB");
  assert.equal(size(999_600, "en"), "1.0\u00a0MB");
});

test("files that have no room together are refused with their size", () => {
  const rooms = [
    { left: 1000, said: "This is {size}: too much for you." },
    { left: 5000, said: "This is {size}: too much for us." },
  ];
  const files = [{ name: "a", size: 600 }, { name: "b", size: 500 }];
  assert.equal(tooMuch(files, rooms, "en"), "This is 1.1\u00a0kB: too much for you.");
  assert.equal(tooMuch(files, rooms.slice(1), "en"), "");
  assert.equal(tooMuch([], rooms, "en"), "");
});

test("one file that is too large is named", () => {
  const files = [{ name: "a.png", size: 10 }, { name: "b.png", size: 11 }];
  assert.equal(tooLarge(files, 10, "“{name}” is too large."), "“b.png” is too large.");
  assert.equal(tooLarge(files, 11, "“{name}” is too large."), "");
});
