import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { middleOf, type Rate } from "../time/frames.ts";
import { Clip, type Shown } from "./clip.ts";

const RATE: Rate = [24, 1];
const FRAMES = 48;

type Report = (now: number, facts: { mediaTime: number; expectedDisplayTime: number }) => void;

/** A video whose pictures come when the test says so. */
class Silent extends EventTarget {
  paused = true;
  seeking = false;
  readyState = 4;
  asked: number[] = [];
  removed: string[] = [];
  src = "";
  #time = 0;

  get currentTime(): number {
    return this.#time;
  }

  set currentTime(seconds: number) {
    this.#time = seconds;
    this.asked.push(seconds);
    this.seeking = true;
  }

  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }

  removeAttribute(name: string): void {
    this.removed.push(name);
  }

  load(): void {
    [this.readyState, this.seeking, this.#time] = [0, false, 0];
  }

  /** The file that was opened is known. */
  know(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("loadedmetadata"));
  }

  /** The seek that was asked for has ended. */
  arrive(): void {
    this.seeking = false;
    this.dispatchEvent(new Event("seeked"));
  }
}

/** One that reports each picture it presents. */
class Reporting extends Silent {
  #report: Report = () => undefined;

  requestVideoFrameCallback(report: Report): void {
    this.#report = report;
  }

  present(index: number): void {
    this.#report(0, { mediaTime: (index * RATE[1]) / RATE[0], expectedDisplayTime: 0 });
  }
}

function clipOf(t: TestContext, video: Silent): Clip {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = { window: globalThis, document: { hidden: false } };
  Object.assign(globalThis, page, { HTMLMediaElement: { HAVE_NOTHING: 0 } });
  return new Clip(video as unknown as HTMLVideoElement, RATE, FRAMES);
}

/** A clip that plays and has reported the frame *index*. */
function playing(t: TestContext, index: number): { clip: Clip; video: Reporting } {
  const video = new Reporting();
  const clip = clipOf(t, video);
  clip.start();
  video.present(index);
  return { clip, video };
}

/** A clip that rests on the frame *index*. */
function resting(t: TestContext, index: number): { clip: Clip; video: Reporting } {
  const { clip, video } = playing(t, index);
  clip.stop();
  video.present(index);
  video.arrive();
  return { clip, video };
}

test("a stop waits for the picture of its frame, not for one that comes late", (t) => {
  const { clip, video } = playing(t, 5);
  clip.stop();
  assert.deepEqual([clip.settled, video.asked], [false, [middleOf(5, RATE)]]);
  video.present(6);
  assert.deepEqual([clip.settled, clip.shown], [false, 6]);
  video.present(5);
  video.arrive();
  assert.deepEqual([clip.settled, clip.shown], [true, 5]);
});

test("the poster goes when a frame is on show, sought or not", (t) => {
  const video = new Reporting();
  clipOf(t, video);
  assert.deepEqual(video.removed, []);
  video.present(0);
  assert.deepEqual(video.removed, ["poster"]);
});

test("a seek that ends before its picture is reported is not over", (t) => {
  const { clip, video } = playing(t, 5);
  video.pause();
  clip.seek(5);
  video.arrive();
  assert.equal(clip.settled, false);
  video.present(5);
  assert.equal(clip.settled, true);
});

test("a frame that stands is not sought again", (t) => {
  const { clip, video } = resting(t, 5);
  const before = video.asked.length;
  let settled = 0;
  clip.addEventListener("settled", () => (settled += 1));
  clip.seek(5);
  clip.stop();
  assert.deepEqual([video.asked.length - before, settled, clip.settled], [0, 2, true]);
});

test("another file begins with the frame on show, whatever the one before still reports", (t) => {
  const { clip, video } = resting(t, 5);
  const before = video.asked.length;
  clip.open("lighter");
  assert.deepEqual([clip.settled, clip.standing], [false, 5]);
  video.present(7);
  assert.equal(clip.standing, 5);
  video.readyState = 1;
  video.present(5);
  video.know();
  assert.deepEqual([video.asked.slice(before), clip.settled], [[middleOf(5, RATE)], false]);
  video.arrive();
  video.present(5);
  assert.deepEqual([clip.settled, clip.standing], [true, 5]);
});

test("a stop right after a start is sought again: the video may have moved unreported", (t) => {
  const { clip, video } = resting(t, 5);
  const before = video.asked.length;
  clip.start();
  clip.stop();
  assert.deepEqual([video.asked.length - before, clip.settled], [1, false]);
});

test("a picture that is never reported is asked for three times, then taken for shown", (t) => {
  const { clip, video } = playing(t, 5);
  clip.stop();
  for (const _ of [1, 2, 3]) {
    assert.equal(clip.settled, false);
    video.arrive();
    t.mock.timers.tick(400);
  }
  assert.deepEqual([video.asked.length, clip.settled], [3, true]);
});

test("where frames are not reported, the time of the video says the stopped one again", (t) => {
  let look: (now: number) => void = () => undefined;
  Object.assign(globalThis, { requestAnimationFrame: (next: typeof look) => (look = next) });
  const video = new Silent();
  const clip = clipOf(t, video);
  const reported: number[] = [];
  clip.addEventListener("frame", (e) => reported.push((e as CustomEvent<Shown>).detail.index));
  clip.start();
  look(0);
  look(16);
  clip.stop();
  look(32);
  assert.deepEqual([reported, clip.settled], [[0], false]);
  video.arrive();
  look(48);
  look(64);
  assert.deepEqual([reported, clip.settled], [[0, 0], true]);
});
