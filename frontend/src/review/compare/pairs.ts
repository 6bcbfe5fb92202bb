/** Which two kept frames belong together; pure. Pairs are never made of different frames. */

/** The last frames of two videos; a frame is kept at its index modulo *depth*. */
export class Pairs {
  readonly depth: number;
  readonly #kept: [(number | undefined)[], (number | undefined)[]];

  constructor(depth: number) {
    this.depth = depth;
    this.#kept = [Array.from({ length: depth }), Array.from({ length: depth })];
  }

  /** Remembers that *index* of *side* is kept; returns its place. */
  keep(side: 0 | 1, index: number): number {
    const place = index % this.depth;
    this.#kept[side][place] = index;
    return place;
  }

  forget(side: 0 | 1): void {
    this.#kept[side].fill(undefined);
  }

  has(side: 0 | 1, index: number): boolean {
    return index >= 0 && this.#kept[side][index % this.depth] === index;
  }

  /** The frame of the first video to paint: *shown*, or one just before whose partner is kept.
   *
   * The partner of a frame is *shift* further on in the second video, which has *frames*; where
   * it has none the frame stands alone.
   */
  newest(shown: number, shift: number, frames: number): number | undefined {
    for (let index = shown; index > shown - this.depth && index >= 0; index -= 1) {
      const partner = index + shift;
      const alone = partner < 0 || partner >= frames;
      if (this.has(0, index) && (alone || this.has(1, partner))) return index;
    }
    return undefined;
  }
}
