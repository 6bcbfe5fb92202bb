/** Live regions: what happens is said to those who do not see it.
 *
 * Two regions hang in the page from the beginning, since screen readers only hear changes of regions
 * they know. Each sentence is a line of its own that goes away after a while; the same one said
 * twice within a moment is said once, and a flood is cut.
 */
export type Urgency = "polite" | "assertive";

const STAYS = 10_000;
const SAME = 1000;
const MOST = 6;

export class Announcer {
  readonly element: HTMLElement;
  readonly #regions: Record<Urgency, HTMLElement>;
  #last = { text: "", at: -SAME };

  /** Hangs the regions into *place*; inside an open modal dialog only the dialog's own are heard. */
  constructor(place: HTMLElement) {
    this.element = document.createElement("div");
    this.element.className = "visually-hidden";
    this.#regions = { polite: region("polite"), assertive: region("assertive") };
    this.element.append(this.#regions.polite, this.#regions.assertive);
    place.append(this.element);
  }

  /** Says *text* once there is quiet, or (assertive: a knock, the end) at once. */
  say(text: string, urgency: Urgency = "polite"): void {
    const now = performance.now();
    const isAgain = text === this.#last.text && now - this.#last.at < SAME;
    if (!text || isAgain) return;
    this.#last = { text, at: now };
    const place = this.#regions[urgency];
    const line = document.createElement("p");
    line.textContent = text;
    place.append(line);
    while (place.childElementCount > MOST) place.firstElementChild?.remove();
    setTimeout(() => line.remove(), STAYS);
  }
}

function region(urgency: Urgency): HTMLElement {
  const made = document.createElement("div");
  made.setAttribute("role", urgency === "polite" ? "status" : "alert");
  made.setAttribute("aria-live", urgency);
  made.setAttribute("aria-atomic", "false");
  made.setAttribute("aria-relevant", "additions");
  return made;
}
