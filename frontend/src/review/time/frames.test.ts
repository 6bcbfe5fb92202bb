import assert from "node:assert/strict";
import test from "node:test";
import { indexAt, indexStarting, middleOf, rateText, type Rate } from "./frames.ts";

const RATES: Rate[] = [
  [24, 1],
  [25, 1],
  [24000, 1001],
  [30000, 1001],
  [60000, 1001],
];

test("a frame is found again from its start as a browser rounds it, after hours as well", () => {
  for (const rate of RATES) {
    for (const index of [0, 1, 2, 41, 999, 250_001]) {
      const start = (index * rate[1]) / rate[0];
      assert.equal(indexStarting(Math.floor(start * 1e6) / 1e6, rate), index);
      assert.equal(indexStarting(Math.ceil(start * 1e6) / 1e6, rate), index);
    }
  }
});

test("the middle of a frame lies in it", () => {
  for (const rate of RATES) {
    for (const index of [0, 7, 100_003]) assert.equal(indexAt(middleOf(index, rate), rate), index);
  }
});

test("a rate is written as people say it", () => {
  assert.equal(rateText([24, 1], "en"), "24");
  assert.equal(rateText([24000, 1001], "en"), "23.976");
  assert.equal(rateText([30000, 1001], "fr"), "29,97");
});
