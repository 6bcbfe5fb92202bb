/**
 * Whether the line carries pictures: on a bad line the other's camera is given up for the sound,
 * and asked for again once the sound has come well for a while.
 *
 * Each participant judges what it receives, by the loss and the frames of a few seconds; one bad
 * moment changes nothing. A try that fails makes the next one wait twice as long. A line on which
 * nothing comes is cut, not bad: pictures that were wanted before are wanted when it returns.
 */
import type { Quality } from "../engine.ts";

export type Sample = { seconds: number; received: number; lost: number; frames: number; freezes: number; roundTrip: number | null };

/** Share of packets lost above which pictures do more harm than good; sound copes with it. */
const BAD_LOSS = 0.12;
const GOOD_LOSS = 0.04;
/** Fewer frames a second than this are no moving picture. */
const SLOW = 4;
const LATE = 1500;
/** Seconds of bad pictures before they are given up, of good sound before they are tried again. */
const ENOUGH = 6;
const FIRST_WAIT = 15;
const LONGEST_WAIT = 120;
/** A try is good when it lasts so many seconds. */
const SETTLED = 30;

export class Weather {
  /** Whether pictures are wanted. */
  pictures = true;
  #bad = 0;
  #good = 0;
  #lasted = SETTLED;
  #wait = FIRST_WAIT;
  /** Nothing came: the next counters hold what was lost in a cut. */
  #silent = false;

  /** Takes what came in the last seconds; whether `pictures` changed by it. */
  take(sample: Sample, showing: boolean): boolean {
    const packets = sample.received + sample.lost;
    const loss = packets ? sample.lost / packets : 0;
    const wasSilent = this.#silent;
    this.#silent = sample.received === 0;
    if (this.#silent || wasSilent) {
      [this.#bad, this.#good] = [0, 0];
      return false;
    }
    return this.pictures ? this.#look(sample, loss, showing) : this.#listen(sample, loss, packets);
  }

  #look(sample: Sample, loss: number, showing: boolean): boolean {
    const isSlow = showing && sample.frames / sample.seconds < SLOW;
    const isBad = loss > BAD_LOSS || isSlow || (sample.roundTrip ?? 0) > LATE;
    this.#lasted += sample.seconds;
    this.#bad = isBad ? this.#bad + sample.seconds : 0;
    if (this.#lasted >= SETTLED && !isBad) this.#wait = FIRST_WAIT;
    if (this.#bad < ENOUGH) return false;
    if (this.#lasted < SETTLED) this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    [this.pictures, this.#good] = [false, 0];
    return true;
  }

  #listen(sample: Sample, loss: number, packets: number): boolean {
    const isGood = packets > 0 && loss < GOOD_LOSS && (sample.roundTrip ?? 0) < LATE;
    this.#good = isGood ? this.#good + sample.seconds : 0;
    if (this.#good < this.#wait) return false;
    [this.pictures, this.#bad, this.#lasted] = [true, 0, 0];
    return true;
  }
}

/** What came between two readings of the counters; counters that began anew count from zero. */
export function between(before: Quality | undefined, now: Quality, seconds: number): Sample {
  const more = (name: "packetsReceived" | "packetsLost" | "framesDecoded" | "freezes"): number => {
    const had = before?.[name] ?? 0;
    return now[name] >= had ? now[name] - had : now[name];
  };
  return {
    seconds,
    received: more("packetsReceived"),
    lost: more("packetsLost"),
    frames: more("framesDecoded"),
    freezes: more("freezes"),
    roundTrip: now.roundTrip,
  };
}
