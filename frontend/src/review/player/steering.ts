/** Where playback should be at an instant, and how to get back there; pure functions.
 *
 * A transport is position, speed and instant, as in the W3C timing object: whoever knows it knows
 * the frame of every later instant. Small errors are steered away by the speed, large ones jumped.
 */
import { framesASecond, within, type Rate } from "../time/frames.ts";

/** At *at* (ms, `performance.now`) the frame *index* is due; from then on at *speed*. */
export type Transport = { index: number; speed: number; at: number };
export type Range = { from: number; to: number; loop: boolean };
export type Steering = { speed: number; jump: boolean };

const DEAD_BAND = 0.004;
const FIRMNESS = 1.5;
const MOST = 0.1;
const TOO_FAR = 0.4;

/** The frame due at *now*, with its fraction; inside *range*. */
export function due(transport: Transport, now: number, rate: Rate, range: Range): number {
  const seconds = Math.max(0, now - transport.at) / 1000;
  const index = transport.index + seconds * framesASecond(rate) * transport.speed;
  const length = range.to - range.from + 1;
  if (index >= range.from && index < range.to + 1) return index;
  if (!range.loop) return within(index, range.from, range.to);
  return range.from + ((((index - range.from) % length) + length) % length);
}

/** By how many seconds the frame *index*, on the screen at *at*, is ahead of the transport. */
export function aheadBy(
  index: number,
  transport: Transport,
  at: number,
  rate: Rate,
  range: Range,
): number {
  const length = range.to - range.from + 1;
  const frames = index - due(transport, at, rate, range);
  const around = range.loop ? Math.round(frames / length) * length : 0;
  return (frames - around) / framesASecond(rate);
}

/** The frame to wait on, and when (ms) to start there, *lead* ms from *now* or as the transport begins.
 *
 * *shown* is the frame on the screen; where playback begins with it, no time is needed to seek.
 */
export function entrance(
  transport: Transport,
  now: number,
  lead: number,
  shown: number,
  rate: Rate,
  range: Range,
): { index: number; at: number } {
  const ready = shown === transport.index ? now : now + lead;
  if (ready <= transport.at) return { index: transport.index, at: transport.at };
  const then = now + lead;
  const wanted = due(transport, then, rate, range);
  const next = Math.ceil(wanted);
  const index = next > range.to ? (range.loop ? range.from : range.to) : next;
  const wait = (next - wanted) / (framesASecond(rate) * transport.speed);
  return { index, at: then + wait * 1000 };
}

/** The speed that takes an error of *ahead* seconds away gently, and whether to jump instead. */
export function steered(ahead: number, speed: number): Steering {
  if (Math.abs(ahead) > TOO_FAR * Math.max(1, speed)) return { speed, jump: true };
  if (Math.abs(ahead) < DEAD_BAND) return { speed, jump: false };
  return { speed: speed * (1 - within(ahead * FIRMNESS, -MOST, MOST)), jump: false };
}

/** The next speed of a shuttle key: the same direction doubles, the other one begins at 1. */
export function shuttled(speed: number, direction: 1 | -1): number {
  const goes = speed !== 0 && Math.sign(speed) === direction;
  return goes ? direction * Math.min(Math.abs(speed) * 2, 8) : direction;
}
