import assert from "node:assert/strict";
import test from "node:test";
import type { Rate } from "./frames.ts";
import { droppedNumbers, framesOf, timecode } from "./timecode.ts";

const FILM: Rate = [24, 1];
const FILM_NTSC: Rate = [24000, 1001];
const NTSC: Rate = [30000, 1001];
const NTSC_DOUBLE: Rate = [60000, 1001];

test("whole rates and 23.976 count every number", () => {
  assert.equal(timecode(86_400 + 42, FILM), "01:00:01:18");
  assert.equal(timecode(86_400, FILM_NTSC), "01:00:00:00");
  assert.equal(timecode(30, [30, 1]), "00:00:01:00");
  assert.equal(droppedNumbers([25, 1]), 0);
});

test("29.97 drops two numbers at each minute but every tenth", () => {
  assert.equal(timecode(1799, NTSC), "00:00:59;29");
  assert.equal(timecode(1800, NTSC), "00:01:00;02");
  assert.equal(timecode(17_981, NTSC), "00:09:59;29");
  assert.equal(timecode(17_982, NTSC), "00:10:00;00");
  assert.equal(timecode(107_892, NTSC), "01:00:00;00");
});

test("59.94 drops four", () => {
  assert.equal(timecode(3600, NTSC_DOUBLE), "00:01:00;04");
  assert.equal(timecode(35_964, NTSC_DOUBLE), "00:10:00;00");
});

test("an hour of drop-frame timecode lasts an hour", () => {
  const seconds = (framesOf("01:00:00;00", NTSC) ?? 0) * (1001 / 30_000);
  assert.ok(Math.abs(seconds - 3600) < 0.004);
});

test("every frame of a day is read back from its timecode", () => {
  for (const rate of [FILM, NTSC, NTSC_DOUBLE]) {
    for (let count = 0; count < 2_589_408; count += 997) {
      const day = rate === FILM ? 2_073_600 : rate === NTSC ? 2_589_408 : 5_178_816;
      if (count < day) assert.equal(framesOf(timecode(count, rate), rate), count);
    }
  }
});

test("what counts without dropping is counted so", () => {
  assert.equal(timecode(1800, NTSC, false), "00:01:00:00");
  assert.equal(framesOf("00:01:00:00", NTSC, false), 1800);
  assert.equal(timecode(30 * 86_400, NTSC, false), "00:00:00:00");
});

test("the day begins anew", () => {
  assert.equal(timecode(24 * 86_400, FILM), "00:00:00:00");
  assert.equal(timecode(-1, FILM), "23:59:59:23");
  assert.equal(timecode(2_589_408, NTSC), "00:00:00;00");
});

test("a timecode that cannot be is not read", () => {
  assert.equal(framesOf("00:01:00;00", NTSC), undefined);
  assert.equal(framesOf("00:10:00;00", NTSC), 17_982);
  assert.equal(framesOf("00:00:00:24", FILM), undefined);
  assert.equal(framesOf("one hour", FILM), undefined);
});
