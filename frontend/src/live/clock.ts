/** The host's clock as this browser knows it, whatever its own clock says.
 *
 * As NTP does: the offset is that of the sample with the smallest round trip of the last 24. The
 * error is at most half of that round trip, and as much as its two halves differ. It stands on
 * `performance.now()`, which nobody sets; 24 samples of a second each are short enough for its drift.
 */
const KEPT = 24;

export type Sample = { offset: number; roundTrip: number };

export class HostClock {
  readonly #now: () => number;
  #samples: Sample[] = [];
  #guess: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** This browser's own monotonic clock, in milliseconds: what `clock` messages carry as `sent`. */
  here(): number {
    return this.#now();
  }

  /** Forgets all: the connection may come by another way, or from another host. */
  forget(): void {
    this.#samples = [];
  }

  /** Keeps a first guess (late by one way) until the first sample is there. */
  guess(time: number): void {
    this.#guess = time - this.#now();
  }

  /** Takes the answer to the probe *sent* (own clock), in which the host said *time*. */
  take(sent: number, time: number): void {
    const received = this.#now();
    const roundTrip = received - sent;
    if (!(roundTrip >= 0) || !Number.isFinite(time)) return;
    this.#samples.push({ offset: time - (sent + received) / 2, roundTrip });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  get samples(): number {
    return this.#samples.length;
  }

  /** The sample that counts. */
  get best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, one) => (best && best.roundTrip <= one.roundTrip ? best : one),
      undefined,
    );
  }

  /** The host's milliseconds less our own; undefined: nothing was heard yet. */
  get offset(): number | undefined {
    return this.best?.offset ?? this.#guess;
  }

  /** The host's time now, or when our own clock shows *here*; NaN: nothing was heard yet. */
  hostNow(here: number = this.#now()): number {
    return here + (this.offset ?? NaN);
  }

  /** What our own clock (`performance.now()`) shows at the host's time *time*. */
  hereAt(time: number): number {
    return time - (this.offset ?? NaN);
  }
}
