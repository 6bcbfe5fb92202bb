/** The row of tools to draw with. */
import type { Instrument, Surface } from "../drawing/surface.ts";
import type { Sheet, Span } from "../drawing/sheet.ts";
import type { Point } from "../drawing/strokes.ts";
import type { Player } from "../player/player.ts";
import type { Review } from "./data.ts";
import { action, choice, element, slider, tick } from "./elements.ts";

const THICK = { min: 1, max: 12, step: 1, value: 4 };
const LETTERS = 9;

export class DrawingTools {
  readonly element: HTMLElement;
  readonly #review: Review;
  readonly #surface: Surface;
  readonly #sheet: Sheet;
  readonly #player: Player;
  #instrument: Instrument = "pen";
  #whole = false;
  #thickness = THICK.value;

  constructor(review: Review, surface: Surface, sheet: Sheet, player: Player) {
    [this.#review, this.#surface] = [review, surface];
    [this.#sheet, this.#player] = [sheet, player];
    this.element = element("div", { class: "tools", role: "group", hidden: true });
    this.element.setAttribute("aria-label", review.words.draw);
    surface.colour = review.hand?.colour ?? "#ffffff";
    surface.addEventListener("stroke", (e) => {
      sheet.add((e as CustomEvent).detail, this.#span);
    });
    surface.addEventListener("write", (e) => this.#write((e as CustomEvent<Point>).detail));
    this.element.append(...this.#rows());
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Opens the row and takes the pen, or puts it away. */
  open(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.#surface.instrument = isOpen ? this.#instrument : undefined;
    if (isOpen) this.#player.pause();
    else this.#sheet.flush();
  }

  undo(): void {
    this.#sheet.undo(this.#player.frame);
  }

  redo(): void {
    this.#sheet.redo();
  }

  #rows(): Node[] {
    const { words } = this.#review;
    const tools: [Instrument, string][] = [
      ["pen", words.pen],
      ["arrow", words.arrow],
      ["line", words.line],
      ["ellipse", words.ellipse],
      ["rectangle", words.rectangle],
      ["text", words.text],
      ["laser", words.laser],
    ];
    const shown = (value: number): string => String(value);
    return [
      choice(words.draw, tools, this.#instrument, (tool) => this.#take(tool)),
      this.#colours(),
      slider(words.thickness, THICK, shown, (value) => this.#thicken(value)).element,
      tick(words.range_draw, false, (on) => (this.#whole = on)),
      tick(words.onion, false, (on) => this.#peel(on)),
      action(words.undo, "U", () => this.undo()),
      action(words.redo, "", () => this.redo()),
    ];
  }

  #colours(): HTMLFieldSetElement {
    const { words, hand } = this.#review;
    const own = hand?.colour ?? "#ffffff";
    const inks: [string, string][] = [
      [own, words.here_colour],
      ["#ffffff", words.white],
      ["#f4d35e", words.yellow],
      ["#111111", words.black],
    ];
    const group = choice(words.ink, inks, own, (colour) => (this.#surface.colour = colour));
    group.className = "inks";
    for (const box of group.querySelectorAll("input")) {
      const swatch = element("i", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = box.value;
      box.after(swatch);
    }
    return group;
  }

  /** The frames a stroke is for: the one on show, or all of the range. */
  get #span(): Span {
    const { frame, from, to } = this.#player.state;
    return this.#whole ? { first: from, last: to } : { first: frame, last: frame };
  }

  #take(instrument: Instrument): void {
    this.#instrument = instrument;
    if (this.isOpen) this.#surface.instrument = instrument;
  }

  #thicken(value: number): void {
    this.#thickness = value;
    this.#surface.width = value / 1000;
  }

  #peel(on: boolean): void {
    this.#sheet.onion = on ? 5 : 0;
    this.#sheet.dispatchEvent(new Event("change"));
  }

  /** A field on the picture; Enter keeps the text, Escape drops it, Shift and Enter a new line. */
  #write(place: Point): void {
    const { words } = this.#review;
    const field = element("textarea", { class: "lettering", "aria-label": words.text_of, rows: 1 });
    field.style.left = `${place[0] * 100}%`;
    field.style.top = `${place[1] * 100}%`;
    this.#surface.element.after(field);
    let isOpen = true;
    const done = (keep: boolean): void => {
      if (!isOpen) return;
      isOpen = false;
      const text = field.value.trim().slice(0, 500);
      field.remove();
      if (!keep || !text) return;
      const { colour } = this.#surface;
      const width = (this.#thickness * LETTERS) / 1000;
      this.#sheet.add({ tool: "text", colour, width, points: [place], text }, this.#span);
    };
    field.addEventListener("blur", () => done(true));
    field.addEventListener("keydown", (e) => {
      if (e.key === "Escape") done(false);
      else if (e.key === "Enter" && !e.shiftKey) done(true);
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
    requestAnimationFrame(() => field.focus());
  }
}
