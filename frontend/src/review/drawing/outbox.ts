/** What was drawn or taken back and is not yet stored: kept in the browser, sent until it is.
 *
 * Each wish carries an identifier of its own, so that one sent twice is stored once.
 */
import type { Annotation, Stroke } from "./strokes.ts";

export type Draft = {
  id: string;
  first_frame: number;
  last_frame: number;
  strokes: readonly Stroke[];
};
export type Wish = { add: Draft } | { remove: string };
export type Answer = { annotations: Annotation[]; refused?: { id: string; reason: string }[] };
/** Where wishes wait; `localStorage` in a page, a map in a test. */
export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem">;
/** Sends wishes; undefined: nobody answered, try again. */
export type Post = (wishes: readonly Wish[]) => Promise<Answer | undefined>;

const PAUSES = [1000, 2000, 5000, 10_000, 20_000];

export class Outbox extends EventTarget {
  readonly #drawer: Drawer;
  readonly #place: string;
  readonly #post: Post;
  readonly #wait: (then: () => void, ms: number) => unknown;
  #wishes: Wish[];
  #failures = 0;
  #sending = false;

  constructor(
    drawer: Drawer,
    place: string,
    post: Post,
    wait: (then: () => void, ms: number) => unknown = (then, ms) => setTimeout(then, ms),
  ) {
    super();
    [this.#drawer, this.#place, this.#post, this.#wait] = [drawer, place, post, wait];
    this.#wishes = read(drawer, place);
  }

  get waiting(): readonly Wish[] {
    return this.#wishes;
  }

  /** Whether nobody answered the last time. */
  get away(): boolean {
    return this.#failures > 0;
  }

  /** Keeps *wish* and sends it. */
  add(wish: Wish): void {
    this.hold(wish);
    void this.send();
  }

  /** Keeps *wish* until the next `send`, so that the strokes of a moment cross together. */
  hold(wish: Wish): void {
    this.#wishes = merged(this.#wishes, wish);
    this.#keep();
  }

  /** Sends what waits; again and again with longer pauses while nobody answers. */
  async send(): Promise<void> {
    if (this.#sending || this.#wishes.length === 0) return;
    this.#sending = true;
    const sent = [...this.#wishes];
    const answer = await this.#post(sent).catch(() => undefined);
    this.#sending = false;
    if (!answer) return this.#later();
    this.#failures = 0;
    this.#wishes = this.#wishes.filter((wish) => !sent.includes(wish));
    this.dispatchEvent(new CustomEvent<Answer>("stored", { detail: answer }));
    this.#keep();
    if (this.#wishes.length) await this.send();
  }

  #later(): void {
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] ?? 1000;
    this.#failures += 1;
    this.dispatchEvent(new Event("change"));
    this.#wait(() => void this.send(), pause);
  }

  #keep(): void {
    try {
      if (this.#wishes.length) this.#drawer.setItem(this.#place, JSON.stringify(this.#wishes));
      else this.#drawer.removeItem(this.#place);
    } catch {
      // A full or forbidden store: the page itself still holds what waits.
    }
    this.dispatchEvent(new Event("change"));
  }
}

/** A removal of what was never sent leaves nothing to send; a draft changed again is sent once. */
function merged(wishes: readonly Wish[], wish: Wish): Wish[] {
  const id = "add" in wish ? wish.add.id : wish.remove;
  const rest = wishes.filter((one) => !("add" in one) || one.add.id !== id);
  return [...rest, wish];
}

function read(drawer: Drawer, place: string): Wish[] {
  try {
    const kept: unknown = JSON.parse(drawer.getItem(place) ?? "[]");
    return Array.isArray(kept) ? (kept as Wish[]) : [];
  } catch {
    return [];
  }
}
