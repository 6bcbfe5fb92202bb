import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../engine.ts";
import { shadows } from "./shadows.ts";

const guest = (person: string, away: number | undefined, health: Health, city = "paris") => ({ participant: { person, city }, away, health });

test("who came back throws no shadow; their old picture stays while it still moves", () => {
  const old = guest("ana", 5, "cut");
  assert.deepEqual(shadows([old, guest("ana", undefined, "connecting")]), [old]);
  assert.deepEqual(shadows([guest("ana", 5, "flowing"), guest("ana", undefined, "connecting")]), []);
});

test("the place of who is not back is kept", () => {
  assert.deepEqual(shadows([guest("ana", 5, "failed"), guest("bo", undefined, "flowing")]), []);
  assert.deepEqual(shadows([guest("ana", 5, "failed"), guest("ana", 6, "failed")]), []);
  assert.deepEqual(shadows([guest("ana", 5, "failed"), guest("ana", undefined, "flowing", "sf")]), []);
});
