import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, question } from "./asking.ts";

const one = (person: string) => ({ person, city: "paris", role: "member" });
const state = {
  asking: true, consents: {} as Record<string, boolean>, recording: { on: false, by: "" },
  inside: { a: one("ana"), b: one("bo"), c: one("ana") },
};

test("everybody inside is counted once, with what they said", () => {
  assert.deepEqual(counted(state), { all: 2, agreed: 0, declined: 0 });
  const consents = { ana: true, bo: false, gone: true };
  assert.deepEqual(counted({ ...state, consents }), { all: 2, agreed: 1, declined: 1 });
});

test("during a recording everybody reads whether they are in it, who comes in late as well", () => {
  assert.equal(question(state, "ana"), "asked_record");
  assert.equal(question({ ...state, asking: false }, "ana"), undefined);
  const running = { ...state, asking: false, recording: { on: true, by: "bo" }, consents: { bo: true, chi: false } };
  assert.equal(question(running, "bo"), "recorded_you");
  assert.equal(question(running, "chi"), "recorded_not_you");
  assert.equal(question(running, "late"), "recorded_not_you");
});
