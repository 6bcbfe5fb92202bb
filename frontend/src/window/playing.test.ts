import assert from "node:assert/strict";
import { test } from "node:test";
import { start, unmute, type Playable } from "./playing.ts";

/** A video of a browser that refuses sound before somebody *touched* the page. */
function video(state: { touched: boolean; error?: string }): Playable {
  return {
    muted: false,
    paused: true,
    async play() {
      if (!this.muted && !state.touched) throw new DOMException("", state.error ?? "NotAllowedError");
      Object.assign(this, { paused: false });
    },
  };
}

test("a picture whose sound is held back plays on without it, and is heard after a touch", async () => {
  const state = { touched: false };
  const made = video(state);
  await start(made);
  assert.deepEqual([made.paused, made.muted], [false, true]);
  await unmute(made);
  assert.deepEqual([made.paused, made.muted], [false, true]);
  state.touched = true;
  await unmute(made);
  assert.deepEqual([made.paused, made.muted], [false, false]);
});

test("nothing is muted for another reason than its sound", async () => {
  const made = video({ touched: false, error: "AbortError" });
  await start(made);
  assert.equal(made.muted, false);
});
