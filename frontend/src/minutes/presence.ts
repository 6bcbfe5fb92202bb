/** Who has the minutes open, and in which line they write; it passes, nobody keeps it. */
import * as Y from "yjs";
import { people } from "../live/labels.ts";
import type { Connection } from "../live/connection.ts";
import type { Participant } from "../live/messages.ts";
import { lineOf } from "./edits.ts";

/** The passing word by which it is said. */
export const WORD = "minutes";
const SAY_AT_MOST = 1000;
const WRITES_FOR = 8000;

type Caret = { place: Y.RelativePosition | undefined; wroteAt: number };
export type Other = { who: Participant; line: number | undefined; writes: boolean };

/** Event `change`: somebody came, went, or moved. */
export class Presence extends EventTarget {
  readonly #connection: Connection;
  readonly #text: Y.Text;
  readonly #carets = new Map<string, Caret>();
  readonly #stop = new AbortController();
  #last = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due: Record<string, unknown> | undefined;

  constructor(connection: Connection, text: Y.Text) {
    super();
    [this.#connection, this.#text] = [connection, text];
    const { signal } = this.#stop;
    connection.on("said", ({ from, kind, body }) => kind === WORD && this.#hear(from, body), signal);
    connection.on("left", ({ id }) => this.#carets.delete(id) && this.#tell(), signal);
    connection.on("entered", () => this.#sayAgain(), signal);
    connection.on("welcome", () => this.#sayAgain(), signal);
  }

  /** The others who have the minutes open, each once, those of our own city first. */
  get others(): Other[] {
    const { you, present } = this.#connection;
    const open = present.filter(({ id, person }) => this.#carets.has(id) && person !== you?.person);
    return people(open)
      .map((who) => ({ who, ...this.#where(this.#carets.get(who.id)) }))
      .sort((a, b) => Number(b.who.city === you?.city) - Number(a.who.city === you?.city));
  }

  /** Says where our caret is, and whether we just wrote, at most once a second. */
  say(at: number, writes: boolean): void {
    const place = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(this.#text, at));
    const wrote = writes || this.#due?.writes === true;
    this.#due = { at: btoa(String.fromCharCode(...place)), writes: wrote };
    this.#timer ??= setTimeout(() => this.#send(), SAY_AT_MOST);
  }

  /** Ends it; the others see us gone from the minutes. */
  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#connection.say(WORD, { gone: true });
  }

  #send(): void {
    this.#timer = undefined;
    const due = this.#due ?? {};
    this.#due = undefined;
    const written = JSON.stringify(due);
    if (written === this.#last && !due.writes) return;
    this.#last = written;
    this.#connection.say(WORD, due);
  }

  /** Who comes later hears it as well. */
  #sayAgain(): void {
    this.#last = "";
    this.#due ??= { writes: false };
    this.#timer ??= setTimeout(() => this.#send(), SAY_AT_MOST);
  }

  #hear(from: string, body: Record<string, unknown>): void {
    if (body.gone) this.#carets.delete(from);
    else {
      const before = this.#carets.get(from);
      const wroteAt = body.writes ? performance.now() : (before?.wroteAt ?? -Infinity);
      this.#carets.set(from, { place: placeIn(body.at) ?? before?.place, wroteAt });
      if (body.writes) setTimeout(() => this.#tell(), WRITES_FOR + 50);
    }
    this.#tell();
  }

  #where(caret: Caret | undefined): { line: number | undefined; writes: boolean } {
    const { doc } = this.#text;
    const writes = performance.now() - (caret?.wroteAt ?? -Infinity) < WRITES_FOR;
    if (!caret?.place || !doc) return { line: undefined, writes };
    const found = Y.createAbsolutePositionFromRelativePosition(caret.place, doc);
    return { line: found ? lineOf(this.#text.toString(), found.index) : undefined, writes };
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** The place that somebody sent; undefined: none, or nothing that can be read. */
function placeIn(sent: unknown): Y.RelativePosition | undefined {
  if (typeof sent !== "string" || sent.length > 400) return undefined;
  try {
    return Y.decodeRelativePosition(Uint8Array.from(atob(sent), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
