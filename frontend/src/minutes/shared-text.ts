/** The shared text of a session in this browser: kept alike with the node, saved or said not to be.
 *
 * After each connection both sides tell what they know and send what the other lacks, so whatever
 * was written while cut crosses then. The node's receipts say how many of our updates are durable.
 */
import * as Y from "yjs";
import { DIFFERENCE, FrameReader, UPDATE, VECTOR, parts, sync, type Bytes } from "./frames.ts";

/** What carries the frames; a `Connection` does. */
export type Carrier = {
  readonly standing: string;
  sendMinutes(frame: Bytes): boolean;
  on(name: "welcome", hear: () => void, signal?: AbortSignal): void;
  on(name: "minutes", hear: (frame: Uint8Array) => void, signal?: AbortSignal): void;
  on(name: "standing", hear: () => void, signal?: AbortSignal): void;
};
/** opening: nothing came yet; away: not connected; refused: see `refusal`. */
export type State = "opening" | "saved" | "saving" | "away" | "refused";
/** Where what is not saved waits, should the page be closed; `localStorage` in a page. */
export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const GATHER = 30;
const KEEP_AFTER = 1000;
const LONGEST_KEPT = 2_000_000;
/** Who changes the document: we ourselves, or the node. */
export const OURS = "ours";
const NODE = "node";

