import assert from "node:assert/strict";
import test from "node:test";
import { HostClock } from "./clock.ts";

/** A host whose clock is *ahead* and whose answers take *out* and *back* milliseconds. */
function exchange(ahead: number, ways: readonly [out: number, back: number][], drift = 0): HostClock {
  let now = 0;
  const clock = new HostClock(() => now);
  for (const [out, back] of ways) {
    const sent = now;
    const time = (now + out) * (1 + drift) + ahead;
    now += out + back;
    clock.take(sent, time);
    now += 1000;
  }
  return clock;
}

test("an even line gives the offset exactly", () => {
  assert.equal(exchange(1_234_000, [[75, 75]]).offset, 1_234_000);
});

test("the sample with the smallest round trip counts", () => {
  assert.equal(exchange(500, [[75, 275], [75, 75], [300, 75]]).offset, 500);
});

test("only the last 24 samples count", () => {
  const ways: [number, number][] = [[10, 10], ...Array<[number, number]>(24).fill([80, 75])];
  assert.equal(exchange(500, ways).best?.roundTrip, 155);
});

test("a drift of 50 ppm is followed within two milliseconds", () => {
  const clock = exchange(0, Array<[number, number]>(60).fill([75, 75]), 50e-6);
  const host = clock.here() * (1 + 50e-6);
  assert.ok(Math.abs(clock.hostNow() - host) < 2);
});

test("before the first sample the guess counts, before that nothing is known", () => {
  const clock = new HostClock(() => 100);
  assert.ok(Number.isNaN(clock.hostNow()));
  clock.guess(1100);
  assert.equal(clock.hostNow(), 1100);
  assert.equal(clock.hereAt(1200), 200);
});

test("a time that is no number is not taken", () => {
  const clock = new HostClock(() => 100);
  clock.take(50, NaN);
  clock.take(150, 1000);
  assert.equal(clock.samples, 0);
});
