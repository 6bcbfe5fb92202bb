/** A picture as a clip of one frame, so that it is drawn on and compared like a movie. */
import { Clip, type Shown } from "./clip.ts";

export class Still extends Clip {
  readonly #image: HTMLImageElement;

  constructor(image: HTMLImageElement) {
    super(document.createElement("video"), [24, 1], 1);
    this.#image = image;
    image.addEventListener("load", () => this.#come());
    if (this.isReadable) queueMicrotask(() => this.#come());
  }

  override get picture(): HTMLImageElement {
    return this.#image;
  }

  override get isReadable(): boolean {
    return this.#image.complete && this.#image.naturalWidth > 0;
  }

  override open(url: string): void {
    this.#image.src = url;
  }

  override seek(): void {
    if (this.isReadable) this.#come();
  }

  override start(): void {
    // A picture does not move.
  }

  override stop(): void {
    // Nor does it have to be stopped.
  }

  override close(): void {
    super.close();
    this.#image.remove();
  }

  #come(): void {
    this.shown = 0;
    const detail: Shown = { index: 0, due: performance.now() };
    this.dispatchEvent(new CustomEvent("frame", { detail }));
    this.dispatchEvent(new Event("settled"));
  }
}
