/** `<twin-clock>`: keeps the server-written times of both cities running. */
import { day, dayShift, gap, hour, shiftMark } from "./times.ts";

const MINUTE = 60_000;

export class TwinClock extends HTMLElement {
  #timer: number | undefined;

  connectedCallback(): void {
    this.#tick();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#timer);
  }

  #tick(): void {
    const now = new Date();
    const clocks = [...this.querySelectorAll<HTMLTimeElement>("time[data-zone]")];
    for (const clock of clocks) this.#write(clock, now);
    const [here, there] = clocks.map((clock) => clock.dataset.zone ?? "UTC");
    if (here && there) this.#compare(here, there, now);
    this.#timer = window.setTimeout(() => this.#tick(), MINUTE - (now.getTime() % MINUTE) + 20);
  }

  #write(clock: HTMLTimeElement, now: Date): void {
    const zone = clock.dataset.zone ?? "UTC";
    clock.dateTime = now.toISOString();
    put(clock.querySelector(".hour"), hour(zone, now));
    put(clock.querySelector(".date"), day(zone, now, document.documentElement.lang));
  }

  #compare(here: string, there: string, now: Date): void {
    put(this.querySelector(".shift"), shiftMark(dayShift(here, there, now)));
    const mark = this.querySelector<HTMLElement>(".unusual");
    if (mark) mark.hidden = gap(here, there, now) === Number(this.dataset.usual);
  }
}

function put(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
