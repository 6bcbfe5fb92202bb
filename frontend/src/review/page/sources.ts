/** Which file is played: chosen by the line or by the person, renewed before it expires. */
import { fitting, lineSpeed, type Rendition } from "../player/line.ts";
import { read, type Review } from "./data.ts";

const STALLS = 2;
const PAUSE = 3000;

export class Sources extends EventTarget {
  readonly #address: string;
  #review: Review;
  #chosen = "automatic";
  #speed = 0;
  #stalls = 0;
  #open: Rendition | undefined;

  constructor(address: string, review: Review) {
    super();
    [this.#address, this.#review] = [address, review];
  }

  /** The rendition that is played. */
  get open(): Rendition | undefined {
    return this.#open;
  }

  /** Megabits a second that were measured; 0: not known. */
  get line(): number {
    return this.#speed / 1e6;
  }

  /** Measures the line, then names the rendition that fits it (event `open`). */
  async begin(): Promise<void> {
    const probe = this.#review.renditions.find(({ name }) => name === "hd");
    const { renditions } = this.#review;
    if (probe && renditions.length > 1) this.#speed = await lineSpeed(probe.url);
    this.#choose();
  }

  /** Plays the rendition *name*, or again what fits the line. */
  choose(name: string): void {
    this.#chosen = name;
    this.#stalls = 0;
    this.#choose();
  }

  /** Playback had to wait: after a few times the lighter rendition is taken. */
  stalled(): void {
    this.#stalls += 1;
    if (this.#chosen !== "automatic" || this.#stalls <= STALLS || !this.#open) return;
    const { bytes } = this.#open;
    const lighter = this.#review.renditions.filter((one) => one.bytes < bytes);
    const next = fitting(lighter, Infinity, 1);
    if (next) this.#take(next);
  }

  /** Asks the node for fresh addresses, again and again until it answers. */
  async renew(): Promise<void> {
    const review = await read(this.#address);
    if (!review) {
      this.dispatchEvent(new Event("away"));
      return void setTimeout(() => void this.renew(), PAUSE);
    }
    this.#review = review;
    this.dispatchEvent(new CustomEvent<Review>("renewed", { detail: review }));
    const same = review.renditions.find(({ name }) => name === this.#open?.name);
    if (same) this.#take(same);
    else this.#choose();
  }

  #choose(): void {
    const { renditions, seconds } = this.#review;
    const named = renditions.find(({ name }) => name === this.#chosen);
    const next = named ?? fitting(renditions, this.#speed || Infinity, seconds);
    if (next) this.#take(next);
  }

  #take(rendition: Rendition): void {
    this.#open = rendition;
    this.#stalls = 0;
    this.dispatchEvent(new CustomEvent<Rendition>("open", { detail: rendition }));
  }
}
