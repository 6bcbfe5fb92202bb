/** The timeline: pictures of the version, notes in the colours of the cities, the range, a head. */
import type { Annotation } from "../drawing/strokes.ts";
import type { Player } from "../player/player.ts";
import { within, type Numbering } from "../time/frames.ts";
import { numbering, type Filmstrip, type Note, type Review, type Waveform } from "./data.ts";
import { element } from "./elements.ts";
import { said } from "./words.ts";

const SNAP = 6;
type Mark = { first_frame: number; last_frame: number; city: string };

export class Timeline {
  readonly element: HTMLElement;
  readonly #review: Review;
  readonly #player: Player;
  readonly #numbering: Numbering;
  readonly #strip = element("canvas", { class: "strip", "aria-hidden": "true" });
  readonly #range = element("span", { class: "range" });
  readonly #marks = element("span", { class: "marks", "aria-hidden": "true" });
  readonly #head = element("span", { class: "head" });
  #sprite: HTMLImageElement | undefined;
  #wave: Waveform | undefined;
  #notes: readonly Mark[] = [];

  constructor(review: Review, player: Player, timecode: (frame: number) => string) {
    [this.#review, this.#player] = [review, player];
    this.#numbering = numbering(review);
    this.element = element("div", {
      class: "timeline",
      role: "slider",
      tabindex: 0,
      "data-frames": true,
      "aria-label": review.words.timeline,
      "aria-valuemin": this.#numbering.numberOf(player.first),
      "aria-valuemax": this.#numbering.numberOf(player.last),
    });
    this.element.append(this.#strip, this.#range, this.#marks, this.#head);
    this.element.addEventListener("pointerdown", (e) => this.#grab(e));
    this.element.addEventListener("pointermove", (e) => this.#drag(e));
    player.addEventListener("state", () => this.#showRange());
    new ResizeObserver(() => this.#draw()).observe(this.element);
    this.#timecode = timecode;
    this.#load();
    this.#showRange();
  }

  readonly #timecode: (frame: number) => string;

  /** Puts the head on *frame*. */
  show(frame: number): void {
    this.#head.style.left = `${this.#left(frame, 0.5)}%`;
    const number = this.#numbering.numberOf(frame);
    const of = { frame: number, timecode: this.#timecode(frame) };
    this.element.setAttribute("aria-valuenow", String(number));
    this.element.setAttribute("aria-valuetext", said(this.#review.words, "frame_of", of));
  }

  /** Marks notes as dots and drawings as lines, each city on a row of its own. */
  mark(notes: readonly Note[], drawings: readonly Annotation[]): void {
    this.#notes = [...notes, ...drawings];
    const cities = [...new Set(this.#notes.map(({ city }) => city))].sort();
    const row = (city: string): number => cities.indexOf(city);
    this.#marks.replaceChildren(
      ...drawings.map((one) => this.#placed(one, "drawn", row(one.city))),
      ...notes.map((one) => this.#placed(one, "noted", row(one.city))),
    );
  }

  /** The next marked frame after *frame*, or the one before. */
  marked(frame: number, direction: 1 | -1): number | undefined {
    const frames = this.#notes
      .map(({ first_frame }) => first_frame)
      .filter((one) => (direction > 0 ? one > frame : one < frame))
      .sort((a, b) => a - b);
    return direction > 0 ? frames[0] : frames.at(-1);
  }

  #placed(mark: Mark, kind: string, row: number): HTMLElement {
    const one = element("i", { class: `${kind} city-${mark.city} row-${Math.min(row, 2)}` });
    const left = this.#left(mark.first_frame, kind === "noted" ? 0.5 : 0);
    one.style.left = `${left}%`;
    if (kind === "drawn") one.style.width = `${this.#left(mark.last_frame, 1) - left}%`;
    return one;
  }

  #left(frame: number, part: number): number {
    const share = (frame - this.#player.first + part) / this.#review.frames;
    return within(share, 0, 1) * 100;
  }

  #showRange(): void {
    const { from, to } = this.#player.state;
    this.#range.style.left = `${this.#left(from, 0)}%`;
    this.#range.style.width = `${this.#left(to, 1) - this.#left(from, 0)}%`;
    const whole = from === this.#player.first && to === this.#player.last;
    this.element.toggleAttribute("data-ranged", !whole);
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#seek(event, SNAP);
  }

  #drag(event: PointerEvent): void {
    if (this.element.hasPointerCapture(event.pointerId)) this.#seek(event, 0);
  }

  /** A press near a note means the note. */
  #seek(event: PointerEvent, snap: number): void {
    const box = this.element.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const frame = this.#player.first + Math.floor(share * this.#review.frames);
    const reach = (snap / box.width) * this.#review.frames;
    const near = this.#notes.find(({ first_frame: at }) => Math.abs(at - frame) <= reach);
    this.#player.seek(snap && near ? near.first_frame : frame);
  }

  #load(): void {
    const { filmstrip, waveform } = this.#review;
    this.element.toggleAttribute("data-strip", Boolean(filmstrip));
    if (filmstrip) {
      this.#sprite = new Image();
      this.#sprite.crossOrigin = "anonymous";
      this.#sprite.addEventListener("load", () => this.#draw());
      this.#sprite.src = filmstrip.url;
    }
    if (waveform) void this.#loadWave(waveform.url);
  }

  async #loadWave(url: string): Promise<void> {
    try {
      const answer = await fetch(url);
      if (answer.ok) this.#wave = (await answer.json()) as Waveform;
      this.#draw();
    } catch {
      // The shape of the sound is an extra; its absence hinders nobody.
    }
  }

  #draw(): void {
    const ratio = Math.min(devicePixelRatio, 2);
    this.#strip.width = Math.round(this.#strip.clientWidth * ratio);
    this.#strip.height = Math.round(this.#strip.clientHeight * ratio);
    const pen = this.#strip.getContext("2d");
    if (!pen || !this.#strip.width) return;
    const { filmstrip } = this.#review;
    if (filmstrip && isThere(this.#sprite)) this.#drawStrip(pen, filmstrip, this.#sprite);
    if (this.#wave) this.#drawWave(pen, this.#wave.peaks);
  }

  /** The sound stands on the lower edge, light with a dark outline, on any picture. */
  #drawWave(pen: CanvasRenderingContext2D, peaks: readonly number[]): void {
    const { width, height } = this.#strip;
    pen.beginPath();
    pen.moveTo(0, height);
    for (const [n, peak] of peaks.entries()) {
      pen.lineTo(((n + 0.5) / peaks.length) * width, height - peak * height * 0.45);
    }
    pen.lineTo(width, height);
    pen.fillStyle = "#fffc";
    pen.strokeStyle = "#000a";
    pen.fill();
    pen.stroke();
  }

  /** As many pictures as fit side by side, each from the middle of its part of the time. */
  #drawStrip(pen: CanvasRenderingContext2D, strip: Filmstrip, sprite: HTMLImageElement): void {
    const { width, height } = this.#strip;
    const [w, h] = [sprite.naturalWidth / strip.columns, sprite.naturalHeight / strip.rows];
    const places = Math.max(1, Math.round(width / (height * (w / h))));
    for (let place = 0; place < places; place += 1) {
      const n = Math.min(Math.floor(((place + 0.5) / places) * strip.count), strip.count - 1);
      const [x, y] = [n % strip.columns, Math.floor(n / strip.columns)];
      const [left, wide] = [(place * width) / places, width / places];
      pen.drawImage(sprite, x * w, y * h, w, h, left, 0, wide, height);
    }
  }
}

function isThere(picture: HTMLImageElement | undefined): picture is HTMLImageElement {
  return picture !== undefined && picture.complete && picture.naturalWidth > 0;
}
