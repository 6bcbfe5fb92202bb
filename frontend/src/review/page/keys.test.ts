import assert from "node:assert/strict";
import test from "node:test";
import { command } from "./keys.ts";

const press = (key: string, held: Partial<KeyboardEvent> = {}): Parameters<typeof command>[0] => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test("the keys of an edit suite", () => {
  assert.equal(command(press("l"), true), "forward");
  assert.equal(command(press("L", { shiftKey: true }), true), "forward");
  assert.equal(command(press("?", { shiftKey: true }), true), "help");
  assert.equal(command(press("ArrowLeft"), true), "frameBack");
  assert.equal(command(press("ArrowLeft", { shiftKey: true }), true), "tenBack");
  assert.equal(command(press("z", { ctrlKey: true }), true), "undo");
  assert.equal(command(press("Z", { metaKey: true, shiftKey: true }), true), "redo");
});

test("keys of the browser and of the system are left alone", () => {
  assert.equal(command(press("l", { ctrlKey: true }), true), undefined);
  assert.equal(command(press("d", { altKey: true }), true), undefined);
  assert.equal(command(press("F5"), true), undefined);
});

test("letters can be switched off, for people whose speech or slips type them", () => {
  assert.equal(command(press("l"), false), undefined);
  assert.equal(command(press(" "), false), "toggle");
  assert.equal(command(press("ArrowRight"), false), "frameForward");
  assert.equal(command(press("z", { ctrlKey: true }), false), "undo");
});
