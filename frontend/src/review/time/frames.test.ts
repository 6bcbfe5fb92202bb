import assert from "node:assert/strict";
import test from "node:test";
import {
  indexAt,
  indexStarting,
  middleOf,
  Numbering,
  rateText,
  type Ranges,
  type Rate,
} from "./frames.ts";

const HOLES: Ranges = [
  [1001, 1002],
  [1005, 1006],
  [1010, 1010],
];
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

test("numbers and frames are the same where no number is missing", () => {
  const numbering = new Numbering(1001);
  for (const frame of [-3, 0, 1001, 1100]) {
    assert.equal(numbering.numberOf(frame), frame);
    assert.equal(numbering.frameOf(frame), frame);
  }
});

test("a frame has the number of its file", () => {
  const numbering = new Numbering(1001, HOLES);
  const numbers = [1001, 1002, 1003, 1004, 1005].map((frame) => numbering.numberOf(frame));
  assert.deepEqual(numbers, [1001, 1002, 1005, 1006, 1010]);
  for (const [index, number] of numbers.entries()) assert.equal(numbering.frameOf(number), 1001 + index);
});

test("a number that is missing leads to the next frame there is", () => {
  const numbering = new Numbering(1001, HOLES);
  assert.deepEqual(
    [1003, 1004, 1007, 1009].map((number) => numbering.frameOf(number)),
    [1003, 1003, 1005, 1005],
  );
});

test("beyond both ends it is counted on, so that the player stays within", () => {
  const numbering = new Numbering(1001, HOLES);
  assert.deepEqual([numbering.numberOf(1000), numbering.numberOf(1006)], [1000, 1011]);
  assert.deepEqual([numbering.frameOf(900), numbering.frameOf(1012)], [900, 1007]);
});

test("a sequence may begin with zero, or below", () => {
  const numbering = new Numbering(1001, [[-1, 1]]);
  assert.deepEqual([numbering.numberOf(1001), numbering.numberOf(1003)], [-1, 1]);
  assert.deepEqual([numbering.frameOf(-1), numbering.frameOf(1)], [1001, 1003]);
});
