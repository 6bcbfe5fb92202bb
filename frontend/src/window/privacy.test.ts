import assert from "node:assert/strict";
import { test } from "node:test";
import { privacy, type Standing } from "./privacy.ts";

const OPEN: Standing = {
  quiet: false, gone: false, closed: false, node: true, line: true, other: true, flows: true,
  camera: true, microphone: true,
};

test("what is said of privacy follows from what is sent", () => {
  assert.equal(privacy(OPEN), "seen-and-heard");
  assert.equal(privacy({ ...OPEN, microphone: false }), "seen");
  assert.equal(privacy({ ...OPEN, camera: false }), "heard");
  assert.equal(privacy({ ...OPEN, camera: false, microphone: false }), "unseen");
});

test("media that flow are seen though node or line are cut", () => {
  assert.equal(privacy({ ...OPEN, node: false }), "seen-and-heard");
  assert.equal(privacy({ ...OPEN, line: false, camera: false }), "heard");
});

test("without media the nearest reason is said", () => {
  const shut = { ...OPEN, flows: false };
  assert.equal(privacy({ ...shut, node: false, line: false }), "node");
  assert.equal(privacy({ ...shut, line: false, other: false }), "cut");
  assert.equal(privacy({ ...shut, other: false }), "alone");
  assert.equal(privacy(shut), "connecting");
  assert.equal(privacy({ ...OPEN, quiet: true }), "quiet");
  assert.equal(privacy({ ...OPEN, quiet: true, closed: true }), "closed");
  assert.equal(privacy({ ...OPEN, closed: true, gone: true }), "gone");
});
