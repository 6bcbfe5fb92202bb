/** A plain text field bound to the shared text: what others write comes in under the hands.
 *
 * The caret, the selection and the scroll stay where they are in the text. A plain field is read by
 * every screen reader, zoomed, translated and spelled by every browser, and needs no library.
 */
import type * as Y from "yjs";
import { editBetween, moved } from "./edits.ts";
import { OURS, type SharedText } from "./shared-text.ts";

const GROWS = "field-sizing: content";

export class Field {
  readonly element: HTMLTextAreaElement;
  readonly #shared: SharedText;
  /** What the field showed when it was last alike with the text. */
  #shown = "";

  /** *onEdit* hears where something was written. */
  constructor(element: HTMLTextAreaElement, shared: SharedText, onEdit: (at: number) => void) {
    [this.element, this.#shared] = [element, shared];
    this.#show(shared.text.toString());
    shared.text.observe((event, transaction) => this.#change(event, transaction));
    element.addEventListener("compositionstart", () => shared.pause());
    element.addEventListener("compositionend", () => {
      this.#take(onEdit);
      shared.resume();
    });
    element.addEventListener("input", (event) => {
      if (!(event as InputEvent).isComposing) this.#take(onEdit);
    });
    element.addEventListener("keydown", (event) => this.#key(event));
    if (!CSS.supports(GROWS)) new ResizeObserver(() => this.#fit()).observe(element);
  }

  #take(onEdit: (at: number) => void): void {
    const { element } = this;
    const edit = editBetween(this.#shown, element.value, element.selectionEnd);
    if (!edit) return;
    this.#shown = element.value;
    this.#fit();
    this.#shared.edit(edit.at, edit.remove, edit.insert);
    onEdit(element.selectionEnd);
  }

  #change(event: Y.YTextEvent, { origin }: Y.Transaction): void {
    if (origin === OURS) return;
    const { element } = this;
    const { selectionStart: from, selectionEnd: to, selectionDirection, scrollTop } = element;
    const isCaret = from === to;
    const start = moved(from, event.delta, isCaret);
    const end = isCaret ? start : Math.max(start, moved(to, event.delta));
    const isUndo = origin === this.#shared.undo;
    this.#show(this.#shared.text.toString());
    const place = isUndo ? lastOf(event) : undefined;
    element.setSelectionRange(place ?? start, place ?? end, selectionDirection);
    element.scrollTop = scrollTop;
  }

  #show(text: string): void {
    this.#shown = this.element.value = text;
    this.#fit();
  }

  /** Where the style sheet cannot say it, the field is as tall as its text all the same. */
  #fit(): void {
    if (CSS.supports(GROWS)) return;
    const { style, offsetHeight, clientHeight } = this.element;
    style.height = "0";
    style.height = `${String(this.element.scrollHeight + offsetHeight - clientHeight)}px`;
  }

  /** The browser's own memory of edits knows nothing of the others'; ours takes back only our own. */
  #key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    const redoes = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && !redoes) return;
    event.preventDefault();
    if (this.element.readOnly) return;
    if (redoes) this.#shared.undo.redo();
    else this.#shared.undo.undo();
  }
}

/** Where the last change of *event* ends. */
function lastOf(event: Y.YTextEvent): number {
  let [here, last] = [0, 0];
  for (const step of event.delta) {
    if (step.retain) here += step.retain;
    if (typeof step.insert === "string") here += step.insert.length;
    if (!step.retain) last = here;
  }
  return last;
}
