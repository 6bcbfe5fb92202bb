/** All drawings on a version: stored ones of both cities, drafts of this page, who is hidden. */
import type { Answer, Draft, Outbox, Wish } from "./outbox.ts";
import { onFrame, type Annotation, type Stroke } from "./strokes.ts";
import type { Layer } from "./surface.ts";

const PAUSE = 1200;
const SKIN = 0.62;
/** Who may draw here and how the drawing is signed. */
export type Hand = { seat: string; label: string; city: string };
export type Span = { first: number; last: number };

export class Sheet extends EventTarget {
  readonly #outbox: Outbox;
  readonly #hand: Hand;
  #stored: readonly Annotation[] = [];
  #hidden = new Set<string>();
  #open: Draft | undefined;
  #undone: { stroke: Stroke; span: Span }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  onion = 0;

  constructor(outbox: Outbox, hand: Hand) {
    super();
    [this.#outbox, this.#hand] = [outbox, hand];
    outbox.addEventListener("stored", (e) => {
      this.#take((e as CustomEvent<Answer>).detail.annotations);
    });
    outbox.addEventListener("change", () => this.#say());
  }

  /** Every drawing, as if what waits were stored already. */
  get all(): readonly Annotation[] {
    const { waiting } = this.#outbox;
    const removed = new Set(waiting.flatMap((wish) => ("remove" in wish ? [wish.remove] : [])));
    const drafts = waiting.flatMap((wish) => ("add" in wish ? [this.#signed(wish.add)] : []));
    const ids = new Set(drafts.map((draft) => draft.uri));
    const stored = this.#stored.filter(({ uri }) => !removed.has(idOf(uri)) && !ids.has(idOf(uri)));
    return [...stored, ...drafts];
  }

  /** The drawings of the authors that are kept. */
  get kept(): readonly Annotation[] {
    return this.all.filter(({ seat }) => !this.#hidden.has(seat));
  }

  /** What the node stores now, from its own city and from the other. */
  store(annotations: readonly Annotation[]): void {
    this.#take(annotations);
  }

  hide(seat: string, hidden: boolean): void {
    if (hidden) this.#hidden.add(seat);
    else this.#hidden.delete(seat);
    this.#say();
  }

  isHidden(seat: string): boolean {
    return this.#hidden.has(seat);
  }

  /** What to show on *frame*, faint neighbours first. */
  layers(frame: number): Layer[] {
    return onFrame(this.kept, frame, this.onion).map(({ annotation, away }) => ({
      strokes: annotation.strokes,
      fade: away ? Math.min(0.9, SKIN + 0.06 * Math.abs(away)) : 0,
      ...(away ? { tone: away < 0 ? ("past" as const) : ("coming" as const) } : {}),
    }));
  }

  /** Adds *stroke* to the drawing on *span*; strokes of a moment are one drawing. */
  add(stroke: Stroke, span: Span): void {
    this.#undone = [];
    this.#put(stroke, span);
  }

  /** Takes the newest stroke of this hand on *frame* back. */
  undo(frame: number): void {
    const mine = onFrame(this.all, frame, 0).filter(({ annotation }) => annotation.mine);
    const last = mine.at(-1)?.annotation;
    const stroke = last?.strokes.at(-1);
    if (!last || !stroke) return;
    const span = { first: last.first_frame, last: last.last_frame };
    this.#undone.push({ stroke, span });
    this.#replace(last, last.strokes.slice(0, -1));
  }

  redo(): void {
    const undone = this.#undone.pop();
    if (undone) this.#put(undone.stroke, undone.span);
  }

  /** Removes every drawing of this hand on this version. */
  discardMine(): void {
    for (const { uri, mine } of this.all) if (mine) this.#outbox.hold({ remove: idOf(uri) });
    this.#open = undefined;
    void this.#outbox.send();
  }

  /** Sends what is still held: before leaving a frame, or the page. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#open = undefined;
    void this.#outbox.send();
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  #put(stroke: Stroke, span: Span): void {
    const same = this.#open?.first_frame === span.first && this.#open.last_frame === span.last;
    if (!same) this.flush();
    const begun = this.#open ?? { id: newId(), first_frame: span.first, last_frame: span.last };
    const strokes = "strokes" in begun ? begun.strokes : [];
    this.#hold({ ...begun, strokes: [...strokes, stroke] });
  }

  #replace(annotation: Annotation, strokes: readonly Stroke[]): void {
    const isOpen = this.#open?.id === annotation.uri;
    if (!isOpen || !strokes.length) this.#outbox.hold({ remove: idOf(annotation.uri) });
    this.#open = undefined;
    const { first_frame, last_frame } = annotation;
    const id = isOpen ? annotation.uri : newId();
    if (strokes.length) this.#hold({ id, first_frame, last_frame, strokes });
    else void this.#outbox.send();
  }

  #hold(draft: Draft): void {
    this.#open = draft;
    const wish: Wish = { add: draft };
    this.#outbox.hold(wish);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  #signed(draft: Draft): Annotation {
    const { id, first_frame, last_frame, strokes } = draft;
    return { uri: id, first_frame, last_frame, strokes, ...this.#hand, mine: true };
  }

  #take(annotations: readonly Annotation[]): void {
    this.#stored = annotations;
    this.#say();
  }

  #say(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** The last part of `jumelage:<city>:<id>`: what a draft is called before it is stored. */
export function idOf(uri: string): string {
  return uri.slice(uri.lastIndexOf(":") + 1);
}

/** 16 random bytes in 26 characters, as the node's own identifiers are written (RFC 4648). */
export function newId(bytes = crypto.getRandomValues(new Uint8Array(16))): string {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  let [id, rest, held] = ["", 0, 0];
  for (const byte of bytes) {
    rest = ((rest & 31) << 8) | byte;
    for (held += 8; held >= 5; held -= 5) id += letters[(rest >> (held - 5)) & 31] ?? "";
  }
  return held ? id + (letters[(rest << (5 - held)) & 31] ?? "") : id;
}
