/** The glass over the picture: takes strokes from a pen, a mouse or a finger, and shows ink. */
import { inked, SPAN, svg } from "./ink.ts";
import { isVisible, tidied, type Point, type Stroke, type Tool } from "./strokes.ts";

export type Instrument = Tool | "laser";
/** Strokes to show; *fade* 0 is full ink, 1 nothing; *tone* of an onion skin: past or coming. */
export type Layer = { strokes: readonly Stroke[]; fade: number; tone?: "past" | "coming" };

const GLOW = 900;
const LASER_WIDTH = 0.006;

export class Surface extends EventTarget {
  readonly element: SVGSVGElement;
  readonly #ink = svg("g", {});
  readonly #live = svg("g", {});
  readonly #guests = svg("g", { class: "guests" });
  readonly #laser = svg("g", { class: "laser" });
  #height: number;
  #instrument: Instrument | undefined;
  #stroke: Stroke | undefined;
  colour = "#ffffff";
  width = 0.004;

  constructor(width: number, height: number) {
    super();
    this.#height = height / width;
    this.element = svg("svg", {
      class: "ink",
      viewBox: `0 0 ${SPAN} ${Math.round(SPAN * this.#height)}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
      focusable: "false",
    }) as SVGSVGElement;
    this.element.append(this.#ink, this.#guests, this.#live, this.#laser);
    this.element.addEventListener("pointerdown", (e) => this.#down(e));
    this.element.addEventListener("pointermove", (e) => this.#move(e));
    this.element.addEventListener("pointerup", (e) => this.#up(e));
    this.element.addEventListener("pointercancel", () => this.#drop());
  }

  /** What the hand holds; nothing: the picture can be tapped. */
  set instrument(instrument: Instrument | undefined) {
    this.#instrument = instrument;
    this.element.toggleAttribute("data-drawing", instrument !== undefined);
  }

  get instrument(): Instrument | undefined {
    return this.#instrument;
  }

  show(layers: readonly Layer[]): void {
    this.#ink.replaceChildren(
      ...layers.map(({ strokes, fade, tone }) => {
        const group = svg("g", { opacity: 1 - fade, ...(tone ? { class: `onion ${tone}` } : {}) });
        group.append(...strokes.map((stroke) => inked(stroke, this.#height)));
        return group;
      }),
    );
  }

  /** Shows what others draw at this moment, which nobody has stored yet. */
  showGuests(strokes: readonly Stroke[]): void {
    this.#guests.replaceChildren(...strokes.map((stroke) => inked(stroke, this.#height)));
  }

  /** Lets a laser of anybody glow for a moment at *path*. */
  glow(path: readonly Point[], colour: string): void {
    const stroke: Stroke = { tool: "pen", colour, width: LASER_WIDTH, points: path };
    const trace = inked(stroke, this.#height);
    this.#laser.append(trace);
    window.setTimeout(() => trace.remove(), GLOW);
  }

  /** Asks for a text at *place*; people who draw by keyboard get it in the middle. */
  write(place: Point = [0.5, 0.5]): void {
    this.dispatchEvent(new CustomEvent<Point>("write", { detail: place }));
  }

  #place(event: PointerEvent): Point {
    const box = this.element.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #down(event: PointerEvent): void {
    if (!this.#instrument || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    const place = this.#place(event);
    if (this.#instrument === "text") return this.write(place);
    const tool = this.#instrument === "laser" ? "pen" : this.#instrument;
    this.#stroke = { tool, colour: this.colour, width: this.width, points: [place] };
  }

  #move(event: PointerEvent): void {
    if (!this.#stroke) return;
    const all = event.getCoalescedEvents?.() ?? [];
    const places = (all.length ? all : [event]).map((one) => this.#place(one));
    if (this.#instrument === "laser") return this.#point(places);
    this.#stroke = { ...this.#stroke, points: [...this.#stroke.points, ...places] };
    this.#live.replaceChildren(inked(this.#stroke, this.#height));
    this.dispatchEvent(new CustomEvent<Stroke>("drawing", { detail: this.#stroke }));
  }

  #point(places: readonly Point[]): void {
    const from = this.#stroke?.points.at(-1);
    const path = from ? [from, ...places] : [...places];
    if (this.#stroke) this.#stroke = { ...this.#stroke, points: places };
    this.glow(path, this.colour);
    this.dispatchEvent(new CustomEvent<readonly Point[]>("laser", { detail: path }));
  }

  #up(event: PointerEvent): void {
    const stroke = this.#stroke;
    const isLaser = this.#instrument === "laser";
    this.#drop();
    if (!stroke || isLaser) return;
    const done = tidied({ ...stroke, points: [...stroke.points, this.#place(event)] });
    if (isVisible(done)) this.dispatchEvent(new CustomEvent<Stroke>("stroke", { detail: done }));
  }

  #drop(): void {
    this.#stroke = undefined;
    this.#live.replaceChildren();
  }
}
