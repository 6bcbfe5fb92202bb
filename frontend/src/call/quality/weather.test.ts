import assert from "node:assert/strict";
import { test } from "node:test";
import { between, Weather, type Sample } from "./weather.ts";
import type { Quality } from "../engine.ts";

const GOOD: Sample = { seconds: 2, received: 200, lost: 0, frames: 50, freezes: 0, roundTrip: 151 };
const LOSSY: Sample = { ...GOOD, received: 150, lost: 50 };
const SOUND: Sample = { ...GOOD, received: 100, frames: 0 };

function after(weather: Weather, sample: Sample, seconds: number): boolean[] {
  const times = Array.from({ length: seconds / sample.seconds });
  return times.map(() => weather.take(sample, true)).filter(Boolean);
}

test("one bad moment gives nothing up, a bad line gives the pictures up", () => {
  const weather = new Weather();
  after(weather, LOSSY, 4);
  after(weather, GOOD, 2);
  after(weather, LOSSY, 4);
  assert.equal(weather.pictures, true);
  after(weather, LOSSY, 2);
  assert.equal(weather.pictures, false);
});

test("pictures come back by themselves after good sound", () => {
  const weather = new Weather();
  after(weather, LOSSY, 6);
  after(weather, SOUND, 14);
  assert.equal(weather.pictures, false);
  after(weather, SOUND, 2);
  assert.equal(weather.pictures, true);
});

test("each failed try waits twice as long, a good one forgets it", () => {
  const weather = new Weather();
  const waits: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    after(weather, LOSSY, 6);
    let waited = 0;
    while (!weather.pictures) {
      weather.take(SOUND, true);
      waited += 2;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits, [16, 30, 60, 120, 120]);
  after(weather, GOOD, 40);
  after(weather, LOSSY, 6);
  after(weather, SOUND, 16);
  assert.equal(weather.pictures, true);
});

test("a switched-off camera is no bad line", () => {
  const weather = new Weather();
  for (let i = 0; i < 30; i += 1) weather.take(SOUND, false);
  assert.equal(weather.pictures, true);
});

test("nothing at all heard brings no pictures back", () => {
  const weather = new Weather();
  after(weather, LOSSY, 6);
  after(weather, { ...SOUND, received: 0 }, 60);
  assert.equal(weather.pictures, false);
});

test("a cut is no bad line, and what was lost in it does not count", () => {
  const weather = new Weather();
  after(weather, { ...SOUND, received: 0 }, 60);
  after(weather, { ...GOOD, received: 20, lost: 3000 }, 2);
  after(weather, LOSSY, 4);
  assert.equal(weather.pictures, true);
});

test("counters that began anew count from zero", () => {
  const now = { with: "a", packetsReceived: 10, packetsLost: 1, framesDecoded: 5, freezes: 0, roundTrip: null } as Quality;
  const before = { ...now, packetsReceived: 100, packetsLost: 0, framesDecoded: 3 };
  assert.deepEqual(between(before, now, 5), { seconds: 5, received: 10, lost: 1, frames: 2, freezes: 0, roundTrip: null });
});