export class SharedText extends EventTarget {
  readonly doc = new Y.Doc();
  readonly text: Y.Text = this.doc.getText("minutes");
  readonly undo = new Y.UndoManager(this.text, { trackedOrigins: new Set([OURS]), captureTimeout: 700 });
  readonly #carrier: Carrier;
  readonly #place: string;
  readonly #drawer: Drawer | undefined;
  readonly #stop = new AbortController();
  #reader = new FrameReader();
  #isSynced = false;
  #mayWrite = true;
  #sent = 0;
  #kept = 0;
  #pending: Uint8Array[] = [];
  #refusal = "";
  /** How many updates were taken when the last one was refused; below 0: none was. */
  #refusedAfter = -1;
  /** What the node knew when it last asked; undefined: it has not asked since the connection. */
  #vector: Bytes | undefined;
  #told: State = "opening";
  #isPaused = false;
  #waiting: Bytes[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  /** *place* names the text in *drawer*. */
  constructor(carrier: Carrier, place: string, drawer?: Drawer) {
    super();
    [this.#carrier, this.#place, this.#drawer] = [carrier, `minutes:${place}`, drawer];
    this.#restore();
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== NODE) this.#queue(update);
    });
    const { signal } = this.#stop;
    carrier.on("welcome", () => this.#begin(), signal);
    carrier.on("minutes", (frame) => this.#hear(frame as Bytes), signal);
    carrier.on("standing", () => this.#tell(), signal);
    if (carrier.standing === "open") this.#begin();
  }

  get state(): State {
    if (this.#refusal) return "refused";
    if (this.#carrier.standing !== "open") return this.#isSynced ? "away" : "opening";
    if (!this.#isSynced) return "opening";
    return this.isSaved ? "saved" : "saving";
  }

  /** Whether the node has everything that was written here. */
  get isSaved(): boolean {
    return this.#pending.length === 0 && this.#kept >= this.#sent && !this.#refusal;
  }

  /** The code of what the node does not take, until it takes something again. */
  get refusal(): string {
    return this.#refusal;
  }

  get mayWrite(): boolean {
    return this.#mayWrite;
  }

  /** Replaces *remove* characters at *at* by *insert*, as one change of ours. */
  edit(at: number, remove: number, insert: string): void {
    this.doc.transact(() => {
      if (remove) this.text.delete(at, remove);
      if (insert) this.text.insert(at, insert);
    }, OURS);
  }

  /** Lets nothing of the others in until `resume`: a word is being composed. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const frame of this.#waiting.splice(0)) this.#hear(frame);
  }

  /** Ends it; what is not saved stays in the drawer. */
  close(): void {
    this.#send();
    this.#keep();
    clearTimeout(this.#timer);
    clearTimeout(this.#keeping);
    this.#stop.abort();
    this.undo.destroy();
    this.doc.destroy();
  }

  /** The connection is new: nothing of what was sent is known to have arrived. */
  #begin(): void {
    this.#reader = new FrameReader();
    [this.#sent, this.#kept, this.#vector] = [0, 0, undefined];
    this.#say(VECTOR, Y.encodeStateVector(this.doc));
    this.#tell();
  }

  #hear(raw: Bytes): void {
    if (this.#isPaused) return void this.#waiting.push(raw);
    const frame = this.#reader.read(raw);
    if (!frame) return;
    if (frame.said === "vector") this.#answer(frame.data);
    else if (frame.said === "kept") this.#count(frame.number);
    else if (frame.said === "may-write") this.#mayWrite = frame.may;
    else if (frame.said === "refused") this.#refuse(frame.code);
    else {
      Y.applyUpdate(this.doc, frame.data, NODE);
      this.#isSynced ||= frame.said === "difference";
    }
    this.#tell();
  }

  /** Sends all that somebody lacks who knows *vector*: also what waits or was refused before. */
  #answer(vector: Bytes): void {
    this.#vector = vector;
    this.#pending = [];
    if (!this.#mayWrite) return;
    if (this.#say(DIFFERENCE, Y.encodeStateAsUpdate(this.doc, vector))) this.#sent += 1;
  }

  #count(kept: number): void {
    this.#kept = kept;
    if (kept > this.#refusedAfter && kept >= this.#sent) [this.#refusal, this.#refusedAfter] = ["", -1];
  }

  /** What came too early is asked for by the node itself; after any other, all of it is sent again
   * with the next edit, since what is written later leans on what was refused. */
  #refuse(code: string): void {
    this.#sent -= 1;
    if (code === "early-minutes") return;
    [this.#refusal, this.#refusedAfter] = [code, this.#sent];
    if (code === "read-only-minutes") this.#mayWrite = false;
  }

  #queue(update: Uint8Array): void {
    this.#pending.push(update);
    this.#timer ??= setTimeout(() => this.#send(), GATHER);
    this.#keeping ??= setTimeout(() => this.#keep(), KEEP_AFTER);
    this.#tell();
  }

  /** Sends what was written in the last moment; while cut it waits for the next connection. */
  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0 || !this.#vector) return;
    if (this.#refusal) return this.#answer(this.#vector);
    if (this.#say(UPDATE, Y.mergeUpdates(this.#pending))) {
      this.#pending = [];
      this.#sent += 1;
    }
  }

  #say(step: typeof VECTOR | typeof DIFFERENCE | typeof UPDATE, data: Uint8Array): boolean {
    return parts(sync(step, data)).every((part) => this.#carrier.sendMinutes(part));
  }

  #tell(): void {
    const { state } = this;
    if (state === "saved") this.#drawer?.removeItem(this.#place);
    if (state !== this.#told) this.dispatchEvent(new Event("state"));
    this.#told = state;
  }

  /** Keeps what is not saved, should the page be closed now. */
  #keep(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    if (!this.#drawer || this.isSaved) return;
    const whole = Y.encodeStateAsUpdate(this.doc);
    if (whole.length > LONGEST_KEPT) return;
    try {
      this.#drawer.setItem(this.#place, btoa(Array.from(whole, (b) => String.fromCharCode(b)).join("")));
    } catch {
      // A full or forbidden store: the page itself still holds it.
    }
    if (this.state === "away") this.#keeping = setTimeout(() => this.#keep(), KEEP_AFTER);
  }

  #restore(): void {
    try {
      const kept = this.#drawer?.getItem(this.#place);
      if (kept) Y.applyUpdate(this.doc, Uint8Array.from(atob(kept), (c) => c.charCodeAt(0)), NODE);
    } catch {
      this.#drawer?.removeItem(this.#place);
    }
  }
}
