import assert from "node:assert/strict";
import test from "node:test";
import { concerns } from "./concerns.ts";

test("a page that names no kinds hears every change", () => {
  assert.equal(concerns(["practices.shared.1"], ""), true);
});

test("a page hears the kinds it names by prefix", () => {
  assert.equal(concerns(["agreement.evidence-stated"], "directory. agreement."), true);
  assert.equal(concerns(["practices.shared.1"], "directory. agreement."), false);
});
