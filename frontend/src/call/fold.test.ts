import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Act } from "../live/messages.ts";
import { begin, fold, type CallState } from "./fold.ts";

type Vector = { what: string; host: string; acts: Act[]; state: CallState };
const path = new URL("../../../docs/protocol/vectors/call.json", import.meta.url);
const vectors = (JSON.parse(readFileSync(path, "utf8")) as { vectors: Vector[] }).vectors;

for (const { what, host, acts, state } of vectors) {
  test(`a call comes to the same in browser and node: ${what}`, () => {
    const before = begin({ host });
    const first = structuredClone(before);
    assert.deepEqual(acts.reduce<CallState>(fold, before), state);
    assert.deepEqual(before, first);
  });
}
