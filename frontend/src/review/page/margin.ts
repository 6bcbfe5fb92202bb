/** The margin: notes lead to their frames, authors are kept or left out, what waits is said. */
import type { Outbox } from "../drawing/outbox.ts";
import type { Sheet } from "../drawing/sheet.ts";
import type { Player } from "../player/player.ts";
import type { Numbering } from "../time/frames.ts";
import { numbering, type Note, type Review } from "./data.ts";
import { action, element, tick } from "./elements.ts";
import { said } from "./words.ts";

export class Margin {
  readonly #root: HTMLElement;
  readonly #review: Review;
  readonly #numbering: Numbering;
  readonly #player: Player;
  readonly #sheet: Sheet;
  readonly #authors = element("div", { class: "authors" });
  readonly #status = element("p", { class: "saving", role: "status" });
  #shown = "";

  constructor(root: HTMLElement, review: Review, player: Player, sheet: Sheet, outbox: Outbox) {
    [this.#root, this.#review] = [root, review];
    [this.#player, this.#sheet] = [player, sheet];
    this.#numbering = numbering(review);
    root.querySelector("[data-authors]")?.replaceChildren(this.#authors, this.#status);
    root.addEventListener("click", (e) => this.#follow(e));
    root.querySelector("form")?.addEventListener("submit", () => this.#sign());
    sheet.addEventListener("change", () => this.#showAuthors());
    outbox.addEventListener("change", () => this.#showSaving(outbox));
    this.#showAuthors();
    this.#showSaving(outbox);
  }

  /** Marks the notes of *frame*, and tells the form which frames a note would be about. */
  show(frame: number): void {
    for (const note of this.#root.querySelectorAll<HTMLElement>("[data-first-frame]")) {
      const { firstFrame, lastFrame } = note.dataset;
      const isHere = Number(firstFrame) <= frame && frame <= Number(lastFrame);
      note.toggleAttribute("data-here", isHere);
    }
    if (this.#writes) return;
    const field = this.#root.querySelector<HTMLInputElement>("input[name=first_frame]");
    if (field && field !== document.activeElement) field.value = this.#number(frame);
    const last = this.#root.querySelector<HTMLInputElement>("input[name=last_frame]");
    if (last && last !== document.activeElement) last.value = this.#number(this.#until(frame));
  }

  #number(frame: number): string {
    return String(this.#numbering.numberOf(frame));
  }

  /** Whether somebody is writing: a note is about the frames it was begun at, though others play on. */
  get #writes(): boolean {
    const form = this.#root.querySelector("form[data-say]");
    const text = form?.querySelector("textarea")?.value.trim();
    return Boolean(text) && (form?.contains(document.activeElement) ?? false);
  }

  /** The notes as they stand in the page now: the other city may have added some. */
  notes(): Note[] {
    const found = [...this.#root.querySelectorAll<HTMLElement>("[data-first-frame]")];
    return found.map(({ dataset }) => ({
      uri: dataset.uri ?? "",
      first_frame: Number(dataset.firstFrame),
      last_frame: Number(dataset.lastFrame),
      city: dataset.city ?? "",
      label: dataset.label ?? "",
    }));
  }

  say(text: string): void {
    this.#status.textContent = text;
  }

  /** The end of the range when *frame* is its beginning: a note on a range is about all of it. */
  #until(frame: number): number {
    const { from, to } = this.#player.state;
    const whole = from === this.#player.first && to === this.#player.last;
    return frame === from && !whole ? to : frame;
  }

  #follow(event: Event): void {
    const link = (event.target as Element).closest<HTMLElement>("[data-seek]");
    if (!link) return;
    event.preventDefault();
    this.#player.seek(Number(link.dataset.seek));
  }

  /** What is drawn goes before the note about it. */
  #sign(): void {
    this.#sheet.flush();
  }

  #showAuthors(): void {
    const { words, may } = this.#review;
    const authors = new Map<string, { label: string; city: string; drawings: number }>();
    for (const { seat, label, city } of this.#sheet.all) {
      const drawings = (authors.get(seat)?.drawings ?? 0) + 1;
      authors.set(seat, { label, city, drawings });
    }
    const key = JSON.stringify([...authors, [...authors.keys()].map((s) => this.#sheet.isHidden(s))]);
    if (key === this.#shown) return;
    this.#shown = key;
    const rows = [...authors].map(([seat, { label, city, drawings }]) => {
      const text = said(words, "drawings_of", { author: label, n: drawings });
      const row = tick(text, !this.#sheet.isHidden(seat), (on) => this.#sheet.hide(seat, !on));
      row.classList.add(`city-${city}`);
      return row;
    });
    const mine = this.#sheet.all.some((one) => one.mine) && may.annotate;
    const discard = action(words.discard, "", () => this.#sheet.discardMine(), { class: "plain-button" });
    const heading = element("h3", {}, words.drawings);
    this.#authors.replaceChildren(...(rows.length ? [heading, ...rows] : []), ...(mine ? [discard] : []));
  }

  #showSaving(outbox: Outbox): void {
    const { words } = this.#review;
    const n = outbox.waiting.length;
    if (outbox.away) this.say(said(words, n === 1 ? "waiting_one" : "waiting_many", { n }));
    else this.say(n ? words.saving : this.#status.textContent ? words.saved : "");
    this.#status.toggleAttribute("data-away", outbox.away);
  }
}
