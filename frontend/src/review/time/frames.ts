/** Frames and seconds of a constant rate, kept as a fraction; pure functions.
 *
 * An *index* counts from 0 in the file; a *number* counts from the version's first frame (1001).
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
