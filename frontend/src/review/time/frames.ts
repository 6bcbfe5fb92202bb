/** Frames and seconds of a constant rate, kept as a fraction; pure functions.
 *
 * An *index* counts from 0 in the file. A *frame* is a position: it counts from the version's first
 * frame (1001), and is what is stored, sent and linked. A *number* is what people read and type: the
 * frame itself, unless a sequence lacks numbers. The node's half is `studio/review/numbering.py`.
 */

/** Frames a second as a fraction: 24000/1001. */
export type Rate = readonly [num: number, den: number];

export function framesASecond(rate: Rate): number {
  return rate[0] / rate[1];
}

/** Seconds a browser must seek to so that rounding can only end inside frame *index*. */
export function middleOf(index: number, rate: Rate): number {
  return ((2 * index + 1) * rate[1]) / (2 * rate[0]);
}

/** The frame whose picture starts at *seconds*; a browser rounds them to microseconds. */
export function indexStarting(seconds: number, rate: Rate): number {
  return Math.round((seconds * rate[0]) / rate[1]);
}

/** The frame on show at *seconds* of a video without a report of its frames. */
export function indexAt(seconds: number, rate: Rate): number {
  return Math.floor((seconds * rate[0]) / rate[1] + 1e-4);
}

export function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** `24`, `23.976`, `29.97`. */
export function rateText(rate: Rate, language: string): string {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  return format.format(framesASecond(rate));
}

/** The numbers of a sequence, both ends included; none where numbers and frames are the same. */
export type Ranges = readonly (readonly [first: number, last: number])[];

/** How the frames of one version are numbered; *first* is its first frame. */
export class Numbering {
  readonly first: number;
  readonly #ranges: Ranges;

  constructor(first: number, ranges: Ranges = []) {
    this.first = first;
    this.#ranges = ranges;
  }

  /** The number people read on *frame*; beyond both ends it counts on. */
  numberOf(frame: number): number {
    let [index, end] = [frame - this.first, this.first - 1];
    for (const [start, last] of this.#ranges) {
      if (start + index <= last) return start + index;
      index -= last - start + 1;
      end = last;
    }
    return end + 1 + index;
  }

  /** The frame of the *number*, or the next one where it is missing. */
  frameOf(number: number): number {
    let [frame, end] = [this.first, this.first - 1];
    for (const [place, [start, last]] of this.#ranges.entries()) {
      if (number <= last) return frame + (place ? Math.max(number, start) : number) - start;
      frame += last - start + 1;
      end = last;
    }
    return frame + number - end - 1;
  }
}
