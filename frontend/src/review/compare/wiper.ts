/** The line between two versions: dragged, or moved by the arrow keys. */
import { within } from "../time/frames.ts";
import type { Stage } from "./stage.ts";

const STEP = 0.01;

export class Wiper {
  readonly element: HTMLElement;
  readonly #stage: Stage;

  constructor(stage: Stage, label: string) {
    this.#stage = stage;
    this.element = document.createElement("div");
    this.element.className = "wiper";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", "100");
    this.element.addEventListener("pointerdown", (e) => this.#grab(e));
    this.element.addEventListener("pointermove", (e) => this.#drag(e));
    this.element.addEventListener("keydown", (e) => this.#press(e));
    stage.addEventListener("look", () => this.#show());
    this.#show();
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    this.element.setPointerCapture(event.pointerId);
  }

  #drag(event: PointerEvent): void {
    if (!this.element.hasPointerCapture(event.pointerId)) return;
    const box = this.#stage.canvas.getBoundingClientRect();
    this.#put((event.clientX - box.left) / box.width);
  }

  #press(event: KeyboardEvent): void {
    const step = event.shiftKey ? STEP * 10 : STEP;
    const { wipe } = this.#stage.look;
    const places: Record<string, number> = {
      ArrowLeft: wipe - step,
      ArrowDown: wipe - step,
      ArrowRight: wipe + step,
      ArrowUp: wipe + step,
      Home: 0,
      End: 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#put(place);
  }

  #put(place: number): void {
    this.#stage.look = { wipe: within(place, 0, 1) };
  }

  #show(): void {
    const { mode, wipe } = this.#stage.look;
    this.element.hidden = mode !== "wipe";
    this.element.style.left = `${wipe * 100}%`;
    this.element.setAttribute("aria-valuenow", String(Math.round(wipe * 100)));
  }
}
