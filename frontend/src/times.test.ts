import assert from "node:assert/strict";
import test from "node:test";
import { day, dayShift, gap, hour, shiftMark } from "./times.ts";

const PARIS = "Europe/Paris";
const SAN_FRANCISCO = "America/Los_Angeles";

test("both cities are nine hours apart in November", () => {
  const at = new Date("2026-11-22T16:30:00Z");

  assert.equal(hour(PARIS, at), "17:30");
  assert.equal(hour(SAN_FRANCISCO, at), "08:30");
  assert.equal(gap(PARIS, SAN_FRANCISCO, at), 9 * 60);
});

test("both cities are eight hours apart when only one has summer time", () => {
  assert.equal(gap(PARIS, SAN_FRANCISCO, new Date("2026-03-10T12:00:00Z")), 8 * 60);
});

test("the day shift is written with its sign", () => {
  const night = new Date("2026-11-22T01:00:00Z");

  assert.equal(shiftMark(dayShift(PARIS, SAN_FRANCISCO, night)), "(−1)");
  assert.equal(shiftMark(dayShift(SAN_FRANCISCO, PARIS, night)), "(+1)");
  assert.equal(shiftMark(dayShift(PARIS, PARIS, night)), "");
});

test("the day is short, in the page's language", () => {
  const at = new Date("2026-11-22T16:30:00Z");

  assert.equal(day(PARIS, at, "fr"), "dim. 22 nov.");
  assert.equal(day(PARIS, at, "en"), "Sun 22 Nov");
});
