/** Whether something moves before the camera: the difference of small grey pictures, made and kept here. */

const WIDTH = 32;
const HEIGHT = 18;
/** Of 255: more than the noise of a dark sensor, less than a person who turns a page. */
const MOVED = 14;
/** Part of the picture that has to have moved. */
const PART = 0.015;
/** Milliseconds for which somebody who sits still is still there. */
const STAYS = 45_000;

/** The part of the points that differ clearly, 0..1; points are grey, 0..255. */
export function moved(before: ArrayLike<number>, after: ArrayLike<number>): number {
  if (before.length !== after.length || after.length === 0) return 0;
  // A lamp or a cloud changes all points alike: only what differs from the common change moved.
  let common = 0;
  for (let index = 0; index < after.length; index += 1) common += (after[index] ?? 0) - (before[index] ?? 0);
  common /= after.length;
  let count = 0;
  for (let index = 0; index < after.length; index += 1) {
    if (Math.abs((after[index] ?? 0) - (before[index] ?? 0) - common) > MOVED) count += 1;
  }
  return count / after.length;
}

export class Presence {
  #pen: CanvasRenderingContext2D | null;
  #before: Uint8Array | undefined;
  #seen = Number.NEGATIVE_INFINITY;

  constructor() {
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
    this.#pen = canvas.getContext("2d", { willReadFrequently: true });
  }

  /** Looks at *video* at the time *now* (milliseconds) and tells whether somebody is there. */
  look(video: HTMLVideoElement, now: number): boolean {
    if (!this.#pen || video.readyState < 2) return this.#is(now);
    this.#pen.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#pen.getImageData(0, 0, WIDTH, HEIGHT);
    const grey = new Uint8Array(WIDTH * HEIGHT);
    for (let index = 0; index < grey.length; index += 1) {
      grey[index] = ((data[index * 4] ?? 0) * 3 + (data[index * 4 + 1] ?? 0) * 6 + (data[index * 4 + 2] ?? 0)) / 10;
    }
    if (this.#before && moved(this.#before, grey) > PART) this.#seen = now;
    this.#before = grey;
    return this.#is(now);
  }

  /** Forgets what it saw: the curtain is drawn. */
  forget(): void {
    this.#before = undefined;
    this.#seen = Number.NEGATIVE_INFINITY;
  }

  #is(now: number): boolean {
    return now - this.#seen < STAYS;
  }
}
